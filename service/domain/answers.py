"""Taking one answer: from what a shopper sent to the value that is kept.

Values are option ids, never labels: ``single`` and ``yes_no`` keep one id, ``multiple`` a tuple of ids in the order of
the definition, scales an ``int``, ``number`` an ``int`` or ``float``, texts a ``str``. ``None`` means skipped.
"""

from __future__ import annotations

from service.domain.errors import InvalidValue
from service.domain.quiz import CHOICES, SCALES, TEXTS, Item, Option
from service.domain.text import is_storable

AnswerValue = str | int | float | tuple[str, ...] | None

SHORT_TEXT = 200
LONG_TEXT = 2_000
_LARGEST = 1e12


def parse(item: Item, raw: object) -> AnswerValue:
    """The value to keep for an item.

    :param raw: what arrived as JSON
    :raises InvalidValue: with a sentence that says what would fit
    """
    if raw is None or raw == "" or raw == []:
        return _skip(item)
    if item.type == "multiple":
        return _parse_multiple(item, raw)
    if item.type in CHOICES:
        return _parse_choice(item, raw).id
    if item.type in SCALES:
        return _parse_scale(item, raw)
    if item.type == "number":
        return _parse_number(item, raw)
    if item.type in TEXTS:
        return _parse_text(item, raw)
    raise InvalidValue(f"item '{item.id}' is a statement and takes no answer", "item_id")


def from_stored(value: object) -> AnswerValue:
    """The value as read back from its JSON form (a list becomes a tuple)."""
    return tuple(str(part) for part in value) if isinstance(value, list) else value  # type: ignore[return-value]


def chosen(item: Item, value: AnswerValue) -> tuple[Option, ...]:
    """The options an answer stands for; empty for scales, numbers, texts and skipped items."""
    ids = value if isinstance(value, tuple) else (value,)
    return tuple(item.option_by_id[one] for one in ids if isinstance(one, str) and one in item.option_by_id)


def in_words(item: Item, value: AnswerValue, lang: str) -> str:
    """The answer as the shopper would say it: labels of options, else the value itself."""
    if value is None:
        return ""
    labels = [option.label.get(lang) for option in chosen(item, value)]
    if labels:
        return ("، " if lang == "ar" else ", ").join(labels)
    return str(value)


def scale_bounds(item: Item) -> tuple[int, int]:
    """First and last step of a scale: 0–10 for NPS, 1–5 for a rating unless the definition says otherwise."""
    if item.type == "nps":
        return 0, 10
    return (1 if item.minimum is None else item.minimum), (5 if item.maximum is None else item.maximum)


def text_limit(item: Item) -> int:
    """The longest text taken, in characters."""
    return item.maximum or (SHORT_TEXT if item.type == "short_text" else LONG_TEXT)


def _skip(item: Item) -> AnswerValue:
    if item.required and item.type != "statement":
        raise InvalidValue(f"item '{item.id}' needs an answer")
    return None


def _parse_choice(item: Item, raw: object) -> Option:
    if isinstance(raw, bool) and item.type == "yes_no":
        raw = "yes" if raw else "no"
    if isinstance(raw, list) and len(raw) == 1:
        raw = raw[0]
    if not isinstance(raw, str):
        raise InvalidValue(f"item '{item.id}' takes the id of one option: {_option_ids(item)}")
    return _option(item, raw)


def _parse_multiple(item: Item, raw: object) -> tuple[str, ...]:
    parts = [raw] if isinstance(raw, str) else raw
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise InvalidValue(f"item '{item.id}' takes a list of option ids: {_option_ids(item)}")
    wanted = {_option(item, part).id for part in parts}
    picked = [option for option in item.options if option.id in wanted]
    alone = next((option for option in picked if option.exclusive), None)
    if alone is not None and len(picked) > 1:
        raise InvalidValue(f"option '{alone.id}' of item '{item.id}' cannot be combined with others")
    if alone is None and item.minimum is not None and len(picked) < item.minimum:
        raise InvalidValue(f"item '{item.id}' wants at least {item.minimum} options")
    if item.maximum is not None and len(picked) > item.maximum:
        raise InvalidValue(f"item '{item.id}' takes at most {item.maximum} options")
    return tuple(option.id for option in picked)


def _parse_scale(item: Item, raw: object) -> int:
    low, high = scale_bounds(item)
    number = _as_number(raw)
    if number is None or number != int(number) or not low <= number <= high:
        raise InvalidValue(f"item '{item.id}' takes a whole number from {low} to {high}")
    return int(number)


def _parse_number(item: Item, raw: object) -> int | float:
    number = _as_number(raw)
    if number is None or abs(number) > _LARGEST:
        raise InvalidValue(f"item '{item.id}' takes a number")
    if item.minimum is not None and number < item.minimum:
        raise InvalidValue(f"item '{item.id}' takes a number of at least {item.minimum}")
    if item.maximum is not None and number > item.maximum:
        raise InvalidValue(f"item '{item.id}' takes a number of at most {item.maximum}")
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


def _parse_text(item: Item, raw: object) -> AnswerValue:
    if not isinstance(raw, str):
        raise InvalidValue(f"item '{item.id}' takes a text")
    text = raw.strip()
    if not is_storable(text):
        raise InvalidValue(f"the text for item '{item.id}' contains characters that cannot be kept")
    if len(text) > text_limit(item):
        raise InvalidValue(f"the text for item '{item.id}' is longer than {text_limit(item)} characters")
    return text or _skip(item)


def _option(item: Item, option_id: str) -> Option:
    option = item.option_by_id.get(option_id)
    if option is None:
        raise InvalidValue(f"item '{item.id}' has no such option; it takes {_option_ids(item)}")
    return option


def _option_ids(item: Item) -> str:
    return ", ".join(option.id for option in item.options)
