"""What is known of one customer, as named, typed values that conditions may read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from typing import Literal

from service.domain import scoring
from service.domain.answers import AnswerValue
from service.domain.conditions import Leaf, Scalar
from service.domain.money import parse_decimal
from service.domain.purchases import Purchases
from service.domain.quiz import Quiz
from service.domain.rfm import Scores

FactType = Literal["text", "list", "number", "share", "money", "instant", "days", "word"]
Facts = dict[str, object]


@dataclass(frozen=True)
class FactSpec:
    """A fact that conditions may read. A name that ends in ``*`` stands for a family (``trait.*``).

    :param words: of a ``word``: everything it can be
    """

    name: str
    type: FactType
    meaning: str
    words: tuple[str, ...] = ()


VOCABULARY: tuple[FactSpec, ...] = (
    FactSpec("answer.*", "text", "the answer to a question: answer.<quiz>.<item>; several choices make a list"),
    FactSpec("outcome.*", "text", "the outcome a quiz ended with: outcome.<quiz>"),
    FactSpec("trait.*", "number", "a psychographic scale from -1 to 1: trait.<trait>"),
    FactSpec("orders.count", "number", "paid orders"),
    FactSpec("orders.net_revenue", "money", "what the customer paid, less what was refunded"),
    FactSpec("orders.profit", "money", "net revenue less cost, over orders whose cost is known"),
    FactSpec("orders.average", "money", "net revenue divided by paid orders"),
    FactSpec("orders.refunded", "money", "money given back"),
    FactSpec("orders.first_at", "instant", "when the first paid order was placed"),
    FactSpec("orders.last_at", "instant", "when the last paid order was placed"),
    FactSpec("orders.days_since_first", "days", "days since the first paid order, in the shop's days"),
    FactSpec("orders.days_since_last", "days", "days since the last paid order, in the shop's days"),
    FactSpec("orders.mean_gap_days", "days", "usual days between order days; known from two order days on"),
    FactSpec("orders.overdue_ratio", "number", "days since the last order divided by the usual gap"),
    FactSpec("orders.discount_share", "share", "discount as a share of the value before discount, 0 to 1"),
    FactSpec("orders.discounted_share", "share", "orders with a discount as a share of all orders, 0 to 1"),
    FactSpec("orders.first_source", "text", "traffic source of the first order"),
    FactSpec("orders.first_product", "text", "first product of the first order"),
    FactSpec("orders.whale", "word", "yes for the best 20 % of customers by net revenue, ties in", ("yes", "no")),
    FactSpec("rfm.recency", "number", "1 to 5, 5 is most recent"),
    FactSpec("rfm.frequency", "number", "1 to 5, 5 is most orders"),
    FactSpec("rfm.monetary", "number", "1 to 5, 5 is most net revenue"),
    FactSpec("rfm.code", "text", "the three scores, for example 543"),
    FactSpec("rfm.group", "text", "one of the 11 groups, for example champions"),
    FactSpec("persona.psychographic", "text", "the persona by answers; unknown when the classifier abstains"),
    FactSpec("persona.psychographic.probability", "number", "its probability, 0 to 1"),
    FactSpec("persona.behavioural", "text", "the persona by purchases"),
    FactSpec("customer.country", "text", "two-letter country code"),
    FactSpec("customer.city", "text", "city as the shop wrote it"),
    FactSpec("customer.language", "text", "language of the last response, or the shop's record"),
    FactSpec("consent.email", "word", "granted or withdrawn", ("granted", "withdrawn")),
    FactSpec("consent.sms", "word", "granted or withdrawn", ("granted", "withdrawn")),
)

MONEY_FACTS = frozenset(spec.name for spec in VOCABULARY if spec.type == "money")
_EXACT = {spec.name: spec for spec in VOCABULARY if not spec.name.endswith("*")}
_FAMILIES = tuple(spec for spec in VOCABULARY if spec.name.endswith("*"))

_ORDERED = ("lt", "lte", "gt", "gte")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FIRST_DAY, _LAST_DAY = date(1970, 1, 1), date(9998, 12, 31)
# Whole numbers outside are no microseconds of a time when anybody bought anything (1973 to 9998): a year, seconds.
_FIRST_INSTANT, _LAST_INSTANT = 10**14, 253_370_764_800_000_000

# Not kept, because they change by themselves every day: worked out from the kept instants when they are read.
PASSING = frozenset({"orders.days_since_first", "orders.days_since_last", "orders.overdue_ratio"})


def spec_of(name: str) -> FactSpec | None:
    """The description of a fact, or ``None`` when there is no such fact."""
    if name in _EXACT:
        return _EXACT[name]
    return next(
        (spec for spec in _FAMILIES if name.startswith(spec.name[:-1]) and len(name) > len(spec.name) - 1), None
    )


def unknown(name: str) -> str | None:
    """What is wrong with a fact's name, with the nearest right one; ``None`` when it exists."""
    if spec_of(name) is not None:
        return None
    close = get_close_matches(name, list(_EXACT), 1, 0.5)
    hint = f"; did you mean {close[0]}?" if close else "; see the list of facts in docs/segments.md"
    return f"there is no fact {name!r}{hint}"


def misfit(leaf: Leaf) -> tuple[str, str] | None:
    """Why a comparison can never hold, or says something else than it seems to: the key that is wrong (``op`` or
    ``value``) and what would be right. ``None`` for one that fits the type of its fact, and for an unknown fact."""
    spec = spec_of(leaf.fact)
    if spec is None or leaf.op == "exists":
        return None
    if wrong := _wrong_op(spec, leaf):
        return "op", wrong
    values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    wrong = next((found for value in values if (found := _wrong_value(spec, leaf.op, value))), None)
    return ("value", wrong) if wrong else None


def _wrong_op(spec: FactSpec, leaf: Leaf) -> str | None:
    if spec.type in ("text", "word"):
        # A rating, an NPS answer or a number is a number; which answers are is known to the quiz alone.
        if leaf.op in _ORDERED and spec.name != "answer.*":
            return f"{leaf.fact} is a {spec.type}, never less or more than anything: use eq, ne, in or exists"
        return None
    if leaf.op == "has":
        return f"has looks into lists, and {leaf.fact} is {_KINDS[spec.type]}: use eq, lt, lte, gt or gte"
    if spec.type == "instant" and leaf.op not in _ORDERED:
        return f"{leaf.fact} is a moment: use lt, lte, gt or gte; one day is gte and lte of the same date"
    return None


_KINDS: Mapping[FactType, str] = {
    "number": "a number",
    "share": "a number from 0 to 1",
    "days": "a number of days",
    "money": "an amount",
    "instant": "a moment",
}


def _wrong_value(spec: FactSpec, op: str, value: Scalar) -> str | None:
    if spec.type == "instant":
        return None if _is_moment(value) else f'expected a date such as "2026-01-31", a day of the shop, not {value!r}'
    if spec.type == "money":
        return _wrong_amount(value)
    if spec.type == "word":
        return None if value in spec.words else f"{value!r} is never found: write {_either(spec.words)}"
    if spec.type == "text":
        ordered_text = op in _ORDERED and isinstance(value, str)
        return f"{op} compares numbers: {_as_number(value)}, not {value!r}" if ordered_text else None
    if isinstance(value, str):
        return f"expected {_KINDS[spec.type]}: {_as_number(value)}, not {value!r}"
    if spec.type == "share" and not 0 <= value <= 1:
        return f"a share lies between 0 and 1 (60 % is 0.6), not {value}"
    return None


def _wrong_amount(value: Scalar) -> str | None:
    try:
        parse_decimal(str(value))
    except ValueError as error:
        return f'expected an amount in the shop\'s currency such as 500 or "49.50"; {error}'
    return None


def _is_moment(value: Scalar) -> bool:
    if isinstance(value, str):
        return day_of(value) is not None
    return isinstance(value, int) and _FIRST_INSTANT <= value <= _LAST_INSTANT


def day_of(text: str) -> date | None:
    """The calendar day of a text such as ``2026-01-31``, from 1970 on; ``None`` when it is none."""
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
    return day if day is not None and _FIRST_DAY <= day <= _LAST_DAY else None


def _as_number(value: Scalar) -> str:
    """How the number that a text stands for is written; an example when it stands for none."""
    try:
        number = parse_decimal(str(value))
    except ValueError:
        return "write digits without quotes, for example 3"
    return f"write {number:f} without quotes"


def _either(words: Sequence[str]) -> str:
    return " or ".join(f'"{word}"' for word in words)


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
                facts[f"answer.{quiz.id}.{item_id}"] = value
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


def from_purchases(purchases: Purchases | None, *, whale_threshold: int | None = None) -> Facts:
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
    if whale_threshold is not None:
        facts["orders.whale"] = "yes" if purchases.net_revenue >= whale_threshold > 0 else "no"
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
        "customer.created_at": person.created_at,
    }
    facts.update({f"consent.{channel}": state for channel, state in (person.consent or {}).items()})
    facts.update({f"attribute.{name}": value for name, value in person.attributes.items()})
    facts.update({f"contact.{kind}_at": at for kind, at in person.contact.items()})
    return {name: value for name, value in facts.items() if value}


def passing(purchases: Purchases | None, today: int) -> Facts:
    """Facts that change by themselves as days go by (``PASSING``); ``today`` is a day number of the shop."""
    if purchases is None or purchases.first_day is None or purchases.last_day is None:
        return {}
    since_last = max(0, today - purchases.last_day)
    facts: Facts = {
        "orders.days_since_first": max(0, today - purchases.first_day),
        "orders.days_since_last": since_last,
    }
    gap = purchases.mean_gap_days
    if gap:
        facts["orders.overdue_ratio"] = round(since_last / gap, 4)
    return facts
