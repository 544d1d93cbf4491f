"""Orders and spend: fitted values and predictions against published ones, and plain Python against SciPy."""

import csv
from math import comb, lgamma
from pathlib import Path

import numpy as np
import pytest
from scipy.special import betainc, hyp2f1

from service.domain.beta import log_beta, share_below
from service.domain.order_process import History, OrderProcess
from service.domain.spend import Spend
from service.ml import order_process, spend
from service.ml.order_process import Histories, Kind

FITTED = OrderProcess("bgnbd", 0.24259, 4.4135, 0.79289, 2.42575)  # weeks; the published predictions use all digits


@pytest.fixture(scope="module")
def cdnow(test_data: Path) -> dict[str, np.ndarray]:
    with (test_data / "orders" / "cdnow_customers_summary_with_transactions.csv").open() as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([float(row[name]) for row in rows]) for name in ("x", "t_x", "T", "zbar")}


@pytest.mark.data
@pytest.mark.parametrize(
    ("kind", "published", "digits", "log_likelihood"),
    [
        # Fader, Hardie and Lee (2005); the "Hardie paper" of lifetimes' own tests.
        ("bgnbd", (0.243, 4.414, 0.793, 2.426), 3, -9582.43),
        # The documentation of BTYDplus.
        ("mbgnbd", (0.525, 6.183, 0.891, 1.614), 3, -9582.13),
    ],
)
def test_cdnow_is_fitted_as_published(
    cdnow: dict[str, np.ndarray], kind: Kind, published: tuple[float, ...], digits: int, log_likelihood: float
) -> None:
    found = order_process.fit(kind, Histories.of(cdnow["x"], cdnow["t_x"], cdnow["T"]))
    assert found.converged
    assert not found.at_bound
    assert found.parameters == pytest.approx(published, abs=0.6 * 10**-digits)
    assert round(found.log_likelihood, 2) == log_likelihood


@pytest.mark.data
def test_cdnow_spend_is_fitted_as_published(cdnow: dict[str, np.ndarray]) -> None:
    again = cdnow["x"] > 0
    found = spend.fit(cdnow["x"][again], cdnow["zbar"][again])
    assert again.sum() == 946
    assert found.converged
    assert (found.p, found.q, found.v) == pytest.approx((6.25, 3.74, 15.44), abs=0.01)
    model = Spend(found.p, found.q, found.v)
    first = [model.expected(int(x), m) for x, m in zip(cdnow["x"][:10], cdnow["zbar"][:10], strict=True)]
    assert first == pytest.approx([24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17], abs=0.1)


def test_expected_orders_are_the_published_ones() -> None:
    assert FITTED.outlook(History(2, 30.43, 38.86), 39).expected == pytest.approx(1.226, abs=0.001)
    new = [FITTED.outlook(History(0, 0, 0), t).expected for t in (0.1429, 1, 3, 31.8571, 32, 78)]
    assert new == pytest.approx([0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8576], abs=0.0005)


HISTORIES = [History(0, 0, 0), History(0, 0, 300), History(1, 4, 200), History(3, 80, 90), History(60, 700, 705)]


@pytest.mark.parametrize("a", [0.3, 0.999, 1.7, 40.0])
@pytest.mark.parametrize("history", HISTORIES)
def test_plain_python_gives_what_the_closed_forms_give(history: History, a: float) -> None:
    x, t_x, observed = history
    r, alpha, b, t = 0.6, 70.0, 2.3, 365.0
    shape, ratio = r + x, (alpha + observed) / (alpha + observed + t)
    z = t / (alpha + observed + t)
    for kind, c, leaves in (("bgnbd", a + b + x - 1, b + x), ("mbgnbd", a + b + x, b + x + 1)):
        process = OrderProcess(kind, r, alpha, a, b)  # type: ignore[arg-type]
        gone = a / (leaves - 1) * ((alpha + observed) / (alpha + t_x)) ** shape if x or kind == "mbgnbd" else 0.0
        alive = 1 / (1 + gone)
        expected = c / (a - 1) * (1 - ratio**shape * hyp2f1(shape, leaves, c, z)) * alive
        assert process.alive(history) == pytest.approx(alive, rel=1e-12)
        outlook = process.outlook(history, t)
        assert outlook.expected == pytest.approx(expected, rel=1e-7)
        assert process.expected(history, t) == pytest.approx(expected, rel=1e-7)
        assert sum(outlook.chances) == pytest.approx(1, abs=1e-9)
        assert outlook.any == pytest.approx(process.any_within(history, t), rel=1e-9)


def test_without_leaving_orders_are_negative_binomial() -> None:
    process = OrderProcess("nbd", 2.0, 50.0)
    outlook = process.outlook(History(1, 20, 100), 75)
    share = 75 / (50 + 100 + 75)
    expected = [comb(k + 2, k) * (1 - share) ** 3 * share**k for k in range(6)]
    assert outlook.chances[:6] == pytest.approx(expected, rel=1e-9)
    assert outlook.expected == pytest.approx(3 * 75 / 150, rel=1e-7)


def test_somebody_who_ordered_once_may_be_gone_in_mbg_and_not_in_bg() -> None:
    once = History(0, 0, 400)
    assert OrderProcess("bgnbd", 0.5, 60, 0.8, 2.5).alive(once) == 1
    assert OrderProcess("mbgnbd", 0.5, 60, 0.8, 2.5).alive(once) < 0.6


@pytest.mark.parametrize(
    ("a", "b", "x"), [(0.3, 0.4, 0.2), (50, 3, 0.9), (200, 300, 0.42), (5000, 20, 0.99), (1, 1, 0)]
)
def test_the_beta_distribution_agrees_with_scipy(a: float, b: float, x: float) -> None:
    assert share_below(a, b, x) == pytest.approx(betainc(a, b, x), abs=1e-12)
    assert log_beta(2, 3) == pytest.approx(lgamma(2) + lgamma(3) - lgamma(5))


@pytest.mark.parametrize("kind", ["bgnbd", "mbgnbd", "nbd"])
def test_derivatives_are_those_of_the_likelihood(kind: Kind) -> None:
    random = np.random.default_rng(7)
    repeats = random.integers(0, 6, 200).astype(float)
    observed = random.uniform(50, 400, 200)
    histories = Histories.of(repeats, observed * random.uniform(0.05, 1, 200), observed)
    point = (0.6, 40.0) if kind == "nbd" else (0.6, 40.0, 0.7, 2.2)
    _, slope = order_process.log_likelihood(kind, histories, point)
    for i, value in enumerate(point):
        near = [list(point), list(point)]
        near[0][i], near[1][i] = value * (1 - 1e-6), value * (1 + 1e-6)
        low, high = (order_process.log_likelihood(kind, histories, tuple(one))[0] for one in near)
        assert slope[i] == pytest.approx((high - low) / (2e-6 * value), rel=1e-4)


def test_customers_with_the_same_history_are_one_row() -> None:
    histories = Histories.of(np.array([1.0, 0, 1]), np.array([5.0, 9, 5]), np.array([10.0, 10, 10]))
    assert histories.customers.tolist() == [1, 2]
    assert histories.last.tolist() == [0, 5]
    assert histories.total == 3
