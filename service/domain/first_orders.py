"""The whale in the making: what a first order, and what was answered around it, say of how somebody will end.

A whale here is one of the best share of customers by net revenue in the ``days`` after the first order, the same number
of days for everybody. The model is the additive one of domain/models.py with two classes, so its reasons are exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import log
from typing import Any
from zoneinfo import ZoneInfo

from service.domain import models
from service.domain.models import Contribution, Model, probabilities

FORMAT = 1
OTHER, WHALE = CLASSES = ("other", "whale")
ANSWERED_WITHIN = 7 * 24 * 3600 * 1_000_000
"""Answers given up to a week after the first order count: later ones tell of somebody who stayed."""
_PARTS = ((6, "night"), (12, "morning"), (17, "afternoon"), (24, "evening"))


@dataclass(frozen=True, slots=True)
class FirstOrder:
    """The first order that counts, in minor units.

    :param lines: how many
    :param product: shop's id of what the order brought most with
    """

    placed_at: int
    gross: int
    discount: int
    units: int
    lines: int
    source: str | None = None
    campaign: str | None = None
    country: str | None = None
    coupon: str | None = None
    product: str | None = None
    category: str | None = None


@dataclass(frozen=True)
class WhaleModel:
    """The fitted model.

    :param days: after the first order within which what somebody brings is counted
    :param whale_from: what the whales it learned from brought at least, in minor units
    """

    model: Model
    days: int
    whale_from: int
    share: str

    @property
    def version(self) -> int:
        """Of the stored document."""
        return self.model.version


def features(first: FirstOrder, zone: str) -> dict[str, object]:
    """What is told by the order itself; amounts as natural logarithms, because a doubling counts the same anywhere."""
    paid = max(1, first.gross - first.discount)
    moment = datetime.fromtimestamp(first.placed_at // 1_000_000, UTC).astimezone(ZoneInfo(zone))
    told: dict[str, object] = {
        "first.value": log(paid),
        "first.unit_value": log(max(1, paid // max(1, first.units))),
        "first.lines": log(max(1, first.lines)),
        "first.discount_share": max(0, first.discount) / first.gross if first.gross > 0 else 0.0,
        "first.hour": next(name for end, name in _PARTS if moment.hour < end),
        "first.weekday": moment.strftime("%a").lower(),
        "first.source": first.source,
        "first.campaign": first.campaign,
        "first.country": first.country,
        "first.product": first.product,
        "first.category": first.category,
        "first.coupon": "yes" if first.coupon else "no",
    }
    return {name: value for name, value in told.items() if value is not None}


def answered_by_then(facts: Mapping[str, object], first_at: int) -> dict[str, object]:
    """The answers among these facts that were given before, or soon after, the first order."""
    latest = first_at + ANSWERED_WITHIN
    found: dict[str, object] = {}
    for name, at in facts.items():
        if name.startswith("answered_at.") and isinstance(at, int) and at <= latest:
            answer = f"answer.{name.removeprefix('answered_at.')}"
            if answer in facts:
                found[answer] = facts[answer]
    return found


def known(first: FirstOrder, facts: Mapping[str, object], zone: str) -> dict[str, object]:
    """All that the model may look at."""
    return {**features(first, zone), **answered_by_then(facts, first.placed_at)}


def probability(model: WhaleModel, told: Mapping[str, object]) -> float:
    """The chance of becoming a whale."""
    contributions = model.model.contributions(told)
    return probabilities(model.model.scores(contributions))[CLASSES.index(WHALE)]


def reasons(model: WhaleModel, told: Mapping[str, object]) -> tuple[tuple[str, object, float], ...]:
    """Fact, value, and the log-odds it adds compared with the average customer; strongest first, and exact."""

    def margin(one: Contribution) -> float:
        return one[2][1] - one[2][0]

    found = [(one[0], one[1], margin(one)) for one in model.model.contributions(told)]
    return tuple(sorted(found, key=lambda one: -abs(one[2])))


# the document ------------------------------------------------------------------------------------------------------


def dump(model: WhaleModel) -> dict[str, Any]:
    """The model as the JSON document that is stored and read by people."""
    return {
        "format": FORMAT,
        "kind": "whale",
        "days": model.days,
        "whale_from_minor_units": model.whale_from,
        "share": model.share,
        "classifier": models.dump(model.model),
        "metrics": dict(model.model.metrics),
    }


def load(document: Mapping[str, Any], *, version: int = 0) -> WhaleModel:
    """The model of a stored document.

    :raises ModelFormatError: when it was written in another format
    """
    if document.get("kind") != "whale" or document.get("format") != FORMAT:
        raise models.ModelFormatError(
            f"the stored whale model has format {document.get('format')!r}, this release reads format {FORMAT}; "
            "fit it again with: firasa value fit"
        )
    return WhaleModel(
        models.load(document["classifier"], version=version),
        document["days"],
        document["whale_from_minor_units"],
        document["share"],
    )
