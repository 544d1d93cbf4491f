"""The served model gives the probabilities of the scikit-learn pipeline it was exported from."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from service.domain import models
from service.domain.models import Model
from service.domain.personas import classify, prototype_model
from service.ml import dataset, evaluation, training
from service.ml.dataset import Dataset, Labelled, TooFewLabels, build

PERSONAS = ("planner", "explorer", "caregiver")
PROTOTYPES = prototype_model(
    {
        "psychographic": [
            {"id": "planner", "prototype": {"price": 0.8, "novelty": -0.3}},
            {"id": "explorer", "prototype": {"price": -0.1, "novelty": 0.8}},
            {"id": "caregiver", "prototype": {"care": 0.9}},
        ]
    },
    ("price", "novelty", "care"),
)


def people(count: int, personas: Sequence[str] = PERSONAS, seed: int = 1) -> list[Labelled]:
    """Customers whose answers and traits depend on their persona, with gaps and with answers that mean nothing."""
    random = np.random.default_rng(seed)
    found = []
    for number in range(count):
        kind = number % len(personas)
        leaning = int(random.integers(4)) if random.random() < 0.35 else kind
        facts: dict[str, object] = {
            "trait.price": float(np.clip(random.normal((0.8, -0.1, 0.1)[kind], 0.5), -1, 1)),
            "trait.novelty": float(np.clip(random.normal((-0.3, 0.8, 0.0)[kind], 0.5), -1, 1)),
            "trait.care": float(np.clip(random.normal((0.0, 0.0, 0.9)[kind], 0.5), -1, 1)),
            "answer.style.buys": ("sale", "launch", "gift", "whim")[leaning],
            "answer.style.rating": int(random.integers(1, 6)) + kind,
            "answer.style.shelf": tuple(
                option
                for option in ("mint", "rose", "oud")
                if random.random() < (0.7 if len(option) - 3 == kind else 0.4)
            ),
            "answer.style.words": f"free text {number}",
        }
        for name in list(facts):
            if random.random() < 0.15:
                del facts[name]
        found.append(Labelled(facts, personas[kind]))
    return found


def trained(labelled: Sequence[Labelled], personas: Sequence[str] = PERSONAS) -> tuple[Any, Dataset, Model]:
    data = build(labelled, personas)
    fitted = training.fit(data.matrix, data.labels, data.numbers)
    stored = json.loads(json.dumps(models.dump(training.export(fitted, data, fitted_at=0))))
    return fitted, data, models.load(stored)


def assert_equal(fitted: Any, data: Dataset, model: Model, customers: Sequence[dataset.Facts]) -> None:
    matrix = np.array(
        [[np.nan if cell is None else cell for cell in models.code(data.columns, facts)] for facts in customers],
        dtype=np.float64,
    )
    expected = fitted.predict_proba(matrix)
    for facts, row in zip(customers, expected, strict=True):
        shares = classify(model, facts).probabilities
        assert [shares[persona] for persona in data.personas] == pytest.approx(row.tolist(), abs=1e-9)


def test_served_probabilities_equal_those_of_scikit_learn() -> None:
    fitted, data, model = trained(people(300))
    assert_equal(fitted, data, model, data.facts)


def test_they_are_equal_for_customers_never_seen_with_gaps_and_options_added_later() -> None:
    fitted, data, model = trained(people(240))
    strangers: list[dataset.Facts] = [one.facts for one in people(200, seed=9)]
    strangers += [
        {},
        {"answer.style.buys": "an option added later", "trait.price": 5.0},
        {"answer.style.shelf": (), "answer.style.rating": "none"},
        {"answer.style.shelf": ("rose", "an option added later")},
    ]
    assert_equal(fitted, data, model, strangers)


def test_two_personas_are_served_as_scikit_learn_tells_them_apart() -> None:
    fitted, data, model = trained(people(120, PERSONAS[:2]), PERSONAS[:2])
    assert_equal(fitted, data, model, data.facts)


@pytest.mark.parametrize("seed", range(5))
def test_they_are_equal_on_random_numbers(seed: int) -> None:
    random = np.random.default_rng(seed)
    labelled = [
        Labelled(
            {f"trait.t{i}": float(random.normal(0, 10**i)) for i in range(4) if random.random() < 0.8}
            | {f"answer.q.i{i}": str(random.integers(3)) for i in range(5) if random.random() < 0.8},
            PERSONAS[int(random.integers(3))],
        )
        for _ in range(200)
    ]
    fitted, data, model = trained(labelled)
    assert_equal(fitted, data, model, data.facts)


@pytest.mark.data
def test_they_are_equal_on_a_real_survey_with_its_published_segments(test_data: Path) -> None:
    motives = _rows(test_data / "surveys" / "flexclust_vacmot.csv")
    segments = [next(iter(row.values())) for row in _rows(test_data / "surveys" / "flexclust_vacmot6.csv")]
    labelled = [
        Labelled({f"answer.vacation.{item}": value for item, value in row.items()}, f"segment{segment}")
        for row, segment in zip(motives, segments, strict=True)
    ]
    personas = sorted({one.persona for one in labelled})
    fitted, data, model = trained(labelled, personas)
    assert len(personas) == 6
    assert_equal(fitted, data, model, data.facts)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


# what is trained on ------------------------------------------------------------------------------------------------


def test_texts_people_typed_and_rare_options_are_no_columns() -> None:
    labelled = [*people(90), Labelled({"answer.style.buys": "seen once", "trait.price": 0.1}, "planner")]
    columns = build(labelled, PERSONAS).columns
    assert {option for fact, option in columns if fact == "answer.style.buys"} == {"sale", "launch", "gift", "whim"}
    assert not any(fact == "answer.style.words" for fact, _ in columns)


def test_only_the_answers_that_may_be_used_become_columns() -> None:
    data = build(people(90), PERSONAS, answers={"answer.style.buys"})
    assert set(data.facts_used) == {"trait.price", "trait.novelty", "trait.care", "answer.style.buys"}


def test_too_few_labels_are_refused_with_how_many_each_persona_lacks() -> None:
    few = [one for one in people(90) if one.persona != "explorer"] + people(30)[1::3]
    with pytest.raises(TooFewLabels, match=r"at least 20 labelled customers .* explorer has 10"):
        build(few, PERSONAS)


def test_labelled_customers_who_answered_nothing_do_not_count() -> None:
    silent = [Labelled({"orders.count": 3}, "planner")] * 40
    with pytest.raises(TooFewLabels, match=r"planner has 0.*\(40 labelled customers have no answers"):
        build([*silent, *(one for one in people(90) if one.persona != "planner")], PERSONAS)


def test_the_digest_follows_the_data_and_not_its_order() -> None:
    labelled = people(90)
    assert build(labelled, PERSONAS).digest == build(labelled[::-1], PERSONAS).digest
    assert build(labelled, PERSONAS).digest != build(people(90, seed=2), PERSONAS).digest


def test_training_twice_gives_the_same_model() -> None:
    assert trained(people(120))[2] == trained(people(120))[2]


# how well it does --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def judged() -> evaluation.Evaluation:
    return evaluation.cross_validate(build(people(300), PERSONAS), PROTOTYPES)


def test_the_trained_classifier_stands_beside_both_baselines(judged: evaluation.Evaluation) -> None:
    accuracy = {name: score.accuracy for name, score in judged.classifiers.items()}
    assert accuracy["trained"] > accuracy["prototypes"] > accuracy["majority"]
    assert judged.beats("majority")
    assert judged.gains["prototypes"].mean == pytest.approx(accuracy["trained"] - accuracy["prototypes"])


def test_every_customer_is_judged_once(judged: evaluation.Evaluation) -> None:
    assert judged.customers == 300
    for score in judged.classifiers.values():
        assert sum(sum(row.values()) for row in score.confusion.values()) == 300
        assert sum(one.customers for one in score.calibration) == 300
        assert score.low < score.accuracy < score.high


def test_asking_for_more_certainty_covers_fewer_customers(judged: evaluation.Evaluation) -> None:
    for score in judged.classifiers.values():
        coverage = [point.coverage for point in score.abstention]
        assert coverage[0] == 1
        assert coverage == sorted(coverage, reverse=True)


def test_an_evaluation_is_kept_as_json(judged: evaluation.Evaluation) -> None:
    kept = json.loads(json.dumps(judged.to_json()))
    assert kept["classifiers"]["trained"]["personas"][0]["persona"] == "planner"


def test_perfect_and_even_probabilities_are_judged_as_such() -> None:
    labels = np.array([0, 1, 0, 1])
    perfect = evaluation.score(np.eye(2)[labels], labels, ("a", "b"))
    assert (perfect.accuracy, perfect.log_loss, perfect.calibration_error) == pytest.approx((1, 0, 0), abs=1e-9)
    even = evaluation.score(np.full((4, 2), 0.5), labels, ("a", "b"))
    assert even.accuracy == 0.5
    assert even.log_loss == pytest.approx(np.log(2))
    assert even.calibration_error == pytest.approx(0)
    assert even.personas[1].precision is None


def test_a_classifier_that_is_always_too_sure_has_that_much_calibration_error() -> None:
    shares = np.tile([0.9, 0.1], (10, 1))
    labels = np.array([0] * 6 + [1] * 4)
    judged = evaluation.score(shares, labels, ("a", "b"))
    assert judged.calibration_error == pytest.approx(0.3)
    (only,) = judged.calibration
    assert (only.low, only.customers, only.share_right) == (0.9, 10, 0.6)


@pytest.mark.parametrize(("right", "low", "high"), [(0, 0.0, 0.161), (10, 0.299, 0.701), (20, 0.839, 1.0)])
def test_intervals_of_shares_stay_between_zero_and_one(right: int, low: float, high: float) -> None:
    assert evaluation.wilson(right, 20) == pytest.approx((low, high), abs=5e-4)


def test_operations_on_models_load_scikit_learn_only_when_they_train() -> None:
    script = "import service.operations.models, service.cli.personas, sys; print({'sklearn', 'numpy'} & {*sys.modules})"
    root = Path(__file__).parents[2]
    found = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
