"""Every fact that conditions may read: its type, what it means, and what its absence means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

FactType = Literal["text", "word", "list", "number", "share", "money", "days", "instant", "date", "place", "any"]
AttributeType = Literal["text", "number", "date", "list"]
Passes = Literal["", "days", "ratio", "stage"]


@dataclass(frozen=True)
class FactSpec:
    """A fact that conditions may read. A name that ends in ``*`` stands for a family (``trait.*``).

    :param words: of a ``word``: everything it can be
    :param missing: when it is not known, a key of ``MISSING``
    :param history: its earlier values are recorded, so that the past can be asked about
    :param passes: how it changes while nothing happens: ``days`` grows by one each midnight of the shop, ``ratio`` is
        the days since the last order divided by the expected gap, ``stage`` moves when its producer says
    """

    name: str
    type: FactType
    meaning: str
    words: tuple[str, ...] = ()
    missing: str = "orders"
    history: bool = False
    passes: Passes = ""


# Why a fact is not known. A comparison with a fact that is not known is false, ``ne`` too.
MISSING: Mapping[str, str] = {
    "never": "always known",
    "orders": "not known without a paid order",
    "two_days": "not known before orders on two different days",
    "expected": "not known without a paid order, or while the shop has too few repeat orders to know its usual gap",
    "source": "not known when the first order says no source",
    "product": "not known when the first order names no product",
    "cost": "not known when the cost of no order is known",
    "fitted": "not known until the shop's orders have been looked at for the first time, or without a paid order",
    "moved": "not known until the group changes for the first time",
    "answer": "not known when the question was not asked, not reached or skipped",
    "skipped": "not known unless the question was shown and skipped",
    "outcome": "not known until the quiz is finished",
    "answered": "not known until the customer has answered something",
    "abstained": "not known when the persona is unknown",
    "inferred": "not known until a model that infers personas is active, or when it abstains",
    "repeated": "not known until two orders have the same",
    "habits": "not known before a third order, or while the shop has fewer than 200 orders",
    "rhythm": "not known until customers have ordered again 30 times, or without a paid order",
    "modelled": "not known until a model of future orders is active, or without a paid order",
    "whale": "not known until a model of whales is active",
    "record": "not known when the shop did not say",
    "place": "not known unless the postal code is in the imported list of places",
    "consent": "not known for a channel the customer was never asked about",
    "contact": "not known until an email tool reports it",
}


def _orders(name: str, type: FactType, meaning: str, missing: str = "orders", **more: Passes) -> FactSpec:
    return FactSpec(f"orders.{name}", type, meaning, missing=missing, passes=more.get("passes", ""))


def _kept(
    name: str, type: FactType, meaning: str, missing: str = "record", words: tuple[str, ...] = (), passes: Passes = ""
) -> FactSpec:
    return FactSpec(name, type, meaning, words, missing, history=True, passes=passes)


_YES_NO, _CONSENT = ("yes", "no"), ("granted", "withdrawn")

VOCABULARY: tuple[FactSpec, ...] = (
    _kept("answer.*", "text", "the answer to a question: answer.<quiz>.<item>; several choices make a list", "answer"),
    _kept("skipped.*", "word", "yes when a question was skipped: skipped.<quiz>.<item>", "skipped", ("yes",)),
    _kept("answered_at.*", "instant", "when a question was answered: answered_at.<quiz>.<item>", "answer"),
    _kept("outcome.*", "text", "the outcome a quiz ended with: outcome.<quiz>", "outcome"),
    _kept("trait.*", "number", "a psychographic scale from -1 to 1: trait.<trait>", "answered"),
    _orders("count", "number", "paid orders", "never"),
    _orders("net_revenue", "money", "what the customer paid, less what was refunded", "never"),
    _orders("profit", "money", "net revenue less cost, over orders whose cost is known", "cost"),
    _orders("average", "money", "net revenue divided by paid orders"),
    _orders("refunded", "money", "money given back"),
    _orders("first_at", "instant", "when the first paid order was placed"),
    _orders("last_at", "instant", "when the last paid order was placed"),
    _orders("days_since_first", "days", "days since the first paid order, in the shop's days", passes="days"),
    _orders("days_since_last", "days", "days since the last paid order, in the shop's days", passes="days"),
    _orders("mean_gap_days", "days", "usual days between order days; known from two order days on", "two_days"),
    _orders(
        "expected_gap_days",
        "days",
        "days until the next order as usual: the customer's own gap from three order days on, before that the"
        " shop's median gap for that number of orders",
        "expected",
    ),
    _orders(
        "overdue_ratio", "number", "days since the last order divided by the expected gap", "expected", passes="ratio"
    ),
    _kept(
        "orders.lapse_stage",
        "word",
        "where the customer is in their own rhythm",
        "rhythm",
        ("new", "active", "due", "overdue", "lapsed"),
        "stage",
    ),
    _orders("discount_share", "share", "discount as a share of the value before discount, 0 to 1"),
    _orders("discounted_share", "share", "orders with a discount as a share of all orders, 0 to 1"),
    _orders("full_price_share", "share", "orders without any discount as a share of all orders, 0 to 1"),
    _kept(
        "orders.discount_affinity",
        "number",
        "orders with a discount, compared with what is usual in the same months; 1 is no difference",
        "habits",
    ),
    _orders("first_source", "text", "traffic source of the first order", "source"),
    _orders("first_product", "text", "first product of the first order", "product"),
    _kept("orders.habit.category", "text", "the category most orders have something of", "repeated"),
    _kept("orders.habit.source", "text", "the traffic source of most orders", "repeated"),
    FactSpec(
        "orders.whale",
        "word",
        "yes for the best share of customers (20 % unless set), by net profit where costs are known, else net revenue",
        _YES_NO,
        "fitted",
    ),
    _kept("rfm.recency", "number", "1 to 5, 5 is most recent", "fitted"),
    _kept("rfm.frequency", "number", "1 to 5, 5 is most orders", "fitted"),
    _kept("rfm.monetary", "number", "1 to 5, 5 is most net revenue", "fitted"),
    _kept("rfm.code", "text", "the three scores, for example 543", "fitted"),
    _kept("rfm.group", "text", "one of the 11 groups, for example champions", "fitted"),
    _kept("rfm.previous_group", "text", "the group before the present one", "moved"),
    _kept("rfm.group_since", "instant", "when the present group began", "fitted"),
    _kept("persona.psychographic", "text", "the persona by answers; unknown when the classifier abstains", "answered"),
    _kept("persona.psychographic.probability", "number", "its probability, 0 to 1", "abstained"),
    _kept("persona.psychographic.source", "text", "what it rests on: prototype, trained or inferred", "abstained"),
    _kept(
        "persona.inferred",
        "text",
        "the persona that purchases speak for, of customers who answered nothing",
        "inferred",
    ),
    _kept("persona.inferred.probability", "number", "its probability, 0 to 1", "inferred"),
    _kept("persona.behavioural", "text", "the persona by purchases", "fitted"),
    _kept("value.expected_orders", "number", "orders expected in the next 365 days", "modelled", passes="stage"),
    _kept("value.alive", "share", "chance that the customer still buys at all, 0 to 1", "modelled", passes="stage"),
    _kept("value.expected_revenue", "money", "net revenue expected in the next 365 days", "modelled", passes="stage"),
    _kept("value.next_order_at", "instant", "when the next order is expected, if one comes", "rhythm", passes="stage"),
    _kept("whale.probability", "share", "chance of becoming one of the best 20 %, 0 to 1", "whale", passes="stage"),
    _kept("customer.country", "text", "two-letter country code"),
    _kept("customer.region", "text", "region as the shop wrote it"),
    _kept("customer.city", "text", "city as the shop wrote it"),
    _kept("customer.postal_code", "text", "postal code in capitals without spaces"),
    FactSpec("customer.place", "place", "where the postal code lies", missing="place"),
    _kept("customer.language", "text", "language of the last response, or the shop's record"),
    FactSpec("customer.created_at", "instant", "when Firasa first heard of the customer", missing="never"),
    FactSpec("customer.age_days", "days", "days since then, in the shop's days", missing="never", passes="days"),
    _kept("attribute.*", "any", "a field of the shop's own: attribute.<name>"),
    _kept("consent.email", "word", "granted or withdrawn", "consent", _CONSENT),
    _kept("consent.sms", "word", "granted or withdrawn", "consent", _CONSENT),
    FactSpec("contact.received_at", "instant", "when the last email was received", missing="contact"),
    FactSpec("contact.opened_at", "instant", "when an email was last opened", missing="contact"),
    FactSpec("contact.clicked_at", "instant", "when a link in an email was last clicked", missing="contact"),
    _kept(
        "journey.stage",
        "word",
        "where the customer is on the way",
        "never",
        ("visitor", "subscriber", "first_time", "repeat", "lapsed"),
        "stage",
    ),
)

MONEY_FACTS = frozenset(spec.name for spec in VOCABULARY if spec.type == "money")
# Not kept, because they change by themselves every day: worked out from the kept instants when they are read.
PASSING = frozenset(spec.name for spec in VOCABULARY if spec.passes in ("days", "ratio"))

Attributes = Mapping[str, AttributeType]
"""The types of the shop's own fields by name, ``{"shoe_size": "number"}``."""

_EXACT = {spec.name: spec for spec in VOCABULARY if not spec.name.endswith("*")}
_FAMILIES = {spec.name[:-1]: spec for spec in VOCABULARY if spec.name.endswith("*")}
_ATTRIBUTE = "attribute."


def spec_of(name: str, attributes: Attributes | None = None) -> FactSpec | None:
    """The description of a fact, or ``None`` when there is no such fact.

    :param attributes: the shop's own fields; without them every ``attribute.<name>`` is one of type ``any``
    """
    if name in _EXACT:
        return _EXACT[name]
    family, dot, rest = name.partition(".")
    spec = _FAMILIES.get(f"{family}{dot}")
    if spec is None or not rest:
        return None
    if spec.type != "any" or attributes is None:
        return spec
    return _attribute(rest, attributes[rest]) if rest in attributes else None


def _attribute(name: str, kind: AttributeType) -> FactSpec:
    return _kept(f"{_ATTRIBUTE}{name}", kind, f"the shop's own field {name}")


def unknown(name: str, attributes: Attributes | None = None) -> str | None:
    """What is wrong with a fact's name, with the nearest right one; ``None`` when it exists."""
    if spec_of(name, attributes) is not None:
        return None
    close = get_close_matches(name, [*_EXACT, *(f"{_ATTRIBUTE}{one}" for one in attributes or ())], 1, 0.5)
    hint = f"; did you mean {close[0]}?" if close else "; see the list of facts in docs/segments.md"
    return f"there is no fact {name!r}{hint}"
