"""``firasa deliveries``: what was sent, what failed, and sending it again."""

from __future__ import annotations

from typing import Any, cast

import click

from service.cli.base import FirasaGroup, emit, json_option, note, progress, runtime, table
from service.cli.destinations import instant
from service.domain.deliveries import SECOND, STATUSES, Delivery, Status
from service.operations import destinations, sync
from service.operations.context import Context


@click.group(cls=FirasaGroup)
def deliveries() -> None:
    """Messages to destinations, and what came of them."""


@deliveries.command("list")
@click.option("--status", type=click.Choice(STATUSES), help="Only those in this status.")
@click.option("--destination", help="Only those of this destination, by number or name.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many.")
@click.option("--before", type=int, help="Only those with a lower number: the last one of the page before.")
@json_option
def list_(status: str | None, destination: str | None, limit: int, before: int | None, as_json: bool) -> None:
    """Show deliveries, the newest first.

    \b
    firasa deliveries list
    firasa deliveries list --status dead --json
    """
    ctx = _context()
    found = sync.listing(
        ctx,
        status=cast("Status | None", status),
        destination_id=destinations.find(ctx, destination).id if destination else None,
        before_id=before,
        limit=limit,
    )
    names = {each.id: each.name for each in destinations.listing(ctx)}
    columns = ["id", "customer", "destination", "status", "tries", "written", "error"]
    rows: list[list[object]] = [
        [
            each.id,
            f"c_{each.customer_id}",
            names[each.destination_id],
            each.status,
            each.attempts,
            instant(each.created_at),
            each.last_error,
        ]
        for each in found
    ]
    documents = [_document(each, names[each.destination_id]) for each in found]
    emit({"deliveries": documents}, as_json, lambda: table("Deliveries", columns, rows))


@deliveries.command()
@click.argument("delivery", type=int)
@json_option
def show(delivery: int, as_json: bool) -> None:
    """Show every try of DELIVERY and what the tool answered.

    \b
    firasa deliveries show 12
    """
    ctx = _context()
    found = sync.delivery(ctx, delivery)
    tries = sync.attempts(ctx, delivery)
    names = {each.id: each.name for each in destinations.listing(ctx)}
    document = {
        **_document(found, names[found.destination_id]),
        "tries": [
            {
                "at": instant(each.started_at),
                "outcome": each.outcome,
                "http_status": each.http_status,
                "seconds": round(each.duration, 3),
                "error": each.error,
                "answer": each.answer,
            }
            for each in tries
        ],
    }
    emit(document, as_json)


@deliveries.command()
@click.argument("delivery", type=int, nargs=-1)
@click.option("--dead", is_flag=True, help="All that were given up.")
@click.option("--since", type=click.DateTime(), help="With --dead: only those given up since then (UTC).")
@click.option("--destination", help="With --dead: only those of this destination, by number or name.")
@json_option
def retry(delivery: tuple[int, ...], dead: bool, since: Any, destination: str | None, as_json: bool) -> None:
    """Send deliveries again, with all tries before them. Receivers see the same id as before.

    \b
    firasa deliveries retry 12 13
    firasa deliveries retry --dead
    firasa deliveries retry --dead --since 2026-06-01 --destination "Email tool"
    """
    if dead == bool(delivery):
        raise click.UsageError("name deliveries by number, or give --dead")
    if not dead and (since or destination):
        raise click.UsageError("--since and --destination go with --dead")
    ctx = _context()
    if dead:
        with progress("Sending again") as step:
            done = sync.retry_dead(
                ctx,
                since=_microseconds(since),
                destination_id=destinations.find(ctx, destination).id if destination else None,
                on_page=step,
            )
    else:
        done = sync.retry(ctx, delivery)
    emit({"retried": done}, as_json, lambda: note(f"{done} deliveries are due again; the worker sends them."))


def _context() -> Context:
    found: Context = runtime().context(actor="cli")
    return found


def _microseconds(since: Any) -> int:
    from datetime import UTC

    return 0 if since is None else int(since.replace(tzinfo=UTC).timestamp()) * SECOND


def _document(delivery: Delivery, destination: str) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "event_id": delivery.event_id,
        "destination_id": delivery.destination_id,
        "destination": destination,
        "customer_id": f"c_{delivery.customer_id}",
        "type": delivery.type,
        "data": delivery.payload,
        "sequence": delivery.sequence,
        "status": delivery.status,
        "attempts": delivery.attempts,
        "due_at": instant(delivery.due_at),
        "last_error": delivery.last_error,
        "last_status": delivery.last_status,
        "created_at": instant(delivery.created_at),
        "settled_at": instant(delivery.settled_at),
    }
