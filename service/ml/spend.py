"""Fitting what customers spend on an order day: the Gamma-Gamma model (domain/spend.py names the papers)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, gammaln

from service.ml import descent

Array = NDArray[np.float64]
_LOWEST, _HIGHEST = -8.0, 12.0


@dataclass(frozen=True)
class SpendFit:
    """Fitted parameters; ``v`` in the unit of the averages.

    :param converged: the search reached a point where no parameter changes the likelihood any more
    :param at_bound: a parameter left the range in which it means anything
    """

    p: float
    q: float
    v: float
    log_likelihood: float
    converged: bool
    at_bound: bool


def fit(days: Array, averages: Array) -> SpendFit:
    """The parameters under which the averages are likeliest.

    :param days: order days of each customer, at least 1
    :param averages: what each brought on average, above zero
    """
    scale = float(np.average(averages, weights=days))
    m = averages / scale
    unique, place = np.unique(days, return_inverse=True)
    counts = np.bincount(place).astype(np.float64)
    log_m, total = np.log(m), float(len(m))
    by_days = np.bincount(place, weights=log_m)

    def cost(logs: Array) -> tuple[float, Array]:
        p, q, v = np.exp(logs)
        end = np.log(v + days * m)
        shape = p * unique
        value = float(counts @ (gammaln(shape + q) - gammaln(shape) + shape * np.log(unique)))
        value += total * (q * np.log(v) - gammaln(q)) + float(shape @ by_days - log_m.sum())
        value -= float((p * days + q) @ end)
        joint = digamma(shape + q)
        by_p = float((counts * unique) @ (joint - digamma(shape) + np.log(unique)) + unique @ by_days - days @ end)
        by_q = float(counts @ joint - end.sum()) + total * float(np.log(v) - digamma(q))
        by_v = total * q / v - float(((p * days + q) / (v + days * m)).sum())
        return -value / total, -np.array([by_p, by_q, by_v]) * np.exp(logs) / total

    found = descent.lowest(cost, np.log([2.0, 3.0, 1.0]), _LOWEST, _HIGHEST)
    p, q, v = np.exp(found.at).tolist()
    return SpendFit(
        p=p,
        q=q,
        v=v * scale,
        log_likelihood=-found.value * total - total * float(np.log(scale)),
        converged=found.converged,
        at_bound=found.at_bound,
    )
