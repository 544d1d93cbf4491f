"""The parts of a Turn: what the chat shows next, in one language and ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from service.domain.answer_values import AnswerValue
from service.domain.money import Money


@dataclass(frozen=True)
class Link:
    """Where something the shop says leads."""

    url: str
    label: str


@dataclass(frozen=True)
class Recommended:
    """A product, as shown."""

    id: str
    name: str
    text: str
    price: Money | None
    image: str
    url: str


@dataclass(frozen=True)
class Message:
    """Something the shop says. ``item`` is the statement, or the answered question of a suggestion, that it comes from;
    ``None`` for welcome and thanks.

    :param link: of a suggestion
    :param product: of a suggestion
    """

    text: str
    item: str | None = None
    role: str = "shop"
    link: Link | None = None
    product: Recommended | None = None


@dataclass(frozen=True)
class Choice:
    """An option as shown.

    :param image: the name of a drawing, or an address; the API makes an address of it
    :param other: "something else", which wants a few words
    """

    id: str
    label: str
    exclusive: bool = False
    image: str = ""
    other: bool = False


@dataclass(frozen=True)
class OwnWords:
    """What stands beside "something else": its label and an example inside its field."""

    label: str
    placeholder: str


@dataclass(frozen=True)
class Wording:
    """What is agreed to, word for word, and the version of the quiz in which it stands so."""

    wording: str
    version: str


@dataclass(frozen=True)
class Asked:
    """An item that waits for an answer, or may get another one, as shown.

    :param min: least choices, places, scale step, number, or first day (``2026-01-31``); ``max`` likewise
    :param skippable: it may be left out
    """

    id: str
    type: str
    required: bool
    text: str
    help: str
    options: tuple[Choice, ...]
    min: int | str | None = None
    max: int | str | None = None
    low: str = ""
    high: str = ""
    max_length: int | None = None
    placeholder: str = ""
    other: OwnWords | None = None
    consent: Wording | None = None
    skippable: bool = False


@dataclass(frozen=True)
class Said:
    """An answered question, for resuming and for "change this answer", which needs the item as it was asked."""

    item_id: str
    question: str
    type: str
    value: AnswerValue
    answer: str
    item: Asked


@dataclass(frozen=True)
class Because:
    """An answer that decided the result, with the points it gave; 0 for one that a condition read."""

    item_id: str
    question: str
    answer: str
    points: int


@dataclass(frozen=True)
class Result:
    """The end of a quiz.

    :param reasons: the shopper's own answers that decided most, in words
    :param rule: what decided: ``points``, ``tie``, ``condition`` or ``fallback``; empty without outcomes
    :param because: all answers that decided, most first
    """

    outcome: str | None
    title: str
    text: str
    reasons: tuple[str, ...]
    products: tuple[Recommended, ...]
    rule: str = ""
    because: tuple[Because, ...] = ()


@dataclass(frozen=True)
class Offer:
    """The offer to leave an address. ``consent`` is the wording per channel; nothing is ticked beforehand."""

    channels: tuple[str, ...]
    text: str
    consent: dict[str, str]
    done: bool


@dataclass(frozen=True)
class Turn:
    """What the chat shows next.

    :param heard: what was understood of a typed message, ``None`` after a tapped answer
    :param transcript: everything that was said so far, oldest first
    :param contact_person: how to reach a person, after somebody asked for one
    """

    response_id: str
    quiz: str
    version: int
    lang: str
    dir: str
    title: str
    status: str
    revision: int
    messages: tuple[Message, ...]
    history: tuple[Said, ...]
    item: Asked | None
    done: int
    total: int
    result: Result | None
    contact: Offer | None
    languages: tuple[str, ...]
    heard: Any = None
    transcript: tuple[Any, ...] = ()
    contact_person: Any = None
