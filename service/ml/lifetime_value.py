"""Fitting the lifetime value of a shop's customers, and saying when that cannot be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.domain.lifetime_value import Averages, Basis, ValueModel
from service.domain.order_process import History, OrderProcess
from service.domain.spend import Spend
from service.ml import order_process, spend
from service.ml.order_process import Fit, Histories, Kind

Array = NDArray[np.float64]

LEAST_CUSTOMERS = 100
LEAST_REPEATERS = 50
"""With fewer, nothing is said of single customers: see the table in docs/lifetime-value.md of how far fits of
simulated shops of that size lie from the truth."""
LEAST_DAYS = 90
"""Days from the first order of the shop until now, below which there was no time to come back."""
LEAST_GAIN = 2.0
"""By how much the logarithm of the likelihood must rise for customers who stop (two parameters more: Akaike)."""
_LARGEST, _SMALLEST = 1e4, 1e-3
_LEAST_TAIL = 1.05


@dataclass(frozen=True)
class Sample:
    """What the fit needs of all customers with orders, one entry each; days and minor units.

    :param repeats: order days after the first
    :param last: days from the first to the last order day
    :param observed: days from the first order day until now
    :param revenue: net of refunds
    """

    repeats: Array
    last: Array
    observed: Array
    revenue: Array

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, Any]]) -> Sample:
        """From rows with these names."""
        names = ("repeats", "last", "observed", "revenue")
        return cls(*(np.array([row[name] for row in rows], dtype=np.float64) for name in names))

    @property
    def repeaters(self) -> int:
        """Customers with a second order day."""
        return int((self.repeats > 0).sum())

    def history(self, i: int) -> History:
        """One customer, as the plain model takes it."""
        return History(int(self.repeats[i]), float(self.last[i]), float(self.observed[i]))


def averages(sample: Sample) -> Averages:
    """What is known of the shop without any model."""
    days, repeats = float(sample.observed.sum()), float(sample.repeats.sum())
    orders = repeats + len(sample.repeats)
    return Averages(365 * repeats / days if days else 0.0, float(sample.revenue.sum()) / orders if orders else 0.0)


EVERY: tuple[Kind, ...] = ("mbgnbd", "bgnbd", "nbd")


def fit(sample: Sample, *, fitted_at: int, kinds: tuple[Kind, ...] = EVERY) -> ValueModel:
    """The best model that the data carry.

    1. Too few customers, repeaters or days: the shop's averages, and which of the three is missing.
    2. MBG/NBD, which lets customers stop after the first order; if its fit does not hold, BG/NBD.
    3. If neither holds, or nobody is seen to stop, NBD (``rate``).

    :param kinds: the processes that may be used
    """
    few = _too_little(sample)
    known = averages(sample)
    plain = ValueModel("shop", None, None, known, len(sample.repeats), sample.repeaters, fitted_at, reasons=tuple(few))
    if few:
        return plain
    histories = Histories.of(sample.repeats, sample.last, sample.observed)
    without = order_process.fit("nbd", histories)
    candidates: dict[str, Any] = {}
    reasons: list[str] = []
    chosen: tuple[Basis, Fit] | None = None
    for kind in (one for one in kinds if one != "nbd"):
        found = order_process.fit(kind, histories)
        wrong = _wrong(found, without)
        candidates[kind] = _candidate(found, wrong)
        if wrong:
            reasons.append(f"{_TITLES[kind]}: {wrong}")
        elif chosen is None:
            chosen = "mbgnbd" if kind == "mbgnbd" else "bgnbd", found
    wrong = "" if without.converged and not without.at_bound else "the search for the parameters did not end"
    candidates["nbd"] = _candidate(without, wrong)
    if chosen is None and not wrong:
        chosen = "rate", without
    if chosen is None:
        return replace(plain, reasons=(*reasons, f"{_TITLES['nbd']}: {wrong}"), candidates=candidates)
    amounts, problem = _spend(sample)
    return replace(
        plain,
        basis=chosen[0],
        process=OrderProcess(chosen[1].kind, *chosen[1].parameters),
        spend=amounts,
        reasons=tuple(reasons if chosen[0] == "rate" else []) + ((problem,) if problem else ()),
        candidates=candidates,
    )


_TITLES: dict[Kind, str] = {"mbgnbd": "MBG/NBD", "bgnbd": "BG/NBD", "nbd": "NBD"}


def _too_little(sample: Sample) -> list[str]:
    days = int(sample.observed.max()) if len(sample.observed) else 0
    found = (
        ("customers with orders", len(sample.repeats), LEAST_CUSTOMERS),
        ("customers who ordered again", sample.repeaters, LEAST_REPEATERS),
        ("days since the first order", days, LEAST_DAYS),
    )
    return [f"{have} {what}, {least} are needed" for what, have, least in found if have < least]


def _wrong(found: Fit, without: Fit) -> str:
    """Why a fit is not used; empty when it holds."""
    if not found.converged:
        return "the search for the parameters did not end"
    _, _, a, b = found.parameters
    gain = found.log_likelihood - without.log_likelihood
    if found.at_bound or a < _SMALLEST or b > _LARGEST or gain < LEAST_GAIN:
        return (
            f"the orders do not show that customers stop (a {a:.3g}, b {b:.3g}, log-likelihood {gain:+.1f} against "
            "customers who never stop)"
        )
    return ""


def _candidate(found: Fit, wrong: str) -> dict[str, Any]:
    names = order_process.NAMES[found.kind]
    return {
        "parameters": dict(zip(names, found.parameters, strict=True)),
        "log_likelihood": found.log_likelihood,
        "converged": found.converged,
        "problem": wrong or None,
    }


def _spend(sample: Sample) -> tuple[Spend | None, str]:
    """Amounts of customers who brought anything; every order day counts, the first one too."""
    paid = sample.revenue > 0
    days = sample.repeats[paid] + 1
    if len(days) < LEAST_CUSTOMERS:
        return None, f"amounts: {len(days)} customers brought revenue, {LEAST_CUSTOMERS} are needed"
    found = spend.fit(days, sample.revenue[paid] / days)
    if not found.converged or found.at_bound or found.q < _LEAST_TAIL:
        return None, "amounts: they are too uneven for the Gamma-Gamma model; the shop's average is used"
    return Spend(found.p, found.q, found.v), ""


def expected_orders(process: OrderProcess, sample: Sample, days: float) -> tuple[Array, Array]:
    """For each customer the chance of still being one, and the orders of the next ``days`` days.

    The sum of order_process.outlook, over all customers at once: those whose sum is complete leave it.
    """
    x, alpha = sample.repeats, process.alpha
    end = alpha + sample.observed
    shape, share = process.r + x, days / (end + days)
    last = np.where(x > 0, sample.last, 0.0)
    modified = process.kind == "mbgnbd"
    alive = np.ones(len(x))
    if process.kind != "nbd":
        behind = np.maximum(process.b + (x if modified else x - 1), 1e-300)
        odds = np.log(process.a / behind) + shape * (np.log(end) - np.log(alpha + last))
        alive = np.where(modified | (x > 0), 1 / (1 + np.exp(np.minimum(odds, 700.0))), 1.0)
    else:
        return alive, shape * days / end
    total = np.zeros(len(x))
    left = np.arange(len(x))
    log_none = shape * np.log1p(-share)
    chance, tail, goes_on = np.exp(log_none), -np.expm1(log_none), np.ones(len(x))
    stays = process.b + x + (1 if modified else 0)
    for k in range(20_000):
        open_ = tail * goes_on > 1e-10
        if not open_.all():
            left, chance, tail, goes_on = left[open_], chance[open_], tail[open_], goes_on[open_]
            shape, share, stays = shape[open_], share[open_], stays[open_]
        if not len(left):
            break
        total[left] += goes_on * tail
        goes_on = goes_on * (stays + k) / (process.a + stays + k)
        chance = chance * share * (shape + k) / (k + 1)
        tail = np.maximum(0.0, tail - chance)
    return alive, alive * total
