"""Fitting how a shop's customers order and stop ordering: BG/NBD, MBG/NBD, and NBD, where nobody stops.

While they are customers, they order at a rate of their own (Poisson), and rates are spread over customers as a Gamma
distribution with shape ``r`` and rate ``alpha``. After an order they may stop for good, with a chance of their own,
spread as a Beta distribution with ``a`` and ``b``: after each repeat order in BG/NBD (Fader, Hardie and Lee 2005), and
after the first order as well in MBG/NBD (Batislam, Denizel and Filiztekin 2007; Hoppe and Wagner 2007).

The likelihoods are those papers', kept as logarithms throughout, so that a customer with a thousand orders does not
underflow. Derivatives are worked out by hand, and customers with the same history are one row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, gammaln

from service.ml import descent

Array = NDArray[np.float64]
Kind = Literal["bgnbd", "mbgnbd", "nbd"]
NAMES: dict[Kind, tuple[str, ...]] = {
    "bgnbd": ("r", "alpha", "a", "b"),
    "mbgnbd": ("r", "alpha", "a", "b"),
    "nbd": ("r", "alpha"),
}
_LOWEST, _HIGHEST = -14.0, 16.0
"""Bounds of the logarithm of every parameter. One that ends at a bound is degenerate."""


@dataclass(frozen=True)
class Histories:
    """The histories of many customers, those that are equal as one row.

    :param repeats: order days after the first (x)
    :param last: time of the last order day since the first (t_x); any unit, the same for all
    :param observed: time since the first order (T)
    :param customers: how many have this history
    """

    repeats: Array
    last: Array
    observed: Array
    customers: Array

    @classmethod
    def of(cls, repeats: Array, last: Array, observed: Array) -> Histories:
        """From one row per customer."""
        rows = np.column_stack([repeats, np.where(repeats > 0, last, 0.0), observed]).astype(np.float64)
        order = np.lexsort(rows.T)
        rows = rows[order]
        begins = np.ones(len(rows), dtype=bool)
        begins[1:] = (rows[1:] != rows[:-1]).any(axis=1)
        starts = np.flatnonzero(begins)
        counts = np.diff(np.append(starts, len(rows))).astype(np.float64)
        kept = rows[starts]
        return cls(kept[:, 0], kept[:, 1], kept[:, 2], counts)

    @property
    def total(self) -> float:
        """Customers."""
        return float(self.customers.sum())


@dataclass(frozen=True)
class Fit:
    """Fitted parameters.

    :param log_likelihood: natural logarithm, of all customers together
    :param converged: the search reached a point where no parameter changes the likelihood any more
    :param at_bound: a parameter left the range in which it means anything
    """

    kind: Kind
    parameters: tuple[float, ...]
    log_likelihood: float
    converged: bool
    at_bound: bool


def fit(kind: Kind, histories: Histories, start: tuple[float, ...] | None = None) -> Fit:
    """The parameters under which the histories are likeliest.

    :param start: where the search begins; by default customers like the average one, of whom half a dozen orders are
        to be expected
    """
    likelihood = _likelihood(kind, histories)
    begin = np.log(start if start is not None else _start(kind, histories))
    total = histories.total

    def cost(logs: Array) -> tuple[float, Array]:
        parameters = np.exp(logs)
        value, slope = likelihood(parameters)
        return -value / total, -slope * parameters / total

    found = descent.lowest(cost, begin, _LOWEST, _HIGHEST)
    return Fit(
        kind=kind,
        parameters=tuple(np.exp(found.at).tolist()),
        log_likelihood=-found.value * total,
        converged=found.converged,
        at_bound=found.at_bound,
    )


def log_likelihood(kind: Kind, histories: Histories, parameters: tuple[float, ...]) -> tuple[float, Array]:
    """The logarithm of the likelihood and its derivatives by the parameters."""
    return _likelihood(kind, histories)(np.array(parameters, dtype=np.float64))


def _start(kind: Kind, histories: Histories) -> tuple[float, ...]:
    weights = histories.customers
    repeats = max(float(weights @ histories.repeats), 1.0)
    alpha = max(float(weights @ histories.observed) / repeats, 1e-6)
    return (1.0, alpha) if kind == "nbd" else (1.0, alpha, 1.0, 3.0)


def _likelihood(kind: Kind, histories: Histories) -> Callable[[Array], tuple[float, Array]]:
    repeats, place = np.unique(histories.repeats, return_inverse=True)
    weights = histories.customers
    per_count = np.bincount(place, weights=weights, minlength=len(repeats))
    total = float(weights.sum())
    x, last, observed = histories.repeats, histories.last, histories.observed
    modified = kind == "mbgnbd"
    chances = repeats + 1 if modified else repeats
    may_have_left = np.ones(len(x), dtype=bool) if modified else x > 0
    behind = x if modified else np.where(may_have_left, x - 1, 0.0)

    def gamma_part(r: float, alpha: float) -> tuple[float, float, float]:
        value = float(per_count @ (gammaln(r + repeats) - gammaln(r))) + total * r * np.log(alpha)
        by_r = float(per_count @ (digamma(r + repeats) - digamma(r))) + total * np.log(alpha)
        return value, by_r, total * r / alpha

    def nbd(parameters: Array) -> tuple[float, Array]:
        r, alpha = parameters
        value, by_r, by_alpha = gamma_part(r, alpha)
        log_end = np.log(alpha + observed)
        value -= float(weights @ ((r + x) * log_end))
        by_r -= float(weights @ log_end)
        by_alpha -= float(weights @ ((r + x) / (alpha + observed)))
        return value, np.array([by_r, by_alpha])

    def with_leaving(parameters: Array) -> tuple[float, Array]:
        r, alpha, a, b = parameters
        value, by_r, by_alpha = gamma_part(r, alpha)
        rest = gammaln(b + chances) - gammaln(a + b + chances) - gammaln(b) + gammaln(a + b)
        value += float(per_count @ rest)
        joint = digamma(a + b) - digamma(a + b + chances)
        by_a = float(per_count @ joint)
        by_b = float(per_count @ (joint + digamma(b + chances) - digamma(b)))
        # Still there, or left right after the last order: both as logarithms, added without leaving them.
        log_end, log_last = np.log(alpha + observed), np.log(alpha + last)
        there = -(r + x) * log_end
        left = np.where(may_have_left, np.log(a / (b + behind)) - (r + x) * log_last, -np.inf)
        both = np.logaddexp(there, left)
        value += float(weights @ both)
        gone = weights * np.exp(left - both)
        stays = weights - gone
        by_r -= float(stays @ log_end + gone @ log_last)
        by_alpha -= float(stays @ ((r + x) / (alpha + observed)) + gone @ ((r + x) / (alpha + last)))
        by_a += float(gone.sum()) / a
        by_b -= float(gone @ (1 / (b + behind)))
        return value, np.array([by_r, by_alpha, by_a, by_b])

    return nbd if kind == "nbd" else with_leaving
