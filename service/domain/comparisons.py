"""Comparing one value with one leaf: the meaning of every operator that needs nothing but the value and the day."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

from service.domain.days import date_at, day_at, start_of
from service.domain.leaves import Leaf, Near, Scalar, number_text
from service.domain.search import normalise

EARTH_KM = 6371.0
# Whole numbers below are no microseconds of a time when anybody bought anything: a rating, a year, seconds.
FIRST_INSTANT = 10**14
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WORD = re.compile(r"[^\W_]+")


def compare(leaf: Leaf, found: object) -> bool:
    """Whether a value passes a leaf that compares with a value (``VALUE_OPS``)."""
    return _TESTS[leaf.op](leaf.value, found)


def test_of(leaf: Leaf) -> Callable[[object, object], bool]:
    """The comparison of a leaf as a function of its value and of what was found."""
    return _TESTS[leaf.op]


def on_day(leaf: Leaf, found: object, today: int, zone: str) -> bool:
    """Whether a moment passes a leaf that counts days from today (``DAY_OPS``).

    :param found: an instant in UTC microseconds, or a date as text; anything else is false
    """
    n = cast(int, leaf.value)
    if leaf.op == "anniversary_within":
        return _anniversary(found, today, n, zone)
    first, last = days_of(leaf, today)
    if isinstance(found, str):
        return is_date(found) and iso(max(first, _EARLIEST)) <= found <= iso(last)
    if isinstance(found, int) and found >= FIRST_INSTANT:
        return (first <= 0 or start_of(first, zone) <= found) and found < start_of(last + 1, zone)
    return False


_EARLIEST = -719_162  # 1 January of year 1


def days_of(leaf: Leaf, today: int) -> tuple[int, int]:
    """First and last day number that pass ``in_last_days``, ``before_last_days`` or ``in_next_days`` today."""
    n = cast(int, leaf.value)
    if leaf.op == "in_last_days":
        return today - n + 1, today
    if leaf.op == "before_last_days":
        return _EARLIEST, today - n
    return today, today + n - 1


# texts ---------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """The text as ``contains``, ``starts_with`` and ``ends_with`` see it."""
    return normalise(text)


@lru_cache(maxsize=8192)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a text as ``matches`` sees them: runs of letters and digits of the normalised text."""
    return tuple(_WORD.findall(normalise(text)))


@lru_cache(maxsize=1024)
def terms_of(value: str) -> tuple[tuple[str, bool], ...]:
    """What ``matches`` looks for: each word of the value, and whether it is only the beginning of one (``gift*``)."""
    found: list[tuple[str, bool]] = []
    for part in value.split():
        *whole, last = words_of(part) or ("",)
        found += [(word, False) for word in whole]
        if last:
            found.append((last, part.endswith("*")))
    return tuple(found)


def _matches(value: object, text: str) -> bool:
    words = words_of(text)
    for term, beginning in terms_of(str(value)):
        if not (any(word.startswith(term) for word in words) if beginning else term in words):
            return False
    return True


def _of_texts(test: Callable[[object, str], bool]) -> Callable[[object, object], bool]:
    def any_text(value: object, found: object) -> bool:
        if isinstance(found, str):
            return test(value, found)
        return isinstance(found, list | tuple) and any(isinstance(one, str) and test(value, one) for one in found)

    return any_text


# values --------------------------------------------------------------------------------------------------------------


def is_number(value: object) -> bool:
    """Whether a value is compared as a number."""
    return isinstance(value, _NUMBERS) and not isinstance(value, bool)


_NUMBERS = (int, float, Decimal)  # put together once: this is asked a hundred times for an answer


def _equal(found: object, value: object) -> bool:
    if type(found) is type(value):
        return found == value
    if is_number(found):
        if is_number(value):
            return _plain(found) == _plain(value)
        return isinstance(value, str) and number_text(cast(float, found)) == value
    return isinstance(found, str) and is_number(value) and found == number_text(cast(float, value))


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value


def _ordered(test: Callable[[Any, Any], bool]) -> Callable[[object, object], bool]:
    """Order is for numbers, and for dates: a text is never less than a number, whatever its length or letters."""

    def ordered(value: object, found: object) -> bool:
        if is_number(found):
            return is_number(value) and test(_plain(found), _plain(value))
        return is_date(found) and is_date(value) and test(found, value)

    return ordered


def is_date(value: object) -> bool:
    """Whether a value is written as a date; such texts follow each other letter by letter."""
    return isinstance(value, str) and _DATE.fullmatch(value) is not None


def _between(value: object, found: object) -> bool:
    least, most = cast(tuple[Scalar, Scalar], value)
    return _AT_LEAST(least, found) and _AT_MOST(most, found)


def _in(value: object, found: object) -> bool:
    wanted = cast(tuple[Scalar, ...], value)
    if isinstance(found, list | tuple):
        return any(_equal(one, each) for one in found for each in wanted)
    return any(_equal(found, each) for each in wanted)


def _has(value: object, found: object) -> bool:
    if isinstance(found, list | tuple):
        return any(_equal(one, value) for one in found)
    return _equal(found, value)


def _near(value: object, found: object) -> bool:
    if not isinstance(found, tuple | list) or len(found) != 3:
        return False
    a, b, c, least = circle(cast(Near, value))
    x, y, z = found
    return bool(x * a + y * b + z * c >= least)


@lru_cache(maxsize=256)
def circle(near: Near) -> tuple[float, float, float, float]:
    """The middle of a circle as a unit vector, and the least product with it of what lies inside."""
    return *unit_vector(near.lat, near.lon), math.cos(min(near.km / EARTH_KM, math.pi))


def unit_vector(lat: float, lon: float) -> tuple[float, float, float]:
    """A place on the earth, in degrees, as a vector of length 1 from its middle."""
    north, east = math.radians(lat), math.radians(lon)
    return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)


_AT_LEAST, _AT_MOST = _ordered(operator.ge), _ordered(operator.le)
# Each takes the value of the leaf and what was found, which is None when nothing is known.
_TESTS: Mapping[str, Callable[[object, object], bool]] = {
    "eq": lambda value, found: found is not None and _equal(found, value),
    "ne": lambda value, found: found is not None and not _equal(found, value),
    "lt": _ordered(operator.lt),
    "lte": _AT_MOST,
    "gt": _ordered(operator.gt),
    "gte": _AT_LEAST,
    "between": _between,
    "in": _in,
    "has": _has,
    "all_of": lambda value, found: all(_has(one, found) for one in cast(tuple[Scalar, ...], value)),
    "contains": _of_texts(lambda value, text: folded(str(value)) in folded(text)),
    "starts_with": _of_texts(lambda value, text: folded(text).startswith(folded(str(value)))),
    "ends_with": _of_texts(lambda value, text: folded(text).endswith(folded(str(value)))),
    "matches": _of_texts(_matches),
    "exists": lambda value, found: (found is not None) == bool(value),
    "within_km": _near,
}
VALUE_OPS = frozenset(_TESTS)
DAY_OPS = frozenset({"in_last_days", "before_last_days", "in_next_days", "anniversary_within"})


# anniversaries -------------------------------------------------------------------------------------------------------


def _anniversary(found: object, today: int, n: int, zone: str) -> bool:
    if isinstance(found, int) and found >= FIRST_INSTANT:
        found = iso(day_at(found, zone))
    if not is_date(found):
        return False
    next_time = anniversaries(today, n).get(cast(str, found)[5:])
    return next_time is not None and cast(str, found) < next_time


@lru_cache(maxsize=256)
def anniversaries(today: int, n: int) -> Mapping[str, str]:
    """By month and day (``02-29``) the date of its anniversary among today and the n days after it; n is below 365."""
    found: dict[str, str] = {}
    for number in range(today, today + n + 1):
        day = date_at(number)
        found[f"{day:%m-%d}"] = day.isoformat()
        if (day.month, day.day) == (2, 28) and (day + timedelta(days=1)).day == 1:
            found["02-29"] = day.isoformat()
    return found


@lru_cache(maxsize=4096)
def iso(day: int) -> str:
    """A day number as a date, ``2026-01-31``."""
    return date_at(day).isoformat()
