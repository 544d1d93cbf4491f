"""What holds of every additive model and every customer."""

from __future__ import annotations

import json
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import models
from service.domain.models import Feature, Model
from service.domain.personas import classify, explain

weights = st.floats(-4, 4, allow_nan=False)
OPTIONS = ("a", "b", "c")
WORDS = (*OPTIONS, "", "ab", "جديد")


@st.composite
def additive_models(draw: st.DrawFn) -> Model:
    size = draw(st.integers(2, 5))
    row = st.tuples(*[weights] * size)
    numbers = [Feature(f"trait.t{i}", None, draw(st.floats(-1, 1)), draw(row)) for i in range(draw(st.integers(0, 4)))]
    choices = [
        Feature(f"answer.q.i{i}", option, draw(st.floats(0, 1)), draw(row))
        for i in range(draw(st.integers(0, 3)))
        for option in OPTIONS
    ]
    return Model(
        source="trained",
        personas=tuple(f"p{i}" for i in range(size)),
        intercepts=draw(row),
        features=(*numbers, *choices),
        threshold=draw(st.floats(0, 1)),
        minimum_evidence=draw(st.integers(0, 3)),
        digest="",
        fitted_at=0,
    )


anything = st.one_of(
    st.none(), st.floats(), st.integers(-100, 100), st.just(10**400), st.sampled_from(WORDS), st.booleans()
)
customers = st.dictionaries(
    st.sampled_from([f"trait.t{i}" for i in range(4)] + [f"answer.q.i{i}" for i in range(3)]),
    st.one_of(anything, st.lists(st.sampled_from(WORDS), max_size=4)),
)
sensible = st.fixed_dictionaries(
    {},
    optional={
        **{f"trait.t{i}": st.floats(-1, 1) for i in range(4)},
        **{f"answer.q.i{i}": st.lists(st.sampled_from(OPTIONS), max_size=3) for i in range(3)},
    },
)


@given(additive_models(), customers)
def test_probabilities_add_up_to_one_whatever_the_facts_are(model: Model, facts: dict[str, object]) -> None:
    shares = classify(model, facts).probabilities
    assert sum(shares.values()) == pytest.approx(1, abs=1e-12)
    assert all(0 <= share <= 1 for share in shares.values())


@given(additive_models(), sensible)
def test_reasons_add_up_to_the_log_odds(model: Model, facts: dict[str, object]) -> None:
    assignment = classify(model, facts)
    leading, *others = assignment.probabilities.values()
    log_odds = log(leading) - sum(log(share) for share in others) / len(others)
    assert assignment.base + sum(one.weight for one in assignment.reasons) == pytest.approx(log_odds, abs=1e-8)


@given(additive_models(), sensible)
def test_reasons_against_one_rival_add_up_to_the_log_odds_of_the_two(model: Model, facts: dict[str, object]) -> None:
    shares = classify(model, facts).probabilities
    why = explain(model, facts, "p0", against="p1")
    assert why.base + sum(one.weight for one in why.reasons) == pytest.approx(why.log_odds, abs=1e-9)
    assert why.log_odds == pytest.approx(log(shares["p0"] / shares["p1"]), abs=1e-8)


@given(additive_models(), customers)
def test_a_persona_is_given_only_above_the_threshold_and_with_enough_evidence(
    model: Model, facts: dict[str, object]
) -> None:
    assignment = classify(model, facts)
    assert assignment.probability == max(assignment.probabilities.values())
    if assignment.persona is not None:
        assert assignment.probability >= model.threshold
        assert len(assignment.reasons) >= model.minimum_evidence
    assert (assignment.persona is None) == (assignment.abstained is not None)


@given(additive_models(), sensible)
def test_coding_a_customer_and_contributing_see_the_same_values(model: Model, facts: dict[str, object]) -> None:
    cells = models.code([(one.fact, one.option) for one in model.features], facts)
    filled = [one.centre if cell is None else cell for cell, one in zip(cells, model.features, strict=True)]
    by_hand = [
        intercept + sum(value * one.weights[i] for value, one in zip(filled, model.features, strict=True))
        for i, intercept in enumerate(model.intercepts)
    ]
    assert model.scores(model.contributions(facts)) == pytest.approx(by_hand, abs=1e-9)


@given(additive_models(), sensible)
def test_a_model_survives_being_stored(model: Model, facts: dict[str, object]) -> None:
    stored = models.load(json.loads(json.dumps(models.dump(model))))
    assert classify(stored, facts) == classify(model, facts)
