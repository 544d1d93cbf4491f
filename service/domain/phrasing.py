"""What a quiz may hear: the phrases of each option, and the words that lead to them. Built once per version."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from service.domain.quiz import CHOICES, SCALES, Item, Option, Quiz
from service.domain.shopper_words import GROUPS, NO, NONE, UNSURE, YES
from service.domain.small_words import BACKGROUND, NEGATION, NEGATORS, STOP, plain
from service.domain.spelling import allowed_edits, deletions, edits, forms, is_arabic, skeleton, tidy, words
from service.domain.text import Text

EXACT, FORM, SOUND, TYPO = 1.0, 0.95, 0.9, 0.8

_ALTERNATIVES = re.compile(r"[,.;:?!،؛؟()]|\b(?:and|or|أو|و)\b|(?<=\s)و(?=\S)", re.IGNORECASE)
_ANSWERS = frozenset({YES, NO, NONE, UNSURE, "normal", "other", "both"})
_EVERY = frozenset(words("everything all كل كله كلها"))
_AVOID = re.compile(r"keep out|avoid|allerg|leave out|stay away|cannot bear|تجنب|استبعاد|حساسيه من|نستبعد|لا تحتمل")
_HINDERED = re.compile(r"kept you from|stopped you|prevent|hold you back|held you back|hesitat|يثني|منع|ترددت|عائق")
_BEARING = frozenset(words("allergic allergy allergies intolerant reaction reactions حساسيه حساسيات تحسس"))
_RANKED = frozenset({"ranking", "consent"})


@dataclass(frozen=True)
class Phrase:
    """A way of saying an option.

    :param words: all words, those that negate as one sign
    :param needed: the words that must be there; none when the phrase has only small words ("for me")
    :param whole: the definition's own words or a group's, and not a part of a label
    """

    item: str
    option: str
    words: tuple[str, ...]
    needed: tuple[str, ...]
    whole: bool = True


@dataclass(frozen=True)
class Ear:
    """All that a quiz listens for.

    :param phrases: of every option
    :param by_word: phrases in which a word is needed
    :param cues: words of each question itself: they say which question is meant, not what the answer is
    :param spoken: words of the quiz's own texts, which are no typos of others
    """

    phrases: tuple[Phrase, ...]
    small: tuple[Phrase, ...]
    by_word: Mapping[str, tuple[int, ...]]
    by_form: Mapping[str, frozenset[str]]
    by_sound: Mapping[str, frozenset[str]]
    by_deletion: Mapping[str, frozenset[str]]
    exact: Mapping[str, Mapping[tuple[str, ...], frozenset[str]]]
    cues: Mapping[str, frozenset[str]]
    spoken: frozenset[str]
    heard: dict[str, Mapping[str, float]] = field(default_factory=dict)

    def hear(self, word: str) -> Mapping[str, float]:
        """The known words that a typed word stands for, with how surely."""
        found = self.heard.get(word)
        if found is None:
            found = self._hear(word)
            if len(self.heard) < 8192:
                self.heard[word] = found
        return found

    def _hear(self, word: str) -> Mapping[str, float]:
        if word in NEGATORS:
            return {NEGATION: EXACT}
        found: dict[str, float] = {}
        for place, form in enumerate(forms(word)):
            for known in self.by_form.get(form, ()):
                sure = EXACT if known == word else FORM
                found[known] = max(found.get(known, 0.0), sure if place == 0 or known != word else EXACT)
        if found:
            return found
        found = dict.fromkeys(self._near(word), TYPO)
        if not found and not is_arabic(word) and len(word) > 2 and word not in STOP:
            sound = skeleton(word)
            found = dict.fromkeys(self.by_sound.get(sound, ()), SOUND) if len(sound) > 2 or _has_number(word) else {}
        return found

    def _near(self, word: str) -> set[str]:
        most = allowed_edits(word)
        if not most or word in STOP or word in BACKGROUND or word in self.spoken:
            return set()
        close = {known for one in deletions(word) for known in self.by_deletion.get(one, ())}
        found = {known for known in close if edits(word, known, most) <= min(most, allowed_edits(known))}
        return {known for known in found if known not in STOP}


def ear(quiz: Quiz) -> Ear:
    """What a quiz listens for; kept with the quiz, which never changes."""
    found: Ear | None = vars(quiz).get("_ear")
    if found is None:
        found = vars(quiz)["_ear"] = _build(quiz)
    return found


def _build(quiz: Quiz) -> Ear:
    every = [phrase for item in quiz.items for phrase in item_phrases(item)]
    phrases = tuple(phrase for phrase in every if phrase.needed)
    by_word: dict[str, list[int]] = defaultdict(list)
    exact: dict[str, dict[tuple[str, ...], set[str]]] = defaultdict(lambda: defaultdict(set))
    for number, phrase in enumerate(phrases):
        for word in set(phrase.needed):
            by_word[word].append(number)
    for phrase in every:
        if phrase.whole:
            exact[phrase.item][phrase.words].add(phrase.option)
    vocabulary = set(by_word) - {NEGATION}
    return Ear(
        phrases=phrases,
        small=tuple(phrase for phrase in every if not phrase.needed),
        by_word={word: tuple(numbers) for word, numbers in by_word.items()},
        by_form=_sets((form, word) for word in vocabulary for form in forms(word)),
        by_sound=_sets((skeleton(word), word) for word in vocabulary if is_arabic(word) and skeleton(word)),
        by_deletion=_sets((one, word) for word in vocabulary if allowed_edits(word) for one in deletions(word)),
        exact={item: {said: frozenset(ids) for said, ids in known.items()} for item, known in exact.items()},
        cues={item.id: _cues(item) for item in quiz.items},
        spoken=frozenset(word for item in quiz.items for word in _spoken(item)),
    )


def item_phrases(item: Item) -> Iterator[Phrase]:
    """Every way of saying each of an item's options, and the ends of its scale."""
    if item.type in SCALES:
        yield from _ends(item)
        return
    if item.type not in CHOICES | _RANKED and not item.options:
        return
    own = {option.id: dict.fromkeys(_own_words(option)) for option in item.options}
    parts = {option.id: dict.fromkeys(_parts(option)) for option in item.options}
    taken: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for option_id, said in own.items():
        for one in said:
            taken[one].add(option_id)
    groups = {option.id: _groups_of(item, option, own) for option in item.options}
    vocabulary = {option_id: {word for one in said for word in one} for option_id, said in own.items()}
    for option in item.options:
        said = own[option.id]
        others = {word for other, known in vocabulary.items() if other != option.id for word in known}
        for one in said:
            yield _phrase(item, option, one)
        for name in groups[option.id]:
            for one in group(name):
                foreign = {word for word in one if word in others and word not in vocabulary[option.id]} - STOP
                if one not in said and not taken[one] - {option.id} and not (foreign and len(set(one) - STOP) == 1):
                    yield _phrase(item, option, one)
        for one in parts[option.id]:
            if one not in said and not taken[one] - {option.id} and set(one) - STOP:
                yield _phrase(item, option, one, whole=False)


@cache
def group(name: str) -> tuple[tuple[str, ...], ...]:
    """The phrases of a group of words that mean the same."""
    listed = GROUPS[name].replace("\n", ",").split(",")
    return tuple(dict.fromkeys(_said(one) for one in listed if words(one)))


def _groups_of(item: Item, option: Option, own: Mapping[str, Iterable[tuple[str, ...]]]) -> list[str]:
    if item.type in ("yes_no", "consent") and option.id in (YES, NO, "granted", "declined"):
        return [YES if option.id in (YES, "granted") else NO]
    found = []
    for name in GROUPS:
        speakers = [option_id for option_id, said in own.items() if _speaks(name, said)]
        if speakers == [option.id] and name not in (YES, NO):
            found.append(name)
    return found


def _speaks(name: str, said: Iterable[tuple[str, ...]]) -> bool:
    """Whether an option's own words have the first phrase of a group, or two of the others."""
    known = group(name)
    own = set(said)
    return known[0] in own or len(own.intersection(known)) > 1


def _ends(item: Item) -> Iterator[Phrase]:
    for option, text in (("low", item.low), ("high", item.high)):
        for label in text.by_lang.values():
            said = _said(label)
            if said:
                yield Phrase(item.id, option, said, _needed(said))
    speakers = {
        name: [end for end, text in (("low", item.low), ("high", item.high)) if _holds(name, text)] for name in GROUPS
    }
    for name, ends in speakers.items():
        if len(ends) == 1 and name not in _ANSWERS:
            for said in group(name):
                yield Phrase(item.id, ends[0], said, _needed(said))


def _holds(name: str, text: Text) -> bool:
    """Whether a text has a phrase of a group in it."""
    for label in text.by_lang.values():
        said = _said(label)
        for one in group(name):
            if len(set(one) - STOP) and any(said[at : at + len(one)] == one for at in range(len(said) - len(one) + 1)):
                return True
    return False


def _own_words(option: Option) -> Iterator[tuple[str, ...]]:
    yield from (_said(label) for label in option.label.by_lang.values() if words(label))
    for listed in option.synonyms.values():
        yield from (_said(one) for one in listed if words(one))
    if words(option.id.replace("_", " ").replace("-", " ")) and not option.id.isdigit():
        yield _said(option.id.replace("_", " ").replace("-", " "))


def _parts(option: Option) -> Iterator[tuple[str, ...]]:
    for label in option.label.by_lang.values():
        cut = [part for part in _ALTERNATIVES.split(label) if words(part)]
        if len(cut) > 1:
            yield from (_said(part) for part in cut)


def _phrase(item: Item, option: Option, said: tuple[str, ...], *, whole: bool = True) -> Phrase:
    return Phrase(item.id, option.id, said, _needed(said), whole)


def _said(text: str) -> tuple[str, ...]:
    return tuple(plain(word) for word in words(text))


def _needed(said: tuple[str, ...]) -> tuple[str, ...]:
    """The words that must be there. A phrase of nothing but negation and small words is needed as it stands."""
    content = [word for word in said if word not in STOP]
    telling = any(word != NEGATION and word not in BACKGROUND | _EVERY for word in content)
    return tuple(content) if telling or (len(said) == 1 and NEGATION not in said) else ()


def _cues(item: Item) -> frozenset[str]:
    told = [*item.text.by_lang.values(), item.id.replace("_", " ")]
    found = {word for text in told for word in words(text)}
    if asks_what_to_avoid(item):
        found |= _BEARING
    return frozenset(form for word in found - STOP for form in forms(word))


def asks_what_to_avoid(item: Item) -> bool:
    """Whether a question asks what must not be: there "no perfume" names perfume."""
    return any(_AVOID.search(tidy(text)) for text in item.text.by_lang.values())


def asks_what_hindered(item: Item) -> bool:
    """Whether a question asks for an obstacle: there "no Apple Pay" names the payment."""
    return any(_HINDERED.search(tidy(text)) for text in item.text.by_lang.values())


def _spoken(item: Item) -> Iterator[str]:
    for text in (item.text, item.help):
        for said in text.by_lang.values():
            yield from words(said)


def _sets(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for key, word in pairs:
        found[key].add(word)
    return {key: frozenset(known) for key, known in found.items()}


def _has_number(word: str) -> bool:
    return any(char.isdigit() for char in word) and not word.isdigit()
