"""A simulated shop of any size in a SQLite file, written by SQL: orders in the order of time, buyers all over.

Numbers come from a hash of the row's own number, so the same shop comes out every time. Orders lie in the three years
before :data:`NOW`; few customers buy much, some never.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime

from service.domain.days import day_at

NOW = int(datetime(2026, 6, 1, 9, 0, tzinfo=UTC).timestamp()) * 1_000_000
ZONE = "Asia/Riyadh"
TODAY = day_at(NOW, ZONE)
DAYS = 1_095
DAY = 86_400_000_000
PRODUCTS = 200
# Of each ten orders five have one line, three have two, two have three: 1.7 lines.
LINES_PER_TEN = (1, 1, 1, 1, 1, 2, 2, 2, 3, 3)
_BATCH = 500_000


def build(path: str, customers: int, orders_per_customer: int = 10, say: Callable[[str], None] = print) -> None:
    """Fill a migrated database; indexes are made at the end, as fast as it goes."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("synchronous = OFF", "cache_size = -400000", "temp_store = MEMORY", "foreign_keys = OFF"):
        connection.execute(f"PRAGMA {pragma}")
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
    ).fetchall()
    for name, _sql in indexes:
        connection.execute(f"DROP INDEX {name}")
    for name, fill in (
        ("customers", _customers),
        ("orders", _orders),
        ("lines", _lines),
        ("purchases", _purchases),
        ("facts", _facts),
    ):
        began = time.perf_counter()
        connection.execute("BEGIN")
        fill(connection, customers, orders_per_customer)
        connection.execute("COMMIT")
        say(f"  {name}: {time.perf_counter() - began:.0f} s")
        if name == "lines":
            _index(connection, indexes, ("orders", "order_lines"))
    began = time.perf_counter()
    _index(connection, indexes, None)
    say(f"  indexes: {time.perf_counter() - began:.0f} s")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _pick(number: int, salt: int, below: int) -> int:
    """A number from 0 up to ``below`` that depends on the row's number and on what it is for."""
    mixed = (number * 0x9E3779B97F4A7C15 + salt * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    mixed ^= mixed >> 29
    mixed = (mixed * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
    return (mixed >> 32) * below >> 32


def _index(connection: sqlite3.Connection, indexes: list[tuple[str, str]], tables: tuple[str, ...] | None) -> None:
    there = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'index'")}
    for name, sql in indexes:
        if name not in there and (tables is None or any(f" ON {table} " in sql for table in tables)):
            connection.execute(sql)


def _customers(connection: sqlite3.Connection, customers: int, _orders: int) -> None:
    rows = ((n, NOW - _pick(n, 1, DAYS) * DAY) for n in range(1, customers + 1))
    connection.executemany("INSERT INTO customers (id, created_at) VALUES (?, ?)", rows)
    categories = ("cleansers", "toners", "serums", "creams", "oils", "sun", "masks", "sets", "home", "care")
    connection.executemany(
        "INSERT INTO products (id, source, shop_product_id, name, category, price) VALUES (?, 'shop', ?, ?, ?, ?)",
        (
            (n, f"product-{n}", f"Product {n}", categories[n % 10], 2_000 + 1_000 * (n % 25))
            for n in range(1, PRODUCTS + 1)
        ),
    )


def _orders(connection: sqlite3.Connection, customers: int, per_customer: int) -> None:
    """Buyers are spread by a square, so the busiest tenth places three times its share; a twentieth never buys."""
    total = customers * per_customer
    buyers = customers - customers // 20
    sources = ("search", "instagram", "podcast", "email", None)
    first = TODAY - DAYS + 1

    def rows(begin: int, end: int):  # type: ignore[no-untyped-def]
        for n in range(begin, end):
            spread = _pick(n, 2, 1 << 20) / (1 << 20)
            rank = int(buyers * spread * (0.4 + 0.6 * spread))
            customer = rank * 7_919 % buyers + 1 if buyers % 7_919 else rank + 1
            day = first + n * DAYS // total
            at = day * DAY - 3 * 3_600_000_000 + _pick(n, 3, 86_400) * 1_000_000
            lines = LINES_PER_TEN[_pick(n, 4, 10)]
            gross = sum(_amount(n, position)[2] for position in range(lines))
            discount = gross // 10 if _pick(n, 5, 4) == 0 else 0
            kind = _pick(n, 6, 50)
            status = "pending" if kind == 0 else "refunded" if kind == 1 else "paid"
            revenue = gross - discount if status == "paid" else 0
            refunded = gross - discount if status == "refunded" else 0
            coupon = "SAVE10" if discount and n % 2 else None
            yield (
                n, "shop", f"{n:x}", "order", customer, at, day, "SAR", status, sources[_pick(n, 7, 5)], coupon, gross,
                discount, refunded, revenue, lines, "d", at,
            )  # fmt: skip

    for begin in range(1, total + 1, _BATCH):
        connection.executemany(
            "INSERT INTO orders (id, source, shop_order_id, kind, customer_id, placed_at, day, currency, status,"
            " traffic_source, coupon, gross, discount, refunded, revenue, units, digest, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows(begin, min(begin + _BATCH, total + 1)),
        )


def _amount(order: int, position: int) -> tuple[int, int, int]:
    """Product, pieces and amount of a line."""
    product = _pick(order, 10 + position, PRODUCTS) + 1
    quantity = 1 + (_pick(order, 20 + position, 6) == 0)
    return product, quantity, quantity * (2_000 + 1_000 * (product % 25))


def _lines(connection: sqlite3.Connection, customers: int, per_customer: int) -> None:
    total = customers * per_customer

    def rows(begin: int, end: int):  # type: ignore[no-untyped-def]
        for n in range(begin, end):
            for position in range(LINES_PER_TEN[_pick(n, 4, 10)]):
                product, quantity, amount = _amount(n, position)
                yield n, position + 1, product, quantity, "0", amount, 0

    for begin in range(1, total + 1, _BATCH):
        connection.executemany(
            "INSERT INTO order_lines (order_id, position, product_id, quantity, unit_price, amount, discount)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            rows(begin, min(begin + _BATCH, total + 1)),
        )


def _purchases(connection: sqlite3.Connection, _customers: int, _per_customer: int) -> None:
    connection.execute(
        """
        INSERT INTO purchases (customer_id, orders, order_days, units, gross, discount, discounted_orders, refunded,
                               net_revenue, cost, costed_revenue, costed_orders, first_at, last_at, first_day, last_day,
                               first_order_id, first_source, revision)
        SELECT customer_id, COUNT(*), COUNT(DISTINCT day), SUM(units), SUM(gross), SUM(discount), SUM(discount > 0),
               SUM(refunded), SUM(revenue), 0, 0, 0, MIN(placed_at), MAX(placed_at), MIN(day), MAX(day), MIN(id),
               NULL, 1
          FROM orders WHERE status IN ('paid', 'refunded') GROUP BY customer_id
        """
    )


def _facts(connection: sqlite3.Connection, customers: int, _per_customer: int) -> None:
    """What profiles would keep: the record and RFM of all, answers and a persona of three in ten."""
    groups = ("champions", "loyal", "potential_loyalist", "promising", "at_risk", "hibernating", "lost", "new")
    countries = ("SA", "SA", "SA", "AE", "KW", "EG", "US")
    whys = ("A gift for my sister", "My skin is dry", "gifts for the office", "I like the scent", "just looking")
    columns = ("customer_id", "name", "text", "number", "search", "part", "since_at")

    def rows(n: int):  # type: ignore[no-untyped-def]
        since = NOW - _pick(n, 30, DAYS) * DAY
        yield n, "customer.country", countries[_pick(n, 31, 7)], None, "", None, since
        yield n, "customer.language", ("ar", "en")[_pick(n, 32, 2)], None, None, None, since
        yield n, "rfm.group", groups[_pick(n, 33, 8)], None, None, None, since
        yield n, "rfm.recency", None, 1.0 + _pick(n, 34, 5), None, None, since
        if _pick(n, 35, 10) < 3:
            yield n, "answer.skin-match.skin_type", ("dry", "oily", "normal")[_pick(n, 36, 3)], None, None, None, since
            yield n, "answered_at.skin-match.skin_type", None, float(since), None, None, since
            for part, goal in enumerate(
                (("calm",), ("calm", "glow"), ("glow", "repair"), ("repair",))[_pick(n, 37, 4)]
            ):
                yield n, "answer.skin-match.goals", goal, None, None, part, since
            yield n, "answer.after-purchase.nps", None, float(_pick(n, 38, 11)), None, None, since
            why = whys[_pick(n, 39, 5)]
            yield n, "answer.after-purchase.why", why, None, why.lower(), None, since
            yield (
                n,
                "persona.psychographic",
                ("purist", "explorer", "unknown")[_pick(n, 40, 3)],
                None,
                None,
                None,
                since,
            )

    marks = ", ".join("?" * len(columns))
    connection.executemany(
        f"INSERT INTO facts ({', '.join(columns)}) VALUES ({marks})",
        (row for n in range(1, customers + 1) for row in rows(n)),
    )
    connection.execute("UPDATE facts SET search = NULL WHERE search = ''")
    connection.execute("UPDATE facts SET words = search WHERE search IS NOT NULL")
