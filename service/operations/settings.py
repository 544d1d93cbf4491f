"""The shop's settings that are changed while Firasa runs."""

from __future__ import annotations

import re
from collections.abc import Mapping

from service.domain.errors import InvalidInput
from service.domain.identities import parse_email
from service.domain.text import is_storable
from service.operations.context import Context
from service.store import settings, users
from service.store.users import Change

LONGEST_NAME = 80
NUMERALS = ("latn", "arab")
WAYS = ("email", "phone", "whatsapp", "url")
"""How a shopper reaches a person of the shop, who asks for one in a conversation."""
_CONTACT = "shop.contact."
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{4,24}")
_URL = re.compile(r"https://[^\s\"<>]{3,300}")


def contact(ctx: Context) -> dict[str, str]:
    """How to reach a person of the shop; a way that is not offered is empty."""
    kept = settings.read(ctx.db)
    return {way: kept.get(_CONTACT + way, "") for way in WAYS}


def save_shop(ctx: Context, *, name: str, numerals: str, ways: Mapping[str, str] | None = None) -> None:
    """Save the shop's name, how numbers are written in Arabic, and how to reach a person.

    :param numerals: ``latn`` (123) or ``arab`` (١٢٣)
    :param ways: by the names of ``WAYS``; those left out stay, an empty one is offered no more
    :raises InvalidInput: when one of them cannot be taken
    """
    label = name.strip()
    if not label or len(label) > LONGEST_NAME or not is_storable(label):
        raise InvalidInput(f"a shop's name has 1 to {LONGEST_NAME} characters", "name")
    if numerals not in NUMERALS:
        raise InvalidInput(f"numerals are {' or '.join(NUMERALS)}, not {numerals!r}", "numerals")
    reached = {_CONTACT + way: _way(way, value.strip()) for way, value in (ways or {}).items()}
    with ctx.db.write() as db:
        settings.save(db, {"shop.name": label, "shop.numerals": numerals, **reached}, ctx.now)
        users.add_change(db, Change(ctx.now, ctx.actor, "changed the settings of", label, None))


def _way(way: str, value: str) -> str:
    """A way to reach a person, in the form it is kept in.

    :raises InvalidInput: with the way as its path
    """
    if not value:
        return ""
    if way == "email":
        try:
            return parse_email(value)
        except InvalidInput as error:
            raise InvalidInput(str(error), way) from error
    if way == "url" and not _URL.fullmatch(value):
        raise InvalidInput("an address begins with https://", way)
    if way in ("phone", "whatsapp") and not _PHONE.fullmatch(value):
        raise InvalidInput("a number has 5 to 25 digits, with the country's + in front", way)
    if way not in WAYS:
        raise InvalidInput(f"a person is reached by {', '.join(WAYS)}, not by {way!r}", way)
    return value
