"""Training the persona classifier: a multinomial logistic regression, calibrated and exported as the served model."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, exp
from typing import Any

import numpy as np
import sklearn
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_val_predict
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from service.domain.errors import Refused
from service.domain.models import THRESHOLD, Feature, Model, Source
from service.ml.dataset import Dataset

STRENGTHS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""Inverse strengths of the L2 penalty tried; the one with the best log loss in inner folds is taken."""
INNER_FOLDS = 4
MOST_STEPS = 500
RANDOM_STATE = 20_260_601
_COLDEST, _HOTTEST = -1.6, 1.6
"""Bounds of the logarithm of the temperature: a fifth to five times."""


@dataclass(frozen=True)
class Fitted:
    """A regression with the temperature that its scores are divided by.

    :param temperature: above 1 where the regression is surer of people it has not seen than it should be
    """

    pipeline: Pipeline
    temperature: float

    def predict_proba(self, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
        """Customers by personas; each row adds up to 1."""
        return _softened(self.pipeline.predict_proba(matrix), self.temperature)


def _softened(shares: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    scores = np.log(np.clip(shares, 1e-300, None)) / temperature
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def temperature(shares: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """The temperature under which the truth is most probable.

    :param shares: probabilities of people that the classifier had not seen
    """

    def surprise(logarithm: float) -> float:
        told = _softened(shares, exp(logarithm))[np.arange(len(labels)), labels]
        return -float(np.log(np.clip(told, 1e-12, None)).mean())

    found = minimize_scalar(surprise, bounds=(_COLDEST, _HOTTEST), method="bounded")
    return exp(float(found.x))


def pipeline(numbers: int, *, strength: float = 1.0) -> Pipeline:
    """The estimator: unknown cells become the mean, numbers get the spread 1, then the regression.

    Options stay 0 and 1: scaling them would let a rarely chosen option count for more than a common one.

    :param numbers: how many of the first columns are numbers
    """
    scale = ColumnTransformer([("numbers", StandardScaler(), slice(0, numbers))], remainder="passthrough")
    return Pipeline(
        [
            ("impute", SimpleImputer(strategy="mean", keep_empty_features=True)),
            ("scale", scale if numbers else "passthrough"),
            ("classify", _regression(strength)),
        ]
    )


def _regression(strength: float) -> LogisticRegression:
    # newton-cg reaches the optimum of a few hundred customers in ten steps, lbfgs in hundreds.
    return LogisticRegression(C=strength, solver="newton-cg", tol=1e-6, max_iter=MOST_STEPS, random_state=RANDOM_STATE)


def fit(matrix: NDArray[np.float64], labels: NDArray[np.int64], numbers: int) -> Fitted:
    """Choose the strength of the penalty by log loss in inner folds, fit on everything, and calibrate on what each
    inner fold said of people it had not seen.

    :raises Refused: when the solver does not reach the optimum
    """
    folds = StratifiedKFold(INNER_FOLDS, shuffle=True, random_state=RANDOM_STATE)
    search = GridSearchCV(
        pipeline(numbers),
        {"classify__C": list(STRENGTHS)},
        scoring="neg_log_loss",
        cv=folds,
    )
    with warnings.catch_warnings():
        # The last step may find nothing left to gain, which the solver reports as a failed search.
        warnings.filterwarnings("ignore", message="Line Search failed")
        warnings.simplefilter("ignore", ConvergenceWarning)
        search.fit(matrix, labels)
        fitted: Pipeline = search.best_estimator_
        unseen = cross_val_predict(fitted, matrix, labels, cv=folds, method="predict_proba")
    if fitted["classify"].n_iter_.max() >= MOST_STEPS:
        raise Refused(f"training did not come to an end within {MOST_STEPS} steps; nothing was kept")
    return Fitted(fitted, temperature(unseen, labels))


def export(
    calibrated: Fitted,
    dataset: Dataset,
    *,
    fitted_at: int,
    metrics: Mapping[str, Any] | None = None,
    source: Source = "trained",
    training: Mapping[str, Any] | None = None,
) -> Model:
    """The fitted pipeline as the model that is stored and served; scaling and temperature are worked into the weights.

    Too little evidence is less than half of what the typical labelled customer had: how good the model is for people
    of whom less is known was never measured.
    """
    fitted = calibrated.pipeline
    centres = fitted["impute"].statistics_
    classify = fitted["classify"]
    weights, intercepts = _per_class(classify.coef_, classify.intercept_)
    count = dataset.numbers
    if count:
        scaler = fitted["scale"].named_transformers_["numbers"]
        weights[:, :count] /= scaler.scale_
        intercepts = intercepts - weights[:, :count] @ scaler.mean_
    weights, intercepts = weights / calibrated.temperature, intercepts / calibrated.temperature
    return Model(
        source=source,
        personas=dataset.personas,
        intercepts=tuple(intercepts.tolist()),
        features=tuple(
            Feature(fact, option, float(centres[i]), tuple(weights[:, i].tolist()))
            for i, (fact, option) in enumerate(dataset.columns)
        ),
        threshold=THRESHOLD,
        minimum_evidence=ceil(_typical_evidence(dataset) / 2),
        digest=dataset.digest,
        fitted_at=fitted_at,
        labels=dataset.counts,
        metrics=metrics or {},
        training={
            "method": "multinomial logistic regression, L2",
            "inverse_strength": classify.C,
            "temperature": calibrated.temperature,
            "random_state": RANDOM_STATE,
            "scikit_learn": sklearn.__version__,
            **(training or {}),
        },
    )


def _per_class(
    weights: NDArray[np.float64], intercepts: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """One row per persona. For two, scikit-learn keeps only the second against the first: half goes to each."""
    if len(weights) > 1:
        return weights.copy(), intercepts.copy()
    return np.vstack([-weights, weights]) / 2, np.concatenate([-intercepts, intercepts]) / 2


def _typical_evidence(dataset: Dataset) -> float:
    facts = [fact for fact, _ in dataset.columns]
    known = ~np.isnan(dataset.matrix)
    per_fact = np.column_stack([known[:, [one == fact for one in facts]].any(axis=1) for fact in dataset.facts_used])
    return float(np.median(per_fact.sum(axis=1)))
