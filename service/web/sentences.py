"""Conditions and the clauses that decided in plain language; money, days and names as the reader writes them.

What is said here is said of bound conditions (minor units, day numbers). Names of facts, values, segments and products
come from who asks (:class:`Names`), because only they know the shop's definitions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, cast

from service.domain import buying
from service.domain.leaves import (
    Clausal,
    Condition,
    Filter,
    InSegment,
    Leaf,
    Near,
    Node,
    Past,
    Purchased,
    Sequence,
    Step,
    Window,
)
from service.domain.segments import Clause
from service.domain.vocabulary import spec_of
from service.web import i18n
from service.web import sentence_words as words
from service.web.i18n import N_, _, ngettext


class Names(Protocol):
    """How a shop calls what conditions are about."""

    def fact(self, name: str) -> str:
        """A fact as a marketer would say it."""

    def value(self, name: str, found: object) -> str:
        """A value of a fact; money in minor units."""

    def segment(self, segment_id: str) -> str:
        """The name of a segment."""

    def product(self, product_id: str) -> str:
        """The name of a product."""


def sentence(condition: Condition, names: Names) -> str:
    """A condition in one line."""
    if not isinstance(condition, Node):
        return clause(condition, names)
    parts = [sentence(child, names) for child in condition.children]
    if condition.kind == "not":
        return _("not (%(condition)s)", condition=parts[0])
    nested = [
        f"({part})" if isinstance(child, Node) and child.kind != "not" and len(child.children) > 1 else part
        for child, part in zip(condition.children, parts, strict=True)
    ]
    return i18n.joined(nested, "standard" if condition.kind == "all" else "or")


def clause(one: Clausal, names: Names) -> str:
    """One clause in words."""
    if isinstance(one, Leaf):
        return _leaf(one, names)
    if isinstance(one, Purchased):
        return _compared(measured(one, names), one.op, [_amount(one, value) for value in _values(one.value)])
    if isinstance(one, Sequence):
        return ngettext(
            "%(first)s, and at most %(num)s day later %(then)s",
            "%(first)s, and at most %(num)s days later %(then)s",
            one.within_days,
            first=_step(one.first, names),
            then=_step(one.then, names),
        )
    if isinstance(one, InSegment):
        return _membership(one, names)
    said = _leaf(one.leaf, names)
    if one.when == "ever":
        return _("at any time: %(condition)s", condition=said)
    return _("on %(day)s: %(condition)s", day=i18n.shop_day(cast(int, one.when)), condition=said)


def reason(decided: Clause, names: Names) -> str:
    """A clause that decided with what was found: for a comparison that failed ``orders: 1 order, needed: at least 2
    orders``."""
    one = clause_of(decided)
    what, needed = _what(one, names), None
    if isinstance(one, Purchased):
        needed = _needed(one.op, [_amount(one, value) for value in _values(one.value)])
    elif isinstance(one, Leaf) and one.op in words.NEEDED:
        needed = _needed(one.op, [names.value(one.fact, value) for value in _values(one.value)])
    found = found_of(decided, names)
    if decided.holds or needed is None:
        said = clause(one, names) if decided.holds else _("not true: %(condition)s", condition=clause(one, names))
        return _("%(condition)s (found: %(found)s)", condition=said, found=found) if found else said
    return _("%(what)s: %(found)s, needed: %(needed)s", what=what, found=found or _("not known"), needed=needed)


def found_of(decided: Clause, names: Names) -> str:
    """What a clause found, in words; empty where there is nothing to add to the clause."""
    one, found = clause_of(decided), decided.found
    if isinstance(one, InSegment):
        late = one.op == "entered_in_last_days" and isinstance(found, int)
        return i18n.day(cast(int, found)) if late else ""
    if isinstance(one, Sequence):
        days = cast("list[int] | tuple[int, ...]", found or ())
        return i18n.joined([i18n.shop_day(day) for day in days])
    if found is None:
        return _("nothing") if isinstance(one, Purchased) else _("not known")
    if isinstance(one, Purchased):
        return _amount(one, cast(float, found))
    leaf = one.leaf if isinstance(one, Past) else one
    if leaf.op == "within_km":
        return ""
    if leaf.op == "changed_in_last_days":
        return i18n.day(cast(int, found))
    if leaf.op in ("skipped", "never_asked") and found == "skipped":
        return _("skipped")
    return names.value(leaf.fact, found)


def clause_of(decided: Clause) -> Clausal:
    """The clause that decided, as it was evaluated."""
    if decided.of is not None:
        return decided.of
    value = tuple(decided.value) if isinstance(decided.value, list) else decided.value
    if isinstance(value, Mapping):
        value = Near(value["lat"], value["lon"], value["km"])
    return Leaf(decided.fact, decided.op, value)  # type: ignore[arg-type]


def missing(rule: str) -> str:
    """Why a fact may not be known (``FactSpec.missing``), and what follows."""
    return _(words.MISSING[rule])


# comparisons of facts ------------------------------------------------------------------------------------------------


def _leaf(leaf: Leaf, names: Names) -> str:
    label = names.fact(leaf.fact)
    if leaf.op == "exists":
        return _("%(fact)s is known", fact=label) if leaf.value else _("%(fact)s is not known", fact=label)
    if leaf.op in words.COUNTED:
        return words.COUNTED[leaf.op](cast(int, leaf.value)) % {"fact": label}
    if leaf.op in words.SAID:
        said, otherwise = words.SAID[leaf.op]
        return _(said if leaf.value else otherwise, fact=label)
    if leaf.op in words.RANKED:
        return _(words.RANKED[leaf.op], fact=label, percent=i18n.percent(cast(int, leaf.value) / 100))
    if leaf.op in ("before", "after"):
        text = N_("%(fact)s before %(other)s") if leaf.op == "before" else N_("%(fact)s after %(other)s")
        return _(text, fact=label, other=names.fact(str(leaf.value)))
    if isinstance(leaf.value, Near):
        place = f"{leaf.value.lat:g}, {leaf.value.lon:g}"
        return _("within %(km)s km of %(place)s", km=i18n.number(leaf.value.km), place=i18n.isolated(place))
    if leaf.op in words.LOOKED_FOR:
        return _(words.LOOKED_FOR[leaf.op], fact=label, value=leaf.value)
    values = [names.value(leaf.fact, value) for value in _values(leaf.value)]
    spec = spec_of(leaf.fact)
    if spec is not None and spec.type == "word" and leaf.op in ("eq", "ne") and leaf.value in ("yes", "no"):
        return label if (leaf.value == "yes") == (leaf.op == "eq") else _("not %(fact)s", fact=label)
    if spec is not None and spec.type in ("instant", "date") and leaf.op in words.TIMES:
        return _(words.TIMES[leaf.op], fact=label, value=values[0])
    return _(words.COMPARISONS[leaf.op], fact=label, **_told(leaf.op, values))


def _told(op: str, values: list[str]) -> dict[str, object]:
    if op == "between":
        return {"low": values[0], "high": values[1]}
    return {"value": i18n.joined(values, "or" if op == "in" else "standard") if len(values) > 1 else values[0]}


def _values(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


# purchases -----------------------------------------------------------------------------------------------------------


def measured(one: Purchased, names: Names) -> str:
    """What a measure measures: ``orders with product: oud candle, in the last 90 days``."""
    of, field = buying.parts_of(one)
    if one.measure == "count":
        what = _("orders") if of == "orders" else _("lines of orders")
    else:
        what = _(words.MEASURES[one.measure], field=_(words.FIELDS[field]))
        if of == "lines":
            what = _("%(what)s by line", what=what)
    return _window(one.window, _filtered(what, one.where, of, names))


def _filtered(what: str, where: tuple[Filter, ...], of: str, names: Names) -> str:
    if not where:
        return what
    return _("%(what)s with %(filters)s", what=what, filters=i18n.joined([_filter(one, of, names) for one in where]))


def _filter(one: Filter, of: str, names: Names) -> str:
    label = _(words.FIELDS[one.field])
    if one.op == "exists":
        return _("%(fact)s is known", fact=label) if one.value else _("%(fact)s is not known", fact=label)
    kind = buying.FIELDS[of][one.field]
    values = [_filter_value(one.field, kind, value, names) for value in _values(one.value)]
    if kind == "day" and one.op in words.TIMES:
        return _(words.TIMES[one.op], fact=label, value=values[0])
    return _(words.COMPARISONS[one.op], fact=label, **_told(one.op, values))


def _filter_value(field: str, kind: str, value: object, names: Names) -> str:
    if kind == "money":
        return i18n.money(value) if isinstance(value, int) else str(value)
    if kind == "day":
        return i18n.shop_day(value) if isinstance(value, int) else str(value)
    if kind == "number":
        return _number(cast(float, value))
    if field == "product":
        return names.product(str(value))
    if field == "country":
        return i18n.country(str(value))
    return _(words.STATUSES[str(value)]) if field == "status" and value in words.STATUSES else str(value)


def _window(window: Window, what: str) -> str:
    n = cast(int, window.value)
    if window.kind == "last_days":
        return ngettext("%(what)s, today", "%(what)s, in the last %(num)s days", n, what=what)
    if window.kind == "between":
        first, last = (i18n.shop_day(one) for one in cast(tuple[int, int], window.value))
        return _("%(what)s, from %(first)s to %(last)s", what=what, first=first, last=last)
    if window.kind == "since_first_order":
        return ngettext(
            "%(what)s, at most %(num)s day after the first order",
            "%(what)s, at most %(num)s days after the first order",
            n,
            what=what,
        )
    if window.kind == "first_orders":
        return ngettext("%(what)s, in the first order", "%(what)s, in the first %(num)s orders", n, what=what)
    return what


def _step(step: Step, names: Names) -> str:
    what = _("an order") if step.of == "orders" else _("an order of a line")
    return _filtered(what, step.where, step.of, names)


def _amount(one: Purchased, value: object) -> str:
    """What a measure comes to: an amount, orders, lines, or a number."""
    if buying.is_money(one):
        return i18n.money(round(cast(float, value))) if isinstance(value, int | float) else str(value)
    number = cast(float, value)
    if one.measure == "count" and float(number).is_integer():
        many = int(number)
        if one.of == "orders":
            return ngettext("%(num)s order", "%(num)s orders", many)
        return ngettext("%(num)s line", "%(num)s lines", many)
    return _number(number)


def _number(value: float) -> str:
    return i18n.number(value, 0 if float(value).is_integer() else 2)


def _compared(what: str, op: str, values: list[str]) -> str:
    return _("%(fact)s: %(value)s", fact=what, value=_needed(op, values))


def _needed(op: str, values: list[str]) -> str:
    return _(words.NEEDED[op], **_told(op, values))


# segments ------------------------------------------------------------------------------------------------------------


def _membership(one: InSegment, names: Names) -> str:
    name = i18n.isolated(names.segment(one.id))
    if one.op == "is":
        return _("in the segment “%(segment)s”", segment=name)
    if one.op == "ever":
        return _("ever in the segment “%(segment)s”", segment=name)
    if one.op == "on":
        return _("in the segment “%(segment)s” on %(day)s", segment=name, day=i18n.shop_day(cast(int, one.value)))
    return ngettext(
        "entered the segment “%(segment)s” today",
        "entered the segment “%(segment)s” in the last %(num)s days",
        cast(int, one.value),
        segment=name,
    )


def _what(one: Clausal, names: Names) -> str:
    if isinstance(one, Purchased):
        return measured(one, names)
    return names.fact(one.fact) if isinstance(one, Leaf) else clause(one, names)
