"""Clauses of segments in plain words for the command line: what was found of a customer, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from service.domain.days import day_of
from service.domain.money import Money, to_text

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_NEEDS = {
    "eq": "{}",
    "ne": "another than {}",
    "lt": "below {}",
    "lte": "at most {}",
    "gt": "above {}",
    "gte": "at least {}",
    "in": "one of {}",
    "between": "to lie between {}",
    "has": "to include {}",
    "all_of": "to include all of {}",
    "contains": "to contain {}",
    "starts_with": "to begin with {}",
    "ends_with": "to end with {}",
    "matches": "to have the words {}",
    "exists": "to be known",
    "in_last_days": "to lie within the last {} days",
    "before_last_days": "to lie at least {} days back",
    "in_next_days": "to lie within the next {} days",
    "anniversary_within": "an anniversary within {} days",
    "changed_in_last_days": "to have changed in the last {} days",
    "before": "to be earlier than {}",
    "after": "to be later than {}",
    "top_percent": "to be among the highest {} %",
    "bottom_percent": "to be among the lowest {} %",
    "above_median": "to be above the shop's middle",
    "below_median": "to be below the shop's middle",
    "within_km": "to lie {}",
}
_MOMENTS = {"lt": "before {}", "lte": "{} or earlier", "gt": "after {}", "gte": "{} or later", "eq": "the day {}"}
_NOT = {"exists": "not to be known", "skipped": "not to be skipped", "never_asked": "to have been asked"}


def because(clause: Mapping[str, Any], *, inside: bool) -> str:
    """What was found, and of somebody outside what is missing: ``orders.count is 1, needs at least 2``."""
    name, found = str(clause["fact"]), "missing" if clause["found"] is None else plain(clause["found"])
    if clause["op"] == "within_km" and clause["found"] is not None:
        found = plain(clause["value"]) if clause["holds"] else "further away"
    if name.startswith("segment "):
        found = "yes" if clause["found"] else "no"
    told = f"{name} is {found}" if not name.startswith("segment ") else f"in {name}: {found}"
    if inside:
        return told
    if clause["holds"]:
        return f"{told}, and is left out for it"
    return f"{told}, needs to be" if name.startswith("segment ") else f"{told}, needs {_wanted(clause)}"


def _wanted(clause: Mapping[str, Any]) -> str:
    op, value = str(clause["op"]), clause["value"]
    if value is False and op in _NOT:
        return _NOT[op]
    if op in ("skipped", "never_asked"):
        return "to be skipped" if op == "skipped" else "never to have been asked"
    said = _MOMENTS.get(op) if _moment(value) else None
    if op == "between" and isinstance(value, list) and len(value) == 2:
        return f"to lie between {plain(value[0])} and {plain(value[1])}"
    return (said or _NEEDS.get(op, op.replace("_", " ") + " {}")).format(plain(value))


def plain(value: object) -> str:
    """A value as people write it: amounts with their currency, days with their month, places by their distance."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping) and set(value) == {"amount", "currency"}:
        return f"{to_text(Money(value['amount'], value['currency']))} {value['currency']}"
    if isinstance(value, Mapping) and {"lat", "lon"} <= set(value):
        at = f"{value['lat']:.2f}, {value['lon']:.2f}"
        return f"within {value['km']:g} km of {at}" if "km" in value else at
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {plain(one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(plain(one) for one in value) or "nothing"
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}"
    return _moment(value) or str(value)


def _moment(value: object) -> str:
    """The day, and of an instant the time, in words; empty when it is neither."""
    if not isinstance(value, str):
        return ""
    if (day := day_of(value)) is not None:
        return _day(day.year, day.month, day.day)
    try:
        at = datetime.fromisoformat(value) if "T" in value else None
    except ValueError:
        return ""
    return f"{_day(at.year, at.month, at.day)}, {at:%H:%M} UTC" if at else ""


def _day(year: int, month: int, day: int) -> str:
    return f"{day} {_MONTHS[month - 1]} {year}"
