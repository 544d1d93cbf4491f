"""What a customer spends on an order day, by a fitted Gamma-Gamma model, in plain Python.

The amounts of one customer are Gamma with shape ``p`` and a rate of their own, which is Gamma with shape ``q`` and rate
``v`` over customers (Fader, Hardie and Lee 2005; Fader and Hardie 2013). After x order days that brought m on average,
the customer's rate is Gamma(q + p x, v + x m).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.beta import share_below

_STEPS = 60


@dataclass(frozen=True)
class Spend:
    """The fitted model; ``v`` in minor units of the shop's currency."""

    p: float
    q: float
    v: float

    @property
    def average(self) -> float:
        """What the average customer spends on an order day."""
        return self.p * self.v / (self.q - 1)

    def expected(self, days: int, average: float) -> float:
        """What a customer with ``days`` order days of ``average`` each is going to spend on the next one.

        It lies between the customer's own average and that of all customers, the nearer to the former the more order
        days there were.
        """
        return self.p * (self.v + days * average) / (self.p * days + self.q - 1)

    def total(self, days: int, average: float, chances: Sequence[float], within: float) -> tuple[int, int]:
        """The interval that holds what the customer brings in all, when ``chances`` says how many order days come.

        Exact under the model: n days bring Beta-prime(p n, q + p x) times (v + x m), mixed over n.

        :param within: share of such customers for whom it holds, half of the rest on either side
        """
        shape, scale = self.q + self.p * days, self.v + days * average
        outside = (1 - within) / 2
        counts = [(n, chance) for n, chance in enumerate(chances) if n and chance > 1e-6]

        def below(amount: float) -> float:
            part = amount / (amount + scale)
            return chances[0] + sum(chance * share_below(self.p * n, shape, part) for n, chance in counts)

        return tuple(_quantile(below, share, scale) for share in (outside, 1 - outside))  # type: ignore[return-value]

    def to_json(self) -> dict[str, float]:
        """As kept in a model's document."""
        return {"p": self.p, "q": self.q, "v_minor_units": self.v}


def load(document: Mapping[str, Any]) -> Spend:
    """The model of a document."""
    return Spend(document["p"], document["q"], document["v_minor_units"])


def _quantile(below: Any, share: float, scale: float) -> int:
    if below(0.0) >= share:
        return 0
    low, high = 0.0, scale
    while below(high) < share and high < scale * 2**_STEPS:
        low, high = high, high * 2
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if high - low < 0.5:
            break
        low, high = (middle, high) if below(middle) < share else (low, middle)
    return round((low + high) / 2)
