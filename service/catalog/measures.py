"""What a quiz is like for the people who answer it, from ways walked at random, always the same ones."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from service.domain import flow, outcomes, quiz_binding
from service.domain.answers import AnswerValue, Other, rank_bounds, scale_bounds
from service.domain.quiz import SCALES, Item, Quiz

WALKS = 600
_SEED = 20_260_601
_WORDS_A_SECOND = 3.5
_TO_ANSWER: Mapping[str, float] = {
    "short_text": 12, "long_text": 25, "ranking": 12, "multiple": 5, "email": 10, "phone": 10, "date": 8, "number": 5,
}  # fmt: skip
_TAP = 2.5


@dataclass(frozen=True)
class Measures:
    """Over ways walked at random: each answer as likely as the next.

    :param seconds: about how long the usual way takes to read and answer
    :param ties: share of ways on which several outcomes had as many points
    :param fallbacks: share of ways on which nothing gave points
    :param outcomes: share of ways that each outcome won
    """

    shortest: int
    usual: int
    longest: int
    seconds: int
    ties: float
    fallbacks: float
    outcomes: Mapping[str, float]


def measure(quiz: Quiz) -> Measures:
    """Walk the quiz many times."""
    bound = quiz_binding.bind(quiz, "USD")
    dice = random.Random(_SEED)
    lengths: list[int] = []
    seconds: list[float] = []
    rules: Counter[str] = Counter()
    won: Counter[str] = Counter()
    for _ in range(WALKS):
        path = _walk(bound, dice)
        lengths.append(len(path.answered))
        seconds.append(sum(_seconds(item) for item in path.answered))
        decision = outcomes.decide(bound, path.values)
        if decision is not None:
            rules[decision.rule] += 1
            won[decision.outcome.id] += 1
    middle = WALKS // 2
    return Measures(
        shortest=min(lengths),
        usual=sorted(lengths)[middle],
        longest=max(lengths),
        seconds=round(sorted(seconds)[middle]),
        ties=rules["tie"] / WALKS,
        fallbacks=rules["fallback"] / WALKS,
        outcomes={one.id: won[one.id] / WALKS for one in quiz.outcomes},
    )


def can_win(quiz: Quiz, outcome_id: str) -> bool:
    """Whether some way leads to an outcome: at each question what speaks most for it is answered, in several orders of
    preference. False means that none of the ways tried did."""
    bound = quiz_binding.bind(quiz, "USD")
    dice = random.Random(_SEED)
    for attempt in range(40):
        answers: dict[str, AnswerValue] = {}
        while (item := flow.walk(bound, answers).next) is not None:
            answers[item.id] = _for(item, outcome_id, dice) if attempt else _best(item, outcome_id, dice)
        decision = outcomes.decide(bound, flow.walk(bound, answers).values)
        if decision is not None and decision.outcome.id == outcome_id:
            return True
    return False


def _walk(quiz: Quiz, dice: random.Random) -> flow.Path:
    answers: dict[str, AnswerValue] = {}
    path = flow.walk(quiz, answers)
    while path.next is not None:
        answers[path.next.id] = _any(path.next, dice)
        path = flow.walk(quiz, answers)
    return path


def _any(item: Item, dice: random.Random) -> AnswerValue:
    """Any answer that fits."""
    if item.type in SCALES:
        return dice.randint(*scale_bounds(item))
    if item.several:
        return _several(item, dice, [option.id for option in item.options])
    if item.type == "ranking":
        ids = [option.id for option in item.options]
        return tuple(dice.sample(ids, rank_bounds(item)[1]))
    if item.options:
        option = dice.choice(item.options)
        return Other("…") if option.other else option.id
    if item.type == "number":
        low = item.minimum or 0
        return dice.randint(low, item.maximum if item.maximum is not None else low + 10)
    if item.type == "consent":
        return dice.choice(("granted", "declined"))
    if item.type == "date":
        return "2026-01-01"
    return "…"


def _several(item: Item, dice: random.Random, ids: list[str]) -> AnswerValue:
    alone = [option.id for option in item.options if option.exclusive]
    if alone and dice.random() < 1 / len(item.options):
        return (alone[0],)
    free = [one for one in ids if one not in alone]
    least = min(max(item.minimum or 1, 1), len(free))
    many = dice.randint(least, min(item.maximum or len(free), len(free)))
    picked = set(dice.sample(free, many))
    return tuple(option.id for option in item.options if option.id in picked)


def _for(item: Item, outcome_id: str, dice: random.Random) -> AnswerValue:
    """Mostly what speaks for an outcome."""
    return _best(item, outcome_id, dice) if dice.random() < 0.8 else _any(item, dice)


def _best(item: Item, outcome_id: str, dice: random.Random) -> AnswerValue:
    """What speaks most for an outcome and least for the others, without ruling it out."""
    open_to = [option for option in item.options if outcome_id not in option.excludes]
    if not open_to or item.type == "ranking":
        return _any(item, dice)

    def worth(option_id: str) -> tuple[float, float]:
        points = item.option_by_id[option_id].points
        mine = points.get(outcome_id, 0)
        rivals = max((given for other, given in points.items() if other != outcome_id), default=0)
        return mine - 0.5 * rivals, dice.random()

    ranked = sorted((option.id for option in open_to if not option.exclusive), key=worth, reverse=True)
    if item.several:
        picked = set(ranked[: max(item.minimum or 1, 1)])
        return tuple(option.id for option in item.options if option.id in picked)
    best = item.option_by_id[max((option.id for option in open_to), key=worth)]
    return Other("…") if best.other else best.id


def _seconds(item: Item) -> float:
    """To read a question with its answers, and to answer it."""
    said = [item.text.get("en"), *(option.label.get("en") for option in item.options)]
    return len(" ".join(said).split()) / _WORDS_A_SECOND + _TO_ANSWER.get(item.type, _TAP)
