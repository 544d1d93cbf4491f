"""What goes into one order: which products, how many, at which price, with which coupon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from service.demo.customers import Customer
from service.demo.dice import Dice
from service.demo.planted import pull
from service.demo.products import Product
from service.demo.timeline import Season

# Planted: the product that whales buy first, the bridge product, and the product with a price curve.
WHALES_FIRST = "oud-oil-reserve"
BRIDGE = "travel-minis"
PRICE_CURVE = "glow-serum"
PREMIUM = 14_900  # a line at or above this unit price is what the bridge leads to

# The price curve: the price changes every three weeks, so that no price has a season of its own, and ends at the
# list price. The number behind each price is how much likelier the product gets into a basket.
_PRICE_WEEKS = 3
_PRICE_ORDER = (12_900, 8_900, 14_500, 10_900)
_PRICE_PULL: Mapping[int, float] = {8_900: 1.9, 10_900: 1.5, 12_900: 0.9, 14_500: 0.45}

_BRIDGED_TO: Mapping[str, float] = {"rich-night-cream": 5, "repair-serum": 5, "starter-set": 3, "gift-set-classic": 2}
_GIFTS = frozenset({"gift-set-classic", "gift-set-royal"})


@dataclass(frozen=True)
class Coupon:
    """A discount code, and the share it takes off each line in per cent."""

    code: str
    percent: int


WELCOME = Coupon("WELCOME10", 10)
SALE = Coupon("SALE20", 20)
GIFTS = Coupon("GIFT10", 10)
FOUND = Coupon("SAVE15", 15)  # from coupon sites
BACK = Coupon("COMEBACK15", 15)


@dataclass(frozen=True)
class Line:
    """One order line. Amounts are minor units of the shop's currency; `discount` is for the whole line."""

    product: str
    quantity: int
    unit_price: int
    discount: int
    unit_cost: int

    @property
    def gross(self) -> int:
        """Before the discount."""
        return self.quantity * self.unit_price

    @property
    def net(self) -> int:
        """After the discount."""
        return self.gross - self.discount


@dataclass(frozen=True)
class Taste:
    """What one customer leans towards, whatever the occasion: how much each product is liked."""

    traits: Mapping[str, float]
    catalogue: Mapping[str, Product]
    likings: Mapping[str, float]


@dataclass(frozen=True)
class Occasion:
    """What is special about one order.

    :param bought: products the customer already has
    :param wish: a product that is in the basket in any case
    :param size: how many different products
    """

    day: int
    season: Season
    bought: Set[str]
    wish: str | None
    size: int
    coupon: Coupon | None


def price_on(product: Product, day: int) -> int:
    """The unit price on a day of the simulation."""
    if product.id != PRICE_CURVE:
        return product.price
    return _PRICE_ORDER[day // (7 * _PRICE_WEEKS) % len(_PRICE_ORDER)]


def taste(customer: Customer, catalogue: Sequence[Product]) -> Taste:
    """What a customer leans towards in this catalogue."""
    likings = {}
    for product in catalogue:
        liking = max(0.08, 1.0 + pull(customer.planted.traits, product.appeal))
        by_price = _by_price(customer.planted.behavioural, product)
        likings[product.id] = product.popularity * liking * liking * by_price
    return Taste(customer.planted.traits, {product.id: product for product in catalogue}, likings)


def fill(dice: Dice, taste: Taste, occasion: Occasion) -> tuple[Line, ...]:
    """Fill a basket with different products, the wish first."""
    weights = {product_id: _weight(taste, product, occasion) for product_id, product in taste.catalogue.items()}
    chosen = [occasion.wish] if occasion.wish else []
    weights.update(dict.fromkeys(chosen, 0.0))
    chosen += dice.pick_several(weights, occasion.size - len(chosen))
    return tuple(_line(dice, taste, taste.catalogue[product_id], occasion) for product_id in chosen)


def bridged_to(dice: Dice) -> str:
    """The premium product that a buyer of the bridge product comes back for."""
    return dice.pick(_BRIDGED_TO)


def _line(dice: Dice, taste: Taste, product: Product, occasion: Occasion) -> Line:
    unit_price = price_on(product, occasion.day)
    quantity = _quantity(dice, taste.traits, product, occasion.season)
    percent = occasion.coupon.percent if occasion.coupon else 0
    return Line(
        product=product.id,
        quantity=quantity,
        unit_price=unit_price,
        discount=(quantity * unit_price * percent + 50) // 100,
        unit_cost=product.cost,
    )


def _weight(taste: Taste, product: Product, occasion: Occasion) -> float:
    """How likely a product gets into the basket, compared with the others."""
    weight = taste.likings[product.id] * _by_season(product, occasion.season)
    if product.id == PRICE_CURVE:
        weight *= _PRICE_PULL[price_on(product, occasion.day)]
    return weight * _by_habit(taste.traits, product, occasion.bought)


def _by_price(behavioural: str, product: Product) -> float:
    tier = 2 if product.price >= PREMIUM else 1 if product.price >= 8_000 else 0
    match behavioural:
        case "whale":
            return (0.5, 1.4, 4.5)[tier]
        case "deal_seeker":
            return (1.6, 0.9, 0.25)[tier]
        case _ if product.id == WHALES_FIRST:
            return 0.3
        case "one_timer" if product.id == BRIDGE:
            return 0.25
        case _:
            return (1.0, 1.0, 0.75)[tier]


def _by_season(product: Product, season: Season) -> float:
    weight = 1.0
    if season.gifts:
        weight *= {"sets": 2.0, "home": 2.2}.get(product.category, 1.0) * (2.4 if product.id in _GIFTS else 1.0)
    if season.cold:
        weight *= {"creams": 2.0, "oils": 1.8, "sun": 0.5}.get(product.category, 1.0)
    if season.hot:
        weight *= {"sun": 2.2, "creams": 0.7}.get(product.category, 1.0)
        weight *= 2.0 if product.id == "light-gel-cream" else 1.0
    return weight


def _by_habit(traits: Mapping[str, float], product: Product, bought: Set[str]) -> float:
    """People who keep it simple come back for the same; people who love the new look for what they do not have."""
    if product.id == BRIDGE and bought:
        return 0.25  # small sizes are for getting to know the shop
    if product.id in bought:
        return 1.0 + 2.5 * max(0.0, traits["simplicity"])
    return 1.0 + 1.5 * max(0.0, traits["novelty_seeking"])


def _quantity(dice: Dice, traits: Mapping[str, float], product: Product, season: Season) -> int:
    several = 0.04
    if product.id in _GIFTS and season.gifts:
        several += 0.3 * max(0.0, traits["care_for_others"])
    elif product.price < 10_000:
        several += (0.35 if season.sale else 0.15) * max(0.0, traits["price_sensitivity"])
    if not dice.chance(several):
        return 1
    return 3 if dice.chance(0.2) else 2
