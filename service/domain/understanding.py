"""What a shopper means: answers to one or several questions, a wish about the conversation, or nothing that is clear.

1. A message that is one of the open question's own phrases is its answer, even if it sounds like a wish ("skip").
2. A wish ("go back", «ليش تسألون؟») is a wish.
3. "No wait, I meant …" corrects the newest answer that the rest fits.
4. The open question takes what it understands; what is left of the message may answer later questions, if it says one
   of their phrases in full.
5. Where nothing is sure, the nearest options are offered; where nothing is near, it is said so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from service.domain import numerals, wishes
from service.domain.answers import AnswerValue, to_json
from service.domain.hearing import FULL, PART, WHOLE, Heard, evidence, listen
from service.domain.later import is_cued, later_answers
from service.domain.matching import read
from service.domain.phrasing import Ear, ear, group
from service.domain.quiz import CONSENT_VALUES, TEXTS, Item, Quiz
from service.domain.readings import NOTHING, Reading
from service.domain.shopper_words import NO, YES
from service.domain.small_words import CONTRAST, plain
from service.domain.spelling import words
from service.domain.wishes import Found, Wish

Kind = Literal["understood", "choose", "talk", "unclear"]
Learned = Callable[[str], Mapping[str, float]]
"""Gives, for the id of an item, the probability of each of its options."""

_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")
_PHONE = re.compile(r"\+?\d[\d\s().-]{5,}\d")
_DAY = re.compile(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b|\b(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\b")


@dataclass(frozen=True)
class Asked:
    """Where the conversation is.

    :param open: the question that waits for an answer
    :param later: questions that are still to come, as far as can be seen
    :param answered: answered questions with their values, oldest first
    """

    quiz: Quiz
    open: Item | None
    later: tuple[Item, ...] = ()
    answered: Mapping[str, AnswerValue] = field(default_factory=dict)


@dataclass(frozen=True)
class Understood:
    """What a message means.

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
    if open_item is not None and _is_own_phrase(listener, open_item, heard):
        return _answers(asked, listener, heard, text, learned)
    found = wishes.find(text)
    if found is not None and _speaks(found, open_item):
        return Understood("talk", wish=found.wish)
    rest = wishes.corrected(text)
    if rest is not None and asked.answered:
        corrected = _correction(asked, listener, rest, learned)
        if corrected is not None:
            return corrected
    if open_item is None:
        return _elsewhere(asked, listener, heard, text)
    if open_item.type in TEXTS:
        return Understood("understood", ((open_item.id, text.strip()),)) if text.strip() else UNCLEAR
    return _answers(asked, listener, heard, text, learned)


def _is_own_phrase(listener: Ear, item: Item, heard: Heard) -> bool:
    return any(one.tier == WHOLE for one in evidence(listener, item.id, heard)) if item.options else False


def _speaks(found: Found, open_item: Item | None) -> bool:
    if open_item is not None and open_item.type in TEXTS:
        return found.whole and found.wish not in ("hello", "thanks")
    return found.whole or found.wish not in ("hello", "thanks")


def _answers(asked: Asked, listener: Ear, heard: Heard, text: str, learned: Learned | None) -> Understood:
    item = asked.open
    if item is None:
        return UNCLEAR
    first = _read(listener, item, heard, text, learned)
    used = first.places if first.understood else frozenset()
    torn = bool(first.options) and not first.understood  # what was meant is asked first, the rest can be said again
    later = [] if torn else later_answers(listener, item, asked.later, heard, used, open_understood=first.understood)
    values = tuple((one, value) for one, value in ((item.id, first.value), *later) if value is not None)
    if first.understood or (values and not first.options):
        return Understood("understood", values)
    if first.options:
        return Understood("choose", values, tuple((item.id, option) for option in first.options))
    return _elsewhere(asked, listener, heard, text)


def _read(listener: Ear, item: Item, heard: Heard, text: str, learned: Learned | None) -> Reading:
    written = _written(item, text)
    if written is not None:
        return Reading(written, tier=FULL)
    if item.type in ("email", "phone", "date", "consent"):
        return NOTHING
    return _for_type(read(listener, item, heard, text, learned(item.id) if learned else None), item)


def _for_type(reading: Reading, item: Item) -> Reading:
    if item.type == "ranking" and isinstance(reading.value, list) and len(reading.value) < 2:
        return replace(reading, value=None)
    return reading


def _written(item: Item, text: str) -> str | None:
    """An address or a day, found in the message."""
    if item.type == "email":
        found = _EMAIL.search(text)
        return found[0] if found else None
    if item.type == "phone":
        found = _PHONE.search(numerals.in_digits(text))
        return found[0] if found else None
    if item.type == "date":
        return _day(numerals.in_digits(text))
    if item.type == "consent":
        return _agreed(text)
    return None


def _agreed(text: str) -> str | None:
    """Consent is taken only from a message that is nothing but yes or no."""
    said = tuple(plain(word) for word in words(text))
    if said in group(YES):
        return CONSENT_VALUES[0]
    return CONSENT_VALUES[1] if said in group(NO) else None


def _day(text: str) -> str | None:
    """A day as ``YYYY-MM-DD``; of 03/04/2026 the day comes first, as both languages' countries write it."""
    found = _DAY.search(text)
    if found is None:
        return None
    if found[1]:
        return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
    day, month = int(found[4]), int(found[5])
    if month > 12 >= day:
        day, month = month, day
    return f"{found[6]}-{month:02}-{day:02}"


# corrections and the rest --------------------------------------------------------------------------------------------


def _correction(asked: Asked, listener: Ear, rest: str, learned: Learned | None) -> Understood | None:
    """The newest answer that the rest of a correction fits and changes."""
    heard = listen(listener, rest)
    if not heard.tokens:
        return Understood("talk", wish="back")
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
