"""Segments: money in the shop's currency, who is in, and which clauses decided."""

import pytest

from service.domain.binding import bind
from service.domain.conditions import Leaf
from service.domain.errors import DefinitionError
from service.domain.segments import (
    Clause,
    Segment,
    clauses_to_json,
    deciding,
    diff,
    from_document,
    members_of,
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


# what can hold -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "op", "value", "key", "right"),
    [
        ("orders.count", "gte", "3", "value", "write 3 without quotes, not '3'"),
        ("orders.count", "eq", "three", "value", "write digits without quotes, for example 3"),
        ("orders.count", "in", [1, "2"], "value", "write 2 without quotes"),
        ("orders.count", "has", "x", "op", "has looks into lists, and orders.count is a number: use eq"),
        ("orders.count", "eq", True, "value", "expected a number"),
        ("trait.price_sensitivity", "lt", "0.50", "value", "write 0.50 without quotes"),
        ("orders.days_since_last", "lte", "30 days", "value", "expected a number of days"),
        ("orders.discount_share", "gte", 60, "value", "a share lies between 0 and 1 (60 % is 0.6), not 60"),
        ("orders.discount_share", "gte", "0.6", "value", "write 0.6 without quotes"),
        (
            "orders.net_revenue",
            "gte",
            "five hundred",
            "value",
            "such as 500 or \"49.50\"; 'five hundred' is not a number",
        ),
        ("orders.net_revenue", "gte", "1,000", "value", "'1,000' is not a number"),
        ("orders.net_revenue", "lt", "NaN", "value", "'NaN' is not a number"),
        ("orders.net_revenue", "gte", 10**17, "value", "is too large"),
        ("orders.average", "in", [100, "much"], "value", "'much' is not a number"),
        ("orders.first_at", "gte", "last year", "value", 'a date such as "2026-01-31", a day of the shop, not'),
        ("orders.first_at", "gte", "2026-02-30", "value", "expected a date"),
        ("orders.first_at", "gte", "20260101", "value", "expected a date"),
        ("orders.first_at", "gte", "9999-12-31", "value", "expected a date"),
        ("orders.first_at", "gte", 2026, "value", "expected a date"),
        ("orders.first_at", "gte", 1_767_225_600, "value", "expected a date"),
        ("orders.last_at", "lt", 1.5e15, "value", "expected a date"),
        ("orders.last_at", "eq", "2026-01-01", "op", "one day is gte and lte of the same date"),
        ("orders.last_at", "in", ["2026-01-01"], "op", "use lt, lte, gt or gte"),
        ("customer.country", "gte", "SA", "op", "customer.country is a text, never less or more than anything"),
        ("rfm.code", "gte", 500, "op", "rfm.code is a text"),
        ("orders.whale", "gt", "no", "op", "orders.whale is a word"),
        ("orders.whale", "eq", "true", "value", '\'true\' is never found: write "yes" or "no"'),
        ("consent.email", "in", ["granted", "yes"], "value", 'write "granted" or "withdrawn"'),
        ("answer.after-purchase.nps", "gte", "9", "value", "gte compares numbers: write 9 without quotes, not '9'"),
    ],
)
def test_a_comparison_that_can_never_hold_is_refused_with_what_would_be_right(
    fact: str, op: str, value: object, key: str, right: str
) -> None:
    document = {"all": [{"not": {"fact": fact, "op": op, "value": value}}, {"fact": "orders.cuont", "value": 1}]}
    with pytest.raises(DefinitionError) as caught:
        parse_condition(document, "SAR", path="segments[2].when")
    first, second = caught.value.problems
    assert first.path == f"segments[2].when.all[0].not.{key}"
    assert right in first.message
    assert second.path == "segments[2].when.all[1].fact"


@pytest.mark.parametrize(
    ("fact", "op", "value"),
    [
        ("orders.count", "in", [1, 2]),
        ("orders.count", "exists", False),
        ("orders.overdue_ratio", "gte", 1.5),
        ("orders.discount_share", "eq", 0),
        ("orders.net_revenue", "gte", "500.00"),
        ("orders.net_revenue", "lt", -10),
        ("orders.first_at", "gte", "2026-01-01"),
        ("orders.first_at", "lt", 1_767_225_600_000_000),
        ("orders.first_at", "exists", True),
        ("orders.whale", "eq", True),
        ("consent.sms", "ne", "granted"),
        ("customer.city", "in", ["Jeddah", 7]),
        ("rfm.code", "eq", "543"),
        ("answer.after-purchase.nps", "gte", 9),
        ("answer.skin-match.concerns", "has", "redness"),
        ("answer.skin-match.concerns", "eq", "3"),
    ],
)
def test_a_comparison_that_fits_its_fact_is_taken(fact: str, op: str, value: object) -> None:
    parse_condition({"fact": fact, "op": op, "value": value}, "SAR")


@pytest.mark.parametrize(
    ("op", "before", "first", "last", "after"),
    [
        ("lt", True, False, False, False),
        ("lte", True, True, True, False),
        ("gt", False, False, False, True),
        ("gte", False, True, True, True),
    ],
)
@pytest.mark.parametrize(
    ("timezone", "begins", "ends"),
    [
        ("UTC", 1_777_593_600_000_000, 1_777_680_000_000_000),
        ("Asia/Riyadh", 1_777_582_800_000_000, 1_777_669_200_000_000),
    ],
)
def test_a_date_is_a_whole_day_of_the_shop(
    timezone: str, begins: int, ends: int, op: str, before: bool, first: bool, last: bool, after: bool
) -> None:
    one = from_document(
        {"id": "x", "name": {"en": "x"}, "when": {"fact": "orders.last_at", "op": op, "value": "2026-05-01"}},
        "SAR",
        timezone,
    )
    found = [
        members_of([one], {"orders.last_at": instant}) == {"x"} for instant in (begins - 1, begins, ends - 1, ends)
    ]
    assert found == [before, first, last, after]


def test_a_day_on_which_clocks_change_has_its_own_length() -> None:
    _, begins = parse_condition({"fact": "orders.last_at", "op": "gte", "value": "2026-03-29"}, "EUR", "Europe/Berlin")
    _, ends = parse_condition({"fact": "orders.last_at", "op": "lte", "value": "2026-03-29"}, "EUR", "Europe/Berlin")
    assert isinstance(begins, Leaf)
    assert isinstance(ends, Leaf)
    assert isinstance(begins.value, int)
    assert isinstance(ends.value, int)
    assert ends.value + 1 - begins.value == 23 * 3600 * 1_000_000


def test_what_was_saved_before_is_read_also_when_it_would_be_refused_today() -> None:
    odd = {
        "any": [
            {"fact": "orders.net_revenue", "op": "gte", "value": "much"},
            {"fact": "orders.first_at", "op": "eq", "value": "2026-01-01"},
            {"fact": "orders.gone", "op": "eq", "value": 1},
        ]
    }
    one = from_document({"id": "x", "name": {"en": "x"}, "when": odd}, "SAR", kept=True)
    assert members_of([one], {"orders.net_revenue": 10**9, "orders.first_at": 1_767_225_600_000_000}) == frozenset()
