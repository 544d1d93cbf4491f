"""What becomes of a message after a try, and what that means for its destination; tags."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.domain import tags
from service.domain.deliveries import (
    MOST_ATTEMPTS,
    RESTS,
    SECOND,
    WAITS,
    Delivery,
    DestinationChange,
    Outcome,
    Result,
    heaviest,
    settle,
)
from service.domain.errors import InvalidInput

NOW = 1_780_000_000 * SECOND
DELIVERY = Delivery(
    id=7,
    event_id="evt_1",
    destination_id=1,
    customer_id=3,
    type="customer.tags_changed",
    payload={},
    sequence=1,
    status="sending",
    attempts=1,
    due_at=NOW - 5 * SECOND,
    leased_until=NOW + 10 * SECOND,
    last_error=None,
    last_status=None,
    created_at=NOW - 5 * SECOND,
    settled_at=None,
)


def test_a_delivered_message_is_done_and_its_destination_works() -> None:
    settled = settle(DELIVERY, Result("delivered", 204), NOW, 0.5)
    assert (settled.status, settled.settled_at, settled.attempts) == ("delivered", NOW, 1)
    assert settled.destination == DestinationChange("recover")


def test_a_failed_message_waits_longer_each_time_and_holds_up_nothing_else() -> None:
    waits = []
    for attempt in range(1, MOST_ATTEMPTS):
        settled = settle(replace(DELIVERY, attempts=attempt), Result("failed", 500, "no"), NOW, 0.5)
        assert (settled.status, settled.destination, settled.settled_at) == ("due", None, None)
        waits.append((settled.due_at - NOW) // SECOND)
    assert waits == list(WAITS)
    assert 70 * 3600 <= sum(waits) <= 74 * 3600


def test_jitter_moves_a_try_by_up_to_a_tenth() -> None:
    early = settle(DELIVERY, Result("failed", 500), NOW, 0.0).due_at - NOW
    late = settle(DELIVERY, Result("failed", 500), NOW, 1.0).due_at - NOW
    assert (early, late) == (4_500_000, 5_500_000)


def test_after_the_last_try_a_message_is_dead() -> None:
    settled = settle(replace(DELIVERY, attempts=MOST_ATTEMPTS), Result("failed", 500, "no"), NOW, 0.5)
    assert (settled.status, settled.settled_at, settled.error) == ("dead", NOW, "no")


def test_a_refused_message_is_dead_at_once() -> None:
    settled = settle(DELIVERY, Result("refused", 422, "no"), NOW, 0.5)
    assert (settled.status, settled.http_status) == ("dead", 422)
    assert settled.destination == DestinationChange("recover")


def test_an_unavailable_destination_rests_longer_each_time() -> None:
    for failures, rest in enumerate([*RESTS, RESTS[-1]]):
        settled = settle(DELIVERY, Result("unavailable", 503, "busy"), NOW, 0.5, failures=failures)
        assert settled.status == "due"
        assert settled.destination == DestinationChange("rest", NOW + rest * SECOND, "busy")


def test_retry_after_is_obeyed_by_message_and_destination() -> None:
    settled = settle(DELIVERY, Result("unavailable", 429, "slow", retry_after=120), NOW, 0.0)
    assert settled.due_at == NOW + 120 * SECOND
    assert settled.destination == DestinationChange("rest", NOW + 120 * SECOND, "slow")


def test_retry_after_never_shortens_a_wait_and_never_lasts_longer_than_a_day() -> None:
    short = settle(replace(DELIVERY, attempts=5), Result("failed", 500, retry_after=1), NOW, 0.5)
    long = settle(DELIVERY, Result("unavailable", 429, retry_after=10**9), NOW, 0.5)
    assert short.due_at == NOW + WAITS[4] * SECOND
    assert long.due_at == NOW + 86_400 * SECOND


@pytest.mark.parametrize(("outcome", "action"), [("stopped", "pause"), ("gone", "disable")])
def test_a_fault_of_the_connection_keeps_the_queue_and_counts_no_try(outcome: Outcome, action: str) -> None:
    settled = settle(replace(DELIVERY, attempts=MOST_ATTEMPTS), Result(outcome, 401, "why"), NOW, 0.5)
    assert (settled.status, settled.attempts, settled.due_at) == ("due", MOST_ATTEMPTS - 1, NOW)
    assert settled.destination is not None
    assert (settled.destination.action, settled.destination.reason) == (action, "why")


def test_an_interrupted_message_is_due_at_once_but_not_for_ever() -> None:
    settled = settle(DELIVERY, Result("interrupted"), NOW, 0.5)
    assert (settled.status, settled.due_at, settled.attempts, settled.destination) == ("due", NOW, 1, None)
    assert settle(replace(DELIVERY, attempts=MOST_ATTEMPTS), Result("interrupted"), NOW, 0.5).status == "dead"


def test_a_blocked_message_says_nothing_about_its_destination() -> None:
    settled = settle(DELIVERY, Result("blocked", error="erased"), NOW, 0.5)
    assert (settled.status, settled.settled_at, settled.destination) == ("blocked", NOW, None)


def test_of_several_changes_the_heaviest_stands() -> None:
    works, short, long = DestinationChange("recover"), DestinationChange("rest", 5), DestinationChange("rest", 9)
    paused, disabled = DestinationChange("pause"), DestinationChange("disable")
    assert heaviest([None, works, long, short]) == long
    assert heaviest([works, disabled, paused, long]) == disabled
    assert heaviest([None]) is None


# tags ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", ["dry-skin", "persona:explorer", "q1.calm", "careful_planner", "a", "9", "a" * 64])
def test_a_tag_is_a_slug(tag: str) -> None:
    assert tags.check(tag) == tag


@pytest.mark.parametrize("tag", ["", "Dry", "dry skin", "-dry", "dry-", "dry--skin", "جافة", "a" * 65, "dry\n"])
def test_anything_else_is_no_tag(tag: str) -> None:
    with pytest.raises(InvalidInput):
        tags.check(tag)


def test_what_changed_is_said_in_order() -> None:
    change = tags.diff({"b", "gone", "a"}, {"b", "z", "c"})
    assert (change.added, change.removed, change.tags) == (("c", "z"), ("a", "gone"), ("b", "c", "z"))
    assert change
    assert not tags.diff({"a"}, {"a"})


def test_nobody_has_more_tags_than_one_message_carries_and_personas_come_first() -> None:
    answers = [f"z-answer-{number:03}" for number in range(200)]
    kept = tags.desired(["seg-whale"], ["explorer"], answers)
    assert len(kept) == tags.MOST_TAGS
    assert {"seg-whale", "explorer", "z-answer-000"} <= kept
