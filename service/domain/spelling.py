"""Words as people type them: in one form, with the endings and prefixes they may have lost, and with typos.

Two words are the same word when one of their forms is the same: as typed, without the article and prepositions that
Arabic writes on, without plural and other endings, and, for Arabic typed with Latin letters, by its consonants
(«حبوب» is ``7oboob``). A typo is one edit (a letter too much, too few, another one, or two swapped) in a word of four
letters or more (five in Arabic, whose words are shorter), two in one of nine or more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from service.domain.number_words import NUMBER_WORDS
from service.domain.search import normalise

LONGEST = 2_000
"""Characters of a message that are read; nobody answers a question with more."""
MOST_WORDS = 120

_APOSTROPHES = re.compile(r"['’‘`´]")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_WORD = re.compile(r"[^\W_]+")
_BREAK = re.compile(r"[,.;:!?،؛؟\n()\"«»|/]|\s[-–—]\s")
_ARABIC = re.compile(r"[\u0600-\u06ff]")

_PREFIXES = ("وال", "بال", "كال", "فال", "عال", "هال", "ولل", "لل", "ال", "و", "ف", "ب", "ل", "ك")
_SUFFIXES = ("هما", "ها", "هم", "كم", "نا", "ني", "ات", "ين", "ون", "ان", "يه", "ه", "ي", "ك", "و", "ش")
_POSSESSIVE = frozenset({"ها", "هم", "كم", "نا", "ي", "ك"})
_JOINING = frozenset({"and", "but", "also", "plus", "with", "و", "بس", "لكن", "كمان", "مع"})
_OWN_WAW = (
    "وجه",
    "وحد",
    "وقت",
    "والد",
    "وصل",
    "ورد",
    "وزن",
    "ولد",
    "ولاد",
    "واق",
    "واحد",
    "وايد",
    "وسط",
    "وظيف",
    "وصف",
)
"""Words whose first letter is their own, not the "and" that is written on."""
_SHORTEST = 3

# Arabic by the consonants that Latin letters write; long vowels are left out on both sides.
_CONSONANTS = str.maketrans(
    {
        **dict.fromkeys("اويهةءى", ""),
        **dict(zip("بتجحخدرزسشصضطعغفقكلمن", "btjHxdrzs$sdt3Gfqklmn", strict=True)),
        **{"ث": "t", "ذ": "d", "ظ": "z"},
    }
)
_DIGRAPHS = (("sh", "$"), ("ch", "$"), ("kh", "x"), ("gh", "G"), ("th", "t"), ("dh", "d"), ("3'", "G"))
_LATIN = str.maketrans({**dict.fromkeys("aeiouywh", ""), "5": "x", "7": "H", "8": "G", "9": "s", "6": "t", "2": ""})
_LATIN_SAME = str.maketrans({"g": "j", "v": "f", "p": "b", "H": ""})


@dataclass(frozen=True)
class Token:
    """One word of a message.

    :param text: normalised
    :param clause: which clause of the message it stands in, from 0; clauses end at punctuation
    :param part: which part, from 0; parts end where clauses do and before "and"
    """

    text: str
    clause: int
    part: int = 0


@lru_cache(maxsize=2048)
def tidy(text: str) -> str:
    """A message in one form: normalised, without invisible marks and apostrophes, drawn-out letters cut to one."""
    plain = _INVISIBLE.sub("", text[:LONGEST])
    plain = normalise(_APOSTROPHES.sub("", plain).replace("&", " and ").replace("+", " and "))
    return _REPEATED.sub(r"\1", plain)


def tokens(text: str) -> list[Token]:
    """The words of a message, clause by clause; clauses end at punctuation."""
    found: list[Token] = []
    part = 0
    for clause, piece in enumerate(_BREAK.split(tidy(_mark_breaks(text)))):
        part += 1
        for place, word in enumerate(_WORD.findall(piece)):
            part += word in _JOINING or (place > 0 and _begins_with_and(word))
            found.append(Token(word, clause, part))
    return found[:MOST_WORDS]


def _begins_with_and(word: str) -> bool:
    return word.startswith("و") and len(word) > _SHORTEST and not word.startswith(_OWN_WAW)


def _mark_breaks(text: str) -> str:
    return text.replace("\n", " ، ")


def words(text: str) -> tuple[str, ...]:
    """The words of a phrase, normalised."""
    return tuple(_WORD.findall(tidy(text)))


def is_arabic(text: str) -> bool:
    """Whether a text has Arabic letters."""
    return _ARABIC.search(text) is not None


@lru_cache(maxsize=16384)
def forms(word: str) -> tuple[str, ...]:
    """The forms by which a word is the same as another, itself first."""
    if word.isdigit():
        return (word,)
    found = _arabic_forms(word) if is_arabic(word) else (word, *_english_forms(word))
    number = NUMBER_WORDS.get(word, 0)
    return (*found, str(number)) if number > 1 else found


def _arabic_forms(word: str) -> tuple[str, ...]:
    bare = [word, *_without_prefixes(word)]
    if len(bare) > 1:
        bare += _without_prefixes(bare[1])
    found = dict.fromkeys(bare)
    for one in bare:
        for suffix in _SUFFIXES:
            if one.endswith(suffix) and len(one) - len(suffix) >= _SHORTEST:
                stem = one[: -len(suffix)]
                found[stem] = None
                if stem.endswith("ت") and suffix in _POSSESSIVE:  # صديقتي is of صديقة
                    found[f"{stem[:-1]}ه"] = None
                    if len(stem) > _SHORTEST:
                        found[stem[:-1]] = None
    return tuple(found)


def _without_prefixes(word: str) -> list[str]:
    return [word[len(one) :] for one in _PREFIXES if word.startswith(one) and len(word) - len(one) >= _SHORTEST]


def _english_forms(word: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for ending, instead in (
        ("ies", "y"), ("es", ""), ("s", ""), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"), ("ly", ""),
        ("y", ""), ("iness", "y"), ("ness", ""), ("e", ""),
    ):  # fmt: skip
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST and not word.endswith("ss"):
            found[word[: -len(ending)] + instead] = None
    return tuple(found)


@lru_cache(maxsize=8192)
def skeleton(word: str) -> str:
    """The consonants of a word, the same for Arabic in Arabic and in Latin letters; empty when there are too few."""
    if is_arabic(word):
        article = word[2:] if word.startswith("ال") and len(word) > 4 else word
        found = article.translate(_CONSONANTS).replace("H", "")
    else:
        for written, sound in _DIGRAPHS:
            word = word.replace(written, sound)
        found = word.translate(_LATIN).translate(_LATIN_SAME)
    return found if len(found) >= 2 else ""


def deletions(word: str) -> Iterable[str]:
    """The word, and the word with one letter taken out at each place: two words one edit apart share one of these."""
    yield word
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


def allowed_edits(word: str) -> int:
    """How many typos a word may have and still be read."""
    if word.isdigit():
        return 0
    shortest = 5 if is_arabic(word) else 4
    return 0 if len(word) < shortest else 1 if len(word) < 9 else 2


def edits(first: str, second: str, most: int) -> int:
    """Letters to add, take out, change or swap with their neighbour to make one word the other.

    :return: ``most + 1`` when it takes more than ``most``
    """
    if abs(len(first) - len(second)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, char in enumerate(first, 1):
        older, before, row = before, row, [i]
        for j, other in enumerate(second, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (char != other))
            if i > 1 and j > 1 and char == second[j - 2] and first[i - 2] == other:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
