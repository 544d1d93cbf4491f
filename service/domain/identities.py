"""How people are told apart: emails, phones and shop ids in the one form in which they are compared and stored."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from service.domain.errors import InvalidInput
from service.domain.text import is_storable

Kind = Literal["email", "phone", "shop"]
Proof = Literal["claimed", "verified"]

MAX_LENGTH = 200
_EMAIL = re.compile(r"[^\s@,;<>()\[\]\\\"]{1,64}@([\w-]+\.)+[\w-]{2,}")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_WHOLE_AS_DECIMAL = re.compile(r"([0-9]+)\.0+")
_PUBLIC_ID = re.compile(r"c_([1-9][0-9]{0,17})")


@dataclass(frozen=True, slots=True)
class Identity:
    """One thing by which a customer is recognised.

    :param source: whose shop ids these are; empty for email and phone
    :param proof: ``verified`` when the shop's record or a signed link says so, ``claimed`` when somebody typed it
    """

    kind: Kind
    source: str
    value: str
    proof: Proof = "verified"


def parse_email(text: str) -> str:
    """An address in the form in which addresses are compared: no spaces around it, lower case.

    :raises InvalidInput: when it is no address
    """
    address = text.strip().lower()
    if len(address) > MAX_LENGTH or not is_storable(address) or not _EMAIL.fullmatch(address):
        raise InvalidInput(f"{_short(text)} is not an email address", "email")
    local, _, domain = address.partition("@")
    if ".." in address or local.startswith(".") or local.endswith(".") or domain.startswith("-"):
        raise InvalidInput(f"{_short(text)} is not an email address", "email")
    return address


def parse_phone(text: str) -> str:
    """A number in international form: `+` and 7 to 15 digits. Readers of other forms live in sources/phones.py.

    :raises InvalidInput: when it is not in that form
    """
    if not _PHONE.fullmatch(text):
        raise InvalidInput(f"{_short(text)} is not a phone number such as +966501234567", "phone")
    return text


def parse_shop_id(text: str) -> str:
    """A shop's id of a customer, an order or a product.

    Spreadsheets damage ids in two ways, both undone here: `17850.0` is read as `17850`, `'00123` as `00123`.

    :raises InvalidInput: when it is empty, too long, or cannot be stored
    """
    value = text.strip().removeprefix("'").strip()
    if decimal := _WHOLE_AS_DECIMAL.fullmatch(value):
        value = decimal.group(1)
    return check_shop_id(value)


def check_shop_id(value: str) -> str:
    """An id that comes from a program and is exact: it is taken as it is, or refused.

    :raises InvalidInput: when it is empty, has spaces around it, is too long, or cannot be stored
    """
    if not value or value != value.strip():
        raise InvalidInput("an id must not be empty or have spaces around it", "id")
    if len(value) > MAX_LENGTH or not is_storable(value):
        raise InvalidInput(f"{_short(value)} is not an id: at most {MAX_LENGTH} characters, none of them NUL", "id")
    return value


def public_id(customer_id: int) -> str:
    """The form in which a customer's id leaves Firasa: ``c_42``."""
    return f"c_{customer_id}"


def parse_public_id(text: str) -> int | None:
    """The number behind ``c_42``, ``None`` when the text is not of that form."""
    found = _PUBLIC_ID.fullmatch(text.strip())
    return int(found.group(1)) if found else None


def _short(text: str) -> str:
    shown = text if len(text) <= 60 else text[:57] + "..."
    return repr(shown.encode("utf-8", "replace").decode())
