"""When the passing of time alone could change the verdict of a condition."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import date
from typing import cast

from service.domain import buying
from service.domain.comparisons import (
    DAY_OPS,
    FIRST_INSTANT,
    VALUE_OPS,
    compare,
    is_date,
    is_number,
    on_day,
)
from service.domain.days import date_of, day_at, number_of, start_of
from service.domain.leaves import Clausal, Condition, InSegment, Leaf, Node, Past, Purchased
from service.domain.subjects import Subject
from service.domain.vocabulary import spec_of

# So many days are tried one after the other; past them the next day in question is given, which is early but right.
_TRIED = 64
_LAST_DAY = number_of(date(9998, 12, 31))


def next_change(condition: Condition, subject: Subject) -> int | None:
    """The earliest later instant (UTC microseconds) at which a clause could get another verdict though nothing happens;
    ``None`` when none ever does.

    Until then the condition has the verdict it has now, as long as orders, answers and the rest stay as they are, and
    so do the segments and the cuts it compares with. It may be early (nothing has to change then), never late.
    """
    if isinstance(condition, Node):
        found = [next_change(child, subject) for child in condition.children]
        return min((one for one in found if one is not None), default=None)
    return _of_clause(condition, subject)


def _of_clause(clause: Clausal, subject: Subject) -> int | None:
    if subject.verdicts and (kept := subject.verdicts.get(clause)) is not None:
        return kept.until
    day: int | None = None
    if isinstance(clause, Leaf):
        own = subject.changes.get(clause.fact)
        if own is not None and own > subject.now:
            return own
        day = _of_leaf(clause, subject)
    elif isinstance(clause, Purchased):
        day = _of_window(clause, subject)
    elif isinstance(clause, InSegment):
        day = _of_membership(clause, subject)
    elif isinstance(clause, Past) and clause.when != "ever":
        day = _after(cast(int, clause.when), subject)
    return None if day is None or day > _LAST_DAY else start_of(day, subject.zone)


def _of_leaf(leaf: Leaf, subject: Subject) -> int | None:
    found = subject.facts.get(leaf.fact)
    if leaf.op in VALUE_OPS:
        return _of_passing_fact(leaf, found, subject)
    if leaf.op == "changed_in_last_days":
        present = next((one for one in subject.past.get(leaf.fact, ()) if one.until_at is None), None)
        if present is None:
            return None
        return _later([day_at(present.since_at, subject.zone) + cast(int, leaf.value)], subject.today)
    if leaf.op in DAY_OPS:
        return _of_moment(leaf, found, subject)
    return None if not _passes(leaf.fact) or leaf.op in ("before", "after") else subject.today + 1


# facts that pass -----------------------------------------------------------------------------------------------------


def _passes(fact: str) -> str:
    spec = spec_of(fact)
    return spec.passes if spec is not None else ""


def _of_passing_fact(leaf: Leaf, found: object, subject: Subject) -> int | None:
    kind = _passes(leaf.fact)
    if not is_number(found) or kind not in ("days", "ratio") or leaf.op == "exists":
        return None
    per_day = 1.0 if kind == "days" else _ratio_per_day(leaf.fact, subject)
    if per_day is None:
        return subject.today + 1
    number = cast(float, found)
    holds = compare(leaf, found)
    values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    away = [(float(one) - number) / per_day for one in values if isinstance(one, int | float)]
    # Around each value the day before, on and after it: where rounding decides, the comparison itself is asked.
    tried = {day for one in away for day in range(math.floor(one) - 1, math.floor(one) + 3) if day >= 1}
    later = _value_after(leaf.fact, number, subject)
    return next((subject.today + day for day in sorted(tried) if compare(leaf, later(day)) != holds), None)


def _ratio_per_day(fact: str, subject: Subject) -> float | None:
    gap = _gap(subject)
    return 1 / gap if gap is not None else None


def _gap(subject: Subject) -> float | None:
    gap = subject.facts.get("orders.expected_gap_days", subject.facts.get("orders.mean_gap_days"))
    days = subject.facts.get("orders.days_since_last")
    ratio = subject.facts.get("orders.overdue_ratio")
    if not is_number(gap) or not is_number(days) or not cast(float, gap):
        return None
    return cast(float, gap) if cast(float, days) / cast(float, gap) == ratio else None


def _value_after(fact: str, number: float, subject: Subject) -> Callable[[int], float]:
    if _passes(fact) == "days":
        return lambda day: number + day
    gap, days = cast(float, _gap(subject)), cast(int, subject.facts["orders.days_since_last"])
    return lambda day: (days + day) / gap


# moments -------------------------------------------------------------------------------------------------------------


def _of_moment(leaf: Leaf, found: object, subject: Subject) -> int | None:
    at = _day_of(found, subject.zone)
    if at is None:
        return subject.today + 1 if is_date(found) else None  # 30 February
    n = cast(int, leaf.value)
    if leaf.op == "in_last_days":
        days = [at, at + n]
    elif leaf.op == "before_last_days":
        days = [at + n]
    elif leaf.op == "in_next_days":
        days = [at - n + 1, at + 1]
    else:
        days = list(_around_anniversaries(found, at, n, subject))
    holds = on_day(leaf, found, subject.today, subject.zone)
    later = sorted(day for day in days if day > subject.today)
    return next((day for day in later if on_day(leaf, found, day, subject.zone) != holds), None)


def _day_of(found: object, zone: str) -> int | None:
    if isinstance(found, int) and found >= FIRST_INSTANT:
        return day_at(found, zone)
    if is_date(found):
        day = date_of(cast(str, found))
        return None if day is None else number_of(day)
    return None


def _around_anniversaries(found: object, at: int, n: int, subject: Subject) -> Iterable[int]:
    """Days on which an anniversary comes within n days, or is over; of the years in question."""
    born = date.fromordinal(at + date(1970, 1, 1).toordinal())
    first = max(born.year, date.fromordinal(subject.today + date(1970, 1, 1).toordinal()).year - 1)
    for year in range(first, min(first + 5, 9998)):
        try:
            anniversary = number_of(born.replace(year=year))
        except ValueError:
            anniversary = number_of(date(year, 2, 28))
        yield anniversary - n
        yield anniversary + 1


# purchases, segments, the past ---------------------------------------------------------------------------------------


def _of_window(leaf: Purchased, subject: Subject) -> int | None:
    if leaf.window.kind != "last_days" or subject.history is None:
        return None
    n = cast(int, leaf.window.value)
    holds = buying.passes(leaf, buying.measure(leaf, subject.history, subject.today))
    in_play = buying.days_in_play(leaf, subject.history)
    later = sorted({day for one in in_play for day in (one, one + n) if day > subject.today})
    for day in later[:_TRIED]:
        if buying.passes(leaf, buying.measure(leaf, subject.history, day)) != holds:
            return day
    return later[_TRIED] if len(later) > _TRIED else None


def _of_membership(leaf: InSegment, subject: Subject) -> int | None:
    if leaf.op == "on":
        return _after(cast(int, leaf.value), subject)
    if leaf.op != "entered_in_last_days":
        return None
    stays = subject.memberships.get(leaf.id, ())
    entered = [one.entered_at for one in stays]
    if leaf.id in subject.inside and not any(one.left_at is None for one in stays):
        entered.append(subject.now)
    if not entered:
        return None
    return _later([day_at(max(entered), subject.zone) + cast(int, leaf.value)], subject.today)


def _after(day: int, subject: Subject) -> int | None:
    """The day from which on a day that is not over yet is asked of the record."""
    return day + 1 if day >= subject.today else None


def _later(days: Iterable[int], today: int) -> int | None:
    return min((day for day in days if day > today), default=None)
