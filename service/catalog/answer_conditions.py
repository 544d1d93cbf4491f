"""Conditions inside a quiz: they read answers given earlier in it, and compare them with what can be said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service.catalog.fields import did_you_mean
from service.domain import conditions
from service.domain.conditions import Condition, Leaf
from service.domain.errors import DefinitionError, Problem
from service.domain.quiz import CHOICES, SCALES

Part = Mapping[str, Any]

_PREFIX = "answer."


@dataclass(frozen=True)
class Asked:
    """What has been asked when a condition is looked at.

    :param items: position and document of each item by its id
    :param before: the position that the way through the quiz has come to
    """

    quiz_id: str
    items: Mapping[str, tuple[int, Part]]
    before: int


def condition_problems(document: object, path: str, asked: Asked) -> list[Problem]:
    """Everything that is wrong with a condition of a quiz."""
    try:
        condition = conditions.parse(document, path, known=lambda name: _unknown_answer(asked, name))
    except DefinitionError as error:
        return error.problems
    found = (
        (at, _wrong_value(leaf, asked.items[leaf.fact[len(_PREFIX) :]][1])) for at, leaf in leaves(condition, path)
    )
    return [Problem(at, wrong) for at, wrong in found if wrong]


def leaves(condition: Condition, path: str) -> Iterator[tuple[str, Leaf]]:
    """All comparisons of a condition with their paths."""
    if isinstance(condition, Leaf):
        yield path, condition
        return
    for i, child in enumerate(condition.children):
        yield from leaves(child, f"{path}.not" if condition.kind == "not" else f"{path}.{condition.kind}[{i}]")


def _unknown_answer(asked: Asked, name: str) -> str | None:
    answers = [_PREFIX + item for item, (_, one) in asked.items.items() if one.get("type") != "statement"]
    if name not in answers:
        own = _PREFIX + name.removeprefix(f"{_PREFIX}{asked.quiz_id}.")
        hint = f"; did you mean {own}?" if own in answers else did_you_mean(name, answers)
        return f"there is no answer {name!r} in this quiz{hint or '; conditions in a quiz read answer.<item>'}"
    if asked.items[name[len(_PREFIX) :]][0] >= asked.before:
        return f"{name!r} is asked later than here, so there is no answer yet"
    return None


def _wrong_value(leaf: Leaf, item: Part) -> str | None:
    """What is wrong with the value that an item's answer is compared with."""
    kind, values = item.get("type"), leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    if leaf.op == "exists":
        return None
    if kind in CHOICES:
        if leaf.op in ("lt", "lte", "gt", "gte"):
            return f"the answer to '{item['id']}' is a choice, which {leaf.op} cannot compare"
        if kind == "multiple" and leaf.op in ("eq", "ne"):
            return f"'{item['id']}' has several answers: use has instead of {leaf.op}"
        ids = ["yes", "no"] if kind == "yes_no" else [str(one.get("id")) for one in item.get("options") or ()]
        for value in values:
            if ids and value not in ids:
                hint = did_you_mean(str(value), ids) or f"; there are {', '.join(ids)}"
                return f"'{item['id']}' has no option {value!r}{hint}"
    elif (kind in SCALES or kind == "number") and any(isinstance(value, str) for value in values):
        return f"the answer to '{item['id']}' is a number, not a text"
    return None
