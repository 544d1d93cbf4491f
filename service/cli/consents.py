"""``firasa customers withdraw``, ``suppress`` and ``erase``: who may no longer be contacted, and who is forgotten."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from service.cli.base import emit, json_option, note, runtime
from service.domain.consent import CHANNELS, Channel
from service.domain.identities import public_id

if TYPE_CHECKING:
    from service.operations.consents import Holdings
    from service.operations.context import Context

_who = click.argument("who", metavar="WHO")
_channel = click.option(
    "--channel",
    type=click.Choice([*CHANNELS, "all"]),
    default="all",
    show_default=True,
    help="What they are no longer to get.",
)


@click.command()
@_who
@_channel
@json_option
def withdraw(who: str, channel: str, as_json: bool) -> None:
    """Record that a customer no longer wants to be contacted.

    WHO is what `firasa customers show` takes. Destinations are told at once that the address is gone.

    \b
    firasa customers withdraw mona@example.com
    firasa customers withdraw c_42 --channel sms
    """
    from service.operations import consents as operations

    ctx, customer_id = _found(who)
    channels: list[Channel] = [one for one in CHANNELS if channel in (one, "all")]
    new = operations.withdraw(ctx, customer_id, channels)
    said = f"consent is withdrawn for {', '.join(new)}." if new else "consent was withdrawn before; nothing changed."
    _tell(ctx, customer_id, {"withdrawn": new}, said, as_json)


@click.command()
@_who
@click.option(
    "--reason",
    type=click.Choice(["unsubscribed", "bounced", "complained", "manual"]),
    required=True,
    help="Why they are not to be contacted.",
)
@_channel
@json_option
def suppress(who: str, reason: str, channel: str, as_json: bool) -> None:
    """Stop contacting a customer, whatever they agreed to.

    WHO is what `firasa customers show` takes. It stands also after a later yes.

    \b
    firasa customers suppress mona@example.com --reason unsubscribed
    firasa customers suppress 17850 --reason bounced --channel email
    """
    from service.operations import consents as operations

    ctx, customer_id = _found(who)
    new = operations.suppress(ctx, customer_id, "any" if channel == "all" else channel, reason)  # type: ignore[arg-type]
    said = f"contact is stopped ({reason})." if new else "contact was stopped for that reason before; nothing changed."
    _tell(ctx, customer_id, {"suppressed": new}, said, as_json)


@click.command()
@_who
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def erase(who: str, yes: bool, as_json: bool) -> None:
    """Erase a person: all that is known of them is deleted for good.

    WHO is what `firasa customers show` takes. Their orders stay as orders of guests, so that the shop's totals do not
    change. Destinations are told once more that no tag remains. Asks first; where nobody can be asked it needs --yes.

    \b
    firasa customers erase mona@example.com
    firasa customers erase c_42 --yes
    """
    from service.operations import consents as operations

    ctx, customer_id = _found(who)
    if not yes:
        had = operations.holdings(ctx, customer_id)
        if not can_ask():
            raise click.UsageError(f"erasing {public_id(customer_id)} cannot be undone; add --yes to do it")
        note(f"{public_id(customer_id)} ({who}): {_said(had)}")
        click.confirm("Erase this person for good?", abort=True, err=True)
    had = operations.erase(ctx, customer_id)
    answer = {"customer_id": public_id(customer_id), "erased": asdict(had)}
    emit(answer, as_json, lambda: click.echo(f"{public_id(customer_id)} is erased: {_said(had)}"))


def can_ask() -> bool:
    """Whether somebody sits at a terminal."""
    return sys.stdin.isatty()


def _found(who: str) -> tuple[Context, int]:
    from service.operations import customers

    ctx: Context = runtime().context(actor="cli")
    return ctx, customers.find(ctx, who)


def _tell(ctx: Context, customer_id: int, done: dict[str, Any], said: str, as_json: bool) -> None:
    from service.operations import consents as operations

    consent = {
        channel: {"allowed": one.allowed, "reason": one.reason}
        for channel, one in operations.permissions(ctx, customer_id).items()
    }
    answer = {"customer_id": public_id(customer_id), **done, "consent": consent}
    emit(answer, as_json, lambda: click.echo(f"{public_id(customer_id)}: {said}"))


def _said(had: Holdings) -> str:
    return (
        f"{had.identities} addresses and numbers, {had.responses} responses with their answers, {had.facts} facts with "
        f"their history and the contents of {had.deliveries} messages are deleted; {had.orders} orders stay as orders "
        "of guests."
    )
