"""The sync: what destinations must be told, who was told what before, and how it goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.deliveries import SECOND, TAGS_CHANGED, Delivery, Destination, Status
from service.domain.errors import NotFound, Refused
from service.domain.profiles import Refresh
from service.operations.context import Context
from service.operations.deliveries import DWELL_BUCKETS, deliver_due
from service.store import attempts as attempt_store
from service.store import deliveries, destinations
from service.store import sync as store
from service.store.attempts import Attempt
from service.store.deliveries import NewDelivery

__all__ = [
    "BACKFILL_PAGE",
    "DWELL_BUCKETS",
    "CustomerTags",
    "DestinationState",
    "SyncStatus",
    "attempts",
    "backfill",
    "deliver_due",
    "delivery",
    "enqueue",
    "listing",
    "retry",
    "retry_dead",
    "status",
    "totals",
]

BACKFILL_PAGE = 200
_HOUR = 3600 * SECOND
_SAMPLE = 5000
_RETRY_PAGE = 500


@dataclass(frozen=True)
class CustomerTags:
    """What changed about one customer's tags.

    :param tags: all of them, as they are now
    :param sequence: one higher than that of the customer's last change
    """

    customer_id: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    tags: tuple[str, ...]
    sequence: int

    @classmethod
    def of(cls, refresh: Refresh) -> CustomerTags:
        """What destinations must be told after a refresh."""
        change = refresh.tags
        return cls(refresh.customer_id, change.added, change.removed, change.tags, refresh.after.sequence)


@dataclass(frozen=True)
class DestinationState:
    """One destination and what waits for it.

    :param pending: deliveries due or on their way
    :param oldest_seconds: how long the oldest of these has waited
    :param dwell_p50: seconds from written to arrived, median of the last hour
    """

    destination: Destination
    pending: int
    dead: int
    blocked: int
    oldest_seconds: float | None
    delivered_last_hour: int
    last_delivered_at: int | None
    dwell_p50: float | None
    dwell_p95: float | None


@dataclass(frozen=True)
class SyncStatus:
    """How the sync goes. ``pending`` leaves out disabled destinations, whose deliveries are ``held``."""

    pending: int
    held: int
    dead: int
    blocked: int
    oldest_seconds: float | None
    delivered_last_hour: int
    dwell_p50: float | None
    dwell_p95: float | None
    destinations: tuple[DestinationState, ...]


def enqueue(ctx: Context, changes: Sequence[CustomerTags]) -> None:
    """Write what changed into the outbox of every destination that is not disabled, in the caller's transaction.

    One statement, whatever the number of destinations; none when there is nobody to tell.
    """
    wanted = [each for each in ctx.definitions.destinations if each.status != "disabled"]
    rows = [_event(ctx, each, change) for change in changes for each in wanted]
    if rows:
        deliveries.add(ctx.db, rows, ctx.now)


def backfill(ctx: Context, limit: int = BACKFILL_PAGE) -> int:
    """Tell destinations that were added later of the tags that customers have already, one page of customers each.

    Changes that happen meanwhile are written as ever. Either may arrive first: the sequence says which is newer.
    A page is written only while few deliveries wait, so that a change never stands behind the whole shop in the queue.

    :returns: how many pages were written; 0 when there is nothing to do now
    """
    pages = 0
    for destination_id in destinations.backfilling(ctx.db, ctx.now):
        if not deliveries.has_due(ctx.db, destination_id, limit):
            pages += _backfill_page(ctx, destination_id, limit)
    return pages


def retry(ctx: Context, delivery_ids: Sequence[int]) -> int:
    """Send deliveries again now, with all tries before them; how many.

    :raises NotFound: when there is no delivery of an id
    :raises Refused: when one is on its way, or must not be sent
    """
    with ctx.db.write("deliveries:retry") as db:
        for delivery_id in delivery_ids:
            found = deliveries.get(db, delivery_id)
            if found is None:
                raise NotFound("delivery", f"there is no delivery {delivery_id}")
            if found.status == "sending":
                raise Refused(f"delivery {delivery_id} is on its way just now")
            if found.status == "blocked":
                raise Refused(f"delivery {delivery_id} must not be sent: {found.last_error}")
        return deliveries.retry(db, list(delivery_ids), ctx.now)


def retry_dead(
    ctx: Context,
    *,
    since: int = 0,
    destination_id: int | None = None,
    on_page: Callable[[int], None] = lambda done: None,
) -> int:
    """Send again everything that was given up since an instant, in pages; how many."""
    total, after = 0, 0
    while ids := deliveries.dead_ids(
        ctx.db, since=since, destination_id=destination_id, after_id=after, limit=_RETRY_PAGE
    ):
        with ctx.db.write("deliveries:retry") as db:
            done = deliveries.retry(db, ids, ctx.now)
        total, after = total + done, ids[-1]
        on_page(done)
    return total


def listing(
    ctx: Context,
    *,
    status: Status | None = None,
    destination_id: int | None = None,
    customer_id: int | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[Delivery]:
    """Deliveries, the newest first, a page at a time (``before_id``: the last id of the page before)."""
    return deliveries.listing(
        ctx.db,
        status=status,
        destination_id=destination_id,
        customer_id=customer_id,
        before_id=before_id,
        limit=limit,
    )


def delivery(ctx: Context, delivery_id: int) -> Delivery:
    """One delivery.

    :raises NotFound: when there is none of that id
    """
    found = deliveries.get(ctx.db, delivery_id)
    if found is None:
        raise NotFound("delivery", f"there is no delivery {delivery_id}")
    return found


def attempts(ctx: Context, delivery_id: int) -> list[Attempt]:
    """Every try of a delivery, oldest first."""
    return attempt_store.of_delivery(ctx.db, delivery_id)


def status(ctx: Context) -> SyncStatus:
    """How the sync goes: what waits, since when, and how long what arrived in the last hour had waited."""
    waiting = store.waiting(ctx.db)
    arrived = store.dwells(ctx.db, ctx.now - _HOUR, _SAMPLE)
    states = tuple(_state(ctx, each, waiting, arrived) for each in destinations.listing(ctx.db))
    used = [each for each in states if each.destination.status != "disabled"]
    dwells = sorted(dwell for _, _, dwell in arrived)
    return SyncStatus(
        pending=sum(each.pending for each in used),
        held=sum(each.pending for each in states) - sum(each.pending for each in used),
        dead=sum(each.dead for each in states),
        blocked=sum(each.blocked for each in states),
        oldest_seconds=max((each.oldest_seconds for each in used if each.oldest_seconds is not None), default=None),
        delivered_last_hour=len(arrived),
        dwell_p50=_quantile(dwells, 50),
        dwell_p95=_quantile(dwells, 95),
        destinations=states,
    )


def totals(ctx: Context) -> dict[str, int]:
    """Running totals since the beginning: ``attempts.<outcome>`` and the histogram ``dwell.…``, for the metrics."""
    return store.totals(ctx.db)


def _backfill_page(ctx: Context, destination_id: int, limit: int) -> int:
    with ctx.db.write(f"destination:{destination_id}") as db:
        found = destinations.get(db, destination_id)
        if found is None or found.backfilled_to is None:
            return 0
        tagged, last = destinations.tagged_customers(db, found.backfilled_to, limit)
        rows = [
            _event(ctx, found, CustomerTags(each.customer_id, each.tags, (), each.tags, each.sequence))
            for each in tagged
        ]
        if rows:
            deliveries.add(db, rows, ctx.now)
        destinations.set_backfilled(db, found.id, last)
    return 0 if last is None else 1


def _event(ctx: Context, destination: Destination, change: CustomerTags) -> NewDelivery:
    payload: dict[str, Any] = {"added": change.added, "removed": change.removed, "tags": change.tags}
    return NewDelivery(
        event_id=f"evt_{ctx.token()}",
        destination_id=destination.id,
        customer_id=change.customer_id,
        type=TAGS_CHANGED,
        payload=payload,
        sequence=change.sequence,
    )


def _state(
    ctx: Context,
    destination: Destination,
    waiting: Sequence[store.Waiting],
    arrived: Sequence[tuple[int, int, int]],
) -> DestinationState:
    mine = [each for each in waiting if each.destination_id == destination.id]
    counts = {each.status: each.count for each in mine}
    pending = [each.oldest_at for each in mine if each.status in ("due", "sending")]
    here = [(at, dwell) for where, at, dwell in arrived if where == destination.id]
    dwells = sorted(dwell for _, dwell in here)
    return DestinationState(
        destination=destination,
        pending=counts.get("due", 0) + counts.get("sending", 0),
        dead=counts.get("dead", 0),
        blocked=counts.get("blocked", 0),
        oldest_seconds=max(0, ctx.now - min(pending)) / SECOND if pending else None,
        delivered_last_hour=len(here),
        last_delivered_at=max((at for at, _ in here), default=None),
        dwell_p50=_quantile(dwells, 50),
        dwell_p95=_quantile(dwells, 95),
    )


def _quantile(ordered: Sequence[int], percent: int) -> float | None:
    """Seconds below which ``percent`` of ordered microseconds lie (nearest rank)."""
    if not ordered:
        return None
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)] / SECOND
