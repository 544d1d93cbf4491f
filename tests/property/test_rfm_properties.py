"""What holds of RFM scores and whales for any customers."""

from __future__ import annotations

from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from service.domain import rfm
from service.domain.rfm import Buyer, fit, fit_cut_points, score
from service.domain.whales import whale_threshold

values = st.lists(st.integers(-500, 5000), min_size=1, max_size=60)
buyers = st.lists(
    st.builds(Buyer, days=st.integers(0, 900), orders=st.integers(1, 12), revenue=st.integers(-100, 90_000)),
    min_size=1,
    max_size=60,
)


def fitted(people: list[Buyer]) -> rfm.RfmModel:
    model = fit(people, fitted_at=0)
    assert model is not None
    return model


def scores_of(model: rfm.RfmModel, buyer: Buyer) -> rfm.Scores:
    scores = score(model, days_since_last=buyer.days, orders=buyer.orders, net_revenue=buyer.revenue)
    assert scores is not None
    return scores


@given(values, st.data())
def test_equal_values_get_equal_scores_whatever_their_order(numbers: list[int], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(numbers))
    assert fit_cut_points(numbers) == fit_cut_points(shuffled)


@given(values)
def test_each_threshold_is_reached_by_its_share_of_the_values(numbers: list[int]) -> None:
    thresholds = fit_cut_points(numbers).thresholds
    for fifth, threshold in enumerate(thresholds, 1):
        at_most = sum(value <= threshold for value in numbers)
        below = sum(value < threshold for value in numbers)
        assert below < fifth * len(numbers) / 5 <= at_most


@given(buyers, st.integers(1, 10_000))
def test_more_money_never_lowers_the_monetary_score(people: list[Buyer], more: int) -> None:
    model = fitted(people)
    for one in people:
        richer = Buyer(one.days, one.orders, one.revenue + more)
        assert scores_of(model, richer).monetary >= scores_of(model, one).monetary


@given(buyers, st.integers(1, 400))
def test_more_orders_never_lower_and_more_days_never_raise_a_score(people: list[Buyer], more: int) -> None:
    model = fitted(people)
    for one in people:
        assert scores_of(model, Buyer(one.days, one.orders + more, 0)).frequency >= scores_of(model, one).frequency
        assert scores_of(model, Buyer(one.days + more, one.orders, 0)).recency <= scores_of(model, one).recency


@given(buyers)
def test_scores_lie_between_one_and_five_and_the_latest_buyer_has_five(people: list[Buyer]) -> None:
    model = fitted(people)
    all_scores = [scores_of(model, one) for one in people]
    for one in all_scores:
        assert {one.recency, one.frequency, one.monetary} <= {1, 2, 3, 4, 5}
    latest = min(range(len(people)), key=lambda i: people[i].days)
    assert all_scores[latest].recency == 5


@given(values, st.sampled_from(["0.05", "0.2", "0.5", "1"]))
def test_whales_are_never_fewer_than_their_share_and_never_more_than_ties_make_them(
    numbers: list[int], share: str
) -> None:
    positive = [value for value in numbers if value > 0]
    threshold = whale_threshold(numbers, share)
    if threshold is None:
        assert not positive
        return
    wanted = ceil(round(float(share) * len(positive), 9))
    assert sum(value >= threshold for value in positive) >= wanted
    assert sum(value > threshold for value in positive) < wanted


@given(buyers)
def test_a_model_survives_being_stored(people: list[Buyer]) -> None:
    model = fitted(people)
    assert rfm.load(rfm.dump(model)) == model
