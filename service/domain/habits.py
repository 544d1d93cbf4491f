"""Habits that a customer's orders show: for or against discounts, the usual category, the usual way to the shop.

**Discount affinity** compares how many of a customer's orders had a discount with how many would have had one if the
customer had bought like everybody else in the same months. With O the former and E the latter,

    affinity = (O + k) / (E + k)

1 is no difference, 1.5 half as many again. It is the usual empirical-Bayes estimate of a ratio (Gamma prior with mean 1
and shape k, Clayton and Kaldor 1987): with few orders it stays near 1. k = E's worth of the shop's word is estimated
from how much customers differ beyond chance. Whoever buys only in months of sales has a large O and a large E, and so
is not taken for a hunter of discounts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from service.domain.days import date_at
from service.domain.errors import FirasaError
from service.domain.subjects import OrderHistory

FORMAT = 1
LEAST_ORDERS = 200
"""Orders of the shop below which nothing is said about discounts."""
LEAST_OWN_ORDERS = 3
"""Orders of a customer from which discount affinity is given."""
LEAST_OF_ONE = 2
"""Orders with the same category, or from the same source, that make it a habit."""
_LEAST_IN_MONTH = 30
_SHAPE = (1.0, 200.0)


class HabitsFormatError(FirasaError):
    """Stored habits were written in another format; the next fit replaces them."""


class Month(NamedTuple):
    """Orders of one customer in one month.

    :param month: months since year 0
    """

    customer: int
    month: int
    orders: int
    discounted: int


@dataclass(frozen=True)
class Habits:
    """What everybody does, with which one customer is compared.

    :param share: of all orders with a discount
    :param months: the share by month, where a month has enough orders
    :param shape: k above
    :param orders: it rests on
    :param fitted_at: UTC microseconds
    """

    share: float
    months: Mapping[int, float]
    shape: float
    orders: int
    fitted_at: int
    version: int = 0

    def expected(self, month: int) -> float:
        """The share of orders with a discount in that month."""
        return self.months.get(month, self.share)

    def affinity(self, discounted: int, expected: float) -> float:
        """From the orders with a discount and those to be expected."""
        return (discounted + self.shape) / (expected + self.shape)


def month_of(day: int) -> int:
    """The month of a day of the shop."""
    found = date_at(day)
    return found.year * 12 + found.month - 1


def facts(history: OrderHistory | None, habits: Habits | None) -> dict[str, object]:
    """What a customer's orders show; a habit that they do not show is missing."""
    counted = history.counted if history is not None else ()
    found: dict[str, object] = {
        "orders.habit.category": _usual(
            {line.category for line in one.lines if line.category and line.quantity > 0} for one in counted
        ),
        "orders.habit.source": _usual({one.source} if one.source else set() for one in counted),
    }
    if habits is not None and len(counted) >= LEAST_OWN_ORDERS:
        expected = sum(habits.expected(month_of(one.day)) for one in counted)
        discounted = sum(one.discount > 0 for one in counted)
        found["orders.discount_affinity"] = round(habits.affinity(discounted, expected), 1)
    return {name: value for name, value in found.items() if value is not None}


def _usual(orders: Iterable[set[str]]) -> str | None:
    """What most orders have; of several equally frequent the one that was there last."""
    seen: Counter[str] = Counter()
    last: dict[str, int] = {}
    for number, names in enumerate(orders):
        seen.update(names)
        last.update(dict.fromkeys(names, number))
    best = max(seen, key=lambda name: (seen[name], last[name], name), default=None)
    return best if best is not None and seen[best] >= LEAST_OF_ONE else None


# fitting -----------------------------------------------------------------------------------------------------------


def fit(months: Iterable[Month], *, fitted_at: int) -> Habits | None:
    """What everybody does; ``None`` with fewer than ``LEAST_ORDERS`` orders, or where none or all had a discount."""
    rows = list(months)
    orders, discounted = sum(one.orders for one in rows), sum(one.discounted for one in rows)
    if orders < LEAST_ORDERS or not 0 < discounted < orders:
        return None
    by_month: dict[int, list[int]] = {}
    for one in rows:
        sums = by_month.setdefault(one.month, [0, 0])
        sums[0] += one.orders
        sums[1] += one.discounted
    shares = {month: part / all_ for month, (all_, part) in sorted(by_month.items()) if all_ >= _LEAST_IN_MONTH}
    flat = Habits(discounted / orders, shares, 1.0, orders, fitted_at)
    return Habits(flat.share, shares, _shape(rows, flat), orders, fitted_at)


def _shape(rows: Iterable[Month], flat: Habits) -> float:
    """k by the method of moments: the variance of O around E beyond that of chance (binomial) is E squared / k."""
    own: dict[int, list[float]] = {}
    for one in rows:
        share = flat.expected(one.month)
        sums = own.setdefault(one.customer, [0.0, 0.0, 0.0])
        sums[0] += one.discounted
        sums[1] += one.orders * share
        sums[2] += one.orders * share * (1 - share)
    beyond = sum((seen - expected) ** 2 - chance for seen, expected, chance in own.values())
    squared = sum(expected**2 for _, expected, _ in own.values())
    low, high = _SHAPE
    return high if beyond <= 0 else min(high, max(low, squared / beyond))


def same_rules(one: Habits, other: Habits) -> bool:
    """Whether both say nearly the same of everybody: shape and shares differ by 10 % at most."""
    pairs = [(one.shape, other.shape), (one.share, other.share)]
    pairs += [(one.expected(month), other.expected(month)) for month in {*one.months, *other.months}]
    return all(abs(first - second) <= 0.1 * max(first, second) for first, second in pairs)


# the document ------------------------------------------------------------------------------------------------------


def dump(habits: Habits) -> dict[str, Any]:
    """The model as the JSON document that is stored."""
    return {
        "format": FORMAT,
        "kind": "habits",
        "discounted_share": habits.share,
        "discounted_share_by_month": {f"{m // 12:04}-{m % 12 + 1:02}": share for m, share in habits.months.items()},
        "shape": habits.shape,
        "orders": habits.orders,
        "fitted_at": habits.fitted_at,
    }


def load(document: Mapping[str, Any], *, version: int = 0) -> Habits:
    """The model of a stored document.

    :raises HabitsFormatError: when it was written in another format
    """
    if document.get("kind") != "habits" or document.get("format") != FORMAT:
        raise HabitsFormatError(
            f"the stored habits have format {document.get('format')!r}, this release reads format {FORMAT}; "
            "fit them again with: firasa value fit"
        )
    months = {int(name[:4]) * 12 + int(name[5:]) - 1: s for name, s in document["discounted_share_by_month"].items()}
    return Habits(
        document["discounted_share"], months, document["shape"], document["orders"], document["fitted_at"], version
    )
