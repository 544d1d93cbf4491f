"""Judging the classifier honestly: every customer by a model that has not seen them, beside two baselines."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold

from service.domain.models import Model, probabilities
from service.ml import FOLDS, training
from service.ml.dataset import Dataset, Facts

Matrix = NDArray[np.float64]

BINS = 10
THRESHOLDS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_Z = 1.959964
"""Two-sided 95 %."""


@dataclass(frozen=True)
class PersonaScore:
    """How well one persona is found. Precision is ``None`` when the classifier never said it."""

    persona: str
    labelled: int
    precision: float | None
    recall: float


@dataclass(frozen=True)
class Bin:
    """Customers whose likeliest persona had a probability in one tenth: what it promised and what came true."""

    low: float
    high: float
    customers: int
    mean_probability: float
    share_right: float


@dataclass(frozen=True)
class AbstentionPoint:
    """What happens when only probabilities from ``threshold`` on count."""

    threshold: float
    coverage: float
    accuracy: float | None


@dataclass(frozen=True)
class Score:
    """One classifier over all folds.

    :param accuracy: share of right first guesses, nobody left out; ``low`` and ``high`` are its 95 % Wilson interval
    :param log_loss: mean surprise in nats; lower is better, probabilities below 1e-12 count as that
    :param calibration_error: mean distance between promised and true shares over ten bins (ECE)
    :param confusion: for each true persona how often which was said
    """

    accuracy: float
    low: float
    high: float
    log_loss: float
    calibration_error: float
    personas: tuple[PersonaScore, ...]
    confusion: Mapping[str, Mapping[str, int]]
    calibration: tuple[Bin, ...]
    abstention: tuple[AbstentionPoint, ...]


@dataclass(frozen=True)
class Difference:
    """Accuracy of one classifier minus another's over the same customers, with a 95 % interval of the paired mean."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Evaluation:
    """The trained classifier and its baselines, all over the same folds.

    :param classifiers: ``trained``, ``prototypes`` and ``majority`` (the shares of the personas among the others)
    :param gains: how much more accurate the trained one is than each baseline
    """

    customers: int
    folds: int
    random_state: int
    classifiers: Mapping[str, Score]
    gains: Mapping[str, Difference] = field(default_factory=dict)

    def beats(self, baseline: str) -> bool:
        """Whether the trained one is more accurate beyond chance: the interval of the gain lies above 0."""
        return self.gains[baseline].low > 0

    def to_json(self) -> dict[str, Any]:
        """As kept in the model's document, and as it is read back from there."""
        kept: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return kept


def cross_validate(
    dataset: Dataset, prototypes: Model, on_fold: Callable[[int], None] = lambda fold: None
) -> Evaluation:
    """Train on four fifths and judge on the fifth, five times over, so that everybody is judged once.

    1. The folds hold the personas in equal shares, and their seed is fixed.
    2. In each, the strength of the penalty is chosen anew within the four fifths.
    3. The prototypes, which learn nothing, judge the same customers; so do the shares of the personas.

    :param on_fold: told after each fold
    """
    size = (len(dataset.labels), len(dataset.personas))
    found: dict[str, Matrix] = {
        "trained": np.zeros(size),
        "prototypes": served(prototypes, dataset.facts, dataset.personas),
        "majority": np.zeros(size),
    }
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=training.RANDOM_STATE)
    for number, (seen, unseen) in enumerate(folds.split(dataset.matrix, dataset.labels), 1):
        fitted = training.fit(dataset.matrix[seen], dataset.labels[seen], dataset.numbers)
        found["trained"][unseen] = fitted.predict_proba(dataset.matrix[unseen])
        found["majority"][unseen] = np.bincount(dataset.labels[seen], minlength=size[1]) / len(seen)
        on_fold(number)
    right = {name: shares.argmax(axis=1) == dataset.labels for name, shares in found.items()}
    return Evaluation(
        customers=size[0],
        folds=FOLDS,
        random_state=training.RANDOM_STATE,
        classifiers={name: score(shares, dataset.labels, dataset.personas) for name, shares in found.items()},
        gains={name: difference(right["trained"], right[name]) for name in ("prototypes", "majority")},
    )


def served(model: Model, customers: Sequence[Facts], personas: Sequence[str]) -> Matrix:
    """The probabilities of the served model, in the order of ``personas``; one it does not know gets 0."""
    rows = []
    for facts in customers:
        shares = dict(zip(model.personas, probabilities(model.scores(model.contributions(facts))), strict=True))
        rows.append([shares.get(persona, 0.0) for persona in personas])
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(personas))


def positions(truth: Sequence[str], personas: Sequence[str]) -> NDArray[np.int64]:
    """The position of each customer's true persona."""
    place = {persona: i for i, persona in enumerate(personas)}
    return np.array([place[persona] for persona in truth], dtype=np.int64)


def score(shares: Matrix, labels: NDArray[np.int64], personas: Sequence[str]) -> Score:
    """Judge probabilities against the truth.

    :param shares: customers by personas
    :param labels: the position of the true persona of each customer
    """
    said, sure = shares.argmax(axis=1), shares.max(axis=1)
    right = said == labels
    low, high = wilson(int(right.sum()), len(right))
    bins = _bins(sure, right)
    clipped = np.clip(shares, 1e-12, None)
    return Score(
        accuracy=float(right.mean()),
        low=low,
        high=high,
        log_loss=float(log_loss(labels, clipped / clipped.sum(axis=1, keepdims=True), labels=range(len(personas)))),
        calibration_error=sum(one.customers * abs(one.mean_probability - one.share_right) for one in bins) / len(right),
        personas=tuple(_persona(persona, said == i, labels == i) for i, persona in enumerate(personas)),
        confusion={
            truth: {guess: int(((labels == i) & (said == j)).sum()) for j, guess in enumerate(personas)}
            for i, truth in enumerate(personas)
        },
        calibration=bins,
        abstention=tuple(_abstention(threshold, sure, right) for threshold in THRESHOLDS),
    )


def _persona(persona: str, said: NDArray[np.bool_], true: NDArray[np.bool_]) -> PersonaScore:
    both = int((said & true).sum())
    return PersonaScore(
        persona=persona,
        labelled=int(true.sum()),
        precision=both / int(said.sum()) if said.any() else None,
        recall=both / int(true.sum()) if true.any() else 0.0,
    )


def _bins(sure: Matrix, right: NDArray[np.bool_]) -> tuple[Bin, ...]:
    place = np.minimum((sure * BINS).astype(int), BINS - 1)
    return tuple(
        Bin(
            low=number / BINS,
            high=(number + 1) / BINS,
            customers=int(inside.sum()),
            mean_probability=float(sure[inside].mean()),
            share_right=float(right[inside].mean()),
        )
        for number in range(BINS)
        if (inside := place == number).any()
    )


def _abstention(threshold: float, sure: Matrix, right: NDArray[np.bool_]) -> AbstentionPoint:
    kept = sure >= threshold
    return AbstentionPoint(threshold, float(kept.mean()), float(right[kept].mean()) if kept.any() else None)


def surprise_gain(ours: Matrix, theirs: Matrix, labels: NDArray[np.int64], seed: int = 0) -> Difference:
    """How much less one is surprised by the truth than the other (log loss in nats), over the same customers, with a
    95 % interval by drawing the customers again a thousand times."""
    rows = np.arange(len(labels))
    gap = np.log(np.clip(ours[rows, labels], 1e-12, None)) - np.log(np.clip(theirs[rows, labels], 1e-12, None))
    rng = np.random.default_rng(seed)
    means = [float(gap[rng.integers(0, len(gap), len(gap))].mean()) for _ in range(1000)]
    low, high = np.quantile(means, [0.025, 0.975])
    return Difference(float(gap.mean()), float(low), float(high))


def wilson(right: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share; unlike the usual one it never leaves 0 to 1."""
    share, square = right / total, _Z * _Z
    middle = (share + square / (2 * total)) / (1 + square / total)
    half = _Z / (1 + square / total) * sqrt(share * (1 - share) / total + square / (4 * total * total))
    return max(0.0, middle - half), min(1.0, middle + half)


def difference(ours: NDArray[np.bool_], theirs: NDArray[np.bool_]) -> Difference:
    """How much more often one is right than the other, over the same customers."""
    gap = ours.astype(float) - theirs.astype(float)
    half = _Z * float(gap.std(ddof=1)) / sqrt(len(gap)) if len(gap) > 1 else 1.0
    return Difference(float(gap.mean()), float(gap.mean()) - half, float(gap.mean()) + half)
