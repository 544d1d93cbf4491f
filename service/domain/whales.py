"""Whales: the customers who bring a shop the most.

The word also stands for customers with a large average order elsewhere; here it is the top share by what a customer
brought in all, and the sum that is compared is stated with every figure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Literal

from service.domain.purchases import Purchases

WHALE_SHARE = "0.2"
COSTED = Fraction(9, 10)
"""Share of all counted orders whose cost must be known for whales to be the most profitable customers. Below it profit
would mostly say whose orders have a cost, so whales are those who bring the most net revenue."""
Measure = Literal["net_profit", "net_revenue"]


@dataclass(frozen=True)
class Whales:
    """Who belongs to the best customers.

    :param share: of the customers whose sum is above zero, as a decimal text ("0.2")
    :param threshold: least sum of a whale in minor units; ``None`` while no customer has any
    :param count: customers at or above it when it was fitted; more than the share where there are ties
    :param measure: which sum is compared: profit where the cost of nearly all orders is known, else net revenue
    """

    share: str
    threshold: int | None
    count: int
    measure: Measure = "net_revenue"

    def sum_of(self, purchases: Purchases) -> int:
        """The customer's sum that is compared."""
        return purchases.net_revenue if self.measure == "net_revenue" else purchases.costed_revenue - purchases.cost

    def include(self, purchases: Purchases) -> bool:
        """Whether a customer is a whale."""
        return self.threshold is not None and self.sum_of(purchases) >= self.threshold > 0


def whale_threshold(values: Iterable[int], share: str = WHALE_SHARE) -> int | None:
    """The least value of the best ``share`` of all values above zero: rounded up, ties in.

    :param share: decimal text, because 0.1 * 30 is more than 3 in floating point and would let in a fourth customer
    :returns: ``None`` when no value is above zero
    """
    positive = sorted((value for value in values if value > 0), reverse=True)
    if not positive:
        return None
    return positive[ceil(share_of(share) * len(positive)) - 1]


def share_of(text: str) -> Fraction:
    """The share that a decimal text means.

    :raises ValueError: when it is not above 0 and up to 1
    """
    share = Fraction(text)
    if not 0 < share <= 1:
        raise ValueError(f"the share of whales lies above 0 and up to 1, not {text}")
    return share
