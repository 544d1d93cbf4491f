"""Fitted models of what people type, one for each version of a quiz, in the table of all models."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from service.store.database import Database

_KIND = "matcher:"


def get(db: Database, quiz_id: str, version: int) -> Mapping[str, Any] | None:
    """The document of a version's model, or ``None`` when it is not fitted yet."""
    row = db.one(
        "SELECT body FROM models WHERE kind = :kind AND version = :version",
        {"kind": _KIND + quiz_id, "version": version},
    )
    return None if row is None else json.loads(row["body"])


def fitted(db: Database) -> set[tuple[str, int]]:
    """The (quiz, version) pairs that have a model; one statement."""
    rows = db.query("SELECT kind, version FROM models WHERE kind LIKE :kind", {"kind": f"{_KIND}%"})
    return {(row["kind"].removeprefix(_KIND), row["version"]) for row in rows}


def keep(db: Database, quiz_id: str, version: int, body: Mapping[str, Any], now: int) -> None:
    """Keep the model of a version; one fitted again takes the place of the first."""
    kind = _KIND + quiz_id
    db.execute(
        "UPDATE models SET status = 'retired' WHERE kind = :kind AND status = 'active' AND version < :version",
        {"kind": kind, "version": version},
    )
    db.execute(
        """
        INSERT INTO models (kind, version, status, body, created_at, activated_at)
        SELECT :kind, :version,
               CASE WHEN EXISTS (SELECT 1 FROM models WHERE kind = :kind AND status = 'active' AND version <> :version)
                    THEN 'retired' ELSE 'active' END,
               :body, :now, :now
         WHERE 1 = 1
        ON CONFLICT (kind, version) DO UPDATE SET body = excluded.body, created_at = excluded.created_at
        """,
        {"kind": kind, "version": version, "body": json.dumps(body, ensure_ascii=False), "now": now},
    )
