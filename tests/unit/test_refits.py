"""When cut points are fitted anew."""

from __future__ import annotations

import pytest

from service.domain.deliveries import SECOND
from service.operations.refits import LastFit, is_due

LAST = LastFit(at=0, day=100, newest_order=1000)


@pytest.mark.parametrize(
    ("seconds", "day", "newest", "buyers", "due"),
    [
        (1, 100, 1000, 10, False),  # nothing new
        (9999, 100, 1000, 10, False),
        (1, 101, 1000, 10, True),  # a new day
        (19, 100, 1001, 10, False),  # one order, too soon
        (21, 100, 1001, 10, True),
        (100, 100, 1001, 100_000, False),  # a large shop waits longer
        (2001, 100, 1001, 100_000, True),
        (4, 100, 2000, 100_000, False),  # an import
        (6, 100, 2000, 100_000, True),
    ],
)
def test_enough_must_have_changed_and_enough_time_have_passed(
    seconds: int, day: int, newest: int, buyers: int, due: bool
) -> None:
    assert is_due(LAST, now=seconds * SECOND, day=day, newest_order=newest, buyers=buyers) is due


def test_a_worker_that_starts_fits_once() -> None:
    assert is_due(None, now=0, day=100, newest_order=1, buyers=0)
