"""Simulated customers: who they are, when and from where they came, and what is planted in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from service.demo.dice import Dice
from service.demo.people import draw_person, phone_number
from service.demo.planted import Planted, plant
from service.demo.timeline import DAYS, Season, Timeline
from service.demo.traffic import Touch, first_touch

Channel = Literal["email", "sms"]
FIRST_NUMBER = 1001

# First and last day on which each behavioural type may place its first order.
_ARRIVALS: Mapping[str, tuple[int, int]] = {
    "whale": (0, DAYS - 80),
    "loyal": (0, DAYS - 110),
    "occasional": (0, DAYS - 70),
    "deal_seeker": (0, DAYS - 70),
    "one_timer": (0, DAYS - 60),
    "lapsed": (0, DAYS - 290),
    "new": (DAYS - 45, DAYS - 1),
}


@dataclass(frozen=True)
class Consent:
    """A yes or a no to one channel, given in the shop at an instant."""

    channel: Channel
    state: Literal["granted", "withdrawn"]
    at: int


@dataclass(frozen=True)
class Customer:
    """One customer. `arrival` is the day of the first order, counted from the simulation's first day."""

    shop_id: str
    first_name: str
    last_name: str
    email: str
    phone: str | None
    country: str
    city: str
    language: str
    arrival: int
    touch: Touch
    consents: tuple[Consent, ...]
    planted: Planted

    def consented(self, channel: Channel) -> bool:
        """Whether the last word on this channel was a yes."""
        states = [consent.state for consent in self.consents if consent.channel == channel]
        return bool(states) and states[-1] == "granted"


def draw_customers(seed: int, count: int, timeline: Timeline, seasons: Sequence[Season]) -> tuple[Customer, ...]:
    """Draw customers. The first of a larger shop are those of a smaller one with the same seed."""
    phones: Counter[str] = Counter()
    drawn = []
    for number in range(FIRST_NUMBER, FIRST_NUMBER + count):
        dice = Dice(seed, "customer", number)
        person = draw_person(dice, number)
        planted = plant(dice)
        arrival = _arrival(dice, planted.behavioural, seasons)
        phone = None
        if dice.chance(0.58):
            phone = phone_number(person.country, phones[person.country])
            phones[person.country] += 1
        drawn.append(
            Customer(
                shop_id=f"C{number}",
                first_name=person.first_name,
                last_name=person.last_name,
                email=person.email,
                phone=phone,
                country=person.country,
                city=person.city,
                language=person.language,
                arrival=arrival,
                touch=first_touch(dice, planted.behavioural),
                consents=_consents(dice, timeline, arrival, planted.mood, phone is not None),
                planted=planted,
            )
        )
    return tuple(drawn)


def _arrival(dice: Dice, behavioural: str, seasons: Sequence[Season]) -> int:
    """The day of the first order: likelier in gift weeks and sales, and as the shop grows."""
    first, last = _ARRIVALS[behavioural]
    while True:
        day = dice.between(first, last)
        season = seasons[day]
        weight = (1.0 + 0.5 * day / DAYS) * (1.5 if season.gifts else 1.0) * (1.7 if season.sale else 1.0)
        if dice.chance(weight / 3.9):
            return day


def _consents(dice: Dice, timeline: Timeline, arrival: int, mood: float, has_phone: bool) -> tuple[Consent, ...]:
    """What was ticked at the first order, and taken back later by some."""
    given: list[Consent] = []
    channels: dict[Channel, float] = {"email": 0.62 + 0.15 * mood, "sms": 0.3 if has_phone else 0.0}
    for channel, willing in channels.items():
        if not dice.chance(willing):
            continue
        given.append(Consent(channel, "granted", timeline.instant(arrival, 86_399)))
        if dice.chance(0.09 - 0.06 * mood) and arrival < DAYS - 1:
            withdrawn = dice.between(arrival + 1, DAYS - 1)
            given.append(Consent(channel, "withdrawn", timeline.instant(withdrawn, 50_000)))
    return tuple(sorted(given, key=lambda consent: consent.at))
