"""Whether the service can work, and its numbers."""

from __future__ import annotations

from service.metrics import Numbers, Queue, exposition
from service.operations import profiles, sync
from service.operations.context import Context
from service.store import numbers
from service.store.database import Database, StoreError
from service.store.migrations import pending


def not_ready(db: Database) -> str | None:
    """What keeps the service from working, or ``None``."""
    try:
        missing = pending(db)
    except StoreError as error:
        return str(error)
    if missing:
        return f"{len(missing)} migrations are pending; run `firasa db migrate`"
    return None


def metrics(ctx: Context) -> tuple[bytes, str]:
    """Everything that is measured, as Prometheus reads it, and the content type of that."""
    queues = [
        Queue(
            each.destination.name,
            each.destination.status,
            each.pending,
            each.dead,
            each.blocked,
            each.oldest_seconds or 0.0,
        )
        for each in sync.status(ctx).destinations
    ]
    return exposition(
        Numbers(
            queues=queues,
            totals=sync.totals(ctx),
            buckets=sync.DWELL_BUCKETS,
            responses=numbers.responses(ctx.db),
            personas=numbers.personas(ctx.db),
            profiles_due=profiles.count_due(ctx),
        )
    )
