"""RFM scores, whales and the map of codes to groups."""

from __future__ import annotations

from itertools import product

import pytest

from service.domain import rfm
from service.domain.purchases import Purchases
from service.domain.rfm import Buyer, CutPoints, RfmSettings, dump, fit, fit_cut_points, load, score
from service.domain.rfm_groups import GROUP_OF, GROUPS, KINDS, groups_of
from service.domain.whales import whale_threshold


def fitted(people: list[Buyer]) -> rfm.RfmModel:
    model = fit(people, fitted_at=0)
    assert model is not None
    return model


def scores_of(model: rfm.RfmModel, buyer: Buyer) -> rfm.Scores:
    scores = score(model, days_since_last=buyer.days, orders=buyer.orders, net_revenue=buyer.revenue)
    assert scores is not None
    return scores


# cut points --------------------------------------------------------------------------------------------------------


def test_a_hundred_different_values_fall_into_equal_fifths() -> None:
    model = fitted([Buyer(days=day, orders=day + 1, revenue=day * 100) for day in range(100)])
    scores = [scores_of(model, Buyer(day, day + 1, day * 100)) for day in range(100)]
    for level in range(1, 6):
        assert sum(one.recency == level for one in scores) == 20
        assert sum(one.frequency == level for one in scores) == 20
        assert sum(one.monetary == level for one in scores) == 20


def test_half_of_the_customers_having_ordered_once_all_get_the_lowest_frequency() -> None:
    model = fitted([Buyer(1, orders, 100) for orders in [1] * 51 + [2] * 20 + [3] * 14 + [4] * 8 + [9] * 7])
    assert model.frequency.thresholds == (1, 1, 2, 3)
    by_orders = {orders: scores_of(model, Buyer(1, orders, 100)).frequency for orders in (1, 2, 3, 4, 9)}
    assert by_orders == {1: 1, 2: 3, 3: 4, 4: 5, 9: 5}


def test_when_everybody_bought_once_today_everybody_is_recent_and_nobody_frequent() -> None:
    model = fitted([Buyer(0, 1, 500)] * 7)
    assert scores_of(model, Buyer(0, 1, 500)).code == "511"


def test_a_customer_without_counted_orders_has_no_scores() -> None:
    model = fitted([Buyer(0, 1, 500)])
    assert score(model, days_since_last=None, orders=0, net_revenue=0) is None
    assert score(model, days_since_last=4, orders=0, net_revenue=0) is None


def test_a_shop_without_orders_has_no_model() -> None:
    assert fit([], fitted_at=0) is None


def test_cut_points_must_ascend() -> None:
    with pytest.raises(ValueError, match="ascending"):
        CutPoints((1, 3, 2, 4))
    with pytest.raises(ValueError, match="at least one value"):
        fit_cut_points([])


def test_few_customers_are_fitted_all_the_same_and_marked_as_little_data() -> None:
    assert fitted([Buyer(day, 1, day) for day in range(rfm.LITTLE_DATA - 1)]).little_data
    assert not fitted([Buyer(day, 1, day) for day in range(rfm.LITTLE_DATA)]).little_data


# whales ------------------------------------------------------------------------------------------------------------


def test_whales_are_the_best_fifth_rounded_up() -> None:
    assert whale_threshold([10, 20, 30, 40, 50]) == 50
    assert whale_threshold([10, 20, 30, 40, 50, 60]) == 50  # 1.2 customers are two
    assert whale_threshold([7]) == 7


def brought(revenue: int, cost: int = 0) -> Purchases:
    return Purchases(orders=1, net_revenue=revenue, costed_revenue=revenue, cost=cost, costed_orders=1)


def test_customers_tied_with_the_last_whale_are_whales() -> None:
    model = fitted([Buyer(1, 1, revenue) for revenue in [900, 500, 500, 500, 100, 90, 80, 70, 60, 50]])
    assert model.whales.threshold == 500
    assert model.whales.count == 4
    assert [model.whales.include(brought(revenue)) for revenue in (900, 500, 499)] == [True, True, False]


def test_a_big_spender_who_sent_everything_back_is_no_whale() -> None:
    assert whale_threshold([0, -20, 30]) == 30
    model = fitted([Buyer(1, 3, 0), Buyer(1, 2, -5)])
    assert model.whales.threshold is None
    assert not model.whales.include(brought(0))
    assert whale_threshold([0, -1]) is None


def test_whales_are_the_most_profitable_where_the_cost_of_nearly_all_orders_is_known() -> None:
    costed = [Buyer(1, 1, 100 * n, profit=1000 - 100 * n, costed=1) for n in range(1, 10)]
    model = fitted([*costed, Buyer(1, 1, 5_000)])
    assert (model.whales.measure, model.whales.threshold) == ("net_profit", 800)
    assert model.whales.include(brought(900, cost=50))
    assert not model.whales.include(brought(5_000, cost=4_900))
    assert fitted([*costed, Buyer(1, 1, 5_000), Buyer(1, 1, 5_000)]).whales.measure == "net_revenue"


def test_the_marketers_own_thresholds_take_the_place_of_fifths() -> None:
    buyers = [Buyer(day, 1, 10 * day) for day in range(1, 51)]
    own = RfmSettings("0.1", {"recency": CutPoints((7, 30, 60, 90))})
    model = fit(buyers, fitted_at=0, settings=own)
    assert model is not None
    assert model.recency.thresholds == (7, 30, 60, 90)
    assert model.monetary.thresholds == (100, 200, 300, 400)
    assert model.own == ("recency",)
    assert model.whales.count == 5
    assert load(dump(model)) == model
    with pytest.raises(ValueError, match="no score speed"):
        RfmSettings(thresholds={"speed": CutPoints((1, 2, 3, 4))})
    with pytest.raises(ValueError, match="above 0"):
        RfmSettings("0")


def test_a_tenth_of_thirty_is_three() -> None:
    assert whale_threshold(range(1, 31), "0.1") == 28


@pytest.mark.parametrize("share", ["0", "-0.2", "1.1"])
def test_a_share_outside_zero_to_one_is_refused(share: str) -> None:
    with pytest.raises(ValueError, match="share of whales"):
        whale_threshold([1], share)


# the map -----------------------------------------------------------------------------------------------------------


def test_each_of_the_125_codes_has_exactly_one_group() -> None:
    assert len(GROUP_OF) == 125
    for r, f, m in product(range(1, 6), repeat=3):
        assert groups_of(r, f, m) == (GROUP_OF[f"{r}{f}{m}"],)


def test_every_group_has_codes() -> None:
    assert len(GROUPS) == 11
    assert set(GROUP_OF.values()) == set(GROUPS)


def test_each_pair_of_frequency_and_monetary_lies_in_one_kind() -> None:
    for f, m in product(range(1, 6), repeat=2):
        assert sum(kind.holds(f, m) for kind in KINDS) == 1


@pytest.mark.parametrize(
    ("code", "group"),
    [
        ("555", "champions"),
        ("444", "champions"),
        ("551", "loyal"),
        ("355", "loyal"),
        ("533", "potential_loyalist"),
        ("515", "new"),
        ("411", "promising"),
        ("333", "needs_attention"),
        ("311", "about_to_sleep"),
        ("252", "at_risk"),
        ("155", "cannot_lose"),
        ("211", "hibernating"),
        ("111", "lost"),
    ],
)
def test_well_known_codes_have_the_group_one_expects(code: str, group: str) -> None:
    assert rfm.Scores(*(int(digit) for digit in code)).group == group


# the document ------------------------------------------------------------------------------------------------------


def test_the_digest_follows_the_values_and_not_their_order() -> None:
    some = [Buyer(3, 1, 100), Buyer(9, 2, 250)]
    assert fitted(some).digest == fitted(some[::-1]).digest
    assert fitted(some).digest != fitted([Buyer(3, 1, 100), Buyer(9, 2, 251)]).digest


def test_cut_points_of_another_format_are_refused_with_a_way_out() -> None:
    document = rfm.dump(fitted([Buyer(1, 1, 1)]))
    with pytest.raises(rfm.RfmFormatError, match=r"format 2, this release reads format 1; fit them again"):
        rfm.load({**document, "format": 2})
