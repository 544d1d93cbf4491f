"""The adaptive quiz: which question comes next, when it stops, and that it resumes."""

from __future__ import annotations

import json
from math import log

import pytest

from service.domain import adaptive
from service.domain.adaptive import AdaptiveFormatError, Model, Question
from service.domain.conditions import Leaf
from service.domain.quiz import Branch, Item, Quiz
from service.domain.text import Text
from service.ml.adaptive import Person, ask, best_fixed_order, fit, judge
from service.ml.golden import curve

PERSONAS = ("calm", "keen")
TELLING = Question("choice", {"yes": (0.9, 0.1), "no": (0.1, 0.9)})
VAGUE = Question("choice", {"yes": (0.6, 0.4), "no": (0.4, 0.6)})
MODEL = Model("q", PERSONAS, (0.5, 0.5), {"vague": VAGUE, "telling": TELLING}, stop=0.85, least=1)


def item(item_id: str, **more: object) -> Item:
    return Item(item_id, "yes_no", Text({"en": item_id}), **more)  # type: ignore[arg-type]


def quiz(*items: Item) -> Quiz:
    return Quiz("q", "quiz", Text({"en": "Q"}), items)


PLAIN = quiz(item("vague"), item("telling"), item("word"))


def next_id(model: Model, one: Quiz, answers: dict[str, object]) -> str | None:
    found = adaptive.next_adaptive(model, one, answers, adaptive.candidates(one, answers))
    return found.id if found else None


def test_the_question_that_tells_most_comes_first_and_what_is_unknown_to_the_model_last() -> None:
    assert next_id(MODEL, PLAIN, {}) == "telling"
    assert next_id(MODEL, PLAIN, {"telling": "yes"}) == "word"
    assert next_id(MODEL, PLAIN, {"telling": "yes", "word": "no"}) is None


def test_it_asks_on_while_nothing_is_clear() -> None:
    unsure = Model("q", PERSONAS, (0.5, 0.5), {"vague": VAGUE, "telling": TELLING}, stop=0.95, least=1)
    assert next_id(unsure, PLAIN, {"telling": "yes"}) == "vague"
    patient = Model("q", PERSONAS, (0.5, 0.5), {"vague": VAGUE, "telling": TELLING}, stop=0.85, least=2)
    assert next_id(patient, PLAIN, {"telling": "yes"}) == "vague"


def test_probabilities_follow_the_answers_whatever_their_order() -> None:
    one = adaptive.state(MODEL, {"telling": "yes", "vague": "no"})
    other = adaptive.state(MODEL, {"vague": "no", "telling": "yes"})
    assert one.probabilities == pytest.approx(other.probabilities)
    assert one.probabilities[0] == pytest.approx(0.36 / (0.36 + 0.06))
    assert one.known == 2


def test_a_blank_and_an_answer_never_seen_say_nothing() -> None:
    found = adaptive.state(MODEL, {"telling": None, "vague": "perhaps", "word": "yes"})
    assert found.probabilities == (0.5, 0.5)
    assert found.known == 0


def test_expected_doubt_is_the_mean_entropy_after_the_answer() -> None:
    entropy = -(0.9 * log(0.9) + 0.1 * log(0.1))
    assert adaptive.expected_doubt(TELLING, (0.5, 0.5)) == pytest.approx(entropy)


def test_several_choices_and_scales_have_likelihoods_of_their_own() -> None:
    several = Question("several", {"a": (0.8, 0.2), "b": (0.5, 0.5)})
    assert several.likelihood(("a",)) == pytest.approx((0.4, 0.1))
    assert several.likelihood(()) == pytest.approx((0.1, 0.4))
    assert several.likelihood(("new",)) is None
    scale = Question("scale", {"0": (0.7, 0.3), "1": (0.3, 0.7)}, (3,))
    assert scale.likelihood(3) == (0.7, 0.3)
    assert scale.likelihood(4) == (0.3, 0.7)
    assert scale.likelihood("4") is None


def test_branching_closes_the_view_and_conditions_open_it() -> None:
    gated = quiz(
        item("first", goto=(Branch("last", Leaf("answer.first", "eq", "no")),)),
        item("hidden", when=Leaf("answer.first", "eq", "yes")),
        item("last"),
    )
    assert [one.id for one in adaptive.candidates(gated, {})] == ["first"]
    assert [one.id for one in adaptive.candidates(gated, {"first": "yes"})] == ["hidden", "last"]
    assert [one.id for one in adaptive.candidates(gated, {"first": "no"})] == ["last"]


def test_the_document_reads_back_and_another_format_is_refused() -> None:
    document = json.loads(json.dumps(adaptive.dump(MODEL)))
    assert adaptive.load(document) == MODEL
    with pytest.raises(AdaptiveFormatError, match="firasa personas adapt"):
        adaptive.load({**document, "format": 9})


def people(count: int = 60) -> list[Person]:
    """Persona by the first answer in nine of ten, the second answer says less, the third nothing."""
    return [
        Person(
            {
                "weak": "yes" if (i % 2 == 0) == (i % 5 < 3) else "no",
                "noise": "yes" if i % 3 else "no",
                "strong": "yes" if (i % 2 == 0) == (i % 10 < 9) else "no",
            },
            PERSONAS[i % 2],
        )
        for i in range(count)
    ]


ITEMS: dict[str, adaptive.Kind] = {"weak": "choice", "noise": "choice", "strong": "choice"}


def test_fitting_finds_the_strong_question_first_in_every_way() -> None:
    model = fit(people(), "q", ITEMS)
    assert best_fixed_order(model, people(), 3)[0] == "strong"
    assert min(model.questions, key=lambda one: adaptive.expected_doubt(model.questions[one], model.shares)) == "strong"
    points = curve(people(), ITEMS).points
    assert points[0].questions == ("strong",)
    assert [len(point.questions) for point in points] == [1, 2, 3]
    rows = ask(model, people()[0].answers, 3)
    assert len(rows) == 3
    assert all(sum(row) == pytest.approx(1) for row in rows)


def test_judging_says_how_many_questions_are_saved() -> None:
    saved = judge(people(), ITEMS, stop=0.7, least=1)
    assert 1 <= saved.asked < 3
    assert saved.agreement > 0.8
    assert set(saved.right) == {"adaptive", "fixed", "random"}
