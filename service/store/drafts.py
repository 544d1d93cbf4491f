"""Segments that are being edited, and the passes in which all customers are held against changed definitions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from service.store.database import Database, Row


@dataclass(frozen=True)
class Draft:
    """A segment that somebody is editing, kept until it is saved or thrown away. It need not be right yet.

    :param version: of the segment that was edited, 0 for a new one
    """

    segment_id: str
    body: Mapping[str, object]
    version: int
    changed_at: int
    changed_by: str


@dataclass(frozen=True)
class Recompute:
    """One pass over all customers.

    :param what: why, for people: the segments that changed, or what was fitted anew
    :param total: customers there were when it began; :param done: looked at so far
    :param differing: those whose memberships were not as they should be
    :param after_id: the last customer looked at
    """

    id: int
    what: str
    total: int
    done: int
    differing: int
    after_id: int
    started_at: int
    finished_at: int | None


def keep(db: Database, draft: Draft) -> None:
    """Keep a draft in place of the one before."""
    db.insert_rows(
        "segment_drafts",
        ("segment_id", "body", "version", "changed_at", "changed_by"),
        [
            (
                draft.segment_id,
                json.dumps(draft.body, ensure_ascii=False, sort_keys=True),
                draft.version,
                draft.changed_at,
                draft.changed_by,
            )
        ],
        suffix="""
        ON CONFLICT (segment_id) DO UPDATE
           SET body = excluded.body, version = excluded.version, changed_at = excluded.changed_at,
               changed_by = excluded.changed_by
        """,
    )


def get(db: Database, segment_id: str) -> Draft | None:
    """The draft of a segment."""
    row = db.one("SELECT * FROM segment_drafts WHERE segment_id = :id", {"id": segment_id})
    return _draft(row) if row else None


def listing(db: Database) -> list[Draft]:
    """All drafts, the latest first."""
    return [_draft(row) for row in db.query("SELECT * FROM segment_drafts ORDER BY changed_at DESC, segment_id")]


def discard(db: Database, segment_id: str) -> bool:
    """Throw a draft away; false when there was none."""
    return db.execute("DELETE FROM segment_drafts WHERE segment_id = :id", {"id": segment_id}) > 0


# passes --------------------------------------------------------------------------------------------------------------


def begin_recompute(db: Database, what: str, now: int) -> int:
    """Begin a pass; one that is under way ends, since the new one begins with the first customer."""
    db.execute("UPDATE recomputes SET finished_at = :now WHERE finished_at IS NULL", {"now": now})
    row = db.query(
        """
        INSERT INTO recomputes (what, total, done, differing, after_id, started_at)
        SELECT CAST(:what AS TEXT), COUNT(*), 0, 0, 0, CAST(:now AS BIGINT) FROM customers
        RETURNING id
        """,
        {"what": what, "now": now},
    )[0]
    return int(row["id"])


def unfinished(db: Database) -> Recompute | None:
    """The pass that is under way."""
    row = db.one("SELECT * FROM recomputes WHERE finished_at IS NULL ORDER BY id DESC LIMIT 1")
    return Recompute(**row) if row else None


def latest(db: Database) -> Recompute | None:
    """The last pass, under way or finished."""
    row = db.one("SELECT * FROM recomputes ORDER BY id DESC LIMIT 1")
    return Recompute(**row) if row else None


def advance(db: Database, recompute_id: int, *, after_id: int, done: int, differing: int) -> None:
    """Keep how far a pass has come, by one page."""
    db.execute(
        """
        UPDATE recomputes SET after_id = :after_id, done = done + :done, differing = differing + :differing
         WHERE id = :id
        """,
        {"id": recompute_id, "after_id": after_id, "done": done, "differing": differing},
    )


def finish(db: Database, recompute_id: int, now: int) -> None:
    """End a pass."""
    db.execute(
        "UPDATE recomputes SET finished_at = :now, done = total WHERE id = :id", {"id": recompute_id, "now": now}
    )


def _draft(row: Row) -> Draft:
    return Draft(row["segment_id"], json.loads(row["body"]), row["version"], row["changed_at"], row["changed_by"])
