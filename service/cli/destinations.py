"""``firasa destinations``: where tags go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click

from service.cli.base import FirasaGroup, emit, fail, json_option, note, runtime, table
from service.domain.deliveries import SECOND, Destination
from service.domain.errors import InvalidInput
from service.operations import destinations as operations
from service.operations.context import Context
from service.operations.destinations import Opened


@click.group(cls=FirasaGroup)
def destinations() -> None:
    """Where tags go: signed webhooks, and rehearsals that send nothing."""


@destinations.group(cls=FirasaGroup)
def add() -> None:
    """Add a destination. It is told of the tags that customers have already, then of every change."""


@add.command()
@click.option("--url", required=True, help="Address that takes the messages; https unless private ones are allowed.")
@click.option("--secret", help="Secret that signs, whsec_ and base64; one is made unless given.")
@click.option("--name", help="What to call it; the host of the address unless given.")
@json_option
def webhook(url: str, secret: str | None, name: str | None, as_json: bool) -> None:
    """Add a webhook, signed the Standard Webhooks way.

    \b
    firasa destinations add webhook --url https://tool.example.com/hooks/firasa
    firasa destinations add webhook --url https://tool.example.com/h --secret whsec_… --name "Email tool"

    The secret is shown once: give it to the receiver, which checks every message with it.
    """
    _add("webhook", {"url": url, "secret": secret}, name, as_json)


@add.command("dry-run")
@click.option("--name", help="What to call it.")
@json_option
def dry_run(name: str | None, as_json: bool) -> None:
    """Add a rehearsal: everything happens but the sending.

    \b
    firasa destinations add dry-run --name rehearsal
    firasa deliveries list
    """
    _add("dry_run", {}, name, as_json)


@destinations.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Show all destinations.

    \b
    firasa destinations list
    firasa destinations list --json
    """
    found = operations.listing(_context())
    rows: list[list[object]] = [
        [each.id, each.name, each.type, each.status, operations.describe(each), each.status_reason] for each in found
    ]

    def show() -> None:
        if not found:
            note("Tags go nowhere yet. Add a destination: firasa destinations add webhook --url https://…")
            return
        table("Destinations", ["id", "name", "type", "status", "sends to", "reason"], rows)

    emit({"destinations": [_document(each) for each in found]}, as_json, show)


@destinations.command()
@click.argument("destination")
@json_option
def pause(destination: str, as_json: bool) -> None:
    """Send nothing to DESTINATION (number or name) for now; changes wait in the queue.

    \b
    firasa destinations pause "Email tool"
    """
    ctx = _context()
    _tell(operations.pause(ctx, operations.find(ctx, destination).id), as_json)


@destinations.command()
@click.argument("destination")
@json_option
def resume(destination: str, as_json: bool) -> None:
    """Send to DESTINATION (number or name) again, beginning with what waits.

    \b
    firasa destinations resume "Email tool"
    """
    ctx = _context()
    _tell(operations.resume(ctx, operations.find(ctx, destination).id), as_json)


@destinations.command()
@click.argument("destination")
@json_option
def remove(destination: str, as_json: bool) -> None:
    """Disable DESTINATION (number or name): nothing is sent or queued any more, its history stays.

    \b
    firasa destinations remove 2
    """
    ctx = _context()
    _tell(operations.disable(ctx, operations.find(ctx, destination).id), as_json)


@destinations.command()
@click.argument("destination")
@click.option("--secret", help="The new secret; one is made unless given.")
@json_option
def rotate(destination: str, secret: str | None, as_json: bool) -> None:
    """Give DESTINATION (number or name) a new secret. For a day the old and the new one both sign.

    \b
    firasa destinations rotate "Email tool"
    """
    ctx = _context()
    with _options():
        opened = operations.rotate(ctx, operations.find(ctx, destination).id, secret)
    _opened(opened, as_json, made=not secret)


@destinations.command()
@click.argument("destination")
@json_option
def test(destination: str, as_json: bool) -> None:
    """Send DESTINATION (number or name) a signed firasa.ping and show the answer. Exit code 1 when it was not taken.

    \b
    firasa destinations test "Email tool"
    """
    running = runtime()
    ctx = running.context(actor="cli")
    found = operations.find(ctx, destination)
    result = operations.ping(ctx, found.id, allow_private=running.config.allow_private_destinations)
    document = {"outcome": result.outcome, "status": result.status, "error": result.error, "answer": result.answer}
    taken = result.outcome == "delivered"
    emit(document, as_json, lambda: click.echo(f"{found.name} took the message.") if taken else None)
    if not taken:
        fail(f"{found.name} did not take the message: {result.error}")


def instant(microseconds: int | None) -> str | None:
    """An instant as ISO 8601 in UTC, for documents."""
    if microseconds is None:
        return None
    return datetime.fromtimestamp(microseconds / SECOND, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _context() -> Context:
    found: Context = runtime().context(actor="cli")
    return found


def _add(kind: str, given: dict[str, Any], name: str | None, as_json: bool) -> None:
    running = runtime()
    allowed = running.config.allow_private_destinations
    ctx = running.context(actor="cli")
    with _options():
        opened = operations.add(ctx, kind, given, name=name, allow_private=allowed)
    _opened(opened, as_json, made=not given.get("secret"))


@contextmanager
def _options() -> Iterator[None]:
    """What was typed and cannot be used is bad use of the command."""
    try:
        yield
    except InvalidInput as error:
        raise click.BadParameter(str(error), param_hint=f"--{error.path}" if error.path else None) from error


def _opened(opened: Opened, as_json: bool, *, made: bool) -> None:
    document = {**_document(opened.destination), "secret": opened.secret}

    def show() -> None:
        click.echo(f"Destination {opened.destination.id}: {opened.destination.name}")
        if opened.secret and made:
            click.echo(f"Secret: {opened.secret}")
            note("Give the secret to the receiver now; it is not shown again.")

    emit(document, as_json, show)


def _tell(destination: Destination, as_json: bool) -> None:
    emit(_document(destination), as_json, lambda: click.echo(f"{destination.name} is {destination.status}."))


def _document(destination: Destination) -> dict[str, Any]:
    return {
        "id": destination.id,
        "name": destination.name,
        "type": destination.type,
        "status": destination.status,
        "status_reason": destination.status_reason,
        "sends_to": operations.describe(destination),
        "paused_until": instant(destination.paused_until),
        "backfilling": destination.backfilled_to is not None,
        "created_at": instant(destination.created_at),
    }
