"""What is planted in the sample shop, measured in its rows: `python -m service.demo.effects` prints the table."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from service.demo import baskets
from service.demo.customers import Customer
from service.demo.orders import Order
from service.demo.simulation import SimulatedShop, simulate
from service.demo.timeline import DAYS, Season, seasons
from service.demo.traffic import PODCAST

T = TypeVar("T")

BRIDGE_DAYS = 90
DAY_FOR_DOCS = 1_780_272_000_000_000  # 2026-06-01; the effects are the same on every day


@dataclass(frozen=True)
class Pair:
    """The same share in two groups: the planted one and the rest."""

    planted: float
    rest: float


@dataclass(frozen=True)
class Effects:
    """Measures of one simulated shop. Shares are from 0 to 1, money is minor units."""

    shop: SimulatedShop

    @cached_property
    def customer(self) -> Mapping[str, Customer]:
        """Customers by shop id."""
        return {customer.shop_id: customer for customer in self.shop.customers}

    @cached_property
    def history(self) -> Mapping[str, Sequence[Order]]:
        """Orders of each customer, oldest first."""
        found: dict[str, list[Order]] = defaultdict(list)
        for order in self.shop.orders:
            found[order.customer].append(order)
        return found

    @cached_property
    def net_revenue(self) -> Mapping[str, int]:
        """What each customer paid, less what was given back."""
        net = Counter({customer.shop_id: 0 for customer in self.shop.customers})
        for order in self.shop.orders:
            net[order.customer] += order.revenue
        for refund in self.shop.refunds:
            net[refund.customer] -= refund.amount
        return net

    @cached_property
    def whales(self) -> Set[str]:
        """The best 20 % of customers with net revenue above zero, rounded up, ties in."""
        paid = sorted((net for net in self.net_revenue.values() if net > 0), reverse=True)
        threshold = paid[-(-len(paid) // 5) - 1]
        return {customer for customer, net in self.net_revenue.items() if net >= threshold}

    def whales_share_of_revenue(self) -> float:
        """What part of the net revenue whales bring."""
        return sum(self.net_revenue[whale] for whale in self.whales) / sum(self.net_revenue.values())

    def visits_from(self, source: str) -> float:
        """A source's part of all visits."""
        visits: Counter[str] = Counter()
        for row in self.shop.visits:
            visits[row.source] += row.count
        return visits[source] / visits.total()

    def whales_from(self, source: str) -> float:
        """A source's part of all whales, by the source of their first order."""
        return _share(self.whales, lambda whale: self._first(whale).touch.source == source)

    def whales_among(self, source: str) -> float:
        """What part of the customers who first came from a source are whales."""
        came = [customer for customer in self.customer if self._first(customer).touch.source == source]
        return _share(came, lambda customer: customer in self.whales)

    def first_bought(self, product: str) -> Pair:
        """Part of whales, and of others, whose first order has the product."""

        def starts_with_it(customer: str) -> bool:
            return _has(self._first(customer), product)

        others = [customer for customer in self.customer if customer not in self.whales]
        return Pair(_share(self.whales, starts_with_it), _share(others, starts_with_it))

    def first_products(self, customers: Set[str]) -> list[tuple[str, int]]:
        """What these customers' first orders began with, the most frequent first."""
        return Counter(self._first(customer).lines[0].product for customer in customers).most_common()

    def bridge(self, behavioural: str | None = None) -> Pair:
        """Part of customers who buy a premium line within 90 days of their first order: of those who started with
        the bridge product, and of the others. First orders of the last 90 days are too young to tell."""
        groups: dict[bool, list[str]] = {True: [], False: []}
        for customer, orders in self.history.items():
            told = orders[0].day < DAYS - BRIDGE_DAYS
            if told and behavioural in (None, self.customer[customer].planted.behavioural):
                groups[_has(orders[0], baskets.BRIDGE)].append(customer)
        return Pair(_share(groups[True], self._crossed), _share(groups[False], self._crossed))

    def price_curve(self) -> dict[int, float]:
        """Orders with the product for 1,000 visits of the shop, at each price."""
        product = next(one for one in self.shop.products if one.id == baskets.PRICE_CURVE)
        visits: Counter[int] = Counter()
        for row in self.shop.visits:
            visits[baskets.price_on(product, row.day - self.shop.timeline.first_day)] += row.count
        sold = Counter(
            line.unit_price for order in self.shop.orders for line in order.lines if line.product == product.id
        )
        return {price: 1_000 * sold[price] / visits[price] for price in sorted(visits)}

    def coupons(self, behavioural: str) -> Pair:
        """Part of orders with a coupon: of this behavioural type, and of all others."""
        return self._of_orders(lambda order: order.coupon is not None, self._placed_by(behavioural=behavioural))

    def discount_share(self, behavioural: str) -> Pair:
        """Discounts as part of the value before discounts: of this behavioural type, and of all others."""
        amounts = {True: [0, 0], False: [0, 0]}
        placed_by = self._placed_by(behavioural=behavioural)
        for order in self.shop.orders:
            amounts[placed_by(order)][0] += order.discount
            amounts[placed_by(order)][1] += order.gross
        return Pair(*(discount / gross for discount, gross in (amounts[True], amounts[False])))

    def sent_back(self, psychographic: str) -> Pair:
        """Part of paid orders of which something came back: of this psychographic type, and of all others."""
        back = {refund.order for refund in self.shop.refunds}
        return self._of_orders(
            lambda order: order.status == "refunded" or order.number in back,
            self._placed_by(psychographic=psychographic),
            lambda order: order.status in ("paid", "refunded"),
        )

    def refused_at_the_door(self) -> float:
        """Part of orders with cash on delivery that were refused."""
        at_the_door = [order for order in self.shop.orders if order.payment_method == "cash_on_delivery"]
        return _share(at_the_door, lambda order: order.status == "refused")

    def orders_a_day(self, when: Callable[[Season], bool]) -> float:
        """Orders on an average day of a kind."""
        chosen = {day for day, season in enumerate(seasons()) if when(season)}
        return sum(order.day in chosen for order in self.shop.orders) / len(chosen)

    def category_share(self, category: str, when: Callable[[Season], bool]) -> float:
        """A category's part of all order lines on days of a kind."""
        calendar = seasons()
        of_category = {product.id for product in self.shop.products if product.category == category}
        lines = [line for order in self.shop.orders if when(calendar[order.day]) for line in order.lines]
        return _share(lines, lambda line: line.product in of_category)

    def behaves(self, psychographic: str, behavioural: str) -> float:
        """Part of a psychographic type that has a behavioural type."""
        group = [one.planted for one in self.shop.customers if one.planted.psychographic == psychographic]
        return _share(group, lambda planted: planted.behavioural == behavioural)

    def answered(self) -> float:
        """Part of customers with at least one response that is known to be theirs."""
        known = {response.customer for response in self.shop.responses}
        return _share(self.customer, lambda customer: customer in known)

    def _first(self, customer: str) -> Order:
        return self.history[customer][0]

    def _crossed(self, customer: str) -> bool:
        first, *later = self.history[customer]
        return any(
            order.day - first.day <= BRIDGE_DAYS and any(line.unit_price >= baskets.PREMIUM for line in order.lines)
            for order in later
        )

    def _placed_by(
        self, *, behavioural: str | None = None, psychographic: str | None = None
    ) -> Callable[[Order], bool]:
        def placed(order: Order) -> bool:
            planted = self.customer[order.customer].planted
            return behavioural in (None, planted.behavioural) and psychographic in (None, planted.psychographic)

        return placed

    def _of_orders(
        self,
        is_so: Callable[[Order], bool],
        planted: Callable[[Order], bool],
        counts: Callable[[Order], bool] = lambda order: True,
    ) -> Pair:
        groups: dict[bool, list[Order]] = {True: [], False: []}
        for order in filter(counts, self.shop.orders):
            groups[planted(order)].append(order)
        return Pair(_share(groups[True], is_so), _share(groups[False], is_so))


def table(effects: Effects) -> str:
    """The measured effects as the Markdown table of docs/sample-shop.md."""
    podcast = PODCAST.source
    first = effects.first_bought(baskets.WHALES_FIRST)
    bridge = effects.bridge()
    coupons = effects.coupons("deal_seeker")
    discounts = effects.discount_share("deal_seeker")
    back = effects.sent_back("explorer")
    prices = " → ".join(f"{price / 100:.2f}: {rate:.2f}" for price, rate in effects.price_curve().items())
    plain, gifts, sale = (
        effects.orders_a_day(lambda season: not season.gifts and not season.sale),
        effects.orders_a_day(lambda season: season.gifts),
        effects.orders_a_day(lambda season: season.sale),
    )
    rows = [
        ("Whales", "their part of net revenue", f"{effects.whales_share_of_revenue():.0%}"),
        ("Podcast", "part of visits", f"{effects.visits_from(podcast):.1%}"),
        ("Podcast", "part of whales, by first order", f"{effects.whales_from(podcast):.1%}"),
        ("Podcast", "whales among its customers", f"{effects.whales_among(podcast):.0%}"),
        (f"`{baskets.WHALES_FIRST}`", "in the first order of whales, of others", _two(first, 1)),
        (f"`{baskets.BRIDGE}`", "premium line within 90 days, of its buyers and of others", _two(bridge, 0)),
        (f"`{baskets.PRICE_CURVE}`", "orders for 1,000 visits, by price", prices),
        ("Deal seekers", "orders with a coupon, of theirs and of others", _two(coupons, 0)),
        ("Deal seekers", "discount as part of the value, of theirs and of others", _two(discounts, 1)),
        ("Explorers", "paid orders of which something came back, of theirs and of others", _two(back, 1)),
        ("Cash on delivery", "refused at the door", f"{effects.refused_at_the_door():.1%}"),
        ("Seasons", "orders a day: plain days, gift weeks, sales", f"{plain:.1f}, {gifts:.1f}, {sale:.1f}"),
        ("Seasons", "creams, part of lines: cold months, hot months", _two(_creams(effects), 1)),
        ("Connoisseurs", "whales among them, among purists", _two(_connoisseurs(effects), 0)),
    ]
    return "\n".join(
        ["| Planted | Measure | In the data |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    )


def _creams(effects: Effects) -> Pair:
    return Pair(
        effects.category_share("creams", lambda season: season.cold),
        effects.category_share("creams", lambda season: season.hot),
    )


def _connoisseurs(effects: Effects) -> Pair:
    return Pair(effects.behaves("connoisseur", "whale"), effects.behaves("purist", "whale"))


def _two(pair: Pair, digits: int) -> str:
    return f"{pair.planted:.{digits}%}, {pair.rest:.{digits}%}"


def _has(order: Order, product: str) -> bool:
    return any(line.product == product for line in order.lines)


def _share(values: Iterable[T], is_so: Callable[[T], bool]) -> float:
    counted = [is_so(value) for value in values]
    return sum(counted) / len(counted)


if __name__ == "__main__":
    print(table(Effects(simulate(until=DAY_FOR_DOCS))))
