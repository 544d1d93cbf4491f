"""Destinations: where tags go, whether they can be reached, and how far each was told of what was before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from service.domain.deliveries import Destination, DestinationStatus
from service.store.database import Database, Row

_COLUMNS = """
    id, type, name, status, status_reason, config, failures, paused_until, backfilled_to, created_at
"""


@dataclass(frozen=True)
class TaggedCustomer:
    """A customer with the tags they have now.

    :param sequence: of the last change of these tags
    """

    customer_id: int
    tags: tuple[str, ...]
    sequence: int


def listing(db: Database) -> list[Destination]:
    """All destinations, oldest first."""
    return [_destination(row) for row in db.query(f"SELECT {_COLUMNS} FROM destinations ORDER BY id")]


def get(db: Database, destination_id: int) -> Destination | None:
    """The destination of that id, or ``None``."""
    row = db.one(f"SELECT {_COLUMNS} FROM destinations WHERE id = :id", {"id": destination_id})
    return None if row is None else _destination(row)


def add(
    db: Database, *, kind: str, name: str, config: Mapping[str, Any], now: int, backfill_at: int | None = None
) -> int:
    """Add a destination that is active and knows of no customer yet; its id.

    :param backfill_at: instant from which it is told of what customers have already; at once unless given
    """
    row = db.one(
        """
        INSERT INTO destinations (type, name, status, config, backfilled_to, backfill_at, created_at)
        VALUES (:type, :name, 'active', :config, 0, :backfill_at, :now)
        RETURNING id
        """,
        {
            "type": kind,
            "name": name,
            "config": json.dumps(config, ensure_ascii=False),
            "backfill_at": now if backfill_at is None else backfill_at,
            "now": now,
        },
    )
    return int(cast(Row, row)["id"])


def set_status(db: Database, destination_id: int, status: DestinationStatus, reason: str | None) -> None:
    """Activate, pause or disable a destination; a rest that it takes ends."""
    db.execute(
        """
        UPDATE destinations
           SET status = :status, status_reason = :reason, paused_until = NULL, failures = 0
         WHERE id = :id
        """,
        {"id": destination_id, "status": status, "reason": reason},
    )


def rest(db: Database, destination_id: int, until: int, reason: str | None) -> None:
    """Note one more failure in a row, and leave the destination alone until an instant."""
    db.execute(
        """
        UPDATE destinations
           SET failures = failures + 1, paused_until = :until, status_reason = :reason
         WHERE id = :id AND status = 'active'
        """,
        {"id": destination_id, "until": until, "reason": reason},
    )


def recover(db: Database, destination_id: int) -> None:
    """Note that a destination takes messages again."""
    db.execute(
        """
        UPDATE destinations
           SET failures = 0, paused_until = NULL, status_reason = NULL
         WHERE id = :id AND status = 'active'
        """,
        {"id": destination_id},
    )


def set_config(db: Database, destination_id: int, config: Mapping[str, Any]) -> None:
    """Replace what a destination's type needs."""
    db.execute(
        "UPDATE destinations SET config = :config WHERE id = :id",
        {"id": destination_id, "config": json.dumps(config, ensure_ascii=False)},
    )


def begin_backfill(db: Database, destination_id: int, at: int) -> None:
    """Have a destination told of every customer anew, from an instant on."""
    db.execute(
        "UPDATE destinations SET backfilled_to = 0, backfill_at = :at WHERE id = :id",
        {"id": destination_id, "at": at},
    )


def set_backfilled(db: Database, destination_id: int, customer_id: int | None) -> None:
    """Note the last customer a destination was told of; ``None`` when it knows all."""
    db.execute(
        "UPDATE destinations SET backfilled_to = :customer WHERE id = :id",
        {"id": destination_id, "customer": customer_id},
    )


def backfilling(db: Database, now: int) -> list[int]:
    """Destinations in use that do not know all customers yet."""
    rows = db.query(
        """
        SELECT id
          FROM destinations
         WHERE backfilled_to IS NOT NULL AND status <> 'disabled' AND backfill_at <= :now
         ORDER BY id
        """,
        {"now": now},
    )
    return [row["id"] for row in rows]


def tagged_customers(db: Database, after_id: int, limit: int) -> tuple[list[TaggedCustomer], int | None]:
    """A page of the customers who have tags.

    :param after_id: the last customer looked at before
    :returns: those with tags, and the last customer looked at, ``None`` when nobody was left
    """
    rows = db.query(
        """
        SELECT p.customer_id, p.state, p.sequence
          FROM profiles p
          JOIN customers c ON c.id = p.customer_id
         WHERE p.customer_id > :after AND c.merged_into IS NULL AND c.erased_at IS NULL
         ORDER BY p.customer_id
         LIMIT :limit
        """,
        {"after": after_id, "limit": limit},
    )
    tagged = [(row, tuple(sorted(json.loads(row["state"]).get("tags", ())))) for row in rows]
    found = [TaggedCustomer(row["customer_id"], tags, row["sequence"]) for row, tags in tagged if tags]
    return found, rows[-1]["customer_id"] if rows else None


def _destination(row: Row) -> Destination:
    return Destination(**{**row, "config": json.loads(row["config"])})
