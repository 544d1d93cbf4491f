"""Rows of orders and their lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from service.domain.orders import IncomingOrder, Kind, Status, amounts, main_product
from service.domain.purchases import PlacedOrder
from service.store.database import Database, in_list

_LINE_COLUMNS = (
    "order_id",
    "position",
    "product_id",
    "name",
    "quantity",
    "unit_price",
    "amount",
    "discount",
    "unit_cost",
)
_PER_STATEMENT = 10_000


@dataclass(frozen=True)
class KnownOrder:
    """What tells whether an order that arrives is new, changed or the same."""

    id: int
    customer_id: int | None
    digest: str


@dataclass(frozen=True)
class StoredOrder:
    """An order's row; amounts in minor units as in `domain.orders.Amounts`."""

    id: int
    source: str
    shop_order_id: str
    kind: Kind
    customer_id: int | None
    placed_at: int
    day: int
    currency: str
    status: Status
    payment_method: str | None
    traffic_source: str | None
    medium: str | None
    campaign: str | None
    term: str | None
    coupon: str | None
    country: str | None
    gross: int
    discount: int
    refunded: int
    revenue: int
    cost: int | None
    units: int
    main_product: str | None
    digest: str
    updated_at: int


@dataclass(frozen=True)
class StoredLine:
    """A line with its product; amounts in minor units, the price as decimal text."""

    order_id: int
    position: int
    product: str | None
    name: str | None
    quantity: int
    unit_price: str
    amount: int
    discount: int
    unit_cost: int | None


_ORDER_COLUMNS = tuple(field.name for field in fields(StoredOrder))
_WRITTEN = _ORDER_COLUMNS[1:]
_SELECTED = ", ".join(_ORDER_COLUMNS)


# writing -----------------------------------------------------------------------------------------------------------


def known(db: Database, source: str, shop_order_ids: Sequence[str]) -> dict[str, KnownOrder]:
    """Which of these orders are stored already, by the shop's id."""
    found: dict[str, KnownOrder] = {}
    for start in range(0, len(shop_order_ids), _PER_STATEMENT):
        listed, params = in_list("order", shop_order_ids[start : start + _PER_STATEMENT])
        rows = db.query(
            f"""
            SELECT shop_order_id, id, customer_id, digest FROM orders
             WHERE source = :source AND shop_order_id IN {listed}
            """,
            {"source": source, **params},
        )
        found.update({row.pop("shop_order_id"): KnownOrder(**row) for row in rows})
    return found


def to_row(order: IncomingOrder, customer_id: int | None, day: int, digest: str, now: int) -> StoredOrder:
    """The row of an order that arrived; its id is not known yet."""
    worth = amounts(order)
    return StoredOrder(
        id=0,
        source=order.source,
        shop_order_id=order.shop_order_id,
        kind=order.kind,
        customer_id=customer_id,
        placed_at=order.placed_at,
        day=day,
        currency=order.currency,
        status=order.status,
        payment_method=order.payment_method,
        traffic_source=order.traffic_source,
        medium=order.medium,
        campaign=order.campaign,
        term=order.term,
        coupon=order.coupon,
        country=order.country,
        gross=worth.gross,
        discount=worth.discount,
        refunded=worth.refunded,
        revenue=worth.revenue,
        cost=worth.cost,
        units=worth.units,
        main_product=main_product(order),
        digest=digest,
        updated_at=now,
    )


def placed(order_id: int, row: StoredOrder) -> PlacedOrder:
    """The part of a row that purchase facts need."""
    return PlacedOrder(
        order_id=order_id,
        kind=row.kind,
        status=row.status,
        placed_at=row.placed_at,
        day=row.day,
        gross=row.gross,
        discount=row.discount,
        refunded=row.refunded,
        revenue=row.revenue,
        cost=row.cost,
        units=row.units,
        traffic_source=row.traffic_source,
        main_product=row.main_product,
    )


def insert(db: Database, rows: Sequence[StoredOrder]) -> list[int]:
    """Add orders; their ids, in the same order."""
    return db.insert_returning("orders", _WRITTEN, [[getattr(row, name) for name in _WRITTEN] for row in rows])


def replace(db: Database, order_id: int, row: StoredOrder) -> None:
    """Write an order's changed row and drop its old lines; the caller adds the new ones."""
    assignments = ", ".join(f"{name} = :{name}" for name in _WRITTEN)
    db.execute(
        f"UPDATE orders SET {assignments} WHERE id = :order_id",
        {**{name: getattr(row, name) for name in _WRITTEN}, "order_id": order_id},
    )
    db.execute("DELETE FROM order_lines WHERE order_id = :order_id", {"order_id": order_id})


def insert_lines(db: Database, orders: Sequence[tuple[int, IncomingOrder]], product_ids: Mapping[str, int]) -> None:
    """Add the lines of orders.

    :param orders: each with its id
    :param product_ids: our id of each product by the shop's
    """
    rows = [
        (
            order_id,
            position,
            product_ids[line.product] if line.product is not None else None,
            line.name,
            line.quantity,
            line.unit_price,
            line.amount,
            line.discount,
            line.unit_cost,
        )
        for order_id, order in orders
        for position, line in enumerate(order.lines, 1)
    ]
    if rows:
        db.insert_rows("order_lines", _LINE_COLUMNS, rows)


# reading -----------------------------------------------------------------------------------------------------------


def of_customer(db: Database, customer_id: int, *, limit: int = 50) -> list[StoredOrder]:
    """Orders and refund documents of a customer, the latest first."""
    rows = db.query(
        f"""
        SELECT {_SELECTED} FROM orders
         WHERE customer_id = :customer_id
         ORDER BY placed_at DESC, id DESC
         LIMIT :limit
        """,
        {"customer_id": customer_id, "limit": limit},
    )
    return [StoredOrder(**row) for row in rows]


def lines_of(db: Database, order_ids: Sequence[int]) -> dict[int, list[StoredLine]]:
    """The lines of these orders, in their order."""
    if not order_ids:
        return {}
    listed, params = in_list("order", order_ids)
    rows = db.query(
        f"""
        SELECT l.order_id, l.position, p.shop_product_id AS product, COALESCE(l.name, p.name) AS name, l.quantity,
               l.unit_price, l.amount, l.discount, l.unit_cost
          FROM order_lines l
          LEFT JOIN products p ON p.id = l.product_id
         WHERE l.order_id IN {listed}
         ORDER BY l.order_id, l.position
        """,
        params,
    )
    found: dict[int, list[StoredLine]] = {}
    for row in rows:
        found.setdefault(row["order_id"], []).append(StoredLine(**row))
    return found


def other_currency(db: Database, currency: str) -> str | None:
    """A currency that stored orders have beside this one, ``None`` when all have it."""
    row = db.one("SELECT currency FROM orders WHERE currency <> :currency LIMIT 1", {"currency": currency})
    return row["currency"] if row else None
