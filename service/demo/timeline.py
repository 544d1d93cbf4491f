"""The calendar of the sample shop: 78 weeks that always end the day before `until`.

The shop is drawn on a calendar of its own, which ends on DRAWN_UNTIL, and then shifted by whole days: with the same
seed it is the same shop on every day, and its sales and gift weeks move with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

DAYS = 78 * 7
DRAWN_UNTIL = date(2026, 6, 1)

SECOND = 1_000_000
DAY = 86_400 * SECOND
# The shop's zone is Asia/Riyadh, three hours ahead of UTC all year round, so no zone database is needed here.
ZONE = "Asia/Riyadh"
_OFFSET = 3 * 3_600 * SECOND

# First and last day of each season on the calendar the shop is drawn on.
_GIFT_WEEKS = (
    (date(2025, 3, 6), date(2025, 3, 30)),  # the second half of Ramadan, until Eid al-Fitr
    (date(2025, 5, 24), date(2025, 6, 6)),  # before Eid al-Adha
    (date(2026, 2, 24), date(2026, 3, 20)),
    (date(2026, 5, 14), date(2026, 5, 27)),
)
_SALES = (
    (date(2025, 7, 10), date(2025, 7, 20)),
    (date(2025, 11, 18), date(2025, 11, 30)),
)
_COLD_MONTHS = frozenset({12, 1, 2})
_HOT_MONTHS = frozenset({6, 7, 8, 9})


@dataclass(frozen=True)
class Season:
    """What kind of day it is."""

    gifts: bool
    sale: bool
    cold: bool
    hot: bool
    weekend: bool


@dataclass(frozen=True)
class Timeline:
    """The days of one simulation. Days are counted from 0 (the first) to DAYS - 1 (the day before `until`)."""

    until: int

    @property
    def first_day(self) -> int:
        """Day 0 as days since 1970-01-01 in the shop's zone."""
        return (self.until + _OFFSET) // DAY - DAYS

    def midnight(self, day: int) -> int:
        """The instant at which a day begins in the shop's zone, in UTC microseconds."""
        return (self.first_day + day) * DAY - _OFFSET

    def instant(self, day: int, second: int) -> int:
        """An instant within a day."""
        return self.midnight(day) + second * SECOND


def seasons() -> tuple[Season, ...]:
    """The season of each day, the same for every `until`."""
    start = DRAWN_UNTIL - timedelta(days=DAYS)
    return tuple(_season(start + timedelta(days=day)) for day in range(DAYS))


def _season(day: date) -> Season:
    return Season(
        gifts=any(first <= day <= last for first, last in _GIFT_WEEKS),
        sale=any(first <= day <= last for first, last in _SALES),
        cold=day.month in _COLD_MONTHS,
        hot=day.month in _HOT_MONTHS,
        weekend=day.weekday() in (4, 5),  # Friday and Saturday
    )
