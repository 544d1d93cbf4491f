"""What a message says about one question, and from where on something counts as understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from service.domain.quiz import Item
from service.domain.spelling import is_arabic

MOST_CHOICES = 3


@dataclass(frozen=True)
class Limits:
    """From where on something counts as understood, for one language.

    :param part: the share of the message that a telling word must explain
    :param typo: the same for a phrase with a typo, ``full`` for one without
    :param question: the same for a message that is itself a question
    :param alone: the share that is enough when a single option is said and nothing speaks against it
    :param sure: probability from which a fitted model's first option is taken without a rule
    :param lead: how many times as probable as the second it must be
    :param maybe: probability from which an option is offered
    """

    full: float = 0.5
    typo: float = 0.6
    part: float = 0.6
    question: float = 0.7
    alone: float = 0.2
    sure: float = 0.6
    lead: float = 8.0
    maybe: float = 0.12


LIMITS: Mapping[str, Limits] = {"en": Limits(), "ar": Limits()}


def limits(text: str) -> Limits:
    """The limits for the language a message is written in."""
    return LIMITS["ar" if is_arabic(text) else "en"]


@dataclass(frozen=True)
class Reading:
    """What a message says about one question.

    :param value: the answer as it would be sent, ``None`` when it is not understood
    :param options: for questions with options: which are meant or, without a value, which may be meant
    :param places: the words of the message that say so
    :param tier: how well it is said (``hearing.WHOLE`` … ``PART``); 0 for a guess
    """

    value: object = None
    options: tuple[str, ...] = ()
    places: frozenset[int] = frozenset()
    tier: int = 0
    ruled_out: frozenset[str] = field(default=frozenset())

    @property
    def understood(self) -> bool:
        """Whether there is an answer."""
        return self.value is not None


NOTHING = Reading()


def listed(item: Item, options: tuple[str, ...], places: frozenset[int], tier: int) -> Reading:
    """Several options as an answer; too many or too few are offered instead."""
    most = item.maximum or len(item.options)
    exclusive = any(option.exclusive for option in item.options if option.id in options)
    if len(options) > most or (exclusive and len(options) > 1):
        return Reading(options=options[:MOST_CHOICES], places=places)
    if item.minimum is not None and len(options) < item.minimum and not exclusive:
        return Reading(options=options[:MOST_CHOICES], places=places)
    return Reading(list(options), options, places, tier)
