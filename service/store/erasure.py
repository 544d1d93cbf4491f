"""Erasing a person: the only place that deletes history. What stays names nobody."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from service.domain.consent import SuppressionReason
from service.store import segment_days
from service.store.database import Database, in_list

_REASON: SuppressionReason = "erased"
_WHY = "the customer was erased"
# In this order: rows that refer to others go first.
_OWNED = (
    "facts",
    "assignments",
    "memberships",
    "labels",
    "discovery_members",
    "profiles",
    "purchases",
    "consents",
    "suppressions",
    "contact_events",
    "quiz_offers",
    "identities",
)
_DAY = 24 * 3600 * 1_000_000
_EVERY_CHANNEL = "any"


@dataclass(frozen=True)
class Holdings:
    """How much is kept of a person: what erasing deletes, and the orders that stay without them."""

    identities: int
    responses: int
    facts: int
    deliveries: int
    orders: int


@dataclass(frozen=True)
class Undelivered:
    """What destinations may hold of a customer beside the present tags.

    :param sequence: the highest of any message about them
    :param tags: those in messages that never arrived, or not surely
    """

    sequence: int = 0
    tags: frozenset[str] = field(default_factory=frozenset)


def everybody(db: Database, customer_id: int) -> list[int]:
    """A customer and those who were merged into them, by id."""
    rows = db.query("SELECT id FROM customers WHERE id = :id OR merged_into = :id ORDER BY id", {"id": customer_id})
    return [row["id"] for row in rows]


def holdings(db: Database, customer_ids: Sequence[int]) -> Holdings:
    """How much is kept of these customers; one statement."""
    listed, params = in_list("customer", customer_ids)
    counts = ", ".join(
        f"(SELECT COUNT(*) FROM {table} WHERE customer_id IN {listed}) AS {table}"
        for table in ("identities", "responses", "facts", "deliveries", "orders")
    )
    (row,) = db.query(f"SELECT {counts}", params)
    return Holdings(**row)


def response_ids(db: Database, customer_ids: Sequence[int]) -> list[str]:
    """The public ids of all their responses, in order."""
    listed, params = in_list("customer", customer_ids)
    rows = db.query(f"SELECT public_id FROM responses WHERE customer_id IN {listed} ORDER BY public_id", params)
    return [row["public_id"] for row in rows]


def undelivered(db: Database, customer_ids: Sequence[int]) -> dict[int, Undelivered]:
    """What destinations may hold of these customers, by customer; who was never told of is missing."""
    listed, params = in_list("customer", customer_ids)
    rows = db.query(
        f"SELECT customer_id, sequence, status, payload FROM deliveries WHERE customer_id IN {listed}", params
    )
    found: dict[int, Undelivered] = {}
    for row in rows:
        before = found.get(row["customer_id"], Undelivered())
        told = frozenset[str]() if row["status"] == "delivered" else _tags(row["payload"])
        found[row["customer_id"]] = Undelivered(max(before.sequence, row["sequence"]), before.tags | told)
    return found


def erase(db: Database, customer_ids: Sequence[int], now: int, *, today: int | None = None) -> None:
    """Delete everything that tells who these customers were, what they said and what was made of it.

    1. Messages keep their times and what became of them; what was in them goes. Those that wait are never sent.
    2. Answers, what was typed, responses, profiles with all history, consent and addresses are deleted.
    3. Orders belong to nobody from now on, so that the shop's totals stay.
    4. The bare number stays, erased and suppressed, so that nothing that names it is sent any more.

    :param today: the shop's day, on which the memberships that end are counted; that of UTC where it is not told
    """
    listed, params = in_list("customer", customer_ids)
    _empty_messages(db, listed, {**params, "now": now, "why": _WHY})
    for table in ("answers", "messages"):
        db.execute(
            f"DELETE FROM {table} WHERE response_id IN (SELECT id FROM responses WHERE customer_id IN {listed})", params
        )
    db.execute(f"DELETE FROM responses WHERE customer_id IN {listed}", params)
    segment_days.depart(db, customer_ids, now // _DAY if today is None else today)
    for table in _OWNED:
        db.execute(f"DELETE FROM {table} WHERE customer_id IN {listed}", params)
    db.execute(f"UPDATE orders SET customer_id = NULL WHERE customer_id IN {listed}", params)
    db.execute(
        f"""
        UPDATE customers
           SET first_name = NULL, last_name = NULL, language = NULL, country = NULL, region = NULL, city = NULL,
               postal_code = NULL, place_x = NULL, place_y = NULL, place_z = NULL, attributes = NULL,
               received_at = NULL, opened_at = NULL, clicked_at = NULL, search = '', erased_at = :now
         WHERE id IN {listed}
        """,
        {**params, "now": now},
    )
    rows = [(customer_id, _EVERY_CHANNEL, _REASON, now) for customer_id in customer_ids]
    db.insert_rows("suppressions", ("customer_id", "channel", "reason", "since"), rows)


def _empty_messages(db: Database, listed: str, params: dict[str, object]) -> None:
    """Rows are kept: a worker may be sending one of them just now, and stores its result afterwards."""
    theirs = {name: value for name, value in params.items() if name not in ("now", "why")}
    db.execute(
        f"""
        UPDATE attempts SET answer = NULL, error = NULL
         WHERE delivery_id IN (SELECT id FROM deliveries WHERE customer_id IN {listed})
        """,
        theirs,
    )
    db.execute(
        f"""
        UPDATE deliveries
           SET payload = '{{}}',
               last_error = CASE WHEN status IN ('due', 'dead') THEN :why ELSE NULL END,
               settled_at = CASE WHEN status = 'due' THEN :now ELSE settled_at END,
               status = CASE WHEN status IN ('due', 'dead') THEN 'blocked' ELSE status END
         WHERE customer_id IN {listed}
        """,
        params,
    )


def _tags(payload: str) -> frozenset[str]:
    document = json.loads(payload)
    return frozenset(tag for name in ("added", "removed", "tags") for tag in document.get(name, ()))
