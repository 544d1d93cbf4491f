"""Segments, their versions, and the memberships with their reasons."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain.segments import Clause, MembershipChange, clauses_to_json
from service.store import segment_days
from service.store.database import Database, Row, in_list


@dataclass(frozen=True)
class StoredSegment:
    """A segment as kept: ``body`` is the JSON document of its current version."""

    id: str
    version: int
    status: str
    owner: str
    body: Mapping[str, object]
    created_at: int
    changed_at: int


@dataclass(frozen=True)
class Author:
    """Who saves a version: the user of the admin if it is one, who acts in words, and why."""

    user_id: int | None
    actor: str
    note: str | None = None


@dataclass(frozen=True)
class Version:
    """One version of a segment as it was saved.

    :param saved_as: who saved it, in words; ``None`` where an older release did not write it down
    """

    number: int
    body: Mapping[str, object]
    saved_at: int
    saved_as: str | None
    note: str | None


@dataclass(frozen=True)
class Change:
    """What changed about one customer's segments, and what brought it about."""

    customer_id: int
    memberships: MembershipChange
    event: str


@dataclass(frozen=True)
class Membership:
    """A customer in a segment, now or once, with the clauses that decided.

    :param event: what brought the entering about, ``None`` where an older release wrote it; :param left_event: the same
        of the leaving, by the definition of ``left_version``
    """

    segment_id: str
    segment_version: int
    entered_at: int
    entered_reason: Sequence[Mapping[str, object]]
    left_at: int | None
    left_reason: Sequence[Mapping[str, object]] | None
    event: str | None = None
    left_event: str | None = None
    left_version: int | None = None


def get(db: Database, segment_id: str) -> StoredSegment | None:
    """One segment."""
    row = db.one("SELECT * FROM segments WHERE id = :id", {"id": segment_id})
    return _stored(row) if row else None


def listing(db: Database) -> list[StoredSegment]:
    """All segments that are not archived, by id."""
    return [_stored(row) for row in db.query("SELECT * FROM segments WHERE status <> 'archived' ORDER BY id")]


def save(
    db: Database, segment_id: str, body: Mapping[str, object], *, owner: str, status: str, author: Author, now: int
) -> int:
    """Keep a new version of a segment and return its number."""
    text = json.dumps(body, ensure_ascii=False, sort_keys=True)
    row = db.one(
        """
        INSERT INTO segments (id, version, status, owner, body, created_at, changed_at)
        VALUES (:id, 1, :status, :owner, :body, :now, :now)
        ON CONFLICT (id) DO UPDATE
           SET version = segments.version + 1, status = :status, owner = :owner, body = :body, changed_at = :now
        RETURNING version
        """,
        {"id": segment_id, "status": status, "owner": owner, "body": text, "now": now},
    )
    version = int(row["version"]) if row else 1
    db.execute(
        """
        INSERT INTO segment_versions (segment_id, version, body, saved_at, saved_by, saved_as, note)
        VALUES (:id, :version, :body, :now, :by, :actor, :note)
        """,
        {
            "id": segment_id,
            "version": version,
            "body": text,
            "now": now,
            "by": author.user_id,
            "actor": author.actor,
            "note": author.note,
        },
    )
    return version


def versions(db: Database, segment_id: str) -> list[Version]:
    """All versions of a segment, the latest first."""
    rows = db.query(
        """
        SELECT version, body, saved_at, saved_as, note FROM segment_versions
         WHERE segment_id = :id ORDER BY version DESC
        """,
        {"id": segment_id},
    )
    return [
        Version(row["version"], json.loads(row["body"]), row["saved_at"], row["saved_as"], row["note"]) for row in rows
    ]


def members_on(
    db: Database, segment_id: str, edge: int, *, after_id: int = 0, limit: int = 100
) -> list[tuple[int, int]]:
    """Who was in a segment just before an instant, by the log: (customer, entered at), a page at a time."""
    rows = db.query(
        f"""
        SELECT customer_id, MAX(entered_at) AS entered_at FROM memberships
         WHERE {_THEN} AND customer_id > :after_id
         GROUP BY customer_id ORDER BY customer_id LIMIT :limit
        """,
        {"segment_id": segment_id, "edge": edge, "after_id": after_id, "limit": limit},
    )
    return [(row["customer_id"], row["entered_at"]) for row in rows]


def size_on(db: Database, segment_id: str, edge: int) -> int:
    """How many were in a segment just before an instant, by the log."""
    return int(
        db.query(
            f"SELECT COUNT(DISTINCT customer_id) AS n FROM memberships WHERE {_THEN}",
            {"segment_id": segment_id, "edge": edge},
        )[0]["n"]
    )


_THEN = "segment_id = :segment_id AND entered_at < :edge AND (left_at IS NULL OR left_at >= :edge)"


def set_status(db: Database, segment_id: str, status: str, now: int) -> None:
    """Pause, resume or archive a segment."""
    db.execute(
        "UPDATE segments SET status = :status, changed_at = :now WHERE id = :id",
        {"id": segment_id, "status": status, "now": now},
    )


def set_owner(db: Database, segment_id: str, owner: str) -> None:
    """Hand the segment to the files or to the admin."""
    db.execute("UPDATE segments SET owner = :owner WHERE id = :id", {"owner": owner, "id": segment_id})


def members(db: Database, segment_id: str, *, after_id: int = 0, limit: int = 100) -> list[int]:
    """Customer ids of present members, by id, a page at a time."""
    rows = db.query(
        """
        SELECT customer_id FROM memberships
         WHERE segment_id = :segment_id AND left_at IS NULL AND customer_id > :after_id
         ORDER BY customer_id
         LIMIT :limit
        """,
        {"segment_id": segment_id, "after_id": after_id, "limit": limit},
    )
    return [row["customer_id"] for row in rows]


def memberships_of(db: Database, customer_id: int) -> list[Membership]:
    """Every membership of a customer, present ones first, then the latest."""
    rows = db.query(
        """
        SELECT * FROM memberships
         WHERE customer_id = :customer_id
         ORDER BY CASE WHEN left_at IS NULL THEN 0 ELSE 1 END, entered_at DESC, id DESC
        """,
        {"customer_id": customer_id},
    )
    return [
        Membership(
            segment_id=row["segment_id"],
            segment_version=row["segment_version"],
            entered_at=row["entered_at"],
            entered_reason=json.loads(row["entered_reason"]),
            left_at=row["left_at"],
            left_reason=json.loads(row["left_reason"]) if row["left_reason"] else None,
            event=row["event"],
            left_event=row["left_event"],
            left_version=row["left_version"],
        )
        for row in rows
    ]


def write_changes(db: Database, changes: Sequence[Change], versions: Mapping[str, int], *, now: int, day: int) -> None:
    """Log the segments that a page of customers entered and left, and count them among the moves of the day.

    One statement for all that was entered, one for each customer who left something, and one for the day.
    """
    for one in changes:
        _write_left(db, one, versions, now)
    rows = [
        (one.customer_id, segment_id, versions[segment_id], now, _reason(clauses), one.event)
        for one in changes
        for segment_id, clauses in one.memberships.entered.items()
    ]
    if rows:
        db.insert_rows("memberships", _ENTERED, rows)
    moves: dict[str, tuple[int, int]] = {}
    for one in changes:
        for segment_id in one.memberships.entered:
            entered, departed = moves.get(segment_id, (0, 0))
            moves[segment_id] = entered + 1, departed
        for segment_id in one.memberships.left:
            entered, departed = moves.get(segment_id, (0, 0))
            moves[segment_id] = entered, departed + 1
    segment_days.add(db, moves, day)


_ENTERED = ("customer_id", "segment_id", "segment_version", "entered_at", "entered_reason", "event")


def _write_left(db: Database, change: Change, versions: Mapping[str, int], now: int) -> None:
    left = change.memberships.left
    if not left:
        return
    listed, params = in_list("segment", list(left))
    reasons = {f"reason{i}": _reason(clauses) for i, clauses in enumerate(left.values())}
    numbers = {f"version{i}": versions.get(segment_id) for i, segment_id in enumerate(left)}
    why = " ".join(f"WHEN segment_id = :segment{i} THEN :reason{i}" for i in range(len(left)))
    which = " ".join(f"WHEN segment_id = :segment{i} THEN CAST(:version{i} AS BIGINT)" for i in range(len(left)))
    db.execute(
        f"""
        UPDATE memberships
           SET left_at = :now, left_event = :event, left_reason = CASE {why} END, left_version = CASE {which} END
         WHERE customer_id = :customer_id AND left_at IS NULL AND segment_id IN {listed}
        """,
        {"customer_id": change.customer_id, "now": now, "event": change.event, **params, **reasons, **numbers},
    )


def _reason(clauses: Sequence[Clause]) -> str:
    return json.dumps(clauses_to_json(clauses), ensure_ascii=False, default=str)


def _stored(row: Row) -> StoredSegment:
    return StoredSegment(
        id=row["id"],
        version=row["version"],
        status=row["status"],
        owner=row["owner"],
        body=json.loads(row["body"]),
        created_at=row["created_at"],
        changed_at=row["changed_at"],
    )
