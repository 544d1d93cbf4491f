"""``/v1/customers`` and ``/v1/contact-events``: what the shop's server and its email tool tell of customers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, ValidationError, fields, validate

from service.domain import identities
from service.domain.errors import InvalidInput
from service.domain.orders import Buyer
from service.domain.places import postal_code
from service.operations import contacts, records
from service.operations.contacts import KINDS, Told
from service.operations.records import CustomerRecord
from service.sources.phones import phone_or_none
from service.web.api.base import Blueprint, Strict, context
from service.web.keys import requires_scope

blueprint = Blueprint("customers", __name__, url_prefix="/v1", description="What is known of customers.")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ID = validate.Length(1, 200)
_WORDS = validate.Length(max=200)
_COUNTRY = validate.Regexp(r"^[A-Za-z]{2}\Z", error="two letters, for example SA")
_SOURCE = validate.Regexp(r"^[a-z0-9][a-z0-9_-]{0,39}\Z", error="small letters, digits, - and _")


class WhoSchema(Strict):
    """By what a customer is known; at least one of them."""

    id = fields.String(load_default=None, allow_none=True, validate=_ID, metadata={"description": "The shop's id"})
    email = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=254))
    phone = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=32),
        metadata={"description": "In international form, or as the customer's country writes it"},
    )


class CustomerRecordSchema(WhoSchema):
    """A customer as the shop knows them. What is left out stays as it is; consent is never touched."""

    source = fields.String(
        load_default="api", validate=_SOURCE, metadata={"description": "Whose ids these are, for example shopify"}
    )
    first_name = fields.String(load_default=None, allow_none=True, validate=_WORDS)
    last_name = fields.String(load_default=None, allow_none=True, validate=_WORDS)
    language = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=16))
    country = fields.String(load_default=None, allow_none=True, validate=_COUNTRY)
    region = fields.String(load_default=None, allow_none=True, validate=_WORDS)
    city = fields.String(load_default=None, allow_none=True, validate=_WORDS)
    postal_code = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=32))
    attributes = fields.Dict(
        keys=fields.String(),
        load_default=dict,
        metadata={
            "description": "The shop's own fields: texts, numbers, dates (2026-01-31) or lists of texts; null takes one"
            " away. The first value of a name gives it its type."
        },
    )


class CustomerRecordsSchema(Strict):
    """Several customers under ``customers``."""

    customers = fields.List(
        fields.Nested(CustomerRecordSchema), required=True, validate=validate.Length(1, records.MOST)
    )


class OneOrMoreCustomersSchema(CustomerRecordSchema):
    """What is accepted: the fields of one customer, or ``{"customers": [...]}`` with up to 100."""

    def load(self, data: Any, **kwargs: Any) -> Any:
        """Several customers as they are, one as a list of one."""
        if isinstance(data, dict) and "customers" in data:
            _refuse_too_many(data["customers"], "customers", records.MOST)
            return CustomerRecordsSchema().load(data)["customers"]
        return [super().load(data, **kwargs)]


class RecordedCustomerSchema(Schema):
    """What became of one customer."""

    customer_id = fields.String()
    outcome = fields.String(validate=validate.OneOf(["created", "updated", "unchanged"]))


class RecordedCustomersSchema(Schema):
    """What became of the customers, each in its place."""

    customers = fields.List(fields.Nested(RecordedCustomerSchema))


class ContactEventSchema(Strict):
    """Something that happened to a message to a customer."""

    customer = fields.Nested(WhoSchema, required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    at = fields.AwareDateTime(
        required=True, format="iso", default_timezone=UTC, metadata={"description": "With its zone; UTC without one"}
    )
    source = fields.String(
        load_default="api", validate=_SOURCE, metadata={"description": "Which tool tells it, for example klaviyo"}
    )
    shop = fields.String(
        load_default="api", validate=_SOURCE, metadata={"description": "Whose customer id it is, for example shopify"}
    )


class ContactEventsSchema(Strict):
    """Up to 1,000 events."""

    events = fields.List(fields.Nested(ContactEventSchema), required=True, validate=validate.Length(1, contacts.MOST))

    def load(self, data: Any, **kwargs: Any) -> Any:
        """Count before anything is looked at."""
        if isinstance(data, dict):
            _refuse_too_many(data.get("events"), "events", contacts.MOST)
        return super().load(data, **kwargs)


class HeardSchema(Schema):
    """How many events were new, were known already, and are about people nobody knows, which are not kept."""

    new = fields.Integer()
    known = fields.Integer()
    unmatched = fields.Integer()


@blueprint.route("/customers", methods=["POST"])
@requires_scope("customers:write")
@blueprint.arguments(OneOrMoreCustomersSchema)
@blueprint.response(200, RecordedCustomersSchema)
@blueprint.alt_response(201, schema=RecordedCustomersSchema, description="At least one customer was new")
@blueprint.problem(401, "unauthorized")
@blueprint.problem(403, "forbidden")
@blueprint.problem(422, "invalid_value; none of the customers was recorded")
def record_customers(asked: list[dict[str, Any]]) -> tuple[Response, int]:
    """Record customers. All of them, or none when one cannot be taken; sending them again changes nothing."""
    several = len(asked) > 1
    wanted = [_record(one, f"customers[{position}]." if several else "") for position, one in enumerate(asked)]
    done = records.record_customers(context(actor="api"), wanted)
    told = [{"customer_id": one.customer_id, "outcome": one.outcome} for one in done]
    return jsonify(customers=told), 201 if any(one.outcome == "created" for one in done) else 200


@blueprint.route("/contact-events", methods=["POST"])
@requires_scope("contact:write")
@blueprint.arguments(ContactEventsSchema)
@blueprint.response(200, HeardSchema)
@blueprint.problem(401, "unauthorized")
@blueprint.problem(403, "forbidden")
@blueprint.problem(422, "invalid_value; none of the events was kept")
def record_contact_events(asked: dict[str, Any]) -> Response:
    """Keep what an email tool tells: received, opened, clicked. Sending events again changes nothing."""
    events = [_told(one, f"events[{position}].") for position, one in enumerate(asked["events"])]
    heard = contacts.record(context(actor="api"), events)
    return jsonify(new=heard.new, known=heard.known, unmatched=heard.unmatched)


def _record(asked: dict[str, Any], path: str) -> CustomerRecord:
    """:raises InvalidInput: with the path of what cannot be taken"""
    country = asked["country"].upper() if asked["country"] else None
    try:
        plain = {name: asked[name] for name in ("first_name", "last_name", "language", "region", "city")}
        return CustomerRecord(
            source=asked["source"],
            buyer=_who(asked, country, **plain),
            postal_code=postal_code(asked["postal_code"]) if asked["postal_code"] else None,
            attributes=asked["attributes"],
        )
    except InvalidInput as error:
        raise InvalidInput(str(error), f"{path}{error.path}") from error


def _told(asked: dict[str, Any], path: str) -> Told:
    try:
        who = _who(asked["customer"], None)
    except InvalidInput as error:
        raise InvalidInput(str(error), f"{path}customer.{error.path}") from error
    return Told(who, asked["kind"], (asked["at"] - _EPOCH) // timedelta(microseconds=1), asked["source"], asked["shop"])


def _who(asked: dict[str, Any], country: str | None, **plain: str | None) -> Buyer:
    return Buyer(
        shop_id=identities.check_shop_id(asked["id"]) if asked["id"] else None,
        email=identities.parse_email(asked["email"]) if asked["email"] else None,
        phone=phone_or_none(asked["phone"], country) if asked["phone"] else None,
        country=country,
        **plain,
    )


def _refuse_too_many(sent: Any, what: str, most: int) -> None:
    """:raises ValidationError: before anything is looked at"""
    if isinstance(sent, list) and len(sent) > most:
        raise ValidationError({what: [f"{len(sent)} {what} are too many at once; send at most {most}"]})
