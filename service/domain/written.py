"""What is typed in full instead of chosen: an address, a day, agreement, and words of one's own."""

from __future__ import annotations

import re

from service.domain import numerals
from service.domain.answers import day_number
from service.domain.phrasing import group
from service.domain.quiz import CONSENT_VALUES, OTHER, Item
from service.domain.shopper_words import NO, YES
from service.domain.small_words import plain
from service.domain.spelling import tidy, words

_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")
_PHONE = re.compile(r"\+?\d[\d\s().-]{5,}\d")
_DAY = re.compile(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b|\b(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\b")

_MONTHS = (
    "january jan يناير جانفي كانون_الثاني",
    "february feb فبراير فيفري شباط",
    "march mar مارس آذار",
    "april apr أبريل إبريل أفريل نيسان",
    "may مايو ماي أيار",
    "june jun يونيو يونيه جوان حزيران",
    "july jul يوليو يوليه جويلية تموز",
    "august aug أغسطس أوت غشت آب",
    "september sept sep سبتمبر شتنبر أيلول",
    "october oct أكتوبر تشرين_الأول",
    "november nov نوفمبر نونبر تشرين_الثاني",
    "december dec ديسمبر دجنبر كانون_الأول",
)
"""As they are called in English, the Gulf and Egypt, the Maghreb and the Levant."""
_MONTH = {tidy(name.replace("_", " ")): number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_NAMES = "|".join(sorted(map(re.escape, _MONTH), key=len, reverse=True))
_DAY_FIRST = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?[\s,.-]*(?:of |من |شهر )*({_NAMES})[\s,.،-]*(?:of |سنه |عام )?(\d{{4}})\b"
)
_MONTH_FIRST = re.compile(rf"\b({_NAMES})[\s.-]*(\d{{1,2}})(?:st|nd|rd|th)?[\s,.،-]+(\d{{4}})\b")


def _set(listed: str) -> frozenset[tuple[str, ...]]:
    return frozenset(words(one) for one in listed.split("|"))


_AGREED = _set(
    "i agree|agree|agreed|i do agree|yes i agree|i consent|i accept|accept|accepted|i do|fine by me|fine with me|"
    "i dont mind|no problem|no objection|yes please|أوافق|نعم أوافق|انا موافق|انا موافقة|نعم موافق|نعم موافقة|"
    "موافقين|أقبل|قبلت|ما عندي مانع|ماعندي مانع|لا مانع|لا مانع عندي|لا مانع لدي|ليس لدي مانع|ما في مانع|"
    "معنديش مانع|ما عندي مشكلة|ما فيه مشكلة|لا بأس"
)
_DECLINED = _set(
    "i dont agree|i do not agree|dont agree|do not agree|no i dont agree|i disagree|disagree|i decline|decline|"
    "i refuse|i dont consent|i do not consent|i dont accept|i do not accept|i dont want to|i dont|i do not|"
    "no i dont|no i do not|i mind|i object|لا أوافق|ما أوافق|مو موافق|مو موافقة|مش موافق|مش موافقة|غير موافق|"
    "غير موافقة|لست موافقا|لست موافقة|أرفض|رفضت|لا أقبل|ما أقبل|عندي مانع|لدي مانع|أفضل لا"
)

_SOMETHING_ELSE = re.compile(
    r"^\s*(?:(?:it'?s |it is )?(?:something|somebody|someone|somewhere) else|(?:an)?other(?: reason| one)?|else|"
    r"غير ذلك|غير كذا|غير هذا|شيء آخر|شي آخر|شي ثاني|شيء ثاني|حاجة تانية|حاجة ثانية|سبب آخر|شخص آخر|مكان آخر|آخر|أخرى|"
    r"غيره|غيرها)\s*(?:[:：–—=]|\s-)\s*(.+)$",
    re.IGNORECASE | re.DOTALL,
)


def written(item: Item, text: str) -> str | None:
    """An address, a day or agreement, found in the message."""
    if item.type == "email":
        found = _EMAIL.search(text)
        return found[0] if found else None
    if item.type == "phone":
        found = _PHONE.search(numerals.in_digits(text))
        return found[0] if found else None
    if item.type == "date":
        found_days = days(item, text)
        return found_days[0] if len(found_days) == 1 else None
    if item.type == "consent":
        return _agreed(text)
    return None


def days(item: Item, text: str) -> tuple[str, ...]:
    """The days a message may mean, as ``YYYY-MM-DD``: two where day and month can be told in both orders."""
    for said in (_western(text), numerals.in_digits(text)):
        found = _DAY.search(said)
        if found:
            return _by_numbers(item, found)
        named = _DAY_FIRST.search(said)
        if named:
            return (f"{named[3]}-{_MONTH[named[2]]:02}-{int(named[1]):02}",)
        named = _MONTH_FIRST.search(said)
        if named:
            return (f"{named[3]}-{_MONTH[named[1]]:02}-{int(named[2]):02}",)
    return ()


def own_words(item: Item, text: str) -> object:
    """The answer of a message that begins as "something else: …"; ``None`` for others."""
    if item.other is None:
        return None
    found = _SOMETHING_ELSE.match(text)
    said = found[1].strip() if found else _behind_label(item, text)
    if not said:
        return None
    return [{OTHER: said}] if item.several else {OTHER: said}


def _behind_label(item: Item, text: str) -> str:
    labels = [label for label in item.other.label.by_lang.values() if label] if item.other else []
    for label in labels:
        begun = text.strip()
        if begun.casefold().startswith(label.casefold()):
            rest = begun[len(label) :].lstrip()
            if rest[:1] in (":", "：", "–", "—", "="):
                return rest[1:].strip()
    return ""


def _by_numbers(item: Item, found: re.Match[str]) -> tuple[str, ...]:
    if found[1]:
        return (f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}",)
    first, second, year = int(found[4]), int(found[5]), found[6]
    day_first, month_first = f"{year}-{second:02}-{first:02}", f"{year}-{first:02}-{second:02}"
    if first == second or first > 12 or second > 12:
        return (month_first if second > 12 >= first else day_first,)
    fits = tuple(day for day in (day_first, month_first) if _fits(item, day))
    return fits or (day_first,)


def _fits(item: Item, day: str) -> bool:
    number = day_number(day)
    return (item.minimum is None or number >= item.minimum) and (item.maximum is None or number <= item.maximum)


def _western(text: str) -> str:
    """In one form, with the digits of every script as 0 to 9, but with number words as they are."""
    return "".join(str(int(char)) if char.isdecimal() else char for char in tidy(text))


def _agreed(text: str) -> str | None:
    """Consent is taken only from a message that is nothing but agreement or refusal."""
    whole = words(text)
    if whole in _AGREED or whole in _DECLINED:
        return CONSENT_VALUES[0] if whole in _AGREED else CONSENT_VALUES[1]
    said = tuple(plain(word) for word in whole)
    if said in group(YES):
        return CONSENT_VALUES[0]
    return CONSENT_VALUES[1] if said in group(NO) else None
