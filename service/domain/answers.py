"""Taking one answer: from what a shopper sent to the value that is kept (``answer_values`` says as what)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from service.domain import identities
from service.domain.answer_values import (
    LONG_TEXT,
    SHORT_TEXT,
    AnswerValue,
    Other,
    Part,
    chosen,
    from_stored,
    in_words,
    rank_bounds,
    scale_bounds,
    text_limit,
    to_json,
)
from service.domain.errors import InvalidInput
from service.domain.faults import refuse
from service.domain.quiz import CONSENT_VALUES, OTHER, Item, Option
from service.domain.text import is_storable

__all__ = [
    "LONG_TEXT",
    "SHORT_TEXT",
    "AnswerValue",
    "Other",
    "chosen",
    "day_number",
    "day_text",
    "from_stored",
    "in_words",
    "parse",
    "rank_bounds",
    "scale_bounds",
    "text_limit",
    "to_json",
]

_LARGEST = 1e12
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_EPOCH = date(1970, 1, 1).toordinal()
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_PHONE_MARKS = str.maketrans("", "", " \u00a0-–().\u200e\u200f\u202a\u202c\u2066\u2069")


def parse(item: Item, raw: object) -> AnswerValue:
    """The value to keep for an item.

    :param raw: what arrived as JSON
    :raises InvalidValue: with a sentence that says what would fit, and the fault by which the shopper is told
    """
    if raw is None or raw == "" or raw == []:
        return _skip(item)
    read = _several if item.several else _READERS.get(item.type)
    if read is None:
        raise refuse("statement", f"item '{item.id}' is a statement and takes no answer", path="item_id")
    return read(item, raw)


def day_number(day: str) -> int:
    """Days since 1970 of a day such as ``2026-01-31``."""
    return date.fromisoformat(day).toordinal() - _EPOCH


def day_text(number: int) -> str:
    """The day of a number of days since 1970."""
    return date.fromordinal(number + _EPOCH).isoformat()


def _skip(item: Item) -> AnswerValue:
    if item.required and item.type != "statement":
        raise refuse("required", f"item '{item.id}' needs an answer")
    return None


# choices -----------------------------------------------------------------------------------------------------------


def _one(item: Item, raw: object) -> AnswerValue:
    if isinstance(raw, bool) and item.type == "yes_no":
        raw = "yes" if raw else "no"
    if isinstance(raw, list) and len(raw) == 1:
        raw = raw[0]
    if not _is_part(raw):
        raise refuse("one_option", f"item '{item.id}' takes the id of one option: {_option_ids(item)}")
    return _part(item, raw, "one_option")


def _several(item: Item, raw: object) -> AnswerValue:
    listed = raw if isinstance(raw, list) else [raw]
    if not all(_is_part(part) for part in listed):
        raise refuse("options", f"item '{item.id}' takes a list of option ids: {_option_ids(item)}")
    given = {_id(part): part for part in (_part(item, one, "options") for one in listed)}
    picked = [option for option in item.options if option.id in given]
    _check_several(item, picked)
    return tuple(given[option.id] for option in picked)


def _check_several(item: Item, picked: list[Option]) -> None:
    alone = next((option for option in picked if option.exclusive), None)
    if alone is not None and len(picked) > 1:
        message = f"option '{alone.id}' of item '{item.id}' cannot be combined with others"
        raise refuse("alone", message, option=alone.label)
    if alone is None and item.minimum is not None and len(picked) < item.minimum:
        raise refuse("too_few", f"item '{item.id}' wants at least {item.minimum} options", least=item.minimum)
    if item.maximum is not None and len(picked) > item.maximum:
        raise refuse("too_many", f"item '{item.id}' takes at most {item.maximum} options", most=item.maximum)


def _ranking(item: Item, raw: object) -> AnswerValue:
    least, most = rank_bounds(item)
    places = f"{least}" if least == most else f"{least} to {most}"
    message = f"item '{item.id}' takes a list of {places} different option ids, the first place first"
    fault = "ranking" if least == most else "ranking_between"
    if not isinstance(raw, list) or not all(isinstance(one, str) for one in raw):
        raise refuse(fault, message, least=least, most=most)
    ids = tuple(_option(item, one, "options").id for one in raw)
    if len(set(ids)) < len(ids) or not least <= len(ids) <= most:
        raise refuse(fault, message, least=least, most=most)
    return ids


def _is_part(raw: object) -> bool:
    return isinstance(raw, str) or (isinstance(raw, Mapping) and set(raw) == {OTHER} and isinstance(raw[OTHER], str))


def _part(item: Item, raw: object, fault: str) -> Part:
    if isinstance(raw, str):
        return _option(item, raw, fault).id
    if item.other is None:
        raise refuse(fault, f"item '{item.id}' takes no words of one's own; it takes {_option_ids(item)}")
    written = str(raw[OTHER]).strip()  # type: ignore[index]
    if not written:
        raise refuse("own_words", f'the words for item \'{item.id}\' are missing: {{"other": "…"}}')
    return Other(_checked_text(item, written, SHORT_TEXT))


def _id(part: Part) -> str:
    return OTHER if isinstance(part, Other) else part


def _option(item: Item, option_id: str, fault: str) -> Option:
    option = item.option_by_id.get(option_id)
    if option is None:
        raise refuse(fault, f"item '{item.id}' has no such option; it takes {_option_ids(item)}")
    return option


def _option_ids(item: Item) -> str:
    return ", ".join(option.id for option in item.options)


# numbers -----------------------------------------------------------------------------------------------------------


def _scale(item: Item, raw: object) -> AnswerValue:
    low, high = scale_bounds(item)
    number = _as_number(raw)
    if number is None or number != int(number) or not low <= number <= high:
        message = f"item '{item.id}' takes a whole number from {low} to {high}"
        raise refuse("scale", message, least=low, most=high)
    return int(number)


def _number(item: Item, raw: object) -> AnswerValue:
    number = _as_number(raw)
    if number is None or abs(number) > _LARGEST:
        raise refuse("number", f"item '{item.id}' takes a number")
    if item.minimum is not None and number < item.minimum:
        message = f"item '{item.id}' takes a number of at least {item.minimum}"
        raise refuse("too_small", message, least=item.minimum)
    if item.maximum is not None and number > item.maximum:
        message = f"item '{item.id}' takes a number of at most {item.maximum}"
        raise refuse("too_large", message, most=item.maximum)
    return int(number) if number == int(number) else number


def _as_number(raw: object) -> int | float | None:
    """A JSON number, or digits typed in any script (``٣`` is 3); never a boolean, NaN or infinity."""
    if isinstance(raw, str) and len(raw) <= 32:
        try:
            raw = float(raw.strip().replace("٫", ".").replace("٬", ""))
        except ValueError:
            return None
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    return raw if abs(raw) <= 1e15 else None


# words -------------------------------------------------------------------------------------------------------------


def _text(item: Item, raw: object) -> AnswerValue:
    if not isinstance(raw, str):
        raise refuse("text", f"item '{item.id}' takes a text")
    return _checked_text(item, raw.strip(), text_limit(item)) or _skip(item)


def _checked_text(item: Item, text: str, most: int) -> str:
    if not is_storable(text):
        raise refuse("characters", f"the text for item '{item.id}' contains characters that cannot be kept")
    if len(text) > most:
        raise refuse("too_long", f"the text for item '{item.id}' is longer than {most} characters", most=most)
    return text


def _date(item: Item, raw: object) -> AnswerValue:
    written = _western(raw).strip() if isinstance(raw, str) else ""
    try:
        when = date.fromisoformat(written) if _DAY.fullmatch(written) else None
    except ValueError:
        when = None
    if when is None:
        raise refuse("date", f"item '{item.id}' takes a day such as 2026-01-31")
    if when.year < _FIRST_YEAR and item.minimum is None:
        raise refuse("too_early", f"item '{item.id}' takes a day from {_FIRST_YEAR} on", least=f"{_FIRST_YEAR}-01-01")
    if when.year > _LAST_YEAR and item.maximum is None:
        raise refuse("too_late", f"item '{item.id}' takes a day up to {_LAST_YEAR}", most=f"{_LAST_YEAR}-12-31")
    number = when.toordinal() - _EPOCH
    if item.minimum is not None and number < item.minimum:
        least = day_text(item.minimum)
        raise refuse("too_early", f"item '{item.id}' takes a day from {least} on", least=least)
    if item.maximum is not None and number > item.maximum:
        most = day_text(item.maximum)
        raise refuse("too_late", f"item '{item.id}' takes a day up to {most}", most=most)
    return when.isoformat()


def _email(item: Item, raw: object) -> AnswerValue:
    try:
        return identities.parse_email(raw if isinstance(raw, str) else "")
    except InvalidInput:
        raise refuse("email", f"item '{item.id}' takes an email address") from None


def _phone(item: Item, raw: object) -> AnswerValue:
    """International form only; the operation reads national numbers before they come here."""
    written = _western(raw).translate(_PHONE_MARKS) if isinstance(raw, str) else ""
    try:
        return identities.parse_phone("+" + written[2:] if written.startswith("00") else written)
    except InvalidInput:
        raise refuse("phone", f"item '{item.id}' takes a phone number such as +966501234567") from None


def _consent(item: Item, raw: object) -> AnswerValue:
    if isinstance(raw, bool):
        raw = CONSENT_VALUES[0] if raw else CONSENT_VALUES[1]
    if raw not in CONSENT_VALUES:
        raise refuse("consent", f"item '{item.id}' takes granted or declined")
    return str(raw)


def _western(text: str) -> str:
    """The text with digits of every script as 0 to 9."""
    return "".join(str(int(char)) if char.isdecimal() else char for char in text)


_Reader = Callable[[Item, object], AnswerValue]
_READERS: Mapping[str, _Reader] = {
    "single": _one,
    "picture": _one,
    "yes_no": _one,
    "rating": _scale,
    "nps": _scale,
    "ranking": _ranking,
    "number": _number,
    "short_text": _text,
    "long_text": _text,
    "date": _date,
    "email": _email,
    "phone": _phone,
    "consent": _consent,
}
