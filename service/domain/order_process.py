"""How many orders are still to come from a customer, by a fitted order process, in plain Python.

The customer orders at a rate of their own while they are one, and may stop for good after an order
(ml/order_process.py fits it and names the papers). Given the history and that the customer is still there, the rate is
Gamma(r + x, alpha + T) and the chance of stopping after an order Beta(a, b + orders after which they could have stopped
and did not), and the two are independent. So with N the orders of somebody who never stops (negative binomial),

    P(at least k orders) = P(still there) * E[(1 - p)^(k - 1)] * P(N >= k)

and the expected number is the sum over k. All terms are positive: unlike the closed forms with the hypergeometric
function, nothing cancels, and a = 1 is a number like any other. A test holds both equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, expm1, log
from typing import Any, Literal, NamedTuple, cast

Kind = Literal["mbgnbd", "bgnbd", "nbd"]

INTERVAL = 0.9
"""Share of customers whose number of orders lies within the interval given for them, at least: counts are whole, so
the interval of whole numbers that reaches 90 % usually holds more."""
_ENOUGH = 1e-10
_MOST_ORDERS = 20_000


class History(NamedTuple):
    """When a customer ordered, in three numbers (days).

    :param repeats: order days after the first one
    :param last: days from the first to the last order day
    :param observed: days from the first order day until now
    """

    repeats: int
    last: float
    observed: float


class Outlook(NamedTuple):
    """The orders to come within some time.

    :param expected: their mean
    :param low: with ``high`` the interval that holds the number for ``INTERVAL`` of such customers
    :param any: chance of at least one
    :param chances: of exactly 0, 1, 2, … orders, as far as they matter
    """

    expected: float
    low: int
    high: int
    any: float
    chances: tuple[float, ...]


@dataclass(frozen=True)
class OrderProcess:
    """A fitted process; ``alpha`` in days. ``a`` and ``b`` are 0 in ``nbd``, where nobody stops."""

    kind: Kind
    r: float
    alpha: float
    a: float = 0.0
    b: float = 0.0

    def alive(self, history: History) -> float:
        """The chance that the customer is still one.

        In BG/NBD it is 1 for everybody who ordered once, because nobody stops before the first repeat order; MBG/NBD
        lets them stop after the first.
        """
        x, last, observed = history
        if self.kind == "nbd" or (self.kind == "bgnbd" and x == 0):
            return 1.0
        behind = self.b + (x if self.kind == "mbgnbd" else x - 1)
        since = (self.r + x) * (log(self.alpha + observed) - log(self.alpha + (last if x else 0.0)))
        odds = log(self.a / behind) + since
        return 1 / (1 + exp(odds)) if odds < 700 else 0.0

    def outlook(self, history: History, days: float) -> Outlook:
        """The orders of the next ``days`` days."""
        shape = self.r + history.repeats
        share = days / (self.alpha + history.observed + days)
        alive = self.alive(history)
        none = exp(shape * log(1 - share)) if share < 1 else 0.0
        stays = self.b + history.repeats + (1 if self.kind == "mbgnbd" else 0)
        chance, tail = none, -expm1(shape * log(1 - share))
        goes_on, reached, expected = 1.0, [1.0], 0.0
        k = 0
        while tail * goes_on > _ENOUGH and k < _MOST_ORDERS:
            reached.append(alive * goes_on * tail)
            expected += reached[-1]
            if self.a:
                goes_on *= (stays + k) / (self.a + stays + k)
            chance *= share * (shape + k) / (k + 1)
            k += 1
            tail = max(0.0, tail - chance)
        chances = tuple(one - other for one, other in zip(reached, [*reached[1:], 0.0], strict=True))
        low, high = _interval(chances)
        return Outlook(expected, low, high, reached[1] if len(reached) > 1 else 0.0, chances)

    def expected(self, history: History, days: float) -> float:
        """The mean of ``outlook`` alone, in half the time."""
        shape = self.r + history.repeats
        if not self.a:
            return shape * days / (self.alpha + history.observed)
        share = days / (self.alpha + history.observed + days)
        stays = self.b + history.repeats + (1 if self.kind == "mbgnbd" else 0)
        log_none = shape * log(1 - share)
        chance, tail, goes_on, total = exp(log_none), -expm1(log_none), 1.0, 0.0
        k = 0
        while (more := tail * goes_on) > _ENOUGH and k < _MOST_ORDERS:
            total += more
            goes_on *= (stays + k) / (self.a + stays + k)
            chance *= share * (shape + k) / (k + 1)
            k += 1
            tail -= chance
        return self.alive(history) * total

    def any_within(self, history: History, days: float) -> float:
        """The chance of at least one order within ``days`` days."""
        shape = self.r + history.repeats
        return -self.alive(history) * expm1(
            -shape * (log(self.alpha + history.observed + days) - log(self.alpha + history.observed))
        )

    def to_json(self) -> dict[str, Any]:
        """As kept in a model's document."""
        kept: dict[str, Any] = {"kind": self.kind, "r": self.r, "alpha_days": self.alpha}
        return kept if self.kind == "nbd" else {**kept, "a": self.a, "b": self.b}


def load(document: Mapping[str, Any]) -> OrderProcess:
    """The process of a document."""
    return OrderProcess(
        cast(Kind, document["kind"]),
        document["r"],
        document["alpha_days"],
        document.get("a", 0.0),
        document.get("b", 0.0),
    )


def _interval(chances: tuple[float, ...]) -> tuple[int, int]:
    """The central interval: at most 5 % of the chances lie below it and at most 5 % above."""
    outside = (1 - INTERVAL) / 2
    below, low = 0.0, 0
    while low < len(chances) - 1 and below + chances[low] <= outside:
        below += chances[low]
        low += 1
    above, high = 0.0, len(chances) - 1
    while high > low and above + chances[high] <= outside:
        above += chances[high]
        high -= 1
    return low, high
