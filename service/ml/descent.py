"""The lowest point of a smooth function of a few parameters, given its slope.

SciPy's L-BFGS-B finds the same points, but for four parameters it spends twenty times as long in threads of the linear
algebra library, which wait for each other where other work keeps the processors busy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FLAT = 1e-5
"""Largest slope at which the search counts as having come to an end. It goes on to ``_GOAL`` where it can."""
_GOAL = 1e-9
_MOST_STEPS = 500
_LONGEST_STEP = 2.0
_MOST_HALVINGS = 40


@dataclass(frozen=True)
class Lowest:
    """Where the search ended.

    :param steepest: the largest slope there, in any parameter that is not held by a bound
    :param at_bound: a parameter lies on a bound
    """

    at: Array
    value: float
    steepest: float
    at_bound: bool

    @property
    def converged(self) -> bool:
        """No parameter changes the value any more."""
        return self.steepest <= FLAT


def lowest(cost: Callable[[Array], tuple[float, Array]], begin: Array, low: float, high: float) -> Lowest:
    """Follow the slope down by the quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno.

    1. The direction comes from the slope and what earlier steps told about the curvature.
    2. No step is longer than ``_LONGEST_STEP``; it is halved until the value falls enough (Armijo).
    3. Parameters stay between ``low`` and ``high``; one that would leave stays on the bound.

    :param cost: value and slope
    """
    at, curve = np.clip(begin, low, high), np.eye(len(begin))
    value, slope = cost(at)
    for _ in range(_MOST_STEPS):
        if np.abs(_free(at, slope, low, high)).max() <= _GOAL:
            break
        step = -curve @ slope
        if step @ slope >= 0:
            curve, step = np.eye(len(at)), -slope
        step *= min(1.0, _LONGEST_STEP / float(np.abs(step).max()))
        found = _along(cost, at, step, value, slope, low, high)
        if found is None:
            if (curve == np.eye(len(at))).all():
                break
            curve = np.eye(len(at))
            continue
        new, new_value, new_slope = found
        curve = _bent(curve, new - at, new_slope - slope)
        at, value, slope = new, new_value, new_slope
    free = _free(at, slope, low, high)
    return Lowest(at, value, float(np.abs(free).max()), bool(((at <= low) | (at >= high)).any()))


def _free(at: Array, slope: Array, low: float, high: float) -> Array:
    """The slope without what pushes a parameter over its bound."""
    held = ((at <= low) & (slope > 0)) | ((at >= high) & (slope < 0))
    return np.where(held, 0.0, slope)


def _along(
    cost: Callable[[Array], tuple[float, Array]],
    at: Array,
    step: Array,
    value: float,
    slope: Array,
    low: float,
    high: float,
) -> tuple[Array, float, Array] | None:
    for _ in range(_MOST_HALVINGS):
        new = np.clip(at + step, low, high)
        new_value, new_slope = cost(new)
        if np.isfinite(new_value) and new_value < value + 1e-4 * float(slope @ (new - at)):
            return new, new_value, new_slope
        step = step / 2
    return None


def _bent(curve: Array, moved: Array, turned: Array) -> Array:
    """The inverse curvature after one more step."""
    along = float(moved @ turned)
    if along <= 1e-16:
        return curve
    if (curve == np.eye(len(moved))).all():
        curve = curve * along / float(turned @ turned)
    left = np.eye(len(moved)) - np.outer(moved, turned) / along
    return np.asarray(left @ curve @ left.T + np.outer(moved, moved) / along)
