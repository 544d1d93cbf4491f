"""The fitted model of texts: plain Python says what scikit-learn says, the same every time."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.pipeline import FeatureUnion

from service.domain import text_model
from service.ml import matching
from tests.phrase_sets import quizzes

TEXTS, LABELS = matching.examples(quizzes()["after-purchase"])
MODEL = matching.fit(TEXTS, LABELS)


@pytest.fixture(scope="module")
def reference() -> tuple[FeatureUnion, np.ndarray, np.ndarray]:
    truth = matching.truth_of(LABELS, MODEL.labels)
    vectors = matching.fit_vectors(TEXTS)
    slopes, bias = matching.separate(vectors.transform(TEXTS), truth)
    return vectors, slopes, bias


@given(text=st.one_of(st.text(max_size=80), st.sampled_from(TEXTS)))
@settings(max_examples=50)
def test_plain_python_and_scikit_learn_give_the_same_scores(
    reference: tuple[FeatureUnion, np.ndarray, np.ndarray], text: str
) -> None:
    vectors, slopes, bias = reference
    expected = (vectors.transform([text]) @ slopes.T + bias)[0]
    assert MODEL.scores(text) == pytest.approx(expected.tolist(), abs=1e-9)


def test_the_document_is_readable_and_gives_the_model_back() -> None:
    document = json.loads(json.dumps(text_model.to_json(MODEL), ensure_ascii=False))
    assert text_model.from_json(document) == MODEL
    _, weights = document["words"]["insta"]
    assert max(weights, key=lambda label: weights[label]) == "heard/instagram"


def test_fitting_again_gives_the_same_model() -> None:
    assert matching.fit(TEXTS, LABELS) == MODEL


def test_probabilities_add_up_to_one() -> None:
    shares = MODEL.probabilities("saw you on insta")
    assert sum(shares.values()) == pytest.approx(1.0)
    assert max(shares, key=lambda label: shares[label]) == "heard/instagram"
