"""Whether what a condition names exists in the shop: quizzes, questions, options, segments, products."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from service.domain import conditions
from service.domain.conditions import Clausal, Condition, InSegment, Leaf, Past, Purchased, Sequence
from service.domain.errors import Problem
from service.domain.leaves import Filter
from service.domain.quiz import CHOICES, OTHER, Item, Quiz

_OF_ANSWERS = ("answer", "skipped", "answered_at")


@dataclass(frozen=True)
class Shop:
    """What the shop has.

    :param quizzes: the published ones by id
    :param segments: ids of all segments, those of the same file included
    :param products: the shop's ids of products; :param categories: their categories. Empty ones are not checked
    """

    quizzes: Mapping[str, Quiz] = field(default_factory=dict)
    segments: Collection[str] = ()
    products: Collection[str] = ()
    categories: Collection[str] = ()


@dataclass(frozen=True)
class Unknown:
    """What a condition names and the shop does not have.

    :param errors: quizzes, questions, options, outcomes and segments: the condition cannot mean what it says
    :param warnings: products and categories: they may be sold some day
    """

    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def check(condition: Condition, shop: Shop, path: str = "when") -> Unknown:
    """Everything a condition names that the shop does not have, with its path and the nearest thing it has."""
    errors: list[Problem] = []
    warnings: list[Problem] = []
    for at, clause in conditions.walk(condition, path):
        if isinstance(clause, InSegment) and clause.id not in shop.segments:
            errors.append(Problem(f"{at}.segment", _no("segment", clause.id, shop.segments)))
        elif isinstance(clause, Leaf):
            errors += _of_leaf(clause, shop, at)
            if clause.fact == "orders.first_product":
                warnings += _unsold(f"{at}.value", clause.value, "product", shop.products)
        elif isinstance(clause, Past):
            errors += _of_leaf(clause.leaf, shop, f"{at}.{'ever' if clause.when == 'ever' else 'that'}")
        warnings += [one for where, filters in _filters(clause, at) for one in _of_filters(filters, shop, where)]
    return Unknown(tuple(errors), tuple(warnings))


# answers -------------------------------------------------------------------------------------------------------------


def _of_leaf(leaf: Leaf, shop: Shop, path: str) -> Iterator[Problem]:
    yield from _of_fact(leaf.fact, shop, f"{path}.fact")
    if leaf.op in ("before", "after"):
        yield from _of_fact(str(leaf.value), shop, f"{path}.value")
    if leaf.op in ("eq", "ne", "in", "has", "all_of"):
        options = _values_of(leaf.fact, shop)
        for value in (leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)) if options else ():
            if str(value) not in options:
                close = _close(str(value), options)
                yield Problem(f"{path}.value", f"{leaf.fact} is never {value!r}{close}")


def _of_fact(name: str, shop: Shop, path: str) -> Iterator[Problem]:
    family, _first, rest = name.partition(".")
    quiz_id, _second, item_id = rest.partition(".")
    if family not in (*_OF_ANSWERS, "outcome"):
        return
    quiz = shop.quizzes.get(quiz_id)
    if quiz is None:
        yield Problem(path, _no("published quiz", quiz_id, shop.quizzes))
    elif family != "outcome" and _item(quiz, item_id) is None:
        ids = [one.id for one in quiz.items if one.type != "statement"]
        yield Problem(path, f"the quiz '{quiz_id}' has no question {item_id!r}{_close(item_id, ids)}")


def _values_of(name: str, shop: Shop) -> list[str]:
    """What an outcome or the answer to a choice can be; empty where anything can be said."""
    family, _first, rest = name.partition(".")
    quiz_id, _second, item_id = rest.partition(".")
    quiz = shop.quizzes.get(quiz_id)
    if quiz is None or family not in ("answer", "outcome"):
        return []
    if family == "outcome":
        return [one.id for one in quiz.outcomes]
    item = quiz.item(item_id)
    if item is None or item.type not in CHOICES:
        return []
    return [*([one.id for one in item.options] or ["yes", "no"]), OTHER]


def _item(quiz: Quiz, item_id: str) -> Item | None:
    """The question of a fact; ``skin.other`` and ``skin.first`` are about ``skin``."""
    item = quiz.item(item_id) or quiz.item(item_id.rpartition(".")[0])
    return None if item is None or item.type == "statement" else item


# products ------------------------------------------------------------------------------------------------------------


def _filters(clause: Clausal, path: str) -> Iterator[tuple[str, tuple[Filter, ...]]]:
    if isinstance(clause, Purchased):
        yield f"{path}.where", clause.where
    elif isinstance(clause, Sequence):
        yield f"{path}.did.{clause.first.of}", clause.first.where
        yield f"{path}.then.{clause.then.of}", clause.then.where


def _of_filters(filters: tuple[Filter, ...], shop: Shop, path: str) -> Iterator[Problem]:
    for one in filters:
        if one.field in ("product", "category") and one.op != "exists":
            known = shop.products if one.field == "product" else shop.categories
            yield from _unsold(f"{path}.{one.field}", one.value, one.field, known)


def _unsold(path: str, value: object, what: str, known: Collection[str]) -> Iterator[Problem]:
    for one in (value if isinstance(value, tuple) else (value,)) if known else ():
        if str(one) not in known:
            yield Problem(path, f"no order has the {what} {one!r} yet{_close(str(one), known)}")


def _no(what: str, name: str, known: Collection[str]) -> str:
    return f"there is no {what} {name!r}{_close(name, known)}"


def _close(name: str, known: Collection[str]) -> str:
    close = get_close_matches(name, list(known), 1, 0.5)
    return f"; did you mean {close[0]}?" if close else ""
