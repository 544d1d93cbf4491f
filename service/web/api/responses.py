"""``/v1/responses``: start, answer, read and identify. Each answers a Turn."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import ValidationError, fields, validate, validates_schema

from service.domain.identities import parse_email
from service.domain.links import LONGEST
from service.domain.talk import COMMANDS
from service.domain.turns import Turn
from service.operations import links, talk
from service.operations import responses as operations
from service.operations.responses import LONGEST_VISIT, Address
from service.operations.talk import LONGEST_MESSAGE
from service.sources.phones import parse_phone
from service.web.api.base import Blueprint, Strict, context
from service.web.api.turns import ContactSchema, ItemSchema, ResultSchema, TurnSchema, to_json
from service.web.edge import limiter
from service.web.signing import link_key

__all__ = ["ContactSchema", "ItemSchema", "ResultSchema", "TurnSchema", "blueprint", "to_json"]

blueprint = Blueprint(
    "responses", __name__, url_prefix="/v1/responses", description="One person going through one quiz."
)


ENTRY = validate.Regexp(r"^[a-z0-9_-]{0,32}\Z", error="small letters, digits, - and _, at most 32")


class StartSchema(Strict):
    """What begins a response."""

    quiz = fields.String(required=True, validate=validate.Length(1, 64), metadata={"description": "Id of the quiz"})
    lang = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=16),
        metadata={"description": "Language to speak, for example ar; the quiz's first one if it lacks it"},
    )
    visit = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, LONGEST_VISIT),
        metadata={"description": "A random text the storefront keeps; the same visit gets the same response"},
    )
    entry = fields.String(load_default="", validate=ENTRY, metadata={"description": "Where it was opened: inline, …"})
    token = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=LONGEST),
        metadata={"description": "A signed token of the shop that says who this is, or for which order; see embedding"},
    )


class AnswerSchema(Strict):
    """An answer to one item, a typed message, or a wish: exactly one of ``item_id``, ``text`` and ``command``."""

    item_id = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 64))
    value = fields.Raw(
        allow_none=True,
        metadata={
            "description": "Option id, list of option ids, number, text, day, address, or granted and declined, as the "
            'item\'s type asks; {"other": "…"} for words of one\'s own; null skips it'
        },
    )
    revision = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(min=0, max=2**31),
        metadata={"description": "The revision of the Turn that is answered"},
    )
    text = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=LONGEST_MESSAGE),
        metadata={
            "description": "A message as typed: one or several answers, a correction, or a wish; the Turn's heard says "
            "what was made of it"
        },
    )
    command = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf(COMMANDS),
        metadata={"description": "What a button asks for instead of an answer"},
    )
    lang = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=16),
        metadata={"description": "With the command language: the language to go on in"},
    )

    @validates_schema
    def one_message(self, data: dict[str, Any], **kwargs: Any) -> None:
        """An answer with its value, or a text, or a command."""
        given = [name for name in ("item_id", "text", "command") if data.get(name) is not None]
        if not given:
            raise ValidationError({"item_id": ["Missing data for required field."]})
        if len(given) > 1:
            raise ValidationError(f"send only one of {' and '.join(given)}", given[1])
        if given == ["item_id"] and "value" not in data:
            raise ValidationError({"value": ["Missing data for required field."]})


class IdentifySchema(Strict):
    """An address, and what was agreed to with it."""

    email = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=254))
    phone = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=32))
    consent = fields.Raw(
        load_default=False,
        metadata={
            "description": "true or false for the address's own channel, or {email: bool, sms: bool}; "
            "true only for a box the shopper ticked"
        },
    )

    @validates_schema
    def one_address(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Exactly one of email and phone."""
        if bool(data.get("email")) == bool(data.get("phone")):
            raise ValidationError("send either email or phone", "email")
        consent = data.get("consent")
        if isinstance(consent, dict):
            wrong = [
                key for key, value in consent.items() if key not in ("email", "sms") or not isinstance(value, bool)
            ]
            if wrong:
                raise ValidationError("has the channels email and sms, each true or false", "consent")
        elif not isinstance(consent, bool):
            raise ValidationError("is true, false, or {email: …, sms: …}", "consent")


class ReadSchema(Strict):
    """How to read a response."""

    lang = fields.String(load_default=None, validate=validate.Length(max=16))


@blueprint.route("", methods=["POST"])
@blueprint.arguments(StartSchema())
@blueprint.response(200, TurnSchema)
@blueprint.problem(404, "quiz_not_found")
def start(asked: dict[str, Any]) -> Response:
    """Start a response, or go on with the one this visit started."""
    quiz, lang, visit = asked["quiz"], asked["lang"], asked["visit"]
    return _shown(links.start(context(), quiz, lang, visit, asked["entry"], asked["token"], link_key()))


@blueprint.route("/<response_id>/answers", methods=["POST"])
@blueprint.arguments(AnswerSchema())
@blueprint.response(200, TurnSchema)
@blueprint.problem(404, "response_not_found")
@blueprint.problem(409, "stale_revision or item_not_expected")
@blueprint.problem(422, "invalid_value")
def answer(asked: dict[str, Any], response_id: str) -> Response:
    """Answer the next item, correct an answer on the walked path, or say in words what is meant."""
    limiter().response(response_id)
    if asked["text"] is not None:
        return _shown(talk.say(context(), response_id, asked["text"], asked["revision"]))
    if asked["command"] is not None:
        return _shown(talk.command(context(), response_id, asked["command"], asked["revision"], asked["lang"]))
    return _shown(operations.answer(context(), response_id, asked["item_id"], asked["value"], asked["revision"]))


@blueprint.route("/<response_id>", methods=["GET"])
@blueprint.arguments(ReadSchema(), location="query")
@blueprint.response(200, TurnSchema)
@blueprint.problem(404, "response_not_found")
def read(asked: dict[str, Any], response_id: str) -> Response:
    """Read the turn a response is at."""
    limiter().response(response_id)
    return _shown(operations.read(context(), response_id, asked["lang"]))


@blueprint.route("/<response_id>/identify", methods=["POST"])
@blueprint.arguments(IdentifySchema())
@blueprint.response(200, TurnSchema)
@blueprint.problem(404, "response_not_found")
@blueprint.problem(422, "invalid_value")
def identify(asked: dict[str, Any], response_id: str) -> Response:
    """Say who is answering, by email or phone, and what they agreed to. It shows nothing known of that person."""
    limiter().response(response_id)
    address = Address(
        email=parse_email(asked["email"]) if asked["email"] else None,
        phone=parse_phone(asked["phone"]) if asked["phone"] else None,
    )
    consent = asked["consent"] if isinstance(asked["consent"], dict) else {address.channel: asked["consent"]}
    return _shown(operations.identify(context(), response_id, address, consent))


def _shown(turn: Turn) -> Response:
    return Response(to_json(turn), mimetype="application/json")
