"""Which orders count, what they are worth, and what they sum up to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from service.domain.errors import InvalidInput
from service.domain.orders import IncomingOrder, amounts, check, digest, main_product
from service.domain.purchases import NOTHING, PlacedOrder, Purchases, add, summarise
from service.store.orders import placed, to_row
from tests.order_factory import DAY, NOON, line, order


def at(number: int, one: IncomingOrder) -> PlacedOrder:
    """The order as stored, on the day its time says."""
    return placed(number, to_row(one, 1, one.placed_at // DAY, "", 0))


def history(*orders: IncomingOrder) -> Purchases:
    return summarise(at(number, one) for number, one in enumerate(orders, 1))


# one order ---------------------------------------------------------------------------------------------------------


def test_revenue_is_what_the_goods_brought() -> None:
    one = amounts(order(lines=(line("45.00", 2, discount=500), line("39.00")), discount=1000, refunded=900))
    assert (one.gross, one.discount, one.refunded, one.revenue, one.units) == (12900, 1500, 900, 10500, 3)


@pytest.mark.parametrize("status", ["pending", "cancelled", "refused"])
def test_an_order_that_was_not_paid_brings_nothing_and_is_no_order(status: str) -> None:
    one = order(status=status)
    assert amounts(one).revenue == 0
    assert history(one) == NOTHING


def test_a_fully_refunded_order_was_placed_and_brings_nothing() -> None:
    kept = history(order(status="refunded", lines=(line(unit_cost=400),)))
    assert (kept.orders, kept.order_days, kept.net_revenue, kept.refunded, kept.units) == (1, 1, 0, 1000, 0)
    assert kept.profit == 0


def test_a_refund_document_reduces_revenue_and_never_the_number_of_orders() -> None:
    kept = history(order("1", lines=(line("10.00", 3),)), order("C1", 9, kind="refund", lines=(line("10.00", -1),)))
    assert (kept.orders, kept.net_revenue, kept.refunded, kept.units) == (1, 2000, 1000, 2)
    assert (kept.order_days, kept.last_day) == (1, kept.first_day)


def test_a_document_whose_lines_are_all_free_is_no_order() -> None:
    assert history(order(lines=(line("0.00", 5),))) == NOTHING
    assert history(order(lines=(line("0.00", -5),))) == NOTHING


def test_an_order_that_a_coupon_made_free_is_an_order() -> None:
    kept = history(order(discount=1000))
    assert (kept.orders, kept.net_revenue, kept.discount_share, kept.discounted_orders) == (1, 0, 1.0, 1)


def test_a_discount_beyond_the_goods_was_taken_off_shipping() -> None:
    assert amounts(order(discount=1500)).revenue == 0
    assert amounts(order(discount=1500)).discount == 1000


def test_what_comes_back_in_an_exchange_brings_its_discount_along() -> None:
    exchange = order(lines=(line("100.00", discount=1000), line("50.00", -1, discount=-500)))
    check(exchange, "SAR")
    assert (amounts(exchange).gross, amounts(exchange).discount, amounts(exchange).revenue) == (5000, 500, 4500)


def test_a_refund_beyond_the_goods_was_shipping() -> None:
    one = amounts(order(refunded=1500))
    assert (one.refunded, one.revenue) == (1000, 0)


def test_the_main_product_brought_the_most() -> None:
    lines = (line("39.00"), line("690.00", product="oud-oil-reserve"), line("690.00", product="gift-set-royal"))
    assert main_product(order(lines=lines)) == "oud-oil-reserve"
    assert main_product(order(lines=(line(product=None),))) is None


def test_the_same_content_has_the_same_digest_and_any_change_another() -> None:
    assert digest(order()) == digest(order())
    assert len({digest(one) for one in (order(), order(status="refunded"), order(coupon="X"), order(shop_id="8"))}) == 4


# what is refused ---------------------------------------------------------------------------------------------------


def test_another_currency_is_refused_with_what_to_do() -> None:
    with pytest.raises(InvalidInput, match="SHOP_CURRENCY=USD"):
        check(order(currency="USD"), "SAR")


@pytest.mark.parametrize(
    "wrong",
    [
        {"lines": (line("-1.00"),)},
        {"lines": (line("10.00", -1),)},
        {"discount": -1},
        {"lines": (line("10.00", discount=-100),)},
        {"lines": (line("10.00", 3), line("10.00", -1, discount=-1001))},
        {"refunded": -1},
        {"lines": (line("99999999999.00"),)},
    ],
)
def test_amounts_that_would_spoil_the_sums_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        check(order(**wrong), "SAR")


# sums --------------------------------------------------------------------------------------------------------------


def test_the_facts_of_a_history() -> None:
    kept = history(
        order("1", 0, lines=(line("45.00", 2, unit_cost=2000),), traffic_source="podcast"),
        order("2", 10, lines=(line("30.00", product="calm-serum"),), discount=300),
        order("3", 10, lines=(line("30.00"),), placed_at=NOON + 10 * DAY + 1),
        order("4", 40, lines=(line("50.00", unit_cost=2500),)),
    )
    assert (kept.orders, kept.order_days, kept.units, kept.gross, kept.net_revenue) == (4, 3, 5, 20000, 19700)
    assert kept.mean_gap_days == 20.0
    assert kept.profit == 9000 - 4000 + 5000 - 2500
    assert kept.average == 4925
    assert (kept.discount_share, kept.discounted_share) == (0.015, 0.25)
    assert (kept.first_source, kept.first_product, kept.first_order_id) == ("podcast", "rose-water", 1)


def test_profit_is_unknown_where_no_cost_is_known() -> None:
    assert history(order()).profit is None
    assert history(order(lines=(line(unit_cost=1), line()))).profit is None


def test_a_refund_document_counts_in_profit_where_its_cost_is_known() -> None:
    bought = order("1", lines=(line("10.00", 3, unit_cost=400),))
    back = order("C1", 1, kind="refund", lines=(line("10.00", -1, unit_cost=400),))
    assert history(bought, back).profit == 1200
    assert history(bought, replace(back, lines=(line("10.00", -1),))).profit == 1800


def test_one_day_has_no_gap_and_nothing_has_no_average() -> None:
    assert history(order()).mean_gap_days is None
    assert (NOTHING.average, NOTHING.profit, NOTHING.discount_share, NOTHING.discounted_share) == (None,) * 4


def test_an_average_is_rounded_half_to_even() -> None:
    assert replace(NOTHING, orders=2, net_revenue=5).average == 2
    assert replace(NOTHING, orders=2, net_revenue=7).average == 4


def test_an_order_of_an_earlier_day_needs_the_history() -> None:
    kept = history(order("1", 10))
    assert add(kept, at(2, order("2", 9))) is None
    assert add(kept, at(2, order("2", 10, placed_at=NOON + 10 * DAY - 1))) is None
    assert add(kept, at(2, order("2", 9, status="pending"))) == kept
    later = add(kept, at(2, order("2", 10)))
    assert later is not None
    assert (later.orders, later.order_days) == (2, 1)


def test_a_late_order_of_the_last_day_needs_no_history() -> None:
    kept = history(order("1", 0), order("2", 10))
    late = add(kept, at(3, order("3", 10, placed_at=NOON + 10 * DAY - 1)))
    assert late is not None
    assert (late.orders, late.order_days, late.last_at) == (3, 2, kept.last_at)


def test_days_lead_where_clocks_are_put_back_just_after_midnight() -> None:
    late = replace(at(1, order("1")), placed_at=200, day=10)
    early_next_day = replace(at(2, order("2")), placed_at=100, day=11)
    kept = summarise([early_next_day, late])
    assert (kept.orders, kept.order_days, kept.first_order_id) == (2, 2, 1)
