"""How well lifetime value does on orders it has not seen, beside what anybody could have said without a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from service.domain.lifetime_value import ValueModel
from service.domain.order_process import INTERVAL
from service.ml import lifetime_value
from service.ml.lifetime_value import Sample
from service.ml.order_process import Kind

Array = NDArray[np.float64]
_Z = 1.959964
_BEST = 0.2
_MOST_INTERVALS = 5_000


@dataclass(frozen=True)
class Future:
    """What the customers of a sample did afterwards.

    :param days: how long they were watched
    :param orders: order days of each
    :param revenue: net of refunds, minor units
    """

    days: int
    orders: Array
    revenue: Array

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, Any]], days: int) -> Future:
        """From rows with ``orders_after`` and ``revenue_after``."""
        columns = (
            np.array([row[name] for row in rows], dtype=np.float64) for name in ("orders_after", "revenue_after")
        )
        return cls(days, *columns)


def fit_judged(sample: Sample, past: Sample | None, future: Future | None, *, fitted_at: int) -> ValueModel:
    """The best model that the data carry and that the shop's own past does not speak against.

    1. Fit on all orders.
    2. Fit in the same way on the past, and predict the days after it. Worse than what anybody could have said without a
       model: the next simpler basis is taken, and the model says so.

    :param past: the same customers until the day before ``future``; ``None`` when the shop is too young for that
    """
    kinds = lifetime_value.EVERY
    model = lifetime_value.fit(sample, fitted_at=fitted_at, kinds=kinds)
    if past is None or future is None or model.process is None:
        return model
    judged = run(past, future, fitted_at=fitted_at, kinds=kinds)
    refused: tuple[str, ...] = ()
    if judged["verdict"] == "worse" and model.basis != "rate":
        refused = (f"{model.basis}: on the orders of the last {future.days} days it did worse than the baselines",)
        model = lifetime_value.fit(sample, fitted_at=fitted_at, kinds=("nbd",))
        judged = run(past, future, fitted_at=fitted_at, kinds=("nbd",))
    if judged["verdict"] == "worse":
        refused += (f"rate: on the orders of the last {future.days} days it did worse than the baselines",)
        model = replace(model, basis="shop", process=None, spend=None)
    return replace(model, backtest=judged, reasons=(*model.reasons, *refused))


def run(
    sample: Sample, future: Future, *, fitted_at: int, kinds: tuple[Kind, ...] = lifetime_value.EVERY
) -> dict[str, Any]:
    """Fit on the past, predict the days after it, and compare with what came.

    The baselines know the past only, as the model does: the customer's own rate goes on (orders after the first divided
    by days), and everybody orders at the shop's mean rate.

    :returns: figures as kept in the model's document; ``verdict`` says whether the model may be used
    """
    model = lifetime_value.fit(sample, fitted_at=fitted_at, kinds=kinds)
    kept: dict[str, Any] = {
        "days": future.days,
        "customers": len(sample.repeats),
        "basis": model.basis,
        "reasons": list(model.reasons),
        "actual_orders": int(future.orders.sum()),
        "actual_revenue": int(future.revenue.sum()),
    }
    if model.process is None:
        return {**kept, "verdict": "not_judged"}
    alive, predicted = lifetime_value.expected_orders(model.process, sample, future.days)
    value = _order_values(model, sample)
    own = np.where(sample.observed > 0, sample.repeats / np.maximum(sample.observed, 1), 0.0) * future.days
    mean = np.full(len(predicted), float(sample.repeats.sum() / sample.observed.sum()) * future.days)
    order_value = model.averages.order_value
    said = {
        "model": (predicted, predicted * value),
        "own_rate": (own, own * np.maximum(sample.revenue, 0) / (sample.repeats + 1)),
        "shop_mean": (mean, mean * order_value),
    }
    scores = {name: _score(orders, revenue, future) for name, (orders, revenue) in said.items()}
    gains = {
        name: {
            "absolute": _paired(np.abs(said[name][0] - future.orders) - np.abs(predicted - future.orders)),
            "squared": _paired((said[name][0] - future.orders) ** 2 - (predicted - future.orders) ** 2),
        }
        for name in ("own_rate", "shop_mean")
    }
    return {
        **kept,
        "scores": scores,
        "gains": gains,
        "buys_again": _buys_again(model, sample, future),
        "interval": _coverage(model, sample, future),
        "by_repeats": _by_repeats(sample, predicted, future),
        "by_tenth": _by_tenth(predicted, future),
        "mean_alive": None if model.basis == "rate" else float(alive.mean()),
        "verdict": _verdict(gains),
    }


def _verdict(gains: dict[str, Any]) -> str:
    """Judged by the squared error of orders, because the absolute error is lowest for saying nobody comes back.

    ``better`` than both baselines beyond chance; ``no_worse``: better than the shop's mean beyond chance, and not worse
    than the customer's own rate beyond chance; else ``worse``.
    """
    own, mean = gains["own_rate"]["squared"], gains["shop_mean"]["squared"]
    if mean["low"] <= 0 or own["high"] < 0:
        return "worse"
    return "better" if own["low"] > 0 else "no_worse"


def _order_values(model: ValueModel, sample: Sample) -> Array:
    if model.spend is None:
        return np.full(len(sample.repeats), model.averages.order_value)
    days, total = sample.repeats + 1, np.maximum(sample.revenue, 0)
    return np.asarray(model.spend.p * (model.spend.v + total) / (model.spend.p * days + model.spend.q - 1))


def _score(orders: Array, revenue: Array, future: Future) -> dict[str, Any]:
    apart, money = orders - future.orders, revenue - future.revenue
    actual = float(future.orders.sum())
    return {
        "orders": float(orders.sum()),
        "orders_off": float(orders.sum()) / actual - 1 if actual else None,
        "mean_absolute_error": float(np.abs(apart).mean()),
        "root_mean_squared_error": float(np.sqrt((apart**2).mean())),
        "correlation": _correlation(orders, future.orders),
        "revenue": float(revenue.sum()),
        "revenue_off": float(revenue.sum() / future.revenue.sum()) - 1 if future.revenue.sum() > 0 else None,
        "revenue_mean_absolute_error": float(np.abs(money).mean()),
        "best_fifth_holds": _held_by_best(revenue, future.revenue),
    }


def _correlation(one: Array, other: Array) -> float | None:
    if one.std() < 1e-12 or other.std() < 1e-12:
        return None
    return float(np.corrcoef(one, other)[0, 1])


def _held_by_best(said: Array, actual: Array) -> float | None:
    """Share of what came that the fifth said to be best brought."""
    if actual.sum() <= 0:
        return None
    best = np.argsort(-said, kind="stable")[: max(1, round(_BEST * len(said)))]
    return float(actual[best].sum() / actual.sum())


def _paired(gap: Array) -> dict[str, float]:
    """Mean of a difference per customer with its 95 % interval; above 0 the model is the better one."""
    half = _Z * float(gap.std(ddof=1)) / sqrt(len(gap))
    return {"mean": float(gap.mean()), "low": float(gap.mean()) - half, "high": float(gap.mean()) + half}


def _buys_again(model: ValueModel, sample: Sample, future: Future) -> dict[str, float | None]:
    """How well the chance of any order ranks those who came, beside ranking by orders and by how recent the last was:
    the chance that somebody who came stands above somebody who did not (AUC)."""
    came = future.orders > 0
    if came.all() or not came.any() or model.process is None:
        return {}
    process = model.process
    chances = np.array([process.any_within(sample.history(i), future.days) for i in range(len(came))])
    return {
        "model": float(roc_auc_score(came, chances)),
        "orders": float(roc_auc_score(came, sample.repeats)),
        "recency": float(roc_auc_score(came, sample.last - sample.observed)),
        "mean_said": float(chances.mean()),
        "share_who_came": float(came.mean()),
    }


def _coverage(model: ValueModel, sample: Sample, future: Future) -> dict[str, float]:
    """How often the interval given for a customer held what came; of at most 5,000 customers, evenly spread."""
    assert model.process is not None
    step = max(1, len(sample.repeats) // _MOST_INTERVALS)
    inside = []
    for i in range(0, len(sample.repeats), step):
        outlook = model.process.outlook(sample.history(i), future.days)
        inside.append(outlook.low <= future.orders[i] <= outlook.high)
    return {"promised": INTERVAL, "held": float(np.mean(inside)), "customers": len(inside)}


def _by_repeats(sample: Sample, predicted: Array, future: Future) -> list[dict[str, Any]]:
    found = []
    for number in range(8):
        inside = sample.repeats >= 7 if number == 7 else sample.repeats == number
        if inside.any():
            found.append(
                {
                    "repeats": "7+" if number == 7 else str(number),
                    "customers": int(inside.sum()),
                    "said": float(predicted[inside].mean()),
                    "came": float(future.orders[inside].mean()),
                }
            )
    return found


def _by_tenth(predicted: Array, future: Future) -> list[dict[str, Any]]:
    order = np.argsort(predicted, kind="stable")
    return [
        {"customers": len(part), "said": float(predicted[part].mean()), "came": float(future.orders[part].mean())}
        for part in np.array_split(order, 10)
        if len(part)
    ]
