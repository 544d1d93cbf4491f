"""Joining two customers who were found to be one person, and the record of it."""

from __future__ import annotations

import json

from service.domain import attributes
from service.domain.identities import public_id
from service.store import profiles, purchases, segment_days
from service.store.database import Database, Row

_HELD = ("responses", "orders", "identities", "consents", "suppressions", "quiz_offers")
_FILLED = ("first_name", "last_name", "language", "region", "city")
_PLACE = ("country", "postal_code", "place_x", "place_y", "place_z")
_LATEST = ("received_at", "opened_at", "clicked_at")
_DAY = 24 * 3600 * 1_000_000


def merge(db: Database, kept: int, merged: int, reason: str, now: int, *, today: int | None = None) -> None:
    """Move everything of one customer to another. The caller has waited for the turn of both (`customers.lock`).

    :param today: the shop's day, on which the memberships that end are counted; that of UTC where it is not told

    1. Responses, orders, identities, consents, suppressions and contact events change hands; what the kept customer
       lacks in name, place and own fields is filled in.
    2. Facts, personas and memberships of the merged customer end; they stay as history.
    3. The purchases of the kept customer are summed up anew, and both profiles are asked for: the merged one's is
       then dropped.
    4. The merge is recorded. Whoever asks for the merged id finds the kept customer.
    """
    both = {"kept": kept, "merged": merged, "now": now}
    for table in _HELD:
        db.execute(f"UPDATE {table} SET customer_id = :kept WHERE customer_id = :merged", both)
    _fill(db, both)
    _add_up(db, both)
    _end(db, both, now // _DAY if today is None else today)
    purchases.rebuild(db, [kept, merged])
    profiles.mark(db, [kept, merged], now, "merge")
    db.execute("UPDATE customers SET merged_into = :kept WHERE id = :merged OR merged_into = :merged", both)
    db.execute(
        "INSERT INTO merges (kept_id, merged_id, reason, merged_at) VALUES (:kept, :merged, :reason, :now)",
        {**both, "reason": reason},
    )


def _fill(db: Database, both: dict[str, int]) -> None:
    assignments = ", ".join(
        f"{name} = COALESCE({name}, (SELECT {name} FROM customers WHERE id = :merged))" for name in _FILLED
    )
    db.execute(
        f"""
        UPDATE customers
           SET {assignments},
               search = search || ' ' || (SELECT search FROM customers WHERE id = :merged),
               created_at = CASE WHEN created_at <= (SELECT created_at FROM customers WHERE id = :merged)
                                 THEN created_at ELSE (SELECT created_at FROM customers WHERE id = :merged) END
         WHERE id = :kept
        """,
        both,
    )


def _add_up(db: Database, both: dict[str, int]) -> None:
    """Own fields of both, the kept customer's where both have one; all contact events, and the latest of them."""
    columns = ", ".join(_PLACE)
    rows = db.query(f"SELECT id, attributes, {columns} FROM customers WHERE id IN (:kept, :merged)", both)
    found = {row["id"]: row for row in rows}
    kept, merged = found[both["kept"]], found[both["merged"]]
    joined = _joined(_fields(kept), _fields(merged))
    place = merged if _has_no_place(kept, merged) else kept
    places = ", ".join(f"{name} = :{name}" for name in _PLACE)
    latest = ", ".join(f"{name} = (SELECT MAX({name}) FROM customers WHERE id IN (:kept, :merged))" for name in _LATEST)
    db.execute(
        f"UPDATE customers SET {places}, {latest}, attributes = :attributes WHERE id = :kept",
        {
            **both,
            **{name: place[name] for name in _PLACE},
            "attributes": json.dumps(joined, ensure_ascii=False, sort_keys=True) if joined else None,
        },
    )
    db.execute(
        """
        INSERT INTO contact_events (customer_id, kind, at, source)
        SELECT CAST(:kept AS BIGINT), kind, at, source FROM contact_events WHERE customer_id = :merged
        ON CONFLICT (customer_id, kind, at, source) DO NOTHING
        """,
        both,
    )
    db.execute("DELETE FROM contact_events WHERE customer_id = :merged", both)


def _fields(row: Row) -> dict[str, object]:
    return json.loads(row["attributes"]) if row["attributes"] else {}


def _joined(kept: dict[str, object], merged: dict[str, object]) -> dict[str, object]:
    """Own fields of both, as many as a customer may have: those of the merged one fill what is left."""
    more = [(name, merged[name]) for name in sorted(merged) if name not in kept]
    return {**kept, **dict(more[: max(0, attributes.MOST - len(kept))])}


def _has_no_place(kept: Row, merged: Row) -> bool:
    """Whether the place of the merged customer is to be taken, whole: a postal code of another country is none."""
    return kept["postal_code"] is None and kept["country"] in (None, merged["country"])


def _end(db: Database, both: dict[str, int], today: int) -> None:
    into = public_id(both["kept"])
    why = [{"fact": "customer.merged_into", "op": "eq", "value": into, "found": into, "holds": True}]
    db.execute("UPDATE facts SET until_at = :now WHERE customer_id = :merged AND until_at IS NULL", both)
    db.execute("UPDATE assignments SET until_at = :now WHERE customer_id = :merged AND until_at IS NULL", both)
    segment_days.depart(db, [both["merged"]], today)
    db.execute(
        """
        UPDATE memberships SET left_at = :now, left_reason = :why, left_event = 'merge'
         WHERE customer_id = :merged AND left_at IS NULL
        """,
        {**both, "why": json.dumps(why)},
    )
