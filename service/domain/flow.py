"""The way through a quiz: which item comes next, and which answers belong to the walked path.

There is no cursor: the path is walked anew from the first item with the answers at hand, so a response can be resumed
from its answers and cannot disagree with itself. Branching goes forward only (the catalog refuses anything else).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.domain import conditions
from service.domain.answers import AnswerValue
from service.domain.errors import ItemNotExpected
from service.domain.quiz import END, Item, Quiz

Answers = Mapping[str, AnswerValue]


@dataclass(frozen=True)
class Path:
    """How far the answers lead.

    :param answered: questions answered before the next one, in order
    :param statements: statements said since the last answered question
    :param next: the first question without an answer; ``None`` when the path is walked
    :param ahead: answered questions that still lie ahead of ``next``
    :param remaining: questions without an answer as far as can be seen from here, ``next`` included
    """

    answered: tuple[Item, ...]
    statements: tuple[Item, ...]
    next: Item | None
    ahead: frozenset[str]
    remaining: int

    @property
    def complete(self) -> bool:
        """Whether every question on the path has its answer."""
        return self.next is None

    def leaves_out(self, answers: Answers) -> frozenset[str]:
        """Ids of those of these answers that do not belong to the path, behind or ahead."""
        return frozenset(answers) - {item.id for item in self.answered} - self.ahead


def walk(quiz: Quiz, answers: Answers) -> Path:
    """Walk from the first item as far as the answers lead, and look ahead from there."""
    answered: list[Item] = []
    statements: list[Item] = []
    ahead: set[str] = set()
    next_item: Item | None = None
    remaining = 0
    facts: dict[str, object] = {}
    position = 0
    while position < len(quiz.items):
        item = quiz.items[position]
        if item.when is not None and not conditions.holds(item.when, facts):
            position += 1
            continue
        if item.type == "statement":
            if next_item is None:
                statements.append(item)
        elif item.id in answers:
            facts[f"answer.{item.id}"] = answers[item.id]
            if next_item is None:
                answered.append(item)
                statements.clear()
            else:
                ahead.add(item.id)
        else:
            next_item = next_item or item
            remaining += 1
        position = _after(quiz, item, position, facts)
    return Path(tuple(answered), tuple(statements), next_item, frozenset(ahead), remaining)


def accepts(quiz: Quiz, answers: Answers, item_id: str) -> Item:
    """The item an answer is for: the next one, or one on the walked path (a correction).

    :raises ItemNotExpected: with the item that is expected
    """
    path = walk(quiz, answers)
    if path.next is not None and path.next.id == item_id:
        return path.next
    for item in path.answered:
        if item.id == item_id:
            return item
    expected = f"expected '{path.next.id}'" if path.next else "the path is walked, only corrections are taken"
    raise ItemNotExpected(f"item '{item_id}' is not the next one; {expected}")


def off_path(quiz: Quiz, answers: Answers) -> frozenset[str]:
    """Ids of answers that no longer belong to the path, behind or ahead; a correction supersedes them."""
    return walk(quiz, answers).leaves_out(answers)


def path_answers(quiz: Quiz, answers: Answers) -> dict[str, AnswerValue]:
    """The answers on the walked path, in its order: the only ones that are scored."""
    return {item.id: answers[item.id] for item in walk(quiz, answers).answered}


def _after(quiz: Quiz, item: Item, position: int, facts: Mapping[str, object]) -> int:
    for branch in item.goto:
        if branch.when is None or conditions.holds(branch.when, facts):
            if branch.to == END:
                return len(quiz.items)
            return max(quiz.index[branch.to], position + 1)
    return position + 1
