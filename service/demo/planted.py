"""What is planted: why simulated customers buy (psychographic) and how (behavioural), and how the two go together.

The traits here are the simulation's own and differ from the prototypes in quizzes/personas.yaml, so that a classifier
built on those prototypes is tested on something it has not been told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.demo.dice import Dice

TRAITS = (
    "price_sensitivity",
    "novelty_seeking",
    "ingredient_care",
    "status_seeking",
    "care_for_others",
    "simplicity",
    "social_proof",
)

# In the order of TRAITS.
_CENTRES: Mapping[str, tuple[float, ...]] = {
    "careful_planner": (0.8, -0.3, 0.0, -0.4, 0.1, 0.2, 0.3),
    "explorer": (0.0, 0.8, 0.0, 0.2, 0.0, -0.5, 0.4),
    "purist": (-0.1, -0.2, 0.85, -0.3, 0.1, 0.2, -0.3),
    "connoisseur": (-0.75, 0.2, 0.2, 0.8, 0.0, -0.3, 0.1),
    "caregiver": (0.2, -0.1, 0.3, -0.2, 0.85, 0.0, 0.2),
    "minimalist": (0.1, -0.6, 0.1, -0.5, -0.2, 0.85, -0.4),
}
_SPREAD = 0.25

PSYCHOGRAPHIC = tuple(_CENTRES)
_PSYCHOGRAPHIC_SHARE: Mapping[str, float] = {
    "careful_planner": 20,
    "explorer": 17,
    "purist": 18,
    "connoisseur": 14,
    "caregiver": 18,
    "minimalist": 13,
}

BEHAVIOURAL = ("whale", "loyal", "occasional", "deal_seeker", "one_timer", "lapsed", "new")
# How each psychographic type behaves, in per cent and in the order of BEHAVIOURAL: correlated, not identical.
_BEHAVIOUR: Mapping[str, tuple[float, ...]] = {
    "careful_planner": (1, 8, 18, 38, 20, 9, 6),
    "explorer": (5, 10, 26, 12, 27, 13, 7),
    "purist": (6, 30, 25, 6, 17, 9, 7),
    "connoisseur": (34, 17, 16, 2, 16, 8, 7),
    "caregiver": (6, 17, 25, 14, 21, 10, 7),
    "minimalist": (2, 18, 24, 8, 31, 11, 6),
}

_SKIN: Mapping[str, float] = {"dry": 30, "oily": 24, "combination": 28, "comfortable": 18}

# How content each behavioural type is, from -1 to 1: it moves ratings and recommendations.
_MOOD: Mapping[str, float] = {
    "whale": 0.6,
    "loyal": 0.65,
    "occasional": 0.25,
    "deal_seeker": 0.1,
    "one_timer": -0.15,
    "lapsed": -0.45,
    "new": 0.3,
}


@dataclass(frozen=True)
class Planted:
    """The truth about one simulated person, which the product has to find out."""

    psychographic: str
    behavioural: str
    traits: Mapping[str, float]
    skin: str
    mood: float


def plant(dice: Dice) -> Planted:
    """Draw who someone is: first why they buy, then how, then their own traits around their type's."""
    psychographic = dice.pick(_PSYCHOGRAPHIC_SHARE)
    behavioural = dice.pick(dict(zip(BEHAVIOURAL, _BEHAVIOUR[psychographic], strict=True)))
    return Planted(
        psychographic=psychographic,
        behavioural=behavioural,
        traits={
            trait: _within_one(dice.normal(centre, _SPREAD))
            for trait, centre in zip(TRAITS, _CENTRES[psychographic], strict=True)
        },
        skin=dice.pick(_SKIN),
        mood=_within_one(dice.normal(_MOOD[behavioural], 0.3)),
    )


def pull(traits: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """How strongly something with these weights draws someone with these traits."""
    total = 0.0  # sum() of floats differs between Python versions
    for trait, weight in weights.items():
        total += weight * traits.get(trait, 0.0)
    return total


def _within_one(value: float) -> float:
    return max(-1.0, min(1.0, value))
