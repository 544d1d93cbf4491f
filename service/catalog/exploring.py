"""Which ways through a quiz there are: every combination of answers that conditions can tell apart, walked.

Only what conditions read is told apart: of a choice its options, of a number one value on each side of every bound, of
a list the options that are named, of a fact of the customer the values it is compared with, another one, and none. What
two conditions cannot both be, no walk finds, so a contradiction shows as a step that nobody comes to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations, islice, product

from service.domain import conditions, quiz_binding
from service.domain.answers import day_text, scale_bounds
from service.domain.conditions import Condition, Leaf
from service.domain.quiz import ADDRESSES, CONSENT_VALUES, END, OTHER, SCALES, Item, Quiz

MOST_STATES = 20_000
_MOST_NAMED = 6
_MOST_BEGINNINGS = 2_000
_ELSE = "\0another"

Facts = tuple[tuple[str, object], ...]
State = tuple[int, Facts]


@dataclass
class Explored:
    """What the walks found.

    :param complete: whether all were walked; else nothing may be said of what was not found
    :param reached: positions of items that are asked
    :param held: by path of a condition, the verdicts that were found: ``{True}``, ``{False}`` or both
    """

    complete: bool = True
    reached: set[int] = field(default_factory=set)
    held: dict[str, set[bool]] = field(default_factory=dict)


def explore(quiz: Quiz) -> Explored:
    """Walk every way that conditions can tell apart, as far as there are not too many."""
    return _Walks(quiz_binding.bind(quiz, "USD")).run()


class _Walks:
    """The walks of one quiz."""

    def __init__(self, quiz: Quiz) -> None:
        self.quiz = quiz
        self.leaves = [clause for when in _conditions(quiz) for clause in conditions.clauses_of(when)]
        self.found = Explored()
        self.read_after = self._read_after()

    def run(self) -> Explored:
        beginnings = list(islice(product(*self._customers()), _MOST_BEGINNINGS + 1))
        if len(beginnings) > _MOST_BEGINNINGS:
            return Explored(complete=False)
        todo: list[State] = [(0, self._kept(0, _known(one))) for one in beginnings]
        seen = set(todo)
        while todo:
            for after in self._step(*todo.pop()):
                if after not in seen:
                    seen.add(after)
                    todo.append(after)
            if len(seen) > MOST_STATES:
                self.found.complete = False
                break
        return self.found

    def _step(self, position: int, facts: Facts) -> Iterator[State]:
        """The states after one item; at the end the conditions of outcomes are asked."""
        known = dict(facts)
        if position >= len(self.quiz.items):
            for i, outcome in enumerate(self.quiz.outcomes):
                self._holds(outcome.when, f"outcomes[{i}].when", known)
            return
        item = self.quiz.items[position]
        if not self._holds(item.when, f"items[{position}].when", known):
            yield position + 1, self._kept(position + 1, known)
            return
        self.found.reached.add(position)
        for answer in self._answers(item):
            told = {**known, **answer}
            after = self._after(position, item, told)
            yield after, self._kept(after, told)

    def _after(self, position: int, item: Item, known: Mapping[str, object]) -> int:
        for i, branch in enumerate(item.goto):
            if self._holds(branch.when, f"items[{position}].goto[{i}].when", known):
                return len(self.quiz.items) if branch.to == END else self.quiz.index[branch.to]
        return position + 1

    def _holds(self, when: Condition | None, path: str, known: Mapping[str, object]) -> bool:
        if when is None:
            return True
        holds = conditions.holds(when, known)
        self.found.held.setdefault(path, set()).add(holds)
        return holds

    def _kept(self, position: int, known: Mapping[str, object]) -> Facts:
        """What is still read from here on: two states that differ in nothing else are one."""
        wanted = self.read_after[min(position, len(self.quiz.items))]
        return tuple(sorted((name, value) for name, value in known.items() if name in wanted))

    def _read_after(self) -> list[frozenset[str]]:
        last = frozenset[str]().union(*(conditions.facts_read(one.when) for one in self.quiz.outcomes if one.when))
        found = [last]
        for item in reversed(self.quiz.items):
            mine = [one for one in (item.when, *(branch.when for branch in item.goto)) if one is not None]
            found.append(found[-1].union(*(conditions.facts_read(one) for one in mine)))
        return found[::-1]

    # what can be said ----------------------------------------------------------------------------------------------

    def _values(self, name: str) -> list[object]:
        """The values a fact is compared with."""
        found: dict[object, None] = {}
        for leaf in self.leaves:
            if isinstance(leaf, Leaf) and leaf.fact == name and leaf.op not in ("exists", "skipped", "never_asked"):
                found.update(dict.fromkeys(leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)))
        return list(found)

    def _answers(self, item: Item) -> list[dict[str, object]]:
        """The facts that an answer to an item may make; one without facts where no condition reads it."""
        name = f"answer.{item.id}"
        read = frozenset[str]().union(*self.read_after[:1]) & _names(item)
        if not read or item.type == "statement":
            return [{}]
        found: list[dict[str, object]] = []
        for value in self._domain(item, name):
            said: dict[str, object] = {name: value}
            if value == OTHER or (isinstance(value, tuple) and OTHER in value):
                found += [{**said, f"{name}.{OTHER}": words} for words in (*self._values(f"{name}.{OTHER}"), _ELSE)]
            elif item.type == "ranking" and isinstance(value, tuple):
                found.append({**said, f"{name}.first": value[0]})
            else:
                found.append(said)
        return found if item.required else [*found, {f"skipped.{item.id}": "yes"}]

    def _domain(self, item: Item, name: str) -> list[object]:
        ids = [option.id for option in item.options]
        if item.type == "ranking":
            return [(first, *(one for one in ids if one != first)) for first in ids]
        if item.several:
            return list(self._several(item, name))
        if ids:
            return list(ids)
        if item.type == "consent":
            return list(CONSENT_VALUES)
        if item.type in ADDRESSES:
            return ["given"]
        if item.type in SCALES:
            low, high = scale_bounds(item)
            return list(range(low, high + 1))
        if item.type == "number":
            return [one for one in _around(self._values(name)) if _within(item, one)] or [item.minimum or 0]
        if item.type == "date":
            days = [day_text(one) for one in (item.minimum, item.maximum) if one is not None]
            return [*self._values(name), *days, "1900-01-01", "2200-12-31"]
        return [*self._values(name), _ELSE]

    def _several(self, item: Item, name: str) -> Iterator[tuple[str, ...]]:
        """Choices of several that conditions can tell apart: those named, and one that is not."""
        named = {str(value) for value in self._values(name)}
        alone = {option.id for option in item.options if option.exclusive}
        ids = [option.id for option in item.options if option.id in named and option.id not in alone][:_MOST_NAMED]
        rest = next((option.id for option in item.options if option.id not in named | alone), None)
        pool = [*ids, rest] if rest else ids
        for size in range(max(item.minimum or 1, 1), min(item.maximum or len(pool), len(pool)) + 1):
            yield from combinations(pool, size)
        yield from ((one,) for one in alone)
        if item.minimum and item.minimum > len(pool):
            yield tuple(option.id for option in item.options[: item.minimum])

    def _customers(self) -> list[list[tuple[str, object]]]:
        """What may be known of a customer, per fact: each value it is compared with, another, and nothing."""
        own = {name for item in self.quiz.items for name in _names(item)}
        names = sorted({name for name in self.read_after[0] if name not in own})
        found: list[list[tuple[str, object]]] = []
        for name in names:
            values: list[object] = [
                *_around(self._values(name)),
                *(one for one in self._values(name) if isinstance(one, str)),
            ]
            listed = [tuple(values)] if any(_asks_lists(leaf, name) for leaf in self.leaves) else []
            found.append([(name, value) for value in [*values, *listed, _ELSE, None]])
        return found


def _known(pairs: tuple[tuple[str, object], ...]) -> dict[str, object]:
    return {name: value for name, value in pairs if value is not None}


def _names(item: Item) -> frozenset[str]:
    name = f"answer.{item.id}"
    return frozenset({name, f"{name}.{OTHER}", f"{name}.first", f"skipped.{item.id}"})


def _asks_lists(leaf: object, name: str) -> bool:
    return isinstance(leaf, Leaf) and leaf.fact == name and leaf.op in ("has", "all_of")


def _around(values: list[object]) -> list[int | float]:
    """A number on each side of every number, and the number."""
    numbers = {float(str(value)) for value in values if not isinstance(value, str)}
    return sorted({near for number in numbers for near in (number - 1, number, number + 1)})


def _within(item: Item, number: int | float) -> bool:
    return not (
        (item.minimum is not None and number < item.minimum) or (item.maximum is not None and number > item.maximum)
    )


def _conditions(quiz: Quiz) -> Iterator[Condition]:
    found = [item.when for item in quiz.items] + [one.when for item in quiz.items for one in item.goto]
    found += [outcome.when for outcome in quiz.outcomes]
    return (one for one in found if one is not None)
