"""What a row of the segment builder consists of: its fields by what it is about, and the filters of orders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.domain import buying
from service.domain.fitting import PAST_OPS, TYPE_OPS, ops_of
from service.domain.purchase_reading import COMPARE_OPS, FILTER_KINDS
from service.web.admin import segment_controls as controls
from service.web.admin import segment_words
from service.web.admin.segment_choices import Offer, Options
from service.web.admin.segment_controls import Control
from service.web.admin.segment_documents import kind_of
from service.web.admin.segment_reading import family_of
from service.web.admin.segment_tree import Row
from service.web.i18n import _

_EVERYWHERE = ("skipped", "never_asked", "changed_in_last_days", "exists")
_FIRST_OPS = {"instant": "in_last_days", "date": "anniversary_within", "place": "within_km", "list": "in"}
_NUMBERS = ("number", "share", "days", "money")


@dataclass(frozen=True)
class FilterView:
    """One filter of orders: its fields, and the name its button removes."""

    controls: tuple[Control, ...]
    which: str
    label: str


@dataclass(frozen=True)
class Block:
    """A part of a row: fields, and where orders are looked for their filters.

    :param prefix: of the filters, empty where there can be none
    """

    controls: tuple[Control, ...]
    legend: str = ""
    prefix: str = ""
    filters: tuple[FilterView, ...] = ()


# facts ---------------------------------------------------------------------------------------------------------------


def comparison(row: Row, name: str, offer: Offer) -> Block:
    fact, op, when = row.get("fact"), row.get("op"), row.get("when", "now")
    spec = offer.spec(fact)
    about = row.get("about")
    facts = list(offer.facts(about if about != "other" else family_of(fact)))
    if fact and fact not in {one for one, _words in facts}:
        facts.append((fact, offer.name(fact)))
    kind = offer.kind(fact)
    found = [
        controls.select(f"{name}:fact", _("What is compared"), facts, fact, refresh=True, empty=_("Choose one")),
        controls.select(
            f"{name}:op",
            _("How it is compared"),
            controls.ops(ops_for(fact, row, offer), op, times=kind in ("instant", "date")),
            op,
            refresh=True,
        ),
    ]
    if op == "within_km":
        found += controls.place(name, row)
    elif op in ("before", "after"):
        found.append(
            controls.select(
                f"{name}:value", _("Value"), offer.days_facts(fact), row.get("value"), empty=_("Choose one")
            )
        )
    else:
        as_typed = kind_of(fact, op, offer.has.attributes or None)
        shown = kind if fact.startswith("answer.") and kind in ("number", "date") else as_typed
        found += controls.values(name, row, "", op, shown, offer.values(fact), offer.suggestions(fact))
    if (spec is not None and spec.history) or when != "now":
        options = [(one, _(text)) for one, text in segment_words.WHEN.items()]
        found.append(controls.select(f"{name}:when", _("When"), options, when, refresh=True))
        if when == "on":
            found.append(controls.day(f"{name}:day", _("Day"), row.get("day")))
    return Block(tuple(found))


def ops_for(fact: str, row: Row, offer: Offer) -> list[str]:
    spec, kind = offer.spec(fact), offer.kind(fact)
    if spec is None:
        return ["eq", "ne", "in", "exists"]
    found = [one for one in ops_of(spec) if one in TYPE_OPS[kind] or one in _EVERYWHERE]  # type: ignore[index]
    if kind in ("word", "text") and "has" in found:
        found.remove("has")
    return [one for one in found if one in PAST_OPS] if row.get("when", "now") != "now" else found


def first_op(kind: str) -> str:
    return "gte" if kind in _NUMBERS else _FIRST_OPS.get(kind, "eq")


# purchases and segments ----------------------------------------------------------------------------------------------


def purchase(row: Row, name: str, offer: Offer) -> Block:
    measure, of, window, op = (row.get(one) for one in ("measure", "of", "window", "op"))
    measures = [(one, _(text)) for one, text in segment_words.MEASURES.items()]
    windows = [(one, _(text)) for one, text in segment_words.WINDOWS.items()]
    lines, _dot, column = of.partition(".")
    counts = measure in ("count", "distinct")
    offered = measured(measure, offer)
    if of not in {one for one, _words in offered}:
        of = offered[0][0]
        lines, _dot, column = of.partition(".")
    found = [
        controls.select(f"{name}:measure", _("Measure"), measures, measure, refresh=True),
        controls.select(f"{name}:of", _("Of what"), offered, of, refresh=True),
        controls.select(f"{name}:window", _("In which time"), windows, window, refresh=True),
    ]
    if window == "between":
        found += [controls.day(f"{name}:{one}", label, row.get(one)) for one, label in _ends()]
    elif window != "always":
        unit = _("orders") if window == "first_orders" else _("days")
        found.append(controls.amount(f"{name}:n", _("How many"), "number", row.get("n"), unit))
    kind = "money" if not counts and buying.FIELDS[lines].get(column) == "money" else "number"
    found.append(
        controls.select(f"{name}:op", _("How it is compared"), controls.ops(COMPARE_OPS, op), op, refresh=True)
    )
    found += controls.values(name, row, "", op, kind, ())
    return Block(tuple(found), prefix="where", filters=_filters(row, name, "where", lines, offer))


def _ends() -> list[tuple[str, str]]:
    return [("first", _("From")), ("last", _("To"))]


def measured(measure: str, offer: Offer) -> Options:
    if measure == "count":
        return [(one, _(text)) for one, text in segment_words.OF.items()]
    found: list[tuple[str, str]] = []
    for of, fields in (("orders", buying.ORDER_FIELDS), ("lines", buying.LINE_FIELDS)):
        for one, label in offer.columns(of, numbers=measure != "distinct"):
            if one in fields:
                said = label if of == "orders" else _("%(what)s by line", what=label)
                found.append((f"{of}.{one}", said))
    return found


def steps(row: Row, name: str, offer: Offer) -> tuple[Block, ...]:
    options = [(one, _(text)) for one, text in segment_words.STEPS.items()]
    legends = {"did": _("First"), "then": _("And then")}
    blocks = [
        Block(
            (controls.select(f"{name}:{one}", legend, options, row.get(one), refresh=True),),
            legend,
            f"{one}.where",
            _filters(row, name, f"{one}.where", row.get(one), offer),
        )
        for one, legend in legends.items()
    ]
    within = controls.amount(f"{name}:within", _("At most so many days later"), "days", row.get("within"), quiet=False)
    return (*blocks, Block((within,)))


def fitting(row: Row, prefixes: Mapping[str, str], offer: Offer) -> Row:
    """The row with a field to measure and fields to filter by that there are, after orders became lines or a count
    became a sum.

    :param prefixes: of filters, with what they are about: orders or lines
    """
    changes: dict[str, str] = {}
    if "where" in prefixes:
        offered = [one for one, _words in measured(row.get("measure"), offer)]
        changes["of"] = row.get("of") if row.get("of") in offered else offered[0]
        prefixes = {"where": changes["of"].partition(".")[0]}
    for prefix, of in prefixes.items():
        fields = buying.FIELDS["lines" if of == "lines" else "orders"]
        for number in row.filters(prefix):
            start = f"{prefix}.{number}."
            column = row.get(f"{start}field")
            column = column if column in fields else next(iter(fields))
            ops = FILTER_KINDS[fields[column]]
            changes[f"{start}field"] = column
            changes[f"{start}op"] = row.get(f"{start}op") if row.get(f"{start}op") in ops else ops[0]
    return row.with_fields(**changes)


def _filters(row: Row, name: str, prefix: str, of: str, offer: Offer) -> tuple[FilterView, ...]:
    found = []
    for number in row.filters(prefix):
        start = f"{prefix}.{number}."
        columns = offer.columns(of)
        column = row.get(f"{start}field")
        if column not in dict(columns):
            column = columns[0][0]
        kind = buying.FIELDS[of][column]
        op = row.get(f"{start}op", "eq")
        op = op if op in FILTER_KINDS[kind] else FILTER_KINDS[kind][0]
        as_typed = {"day": "instant"}.get(kind, kind)
        found.append(
            FilterView(
                (
                    controls.select(f"{name}:{start}field", _("What of the order"), columns, column, refresh=True),
                    controls.select(
                        f"{name}:{start}op",
                        _("How it is compared"),
                        controls.ops(FILTER_KINDS[kind], op, times=kind == "day"),
                        op,
                        refresh=True,
                    ),
                    *controls.values(name, row, start, op, as_typed, offer.column(column) if kind == "text" else ()),
                ),
                f"{prefix}.{number}",
                dict(columns)[column],
            )
        )
    return tuple(found)


def membership(row: Row, name: str, offer: Offer, without: str) -> Block:
    op = row.get("op")
    options = [(one, _(text)) for one, text in segment_words.MEMBERSHIP.items()]
    found = [
        controls.select(
            f"{name}:segment",
            _("Segment"),
            offer.segments(without),
            row.get("segment"),
            empty=_("Choose one"),
        ),
        controls.select(f"{name}:op", _("How it is compared"), options, op, refresh=True),
    ]
    if op == "entered_in_last_days":
        found.append(controls.amount(f"{name}:value", _("Days"), "days", row.get("value")))
    elif op == "on":
        found.append(controls.day(f"{name}:value", _("Day"), row.get("value")))
    return Block(tuple(found))
