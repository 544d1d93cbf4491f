"""What is planted in the sample shop can be found in it, with clear margins."""

from pathlib import Path

import pytest

from service.demo.effects import Effects, table


def test_few_visits_and_many_whales_come_by_the_podcast(effects: Effects) -> None:
    visits = effects.visits_from("podcast")
    assert visits < 0.02
    assert effects.whales_from("podcast") > 8 * visits
    assert effects.whales_among("podcast") > 0.7
    assert effects.whales_among("tiktok") < 0.15
    assert effects.visits_from("tiktok") > 10 * visits


def test_the_podcast_is_one_campaign(effects: Effects) -> None:
    assert {row.campaign for row in effects.shop.visits if row.source == "podcast"} == {"majlis"}


def test_whales_are_few_and_bring_most(effects: Effects) -> None:
    assert 0.18 < len(effects.whales) / len(effects.customer) < 0.22
    assert effects.whales_share_of_revenue() > 0.6


def test_whales_begin_with_the_reserve_oud(effects: Effects) -> None:
    first = effects.first_bought("oud-oil-reserve")
    assert first.planted > 0.2
    assert first.rest < 0.02
    (product, often), (_, second) = effects.first_products(effects.whales)[:2]
    assert product == "oud-oil-reserve"
    assert often > 2 * second


@pytest.mark.parametrize("behavioural", [None, "occasional", "loyal", "deal_seeker", "lapsed"])
def test_travel_minis_are_a_bridge_to_premium_products(effects: Effects, behavioural: str | None) -> None:
    bridge = effects.bridge(behavioural)
    assert bridge.planted > 0.55
    assert bridge.planted > 1.8 * bridge.rest


def test_the_dearer_the_serum_the_fewer_buy_it(effects: Effects) -> None:
    curve = effects.price_curve()
    assert list(curve) == [8_900, 10_900, 12_900, 14_500]
    rates = list(curve.values())
    assert all(dearer < 0.85 * cheaper for cheaper, dearer in zip(rates, rates[1:], strict=False))


def test_a_price_between_the_cheapest_and_the_list_price_earns_most(effects: Effects) -> None:
    cost = next(product.cost for product in effects.shop.products if product.id == "glow-serum")
    profit = {price: rate * (price - cost) for price, rate in effects.price_curve().items()}
    assert max(profit, key=lambda price: profit[price]) == 10_900


def test_deal_seekers_buy_with_coupons(effects: Effects) -> None:
    coupons = effects.coupons("deal_seeker")
    assert coupons.planted > 0.8
    assert coupons.rest < 0.3
    discount = effects.discount_share("deal_seeker")
    assert discount.planted > 4 * discount.rest


def test_explorers_send_more_back(effects: Effects) -> None:
    back = effects.sent_back("explorer")
    assert back.planted > 1.6 * back.rest


def test_some_parcels_are_refused_at_the_door(effects: Effects) -> None:
    assert 0.05 < effects.refused_at_the_door() < 0.15


def test_gift_weeks_and_sales_stand_out(effects: Effects) -> None:
    plain = effects.orders_a_day(lambda season: not season.gifts and not season.sale)
    assert effects.orders_a_day(lambda season: season.gifts) > 1.5 * plain
    assert effects.orders_a_day(lambda season: season.sale) > 2 * plain


def test_products_have_their_seasons(effects: Effects) -> None:
    cold = {name: effects.category_share(name, lambda season: season.cold) for name in ("creams", "sun")}
    hot = {name: effects.category_share(name, lambda season: season.hot) for name in ("creams", "sun")}
    assert cold["creams"] > 1.5 * hot["creams"]
    assert hot["sun"] > 2 * cold["sun"]
    gifts = effects.category_share("sets", lambda season: season.gifts)
    assert gifts > 1.5 * effects.category_share("sets", lambda season: not season.gifts)


def test_why_and_how_people_buy_go_together_but_are_not_the_same(effects: Effects) -> None:
    assert effects.behaves("connoisseur", "whale") > 4 * effects.behaves("purist", "whale") > 0.0
    assert effects.behaves("careful_planner", "deal_seeker") > 2 * effects.behaves("caregiver", "deal_seeker")
    assert effects.behaves("connoisseur", "one_timer") > 0.05


def test_the_lapsed_have_lapsed_and_the_new_are_new(effects: Effects) -> None:
    for customer in effects.shop.customers:
        orders = effects.history[customer.shop_id]
        if customer.planted.behavioural == "lapsed":
            assert orders[-1].day < 546 - 180
        if customer.planted.behavioural == "new":
            assert orders[0].day >= 546 - 45
        if customer.planted.behavioural == "one_timer":
            assert len(orders) == 1


def test_the_documented_table_is_what_is_in_the_data(effects: Effects) -> None:
    page = Path(__file__).parents[2] / "docs" / "sample-shop.md"
    assert table(effects) in page.read_text(encoding="utf-8")
