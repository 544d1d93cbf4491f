"""The members of a segment beside those of the others, read of as many members as a page may wait for."""

from __future__ import annotations

from service.store.database import Database

MOST = 20_000
"""Members that are looked at: those who have been in it longest."""
_MEMBERS = """
    SELECT customer_id FROM memberships WHERE segment_id = :segment_id AND left_at IS NULL
     ORDER BY entered_at, customer_id LIMIT :most
"""


def members(db: Database, segment_id: str) -> list[int]:
    """Customers who have been in a segment longest."""
    rows = db.query(_MEMBERS, {"segment_id": segment_id, "most": MOST})
    return [row["customer_id"] for row in rows]


def overlap(db: Database, segment_id: str) -> dict[str, int]:
    """How many of those members are in each other segment too, the largest first."""
    rows = db.query(
        f"""
        WITH members AS ({_MEMBERS})
        SELECT o.segment_id, COUNT(*) AS n
          FROM members m
          JOIN memberships o ON o.customer_id = m.customer_id AND o.left_at IS NULL AND o.segment_id <> :segment_id
         GROUP BY o.segment_id
         ORDER BY COUNT(*) DESC, o.segment_id
        """,
        {"segment_id": segment_id, "most": MOST},
    )
    return {row["segment_id"]: row["n"] for row in rows}


def changes_since(db: Database, day: int) -> list[tuple[str, int, int]]:
    """By how many members each segment grew on each day from a day on: (segment, day, change)."""
    rows = db.query(
        """
        SELECT segment_id, day, entered - departed AS change FROM segment_days
         WHERE day >= :day ORDER BY segment_id, day
        """,
        {"day": day},
    )
    return [(row["segment_id"], row["day"], row["change"]) for row in rows]
