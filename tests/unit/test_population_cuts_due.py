"""When the population is cut anew."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.domain.subjects import Cut
from service.operations.recomputes import CUTS_EVERY, LastCut, cuts_are_due

LAST = LastCut(at=0, day=100, rules=3, wanted=frozenset({Cut("orders.net_revenue", "top", 20)}), newest_order=1_000)


@pytest.mark.parametrize(
    ("present", "due"),
    [
        (replace(LAST, at=10 * CUTS_EVERY), False),  # nothing new
        (replace(LAST, at=1, day=101), True),
        (replace(LAST, at=1, rules=4), True),
        (replace(LAST, at=1, wanted=frozenset()), True),  # another segment
        (replace(LAST, at=CUTS_EVERY - 1, newest_order=2_000), False),
        (replace(LAST, at=CUTS_EVERY, newest_order=1_001), True),
    ],
)
def test_the_population_is_cut_hourly_while_orders_come_and_else_daily(present: LastCut, due: bool) -> None:
    assert cuts_are_due(LAST, present) is due
