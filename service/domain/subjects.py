"""What conditions are asked of: one customer at one moment, as far as it was loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from service.domain.leaves import Clausal


@dataclass(frozen=True, slots=True)
class PastLine:
    """One line of an order; amounts in minor units before any discount."""

    quantity: int
    amount: int
    discount: int = 0
    product: str | None = None
    category: str | None = None

    @property
    def unit_price(self) -> int | None:
        """``amount // quantity``, whole minor units rounded down; missing when either says that goods came back."""
        return self.amount // self.quantity if self.quantity > 0 and self.amount >= 0 else None


@dataclass(frozen=True, slots=True)
class PastOrder:
    """An order as the language sees it: the columns of table `orders`, with its lines."""

    id: int
    placed_at: int
    day: int
    status: str = "paid"
    kind: str = "order"
    gross: int = 0
    discount: int = 0
    revenue: int = 0
    units: int = 0
    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    coupon: str | None = None
    payment_method: str | None = None
    country: str | None = None
    lines: tuple[PastLine, ...] = ()

    @property
    def counts(self) -> bool:
        """As ``purchases.counts``: the two are held together by a test."""
        return self.kind == "order" and self.gross > 0 and self.status in ("paid", "refunded")


@dataclass(frozen=True)
class OrderHistory:
    """All orders of one customer, in the order (day, placed_at, id)."""

    orders: tuple[PastOrder, ...] = ()

    @cached_property
    def counted(self) -> tuple[PastOrder, ...]:
        """The orders that count."""
        return tuple(one for one in self.orders if one.counts)

    @classmethod
    def of(cls, orders: tuple[PastOrder, ...] | list[PastOrder]) -> OrderHistory:
        """The history of orders given in any order."""
        return cls(tuple(sorted(orders, key=lambda one: (one.day, one.placed_at, one.id))))


@dataclass(frozen=True)
class Stay:
    """A time in a segment: from ``entered_at`` until just before ``left_at``; ``None`` while it lasts."""

    entered_at: int
    left_at: int | None = None


@dataclass(frozen=True)
class Recorded:
    """A value a fact had, from ``since_at`` until just before ``until_at``; ``None`` while it lasts."""

    value: object
    since_at: int
    until_at: int | None = None


@dataclass(frozen=True)
class Cut:
    """Names a value that cuts the population in two: of one fact, ``top``, ``bottom`` or ``median``.

    The population is every customer whose fact is known; for facts ``orders.*`` those with an order that counts, and
    nobody else is in either part. With N values, ``top`` p is the k-th largest and ``bottom`` p the k-th smallest,
    k = ceil(N * p / 100); ``median`` is the middle one, of an even number the mean of the two (as a double).
    """

    fact: str
    kind: Literal["top", "bottom", "median"]
    percent: int = 50


@dataclass(frozen=True)
class Kept:
    """A verdict worked out before.

    :param until: the instant until which it holds if nothing but time passes, ``None`` for ever
    """

    holds: bool
    found: object = None
    until: int | None = None


@dataclass(frozen=True)
class Subject:
    """One customer at one moment, as conditions are asked about.

    :param facts: all facts known now, passing ones included
    :param history: orders and lines; ``None`` when they were not loaded: asking for them is then a LookupError
    :param inside: ids of the live segments whose conditions hold now; filled in as segments are worked out in order
    :param memberships: the log of stays by segment id
    :param past: recorded values by name of fact, present ones included; only facts with history
    :param cuts: the kept cuts of the population
    :param verdicts: verdicts of clauses that are kept and still hold; they are not worked out again
    :param changes: by name of a fact whose value passes with time in its own way: when it next does, as its producer
        says (for facts that merely count days this is known here)
    :param now: UTC microseconds; :param today: the shop's day of it; :param zone: the shop's time zone
    """

    facts: Mapping[str, object]
    history: OrderHistory | None = None
    inside: frozenset[str] = frozenset()
    memberships: Mapping[str, tuple[Stay, ...]] = field(default_factory=lambda: MappingProxyType({}))
    past: Mapping[str, tuple[Recorded, ...]] = field(default_factory=lambda: MappingProxyType({}))
    cuts: Mapping[Cut, int | float] = field(default_factory=lambda: MappingProxyType({}))
    verdicts: Mapping[Clausal, Kept] = field(default_factory=lambda: MappingProxyType({}))
    changes: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    now: int = 0
    today: int = 0
    zone: str = "UTC"
