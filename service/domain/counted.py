"""Answers that are numbers: places in the list of options, amounts that options stand for, steps of a scale."""

from __future__ import annotations

import re
from collections.abc import Sequence

from service.domain import degrees, numerals
from service.domain.answers import scale_bounds
from service.domain.hearing import FULL, PART, WHOLE, Evidence, Heard, evidence, explained
from service.domain.numerals import Amount
from service.domain.phrasing import Ear
from service.domain.quantities import intervals, option_for
from service.domain.quiz import Item
from service.domain.readings import MOST_CHOICES, NOTHING, Reading, limits, listed
from service.domain.small_words import NEGATION, STOP
from service.domain.spelling import words

_MOST_BESIDE_MONEY = 3
_NEGATIVE = re.compile(r"(?:^|\s)[-−–]\s?[\d٠-٩]")


_LETTERS = {letter: place for place, letter in enumerate("abcdefgh", 1)}
_PLACE_WORDS = frozenset(
    words("option number no nr answer choice choose pick one the please خيار الخيار رقم اختيار واحد")
)


def by_place(item: Item, heard: Heard, text: str, said: Sequence[Evidence]) -> Reading | None:
    if any(one.tier == WHOLE for one in said):
        return None
    places = _named_places(item, heard, text)
    if not places:
        return None
    options = tuple(dict.fromkeys(item.options[place - 1].id for place in places))
    if len(options) > 1 and not item.several:
        return Reading(options=options[:MOST_CHOICES])
    every = frozenset(range(len(heard.tokens)))
    if item.several:
        return listed(item, options, every, WHOLE)
    return Reading(options[0], options, every, WHOLE)


def _named_places(item: Item, heard: Heard, text: str) -> list[int]:
    """Places named by numbers, ordinals or a letter, when nothing else is said."""
    many = len(item.options)
    ordinals = numerals.ordinals([token.text for token in heard.tokens])
    left = [
        token.text
        for token in heard.tokens
        if token.text not in STOP | _PLACE_WORDS
        and not token.text.isdigit()
        and numerals.number_word(token.text) is None
        and not numerals.ordinals([token.text])
        and token.text not in ("و", "and")
    ]
    if left:
        letter = _LETTERS.get(left[0], 0) if len(left) == 1 and len(heard.tokens) <= 2 else 0
        return [letter] if 0 < letter <= many else []
    if ordinals:
        found = [many if place == -1 else place for place in ordinals]
        return found if all(place <= many for place in found) else []
    amount = numerals.amount(text)
    if amount is not None and amount.framed:
        return []
    numbers = [int(number) for number in numerals.numbers(text) if number == int(number)]
    return numbers if numbers and all(1 <= number <= many for number in numbers) else []


def by_amount(item: Item, heard: Heard, text: str) -> Reading | None:
    amount = numerals.amount(text) if intervals(item) else None
    if amount is None or len(_of_something(heard)) > (_MOST_BESIDE_MONEY if amount.money else 0):
        return None
    option = option_for(item, amount)
    every = frozenset(range(len(heard.tokens)))
    if option is None:
        return Reading(options=_nearest_amounts(item, amount))
    return Reading([option] if item.several else option, (option,), every, FULL)


def _of_something(heard: Heard) -> list[str]:
    """Words that make a number one of something else: "3 kids", "I turned 30"."""
    return [
        heard.tokens[place].text
        for place in heard.content - amount_words(heard)
        if not numerals.beside(heard.tokens[place].text)
    ]


def _nearest_amounts(item: Item, amount: Amount) -> tuple[str, ...]:
    value = next((one for one in (amount.high, amount.low) if one is not None), 0.0)
    near = sorted(intervals(item), key=lambda one: abs(value - min(max(value, one.low), one.high)))
    return tuple(one.option for one in near[:MOST_CHOICES])


def amount_words(heard: Heard) -> frozenset[int]:
    """The words of a message that are numbers."""
    return frozenset(
        place
        for place, token in enumerate(heard.tokens)
        if token.text.isdigit() or numerals.number_word(token.text) is not None
    )


def scale(ear: Ear, item: Item, heard: Heard, text: str) -> Reading:
    low, high = scale_bounds(item)
    every = frozenset(range(len(heard.tokens)))
    of = numerals.fraction(text)
    if of is not None:
        steps = of[0] if of[1] == high and low <= of[0] <= high else None
        return Reading(steps, places=every, tier=FULL) if steps is not None else NOTHING
    if _NEGATIVE.search(text):
        return NOTHING
    found = [number for number in numerals.numbers(text) if number == int(number)]
    beyond = found and (bool(_of_something(heard)) or not any(low <= one <= high for one in found))
    if beyond:
        found = []
        if not set(heard.said) - {str(int(one)) for one in numerals.numbers(text)}:
            return NOTHING
    if len(found) == 1 and not heard.question:
        negated = any(word == NEGATION for word in heard.said)
        inside = low <= found[0] <= high and not negated
        return Reading(int(found[0]), places=every, tier=FULL) if inside else NOTHING
    if found:
        between = tuple(str(int(number)) for number in found if low <= number <= high)
        return Reading(options=between[:MOST_CHOICES]) if len(between) > 1 else NOTHING
    ends = {one.option: one for one in evidence(ear, item.id, heard) if not one.negated}
    limit = limits(text)
    by_degree = _by_degree(ear, item, heard, low, high)
    if len(ends) == 1 and (not by_degree.understood or max(one.tier for one in ends.values()) >= FULL):
        end = next(iter(ends.values()))
        share = explained(ear, item.id, heard, end.places)
        if (end.tier >= FULL and share >= limit.part) or (end.tier == PART and share >= limit.sure):
            return Reading(low if end.option == "low" else high, places=end.places, tier=end.tier)
    return by_degree


def _by_degree(ear: Ear, item: Item, heard: Heard, low: int, high: int) -> Reading:
    """A step named by how much or how often; between two steps both are offered."""
    levels = degrees.level(heard, ear.cues.get(item.id, frozenset()), likely=item.type == "nps")
    if len(levels) > 1:
        end = item.low if levels[0] == 0.0 else item.high
        if any(degrees.approximate(label) for label in end.by_lang.values()):
            levels = (levels[0],) if levels[0] == 0.0 else (levels[-1],)
    steps = [low + share * (high - low) for share in levels]
    exact = [int(step) for step in steps if step == int(step)]
    every = frozenset(range(len(heard.tokens)))
    if len(exact) == 1 and len(levels) == 1:
        return Reading(exact[0], places=every, tier=FULL)
    return Reading(options=tuple(str(step) for step in exact)) if len(exact) > 1 else NOTHING


def number(text: str) -> Reading:
    amount = numerals.amount(text)
    if amount is None or amount.single is None:
        return NOTHING
    number = amount.single
    return Reading(int(number) if number == int(number) else number, tier=FULL)
