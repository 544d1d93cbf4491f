"""What an answer is kept as, and how it is said in words.

Values are option ids, never labels: ``single``, one ``picture`` and ``yes_no`` keep one id; ``multiple`` and several
pictures a tuple of ids in the order of the definition; ``ranking`` a tuple in the order of preference; scales an
``int``; ``number`` an ``int`` or ``float``; texts, addresses, a day (``2026-01-31``) and consent (``granted`` or
``declined``) a ``str``. "Something else" is :class:`Other`, among several choices the last. ``None`` means skipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from service.domain.quiz import ADDRESSES, CHOICES, CONSENT_VALUES, OTHER, Item, Option


@dataclass(frozen=True)
class Other:
    """What somebody wrote under "something else". The field has the name it has in JSON: ``{"other": "…"}``."""

    other: str


Part = str | Other
AnswerValue = str | int | float | Other | tuple[Part, ...] | None

SHORT_TEXT = 200
LONG_TEXT = 2_000


def from_stored(value: object) -> AnswerValue:
    """The value as read back from its JSON form (a list becomes a tuple)."""
    if isinstance(value, list):
        return tuple(_part(one) for one in value)
    if isinstance(value, dict):
        return Other(str(value[OTHER]))
    return value  # type: ignore[return-value]


def to_json(value: AnswerValue) -> Any:
    """The value as it is written in JSON."""
    if isinstance(value, tuple):
        return [to_json(part) for part in value]
    return {OTHER: value.other} if isinstance(value, Other) else value


def parts(value: AnswerValue) -> tuple[str, ...]:
    """The ids an answer names, ``other`` for own words; of a number, text or skipped answer none are options."""
    listed = value if isinstance(value, tuple) else (value,)
    return tuple(OTHER if isinstance(one, Other) else one for one in listed if isinstance(one, str | Other))


def own_words(value: AnswerValue) -> str | None:
    """What somebody wrote under "something else"."""
    listed = value if isinstance(value, tuple) else (value,)
    return next((one.other for one in listed if isinstance(one, Other)), None)


def chosen(item: Item, value: AnswerValue) -> tuple[Option, ...]:
    """The options an answer stands for: of a ranking the first place; none for scales, numbers and texts."""
    if not item.options:
        return ()
    named = tuple(item.option_by_id[one] for one in parts(value) if one in item.option_by_id)
    return named[:1] if item.type == "ranking" else named


def facts_of(item: Item, name: str, value: AnswerValue) -> dict[str, object]:
    """What conditions may read of an answer, by fact name.

    Own words are under ``<name>.other``, the first place of a ranking under ``<name>.first``. An address is only said
    to be given: it is kept as an identity, not as a fact.
    """
    if value is None:
        return {}
    if item.type in ADDRESSES:
        return {name: "given"}
    if item.type not in CHOICES and item.type != "ranking":
        return {name: value}
    ids = parts(value)
    found: dict[str, object] = {name: ids if isinstance(value, tuple) else ids[0]}
    words = own_words(value)
    if words:
        found[f"{name}.{OTHER}"] = words
    if item.type == "ranking":
        found[f"{name}.first"] = ids[0]
    return found


def in_words(item: Item, value: AnswerValue, lang: str) -> str:
    """The answer as the shopper would say it: labels of options, else the value itself."""
    if value is None:
        return ""
    if item.options:
        listed = value if isinstance(value, tuple) else (value,)
        labels = [_label(item, one, lang) for one in listed]
        if item.type == "ranking":
            return " › ".join(labels)  # the sign is mirrored where the line runs from right to left
        return ("، " if lang == "ar" else ", ").join(labels)
    if item.type == "consent":
        return _CONSENT.get(lang, _CONSENT["en"])[CONSENT_VALUES.index(str(value))]
    if item.type == "date":
        return day_in_words(str(value), lang)
    return str(value)


def scale_bounds(item: Item) -> tuple[int, int]:
    """First and last step of a scale: 0–10 for NPS, 1–5 for a rating unless the definition says otherwise."""
    if item.type == "nps":
        return 0, 10
    return (1 if item.minimum is None else item.minimum), (5 if item.maximum is None else item.maximum)


def rank_bounds(item: Item) -> tuple[int, int]:
    """How many places of a ranking are given, at least and at most: all unless the definition says otherwise."""
    most = item.maximum or len(item.options)
    return (most if item.minimum is None else item.minimum), most


def text_limit(item: Item) -> int:
    """The longest text taken, in characters."""
    return item.maximum or (SHORT_TEXT if item.type == "short_text" else LONG_TEXT)


def day_in_words(day: str, lang: str) -> str:
    """A day as people write it, ``31 January 2026``; as it is where the language is not spoken here."""
    months = _MONTHS.get(lang)
    when = date.fromisoformat(day)
    return f"{when.day} {months[when.month - 1]} {when.year}" if months else day


def _part(one: object) -> Part:
    return Other(str(one[OTHER])) if isinstance(one, dict) else str(one)


def _label(item: Item, one: object, lang: str) -> str:
    if isinstance(one, Other):
        return one.other
    option = item.option_by_id.get(str(one))
    return option.label.get(lang) if option else str(one)


_CONSENT = {"en": ("I agree", "No, thank you"), "ar": ("أوافق", "لا، شكرًا")}
_MONTHS = {
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    "ar": (
        "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو",
        "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر",
    ),
}  # fmt: skip
