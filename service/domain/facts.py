"""What is known of one customer, as named, typed values that conditions may read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from service.domain import rhythm, scoring
from service.domain.answer_values import AnswerValue, facts_of
from service.domain.days import day_at, day_of
from service.domain.fitting import misfit
from service.domain.purchases import Purchases
from service.domain.quiz import Quiz
from service.domain.rfm import Scores
from service.domain.rhythm import Rhythm
from service.domain.vocabulary import MONEY_FACTS, PASSING, VOCABULARY, FactSpec, FactType, spec_of, unknown
from service.domain.whales import Whales

__all__ = [
    "MONEY_FACTS", "PASSING", "VOCABULARY", "Answered", "FactSpec", "FactType", "Facts", "Person", "answer_tags",
    "day_of", "from_answers", "from_person", "from_purchases", "from_scores", "misfit", "passing", "spec_of", "unknown",
]  # fmt: skip
Facts = dict[str, object]


@dataclass(frozen=True)
class Answered:
    """One response of the customer as facts need it: its quiz version and the answers on the walked path.

    :param times: when each was given, UTC microseconds
    """

    quiz: Quiz
    answers: Mapping[str, AnswerValue]
    outcome: str | None
    times: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Person:
    """The parts of a customer that are not purchases or answers.

    :param created_at: when Firasa first heard of them, UTC microseconds
    :param place: unit vector from the middle of the earth
    :param attributes: the shop's own fields
    :param contact: when something was last ``received``, ``opened`` and ``clicked``, UTC microseconds
    """

    country: str | None = None
    city: str | None = None
    language: str | None = None
    consent: Mapping[str, str] | None = None
    region: str | None = None
    postal_code: str | None = None
    created_at: int | None = None
    place: tuple[float, float, float] | None = None
    attributes: Mapping[str, object] = field(default_factory=dict)
    contact: Mapping[str, int] = field(default_factory=dict)

    def told(self, *, language: str | None, consent: Mapping[str, str]) -> Person:
        """The person with the language last spoken (the record's when none was) and the present consent."""
        return replace(self, language=language or self.language, consent=consent)


def from_answers(responses: Sequence[Answered]) -> Facts:
    """Facts of answers, outcomes and traits.

    :param responses: oldest first; a later answer to the same item of the same quiz replaces the earlier one
    """
    latest = _latest(responses)
    facts: Facts = {f"outcome.{one.quiz.id}": one.outcome for one in responses if one.outcome is not None}
    for one in responses:
        facts.update(
            {
                f"answered_at.{one.quiz.id}.{item_id}": one.times[item_id]
                for item_id in one.answers
                if item_id in one.times
            }
        )
    scores: dict[str, scoring.TraitScore] = {}
    for quiz, answers in latest.values():
        for item_id, value in answers.items():
            if value is not None:
                item = quiz.item(item_id)
                name = f"answer.{quiz.id}.{item_id}"
                facts.update(facts_of(item, name, value) if item else {name: value})
            else:
                facts[f"skipped.{quiz.id}.{item_id}"] = "yes"
        for trait, score in scoring.traits(quiz, answers).items():
            scores[trait] = scores[trait].plus(score) if trait in scores else score
    facts.update({f"trait.{trait}": round(score.value, 6) for trait, score in scores.items() if score.reach})
    return facts


def answer_tags(responses: Sequence[Answered]) -> frozenset[str]:
    """Tags of all chosen options; as with facts, a later answer to the same item replaces the earlier one."""
    return frozenset(tag for quiz, answers in _latest(responses).values() for tag in scoring.tags(quiz, answers))


def _latest(responses: Sequence[Answered]) -> dict[str, tuple[Quiz, dict[str, AnswerValue]]]:
    """Per quiz its latest version and the latest answer to each item: a retake that was only begun takes nothing."""
    latest: dict[str, tuple[Quiz, dict[str, AnswerValue]]] = {}
    for one in responses:
        _, answers = latest.get(one.quiz.id, (one.quiz, {}))
        latest[one.quiz.id] = (one.quiz, {**answers, **one.answers})
    return latest


def from_purchases(purchases: Purchases | None, *, whales: Whales | None = None) -> Facts:
    """Facts of the purchase history; money in minor units, instants in UTC microseconds."""
    if purchases is None or not purchases.orders:
        return {"orders.count": 0, "orders.net_revenue": purchases.net_revenue if purchases else 0}
    facts: Facts = {
        "orders.count": purchases.orders,
        "orders.net_revenue": purchases.net_revenue,
        "orders.refunded": purchases.refunded,
        "orders.average": purchases.average,
        "orders.profit": purchases.profit,
        "orders.first_at": purchases.first_at,
        "orders.last_at": purchases.last_at,
        "orders.mean_gap_days": purchases.mean_gap_days,
        "orders.discount_share": purchases.discount_share,
        "orders.discounted_share": purchases.discounted_share,
        "orders.first_source": purchases.first_source,
        "orders.first_product": purchases.first_product,
    }
    if whales is not None and whales.threshold is not None:
        facts["orders.whale"] = "yes" if whales.include(purchases) else "no"
    return {name: value for name, value in facts.items() if value is not None}


def from_scores(scores: Scores | None, group: str | None) -> Facts:
    """Facts of the RFM scores."""
    if scores is None or group is None:
        return {}
    return {
        "rfm.recency": scores.recency,
        "rfm.frequency": scores.frequency,
        "rfm.monetary": scores.monetary,
        "rfm.code": scores.code,
        "rfm.group": group,
    }


def from_person(person: Person) -> Facts:
    """Facts of the customer's record and consent."""
    facts: Facts = {
        "customer.country": person.country,
        "customer.region": person.region,
        "customer.city": person.city,
        "customer.postal_code": person.postal_code,
        "customer.language": person.language,
    }
    facts.update({f"consent.{channel}": state for channel, state in (person.consent or {}).items()})
    facts = {name: value for name, value in facts.items() if value}
    return facts | {f"attribute.{name}": value for name, value in person.attributes.items()}


def on_record(person: Person, today: int, zone: str) -> Facts:
    """Facts that the customer's record itself keeps and no history: place, contact, and since when they are known."""
    facts: Facts = {f"contact.{kind}_at": at for kind, at in person.contact.items()}
    if person.place is not None:
        facts["customer.place"] = person.place
    if person.created_at is not None:
        facts["customer.created_at"] = person.created_at
        facts["customer.age_days"] = max(0, today - day_at(person.created_at, zone))
    return facts


def passing(purchases: Purchases | None, today: int, shop: Rhythm | None = None) -> Facts:
    """Facts that change by themselves as days go by (``PASSING``), and the gap that one of them is measured in.

    :param today: a day number of the shop
    :param shop: its rhythm, for customers who have too few orders for a usual gap of their own
    """
    if purchases is None or purchases.first_day is None or purchases.last_day is None:
        return {}
    since_last = max(0, today - purchases.last_day)
    facts: Facts = {
        "orders.days_since_first": max(0, today - purchases.first_day),
        "orders.days_since_last": since_last,
    }
    gap = rhythm.usual_gap(purchases, shop)
    if gap:
        facts["orders.expected_gap_days"] = gap
        facts["orders.overdue_ratio"] = since_last / gap
    return facts
