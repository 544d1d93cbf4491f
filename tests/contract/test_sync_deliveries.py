"""From a change in the outbox to the tool: every try, every failure, every pause, on both databases."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
import standardwebhooks

from service.domain.deliveries import MOST_ATTEMPTS, SECOND
from service.domain.errors import NotFound, Refused
from service.operations import destinations, sync
from service.operations.context import Context
from service.operations.deliveries import claim, deliver, finish, release_expired
from service.operations.sending import LEASE
from service.store import consents
from service.store import deliveries as store
from tests.contract.sync_world import SECRET, World
from tests.contract.webhook_receiver import Answer, receiving


@pytest.fixture
def world(ctx: Context) -> Iterator[World]:
    with receiving() as receiver:
        yield World(ctx, receiver)


# what arrives -------------------------------------------------------------------------------------------------------


def test_a_change_arrives_signed_with_everything_the_contract_names(world: World) -> None:
    world.now = time.time_ns() // 1000  # the package of the standard compares with the real time
    world.webhook()
    customer = world.customer("sara@example.com", consent=True)
    world.change(customer, 3, ["dry-skin", "explorer"])
    assert world.deliver() == 1
    (received,) = world.receiver.received
    assert standardwebhooks.Webhook(SECRET).verify(received.body, received.headers)["type"] == "customer.tags_changed"
    assert received.data == {
        "customer_id": f"c_{customer}",
        "email": "sara@example.com",
        "added": ["dry-skin", "explorer"],
        "removed": ["old-tag"],
        "tags": ["dry-skin", "explorer"],
        "sequence": 3,
    }
    (delivery,) = world.deliveries()
    assert (delivery.status, delivery.attempts, delivery.settled_at) == ("delivered", 1, world.now)
    assert received.headers["webhook-id"] == delivery.event_id


def test_every_destination_is_told_by_one_statement(world: World) -> None:
    world.webhook("one")
    world.webhook("two")
    customer, other = world.customer(), world.customer()
    context = world.context()
    statements: list[str] = []
    changes = [sync.CustomerTags(each, ("a",), (), ("a",), 1) for each in (customer, other)]
    loaded = context.load_definitions(False)
    context = Context(**{**vars(context), "load_definitions": lambda fresh: loaded})
    with world.db.write() as db, db.trace(statements):
        sync.enqueue(context, changes)
        sync.enqueue(context, [])
    assert len(statements) == 1
    world.deliver()
    assert sorted(world.receiver.events()) == sorted([(f"c_{each}", 1) for each in (customer, other)] * 2)


def test_a_change_that_is_rolled_back_is_told_to_nobody(world: World) -> None:
    world.webhook()
    customer = world.customer()

    def fail() -> None:
        with world.db.write():
            sync.enqueue(world.context(), [sync.CustomerTags(customer, ("a",), (), ("a",), 1)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert world.deliveries() == []


def test_a_customer_without_consent_is_sent_without_the_address(world: World) -> None:
    world.webhook()
    world.change(world.customer("sara@example.com"))
    world.deliver()
    assert world.receiver.received[0].data["email"] is None
    assert b"sara" not in world.receiver.received[0].body


def test_consent_withdrawn_between_change_and_sending_keeps_the_address_here(world: World) -> None:
    world.webhook()
    customer = world.customer("sara@example.com", consent=True)
    world.change(customer)
    world.say(customer, "withdrawn")
    world.deliver()
    assert world.receiver.received[0].data["email"] is None


def test_a_suppressed_customer_is_sent_without_the_address(world: World) -> None:
    world.webhook()
    customer = world.customer("sara@example.com", consent=True)
    with world.db.write() as db:
        consents.suppress(db, customer, "email", "bounced", world.now)
    world.change(customer)
    world.deliver()
    assert world.receiver.received[0].data["email"] is None


def test_consent_is_asked_again_at_every_try(world: World) -> None:
    world.webhook()
    customer = world.customer("sara@example.com", consent=True)
    world.change(customer)
    world.receiver.answers = [Answer(500)]
    world.deliver()
    world.say(customer, "withdrawn")
    world.wait(10)
    world.deliver()
    assert [each.data["email"] for each in world.receiver.received] == ["sara@example.com", None]


def test_a_proven_address_goes_before_a_typed_one(world: World) -> None:
    world.webhook()
    customer = world.customer("typed@example.com", consent=True)
    with world.db.write() as db:
        columns = ("customer_id", "kind", "value", "proof", "created_at")
        db.insert_rows("identities", columns, [(customer, "email", "proven@example.com", "verified", world.now)])
    world.change(customer)
    world.deliver()
    assert world.receiver.received[0].data["email"] == "proven@example.com"


def test_an_erased_customer_is_never_sent(world: World) -> None:
    world.webhook()
    customer = world.customer("sara@example.com", consent=True)
    world.change(customer)
    with world.db.write() as db:
        db.execute("UPDATE customers SET erased_at = :now WHERE id = :id", {"now": world.now, "id": customer})
    world.deliver()
    (delivery,) = world.deliveries()
    assert (delivery.status, delivery.last_error, world.receiver.received) == (
        "blocked",
        "the customer was erased",
        [],
    )
    with pytest.raises(Refused, match="must not be sent"):
        sync.retry(world.context(), [delivery.id])


def test_a_rehearsal_keeps_what_it_would_send_and_sends_nothing(world: World) -> None:
    destinations.add(world.context(), "dry_run", {}, name="rehearsal")
    world.change(world.customer("sara@example.com", consent=True))
    world.deliver()
    (delivery,) = world.deliveries()
    (attempt,) = sync.attempts(world.context(), delivery.id)
    assert (delivery.status, attempt.outcome) == ("delivered", "delivered")
    assert '"tags": ["dry-skin"]' in (attempt.answer or "")
    assert "sara" not in (attempt.answer or "")


# order --------------------------------------------------------------------------------------------------------------


def test_changes_of_one_customer_arrive_one_after_the_other_in_order(world: World) -> None:
    world.webhook()
    customer, others = world.customer(), [world.customer() for _ in range(3)]
    world.receiver.otherwise = Answer(seconds=0.02)
    for sequence in range(1, 6):
        world.change(customer, sequence)
        for each in others:
            world.change(each, sequence)
    assert world.deliver() == 20
    for each in (customer, *others):
        mine = [sequence for who, sequence in world.receiver.events() if who == f"c_{each}"]
        assert mine == [1, 2, 3, 4, 5]
    assert world.receiver.most_at_once == 4


def test_what_another_worker_is_sending_is_not_overtaken(world: World) -> None:
    destination = world.webhook()
    customer, other = world.customer(), world.customer()
    world.change(customer, 1)
    first = claim(world.context(), destination)
    world.change(customer, 2)
    world.change(other, 1)
    second = claim(world.context(), destination)
    assert first is not None
    assert second is not None
    assert [(each.customer_id, each.sequence) for each in (*first[1], *second[1])] == [(customer, 1), (other, 1)]


def test_two_workers_never_take_the_same_delivery(world: World) -> None:
    destination = world.webhook()
    customers = [world.customer() for _ in range(40)]
    for customer in customers:
        world.change(customer)
    taken: list[int] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        while (found := claim(world.context(), destination, limit=3)) is not None:
            taken.extend(each.id for each in found[1])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(each.id for each in world.deliveries())


# failures -----------------------------------------------------------------------------------------------------------


def test_a_failed_message_is_tried_again_and_holds_up_nothing_else(world: World) -> None:
    world.webhook()
    first, second = world.customer(), world.customer()
    world.change(first)
    world.change(second)
    world.receiver.answers = [Answer(500, body=b"oops"), Answer(204)]
    assert world.deliver() == 2
    assert sorted(world.statuses()) == ["delivered", "due"]
    world.wait(4)
    assert world.deliver() == 0
    world.wait(2)
    assert world.deliver() == 1
    assert world.statuses() == ["delivered", "delivered"]
    failed = next(each for each in world.deliveries() if each.attempts == 2)
    tries = sync.attempts(world.context(), failed.id)
    assert [(each.outcome, each.http_status, each.answer) for each in tries] == [
        ("failed", 500, "oops"),
        ("delivered", 204, None),
    ]
    assert len({each.headers["webhook-id"] for each in world.receiver.received}) == 2


def test_a_message_that_fails_for_three_days_is_dead_and_can_be_sent_again(world: World) -> None:
    world.webhook()
    world.change(world.customer())
    world.receiver.otherwise = Answer(500)
    for _ in range(MOST_ATTEMPTS + 3):
        world.deliver()
        world.wait(27 * 3600)
    (delivery,) = world.deliveries()
    assert (delivery.status, delivery.attempts, delivery.last_status) == ("dead", MOST_ATTEMPTS, 500)
    assert len(world.receiver.received) == MOST_ATTEMPTS
    world.receiver.otherwise = Answer()
    assert sync.retry_dead(world.context(), since=(delivery.settled_at or 0) + 1) == 0
    assert sync.retry_dead(world.context(), since=delivery.settled_at or 0) == 1
    assert world.deliver() == 1
    assert world.statuses() == ["delivered"]


def test_a_refused_message_is_dead_at_once_with_the_reason(world: World) -> None:
    world.webhook()
    world.change(world.customer())
    world.receiver.otherwise = Answer(422, body=b"no such list")
    world.deliver()
    (delivery,) = world.deliveries()
    assert (delivery.status, delivery.last_error, delivery.last_status) == ("dead", "the receiver answered 422", 422)
    assert sync.attempts(world.context(), delivery.id)[0].answer == "no such list"


def test_too_many_requests_rest_the_whole_destination_as_long_as_it_asks(world: World) -> None:
    destination = world.webhook()
    for _ in range(12):
        world.change(world.customer())
    world.receiver.answers = [Answer(429, headers={"Retry-After": "120"})]
    world.receiver.otherwise = Answer(429, headers={"Retry-After": "120"})
    tried = world.deliver()
    assert tried <= 4  # those under way at the same time; the rest is put back untried
    assert world.statuses().count("due") == 12
    assert sum(each.attempts for each in world.deliveries()) == tried
    world.receiver.otherwise = Answer()
    world.wait(119)
    assert world.deliver() == 0
    state = destinations.find(world.context(), str(destination))
    assert (state.status, state.failures, state.paused_until) == ("active", 1, world.now + SECOND)
    world.wait(2)
    assert world.deliver() == 12
    assert set(world.statuses()) == {"delivered"}
    state = destinations.find(world.context(), str(destination))
    assert (state.failures, state.paused_until, state.status_reason) == (0, None, None)


def test_a_destination_that_was_away_is_tried_with_one_message_and_then_gets_everything(world: World) -> None:
    world.webhook()
    for _ in range(10):
        world.change(world.customer())
    world.receiver.otherwise = Answer(503)
    world.deliver()
    for _ in range(6):
        world.wait(400)
        assert world.deliver() == 1
    world.receiver.otherwise = Answer()
    world.wait(400)
    assert world.deliver() == 10
    assert set(world.statuses()) == {"delivered"}


def test_one_destination_that_is_away_does_not_hold_up_another(world: World) -> None:
    with receiving() as broken:
        broken.otherwise = Answer(503)
        given = {"url": broken.url, "secret": SECRET}
        destinations.add(world.context(), "webhook", given, name="broken", allow_private=True)
        world.webhook("works")
        world.change(world.customer())
        world.deliver()
    assert sorted(world.statuses()) == ["delivered", "due"]
    assert len(world.receiver.received) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_destination_that_does_not_know_us_is_stopped_and_keeps_its_queue(world: World, status: int) -> None:
    destination = world.webhook()
    for _ in range(6):
        world.change(world.customer())
    world.receiver.otherwise = Answer(status)
    world.deliver()
    state = destinations.find(world.context(), str(destination))
    assert state.status == "paused"
    assert str(status) in (state.status_reason or "")
    world.wait(24 * 3600)
    assert world.deliver() == 0
    assert {(each.status, each.attempts) for each in world.deliveries()} == {("due", 0)}
    world.receiver.otherwise = Answer()
    destinations.resume(world.context(), destination)
    world.change(world.customer())
    assert world.deliver() == 7


def test_an_address_that_is_gone_is_disabled_and_told_no_more(world: World) -> None:
    destination = world.webhook()
    customer = world.customer(tags=["dry-skin"])
    world.change(customer)
    world.receiver.otherwise = Answer(410)
    world.deliver()
    assert destinations.find(world.context(), str(destination)).status == "disabled"
    world.change(customer, 2)
    assert [(each.status, each.sequence) for each in world.deliveries()] == [("due", 1)]
    status = sync.status(world.context())
    assert (status.pending, status.held) == (0, 1)

    world.receiver.otherwise = Answer()
    destinations.resume(world.context(), destination)
    world.wait(5)
    while sync.backfill(world.context()):
        pass
    assert world.deliver() == 2


def test_a_private_address_is_refused_at_sending_although_it_was_saved(world: World) -> None:
    destination = world.webhook()
    world.change(world.customer())
    deliver(world.context, destination, allow_private=False)
    state = destinations.find(world.context(), str(destination))
    assert (state.status, world.receiver.received) == ("paused", [])
    assert "private network" in (state.status_reason or "")


def test_an_error_of_our_own_costs_one_message_a_try_and_nothing_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.webhook()
    bad, good = world.customer(), world.customer()
    world.change(bad)
    world.change(good)
    read = store.addressee

    def broken(db: object, customer_id: int) -> store.Addressee:
        if customer_id == bad:
            raise KeyError("a mistake")
        return read(world.db, customer_id)

    monkeypatch.setattr(store, "addressee", broken)
    world.deliver()
    by_customer = {each.customer_id: each for each in world.deliveries()}
    assert (by_customer[good].status, by_customer[bad].status) == ("delivered", "due")
    assert by_customer[bad].last_error == "an error of our own: KeyError"


def test_a_destination_that_cannot_be_opened_fails_in_words_and_hangs_nothing(world: World) -> None:
    destination = world.webhook()
    world.change(world.customer())
    with world.db.write() as db:
        db.execute("UPDATE destinations SET type = 'pigeon' WHERE id = :id", {"id": destination})
    assert world.deliver() == 1
    (delivery,) = world.deliveries()
    assert (delivery.status, delivery.last_error) == ("due", "an error of our own: InvalidInput")


# crashes and stops --------------------------------------------------------------------------------------------------


def test_what_a_crashed_worker_took_is_sent_when_its_lease_is_over(world: World) -> None:
    destination = world.webhook()
    world.change(world.customer())
    assert claim(world.context(), destination) is not None  # and then the worker dies
    assert world.deliver() == 0
    world.now += LEASE + 1
    assert world.deliver() == 1
    (delivery,) = world.deliveries()
    assert (delivery.status, delivery.attempts) == ("delivered", 2)
    outcomes = [each.outcome for each in sync.attempts(world.context(), delivery.id)]
    assert outcomes == ["interrupted", "delivered"]


def test_a_worker_that_comes_back_too_late_changes_nothing(world: World) -> None:
    destination = world.webhook()
    world.change(world.customer())
    late = claim(world.context(), destination)
    assert late is not None
    world.now += LEASE + 1
    assert release_expired(world.context()) == 1
    again = claim(world.context(), destination)
    assert again is not None
    lease = late[1][0].leased_until or 0
    finish(world.context(), late[0], lease, [], late[1])
    (delivery,) = world.deliveries()
    assert (delivery.status, delivery.attempts) == ("sending", 2)


def test_a_worker_that_waits_for_answers_keeps_what_it_took(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.operations.sending.RENEW_SECONDS", 0.05)
    destination = world.webhook()
    world.change(world.customer())
    world.receiver.otherwise = Answer(seconds=1.2)
    thread = threading.Thread(target=deliver, args=(world.context, destination), kwargs={"allow_private": True})
    thread.start()
    while not world.receiver.received:
        time.sleep(0.01)
    world.now += LEASE - SECOND
    time.sleep(0.6)
    world.now += 2 * SECOND  # past the first lease, within the renewed one
    assert release_expired(world.context()) == 0
    thread.join()
    assert world.statuses() == ["delivered"]


def test_when_told_to_stop_answers_are_waited_for_and_the_rest_is_put_back(world: World) -> None:
    destination = world.webhook()
    for _ in range(10):
        world.change(world.customer())
    world.receiver.otherwise = Answer(seconds=0.3)
    stop = threading.Event()
    thread = threading.Thread(
        target=deliver, args=(world.context, destination), kwargs={"allow_private": True, "stop": stop}
    )
    thread.start()
    while len(world.receiver.received) < 4:
        time.sleep(0.01)
    stop.set()
    thread.join(timeout=5)
    assert not thread.is_alive()
    statuses = world.statuses()
    assert (statuses.count("delivered"), statuses.count("due")) == (4, 6)
    assert sum(each.attempts for each in world.deliveries()) == 4


def test_a_call_that_hangs_does_not_keep_a_worker_from_stopping(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.operations.sending.FAREWELL_SECONDS", 0.2)
    destination = world.webhook()
    world.change(world.customer())
    world.receiver.otherwise = Answer(seconds=2)
    stop = threading.Event()
    thread = threading.Thread(
        target=deliver, args=(world.context, destination), kwargs={"allow_private": True, "stop": stop}
    )
    thread.start()
    while not world.receiver.received:
        time.sleep(0.01)
    stop.set()
    thread.join(timeout=1.5)
    assert not thread.is_alive()
    assert world.statuses() == ["sending"]
    time.sleep(1.5)  # let the call end before the receiver does


# by hand ------------------------------------------------------------------------------------------------------------


def test_a_delivery_can_be_sent_again_by_hand_with_the_same_id(world: World) -> None:
    world.webhook()
    world.change(world.customer())
    world.deliver()
    assert sync.retry(world.context(), [world.deliveries()[0].id]) == 1
    world.deliver()
    first, second = world.receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_sending_again_needs_a_delivery_that_exists_and_is_not_on_its_way(world: World) -> None:
    destination = world.webhook()
    world.change(world.customer())
    with pytest.raises(NotFound):
        sync.retry(world.context(), [999])
    claim(world.context(), destination)
    with pytest.raises(Refused, match="on its way"):
        sync.retry(world.context(), [world.deliveries()[0].id])


def test_a_list_of_deliveries_is_read_in_pages_and_by_what_is_asked(world: World) -> None:
    one, two = world.webhook("one"), world.webhook("two")
    customers = [world.customer() for _ in range(3)]
    for customer in customers:
        world.change(customer)
    context = world.context()
    page = sync.listing(context, limit=4)
    rest = sync.listing(context, limit=4, before_id=page[-1].id)
    ids = [each.id for each in (*page, *rest)]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 6
    mine = sync.listing(context, status="due", destination_id=two, customer_id=customers[1])
    assert [(each.destination_id, each.customer_id) for each in mine] == [(two, customers[1])]
    assert sync.listing(context, status="dead", destination_id=one) == []


def test_the_status_says_what_waits_and_how_long_it_took(world: World) -> None:
    destination = world.webhook()
    first, second, third = (world.customer() for _ in range(3))
    world.change(first)
    world.wait(2)
    world.deliver()
    world.change(second)
    world.receiver.otherwise = Answer(400)
    world.deliver()
    world.change(third)
    world.wait(10)
    status = sync.status(world.context())
    assert (status.pending, status.dead, status.blocked, status.oldest_seconds) == (1, 1, 0, 10.0)
    assert (status.delivered_last_hour, status.dwell_p50, status.dwell_p95) == (1, 2.0, 2.0)
    (state,) = status.destinations
    assert (state.destination.id, state.pending, state.dead) == (destination, 1, 1)
    totals = sync.totals(world.context())
    assert (totals["attempts.delivered"], totals["attempts.refused"], totals["dwell.count"]) == (1, 1, 1)
    assert totals["dwell.microseconds"] == 2 * SECOND
    assert [totals.get(f"dwell.le.{bucket}", 0) for bucket in (1.0, 2.0, 3600.0)] == [0, 1, 1]
    world.wait(3601)
    assert sync.status(world.context()).dwell_p50 is None
