"""``firasa customers``: what is known of one customer, and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from service.cli.base import FirasaGroup, emit, json_option, runtime, table
from service.domain.facts import MONEY_FACTS, spec_of
from service.domain.identities import public_id
from service.domain.money import Money, to_json, to_text

if TYPE_CHECKING:
    from service.domain.purchases import Purchases
    from service.operations.context import Context
    from service.operations.customers import Dossier
    from service.operations.segments import Explanation

_ARGUMENT = click.argument("who", metavar="WHO")


@click.group(cls=FirasaGroup)
def customers() -> None:
    """The people who answer and buy."""


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
    answer = _shown(dossier, ctx)
    emit(answer, as_json, lambda: _tell(answer, dossier, ctx))


@customers.command()
@_ARGUMENT
@json_option
def explain(who: str, as_json: bool) -> None:
    """Explain why a customer has their personas and is in their segments, and why not in others.

    WHO is what `firasa customers show` takes.

    \b
    firasa customers explain mona@example.com
    firasa customers explain 17850 --json
    """
    ctx, dossier = _dossier(who)
    answer = {
        "customer_id": public_id(dossier.file.customer.id),
        "personas": _personas(dossier, ctx),
        "segments": [_explained(one, ctx) for one in dossier.explanations],
        "history": _history(dossier),
        "tags": dossier.file.tags,
    }
    emit(answer, as_json, lambda: _tell_why(answer))


def _dossier(who: str) -> tuple[Context, Dossier]:
    from service.operations import customers as operations

    ctx: Context = runtime().context(actor="cli")
    return ctx, operations.dossier(ctx, operations.find(ctx, who))


# as JSON -----------------------------------------------------------------------------------------------------------


def _shown(dossier: Dossier, ctx: Context) -> dict[str, Any]:
    customer, file = dossier.file.customer, dossier.file
    return {
        "customer_id": public_id(customer.id),
        "name": customer.name,
        "language": customer.language,
        "country": customer.country,
        "region": customer.region,
        "city": customer.city,
        "known_since": _iso(customer.created_at),
        "identities": [
            {"kind": one.kind, "source": one.source, "value": one.value, "proof": one.proof} for one in file.identities
        ],
        **_purchases(dossier.purchases, ctx.shop.currency),
        "facts": {name: _value(name, value, ctx) for name, value in sorted(dossier.facts.items())},
        "personas": _personas(dossier, ctx),
        "segments": [
            {"segment": one.segment_id, "entered_at": _iso(one.entered_at), "reason": one.entered_reason}
            for one in file.memberships
            if one.left_at is None
        ],
        "tags": file.tags,
        "consent": {
            channel: {"allowed": permission.allowed, "reason": permission.reason}
            for channel, permission in (("email", file.may_email), ("sms", file.may_sms))
        },
        "recent_orders": [_order(order, lines) for order, lines in dossier.recent_orders],
        "responses": [
            {
                "response_id": one.public_id,
                "quiz": one.quiz_id,
                "version": one.version,
                "status": one.status,
                "outcome": one.outcome,
                "answers": dict(one.answers),
                "updated_at": _iso(one.updated_at),
            }
            for one in file.responses
        ],
        "deliveries": [
            {
                "type": one.type,
                "status": one.status,
                "attempts": one.attempts,
                "created_at": _iso(one.created_at),
                "settled_at": _iso(one.settled_at),
                "last_error": one.last_error,
            }
            for one in file.deliveries
        ],
    }


def _purchases(kept: Purchases, currency: str) -> dict[str, Any]:
    def money(amount: int | None) -> dict[str, int | str] | None:
        return None if amount is None else to_json(Money(amount, currency))

    return {
        "orders": kept.orders,
        "order_days": kept.order_days,
        "units": kept.units,
        "gross": money(kept.gross),
        "discount": money(kept.discount),
        "refunded": money(kept.refunded),
        "net_revenue": money(kept.net_revenue),
        "average_order": money(kept.average),
        "profit": money(kept.profit),
        "first_order_at": _iso(kept.first_at),
        "last_order_at": _iso(kept.last_at),
        "mean_gap_days": kept.mean_gap_days,
        "discount_share": kept.discount_share,
        "first_source": kept.first_source,
        "first_product": kept.first_product,
    }


def _order(order: Any, lines: Any) -> dict[str, Any]:
    def money(amount: int) -> dict[str, int | str]:
        return to_json(Money(amount, order.currency))

    return {
        "source": order.source,
        "shop_order_id": order.shop_order_id,
        "kind": order.kind,
        "status": order.status,
        "placed_at": _iso(order.placed_at),
        "gross": money(order.gross),
        "discount": money(order.discount),
        "refunded": money(order.refunded),
        "revenue": money(order.revenue),
        "coupon": order.coupon,
        "traffic_source": order.traffic_source,
        "payment_method": order.payment_method,
        "lines": [
            {
                "product": line.product,
                "name": line.name,
                "quantity": line.quantity,
                "unit_price": line.unit_price,
                "amount": money(line.amount),
            }
            for line in lines
        ],
    }


def _personas(dossier: Dossier, ctx: Context) -> list[dict[str, Any]]:
    names = ctx.definitions.personas
    return [
        {
            "kind": one.kind,
            "persona": one.persona,
            "name": dict(names[one.persona].name.by_lang) if one.persona and one.persona in names else None,
            "probability": one.probability,
            "source": one.source,
            "model_version": one.model_version,
            "since": _iso(one.since_at),
            **one.detail,
            "reasons": [_reason(reason, ctx) for reason in _listed(one.detail.get("reasons"))],
        }
        for one in dossier.file.assignments
        if one.until_at is None
    ]


def _reason(reason: Mapping[str, Any], ctx: Context) -> dict[str, Any]:
    return {**reason, "value": _value(str(reason.get("fact")), reason.get("value"), ctx)}


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _explained(one: Explanation, ctx: Context) -> dict[str, Any]:
    return {
        "segment": one.segment.id,
        "name": dict(one.segment.name.by_lang),
        "inside": one.inside,
        "because": [
            {
                "fact": clause.fact,
                "op": clause.op,
                "value": _value(clause.fact, clause.value, ctx),
                "found": _value(clause.fact, clause.found, ctx),
                "holds": clause.holds,
            }
            for clause in one.clauses
        ],
    }


def _history(dossier: Dossier) -> list[dict[str, Any]]:
    return [
        {
            "segment": one.segment_id,
            "version": one.segment_version,
            "entered_at": _iso(one.entered_at),
            "entered_reason": one.entered_reason,
            "left_at": _iso(one.left_at),
            "left_reason": one.left_reason,
        }
        for one in dossier.file.memberships
    ]


def _value(name: str, value: object, ctx: Context) -> object:
    """A fact's value for machines: money with its currency, instants as dates."""
    if isinstance(value, int) and name in MONEY_FACTS:
        return to_json(Money(value, ctx.shop.currency))
    spec = spec_of(name)
    if isinstance(value, int) and spec is not None and spec.type == "instant":
        return _iso(value)
    return list(value) if isinstance(value, tuple) else value


def _iso(instant: int | None) -> str | None:
    return None if instant is None else datetime.fromtimestamp(instant // 1_000_000, UTC).isoformat()


# for people --------------------------------------------------------------------------------------------------------


def _tell(answer: Mapping[str, Any], dossier: Dossier, ctx: Context) -> None:
    rows: list[list[object]] = [["customer", " ".join(filter(None, (answer["customer_id"], answer["name"])))]]
    rows += [
        [one.kind if one.kind != "shop" else f"id in {one.source}", f"{one.value} ({one.proof})"]
        for one in dossier.file.identities
    ]
    rows += [[name, answer[name]] for name in ("country", "city", "language") if answer[name]]
    rows += [[name.replace("_", " "), _plain(answer[name])] for name in _TOLD if answer[name] is not None]
    rows += [[f"persona ({one['kind']})", _persona(one)] for one in answer["personas"]]
    rows += [["segments", ", ".join(one["segment"] for one in answer["segments"]) or "none"]]
    rows += [["tags", ", ".join(answer["tags"]) or "none"]]
    rows += [[f"may get {channel}", _allowed(one)] for channel, one in answer["consent"].items()]
    table("Customer", ["what", "value"], rows)
    if answer["recent_orders"]:
        recent: list[list[object]] = [
            [one["placed_at"], one["shop_order_id"], one["kind"], one["status"], _plain(one["revenue"])]
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
            found = "missing" if reason["value"] is None else _plain(reason["value"])
            click.echo(f"    {_weight(one, reason):>6} {reason['fact']} (found: {found})")
    for one in answer["segments"]:
        click.echo(f"{'in ' if one['inside'] else 'not in '}{one['segment']}")
        for clause in one["because"]:
            found = "missing" if clause["found"] is None else _plain(clause["found"])
            wanted = "" if clause["op"] == "exists" else f" {_plain(clause['value'])}"
            mark = "yes" if clause["holds"] else "no "
            click.echo(f"    {mark} {clause['fact']} {clause['op']}{wanted} (found: {found})")


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


def _plain(value: object) -> object:
    if isinstance(value, Mapping) and set(value) == {"amount", "currency"}:
        return f"{to_text(Money(value['amount'], value['currency']))} {value['currency']}"
    return ", ".join(str(_plain(one)) for one in value) if isinstance(value, list) else value
