"""Rows of the kept purchase sums, one per customer who ever ordered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields

from service.domain.purchases import PlacedOrder, Purchases, summarise
from service.store.database import Database, Row, in_list

_COLUMNS = tuple(field.name for field in fields(Purchases))
_SELECTED = ", ".join(_COLUMNS)
_HISTORY = """
SELECT id AS order_id, kind, status, placed_at, day, gross, discount, refunded, revenue, cost, units, traffic_source,
       main_product, customer_id
  FROM orders
"""


def get(db: Database, customer_ids: Sequence[int]) -> dict[int, Purchases]:
    """The kept sums of these customers; who never ordered is missing."""
    if not customer_ids:
        return {}
    listed, params = in_list("customer", customer_ids)
    rows = db.query(f"SELECT customer_id, {_SELECTED} FROM purchases WHERE customer_id IN {listed}", params)
    return dict(_kept(row) for row in rows)


def save(db: Database, kept: Mapping[int, Purchases]) -> None:
    """Keep the sums of these customers, in place of those kept before; each write counts their revision up."""
    if not kept:
        return
    updates = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)
    db.insert_rows(
        "purchases",
        ("customer_id", *_COLUMNS, "revision"),
        [(customer_id, *(getattr(kept[customer_id], name) for name in _COLUMNS), 1) for customer_id in sorted(kept)],
        suffix=f"ON CONFLICT (customer_id) DO UPDATE SET {updates}, revision = purchases.revision + 1",
    )


def history(db: Database, customer_ids: Sequence[int]) -> dict[int, list[PlacedOrder]]:
    """All orders and refund documents of these customers; who has none is missing."""
    if not customer_ids:
        return {}
    listed, params = in_list("customer", customer_ids)
    return _grouped(db.query(f"{_HISTORY} WHERE customer_id IN {listed}", params))


def rebuild(db: Database, customer_ids: Sequence[int]) -> None:
    """Work the sums of these customers out from their orders; who has no order any more has no row."""
    orders = history(db, customer_ids)
    save(db, {customer_id: summarise(placed) for customer_id, placed in orders.items()})
    forget(db, [customer_id for customer_id in customer_ids if customer_id not in orders])


def forget(db: Database, customer_ids: Sequence[int]) -> None:
    """Drop the sums of customers who have no orders."""
    if customer_ids:
        listed, params = in_list("customer", customer_ids)
        db.execute(f"DELETE FROM purchases WHERE customer_id IN {listed}", params)


def page(db: Database, after: int, limit: int) -> tuple[dict[int, Purchases], dict[int, list[PlacedOrder]]]:
    """Kept sums and orders of the next customers who have either; both by customer."""
    rows = db.query(
        """
        SELECT customer_id FROM (
               SELECT customer_id FROM purchases WHERE customer_id > :after ORDER BY customer_id LIMIT :limit) AS kept
        UNION
        SELECT customer_id FROM (
               SELECT DISTINCT customer_id FROM orders
                WHERE customer_id > :after ORDER BY customer_id LIMIT :limit) AS ordered
        ORDER BY customer_id
        LIMIT :limit
        """,
        {"after": after, "limit": limit},
    )
    ids = [row["customer_id"] for row in rows]
    return get(db, ids), history(db, ids)


def _kept(row: Row) -> tuple[int, Purchases]:
    return row["customer_id"], Purchases(**{name: row[name] for name in _COLUMNS})


def _grouped(rows: Iterable[Row]) -> dict[int, list[PlacedOrder]]:
    found: dict[int, list[PlacedOrder]] = {}
    for row in rows:
        customer_id = row.pop("customer_id")
        found.setdefault(customer_id, []).append(PlacedOrder(**row))
    return found
