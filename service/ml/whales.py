"""Fitting the whale in the making, and judging it on customers who came later, beside the value of the first order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.domain.first_orders import CLASSES, WhaleModel, probability
from service.domain.models import as_number, as_options, code
from service.domain.whales import whale_threshold
from service.ml import auc, training
from service.ml.dataset import Dataset, Facts

LEAST_CUSTOMERS = 300
LEAST_WHALES = 30
"""Whales needed to learn from, and half as many among those it is judged by: with 15 of them the area under the curve
is known to about a tenth."""
LEARNED_SHARE = 2 / 3
"""The earlier customers, from whom is learned; the later third judges."""
LEAST_SUPPORT = 20
MOST_OPTIONS = 150
BASELINE = "first.value"
_GROUPS = 5


@dataclass(frozen=True)
class Beginner:
    """A customer whose days after the first order are over.

    :param first_day: of the first order
    :param told: what was known then (``first_orders.known``)
    :param brought: net revenue within the days, in minor units
    """

    first_day: int
    told: Facts
    brought: int


@dataclass(frozen=True)
class Trained:
    """A model, and whether it may be used.

    :param problem: why not; empty when it may
    """

    model: WhaleModel | None
    problem: str


def train(beginners: Sequence[Beginner], *, days: int, share: str, fitted_at: int) -> Trained:
    """Learn from the earlier customers, judge by the later ones, then learn from all.

    1. Whales are the best share of the earlier customers; the later ones are told by the same amount.
    2. The model must rank the later customers better than the value of their first order does, beyond chance.
    3. It is fitted once more, on everybody, and exported.
    """
    ordered = sorted(beginners, key=lambda one: one.first_day)
    cut = round(len(ordered) * LEARNED_SHARE)
    earlier, later = ordered[:cut], ordered[cut:]
    whale_from = whale_threshold([one.brought for one in earlier], share)
    problem = _too_little(ordered, earlier, later, whale_from)
    if problem or whale_from is None:
        return Trained(None, problem)
    seen = _dataset(earlier, whale_from)
    fitted = training.fit(seen.matrix, seen.labels, seen.numbers)
    judged = WhaleModel(training.export(fitted, seen, fitted_at=fitted_at), days, whale_from, share)
    metrics = evaluate(judged, later)
    everybody = _dataset(ordered, whale_from)
    final = training.export(
        training.fit(everybody.matrix, everybody.labels, everybody.numbers),
        everybody,
        fitted_at=fitted_at,
        metrics={**metrics, "learned_from": len(earlier), "days": days},
    )
    gain = metrics["gain"]
    problem = (
        ""
        if gain["low"] > 0
        else (
            f"on {len(later)} later customers it ranks no better than the value of the first order: "
            f"{metrics['model']['mean']:.3f} against {metrics['baseline']['mean']:.3f}, difference "
            f"{gain['low']:+.3f} to {gain['high']:+.3f}"
        )
    )
    return Trained(replace(judged, model=final), problem)


def _too_little(
    everybody: Sequence[Beginner], earlier: Sequence[Beginner], later: Sequence[Beginner], whale_from: int | None
) -> str:
    if len(everybody) < LEAST_CUSTOMERS:
        return f"{len(everybody)} customers began long enough ago, {LEAST_CUSTOMERS} are needed"
    for people, least in ((earlier, LEAST_WHALES), (later, LEAST_WHALES // 2)):
        whales = sum(whale_from is not None and one.brought >= whale_from for one in people)
        if whales < least or whales == len(people):
            when = "earlier" if people is earlier else "later"
            return f"{whales} whales among the {len(people)} {when} customers, {least} are needed"
    return ""


def evaluate(model: WhaleModel, people: Sequence[Beginner]) -> dict[str, Any]:
    """Judge a model by customers it has not learned from, beside the value of their first order."""
    became = np.array([one.brought >= model.whale_from for one in people])
    said = np.array([probability(model, one.told) for one in people])
    value = np.array([float(as_number(one.told[BASELINE]) or 0.0) for one in people])
    return {
        "customers": len(people),
        "whales": int(became.sum()),
        "model": asdict(auc.area(said, became)),
        "baseline": asdict(auc.area(value, became)),
        "gain": asdict(auc.difference(said, value, became)),
        "lift_of_best_tenth": {"model": _lift(said, became), "baseline": _lift(value, became)},
        "mean_said": float(said.mean()),
        "share_became": float(became.mean()),
        "brier": float(((said - became) ** 2).mean()),
        "brier_of_share": float(became.mean() * (1 - became.mean())),
        "calibration": _calibration(said, became),
    }


def _lift(figure: NDArray[np.float64], became: NDArray[np.bool_]) -> float:
    """How many times as many whales the tenth ranked highest has as everybody."""
    best = np.argsort(-figure, kind="stable")[: max(1, len(figure) // 10)]
    return float(became[best].mean() / became.mean())


def _calibration(said: NDArray[np.float64], became: NDArray[np.bool_]) -> list[dict[str, float]]:
    """What was said and what came true, in fifths of the customers by what was said."""
    order = np.argsort(said, kind="stable")
    return [
        {"customers": len(part), "said": float(said[part].mean()), "became": float(became[part].mean())}
        for part in np.array_split(order, _GROUPS)
    ]


def _dataset(people: Sequence[Beginner], whale_from: int) -> Dataset:
    told: list[Mapping[str, object]] = [one.told for one in people]
    columns, numbers = _columns(told)
    rows = [[np.nan if cell is None else cell for cell in code(columns, one)] for one in told]
    return Dataset(
        columns=columns,
        numbers=numbers,
        matrix=np.array(rows, dtype=np.float64),
        personas=CLASSES,
        labels=np.array([int(one.brought >= whale_from) for one in people], dtype=np.int64),
        facts=tuple(told),
    )


def _columns(told: Sequence[Facts]) -> tuple[tuple[tuple[str, str | None], ...], int]:
    """Numbers first; of options those that enough customers chose, the most frequent of all."""
    numbers: Counter[str] = Counter()
    options: Counter[tuple[str, str]] = Counter()
    for one in told:
        for fact, value in one.items():
            if as_number(value) is not None:
                numbers[fact] += 1
            else:
                options.update((fact, option) for option in as_options(value) or ())
    kept = [fact for fact, count in numbers.items() if count >= LEAST_SUPPORT]
    chosen = [pair for pair, count in options.most_common(MOST_OPTIONS) if LEAST_SUPPORT <= count < len(told)]
    return (*((fact, None) for fact in sorted(kept)), *sorted(chosen)), len(kept)
