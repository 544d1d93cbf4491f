"""Fitting how phrases are heard: TF-IDF of words and runs of letters, one linear SVM per label, calibrated."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import KFold
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC

from service.domain import wishes
from service.domain.phrasing import item_phrases
from service.domain.quiz import CHOICES, Quiz
from service.domain.text_model import BLOCKS, Feature, TextModel, run_features, softmax, to_json, word_features

Matrix = NDArray[np.float64]

RANDOM_STATE = 0
STRENGTH = 1.0
"""C of each SVM."""
_FOLDS = 3
"""One of these is left out to fit how sure the probabilities are."""
LEAST_WEIGHT = 0.05
"""Weights closer to 0 are left out: they decide nothing and would be most of the document."""
_DIGITS = 3
_STEEPEST = 20.0
WISH = "talk/"
"""What the labels of wishes begin with; those of options are ``item/option``."""


def examples(quiz: Quiz) -> tuple[list[str], list[tuple[str, ...]]]:
    """The phrases of a quiz's options and of wishes, each with the labels it may mean, in a fixed order."""
    meanings: dict[str, set[str]] = defaultdict(set)
    for item in quiz.items:
        if item.type in CHOICES:
            for phrase in item_phrases(item):
                meanings[" ".join(phrase.words).replace("¬", "no")].add(f"{item.id}/{phrase.option}")
    for wish in wishes.PHRASES:
        for text in wishes.phrases(wish):
            meanings[text].add(f"{WISH}{wish}")
    texts = sorted(meanings)
    return texts, [tuple(sorted(meanings[text])) for text in texts]


def fit_quiz(quiz: Quiz) -> dict[str, Any]:
    """The document of a model for one version of a quiz; the same version always gives the same document."""
    texts, labels = examples(quiz)
    model = fit(texts, labels)
    return {"kind": "matcher", "quiz": quiz.id, "version": quiz.version, "examples": len(texts), **to_json(model)}


def fit(texts: Sequence[str], labels: Sequence[tuple[str, ...]]) -> TextModel:
    """Fit a model; a text may have several labels.

    1. Both blocks of TF-IDF are fitted on all texts.
    2. Each label has a linear SVM of its own against all others.
    3. The steepness of the probabilities is the one that surprises least on texts left out of the fit.
    Small weights are left out and the others rounded: what is kept is what is served.
    """
    names = tuple(sorted({label for listed in labels for label in listed}))
    truth = truth_of(labels, names)
    vectors = fit_vectors(texts)
    slopes, bias = separate(vectors.transform(texts), truth)
    steepness = _steepness(texts, truth, len(names))
    return _plain(vectors, names, slopes, bias, steepness)


def vectoriser() -> FeatureUnion:
    """Both blocks of TF-IDF, each of length 1."""
    analysers = zip(BLOCKS, (word_features, run_features), strict=True)
    return FeatureUnion([(name, TfidfVectorizer(analyzer=features, sublinear_tf=True)) for name, features in analysers])


def fit_vectors(texts: Sequence[str]) -> FeatureUnion:
    """Both blocks fitted, with frequencies rounded as they are kept."""
    vectors = vectoriser().fit(texts)
    for _, block in vectors.transformer_list:
        block.idf_ = np.round(block.idf_, _DIGITS)
    return vectors


def classifier() -> LinearSVC:
    """The SVM of one label."""
    return LinearSVC(C=STRENGTH, random_state=RANDOM_STATE)


def truth_of(labels: Sequence[tuple[str, ...]], names: Sequence[str]) -> NDArray[np.int64]:
    place = {name: index for index, name in enumerate(names)}
    found = np.zeros((len(labels), len(names)), dtype=np.int64)
    for row, listed in enumerate(labels):
        for label in listed:
            found[row, place[label]] = 1
    return found


def separate(matrix: Any, truth: NDArray[np.int64]) -> tuple[Matrix, Matrix]:
    """Slopes and bias per label; a label that nothing or everything has is never or always said."""
    slopes = np.zeros((truth.shape[1], matrix.shape[1]))
    bias = np.full(truth.shape[1], -1.0)
    for label in range(truth.shape[1]):
        if 0 < truth[:, label].sum() < len(truth):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                svm = classifier().fit(matrix, truth[:, label])
            slopes[label], bias[label] = svm.coef_[0], svm.intercept_[0]
    slopes[np.abs(slopes) < LEAST_WEIGHT] = 0.0
    return np.round(slopes, _DIGITS).astype(np.float64), np.round(bias, _DIGITS).astype(np.float64)


def _steepness(texts: Sequence[str], truth: NDArray[np.int64], labels: int) -> float:
    """The factor that makes probabilities out of scores, by a fit to two thirds and the rest."""
    if len(texts) < _FOLDS * 2 or labels < 2:
        return 1.0
    seen, left = next(KFold(_FOLDS, shuffle=True, random_state=RANDOM_STATE).split(texts))
    vectors = fit_vectors([texts[i] for i in seen])
    slopes, bias = separate(vectors.transform([texts[i] for i in seen]), truth[seen])
    unseen = vectors.transform([texts[i] for i in left]) @ slopes.T + bias
    found = minimize_scalar(
        lambda steep: _surprise(unseen, truth[left], steep), bounds=(0.1, _STEEPEST), method="bounded"
    )
    return round(float(found.x), _DIGITS)


def _surprise(scores: Matrix, truth: NDArray[np.int64], steep: float) -> float:
    shares = np.array([softmax(row, steep) for row in scores.tolist()])
    return float(-np.log(np.clip((shares * truth).sum(axis=1), 1e-9, None)).mean())


def _plain(vectors: FeatureUnion, names: tuple[str, ...], slopes: Matrix, bias: Matrix, steepness: float) -> TextModel:
    blocks: list[Mapping[str, Feature]] = []
    start = 0
    for _, block in vectors.transformer_list:
        features = block.get_feature_names_out()
        columns = slopes[:, start : start + len(features)]
        blocks.append(
            {str(name): Feature(float(block.idf_[i]), _weights(columns[:, i])) for i, name in enumerate(features)}
        )
        start += len(features)
    return TextModel(names, tuple(blocks), tuple(bias.tolist()), steepness)


def _weights(column: Matrix) -> tuple[tuple[int, float], ...]:
    return tuple((int(label), float(column[label])) for label in np.nonzero(column)[0])
