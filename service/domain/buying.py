"""Conditions over orders and lines, for one customer: measures in windows, and what was bought after what."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from operator import attrgetter
from typing import Any, cast

from service.domain.leaves import Filter, Purchased, Sequence, Step, Window, fraction
from service.domain.subjects import OrderHistory, PastLine, PastOrder

# What a field is: money is minor units, a number is whole, a text is a word of the shop, a day a day number.
ORDER_FIELDS: Mapping[str, str] = {
    "revenue": "money", "gross": "money", "discount": "money", "units": "number", "day": "day", "source": "text",
    "medium": "text", "campaign": "text", "coupon": "text", "status": "text", "payment_method": "text",
    "country": "text",
}  # fmt: skip
LINE_FIELDS: Mapping[str, str] = {
    "amount": "money", "discount": "money", "quantity": "number", "unit_price": "money", "product": "text",
    "category": "text",
}  # fmt: skip
OF_ANY_LINE = ("product", "category")
FIELDS: Mapping[str, Mapping[str, str]] = {
    "orders": {**ORDER_FIELDS, **dict.fromkeys(OF_ANY_LINE, "text")},
    "lines": {**ORDER_FIELDS, **LINE_FIELDS},
}

Item = tuple[PastOrder, PastLine | None]
Reading = tuple[int, int] | None
"""A measure as sum and count; every measure but an average counts 1."""

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}
_OF_ORDER = {name: attrgetter(name) for name in ORDER_FIELDS}
_OF_LINE = {name: attrgetter(name) for name in LINE_FIELDS}


def parts_of(leaf: Purchased) -> tuple[str, str]:
    """What a measure is over, ``orders`` or ``lines``, and of which field; a count has none."""
    of, _dot, name = leaf.of.partition(".")
    return of, name


def is_money(leaf: Purchased) -> bool:
    """Whether the measure is an amount."""
    of, name = parts_of(leaf)
    return leaf.measure != "distinct" and FIELDS.get(of, {}).get(name) == "money"


def measure(leaf: Purchased, history: OrderHistory, today: int) -> Reading:
    """What the measure finds; ``None`` where there is nothing to measure."""
    of, name = parts_of(leaf)
    items = list(_items(leaf, of, history, today))
    if leaf.measure == "count":
        return len(items), 1
    getter = _getter(of, name)
    values = [value for item in items if (value := getter(item)) is not None]
    if leaf.measure == "distinct":
        return len(set(values)), 1
    if leaf.measure == "sum":
        return sum(values), 1
    if not values:
        return None
    if leaf.measure == "average":
        return sum(values), len(values)
    return (min(values) if leaf.measure == "minimum" else max(values)), 1


def passes(leaf: Purchased, reading: Reading) -> bool:
    """Whether what was measured passes the comparison; exact, in whole numbers."""
    if reading is None:
        return False
    total, count = reading
    if leaf.op == "between":
        (low, low_q), (high, high_q) = (fraction(one) for one in cast(tuple[int, int], leaf.value))
        return low * count <= total * low_q and total * high_q <= high * count
    p, q = fraction(cast(int, leaf.value))
    return _COMPARE[leaf.op](total * q, p * count)


def shown(leaf: Purchased, reading: Reading) -> int | float | None:
    """What was measured as people see it: minor units rounded half to even, or a number."""
    if reading is None:
        return None
    total, count = reading
    if count == 1:
        return total
    if is_money(leaf):
        return int((Decimal(total) / count).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
    return total / count


def followed(leaf: Sequence, history: OrderHistory) -> tuple[int, int] | None:
    """The days of the first pair of orders that follow each other as asked; ``None`` when there is none."""
    seen: int | None = None  # the day of the latest order of the first step: no earlier one is nearer
    for order in history.orders:
        if seen is not None and order.day - seen <= leaf.within_days and _is_step(leaf.then, order):
            return seen, order.day
        if _is_step(leaf.first, order):
            seen = order.day
    return None


def days_in_play(leaf: Purchased, history: OrderHistory) -> list[int]:
    """Days of the orders that pass the filters, whatever the window, for working out when a window loses them."""
    of, _name = parts_of(leaf)
    return sorted({order.day for order, _line in _filtered(_candidates(leaf.where, history), of, leaf.where)})


# which orders --------------------------------------------------------------------------------------------------------


def _items(leaf: Purchased, of: str, history: OrderHistory, today: int) -> Iterator[Item]:
    chosen = _window(leaf.window, _candidates(leaf.where, history), history, today)
    return _filtered(chosen, of, leaf.where)


def _candidates(where: tuple[Filter, ...], history: OrderHistory) -> Iterable[PastOrder]:
    if any(one.field == "status" for one in where):
        return (order for order in history.orders if order.kind == "order" and order.gross > 0)
    return history.counted


def _window(window: Window, orders: Iterable[PastOrder], history: OrderHistory, today: int) -> Iterable[PastOrder]:
    if window.kind == "always":
        return orders
    if window.kind == "first_orders":
        first = {order.id for order in history.counted[: cast(int, window.value)]}
        return (order for order in orders if order.id in first)
    if window.kind == "last_days":
        begin, end = today - cast(int, window.value) + 1, today
    elif window.kind == "between":
        begin, end = cast(tuple[int, int], window.value)
    else:
        if not history.counted:
            return ()
        begin = history.counted[0].day
        end = begin + cast(int, window.value)
    return (order for order in orders if begin <= order.day <= end)


def _filtered(orders: Iterable[PastOrder], of: str, where: tuple[Filter, ...]) -> Iterator[Item]:
    if of == "orders":
        for order in orders:
            if all(_order_passes(one, order) for one in where):
                yield order, None
        return
    of_order = [one for one in where if one.field not in LINE_FIELDS]
    of_line = [one for one in where if one.field in LINE_FIELDS]
    for order in orders:
        if all(_order_passes(one, order) for one in of_order):
            for line in order.lines:
                if all(_passes(one, _OF_LINE[one.field](line)) for one in of_line):
                    yield order, line


def _is_step(step: Step, order: PastOrder) -> bool:
    if not any(True for _ in _candidates(step.where, OrderHistory((order,)))):
        return False
    return any(True for _ in _filtered((order,), step.of, step.where))


def _order_passes(one: Filter, order: PastOrder) -> bool:
    if one.field in OF_ANY_LINE:
        getter = _OF_LINE[one.field]
        return any(_passes(one, getter(line)) for line in order.lines)
    return _passes(one, _OF_ORDER[one.field](order))


def _passes(one: Filter, found: object) -> bool:
    if one.op == "exists":
        return (found is not None) == bool(one.value)
    if found is None:
        return False
    if one.op == "in":
        return found in cast(tuple[object, ...], one.value)
    if one.op == "between":
        low, high = cast(tuple[int, int], one.value)
        return low <= cast(int, found) <= high
    return _COMPARE[one.op](found, one.value)


def _getter(of: str, name: str) -> Callable[[Item], int | None]:
    if of == "lines" and name in LINE_FIELDS:
        get = _OF_LINE[name]
        return lambda item: get(item[1])
    of_order = _OF_ORDER[name]
    return lambda item: of_order(item[0])
