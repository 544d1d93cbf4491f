"""The way through a quiz: which item comes next, and which answers belong to the walked path.

There is no cursor: the path is walked anew from the first item with the answers at hand, so a response can be resumed
from its answers and cannot disagree with itself. Branching goes forward only (the catalog refuses anything else).

Beside the answers a walk depends on two things that a response keeps from its beginning: what was known of the
customer, and the seed by which options and groups of items are shuffled.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from service.domain import adaptive, conditions
from service.domain.answer_values import AnswerValue, facts_of, from_stored, to_json
from service.domain.answers import parse
from service.domain.errors import InvalidValue, ItemNotExpected
from service.domain.quiz import ADDRESSES, END, Item, Option, Quiz
from service.domain.responses import Response

Answers = Mapping[str, AnswerValue]
Known = Mapping[str, Any]

NOTHING: Known = MappingProxyType({})
KNOWN_ADDRESS = "known."
"""``known.email`` and ``known.phone`` in what is known say that the customer has such an address."""
SKIPPED = "skipped."
ADAPTIVE = "known.adaptive"
"""Says which version of the quiz's adaptive model chooses the questions of this response."""
STREAMED = "known.streamed"
"""Says that one question is asked and no more: the next one that this customer was never asked before."""


@dataclass(frozen=True)
class Path:
    """How far the answers lead.

    :param answered: questions answered before the next one, in order
    :param statements: statements said since the last answered question
    :param next: the first question without an answer; ``None`` when the path is walked
    :param ahead: answered questions that still lie ahead of ``next``
    :param remaining: questions without an answer as far as can be seen from here, ``next`` included
    :param values: what counts, in the order of the path: answers up to ``next``, and those known before
    """

    answered: tuple[Item, ...]
    statements: tuple[Item, ...]
    next: Item | None
    ahead: frozenset[str]
    remaining: int
    values: Mapping[str, AnswerValue]

    @property
    def complete(self) -> bool:
        """Whether every question on the path has its answer."""
        return self.next is None

    def leaves_out(self, answers: Answers) -> frozenset[str]:
        """Ids of those of these answers that do not belong to the path, behind or ahead."""
        return frozenset(answers) - {item.id for item in self.answered} - self.ahead


def of(quiz: Quiz, response: Response) -> Path:
    """The path of a response."""
    return walk(quiz, response.answers, response.known, response.seed)


def walk(quiz: Quiz, answers: Answers, known: Known = NOTHING, seed: int | None = None) -> Path:
    """Walk from the first item as far as the answers lead, and look ahead from there.

    :param known: facts of a customer who is known by proof, as they were when the response began
    :param seed: by which groups of items are shuffled; without one they are in the order of the definition
    """
    answered: list[Item] = []
    statements: list[Item] = []
    ahead: set[str] = set()
    values: dict[str, AnswerValue] = {}
    next_item: Item | None = None
    remaining = 0
    open_to: list[Item] = []
    closed = False
    facts: dict[str, object] = dict(known)
    streamed = STREAMED in known
    places = order(quiz, seed)
    place = 0
    while place < len(places):
        item = quiz.items[places[place]]
        if item.when is not None and not conditions.holds(item.when, facts):
            place += 1
            continue
        if item.type == "statement":
            if next_item is None:
                statements.append(item)
        elif item.id in answers:
            facts.update(_said(item, answers[item.id]))
            if next_item is None:
                answered.append(item)
                values[item.id] = answers[item.id]
                statements.clear()
            else:
                ahead.add(item.id)
        elif (before := _known_before(quiz, item, known)) is not None:
            facts.update(_said(item, before[0]) if before[0] is not None else {f"answer.{item.id}": "given"})
            if next_item is None and before[0] is not None:
                values[item.id] = before[0]
        elif streamed and (answered or next_item is not None):
            break
        elif streamed and f"{SKIPPED}{quiz.id}.{item.id}" in known:
            pass
        else:
            next_item = next_item or item
            remaining += 1
            if not closed:
                open_to.append(item)
                closed = bool(item.goto)  # what lies behind depends on its answer
        place = _after(quiz, item, place, facts)
    path = Path(tuple(answered), tuple(statements), next_item, frozenset(ahead), remaining, values)
    version = known.get(ADAPTIVE)
    if quiz.adaptive is None or version is None:
        return path
    return _adapted(path, quiz, answers, open_to, quiz.adaptive(version))


def _adapted(path: Path, quiz: Quiz, answers: Answers, open_to: list[Item], model: adaptive.Model) -> Path:
    """The path of a response whose questions a model chooses: what was answered lies behind, in the order in which it
    was answered, and the next question is the one that tells most."""
    behind = {item.id for item in path.answered} | path.ahead
    answered = [item for item_id in answers if item_id in behind and (item := quiz.item(item_id)) is not None]
    values = {**path.values, **{item.id: answers[item.id] for item in answered}}
    chosen = adaptive.next_adaptive(model, quiz, values, open_to)
    return Path(
        answered=tuple(answered),
        statements=() if answered else path.statements,
        next=chosen,
        ahead=frozenset(),
        remaining=adaptive.remaining(model, values, open_to) if chosen else 0,
        values=values,
    )


def accepts(quiz: Quiz, answers: Answers, item_id: str, known: Known = NOTHING, seed: int | None = None) -> Item:
    """The item an answer is for: the next one, or one on the walked path (a correction).

    :raises ItemNotExpected: with the item that is expected
    """
    path = walk(quiz, answers, known, seed)
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


def path_answers(quiz: Quiz, answers: Answers, known: Known = NOTHING) -> dict[str, AnswerValue]:
    """The answers given on the walked path, in the order of the definition; what was known before is not among them."""
    return {item.id: answers[item.id] for item in walk(quiz, answers, known).answered}


def given(quiz: Quiz, response: Response) -> dict[str, AnswerValue]:
    """The answers of a response that lie on its path, in its order."""
    return {item.id: response.answers[item.id] for item in of(quiz, response).answered}


# order -------------------------------------------------------------------------------------------------------------


def order(quiz: Quiz, seed: int | None) -> Sequence[int]:
    """Positions of the items in the order in which they are asked: members of a group change places by the seed,
    pinned ones keep theirs."""
    if seed is None or not quiz.groups:
        return range(len(quiz.items))
    places = list(range(len(quiz.items)))
    for start, end in quiz.groups:
        free = [position for position in range(start, end) if not quiz.items[position].pinned]
        for position, member in zip(free, _shuffled(seed, quiz.items[start].group, tuple(free)), strict=True):
            places[position] = member
    return places


def options(item: Item, seed: int | None) -> tuple[Option, ...]:
    """The options in the order in which they are shown; pinned ones keep their places."""
    if seed is None or not item.shuffle:
        return item.options
    shown = list(item.options)
    free = tuple(position for position, option in enumerate(item.options) if not option.stays)
    for position, member in zip(free, _shuffled(seed, item.id, free), strict=True):
        shown[position] = item.options[member]
    return tuple(shown)


@lru_cache(maxsize=4096)
def _shuffled(seed: int, name: str, members: tuple[int, ...]) -> tuple[int, ...]:
    """The members in an order that follows from seed and name alone, in every process and release of Python."""
    mixed = list(members)
    random.Random(f"{seed}:{name}").shuffle(mixed)
    return tuple(mixed)


def _after(quiz: Quiz, item: Item, place: int, facts: Mapping[str, object]) -> int:
    for branch in item.goto:
        if branch.when is None or conditions.holds(branch.when, facts):
            if branch.to == END:
                return len(quiz.items)
            return max(quiz.index[branch.to], place + 1)
    return place + 1


# what is known -----------------------------------------------------------------------------------------------------


def _said(item: Item, value: AnswerValue) -> dict[str, object]:
    """What conditions of the same quiz read of an answer."""
    if value is None:
        return {f"skipped.{item.id}": "yes"}
    return facts_of(item, f"answer.{item.id}", value)


def _known_before(quiz: Quiz, item: Item, known: Known) -> tuple[AnswerValue] | None:
    """The answer that makes asking needless, in a tuple of its own; an address is known without being said."""
    if not known or not (item.skip_known or STREAMED in known):
        return None
    if item.type in ADDRESSES:
        return (None,) if known.get(f"{KNOWN_ADDRESS}{item.type}") else None
    if item.type == "consent":
        return ("granted",) if known.get(f"consent.{item.channel}") == "granted" else None
    found = known.get(f"answer.{quiz.id}.{item.id}")
    try:
        return (parse(item, to_json(from_stored(found))),) if found is not None else None
    except InvalidValue:  # said of an earlier version of the question
        return None
