"""Single cells of a shop's file, read strictly: a value is understood, or refused with one of a few fixed reasons."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache

from service.domain import identities
from service.domain.errors import InvalidInput
from service.domain.money import line_amount, parse_decimal, to_minor
from service.domain.text import is_storable

LONGEST_TEXT = 500
LARGEST_QUANTITY = 10_000_000
# Beyond this an order is not from tomorrow's time zone, but from a wrong clock.
_FUTURE = timedelta(days=2)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_SPACE_BEFORE_OFFSET = re.compile(r"\s+(?=[+-]\d{2}:?\d{2}$)")
_UTC_WORD = re.compile(r"\s+(?:UTC|GMT)$")
_WHOLE = re.compile(r"[+-]?[0-9]{1,12}(?:\.0*)?")


class BadValue(Exception):
    """A cell that cannot be read; `reason` is the same for the same kind of mistake, so that reasons can be counted."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@lru_cache(maxsize=65536)
def text(cell: str) -> str | None:
    """Text without space around it; ``None`` when there is none."""
    value = cell.strip()
    if not value:
        return None
    if len(value) > LONGEST_TEXT:
        raise BadValue(f"longer than {LONGEST_TEXT} characters")
    if not is_storable(value):
        raise BadValue("contains a NUL character, which no text may have")
    return value


@lru_cache(maxsize=65536)
def shop_id(cell: str) -> str | None:
    """A shop's id of a customer, an order or a product; ``None`` when there is none."""
    if not cell.strip():
        return None
    try:
        return identities.parse_shop_id(cell)
    except InvalidInput:
        raise BadValue(f"not an id of at most {identities.MAX_LENGTH} characters") from None


@lru_cache(maxsize=4096)
def email(cell: str) -> str | None:
    """An email address; ``None`` when there is none."""
    value = cell.strip().removeprefix("'")
    if not value:
        return None
    try:
        return identities.parse_email(value)
    except InvalidInput:
        raise BadValue("not an email address") from None


@lru_cache(maxsize=4096)
def whole(cell: str) -> int:
    """A whole number, also written as ``6.0``."""
    value = cell.strip()
    if not _WHOLE.fullmatch(value):
        raise BadValue("not a whole number")
    number = int(value.partition(".")[0])
    if abs(number) > LARGEST_QUANTITY:
        raise BadValue("larger than any quantity")
    return number


@lru_cache(maxsize=65536)
def decimal(cell: str) -> Decimal:
    """An exact number."""
    try:
        return parse_decimal(cell.strip().removeprefix("'"))
    except ValueError:
        raise BadValue("not a number; amounts are written like 1234.50") from None


def minor(cell: str, currency: str) -> int | None:
    """Minor units of an amount; ``None`` when the cell is empty."""
    return to_minor(decimal(cell), currency) if cell.strip() else None


@lru_cache(maxsize=65536)
def plain(cell: str) -> str:
    """A number as plain decimal text, as exact as it was written: ``2.550`` stays, ``1e2`` becomes ``100``."""
    return f"{decimal(cell):f}"


@lru_cache(maxsize=65536)
def priced(cell: str, quantity: int, currency: str) -> int:
    """Minor units of a line: quantity times the price in the cell, rounded half to even."""
    return line_amount(decimal(cell), quantity, currency)


class Dates:
    """Reads dates of one file.

    :param zone: where dates without a zone were written
    :param now: instant of the import; orders from the future are refused
    :param layout: `strptime` format of the file's dates; without one, ISO dates such as ``2026-05-01 10:00``
    """

    def __init__(self, zone: tzinfo, now: int, layout: str | None = None) -> None:
        self._zone = zone
        self._latest = _EPOCH + timedelta(microseconds=now) + _FUTURE
        self._layout = layout
        self.instant = lru_cache(maxsize=4096)(self._instant)

    def _instant(self, cell: str) -> int:
        """UTC microseconds. A local time that exists twice, when clocks are put back, is taken as the first."""
        moment = self._moment(_UTC_WORD.sub("+00:00", _SPACE_BEFORE_OFFSET.sub("", cell.strip())))
        try:
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=self._zone)
            moment = moment.astimezone(UTC)
        except OverflowError:
            raise BadValue("earlier than any order") from None
        if moment < _EARLIEST:
            raise BadValue("earlier than any order")
        if moment > self._latest:
            raise BadValue("in the future")
        return (moment - _EPOCH) // timedelta(microseconds=1)

    def _moment(self, written: str) -> datetime:
        try:
            if self._layout:
                return datetime.strptime(written, self._layout)
            return datetime.fromisoformat(written)
        except ValueError:
            example = (
                f"written as {self._layout}" if self._layout else "such as 2026-05-01 10:00 (or say --date-format)"
            )
            raise BadValue(f"not a date {example}") from None
