"""Rhythm: usual gaps, credibility, stages of life and the days on which they change."""

import json
from dataclasses import replace
from itertools import accumulate
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain import rhythm
from service.domain.purchases import Purchases
from service.domain.rhythm import Gap, Rhythm
from service.domain.rhythm_fitting import fit

RATIOS = tuple(share / 50 for share in range(5, 100, 5))
SHOP = Rhythm(
    gaps=(Gap(400, 50, 60), Gap(200, 40, 50), Gap(20, 8, 9), Gap(0, 0, 0), Gap(0, 0, 0)),
    all_gaps=Gap(620, 45, 55),
    credibility=2.0,
    ratios=(RATIOS,) * 4,
    customers=900,
    fitted_at=1,
)


def bought(*days: int) -> Purchases:
    return Purchases(orders=len(days), order_days=len(days), first_day=days[0], last_day=days[-1])


@pytest.mark.parametrize(
    ("days", "usual"),
    [((100,), 50), ((100, 110), 40), ((100, 110, 130), 15), ((100, 110, 120, 160), 20)],
)
def test_the_usual_gap_is_the_shops_median_until_three_order_days(days: tuple[int, ...], usual: float) -> None:
    assert rhythm.usual_gap(bought(*days), SHOP) == usual


def test_a_number_that_few_gaps_followed_takes_the_median_of_all() -> None:
    assert SHOP.shop_gap(3) == 45
    assert rhythm.usual_gap(bought(100), None) is None
    assert rhythm.usual_gap(Purchases(), SHOP) is None


def test_own_gaps_weigh_against_the_shops() -> None:
    first, second = SHOP.mean_gap(1), SHOP.mean_gap(2)
    assert rhythm.rhythm_days(bought(0), SHOP) == first
    # One own gap against two of the shop's: a third of the way from the shop's pace to the own one.
    own = 20 / first
    assert rhythm.rhythm_days(bought(0, 20), SHOP) == pytest.approx(second * (2 + own) / 3)


def test_stages_follow_each_other() -> None:
    once = bought(1000)
    due, overdue, lapsed = rhythm.turns(once, SHOP) or (0, 0, 0)
    assert [rhythm.stage(once, SHOP, day) for day in (1000, due - 1, due, overdue, lapsed, lapsed + 900)] == [
        "new",
        "new",
        "due",
        "overdue",
        "lapsed",
        "lapsed",
    ]
    assert rhythm.stage(bought(990, 1000), SHOP, 1001) == "active"
    assert rhythm.stage(None, SHOP, 1) is None
    assert rhythm.stage(once, None, 1) is None


@given(gaps=st.lists(st.integers(1, 300), max_size=8), waited=st.integers(0, 900))
@settings(max_examples=50)
def test_a_stage_holds_until_the_next_turn(gaps: list[int], waited: int) -> None:
    purchases = bought(*accumulate(gaps, initial=100))
    today = 100 + sum(gaps) + waited
    now, turn = rhythm.stage(purchases, SHOP, today), rhythm.next_turn(purchases, SHOP, today)
    if turn is None:
        assert now == "lapsed"
        assert rhythm.stage(purchases, SHOP, today + 5000) == "lapsed"
    else:
        assert turn > today
        assert rhythm.stage(purchases, SHOP, turn - 1) == now
        assert rhythm.stage(purchases, SHOP, turn) != now
    expected = rhythm.next_order(purchases, SHOP, today)
    if expected is None:
        assert now == "lapsed"
    else:
        assert today <= expected.low <= expected.day <= expected.high


def simulated(customers: int, seed: int) -> list[list[int]]:
    random = Random(seed)
    found = []
    for _ in range(customers):
        pace, day, days = random.gammavariate(4, 10), 0.0, [0]
        for _ in range(random.randint(0, 6)):
            day += max(1.0, random.gammavariate(3, pace / 3))
            days.append(int(day))
        found.append(sorted(set(days)))
    return found


def test_most_next_orders_come_within_the_interval() -> None:
    shop = fit(simulated(1500, 1), fitted_at=1)
    assert shop is not None
    assert 0.5 < shop.credibility < 3  # within customers a third of the squared mean, between them a quarter
    inside = came_by_overdue = asked = 0
    for days in simulated(800, 2):
        for number in range(1, len(days)):
            purchases = bought(*days[:number])
            expected = rhythm.next_order(purchases, shop, purchases.last_day or 0)
            turns = rhythm.turns(purchases, shop)
            assert expected is not None
            assert turns is not None
            asked += 1
            inside += expected.low <= days[number] <= expected.high
            came_by_overdue += days[number] <= turns[1]
    assert asked > 2000
    assert inside / asked == pytest.approx(0.8, abs=0.04)
    assert came_by_overdue / asked == pytest.approx(0.8, abs=0.04)


def test_a_shop_with_few_gaps_has_no_rhythm() -> None:
    assert fit([[0, 10]] * 29 + [[0]] * 500, fitted_at=1) is None
    few = fit([[0, 10]] * 30, fitted_at=1)
    assert few is not None
    assert few.little_data


def test_the_document_is_readable_and_comes_back() -> None:
    fitted = fit(simulated(300, 3), fitted_at=5)
    assert fitted is not None
    assert rhythm.load(json.loads(json.dumps(rhythm.dump(fitted))), version=2) == replace(fitted, version=2)
    assert rhythm.same_rules(fitted, fitted)
    assert not rhythm.same_rules(fitted, replace(fitted, credibility=1.0, all_gaps=Gap(900, 400, 500)))
    with pytest.raises(rhythm.RhythmFormatError, match="format 99"):
        rhythm.load({"kind": "rhythm", "format": 99})
