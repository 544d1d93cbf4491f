"""Deliveries: what becomes of a message after each try to send it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

TAGS_CHANGED = "customer.tags_changed"
PING = "firasa.ping"

Status = Literal["due", "sending", "delivered", "dead", "blocked"]
STATUSES: tuple[Status, ...] = get_args(Status)
DestinationStatus = Literal["active", "paused", "disabled"]
Outcome = Literal[
    "delivered",  # the tool has it
    "failed",  # this message failed this time; others may pass
    "unavailable",  # the tool cannot take anything just now
    "refused",  # the tool will never take this message
    "stopped",  # nothing can be sent until the owner of the destination mends it: its credentials, its address
    "gone",  # the address says that it is no more
    "blocked",  # we must not send it
    "interrupted",  # the worker ended before an answer was known
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

SECOND = 1_000_000
# Seconds between one try and the next: dense at first, since most faults pass in a minute; 72 hours in all.
WAITS = (5, 15, 45, 120, 300, 900, 1800, 3600, 7200, 14_400, 28_800, 43_200, 72_000, 86_400)
MOST_ATTEMPTS = len(WAITS) + 1
# How long a whole destination rests after 1, 2, … failures in a row: a tool that is back is noticed in five minutes.
RESTS = (5, 10, 20, 40, 80, 160, 300)
LONGEST_WAIT = 86_400
JITTER = 0.2


@dataclass(frozen=True)
class Destination:
    """Where tags go.

    :param type: kind of tool, a name of ``destinations/registry.py``
    :param status_reason: why it is paused or disabled, a sentence
    :param config: what its type needs (address, secrets); never shown as it is
    :param failures: times in a row that the tool could not take anything
    :param paused_until: instant until which it rests after such a failure
    :param backfilled_to: the last customer told of the tags they had before it was added; ``None`` when all are
    """

    id: int
    type: str
    name: str
    status: DestinationStatus
    status_reason: str | None
    config: Mapping[str, Any]
    failures: int
    paused_until: int | None
    backfilled_to: int | None
    created_at: int


@dataclass(frozen=True)
class Delivery:
    """One message for one destination.

    :param event_id: the same in every try, so that receivers can tell a repetition
    :param payload: the message as it happened; what may only be known at sending (an address) is not in it
    :param sequence: grows with each change of the customer's tags: an older one never replaces a newer one
    :param attempts: tries so far, the one under way included
    :param leased_until: while sending, when another worker may take it over
    """

    id: int
    event_id: str
    destination_id: int
    customer_id: int
    type: str
    payload: Mapping[str, Any]
    sequence: int
    status: Status
    attempts: int
    due_at: int
    leased_until: int | None
    last_error: str | None
    last_status: int | None
    created_at: int
    settled_at: int | None


@dataclass(frozen=True)
class Result:
    """What one try came to.

    :param status: the HTTP status, where there was one
    :param error: a sentence for the owner of the destination; ``None`` when delivered
    :param answer: the first bytes of what the tool said
    :param retry_after: seconds that the tool asked us to wait
    """

    outcome: Outcome
    status: int | None = None
    error: str | None = None
    answer: str = ""
    retry_after: int | None = None


@dataclass(frozen=True)
class DestinationChange:
    """What a try means for the whole destination.

    :param action: ``recover`` (it works), ``rest`` (until an instant), ``pause`` (until its owner resumes it),
        ``disable``; in this order of weight
    """

    action: Literal["recover", "rest", "pause", "disable"]
    until: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Settled:
    """A delivery after a try: what to store, and what to do with its destination."""

    status: Status
    due_at: int
    attempts: int
    error: str | None
    http_status: int | None
    settled_at: int | None
    destination: DestinationChange | None = None


def settle(delivery: Delivery, result: Result, now: int, chance: float, *, failures: int = 0) -> Settled:
    """What becomes of a delivery after one try.

    :param now: instant at which the answer was known
    :param chance: a random number from 0 to 1, for the jitter
    :param failures: how often in a row the destination was unavailable before
    """
    match result.outcome:
        case "delivered":
            return _done(delivery, result, "delivered", now, DestinationChange("recover"))
        case "refused":
            # The tool understood us well enough to refuse: it is up.
            return _done(delivery, result, "dead", now, DestinationChange("recover"))
        case "blocked":
            return _done(delivery, result, "blocked", now, None)
        case "stopped":
            return _keep(delivery, result, now, DestinationChange("pause", reason=result.error))
        case "gone":
            return _keep(delivery, result, now, DestinationChange("disable", reason=result.error))
        case "unavailable":
            rest = max(_jittered(_step(RESTS, failures), chance), _asked(result))
            change = DestinationChange("rest", until=now + rest, reason=result.error)
            return _again(delivery, result, now, chance, change)
        case "interrupted":
            # Nothing is known against the tool: the next try need not wait.
            return _again(delivery, result, now, None, None)
        case "failed":
            return _again(delivery, result, now, chance, None)


def heaviest(changes: Iterable[DestinationChange | None]) -> DestinationChange | None:
    """The one change that stands when several deliveries of a destination were tried together."""
    weights = ("recover", "rest", "pause", "disable")
    present = [change for change in changes if change is not None]
    return max(present, key=lambda change: (weights.index(change.action), change.until or 0), default=None)


def _done(delivery: Delivery, result: Result, status: Status, now: int, change: DestinationChange | None) -> Settled:
    return Settled(status, delivery.due_at, delivery.attempts, result.error, result.status, now, change)


def _keep(delivery: Delivery, result: Result, now: int, change: DestinationChange) -> Settled:
    """Due as before and the try not counted: the fault is the connection's, the message waits in the queue."""
    return Settled("due", now, delivery.attempts - 1, result.error, result.status, None, change)


def _again(
    delivery: Delivery, result: Result, now: int, chance: float | None, change: DestinationChange | None
) -> Settled:
    if delivery.attempts >= MOST_ATTEMPTS:
        return _done(delivery, result, "dead", now, change)
    wait = 0 if chance is None else max(_jittered(_step(WAITS, delivery.attempts - 1), chance), _asked(result))
    return Settled("due", now + wait, delivery.attempts, result.error, result.status, None, change)


def _step(steps: tuple[int, ...], index: int) -> int:
    return steps[min(max(index, 0), len(steps) - 1)]


def _asked(result: Result) -> int:
    return min(max(result.retry_after or 0, 0), LONGEST_WAIT) * SECOND


def _jittered(seconds: int, chance: float) -> int:
    """Microseconds, up to a tenth less or more, so that what failed together does not come back together."""
    return round(seconds * SECOND * (1 - JITTER / 2 + JITTER * chance))
