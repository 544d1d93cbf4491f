"""A quiz: what is asked, in which order, and what the answers are worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

from service.domain.conditions import Condition
from service.domain.money import Money
from service.domain.text import Text

Kind = Literal["quiz", "survey"]
ItemType = Literal["single", "multiple", "yes_no", "rating", "nps", "number", "short_text", "long_text", "statement"]
ITEM_TYPES: tuple[ItemType, ...] = (
    "single", "multiple", "yes_no", "rating", "nps", "number", "short_text", "long_text", "statement",
)  # fmt: skip
CHOICES = frozenset({"single", "multiple", "yes_no"})
SCALES = frozenset({"rating", "nps"})
TEXTS = frozenset({"short_text", "long_text"})
END = "end"

_NOTHING: Mapping[str, int] = MappingProxyType({})
_NO_SCORES: Mapping[str, float] = MappingProxyType({})
_NO_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True)
class Option:
    """A choice of a question.

    :param scores: trait -> weight
    :param points: outcome -> points
    :param excludes: outcomes that can no longer win, and products no longer recommended, once this is chosen
    :param votes: product -> votes for recommending it
    :param exclusive: cannot be chosen together with others ("none of these")
    """

    id: str
    label: Text
    scores: Mapping[str, float] = field(default_factory=lambda: _NO_SCORES)
    points: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    excludes: tuple[str, ...] = ()
    votes: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    tags: tuple[str, ...] = ()
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NO_WORDS)
    exclusive: bool = False


@dataclass(frozen=True)
class Branch:
    """A branching rule: when the condition holds (or always, without one) go to an item or to ``end``."""

    to: str
    when: Condition | None = None


@dataclass(frozen=True)
class Item:
    """One step: a question, or a statement (text only).

    :param when: the item is passed over unless this holds
    :param minimum: least choices, scale start, least number; ``None`` when free
    :param maximum: most choices, scale end, greatest number, or longest text in characters
    :param scores: for scales and numbers with both bounds: trait -> weight at the top end (minus at the bottom end)
    """

    id: str
    type: ItemType
    text: Text
    help: Text = Text()
    decides: Text = Text()
    required: bool = True
    when: Condition | None = None
    minimum: int | None = None
    maximum: int | None = None
    low: Text = Text()
    high: Text = Text()
    scores: Mapping[str, float] = field(default_factory=lambda: _NO_SCORES)
    options: tuple[Option, ...] = ()
    goto: tuple[Branch, ...] = ()

    @cached_property
    def option_by_id(self) -> Mapping[str, Option]:
        """Options by their id."""
        return {option.id: option for option in self.options}

    @cached_property
    def shown(self) -> dict[str, Any]:
        """How the item is shown, by language: a memory for ``dialogue``, since a published item never changes."""
        return {}

    @cached_property
    def reach(self) -> Mapping[str, float]:
        """The most that one answer could add to, or take from, each trait that the options score."""
        return {trait: self._reach(trait) for option in self.options for trait in option.scores}

    def _reach(self, trait: str) -> float:
        weights = [option.scores.get(trait, 0.0) for option in self.options]
        if self.type != "multiple":
            return max(abs(weight) for weight in weights)
        most = self.maximum or len(weights)
        upward = sum(sorted((weight for weight in weights if weight > 0), reverse=True)[:most])
        downward = -sum(sorted(weight for weight in weights if weight < 0)[:most])
        return max(upward, downward)


@dataclass(frozen=True)
class Outcome:
    """The result shown to the customer."""

    id: str
    title: Text
    text: Text
    persona: str | None = None
    products: tuple[str, ...] = ()
    when: Condition | None = None


@dataclass(frozen=True)
class Product:
    """A product that a quiz may recommend. ``image`` names a drawing of the shop, or is an address."""

    id: str
    name: Text
    text: Text
    price: Money | None
    image: str = ""
    url: str = ""


@dataclass(frozen=True)
class Contact:
    """The offer to leave an address: channels (email, phone) and the consent wording per channel (email, sms)."""

    channels: tuple[str, ...]
    text: Text
    consent: Mapping[str, Text]


@dataclass(frozen=True)
class Quiz:
    """A definition, as published in one version."""

    id: str
    kind: Kind
    title: Text
    items: tuple[Item, ...]
    languages: tuple[str, ...] = ("en", "ar")
    welcome: Text = Text()
    thanks: Text = Text()
    outcomes: tuple[Outcome, ...] = ()
    fallback: str | None = None
    recommend: int = 3
    products: tuple[Product, ...] = ()
    contact: Contact | None = None
    version: int = 0

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Position of each item by its id."""
        return {item.id: position for position, item in enumerate(self.items)}

    @cached_property
    def product_by_id(self) -> Mapping[str, Product]:
        """Products by their id."""
        return {product.id: product for product in self.products}

    def item(self, item_id: str) -> Item | None:
        """The item of that id, or ``None``."""
        position = self.index.get(item_id)
        return None if position is None else self.items[position]

    def lang(self, wanted: str | None) -> str:
        """The language to speak: the wanted one if the quiz has it, else the quiz's first."""
        base = (wanted or "").split("-")[0].lower()
        return base if base in self.languages else self.languages[0]
