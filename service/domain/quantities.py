"""Options that stand for amounts ("Up to 200 SAR", "18–24"), and which of them a number falls into."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from service.domain import numerals
from service.domain.numerals import Amount
from service.domain.quiz import Item, Option

_LEAST_OPTIONS = 2


@dataclass(frozen=True)
class Interval:
    """The amounts an option stands for: more than ``low`` (from it on, when ``closed``), up to ``high``."""

    option: str
    low: float
    high: float
    closed: bool = False

    def has(self, value: float) -> bool:
        """Whether a value lies in it."""
        return (self.low <= value if self.closed else self.low < value) and value <= self.high

    def overlap(self, low: float, high: float) -> float:
        """How much of a range lies in it."""
        return min(self.high, high) - max(self.low, low)


def intervals(item: Item) -> tuple[Interval, ...]:
    """The amounts of an item's options, lowest first; empty when they are no amounts. Kept with the item."""
    found: tuple[Interval, ...] | None = vars(item).get("_intervals")
    if found is None:
        found = vars(item)["_intervals"] = _read(item)
    return found


def option_for(item: Item, meant: Amount) -> str | None:
    """The option that an amount falls into, or ``None`` when it is none or more than one."""
    known = intervals(item)
    if not known:
        return None
    if meant.low is None and meant.high is not None:
        return _containing(known, meant.high)
    if meant.high is None and meant.low is not None:
        above = [one.option for one in known if one.low <= meant.low < one.high]
        return above[0] if len(above) == 1 else None
    if meant.low is None or meant.high is None:
        return None
    if meant.low == meant.high:
        return _containing(known, meant.low)
    by_overlap = sorted(known, key=lambda one: -one.overlap(meant.low or 0.0, meant.high or 0.0))
    first, second = by_overlap[0], by_overlap[1]
    clear = first.overlap(meant.low, meant.high) > max(0.0, second.overlap(meant.low, meant.high)) * 1.5
    return first.option if clear else None


def _containing(known: tuple[Interval, ...], value: float) -> str | None:
    found = [one.option for one in known if one.has(value)]
    return found[0] if len(found) == 1 else None


def _read(item: Item) -> tuple[Interval, ...]:
    told = [(option, amount) for option in item.options if (amount := _amount(option)) is not None]
    if len(told) < _LEAST_OPTIONS or len(told) < len(item.options) - 1:
        return ()
    capped = sorted((one for one in told if one[1].high is not None), key=lambda one: one[1].high or 0.0)
    found: list[Interval] = []
    before = 0.0
    for option, amount in capped:
        high = amount.high or 0.0
        if amount.low is None:
            found.append(Interval(option.id, before, high, closed=not found))
        elif amount.low < high:
            found.append(Interval(option.id, amount.low, high, closed=True))
        else:
            return ()
        before = high
    found += [Interval(option.id, amount.low or 0.0, float("inf")) for option, amount in told if amount.high is None]
    return tuple(found)


def _amount(option: Option) -> Amount | None:
    """The amount in a label, else one with "more than" or "less than" among the synonyms."""
    for label in option.label.by_lang.values():
        found = _amount_of(label)
        if found is not None:
            return found
    for listed in option.synonyms.values():
        for one in listed:
            found = _amount_of(one)
            if found is not None and found.low != found.high:
                return found
    return None


@lru_cache(maxsize=1024)
def _amount_of(label: str) -> Amount | None:
    found = numerals.amount(label)
    return found if found and (found.low != found.high or found.money) else None
