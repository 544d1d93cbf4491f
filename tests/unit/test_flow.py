"""The path is walked anew from the answers; a correction takes off it what no longer belongs there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.answers import AnswerValue
from service.domain.errors import ItemNotExpected
from service.domain.flow import accepts, off_path, path_answers, walk
from tests.unit.sample_quiz import QUIZ


def ids(items: object) -> list[str]:
    return [item.id for item in items]  # type: ignore[attr-defined]


def test_it_begins_with_the_first_item() -> None:
    path = walk(QUIZ, {})
    assert path.next is not None
    assert path.next.id == "skin"
    assert not path.complete


def test_branching_skips_what_lies_between() -> None:
    path = walk(QUIZ, {"skin": "oily"})
    assert path.next is not None
    assert path.next.id == "budget"


def test_statements_are_said_once_on_the_way_to_the_next_question() -> None:
    path = walk(QUIZ, {"skin": "dry", "tight": "yes"})
    assert ids(path.statements) == ["hint"]
    assert path.next is not None
    assert path.next.id == "goals"
    assert ids(walk(QUIZ, {"skin": "dry", "tight": "yes", "goals": ("sun",)}).statements) == []


def test_an_item_whose_condition_fails_is_passed_over() -> None:
    assert "goals" not in path_answers(QUIZ, {"skin": "oily", "goals": ("sun",), "budget": 3, "wish": None})


def test_a_walked_path_is_complete() -> None:
    path = walk(QUIZ, {"skin": "oily", "budget": 3, "wish": None})
    assert path.complete
    assert path.remaining == 0


def test_the_next_item_and_walked_items_are_accepted_and_no_other() -> None:
    answers = {"skin": "dry", "tight": "yes"}
    assert accepts(QUIZ, answers, "goals").id == "goals"
    assert accepts(QUIZ, answers, "skin").id == "skin"
    with pytest.raises(ItemNotExpected, match="'budget' is not the next one; expected 'goals'"):
        accepts(QUIZ, answers, "budget")
    with pytest.raises(ItemNotExpected):
        accepts(QUIZ, answers, "hint")


def test_a_correction_takes_off_the_path_what_no_longer_belongs_there() -> None:
    answers: dict[str, AnswerValue] = {"skin": "oily", "tight": "yes", "goals": ("sun",), "budget": 2}
    assert off_path(QUIZ, answers) == {"tight", "goals"}


def test_answers_ahead_of_a_reopened_question_are_kept() -> None:
    answers: dict[str, AnswerValue] = {"skin": "dry", "budget": 4, "wish": "a gift"}
    assert off_path(QUIZ, answers) == frozenset()
    path = walk(QUIZ, answers)
    assert path.next is not None
    assert path.next.id == "tight"
    assert path.ahead == {"budget", "wish"}


answer_sets = st.fixed_dictionaries(
    {},
    optional={
        "skin": st.sampled_from(["dry", "oily"]),
        "tight": st.sampled_from(["yes", "no"]),
        "goals": st.sampled_from([("sun",), ("glow", "calm"), ("none",)]),
        "budget": st.integers(1, 5),
        "wish": st.sampled_from([None, "hello"]),
    },
)


@given(answer_sets)
def test_taking_off_what_is_off_the_path_changes_nothing_else(answers: dict[str, AnswerValue]) -> None:
    off = off_path(QUIZ, answers)
    kept = {one: value for one, value in answers.items() if one not in off}
    assert off_path(QUIZ, kept) == frozenset()
    assert walk(QUIZ, kept) == walk(QUIZ, answers)


@given(answer_sets)
def test_answering_what_is_asked_always_reaches_the_end(answers: dict[str, AnswerValue]) -> None:
    replies: dict[str, AnswerValue] = {"skin": "dry", "tight": "no", "goals": ("sun",), "budget": 1, "wish": None}
    for _ in range(len(QUIZ.items) + 1):
        path = walk(QUIZ, answers)
        if path.next is None:
            break
        answers = {**answers, path.next.id: replies[path.next.id]}
    assert walk(QUIZ, answers).complete
