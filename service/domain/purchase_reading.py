"""Reading conditions over purchases: measures with filters and a window, and what was bought after what."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, cast, get_args

from service.domain.buying import FIELDS, LINE_FIELDS, ORDER_FIELDS
from service.domain.condition_values import (
    MAX_DAYS,
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
from service.domain.leaves import (
    ALWAYS,
    CompareOp,
    Filter,
    FilterOp,
    Measure,
    Purchased,
    Scalar,
    Sequence,
    Step,
    Window,
    fraction,
    number_text,
)
from service.domain.money import parse_decimal

MEASURES: tuple[Measure, ...] = get_args(Measure)
COMPARE_OPS: tuple[CompareOp, ...] = get_args(CompareOp)
FILTER_OPS: tuple[FilterOp, ...] = get_args(FilterOp)
TEXT_FILTER_OPS: tuple[FilterOp, ...] = ("eq", "ne", "in", "exists")
WINDOWS = ("last_days", "between", "since_first_order", "first_orders")
MAX_ORDERS = 1_000
MAX_FILTERS = 20

# Operators of a filter by the kind of its field.
FILTER_KINDS: Mapping[str, tuple[FilterOp, ...]] = {
    "text": TEXT_FILTER_OPS,
    "money": FILTER_OPS,
    "number": FILTER_OPS,
    "day": ("eq", "ne", "lt", "lte", "gt", "gte", "between"),
}


def purchased(document: Mapping[str, object], path: str, reading: Reading) -> Purchased | None:
    """A measure ``{count: orders, where: {…}, last_days: 90, op: gte, value: 2}``."""
    before = len(reading.problems)
    measure = next(one for one in MEASURES if one in document)
    right = f"a measure has {measure}, where, op, value and one window ({', '.join(WINDOWS)})"
    unknown_keys(document, {measure, "where", "op", "value", *WINDOWS}, path, reading, right)
    of = _of(measure, document[measure], f"{path}.{measure}", reading)
    window = _window(document, path, reading)
    op = document.get("op", "gte")
    if op not in COMPARE_OPS:
        reading.wrong(f"{path}.op", f"unknown operator {op!r}: use one of {', '.join(COMPARE_OPS)}")
        return None
    if of is None:
        return None
    lines, _dot, name = of.partition(".")
    where = filters(document.get("where"), lines, f"{path}.where", reading)
    kind = "number" if measure in ("count", "distinct") else FIELDS[lines][name]
    value = _compared(op, document, measure, kind, path, reading)
    if len(reading.problems) > before or value is None or window is None:
        return None
    return Purchased(measure, of, where, window, op, cast(Any, value))


def sequence(document: Mapping[str, object], path: str, reading: Reading) -> Sequence | None:
    """A sequence ``{did: {lines: {…}}, then: {orders: {…}}, within_days: 90}``."""
    unknown_keys(document, {"did", "then", "within_days"}, path, reading, "a sequence has did, then and within_days")
    first = _step(document["did"], f"{path}.did", reading)
    then = _step(document.get("then"), f"{path}.then", reading)
    days = whole(document.get("within_days"), f"{path}.within_days", reading, 0, MAX_DAYS, "days")
    return None if first is None or then is None or days is None else Sequence(first, then, days)


def _step(document: object, path: str, reading: Reading) -> Step | None:
    if not isinstance(document, Mapping) or set(document) not in ({"orders"}, {"lines"}):
        reading.wrong(path, "expected orders or lines with filters: {lines: {product: travel-minis}}")
        return None
    of = next(iter(document))
    before = len(reading.problems)
    where = filters(document[of], of, f"{path}.{of}", reading)
    return Step(of, where) if len(reading.problems) == before else None


def _of(measure: Measure, of: object, path: str, reading: Reading) -> str | None:
    if measure == "count":
        if of in ("orders", "lines"):
            return str(of)
        reading.wrong(path, f"count takes orders or lines, not {of!r}")
        return None
    lines, _dot, name = str(of).partition(".")
    fields = {"orders": ORDER_FIELDS, "lines": LINE_FIELDS}.get(lines, {})
    allowed = [one for one, kind in fields.items() if measure == "distinct" or kind in ("money", "number")]
    if name in allowed:
        return str(of)
    known = [f"{one}.{each}" for one in ("orders", "lines") for each in _measurable(measure, one)]
    reading.wrong(path, f"{measure} takes a field, not {of!r}{_hint(str(of), known)}")
    return None


def _measurable(measure: Measure, of: str) -> list[str]:
    fields = ORDER_FIELDS if of == "orders" else LINE_FIELDS
    return [one for one, kind in fields.items() if measure == "distinct" or kind in ("money", "number")]


def _hint(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, 1, 0.5)
    return f"; did you mean {close[0]}?" if close else f": use one of {', '.join(known)}"


def _compared(
    op: str, document: Mapping[str, object], measure: Measure, kind: str, path: str, reading: Reading
) -> object:
    if "value" not in document:
        if measure == "count" and "op" not in document:
            return 1
        reading.wrong(f"{path}.value", f"{op} needs a value")
        return None
    if op == "between":
        pair = pair_of(document["value"], f"{path}.value", reading)
        return pair if pair and all(_number(one, kind, f"{path}.value", reading) for one in pair) else None
    value = document["value"]
    return value if _number(value, kind, f"{path}.value", reading) else None


def _number(value: object, kind: str, path: str, reading: Reading) -> bool:
    """Whether a value is a number, or where money is meant the text of one."""
    if is_scalar(value) and not isinstance(value, bool) and (kind == "money" or not isinstance(value, str)):
        try:
            parse_decimal(str(value))
        except ValueError as error:
            reading.wrong(path, f'expected an amount in the shop\'s currency such as 500 or "49.50"; {error}')
            return False
        if kind == "money" or 10_000 % fraction(cast(float, value))[1] == 0:
            return True
        reading.wrong(path, f"a number has at most four decimal places here, not {value}")
        return False
    right = 'an amount in the shop\'s currency such as 500 or "49.50"' if kind == "money" else "a number without quotes"
    reading.wrong(path, f"expected {right}, not {value!r}")
    return False


def _window(document: Mapping[str, object], path: str, reading: Reading) -> Window | None:
    given = [one for one in WINDOWS if one in document]
    if not given:
        return ALWAYS
    if len(given) > 1:
        reading.wrong(f"{path}.{given[1]}", f"a measure has one window, and there is {given[0]} already")
        return None
    kind, value = given[0], document[given[0]]
    at = f"{path}.{kind}"
    if kind == "between":
        if not isinstance(value, list) or len(value) != 2:
            reading.wrong(at, 'between takes the first and the last day: ["2026-01-01", "2026-03-31"]')
            return None
        days = [day(one, f"{at}[{i}]", reading) for i, one in enumerate(value)]
        if any(one is None for one in days):
            return None
        first, last = days
        if type(first) is type(last) and first > last:  # type: ignore[operator]
            reading.wrong(at, f"the first day comes first: [{last}, {first}]")
            return None
        return Window("between", cast(tuple[Scalar, Scalar], (first, last)))
    least, most, of = (
        (1, MAX_ORDERS, "orders") if kind == "first_orders" else (int(kind == "last_days"), MAX_DAYS, "days")
    )
    number = whole(value, at, reading, least, most, of)
    return None if number is None else Window(cast(Any, kind), number)


# filters -------------------------------------------------------------------------------------------------------------


def filters(document: object, of: str, path: str, reading: Reading) -> tuple[Filter, ...]:
    """The filters of a mapping ``{product: oud-candle, discount: {gt: 0}, source: [ig, tiktok]}``, in the order of
    their fields and operators: what is the same in JSON is the same here."""
    if document is None:
        return ()
    if not isinstance(document, Mapping):
        reading.wrong(path, "filters are a mapping: {product: oud-candle, discount: {gt: 0}}")
        return ()
    found = [one for field, value in document.items() for one in _of_field(str(field), value, of, path, reading)]
    if len(found) > MAX_FILTERS:
        reading.wrong(path, f"there are at most {MAX_FILTERS} filters, not {len(found)}")
    return tuple(sorted(found, key=lambda one: (one.field, FILTER_OPS.index(one.op))))


def _of_field(field: str, value: object, of: str, path: str, reading: Reading) -> list[Filter]:
    at = f"{path}.{field}"
    kind = FIELDS[of].get(field)
    if kind is None:
        in_lines = " (ask the lines)" if of == "orders" and field in LINE_FIELDS else ""
        reading.wrong(at, f"{of} have no {field!r}{in_lines}{_hint(field, list(FIELDS[of]))}")
        return []
    if isinstance(value, Mapping):
        asked: list[tuple[object, object]] = list(value.items())
    else:
        asked = [("in" if isinstance(value, list) else "eq", value)]
    if not asked:
        reading.wrong(at, "expected a value, a list of values, or an operator with a value: {gt: 0}")
    made = [_filter(field, op, one, kind, at if op in ("eq", "in") else f"{at}.{op}", reading) for op, one in asked]
    return [one for one in made if one is not None]


def _filter(field: str, op: object, value: object, kind: str, path: str, reading: Reading) -> Filter | None:
    if op not in FILTER_KINDS[kind]:
        what = {"text": "a text", "day": "a day"}.get(kind, "a number")
        reading.wrong(path, f"{field} is {what}: use one of {', '.join(FILTER_KINDS[kind])}, not {op!r}")
        return None
    if op == "exists":
        if not isinstance(value, bool) and value not in (0, 1):
            reading.wrong(path, "exists takes true or false")
            return None
        return Filter(field, "exists", int(bool(value)))
    if op == "between":
        parts = pair_of(value, path, reading) if kind != "day" else _days(value, path, reading)
    elif op == "in":
        parts = values_of(value, path, reading, "in")
    elif not is_scalar(value):
        reading.wrong(path, f"{op} compares with one text or number, not {value!r}")
        return None
    else:
        parts = (scalar(value),)
    if parts is None:
        return None
    fitting = [_fitting(one, kind, path, reading) for one in parts]
    if any(one is None for one in fitting):
        return None
    made = cast(tuple[Scalar, ...], tuple(fitting))
    return Filter(field, cast(FilterOp, op), made if op in ("in", "between") else made[0])


def _days(value: object, path: str, reading: Reading) -> tuple[Scalar, ...] | None:
    if not isinstance(value, list) or len(value) != 2:
        reading.wrong(path, 'between takes the first and the last day: ["2026-01-01", "2026-03-31"]')
        return None
    return tuple(value)


def _fitting(value: Scalar, kind: str, path: str, reading: Reading) -> Scalar | None:
    if kind == "day":
        return day(value, path, reading)
    if kind == "text":
        return checked(value if isinstance(value, str) else number_text(value), path, reading)
    return value if _number(value, kind, path, reading) else None
