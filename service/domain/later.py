"""Answers to questions that have not been asked yet, in the rest of a message ("dry skin, and I'm on a budget")."""

from __future__ import annotations

from collections.abc import Sequence

from service.domain import matching, numerals
from service.domain.counted import amount_words
from service.domain.hearing import FULL, Evidence, Heard, evidence
from service.domain.phrasing import EXACT, FORM, Ear, asks_what_to_avoid
from service.domain.quantities import intervals, option_for
from service.domain.quiz import CHOICES, Item
from service.domain.small_words import BACKGROUND
from service.domain.spelling import forms, words

_OWN = frozenset(
    words(
        "i im ive my have got with without need want prefer budget for hate love "
        "عندي معي معايا ابي ابغي عايز عايزه اريد ميزانيتي ميزانيه احب اكره ما بدون مع بشرتي"
    )
)
_SHORTEST = 3
"""Letters of the longest word that a later question is answered by."""


def later_answers(
    listener: Ear,
    open_item: Item | None,
    later: Sequence[Item],
    heard: Heard,
    used: frozenset[int],
    *,
    open_understood: bool,
) -> list[tuple[str, object]]:
    """Later questions that the rest of a message answers: each by a phrase of its own that no other question claims.

    :param used: words of the message that said the open question's answer
    :param open_understood: whether there was one; without it a later question must be named by a word of its own
    """
    about_open = evidence(listener, open_item.id, heard) if open_item and open_item.options else []
    left = heard.content - used - frozenset(place for one in about_open for place in one.places)
    if not left or heard.question:
        return []
    claims: list[tuple[Item, list[Evidence]]] = []
    for item in later:
        if item.type in CHOICES and item.type != "yes_no":
            said = evidence(listener, item.id, heard)
            strong = [
                one
                for one in said
                if _stands_alone(one, heard, left, item)
                and _apart(one, heard, used)
                and _is_a_statement(listener, item, one, heard, used)
                and _fills_its_part(listener, item, one, heard)
            ]
            if strong:
                claims.append((item, strong))
    found: list[tuple[str, object]] = []
    for item, strong in claims:
        mine = _unrivalled(item, strong, claims, listener, heard)
        if matching.run_together(heard, mine):
            continue
        reading = _of_later(item, mine)
        if reading is not None and (open_understood or is_cued(listener, item, heard)):
            found.append((item.id, reading))
    return found or _amount(later, heard, left)


def _stands_alone(one: Evidence, heard: Heard, left: frozenset[int], item: Item) -> bool:
    content = one.places & heard.content
    if one.small or one.tier < FULL or not content or not content <= left:
        return False
    longest = max(len(heard.tokens[place].text) for place in content)
    least = FORM if len(content) > 1 else EXACT
    sure = all(max(heard.known[place].values(), default=0.0) >= least for place in content)
    short = longest < _SHORTEST
    negated = one.negated and not asks_what_to_avoid(item)
    return sure and not short and not negated


def _apart(one: Evidence, heard: Heard, used: frozenset[int]) -> bool:
    """Whether a part of the message speaks of nothing but this: one that says the open answer has no second one."""
    taken = {heard.tokens[place].part for place in used}
    return not any(heard.tokens[place].part in taken for place in one.places)


def _fills_its_part(listener: Ear, item: Item, one: Evidence, heard: Heard) -> bool:
    """Whether its part of the message says nothing but this, words of the question left aside."""
    parts = {heard.tokens[place].part for place in one.places}
    told = {place for place in heard.content if heard.tokens[place].part in parts}
    told -= _cues(listener, item, heard) - one.places
    told -= {place for place in told if heard.tokens[place].text in BACKGROUND} - one.places
    return len(one.places & told) >= len(told)


def _is_a_statement(listener: Ear, item: Item, one: Evidence, heard: Heard, used: frozenset[int]) -> bool:
    """Whether it is said for itself: behind punctuation, with a word of its question, or with "I have" and the like.

    What is only joined to the open answer by "and" describes the same thing.
    """
    parts = {heard.tokens[place].part for place in one.places}
    clauses = {heard.tokens[place].clause for place in one.places}
    if not used or not clauses & {heard.tokens[place].clause for place in used}:
        return True
    said = {token.text for token in heard.tokens if token.part in parts}
    stated = any(word in _OWN or word.removeprefix("و") in _OWN for word in said)
    return stated or bool(_cues(listener, item, heard) & {p for p, t in enumerate(heard.tokens) if t.part in parts})


def _unrivalled(
    item: Item,
    strong: Sequence[Evidence],
    claims: Sequence[tuple[Item, list[Evidence]]],
    listener: Ear,
    heard: Heard,
) -> list[Evidence]:
    """Those that no other question says better: by more words, by a word of the question, or by coming first."""
    kept = []
    for one in strong:
        rivals = [
            (other, theirs)
            for other, listed in claims
            if other.id != item.id
            for theirs in listed
            if theirs.places & one.places
        ]
        rank = _rank(item, one, listener, heard)
        if all(rank > _rank(other, theirs, listener, heard) for other, theirs in rivals):
            kept.append(one)
    return kept


def _rank(item: Item, one: Evidence, listener: Ear, heard: Heard) -> tuple[int, int]:
    parts = {heard.tokens[place].part for place in one.places}
    cues = {place for place in _cues(listener, item, heard) if heard.tokens[place].part in parts}
    return len(one.places | cues), len(cues)


def is_cued(listener: Ear, item: Item, heard: Heard) -> bool:
    """Whether a word of the question itself stands in the message."""
    return bool(_cues(listener, item, heard))


def _cues(listener: Ear, item: Item, heard: Heard) -> set[int]:
    known = listener.cues.get(item.id, frozenset())
    return {place for place in heard.content if any(form in known for form in forms(heard.tokens[place].text))}


def _of_later(item: Item, mine: Sequence[Evidence]) -> object | None:
    options = list(dict.fromkeys(one.option for one in mine))
    if not item.several:
        return options[0] if len(options) == 1 else None
    order = [option.id for option in item.options if option.id in options]
    least, most = item.minimum or 1, item.maximum or len(item.options)
    alone = any(item.option_by_id[one].exclusive for one in order)
    if item.type == "ranking" or not least <= len(order) <= most or (alone and len(order) > 1):
        return None
    return order


def _amount(later: Sequence[Item], heard: Heard, left: frozenset[int]) -> list[tuple[str, object]]:
    """An amount of money belongs to the one later question whose options are amounts."""
    places = amount_words(heard)
    priced = [item for item in later if intervals(item) and not item.several]
    if len(priced) != 1 or not places or not places <= left:
        return []
    clauses = {heard.tokens[place].clause for place in places}
    said = " ".join(token.text for token in heard.tokens if token.clause in clauses)
    amount = numerals.amount(said)
    if amount is None or not amount.money:
        return []
    option = option_for(priced[0], amount)
    return [(priced[0].id, option)] if option else []
