"""A destination added later is told of the tags that customers have already."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.operations import destinations, sync
from service.operations.context import Context
from tests.contract.sync_world import World
from tests.contract.webhook_receiver import receiving


@pytest.fixture
def world(ctx: Context) -> Iterator[World]:
    with receiving() as receiver:
        yield World(ctx, receiver)


def backfill(world: World, limit: int = 2) -> int:
    """Write all pages, as the worker does between deliveries; how many."""
    pages = 0
    while sync.backfill(world.context(), limit):
        pages += 1
        world.deliver()
    return pages


def test_everybody_with_tags_is_told_in_pages(world: World) -> None:
    tagged = [world.customer(tags=["dry-skin", "a-whale"]) for _ in range(5)]
    world.customer()  # nothing is known of them
    bare = world.customer(tags=["x"])
    with world.db.write() as db:
        db.execute("UPDATE profiles SET state = '{}' WHERE customer_id = :id", {"id": bare})
    destination = world.webhook(known=False)
    world.wait(4)
    assert backfill(world) == 3
    assert destinations.find(world.context(), str(destination)).backfilled_to is None
    received = world.receiver.received
    assert sorted(each.data["customer_id"] for each in received) == sorted(f"c_{each}" for each in tagged)
    for each in received:
        assert (each.data["added"], each.data["removed"]) == (["a-whale", "dry-skin"], [])
        assert each.data["tags"] == ["a-whale", "dry-skin"]
        assert each.data["sequence"] == 1


def test_a_change_never_stands_behind_the_whole_shop(world: World) -> None:
    for _ in range(10):
        world.customer(tags=["dry-skin"])
    world.webhook(known=False)
    world.wait(4)
    while sync.backfill(world.context(), 2):
        pass
    assert len(world.deliveries()) == 2
    assert backfill(world) == 0
    world.deliver()
    assert backfill(world) == 4
    assert len(world.receiver.received) == 10


def test_erased_and_merged_customers_are_left_out(world: World) -> None:
    kept, merged, erased = (world.customer(tags=["dry-skin"]) for _ in range(3))
    with world.db.write() as db:
        db.execute("UPDATE customers SET merged_into = :kept WHERE id = :id", {"kept": kept, "id": merged})
        db.execute("UPDATE customers SET erased_at = 1 WHERE id = :id", {"id": erased})
    world.webhook(known=False)
    world.wait(4)
    backfill(world)
    assert [each.customer_id for each in world.deliveries()] == [kept]


def test_it_begins_when_all_processes_know_the_destination(world: World) -> None:
    world.customer(tags=["dry-skin"])
    world.webhook(known=False)
    assert backfill(world) == 0
    world.wait(4)
    assert backfill(world) == 1


def test_a_change_meanwhile_is_told_as_well_and_the_sequence_says_which_is_newer(world: World) -> None:
    customer = world.customer(tags=["dry-skin"])
    world.webhook(known=False)
    world.wait(4)
    world.change(customer, 2, ["oily-skin"])
    backfill(world)
    newest = max(world.receiver.received, key=lambda each: each.data["sequence"])
    assert newest.data["tags"] == ["oily-skin"]
    assert len(world.receiver.received) == 2


def test_a_shop_without_profiles_is_done_at_once(world: World) -> None:
    destination = world.webhook(known=False)
    world.wait(4)
    assert backfill(world) == 0
    assert destinations.find(world.context(), str(destination)).backfilled_to is None


def test_a_disabled_destination_is_told_nothing(world: World) -> None:
    world.customer(tags=["dry-skin"])
    destination = world.webhook(known=False)
    destinations.disable(world.context(), destination)
    world.wait(4)
    assert backfill(world) == 0
    assert world.deliveries() == []


def test_a_destination_that_is_resumed_after_being_disabled_is_told_everything_anew(world: World) -> None:
    customer = world.customer(tags=["dry-skin"])
    destination = world.webhook()
    destinations.disable(world.context(), destination)
    world.change(customer, 2)
    assert world.deliveries() == []
    destinations.resume(world.context(), destination)
    assert backfill(world) == 0
    world.wait(4)
    backfill(world)
    assert [each.customer_id for each in world.deliveries()] == [customer]
