"""Conditions and reasons are said in plain words, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.domain import segments, vocabulary
from service.domain.conditions import Condition, Node, OrderHistory, Subject
from service.domain.subjects import PastOrder
from service.web import i18n, sentence_words, sentences
from tests.strategies import Clock, clauses, clocks, customers, subject_of


@dataclass(frozen=True)
class Plain:
    """Names as they are, so that a test sees the sentence alone."""

    def fact(self, name: str) -> str:
        return name

    def value(self, name: str, found: object) -> str:
        return i18n.money(found) if name in vocabulary.MONEY_FACTS else str(found)  # type: ignore[arg-type]

    def segment(self, segment_id: str) -> str:
        return segment_id

    def product(self, product_id: str) -> str:
        return product_id


PLAIN = Plain()


@pytest.fixture(params=["en", "ar"])
def lang(request: pytest.FixtureRequest) -> Iterator[str]:
    with Flask(__name__).test_request_context():
        i18n.set_reader(i18n.Reader(lang=request.param, timezone="Asia/Riyadh", currency="SAR"))
        yield request.param


def bound(document: object) -> Condition:
    return segments.parse_condition(document, "SAR", "Asia/Riyadh")[1]


SAID = [
    (
        {"count": "orders", "where": {"product": "oud", "discount": {"gt": 0}}, "last_days": 90, "value": 2},
        "orders with discount above SAR\xa00.00 and product: oud, in the last 90 days: at least 2 orders",
        "الطلبات (حيث الخصم أكثر من \u200f0.00\xa0ر.س.\u200f والمنتج: oud)، خلال آخر 90 يومًا: طلبان على الأقل",
    ),
    (
        {"sum": "lines.amount", "where": {"category": ["serums", "oils"]}, "between": ["2026-01-01", "2026-03-31"],
         "op": "gte", "value": 500},
        "total of value before discount by line with category: one of serums or oils, from Jan 1, 2026 to Mar 31, 2026:"
        " at least SAR\xa0500.00",
        None,
    ),
    (
        {"did": {"lines": {"product": "minis"}}, "then": {"lines": {"unit_price": {"gte": 149}}}, "within_days": 90},
        "an order of a line with product: minis, and at most 90 days later an order of a line with price of one piece"
        " at least SAR\xa0149.00",
        None,
    ),
    ({"segment": "whales", "op": "entered_in_last_days", "value": 30},
     "entered the segment “\u2068whales\u2069” in the last 30 days",
     "دخل الشريحة «\u2068whales\u2069» خلال آخر 30 يومًا"),
    ({"on": "2026-05-01", "that": {"fact": "rfm.group", "value": "champions"}},
     "on May 1, 2026: rfm.group: champions", None),
    ({"fact": "orders.net_revenue", "op": "top_percent", "value": 20},
     "orders.net_revenue: among the highest 20% of customers", "orders.net_revenue: ضمن أعلى 20% من العملاء"),
    ({"fact": "orders.last_at", "op": "in_last_days", "value": 2}, "orders.last_at: in the last 2 days",
     "orders.last_at: خلال آخر يومين"),
    ({"any": [{"fact": "rfm.group", "value": "new"}, {"all": [{"segment": "a"}, {"not": {"segment": "b"}}]}]},
     "rfm.group: new or (in the segment “\u2068a\u2069” and not (in the segment “\u2068b\u2069”))", None),
]  # fmt: skip


@pytest.mark.parametrize(("document", "english", "arabic"), SAID)
def test_a_condition_in_one_line(lang: str, document: object, english: str, arabic: str | None) -> None:
    said = sentences.sentence(bound(document), PLAIN)
    wanted = english if lang == "en" else arabic
    assert wanted is None or said == wanted


def test_why_somebody_is_out(lang: str) -> None:
    when = bound({"count": "orders", "op": "gte", "value": 2})
    subject = Subject({}, OrderHistory((PastOrder(1, 0, 0, gross=100),)))
    (decided,) = segments.deciding(when, subject)
    assert (
        sentences.reason(decided, PLAIN)
        == {
            "en": "orders: 1 order, needed: at least 2 orders",
            "ar": "الطلبات: طلب واحد، والمطلوب: طلبان على الأقل",
        }[lang]
    )


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_every_clause_can_be_said_with_its_reason(lang: str, data: st.DataObject) -> None:
    clock: Clock = data.draw(clocks())
    clause = data.draw(clauses(clock))
    assert not isinstance(clause, Node)
    (decided,) = segments.deciding(clause, subject_of(data.draw(customers(clock)), clock))
    assert sentences.clause_of(decided) == clause
    for said in (sentences.sentence(clause, PLAIN), sentences.reason(decided, PLAIN)):
        assert said
        assert "%(" not in said


def test_the_rules_of_missing_values_are_those_of_the_vocabulary() -> None:
    assert sentence_words.MISSING == vocabulary.MISSING
    assert {spec.missing for spec in vocabulary.VOCABULARY} == vocabulary.MISSING.keys()
