"""Reading conditions from JSON and YAML documents; everything that is wrong is found, with its path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Literal, cast, get_args

from service.domain import purchase_reading
from service.domain.comparisons import folded, terms_of
from service.domain.condition_values import (
    MAX_DAYS,
    Fits,
    Known,
    Reading,
    checked,
    day,
    is_scalar,
    pair_of,
    scalar,
    unknown_keys,
    values_of,
    whole,
)
from service.domain.errors import DefinitionError
from service.domain.leaves import Condition, InSegment, Leaf, Near, Node, Op, Past, Scalar, Value

OPS: tuple[Op, ...] = get_args(Op)
MAX_DEPTH = 12
MAX_CLAUSES = 200
MAX_KM = 20_100

YES_NO_OPS = ("exists", "skipped", "never_asked")
MEDIAN_OPS = ("above_median", "below_median")
PERCENT_OPS = ("top_percent", "bottom_percent")
LIST_OPS = ("in", "all_of")
TEXT_OPS = ("contains", "starts_with", "ends_with", "matches")
# How few and how many days each may count.
DAY_BOUNDS: Mapping[str, tuple[int, int]] = {
    "in_last_days": (1, MAX_DAYS),
    "before_last_days": (0, MAX_DAYS),
    "in_next_days": (1, MAX_DAYS),
    "anniversary_within": (0, 364),
    "changed_in_last_days": (1, MAX_DAYS),
}
# A quiz asks of the answers given in it: it knows neither the day nor the shop's customers.
QUIZ_OPS = (
    *("eq", "ne", "lt", "lte", "gt", "gte", "between", "in", "has", "all_of", *TEXT_OPS, "exists"),
    *("before", "after", "skipped", "never_asked"),
)
SEGMENT_OPS = ("is", "ever", "entered_in_last_days", "on")


def parse(
    document: object,
    path: str = "when",
    *,
    known: Known | None = None,
    fits: Fits | None = None,
    past_fits: Fits | None = None,
    facts_only: bool = False,
) -> Condition:
    """Turn a JSON or YAML document into a condition.

    :param known: given a fact's name, returns ``None`` when it exists, else what is wrong with it
    :param fits: given a comparison of a known fact, returns ``None`` when it can hold, else the key that is wrong
        (``op`` or ``value``) and what would be right
    :param past_fits: the same of a comparison asked of the past
    :param facts_only: refuse what facts alone cannot answer (purchases, segments, the past, the day), as in a quiz
    :raises DefinitionError: with the path of everything that is wrong
    """
    reading = Reading(known, fits, past_fits, facts_only)
    condition = _parse(document, path, reading, 0)
    if len(reading.clauses) > MAX_CLAUSES:
        reading.wrong(path, f"a condition has at most {MAX_CLAUSES} comparisons, not {len(reading.clauses)}")
    if reading.problems or condition is None:
        raise DefinitionError(reading.problems)
    return condition


def _parse(document: object, path: str, reading: Reading, depth: int) -> Condition | None:
    if not isinstance(document, Mapping):
        reading.wrong(path, "a condition is a mapping: {fact, op, value}, or all, any, not")
        return None
    if depth > MAX_DEPTH:
        reading.wrong(path, f"conditions nest at most {MAX_DEPTH} deep")
        return None
    keys = set(document)
    if keys in ({"all"}, {"any"}):
        return _parse_group(document, path, reading, depth)
    if keys == {"not"}:
        child = _parse(document["not"], f"{path}.not", reading, depth + 1)
        return Node("not", (child,)) if child is not None else None
    reading.clauses.append(path)
    if "fact" in keys:
        return parse_leaf(document, path, reading)
    reader = next((reader for key, reader in _FORMS.items() if key in keys), None)
    if reader is None:
        named = ", ".join(sorted(str(key) for key in keys)) or "nothing"
        reading.wrong(path, f"expected fact, all, any or not{'' if reading.facts_only else _MORE}; found {named}")
        return None
    if reading.facts_only:
        reading.wrong(path, "inside a quiz conditions compare facts: {fact, op, value}")
        return None
    return reader(document, path, reading)


_MORE = ", or a measure of purchases (count, sum, average, minimum, maximum, distinct), did, segment, ever or on"


def _parse_group(document: Mapping[str, object], path: str, reading: Reading, depth: int) -> Condition | None:
    kind = cast(Literal["all", "any"], next(iter(document)))
    parts = document[kind]
    if not isinstance(parts, list) or not parts:
        reading.wrong(f"{path}.{kind}", "expected a list with at least one condition")
        return None
    children = [_parse(part, f"{path}.{kind}[{i}]", reading, depth + 1) for i, part in enumerate(parts)]
    return Node(kind, tuple(child for child in children if child is not None))


# comparisons of facts ------------------------------------------------------------------------------------------------


def parse_leaf(document: Mapping[str, object], path: str, reading: Reading) -> Leaf | None:
    """A comparison ``{fact, op, value}``; ``None`` when something is wrong with it."""
    before = len(reading.problems)
    for key in sorted(set(document) - {"fact", "op", "value"}):
        reading.wrong(f"{path}.{key}", "unknown key; a comparison has fact, op and value")
    fact, op = document["fact"], document.get("op", "eq")
    known = _known(fact, f"{path}.fact", reading)
    ops = QUIZ_OPS if reading.facts_only else OPS
    if op not in ops:
        close = get_close_matches(str(op), ops, 1)
        hint = f"; did you mean {close[0]}?" if close else ""
        reading.wrong(f"{path}.op", f"unknown operator {op!r}: use one of {', '.join(ops)}{hint}")
        return None
    value = _value(cast(Op, op), document, f"{path}.value", reading)
    if len(reading.problems) > before or value is None:
        return None
    leaf = Leaf(cast(str, fact), cast(Op, op), value)
    if known and reading.fits is not None and (misfit := reading.fits(leaf)):
        key, message = misfit
        reading.wrong(f"{path}.{key}", message)
        return None
    return leaf


def _known(fact: object, path: str, reading: Reading) -> bool:
    if not isinstance(fact, str) or not fact:
        reading.wrong(path, "expected the name of a fact, for example orders.count")
        return False
    if reading.known is not None and (wrong := reading.known(fact)):
        reading.wrong(path, wrong)
        return False
    return True


def _value(op: Op, document: Mapping[str, object], path: str, reading: Reading) -> Value | None:
    if op in YES_NO_OPS or op in MEDIAN_OPS:
        wanted = document.get("value", True)
        if (not isinstance(wanted, bool) and wanted not in (0, 1)) or (op in MEDIAN_OPS and not wanted):
            reading.wrong(path, f"{op} takes true{'' if op in MEDIAN_OPS else ' or false'}")
            return None
        return int(bool(wanted))
    if "value" not in document:
        reading.wrong(path, f"{op} needs a value")
        return None
    value = document["value"]
    if op in DAY_BOUNDS:
        return whole(value, path, reading, *DAY_BOUNDS[op], "days")
    if op in PERCENT_OPS:
        return whole(value, path, reading, 1, 99, "per cent")
    if op == "within_km":
        return _near(value, path, reading)
    if op in LIST_OPS:
        return values_of(value, path, reading, op)
    if op == "between":
        return pair_of(value, path, reading)
    if not is_scalar(value):
        reading.wrong(path, f"{op} compares with one text or number, not {value!r}")
        return None
    if op in TEXT_OPS:
        return _looked_for(op, scalar(value), path, reading)
    return checked(scalar(value), path, reading)


def _looked_for(op: str, value: Scalar, path: str, reading: Reading) -> Scalar | None:
    text = str(value)
    if not (terms_of(text) if op == "matches" else folded(text)):
        reading.wrong(path, f"{op} needs letters or digits to look for, not {text!r}")
        return None
    return checked(text, path, reading)


def _near(value: object, path: str, reading: Reading) -> Near | None:
    parts = value if isinstance(value, Mapping) else {}
    numbers = [parts.get(key) for key in ("lat", "lon", "km")]
    if set(parts) != {"lat", "lon", "km"} or not all(is_scalar(one) and not isinstance(one, str) for one in numbers):
        reading.wrong(path, "within_km takes a place and a distance: {lat: 24.71, lon: 46.68, km: 25}")
        return None
    lat, lon, km = (float(cast(float, one)) for one in numbers)
    if not (-90 <= lat <= 90 and -180 <= lon <= 180 and 0 < km <= MAX_KM):
        reading.wrong(path, f"lat lies from -90 to 90, lon from -180 to 180, km above 0 and up to {MAX_KM}")
        return None
    return Near(lat, lon, km)


# segments and the past -----------------------------------------------------------------------------------------------


def _in_segment(document: Mapping[str, object], path: str, reading: Reading) -> InSegment | None:
    before = len(reading.problems)
    unknown_keys(document, {"segment", "op", "value"}, path, reading, "a membership has segment, op and value")
    segment, op = document["segment"], document.get("op", "is")
    if not isinstance(segment, str) or not segment:
        reading.wrong(f"{path}.segment", "expected the id of a segment")
    if op not in SEGMENT_OPS:
        reading.wrong(f"{path}.op", f"unknown operator {op!r}: use one of {', '.join(SEGMENT_OPS)}")
        return None
    value: int | str | None = 0
    if op == "entered_in_last_days":
        value = whole(document.get("value"), f"{path}.value", reading, 1, MAX_DAYS, "days")
    elif op == "on":
        value = day(document.get("value"), f"{path}.value", reading)
    elif "value" in document:
        reading.wrong(f"{path}.value", f"{op} takes no value")
    if len(reading.problems) > before or value is None:
        return None
    return InSegment(str(segment), cast(Literal["is"], op), value)


def _past(document: Mapping[str, object], path: str, reading: Reading) -> Past | None:
    ever = "ever" in document
    unknown_keys(document, {"ever"} if ever else {"on", "that"}, path, reading, "write {ever: …} or {on: day, that: …}")
    when = "ever" if ever else day(document["on"], f"{path}.on", reading)
    at = f"{path}.{'ever' if ever else 'that'}"
    inner = document.get("ever" if ever else "that")
    if not isinstance(inner, Mapping) or "fact" not in inner:
        reading.wrong(at, "expected one comparison of a fact: {fact, op, value}")
        return None
    leaf = parse_leaf(inner, at, reading)
    if leaf is None or when is None:
        return None
    if reading.past_fits is not None and (misfit := reading.past_fits(leaf)):
        reading.wrong(f"{at}.{misfit[0]}", misfit[1])
        return None
    return Past(leaf, when)


Reader = Callable[[Mapping[str, object], str, Reading], Condition | None]
_FORMS: Mapping[str, Reader] = {
    **dict.fromkeys(purchase_reading.MEASURES, purchase_reading.purchased),
    "did": purchase_reading.sequence,
    "segment": _in_segment,
    "ever": _past,
    "on": _past,
}
