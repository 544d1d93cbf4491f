"""The starters: a shop could run them tomorrow, every result can be reached, and no limit somebody names is crossed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from functools import lru_cache

import pytest

from service.catalog.file_lint import Checked, lint_files
from service.catalog.lint import longest_path
from service.catalog.loader import load_vocabulary
from service.catalog.vocabulary import Vocabulary
from service.domain import facts, flow, personas, scoring
from service.domain.answers import AnswerValue, scale_bounds
from service.domain.quiz import SCALES, Item, Quiz
from service.domain.rfm_groups import GROUPS

PERSONAS = ("careful_planner", "explorer", "purist", "connoisseur", "caregiver", "minimalist")
Answers = dict[str, AnswerValue]


@lru_cache(maxsize=1)
def checked() -> Checked:
    return lint_files()


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def quiz(name: str) -> Quiz:
    return checked().quizzes[name]


def an_answer(item: Item, dice: random.Random) -> AnswerValue:
    if item.type in SCALES:
        return dice.randint(*scale_bounds(item))
    if item.type == "multiple":
        alone = [option.id for option in item.options if option.exclusive]
        others = [option.id for option in item.options if not option.exclusive]
        if alone and dice.random() < 0.3:
            return (dice.choice(alone),)
        picked = set(dice.sample(others, dice.randint(1, min(item.maximum or 3, len(others)))))
        return tuple(option for option in others if option in picked)
    return dice.choice([option.id for option in item.options]) if item.options else "words"


def paths(name: str, count: int, **fixed: AnswerValue) -> Iterator[Answers]:
    """Walks through a quiz with random answers, except those that are fixed."""
    dice = random.Random(7)
    for _ in range(count):
        answers: Answers = {}
        while (item := flow.walk(quiz(name), answers).next) is not None:
            answers[item.id] = fixed[item.id] if item.id in fixed else an_answer(item, dice)
        yield answers


def shown(answers: Answers) -> tuple[set[str], str]:
    """Products and outcome of a walk through skin-match."""
    decision = scoring.decide(quiz("skin-match"), answers)
    assert decision is not None
    return {one.id for one in scoring.recommend(quiz("skin-match"), answers, decision.outcome)}, decision.outcome.id


def test_the_starters_lint_without_a_mistake() -> None:
    assert [str(finding) for finding in checked().findings if finding.severity != "advice"] == []
    assert set(checked().quizzes) == {"skin-match", "after-purchase", "shopping-style"}


def test_the_quizzes_have_the_promised_size() -> None:
    def questions(name: str) -> int:
        return sum(item.type != "statement" for item in quiz(name).items)

    assert 7 <= questions("skin-match") <= 9
    assert 5 <= questions("after-purchase") <= 7
    assert 8 <= questions("shopping-style") <= 12
    assert longest_path(quiz("skin-match")) == 8
    assert len(quiz("skin-match").products) == 24


def test_each_persona_has_an_outcome_in_both_quizzes() -> None:
    assert tuple(one.id for one in vocabulary().personas.psychographic) == PERSONAS
    for name in ("skin-match", "shopping-style"):
        assert sorted(str(one.persona) for one in quiz(name).outcomes) == sorted(PERSONAS)


def test_the_behavioural_groups_are_those_of_the_scores() -> None:
    assert {one.id for one in vocabulary().personas.behavioural} == set(GROUPS)


@pytest.mark.parametrize("name", ["skin-match", "shopping-style"])
def test_every_outcome_wins_on_some_path(name: str) -> None:
    won = set()
    for answers in paths(name, 400):
        decision = scoring.decide(quiz(name), answers)
        assert decision is not None
        won.add(decision.outcome.id)
        if len(won) == len(quiz(name).outcomes):
            return
    assert won == {one.id for one in quiz(name).outcomes}


def test_every_product_has_a_way_to_be_recommended() -> None:
    seen: set[str] = set()
    for answers in paths("skin-match", 2500):
        seen |= shown(answers)[0]
    voted = {one for item in quiz("skin-match").items for option in item.options for one in option.votes}
    assert len(voted) >= 14
    assert seen == {one.id for one in quiz("skin-match").products}


def test_who_cannot_bear_fragrance_is_shown_none() -> None:
    scented = {"rose-cleanser", "rose-water", "clay-mask", "oud-candle", "amber-candle", "linen-mist"}
    scented |= {"oud-oil-reserve", "incense-box", "gift-set-classic", "gift-set-royal"}
    for answers in paths("skin-match", 300, sensitivities=("fragrance",), for_whom="gift", budget="open"):
        products, outcome = shown(answers)
        assert not products & scented
        assert outcome != "majlis_ritual"
        assert "home_scent" not in answers


@pytest.mark.parametrize(("option", "most"), [("up_to_100", 100), ("up_to_200", 200), ("up_to_500", 500)])
def test_no_product_costs_more_than_was_said(option: str, most: int) -> None:
    prices = {one.id: one.price.amount for one in quiz("skin-match").products if one.price is not None}
    for answers in paths("skin-match", 300, budget=option):
        assert all(prices[product] <= most * 100 for product in shown(answers)[0])


def test_there_is_always_something_to_show() -> None:
    counts = [len(shown(answers)[0]) for answers in paths("skin-match", 1000)]
    assert min(counts) >= 1
    assert sum(count == 3 for count in counts) > 950


def test_who_answers_like_a_persona_is_taken_for_it() -> None:
    """Each prototype, answering shopping-style the way it would, is the nearest prototype of its own answers."""
    model = vocabulary().model
    for outcome in quiz("shopping-style").outcomes:
        prototype = next(one for one in vocabulary().personas.psychographic if one.id == outcome.persona).prototype
        answers = {item.id: as_would(item, prototype) for item in quiz("shopping-style").items}
        decision = scoring.decide(quiz("shopping-style"), answers)
        assert decision is not None
        found = personas.classify(
            model, facts.from_answers([facts.Answered(quiz("shopping-style"), answers, decision.outcome.id)])
        )
        assert (found.persona, decision.outcome.id) == (outcome.persona, outcome.id)
        assert found.probability is not None
        assert found.probability > 0.8


def as_would(item: Item, prototype: Mapping[str, float]) -> AnswerValue:
    if item.type in SCALES:
        low, high = scale_bounds(item)
        pull = sum(prototype.get(trait, 0) * (1 if weight > 0 else -1) for trait, weight in item.scores.items())
        return round((low + high) / 2 + pull * (high - low) / 2)
    best = max(
        item.options, key=lambda one: sum(weight * prototype.get(trait, 0) for trait, weight in one.scores.items())
    )
    return (best.id,) if item.type == "multiple" else best.id


def test_no_persona_swallows_the_others_by_chance() -> None:
    leaning = [
        personas.classify(
            vocabulary().model, facts.from_answers([facts.Answered(quiz("shopping-style"), one, None)])
        ).leaning
        for one in paths("shopping-style", 600)
    ]
    assert all(0.05 < leaning.count(one) / len(leaning) < 0.35 for one in PERSONAS)


MASCULINE_IMPERATIVES = ("اختر", "أجب", "أدخل", "اكتب", "انقر", "اضغط", "حدد", "حدّد", "أخبرنا", "شارك", "جرّب", "تفضل")


def test_the_arabic_orders_nobody_about() -> None:
    for name in checked().quizzes:
        for text in arabic(quiz(name)):
            words = text.replace("؟", " ").replace("،", " ").replace(".", " ").split()
            assert not set(words) & set(MASCULINE_IMPERATIVES), text


def arabic(one: Quiz) -> Iterator[str]:
    texts = [one.title, one.welcome, one.thanks]
    for item in one.items:
        texts += [item.text, item.help, item.low, item.high, *(option.label for option in item.options)]
    texts += [part for outcome in one.outcomes for part in (outcome.title, outcome.text)]
    yield from (text.by_lang["ar"] for text in texts if text)
