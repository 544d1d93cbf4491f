"""Reading phone numbers as people and shops write them."""

from __future__ import annotations

from functools import lru_cache

from service.domain.errors import InvalidInput


@lru_cache(maxsize=4096)
def parse_phone(text: str, country: str | None = None) -> str:
    """A number in the international form in which numbers are stored: ``+966501234567``.

    Spaces, dashes, brackets, Arabic digits, ``00`` for ``+`` and the apostrophe of spreadsheets are understood.

    :param country: two-letter code of the country whose national numbers may be meant, such as ``SA`` for
        ``050 123 4567``; without it only international numbers are understood
    :raises InvalidInput: when it is no number that could exist
    """
    # Its tables take a quarter of a second to load: only those who read a phone number pay for them.
    from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_possible_number, parse

    written = text.strip().removeprefix("'").strip()
    if written.startswith("00"):
        written = "+" + written[2:]
    try:
        number = parse(written, country)
    except NumberParseException:
        raise _refused(country) from None
    if not is_possible_number(number):
        raise _refused(country)
    return format_number(number, PhoneNumberFormat.E164)


def phone_or_none(text: str, country: str | None = None) -> str | None:
    """The number, or ``None`` where a shop has something else in its phone field: no reason to lose an order."""
    try:
        return parse_phone(text, country) if text.strip() else None
    except InvalidInput:
        return None


def _refused(country: str | None) -> InvalidInput:
    hint = "" if country else "; write it with the country's code, such as +966501234567"
    return InvalidInput(f"this is not a phone number that could exist{hint}", "phone")
