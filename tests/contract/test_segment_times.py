"""Time passing is an event: nobody is looked at before something about them can change."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from service.domain.days import number_of, start_of
from service.domain.errors import InvalidInput
from service.domain.segments import Segment, from_document
from service.operations import checks, profiles, segment_history
from service.operations.context import Context
from service.operations.orders import record_orders
from service.store import segment_days
from service.store.database import Database
from tests.contract.quiz_world import World, rows
from tests.order_factory import order

ZONE = "Asia/Riyadh"


def segment(segment_id: str, when: object) -> Segment:
    return from_document({"id": segment_id, "name": {"en": segment_id}, "when": when}, "SAR", ZONE, version=1)


LAPSED = segment("lapsed", {"fact": "orders.days_since_last", "op": "gte", "value": 60})
BUSY = segment("busy", {"count": "orders", "last_days": 30, "op": "gte", "value": 2})
WAS_BUSY = segment("was-busy", {"all": [{"segment": "busy", "op": "ever"}, {"not": {"segment": "busy"}}]})


def at(day: date, hour: int = 9) -> int:
    return int(datetime(day.year, day.month, day.day, hour, tzinfo=UTC).timestamp()) * 1_000_000


def world(ctx: Context, segments: Sequence[Segment]) -> Context:
    published = World(segments=segments, model=None).publish(ctx, webhooks=0)
    definitions = published.definitions
    # Recency scores have times of their own.
    bare = replace(definitions, rules=replace(definitions.rules, rfm=None))
    return replace(published, load_definitions=lambda fresh: bare)


def buy(ctx: Context, number: str, who: str, day: date) -> None:
    then = replace(ctx, now=at(day))
    record_orders(then, [order(number, shop_id=who, placed_at=then.now)])
    refresh(then)


def refresh(ctx: Context) -> int:
    done = 0
    while found := profiles.refresh_due(ctx):
        done += found
    return done


def log(db: Database) -> list[dict[str, Any]]:
    return rows(
        db,
        """
        SELECT customer_id, segment_id, entered_at, event, left_at, left_event
          FROM memberships ORDER BY segment_id, id
        """,
    )


def test_a_customer_lapses_at_midnight_of_the_shop_and_nobody_else_is_looked_at(ctx: Context) -> None:
    shop = world(ctx, [LAPSED])
    buy(shop, "1", "noor", date(2026, 3, 10))
    buy(shop, "2", "omar", date(2026, 4, 20))
    midnight = start_of(number_of(date(2026, 5, 9)), ZONE)
    assert refresh(replace(shop, now=midnight - 1)) == 0
    assert log(shop.db) == []
    assert refresh(replace(shop, now=midnight)) == 1
    (entered,) = log(shop.db)
    assert (entered["customer_id"], entered["entered_at"], entered["event"]) == (1, midnight, "time")
    assert refresh(replace(shop, now=midnight + 1)) == 0
    assert segment_days.sizes(shop.db) == {"lapsed": 1}


def test_windows_over_orders_end_by_themselves_and_others_follow_in_order(ctx: Context) -> None:
    # Written the other way round: who is asked about is worked out first all the same.
    shop = world(ctx, [WAS_BUSY, BUSY])
    buy(shop, "1", "noor", date(2026, 5, 1))
    buy(shop, "2", "noor", date(2026, 5, 11))
    assert [(one["segment_id"], one["event"]) for one in log(shop.db)] == [("busy", "order")]
    last = replace(shop, now=start_of(number_of(date(2026, 5, 31)), ZONE))
    assert refresh(replace(shop, now=last.now - 1)) == 0
    assert refresh(last) == 1
    busy, was = log(shop.db)
    assert (busy["left_at"], busy["left_event"], was["segment_id"], was["entered_at"]) == (
        last.now,
        "time",
        "was-busy",
        last.now,
    )
    assert list(checks.disagreements(last)) == []


def test_kept_verdicts_save_reading_orders_again(ctx: Context) -> None:
    shop = world(ctx, [BUSY, WAS_BUSY])
    buy(shop, "1", "noor", date(2026, 5, 1))
    statements: list[str] = []
    with shop.db.write(), shop.db.trace(statements):
        profiles.refresh(replace(shop, now=at(date(2026, 5, 2))), [1], "manual")
    # What the first order had in it is read with the customer.
    assert [one for one in statements if "order_lines" in one and "FROM customers" not in one] == []
    buy(shop, "2", "noor", date(2026, 5, 3))
    assert [one["segment_id"] for one in log(shop.db)] == ["busy"]


def test_a_past_day_is_told_from_the_log_and_a_customer_s_reasons_from_the_history(ctx: Context) -> None:
    shop = world(ctx, [BUSY])
    buy(shop, "1", "noor", date(2026, 5, 1))
    buy(shop, "2", "noor", date(2026, 5, 11))
    refresh(replace(shop, now=start_of(number_of(date(2026, 5, 31)), ZONE)))
    now = replace(shop, now=at(date(2026, 6, 1)))
    document = {"id": "busy", "name": {"en": "busy"}, "when": {"count": "orders", "last_days": 30, "value": 2}}
    with now.db.write() as db:
        db.execute("UPDATE segments SET body = :body", {"body": json.dumps(document)})
    assert segment_history.members_on(now, "busy", date(2026, 5, 10)).size == 0
    assert segment_history.members_on(now, "busy", date(2026, 5, 11)).members == [(1, at(date(2026, 5, 11)))]
    assert segment_history.backtest(now, {**document, "id": "new"}, date(2026, 5, 20)).members == [1]
    assert segment_history.backtest(now, {**document, "id": "new"}, date(2026, 5, 5)).size == 0
    (out,) = segment_history.explain_on(now, 1, date(2026, 5, 5))
    assert (out.inside, out.clauses[0].found) == (False, 1)
    (inside,) = segment_history.explain_on(now, 1, date(2026, 5, 20))
    assert inside.inside
    moves = [(one.entered, one.departed, one.members) for one in segment_history.days(now, "busy", 32)]
    assert (moves[0], moves[10], moves[11], moves[-2], moves[-1]) == (
        (0, 0, 0),
        (1, 0, 1),
        (0, 0, 1),
        (0, 1, 0),
        (0, 0, 0),
    )


@pytest.mark.parametrize("day", [date(2026, 6, 1), date(2026, 6, 2)])
def test_a_day_that_is_not_over_is_no_past_day(ctx: Context, day: date) -> None:
    with pytest.raises(InvalidInput, match="not over yet"):
        segment_history.explain_on(world(ctx, [BUSY]), 1, day)
