"""The talk around the questions: what the shop answers to a typed message, and what was said so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from service.domain import phrases
from service.domain.answers import AnswerValue, in_words, rank_bounds, to_json
from service.domain.faults import refuse, said
from service.domain.quiz import OTHER, SCALES, TEXTS, Item, Quiz
from service.domain.responses import Response
from service.domain.spelling import words
from service.domain.turns import Turn
from service.domain.understanding import Understood

Speaker = Literal["shop", "shopper"]
LineKind = Literal["message", "question", "answer", "typed", "notice"]
COMMANDS = ("back", "skip", "restart", "why", "stop", "person", "language")

LONGEST_OWN = 100
"""Characters of a message that is offered as an answer of its own."""
_LONGEST_QUOTE = 60


@dataclass(frozen=True)
class Line:
    """One line of the transcript.

    :param item_id: the question it belongs to
    :param at: UTC microseconds
    """

    by: Speaker
    kind: LineKind
    item_id: str | None
    text: str
    at: int


@dataclass(frozen=True)
class Filled:
    """An answer that was understood, with its words."""

    item_id: str
    value: object
    answer: str


@dataclass(frozen=True)
class Offered:
    """An answer that may be meant: ``value`` is what to send when it is tapped."""

    item_id: str
    value: object
    label: str


@dataclass(frozen=True)
class Heard:
    """What was made of a typed message or a command.

    :param kind: ``understood``, ``choose`` (one of ``choices`` may be meant), ``talk`` or ``unclear``
    :param text: what the shop says to it
    :param intent: the wish it was, for ``talk``
    """

    kind: str
    text: str
    items: tuple[Filled, ...] = ()
    choices: tuple[Offered, ...] = ()
    intent: str | None = None


@dataclass(frozen=True)
class Person:
    """How to reach a person of the shop; what is not offered is empty."""

    text: str
    url: str = ""
    email: str = ""
    phone: str = ""
    whatsapp: str = ""


def understood(
    taken: Sequence[tuple[Item, AnswerValue]], lang: str, *, corrected: bool, remaining: int, numerals: str
) -> Heard:
    """What is said back when answers were taken: all of them, and how much is left when there were several."""
    filled = tuple(Filled(item.id, to_json(value), in_words(item, value, lang)) for item, value in taken)
    if len(taken) == 1 and taken[0][0].type in TEXTS:
        return Heard("understood", phrases.say(lang, "kept"), filled)
    told = phrases.quoted([_short(label) for item, value in taken for label in _labels(item, value, lang)], lang)
    name = "changed" if corrected else "understood_several" if len(filled) > 1 else "understood"
    text = phrases.say(lang, name, answers=told)
    if len(filled) > 1 and remaining:
        text = f"{text} {phrases.left(remaining, lang, numerals)}"
    return Heard("understood", text, filled)


def choose(quiz: Quiz, meaning: Understood, response: Response) -> Heard:
    """What is asked when it may be one of a few."""
    offered = []
    for item_id, option_id in meaning.choices:
        item = quiz.item(item_id)
        if item is None:
            continue
        option = item.option_by_id.get(option_id)
        value: object = [option_id] if item.several else int(option_id) if item.type in SCALES else option_id
        label = in_words(item, option_id, response.lang) if item.type == "date" else option_id
        label = option.label.get(response.lang) if option else label
        offered.append(Offered(item_id, value, label))
    earlier = any(one.item_id in response.answers for one in offered)
    return Heard("choose", phrases.say(response.lang, "choose_change" if earlier else "choose"), choices=tuple(offered))


def rank_rest(item: Item, meaning: Understood, lang: str) -> Heard:
    """What is asked when only a part of an order was named, or too much of it."""
    named = [option for _, option in meaning.choices]
    least, most = rank_bounds(item)
    missing = [option.label.get(lang) for option in item.options if option.id not in named]
    if not missing or least < len(item.options):
        fault = "ranking" if least == most else "ranking_between"
        return Heard("unclear", said(refuse(fault, "", least=least, most=most), lang))
    so_far = phrases.quoted([item.option_by_id[one].label.get(lang) for one in named], lang)
    return Heard("unclear", phrases.say(lang, "rank_rest", named=so_far, missing=phrases.quoted(missing, lang)))


def own_words(item: Item, text: str, lang: str) -> Heard | None:
    """What nothing was made of may be "something else" in the shopper's own words, where the question takes that."""
    if item.other is None or len(text) > LONGEST_OWN or text.endswith(("?", "؟")) or not words(text):
        return None
    label = f"{item.other.label.get(lang)}: {phrases.isolate(text, lang)}"
    value: object = {OTHER: text}
    choice = Offered(item.id, [value] if item.several else value, label)
    return Heard("choose", phrases.say(lang, "choose_other"), choices=(choice,))


def unclear(text: str, lang: str, *, done: bool) -> Heard:
    """What is said when nothing is understood: questions of their own are told apart from answers not understood."""
    if text.rstrip().endswith(("?", "؟")):
        return Heard("unclear", phrases.say(lang, "off_topic_done" if done else "off_topic"))
    return Heard("unclear", phrases.say(lang, "off_topic_done" if done else "unclear"))


def transcript(turn: Turn, times: Mapping[str, int], started_at: int, lines: Sequence[Line]) -> tuple[Line, ...]:
    """All that was said so far, oldest first: questions and answers on the path, and what was typed and said to it."""
    found: list[Line] = []
    for one in turn.history:
        at = times.get(one.item_id, started_at)
        found.append(Line("shop", "question", one.item_id, one.question, at))
        found.append(Line("shopper", "answer", one.item_id, one.answer, at))
    # A typed message stands before the answer it gave: both have the same time.
    order = {"typed": 0, "question": 1, "answer": 2, "notice": 3, "message": 3}
    placed = sorted([*found, *lines], key=lambda line: line.at)
    result: list[Line] = []
    for line in placed:
        place = len(result)
        while place and result[place - 1].at == line.at and order[result[place - 1].kind] > order[line.kind]:
            if line.kind in ("question", "answer") and result[place - 1].kind in ("question", "answer"):
                break
            place -= 1
        result.insert(place, line)
    return tuple(result)


def _labels(item: Item, value: AnswerValue, lang: str) -> list[str]:
    """What was answered, one by one where it is several."""
    if isinstance(value, tuple) and item.type != "ranking":
        return [in_words(item, (one,), lang) for one in value]
    return [in_words(item, value, lang)]


def _short(answer: str) -> str:
    return answer if len(answer) <= _LONGEST_QUOTE else f"{answer[: _LONGEST_QUOTE - 1].rstrip()}…"
