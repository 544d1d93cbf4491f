"""What the sample shop tells of its customers beside orders: where they live, its own fields, who reads its emails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from service.demo.customers import FIRST_NUMBER, Customer
from service.demo.dice import Dice
from service.demo.timeline import DAYS, SECOND, Timeline
from service.domain.places import Place

CAMPAIGN_EVERY = 14
"""Days between two newsletters."""
TOLD_DAYS = 140
"""Days before the end for which the email tool still knows who opened what."""
TOOL = "sample-mail"

# A postal code in each city, and where it lies.
_PLACES: Mapping[str, tuple[str, float, float]] = {
    "Riyadh": ("12211", 24.7136, 46.6753),
    "Jeddah": ("23421", 21.5433, 39.1728),
    "Dammam": ("32241", 26.4207, 50.0888),
    "Makkah": ("24231", 21.3891, 39.8579),
    "Madinah": ("42311", 24.5247, 39.5692),
    "Khobar": ("34427", 26.2172, 50.1971),
    "Taif": ("26511", 21.2703, 40.4158),
    "Abha": ("62521", 18.2164, 42.5053),
    "Hawalli": ("32001", 29.3328, 48.0286),
    "Kuwait City": ("15001", 29.3759, 47.9774),
    "Salmiya": ("22001", 29.3339, 48.0761),
    "Cairo": ("11511", 30.0444, 31.2357),
    "Giza": ("12511", 30.0131, 31.2089),
    "Alexandria": ("21511", 31.2001, 29.9187),
    "Amman": ("11118", 31.9539, 35.9106),
    "Irbid": ("21110", 32.5556, 35.85),
    "Zarqa": ("13110", 32.0728, 36.088),
    "London": ("EC1A", 51.5203, -0.0977),
    "Manchester": ("M1", 53.4775, -2.2323),
    "Birmingham": ("B1", 52.4797, -1.9088),
    "Leeds": ("LS1", 53.7974, -1.5468),
    "Berlin": ("10115", 52.5323, 13.3846),
    "Hamburg": ("20095", 53.5503, 10.0006),
    "Munich": ("80331", 48.1371, 11.5754),
    "Cologne": ("50667", 50.9384, 6.9599),
    "New York": ("10001", 40.7506, -73.9972),
    "Houston": ("77002", 29.7566, -95.3654),
    "Dearborn": ("48126", 42.3343, -83.1803),
    "Chicago": ("60601", 41.8858, -87.6181),
    "Los Angeles": ("90012", 34.0614, -118.2385),
}
_COUNTRY_OF_PLACE: Mapping[str, frozenset[str]] = {
    "SA": frozenset({"Riyadh", "Jeddah", "Dammam", "Makkah", "Madinah", "Khobar", "Taif", "Abha"}),
    "KW": frozenset({"Kuwait City", "Hawalli", "Salmiya"}),
    "EG": frozenset({"Cairo", "Giza", "Alexandria"}),
    "JO": frozenset({"Amman", "Irbid", "Zarqa"}),
    "GB": frozenset({"London", "Manchester", "Birmingham", "Leeds"}),
    "DE": frozenset({"Berlin", "Hamburg", "Munich", "Cologne"}),
    "US": frozenset({"New York", "Houston", "Dearborn", "Chicago", "Los Angeles"}),
}
_TIERS = {"whale": "gold", "loyal": "gold", "occasional": "silver"}
_TELLS_POSTAL_CODE = 0.8
_TELLS_BIRTHDAY = 0.35
_EARLIEST_BIRTHDAY, _BIRTHDAYS = date(1958, 1, 1), 17_500
_OPENS: Mapping[str, float] = {
    "whale": 0.5, "loyal": 0.5, "occasional": 0.3, "deal_seeker": 0.35, "one_timer": 0.16, "lapsed": 0.07, "new": 0.45,
}  # fmt: skip
_CLICKS = 0.28


@dataclass(frozen=True)
class Told:
    """A customer's record in the shop. `arrival` is the day the shop first had it."""

    customer: Customer
    postal_code: str | None
    attributes: Mapping[str, object]


@dataclass(frozen=True)
class Read:
    """Something that happened to an email to a customer; `at` is in UTC microseconds."""

    customer: Customer
    kind: Literal["received", "opened", "clicked"]
    at: int


def places() -> tuple[Place, ...]:
    """Where the postal codes of the sample shop's customers lie. The Emirates have no postal codes."""
    return tuple(
        Place(country, *_PLACES[city]) for country, cities in _COUNTRY_OF_PLACE.items() for city in sorted(cities)
    )


def draw_record(seed: int, customer: Customer) -> Told:
    """What the shop keeps of a customer beside name, city and orders."""
    dice = Dice(seed, "record", _number(customer))
    attributes: dict[str, object] = {"loyalty_tier": _TIERS.get(customer.planted.behavioural, "bronze")}
    if dice.chance(_TELLS_BIRTHDAY):
        attributes["birthday"] = (_EARLIEST_BIRTHDAY + timedelta(days=dice.between(0, _BIRTHDAYS))).isoformat()
    if dice.chance(0.2):
        attributes["store_visits"] = dice.between(1, 6)
    code = _PLACES[customer.city][0] if customer.city in _PLACES and dice.chance(_TELLS_POSTAL_CODE) else None
    return Told(customer, code, attributes)


def draw_reading(seed: int, customers: Sequence[Customer], timeline: Timeline) -> Iterator[Read]:
    """Who received, opened and clicked the newsletters of the last months, one newsletter after the other."""
    for day in range(DAYS - 1, DAYS - TOLD_DAYS, -CAMPAIGN_EVERY):
        sent = timeline.instant(day, 36_000)
        for customer in customers:
            if day <= customer.arrival or not _consented(customer, sent):
                continue
            dice = Dice(seed, "newsletter", _number(customer), DAYS - day)
            yield Read(customer, "received", sent)
            if not dice.chance(_OPENS[customer.planted.behavioural]):
                continue
            opened = min(sent + dice.between(60, 30_000) * SECOND, timeline.midnight(DAYS) - 2)
            yield Read(customer, "opened", opened)
            if dice.chance(_CLICKS):
                yield Read(
                    customer, "clicked", min(opened + dice.between(5, 600) * SECOND, timeline.midnight(DAYS) - 1)
                )


def _consented(customer: Customer, at: int) -> bool:
    states = [one.state for one in customer.consents if one.channel == "email" and one.at <= at]
    return bool(states) and states[-1] == "granted"


def _number(customer: Customer) -> int:
    return int(customer.shop_id.removeprefix("C")) - FIRST_NUMBER
