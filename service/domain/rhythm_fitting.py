"""Fitting a shop's rhythm from the days on which its customers ordered; rhythm.py says what it means."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from math import ceil
from statistics import median

from service.domain.rhythm import CLASSES, LEAST_GAPS, NUMBERS, SHARES, Gap, Rhythm, pace

_LEAST_RATIOS = 50
"""Gaps that customers with so many gaps behind them need for ratios of their own; below it those of all are taken."""
_CREDIBILITY = (0.2, 20.0)
_USUAL_CREDIBILITY = 3.0
_LEAST_CUSTOMERS = 30
"""Customers with two gaps or more below which ``k`` is ``_USUAL_CREDIBILITY`` instead of an estimate."""


def fit(customers: Iterable[Sequence[int]], *, fitted_at: int) -> Rhythm | None:
    """The rhythm of a shop; ``None`` with fewer than ``LEAST_GAPS`` gaps.

    :param customers: the different days on which each customer ordered, ascending
    """
    everybody = [array("l", (late - early for early, late in pairwise(days))) for days in customers]
    own = [gaps for gaps in everybody if gaps]
    by_number = [array("l") for _ in range(NUMBERS)]
    for gaps in own:
        for number, gap in enumerate(gaps):
            by_number[min(number, NUMBERS - 1)].append(gap)
    every = [gap for gaps in by_number for gap in gaps]
    if len(every) < LEAST_GAPS:
        return None
    flat = Rhythm(
        gaps=tuple(_gap(gaps) for gaps in by_number),
        all_gaps=_gap(every),
        credibility=_USUAL_CREDIBILITY,
        ratios=((1.0,) * len(SHARES),) * CLASSES,
        customers=len(everybody),
        fitted_at=fitted_at,
    )
    means = [flat.mean_gap(number + 1) for number in range(NUMBERS)]
    weighed = replace(flat, credibility=_credibility(own, means))
    return replace(weighed, ratios=_measured(weighed, own))


def _gap(gaps: Sequence[int]) -> Gap:
    return Gap(len(gaps), float(median(gaps)), sum(gaps) / len(gaps)) if gaps else Gap(0, 0.0, 0.0)


def _credibility(customers: Sequence[Sequence[int]], means: Sequence[float]) -> float:
    """k: the variance of gaps within customers divided by that between customers, gaps in parts of the shop's."""
    several = [
        [gap / means[min(number, NUMBERS - 1)] for number, gap in enumerate(gaps)]
        for gaps in customers
        if len(gaps) > 1
    ]
    if len(several) < _LEAST_CUSTOMERS:
        return _USUAL_CREDIBILITY
    total = sum(map(len, several))
    grand = sum(map(sum, several)) / total
    own = [sum(gaps) / len(gaps) for gaps in several]
    within = sum((gap - mean) ** 2 for gaps, mean in zip(several, own, strict=True) for gap in gaps)
    between = sum(len(gaps) * (mean - grand) ** 2 for gaps, mean in zip(several, own, strict=True))
    within /= total - len(several)
    size = (total - sum(len(gaps) ** 2 for gaps in several) / total) / (len(several) - 1)
    spread = (between / (len(several) - 1) - within) / size
    low, high = _CREDIBILITY
    return high if spread <= 0 else min(high, max(low, within / spread))


def _measured(rhythm: Rhythm, customers: Sequence[Sequence[int]]) -> tuple[tuple[float, ...], ...]:
    found = [array("d") for _ in range(CLASSES)]
    for gaps in customers:
        took = 0
        for number, gap in enumerate(gaps):
            days = rhythm.mean_gap(number + 1) * pace(rhythm, number, took)
            found[min(number, CLASSES - 1)].append(gap / days)
            took += gap
    every = sorted(ratio for ratios in found for ratio in ratios)
    return tuple(_quantiles(sorted(ratios) if len(ratios) >= _LEAST_RATIOS else every) for ratios in found)


def _quantiles(ordered: Sequence[float]) -> tuple[float, ...]:
    return tuple(ordered[ceil(share * len(ordered) / 100) - 1] for share in SHARES)
