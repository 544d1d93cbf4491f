"""The one condition language: branching, outcomes, targeting and segments.

A condition is a leaf ``{fact, op, value}`` or a node ``all``, ``any``, ``not``. A missing fact makes every comparison
false, also ``ne``; "absent or different" is written ``not: {fact, op: eq, value}``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Literal, cast

from service.domain.errors import DefinitionError, Problem

Op = Literal["eq", "ne", "lt", "lte", "gt", "gte", "in", "has", "exists"]
Scalar = str | int | float | Decimal
Value = Scalar | tuple[Scalar, ...]
Facts = Mapping[str, object]

OPS: tuple[Op, ...] = ("eq", "ne", "lt", "lte", "gt", "gte", "in", "has", "exists")
MAX_DEPTH = 12


@dataclass(frozen=True)
class Leaf:
    """A comparison of one fact. ``value`` is a tuple for ``in``; for ``exists`` it is 1 or 0."""

    fact: str
    op: Op
    value: Value


@dataclass(frozen=True)
class Node:
    """``all`` or ``any`` of several conditions, or ``not`` of one."""

    kind: Literal["all", "any", "not"]
    children: tuple[Condition, ...]


Condition = Leaf | Node


@dataclass(frozen=True)
class Verdict:
    """The same tree with a verdict at each node: why a condition holds or does not.

    :param found: the value the fact has, ``None`` when it is missing (leaves only)
    """

    condition: Condition
    holds: bool
    found: object = None
    children: tuple[Verdict, ...] = ()


# parsing -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Reading:
    """What the parts of one parse share: what may be compared, and what was found wrong."""

    known: Callable[[str], str | None] | None
    fits: Callable[[Leaf], tuple[str, str] | None] | None
    problems: list[Problem]

    def wrong(self, path: str, message: str) -> None:
        self.problems.append(Problem(path, message))


def parse(
    document: object,
    path: str = "when",
    *,
    known: Callable[[str], str | None] | None = None,
    fits: Callable[[Leaf], tuple[str, str] | None] | None = None,
) -> Condition:
    """Turn a JSON or YAML document into a condition.

    :param known: given a fact's name, returns ``None`` when it exists, else what is wrong with it
    :param fits: given a comparison of a known fact, returns ``None`` when it can hold, else the key that is wrong
        (``op`` or ``value``) and what would be right
    :raises DefinitionError: with the path of everything that is wrong
    """
    reading = _Reading(known, fits, [])
    condition = _parse(document, path, reading, 0)
    if reading.problems or condition is None:
        raise DefinitionError(reading.problems)
    return condition


def _parse(document: object, path: str, reading: _Reading, depth: int) -> Condition | None:
    if not isinstance(document, Mapping):
        reading.wrong(path, "a condition is a mapping: {fact, op, value}, or all, any, not")
        return None
    if depth > MAX_DEPTH:
        reading.wrong(path, f"conditions nest at most {MAX_DEPTH} deep")
        return None
    keys = set(document)
    if keys in ({"all"}, {"any"}):
        return _parse_group(document, path, reading, depth)
    if keys == {"not"}:
        child = _parse(document["not"], f"{path}.not", reading, depth + 1)
        return Node("not", (child,)) if child is not None else None
    if "fact" in keys:
        return _parse_leaf(document, path, reading)
    named = ", ".join(sorted(str(key) for key in keys)) or "nothing"
    reading.wrong(path, f"expected fact, all, any or not; found {named}")
    return None


def _parse_group(document: Mapping[str, object], path: str, reading: _Reading, depth: int) -> Condition | None:
    kind = cast(Literal["all", "any"], next(iter(document)))
    parts = document[kind]
    if not isinstance(parts, list) or not parts:
        reading.wrong(f"{path}.{kind}", "expected a list with at least one condition")
        return None
    children = [_parse(part, f"{path}.{kind}[{i}]", reading, depth + 1) for i, part in enumerate(parts)]
    return Node(kind, tuple(child for child in children if child is not None))


def _parse_leaf(document: Mapping[str, object], path: str, reading: _Reading) -> Condition | None:
    before = len(reading.problems)
    for key in sorted(set(document) - {"fact", "op", "value"}):
        reading.wrong(f"{path}.{key}", "unknown key; a comparison has fact, op and value")
    fact, op = document["fact"], document.get("op", "eq")
    if not isinstance(fact, str) or not fact:
        reading.wrong(f"{path}.fact", "expected the name of a fact, for example orders.count")
    elif reading.known is not None and (wrong := reading.known(fact)):
        reading.wrong(f"{path}.fact", wrong)
    if op not in OPS:
        close = get_close_matches(str(op), OPS, 1)
        hint = f"; did you mean {close[0]}?" if close else ""
        reading.wrong(f"{path}.op", f"unknown operator {op!r}: use one of {', '.join(OPS)}{hint}")
        return None
    value = _parse_value(op, document, path, reading)
    if len(reading.problems) > before or value is None:
        return None
    leaf = Leaf(cast(str, fact), op, value)
    if reading.fits is not None and (misfit := reading.fits(leaf)):
        key, message = misfit
        reading.wrong(f"{path}.{key}", message)
        return None
    return leaf


def _parse_value(op: Op, document: Mapping[str, object], path: str, reading: _Reading) -> Value | None:
    if op == "exists":
        wanted = document.get("value", True)
        if not isinstance(wanted, bool) and wanted not in (0, 1):
            reading.wrong(f"{path}.value", "exists takes true or false")
            return None
        return int(bool(wanted))
    if "value" not in document:
        reading.wrong(f"{path}.value", f"{op} needs a value")
        return None
    value = document["value"]
    if op == "in":
        if not isinstance(value, list) or not value or not all(_is_scalar(part) for part in value):
            reading.wrong(f"{path}.value", "in takes a list of texts or numbers")
            return None
        return tuple(_scalar(part) for part in value)
    if not _is_scalar(value):
        reading.wrong(f"{path}.value", f"{op} compares with one text or number, not {value!r}")
        return None
    return _scalar(value)


def _is_scalar(value: object) -> bool:
    if isinstance(value, float):
        return value == value and abs(value) != float("inf")
    return isinstance(value, str | int | Decimal)


def _scalar(value: object) -> Scalar:
    if isinstance(value, bool):  # YAML reads a bare yes/no as a boolean; answers are the words
        return "yes" if value else "no"
    return cast(Scalar, value)


# evaluating --------------------------------------------------------------------------------------------------------


def holds(condition: Condition, facts: Facts) -> bool:
    """Whether the condition is true of these facts."""
    if isinstance(condition, Leaf):
        return _compare(condition, facts.get(condition.fact))
    if condition.kind == "all":
        return all(holds(child, facts) for child in condition.children)
    if condition.kind == "any":
        return any(holds(child, facts) for child in condition.children)
    return not holds(condition.children[0], facts)


def explain(condition: Condition, facts: Facts) -> Verdict:
    """The same tree with a verdict and the found value at each leaf."""
    if isinstance(condition, Leaf):
        found = facts.get(condition.fact)
        return Verdict(condition, _compare(condition, found), found)
    children = tuple(explain(child, facts) for child in condition.children)
    if condition.kind == "all":
        return Verdict(condition, all(child.holds for child in children), children=children)
    if condition.kind == "any":
        return Verdict(condition, any(child.holds for child in children), children=children)
    return Verdict(condition, not children[0].holds, children=children)


def _compare(leaf: Leaf, found: object) -> bool:
    if leaf.op == "exists":
        return (found is not None) == bool(leaf.value)
    if found is None:
        return False
    if leaf.op == "in":
        wanted = cast(tuple[Scalar, ...], leaf.value)
        if isinstance(found, list | tuple):
            return any(_equal(one, value) for one in found for value in wanted)
        return any(_equal(found, value) for value in wanted)
    if leaf.op == "has":
        if isinstance(found, list | tuple):
            return any(_equal(one, leaf.value) for one in found)
        return _equal(found, leaf.value)
    if leaf.op == "eq":
        return _equal(found, leaf.value)
    if leaf.op == "ne":
        return not _equal(found, leaf.value)
    return _ordered(leaf.op, found, leaf.value)


def _equal(found: object, value: object) -> bool:
    left, right = _number(found), _number(value)
    if left is not None and right is not None:
        return left == right
    if (left is None) != (right is None):
        return str(found) == str(value)
    return found == value


def _ordered(op: Op, found: object, value: object) -> bool:
    """Order is for numbers only: a text is never less than a number, whatever its length or letters."""
    left, right = _number(found), _number(value)
    if left is None or right is None:
        return False
    if op == "lt":
        return left < right
    if op == "lte":
        return left <= right
    if op == "gt":
        return left > right
    return left >= right


_NUMBERS = (int, float, Decimal)  # put together once: this is asked a hundred times for an answer


def _number(value: object) -> int | float | Decimal | None:
    return value if isinstance(value, _NUMBERS) and not isinstance(value, bool) else None


# dumping and reading -----------------------------------------------------------------------------------------------


def dump(condition: Condition) -> dict[str, object]:
    """The condition as a JSON document; ``parse(dump(c)) == c``."""
    if isinstance(condition, Node):
        if condition.kind == "not":
            return {"not": dump(condition.children[0])}
        return {condition.kind: [dump(child) for child in condition.children]}
    if condition.op == "exists":
        return {"fact": condition.fact, "op": "exists", "value": bool(condition.value)}
    value = list(condition.value) if isinstance(condition.value, tuple) else condition.value
    return {"fact": condition.fact, "op": condition.op, "value": value}


def facts_read(condition: Condition) -> frozenset[str]:
    """Names of all facts the condition reads."""
    if isinstance(condition, Leaf):
        return frozenset({condition.fact})
    return frozenset().union(*(facts_read(child) for child in condition.children))


def map_leaves(condition: Condition, change: Callable[[Leaf], Leaf]) -> Condition:
    """The same tree with every leaf replaced by ``change(leaf)``."""
    if isinstance(condition, Leaf):
        return change(condition)
    return Node(condition.kind, tuple(map_leaves(child, change) for child in condition.children))
