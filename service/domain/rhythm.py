"""Each customer's own rhythm: when the next order is due, and the stage of life that follows from it.

1. The shop's gaps: days between an order day and the next, by the number of the order they follow. The mean for each
   number is pulled towards the mean of all, as if ``LEAST_GAPS`` more gaps of the mean length had been seen.
2. The customer's pace is what their gaps took in all, divided by what the shop's gaps of the same numbers take: 0.5 is
   twice as fast as usual. It is pulled towards the shop's (1) by Bühlmann's credibility formula for n gaps,

       pace = (k + n * own pace) / (k + n)        k = variance within customers / variance between customers

   with k estimated from the shop's gaps by the usual analysis of variance (one-way, random effects, unequal sizes).
3. The rhythm is the shop's mean gap for the next order number times the pace.
4. How much longer or shorter gaps turn out than the rhythm said is measured on the shop itself, for customers with no,
   one, two, or more gaps behind them: so "80 % of those who came back had done so by then" holds in this shop,
   whatever the shape of its gaps.

Only gaps that ended are seen, so all of it speaks of customers who came back.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import Any, Literal, NamedTuple, get_args

from service.domain.errors import FirasaError
from service.domain.purchases import Purchases

FORMAT = 1
Stage = Literal["new", "active", "due", "overdue", "lapsed"]
STAGES: tuple[Stage, ...] = get_args(Stage)

NUMBERS = 5
"""Gaps after the first to the fourth order are kept apart; the fifth stands for all later ones."""
LEAST_GAPS = 30
"""Gaps below which a shop has no rhythm yet: the middle of 30 gaps is known to about a fifth of itself."""
LITTLE_DATA = 200
"""Gaps below which the stages are marked as resting on little data."""
DUE, OVERDUE, LAPSED = 50, 80, 95
"""Per cent of those who came back who had done so by then."""
SHARES = tuple(range(5, 100, 5))
"""Per cent at which the ratios of a rhythm are kept."""
CLASSES = 4
"""Customers with no, one, two, and three or more gaps behind them."""


class RhythmFormatError(FirasaError):
    """A stored rhythm was written in another format; the next fit replaces it."""


class Gap(NamedTuple):
    """The shop's gaps after one order number, in days."""

    seen: int
    median: float
    mean: float


class Expected(NamedTuple):
    """The next order day, if there is one: in the middle, and the interval of 80 % of those who come back."""

    day: int
    low: int
    high: int


@dataclass(frozen=True)
class Rhythm:
    """The gaps of one shop at one time.

    :param gaps: after the first, second, … order; the last stands for all later ones
    :param all_gaps: all together
    :param credibility: k above: how many own gaps weigh as much as the shop's
    :param ratios: for customers with 0, 1, 2, 3 or more gaps: what the gap turned out to be, divided by the rhythm, for
        5, 10, … 95 % of them
    :param fitted_at: UTC microseconds
    :param version: of the stored document, 0 while it is not stored
    """

    gaps: tuple[Gap, ...]
    all_gaps: Gap
    credibility: float
    ratios: tuple[tuple[float, ...], ...]
    customers: int
    fitted_at: int
    version: int = 0

    @property
    def little_data(self) -> bool:
        """Whether it rests on few gaps."""
        return self.all_gaps.seen < LITTLE_DATA

    def shop_gap(self, orders: int) -> float:
        """The shop's median gap after that many order days; of all gaps, where few followed that number."""
        gap = self.gaps[min(orders, NUMBERS) - 1]
        return gap.median if gap.seen >= LEAST_GAPS else self.all_gaps.median

    def mean_gap(self, orders: int) -> float:
        """The shop's mean gap after that many order days, pulled towards that of all."""
        return self._means[min(orders, NUMBERS) - 1]

    def usual_time(self, gaps: int) -> float:
        """Days that the shop's first so many gaps take in all."""
        first = min(gaps, NUMBERS)
        return sum(self._means[:first]) + (gaps - first) * self._means[-1]

    @cached_property
    def _means(self) -> tuple[float, ...]:
        everything = LEAST_GAPS * self.all_gaps.mean
        return tuple((gap.seen * gap.mean + everything) / (gap.seen + LEAST_GAPS) for gap in self.gaps)


# serving -----------------------------------------------------------------------------------------------------------


def usual_gap(purchases: Purchases | None, rhythm: Rhythm | None) -> float | None:
    """The customer's usual days between orders: from three order days on their own mean, below that the shop's median
    for that order number; ``None`` while neither is known.

    Days since the last order divided by it is ``orders.overdue_ratio``.
    """
    if purchases is None or purchases.order_days < 1:
        return None
    if purchases.order_days >= 3:
        return purchases.mean_gap_days
    return rhythm.shop_gap(purchases.order_days) if rhythm is not None else None


def shop_gaps(rhythm: Rhythm | None) -> tuple[float, float] | None:
    """The shop's median gaps that stand for those of customers with one and with two order days."""
    return (rhythm.shop_gap(1), rhythm.shop_gap(2)) if rhythm is not None else None


def rhythm_days(purchases: Purchases | None, rhythm: Rhythm | None) -> float | None:
    """The mean gap to be expected after the last order: own gaps, weighed against the shop's."""
    if purchases is None or rhythm is None or purchases.first_day is None or purchases.last_day is None:
        return None
    return rhythm.mean_gap(purchases.order_days) * pace(
        rhythm, purchases.order_days - 1, purchases.last_day - purchases.first_day
    )


def pace(rhythm: Rhythm, gaps: int, took: int) -> float:
    """How fast a customer orders compared with the shop, after ``gaps`` gaps that took ``took`` days in all."""
    if not gaps:
        return 1.0
    return (rhythm.credibility + gaps * took / rhythm.usual_time(gaps)) / (rhythm.credibility + gaps)


def turns(purchases: Purchases | None, rhythm: Rhythm | None) -> tuple[int, int, int] | None:
    """The days of the shop on which the customer becomes due, overdue and lapsed, if no order comes before."""
    days = rhythm_days(purchases, rhythm)
    if days is None or rhythm is None or purchases is None or purchases.last_day is None:
        return None
    ratios = _ratios(rhythm, purchases.order_days)
    due = purchases.last_day + max(1, ceil(days * at(ratios, DUE)))
    overdue = max(due + 1, purchases.last_day + ceil(days * at(ratios, OVERDUE)))
    return due, overdue, max(overdue + 1, purchases.last_day + ceil(days * at(ratios, LAPSED)))


def stage(purchases: Purchases | None, rhythm: Rhythm | None, today: int) -> Stage | None:
    """Where the customer stands today; ``None`` without orders or while the shop has no rhythm.

    ``new`` and ``active`` (one order day, or more) until half of those who came back had; then ``due`` until 80 % had,
    ``overdue`` until 95 % had, and ``lapsed``.
    """
    days = turns(purchases, rhythm)
    if days is None or purchases is None:
        return None
    passed = bisect_right(days, today)
    if not passed:
        return "new" if purchases.order_days == 1 else "active"
    return STAGES[1 + passed]


def next_turn(purchases: Purchases | None, rhythm: Rhythm | None, today: int) -> int | None:
    """The next day of the shop on which the stage changes by time alone; ``None`` when it never does."""
    days = turns(purchases, rhythm)
    return next((day for day in days if day > today), None) if days else None


def next_order(purchases: Purchases | None, rhythm: Rhythm | None, today: int) -> Expected | None:
    """When the next order comes, if it comes: given that it did not come until today.

    ``None`` once 95 % of those who came back had done so: nothing is known of the few who come later.
    """
    days = rhythm_days(purchases, rhythm)
    if days is None or rhythm is None or purchases is None or purchases.last_day is None:
        return None
    ratios = _ratios(rhythm, purchases.order_days)
    waited = _share_by(ratios, (today - purchases.last_day) / days)
    if waited >= SHARES[-1]:
        return None
    low, middle, high = (
        purchases.last_day + max(1, round(days * at(ratios, waited + (100 - waited) * part)))
        for part in (0.1, 0.5, 0.9)
    )
    return Expected(max(middle, today), max(low, today), max(high, middle, today))


def _ratios(rhythm: Rhythm, order_days: int) -> tuple[float, ...]:
    return rhythm.ratios[min(order_days - 1, CLASSES - 1)]


def at(ratios: Sequence[float], share: float) -> float:
    """The ratio that ``share`` per cent of gaps reach at most; beyond the last as for the last."""
    place = share / 5 - 1
    if place < 0:
        return ratios[0] * share / 5
    low = min(int(place), len(ratios) - 1)
    high = min(low + 1, len(ratios) - 1)
    return ratios[low] + (ratios[high] - ratios[low]) * (place - low)


def _share_by(ratios: Sequence[float], ratio: float) -> float:
    """Per cent of gaps that are over by that ratio: the reverse of ``_at``."""
    place = bisect_left(ratios, ratio)
    if place == len(ratios):
        return 100.0
    low = ratios[place - 1] if place else 0.0
    part = (ratio - low) / (ratios[place] - low) if ratios[place] > low else 0.0
    return 5 * (place + max(0.0, part))


def same_rules(one: Rhythm, other: Rhythm) -> bool:
    """Whether both put the stages on nearly the same days: no shop gap and no turn differs by more than 5 %."""
    pairs = [(one.mean_gap(n), other.mean_gap(n)) for n in range(1, NUMBERS + 1)]
    pairs += [(one.shop_gap(n), other.shop_gap(n)) for n in range(1, 3)]
    for mine, theirs in zip(one.ratios, other.ratios, strict=True):
        pairs += [(at(mine, share), at(theirs, share)) for share in (DUE, OVERDUE, LAPSED)]
    near = all(abs(first - second) <= 0.05 * max(first, second) for first, second in pairs)
    return near and one.little_data == other.little_data


# the document ------------------------------------------------------------------------------------------------------


def dump(rhythm: Rhythm) -> dict[str, Any]:
    """The rhythm as the JSON document that is stored; the version is the row's."""
    return {
        "format": FORMAT,
        "kind": "rhythm",
        "gaps_after_order": {str(number): gap._asdict() for number, gap in enumerate(rhythm.gaps, 1)},
        "all_gaps": rhythm.all_gaps._asdict(),
        "credibility": rhythm.credibility,
        "gap_divided_by_rhythm": {
            str(number): dict(zip(map(str, SHARES), ratios, strict=True)) for number, ratios in enumerate(rhythm.ratios)
        },
        "turns_percent": {"due": DUE, "overdue": OVERDUE, "lapsed": LAPSED},
        "customers": rhythm.customers,
        "little_data": rhythm.little_data,
        "fitted_at": rhythm.fitted_at,
    }


def load(document: Mapping[str, Any], *, version: int = 0) -> Rhythm:
    """The rhythm of a stored document.

    :raises RhythmFormatError: when it was written in another format
    """
    if document.get("kind") != "rhythm" or document.get("format") != FORMAT:
        raise RhythmFormatError(
            f"the stored rhythm has format {document.get('format')!r}, this release reads format {FORMAT}; "
            "fit it again with: firasa value fit"
        )
    return Rhythm(
        gaps=tuple(Gap(**gap) for gap in document["gaps_after_order"].values()),
        all_gaps=Gap(**document["all_gaps"]),
        credibility=document["credibility"],
        ratios=tuple(tuple(ratios.values()) for ratios in document["gap_divided_by_rhythm"].values()),
        customers=document["customers"],
        fitted_at=document["fitted_at"],
        version=version,
    )
