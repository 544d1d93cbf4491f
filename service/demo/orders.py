"""Simulated orders: when customers buy, and the way from a first order to the last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from service.demo import baskets, checkout, traffic
from service.demo.baskets import Coupon, Line, Occasion
from service.demo.checkout import Status
from service.demo.customers import Customer
from service.demo.dice import Dice
from service.demo.products import Product
from service.demo.timeline import DAYS, SECOND, Season, Timeline
from service.demo.traffic import Touch

FIRST_NUMBER = 10_001


@dataclass(frozen=True)
class Order:
    """One order. `day` counts from the simulation's first day, `placed_at` is UTC microseconds.

    A `refunded` order came back whole; what came back in part is a Refund of its own.
    """

    number: str
    customer: str
    day: int
    placed_at: int
    lines: tuple[Line, ...]
    coupon: str | None
    touch: Touch
    payment_method: str
    status: Status
    country: str

    @property
    def gross(self) -> int:
        """All lines before discounts, in minor units."""
        return sum(line.gross for line in self.lines)

    @property
    def discount(self) -> int:
        """All discounts, in minor units."""
        return sum(line.discount for line in self.lines)

    @property
    def revenue(self) -> int:
        """What the order is worth to the shop before refunds: nothing unless it was paid and kept."""
        return self.gross - self.discount if self.status == "paid" else 0


@dataclass(frozen=True)
class Refund:
    """Money given back for some lines of a paid order. Amounts are positive minor units."""

    number: str
    order: str
    customer: str
    day: int
    placed_at: int
    lines: tuple[Line, ...]

    @property
    def amount(self) -> int:
        """What was given back."""
        return sum(line.net for line in self.lines)


@dataclass(frozen=True)
class _Habit:
    """How a behavioural type buys.

    :param gap: days between orders on ordinary days; None for those who never come back
    :param size: fewest and most products in a basket
    :param coupon: how likely an order outside sales and gift weeks carries a coupon
    :param sale: how much likelier an order becomes in a sale, and `gifts` in gift weeks
    """

    gap: int | None
    size: tuple[int, int]
    coupon: float
    sale: float
    gifts: float


_HABITS: Mapping[str, _Habit] = {
    "whale": _Habit(40, (2, 4), 0.04, 1.3, 2.4),
    "loyal": _Habit(42, (1, 3), 0.12, 1.6, 1.6),
    "occasional": _Habit(135, (1, 2), 0.16, 2.2, 2.6),
    "deal_seeker": _Habit(260, (1, 3), 0.88, 15.0, 1.2),
    "one_timer": _Habit(None, (1, 2), 0.0, 1.0, 1.0),
    "lapsed": _Habit(48, (1, 2), 0.16, 1.8, 1.6),
    "new": _Habit(60, (1, 2), 0.16, 1.5, 1.5),
}
_STARTS_WITH_OUD = 0.52  # of whales
_CROSSES = 0.66  # of those who bought the bridge product
_CROSSES_AFTER = (12, 80)  # days
_LAPSED_FOR = 190  # days without an order, at least
_LONG_GONE = 100  # days after which the shop writes to say that someone is missed

_Draft = tuple[Order, Refund | None]


@dataclass(frozen=True)
class Shop:
    """What all orders have in common."""

    catalogue: Sequence[Product]
    timeline: Timeline
    seasons: Sequence[Season]

    @cached_property
    def likelihoods(self) -> Mapping[str, Sequence[float]]:
        """How likely someone of average pace orders, by behavioural type and day."""
        return {name: [_likelihood(habit, season) for season in self.seasons] for name, habit in _HABITS.items()}


def draw_orders(seed: int, customers: Sequence[Customer], shop: Shop) -> tuple[tuple[Order, ...], tuple[Refund, ...]]:
    """All orders and refunds, each by time, numbered in the order in which orders were placed."""
    drafts: list[_Draft] = []
    for customer in customers:
        drafts += _History(customer, shop, Dice(seed, "orders", customer.shop_id)).draw()
    drafts.sort(key=lambda draft: (draft[0].placed_at, draft[0].customer))
    orders: list[Order] = []
    refunds: list[Refund] = []
    for number, (order, refund) in enumerate(drafts, FIRST_NUMBER):
        orders.append(replace(order, number=f"SR-{number}"))
        if refund:
            refunds.append(replace(refund, number=f"SR-{number}-R1", order=f"SR-{number}"))
    refunds.sort(key=lambda refund: (refund.placed_at, refund.number))
    return tuple(orders), tuple(refunds)


def _likelihood(habit: _Habit, season: Season) -> float:
    if habit.gap is None:
        return 0.0
    busy = (habit.sale if season.sale else 1.0) * (habit.gifts if season.gifts else 1.0)
    return busy * (1.1 if season.weekend else 1.0) / habit.gap


class _History:
    """One customer's way through the shop, day by day."""

    def __init__(self, customer: Customer, shop: Shop, dice: Dice) -> None:
        self.customer = customer
        self.shop = shop
        self.dice = dice
        self.taste = baskets.taste(customer, shop.catalogue)
        self.habit = _HABITS[customer.planted.behavioural]
        self.pace = 0.65 + 0.7 * dice.uniform()
        self.bought: set[str] = set()
        self.last_day: int | None = None
        self.crossing: int | None = None

    def draw(self) -> list[_Draft]:
        """All orders, oldest first, not yet numbered."""
        drafts = []
        likelihoods = self.shop.likelihoods[self.customer.planted.behavioural]
        for day in range(self.customer.arrival, self._end()):
            if day == self.customer.arrival:
                drafts.append(self._order(day, self._first_wish(), self._first_coupon(day)))
            elif day == self.crossing:
                drafts.append(self._order(day, baskets.bridged_to(self.dice), None))
            elif self.dice.chance(self.pace * likelihoods[day]):
                drafts.append(self._order(day, None, self._coupon(day)))
        return drafts

    def _end(self) -> int:
        if self.customer.planted.behavioural != "lapsed":
            return DAYS
        return min(self.customer.arrival + self.dice.between(80, 240), DAYS - _LAPSED_FOR)

    def _first_wish(self) -> str | None:
        whale = self.customer.planted.behavioural == "whale"
        return baskets.WHALES_FIRST if whale and self.dice.chance(_STARTS_WITH_OUD) else None

    def _first_coupon(self, day: int) -> Coupon | None:
        careful = max(0.0, self.customer.planted.traits["price_sensitivity"])
        if self.customer.planted.behavioural != "whale" and self.dice.chance(0.08 + 0.4 * careful):
            return baskets.WELCOME
        return self._coupon(day)

    def _coupon(self, day: int) -> Coupon | None:
        season = self.shop.seasons[day]
        whale = self.customer.planted.behavioural == "whale"
        if season.sale:
            return baskets.SALE if self.dice.chance(0.5 if whale else 0.92) else None
        if not self.dice.chance(self.habit.coupon):
            return None
        if self.customer.planted.behavioural == "deal_seeker":
            return baskets.FOUND
        if season.gifts:
            return baskets.GIFTS
        return baskets.BACK if self._long_gone(day) else baskets.FOUND

    def _long_gone(self, day: int) -> bool:
        return self.last_day is not None and day - self.last_day >= _LONG_GONE

    def _order(self, day: int, wish: str | None, coupon: Coupon | None) -> _Draft:
        dice, customer = self.dice, self.customer
        size = dice.between(*self.habit.size)
        season = self.shop.seasons[day]
        lines = baskets.fill(dice, self.taste, Occasion(day, season, self.bought, wish, size, coupon))
        touch = self._touch(day, coupon)
        method, status = checkout.pay(dice, customer)
        placed_at = self.shop.timeline.instant(day, checkout.second_of_day(dice))
        refund = None
        if status == "paid" and (back := checkout.send_back(dice, customer, day, lines)):
            if len(back[1]) == len(lines):
                status = "refunded"
            else:
                refunded_at = placed_at + (back[0] - day) * 86_400 * SECOND
                refund = Refund("", "", customer.shop_id, back[0], refunded_at, back[1])
        self._remember(day, lines)
        order = Order(
            number="",
            customer=customer.shop_id,
            day=day,
            placed_at=placed_at,
            lines=lines,
            coupon=coupon.code if coupon else None,
            touch=touch,
            payment_method=method,
            status=status,
            country=customer.country,
        )
        return order, refund

    def _touch(self, day: int, coupon: Coupon | None) -> Touch:
        if self.last_day is None:
            return self.customer.touch
        if coupon == baskets.BACK:
            return traffic.EMAIL_BACK
        if coupon == baskets.FOUND and self.dice.chance(0.7):
            return traffic.COUPON_SITES
        return traffic.later_touch(
            self.dice,
            self.customer.touch,
            self.shop.seasons[day],
            reads_email=self.customer.consented("email"),
            long_gone=self._long_gone(day),
        )

    def _remember(self, day: int, lines: Sequence[Line]) -> None:
        products = {line.product for line in lines}
        if baskets.BRIDGE in products - self.bought and self.dice.chance(_CROSSES):
            self.crossing = day + self.dice.between(*_CROSSES_AFTER)
        if self.customer.planted.behavioural == "one_timer":
            self.crossing = None
        self.bought |= products
        self.last_day = day
