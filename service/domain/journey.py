"""How far somebody has come with the shop: one word that marketing follows."""

from __future__ import annotations

from typing import Literal

from service.domain.facts import Facts, Person
from service.domain.purchases import Purchases

Stage = Literal["visitor", "subscriber", "first_time", "repeat", "lapsed"]
STAGES: tuple[Stage, ...] = ("visitor", "subscriber", "first_time", "repeat", "lapsed")

LAPSED_AFTER = 180
"""Days without an order after which somebody counts as lapsed while the shop's own rhythm is not known."""


def stage(person: Person, purchases: Purchases | None, facts: Facts) -> Stage:
    """The stage of a customer.

    1. Without a counted order: a subscriber who agreed to email, else a visitor who is known or has answered.
    2. With orders: lapsed when the shop's rhythm says so (``orders.lapse_stage``), or after ``LAPSED_AFTER`` days where
       no rhythm is known; else first-time with one order, and repeat with more.

    :param facts: those of the purchases, passing ones included
    """
    if purchases is None or not purchases.orders:
        return "subscriber" if (person.consent or {}).get("email") == "granted" else "visitor"
    lifecycle, days = facts.get("orders.lapse_stage"), facts.get("orders.days_since_last")
    if lifecycle == "lapsed" or (lifecycle is None and isinstance(days, int) and days > LAPSED_AFTER):
        return "lapsed"
    return "first_time" if purchases.orders == 1 else "repeat"


def next_day(purchases: Purchases, today: int) -> int | None:
    """The day on which a customer who buys nothing lapses, ``None`` when that is past."""
    if purchases.last_day is None:
        return None
    day = purchases.last_day + LAPSED_AFTER + 1
    return day if day > today else None
