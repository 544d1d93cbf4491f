"""The Beta distribution in plain Python: what predictions need of it, without SciPy."""

from __future__ import annotations

from math import exp, lgamma, log, log1p

_TINY = 1e-300
_MOST_STEPS = 500


def log_beta(a: float, b: float) -> float:
    """The logarithm of the Beta function."""
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def share_below(a: float, b: float, x: float) -> float:
    """The chance that a Beta(a, b) number is at most ``x`` (the regularised incomplete Beta function).

    By the continued fraction DLMF 8.17.22, evaluated from the front (Lentz), on the side where it converges in about
    the square root of the larger parameter steps.
    """
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    front = exp(a * log(x) + b * log1p(-x) - log_beta(a, b))
    if x < (a + 1) / (a + b + 2):
        return min(1.0, front / a * _fraction(a, b, x))
    return max(0.0, 1 - front / b * _fraction(b, a, 1 - x))


def _fraction(a: float, b: float, x: float) -> float:
    above, below = 1.0, _not_zero(1 - (a + b) * x / (a + 1))
    below = 1 / below
    value = below
    for m in range(1, _MOST_STEPS):
        for step in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            below = 1 / _not_zero(1 + step * below)
            above = _not_zero(1 + step / above)
            value *= above * below
        if abs(above * below - 1) < 1e-12:
            break
    return value


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
