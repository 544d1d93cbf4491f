"""Conditions prepared once and asked often: the same verdicts as ``evaluation.holds``, several times as fast."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from service.domain.comparisons import VALUE_OPS, test_of
from service.domain.evaluation import Facts, against_cut, cut_of, verdict_of
from service.domain.leaves import Condition, Leaf, Node
from service.domain.subjects import Subject

_POPULATION = ("top_percent", "bottom_percent", "above_median", "below_median")
Test = Callable[[Facts, Subject | None], bool]

_NUMERIC: Mapping[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}


def prepared(condition: Condition) -> Test:
    """A function of the facts, and of the customer where more than facts is asked for."""
    if isinstance(condition, Node):
        return _node(condition)
    if isinstance(condition, Leaf) and condition.op in _POPULATION:
        return _ranked(condition)
    if not isinstance(condition, Leaf) or condition.op not in VALUE_OPS:
        return lambda facts, subject: verdict_of(condition, facts, subject)
    if condition.op == "eq" and isinstance(condition.value, str):
        return _text(condition)
    if condition.op in _NUMERIC and type(condition.value) in (int, float):
        return _number(condition)
    test, fact, value = test_of(condition), condition.fact, condition.value
    return lambda facts, subject: test(value, facts.get(fact))


def _node(node: Node) -> Test:
    tests = tuple(prepared(child) for child in node.children)

    def all_of(facts: Facts, subject: Subject | None) -> bool:
        for test in tests:  # noqa: SIM110 - a generator costs as much as the comparisons in it
            if not test(facts, subject):
                return False
        return True

    def any_of(facts: Facts, subject: Subject | None) -> bool:
        for test in tests:  # noqa: SIM110
            if test(facts, subject):
                return True
        return False

    (first, *_rest) = tests
    return {"all": all_of, "any": any_of}.get(node.kind, lambda facts, subject: not first(facts, subject))


def _text(leaf: Leaf) -> Test:
    test, fact, value = test_of(leaf), leaf.fact, leaf.value

    def equals(facts: Facts, subject: Subject | None) -> bool:
        found = facts.get(fact)
        return found == value if type(found) is str else test(value, found)

    return equals


def _number(leaf: Leaf) -> Test:
    test, fact, value, order = test_of(leaf), leaf.fact, leaf.value, _NUMERIC[leaf.op]

    def compares(facts: Facts, subject: Subject | None) -> bool:
        found = facts.get(fact)
        if found is None:
            return False
        kind = type(found)
        return order(found, value) if kind is int or kind is float else test(value, found)

    return compares


def _ranked(leaf: Leaf) -> Test:
    cut = cut_of(leaf)

    def ranks(facts: Facts, subject: Subject | None) -> bool:
        if subject is None or subject.verdicts:
            return verdict_of(leaf, facts, subject)
        return against_cut(leaf, facts, subject.cuts.get(cut))

    return ranks
