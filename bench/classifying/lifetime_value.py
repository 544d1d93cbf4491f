"""Fitting lifetime value, beside lifetimes 0.11.3 on the same data: seconds, and whether both find the same."""

from __future__ import annotations

import csv
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

from service.domain.order_process import History, OrderProcess
from service.ml import order_process, spend
from service.ml.order_process import Array, Histories

ROUNDS = 7


def run(data: Path | None, quick: bool) -> None:
    """CDNOW's sample (2,357 customers), and a simulated shop ten times as large."""
    rows = [("CDNOW", *_cdnow(data))] if data else []
    customers = 5_000 if quick else 20_000
    rows.append((f"simulated, {customers:,} customers", *simulated(customers)))
    rounds = 1 if quick else ROUNDS
    print(f"{'data':28} {'model':12} {'Firasa':>10} {'lifetimes':>10} {'ratio':>7}  largest difference of a parameter")
    for name, repeats, last, observed, average in rows:
        for model, ours, theirs in _pairs(repeats, last, observed, average):
            _show(name, model, ours, theirs, rounds if len(repeats) < 10_000 else min(rounds, 3))
    _serving(1_000 if quick else 20_000)


def _cdnow(data: Path) -> tuple[Array, Array, Array, Array]:
    with (data / "orders" / "cdnow_customers_summary_with_transactions.csv").open() as file:
        found = list(csv.DictReader(file))
    columns = [np.array([float(row[name]) for row in found]) for name in ("x", "t_x", "T", "zbar")]
    return columns[0], columns[1], columns[2], columns[3]


def simulated(customers: int, seed: int = 1) -> tuple[Array, Array, Array, Array]:
    """A shop whose customers follow BG/NBD: r 0.5, alpha 60 days, a 0.8, b 2.5, first orders over two years."""
    random = np.random.default_rng(seed)
    rate, leaves = random.gamma(0.5, 1 / 60, customers), random.beta(0.8, 2.5, customers)
    observed = random.integers(30, 730, customers).astype(float)
    repeats, last, now = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    there = np.ones(customers, dtype=bool)
    while there.any():
        now = now + random.exponential(1 / np.maximum(rate, 1e-12))
        there &= now <= observed
        repeats, last = repeats + there, np.where(there, now, last)
        there &= random.random(customers) >= leaves
    average = random.gamma(6 * np.maximum(repeats, 1), 1) / np.maximum(repeats, 1) / random.gamma(4, 1 / 15, customers)
    return repeats, np.ceil(last), observed, average


Fits = Callable[[], tuple[float, ...]]


def _pairs(repeats: Array, last: Array, observed: Array, average: Array) -> list[tuple[str, Fits, Fits]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from lifetimes import BetaGeoFitter, GammaGammaFitter, ModifiedBetaGeoFitter
    again = repeats > 0

    def theirs(fitter: Callable[[], object], *columns: Array) -> Fits:
        return lambda: tuple(float(one) for one in fitter().fit(*columns).params_)  # type: ignore[attr-defined]

    return [
        (
            "BG/NBD",
            lambda: order_process.fit("bgnbd", Histories.of(repeats, last, observed)).parameters,
            theirs(BetaGeoFitter, repeats, last, observed),
        ),
        (
            "MBG/NBD",
            lambda: order_process.fit("mbgnbd", Histories.of(repeats, last, observed)).parameters,
            theirs(ModifiedBetaGeoFitter, repeats, last, observed),
        ),
        (
            "Gamma-Gamma",
            lambda: (lambda fit: (fit.p, fit.q, fit.v))(spend.fit(repeats[again], average[again])),
            theirs(GammaGammaFitter, repeats[again], average[again]),
        ),
    ]


def _show(name: str, model: str, ours: Fits, theirs: Fits, rounds: int) -> None:
    mine: list[float] = []
    other: list[float] = []
    found: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours(), theirs()  # both once before the clock runs
        for _ in range(rounds):  # in turns: a slow moment of the machine is slow for both
            began = time.perf_counter()
            first = ours()
            middle = time.perf_counter()
            second = theirs()
            mine.append(middle - began)
            other.append(time.perf_counter() - middle)
            found = first, second
    apart = max(abs(one - two) / abs(two) for one, two in zip(*found, strict=True))
    mine_s, other_s = median(mine), median(other)
    print(f"{name:28} {model:12} {mine_s:9.4f}s {other_s:9.4f}s {other_s / mine_s:6.1f}x  {100 * apart:.4f} %")


def _serving(customers: int) -> None:
    """One customer in plain Python, as a refresh of a profile does it."""
    process = OrderProcess("mbgnbd", 0.5, 60.0, 0.8, 2.5)
    repeats, last, observed, _ = simulated(customers)
    histories = [History(int(x), t, end) for x, t, end in zip(repeats, last.tolist(), observed.tolist(), strict=True)]
    began = time.perf_counter()
    for history in histories:
        process.outlook(history, 365)
    each = (time.perf_counter() - began) / customers
    print(f"serving: orders of the next 365 days with interval, one customer in plain Python: {each * 1e6:.0f} µs")
