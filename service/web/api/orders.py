"""``/v1/orders``: the shop's server sends orders and refund documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, ValidationError, fields, validate

from service.domain import identities
from service.domain.errors import InvalidInput
from service.domain.money import line_amount, parse_decimal, to_minor
from service.domain.orders import KINDS, STATUSES, Buyer, IncomingOrder, OrderLine
from service.operations import orders as operations
from service.sources.phones import phone_or_none
from service.web.api.base import Blueprint, Strict, context
from service.web.keys import requires_scope

blueprint = Blueprint("orders", __name__, url_prefix="/v1/orders", description="The purchase history.")

# As many as one short transaction takes: whoever answers a quiz meanwhile waits for it.
MOST_ORDERS = 100
MOST_LINES = 1_000
# Times out of these bounds come from a wrong clock, and would stand as a customer's first or last order for ever.
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=2)
_ID = validate.Length(1, 200)
_WORDS = validate.Length(max=200)
_COUNTRY = validate.Regexp(r"^[A-Za-z]{2}\Z", error="two letters, for example SA")


class CustomerSchema(Strict):
    """Who placed an order, as the shop knows them. Without id, email and phone it is a guest's order."""

    id = fields.String(load_default=None, allow_none=True, validate=_ID, metadata={"description": "The shop's id"})
    email = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=254))
    phone = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=32),
        metadata={"description": "What cannot be a number of the customer's country is passed over"},
    )
    first_name = fields.String(load_default=None, allow_none=True, validate=_WORDS)
    last_name = fields.String(load_default=None, allow_none=True, validate=_WORDS)
    language = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=16))
    country = fields.String(load_default=None, allow_none=True, validate=_COUNTRY)
    region = fields.String(load_default=None, allow_none=True, validate=_WORDS)
    city = fields.String(load_default=None, allow_none=True, validate=_WORDS)


class LineSchema(Strict):
    """One line of an order. Amounts are decimal text in the order's currency, for example "129.00"."""

    product_id = fields.String(load_default=None, allow_none=True, validate=_ID)
    name = fields.String(load_default=None, allow_none=True, validate=_WORDS)
    category = fields.String(load_default=None, allow_none=True, validate=_WORDS)
    quantity = fields.Integer(required=True, strict=True, validate=validate.Range(-1_000_000, 1_000_000))
    unit_price = fields.String(required=True, validate=validate.Length(1, 40))
    discount = fields.String(load_default="0", validate=validate.Length(1, 40))
    unit_cost = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 40))


class OrderSchema(Strict):
    """An order, or a refund document with negative quantities. The same one sent again changes nothing."""

    shop_order_id = fields.String(required=True, validate=_ID)
    source = fields.String(
        load_default="api",
        validate=validate.Regexp(r"^[a-z0-9][a-z0-9_-]{0,39}\Z", error="small letters, digits, - and _"),
        metadata={"description": "Whose ids these are, for example shopify"},
    )
    kind = fields.String(load_default="order", validate=validate.OneOf(KINDS))
    status = fields.String(load_default="paid", validate=validate.OneOf(STATUSES))
    placed_at = fields.AwareDateTime(
        required=True, format="iso", default_timezone=UTC, metadata={"description": "With its zone; UTC without one"}
    )
    currency = fields.String(required=True, validate=validate.Regexp(r"^[A-Z]{3}\Z", error="three capital letters"))
    customer = fields.Nested(CustomerSchema, load_default=None, allow_none=True)
    lines = fields.List(fields.Nested(LineSchema), required=True, validate=validate.Length(1, MOST_LINES))
    discount = fields.String(load_default="0", validate=validate.Length(1, 40))
    refunded = fields.String(load_default="0", validate=validate.Length(1, 40))
    coupon = fields.String(load_default=None, allow_none=True, validate=_WORDS)
    payment_method = fields.String(load_default=None, allow_none=True, validate=_WORDS)
    traffic_source = fields.String(load_default=None, allow_none=True, validate=_WORDS)
    medium = fields.String(load_default=None, allow_none=True, validate=_WORDS)
    campaign = fields.String(load_default=None, allow_none=True, validate=_WORDS)
    term = fields.String(load_default=None, allow_none=True, validate=_WORDS)
    country = fields.String(load_default=None, allow_none=True, validate=_COUNTRY)


class OrdersSchema(Strict):
    """One order, or several under ``orders``."""

    orders = fields.List(fields.Nested(OrderSchema), required=True, validate=validate.Length(1, MOST_ORDERS))


class OneOrMoreSchema(OrderSchema):
    """What is accepted: the fields of one order, or ``{"orders": [...]}`` with up to 100."""

    def load(self, data: Any, **kwargs: Any) -> Any:
        """Several orders as they are, one order as a list of one."""
        if isinstance(data, dict) and "orders" in data:
            _refuse_too_many(data["orders"])
            return OrdersSchema().load(data)["orders"]
        if _lines(data) > MOST_LINES:
            raise ValidationError({"lines": [_too_many("lines", _lines(data), MOST_LINES)]})
        return [super().load(data, **kwargs)]


def _refuse_too_many(orders: Any) -> None:
    """Count before anything is looked at: what is too much is refused at once, not after seconds.

    :raises ValidationError: when there are more orders, or more lines, than one short transaction takes
    """
    if not isinstance(orders, list):
        return
    if len(orders) > MOST_ORDERS:
        raise ValidationError({"orders": [_too_many("orders", len(orders), MOST_ORDERS)]})
    counts = [_lines(order) for order in orders]
    for position, lines in enumerate(counts):
        if lines > MOST_LINES:
            raise ValidationError({"orders": {position: {"lines": [_too_many("lines", lines, MOST_LINES)]}}})
    if sum(counts) > MOST_LINES:
        raise ValidationError({"orders": [_too_many("lines", sum(counts), MOST_LINES)]})


def _lines(order: Any) -> int:
    lines = order.get("lines") if isinstance(order, dict) else None
    return len(lines) if isinstance(lines, list) else 0


def _too_many(what: str, found: int, most: int) -> str:
    return f"{found} {what} are too many at once; send at most {most}"


class OutcomeSchema(Schema):
    """What became of one order."""

    shop_order_id = fields.String()
    outcome = fields.String(validate=validate.OneOf(["created", "updated", "unchanged"]))


class RecordedSchema(Schema):
    """What became of the orders, each in its place."""

    orders = fields.List(fields.Nested(OutcomeSchema))


@blueprint.route("", methods=["POST"])
@requires_scope("orders:write")
@blueprint.arguments(OneOrMoreSchema)
@blueprint.response(200, RecordedSchema)
@blueprint.alt_response(201, schema=RecordedSchema, description="At least one order was new")
@blueprint.problem(401, "unauthorized")
@blueprint.problem(403, "forbidden")
@blueprint.problem(422, "invalid_value; none of the orders was recorded")
def record(asked: list[dict[str, Any]]) -> tuple[Response, int]:
    """Record orders. All of them, or none when one cannot be taken; sending them again changes nothing."""
    ctx = context(actor="api")
    several = len(asked) > 1
    orders = [_order(one, ctx.now, f"orders[{position}]." if several else "") for position, one in enumerate(asked)]
    recorded = operations.record_orders(ctx, orders)
    told = [
        {"shop_order_id": order.shop_order_id, "outcome": outcome}
        for order, outcome in zip(orders, recorded.outcomes, strict=True)
    ]
    return jsonify(orders=told), 201 if recorded.created else 200


def _order(asked: dict[str, Any], now: int, path: str) -> IncomingOrder:
    """:raises InvalidInput: with the path of what cannot be taken"""
    try:
        currency = asked["currency"]
        customer = asked["customer"] or {}
        return IncomingOrder(
            source=asked["source"],
            shop_order_id=_at("shop_order_id", identities.check_shop_id, asked["shop_order_id"]),
            placed_at=_instant(asked["placed_at"], now),
            currency=currency,
            lines=tuple(_line(line, currency, f"lines[{i}].") for i, line in enumerate(asked["lines"])),
            kind=asked["kind"],
            status=asked["status"],
            buyer=_buyer(customer),
            discount=_minor(asked["discount"], currency, "discount"),
            refunded=_minor(asked["refunded"], currency, "refunded"),
            payment_method=asked["payment_method"],
            traffic_source=asked["traffic_source"],
            medium=asked["medium"],
            campaign=asked["campaign"],
            term=asked["term"],
            coupon=asked["coupon"],
            country=_country(asked["country"] or customer.get("country")),
        )
    except InvalidInput as error:
        raise InvalidInput(str(error), f"{path}{error.path}") from error


def _buyer(customer: dict[str, Any]) -> Buyer:
    country = _country(customer.get("country"))
    plain = {name: customer.get(name) for name in ("first_name", "last_name", "language", "region", "city")}
    buyer = Buyer(
        shop_id=_at("customer.id", identities.check_shop_id, customer["id"]) if customer.get("id") else None,
        email=_at("customer.email", identities.parse_email, customer["email"]) if customer.get("email") else None,
        phone=phone_or_none(customer["phone"], country) if customer.get("phone") else None,
        country=country,
        **plain,
    )
    return Buyer() if buyer.is_guest else buyer


def _line(line: dict[str, Any], currency: str, path: str) -> OrderLine:
    price = _decimal(line["unit_price"], f"{path}unit_price")
    return OrderLine(
        quantity=line["quantity"],
        unit_price=line["unit_price"].strip(),
        amount=line_amount(price, line["quantity"], currency),
        discount=_minor(line["discount"], currency, f"{path}discount"),
        unit_cost=_minor(line["unit_cost"], currency, f"{path}unit_cost") if line["unit_cost"] is not None else None,
        product=_at(f"{path}product_id", identities.check_shop_id, line["product_id"]) if line["product_id"] else None,
        name=line["name"],
        category=line["category"],
    )


def _instant(placed_at: datetime, now: int) -> int:
    if not _EARLIEST <= placed_at <= _EPOCH + timedelta(microseconds=now) + _AHEAD:
        raise InvalidInput("an order is placed between 1990 and now", "placed_at")
    return (placed_at - _EPOCH) // timedelta(microseconds=1)


def _minor(text: str, currency: str, path: str) -> int:
    return to_minor(_decimal(text, path), currency)


def _at(path: str, parse: Callable[[str], str], text: str) -> str:
    """What `parse` makes of a text.

    :raises InvalidInput: with the path of the field
    """
    try:
        return parse(text)
    except InvalidInput as error:
        raise InvalidInput(str(error), path) from error


def _decimal(text: str, path: str) -> Any:
    try:
        return parse_decimal(text)
    except ValueError as error:
        raise InvalidInput(f"{error}; write an amount such as 129.00", path) from error


def _country(code: str | None) -> str | None:
    return code.upper() if code else None
