"""What a shopper means: answers to one or several questions, a wish about the conversation, or nothing that is clear.

1. A message that is one of the open question's own phrases is its answer, even if it sounds like a wish ("skip").
2. A wish ("go back", «ليش تسألون؟») is a wish.
3. "No wait, I meant …" corrects the newest answer that the rest fits.
4. The open question takes what it understands; what is left of the message may answer later questions, if it says one
   of their phrases in full.
5. Where nothing is sure, the nearest options are offered; where nothing is near, it is said so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from service.domain import numerals, ranked, wishes
from service.domain.answers import AnswerValue, to_json
from service.domain.confirming import refused, reply, says_nothing
from service.domain.hearing import FULL, PART, WHOLE, Heard, evidence, listen
from service.domain.later import is_cued, later_answers
from service.domain.matching import read
from service.domain.phrasing import Ear, ear
from service.domain.quiz import SCALES, TEXTS, Item, Quiz
from service.domain.readings import NOTHING, Reading
from service.domain.small_words import CONTRAST
from service.domain.spelling import words
from service.domain.wishes import Found, Wish
from service.domain.written import days, own_words, written

Kind = Literal["understood", "choose", "talk", "unclear", "confirmed", "doubted", "ranked"]
Learned = Callable[[str], Mapping[str, float]]
"""Gives, for the id of an item, the probability of each of its options."""


@dataclass(frozen=True)
class Asked:
    """Where the conversation is.

    :param open: the question that waits for an answer
    :param later: questions that are still to come, as far as can be seen
    :param answered: answered questions with their values, oldest first
    :param confirming: the questions whose answers were just said back with "Is that right?"
    :param doubting: the same once that was denied: what follows says what is right
    """

    quiz: Quiz
    open: Item | None
    later: tuple[Item, ...] = ()
    answered: Mapping[str, AnswerValue] = field(default_factory=dict)
    confirming: tuple[str, ...] = ()
    doubting: tuple[str, ...] = ()


@dataclass(frozen=True)
class Understood:
    """What a message means.

    :param kind: besides what the shop says to it: the answers just taken are ``confirmed`` or ``doubted``; an order
        is ``ranked`` in part, with the options named in ``choices``
    :param values: answers as they would be sent, by item
    :param choices: (item, option) pairs that may be meant
    :param wish: what is wanted of the conversation
    """

    kind: Kind
    values: tuple[tuple[str, object], ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    wish: Wish | None = None
    corrected: bool = False


UNCLEAR = Understood("unclear")


def understand(asked: Asked, text: str, learned: Learned | None = None) -> Understood:
    """Read a message; never raises, whatever it holds."""
    open_item = asked.open
    listener = ear(asked.quiz)
    heard = listen(listener, text)
    replied = _replied(asked, listener, heard, text, learned)
    if replied is not None:
        return replied
    if open_item is not None and _is_own_phrase(listener, open_item, heard):
        return _answers(asked, listener, heard, text, learned)
    found = wishes.find(text)
    if found is not None and _speaks(found, open_item):
        return _beside(asked, listener, heard, text, found) or Understood("talk", wish=found.wish)
    rest = wishes.corrected(text)
    if rest is not None and asked.answered:
        corrected = _correction(asked, listener, rest, learned)
        if corrected is not None:
            return corrected
    if open_item is None:
        return _elsewhere(asked, listener, heard, text)
    if _is_declined(open_item, text):
        return Understood("talk", wish="skip")
    if open_item.type in TEXTS:
        return Understood("understood", ((open_item.id, text.strip()),)) if text.strip() else UNCLEAR
    meant = _answers(asked, listener, heard, text, learned)
    if meant.kind == "unclear" and not open_item.required and says_nothing(text):
        return Understood("talk", wish="skip")
    return meant


def _replied(asked: Asked, listener: Ear, heard: Heard, text: str, learned: Learned | None) -> Understood | None:
    """What a message replies to "Is that right?", or to "Which one is not?" after that."""
    just = asked.confirming or asked.doubting
    if not just:
        return None
    open_item, said = asked.open, reply(text)
    bare = said in ("bare yes", "bare no")
    if bare and open_item is not None and (open_item.type == "yes_no" or _is_label(open_item, text)):
        return None
    if said is not None and asked.confirming:
        return Understood("confirmed" if said in ("yes", "bare yes") else "doubted")
    only = {one: value for one, value in asked.answered.items() if one in just}
    rest = refused(text) if asked.confirming else wishes.corrected(text) or text
    if rest is None or not only:
        return None
    corrected = _correction(replace(asked, answered=only), listener, rest, learned)
    return corrected if corrected is not None and corrected.values else None


def _is_label(item: Item, text: str) -> bool:
    return any(words(label) == words(text) for option in item.options for label in option.label.by_lang.values())


def _beside(asked: Asked, listener: Ear, heard: Heard, text: str, found: Found) -> Understood | None:
    """Answers in a message that also sounds like a wish ("I want to stop my acne", "call me at 050…"): they win."""
    item = asked.open
    if item is None or not found.rest:
        return None
    if item.type in ("email", "phone", "date") and written(item, text) is not None:
        return _answers(asked, listener, heard, text, None)
    if heard.question or item.type in TEXTS:
        return None
    left = listen(listener, found.rest)
    if not left.content:
        return None
    meant = _answers(asked, listener, left, found.rest, None)
    if meant.kind != "understood" or not _is_said(asked, listener, left, meant):
        return None
    return meant


def _is_said(asked: Asked, listener: Ear, heard: Heard, meant: Understood) -> bool:
    """Whether an answer stands in the message in full, with more than small words."""
    first = meant.values[0][0]
    item = asked.quiz.item(first)
    if item is None or not item.options:
        return item is not None
    return any(
        one.tier >= FULL and not one.small and one.places & heard.content for one in evidence(listener, first, heard)
    )


def _is_declined(item: Item, text: str) -> bool:
    """Whether "no" to a question that needs no answer is no answer either."""
    return not item.required and not item.options and item.type not in ("consent", "number") and says_nothing(text)


def _is_own_phrase(listener: Ear, item: Item, heard: Heard) -> bool:
    return any(one.tier == WHOLE for one in evidence(listener, item.id, heard)) if item.options else False


def _speaks(found: Found, open_item: Item | None) -> bool:
    if open_item is not None and open_item.type in TEXTS:
        return found.alone and found.wish not in ("hello", "thanks")
    return found.whole or found.wish not in ("hello", "thanks")


def _answers(asked: Asked, listener: Ear, heard: Heard, text: str, learned: Learned | None) -> Understood:
    item = asked.open
    if item is None:
        return UNCLEAR
    own = own_words(item, text)
    if own is not None:
        return Understood("understood", ((item.id, own),))
    if item.type == "date" and len(found := days(item, text)) > 1:
        return Understood("choose", choices=tuple((item.id, day) for day in found))
    if item.type == "ranking":
        return _ordered(asked, listener, heard, text)
    first = _read(listener, item, heard, text, learned)
    used = first.places if first.understood else frozenset()
    torn = bool(first.options) and not first.understood  # what was meant is asked first, the rest can be said again
    later = [] if torn else later_answers(listener, item, asked.later, heard, used, open_understood=first.understood)
    values = tuple((one, value) for one, value in ((item.id, first.value), *later) if value is not None)
    if first.understood or (values and not first.options):
        return Understood("understood", values)
    if first.options and item.several and (item.minimum or 1) > 1:
        return Understood("understood", ((item.id, list(first.options)),))  # too few: that is what is said
    if first.options:
        return Understood("choose", values, tuple((item.id, option) for option in first.options))
    return _elsewhere(asked, listener, heard, text)


def _ordered(asked: Asked, listener: Ear, heard: Heard, text: str) -> Understood:
    """An order of preference; of one named in part the rest is asked for."""
    item = asked.open
    if item is None:
        return UNCLEAR
    named = ranked.order(listener, item, text)
    if named and ranked.is_whole(item, named):
        return Understood("understood", ((item.id, list(named)),))
    if named and not heard.question:
        return Understood("ranked", choices=tuple((item.id, option) for option in named))
    return _elsewhere(asked, listener, heard, text)


def _read(listener: Ear, item: Item, heard: Heard, text: str, learned: Learned | None) -> Reading:
    said = written(item, text)
    if said is not None:
        return Reading(said, tier=FULL)
    if item.type in ("email", "phone", "date", "consent"):
        return NOTHING
    if item.type == "ranking":
        named = ranked.order(listener, item, text)
        return Reading(list(named), named, tier=FULL) if ranked.is_whole(item, named) else NOTHING
    return read(listener, item, heard, text, learned(item.id) if learned else None)


# corrections and the rest --------------------------------------------------------------------------------------------


def _correction(asked: Asked, listener: Ear, rest: str, learned: Learned | None) -> Understood | None:
    """The newest answer that the rest of a correction fits and changes."""
    heard = listen(listener, rest)
    if not heard.tokens:
        return Understood("talk", wish="back")
    if _is_number(rest):
        return _number_corrected(asked, listener, heard, rest)
    best: tuple[int, Item, Reading] | None = None
    for item_id in reversed(list(asked.answered)):
        item = asked.quiz.item(item_id)
        if item is None or item.type in TEXTS:
            continue
        reading = _read(listener, item, heard, rest, None)
        if reading.understood and reading.value != to_json(asked.answered[item_id]):
            rank = reading.tier + (1 if is_cued(listener, item, heard) else 0)
            if best is None or rank > best[0]:
                best = (rank, item, reading)
    if asked.open is not None:
        reading = _read(listener, asked.open, heard, rest, learned)
        if reading.understood and (best is None or reading.tier > best[0]):
            return Understood("understood", ((asked.open.id, reading.value),))
    if best is None:
        return None
    return Understood("understood", ((best[1].id, best[2].value),), corrected=True)


def _is_number(text: str) -> bool:
    said = words(numerals.in_digits(text))
    return (
        bool(said) and any(word.isdigit() for word in said) and all(word.isdigit() or word in _FILLING for word in said)
    )


_FILLING = frozenset(words("a an the to it is was number i mean meant score رقم هو هي كان انا اقصد قصدي على من"))


def _number_corrected(asked: Asked, listener: Ear, heard: Heard, rest: str) -> Understood | None:
    """The newest answer that is a number; a place in a list is meant only of the very last question."""
    for place, item_id in enumerate(reversed(list(asked.answered))):
        item = asked.quiz.item(item_id)
        if item is None or (item.type not in SCALES and item.type != "number" and (place or not item.options)):
            continue
        reading = _read(listener, item, heard, rest, None)
        if reading.understood:
            return Understood("understood", ((item.id, reading.value),), corrected=True)
    return None


def _elsewhere(asked: Asked, listener: Ear, heard: Heard, text: str) -> Understood:
    """A message that says nothing about the open question may change an earlier answer: that is asked, not done."""
    if heard.question or any(token.text in CONTRAST for token in heard.tokens[:1]):
        return UNCLEAR
    for item_id in reversed(list(asked.answered)):
        item = asked.quiz.item(item_id)
        if item is None or not item.options or item.several:
            continue
        said = [one for one in evidence(listener, item.id, heard) if one.tier >= FULL and not one.negated]
        said = [one for one in said if not one.small and one.option != asked.answered[item_id]]
        if len(said) == 1 and said[0].tier > PART:
            return Understood("choose", choices=((item.id, said[0].option),))
    return UNCLEAR
