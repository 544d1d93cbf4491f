"""Segments: money in the shop's currency, who is in, and which clauses decided."""

import pytest

from service.domain.conditions import Leaf
from service.domain.errors import DefinitionError
from service.domain.segments import (
    Clause,
    Segment,
    bind,
    clauses_to_json,
    deciding,
    diff,
    from_document,
    parse_condition,
)
from service.domain.text import Text


def segment(segment_id: str, when: object, status: str = "live") -> Segment:
    return from_document({"id": segment_id, "name": {"en": segment_id}, "when": when}, "SAR", version=1, status=status)


def test_money_is_written_in_the_shop_s_currency_and_compared_in_minor_units() -> None:
    document = {
        "all": [
            {"fact": "orders.net_revenue", "op": "gte", "value": 500},
            {"fact": "orders.count", "op": "gte", "value": 2},
        ]
    }
    when, bound = parse_condition(document, "SAR")
    assert bind(when, "KWD") != bound
    one = segment("rich", document)
    assert diff([one], frozenset(), {"orders.net_revenue": 50_000, "orders.count": 2}).entered.keys() == {"rich"}
    assert diff([one], frozenset(), {"orders.net_revenue": 49_999, "orders.count": 2}).entered == {}
    assert bind(Leaf("orders.average", "in", ("1.5", 2)), "KWD") == Leaf("orders.average", "in", (1500, 2000))


def test_a_wrong_fact_is_refused_with_the_nearest_right_one() -> None:
    with pytest.raises(DefinitionError, match="did you mean orders.count"):
        parse_condition({"fact": "order.count", "op": "gte", "value": 2}, "SAR")


def test_entering_and_leaving_name_the_clauses_that_decided() -> None:
    one = segment(
        "loyal",
        {"all": [{"fact": "orders.count", "op": "gte", "value": 2}, {"fact": "rfm.recency", "op": "gte", "value": 3}]},
    )
    entered = diff([one], frozenset(), {"orders.count": 3, "rfm.recency": 5})
    assert [clause.fact for clause in entered.entered["loyal"]] == ["orders.count", "rfm.recency"]
    left = diff([one], frozenset({"loyal"}), {"orders.count": 3, "rfm.recency": 1})
    assert left.left["loyal"] == (Clause("rfm.recency", "gte", 3, 1, False),)
    assert clauses_to_json(left.left["loyal"]) == [
        {"fact": "rfm.recency", "op": "gte", "value": 3, "found": 1, "holds": False}
    ]


def test_of_an_any_that_held_only_what_held_is_named() -> None:
    when, bound = parse_condition(
        {"any": [{"fact": "rfm.group", "value": "new"}, {"fact": "orders.count", "op": "gte", "value": 1}]}, "SAR"
    )
    assert [clause.fact for clause in deciding(bound, {"orders.count": 1})] == ["orders.count"]


def test_a_paused_segment_is_left_and_nobody_enters_it() -> None:
    paused = segment("x", {"fact": "orders.count", "op": "gte", "value": 1}, "paused")
    change = diff([paused], frozenset({"x"}), {"orders.count": 5})
    assert (dict(change.entered), dict(change.left)) == ({}, {"x": ()})


def test_a_segment_without_a_tag_gets_one_of_its_id() -> None:
    assert segment("whales", {"fact": "orders.whale", "value": "yes"}).tag == "segment-whales"
    assert segment("whales", {"fact": "orders.whale", "value": "yes"}).name == Text({"en": "whales"})
