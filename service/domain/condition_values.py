"""The values of conditions in documents: numbers, texts, lists and days, checked as they are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import cast

from service.domain.days import date_of
from service.domain.errors import Problem
from service.domain.leaves import Leaf, Scalar

MAX_VALUES = 1_000
MAX_TEXT = 200
MAX_DAYS = 36_500

Known = Callable[[str], str | None]
Fits = Callable[[Leaf], tuple[str, str] | None]


@dataclass(frozen=True)
class Reading:
    """What the parts of one parse share: what may be compared, and what was found wrong."""

    known: Known | None
    fits: Fits | None
    past_fits: Fits | None
    facts_only: bool
    problems: list[Problem] = field(default_factory=list)
    clauses: list[str] = field(default_factory=list)

    def wrong(self, path: str, message: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(path, message))


def whole(value: object, path: str, reading: Reading, least: int, most: int, of: str) -> int | None:
    """A whole number within bounds."""
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    reading.wrong(path, f"expected a whole number of {of} from {least} to {most}, not {value!r}")
    return None


def values_of(value: object, path: str, reading: Reading, op: str) -> tuple[Scalar, ...] | None:
    """Several values."""
    if not isinstance(value, list) or not value or not all(is_scalar(part) for part in value):
        reading.wrong(path, f"{op} takes a list of texts or numbers")
        return None
    if len(value) > MAX_VALUES:
        reading.wrong(path, f"a list has at most {MAX_VALUES} values, not {len(value)}")
        return None
    found = [checked(scalar(part), path, reading) for part in value]
    return tuple(one for one in found if one is not None)


def pair_of(value: object, path: str, reading: Reading) -> tuple[Scalar, ...] | None:
    """Two values, the lesser first."""
    if not isinstance(value, list) or len(value) != 2 or not all(is_scalar(part) for part in value):
        reading.wrong(path, "between takes two values, the lesser first; both belong to it: [100, 500]")
        return None
    least, most = (scalar(part) for part in value)
    if isinstance(least, str) == isinstance(most, str) and least > most and not _decimals(least, most):  # type: ignore[operator]
        reading.wrong(path, f"between takes the lesser value first: [{most}, {least}]")
        return None
    found = [checked(one, path, reading) for one in (least, most)]
    return tuple(one for one in found if one is not None)


def _decimals(least: Scalar, most: Scalar) -> bool:
    """Whether two texts are amounts, whose order is not that of their letters."""
    return isinstance(least, str) and (date_of(least) is None or date_of(str(most)) is None)


def is_scalar(value: object) -> bool:
    """Whether a value is one text or number."""
    if isinstance(value, float):
        return value == value and abs(value) != float("inf")
    return isinstance(value, str | int | Decimal)


def scalar(value: object) -> Scalar:
    """The value; YAML reads a bare yes or no as a boolean where answers are the words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return cast(Scalar, value)


def checked(value: Scalar, path: str, reading: Reading) -> Scalar | None:
    """The value, unless it is longer than any text one compares with."""
    if isinstance(value, str) and len(value) > MAX_TEXT:
        reading.wrong(path, f"a text to compare with has at most {MAX_TEXT} characters, not {len(value)}")
        return None
    return value


def day(value: object, path: str, reading: Reading) -> int | str | None:
    """A day as written, ``2026-01-31``, or the number it was bound to."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_DAYS:
        return value
    if isinstance(value, str) and (found := date_of(value)) is not None and found.year >= 1970:
        return value
    reading.wrong(path, f'expected a day such as "2026-01-31", not {value!r}')
    return None


def unknown_keys(document: Mapping[str, object], keys: set[str], path: str, reading: Reading, right: str) -> None:
    """Note every key that is none of ``keys``."""
    for key in sorted(str(one) for one in set(document) - keys):
        reading.wrong(f"{path}.{key}", f"unknown key; {right}")
