"""Purchases kept order by order always equal what their orders sum up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.domain.orders import KINDS, STATUSES, Buyer, IncomingOrder, Kind, OrderLine, amounts
from service.domain.purchases import NOTHING, PlacedOrder, Purchases, add, in_order, summarise
from service.operations.context import Context
from service.operations.orders import record_orders, wrong_purchases
from service.store.orders import placed, to_row
from service.store.sales import shop_totals
from tests.order_factory import DAY, NOON


def lines(kind: Kind) -> st.SearchStrategy[OrderLine]:
    sign = -1 if kind == "refund" else 1
    return st.builds(
        lambda quantity, price, discount, cost, product: OrderLine(
            quantity=sign * quantity,
            unit_price=f"{price // 100}.{price % 100:02}",
            amount=sign * quantity * price,
            discount=sign * min(discount, quantity * price),
            unit_cost=cost,
            product=product,
        ),
        st.integers(1, 4),
        st.sampled_from([0, 1, 999, 4500, 69000]),
        st.sampled_from([0, 0, 100]),
        st.sampled_from([None, 300]),
        st.sampled_from([None, "rose-water", "oud-oil-reserve"]),
    )


# Guests, two customers of the shop, somebody known by email only, and records that show who is one person.
BUYERS = (
    Buyer(),
    Buyer(shop_id="a"),
    Buyer(shop_id="b"),
    Buyer(email="c@example.com"),
    Buyer(shop_id="a", email="c@example.com"),
    Buyer(shop_id="b", phone="+966501234567"),
    Buyer(phone="+966501234567"),
)


@st.composite
def incoming(draw: st.DrawFn) -> IncomingOrder:
    # Mostly orders that count: of others the order in which they come hardly matters.
    kind = draw(st.sampled_from(("order", "order", *KINDS)))
    return IncomingOrder(
        source="shop",
        shop_order_id=str(draw(st.integers(1, 6))),
        kind=kind,
        status=draw(st.sampled_from(("paid", "paid", "paid", "paid", *STATUSES))),
        placed_at=NOON + draw(st.integers(0, 4)) * DAY + draw(st.sampled_from([-1, 0, 0, 1])),
        currency="SAR",
        lines=tuple(draw(st.lists(lines(kind), min_size=draw(st.sampled_from([0, 1, 1, 1])), max_size=3))),
        buyer=draw(st.sampled_from(BUYERS)),
        discount=draw(st.sampled_from([0, 0, 500])),
        refunded=draw(st.sampled_from([0, 0, 700])),
        traffic_source=draw(st.sampled_from([None, "podcast", "search"])),
    )


def naive(history: Sequence[PlacedOrder]) -> dict[str, object]:
    """The sums once more, in the plainest way."""
    counted = [one for one in history if one.kind == "order" and one.status in ("paid", "refunded") and one.gross > 0]
    refunds = [one for one in history if one.kind == "refund" and one.status == "paid"]
    costed = [one for one in counted if one.cost is not None]
    first = min(counted, key=in_order, default=None)
    return {
        "orders": len(counted),
        "order_days": len({one.day for one in counted}),
        "units": sum(one.units for one in (*counted, *refunds)),
        "gross": sum(one.gross for one in counted),
        "discount": sum(one.discount for one in counted),
        "discounted_orders": len([one for one in counted if one.discount > 0]),
        "net_revenue": sum(one.revenue for one in (*counted, *refunds)),
        "costed_orders": len(costed),
        "first_at": first.placed_at if first else None,
        "last_at": max((one.placed_at for one in counted), default=None),
        "first_day": min((one.day for one in counted), default=None),
        "last_day": max((one.day for one in counted), default=None),
        "first_order_id": first.order_id if first else None,
        "first_source": first.traffic_source if first else None,
        "first_product": first.main_product if first else None,
    }


def as_placed(sent: Sequence[IncomingOrder]) -> list[PlacedOrder]:
    return [placed(number, to_row(one, 1, one.placed_at // DAY, "", 0)) for number, one in enumerate(sent, 1)]


@given(st.lists(incoming(), min_size=1, max_size=12))
def test_the_sum_is_what_plain_counting_gives(sent: list[IncomingOrder]) -> None:
    history = as_placed(sent)
    kept = summarise(history)
    assert {name: getattr(kept, name) for name in naive(history)} == naive(history)
    assert kept.net_revenue == kept.gross - kept.discount - kept.refunded


@given(st.lists(incoming(), min_size=3, max_size=12), st.randoms(use_true_random=False))
def test_adding_one_by_one_agrees_with_the_sum_or_asks_for_the_history(
    sent: list[IncomingOrder], random: Random
) -> None:
    history = as_placed(sent)
    random.shuffle(history)
    kept: Purchases | None = NOTHING
    for number, one in enumerate(history, 1):
        kept = add(kept, replace(one, order_id=number)) if kept is not None else None
    if kept is not None:
        assert kept == summarise(replace(one, order_id=number) for number, one in enumerate(history, 1))


@given(incoming())
def test_an_order_is_never_worth_more_than_its_goods(order: IncomingOrder) -> None:
    worth = amounts(order)
    if order.kind == "order":
        assert 0 <= worth.revenue <= worth.gross
        assert 0 <= worth.discount <= worth.gross
    else:
        assert worth.revenue <= 0 or order.discount > 0


EMPTIED = ("profiles", "purchases", "order_lines", "orders", "products", "identities", "merges", "customers")


# The database outlives an example; every example empties it first.
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(batches=st.lists(st.lists(incoming(), max_size=5), max_size=5))
def test_whatever_is_recorded_in_whatever_order_equals_the_rebuild(
    ctx: Context, batches: list[list[IncomingOrder]]
) -> None:
    with ctx.db.write() as db:
        for table in EMPTIED:
            db.execute(f"DELETE FROM {table}")
    latest: dict[str, IncomingOrder] = {}
    for batch in batches:
        sent = [one for one in batch if one.kind == "refund" or sum(line.amount for line in one.lines) >= 0]
        record_orders(ctx, sent)
        latest.update({one.shop_order_id: one for one in sent})
        assert wrong_purchases(ctx) == []
    assert shop_totals(ctx.db).net_revenue == sum(amounts(one).revenue for one in latest.values())
    record_orders(ctx, list(latest.values()))
    assert wrong_purchases(ctx) == []
