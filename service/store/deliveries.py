"""Deliveries: the outbox, and who is sending what."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.deliveries import Delivery, Settled, Status
from service.store.database import Database, Row, in_list

_COLUMNS = """
    id, event_id, destination_id, customer_id, type, payload, sequence, status, attempts, due_at, leased_until,
    last_error, last_status, created_at, settled_at
"""


@dataclass(frozen=True)
class NewDelivery:
    """A message to write into the outbox."""

    event_id: str
    destination_id: int
    customer_id: int
    type: str
    payload: Mapping[str, Any]
    sequence: int


@dataclass(frozen=True)
class Addressee:
    """What must be known of a customer at the moment of sending, beside their consent.

    :param email: their address, a proven one before a typed one
    """

    email: str | None
    erased: bool


# writing and sending -------------------------------------------------------------------------------------------------


def add(db: Database, deliveries: Sequence[NewDelivery], now: int) -> None:
    """Write messages into the outbox, due at once; one statement."""
    columns = (
        "event_id",
        "destination_id",
        "customer_id",
        "type",
        "payload",
        "sequence",
        "status",
        "attempts",
        "due_at",
        "created_at",
    )
    rows = [
        (
            one.event_id,
            one.destination_id,
            one.customer_id,
            one.type,
            _dump(one.payload),
            one.sequence,
            "due",
            0,
            now,
            now,
        )
        for one in deliveries
    ]
    db.insert_rows("deliveries", columns, rows)


def destinations_due(db: Database, now: int) -> list[int]:
    """Destinations that can be sent to and have something due."""
    rows = db.query(
        """
        SELECT d.id
          FROM destinations d
         WHERE d.status = 'active'
           AND (d.paused_until IS NULL OR d.paused_until <= :now)
           AND EXISTS (
               SELECT 1 FROM deliveries o
                WHERE o.destination_id = d.id AND o.status = 'due' AND o.due_at <= :now)
         ORDER BY d.id
        """,
        {"now": now},
    )
    return [row["id"] for row in rows]


def has_due(db: Database, destination_id: int, number: int) -> bool:
    """Whether at least ``number`` deliveries wait for a destination."""
    row = db.one(
        """
        SELECT COUNT(*) AS waiting
          FROM (SELECT 1 AS one FROM deliveries
                 WHERE destination_id = :destination AND status = 'due'
                 LIMIT :number) AS first
        """,
        {"destination": destination_id, "number": number},
    )
    return row is not None and int(row["waiting"]) >= number


def claim(db: Database, destination_id: int, *, now: int, leased_until: int, limit: int) -> list[Delivery]:
    """Take what is due for a destination, in the order it was written; the try about to be made is counted.

    A customer of whom another message is on its way is passed over: two messages of one customer are never sent at
    the same time. Call it inside ``write(key)`` with one key per destination: of two claims at once, each would not
    see what the other takes.
    """
    rows = db.query(
        f"""
        UPDATE deliveries
           SET status = 'sending', leased_until = :until, attempts = attempts + 1
         WHERE status = 'due'
           AND id IN (
               SELECT o.id
                 FROM deliveries o
                WHERE o.status = 'due' AND o.destination_id = :destination AND o.due_at <= :now
                  AND NOT EXISTS (
                      SELECT 1 FROM deliveries s
                       WHERE s.customer_id = o.customer_id AND s.destination_id = o.destination_id
                         AND s.status = 'sending')
                ORDER BY o.due_at, o.id
                LIMIT :limit)
        RETURNING {_COLUMNS}
        """,
        {"destination": destination_id, "now": now, "until": leased_until, "limit": limit},
    )
    return sorted((_delivery(row) for row in rows), key=lambda delivery: delivery.id)


def renew(db: Database, delivery_ids: Sequence[int], lease: int, until: int) -> None:
    """Keep what was taken for longer: answers are still waited for.

    :param lease: instant until which it is taken so far
    """
    listed, params = in_list("id", delivery_ids)
    db.execute(
        f"""
        UPDATE deliveries SET leased_until = :until
         WHERE id IN {listed} AND status = 'sending' AND leased_until = :lease
        """,
        {**params, "lease": lease, "until": until},
    )


def release(db: Database, delivery_ids: Sequence[int], lease: int) -> None:
    """Put back what was taken until ``lease`` and not tried."""
    if not delivery_ids:
        return
    listed, params = in_list("id", delivery_ids)
    db.execute(
        f"""
        UPDATE deliveries SET status = 'due', leased_until = NULL, attempts = attempts - 1
         WHERE id IN {listed} AND status = 'sending' AND leased_until = :lease
        """,
        {**params, "lease": lease},
    )


def settle(db: Database, delivery_id: int, lease: int, settled: Settled) -> bool:
    """Store what became of a delivery; false when its lease ran out meanwhile and another worker has it.

    What was in the last message about an erased customer is not kept once it arrived.
    """
    changed = db.execute(
        """
        UPDATE deliveries
           SET status = :status, due_at = :due_at, attempts = :attempts, leased_until = NULL,
               last_error = :error, last_status = :http_status, settled_at = :settled_at,
               payload = CASE WHEN :status = 'delivered' AND EXISTS (
                                   SELECT 1 FROM customers c
                                    WHERE c.id = deliveries.customer_id AND c.erased_at IS NOT NULL)
                              THEN '{}' ELSE payload END
         WHERE id = :id AND status = 'sending' AND leased_until = :lease
        """,
        {
            "id": delivery_id,
            "lease": lease,
            "status": settled.status,
            "due_at": settled.due_at,
            "attempts": settled.attempts,
            "error": settled.error,
            "http_status": settled.http_status,
            "settled_at": settled.settled_at,
        },
    )
    return changed == 1


def expired(db: Database, now: int, limit: int) -> list[Delivery]:
    """Deliveries whose worker did not come back in time."""
    rows = db.query(
        f"""
        SELECT {_COLUMNS}
          FROM deliveries
         WHERE status = 'sending' AND leased_until < :now
         ORDER BY leased_until
         LIMIT :limit
        """,
        {"now": now, "limit": limit},
    )
    return [_delivery(row) for row in rows]


def bring_forward(db: Database, destination_id: int, now: int) -> None:
    """Make what waits for its next try due now: its destination was unavailable and is back."""
    db.execute(
        """
        UPDATE deliveries SET due_at = :now
         WHERE destination_id = :destination AND status = 'due' AND due_at > :now
        """,
        {"destination": destination_id, "now": now},
    )


def addressee(db: Database, customer_id: int) -> Addressee:
    """What must be known of a customer at the moment of sending."""
    row = db.one(
        """
        SELECT c.erased_at,
               (SELECT i.value FROM identities i
                 WHERE i.customer_id = c.id AND i.kind = 'email'
                 ORDER BY CASE i.proof WHEN 'verified' THEN 0 ELSE 1 END, i.id
                 LIMIT 1) AS email
          FROM customers c
         WHERE c.id = :id
        """,
        {"id": customer_id},
    )
    return Addressee(None, True) if row is None else Addressee(row["email"], row["erased_at"] is not None)


# looking and mending -------------------------------------------------------------------------------------------------


def get(db: Database, delivery_id: int) -> Delivery | None:
    """The delivery of that id, or ``None``."""
    row = db.one(f"SELECT {_COLUMNS} FROM deliveries WHERE id = :id", {"id": delivery_id})
    return None if row is None else _delivery(row)


def listing(
    db: Database,
    *,
    status: Status | None = None,
    destination_id: int | None = None,
    customer_id: int | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[Delivery]:
    """Deliveries, the newest first.

    :param before_id: only older ones: the last id of the page before
    """
    wanted = {"status": status, "destination_id": destination_id, "customer_id": customer_id}
    params: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
    clauses = [f"{name} = :{name}" for name in params]
    if before_id is not None:
        clauses.append("id < :before_id")
        params["before_id"] = before_id
    where = f"WHERE {' AND '.join(clauses)}" if clauses else ""
    rows = db.query(
        f"SELECT {_COLUMNS} FROM deliveries {where} ORDER BY id DESC LIMIT :limit", {**params, "limit": limit}
    )
    return [_delivery(row) for row in rows]


def retry(db: Database, delivery_ids: Sequence[int], now: int) -> int:
    """Make deliveries due now with all tries before them; how many. What is on its way or blocked stays as it is."""
    listed, params = in_list("id", delivery_ids)
    return db.execute(
        f"""
        UPDATE deliveries SET status = 'due', due_at = :now, attempts = 0, settled_at = NULL
         WHERE id IN {listed} AND status IN ('due', 'dead', 'delivered')
        """,
        {**params, "now": now},
    )


def dead_ids(db: Database, *, since: int, destination_id: int | None, after_id: int, limit: int) -> list[int]:
    """A page of the deliveries given up since an instant, by id."""
    only = "" if destination_id is None else "AND destination_id = :destination"
    rows = db.query(
        f"""
        SELECT id FROM deliveries
         WHERE status = 'dead' AND id > :after AND settled_at >= :since {only}
         ORDER BY id
         LIMIT :limit
        """,
        {"since": since, "after": after_id, "limit": limit, "destination": destination_id or 0},
    )
    return [row["id"] for row in rows]


def _delivery(row: Row) -> Delivery:
    return Delivery(**{**row, "payload": json.loads(row["payload"])})


def _dump(payload: Mapping[str, Any]) -> str:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
