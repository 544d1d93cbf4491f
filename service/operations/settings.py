"""The shop's settings that are changed while Firasa runs."""

from __future__ import annotations

from service.domain.errors import InvalidInput
from service.domain.text import is_storable
from service.operations.context import Context
from service.store import settings, users
from service.store.users import Change

LONGEST_NAME = 80
NUMERALS = ("latn", "arab")


def save_shop(ctx: Context, *, name: str, numerals: str) -> None:
    """Save the shop's name and how numbers are written in Arabic.

    :param numerals: ``latn`` (123) or ``arab`` (١٢٣)
    :raises InvalidInput: when one of them cannot be taken
    """
    label = name.strip()
    if not label or len(label) > LONGEST_NAME or not is_storable(label):
        raise InvalidInput(f"a shop's name has 1 to {LONGEST_NAME} characters", "name")
    if numerals not in NUMERALS:
        raise InvalidInput(f"numerals are {' or '.join(NUMERALS)}, not {numerals!r}", "numerals")
    with ctx.db.write() as db:
        settings.save(db, {"shop.name": label, "shop.numerals": numerals}, ctx.now)
        users.add_change(db, Change(ctx.now, ctx.actor, "changed the settings of", label, None))
