"""Personas: who a customer most likely is, how sure that is, and the reasons."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, NamedTuple, cast

from service.domain.errors import DefinitionError, Problem
from service.domain.models import THRESHOLD, Contribution, Facts, Feature, Row, probabilities
from service.domain.models import Model as Model  # whoever classifies finds the model's type here
from service.domain.rfm import RfmModel, Scores

Source = Literal["prototype", "trained", "rfm", "inferred"]
Abstained = Literal["too_little_evidence", "uncertain"]

PROTOTYPE_SPREAD = 0.5
"""How far customers of one persona lie from its prototype on each trait (standard deviation, traits run from -1 to 1).

It sets how sure the prototypes are: half the scale's positive side is a guess until labels exist to measure it.
"""
PROTOTYPE_EVIDENCE = 3
"""Known traits below which the prototypes abstain (all of them where a shop has fewer traits)."""


class Reason(NamedTuple):
    """One fact that spoke for or against the persona.

    :param weight: log-odds added compared with the average customer; for RFM the score, 1 to 5
    """

    fact: str
    value: object
    weight: float

    def to_json(self) -> dict[str, object]:
        """As kept in the history: the value plain, the weight to four places (and never -0.0)."""
        plain = str(self.value) if isinstance(self.value, Decimal) else self.value
        return {"fact": self.fact, "value": plain, "weight": round(self.weight, 4) or 0}


@dataclass(frozen=True)
class Explanation:
    """Why a persona, exactly: ``log_odds == base + the sum of all weights`` (up to rounding of floats).

    :param against: the persona it is compared with; ``None`` compares with the others' geometric mean
    :param base: the log-odds of the average customer, of whom nothing is known
    :param reasons: strongest first, whatever the direction
    """

    persona: str
    against: str | None
    log_odds: float
    base: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Assignment:
    """What a classifier says of one customer.

    :param persona: ``None`` when it abstains; ``abstained`` then says why
    :param probability: of the likeliest persona; ``None`` where a rule decides
    :param model_version: 0 for prototypes
    :param probabilities: of every persona, likeliest first
    :param base: the log-odds that ``reasons`` start from
    :param leaning: the likeliest persona, also when it abstains
    """

    persona: str | None
    probability: float | None
    source: Source
    model_version: int
    reasons: tuple[Reason, ...] = ()
    probabilities: Mapping[str, float] = field(default_factory=dict)
    base: float = 0.0
    leaning: str | None = None
    abstained: Abstained | None = None


def classify(model: Model, facts: Facts) -> Assignment:
    """The psychographic persona of one customer.

    The model abstains when fewer than ``minimum_evidence`` facts are known to it, and when the likeliest persona stays
    below ``threshold``. Of equally likely personas the one listed first leads.
    """
    contributions = model.contributions(facts)
    scores = model.scores(contributions)
    shares = probabilities(scores)
    likeliest = max(range(len(shares)), key=shares.__getitem__)
    explanation = _explain(model, contributions, scores, likeliest, None)
    abstained: Abstained | None = None
    if len(contributions) < model.minimum_evidence:
        abstained = "too_little_evidence"
    elif shares[likeliest] < model.threshold:
        abstained = "uncertain"
    order = sorted(range(len(shares)), key=shares.__getitem__, reverse=True)
    return Assignment(
        persona=None if abstained else model.personas[likeliest],
        probability=shares[likeliest],
        probabilities={model.personas[i]: shares[i] for i in order},
        source=model.source,
        model_version=model.version,
        reasons=explanation.reasons,
        base=explanation.base,
        leaning=model.personas[likeliest],
        abstained=abstained,
    )


def explain(model: Model, facts: Facts, persona: str, against: str | None = None) -> Explanation:
    """Why a persona and, with ``against``, why this one rather than that.

    :raises ValueError: when the model does not know one of the personas, or both are the same
    """
    for one in (persona, against):
        if one is not None and one not in model.personas:
            raise ValueError(f"the model knows no persona {one!r}; it knows {', '.join(model.personas)}")
    if persona == against:
        raise ValueError(f"{persona!r} cannot be compared with itself")
    rival = model.personas.index(against) if against is not None else None
    contributions = model.contributions(facts)
    return _explain(model, contributions, model.scores(contributions), model.personas.index(persona), rival)


def _explain(
    model: Model, contributions: Sequence[Contribution], scores: Row, persona: int, rival: int | None
) -> Explanation:
    rows = [row for _, _, row in contributions]
    log_odds, base, *margins = _margins([scores, model.average, *rows], persona, rival)
    reasons = [Reason(fact, value, margin) for (fact, value, _), margin in zip(contributions, margins, strict=True)]
    reasons.sort(key=_strength, reverse=True)
    return Explanation(
        persona=model.personas[persona],
        against=model.personas[rival] if rival is not None else None,
        log_odds=log_odds,
        base=base,
        reasons=tuple(reasons),
    )


def _margins(rows: Sequence[Row], persona: int, rival: int | None) -> list[float]:
    """How far, in each row, a persona lies above its rival, or above the mean of all others."""
    if rival is not None:
        return [row[persona] - row[rival] for row in rows]
    size = len(rows[0])
    return [(row[persona] * size - sum(row)) / (size - 1) for row in rows]


def _strength(reason: Reason) -> float:
    return abs(reason.weight)


def behavioural(model: RfmModel, scores: Scores, facts: Facts) -> Assignment:
    """The behavioural persona of a customer with counted orders: the RFM group, with the three scores as reasons."""
    return Assignment(
        persona=scores.group,
        probability=None,
        source="rfm",
        model_version=model.version,
        reasons=(
            Reason("orders.days_since_last", facts.get("orders.days_since_last"), scores.recency),
            Reason("orders.count", facts.get("orders.count"), scores.frequency),
            Reason("orders.net_revenue", facts.get("orders.net_revenue"), scores.monetary),
        ),
        leaning=scores.group,
    )


# prototypes --------------------------------------------------------------------------------------------------------


def prototype_model(personas: Mapping[str, Any], traits: Sequence[str]) -> Model:
    """The model of personas.yaml, used until a trained one is active.

    A persona is a point over the traits, and a customer is compared with each by squared distance: customers of a
    persona are taken to lie around its point with the same spread in every direction. The square of the customer's own
    values is the same for every persona and cancels, so what is left is linear, and one model serves both. A trait that
    is not known, or that a prototype does not name, counts as neutral (0): no persona is likely for want of contrary
    evidence.

    :param personas: the document of personas.yaml
    :param traits: ids of traits.yaml
    :raises DefinitionError: for fewer than two personas, unknown traits and values outside -1 to 1
    """
    prototypes = _prototypes(personas, traits)
    variance = PROTOTYPE_SPREAD**2
    points = {persona: [point.get(trait, 0.0) for trait in traits] for persona, point in prototypes.items()}
    return Model(
        source="prototype",
        personas=tuple(points),
        intercepts=tuple(-sum(value * value for value in point) / (2 * variance) for point in points.values()),
        features=tuple(
            Feature(f"trait.{trait}", None, 0.0, tuple(point[i] / variance for point in points.values()))
            for i, trait in enumerate(traits)
        ),
        threshold=THRESHOLD,
        minimum_evidence=min(PROTOTYPE_EVIDENCE, len(traits)),
        digest=hashlib.sha256(json.dumps([points, list(traits)], sort_keys=True).encode()).hexdigest(),
        fitted_at=0,
        training={"spread": PROTOTYPE_SPREAD},
    )


def _prototypes(personas: Mapping[str, Any], traits: Sequence[str]) -> dict[str, dict[str, float]]:
    problems: list[Problem] = []
    found: dict[str, dict[str, float]] = {}
    for position, persona in enumerate(cast(Sequence[Mapping[str, Any]], personas.get("psychographic") or ())):
        found[persona["id"]] = {trait: float(value) for trait, value in (persona.get("prototype") or {}).items()}
        for trait, value in found[persona["id"]].items():
            path = f"psychographic[{position}].prototype.{trait}"
            if trait not in traits:
                problems.append(Problem(path, f"there is no trait {trait!r} in traits.yaml"))
            if not -1 <= value <= 1:
                problems.append(Problem(path, f"a trait lies between -1 and 1, not at {value}"))
    if len(found) < 2:
        problems.append(Problem("psychographic", "at least two personas are needed to tell them apart"))
    if problems:
        raise DefinitionError(problems)
    return found
