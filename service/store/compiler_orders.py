"""Conditions over orders and their lines as SQL: measures in windows, and what was bought after what."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from service.domain.buying import LINE_FIELDS, OF_ANY_LINE, ORDER_FIELDS, parts_of, passes
from service.domain.leaves import Filter, Purchased, Sequence, Step, Window, fraction
from service.store.compiler_filters import COUNTED, ORDER_COLUMNS, PAID, SIGNS, field_of, filtered
from service.store.compiler_scope import Scope, Test, all_of, any_of
from service.store.compiler_sets import among, purchases

_AGGREGATES = {"sum": "SUM({})", "minimum": "MIN({})", "maximum": "MAX({})", "distinct": "COUNT(DISTINCT {})"}
# Columns that the index by customer lacks: sums over them are made apart, so that they slow no other down.
_APART = frozenset({"medium", "campaign", "payment_method", "country"})
# Days of a window whose orders are rather found by day than by customer.
_SHORT = 200
# Sources of paid orders only: that is asked of an order once, and not for every sum.
_ONLY_PAID = frozenset({"lately", "ever"})


def measured(scope: Scope, leaf: Purchased) -> Test:
    """A measure over orders or lines, compared."""
    return _from_sums(scope, leaf) if scope.paged else _from_everybody(scope, leaf)


def followed(scope: Scope, leaf: Sequence) -> Test:
    """An order of one step that follows an order of the other. Lines are joined: who has one is counted once anyway."""
    first, tests = _step(scope, leaf.first, "a", "la")
    then, more = _step(scope, leaf.then, "b", "lb")
    tests += [
        "b.customer_id = a.customer_id",
        "(b.day, b.placed_at, b.id) > (a.day, a.placed_at, a.id)",
        f"b.day <= a.day + {scope.bind(leaf.within_days)}",
        *more,
    ]
    if scope.moment.past:
        tests.append(f"b.day <= {scope.bind(scope.moment.today)}")
    where = f"{all_of(tests)} AND a.customer_id IS NOT NULL{scope.page('a.customer_id')}"
    if leaf.first.of == "lines" and not scope.paged:
        first = "order_lines la CROSS JOIN orders a"  # read as they lie, from one end to the other
    return among(f"SELECT DISTINCT a.customer_id AS id FROM {first} CROSS JOIN {then} WHERE {where}")


def joined(scope: Scope, kind: str) -> str:
    """The sums of a kind of source, a row for each customer of the page, as something to join: its SQL and name."""
    over, _, how = kind.partition("_")
    columns = ", ".join(f"{aggregate} AS {name}" for aggregate, name in scope.sources[kind].items())
    tables, conditions = _tables(scope, over, how)
    gates = [*_reach(scope, kind, how), *([any_of(list(scope.gates[kind]))] if over == "lines" else [])]
    if how in _ONLY_PAID:
        gates.append(PAID.format(o="o"))
    where = all_of([COUNTED.format(o="o"), *conditions, *gates])
    by = "w.customer_id" if how == "first" else "o.customer_id"
    return f"(SELECT {by}, {columns} FROM {tables} WHERE {where}{scope.page('o.customer_id')} GROUP BY {by})"


def _reach(scope: Scope, kind: str, how: str) -> list[str]:
    """The days that any window of a source reaches: what lies outside is passed over before anything else is asked."""
    if kind not in scope.reaches:
        return []
    first, last = scope.reaches[kind]
    if how == "first":
        return ["o.day >= w.first_day", f"o.day <= w.first_day + {scope.bind(last)}"]
    return [f"o.day >= {scope.bind(first)}", f"o.day <= {scope.bind(last)}"]


# measures ------------------------------------------------------------------------------------------------------------


def _from_sums(scope: Scope, leaf: Purchased) -> Test:
    """By sums that are made once for all conditions of a page."""
    of, name = parts_of(leaf)
    if _is_few_orders(leaf.window):
        return _of_few(scope, leaf, "c.id")
    kind = _kind(of, name, leaf)
    only_paid = kind.partition("_")[2] in _ONLY_PAID
    of_order = _tests(scope, _of_orders(of, leaf), leaf.window, paid=not only_paid)
    of_line = [filtered(scope, of, one, "o") for one in leaf.where if _is_of_line(of, one)]
    tests = [*of_order, *of_line]
    only = f" FILTER (WHERE {' AND '.join(tests)})" if tests else ""
    columns = scope.sources.setdefault(kind, {})
    _widen(scope, kind, leaf.window)
    scope.gates.setdefault(kind, {})[all_of(of_order)] = None

    def column(aggregate: str) -> str:
        known = columns.setdefault(aggregate + only, f"m{len(columns)}")
        return f"{kind}.{known}"

    return _measure(scope, leaf, column)


def _widen(scope: Scope, kind: str, window: Window) -> None:
    """Have the reach of a source take a window in; one that no days bound has sources of its own."""
    if window.kind == "always":
        return
    first, last = _reached(window, scope.moment.today)
    begin, end = scope.reaches.get(kind, (first, last))
    scope.reaches[kind] = min(begin, first), max(end, last)


def _reached(window: Window, today: int) -> tuple[int, int]:
    """The first and the last day of a window; of one from the first order on, days after that."""
    if window.kind == "last_days":
        return today - cast(int, window.value) + 1, today
    if window.kind == "between":
        return cast(tuple[int, int], window.value)
    return 0, cast(int, window.value) if window.kind == "since_first_order" else 0


def _of_few(scope: Scope, leaf: Purchased, customer: str) -> Test:
    """A measure over the first few orders of a customer: reading by customer and time stops after them."""
    of, name = parts_of(leaf)
    where = [filtered(scope, of, one, "o") for one in leaf.where]
    used = {ORDER_COLUMNS.get(one, one) for one in [name, *(one.field for one in leaf.where)] if one in ORDER_FIELDS}
    columns = ", ".join(f"e.{column}" for column in sorted({"id", *used}))
    tests = [f"e.customer_id = {customer}", COUNTED.format(o="e"), PAID.format(o="e")]
    if scope.moment.past:
        tests.append(f"e.day <= {scope.bind(scope.moment.today)}")
    few = (
        f"SELECT {columns} FROM orders e WHERE {' AND '.join(tests)}"
        f" ORDER BY e.day, e.placed_at, e.id LIMIT {scope.bind(leaf.window.value)}"
    )
    tables = f"({few}) AS o"
    if of == "lines":
        tables, where = f"{tables} CROSS JOIN order_lines l", ["l.order_id = o.id", *where]

    def column(aggregate: str) -> str:
        return f"(SELECT {aggregate} FROM {tables} WHERE {all_of(where)})"

    return _measure(scope, leaf, column)


def _measure(scope: Scope, leaf: Purchased, column: Callable[[str], str]) -> Test:
    """The comparison of a measure whose sums are where ``column`` says."""
    expression = field_of(*parts_of(leaf))
    if leaf.measure == "count":
        return _passing(scope, leaf, f"COALESCE({column('COUNT(*)')}, 0)")
    if leaf.measure == "average":
        return _passing(scope, leaf, column(f"SUM({expression})"), column(f"COUNT({expression})"))
    found = column(_AGGREGATES[leaf.measure].format(expression))
    return _passing(scope, leaf, f"COALESCE({found}, 0)" if leaf.measure in ("sum", "distinct") else found)


def _from_everybody(scope: Scope, leaf: Purchased) -> Test:
    """By a statement about all customers that looks at the orders of the window only."""
    of, name = parts_of(leaf)
    zero = leaf.measure in ("count", "sum", "distinct") and passes(leaf, (0, 1))
    if leaf.window.kind == "first_orders":
        test = _of_few(scope, leaf, "c.id")
        of_buyers = f"SELECT u.customer_id AS id FROM {purchases(scope)} u WHERE u.orders > 0 AND"
        return test if zero else Test(test.sql, f"{of_buyers} {_of_few(scope, leaf, 'u.customer_id').sql}")
    kind = _kind(of, name, leaf)
    tables, conditions = _tables(scope, of, kind.partition("_")[2])
    if of == "lines" and leaf.window.kind == "always":
        # Lines lie in the order of their orders: both are read from one end to the other.
        tables = "order_lines l CROSS JOIN orders o"
    of_order = _tests(scope, _of_orders(of, leaf), leaf.window)
    of_line = [filtered(scope, of, one, "o") for one in leaf.where if _is_of_line(of, one)]
    tests = [*conditions, *of_order, *of_line]
    if leaf.measure == "count":
        test = _passing(scope, leaf, "COUNT(*)")
    elif leaf.measure == "average":
        test = _passing(scope, leaf, f"SUM({field_of(of, name)})", f"COUNT({field_of(of, name)})")
    else:
        found = _AGGREGATES[leaf.measure].format(field_of(of, name))
        test = _passing(scope, leaf, f"COALESCE({found}, 0)" if leaf.measure == "sum" else found)
    where = all_of([COUNTED.format(o="o"), *tests, "o.customer_id IS NOT NULL"])
    # By day the orders of a short window are found at once, and sorted; of a long one all are gone through by customer,
    # which is their order already. Lines are always looked for by day: so they are read as they lie. The plus keeps
    # SQLite from using an index for that column.
    days = _length(leaf.window)
    long = of == "orders" and days is not None and days > _SHORT
    if long and "unpaid" not in kind and not scope.moment.past and not any(one.field == "status" for one in leaf.where):
        # Only of those whose last order is not from before the window, by customer and day.
        first = _reached(leaf.window, scope.moment.today)[0]
        tests += ["o.customer_id = w.customer_id", f"w.last_day >= {scope.bind(first)}"]
        where = all_of([COUNTED.format(o="o"), *tests])
        having = f"NOT {test.sql}" if zero else test.sql
        members = (
            f"SELECT w.customer_id AS id FROM purchases w CROSS JOIN orders o WHERE {where}"
            f" GROUP BY w.customer_id HAVING {having}"
        )
        return Test(f"c.id NOT IN ({members})") if zero else among(members)
    by = "o.customer_id" if days is None or long else "+o.customer_id"
    if long:
        where = where.replace("o.day >=", "+o.day >=").replace("o.day <=", "+o.day <=")
    having = f"NOT {test.sql}" if zero else test.sql
    members = f"SELECT {by} AS id FROM {tables} WHERE {where} GROUP BY {by} HAVING {having}"
    return Test(f"c.id NOT IN ({members})") if zero else among(members)


def _length(window: Window) -> int | None:
    """How many days a window has; ``None`` for one that is no range of days."""
    if window.kind == "last_days":
        return cast(int, window.value)
    if window.kind == "between":
        first, last = cast(tuple[int, int], window.value)
        return last - first + 1
    return None


def _passing(scope: Scope, leaf: Purchased, total: str, count: str | None = None) -> Test:
    """The comparison of a measure in whole numbers, as :func:`service.domain.buying.passes` makes it."""
    if leaf.op == "between":
        least, most = cast(tuple[int, int], leaf.value)
        tests = [_against(scope, ">=", total, count, least), _against(scope, "<=", total, count, most)]
    else:
        tests = [_against(scope, SIGNS[leaf.op], total, count, cast(int, leaf.value))]
    return Test(f"COALESCE({all_of(tests)}, FALSE)")


def _against(scope: Scope, sign: str, total: str, count: str | None, value: int) -> str:
    p, q = fraction(value)
    left = total if q == 1 else f"{total} * {scope.bind(q)}"
    right = scope.bind(p) if count is None else f"{count} * {scope.bind(p)}"
    return f"{left} {sign} {right}"


def _kind(of: str, name: str, leaf: Purchased) -> str:
    """The source that a measure is made from: what it is over, and how that must be prepared."""
    if leaf.window.kind == "since_first_order" or leaf.window == Window("first_orders", 1):
        return f"{of}_first"
    fields = {one.field for one in leaf.where} | {name}
    if of == "orders" and fields & _APART:
        return f"{of}_apart{'_ever' if leaf.window.kind == 'always' else ''}"
    if "status" in fields:
        return f"{of}_unpaid{'_ever' if leaf.window.kind == 'always' else ''}"
    return f"{of}_{'ever' if leaf.window.kind == 'always' else 'lately'}"


def _is_few_orders(window: Window) -> bool:
    return window.kind == "first_orders" and cast(int, window.value) > 1


def _tables(scope: Scope, over: str, how: str) -> tuple[str, list[str]]:
    """What to read, orders as ``o``, lines as ``l`` and purchases as ``w``, and what joins them."""
    then = [f"o.day <= {scope.bind(scope.moment.today)}"] if scope.moment.past else []
    tables, conditions = "orders o", then
    if how == "first":
        # CROSS JOIN keeps SQLite to this order: by customer, their orders together.
        tables = f"{purchases(scope)} w CROSS JOIN orders o"
        conditions = [*then, f"o.customer_id = w.customer_id{scope.page('w.customer_id')}"]
    if over == "lines":
        tables, conditions = f"{tables} CROSS JOIN order_lines l", [*conditions, "l.order_id = o.id"]
    return tables, conditions


# which orders and lines ----------------------------------------------------------------------------------------------


def _of_orders(of: str, leaf: Purchased) -> tuple[Filter, ...]:
    """The filters that an order passes or not, whichever of its lines is asked about."""
    return tuple(one for one in leaf.where if not _is_of_line(of, one))


def _is_of_line(of: str, one: Filter) -> bool:
    return of == "lines" and one.field in LINE_FIELDS


def _tests(scope: Scope, where: tuple[Filter, ...], window: Window, *, paid: bool = True) -> list[str]:
    """What an order must be; the days first, which most fail, and last what has to look elsewhere.

    :param paid: ask for its being paid too, unless a filter asks for a status
    """
    of_status = [PAID.format(o="o")] if paid and not any(one.field == "status" for one in where) else []
    filters = [filtered(scope, "orders", one, "o") for one in sorted(where, key=lambda one: one.field in OF_ANY_LINE)]
    if window.kind == "first_orders":
        return [*of_status, *filters, "o.id = w.first_order_id"]
    return [*_window(scope, window), *of_status, *filters]


def _window(scope: Scope, window: Window) -> list[str]:
    today = scope.moment.today
    if window.kind == "last_days":
        begin = today - cast(int, window.value) + 1
        return [f"o.day >= {scope.bind(begin)}", f"o.day <= {scope.bind(today)}"]
    if window.kind == "between":
        first, last = cast(tuple[int, int], window.value)
        return [f"o.day >= {scope.bind(first)}", f"o.day <= {scope.bind(last)}"]
    if window.kind == "since_first_order":
        return ["o.day >= w.first_day", f"o.day <= w.first_day + {scope.bind(window.value)}"]
    return []


def _step(scope: Scope, step: Step, order: str, line: str) -> tuple[str, list[str]]:
    """What to read for a step, its order and, where it asks for a line, its lines; and what they must be."""
    tests = [COUNTED.format(o=order)]
    if not any(one.field == "status" for one in step.where):
        tests.append(PAID.format(o=order))
    filters = [filtered(scope, step.of, one, order, line) for one in step.where]
    if step.of == "orders":
        return f"orders {order}", [*tests, *filters]
    return f"orders {order} CROSS JOIN order_lines {line}", [*tests, f"{line}.order_id = {order}.id", *filters]
