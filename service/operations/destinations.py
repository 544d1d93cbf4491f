"""Destinations: adding, testing, pausing, resuming and disabling them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from service.destinations import registry, webhook
from service.destinations.base import Message
from service.domain.deliveries import PING, SECOND, Destination, Result
from service.domain.errors import InvalidInput, NotFound, Refused
from service.domain.text import is_storable
from service.operations.context import Context
from service.store import counters, destinations, users
from service.store.users import Change

LONGEST_NAME = 100
# Both secrets sign for a day after a change: time enough to give the new one to the receiver.
OVERLAP = 24 * 3600 * SECOND
# Every process knows a new destination after a second at most, and writes changes for it from then on. Told any earlier
# of what is there, it could miss a change in between.
BACKFILL_AFTER = 3 * SECOND


@dataclass(frozen=True)
class Opened:
    """A destination and the secret that its receiver needs, which is shown this once."""

    destination: Destination
    secret: str | None


def listing(ctx: Context) -> list[Destination]:
    """All destinations, oldest first."""
    return destinations.listing(ctx.db)


def find(ctx: Context, reference: str) -> Destination:
    """A destination by its number or its name.

    :raises NotFound: when there is none
    """
    wanted = reference.strip()
    for each in destinations.listing(ctx.db):
        if str(each.id) == wanted or each.name == wanted:
            return each
    raise NotFound("destination", f"there is no destination {wanted!r}; `firasa destinations list` shows all")


def describe(destination: Destination) -> str:
    """Where it sends to, in one line without secrets."""
    return registry.kind(destination.type).describe(destination.config)


def add(
    ctx: Context, kind: str, given: Mapping[str, Any], *, name: str | None = None, allow_private: bool = False
) -> Opened:
    """Add a destination. The worker tells it of the tags that customers have already, then of every change.

    :param kind: ``webhook`` or ``dry_run``
    :param given: what the kind needs: ``url`` and ``secret`` for a webhook
    :param name: what to call it; made from the address without one
    :raises InvalidInput: when something given cannot be used
    """
    config = registry.kind(kind).prepare(given, allow_private=allow_private)
    with ctx.db.write("destinations") as db:
        taken = {each.name for each in destinations.listing(db)}
        host = urlsplit(str(config.get("url", ""))).hostname
        chosen = _name(name, taken) if name else _free_name(host or kind, taken)
        begin = ctx.now + BACKFILL_AFTER
        added = destinations.add(db, kind=kind, name=chosen, config=config, now=ctx.now, backfill_at=begin)
        found = _get(ctx, added)
        counters.bump(db, "definitions")
        _record(ctx, "added the destination", found)
    return Opened(found, _secret(config))


def rotate(ctx: Context, destination_id: int, secret: str | None = None) -> Opened:
    """Give a webhook a new secret. For a day both sign every message, so the receiver can change at any time in it.

    :raises InvalidInput: when the secret cannot be used
    :raises Refused: when this kind of destination has no secret
    """
    with ctx.db.write("destinations") as db:
        found = _get(ctx, destination_id)
        if found.type != "webhook":
            raise Refused(f"{found.name} has no secret to change")
        config = webhook.rotate(found.config, secret or webhook.new_secret(), ctx.now, ctx.now + OVERLAP)
        destinations.set_config(db, found.id, config)
        _record(ctx, "changed the secret of the destination", found)
        return Opened(_get(ctx, found.id), _secret(config))


def pause(ctx: Context, destination_id: int, reason: str = "paused by hand") -> Destination:
    """Send nothing for the time being; what changes meanwhile waits in the queue.

    :raises Refused: when it is disabled
    """
    with ctx.db.write("destinations") as db:
        found = _get(ctx, destination_id)
        if found.status == "disabled":
            raise Refused(f"{found.name} is disabled: it is told nothing already")
        destinations.set_status(db, found.id, "paused", reason)
        _record(ctx, "paused the destination", found)
        return _get(ctx, found.id)


def resume(ctx: Context, destination_id: int) -> Destination:
    """Send again what waits. One that was disabled missed changes: it is told everybody's present tags anew."""
    with ctx.db.write("destinations") as db:
        found = _get(ctx, destination_id)
        destinations.set_status(db, found.id, "active", None)
        if found.status == "disabled":
            destinations.begin_backfill(db, found.id, ctx.now + BACKFILL_AFTER)
            counters.bump(db, "definitions")
        _record(ctx, "resumed the destination", found)
        return _get(ctx, found.id)


def disable(ctx: Context, destination_id: int, reason: str = "removed by hand") -> Destination:
    """Stop using a destination: nothing is sent, nothing more is queued. Its history stays, and it can be resumed."""
    with ctx.db.write("destinations") as db:
        found = _get(ctx, destination_id)
        destinations.set_status(db, found.id, "disabled", reason)
        counters.bump(db, "definitions")
        _record(ctx, "disabled the destination", found)
        return _get(ctx, found.id)


def ping(ctx: Context, destination_id: int, *, allow_private: bool = False) -> Result:
    """Send a signed ``firasa.ping`` now and give back the answer; it names no customer and stands in no queue."""
    found = _get(ctx, destination_id)
    sender = registry.kind(found.type).open(found.config, allow_private=allow_private)
    try:
        message = Message(f"evt_{ctx.token()}", PING, ctx.now, {"destination": found.name})
        return sender.send(message, ctx.now)
    finally:
        sender.close()


def _get(ctx: Context, destination_id: int) -> Destination:
    found = destinations.get(ctx.db, destination_id)
    if found is None:
        raise NotFound("destination", f"there is no destination {destination_id}")
    return found


def _name(name: str, taken: set[str]) -> str:
    chosen = name.strip()
    if not chosen or len(chosen) > LONGEST_NAME or not is_storable(chosen):
        raise InvalidInput(f"a name has 1 to {LONGEST_NAME} characters", "name")
    if chosen.isdigit():
        raise InvalidInput("a name needs more than digits, or it could be taken for a number of a destination", "name")
    if chosen in taken:
        raise InvalidInput(f"there is a destination named {chosen!r} already", "name")
    return chosen


def _free_name(wanted: str, taken: set[str]) -> str:
    base = wanted[:LONGEST_NAME]
    number, name = 1, base
    while name in taken:
        number += 1
        name = f"{base} {number}"
    return name


def _secret(config: Mapping[str, Any]) -> str | None:
    kept = config.get("secrets")
    return str(kept[0]["secret"]) if kept else None


def _record(ctx: Context, action: str, destination: Destination) -> None:
    users.add_change(ctx.db, Change(ctx.now, ctx.actor, action, destination.name, None))
