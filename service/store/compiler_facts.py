"""Comparisons of facts as SQL: of those that are kept in rows, and of those that columns of the customer hold."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, floor
from typing import cast

from service.domain.comparisons import (
    FIRST_INSTANT,
    VALUE_OPS,
    circle,
    compare,
    days_of,
    folded,
    is_date,
    iso,
    terms_of,
)
from service.domain.days import start_of
from service.domain.evaluation import cut_of
from service.domain.leaves import Leaf, Near, Past, Scalar
from service.store.compiler_columns import purchase_column, record_column
from service.store.compiler_scope import (
    ALWAYS,
    NEVER,
    Columns,
    Scope,
    Test,
    all_of,
    any_of,
    number_equal_to,
    text_equal_to,
)
from service.store.compiler_sets import bought, on_record, purchases, recorded
from service.store.compiler_times import anniversary_dates, anniversary_instants

_SIGNS = {"eq": "=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
_CUTS = {"top_percent": ">=", "bottom_percent": "<=", "above_median": ">", "below_median": "<"}
_ROW = Columns(
    "f.number", "f.text", "f.customer_id", "COALESCE(f.search, f.text)", "COALESCE(f.words, f.text)", "f.part"
)
_LIKE_A_DATE = "LIKE '____-__-__'"
_KNOWN_TO_ALL = ("orders.count", "orders.net_revenue")


def compared(scope: Scope, leaf: Leaf) -> Test:
    """A comparison of a fact."""
    if leaf.op in ("skipped", "never_asked"):
        return _asked(scope, leaf)
    if leaf.op == "exists" and not leaf.value:
        return _not(_positive(scope, replace(leaf, value=1)))
    return _positive(scope, leaf)


def compared_once(scope: Scope, clause: Past) -> Test:
    """A comparison with values that were recorded before."""
    if clause.when == "ever":
        valid = f"f.since_at <= {scope.bind(scope.moment.now)}"
    elif cast(int, clause.when) >= scope.moment.today:
        valid = scope.valid("f")
    else:
        edge = scope.bind(start_of(cast(int, clause.when) + 1, scope.moment.zone))
        valid = f"f.since_at < {edge} AND (f.until_at IS NULL OR f.until_at >= {edge})"
    return _in_rows(scope, clause.leaf, valid)


def _positive(scope: Scope, leaf: Leaf) -> Test:
    at = purchase_column(scope, leaf.fact)
    if at is not None:
        if leaf.op in _CUTS and leaf.fact.startswith("orders."):
            return bought(scope, all_of([row_test(scope, leaf, at), "u.orders > 0"]))
        zero = leaf.fact in _KNOWN_TO_ALL and leaf.op in VALUE_OPS and compare(leaf, 0)
        return bought(scope, row_test(scope, leaf, at), without=zero)
    if leaf.fact == "customer.place":
        return on_record(scope, _near(scope, leaf))
    if leaf.fact == "customer.age_days":
        return on_record(scope, _age(scope, leaf))
    at = record_column(leaf.fact)
    if at is not None:
        return on_record(scope, row_test(scope, leaf, at))
    return _in_rows(scope, leaf, scope.valid("f"))


def _not(test: Test) -> Test:
    return Test(f"NOT {test.sql}")


def _asked(scope: Scope, leaf: Leaf) -> Test:
    skipped = _positive(scope, Leaf(f"skipped.{leaf.fact.partition('.')[2]}", "exists", 1))
    if leaf.op == "skipped":
        return skipped if leaf.value else _not(skipped)
    known = _positive(scope, Leaf(leaf.fact, "exists", 1))
    either = any_of([known.sql, skipped.sql])
    return Test(f"NOT {either}" if leaf.value else either)


def _in_rows(scope: Scope, leaf: Leaf, valid: str) -> Test:
    if leaf.op == "all_of":
        test = _holds_all(scope, leaf)
    elif leaf.op == "changed_in_last_days":
        test = _changed(scope, leaf)
    else:
        test = row_test(scope, leaf, _ROW)
    return recorded(scope, leaf.fact, valid, test)


def _holds_all(scope: Scope, leaf: Leaf) -> str:
    """That a row has the first value, and rows of the same time have the others."""
    first, *others = cast(tuple[Scalar, ...], leaf.value)
    tests = [_equal(scope, first, _ROW)]
    same = "g.customer_id = f.customer_id AND g.name = f.name AND g.since_at = f.since_at"
    for value in others:
        equal = _equal(scope, value, Columns("g.number", "g.text", "g.customer_id"))
        tests.append(f"EXISTS (SELECT 1 FROM facts g WHERE {same} AND {equal})")
    return all_of(tests)


def _changed(scope: Scope, leaf: Leaf) -> str:
    moment = scope.moment
    begin = scope.bind(start_of(moment.today - cast(int, leaf.value) + 1, moment.zone))
    end = scope.bind(start_of(moment.today + 1, moment.zone))
    return (
        f"f.since_at >= {begin} AND f.since_at < {end} AND EXISTS (SELECT 1 FROM facts g"
        " WHERE g.customer_id = f.customer_id AND g.name = f.name AND g.since_at < f.since_at)"
    )


# one value -----------------------------------------------------------------------------------------------------------


def row_test(scope: Scope, leaf: Leaf, at: Columns) -> str:
    """Whether the value in these columns passes; NULL counts as no."""
    if leaf.op == "exists":
        return ALWAYS if at.part is not None else f"({at.number or at.text} IS NOT NULL)"
    if leaf.op == "in":
        return any_of([_equal(scope, value, at) for value in cast(tuple[Scalar, ...], leaf.value)])
    if leaf.op in ("has", "all_of"):
        values = leaf.value if isinstance(leaf.value, tuple) else (cast(Scalar, leaf.value),)
        return all_of([_equal(scope, value, at) for value in values])
    if leaf.op in ("contains", "starts_with", "ends_with", "matches"):
        return _text_test(scope, leaf, at)
    if leaf.op == "ne":
        listed = f"{at.part} IS NOT NULL OR " if at.part else ""
        return f"({listed}{_different(scope, cast(Scalar, leaf.value), at)})"
    alone = f"{at.part} IS NULL AND " if at.part else ""
    return f"({alone}{_single(scope, leaf, at)})"


def _single(scope: Scope, leaf: Leaf, at: Columns) -> str:
    if leaf.op == "eq":
        return _equal(scope, cast(Scalar, leaf.value), at)
    if leaf.op == "between":
        least, most = cast(tuple[Scalar, Scalar], leaf.value)
        return f"{_ordered(scope, '>=', least, at)} AND {_ordered(scope, '<=', most, at)}"
    if leaf.op in _SIGNS:
        return _ordered(scope, _SIGNS[leaf.op], cast(Scalar, leaf.value), at)
    if leaf.op in _CUTS:
        cut = scope.moment.cuts.get(cut_of(leaf))
        return NEVER if cut is None or at.number is None else f"{at.number} {_CUTS[leaf.op]} {scope.bind(float(cut))}"
    if leaf.op in ("before", "after"):
        return _follows(scope, leaf, at)
    return _on_day(scope, leaf, at)


def _equal(scope: Scope, value: object, at: Columns) -> str:
    number, tests = number_equal_to(value), []
    if at.number is not None and number is not None:
        tests.append(f"{at.number} = {scope.bind(number)}")
    if at.text is not None:
        tests.append(f"{at.text} = {scope.bind(text_equal_to(value))}")
    return any_of(tests)


def _different(scope: Scope, value: object, at: Columns) -> str:
    number = number_equal_to(value)
    if at.number is None:
        return f"{at.text} <> {scope.bind(text_equal_to(value))}"
    tests = [f"{at.number} IS NOT NULL" if number is None else f"{at.number} <> {scope.bind(number)}"]
    if at.text is not None:
        tests.append(f"{at.text} <> {scope.bind(text_equal_to(value))}")
    return any_of(tests)


def _ordered(scope: Scope, sign: str, value: object, at: Columns) -> str:
    if isinstance(value, str):
        if at.text is None or not is_date(value):
            return NEVER
        return f"({at.text} {_LIKE_A_DATE} AND {at.text} {sign} {scope.bind(value)})"
    return NEVER if at.number is None else f"{at.number} {sign} {scope.bind(float(cast(float, value)))}"


def _follows(scope: Scope, leaf: Leaf, at: Columns) -> str:
    """Before or after another fact of the same customer: numbers with numbers, dates with dates."""
    sign, tests = "<" if leaf.op == "before" else ">", []
    number, text = _other(scope, str(leaf.value), at.customer)
    if at.number is not None and number is not None:
        tests.append(f"{at.number} {sign} {number}")
    if at.text is not None and text is not None:
        tests.append(f"({at.text} {_LIKE_A_DATE} AND {text} {_LIKE_A_DATE} AND {at.text} {sign} {text})")
    return any_of(tests)


def _other(scope: Scope, fact: str, customer: str) -> tuple[str | None, str | None]:
    """The number and the text of another fact of a row's customer."""
    at, source, key = purchase_column(scope, fact), f"{purchases(scope)} u", "u.customer_id"
    if at is None:
        at, source, key = record_column(fact), "customers k", "k.id"
    if at is not None and at.customer == customer:
        return at.number, at.text  # of the same row
    if at is None:
        at, source, key = Columns("g.number", "g.text", "g.customer_id"), "facts g", "g.customer_id"
        key = f"g.part IS NULL AND g.name = {scope.bind(fact)} AND {scope.valid('g')} AND {key}"
    found = [one and f"(SELECT {one} FROM {source} WHERE {key} = {customer})" for one in (at.number, at.text)]
    return found[0], found[1]


# texts ---------------------------------------------------------------------------------------------------------------


def _text_test(scope: Scope, leaf: Leaf, at: Columns) -> str:
    if at.text is None:
        return NEVER
    if leaf.op == "matches":
        spaced = f"(' ' || {at.words or at.text} || ' ')"
        terms = terms_of(str(leaf.value))
        patterns = [f"% {term}%" if beginning else f"% {term} %" for term, beginning in terms]
        return all_of([f"{at.text} IS NOT NULL", *(f"{spaced} LIKE {scope.bind(one)}" for one in patterns)])
    wanted = folded(str(leaf.value)).replace("!", "!!").replace("%", "!%").replace("_", "!_")
    before, after = "" if leaf.op == "starts_with" else "%", "" if leaf.op == "ends_with" else "%"
    return f"({at.search or at.text} LIKE {scope.bind(before + wanted + after)} ESCAPE '!')"


# days and places -----------------------------------------------------------------------------------------------------


def _on_day(scope: Scope, leaf: Leaf, at: Columns) -> str:
    tests = []
    if at.number is not None:
        tests.append(f"({at.number} >= {FIRST_INSTANT} AND {_instant_test(scope, leaf, at.number)})")
    if at.text is not None:
        tests.append(f"({at.text} {_LIKE_A_DATE} AND {_date_test(scope, leaf, at.text)})")
    return any_of(tests)


def _instant_test(scope: Scope, leaf: Leaf, number: str) -> str:
    moment = scope.moment
    if leaf.op == "anniversary_within":
        ranges = anniversary_instants(cast(int, leaf.value), moment.today, moment.zone)
        return any_of([f"{number} >= {scope.bind(a)} AND {number} < {scope.bind(b)}" for a, b in ranges])
    first, last = days_of(leaf, moment.today)
    end = f"{number} < {scope.bind(start_of(last + 1, moment.zone))}"
    return f"{number} >= {scope.bind(start_of(first, moment.zone))} AND {end}" if first > 0 else end


def _date_test(scope: Scope, leaf: Leaf, text: str) -> str:
    if leaf.op == "anniversary_within":
        years = anniversary_dates(cast(int, leaf.value), scope.moment.today)
        month_day, year_of = f"SUBSTR({text}, 6, 5)", f"SUBSTR({text}, 1, 4)"
        return any_of(
            [
                f"({month_day} IN {scope.bind_all(days)} AND {year_of} < {scope.bind(str(year))})"
                for year, days in years.items()
            ]
        )
    first, last = days_of(leaf, scope.moment.today)
    return f"{text} BETWEEN {scope.bind(iso(first))} AND {scope.bind(iso(last))}"


def _age(scope: Scope, leaf: Leaf) -> str:
    """A comparison of the days since the record began, by the instants between which it began."""
    if leaf.op == "exists":
        return ALWAYS
    if leaf.op == "in":
        return any_of([_aged(scope, "eq", value) for value in cast(tuple[Scalar, ...], leaf.value)])
    if leaf.op == "between":
        least, most = cast(tuple[Scalar, Scalar], leaf.value)
        return all_of([_aged(scope, "gte", least), _aged(scope, "lte", most)])
    if leaf.op in _CUTS:
        cut = scope.moment.cuts.get(cut_of(leaf))
        sign = {">=": "gte", "<=": "lte", ">": "gt", "<": "lt"}[_CUTS[leaf.op]]
        return NEVER if cut is None else _aged(scope, sign, cut)
    return _aged(scope, leaf.op, cast(Scalar, leaf.value))


def _aged(scope: Scope, op: str, value: Scalar) -> str:
    number = number_equal_to(value)
    if op == "ne":
        return f"NOT {_aged(scope, 'eq', value)}"
    if number is None or (isinstance(value, str) and op not in ("eq", "has")):
        return NEVER
    if op in ("eq", "has"):
        return all_of([_aged(scope, "gte", number), _aged(scope, "lte", number)]) if number == floor(number) else NEVER
    if op in ("gte", "gt"):
        least = ceil(number) if op == "gte" else floor(number) + 1
        return ALWAYS if least <= 0 else f"k.created_at < {_midnight(scope, 1 - least)}"
    most = floor(number) if op == "lte" else ceil(number) - 1
    return NEVER if most < 0 else f"k.created_at >= {_midnight(scope, -most)}"


def _midnight(scope: Scope, days: int) -> str:
    """The instant at which the day that many days from today begins."""
    return scope.bind(start_of(max(scope.moment.today + days, 0), scope.moment.zone))


def _near(scope: Scope, leaf: Leaf) -> str:
    if leaf.op == "exists":
        return "k.place_x IS NOT NULL"
    if not isinstance(leaf.value, Near):
        return NEVER
    a, b, c, least = (scope.bind(one) for one in circle(leaf.value))
    return f"k.place_x * {a} + k.place_y * {b} + k.place_z * {c} >= {least}"
