"""Every kind of clause says what docs/segments.md says it does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from service.domain import conditions, facts, segments
from service.domain.comparisons import unit_vector
from service.domain.conditions import Condition, Kept, OrderHistory, Subject
from service.domain.cuts import cut_value
from service.domain.days import number_of, start_of
from service.domain.errors import DefinitionError
from service.domain.leaves import Cut
from service.domain.references import Shop, check
from service.domain.subjects import PastLine, PastOrder, Recorded, Stay

ZONE = "Asia/Riyadh"
TODAY = number_of(facts.day_of("2026-06-01"))  # type: ignore[arg-type]
NOW = start_of(TODAY, ZONE) + 12 * 3_600_000_000


def bound(document: object) -> Condition:
    return segments.parse_condition(document, "SAR", ZONE)[1]


def asked(known: Mapping[str, object] | None = None, **more: Any) -> Subject:
    return Subject(known or {}, now=NOW, today=TODAY, zone=ZONE, **more)


def holds(document: object, known: Mapping[str, object] | None = None, **more: Any) -> bool:
    return conditions.holds(bound(document), asked(known, **more))


def order(number: int, days_ago: int, *lines: PastLine, **more: Any) -> PastOrder:
    day = TODAY - days_ago
    gross = sum(line.amount for line in lines) or 10_000
    fields = {"gross": gross, "revenue": gross, **more}
    return PastOrder(number, start_of(day, ZONE) + number, day, lines=lines, **fields)


def history(*orders: PastOrder) -> OrderHistory:
    return OrderHistory.of(orders)


# facts ---------------------------------------------------------------------------------------------------------------

CITY = {"customer.city": "الريَّاض  North"}
CONCERNS = {"answer.q.concerns": ("redness", "dryness")}


@pytest.mark.parametrize(
    ("fact", "op", "value", "known", "expected"),
    [
        ("orders.count", "between", [2, 3], {"orders.count": 2}, True),
        ("orders.count", "between", [2, 3], {"orders.count": 4}, False),
        ("answer.q.concerns", "all_of", ["dryness", "redness"], CONCERNS, True),
        ("answer.q.concerns", "all_of", ["dryness", "acne"], CONCERNS, False),
        ("answer.q.concerns", "contains", "red", CONCERNS, True),
        ("customer.city", "contains", "رياض", CITY, True),
        ("customer.city", "starts_with", "الرياض nor", CITY, True),
        ("customer.city", "ends_with", "NORTH", CITY, True),
        ("customer.city", "matches", "north الرياض", CITY, True),
        ("customer.city", "matches", "nor", CITY, False),
        ("customer.city", "matches", "nor*", CITY, True),
        ("customer.city", "matches", "north", {}, False),
        ("answer.q.why", "skipped", True, {"skipped.q.why": "yes"}, True),
        ("answer.q.why", "skipped", False, {"answer.q.why": "x"}, True),
        ("answer.q.why", "never_asked", True, {"skipped.q.why": "yes"}, False),
        ("answer.q.why", "never_asked", True, {}, True),
        ("answered_at.q.why", "before", "orders.last_at", {"answered_at.q.why": NOW - 5, "orders.last_at": NOW}, True),
        ("answered_at.q.why", "after", "orders.last_at", {"answered_at.q.why": NOW, "orders.last_at": NOW}, False),
        ("answered_at.q.why", "after", "orders.last_at", {"answered_at.q.why": NOW}, False),
        ("attribute.birthday", "lt", "2000-01-01", {"attribute.birthday": "1999-12-31"}, True),
        ("answer.q.code", "eq", 3, {"answer.q.code": "3"}, True),
        ("answer.q.code", "eq", "3", {"answer.q.code": 3.0}, True),
    ],
)
def test_comparisons_of_one_fact(fact: str, op: str, value: object, known: dict[str, object], expected: bool) -> None:
    assert holds({"fact": fact, "op": op, "value": value}, known) is expected


@pytest.mark.parametrize(
    ("op", "n", "days_away", "expected"),
    [
        ("in_last_days", 7, 0, True),
        ("in_last_days", 7, -6, True),
        ("in_last_days", 7, -7, False),
        ("in_last_days", 7, 1, False),
        ("before_last_days", 7, -7, True),
        ("before_last_days", 7, -6, False),
        ("in_next_days", 7, 6, True),
        ("in_next_days", 7, 7, False),
        ("in_next_days", 7, -1, False),
    ],
)
def test_days_are_counted_in_the_shop_s_zone(op: str, n: int, days_away: int, expected: bool) -> None:
    begins = start_of(TODAY + days_away, ZONE)
    ends = start_of(TODAY + days_away + 1, ZONE) - 1
    for instant in (begins, ends):
        assert holds({"fact": "contact.opened_at", "op": op, "value": n}, {"contact.opened_at": instant}) is expected


@pytest.mark.parametrize(
    ("born", "n", "expected"),
    [("1990-06-01", 0, True), ("1990-06-15", 14, True), ("1990-06-16", 14, False), ("1990-05-31", 14, False),
     ("2026-06-01", 14, False), ("1992-02-29", 273, True), ("1992-02-29", 271, False)],
)  # fmt: skip
def test_an_anniversary_is_of_an_earlier_year(born: str, n: int, expected: bool) -> None:
    document = {"fact": "attribute.birthday", "op": "anniversary_within", "value": n}
    assert holds(document, {"attribute.birthday": born}) is expected


def test_distance_is_measured_on_the_earth() -> None:
    jeddah = {"customer.place": unit_vector(21.49, 39.19)}
    riyadh = {"lat": 24.71, "lon": 46.68}
    assert holds({"fact": "customer.place", "op": "within_km", "value": {**riyadh, "km": 860}}, jeddah)
    assert not holds({"fact": "customer.place", "op": "within_km", "value": {**riyadh, "km": 840}}, jeddah)


def test_the_best_fifth_has_its_ties() -> None:
    values = [1, 2, 3, 3, 3, 3, 7, 8, 9, 9]
    assert cut_value(values, Cut("f", "top", 20)) == 9
    assert cut_value(values, Cut("f", "top", 21)) == 8
    assert cut_value(values, Cut("f", "bottom", 30)) == 3
    assert cut_value([1, 2, 4, 5], Cut("f", "median")) == 3
    assert cut_value([], Cut("f", "median")) is None
    best = {"fact": "orders.net_revenue", "op": "top_percent", "value": 20}
    cuts = {Cut("orders.net_revenue", "top", 20): 900}
    assert holds(best, {"orders.net_revenue": 900, "orders.count": 1}, cuts=cuts)
    assert not holds(best, {"orders.net_revenue": 900, "orders.count": 1})
    worst = {"fact": "orders.net_revenue", "op": "bottom_percent", "value": 20}
    cuts = {Cut("orders.net_revenue", "bottom", 20): 900}
    assert not holds(worst, {"orders.net_revenue": 0, "orders.count": 0}, cuts=cuts)


# purchases -----------------------------------------------------------------------------------------------------------

OUD, SERUM, MINIS = (PastLine(1, 69_000, 0, "oud", "home"), PastLine(2, 25_800, 800, "glow", "serums"),
                     PastLine(1, 6_900, 0, "minis", "sets"))  # fmt: skip
BOUGHT = history(
    order(1, 200, MINIS, source="podcast"),
    order(2, 120, OUD, discount=5_000),
    order(3, 120, SERUM),
    order(4, 6, SERUM, OUD, coupon="SAVE10"),
    order(5, 3, SERUM, status="pending", revenue=0),
    order(6, 2, OUD, kind="refund", gross=-69_000),
)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"count": "orders", "op": "eq", "value": 4}, True),
        ({"count": "orders"}, True),
        ({"count": "lines", "op": "eq", "value": 5}, True),
        ({"count": "orders", "where": {"status": "pending"}, "op": "eq", "value": 1}, True),
        ({"count": "orders", "last_days": 7, "op": "eq", "value": 1}, True),
        ({"count": "orders", "last_days": 6, "op": "eq", "value": 0}, True),
        ({"count": "orders", "where": {"product": "oud", "discount": {"gt": 0}}, "op": "eq", "value": 1}, True),
        ({"count": "orders", "where": {"source": {"ne": "google"}}, "op": "eq", "value": 1}, True),
        ({"count": "orders", "where": {"coupon": {"exists": False}}, "op": "eq", "value": 3}, True),
        ({"count": "orders", "since_first_order": 80, "op": "eq", "value": 3}, True),
        ({"count": "orders", "since_first_order": 79, "op": "eq", "value": 1}, True),
        ({"sum": "lines.amount", "where": {"category": "serums"}, "op": "eq", "value": 516}, True),
        ({"sum": "lines.discount", "op": "eq", "value": "16.00"}, True),
        ({"sum": "orders.revenue", "first_orders": 2, "op": "eq", "value": 759}, True),
        ({"sum": "orders.revenue", "where": {"source": "nobody"}, "op": "eq", "value": 0}, True),
        ({"average": "orders.revenue", "where": {"source": "nobody"}, "op": "lt", "value": 10**6}, False),
        ({"average": "lines.quantity", "op": "eq", "value": 1.4}, True),
        ({"average": "orders.revenue", "first_orders": 3, "op": "between", "value": ["338.99", "339.01"]}, True),
        ({"minimum": "lines.unit_price", "op": "eq", "value": 69}, True),
        ({"maximum": "orders.revenue", "op": "eq", "value": 948}, True),
        ({"distinct": "lines.category", "op": "eq", "value": 3}, True),
        ({"distinct": "orders.day", "op": "eq", "value": 3}, True),
        ({"distinct": "orders.source", "op": "eq", "value": 1}, True),
        (
            {
                "did": {"lines": {"product": "minis"}},
                "then": {"lines": {"unit_price": {"gte": 690}}},
                "within_days": 80,
            },
            True,
        ),
        (
            {
                "did": {"lines": {"product": "minis"}},
                "then": {"lines": {"unit_price": {"gte": 690}}},
                "within_days": 79,
            },
            False,
        ),
        ({"did": {"orders": {"product": "oud"}}, "then": {"orders": {"product": "glow"}}, "within_days": 0}, True),
        ({"did": {"orders": {"product": "glow"}}, "then": {"orders": {"product": "minis"}}, "within_days": 999}, False),
    ],
)
def test_what_was_bought(document: object, expected: bool) -> None:
    assert holds(document, history=BOUGHT) is expected


def test_orders_must_be_loaded_to_be_asked_about() -> None:
    with pytest.raises(LookupError, match="not loaded"):
        holds({"count": "orders"})
    with pytest.raises(LookupError, match="facts alone"):
        conditions.holds(bound({"count": "orders"}), {})


def test_a_kept_verdict_is_not_worked_out_again() -> None:
    when = bound({"count": "orders"})
    assert not isinstance(when, conditions.Node)
    kept = asked(verdicts={when: Kept(True, 3, NOW + 5)})
    assert conditions.explain(when, kept).found == 3
    assert conditions.next_change(when, kept) == NOW + 5


# segments and the past -----------------------------------------------------------------------------------------------


def at(days_ago: int) -> int:
    return start_of(TODAY - days_ago, ZONE)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"segment": "a"}, False),
        ({"segment": "a", "op": "ever"}, True),
        ({"segment": "a", "op": "entered_in_last_days", "value": 31}, True),
        ({"segment": "a", "op": "entered_in_last_days", "value": 30}, False),
        ({"segment": "a", "op": "on", "value": "2026-05-02"}, True),
        ({"segment": "a", "op": "on", "value": "2026-05-01"}, False),
        ({"segment": "a", "op": "on", "value": "2026-05-12"}, False),
        ({"segment": "b"}, True),
        ({"segment": "b", "op": "entered_in_last_days", "value": 1}, True),
        ({"segment": "b", "op": "on", "value": "2026-06-01"}, True),
        ({"ever": {"fact": "rfm.group", "value": "champions"}}, True),
        ({"ever": {"fact": "rfm.group", "value": "new"}}, False),
        ({"on": "2026-05-05", "that": {"fact": "rfm.group", "value": "champions"}}, True),
        ({"on": "2026-05-22", "that": {"fact": "rfm.group", "value": "champions"}}, False),
        ({"on": "2026-04-01", "that": {"fact": "rfm.group", "op": "ne", "value": "x"}}, False),
        ({"fact": "rfm.group", "op": "changed_in_last_days", "value": 11}, True),
        ({"fact": "rfm.group", "op": "changed_in_last_days", "value": 10}, False),
        ({"fact": "rfm.code", "op": "changed_in_last_days", "value": 99}, False),
    ],
)
def test_segments_and_the_past(document: object, expected: bool) -> None:
    groups = (Recorded("champions", at(40), at(10)), Recorded("lost", at(10)))
    more = {"inside": frozenset("b"), "memberships": {"a": (Stay(at(30), at(20) + 5),)}}
    past = {"rfm.group": groups, "rfm.code": (Recorded("111", at(5)),)}
    assert holds(document, {"rfm.group": "lost"}, past=past, **more) is expected


def segment(segment_id: str, when: object) -> segments.Segment:
    return segments.from_document({"id": segment_id, "name": {"en": segment_id}, "when": when}, "SAR", ZONE)


def test_segments_follow_those_they_ask_about() -> None:
    first = segment("first", {"not": {"segment": "second"}})
    second = segment("second", {"fact": "orders.count", "op": "gte", "value": 2})
    ordered = segments.in_order([first, second])
    assert [one.id for one in ordered] == ["second", "first"]
    assert segments.members_of(ordered, asked({"orders.count": 1})) == {"first"}
    assert segments.members_of(ordered, asked({"orders.count": 2})) == {"second"}


def test_a_circle_of_segments_is_refused_with_the_circle() -> None:
    circle = [segment(one, {"all": [{"segment": other}]}) for one, other in (("a", "b"), ("b", "c"), ("c", "b"))]
    with pytest.raises(DefinitionError, match="b → c → b"):
        segments.in_order(circle)


def test_what_the_shop_does_not_have_is_named() -> None:
    when = segments.read_condition(
        {
            "all": [
                {"segment": "whals"},
                {"fact": "answer.gone.x", "value": "y"},
                {"count": "lines", "where": {"product": ["oud", "oudd"]}},
            ]
        }
    )
    found = check(when, Shop(segments=["whales"], products=["oud"]))
    assert [(one.path, one.message) for one in found.errors] == [
        ("when.all[0].segment", "there is no segment 'whals'; did you mean whales?"),
        ("when.all[1].fact", "there is no published quiz 'gone'"),
    ]
    assert [(one.path, one.message) for one in found.warnings] == [
        ("when.all[2].where.product", "no order has the product 'oudd' yet; did you mean oud?")
    ]


# reasons -------------------------------------------------------------------------------------------------------------


def test_the_reason_of_a_measure_says_what_was_counted() -> None:
    when = bound(
        {"all": [{"count": "orders", "op": "gte", "value": 2}, {"fact": "orders.count", "op": "gte", "value": 1}]}
    )
    decided = segments.deciding(when, asked({"orders.count": 1}, history=history(order(1, 3))))
    (stored,) = segments.clauses_to_json(decided)
    assert (stored["fact"], stored["op"], stored["value"], stored["found"], stored["holds"]) == (
        "count orders", "gte", 2, 1, False,
    )  # fmt: skip
    assert conditions.parse(json.loads(json.dumps(stored["clause"]))) == decided[0].of


# refused -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "path", "said"),
    [
        ({"count": "order"}, "count", "count takes orders or lines"),
        ({"sum": "orders.revenu", "value": 1}, "sum", "did you mean orders.revenue?"),
        ({"sum": "lines.product", "value": 1}, "sum", "sum takes a field"),
        ({"count": "orders", "where": {"produt": "x"}}, "where.produt", "did you mean product?"),
        ({"count": "orders", "where": {"quantity": 2}}, "where.quantity", "ask the lines"),
        ({"count": "orders", "where": {"source": {"gt": "x"}}}, "where.source.gt", "source is a text"),
        ({"count": "orders", "where": {"discount": {"gt": "much"}}}, "where.discount.gt", "is not a number"),
        ({"count": "orders", "last_days": 0}, "last_days", "from 1 to"),
        ({"count": "orders", "last_days": 3, "first_orders": 1}, "first_orders", "one window"),
        ({"count": "orders", "between": ["2026-02-01", "2026-01-01"]}, "between", "the first day comes first"),
        ({"count": "orders", "value": "2"}, "value", "a number without quotes"),
        ({"average": "orders.units", "value": 1.00001}, "value", "at most four decimal places"),
        ({"count": "orders", "ofp": "gte"}, "ofp", "unknown key"),
        ({"did": {"orders": {}}, "then": {"line": {}}, "within_days": 3}, "then", "expected orders or lines"),
        ({"did": {"orders": {}}, "then": {"lines": {}}}, "within_days", "expected a whole number"),
        ({"segment": "a", "op": "was"}, "op", "use one of is, ever"),
        ({"segment": "a", "op": "on", "value": "May"}, "value", "expected a day"),
        ({"ever": {"count": "orders"}}, "ever", "one comparison of a fact"),
        ({"ever": {"fact": "orders.count", "op": "gte", "value": 2}}, "ever.fact", "are not recorded"),
        (
            {"ever": {"fact": "rfm.group", "op": "changed_in_last_days", "value": 2}},
            "ever.op",
            "cannot be asked of the past",
        ),
        ({"fact": "orders.net_revenue", "op": "top_percent", "value": 100}, "value", "from 1 to 99"),
        (
            {"fact": "customer.city", "op": "top_percent", "value": 10},
            "op",
            "is a text, which top_percent cannot compare",
        ),
        ({"fact": "orders.count", "op": "contains", "value": "x"}, "op", "is a number, which contains cannot compare"),
        ({"fact": "customer.city", "op": "contains", "value": " ,"}, None, ""),
        ({"fact": "customer.city", "op": "matches", "value": "*"}, "value", "needs letters or digits"),
        ({"fact": "orders.count", "op": "between", "value": [3, 1]}, "value", "the lesser value first: [1, 3]"),
        ({"fact": "orders.last_at", "op": "before", "value": "orders.count"}, "value", "never follow each other"),
        ({"fact": "orders.count", "op": "skipped"}, "op", "skipped is asked of answers"),
        ({"fact": "orders.count", "op": "changed_in_last_days", "value": 3}, "op", "is not recorded"),
        ({"fact": "customer.place", "op": "within_km", "value": {"lat": 1}}, "value", "{lat: 24.71"),
        ({"fact": "customer.city", "value": "x" * 201}, "value", "at most 200 characters"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_would_be_right(
    document: object, path: str | None, said: str
) -> None:
    if path is None:
        segments.read_condition(document)
        return
    with pytest.raises(DefinitionError) as caught:
        segments.read_condition(document)
    assert [one.path for one in caught.value.problems] == [f"when.{path}"]
    assert said in caught.value.problems[0].message


def test_the_shop_s_own_fields_have_the_type_the_shop_gave_them() -> None:
    own = {"shoe_size": "number", "note": "text"}
    segments.read_condition({"fact": "attribute.shoe_size", "op": "gt", "value": 40}, attributes=own)  # type: ignore[arg-type]
    for fact, op, said in (
        ("attribute.shoesize", "gt", "did you mean attribute.shoe_size?"),
        ("attribute.note", "gt", "attribute.note is a text"),
    ):
        with pytest.raises(DefinitionError) as caught:
            segments.read_condition({"fact": fact, "op": op, "value": 40}, attributes=own)  # type: ignore[arg-type]
        assert said in str(caught.value)


def test_a_condition_has_a_largest_size() -> None:
    many = {"any": [{"segment": f"s{n}"} for n in range(conditions.MAX_CLAUSES + 1)]}
    with pytest.raises(DefinitionError, match="at most 200 comparisons, not 201"):
        segments.read_condition(many)


def test_inside_a_quiz_only_facts_are_asked() -> None:
    for document in ({"count": "orders"}, {"fact": "answer.x", "op": "in_last_days", "value": 3}):
        with pytest.raises(DefinitionError):
            conditions.parse(document, facts_only=True)
