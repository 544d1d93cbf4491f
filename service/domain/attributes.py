"""A shop's own fields of customers: each name has one type in the whole shop, given by the first value that came."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from math import isfinite
from typing import Literal, get_args

from service.domain.days import date_of
from service.domain.errors import InvalidInput
from service.domain.money import parse_decimal
from service.domain.text import is_storable

Type = Literal["text", "number", "date", "list"]
Value = str | int | float | tuple[str, ...]
TYPES: tuple[Type, ...] = get_args(Type)

MOST = 100
"""Fields of one customer."""
MOST_NAMES = 300
"""Fields of a shop: each is one more thing that conditions may ask, and none is ever taken away."""
LONGEST_TEXT = 500
LONGEST_LIST = 50
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_WHAT: Mapping[Type, str] = {
    "text": "a text",
    "number": "a number",
    "date": "a date such as 2026-01-31",
    "list": "a list of texts",
}


def check_name(name: str, path: str = "attributes") -> str:
    """The name of a field.

    :raises InvalidInput: when it is none
    """
    if not _NAME.fullmatch(name):
        raise InvalidInput(
            f"{name[:60]!r} is no name for a field: small letters, digits and _, a letter first, at most 40",
            path,
        )
    return name


def typed(given: Mapping[str, object], types: Mapping[str, Type], path: str = "attributes") -> dict[str, Value | None]:
    """Own fields as they are kept; ``None`` takes a field away.

    :param given: values of JSON; yes and no stand for true and false
    :param types: what each name known so far stands for
    :raises InvalidInput: with the path of a value that contradicts the type of its field
    """
    if len(given) > MOST:
        raise InvalidInput(f"a customer has at most {MOST} fields of the shop's own, not {len(given)}", path)
    return {check_name(name, path): _value(value, types.get(name), f"{path}.{name}") for name, value in given.items()}


def type_of(value: Value) -> Type:
    """The type that a value gives its field when it is the first."""
    if isinstance(value, tuple):
        return "list"
    if isinstance(value, int | float):
        return "number"
    return "date" if date_of(value) is not None else "text"


def infer(cells: Iterable[str]) -> Type:
    """The type of a column of a file whose field is new: number or date when every cell is one, else text."""
    kinds = {_kind(cell) for cell in cells if cell}
    return kinds.pop() if len(kinds) == 1 else "text"


def read_cell(cell: str, kind: Type, path: str) -> Value | None:
    """The value of a cell; of a list the parts between ``|``. An empty one says nothing.

    :raises InvalidInput: when it is not of the type
    """
    text = cell.strip()
    if not text:
        return None
    if kind == "list":
        return _value([part.strip() for part in text.split("|") if part.strip()], kind, path)
    if kind != "number":
        return _value(text, kind, path)
    number = _number_of(text)
    if number is None:
        raise InvalidInput(f"{text[:60]!r} is not {_WHAT[kind]}", path)
    return number


def _value(value: object, kind: Type | None, path: str) -> Value | None:
    if value is None:
        return None
    if isinstance(value, bool):
        value = "yes" if value else "no"
    if isinstance(value, list | tuple):
        found: Value = _list(value, path)
    elif isinstance(value, int | float | Decimal):
        found = _number(value, path)
    elif isinstance(value, str):
        found = _text(value, path)
    else:
        raise InvalidInput("a field holds a text, a number, a date or a list of texts", path)
    its = type_of(found)
    # Where texts are kept a date is a text as well.
    if kind is not None and its != kind and not (kind == "text" and its == "date"):
        raise InvalidInput(f"this field holds {_WHAT[kind]} in this shop, and {_WHAT[its]} came", path)
    return found


def _text(value: str, path: str) -> str:
    text = value.strip()
    if not text or len(text) > LONGEST_TEXT or not is_storable(text):
        raise InvalidInput(f"a text has 1 to {LONGEST_TEXT} characters", path)
    return text


def _number(value: int | float | Decimal, path: str) -> int | float:
    number = float(value)
    if not isfinite(number) or abs(number) >= 2**53:
        raise InvalidInput("the number is too large", path)
    return int(number) if number.is_integer() else number


def _list(value: list[object] | tuple[object, ...], path: str) -> tuple[str, ...]:
    if not value or len(value) > LONGEST_LIST or not all(isinstance(part, str) for part in value):
        raise InvalidInput(f"a list has 1 to {LONGEST_LIST} texts", path)
    return tuple(dict.fromkeys(_text(str(part), path) for part in value))


def _kind(cell: str) -> Type:
    if _number_of(cell) is not None:
        return "number"
    return "date" if date_of(cell) is not None else "text"


def _number_of(text: str) -> int | float | None:
    # 00123 is an id and no number.
    if text.lstrip("-").startswith("0") and text.lstrip("-")[1:2].isdigit():
        return None
    try:
        return _number(parse_decimal(text), "")
    except (ValueError, InvalidInput):
        return None
