"""Adding, testing, pausing, resuming and disabling destinations."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import standardwebhooks

from service.destinations.webhook import key
from service.domain.errors import InvalidInput, NotFound, Refused
from service.operations import destinations
from service.operations.context import Context
from service.store import counters, users
from tests.contract.sync_world import SECRET, World
from tests.contract.webhook_receiver import Answer, receiving


@pytest.fixture
def world(ctx: Context) -> Iterator[World]:
    with receiving() as receiver:
        yield World(ctx, receiver)


def definitions(world: World) -> int:
    return counters.read(world.db, "definitions")


def test_a_webhook_gets_a_name_and_a_secret_and_everybody_hears_of_it(world: World) -> None:
    before = definitions(world)
    opened = destinations.add(world.context(), "webhook", {"url": "https://tool.example/hook?key=1"})
    second = destinations.add(world.context(), "webhook", {"url": "https://tool.example/other"})
    assert (opened.destination.name, second.destination.name) == ("tool.example", "tool.example 2")
    assert len(key(opened.secret or "")) == 32
    assert opened.destination.backfilled_to == 0
    assert destinations.describe(opened.destination) == "https://tool.example/hook"
    assert definitions(world) == before + 2
    assert users.recent_changes(world.db, 1)[0].action == "added the destination"


@pytest.mark.parametrize(
    ("kind", "given", "name"),
    [
        ("webhook", {"url": "http://127.0.0.1:1/"}, None),
        ("webhook", {"url": "https://127.0.0.1:1/"}, None),
        ("webhook", {}, None),
        ("webhook", {"url": "https://tool.example/", "secret": "short"}, None),
        ("webhook", {"url": "https://tool.example/"}, "taken"),
        ("webhook", {"url": "https://tool.example/"}, "12"),
        ("webhook", {"url": "https://tool.example/"}, "x" * 101),
        ("webhook", {"url": "https://tool.example/"}, "a\x00b"),
        ("dry_run", {"url": "https://tool.example/"}, None),
        ("pigeon", {}, None),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_added(
    world: World, kind: str, given: dict[str, str], name: str | None
) -> None:
    world.webhook("taken")
    with pytest.raises(InvalidInput):
        destinations.add(world.context(), kind, given, name=name)
    assert len(destinations.listing(world.context())) == 1


def test_a_destination_is_found_by_number_or_name(world: World) -> None:
    number = world.webhook("Email tool")
    assert destinations.find(world.context(), "Email tool").id == number
    assert destinations.find(world.context(), str(number)).name == "Email tool"
    with pytest.raises(NotFound):
        destinations.find(world.context(), "other")


def test_a_paused_destination_collects_and_sends_after_it_is_resumed(world: World) -> None:
    destination = world.webhook()
    destinations.pause(world.context(), destination)
    world.change(world.customer())
    assert world.deliver() == 0
    destinations.resume(world.context(), destination)
    assert world.deliver() == 1


def test_a_disabled_destination_cannot_be_paused(world: World) -> None:
    destination = world.webhook()
    destinations.disable(world.context(), destination)
    with pytest.raises(Refused):
        destinations.pause(world.context(), destination)


def test_a_ping_is_signed_and_names_nobody(world: World) -> None:
    destination = world.webhook()
    assert destinations.ping(world.context(), destination, allow_private=True).outcome == "delivered"
    (received,) = world.receiver.received
    assert received.data == {"destination": "tool"}
    world.receiver.otherwise = Answer(500, body=b"broken")
    result = destinations.ping(world.context(), destination, allow_private=True)
    assert (result.outcome, result.status, result.answer) == ("failed", 500, "broken")
    assert destinations.ping(world.context(), destination, allow_private=False).outcome == "stopped"
    assert world.deliveries() == []


def test_a_new_secret_signs_beside_the_old_one_for_a_day(world: World) -> None:
    import time

    world.now = time.time_ns() // 1000
    destination = world.webhook()
    opened = destinations.rotate(world.context(), destination)
    world.change(world.customer())
    world.deliver()
    (received,) = world.receiver.received
    for secret in (SECRET, opened.secret or ""):
        standardwebhooks.Webhook(secret).verify(received.body, received.headers)
    world.wait(24 * 3600 + 1)
    world.change(world.customer())
    world.deliver()
    assert len(world.receiver.received[1].headers["webhook-signature"].split()) == 1


def test_a_rehearsal_has_no_secret_to_change(world: World) -> None:
    added = destinations.add(world.context(), "dry_run", {}).destination
    with pytest.raises(Refused):
        destinations.rotate(world.context(), added.id)
    assert destinations.describe(added) == "(rehearsal, nothing is sent)"
