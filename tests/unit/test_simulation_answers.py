"""Simulated people answer any definition as real ones could, and their answers tell who they are."""

from collections import Counter, defaultdict
from dataclasses import replace

import pytest

from service.catalog.files import quiz_files
from service.catalog.loader import load_quiz, load_quiz_file
from service.demo.answers import answer, mind
from service.demo.dice import Dice
from service.demo.effects import DAY_FOR_DOCS, Effects
from service.demo.planted import TRAITS, Planted
from service.demo.responses import Response
from service.demo.simulation import SimulatedShop, digest, simulate
from service.demo.timeline import DAY, DAYS
from service.demo.truth import labels, truth, write_labels, write_truth
from service.domain import scoring
from service.domain.answers import parse
from service.domain.flow import accepts, walk
from service.domain.quiz import Quiz


def text(words: str) -> dict[str, str]:
    return {"en": words, "ar": words}


# Of its own, so that the digest below does not change with the starter quizzes.
EVERY_TYPE = load_quiz(
    {
        "id": "every-type",
        "kind": "quiz",
        "title": text("Every type of question"),
        "items": [
            {
                "id": "goal",
                "type": "single",
                "text": text("What matters?"),
                "options": [
                    {"id": "price", "label": text("Price"), "scores": {"price_sensitivity": 2}},
                    {"id": "new", "label": text("New"), "scores": {"novelty_seeking": 2}},
                    {"id": "care", "label": text("Care"), "scores": {"care_for_others": 2}},
                ],
                "goto": [{"when": {"fact": "answer.goal", "op": "eq", "value": "price"}, "to": "labels"}],
            },
            {"id": "hello", "type": "statement", "text": text("Only for some")},
            {
                "id": "likes",
                "type": "multiple",
                "min": 1,
                "max": 2,
                "text": text("What do you like?"),
                "options": [
                    {"id": "oud", "label": text("Oud"), "scores": {"status_seeking": 2}},
                    {"id": "linen", "label": text("Linen"), "scores": {"simplicity": 2}},
                    {"id": "clay", "label": text("Clay"), "scores": {"novelty_seeking": 2}},
                    {"id": "nothing", "label": text("Nothing"), "exclusive": True},
                ],
            },
            {"id": "labels", "type": "rating", "text": text("Read labels?"), "scores": {"ingredient_care": 2}},
            {"id": "again", "type": "yes_no", "text": text("Again?")},
            {"id": "age", "type": "number", "min": 18, "max": 90, "required": False, "text": text("Your age?")},
            {"id": "nps", "type": "nps", "text": text("Would you recommend us?")},
            {"id": "more", "type": "long_text", "required": False, "text": text("Anything else?")},
        ],
    },
    version=1,
)


@pytest.fixture(scope="module")
def starters() -> tuple[Quiz, ...]:
    return tuple(load_quiz_file(path) for path in quiz_files())


@pytest.fixture(scope="module")
def every_type() -> SimulatedShop:
    return simulate(until=DAY_FOR_DOCS, customers=400, quizzes=(EVERY_TYPE,))


def test_the_same_seed_gives_the_same_answers_everywhere(every_type: SimulatedShop) -> None:
    assert digest(every_type.responses)[:16] == "90af103083649477"


def test_answers_move_nothing_else(every_type: SimulatedShop, sample_shop: SimulatedShop) -> None:
    assert digest(every_type.customers) == digest(sample_shop.customers[: len(every_type.customers)])
    assert every_type.orders == simulate(until=DAY_FOR_DOCS, customers=len(every_type.customers)).orders


def test_answers_shift_with_the_shop(every_type: SimulatedShop) -> None:
    midnight = every_type.timeline.midnight(DAYS)
    for until in (midnight, midnight + DAY - 1):
        again = simulate(until=until, customers=400, quizzes=(EVERY_TYPE,))
        assert again.responses == every_type.responses
    assert all(response.ended_at < midnight for response in every_type.responses)


def test_every_answer_is_the_one_asked_for_and_fits(
    sample_shop: SimulatedShop, every_type: SimulatedShop, starters: tuple[Quiz, ...]
) -> None:
    quizzes = {quiz.id: quiz for quiz in (*starters, EVERY_TYPE)}
    for response in (*sample_shop.responses, *every_type.responses):
        quiz = quizzes[response.quiz]
        given: dict[str, object] = {}
        for one in response.answers:
            item = accepts(quiz, given, one.item)  # type: ignore[arg-type]
            raw = list(one.value) if isinstance(one.value, tuple) else one.value
            assert parse(item, raw) == one.value
            given[one.item] = one.value
        assert walk(quiz, given).complete == response.complete  # type: ignore[arg-type]


def test_branches_are_walked(every_type: SimulatedShop) -> None:
    for response in every_type.responses:
        given = {one.item: one.value for one in response.answers}
        assert not (given.get("goal") == "price" and "likes" in given)
    assert {one.value for one in every_type.responses[0].answers if one.item == "again"} <= {"yes", "no"}


def test_nearly_half_of_the_customers_answered_something(sample_shop: SimulatedShop) -> None:
    assert 0.4 < Effects(sample_shop).answered() < 0.5


def test_some_leave_and_some_never_say_who_they_are(sample_shop: SimulatedShop) -> None:
    complete = Counter(response.complete for response in sample_shop.responses)
    assert 0.1 < complete[False] / complete.total() < 0.3
    anonymous = [response for response in sample_shop.responses if response.customer is None]
    assert 300 < len(anonymous) < 600
    assert all(response.identified_by is None and not response.agreed for response in anonymous)
    assert any(response.complete for response in anonymous)


def test_responses_lie_within_the_shops_time(sample_shop: SimulatedShop) -> None:
    orders = {order.number: order for order in sample_shop.orders}
    for response in sample_shop.responses:
        instants = [response.started_at, *(given.at for given in response.answers)]
        assert instants == sorted(instants)
        assert instants[-1] < DAY_FOR_DOCS
        if response.order:
            order = orders[response.order]
            assert order.customer == response.customer
            assert 0 < response.started_at - order.placed_at < 3_600_000_000


def test_one_visit_is_one_response(sample_shop: SimulatedShop) -> None:
    assert len({(one.quiz, one.visit) for one in sample_shop.responses}) == len(sample_shop.responses)


def test_consent_is_given_with_the_address_it_is_for(sample_shop: SimulatedShop) -> None:
    agreed = [response for response in sample_shop.responses if response.agreed]
    assert len(agreed) > 500
    for response in agreed:
        assert response.complete
        assert response.agreed == (("sms",) if response.identified_by == "phone" else ("email",))


def test_answers_tell_the_planted_persona(sample_shop: SimulatedShop, starters: tuple[Quiz, ...]) -> None:
    persona = {row.customer: row.psychographic for row in truth(sample_shop)}
    right: dict[str, list[bool]] = defaultdict(list)
    for quiz in (one for one in starters if one.outcomes):
        for response in _known(sample_shop, quiz.id):
            decision = scoring.decide(quiz, {given.item: given.value for given in response.answers})
            assert decision is not None
            right[quiz.id].append(decision.outcome.persona == persona[response.customer or ""])
    share = {quiz_id: sum(verdicts) / len(verdicts) for quiz_id, verdicts in right.items()}
    # Far above the 20 % of always naming the largest group, and short of certainty: people are noisy.
    assert 0.7 < share["shopping-style"] < 0.95
    assert 0.55 < share["skin-match"] < 0.9


def test_the_content_recommend_the_shop(sample_shop: SimulatedShop) -> None:
    behavioural = {row.customer: row.behavioural for row in truth(sample_shop)}
    scores: dict[str, list[int]] = defaultdict(list)
    for response in sample_shop.responses:
        for given in response.answers:
            if given.item == "nps" and isinstance(given.value, int):
                scores[behavioural[response.customer or ""]].append(given.value)
    mean = {name: sum(values) / len(values) for name, values in scores.items()}
    assert mean["loyal"] > mean["occasional"] + 0.5 > mean["lapsed"] + 1.5


def test_the_survey_knows_of_podcast_listeners_that_tracking_misses(sample_shop: SimulatedShop) -> None:
    source = {customer.shop_id: customer.touch.source for customer in sample_shop.customers}
    heard = Counter(
        source[response.customer or ""] == "podcast"
        for response in _known(sample_shop, "after-purchase")
        for given in response.answers
        if given == replace(given, item="heard", value="podcast")
    )
    assert heard[True] > 20
    assert heard[False] > 5


def test_labels_name_known_customers_who_went_through_a_quiz(sample_shop: SimulatedShop) -> None:
    planted = {row.customer: row.psychographic for row in truth(sample_shop)}
    given = labels(sample_shop)
    assert 400 < len(given) == len({label.customer for label in given})
    assert all(planted[label.customer] == label.persona for label in given)
    took = {response.customer for response in _known(sample_shop, "shopping-style")}
    assert took <= {label.customer for label in given}


def test_truth_and_labels_are_written_as_csv(
    sample_shop: SimulatedShop, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("truth")
    write_truth(sample_shop, folder / "truth.csv")
    write_labels(sample_shop, folder / "labels.csv")
    rows = (folder / "truth.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0] == "customer,psychographic,behavioural"
    assert len(rows) == 1 + len(sample_shop.customers)
    assert (folder / "labels.csv").read_text(encoding="utf-8").startswith("customer,persona\nC")


def test_none_of_these_stands_alone() -> None:
    likes = EVERY_TYPE.item("likes")
    assert likes is not None
    thoughts = mind(_indifferent(), "en")
    dice = Dice("test", "likes")
    answers = Counter(answer(dice, likes, thoughts) for _ in range(300))
    assert answers[("nothing",)] > 30
    assert all(value == ("nothing",) or "nothing" not in value for value in answers if isinstance(value, tuple))
    assert max(len(value) for value in answers if isinstance(value, tuple)) == 2


def test_what_is_true_of_a_person_is_what_they_say() -> None:
    goal = EVERY_TYPE.item("goal")
    assert goal is not None
    dice = Dice("test", "goal")
    said = Counter(answer(dice, goal, mind(_indifferent(), "en", frozenset({"care"}))) for _ in range(100))
    assert said["care"] > 90


def _known(shop: SimulatedShop, quiz_id: str) -> list[Response]:
    return [one for one in shop.responses if one.quiz == quiz_id and one.complete and one.customer]


def _indifferent() -> Planted:
    return Planted("minimalist", "occasional", dict.fromkeys(TRAITS, 0.0), "dry", 0.0)
