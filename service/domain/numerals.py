"""Numbers as people write them: digits of any script, words of both languages and their dialects, ordinals, ranges."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from service.domain.number_words import NUMBER_WORDS, ORDINAL_WORDS
from service.domain.spelling import tidy

_HUNDRED, _THOUSAND = 100, 1000

_NUMBER = re.compile(r"\d+(?:[.,٫]\d+)?")
_FRACTION = re.compile(r"(\d+)\s*(?:/|out of|of|على|من اصل|من)\s*(\d+)")
_BETWEEN = re.compile(r"(\d+)\s*(?:-|–|to|till|until|الى|ل|لحد|و|and)\s*(\d+)")
_BETWEEN_WORD = re.compile(r"\b(?:between|from|بين|من)\b")
_AT_MOST = re.compile(
    r"\b(?:up to|under|below|less than|fewer than|at most|max|maximum|no more than|not more than|not over|within|"
    r"حتي|تحت|اقل من|بحد اقصي|ما يتعدي|ما تتعدي|لا يتجاوز|ما يتجاوز|بالكثير|الي حد|لحد|كحد اقصي|"
    r"(?:مش|مو|مب|ما|لا|ليس)\s+(?:\w+\s+)?(?:اكثر|اكتر|ازيد|فوق)(?: من)?)\b"
)
_AT_LEAST = re.compile(
    r"\b(?:over|above|more than|at least|min|minimum|upwards of|اكثر من|اكتر من|فوق|ازيد من|علي الاقل|يتجاوز)\b"
)
_MONEY = re.compile(
    r"\b(?:sar|sr|riyals?|rials?|aed|dirhams?|kwd|egp|jod|usd|dollars?|bucks|eur|euros?|gbp|pounds?|"
    r"ريال|ريالات|درهم|دراهم|دينار|دنانير|جنيه|جنيهات|دولار|دولارات|يورو|ر س)\b|[$€£﷼]"
)
_ABOUT = re.compile(
    r"\b(?:around|about|roughly|approximately|circa|or so|ish|maybe|probably|"
    r"حدود|بحدود|حوالي|تقريبا|يعني|نحو|يمكن|بحول)\b"
)


_BESIDE = re.compile(
    r"ل|لين|لحد|الي|till|until|limit|budget|ميزاني\w*|حد|سقف|اقصي|اكثر|اكتر|اقل|حدود|sar|out|say|score|mark|rate|rating|maybe|solid|star|stars|درجه|نجوم|نجمه|less|more|"
    r"give|gives|points|point|go|goes|id|rather|اعطي|اعطيكم|اعطيه|بعطيكم|بدي|اديكم|اديها|هديكم|نقطه|نقاط|علامه|رقم|تستاهلون|"
    r"fewer|most|least|يتعدي|تتعدي|يتجاوز|تتجاوز|يزيد|تزيد|ازيد|بالكثير|تحت|فوق"
)
_LONGEST_NUMBER = 6


@dataclass(frozen=True)
class Amount:
    """A number or a range in a message.

    :param low: least value meant, ``None`` when open downwards
    :param high: greatest value meant, ``None`` when open upwards
    :param money: a currency is named
    :param framed: words around it show that a quantity is meant ("up to", "around"), not the place in a list
    """

    low: float | None
    high: float | None
    money: bool
    framed: bool

    @property
    def single(self) -> float | None:
        """The number, when it is one."""
        return self.low if self.low is not None and self.low == self.high else None


def in_digits(text: str) -> str:
    """A message in one form with its number words written as digits: "two hundred" becomes 200."""
    return _digits_of(tidy(text))


@lru_cache(maxsize=1024)
def _digits_of(plain: str) -> str:
    out: list[str] = []
    pending: int | None = None
    for word in re.findall(r"[^\W_]+|[^\w\s]|_|\s+", plain):
        value = number_word(word)
        if value is None:
            if pending is not None and not word.isspace():
                out.append(f"{pending} ")
                pending = None
            out.append(word)
        else:
            pending = value if pending is None else _joined(pending, value, out)
    if pending is not None:
        out.append(str(pending))
    return " ".join("".join(out).split())


def number_word(word: str) -> int | None:
    """The number a word says, with "و" in front or not."""
    found = NUMBER_WORDS.get(word)
    if found is None and word.startswith("و"):
        found = NUMBER_WORDS.get(word[1:])
    return found


def _joined(before: int, value: int, out: list[str]) -> int:
    if value in (_HUNDRED, _THOUSAND) and before < value:
        return before * value
    if value < before and before >= 20 and before % 10 == 0:
        return before + value
    out.append(f"{before} ")
    return value


def fraction(text: str) -> tuple[int, int] | None:
    """``(8, 10)`` of "8 out of 10", "8/10" and «٨ من ١٠»."""
    found = _FRACTION.search(in_digits(text))
    return (int(found[1][:9]), int(found[2][:9])) if found else None


def numbers(text: str) -> list[float]:
    """The numbers of a message in their order, those in words too."""
    return [float(one.replace(",", ".").replace("٫", ".")[:15]) for one in _NUMBER.findall(_no_grouping(text))]


def _no_grouping(text: str) -> str:
    return re.sub(r"(?<=\d)[,٬](?=\d{3}\b)", "", in_digits(text))


def beside(word: str) -> bool:
    """Whether a word may stand beside a number without making it a number of something else ("my limit is 200")."""
    return any(one.fullmatch(word) for one in (_MONEY, _BESIDE, _ABOUT, _AT_MOST, _AT_LEAST, _BETWEEN_WORD))


def ordinals(words: Sequence[str]) -> list[int]:
    """The places in a list that words name ("first", «الثالثة»); ``-1`` is the last."""
    found = []
    for word in words:
        place = ORDINAL_WORDS.get(word)
        if place is None and word[:1] in "وبل" and len(word) > 3:
            place = ORDINAL_WORDS.get(word[1:])
        if place is not None:
            found.append(place)
    return found


def amount(text: str) -> Amount | None:
    """The quantity a message names, if it names one."""
    plain = _no_grouping(text)
    found = numbers(plain)
    if any(number >= 10**_LONGEST_NUMBER for number in found) or re.search(r"\b0\d{5,}", plain):
        return None
    money = _MONEY.search(plain) is not None
    if not found or len(found) > 2:
        return None
    if len(found) == 2:
        ranged = _BETWEEN.search(plain) is not None and found[0] < found[1]
        if not ranged:
            return None
        return Amount(found[0], found[1], money, framed=money or _BETWEEN_WORD.search(plain) is not None)
    number = found[0]
    if _AT_MOST.search(plain):
        return Amount(None, number, money, framed=True)
    if _AT_LEAST.search(plain):
        return Amount(number, None, money, framed=True)
    return Amount(number, number, money, framed=money or _ABOUT.search(plain) is not None)
