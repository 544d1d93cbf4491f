"""What a customer bought, kept up to date order by order without looking at the history again.

Which orders count (docs/orders.md says it for shop owners):

* An order counts when it was paid and has a price: pending, cancelled and refused orders bring nothing and are not
  orders; neither are documents whose lines are all free (samples, replacements, stock corrections), because nothing
  was bought.
* A fully refunded order was placed: it counts as an order and brings nothing.
* A refund document reduces revenue, never the number of orders.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal
from functools import reduce

from service.domain.orders import Kind, Status


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """The part of a stored order that purchase facts need; amounts as in `orders.Amounts`, days of the shop."""

    order_id: int
    kind: Kind
    status: Status
    placed_at: int
    day: int
    gross: int
    discount: int
    refunded: int
    revenue: int
    cost: int | None
    units: int
    traffic_source: str | None = None
    main_product: str | None = None


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one order adds to a customer's sums; all zero when it does not count."""

    orders: int = 0
    units: int = 0
    gross: int = 0
    discount: int = 0
    discounted_orders: int = 0
    refunded: int = 0
    net_revenue: int = 0
    cost: int = 0
    costed_revenue: int = 0
    costed_orders: int = 0


@dataclass(frozen=True, slots=True)
class Purchases:
    """The purchase history of one customer in numbers: the columns of table `purchases`.

    :param orders: orders that count
    :param order_days: different days of the shop on which they were placed
    :param cost: what the goods of orders with known cost cost; `costed_revenue` is what these brought
    :param first_product: the product of the first order that brought the most
    """

    orders: int = 0
    order_days: int = 0
    units: int = 0
    gross: int = 0
    discount: int = 0
    discounted_orders: int = 0
    refunded: int = 0
    net_revenue: int = 0
    cost: int = 0
    costed_revenue: int = 0
    costed_orders: int = 0
    first_at: int | None = None
    last_at: int | None = None
    first_day: int | None = None
    last_day: int | None = None
    first_order_id: int | None = None
    first_source: str | None = None
    first_product: str | None = None

    @property
    def average(self) -> int | None:
        """Net revenue per order in minor units, rounded half to even."""
        if not self.orders:
            return None
        return int((Decimal(self.net_revenue) / self.orders).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))

    @property
    def profit(self) -> int | None:
        """Revenue less cost over the orders whose cost is known; ``None`` when it is known of none."""
        return self.costed_revenue - self.cost if self.costed_orders else None

    @property
    def mean_gap_days(self) -> float | None:
        """Usual days between order days; known from two order days on."""
        if self.order_days < 2 or self.first_day is None or self.last_day is None:
            return None
        return (self.last_day - self.first_day) / (self.order_days - 1)

    @property
    def discount_share(self) -> float | None:
        """Discount as a share of the value before discount, 0 to 1."""
        return max(0, self.discount) / self.gross if self.gross > 0 else None

    @property
    def discounted_share(self) -> float | None:
        """Orders with a discount as a share of all orders, 0 to 1."""
        return self.discounted_orders / self.orders if self.orders else None


NOTHING = Purchases()


def counts(order: PlacedOrder) -> bool:
    """Whether it is one of the orders that are counted."""
    return order.kind == "order" and order.status in ("paid", "refunded") and order.gross > 0


def contribution(order: PlacedOrder) -> Contribution:
    """What the order adds to the sums. The cost of a refund document counts only where the document knows it."""
    if order.kind == "refund":
        if order.status != "paid":
            return Contribution()
        costed = order.cost is not None
        return Contribution(
            units=order.units,
            refunded=order.refunded,
            net_revenue=order.revenue,
            cost=order.cost or 0,
            costed_revenue=order.revenue if costed else 0,
        )
    if not counts(order):
        return Contribution()
    costed = order.cost is not None
    return Contribution(
        orders=1,
        units=order.units,
        gross=order.gross,
        discount=order.discount,
        discounted_orders=1 if order.discount > 0 else 0,
        refunded=order.refunded,
        net_revenue=order.revenue,
        cost=order.cost or 0,
        costed_revenue=order.revenue if costed else 0,
        costed_orders=1 if costed else 0,
    )


def add(purchases: Purchases, order: PlacedOrder) -> Purchases | None:
    """The purchases with one more order, which must not be among them yet.

    :returns: ``None`` when the history is needed: the order was placed before a day that is already counted
    """
    more = contribution(order)
    summed = replace(
        purchases,
        orders=purchases.orders + more.orders,
        units=purchases.units + more.units,
        gross=purchases.gross + more.gross,
        discount=purchases.discount + more.discount,
        discounted_orders=purchases.discounted_orders + more.discounted_orders,
        refunded=purchases.refunded + more.refunded,
        net_revenue=purchases.net_revenue + more.net_revenue,
        cost=purchases.cost + more.cost,
        costed_revenue=purchases.costed_revenue + more.costed_revenue,
        costed_orders=purchases.costed_orders + more.costed_orders,
    )
    if not more.orders:
        return summed
    if purchases.first_day is None or purchases.first_at is None:
        return _first(summed, order)
    assert purchases.last_day is not None
    assert purchases.last_at is not None
    # A second order of the last day may come late: the day is counted already. Before the first order it may not.
    if order.day < purchases.last_day or (order.day, order.placed_at) < (purchases.first_day, purchases.first_at):
        return None
    return replace(
        summed,
        order_days=purchases.order_days + (order.day > purchases.last_day),
        last_at=max(purchases.last_at, order.placed_at),
        last_day=order.day,
    )


def summarise(orders: Iterable[PlacedOrder]) -> Purchases:
    """The purchases of one customer from all their orders, in any order."""
    return reduce(_added, sorted(orders, key=in_order), NOTHING)


def in_order(order: PlacedOrder) -> tuple[int, int, int]:
    """The key by which orders follow each other. The day leads: where clocks are put back just after midnight, a later
    instant can belong to an earlier day."""
    return order.day, order.placed_at, order.order_id


def _first(purchases: Purchases, order: PlacedOrder) -> Purchases:
    return replace(
        purchases,
        order_days=1,
        first_at=order.placed_at,
        last_at=order.placed_at,
        first_day=order.day,
        last_day=order.day,
        first_order_id=order.order_id,
        first_source=order.traffic_source,
        first_product=order.main_product,
    )


def _added(purchases: Purchases, order: PlacedOrder) -> Purchases:
    added = add(purchases, order)
    assert added is not None, "sorted orders never need the history"
    return added
