"""Sending: take what is due, send it outside any transaction, store what came of it.

At least once: a message is settled after its answer, so a worker that dies in between sends it again. Receivers tell a
repetition by its event id, and an old message from a newer one by its sequence.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence

import structlog

from service.domain.deliveries import (
    SECOND,
    Delivery,
    Destination,
    DestinationChange,
    Result,
    Settled,
    heaviest,
    settle,
)
from service.operations.context import Context
from service.operations.sending import LEASE, Batch, Crew, NewContext, Try, key
from service.store import attempts, counters, deliveries, destinations, sync
from service.store.attempts import Attempt

BATCH = 32
DWELL_BUCKETS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0)

_NEVER = threading.Event()
_log = structlog.get_logger()


def deliver_due(new_context: NewContext, *, allow_private: bool, stop: threading.Event = _NEVER) -> int:
    """Send everything that is due, one destination after the other; the number of tries.

    The worker gives each destination a thread of its own instead, with `deliver`.
    """
    total = 0
    release_expired(new_context())
    while not stop.is_set() and (due := destinations_due(new_context())):
        total += sum(deliver(new_context, each, allow_private=allow_private, stop=stop) for each in due)
    return total


def destinations_due(ctx: Context) -> list[int]:
    """Destinations that can be sent to and have something due."""
    return deliveries.destinations_due(ctx.db, ctx.now)


def deliver(
    new_context: NewContext, destination_id: int, *, allow_private: bool, stop: threading.Event = _NEVER
) -> int:
    """Send to one destination until nothing is due, it rests, or ``stop`` is set; the number of tries."""
    total = 0
    with Crew(new_context, allow_private, stop) as crew:
        while not stop.is_set():
            claimed = claim(new_context(), destination_id)
            if claimed is None:
                break
            batch = Batch(*claimed)
            crew.send(batch)
            tries, untried = batch.results()
            finish(new_context(), batch.destination, batch.lease, tries, untried)
            total += len(tries)
    return total


def claim(ctx: Context, destination_id: int, limit: int = BATCH) -> tuple[Destination, list[Delivery]] | None:
    """Take up to ``limit`` deliveries that are due; ``None`` when there is nothing to do now.

    After a failure only one is taken, to see whether the destination is back.
    """
    with ctx.db.write(key(destination_id)) as db:
        destination = destinations.get(db, destination_id)
        if destination is None or destination.status != "active" or (destination.paused_until or 0) > ctx.now:
            return None
        taken = deliveries.claim(
            db,
            destination_id,
            now=ctx.now,
            leased_until=ctx.now + LEASE,
            limit=1 if destination.failures else limit,
        )
    return (destination, taken) if taken else None


def finish(
    ctx: Context,
    destination: Destination,
    lease: int,
    tries: Sequence[Try],
    untried: Sequence[Delivery] = (),
    chance: Callable[[], float] = random.random,
) -> None:
    """Store what came of tries, put back what was not tried, and do what the results mean for the destination.

    :param lease: instant until which these deliveries are taken; where it no longer stands, another worker has them
    """
    with ctx.db.write(key(destination.id)) as db:
        settled = [
            settle(each.delivery, each.result, each.ended_at, chance(), failures=destination.failures) for each in tries
        ]
        for each, after in zip(tries, settled, strict=True):
            deliveries.settle(db, each.delivery.id, lease, after)
        attempts.add(db, [_attempt(each) for each in tries])
        deliveries.release(db, [each.id for each in untried], lease)
        sync.count(db, _totals(tries, settled))
        _apply(ctx, destination, heaviest(after.destination for after in settled))
    for each in tries:
        say = _log.debug if each.result.outcome == "delivered" else _log.warning
        say(
            "delivery",
            delivery=each.delivery.id,
            destination=destination.id,
            outcome=each.result.outcome,
            status=each.result.status,
            seconds=round(each.duration, 3),
        )


def release_expired(ctx: Context, limit: int = 200) -> int:
    """Make due again what a worker took and did not settle in time; how many."""
    found = deliveries.expired(ctx.db, ctx.now, limit)
    if not found:
        return 0
    lost = Result("interrupted", error="the worker ended before an answer was known")
    with ctx.db.write("deliveries:expired") as db:
        freed = [
            each
            for each in found
            if deliveries.settle(db, each.id, each.leased_until or 0, settle(each, lost, ctx.now, 0.0))
        ]
        attempts.add(db, [_attempt(Try(each, lost, ctx.now, ctx.now, 0.0)) for each in freed])
        sync.count(db, {"attempts.interrupted": len(freed)})
    return len(freed)


def _apply(ctx: Context, destination: Destination, change: DestinationChange | None) -> None:
    db = ctx.db
    if change is None:
        return
    if change.action == "recover":
        if destination.failures:
            destinations.recover(db, destination.id)
            deliveries.bring_forward(db, destination.id, ctx.now)
        return
    if change.action == "rest":
        destinations.rest(db, destination.id, change.until or ctx.now, change.reason)
        return
    if change.action == "pause":
        destinations.set_status(db, destination.id, "paused", change.reason)
    else:
        destinations.set_status(db, destination.id, "disabled", change.reason)
        counters.bump(db, "definitions")
    _log.error("destination needs its owner", destination=destination.id, action=change.action, reason=change.reason)


def _attempt(one: Try) -> Attempt:
    result = one.result
    return Attempt(
        delivery_id=one.delivery.id,
        outcome=result.outcome,
        started_at=one.started_at,
        duration=one.duration,
        http_status=result.status,
        error=result.error,
        answer=result.answer or None,
    )


def _totals(tries: Sequence[Try], settled: Sequence[Settled]) -> dict[str, int]:
    """What to add to the running totals: tries by outcome, and how long what arrived had waited."""
    totals: dict[str, int] = {}

    def add(name: str, number: int = 1) -> None:
        totals[name] = totals.get(name, 0) + number

    for one, after in zip(tries, settled, strict=True):
        add(f"attempts.{one.result.outcome}")
        if after.status == "delivered":
            dwell = max(0, one.ended_at - one.delivery.created_at)
            add("dwell.count")
            add("dwell.microseconds", dwell)
            for bucket in DWELL_BUCKETS:
                if dwell <= bucket * SECOND:
                    add(f"dwell.le.{bucket}")
    return totals
