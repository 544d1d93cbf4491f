"""How well a figure ranks those who became something above those who did not, with intervals.

The area under the ROC curve is the chance that one of the former stands above one of the latter. Intervals, also of the
difference between two figures over the same people, by DeLong, DeLong and Clarke-Pearson (1988), worked out from ranks.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Array = NDArray[np.float64]
_Z = 1.959964


@dataclass(frozen=True)
class Area:
    """An area, or a difference of two, with its 95 % interval."""

    mean: float
    low: float
    high: float


def area(figure: Array, became: NDArray[np.bool_]) -> Area:
    """The area of one figure."""
    mean, above, below = _parts(figure, became)
    return _interval(mean, above.var(ddof=1) / len(above) + below.var(ddof=1) / len(below), 0.0, 1.0)


def difference(one: Array, other: Array, became: NDArray[np.bool_]) -> Area:
    """The area of one figure less that of the other, over the same people."""
    mean, above, below = _parts(one, became)
    other_mean, other_above, other_below = _parts(other, became)
    above, below = above - other_above, below - other_below
    return _interval(mean - other_mean, above.var(ddof=1) / len(above) + below.var(ddof=1) / len(below), -1.0, 1.0)


def _parts(figure: Array, became: NDArray[np.bool_]) -> tuple[float, Array, Array]:
    """The area, and for each person the share of the other kind whom they are on the right side of."""
    yes, no = figure[became], figure[~became]
    ranks = rankdata(np.concatenate([yes, no]))
    above = (ranks[: len(yes)] - rankdata(yes)) / len(no)
    below = 1 - (ranks[len(yes) :] - rankdata(no)) / len(yes)
    return float(above.mean()), above, below


def _interval(mean: float, variance: float, least: float, most: float) -> Area:
    half = _Z * sqrt(max(0.0, float(variance)))
    return Area(mean, max(least, mean - half), min(most, mean + half))
