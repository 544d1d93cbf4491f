"""A few threads that send to one destination, outside any transaction."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog

from service.destinations import registry
from service.destinations.base import Message, Sender
from service.domain.consent import may_contact
from service.domain.deliveries import SECOND, TAGS_CHANGED, Delivery, Destination, Result
from service.operations.context import Context
from service.store import consents, deliveries

THREADS = 4  # at most so many calls to one destination at the same time
# Short, so that what a killed worker left is sent again soon; a living worker renews it while it waits for answers.
LEASE = 10 * SECOND
RENEW_SECONDS = 3.0
# How long answers are waited for when the worker is to stop.
FAREWELL_SECONDS = 3.0

NewContext = Callable[[], Context]

_HALTING = frozenset({"unavailable", "stopped", "gone"})
_log = structlog.get_logger()


@dataclass(frozen=True)
class Try:
    """One try to send a delivery, and its result. Instants from the clock, the duration in seconds."""

    delivery: Delivery
    result: Result
    started_at: int
    ended_at: int
    duration: float


def key(destination_id: int) -> str:
    """The key under which claims and results of one destination take turns (PostgreSQL)."""
    return f"destination:{destination_id}"


class Batch:
    """Deliveries taken together, in chains: those of one customer are sent one after the other."""

    def __init__(self, destination: Destination, taken: Sequence[Delivery]) -> None:
        self.destination = destination
        self.taken = taken
        self.lease = taken[0].leased_until or 0
        self.tries: list[Try] = []
        self.flying: set[int] = set()
        self.halted = False
        self.changed = threading.Condition()
        chains: dict[int, list[Delivery]] = {}
        for delivery in taken:
            chains.setdefault(delivery.customer_id, []).append(delivery)
        self.chains = list(chains.values())
        self.open_chains = len(self.chains)

    def results(self) -> tuple[list[Try], list[Delivery]]:
        """The tries with a result so far, and what was taken, is not on its way and has none."""
        with self.changed:
            done = self.flying | {one.delivery.id for one in self.tries}
            return list(self.tries), [delivery for delivery in self.taken if delivery.id not in done]


class Crew:
    """A few threads that send to one destination, each with a connection of its own.

    Daemon threads, since a call that hangs must not keep a worker from ending.
    """

    def __init__(self, new_context: NewContext, allow_private: bool, stop: threading.Event) -> None:
        self._new_context = new_context
        self._allow_private = allow_private
        self._stop = stop
        self._chains: queue.SimpleQueue[tuple[Batch, list[Delivery]] | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        for _thread in self._threads:
            self._chains.put(None)
        for thread in self._threads:
            thread.join(timeout=0.5)

    def send(self, batch: Batch) -> None:
        """Send a batch and come back when all answers are known, or soon after the worker is to stop."""
        for _ in range(min(THREADS, len(batch.chains)) - len(self._threads)):
            thread = threading.Thread(target=self._work, name="firasa-send", daemon=True)
            self._threads.append(thread)
            thread.start()
        for chain in batch.chains:
            self._chains.put((batch, chain))
        last_renewed, told_to_stop = time.monotonic(), None
        with batch.changed:
            while batch.open_chains:
                batch.changed.wait(0.2)
                now = time.monotonic()
                if self._stop.is_set():
                    told_to_stop = told_to_stop or now
                    if now - told_to_stop > FAREWELL_SECONDS:
                        batch.halted = True
                        return
                if now - last_renewed > RENEW_SECONDS:
                    last_renewed = now
                    batch.lease = _renew(self._new_context(), batch)

    def _work(self) -> None:
        line = _Line(self._allow_private)
        try:
            while (job := self._chains.get()) is not None:
                batch, chain = job
                try:
                    self._send_chain(line, batch, chain)
                finally:
                    with batch.changed:
                        batch.open_chains -= 1
                        batch.changed.notify_all()
        finally:
            line.close()

    def _send_chain(self, line: _Line, batch: Batch, chain: Sequence[Delivery]) -> None:
        for delivery in chain:
            with batch.changed:
                if batch.halted or self._stop.is_set():
                    break
                batch.flying.add(delivery.id)
            one = _try(self._new_context, line, batch.destination, delivery)
            with batch.changed:
                batch.flying.discard(delivery.id)
                batch.tries.append(one)
                batch.halted = batch.halted or one.result.outcome in _HALTING


class _Line:
    """The connection of one thread, opened anew when the destination was changed."""

    def __init__(self, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._sender: Sender | None = None
        self._config: object = None

    def to(self, destination: Destination) -> Sender:
        """A sender for a destination as it is now."""
        if self._sender is None or self._config != destination.config:
            self.close()
            kind = registry.kind(destination.type)
            self._sender = kind.open(destination.config, allow_private=self._allow_private)
            self._config = destination.config
        return self._sender

    def close(self) -> None:
        """Close what is open."""
        if self._sender is not None:
            self._sender.close()
            self._sender = None


def _renew(ctx: Context, batch: Batch) -> int:
    lease = ctx.now + LEASE
    with ctx.db.write(key(batch.destination.id)) as db:
        deliveries.renew(db, [each.id for each in batch.taken], batch.lease, lease)
    return lease


def _try(new_context: NewContext, line: _Line, destination: Destination, delivery: Delivery) -> Try:
    started, began = new_context().now, time.monotonic()
    try:
        result = _send(new_context(), line.to(destination), delivery)
    except Exception as error:  # one message must not end the thread that sends all others
        _log.exception("delivery failed unexpectedly", delivery=delivery.id)
        result = Result("failed", error=f"an error of our own: {type(error).__name__}")
    return Try(delivery, result, started, new_context().now, time.monotonic() - began)


def _send(ctx: Context, sender: Sender, delivery: Delivery) -> Result:
    """Complete a message with what may only be known now, and send it.

    An address leaves only while its owner may be contacted by email at this moment. Of somebody who was erased the
    only thing told is that no tag remains, and what the tool says to that is not kept.
    """
    data = dict(delivery.payload)
    if delivery.type == TAGS_CHANGED:
        addressee = deliveries.addressee(ctx.db, delivery.customer_id)
        if addressee.erased:
            if delivery.payload.get("tags") != []:
                return Result("blocked", error="the customer was erased")
            data = {"customer_id": f"c_{delivery.customer_id}", "email": None, **data, "sequence": delivery.sequence}
            result = sender.send(Message(delivery.event_id, delivery.type, delivery.created_at, data), ctx.now)
            return replace(result, answer="")
        said = consents.of_customers(ctx.db, [delivery.customer_id]).get(delivery.customer_id, consents.Said())
        allowed = may_contact(said.events, said.suppressions, "email")
        data = {
            "customer_id": f"c_{delivery.customer_id}",
            "email": addressee.email if allowed else None,
            **data,
            "sequence": delivery.sequence,
        }
    return sender.send(Message(delivery.event_id, delivery.type, delivery.created_at, data), ctx.now)
