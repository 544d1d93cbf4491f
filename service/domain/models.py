"""The additive model of personas: readable coefficients that give probabilities and exact reasons in plain Python.

A persona's score is its intercept plus, for each feature, weight times value; the probabilities are the softmax of the
scores. A feature is a number fact (``trait.novelty_seeking``) or one option of a choice (``answer.style.buys=sale``,
1 when chosen, else 0). A fact that is not known counts as the average customer's (``centre``), so what Firasa does not
know pushes towards no persona.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from math import exp, isfinite
from typing import Any, Literal

from service.domain.errors import FirasaError

FORMAT = 1
THRESHOLD = 0.5
"""Probability from which a persona is assigned: more likely than all others together."""
Source = Literal["prototype", "trained", "inferred"]
Facts = Mapping[str, object]
Row = tuple[float, ...]
"""One number for each persona, in the order of ``Model.personas``."""
Contribution = tuple[str, object, Row]
"""A known fact, its value, and what it adds to each persona's score compared with the average customer.

A plain tuple: thirty are made for each customer, and anything with names takes eight times as long to make.
"""


class ModelFormatError(FirasaError):
    """A stored model was written in another format; training again is the way out."""


@dataclass(frozen=True)
class Feature:
    """One column of the model.

    :param option: the option of a choice, ``None`` for the fact's number
    :param centre: the average customer's value, also taken where the fact is not known
    :param weights: what one unit of it adds to each persona's score
    """

    fact: str
    option: str | None
    centre: float
    weights: Row

    @property
    def name(self) -> str:
        """How the feature is written: ``fact`` or ``fact=option``."""
        return self.fact if self.option is None else f"{self.fact}={self.option}"


@dataclass(frozen=True)
class Term:
    """The features of one fact together, ready to be added up.

    :param number: weights and centre of the number feature, if the fact has one
    :param none: what choosing none of the options adds: each centre is taken away
    :param only: what choosing that option alone adds
    :param options: what each further option adds
    """

    fact: str
    number: tuple[Row, float] | None
    none: Row
    only: Mapping[str, Row]
    options: Mapping[str, Row]

    def contribution(self, value: object) -> Row | None:
        """What the value adds to each persona, or ``None`` when it tells this model nothing.

        That is a missing value, a value of another type, and options the model has never seen.
        """
        if isinstance(value, str):
            return self.only.get(value)
        if self.number is not None and (number := as_number(value)) is not None:
            weights, centre = self.number
            distance = number - centre
            return tuple([weight * distance for weight in weights])
        chosen = as_options(value) if self.options else None
        if chosen is None:
            return None
        rows = [self.options[option] for option in chosen if option in self.options]
        if not rows and chosen:
            return None
        return _sum(self.none, *rows)


@dataclass(frozen=True)
class Model:
    """A classifier of psychographic personas.

    :param personas: ids, in the order of every ``Row``
    :param threshold: probability below which the model abstains
    :param minimum_evidence: number of known facts below which it abstains
    :param labels: labelled customers per persona it was trained on; empty for prototypes
    :param metrics: how well it did in cross-validation (docs/personas.md); empty for prototypes
    :param training: how it was made: regularisation, seed, versions
    :param digest: of the data it was made from
    :param fitted_at: UTC microseconds
    :param version: of the stored document; 0 for the prototypes, which are not stored
    """

    source: Source
    personas: tuple[str, ...]
    intercepts: Row
    features: tuple[Feature, ...]
    threshold: float
    minimum_evidence: int
    digest: str
    fitted_at: int
    labels: Mapping[str, int] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    version: int = 0

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """The features grouped by fact."""
        return tuple(_term(fact, features) for fact, features in _by_fact(self.features).items())

    @cached_property
    def reads_purchases(self) -> bool:
        """Whether it weighs features of purchases (``domain/lookalike.py``)."""
        return any(feature.fact.startswith("buys.") for feature in self.features)

    @cached_property
    def average(self) -> Row:
        """The scores of the average customer, of whom nothing is known."""
        centres = (tuple(feature.centre * weight for weight in feature.weights) for feature in self.features)
        return _sum(self.intercepts, *centres)

    def contributions(self, facts: Facts) -> tuple[Contribution, ...]:
        """What each fact that is known and means something to the model adds."""
        found: list[Contribution] = []
        for term in self.terms:
            value = facts.get(term.fact)
            if value is not None and (row := term.contribution(value)) is not None:
                found.append((term.fact, value, row))
        return tuple(found)

    def scores(self, contributions: Iterable[Contribution]) -> Row:
        """The score of each persona: log-odds up to a constant."""
        return _sum(self.average, *[row for _, _, row in contributions])


def probabilities(scores: Row) -> Row:
    """The softmax of the scores; adds up to 1 and never overflows."""
    highest = max(scores)
    odds = [exp(score - highest) for score in scores]
    total = sum(odds)
    return tuple(one / total for one in odds)


def _sum(*rows: Row) -> Row:
    return tuple(map(sum, zip(*rows, strict=True)))


def _by_fact(features: Sequence[Feature]) -> dict[str, list[Feature]]:
    grouped: dict[str, list[Feature]] = {}
    for feature in features:
        grouped.setdefault(feature.fact, []).append(feature)
    return grouped


def _term(fact: str, features: Sequence[Feature]) -> Term:
    number = next((feature for feature in features if feature.option is None), None)
    options = {feature.option: feature for feature in features if feature.option is not None}
    centres = (tuple(-feature.centre * weight for weight in feature.weights) for feature in options.values())
    none = _sum(*centres) if options else ()
    return Term(
        fact=fact,
        number=(number.weights, number.centre) if number else None,
        none=none,
        only={option: _sum(none, feature.weights) for option, feature in options.items()},
        options={option: feature.weights for option, feature in options.items()},
    )


# coding ------------------------------------------------------------------------------------------------------------


def as_number(value: object) -> float | None:
    """The value as a finite number; ``None`` when it is none."""
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if isfinite(number) else None


def as_options(value: object) -> tuple[str, ...] | None:
    """The value as the options chosen, each once; ``None`` when it is neither a text nor a list of texts."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return tuple(dict.fromkeys(value))
    return None


def code(features: Sequence[tuple[str, str | None]], facts: Facts) -> list[float | None]:
    """The row of the training matrix: one value per (fact, option), ``None`` where the fact tells nothing.

    Training and serving read facts by the same rules: what ``Term.contribution`` takes as unknown is ``None`` here.
    """
    seen: dict[str, set[str]] = {}
    for fact, option in features:
        if option is not None:
            seen.setdefault(fact, set()).add(option)
    return [_cell(facts.get(fact), option, seen.get(fact, set())) for fact, option in features]


def _cell(value: object, option: str | None, seen: set[str]) -> float | None:
    if option is None:
        return as_number(value)
    chosen = as_options(value)
    if chosen is None or (chosen and not seen.intersection(chosen)):
        return None
    return 1.0 if option in chosen else 0.0


# the document ------------------------------------------------------------------------------------------------------


def dump(model: Model) -> dict[str, Any]:
    """The model as the JSON document that is stored and read by people; the version is the row's."""
    return {
        "format": FORMAT,
        "kind": "psychographic",
        "source": model.source,
        "fitted_at": model.fitted_at,
        "personas": list(model.personas),
        "threshold": model.threshold,
        "minimum_evidence": model.minimum_evidence,
        "intercepts": dict(zip(model.personas, model.intercepts, strict=True)),
        "features": [
            {
                "name": feature.name,
                "centre": feature.centre,
                "weights": dict(zip(model.personas, feature.weights, strict=True)),
            }
            for feature in model.features
        ],
        "labels": dict(model.labels),
        "metrics": dict(model.metrics),
        "training": dict(model.training),
        "digest": model.digest,
    }


def load(document: Mapping[str, Any], *, version: int = 0) -> Model:
    """The model of a stored document.

    :raises ModelFormatError: when it was written in another format
    """
    if document.get("kind") != "psychographic" or document.get("format") != FORMAT:
        raise ModelFormatError(
            f"the stored persona model {version} has format {document.get('format')!r}, this release reads format "
            f"{FORMAT}; train a new one with: firasa personas train"
        )
    personas = tuple(document["personas"])
    return Model(
        source=document["source"],
        personas=personas,
        intercepts=_row(personas, document["intercepts"]),
        features=tuple(_feature(personas, feature) for feature in document["features"]),
        threshold=document["threshold"],
        minimum_evidence=document["minimum_evidence"],
        digest=document["digest"],
        fitted_at=document["fitted_at"],
        labels=document["labels"],
        metrics=document["metrics"],
        training=document["training"],
        version=version,
    )


def _feature(personas: Sequence[str], document: Mapping[str, Any]) -> Feature:
    fact, found, option = document["name"].partition("=")
    return Feature(fact, option if found else None, document["centre"], _row(personas, document["weights"]))


def _row(personas: Sequence[str], values: Mapping[str, float]) -> Row:
    return tuple(float(values[persona]) for persona in personas)
