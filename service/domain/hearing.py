"""What a message says about the options of a question: the evidence, before anything is decided."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from service.domain.phrasing import FORM, TYPO, Ear, Phrase
from service.domain.small_words import (
    ALTERNATIVES,
    BACKGROUND,
    CONTRAST,
    INDIFFERENT,
    NEGATION,
    NEGATORS,
    QUESTION_STARTS,
    STOP,
    is_small,
)
from service.domain.spelling import Token, forms, tokens, words

WHOLE, FULL, ALIKE, PART = 4, 3, 2, 1
"""How well an option is said: the whole message is its phrase; a phrase of it stands in full; so, but with a typo;
only a telling word of it."""

_NEGATION_REACH = 4
_WIDEST_GAP = 4
_MOST_PLACES = 3
_SMALL_BESIDE = 3
_LONGEST_TOLD = 3
_VERBS = frozenset(words("do does did is are can could will would"))
"""Words that begin a question, but not with a negation behind them ("would never recommend")."""


@dataclass(frozen=True)
class Heard:
    """A message in words, with the known words each may stand for."""

    tokens: tuple[Token, ...]
    known: tuple[Mapping[str, float], ...]
    question: bool

    @property
    def content(self) -> frozenset[int]:
        """Places of the words that may carry an answer."""
        return frozenset(
            place for place, token in enumerate(self.tokens) if not is_small(token.text) and token.text not in NEGATORS
        )

    @property
    def said(self) -> tuple[str, ...]:
        """All words, those that negate as one sign."""
        return tuple(NEGATION if token.text in NEGATORS else token.text for token in self.tokens)


@dataclass(frozen=True)
class Evidence:
    """What speaks for an option.

    :param places: the words of the message that do
    :param tier: how well it is said
    :param negated: what speaks for it is negated: it is ruled out
    :param small: only small words say it ("for me")
    """

    option: str
    places: frozenset[int]
    tier: int
    negated: bool = False
    small: bool = False
    weight: float = field(default=0.0, compare=False)


def listen(ear: Ear, text: str) -> Heard:
    """The words of a message as this quiz knows them."""
    found = tuple(tokens(_with_exceptions(text)))
    last = text.rstrip()[-1:]
    states = len(found) > 1 and found[0].text in _VERBS and found[1].text in NEGATORS
    asks = last in ("?", "؟") or (bool(found) and found[0].text in QUESTION_STARTS and not states)
    return Heard(found, tuple(ear.hear(token.text) for token in found), asks)


_ALL_BUT = re.compile(r"\b(any|every|all)(\w*)((?: \w+)?) but\b", re.IGNORECASE)
_NOTHING_BUT = re.compile(
    r"\b(?:nothing|none|not|no(?: \w+)?) (?:but|except)\b|\b(?:ما|لا|مش|مو|مب|ولا)(?: \w+){1,2} (?:الا|إلا|غير)\b",
    re.IGNORECASE,
)


def _with_exceptions(text: str) -> str:
    """ "Anything but oud" rules oud out, "nothing but oud" names it."""
    return _ALL_BUT.sub(r"\1\2\3 except", _NOTHING_BUT.sub("only", text))


def evidence(ear: Ear, item: str, heard: Heard) -> list[Evidence]:
    """What the message says about each option of an item: the best for each, and what is ruled out."""
    whole = _whole(ear, item, heard)
    if whole:
        places = frozenset(range(len(heard.tokens)))
        return [Evidence(option, places, WHOLE, weight=float(len(places))) for option in sorted(whole)]
    found = [*_full(ear, item, heard), *_small(ear, item, heard)]
    found += _parts(ear, item, heard, {one.option for one in found})
    return _negated(item, heard, found, ear)


def _whole(ear: Ear, item: str, heard: Heard) -> frozenset[str]:
    known = ear.exact.get(item, {})
    said = heard.said
    return known.get(said) or known.get(_trimmed(said)) or frozenset()


_POLITE = frozenset(
    words(
        "please pls plz thanks thank you well hm hmm um oh ok okay its it is im i think guess maybe probably just "
        "tbh lol "
        "لو سمحت سمحتي شكرا والله يعني طيب الله الحمد لله بس مره جدا"
    )
)


def _trimmed(said: tuple[str, ...]) -> tuple[str, ...]:
    first, last = 0, len(said)
    while first < last and said[first] in _POLITE:
        first += 1
    while last > first and said[last - 1] in _POLITE:
        last -= 1
    return said[first:last]


def _full(ear: Ear, item: str, heard: Heard) -> Iterator[Evidence]:
    places = _places(heard)
    seen: set[int] = set()
    for word in places:
        for number in ear.by_word.get(word, ()):
            phrase = ear.phrases[number]
            if phrase.item != item or number in seen:
                continue
            seen.add(number)
            found = _match(phrase, places, heard)
            if found:
                yield found


def _places(heard: Heard) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, known in enumerate(heard.known):
        for word in known:
            found.setdefault(word, []).append(place)
    return found


def _match(phrase: Phrase, places: Mapping[str, list[int]], heard: Heard) -> Evidence | None:
    options = []
    for word in phrase.needed:
        at = places.get(word)
        if not at:
            return None
        options.append(at[:_MOST_PLACES])
    best: tuple[int, ...] | None = None
    for chosen in product(*options):
        if len(set(chosen)) < len(chosen):
            continue
        if (
            NEGATION in phrase.needed
            and chosen[phrase.needed.index(NEGATION)]
            > min((place for word, place in zip(phrase.needed, chosen, strict=True) if word != NEGATION), default=-1)
            and phrase.needed[0] == NEGATION
        ):
            continue
        span = max(chosen) - min(chosen)
        if heard.tokens[max(chosen)].clause != heard.tokens[min(chosen)].clause:
            continue
        if span <= len(phrase.words) - 1 + _WIDEST_GAP and (best is None or span < max(best) - min(best)):
            best = chosen
    if best is None:
        return None
    sure = min(heard.known[place][word] for word, place in zip(phrase.needed, best, strict=True))
    weight = sum(heard.known[place][word] for word, place in zip(phrase.needed, best, strict=True))
    return Evidence(phrase.option, frozenset(best), FULL if sure > TYPO else ALIKE, weight=weight)


def _small(ear: Ear, item: str, heard: Heard) -> Iterator[Evidence]:
    """Phrases of small words count where nothing else stands in their clause."""
    said = heard.said
    for phrase in ear.small:
        if phrase.item != item:
            continue
        length = len(phrase.words)
        for start in range(len(said) - length + 1):
            if said[start : start + length] != phrase.words:
                continue
            places = frozenset(range(start, start + length))
            clause = heard.tokens[start].clause
            alone = not any(heard.tokens[place].clause == clause for place in heard.content - places)
            few = _SMALL_BESIDE + (2 if start == 0 and NEGATION in phrase.words else 0)
            if alone and (length > 1 or _clause_words(heard, clause) <= length + few):
                yield Evidence(phrase.option, places, FULL, small=True, weight=0.5 * length)


def _clause_words(heard: Heard, clause: int) -> int:
    return sum(token.clause == clause for token in heard.tokens)


def _parts(ear: Ear, item: str, heard: Heard, known: set[str]) -> Iterator[Evidence]:
    """A word that only one option of the question has, of four letters or more, is telling."""
    for place, token in enumerate(heard.tokens):
        if token.text in STOP | BACKGROUND | INDIFFERENT or len(token.text) < 4 or _is_cue(ear, item, token.text):
            continue
        options = {
            ear.phrases[number].option
            for word, sure in heard.known[place].items()
            if sure >= FORM and word != NEGATION
            for number in ear.by_word.get(word, ())
            if ear.phrases[number].item == item and _may_tell(ear.phrases[number])
        }
        if len(options) == 1 and not options & known:
            yield Evidence(options.pop(), frozenset({place}), PART, weight=0.6)


def _may_tell(phrase: Phrase) -> bool:
    """Whether a single word may stand for a phrase: not for a long one, and never without its negation."""
    return len(phrase.needed) <= _LONGEST_TOLD and NEGATION not in phrase.needed


def _is_cue(ear: Ear, item: str, word: str) -> bool:
    return any(form in ear.cues.get(item, ()) for form in forms(word))


def _negated(item: str, heard: Heard, found: list[Evidence], ear: Ear) -> list[Evidence]:
    """Merge the evidence of each option, and mark what the message negates.

    A negation that belongs to the phrase itself ("no scent") negates nothing else.
    """
    own = frozenset().union(
        *(one.places for one in found if any(heard.tokens[place].text in NEGATORS for place in one.places))
    )
    matched = frozenset(place for one in found for place in one.places)
    denied = _denied(heard, matched, own)
    merged: dict[tuple[str, bool], Evidence] = {}
    for one in found:
        negated = bool(one.places & denied) and not _has_negator(heard, one)
        key = (one.option, negated)
        before = merged.get(key)
        merged[key] = _join(before, one, negated)
    return [one for one in merged.values() if one.negated or (one.option, True) not in merged or one.tier > PART]


def _has_negator(heard: Heard, one: Evidence) -> bool:
    return any(heard.tokens[place].text in NEGATORS for place in one.places)


def _join(before: Evidence | None, one: Evidence, negated: bool) -> Evidence:
    if before is None:
        return Evidence(one.option, one.places, one.tier, negated, one.small, one.weight)
    new = one.places - before.places
    weight = max(before.weight, one.weight) if not new else before.weight + one.weight * len(new) / len(one.places)
    return Evidence(
        one.option, before.places | one.places, max(before.tier, one.tier), negated, before.small and one.small, weight
    )


def _denied(heard: Heard, matched: frozenset[int], own: frozenset[int]) -> frozenset[int]:
    denied: set[int] = set()
    words = heard.tokens
    for place, token in enumerate(words):
        if token.text not in NEGATORS or place in own:
            continue
        denied |= _reach(words, place, matched)
        rest = [other.text for other in words[place + 1 : place + 1 + _NEGATION_REACH] if other.clause == token.clause]
        if any(word in INDIFFERENT for word in rest):
            denied |= {one for one in matched if words[one].clause == token.clause and not _contrast(words, place, one)}
    return frozenset(denied)


def _contrast(words: Sequence[Token], negator: int, place: int) -> bool:
    return place > negator and any(one.text in CONTRAST for one in words[negator + 1 : place])


def _reach(words: Sequence[Token], negator: int, matched: frozenset[int]) -> set[int]:
    """The known words a negation takes in: the first within four words, what stands right beside it, and what "or"
    joins to it; never past the end of the clause or a contrast."""
    found: set[int] = set()
    place, left = negator + 1, _NEGATION_REACH
    while place < len(words) and words[place].clause == words[negator].clause:
        text = words[place].text
        if text in CONTRAST:
            break
        if place in matched and text not in STOP:
            found.add(place)
        elif found and text not in ALTERNATIVES:
            break
        elif text not in STOP:
            left -= 1
        if left == 0:
            break
        place += 1
    return found


def explained(ear: Ear, item: str, heard: Heard, places: frozenset[int]) -> float:
    """The share of the words that may carry an answer that these places are, in the parts where they stand.

    Words of the question itself do not count.
    """
    parts = {heard.tokens[place].part for place in places}
    content = {
        place
        for place in heard.content
        if heard.tokens[place].part in parts
        and heard.tokens[place].text not in BACKGROUND
        and not _is_cue(ear, item, heard.tokens[place].text)
    }
    told = content | (places & heard.content)
    if not told:
        return 1.0
    return len(places & told) / len(told)
