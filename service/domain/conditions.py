"""The one condition language: branching, outcomes, targeting and segments.

A condition is a clause or a node ``all``, ``any``, ``not``. A clause compares a fact ``{fact, op, value}``, measures
purchases, looks for one purchase after another, for membership of a segment, or into the past. What each means is
written in `domain/leaves.py`; a missing value makes every comparison false, also ``ne``: "absent or different" is
``not: {fact, op: eq, value}``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from service.domain.condition_reading import MAX_CLAUSES, MAX_DEPTH, OPS, parse
from service.domain.condition_writing import dump, key_of
from service.domain.evaluation import Asked, Facts, Verdict, cut_of, explain, holds, judge
from service.domain.leaves import (
    Clausal,
    Condition,
    InSegment,
    Leaf,
    Node,
    Op,
    Past,
    Purchased,
    Scalar,
    Sequence,
    Value,
)
from service.domain.passing import next_change
from service.domain.subjects import Cut, Kept, OrderHistory, Subject

__all__ = [
    "MAX_CLAUSES", "MAX_DEPTH", "OPS", "Asked", "Clausal", "Condition", "Cut", "Facts", "InSegment", "Kept", "Leaf",
    "Needs", "Node", "Op", "OrderHistory", "Past", "Purchased", "Scalar", "Sequence", "Subject", "Value", "Verdict",
    "clauses_of", "cut_of", "dump", "explain", "facts_read", "holds", "judge", "key_of", "map_clauses", "map_leaves",
    "needs", "next_change", "parse", "walk",
]  # fmt: skip


@dataclass(frozen=True)
class Needs:
    """What must be loaded of a customer before a condition can be asked.

    :param facts: names of facts
    :param history: orders and lines
    :param segments: ids of segments whose present membership is asked
    :param memberships: ids of segments whose log is asked
    :param past: names of facts whose recorded values are asked
    :param cuts: cuts of the population
    """

    facts: frozenset[str] = frozenset()
    history: bool = False
    segments: frozenset[str] = frozenset()
    memberships: frozenset[str] = frozenset()
    past: frozenset[str] = frozenset()
    cuts: frozenset[Cut] = frozenset()


def needs(*conditions: Condition) -> Needs:
    """What must be loaded before any of these conditions can be asked."""
    clauses = [clause for one in conditions for clause in clauses_of(one)]
    leaves = [one for one in clauses if isinstance(one, Leaf)]
    segments = [one for one in clauses if isinstance(one, InSegment)]
    return Needs(
        facts=frozenset().union(*(facts_read(one) for one in leaves)),
        history=any(isinstance(one, Purchased | Sequence) for one in clauses),
        segments=frozenset(one.id for one in segments),
        memberships=frozenset(one.id for one in segments if one.op != "is"),
        past=frozenset(one.leaf.fact for one in clauses if isinstance(one, Past))
        | frozenset(one.fact for one in leaves if one.op == "changed_in_last_days"),
        cuts=frozenset(cut_of(one) for one in leaves if one.op.endswith(("_percent", "_median"))),
    )


def clauses_of(condition: Condition) -> Iterator[Clausal]:
    """All clauses of a condition, from the left."""
    return (clause for _path, clause in walk(condition, ""))


def walk(condition: Condition, path: str = "when") -> Iterator[tuple[str, Clausal]]:
    """All clauses of a condition with their paths, as problems name them."""
    if not isinstance(condition, Node):
        yield path, condition
        return
    for i, child in enumerate(condition.children):
        yield from walk(child, f"{path}.not" if condition.kind == "not" else f"{path}.{condition.kind}[{i}]")


def facts_read(condition: Condition) -> frozenset[str]:
    """Names of all facts the condition reads, also of those it reads in the past."""
    found: set[str] = set()
    for clause in clauses_of(condition):
        leaf = clause.leaf if isinstance(clause, Past) else clause
        if not isinstance(leaf, Leaf):
            continue
        found.add(leaf.fact)
        if leaf.op in ("before", "after"):
            found.add(str(leaf.value))
        elif leaf.op in ("skipped", "never_asked"):
            found.add(f"skipped.{leaf.fact.partition('.')[2]}")
        elif leaf.op.endswith(("_percent", "_median")) and leaf.fact.startswith("orders."):
            found.add("orders.count")
    return frozenset(found)


def map_clauses(condition: Condition, change: Callable[[Clausal], Condition]) -> Condition:
    """The same tree with every clause replaced by ``change(clause)``."""
    if isinstance(condition, Node):
        return Node(condition.kind, tuple(map_clauses(child, change) for child in condition.children))
    return change(condition)


def map_leaves(condition: Condition, change: Callable[[Leaf], Leaf]) -> Condition:
    """The same tree with every comparison of a fact replaced by ``change(leaf)``, also those of the past."""

    def changed(clause: Clausal) -> Condition:
        if isinstance(clause, Leaf):
            return change(clause)
        return Past(change(clause.leaf), clause.when) if isinstance(clause, Past) else clause

    return map_clauses(condition, changed)
