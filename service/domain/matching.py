"""Reading one question's answer out of a typed message.

``read`` gives what is understood, what may be meant, or nothing. Rules come first: numbers and places in the list,
whole phrases, phrases inside the message, telling words; a fitted model (``learned``) is asked where they are silent or
disagree. Everything is a pure function of the definition, the model and the message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from service.domain.counted import by_amount, by_place, number, scale
from service.domain.hearing import ALIKE, FULL, PART, WHOLE, Evidence, Heard, evidence, explained
from service.domain.phrasing import Ear, asks_what_hindered, asks_what_to_avoid
from service.domain.quiz import SCALES, Item, Option
from service.domain.readings import MOST_CHOICES, NOTHING, Limits, Reading, limits, listed
from service.domain.small_words import BACKGROUND, CONTRAST, EITHER, LIKING, NEGATION
from service.domain.spelling import tidy, words

Scores = Mapping[str, float]

_MOST_LISTED = 2
"""Words of an unknown thing in a list; more of them are a remark."""
_BOTH = frozenset(tidy(one) for one in ("both", "الاثنين", "كلاهما"))
_CHANGE = frozenset(words("was were used before earlier now friend كان كانت كنت قبل الحين دلوقتي صارت صديقتي صاحبتي"))
_LACKS = frozenset(words("no without lack missing مافي مافيه مفيش بدون ماكو فيه فيها عندكم يوجد توجد"))
_SMILES = {"👍": "yes", "✅": "yes", "👌": "yes", "👎": "no", "❌": "no"}


def read(ear: Ear, item: Item, heard: Heard, text: str, learned: Scores | None = None) -> Reading:
    """What a message says about an item.

    :param learned: probability of each option of this item, by a fitted model
    """
    if heard.question and _answers_ask(item):
        heard = replace(heard, question=False)
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
    either = _either(heard, said)
    if len(either) > 1:
        return Reading(options=either[:MOST_CHOICES])
    positive = _strongest([one for one in said if not one.negated], heard)
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
    mixed = _mixture(item, heard, said, denied)
    if mixed is not None:
        return mixed
    if len(positive) > 1:
        return _between(heard, positive, learned, limit, denied)
    if len(positive) == 1:
        one = positive[0]
        share = explained(ear, item.id, heard, one.places)
        if _enough(one.tier, share, heard, limit) or _backed(one, said, share, heard, learned, limit):
            return Reading(one.option, (one.option,), one.places, one.tier, denied)
        if heard.question:
            return NOTHING
        return Reading(options=_offered(item, [one.option], learned, denied, limit), places=one.places)
    if denied and asks_what_hindered(item):
        lack = [one for one in said if one.negated and one.tier >= FULL]
        if len(denied) == 1 and lack and not heard.question and any(token.text in _LACKS for token in heard.tokens):
            return Reading(lack[0].option, (lack[0].option,), lack[0].places, FULL)
        return Reading(options=tuple(sorted(denied))[:MOST_CHOICES])
    if denied:
        return Reading(options=tuple(left[:MOST_CHOICES]), ruled_out=denied)
    return _guess(item, learned, heard, limit)


def _either(heard: Heard, said: Sequence[Evidence]) -> tuple[str, ...]:
    """Options with an "or" of the message between them: which of them is meant has to be asked."""
    named = [one for one in said if one.tier in (FULL, ALIKE) and not one.negated and not one.small]
    taken = frozenset().union(*(one.places for one in named))
    for place, token in enumerate(heard.tokens):
        if token.text not in EITHER or place in taken:
            continue
        before = [one.option for one in named if max(one.places) == place - 1]
        after = [one.option for one in named if min(one.places) > place and min(one.places) <= place + 3]
        if before and after:
            return tuple(dict.fromkeys([*before, *after]))
    return ()


def _mixture(item: Item, heard: Heard, said: Sequence[Evidence], denied: frozenset[str]) -> Reading | None:
    """Two options joined by "and", where another option of the question says that it is both."""
    both = next((one.id for one in item.options if _is_both(one)), None)
    named = [one for one in said if not one.negated and one.tier >= FULL]
    if both is None or denied or heard.question or len(named) != 2 or any(one.option == both for one in named):
        return None
    first, second = sorted(named, key=lambda one: min(one.places))
    between = heard.tokens[max(first.places) + 1 : min(second.places) + 1]
    joined = heard.tokens[max(first.places)].part != heard.tokens[min(second.places)].part
    if not joined or first.tier == WHOLE or any(token.text in CONTRAST | EITHER for token in between):
        return None
    if first.small or second.small:
        return Reading(options=(both, first.option, second.option))
    if any(token.text in _CHANGE for token in heard.tokens):
        return None
    return Reading(both, (both,), first.places | second.places, FULL)


def _answers_ask(item: Item) -> bool:
    """Whether options are questions themselves ("What is in it?"), so that a question may be an answer."""
    return any(label.rstrip().endswith(("?", "؟")) for one in item.options for label in one.label.by_lang.values())


def _is_both(option: Option) -> bool:
    return any(tidy(one) in _BOTH for listed in option.synonyms.values() for one in listed)


def _says_no_too(heard: Heard, yes: Evidence) -> bool:
    return any(word == NEGATION and place not in yes.places for place, word in enumerate(heard.said))


def _strongest(found: Sequence[Evidence], heard: Heard) -> list[Evidence]:
    """Without what only small words say beside real words, and without what another option explains better."""
    real = list(found)
    if any(not one.small and one.tier >= FULL for one in found):
        real = [one for one in found if not one.small]
        clauses = {heard.tokens[place].clause for one in real for place in one.places}
        real += [one for one in found if one.small and not _clauses(one, heard) & clauses]
    elif any(one.small for one in found):
        real = [one for one in found if one.small]
    kept = [one for one in real if not any(_explains_more(other, one) for other in real)]
    full = [one for one in kept if one.tier >= FULL]
    if full and len(full) < len(kept):
        covered = frozenset().union(*(one.places for one in full))
        kept = [one for one in kept if one.tier >= FULL or (one.tier == ALIKE and not one.places & covered)] or full
    return sorted(kept, key=lambda one: (-one.tier, -one.weight))


def _clauses(one: Evidence, heard: Heard) -> set[int]:
    return {heard.tokens[place].clause for place in one.places}


def _explains_more(other: Evidence, one: Evidence) -> bool:
    return other.option != one.option and one.places < other.places and other.tier >= min(one.tier, FULL)


def _backed(
    one: Evidence, said: Sequence[Evidence], share: float, heard: Heard, learned: Scores | None, limit: Limits
) -> bool:
    """Whether the only option that is said may be taken although most words beside it are unknown.

    Nothing else may be said or denied, the message must be no question, and a fitted model must not see another.
    """
    if heard.question or _denies(heard, one) or len(said) > 1:
        return False
    if one.tier == FULL:
        return share >= limit.alone and (not learned or _sees(learned, one.option, 0.0, 1.0))
    return share >= limit.alone and learned is not None and _sees(learned, one.option, limit.sure, limit.lead)


def _denies(heard: Heard, one: Evidence) -> bool:
    return any(word == NEGATION for place, word in enumerate(heard.said) if place not in one.places)


def _sees(learned: Scores, option: str, sure: float, lead: float) -> bool:
    """Whether a fitted model has an option first, with so much probability and so many times that of the next."""
    own = learned.get(option, 0.0)
    return own >= sure and all(own >= lead * share for name, share in learned.items() if name != option)


def _enough(tier: int, share: float, heard: Heard, limit: Limits) -> bool:
    if tier == WHOLE:
        return True
    if heard.question:
        return tier >= ALIKE and share >= limit.question
    return share >= {FULL: limit.full, ALIKE: limit.typo, PART: limit.part}[tier]


def _between(
    heard: Heard, found: Sequence[Evidence], learned: Scores | None, limit: Limits, denied: frozenset[str]
) -> Reading:
    first, second = found[0], found[1]
    if first.tier == WHOLE and second.tier == WHOLE and learned:
        first, second = sorted((first, second), key=lambda one: -learned.get(one.option, 0.0))
    clear = first.tier > second.tier and first.tier >= FULL and second.tier == PART
    clear = clear or (first.tier >= second.tier and first.weight >= 2.0 * second.weight)
    clear = clear or (first.tier == FULL and second.tier == ALIKE and not first.places & second.places)
    if not clear and learned and not heard.question and NEGATION not in heard.said:
        told = next((one for one in found if _sees(learned, one.option, limit.sure, limit.lead)), None)
        if told is not None and told.tier >= FULL:
            first, clear = told, True
    if clear and not heard.question:
        return Reading(first.option, (first.option,), first.places, first.tier, denied)
    return Reading(options=tuple(one.option for one in found[:MOST_CHOICES]), places=first.places)


def _guess(item: Item, learned: Scores | None, heard: Heard, limit: Limits) -> Reading:
    if not learned or not heard.content:
        return NOTHING
    ranked = sorted(learned.items(), key=lambda one: -one[1])
    (first, most), second = ranked[0], ranked[1][1] if len(ranked) > 1 else 0.0
    counted = any(token.text.isdigit() for token in heard.tokens)
    strange = not any(
        heard.known[place] for place in heard.content - {p for p, w in enumerate(heard.said) if w in BACKGROUND}
    )
    unclear = heard.question or counted or strange or NEGATION in heard.said
    if most >= limit.sure and most >= limit.lead * second and not unclear:
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
    positive = _strongest(positive, heard)
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
    sole = len(positive) == 1 and _backed(positive[0], said, share, heard, learned, limit)
    if not sole and not all(_enough(one.tier, share, heard, limit) for one in positive):
        if heard.question:
            return NOTHING
        options = _offered(item, [one.option for one in positive], learned, denied, limit)
        return Reading(options=options, places=places)
    if _part_unknown(heard, places):
        return Reading(options=_offered(item, [one.option for one in positive], learned, denied, limit), places=places)
    order = {option.id: place for place, option in enumerate(item.options)}
    if item.type == "ranking":
        chosen = sorted(positive, key=lambda one: min(one.places))
    else:
        chosen = sorted(positive, key=lambda one: order[one.option])
    return listed(item, tuple(one.option for one in chosen), places, min(one.tier for one in positive))


def _part_unknown(heard: Heard, places: frozenset[int]) -> bool:
    """Whether the message lists something beside, joined by "and", of which no word is known."""
    parts = {heard.tokens[place].part for place in places}
    clauses = {heard.tokens[place].clause for place in places}
    others: dict[int, list[int]] = {}
    for place in heard.content:
        token = heard.tokens[place]
        if token.part not in parts and token.clause in clauses and token.text not in BACKGROUND:
            others.setdefault(token.part, []).append(place)
    return any(
        len(listed) <= _MOST_LISTED and not any(heard.known[place] for place in listed) for listed in others.values()
    )


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
    seen: set[tuple[int, int]] = set()
    for one in found:
        parts = {(heard.tokens[place].part, _negations_before(heard, place)) for place in one.places}
        if parts & seen:
            return True
        seen |= parts
    return False


def _negations_before(heard: Heard, place: int) -> int:
    """A negation begins a part of its own: "no glitter no perfume" are two."""
    return sum(word == NEGATION for word in heard.said[:place])


def _likes(heard: Heard) -> bool:
    return any(token.text in LIKING for token in heard.tokens) and NEGATION not in heard.said
