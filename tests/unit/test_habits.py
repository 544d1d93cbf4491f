"""Habits, first orders, and how well figures rank."""

import json
from random import Random

import numpy as np
import pytest

from service.domain import first_orders, habits
from service.domain.first_orders import FirstOrder
from service.domain.habits import Habits, Month
from service.domain.subjects import OrderHistory, PastLine, PastOrder
from service.ml import auc, whales
from service.ml.whales import Beginner

SHOP = Habits(0.25, {24_305: 0.8}, 5.0, 4_000, 1)  # June 2025
JUNE, JULY = 20_240, 20_270


def order(day: int, *, discount: int = 0, source: str | None = "instagram", category: str = "serums") -> PastOrder:
    return PastOrder(
        day,
        day,
        day,
        gross=1000,
        discount=discount,
        revenue=1000,
        source=source,
        lines=(PastLine(1, 1000, 0, "p", category),),
    )


def test_a_discount_in_a_month_of_sales_says_less_than_one_in_another() -> None:
    in_sale = habits.facts(OrderHistory.of([order(JUNE + i, discount=100) for i in range(3)]), SHOP)
    at_other_times = habits.facts(OrderHistory.of([order(JULY + i, discount=100) for i in range(3)]), SHOP)
    assert in_sale["orders.discount_affinity"] == round(8 / (2.4 + 5), 1)
    assert at_other_times["orders.discount_affinity"] == round(8 / (0.75 + 5), 1)


def test_habits_need_repetition() -> None:
    once = OrderHistory.of([order(JUNE)])
    assert habits.facts(once, SHOP) == {}
    twice = OrderHistory.of([order(JUNE), order(JULY), order(JULY + 1, source="podcast", category="oils")])
    assert habits.facts(twice, None) == {"orders.habit.category": "serums", "orders.habit.source": "instagram"}
    even = OrderHistory.of([*twice.orders, order(JULY + 2, source="podcast", category="oils")])
    assert habits.facts(even, None)["orders.habit.category"] == "oils"  # as frequent, and later


def test_the_shape_is_large_where_customers_differ_by_chance_only() -> None:
    random = Random(1)
    alike = [Month(i, 24_000, 10, sum(random.random() < 0.3 for _ in range(10))) for i in range(500)]
    apart = [Month(i, 24_000, 10, 9 if i % 3 == 0 else 0) for i in range(500)]
    same, different = habits.fit(alike, fitted_at=1), habits.fit(apart, fitted_at=1)
    assert same is not None
    assert different is not None
    assert same.shape > 20
    assert different.shape == 1.0
    assert habits.fit(alike[:19], fitted_at=1) is None
    assert habits.load(json.loads(json.dumps(habits.dump(same)))) == same
    assert habits.same_rules(same, same)
    assert not habits.same_rules(same, different)


FIRST = FirstOrder(1_700_000_000_000_000, 20_000, 2_000, 3, 2, source="podcast", country="SA", product="oud")


def test_answers_given_long_after_the_first_order_do_not_count() -> None:
    soon, late = FIRST.placed_at + 86_400_000_000, FIRST.placed_at + 30 * 86_400_000_000
    facts = {"answered_at.q.why": soon, "answer.q.why": "gift", "answered_at.q.nps": late, "answer.q.nps": 9}
    told = first_orders.known(FIRST, facts, "Asia/Riyadh")
    assert told["answer.q.why"] == "gift"
    assert "answer.q.nps" not in told
    assert (told["first.hour"], told["first.weekday"], told["first.source"]) == ("night", "wed", "podcast")


def beginners(people: int, seed: int, pull: float) -> list[Beginner]:
    random = np.random.default_rng(seed)
    found = []
    for number in range(people):
        source = "podcast" if random.random() < 0.2 else "search"
        value = float(random.normal(9, 0.8))
        brought = int(np.exp(value + pull * (source == "podcast") + random.normal(0, 0.6)))
        found.append(Beginner(number, {"first.value": value, "first.source": source}, brought))
    return found


def test_a_model_that_knows_more_than_the_first_value_is_used_and_says_why() -> None:
    trained = whales.train(beginners(900, 1, 1.5), days=180, share="0.2", fitted_at=1)
    assert trained.problem == ""
    assert trained.model is not None
    told = {"first.value": 9.5, "first.source": "podcast"}
    chance = first_orders.probability(trained.model, told)
    reasons = first_orders.reasons(trained.model, told)
    base = trained.model.model.average
    odds = base[1] - base[0] + sum(weight for _, _, weight in reasons)
    assert chance == pytest.approx(1 / (1 + np.exp(-odds)))  # the reasons add up to it
    assert chance > first_orders.probability(trained.model, {**told, "first.source": "search"})
    again = first_orders.load(json.loads(json.dumps(first_orders.dump(trained.model))))
    assert first_orders.probability(again, told) == pytest.approx(chance)


def test_a_model_that_knows_no_more_is_refused() -> None:
    trained = whales.train(beginners(900, 2, 0.0), days=180, share="0.2", fitted_at=1)
    assert trained.model is not None
    assert "ranks no better than the value of the first order" in trained.problem
    few = whales.train(beginners(200, 2, 0.0), days=180, share="0.2", fitted_at=1)
    assert few == whales.Trained(None, "200 customers began long enough ago, 300 are needed")


def test_areas_have_their_known_values() -> None:
    became = np.array([True, True, False, False, False])
    assert auc.area(np.array([5.0, 2, 3, 1, 1]), became).mean == pytest.approx(5 / 6)
    assert auc.area(np.ones(5), became).mean == 0.5
    same = auc.difference(np.arange(5.0), np.arange(5.0), became)
    assert (same.mean, same.low, same.high) == (0, 0, 0)
