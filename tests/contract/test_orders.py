"""Recording orders on both databases: idempotent, in few statements, with purchases and profiles brought along."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from service.domain.errors import InvalidInput
from service.domain.orders import GUEST, Buyer, IncomingOrder
from service.operations.context import Context
from service.operations.orders import (
    Recorded,
    rebuild_purchases,
    record_orders,
    record_products,
    record_traffic,
    wrong_purchases,
)
from service.store import customers, identities, orders, products, purchases, traffic
from service.store.products import Product
from service.store.sales import shop_totals
from service.store.traffic import Visits
from tests.order_factory import DAY, line, order


def customer_id(ctx: Context, shop_id: str = "7") -> int:
    """The customer of a shop id."""
    return identities.holders(ctx.db, "shop", shop_id)[0].customer_id


def count(ctx: Context, table: str) -> int:
    row = ctx.db.one(f"SELECT COUNT(*) AS n FROM {table}")
    assert row is not None
    return int(row["n"])


def test_orders_sent_twice_change_nothing(ctx: Context) -> None:
    sent = [order("1"), order("2", 5, lines=(line(), line("39.00", product="clay-mask"))), order("3", shop_id="8")]
    assert record_orders(ctx, sent) == Recorded(["created", "created", "created"], 2)
    before = ctx.db.query("SELECT * FROM purchases ORDER BY customer_id")
    again = record_orders(ctx, sent)
    assert (again.created, again.updated, again.unchanged, again.new_customers) == (0, 0, 3, 0)
    assert ctx.db.query("SELECT * FROM purchases ORDER BY customer_id") == before
    assert (count(ctx, "orders"), count(ctx, "order_lines"), count(ctx, "customers")) == (3, 4, 2)


def test_a_changed_order_is_rewritten_and_its_customer_summed_up_anew(ctx: Context) -> None:
    record_orders(ctx, [order("1"), order("2", 5)])
    changed = record_orders(ctx, [order("1", status="refunded")])
    assert changed.outcomes == ["updated"]
    kept = purchases.get(ctx.db, [customer_id(ctx)])[customer_id(ctx)]
    assert (kept.orders, kept.net_revenue, kept.refunded) == (2, 1000, 1000)
    assert wrong_purchases(ctx) == []


def test_an_order_that_moves_to_another_customer_leaves_nothing_behind(ctx: Context) -> None:
    record_orders(ctx, [order("1"), order("2", 5, shop_id="8")])
    record_orders(ctx, [order("1", shop_id="8")])
    assert purchases.get(ctx.db, [customer_id(ctx, "7")]) == {}
    assert purchases.get(ctx.db, [customer_id(ctx, "8")])[customer_id(ctx, "8")].orders == 2
    record_orders(ctx, [order("1", buyer=GUEST)])
    assert purchases.get(ctx.db, [customer_id(ctx, "8")])[customer_id(ctx, "8")].orders == 1
    assert wrong_purchases(ctx) == []


def test_the_same_order_twice_in_one_call_ends_as_the_later_one(ctx: Context) -> None:
    recorded = record_orders(ctx, [order("1"), order("1"), order("1", lines=(line("20.00"),))])
    assert recorded.outcomes == ["created", "unchanged", "updated"]
    assert purchases.get(ctx.db, [customer_id(ctx)])[customer_id(ctx)].net_revenue == 2000


def test_the_same_number_in_another_shop_is_another_order(ctx: Context) -> None:
    record_orders(ctx, [order("1"), order("1", source="other")])
    assert (count(ctx, "orders"), count(ctx, "customers")) == (2, 2)


def test_guests_are_in_the_shops_totals_and_in_no_profile(ctx: Context) -> None:
    record_orders(ctx, [order("0", buyer=GUEST, lines=(line("0.00", 9),)), order("1", buyer=GUEST), order("2")])
    record_orders(ctx, [order("C1", 1, kind="refund", lines=(line(quantity=-1),))])
    totals = shop_totals(ctx.db)
    assert (totals.orders, totals.guest_orders, totals.net_revenue, totals.buyers) == (2, 1, 1000, 1)
    assert (count(ctx, "customers"), count(ctx, "purchases"), count(ctx, "profiles")) == (1, 1, 1)


def test_an_order_asks_for_its_customers_profile(ctx: Context) -> None:
    record_orders(ctx, [order("1")])
    rows = ctx.db.query("SELECT customer_id, refresh_at FROM profiles")
    assert rows == [{"customer_id": customer_id(ctx), "refresh_at": ctx.now}]
    with ctx.db.write() as db:
        db.execute("UPDATE profiles SET refresh_at = NULL")
    record_orders(ctx, [order("1")])
    assert ctx.db.query("SELECT refresh_at FROM profiles") == [{"refresh_at": None}]


def test_one_order_in_another_currency_refuses_the_whole_call(ctx: Context) -> None:
    with pytest.raises(InvalidInput, match="this shop counts in SAR"):
        record_orders(ctx, [order("1"), order("2", currency="USD")])
    assert count(ctx, "orders") == 0


def test_days_are_the_shops(ctx: Context) -> None:
    """21:30 UTC is half past midnight of the next day in Riyadh."""
    late = order("1", placed_at=DAY * 20_000 + int(21.5 * 3600) * 1_000_000)
    record_orders(ctx, [late])
    assert ctx.db.query("SELECT day FROM orders") == [{"day": 20_001}]


def test_a_later_order_tells_name_and_place_anew(ctx: Context) -> None:
    buyers = [Buyer(shop_id="7", first_name="Mona", city="Riyadh"), Buyer(shop_id="7", city="Jeddah", country="SA")]
    record_orders(ctx, [order("2", 5, buyer=buyers[1]), order("1", 1, buyer=buyers[0])])
    found = customers.get(ctx.db, customer_id(ctx))
    assert found is not None
    assert (found.first_name, found.city, found.country) == ("Mona", "Jeddah", "SA")
    record_orders(ctx, [order("3", 9, buyer=replace(buyers[0], city="Dammam"))])
    found = customers.get(ctx.db, customer_id(ctx))
    assert found is not None
    assert (found.city, found.country) == ("Dammam", "SA")


def test_a_product_is_named_by_its_first_line_with_a_price(ctx: Context) -> None:
    record_orders(ctx, [order("1", lines=(line("0.00", -3, name="damaged"),), buyer=GUEST)])
    record_orders(ctx, [order("2", lines=(line("39.00", name="Rose water", unit_cost=1200),))])
    record_orders(ctx, [order("3", lines=(line("35.00", name="Rose water, sale"),))])
    rows = ctx.db.query("SELECT shop_product_id, name, price, unit_cost FROM products")
    assert rows == [{"shop_product_id": "rose-water", "name": "Rose water", "price": 3900, "unit_cost": 1200}]


def test_the_shops_catalogue_has_the_last_word_on_products(ctx: Context) -> None:
    record_orders(ctx, [order("1", lines=(line(name="Old name"),))])
    record_products(ctx, "shop", [Product("rose-water", "Rose water", "toners", 3900, 1100)])
    record_orders(ctx, [order("2", lines=(line(name="Other name"),))])
    assert [row["name"] for row in ctx.db.query("SELECT name FROM products")] == ["Rose water"]
    assert list(products.known(ctx.db, "shop", ["rose-water", "nothing"])) == ["rose-water"]


def test_visits_counted_again_replace_the_count(ctx: Context) -> None:
    record_traffic(ctx, [Visits(20_000, "podcast", 10, campaign="majlis"), Visits(20_001, "podcast", 5)])
    record_traffic(ctx, [Visits(20_000, "podcast", 12, campaign="majlis")])
    assert traffic.total(ctx.db) == {"podcast": 17}


def test_lines_are_read_back_with_their_products(ctx: Context) -> None:
    record_orders(ctx, [order("1", lines=(line("0.125", 8, name="Sample"), line("39.00", product=None, name="Gift")))])
    stored = orders.of_customer(ctx.db, customer_id(ctx))
    lines = orders.lines_of(ctx.db, [stored[0].id])[stored[0].id]
    assert [(one.product, one.name, one.unit_price, one.amount) for one in lines] == [
        ("rose-water", "Sample", "0.125", 100),
        (None, "Gift", "39.00", 3900),
    ]


def test_a_rebuild_mends_what_was_broken_and_says_how_much(ctx: Context) -> None:
    record_orders(ctx, [order(str(number), number, shop_id=str(number % 3)) for number in range(12)])
    assert (wrong_purchases(ctx), rebuild_purchases(ctx)) == ([], 0)
    with ctx.db.write() as db:
        db.execute("UPDATE purchases SET net_revenue = 1 WHERE customer_id = :id", {"id": customer_id(ctx, "0")})
        db.execute("DELETE FROM purchases WHERE customer_id = :id", {"id": customer_id(ctx, "1")})
        db.execute("UPDATE profiles SET refresh_at = NULL")
    assert wrong_purchases(ctx) == sorted([customer_id(ctx, "0"), customer_id(ctx, "1")])
    assert rebuild_purchases(ctx) == 2
    assert wrong_purchases(ctx) == []
    assert len(ctx.db.query("SELECT 1 AS x FROM profiles WHERE refresh_at IS NOT NULL")) == 2


def test_a_batch_takes_few_statements(ctx: Context) -> None:
    def batch(first: int) -> list[IncomingOrder]:
        numbers = range(first, first + 40)
        return [order(str(number), number, lines=(line(), line("39.00"))) for number in numbers]

    record_orders(ctx, batch(0))
    statements: list[str] = []
    with ctx.db.trace(statements):
        record_orders(ctx, batch(100))
    asked = [one for one in statements if "pg_advisory_xact_lock" not in one]
    assert len(asked) <= 10, asked


def test_unchanged_orders_take_one_statement(ctx: Context) -> None:
    sent = [order(str(number), number) for number in range(40)]
    record_orders(ctx, sent)
    statements: list[str] = []
    with ctx.db.trace(statements):
        record_orders(ctx, sent)
    assert len(statements) == 1


def test_two_senders_at_once_neither_lose_nor_double_anything(ctx: Context) -> None:
    """Overlapping batches with new customers, who are known by email in one shop and by email in another."""

    def batch(source: str, first: int) -> list[IncomingOrder]:
        return [
            order(
                str(number),
                number,
                source=source,
                buyer=Buyer(shop_id=str(number % 7), email=f"{number % 7}@example.com"),
            )
            for number in range(first, first + 30)
        ]

    sent = [batch(source, first) for first in (0, 15) for source in ("shop", "other")] * 2
    with ThreadPoolExecutor(4) as pool:
        recorded = list(pool.map(lambda orders: record_orders(ctx, orders), sent))
    assert sum(one.created for one in recorded) == count(ctx, "orders") == 90
    assert sum(one.new_customers for one in recorded) == count(ctx, "customers") == 7
    assert wrong_purchases(ctx) == []
