"""Rhythm and discount affinity on what real customers did next."""

from pathlib import Path

import pytest

from bench.classifying.habits import judged_discounts, judged_rhythm
from bench.datasets import orders

pytestmark = pytest.mark.data


def test_discount_affinity_predicts_the_next_basket_better_than_the_shops_share(test_data: Path) -> None:
    found = judged_discounts(orders.journeys(test_data))
    assert found["baskets"] > 10_000
    assert found["low"] > 0
    assert found["affinity"] < found["own_share"]


def test_the_rhythm_predicts_the_next_gap_better_than_own_or_shop_means(test_data: Path) -> None:
    found = judged_rhythm(orders.order_days(orders.cdnow(test_data, "cdnow_master.txt")))
    assert found["error_rhythm"] < min(found["error_own"], found["error_shop"])
    assert found["inside"] == pytest.approx(0.8, abs=0.05)
