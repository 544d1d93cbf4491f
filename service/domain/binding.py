"""Conditions as they are evaluated: amounts in minor units, days as instants and numbers of the shop's zone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from service.domain import buying
from service.domain.days import date_of, day_of, number_of, start_of
from service.domain.leaves import (
    Clausal,
    Condition,
    Filter,
    InSegment,
    Leaf,
    Node,
    Past,
    Purchased,
    Scalar,
    Sequence,
    Step,
    Window,
)
from service.domain.money import parse_minor
from service.domain.vocabulary import spec_of

_COMPARED = ("eq", "ne", "lt", "lte", "gt", "gte", "between", "in", "has")


def bind(condition: Condition, currency: str, timezone: str = "UTC") -> Condition:
    """The condition with amounts in minor units of the shop's currency and days of its time zone.

    What is bound already stays as it is, but for amounts: bind a condition as written, once.
    """
    if isinstance(condition, Node):
        return Node(condition.kind, tuple(bind(child, currency, timezone) for child in condition.children))
    return _clause(condition, currency, timezone)


def _clause(clause: Clausal, currency: str, zone: str) -> Clausal:
    if isinstance(clause, Leaf):
        return _leaf(clause, currency, zone)
    if isinstance(clause, Purchased):
        return _purchased(clause, currency)
    if isinstance(clause, Sequence):
        return replace(clause, first=_step(clause.first, currency), then=_step(clause.then, currency))
    if isinstance(clause, InSegment):
        return replace(clause, value=cast(int, _day(clause.value)))
    return Past(
        _leaf(clause.leaf, currency, zone), clause.when if clause.when == "ever" else cast(int, _day(clause.when))
    )


def _leaf(leaf: Leaf, currency: str, zone: str) -> Leaf:
    spec = spec_of(leaf.fact)
    if spec is None or leaf.op not in _COMPARED or spec.type not in ("money", "instant"):
        return leaf
    if spec.type == "money":
        values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
        minor = tuple(_minor(cast(Scalar, value), currency) for value in values)
        return Leaf(leaf.fact, leaf.op, minor if isinstance(leaf.value, tuple) else minor[0])
    if isinstance(leaf.value, tuple):
        first, last = (leaf.value[0], leaf.value[-1])
        return Leaf(leaf.fact, leaf.op, (_edge("gte", first, zone), _edge("lte", last, zone)))
    return Leaf(leaf.fact, leaf.op, _edge(leaf.op, cast(Scalar, leaf.value), zone))


def _minor(value: Scalar, currency: str) -> Scalar:
    try:
        return parse_minor(str(value), currency)
    except ValueError:
        return value


def _edge(op: str, value: Scalar, zone: str) -> Scalar:
    """The instant that a day is compared by: its first microsecond for "before" and "from it on", else its last."""
    day = day_of(value) if isinstance(value, str) else None
    if day is None:
        return value
    if op in ("lt", "gte"):
        return start_of(number_of(day), zone)
    return start_of(number_of(day) + 1, zone) - 1


def _day(value: Scalar) -> Scalar:
    """The number of a day written as a date; anything else as it is."""
    day = date_of(value) if isinstance(value, str) else None
    return value if day is None else number_of(day)


def _purchased(leaf: Purchased, currency: str) -> Purchased:
    of, _name = buying.parts_of(leaf)
    value: Any = leaf.value
    if buying.is_money(leaf):
        value = tuple(_minor(one, currency) for one in value) if isinstance(value, tuple) else _minor(value, currency)
    window = leaf.window
    if isinstance(window.value, tuple):
        window = Window(window.kind, cast(Any, tuple(_day(one) for one in window.value)))
    return replace(leaf, where=_filters(leaf.where, of, currency), window=window, value=value)


def _step(step: Step, currency: str) -> Step:
    return replace(step, where=_filters(step.where, step.of, currency))


def _filters(where: tuple[Filter, ...], of: str, currency: str) -> tuple[Filter, ...]:
    return tuple(_filter(one, buying.FIELDS[of].get(one.field), currency) for one in where)


def _filter(one: Filter, kind: str | None, currency: str) -> Filter:
    if one.op == "exists" or kind not in ("money", "day"):
        return one
    values = one.value if isinstance(one.value, tuple) else (one.value,)
    bound = tuple(_minor(each, currency) if kind == "money" else _day(each) for each in values)
    return replace(one, value=bound if isinstance(one.value, tuple) else bound[0])
