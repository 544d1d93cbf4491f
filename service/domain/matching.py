"""Reading one question's answer out of a typed message.

``read`` gives what is understood, what may be meant, or nothing. Rules come first: numbers and places in the list,
whole phrases, phrases inside the message, telling words; a fitted model (``learned``) is asked where they are silent or
disagree. Everything is a pure function of the definition, the model and the message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from service.domain.counted import by_amount, by_place, number, scale
from service.domain.hearing import ALIKE, FULL, PART, WHOLE, Evidence, Heard, evidence, explained
from service.domain.phrasing import Ear
from service.domain.quiz import SCALES, Item
from service.domain.readings import MOST_CHOICES, NOTHING, Limits, Reading, limits, listed
from service.domain.small_words import LIKING, NEGATION
from service.domain.spelling import tidy

Scores = Mapping[str, float]

_AVOID = re.compile(r"keep out|avoid|allerg|leave out|stay away|cannot bear|تجنب|استبعاد|حساسيه من|نستبعد|لا تحتمل")
_SMILES = {"👍": "yes", "✅": "yes", "👌": "yes", "👎": "no", "❌": "no"}


def read(ear: Ear, item: Item, heard: Heard, text: str, learned: Scores | None = None) -> Reading:
    """What a message says about an item.

    :param learned: probability of each option of this item, by a fitted model
    """
    if item.type in SCALES:
        return scale(ear, item, heard, text)
    if item.type == "number":
        return number(text)
    if not item.options and item.type != "consent":
        return NOTHING
    said = evidence(ear, item.id, heard)
    by_rule = by_place(item, heard, text, said) or by_amount(item, heard, text)
    if by_rule is not None:
        return by_rule
    smile = next((option for sign, option in _SMILES.items() if sign in text), None)
    if item.type == "yes_no" and smile and not heard.tokens:
        return Reading(smile, (smile,), tier=WHOLE)
    if item.several:
        return _several(ear, item, heard, text, said, learned)
    return _one(ear, item, heard, text, said, learned)


# options --------------------------------------------------------------------------------------------------------------


def _one(ear: Ear, item: Item, heard: Heard, text: str, said: Sequence[Evidence], learned: Scores | None) -> Reading:
    positive = _strongest([one for one in said if not one.negated])
    denied = frozenset(one.option for one in said if one.negated) - {one.option for one in positive}
    left = [option.id for option in item.options if option.id not in denied]
    if item.type == "yes_no" and denied and not positive:
        return Reading("no", ("no",), tier=PART)  # "not really no" is a no as well
    if (
        item.type == "yes_no"
        and len(positive) == 1
        and positive[0].option == "yes"
        and _says_no_too(heard, positive[0])
    ):
        return Reading(options=("yes", "no"))
    limit = limits(text)
    if len(positive) > 1:
        return _between(item, positive, learned, limit, denied)
    if len(positive) == 1:
        one = positive[0]
        if _enough(one.tier, explained(ear, item.id, heard, one.places), heard, limit):
            return Reading(one.option, (one.option,), one.places, one.tier, denied)
        if heard.question:
            return NOTHING
        return Reading(options=_offered(item, [one.option], learned, denied, limit), places=one.places)
    if denied:
        return Reading(options=tuple(left[:MOST_CHOICES]), ruled_out=denied)
    return _guess(item, learned, heard, limit)


def _says_no_too(heard: Heard, yes: Evidence) -> bool:
    return any(word == NEGATION and place not in yes.places for place, word in enumerate(heard.said))


def _strongest(found: Sequence[Evidence]) -> list[Evidence]:
    """Without what only small words say beside real words, and without what another option explains better."""
    real = list(found)
    if any(not one.small and one.tier >= FULL for one in found):
        real = [one for one in found if not one.small]
    elif any(one.small for one in found):
        real = [one for one in found if one.small]
    kept = [one for one in real if not any(_explains_more(other, one) for other in real)]
    full = [one for one in kept if one.tier >= FULL]
    if full and len(full) < len(kept):
        covered = frozenset().union(*(one.places for one in full))
        kept = [one for one in kept if one.tier >= FULL or (one.tier == ALIKE and not one.places & covered)] or full
    return sorted(kept, key=lambda one: (-one.tier, -one.weight))


def _explains_more(other: Evidence, one: Evidence) -> bool:
    return other.option != one.option and one.places < other.places and other.tier >= min(one.tier, FULL)


def _enough(tier: int, share: float, heard: Heard, limit: Limits) -> bool:
    if tier == WHOLE:
        return True
    if heard.question:
        return tier >= ALIKE and share >= limit.question
    return share >= {FULL: limit.full, ALIKE: limit.typo, PART: limit.part}[tier]


def _between(
    item: Item, found: Sequence[Evidence], learned: Scores | None, limit: Limits, denied: frozenset[str]
) -> Reading:
    first, second = found[0], found[1]
    if first.tier == WHOLE and second.tier == WHOLE and learned:
        first, second = sorted((first, second), key=lambda one: -learned.get(one.option, 0.0))
    clear = first.tier > second.tier and first.tier >= FULL and second.tier == PART
    clear = clear or (first.tier >= second.tier and first.weight >= 2.0 * second.weight)
    clear = clear or (first.tier == FULL and second.tier == ALIKE and not first.places & second.places)
    if clear:
        return Reading(first.option, (first.option,), first.places, first.tier, denied)
    return Reading(options=tuple(one.option for one in found[:MOST_CHOICES]), places=first.places)


def _guess(item: Item, learned: Scores | None, heard: Heard, limit: Limits) -> Reading:
    if not learned or not heard.content:
        return NOTHING
    ranked = sorted(learned.items(), key=lambda one: -one[1])
    (first, most), second = ranked[0], ranked[1][1] if len(ranked) > 1 else 0.0
    if most >= limit.sure and most >= limit.lead * second and not heard.question:
        return Reading(first, (first,), heard.content)
    return Reading(options=_offered(item, [], learned, frozenset(), limit))


def _offered(
    item: Item, first: Sequence[str], learned: Scores | None, denied: frozenset[str], limit: Limits
) -> tuple[str, ...]:
    likely = [name for name, share in sorted((learned or {}).items(), key=lambda one: -one[1]) if share >= limit.maybe]
    known = {option.id for option in item.options}
    found = dict.fromkeys([*first, *likely])
    return tuple(one for one in found if one not in denied and one in known)[:MOST_CHOICES]


def _several(
    ear: Ear, item: Item, heard: Heard, text: str, said: Sequence[Evidence], learned: Scores | None
) -> Reading:
    avoided = asks_what_to_avoid(item)
    positive = [one for one in said if avoided or not one.negated]
    denied = frozenset() if avoided else frozenset(one.option for one in said if one.negated)
    alone = {option.id for option in item.options if option.exclusive}
    if any(one.option not in alone for one in positive):
        positive = [one for one in positive if one.option not in alone]
    positive = _strongest(positive)
    limit = limits(text)
    if not positive:
        if denied:
            return Reading(options=tuple(one.id for one in item.options if one.id not in denied)[:MOST_CHOICES])
        guess = _guess(item, learned, heard, limit)
        return Reading([guess.value], guess.options, guess.places) if guess.understood else guess
    if _share_words(positive) or run_together(heard, positive) or (avoided and _likes(heard)):
        return Reading(options=tuple(one.option for one in positive)[:MOST_CHOICES], places=positive[0].places)
    places = frozenset().union(*(one.places for one in positive))
    share = explained(ear, item.id, heard, places)
    if not all(_enough(one.tier, share, heard, limit) for one in positive):
        if heard.question:
            return NOTHING
        options = _offered(item, [one.option for one in positive], learned, denied, limit)
        return Reading(options=options, places=places)
    order = {option.id: place for place, option in enumerate(item.options)}
    if item.type == "ranking":
        chosen = sorted(positive, key=lambda one: min(one.places))
    else:
        chosen = sorted(positive, key=lambda one: order[one.option])
    return listed(item, tuple(one.option for one in chosen), places, min(one.tier for one in positive))


def _share_words(found: Sequence[Evidence]) -> bool:
    """Whether options are said by the same words, so that only one of them can be meant."""
    seen: set[int] = set()
    for one in found:
        if one.places & seen:
            return True
        seen |= one.places
    return False


def run_together(heard: Heard, found: Sequence[Evidence]) -> bool:
    """Whether two options stand in one part of the message, with no "and" between: "sun spots" are not both."""
    seen: set[int] = set()
    for one in found:
        parts = {heard.tokens[place].part for place in one.places}
        if parts & seen:
            return True
        seen |= parts
    return False


def _likes(heard: Heard) -> bool:
    return any(token.text in LIKING for token in heard.tokens) and NEGATION not in heard.said


def asks_what_to_avoid(item: Item) -> bool:
    """Whether a question asks what must not be: there "no perfume" names perfume."""
    return any(_AVOID.search(tidy(text)) for text in item.text.by_lang.values())
