"""Counters that others follow.

``definitions`` counts every change of what is published: caches follow it. ``rules`` counts the changes after which
every profile must be worked out anew (segments, models, cut points), and not those that leave profiles as they are,
such as a new destination or a new version of a quiz.
"""

from __future__ import annotations

from service.store.database import Database


def read(db: Database, name: str) -> int:
    """The present value, 0 when it was never counted."""
    row = db.one("SELECT value FROM counters WHERE name = :name", {"name": name})
    return int(row["value"]) if row else 0


def bump_rules(db: Database) -> None:
    """Count a change after which every profile is worked out anew, inside the caller's transaction."""
    bump(db, "definitions")
    bump(db, "rules")


def bump(db: Database, name: str) -> int:
    """Count one up, inside the caller's transaction, and give back the new value."""
    row = db.one(
        """
        INSERT INTO counters (name, value) VALUES (:name, 1)
        ON CONFLICT (name) DO UPDATE SET value = counters.value + 1
        RETURNING value
        """,
        {"name": name},
    )
    return int(row["value"]) if row else 0
