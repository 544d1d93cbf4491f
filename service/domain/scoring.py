"""What answers are worth for a person: traits and tags. Always recomputed, never added up.

The outcome and the recommended products are in ``domain.outcomes``, and can be had from here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.answer_values import AnswerValue, Other, chosen, scale_bounds
from service.domain.outcomes import Deciding, Decision, decide, recommend
from service.domain.quiz import SCALES, Item, Quiz

__all__ = ["Deciding", "Decision", "TraitScore", "decide", "recommend", "tags", "traits"]


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
    if not item.scores or isinstance(value, str | tuple | Other) or value is None:
        return None
    if item.type in SCALES:
        low, high = scale_bounds(item)
    elif item.minimum is not None and item.maximum is not None:
        low, high = item.minimum, item.maximum
    else:
        return None
    return 2 * (value - low) / (high - low) - 1 if high > low else 0.0


def tags(quiz: Quiz, answers: Mapping[str, AnswerValue]) -> tuple[str, ...]:
    """Tags of all chosen options, in the order of the answers, each once."""
    found: dict[str, None] = {}
    for item_id, value in answers.items():
        item = quiz.item(item_id)
        for option in chosen(item, value) if item else ():
            found.update(dict.fromkeys(option.tags))
    return tuple(found)
