"""An order of preference, as people type it: "oud then rose", "3 1 2", "1. oud 2. rose", «عود ثم ورد»."""

from __future__ import annotations

import re

from service.domain import numerals
from service.domain.answers import rank_bounds
from service.domain.hearing import FULL, Evidence, evidence, listen
from service.domain.phrasing import Ear
from service.domain.quiz import Item

_PLACE = re.compile(r"(?:^|(?<=[\s,;،]))\d{1,2}\s*[.):-]\s+|#\d{1,2}\s*|(?:^|(?<=[\s,;،]))\d{1,2}[.)](?=\D)")
_THEN = re.compile(
    r"[,;،؛\n>›»<‹/|→]|\s[-–—]\s|\b(?:and then|then|after that|followed by|and lastly|and finally|finally|lastly|"
    r"firstly|first|secondly|second|thirdly|third|last|before|and|و?من ثم|ثم|و?بعدين|و?بعدها|و?بعده|و?أخيرا|و?اخيرا|"
    r"و?أخيرًا|قبل|أولا|أولًا|اولا|ثانيا|ثانيًا|ثالثا|ثالثًا|رابعا|رابعًا)\b",
    re.IGNORECASE,
)


def order(listener: Ear, item: Item, text: str) -> tuple[str, ...]:
    """The options a message puts in an order, the first place first; none when it does not."""
    by_number = _numbers(item, text)
    if by_number:
        return by_number
    found: dict[str, None] = {}
    for part in _THEN.split(_PLACE.sub(",", text)):
        if not part.strip():
            continue
        named = [
            one for one in evidence(listener, item.id, listen(listener, part)) if one.tier >= FULL and not one.small
        ]
        if any(one.negated for one in named):
            return ()
        inside = _in_place(named)
        if inside is None:
            return ()
        found.update(dict.fromkeys(inside))
    return tuple(found)


def is_whole(item: Item, ids: tuple[str, ...]) -> bool:
    """Whether an order fills as many places as the item asks for."""
    least, most = rank_bounds(item)
    return least <= len(ids) <= most


def _in_place(named: list[Evidence]) -> list[str] | None:
    """The options of one part, in the order in which their words stand; ``None`` where words are shared."""
    seen: set[int] = set()
    for one in named:
        if one.places & seen:
            return None
        seen |= one.places
    return [one.option for one in sorted(named, key=lambda one: min(one.places))]


def _numbers(item: Item, text: str) -> tuple[str, ...]:
    """Places in the list that is shown: ``3 1 2``, ``3, 1, 2`` or, with less than ten options, ``312``."""
    plain = re.sub(r"[^\w]+", " ", numerals.in_digits(text)).split()
    if not plain or not all(word.isdigit() for word in plain):
        return ()
    if len(plain) == 1 and len(plain[0]) == len(item.options) < 10:
        plain = list(plain[0])
    places = [int(word) for word in plain]
    if len(places) < 2 or len(set(places)) < len(places) or not all(1 <= one <= len(item.options) for one in places):
        return ()
    return tuple(item.options[one - 1].id for one in places)
