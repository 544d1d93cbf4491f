"""Days of a calendar as numbers since 1970-01-01, and the instants at which they begin in a time zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FIRST_DAY, _LAST_DAY = date(1970, 1, 1), date(9998, 12, 31)


def day_of(text: str) -> date | None:
    """The calendar day of a text such as ``2026-01-31``, from 1970 on; ``None`` when it is none."""
    day = date_of(text)
    return day if day is not None and _FIRST_DAY <= day <= _LAST_DAY else None


def date_of(text: str) -> date | None:
    """The calendar day of a text such as ``1958-01-31``, of any year up to 9998; ``None`` when it is none."""
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
    return day if day is not None and day <= _LAST_DAY else None


def number_of(day: date) -> int:
    """The number of a calendar day."""
    return day.toordinal() - _EPOCH_DAY


def date_at(number: int) -> date:
    """The calendar day of a number."""
    return date.fromordinal(number + _EPOCH_DAY)


def day_at(instant: int, zone: str) -> int:
    """The day number of an instant (UTC microseconds) in a zone."""
    moment = datetime.fromtimestamp(instant // 1_000_000, UTC).astimezone(zone_of(zone))
    return moment.toordinal() - _EPOCH_DAY


@lru_cache(maxsize=4096)
def start_of(day: int, zone: str) -> int:
    """The instant (UTC microseconds) at which a day begins in a zone."""
    moment = datetime.combine(date_at(day), time(), zone_of(zone))
    return (moment - _EPOCH) // timedelta(microseconds=1)


@lru_cache(maxsize=16)
def zone_of(name: str) -> ZoneInfo:
    """A time zone by name."""
    return ZoneInfo(name)
