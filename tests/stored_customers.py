"""Random customers of `tests/strategies.py` written into a database, for what is asked by SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from service.domain.subjects import PastLine
from service.store import purchases
from service.store.database import Database
from service.store.history import fact_values
from tests.strategies import SEGMENTS, Clock, Customer

_EMPTIED = ("memberships", "facts", "order_lines", "orders", "purchases", "products", "customers", "population_cuts")
_ORDER = (
    "id", "source", "shop_order_id", "kind", "customer_id", "placed_at", "day", "currency", "status", "payment_method",
    "traffic_source", "medium", "campaign", "coupon", "country", "gross", "discount", "refunded", "revenue", "units",
    "main_product", "digest", "updated_at",
)  # fmt: skip
_CUSTOMER = ("id", "created_at", "opened_at", "place_x", "place_y", "place_z")


def completed(customer: Customer, clock: Clock) -> Customer:
    """The customer with what every stored one has: the time when the record began."""
    return replace(customer, kept={"customer.created_at": clock.now, **customer.kept})


def store(db: Database, customers: Sequence[Customer]) -> None:
    """Write these customers, numbered from 1, in place of all others. Orders are numbered anew, in the same order."""
    with db.write("test"):
        for table in _EMPTIED:
            db.execute(f"DELETE FROM {table}")
        db.insert_rows(
            "segments",
            ("id", "version", "status", "owner", "body", "created_at", "changed_at"),
            [(one, 1, "live", "file", "{}", 0, 0) for one in SEGMENTS],
            suffix="ON CONFLICT (id) DO NOTHING",
        )
        db.insert_rows("customers", _CUSTOMER, [_record(number, one) for number, one in enumerate(customers, 1)])
        _store_orders(db, customers)
        _store_facts(db, customers)
        _store_stays(db, customers)
        purchases.rebuild(db, range(1, len(customers) + 1))


def _record(number: int, customer: Customer) -> list[object]:
    place = customer.kept.get("customer.place") or (None, None, None)
    kept = customer.kept
    return [number, kept["customer.created_at"], kept.get("contact.opened_at"), *place]  # type: ignore[misc]


def _store_orders(db: Database, customers: Sequence[Customer]) -> None:
    numbers, products, rows, lines = count(1), dict[tuple[str, str | None], int](), [], []
    for customer_id, customer in enumerate(customers, 1):
        for one in customer.orders:
            order_id = next(numbers)
            first = one.lines[0].product if one.lines else None
            rows.append(
                [order_id, "shop", str(order_id), one.kind, customer_id, one.placed_at, one.day, "SAR", one.status]
                + [one.payment_method, one.source, one.medium, one.campaign, one.coupon, one.country, one.gross]
                + [one.discount, 0, one.revenue, one.units, first, "", 0]
            )
            for position, line in enumerate(one.lines, 1):
                lines.append(_line(order_id, position, line, products))
    db.insert_rows(
        "products",
        ("id", "source", "shop_product_id", "name", "category"),
        [(number, f"shop {number}", product, product, category) for (product, category), number in products.items()],
    )
    db.insert_rows("orders", _ORDER, rows)
    columns = ("order_id", "position", "product_id", "quantity", "unit_price", "amount", "discount")
    db.insert_rows("order_lines", columns, lines)


def _line(order_id: int, position: int, line: PastLine, products: dict[tuple[str, str | None], int]) -> list[object]:
    product = None
    if line.product is not None:
        product = products.setdefault((line.product, line.category), len(products) + 1)
    return [order_id, position, product, line.quantity, "0", line.amount, line.discount]


def _store_facts(db: Database, customers: Sequence[Customer]) -> None:
    rows = [
        (customer_id, name, *values, one.since_at, one.until_at)
        for customer_id, customer in enumerate(customers, 1)
        for name, recorded in customer.past.items()
        for one in recorded
        for values in fact_values(one.value)
    ]
    columns = ("customer_id", "name", "text", "number", "search", "words", "part", "since_at", "until_at")
    db.insert_rows("facts", columns, rows)


def _store_stays(db: Database, customers: Sequence[Customer]) -> None:
    rows = [
        (customer_id, segment_id, 1, one.entered_at, "[]", one.left_at)
        for customer_id, customer in enumerate(customers, 1)
        for segment_id, stays in customer.memberships.items()
        for one in stays
    ]
    columns = ("customer_id", "segment_id", "segment_version", "entered_at", "entered_reason", "left_at")
    db.insert_rows("memberships", columns, rows)
