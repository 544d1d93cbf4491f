"""Scores, outcome, products and tags follow from the answers alone."""

from dataclasses import replace

import pytest

from service.domain.conditions import Leaf
from service.domain.scoring import decide, recommend, tags, traits
from tests.unit.sample_quiz import QUIZ


def test_traits_are_the_share_of_what_could_have_been_said() -> None:
    scores = traits(QUIZ, {"skin": "dry", "budget": 5})
    assert scores["care"].value == 1.0
    assert scores["price"].value == 1.0
    assert traits(QUIZ, {"skin": "oily"})["care"].value == -0.5
    assert traits(QUIZ, {"budget": 1})["price"].value == -1.0
    assert traits(QUIZ, {"budget": 3})["price"].value == 0.0
    assert traits(QUIZ, {"wish": None}) == {}


def test_the_outcome_with_most_points_wins_and_says_why() -> None:
    decision = decide(QUIZ, {"skin": "dry", "goals": ("calm", "glow"), "budget": 3})
    assert decision is not None
    assert (decision.outcome.id, decision.rule) == ("calm", "points")
    assert [(one.item_id, one.points) for one in decision.deciding] == [("skin", 2), ("goals", 1)]


def test_an_excluded_outcome_cannot_win_whatever_its_points() -> None:
    decision = decide(QUIZ, {"skin": "oily", "goals": ("calm",)})
    assert decision is not None
    assert decision.outcome.id == "fresh"


def test_on_a_tie_the_outcome_listed_first_wins() -> None:
    decision = decide(QUIZ, {"goals": ("calm", "glow")})
    assert decision is not None
    assert decision.outcome.id == "calm"


def test_without_points_the_fallback_is_shown() -> None:
    decision = decide(QUIZ, {"budget": 3})
    assert decision is not None
    assert (decision.outcome.id, decision.rule) == ("calm", "fallback")


def test_an_outcome_whose_condition_holds_comes_before_points() -> None:
    picky = replace(QUIZ.outcomes[1], when=Leaf("answer.budget", "gte", 5))
    quiz = replace(QUIZ, outcomes=(QUIZ.outcomes[0], picky))
    decision = decide(quiz, {"skin": "dry", "budget": 5})
    assert decision is not None
    assert (decision.outcome.id, decision.rule) == ("fresh", "condition")
    below = decide(quiz, {"skin": "dry", "budget": 4})
    assert below is not None
    assert below.outcome.id == "calm"


def test_a_quiz_without_outcomes_has_no_decision() -> None:
    assert decide(replace(QUIZ, outcomes=()), {"skin": "dry"}) is None


@pytest.mark.parametrize(("skin", "shown"), [("dry", ["cream", "oil"]), ("oily", ["oil"])])
def test_products_are_those_voted_for_then_those_of_the_outcome(skin: str, shown: list[str]) -> None:
    assert [one.id for one in recommend(QUIZ, {"skin": skin}, QUIZ.outcomes[0])] == shown


def test_tags_come_from_the_chosen_options_once_each() -> None:
    assert tags(QUIZ, {"skin": "dry", "budget": 2}) == ("skin-dry",)
