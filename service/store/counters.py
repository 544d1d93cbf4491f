"""Counters that caches follow: ``definitions`` counts every change of what is published."""

from __future__ import annotations

from service.store.database import Database


def read(db: Database, name: str) -> int:
    """The present value, 0 when it was never counted."""
    row = db.one("SELECT value FROM counters WHERE name = :name", {"name": name})
    return int(row["value"]) if row else 0


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
