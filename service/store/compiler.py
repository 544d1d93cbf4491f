"""Conditions as SQL about everybody, the other evaluator beside `domain/evaluation.py`; both follow `domain/leaves.py`.

One statement answers many segments for a page of customers: the sums over orders and lines that any of them needs are
made once, and every segment is a bit of a number. Another kind of statement counts the customers of one condition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from service.domain.days import start_of
from service.domain.leaves import Condition, InSegment, Leaf, Node, Purchased
from service.domain.leaves import Sequence as Followed
from service.store.compiler_columns import purchase_column
from service.store.compiler_facts import compared, compared_once
from service.store.compiler_orders import followed, joined, measured
from service.store.compiler_scope import NEVER, Moment, Scope, Test, all_of, any_of
from service.store.compiler_sets import buyers, is_said, purchases, stayed

__all__ = ["Compiled", "Moment", "compile_count", "compile_members", "compile_page", "inside"]

BITS = 60
"""Segments in one number; a signed whole number of either database has 63 bits."""

_HERE = "c.merged_into IS NULL AND c.erased_at IS NULL"


@dataclass(frozen=True)
class Compiled:
    """A statement about a page of customers: ``id`` and numbers ``bits0``, ``bits1`` …

    :param ids: the segments in the order of their bits, :data:`BITS` to a number
    :param listed: how many customers it names one by one; 0 for all ``BETWEEN :first AND :last``
    """

    sql: str
    values: Mapping[str, object]
    ids: tuple[str, ...]
    listed: int = 0

    def read(self, row: Mapping[str, int]) -> frozenset[str]:
        """The segments of one row."""
        return inside(self.ids, [row[f"bits{number}"] for number in range(numbers(self.ids))])


def inside(ids: Sequence[str], bits: Sequence[int]) -> frozenset[str]:
    """The segments whose bits are set."""
    return frozenset(one for place, one in enumerate(ids) if bits[place // BITS] >> place % BITS & 1)


def numbers(ids: Sequence[str]) -> int:
    """How many numbers the bits of these segments fill."""
    return max(1, -(-len(ids) // BITS))


def compile_page(
    asked: Mapping[str, Condition],
    moment: Moment,
    segments: Mapping[str, Condition] | None = None,
    *,
    listed: int = 0,
) -> Compiled:
    """One SELECT that says of each customer of a page which of these conditions hold.

    :param asked: bound conditions by id
    :param segments: those of the live segments, for conditions that ask about other segments; ``asked`` itself when it
        is left out
    :param listed: the statement is about that many customers here and there, instead of those from one to another
    """
    scope = Scope(moment, asked if segments is None else segments, paged=True, listed=listed)
    tests = [_of_segment(scope, one, asked[one]).sql for one in asked]
    columns = [
        " + ".join(
            f"CASE WHEN {test} THEN {1 << place} ELSE 0 END" for place, test in enumerate(tests[start : start + BITS])
        )
        for start in range(0, max(len(tests), 1), BITS)
    ]
    selected = "".join(f", {column or 0} AS bits{number}" for number, column in enumerate(columns))
    tables = f"customers c LEFT JOIN {purchases(scope)} u ON u.customer_id = c.id{scope.page('u.customer_id')}"
    for kind in scope.sources:
        tables += f" LEFT JOIN {joined(scope, kind)} {kind} ON {kind}.customer_id = c.id"
    sql = f"SELECT c.id{selected} FROM {tables} WHERE {_HERE}{scope.page('c.id')} ORDER BY c.id"
    return Compiled(sql, scope.values, tuple(asked), listed)


def compile_count(
    condition: Condition, moment: Moment, segments: Mapping[str, Condition]
) -> tuple[str, Mapping[str, object]]:
    """One SELECT that counts the customers of whom the condition is true, as ``many``."""
    if isinstance(condition, Node) and condition.kind == "not":
        scope = Scope(moment, segments, paged=False)
        members = _of(scope, condition.children[0]).members
        if members is not None:
            all_there = f"SELECT COUNT(*) FROM customers c WHERE {_HERE}"
            return f"SELECT ({all_there}) - (SELECT COUNT(*) FROM ({members}) c) AS many", scope.values
    rows, values = _everybody(condition, moment, segments)
    return f"SELECT COUNT(*) AS many {rows}", values


def compile_members(
    condition: Condition, moment: Moment, segments: Mapping[str, Condition]
) -> tuple[str, Mapping[str, object]]:
    """One SELECT of the customers of whom the condition is true, each once, as ``id``."""
    rows, values = _everybody(condition, moment, segments)
    return f"SELECT c.id {rows}", values


def _everybody(
    condition: Condition, moment: Moment, segments: Mapping[str, Condition]
) -> tuple[str, Mapping[str, object]]:
    """Where to find the customers ``c`` of whom the condition is true.

    It begins with the customers of one clause, or of all about their purchases, where that says who they are: the
    members of a set are never merged or erased customers, whose rows have ended or moved.
    """
    scope = Scope(moment, segments, paged=False)
    clauses = condition.children if isinstance(condition, Node) and condition.kind == "all" else (condition,)
    members, rest = _begin(scope, clauses)
    scope.beside, scope.narrowed = False, members is not None
    tests = [_of(scope, one).sql for one in rest]
    tables = f"({members}) c" if members is not None else "customers c"
    if scope.beside:
        tables += f" LEFT JOIN {purchases(scope)} u ON u.customer_id = c.id"
    if members is None:
        tests.insert(0, _HERE)
    return f"FROM {tables}{f' WHERE {all_of(tests)}' if tests else ''}", scope.values


def _begin(scope: Scope, clauses: Sequence[Condition]) -> tuple[str | None, Sequence[Condition]]:
    """The customers to begin with, and the clauses that then remain: few before many, as far as the kind of clause
    tells."""
    bought = [one for one in clauses if isinstance(one, Leaf) and purchase_column(scope, one.fact) is not None]
    for one in sorted(clauses, key=_breadth):
        test = _of(scope, one)
        if test.members is None:
            continue
        if one in bought:
            together = all_of([_of(scope, each).sql for each in bought])
            return buyers(scope, together), [each for each in clauses if each not in bought]
        return test.members, [each for each in clauses if each is not one]
    return None, clauses


def _breadth(clause: Condition) -> int:
    """How many customers may pass, the smaller the fewer: those who said something, buyers, some of all."""
    if isinstance(clause, Leaf):
        return 0 if is_said(clause.fact) else 1 if clause.fact.startswith("orders.") else 3
    return 0 if isinstance(clause, InSegment) else 2


def _of(scope: Scope, condition: Condition) -> Test:
    if isinstance(condition, Node):
        return _node(scope, condition)
    if isinstance(condition, Leaf):
        return compared(scope, condition)
    if isinstance(condition, Purchased):
        return measured(scope, condition)
    if isinstance(condition, Followed):
        return followed(scope, condition)
    if isinstance(condition, InSegment):
        return _in_segment(scope, condition)
    return compared_once(scope, condition)


def _node(scope: Scope, node: Node) -> Test:
    tests = [_of(scope, child) for child in node.children]
    if node.kind == "not":
        return Test(f"NOT {tests[0].sql}")
    if node.kind == "all":
        return Test(all_of([test.sql for test in tests]))
    members = [test.members for test in tests]
    united = None if None in members else " UNION ".join(cast(list[str], members))
    return Test(any_of([test.sql for test in tests]), united)


def _in_segment(scope: Scope, leaf: InSegment) -> Test:
    now = _of_segment(scope, leaf.id, scope.segments.get(leaf.id))
    moment = scope.moment
    begun = f"m.entered_at <= {scope.bind(moment.now)}"
    if leaf.op == "is" or (leaf.op == "on" and cast(int, leaf.value) >= moment.today):
        return now
    if leaf.op == "ever":
        return _either(now, stayed(scope, leaf.id, begun))
    if leaf.op == "on":
        edge = scope.bind(start_of(cast(int, leaf.value) + 1, moment.zone))
        test = f"m.entered_at < {edge} AND (m.left_at IS NULL OR m.left_at >= {edge})"
        return stayed(scope, leaf.id, test)
    edge = scope.bind(start_of(moment.today - cast(int, leaf.value) + 1, moment.zone))
    lasting = "m.left_at IS NULL" if not moment.past else f"(m.left_at IS NULL OR m.left_at > {scope.bind(moment.now)})"
    entering = f"{now.sql} AND NOT {stayed(scope, leaf.id, f'{begun} AND {lasting}').sql}"
    return _either(stayed(scope, leaf.id, f"{begun} AND m.entered_at >= {edge}"), Test(f"({entering})"))


def _either(one: Test, other: Test) -> Test:
    united = f"{one.members} UNION {other.members}" if one.members and other.members else None
    return Test(any_of([one.sql, other.sql]), united)


def _of_segment(scope: Scope, segment_id: str, condition: Condition | None) -> Test:
    """Whether the condition of a segment holds; one that is not live, or asks about itself, has no members."""
    if condition is None or segment_id in scope.open_segments:
        return Test(NEVER)
    with _open(scope, segment_id):
        return _of(scope, condition)


@contextmanager
def _open(scope: Scope, segment_id: str) -> Iterator[None]:
    before = scope.open_segments
    scope.open_segments = (*before, segment_id)
    try:
        yield
    finally:
        scope.open_segments = before
