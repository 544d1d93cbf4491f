"""A customer as one JSON document: money with its currency, instants as dates, everything with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from service.domain.comparisons import DAY_OPS
from service.domain.facts import MONEY_FACTS, spec_of
from service.domain.identities import public_id
from service.domain.money import Money, to_json

if TYPE_CHECKING:
    from service.domain.purchases import Purchases
    from service.operations.context import Context
    from service.operations.customers import Dossier
    from service.operations.segments import Explanation


def shown(dossier: Dossier, ctx: Context) -> dict[str, Any]:
    """Everything known of a customer."""
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
        "personas": personas(dossier, ctx),
        "segments": [
            {
                "segment": one.segment_id,
                "entered_at": _iso(one.entered_at),
                "reason": _clauses(one.entered_reason, ctx),
            }
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
                "typed": [
                    {"by": line.by, "text": line.text, "at": _iso(line.at)} for line in dossier.typed.get(one.id, ())
                ],
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
        "mean_gap_days": _rounded(kept.mean_gap_days),
        "discount_share": _rounded(kept.discount_share),
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


def personas(dossier: Dossier, ctx: Context) -> list[dict[str, Any]]:
    """The present personas, with the reasons."""
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


def explained(one: Explanation, ctx: Context) -> dict[str, Any]:
    """Why a customer is in a segment, or is not."""
    return {
        "segment": one.segment.id,
        "name": dict(one.segment.name.by_lang),
        "inside": one.inside,
        "because": [
            {
                "fact": clause.fact,
                "op": clause.op,
                # Of a time ago it is a number of days, also where the fact is a moment.
                "value": clause.value if clause.op in _DAYS else _value(clause.fact, clause.value, ctx),
                "found": _value(clause.fact, clause.found, ctx),
                "holds": clause.holds,
            }
            for clause in one.clauses
        ],
    }


_DAYS = (*DAY_OPS, "changed_in_last_days")


def history(dossier: Dossier, ctx: Context) -> list[dict[str, Any]]:
    """Every membership there was, with the reasons for coming and going."""
    return [
        {
            "segment": one.segment_id,
            "version": one.segment_version,
            "entered_at": _iso(one.entered_at),
            "entered_reason": _clauses(one.entered_reason, ctx),
            "event": one.event,
            "left_at": _iso(one.left_at),
            "left_reason": _clauses(one.left_reason, ctx),
            "left_event": one.left_event,
            "left_version": one.left_version,
        }
        for one in dossier.file.memberships
    ]


def _clauses(reason: Sequence[Mapping[str, Any]] | None, ctx: Context) -> list[dict[str, Any]] | None:
    """The clauses kept with a membership."""
    if reason is None:
        return None
    return [{**one, **{part: _value(str(one.get("fact")), one.get(part), ctx) for part in _VALUES}} for one in reason]


_VALUES = ("value", "found")


def _value(name: str, value: object, ctx: Context) -> object:
    """A fact's value for machines: money with its currency, instants as dates."""
    if isinstance(value, int) and name in MONEY_FACTS:
        return to_json(Money(value, ctx.shop.currency))
    spec = spec_of(name)
    if isinstance(value, int) and spec is not None and spec.type == "instant":
        return _iso(value)
    return list(value) if isinstance(value, tuple) else value


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _iso(instant: int | None) -> str | None:
    return None if instant is None else datetime.fromtimestamp(instant // 1_000_000, UTC).isoformat()
