"""Lookalikes: inferring the persona of people who never answered from how they buy, and only where that works."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from sklearn.model_selection import StratifiedKFold

from service.domain.errors import Refused
from service.domain.lookalike import FAMILY
from service.domain.models import Model
from service.ml import FOLDS, training
from service.ml.dataset import LEAST_PER_PERSONA, Labelled, TooFewLabels, build
from service.ml.evaluation import Difference, Score, difference, score, surprise_gain

LEAST_BUYERS = 200
"""Buyers whose persona is known, below which nothing is inferred."""
TOP = 0.1
"""Share of the customers likeliest to be of a persona, among whom the lift is measured."""


@dataclass(frozen=True)
class Worth:
    """What inferring is worth, on people the model had not seen.

    :param trained: the model; ``majority``: always the shares of the personas
    :param gain: in log loss over the majority; nothing is inferred unless its interval lies above 0
    :param right: gain in right first guesses
    :param lift: persona -> how many times its share there are among the tenth likeliest to be it
    """

    people: int
    trained: Score
    majority: Score
    gain: Difference
    right: Difference
    lift: dict[str, float]

    @property
    def beats(self) -> bool:
        """Whether the model is better than the shares alone, beyond chance."""
        return self.gain.low > 0

    def to_json(self) -> dict[str, Any]:
        """As kept in the model's document."""
        return {
            "customers": self.people,
            "folds": FOLDS,
            "classifiers": {"trained": asdict(self.trained), "majority": asdict(self.majority)},
            "gains": {"majority": asdict(self.right)},
            "log_loss_gain": asdict(self.gain),
            "lift": self.lift,
        }


class NoBetter(Refused):
    """Purchases do not tell these personas apart; the message has the figures.

    :ivar worth: what was measured
    """

    def __init__(self, message: str, worth: Worth) -> None:
        super().__init__(message)
        self.worth = worth


def fit(
    buyers: Sequence[Labelled], *, fitted_at: int = 0, on_step: Callable[[int], None] = lambda step: None
) -> tuple[Model, Worth]:
    """Learn from buyers whose persona is known by their answers.

    :param buyers: their features (domain/lookalike.py) and persona
    :param on_step: told after each fold and at the end
    :raises TooFewLabels: with fewer than ``LEAST_BUYERS`` of them, or fewer than two personas that have enough
    :raises NoBetter: when it does not beat the shares of the personas
    """
    counts = Counter(one.persona for one in buyers)
    personas = tuple(sorted(persona for persona, count in counts.items() if count >= LEAST_PER_PERSONA))
    kept = [one for one in buyers if one.persona in personas]
    if len(kept) < LEAST_BUYERS or len(personas) < 2:
        raise TooFewLabels(
            f"inferring personas needs {LEAST_BUYERS} buyers whose answers tell their persona, with at least two "
            f"personas of {LEAST_PER_PERSONA}; there are {len(kept)} buyers of {len(personas)} such personas"
        )
    data = build(kept, personas, families=(FAMILY,))
    size = (len(data.labels), len(personas))
    shares, base = np.zeros(size), np.zeros(size)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=training.RANDOM_STATE)
    for seen, unseen in folds.split(data.matrix, data.labels):
        fitted = training.fit(data.matrix[seen], data.labels[seen], data.numbers)
        shares[unseen] = fitted.predict_proba(data.matrix[unseen])
        base[unseen] = np.bincount(data.labels[seen], minlength=size[1]) / len(seen)
        on_step(1)
    worth = Worth(
        people=size[0],
        trained=score(shares, data.labels, personas),
        majority=score(base, data.labels, personas),
        gain=surprise_gain(shares, base, data.labels),
        right=difference(shares.argmax(axis=1) == data.labels, base.argmax(axis=1) == data.labels),
        lift={persona: _lift(shares[:, i], data.labels == i) for i, persona in enumerate(personas)},
    )
    if not worth.beats:
        raise NoBetter(
            "purchases do not tell these personas apart: the log loss is better than that of their shares by "
            f"{worth.gain.mean:.3f} ({worth.gain.low:.3f} to {worth.gain.high:.3f}), which may be chance; "
            "nobody's persona is inferred",
            worth,
        )
    fitted = training.fit(data.matrix, data.labels, data.numbers)
    model = training.export(fitted, data, fitted_at=fitted_at, metrics=worth.to_json(), source="inferred")
    on_step(1)
    return model, worth


def _lift(shares: np.ndarray[Any, np.dtype[np.float64]], true: np.ndarray[Any, np.dtype[np.bool_]]) -> float:
    top = np.argsort(-shares, kind="stable")[: max(1, int(len(shares) * TOP))]
    return float(true[top].mean() / true.mean())
