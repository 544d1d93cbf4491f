"""What answers are worth: traits, the outcome, recommended products, tags. Always recomputed, never added up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.domain import conditions
from service.domain.answers import AnswerValue, chosen, scale_bounds
from service.domain.quiz import SCALES, Item, Outcome, Product, Quiz


@dataclass(frozen=True)
class TraitScore:
    """Evidence for one trait: the points reached, and the most that could have been reached either way."""

    points: float
    reach: float

    @property
    def value(self) -> float:
        """The trait in [-1, 1]."""
        return max(-1.0, min(1.0, self.points / self.reach)) if self.reach else 0.0

    def plus(self, other: TraitScore) -> TraitScore:
        """Both pieces of evidence together."""
        return TraitScore(self.points + other.points, self.reach + other.reach)


@dataclass(frozen=True)
class Deciding:
    """An answer that spoke for the outcome, with its points."""

    item_id: str
    points: int


@dataclass(frozen=True)
class Decision:
    """The outcome and why.

    :param rule: ``condition``, ``points`` or ``fallback``
    :param deciding: answers that gave the outcome points, most first
    """

    outcome: Outcome
    rule: str
    points: Mapping[str, int]
    deciding: tuple[Deciding, ...]


def traits(quiz: Quiz, answers: Mapping[str, AnswerValue]) -> dict[str, TraitScore]:
    """Trait scores of the answers on the path.

    Each answered item that scores a trait adds its points and its reach (the largest absolute score that item could
    have given), so a trait is the share of what could have been said for or against it.
    """
    scores: dict[str, TraitScore] = {}
    for item_id, value in answers.items():
        item = quiz.item(item_id)
        if item is None or value is None:
            continue
        for trait, score in _item_scores(item, value).items():
            scores[trait] = scores[trait].plus(score) if trait in scores else score
    return scores


def _item_scores(item: Item, value: AnswerValue) -> dict[str, TraitScore]:
    found: dict[str, TraitScore] = {}
    position = _scale_position(item, value)
    if position is not None:
        for trait, weight in item.scores.items():
            found[trait] = TraitScore(weight * position, abs(weight))
    if item.reach:
        picked = chosen(item, value)
        for trait, reach in item.reach.items():
            score = TraitScore(sum([option.scores.get(trait, 0.0) for option in picked]), reach)
            found[trait] = found[trait].plus(score) if trait in found else score
    return found


def _scale_position(item: Item, value: AnswerValue) -> float | None:
    """Where a number lies between the ends of its scale, from -1 to 1."""
    if not item.scores or isinstance(value, str | tuple) or value is None:
        return None
    if item.type in SCALES:
        low, high = scale_bounds(item)
    elif item.minimum is not None and item.maximum is not None:
        low, high = item.minimum, item.maximum
    else:
        return None
    return 2 * (value - low) / (high - low) - 1 if high > low else 0.0


def decide(quiz: Quiz, answers: Mapping[str, AnswerValue]) -> Decision | None:
    """The outcome of a walked path; ``None`` when the quiz has no outcomes.

    1. The first listed outcome whose ``when`` holds wins.
    2. Else the outcome with the most points above zero that no chosen option excludes; on a tie the one listed first.
    3. Else the quiz's ``fallback``, or the first listed outcome that is not excluded.
    """
    if not quiz.outcomes:
        return None
    facts = {f"answer.{item_id}": value for item_id, value in answers.items()}
    points, excluded, by_answer = _points(quiz, answers)
    for outcome in quiz.outcomes:
        if outcome.when is not None and conditions.holds(outcome.when, facts):
            return Decision(outcome, "condition", points, _deciding(outcome.id, by_answer))
    open_to = [one for one in quiz.outcomes if one.when is None and one.id not in excluded]
    best = max(open_to, key=lambda one: points.get(one.id, 0), default=None)
    if best is not None and points.get(best.id, 0) > 0:
        return Decision(best, "points", points, _deciding(best.id, by_answer))
    allowed = [one for one in quiz.outcomes if one.id not in excluded and one.when is None] or list(quiz.outcomes)
    fallback = next((one for one in allowed if one.id == quiz.fallback), allowed[0])
    return Decision(fallback, "fallback", points, ())


def _points(
    quiz: Quiz, answers: Mapping[str, AnswerValue]
) -> tuple[dict[str, int], set[str], dict[str, dict[str, int]]]:
    """Points per outcome, excluded outcomes, and points per item and outcome."""
    total: dict[str, int] = {}
    excluded: set[str] = set()
    by_answer: dict[str, dict[str, int]] = {}
    for item_id, value in answers.items():
        item = quiz.item(item_id)
        for option in chosen(item, value) if item else ():
            excluded.update(option.excludes)
            mine = by_answer.setdefault(item_id, {})
            for outcome_id, given in option.points.items():
                total[outcome_id] = total.get(outcome_id, 0) + given
                mine[outcome_id] = mine.get(outcome_id, 0) + given
    return total, excluded, by_answer


def _deciding(outcome_id: str, by_answer: Mapping[str, Mapping[str, int]]) -> tuple[Deciding, ...]:
    spoke = [
        Deciding(item_id, given[outcome_id]) for item_id, given in by_answer.items() if given.get(outcome_id, 0) > 0
    ]
    return tuple(sorted(spoke, key=lambda one: -one.points))


def recommend(quiz: Quiz, answers: Mapping[str, AnswerValue], outcome: Outcome | None) -> tuple[Product, ...]:
    """The products to show: most votes first (a negative sum is never shown), then those of the outcome, top N.

    A product that a chosen option excludes is never shown, whatever its votes.
    """
    votes: dict[str, int] = {}
    excluded: set[str] = set()
    for item_id, value in answers.items():
        item = quiz.item(item_id)
        for option in chosen(item, value) if item else ():
            excluded.update(option.excludes)
            for product_id, given in option.votes.items():
                votes[product_id] = votes.get(product_id, 0) + given
    listed = {product.id: position for position, product in enumerate(quiz.products)}
    voted = sorted(
        (one for one in votes if votes[one] > 0), key=lambda one: (-votes[one], listed.get(one, len(listed)))
    )
    of_outcome = [one for one in (outcome.products if outcome else ()) if votes.get(one, 0) == 0]
    shown = [one for one in (*voted, *of_outcome) if one in listed and one not in excluded]
    return tuple(quiz.product_by_id[one] for one in shown[: quiz.recommend])


def tags(quiz: Quiz, answers: Mapping[str, AnswerValue]) -> tuple[str, ...]:
    """Tags of all chosen options, in the order of the answers, each once."""
    found: dict[str, None] = {}
    for item_id, value in answers.items():
        item = quiz.item(item_id)
        for option in chosen(item, value) if item else ():
            found.update(dict.fromkeys(option.tags))
    return tuple(found)
