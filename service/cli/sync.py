"""``firasa sync``: how the sync goes."""

from __future__ import annotations

from typing import Any

import click

from service.cli.base import FirasaGroup, emit, json_option, note, runtime, table
from service.cli.destinations import instant
from service.operations import profiles
from service.operations import sync as operations
from service.operations.sync import DestinationState, SyncStatus


@click.group(cls=FirasaGroup)
def sync() -> None:
    """Whether tags arrive at the tools."""


@sync.command()
@json_option
def status(as_json: bool) -> None:
    """Show what waits, since when, and how long what arrived in the last hour had waited.

    \b
    firasa sync status
    firasa sync status --json
    """
    ctx = runtime().context(actor="cli")
    found, due = operations.status(ctx), profiles.count_due(ctx)
    emit(_document(found, due), as_json, lambda: _show(found, due))


def _document(found: SyncStatus, profiles_due: int) -> dict[str, Any]:
    return {
        "profiles_due": profiles_due,
        "pending": found.pending,
        "held": found.held,
        "dead": found.dead,
        "blocked": found.blocked,
        "oldest_seconds": found.oldest_seconds,
        "delivered_last_hour": found.delivered_last_hour,
        "dwell_seconds": {"p50": found.dwell_p50, "p95": found.dwell_p95},
        "destinations": [_destination(each) for each in found.destinations],
    }


def _destination(state: DestinationState) -> dict[str, Any]:
    destination = state.destination
    return {
        "id": destination.id,
        "name": destination.name,
        "type": destination.type,
        "status": destination.status,
        "status_reason": destination.status_reason,
        "paused_until": instant(destination.paused_until),
        "backfilling": destination.backfilled_to is not None,
        "pending": state.pending,
        "dead": state.dead,
        "blocked": state.blocked,
        "oldest_seconds": state.oldest_seconds,
        "delivered_last_hour": state.delivered_last_hour,
        "last_delivered_at": instant(state.last_delivered_at),
        "dwell_seconds": {"p50": state.dwell_p50, "p95": state.dwell_p95},
    }


def _show(found: SyncStatus, profiles_due: int) -> None:
    if profiles_due:
        note(f"{profiles_due} profiles wait to be looked at again; the worker does it.")
    if not found.destinations:
        note("Tags go nowhere yet. Add a destination: firasa destinations add webhook --url https://…")
        return
    columns = ["destination", "status", "pending", "oldest s", "dead", "last hour", "p50 s", "p95 s"]
    rows: list[list[object]] = [
        [
            each.destination.name,
            each.destination.status,
            each.pending,
            _seconds(each.oldest_seconds),
            each.dead,
            each.delivered_last_hour,
            _seconds(each.dwell_p50),
            _seconds(each.dwell_p95),
        ]
        for each in found.destinations
    ]
    table("Do the tags arrive?", columns, rows)
    for each in found.destinations:
        if each.destination.status_reason:
            note(f"{each.destination.name}: {each.destination.status_reason}")


def _seconds(value: float | None) -> str | None:
    return None if value is None else f"{value:.2f}"
