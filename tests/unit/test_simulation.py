"""The sample shop is the same on every machine, and its rows fit together."""

import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import phonenumbers
import pytest

from service.catalog.files import quiz_files
from service.catalog.loader import load_quiz_file
from service.demo.dice import Dice
from service.demo.effects import DAY_FOR_DOCS
from service.demo.orders import Order, Refund
from service.demo.people import COUNTRIES
from service.demo.planted import BEHAVIOURAL, PSYCHOGRAPHIC, TRAITS
from service.demo.products import CURRENCY, products
from service.demo.simulation import SimulatedShop, digest, simulate
from service.demo.timeline import DAY, DAYS, Timeline
from service.domain import identities
from service.domain.money import Money
from service.operations.context import Shop

# Changes whenever the simulation does, and never by the machine, the Python version or the hash seed.
DIGESTS = {
    "customers": "eda075f08f571b50",
    "orders": "8c74f233dc4890b8",
    "refunds": "b4a24817b4c6dae5",
    "visits": "1110bf3e974d344f",
}


def test_the_same_seed_gives_the_same_rows_everywhere(sample_shop: SimulatedShop) -> None:
    assert {name: digest(getattr(sample_shop, name))[:16] for name in DIGESTS} == DIGESTS


def test_a_new_process_with_another_hash_seed_gives_the_same_rows() -> None:
    script = (
        "from service.demo.simulation import simulate, digest;"
        f"shop = simulate(until={DAY_FOR_DOCS}, customers=60);"
        "print(digest(shop.customers), digest(shop.orders), digest(shop.visits))"
    )
    seeds = ("1", "2")
    printed = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in seeds
    }
    assert len(printed) == 1


def test_another_seed_gives_another_shop() -> None:
    assert digest(simulate(until=DAY_FOR_DOCS, customers=20).orders) != digest(
        simulate(until=DAY_FOR_DOCS, customers=20, seed=8).orders
    )


def test_a_smaller_shop_is_the_beginning_of_a_larger_one(sample_shop: SimulatedShop) -> None:
    smaller = simulate(until=DAY_FOR_DOCS, customers=50)
    assert smaller.customers == sample_shop.customers[:50]
    mine = {customer.shop_id for customer in smaller.customers}
    same = [replace(order, number="") for order in sample_shop.orders if order.customer in mine]
    assert [replace(order, number="") for order in smaller.orders] == same


def test_another_day_shifts_the_shop_by_whole_days() -> None:
    today = simulate(until=DAY_FOR_DOCS, customers=40)
    later = simulate(until=DAY_FOR_DOCS + 100 * DAY + 7 * 3_600_000_000, customers=40)
    shifted = [replace(order, placed_at=order.placed_at + 100 * DAY) for order in today.orders]
    assert list(later.orders) == shifted
    assert [row.day - 100 for row in later.visits] == [row.day for row in today.visits]


def test_days_agree_with_the_shops_own_zone() -> None:
    shop = Shop(timezone="Asia/Riyadh")
    for until in (DAY_FOR_DOCS, DAY_FOR_DOCS + 20 * 3_600_000_000, DAY_FOR_DOCS + 21 * 3_600_000_000):
        timeline = Timeline(until)
        assert shop.day(timeline.midnight(DAYS)) == shop.day(until)
        assert shop.day(timeline.midnight(0)) == timeline.first_day == shop.day(timeline.midnight(0) - 1) + 1


def test_the_last_orders_are_of_the_day_before(sample_shop: SimulatedShop) -> None:
    timeline = Timeline(DAY_FOR_DOCS)
    last = max(order.placed_at for order in sample_shop.orders)
    assert timeline.midnight(DAYS - 1) <= last < timeline.midnight(DAYS)
    assert max(refund.placed_at for refund in sample_shop.refunds) < timeline.midnight(DAYS)
    assert min(order.placed_at for order in sample_shop.orders) >= timeline.midnight(0)


def test_it_has_the_size_of_a_real_shop(sample_shop: SimulatedShop) -> None:
    assert len(sample_shop.customers) == 2_000
    assert 8_000 < len(sample_shop.orders) < 11_000
    assert 100 < len(sample_shop.refunds) < 400
    assert {order.customer for order in sample_shop.orders} == {one.shop_id for one in sample_shop.customers}
    assert {row.day for row in sample_shop.visits} == {Timeline(DAY_FOR_DOCS).first_day + day for day in range(DAYS)}


def test_customers_are_told_apart(sample_shop: SimulatedShop) -> None:
    customers = sample_shop.customers
    assert len({one.email for one in customers}) == len({one.shop_id for one in customers}) == len(customers)
    phones = [one.phone for one in customers if one.phone]
    assert len(set(phones)) == len(phones)
    assert 1_000 < len(phones) < 1_400


def test_addresses_are_in_normal_form_and_belong_to_nobody(sample_shop: SimulatedShop) -> None:
    for customer in sample_shop.customers:
        assert identities.parse_email(customer.email) == customer.email
        assert customer.email.rsplit(".", 1)[0].endswith("@example")
        if customer.phone:
            assert identities.parse_phone(customer.phone) == customer.phone
            parsed = phonenumbers.parse(customer.phone)
            assert phonenumbers.is_possible_number(parsed)
            assert phonenumbers.region_code_for_country_code(parsed.country_code or 0) == customer.country


def test_countries_and_languages_are_mixed(sample_shop: SimulatedShop) -> None:
    countries = Counter(customer.country for customer in sample_shop.customers)
    assert set(countries) == set(COUNTRIES)
    assert min(countries.values()) > 30
    languages = Counter(customer.language for customer in sample_shop.customers)
    assert languages["ar"] > 1_000
    assert languages["en"] > 500
    assert all(("؀" <= one.first_name[0] <= "ۿ") == (one.language == "ar") for one in sample_shop.customers)


def test_every_planted_type_is_there(sample_shop: SimulatedShop) -> None:
    planted = [customer.planted for customer in sample_shop.customers]
    assert set(PSYCHOGRAPHIC) == {one.psychographic for one in planted}
    assert set(BEHAVIOURAL) == {one.behavioural for one in planted}
    assert min(Counter((one.psychographic) for one in planted).values()) > 200
    assert min(Counter((one.behavioural) for one in planted).values()) > 100
    assert all(set(one.traits) == set(TRAITS) for one in planted)
    assert all(-1 <= value <= 1 for one in planted for value in one.traits.values())


def test_orders_fit_products_and_customers(sample_shop: SimulatedShop) -> None:
    product = {one.id: one for one in sample_shop.products}
    country = {one.shop_id: one.country for one in sample_shop.customers}
    numbers = [order.number for order in sample_shop.orders]
    assert len(set(numbers)) == len(numbers)
    assert numbers == sorted(numbers, key=lambda number: int(number.removeprefix("SR-")))
    for order in sample_shop.orders:
        assert order.country == country[order.customer]
        assert order.lines
        assert len({line.product for line in order.lines}) == len(order.lines)
        for line in order.lines:
            assert line.unit_cost == product[line.product].cost
            assert line.quantity > 0
            assert 0 <= line.discount < line.gross
        assert (order.discount > 0) == (order.coupon is not None)


def test_refunds_give_back_part_of_a_paid_order(sample_shop: SimulatedShop) -> None:
    orders: dict[str, Order] = {order.number: order for order in sample_shop.orders}
    for refund in sample_shop.refunds:
        order = orders[refund.order]
        assert (order.status, order.customer) == ("paid", refund.customer)
        assert refund.placed_at > order.placed_at
        assert set(refund.lines) < set(order.lines)
        assert 0 < refund.amount < order.revenue
    assert len({refund.number for refund in sample_shop.refunds}) == len(sample_shop.refunds)


def test_only_money_that_came_in_is_revenue(sample_shop: SimulatedShop) -> None:
    by_status = Counter(order.status for order in sample_shop.orders)
    assert min(by_status[status] for status in ("refused", "pending", "cancelled", "refunded")) > 40
    assert all(order.revenue == 0 for order in sample_shop.orders if order.status != "paid")
    assert {order.payment_method for order in sample_shop.orders if order.status == "refused"} == {"cash_on_delivery"}


def test_every_order_has_its_visits(sample_shop: SimulatedShop) -> None:
    visits = {(row.day, row.source, row.medium, row.campaign): row.count for row in sample_shop.visits}
    first_day = sample_shop.timeline.first_day
    for order in sample_shop.orders:
        touch = order.touch
        assert visits[first_day + order.day, touch.source, touch.medium, touch.campaign] > 0


def test_consent_is_said_after_the_first_order_and_may_be_taken_back(sample_shop: SimulatedShop) -> None:
    first: dict[str, int] = {}
    for order in sample_shop.orders:
        first.setdefault(order.customer, order.placed_at)
    for customer in sample_shop.customers:
        assert all(consent.at >= first[customer.shop_id] for consent in customer.consents)
        if not customer.phone:
            assert not customer.consented("sms")
    withdrawn = [one for one in sample_shop.customers if any(said.state == "withdrawn" for said in one.consents)]
    assert 80 < len(withdrawn) < 300
    assert 1_000 < sum(customer.consented("email") for customer in sample_shop.customers) < 1_500


def test_products_say_all_in_both_languages() -> None:
    catalogue = products()
    assert len(catalogue) == len({product.id for product in catalogue}) == 24
    for product in catalogue:
        assert product.name.keys() == product.description.keys() == {"en", "ar"}
        assert 0 < product.cost < product.price
        assert set(product.appeal) <= set(TRAITS)


def test_quizzes_recommend_the_shops_products_as_the_shop_describes_them() -> None:
    catalogue = {product.id: product for product in products()}
    recommended = [product for path in quiz_files() for product in load_quiz_file(path).products]
    assert len({product.id for product in recommended}) >= 12
    for product in recommended:
        mine = catalogue[product.id]
        assert {lang: product.name.get(lang) for lang in mine.name} == mine.name
        assert {lang: product.text.get(lang) for lang in mine.description} == mine.description
        assert product.price == Money(mine.price, CURRENCY)
        assert product.image == mine.image


def test_a_digest_sees_every_value(sample_shop: SimulatedShop) -> None:
    rows: list[Refund] = list(sample_shop.refunds)
    changed = [replace(rows[0], placed_at=rows[0].placed_at + 1), *rows[1:]]
    assert digest(changed) != digest(rows)


@pytest.mark.parametrize("weights", [{"a": 1.0}, {"a": 0.0, "b": 2.0}, {"a": 3.0, "b": 0.0, "c": 1.0}])
def test_dice_never_pick_what_weighs_nothing(weights: dict[str, float]) -> None:
    dice = Dice("test", 1)
    assert {dice.pick(weights) for _ in range(200)} == {name for name, weight in weights.items() if weight}


def test_dice_keep_to_their_bounds_and_mean() -> None:
    dice = Dice("test", 2)
    assert {dice.between(3, 6) for _ in range(300)} == {3, 4, 5, 6}
    drawn = [dice.normal(10, 2) for _ in range(4_000)]
    assert abs(sum(drawn) / len(drawn) - 10) < 0.15
    assert sorted(dice.pick_several({"a": 1.0, "b": 1.0, "c": 1.0}, 5)) == ["a", "b", "c"]
