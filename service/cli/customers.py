"""``firasa customers``: what is known of one customer, and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from service.cli import consents, dossiers, records
from service.cli.base import FirasaGroup, emit, json_option, runtime, table
from service.cli.clause_words import because, plain
from service.cli.days import DAY
from service.domain.identities import public_id

if TYPE_CHECKING:
    from service.operations.context import Context
    from service.operations.customers import Dossier

_ARGUMENT = click.argument("who", metavar="WHO")


@click.group(cls=FirasaGroup)
def customers() -> None:
    """The people who answer and buy."""


customers.add_command(consents.withdraw)
customers.add_command(consents.suppress)
customers.add_command(consents.erase)
customers.add_command(records.import_customers)


@customers.command()
@_ARGUMENT
@json_option
def show(who: str, as_json: bool) -> None:
    """Show what is known of a customer.

    WHO is a shop's id, an email, a phone in international form, or c_42. When several shops use the same id, write
    shop:id.

    \b
    firasa customers show mona@example.com
    firasa customers show 17850 --json
    firasa customers show shopify:6412
    """
    ctx, dossier = _dossier(who)
    answer = dossiers.shown(dossier, ctx)
    emit(answer, as_json, lambda: _tell(answer, dossier, ctx))


@customers.command()
@_ARGUMENT
@click.option("--on", type=DAY, metavar="DATE", help="Why they were, or were not, at the end of this day.")
@json_option
def explain(who: str, on: date | None, as_json: bool) -> None:
    """Explain why a customer has their personas and is in their segments, and why not in others.

    WHO is what `firasa customers show` takes. With --on, segments only: by their definitions of that day, from what
    was recorded by then.

    \b
    firasa customers explain mona@example.com
    firasa customers explain 17850 --json
    firasa customers explain mona@example.com --on 2026-05-01
    """
    if on is not None:
        _explain_on(who, on, as_json)
        return
    ctx, dossier = _dossier(who)
    answer = {
        "customer_id": public_id(dossier.file.customer.id),
        "personas": dossiers.personas(dossier, ctx),
        "segments": [dossiers.explained(one, ctx) for one in dossier.explanations],
        "history": dossiers.history(dossier, ctx),
        "tags": dossier.file.tags,
    }
    emit(answer, as_json, lambda: _tell_why(answer))


def _explain_on(who: str, on: date, as_json: bool) -> None:
    from service.operations import customers as operations
    from service.operations import segment_history

    ctx: Context = runtime().context(actor="cli")
    customer_id = operations.find(ctx, who)
    found = segment_history.explain_on(ctx, customer_id, on)
    answer = {
        "customer_id": public_id(customer_id),
        "on": on.isoformat(),
        "personas": [],
        "segments": [dossiers.explained(one, ctx) for one in found],
    }
    emit(answer, as_json, lambda: _tell_why(answer))


def _dossier(who: str) -> tuple[Context, Dossier]:
    from service.operations import customers as operations

    ctx: Context = runtime().context(actor="cli")
    return ctx, operations.dossier(ctx, operations.find(ctx, who))


# for people --------------------------------------------------------------------------------------------------------


def _tell(answer: Mapping[str, Any], dossier: Dossier, ctx: Context) -> None:
    rows: list[list[object]] = [["customer", " ".join(filter(None, (answer["customer_id"], answer["name"])))]]
    rows += [
        [one.kind if one.kind != "shop" else f"id in {one.source}", f"{one.value} ({one.proof})"]
        for one in dossier.file.identities
    ]
    rows += [[name, answer[name]] for name in ("country", "city", "language") if answer[name]]
    rows += [[name.replace("_", " "), plain(answer[name])] for name in _TOLD if answer[name] is not None]
    rows += [[f"persona ({one['kind']})", _persona(one)] for one in answer["personas"]]
    rows += [["segments", ", ".join(one["segment"] for one in answer["segments"]) or "none"]]
    rows += [["tags", ", ".join(answer["tags"]) or "none"]]
    rows += [[f"may get {channel}", _allowed(one)] for channel, one in answer["consent"].items()]
    table("Customer", ["what", "value"], rows)
    if answer["recent_orders"]:
        recent: list[list[object]] = [
            [one["placed_at"], one["shop_order_id"], one["kind"], one["status"], plain(one["revenue"])]
            for one in answer["recent_orders"]
        ]
        table("Recent orders", ["placed", "number", "kind", "status", "revenue"], recent)
    if answer["responses"]:
        given: list[list[object]] = [
            [one["updated_at"], one["quiz"], one["status"], one["outcome"]] for one in answer["responses"]
        ]
        table("Responses", ["changed", "quiz", "status", "outcome"], given)


_TOLD = ("orders", "net_revenue", "refunded", "average_order", "profit", "first_order_at", "last_order_at")


def _tell_why(answer: Mapping[str, Any]) -> None:
    for one in answer["personas"]:
        click.echo(f"{one['kind']} persona: {_persona(one)}")
        for reason in one["reasons"]:
            found = "missing" if reason["value"] is None else plain(reason["value"])
            click.echo(f"    {_weight(one, reason):>6} {reason['fact']} (found: {found})")
    for one in answer["segments"]:
        click.echo(f"{'in ' if one['inside'] else 'out of '}{one['segment']}")
        for clause in one["because"]:
            click.echo(f"    {because(clause, inside=one['inside'])}")


def _persona(one: Mapping[str, Any]) -> str:
    if one["persona"] is None:
        return "not clear yet"
    sure = "" if one["probability"] is None else f", probability {one['probability']:.2f}"
    return f"{one['persona']} ({one['source']} {one['model_version']}{sure})"


def _weight(persona: Mapping[str, Any], reason: Mapping[str, Any]) -> str:
    """A score of 1 to 5 where a rule decides; else how much it speaks for the persona, in log-odds."""
    return f"{reason['weight']}/5" if persona["source"] == "rfm" else f"{reason['weight']:+.2f}"


def _allowed(one: Mapping[str, Any]) -> str:
    return "yes" if one["allowed"] else f"no ({str(one['reason']).replace('_', ' ')})"
