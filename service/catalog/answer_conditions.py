"""Conditions inside a quiz: they read answers given earlier in it, and what is known of the customer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service.catalog.fields import did_you_mean
from service.domain import conditions
from service.domain.condition_reading import QUIZ_OPS
from service.domain.conditions import Clausal, Condition, Leaf, Past
from service.domain.errors import DefinitionError, Problem
from service.domain.facts import misfit, unknown
from service.domain.quiz import ADDRESSES, CHOICES, CONSENT_VALUES, OTHER, SCALES

Part = Mapping[str, Any]

_PREFIX = "answer."
_SKIPPED = "skipped."
_OWN_OPS = (*QUIZ_OPS, "never_asked")
_SUFFIXES = (f".{OTHER}", ".first")


@dataclass(frozen=True)
class Asked:
    """What has been asked when a condition is looked at.

    :param items: position and document of each item by its id
    :param before: the position that the way through the quiz has come to; 0 for a condition on who may begin
    """

    quiz_id: str
    items: Mapping[str, tuple[int, Part]]
    before: int


def condition_problems(document: object, path: str, asked: Asked) -> list[Problem]:
    """Everything that is wrong with a condition of a quiz."""
    try:
        condition = conditions.parse(
            document,
            path,
            known=lambda name: _unknown_answer(asked, name) if _is_own(asked, name) else unknown(name),
            fits=lambda leaf: None if _is_own(asked, leaf.fact) else misfit(leaf),
            # Orders, segments, the past and the day may be asked of too: quiz_binding.bind has such clauses decided
            # when a response begins, so that nothing is loaded for each answer.
        )
    except DefinitionError as error:
        return error.problems
    found = ((at, _wrong(clause, asked)) for at, clause in leaves(condition, path))
    return [Problem(at, wrong) for at, wrong in found if wrong]


def leaves(condition: Condition, path: str) -> Iterator[tuple[str, Clausal]]:
    """All clauses of a condition with their paths."""
    return conditions.walk(condition, path)


def own_item(name: str) -> str:
    """The item that the name of an own answer stands for: ``answer.skin.other`` for ``skin``."""
    return name.split(".")[1]


def _wrong(clause: Clausal, asked: Asked) -> str | None:
    if isinstance(clause, Past) and _is_own(asked, clause.leaf.fact):
        return f"{clause.leaf.fact!r} is an answer of this conversation and has no past"
    if not isinstance(clause, Leaf) or not _is_own(asked, clause.fact):
        return None
    if clause.op not in _OWN_OPS:
        return f"{clause.op} cannot be asked of an answer of this conversation"
    if clause.fact.startswith(_SKIPPED) or clause.fact.endswith(_SUFFIXES):
        return None
    return _wrong_value(clause, asked.items[own_item(clause.fact)][1])


def _is_own(asked: Asked, name: str) -> bool:
    """Whether a fact is an answer of this very conversation."""
    for prefix in (_PREFIX, _SKIPPED):
        if name.startswith(prefix):
            rest = name[len(prefix) :]
            first = rest.split(".")[0]
            return rest.count(".") == 0 or first in asked.items or first == asked.quiz_id
    return False


def _unknown_answer(asked: Asked, name: str) -> str | None:
    prefix = _SKIPPED if name.startswith(_SKIPPED) else _PREFIX
    answers = [prefix + item for item, (_, one) in asked.items.items() if one.get("type") != "statement"]
    plain = name
    for suffix in _SUFFIXES:
        plain = plain.removesuffix(suffix) if name not in answers else plain
    if plain not in answers:
        own = prefix + name.removeprefix(f"{prefix}{asked.quiz_id}.")
        hint = f"; did you mean {own}?" if own in answers else did_you_mean(name, answers)
        return f"there is no answer {name!r} in this quiz{hint or '; conditions in a quiz read answer.<item>'}"
    if asked.items[own_item(plain)][0] >= asked.before:
        return f"{name!r} is asked later than here, so there is no answer yet"
    return None


def _wrong_value(leaf: Leaf, item: Part) -> str | None:
    """What is wrong with the value that an item's answer is compared with."""
    kind, values = item.get("type"), leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    if leaf.op in ("exists", "skipped", "never_asked"):
        return None
    if kind in CHOICES or kind == "ranking":
        return _wrong_choice(leaf, item, values)
    if kind in ADDRESSES:
        return f"the answer to '{item['id']}' is an address, which conditions do not read: use exists"
    if kind == "consent":
        wrong = next((one for one in values if one not in CONSENT_VALUES), None)
        return f"'{item['id']}' is {' or '.join(CONSENT_VALUES)}, never {wrong!r}" if wrong is not None else None
    if (kind in SCALES or kind == "number") and any(isinstance(value, str) for value in values):
        return f"the answer to '{item['id']}' is a number, not a text"
    return None


def _wrong_choice(leaf: Leaf, item: Part, values: tuple[Any, ...]) -> str | None:
    kind = item.get("type")
    if leaf.op in ("lt", "lte", "gt", "gte", "between"):
        return f"the answer to '{item['id']}' is a choice, which {leaf.op} cannot compare"
    several = kind in ("multiple", "ranking") or (kind == "picture" and (item.get("max") or 1) != 1)
    if several and leaf.op in ("eq", "ne"):
        hint = f", or answer.{item['id']}.first with eq" if kind == "ranking" else ""
        return f"'{item['id']}' has several answers: use has instead of {leaf.op}{hint}"
    ids = ["yes", "no"] if kind == "yes_no" else [str(one.get("id")) for one in item.get("options") or ()]
    for value in values:
        if ids and value not in ids:
            hint = did_you_mean(str(value), ids) or f"; there are {', '.join(ids)}"
            return f"'{item['id']}' has no option {value!r}{hint}"
    return None
