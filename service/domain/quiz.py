"""A quiz: what is asked, in which order, and what the answers are worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, get_args

from service.domain.conditions import Clausal, Condition, facts_read
from service.domain.money import Money
from service.domain.piping import CUSTOMER, references
from service.domain.text import Text

if TYPE_CHECKING:
    from service.domain.adaptive import Model as AdaptiveModel

Kind = Literal["quiz", "survey"]
ItemType = Literal[
    "single", "multiple", "picture", "yes_no", "rating", "nps", "ranking", "number",
    "short_text", "long_text", "date", "email", "phone", "consent", "statement",
]  # fmt: skip
ITEM_TYPES: tuple[ItemType, ...] = get_args(ItemType)
CHOICES = frozenset({"single", "multiple", "picture", "yes_no"})
SCALES = frozenset({"rating", "nps"})
TEXTS = frozenset({"short_text", "long_text"})
ADDRESSES = frozenset({"email", "phone"})
CONSENT_VALUES = ("granted", "declined")
OTHER = "other"
END = "end"

Tie = Literal["first", "more_answers", "last_answer", "fallback"]
TIES: tuple[Tie, ...] = get_args(Tie)

_NOTHING: Mapping[str, int] = MappingProxyType({})
_NO_SCORES: Mapping[str, float] = MappingProxyType({})
_NO_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True)
class PriceRange:
    """What recommended products may cost, both ends included, as decimal texts in the products' own currency."""

    least: str | None = None
    most: str | None = None


@dataclass(frozen=True)
class Suggestion:
    """What the shop says, and may show, right after an option was chosen.

    :param product: id of a product of the quiz to show with it
    :param url: where its link leads; ``label`` is what the link says
    """

    text: Text
    product: str | None = None
    url: str = ""
    label: Text = Text()


@dataclass(frozen=True)
class Option:
    """A choice of a question.

    :param scores: trait -> weight
    :param points: outcome -> points
    :param excludes: outcomes that can no longer win, and products no longer recommended, once this is chosen
    :param votes: product -> votes for recommending it
    :param exclusive: cannot be chosen together with others ("none of these")
    :param other: "something else": people say what in their own words (its id is ``other``)
    :param image: the name of a drawing, or an address
    :param pinned: keeps its place when the options are shuffled
    :param includes: products that are recommended whatever their votes, unless excluded
    :param price: recommended products cost this much
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
    other: bool = False
    placeholder: Text = Text()
    image: str = ""
    pinned: bool = False
    includes: tuple[str, ...] = ()
    price: PriceRange | None = None
    suggestion: Suggestion | None = None

    @property
    def stays(self) -> bool:
        """Whether it keeps its place when options are shuffled: "none of these" and "something else" always do."""
        return self.pinned or self.exclusive or self.other


@dataclass(frozen=True)
class Branch:
    """A branching rule: when the condition holds (or always, without one) go to an item or to ``end``."""

    to: str
    when: Condition | None = None


@dataclass(frozen=True)
class Item:
    """One step: a question, or a statement (text only).

    :param when: the item is passed over unless this holds
    :param minimum: least choices, scale start, least number, first day (days since 1970); ``None`` when free
    :param maximum: most choices, scale end, greatest number, last day, or longest text in characters
    :param scores: for scales and numbers with both bounds: trait -> weight at the top end (minus at the bottom end)
    :param shuffle: the options are shown in another order to each person
    :param group: neighbours of the same group are asked in another order of each person
    :param pinned: keeps its place in its group
    :param skip_known: not asked when the answer is known of a customer who is known by proof
    :param channel: of a consent: ``email`` or ``sms``; ``wording`` is what is agreed to
    :param country: of a phone: whose national numbers are understood, two letters
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
    placeholder: Text = Text()
    shuffle: bool = False
    group: str = ""
    pinned: bool = False
    skip_known: bool = False
    sensitive: bool = False
    channel: str = ""
    wording: Text = Text()
    country: str = ""

    @property
    def several(self) -> bool:
        """Whether more than one option may be chosen."""
        return self.type == "multiple" or (self.type == "picture" and (self.maximum or 1) > 1)

    @cached_property
    def other(self) -> Option | None:
        """The option for people's own words, if there is one."""
        return next((option for option in self.options if option.other), None)

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
        if not self.several:
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
    """A product that a quiz may recommend. ``image`` names a drawing of the shop, or is an address; what is not
    ``in_stock`` is not recommended."""

    id: str
    name: Text
    text: Text
    price: Money | None
    image: str = ""
    url: str = ""
    in_stock: bool = True


@dataclass(frozen=True)
class Showing:
    """Who is shown a quiz without having asked for it, and how often.

    :param when: over what is known of the customer; ``None`` for everybody
    :param first_day: shown from this day of the shop (days since 1970) to ``last_day``, both included
    :param share: of those it would be shown to, from 0 to 1; who belongs to it never changes
    :param priority: the highest is shown when several would be
    :param at_most: how often one person is shown it before they answer
    :param again_after_days: how long after it was last shown or answered it is shown again; ``None`` for never after
        an answer
    :param per_order: it is asked anew for each order, one question at a time
    :param ignores_quiet_days: shown although another one was shown a short while ago
    """

    when: Condition | None = None
    first_day: int | None = None
    last_day: int | None = None
    share: float = 1.0
    priority: int = 0
    at_most: int = 3
    again_after_days: int | None = None
    per_order: bool = False
    ignores_quiet_days: bool = False


@dataclass(frozen=True)
class Contact:
    """The offer to leave an address: channels (email, phone) and the consent wording per channel (email, sms)."""

    channels: tuple[str, ...]
    text: Text
    consent: Mapping[str, Text]


@dataclass(frozen=True)
class Quiz:
    """A definition, as published in one version.

    :param tie: who wins among outcomes with as many points
    :param show: who is shown it without having asked
    :param clauses: by name, what is asked of a known customer when a response begins (``quiz_binding.bind``)
    :param adaptive: gives a version of the model that chooses questions, for responses that are asked by one
    """

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
    tie: Tie = "first"
    show: Showing | None = None
    version: int = 0
    clauses: Mapping[str, Clausal] = field(default_factory=dict)
    adaptive: Callable[[int], AdaptiveModel] | None = field(default=None, compare=False, repr=False)

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Position of each item by its id."""
        return {item.id: position for position, item in enumerate(self.items)}

    @cached_property
    def reads(self) -> frozenset[str]:
        """Facts of the customer that the quiz branches on, says in its texts, or need not ask for again."""
        when = [item.when for item in self.items] + [one.when for item in self.items for one in item.goto]
        when += [outcome.when for outcome in self.outcomes]
        found = {name for one in when if one is not None for name in facts_read(one)}
        own = {f"answer.{item.id}" for item in self.items} | {f"skipped.{item.id}" for item in self.items}
        found -= {name for name in found if name in own or name.rpartition(".")[0] in own or name in self.clauses}
        found |= {one.name for text in self.spoken for one in references(text) if one.name in CUSTOMER}
        return frozenset(found | {name for item in self.items for name in self._known_as(item)})

    @property
    def spoken(self) -> Iterator[str]:
        """Every text in which what was said can be filled in, in every language."""
        texts = [self.welcome, self.thanks]
        texts += [text for item in self.items for text in (item.text, item.help)]
        texts += [one.suggestion.text for item in self.items for one in item.options if one.suggestion]
        texts += [text for outcome in self.outcomes for text in (outcome.title, outcome.text)]
        return (words for text in texts for words in text.by_lang.values())

    def _known_as(self, item: Item) -> tuple[str, ...]:
        """The facts that make asking an item needless."""
        if not item.skip_known:
            return ()
        if item.type in ADDRESSES:
            return (f"known.{item.type}",)
        return (f"consent.{item.channel}",) if item.type == "consent" else (f"answer.{self.id}.{item.id}",)

    @cached_property
    def groups(self) -> tuple[tuple[int, int], ...]:
        """Where neighbours of one group lie: first position, and the position after the last."""
        found: list[tuple[int, int]] = []
        start = 0
        for position in range(1, len(self.items) + 1):
            here = self.items[position].group if position < len(self.items) else None
            if here != self.items[start].group:
                if self.items[start].group and position - start > 1:
                    found.append((start, position))
                start = position
        return tuple(found)

    @cached_property
    def product_by_id(self) -> Mapping[str, Product]:
        """Products by their id."""
        return {product.id: product for product in self.products}

    def item(self, item_id: str) -> Item | None:
        """The item of that id, or ``None``."""
        position = self.index.get(item_id)
        return None if position is None else self.items[position]

    def lang(self, wanted: str | None, otherwise: str | None = None) -> str:
        """The language to speak: the wanted one if the quiz has it, else ``otherwise``, else the quiz's first."""
        base = (wanted or "").split("-")[0].lower()
        return base if base in self.languages else otherwise or self.languages[0]
