"""RFM: how recently, how often and for how much each customer bought, as scores against the shop's other customers.

Equal values get equal scores by construction: a score compares a value with four thresholds, so the half of a shop's
customers who ordered exactly once can never be spread over two scores, as ranking into equal fifths would do.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil
from typing import Any, cast

from service.domain.errors import FirasaError
from service.domain.rfm_groups import GROUP_OF, Group
from service.domain.whales import COSTED, WHALE_SHARE, Measure, Whales, share_of, whale_threshold

FORMAT = 1
LITTLE_DATA = 50
"""Below this many customers with orders the cut points are marked as resting on little data.

The share of customers below a fitted fifth has a standard error of sqrt(0.2 * 0.8 / n): 5.7 percentage points with 50
customers, so a "best fifth" may well be the best 14 or 26 %. With 20 customers it would be 9 points.
"""
SCORES = ("recency", "frequency", "monetary")


class RfmFormatError(FirasaError):
    """Stored cut points were written in another format; fitting again is the way out."""


@dataclass(frozen=True)
class CutPoints:
    """Four ascending thresholds, each the highest value of its fifth: "up to 12 days", "up to 2 orders"."""

    thresholds: tuple[int, int, int, int]

    def __post_init__(self) -> None:
        if len(self.thresholds) != 4 or any(low > high for low, high in pairwise(self.thresholds)):
            raise ValueError(f"cut points are four ascending numbers, not {self.thresholds}")


@dataclass(frozen=True)
class Scores:
    """How one customer compares with the shop's others, 1 to 5 each; 5 is most recent, most orders, most revenue."""

    recency: int
    frequency: int
    monetary: int

    @property
    def code(self) -> str:
        """The three digits, for example ``543``."""
        return f"{self.recency}{self.frequency}{self.monetary}"

    @property
    def group(self) -> Group:
        """The group this code belongs to."""
        return GROUP_OF[self.code]


@dataclass(frozen=True)
class Buyer:
    """What the fit needs of one customer with counted orders.

    :param days: since the last counted order, in the shop's days
    :param orders: counted orders, refund documents not among them
    :param revenue: net of refunds, in minor units of the shop's currency
    :param profit: revenue less cost, over the ``costed`` orders whose cost is known
    """

    days: int
    orders: int
    revenue: int
    profit: int = 0
    costed: int = 0


@dataclass(frozen=True)
class RfmSettings:
    """What the marketer chose.

    :param whale_share: of customers, as a decimal text
    :param thresholds: own cut points by score (``recency`` in days, ``frequency`` in orders, ``monetary`` in minor
        units); a score without any is cut at the shop's fifths
    """

    whale_share: str = WHALE_SHARE
    thresholds: Mapping[str, CutPoints] = field(default_factory=dict)

    def __post_init__(self) -> None:
        share_of(self.whale_share)
        if wrong := set(self.thresholds) - set(SCORES):
            raise ValueError(f"there is no score {', '.join(sorted(wrong))}; there are {', '.join(SCORES)}")


@dataclass(frozen=True)
class RfmModel:
    """The cut points of one shop at one time.

    :param customers: how many customers with counted orders they rest on
    :param little_data: fewer than ``LITTLE_DATA`` of them
    :param fitted_at: UTC microseconds
    :param digest: of the values fitted on; the same values give the same digest
    :param own: scores that are cut at the marketer's own thresholds
    :param version: of the stored document, 0 while it is not stored
    """

    recency: CutPoints
    frequency: CutPoints
    monetary: CutPoints
    whales: Whales
    customers: int
    little_data: bool
    fitted_at: int
    digest: str
    version: int = 0
    own: tuple[str, ...] = ()


# fitting -----------------------------------------------------------------------------------------------------------


def fit_cut_points(values: Iterable[int]) -> CutPoints:
    """The values that a fifth, two, three and four fifths of all values reach at most.

    Each threshold is one of the values, so a group of equal values lies wholly on one side of it.

    :raises ValueError: without any value
    """
    ordered = sorted(values)
    if not ordered:
        raise ValueError("cut points need at least one value")
    first, second, third, fourth = (ordered[ceil(fifth * len(ordered) / 5) - 1] for fifth in (1, 2, 3, 4))
    return CutPoints((first, second, third, fourth))


def fit(buyers: Iterable[Buyer], *, fitted_at: int, settings: RfmSettings = RfmSettings()) -> RfmModel | None:
    """Cut points and whales of a shop; ``None`` while nobody has a counted order.

    With few customers the cut points are fitted all the same and marked ``little_data``: a shop wants to see its first
    groups, and whoever shows them can say how much they mean.
    """
    # Machine integers instead of objects: a million customers fit into 40 MB.
    days, orders, revenue, profit, costed = (array("q") for _ in range(5))
    for buyer in buyers:
        days.append(buyer.days)
        orders.append(buyer.orders)
        revenue.append(buyer.revenue)
        profit.append(buyer.profit)
        costed.append(buyer.costed)
    if not days:
        return None
    measure: Measure = "net_profit" if sum(costed) >= COSTED * sum(orders) else "net_revenue"
    sums = profit if measure == "net_profit" else revenue
    threshold = whale_threshold(sums, settings.whale_share)
    count = sum(value >= threshold for value in sums) if threshold is not None else 0
    own = settings.thresholds
    return RfmModel(
        recency=own.get("recency") or fit_cut_points(days),
        frequency=own.get("frequency") or fit_cut_points(orders),
        monetary=own.get("monetary") or fit_cut_points(revenue),
        whales=Whales(settings.whale_share, threshold, count, measure),
        customers=len(days),
        little_data=len(days) < LITTLE_DATA,
        fitted_at=fitted_at,
        digest=_digest((days, orders, revenue, profit), settings.whale_share),
        own=tuple(score for score in SCORES if score in own),
    )


def _digest(columns: Sequence[Sequence[int]], share: str) -> str:
    """Of the sorted columns: the order in which customers were read does not matter."""
    state = hashlib.sha256(share.encode())
    for column in columns:
        state.update(b"|")
        for value in sorted(column):
            state.update(b"%d," % value)
    return state.hexdigest()


# scoring -----------------------------------------------------------------------------------------------------------


def next_recency_day(model: RfmModel, last_day: int, today: int) -> int | None:
    """The next day on which the recency score of a customer who buys nothing changes, ``None`` when it is the lowest.

    :param last_day: the day number of the last counted order
    """
    since = max(0, today - last_day)
    ahead = [threshold for threshold in model.recency.thresholds if threshold >= since]
    return last_day + min(ahead) + 1 if ahead else None


def score(model: RfmModel, *, days_since_last: int | None, orders: int, net_revenue: int) -> Scores | None:
    """The scores of one customer; ``None`` without counted orders.

    At equal values the better recency and the lower frequency and revenue score count: whoever bought today is recent
    even if all did, and whoever ordered once is not a frequent customer even if all did.
    """
    if orders < 1 or days_since_last is None:
        return None
    return Scores(
        recency=5 - _above(model.recency, days_since_last),
        frequency=1 + _above(model.frequency, orders),
        monetary=1 + _above(model.monetary, net_revenue),
    )


def _above(cut_points: CutPoints, value: int) -> int:
    """How many thresholds the value exceeds, 0 to 4."""
    return bisect_left(cut_points.thresholds, value)


def same_rules(one: RfmModel, other: RfmModel) -> bool:
    """Whether both give every customer the same scores, on equally much data."""
    return _rules(one) == _rules(other)


def _rules(model: RfmModel) -> tuple[object, ...]:
    whales = model.whales
    cuts = (model.recency, model.frequency, model.monetary, model.own)
    return (*cuts, whales.share, whales.threshold, whales.measure, model.little_data)


# the document ------------------------------------------------------------------------------------------------------


def dump(model: RfmModel) -> dict[str, Any]:
    """The model as the JSON document that is stored; the version is the row's."""
    return {
        "format": FORMAT,
        "kind": "rfm",
        "cut_points": {
            "recency_days": list(model.recency.thresholds),
            "frequency_orders": list(model.frequency.thresholds),
            "monetary_minor_units": list(model.monetary.thresholds),
            "own": list(model.own),
        },
        "whales": {
            "measure": model.whales.measure,
            "share": model.whales.share,
            "threshold_minor_units": model.whales.threshold,
            "count": model.whales.count,
        },
        "customers": model.customers,
        "little_data": model.little_data,
        "fitted_at": model.fitted_at,
        "digest": model.digest,
    }


def load(document: Mapping[str, Any], *, version: int = 0) -> RfmModel:
    """The model of a stored document.

    :raises RfmFormatError: when it was written in another format
    """
    if document.get("kind") != "rfm" or document.get("format") != FORMAT:
        raise RfmFormatError(
            f"the stored RFM cut points have format {document.get('format')!r}, this release reads format {FORMAT}; "
            "fit them again with: firasa segments recompute"
        )
    cuts, whales = document["cut_points"], document["whales"]
    return RfmModel(
        recency=_cut_points(cuts["recency_days"]),
        frequency=_cut_points(cuts["frequency_orders"]),
        monetary=_cut_points(cuts["monetary_minor_units"]),
        whales=Whales(whales["share"], whales["threshold_minor_units"], whales["count"], whales["measure"]),
        customers=document["customers"],
        little_data=document["little_data"],
        fitted_at=document["fitted_at"],
        digest=document["digest"],
        version=version,
        own=tuple(cuts.get("own", ())),
    )


def _cut_points(thresholds: Sequence[int]) -> CutPoints:
    return CutPoints(cast(tuple[int, int, int, int], tuple(thresholds)))
