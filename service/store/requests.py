"""Rows of requests: heavy work that was asked for in the admin, and how far the worker has come with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from service.store.database import Database, Row

Status = Literal["waiting", "running", "done", "failed"]


@dataclass(frozen=True)
class Request:
    """One piece of work.

    :param options: what it is to be done with
    :param step: how many of ``steps`` are done; ``steps`` is 0 until it is known
    :param attempts: how often it was begun
    :param result: once it is done
    :param problem: one sentence, when it failed
    """

    id: int
    kind: str
    options: Mapping[str, Any]
    status: Status
    step: int
    steps: int
    attempts: int
    result: Mapping[str, Any] | None
    problem: str | None
    asked_at: int
    asked_by: str
    started_at: int | None
    alive_at: int | None
    finished_at: int | None

    @property
    def is_open(self) -> bool:
        """Whether it waits or is being worked on."""
        return self.status in ("waiting", "running")


def add(db: Database, kind: str, options: Mapping[str, Any], now: int, by: str) -> int:
    """Ask for something; gives its number."""
    row = db.one(
        """
        INSERT INTO requests (kind, options, status, step, steps, asked_at, asked_by)
        VALUES (:kind, :options, 'waiting', 0, 0, :now, :by) RETURNING id
        """,
        {"kind": kind, "options": _dump(options), "now": now, "by": by},
    )
    assert row is not None
    return int(row["id"])


def get(db: Database, request_id: int) -> Request | None:
    """One request, or ``None``."""
    row = db.one("SELECT * FROM requests WHERE id = :id", {"id": request_id})
    return _request(row) if row else None


def latest(db: Database, kind: str, options: Mapping[str, Any] | None = None) -> Request | None:
    """The newest request of a kind, with these options if they are given."""
    row = db.one(
        """
        SELECT * FROM requests
         WHERE kind = :kind AND (CAST(:options AS TEXT) IS NULL OR options = :options)
         ORDER BY id DESC LIMIT 1
        """,
        {"kind": kind, "options": None if options is None else _dump(options)},
    )
    return _request(row) if row else None


def latest_done(db: Database, kind: str, options: Mapping[str, Any]) -> Request | None:
    """The newest one of a kind that came to a result."""
    row = db.one(
        """
        SELECT * FROM requests WHERE kind = :kind AND options = :options AND status = 'done' ORDER BY id DESC LIMIT 1
        """,
        {"kind": kind, "options": _dump(options)},
    )
    return _request(row) if row else None


def next_open(db: Database, silent_since: int) -> Request | None:
    """The oldest that waits, or whose worker has said nothing since an instant."""
    row = db.one(
        """
        SELECT * FROM requests
         WHERE status = 'waiting' OR (status = 'running' AND alive_at <= :silent)
         ORDER BY id LIMIT 1
        """,
        {"silent": silent_since},
    )
    return _request(row) if row else None


def begin(db: Database, request_id: int, steps: int, now: int) -> None:
    """Say that it is being worked on, from the first step; ``now`` is what the worker names its work by."""
    db.execute(
        """
        UPDATE requests SET status = 'running', step = 0, steps = :steps, started_at = :now, alive_at = :now,
               attempts = attempts + 1
         WHERE id = :id
        """,
        {"id": request_id, "steps": steps, "now": now},
    )


def advance(db: Database, request_id: int, started_at: int, step: int, now: int) -> bool:
    """Say how many steps are done; whether it is still the caller's work, and not begun anew by another worker."""
    return _say(db, request_id, started_at, "step = :step, alive_at = :now", {"step": step, "now": now})


def finish(db: Database, request_id: int, started_at: int, result: Mapping[str, Any], now: int) -> bool:
    """Keep what came of it, unless another worker has begun it anew."""
    said = "status = 'done', result = :result, problem = NULL, finished_at = :now"
    return _say(db, request_id, started_at, said, {"result": _dump(result), "now": now})


def fail(db: Database, request_id: int, started_at: int, problem: str, now: int) -> bool:
    """Keep why it could not be done, unless another worker has begun it anew."""
    said = "status = 'failed', problem = :problem, finished_at = :now"
    return _say(db, request_id, started_at, said, {"problem": problem, "now": now})


def _say(db: Database, request_id: int, started_at: int, said: str, params: Mapping[str, Any]) -> bool:
    mine = {"id": request_id, "mine": started_at}
    where = "id = :id AND started_at = :mine AND status = 'running'"
    return db.execute(f"UPDATE requests SET {said} WHERE {where}", {**params, **mine}) > 0


def _dump(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, sort_keys=True)


def _request(row: Row) -> Request:
    result = json.loads(row["result"]) if row["result"] is not None else None
    return Request(**{**row, "options": json.loads(row["options"]), "result": result})
