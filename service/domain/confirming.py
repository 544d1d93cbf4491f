"""Replies that are no answers: to "Is that right?" after answers were taken, and "no" where nothing is needed."""

from __future__ import annotations

import re
from typing import Literal

from service.domain.phrasing import group
from service.domain.shopper_words import NO, YES
from service.domain.small_words import plain
from service.domain.spelling import words

Reply = Literal["yes", "no", "bare yes", "bare no"]
"""What a confirmation is replied to; bare ones may also answer a question."""


def _set(listed: str) -> frozenset[tuple[str, ...]]:
    return frozenset(words(one) for one in listed.split("|"))


_RIGHT = _set(
    "correct|right|true|exactly|thats right|that is right|its right|thats correct|that is correct|all correct|"
    "all right|yes correct|yes right|yes thats right|yes that is right|yes thats correct|yes that is correct|"
    "yes exactly|all good|perfect|spot on|looks good|looks right|صحيح|صح|نعم صحيح|اي صحيح|ايه صحيح|ايوه صح|ايوا صح|"
    "اي صح|نعم صح|كله صحيح|كله صح|كلام صحيح|تمام|مضبوط|بالضبط|بالظبط|هذا صحيح|صحيح شكرا|تمام كذا|كذا صح"
)
_WRONG = _set(
    "wrong|incorrect|false|thats wrong|that is wrong|its wrong|thats not right|that is not right|not right|not correct|"
    "its not right|thats not correct|that is not correct|thats incorrect|no thats wrong|no that is wrong|"
    "no thats not right|no that is not right|not quite|not exactly|no wrong|not what i meant|thats not what i meant|"
    "you got it wrong|no not right|no incorrect|not true|مو صحيح|مب صحيح|مش صحيح|غير صحيح|ليس صحيحا|مهو صحيح|"
    "ما هو صحيح|مو صح|مش صح|مب صح|لا مو صحيح|لا مش صح|لا مو صح|لا غير صحيح|لا غلط|لا خطأ|غلط|خطأ|كله غلط|هذا غلط|"
    "هذا خطأ|هذا غير صحيح|مو مضبوط|مش مضبوط|مو بالضبط|مش بالظبط|مو كذا|مش كده|مو هيك|ليس كذلك|ما قصدت كذا"
)
_YES = _set("yes please|yes it is|yes thanks|yes thank you|yes yes|yes ok|great|نعم شكرا|ايوه شكرا|نعم نعم|اي نعم")
_NO = _set(
    "no it isnt|no it is not|no no|no please|no sorry|sorry no|لا لا|لا مو كذا|لا مش كده|لا مو هيك|لا عفوا|لا آسف"
)
_NOTHING = _set(
    "no|nope|nah|no thanks|no thank you|nothing|nothing else|nothing more|nothing to add|none|not really|no nothing|"
    "no nothing else|thats all|that is all|no thats all|not now|لا|لأ|لا شكرا|لا شي|لا شيء|ولا شي|ولا شيء|ما في شي|"
    "ما فيه شي|مافي|لا يوجد|ما عندي|ما عندي شي|ليس لدي|ليس لدي شيء|لا شيء آخر|ولا حاجة|لا ولا حاجة|مفيش|"
    "مفيش حاجة|بس كذا|هذا كل شيء|لا هذا كل شيء|لا أبدا|لا يوجد شيء"
)
_REFUSED = re.compile(r"^\s*(?:no|nope|nah|wrong|لا|لأ|غلط)\s*[,،.!;:–-]+\s*(\S.*)$", re.IGNORECASE | re.DOTALL)


def reply(text: str) -> Reply | None:
    """What a message replies to a confirmation, when it is nothing but a reply."""
    whole = words(text)
    if whole in _RIGHT:
        return "yes"
    if whole in _WRONG:
        return "no"
    said = tuple(plain(word) for word in whole)
    if said in group(YES) or whole in _YES:
        return "bare yes"
    return "bare no" if said in group(NO) or whole in _NO else None


def refused(text: str) -> str | None:
    """What stands behind the "no" of "no, dry skin"."""
    found = _REFUSED.match(text)
    return found[1] if found else None


def says_nothing(text: str) -> bool:
    """Whether a message says that there is nothing to say ("no thanks", «ولا شي»)."""
    return words(text) in _NOTHING
