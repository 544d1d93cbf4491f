"""The numbers of the sync: what waits, how long it took, and what came of all tries so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.deliveries import Status
from service.store.database import Database

_PREFIX = "sync."


@dataclass(frozen=True)
class Waiting:
    """How many deliveries of a destination are in a status, and when the oldest of them was written."""

    destination_id: int
    status: Status
    count: int
    oldest_at: int


def waiting(db: Database) -> list[Waiting]:
    """Deliveries by destination and status, except the delivered ones, of which there may be millions."""
    rows = db.query(
        """
        SELECT destination_id, status, COUNT(*) AS count, MIN(created_at) AS oldest_at
          FROM deliveries
         WHERE status IN ('due', 'sending', 'dead', 'blocked')
         GROUP BY destination_id, status
        """
    )
    return [Waiting(**row) for row in rows]


def dwells(db: Database, since: int, limit: int) -> list[tuple[int, int, int]]:
    """Of what arrived since an instant, the latest: destination, instant of arrival, microseconds from written to
    arrived."""
    rows = db.query(
        """
        SELECT destination_id, settled_at, settled_at - created_at AS dwell
          FROM deliveries
         WHERE status = 'delivered' AND settled_at >= :since
         ORDER BY settled_at DESC
         LIMIT :limit
        """,
        {"since": since, "limit": limit},
    )
    return [(row["destination_id"], row["settled_at"], row["dwell"]) for row in rows]


def count(db: Database, increments: Mapping[str, int]) -> None:
    """Add to running totals that outlive the worker; one statement."""
    # In the order of their names: two workers that lock the same rows in different orders would wait for each other.
    rows = [(_PREFIX + name, increments[name]) for name in sorted(increments) if increments[name]]
    if rows:
        suffix = "ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value"
        db.insert_rows("counters", ("name", "value"), rows, suffix=suffix)


def totals(db: Database) -> dict[str, int]:
    """The running totals by name."""
    rows = db.query("SELECT name, value FROM counters WHERE name >= 'sync.' AND name < 'sync/'")
    return {row["name"].removeprefix(_PREFIX): row["value"] for row in rows}
