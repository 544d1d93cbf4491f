"""What lies behind a customer, for clauses that ask for more than the present: orders and lines, stays, past values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from service.domain.memberships import Loaded
from service.domain.subjects import OrderHistory, PastLine, PastOrder, Recorded, Stay
from service.store.database import Database, Row, in_list

_ORDER = (
    "o.id, o.customer_id, o.placed_at, o.day, o.status, o.kind, o.gross, o.discount, o.revenue, o.units,"
    " o.traffic_source AS source, o.medium, o.campaign, o.coupon, o.payment_method, o.country"
)
_PLAIN = (
    "id", "placed_at", "day", "status", "kind", "gross", "discount", "revenue", "units", "source", "medium",
    "campaign", "coupon", "payment_method", "country",
)  # fmt: skip


def load(
    db: Database, customer_ids: Sequence[int], *, orders: bool = True, stays: bool = True, past: bool = True
) -> dict[int, Loaded]:
    """What lies behind these customers; one statement for each kind that is wanted, ``None`` for the others."""
    placed = of_orders(db, customer_ids) if orders else {}
    stayed = of_stays(db, customer_ids) if stays else {}
    values = of_facts(db, customer_ids) if past else {}
    return {
        one: Loaded(
            OrderHistory.of(placed.get(one, [])) if orders else None,
            stayed.get(one, {}) if stays else None,
            values.get(one, {}) if past else None,
        )
        for one in customer_ids
    }


def of_orders(db: Database, customer_ids: Sequence[int]) -> dict[int, list[PastOrder]]:
    """Every order of these customers with its lines."""
    listed, params = in_list("customer", customer_ids)
    rows = db.query(
        f"""
        SELECT {_ORDER}, l.id AS line, l.quantity, l.amount, l.discount AS line_discount,
               p.shop_product_id AS product, p.category
          FROM orders o
          LEFT JOIN order_lines l ON l.order_id = o.id
          LEFT JOIN products p ON p.id = l.product_id
         WHERE o.customer_id IN {listed}
         ORDER BY o.customer_id, o.id, l.position
        """,
        params,
    )
    grouped: dict[int, dict[int, list[Row]]] = {}
    for row in rows:
        grouped.setdefault(row["customer_id"], {}).setdefault(row["id"], []).append(row)
    return {customer: [_order(lines) for lines in orders.values()] for customer, orders in grouped.items()}


def of_stays(db: Database, customer_ids: Sequence[int]) -> dict[int, dict[str, tuple[Stay, ...]]]:
    """Every stay of these customers by segment, the earliest first."""
    listed, params = in_list("customer", customer_ids)
    rows = db.query(
        f"""
        SELECT customer_id, segment_id, entered_at, left_at FROM memberships
         WHERE customer_id IN {listed}
         ORDER BY customer_id, entered_at, id
        """,
        params,
    )
    found: dict[int, dict[str, tuple[Stay, ...]]] = {}
    for row in rows:
        mine = found.setdefault(row["customer_id"], {})
        mine[row["segment_id"]] = (*mine.get(row["segment_id"], ()), Stay(row["entered_at"], row["left_at"]))
    return found


def of_facts(db: Database, customer_ids: Sequence[int]) -> dict[int, dict[str, tuple[Recorded, ...]]]:
    """Every recorded value of these customers' facts by name, the earliest first; the parts of a list together."""
    listed, params = in_list("customer", customer_ids)
    rows = db.query(
        f"""
        SELECT customer_id, name, text, number, part, since_at, until_at FROM facts
         WHERE customer_id IN {listed}
         ORDER BY customer_id, name, since_at, id
        """,
        params,
    )
    found: dict[int, dict[str, tuple[Recorded, ...]]] = {}
    for row in rows:
        mine = found.setdefault(row["customer_id"], {})
        before = mine.get(row["name"], ())
        value = row["text"] if row["number"] is None else _number(row["number"])
        if row["part"] and before:  # the next part of the same list
            last = before[-1]
            joined = (*(last.value if isinstance(last.value, tuple) else (last.value,)), value)
            mine[row["name"]] = (*before[:-1], Recorded(joined, last.since_at, last.until_at))
        else:
            first = value if row["part"] is None else (value,)
            mine[row["name"]] = (*before, Recorded(first, row["since_at"], row["until_at"]))
    return found


def _order(rows: Sequence[Row]) -> PastOrder:
    first: Mapping[str, object] = rows[0]
    lines = tuple(
        PastLine(row["quantity"], row["amount"], row["line_discount"], row["product"], row["category"])
        for row in rows
        if row["line"] is not None
    )
    return PastOrder(**{name: first[name] for name in _PLAIN}, lines=lines)  # type: ignore[arg-type]


def _number(number: float) -> int | float:
    return int(number) if float(number).is_integer() else number
