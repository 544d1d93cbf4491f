"""Anniversaries as ranges of instants and as lists of dates, for databases that know no calendar."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterator
from datetime import date

from service.domain.comparisons import anniversaries
from service.domain.days import date_at, number_of, start_of

_FIRST_YEAR = 1970
Range = tuple[int, int]


def anniversary_dates(days: int, today: int) -> dict[int, tuple[str, ...]]:
    """Months and days (``02-29``) that have an anniversary within that many days from today, by the year of it; dates
    of years before have one there."""
    found: dict[int, list[str]] = {}
    for month_day, next_time in anniversaries(today, days).items():
        found.setdefault(int(next_time[:4]), []).append(month_day)
    return {year: tuple(each) for year, each in found.items()}


def anniversary_instants(days: int, today: int, zone: str) -> list[Range]:
    """The instants, as begin and end of ranges, that have an anniversary within that many days from today."""
    found = []
    for lower, upper, year in _parts(days, today):
        for earlier in range(_FIRST_YEAR, year):
            found.append((start_of(_day_from(earlier, lower), zone), start_of(_day_up_to(earlier, upper) + 1, zone)))
    return found


def _parts(days: int, today: int) -> Iterator[tuple[str, str, int]]:
    """The days from today on by year, each as first and last month and day.

    29 February falls on the 28th in years without one, so what ends with the 28th there goes on to the 29th.
    """
    begin, end = date_at(today), date_at(today + days)
    for year in range(begin.year, end.year + 1):
        first, last = max(begin, date(year, 1, 1)), min(end, date(year, 12, 31))
        upper = "02-29" if (last.month, last.day) == (2, 28) and not isleap(year) else f"{last:%m-%d}"
        yield f"{first:%m-%d}", upper, year


def _day_from(year: int, month_day: str) -> int:
    """The first day of a year that is not before a month and day."""
    if month_day == "02-29" and not isleap(year):
        return number_of(date(year, 3, 1))
    return number_of(date.fromisoformat(f"{year}-{month_day}"))


def _day_up_to(year: int, month_day: str) -> int:
    """The last day of a year that is not after a month and day."""
    if month_day == "02-29" and not isleap(year):
        return number_of(date(year, 2, 28))
    return number_of(date.fromisoformat(f"{year}-{month_day}"))
