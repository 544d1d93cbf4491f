"""A Turn as JSON: its schema, for the description of the API, and its writer."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from marshmallow import Schema, fields, validate

from service.domain import money
from service.domain.answer_values import own_words
from service.domain.piping import FILLED
from service.domain.quiz import CHOICES, SCALES
from service.domain.turns import Choice, Message, Recommended, Result, Said, Turn
from service.web import i18n
from service.web.api.base import context
from service.web.pictures import picture_at


class MoneySchema(Schema):
    """An amount in minor units."""

    amount = fields.Integer()
    currency = fields.String()


class LinkSchema(Schema):
    """Where a suggestion leads."""

    url = fields.String()
    label = fields.String()


class MessageSchema(Schema):
    """Something the shop says; a suggestion may carry a link and a product."""

    role = fields.String()
    item = fields.String(allow_none=True)
    text = fields.String()
    link = fields.Nested(LinkSchema, allow_none=True)
    product = fields.Nested(lambda: ProductSchema(), allow_none=True)


class SaidSchema(Schema):
    """A question that was answered, with the answer in words."""

    item_id = fields.String()
    question = fields.String()
    type = fields.String()
    value = fields.Raw(allow_none=True)
    answer = fields.String()
    item = fields.Nested(lambda: ItemSchema(), metadata={"description": "The question as asked, to change its answer"})


class OptionSchema(Schema):
    """A choice. ``image`` is there where it has one, ``other`` where it wants words of one's own."""

    id = fields.String()
    label = fields.String()
    exclusive = fields.Boolean()
    image = fields.String()
    other = fields.Boolean()


class OtherSchema(Schema):
    """What stands beside "something else"."""

    label = fields.String()
    placeholder = fields.String()


class WordingSchema(Schema):
    """What a consent agrees to, and the version in which it stands so."""

    wording = fields.String()
    version = fields.String()


class ItemSchema(Schema):
    """The item that waits for an answer."""

    id = fields.String()
    type = fields.String()
    required = fields.Boolean()
    text = fields.String()
    help = fields.String()
    options = fields.List(fields.Nested(OptionSchema))
    min = fields.Raw(allow_none=True, metadata={"description": "A number; of a date the first day"})
    max = fields.Raw(allow_none=True, metadata={"description": "A number; of a date the last day"})
    low = fields.String()
    high = fields.String()
    max_length = fields.Integer(allow_none=True)
    placeholder = fields.String()
    other = fields.Nested(OtherSchema, allow_none=True)
    consent = fields.Nested(WordingSchema, allow_none=True)
    skippable = fields.Boolean()


class ProgressSchema(Schema):
    """Questions answered, and questions in all as far as can be seen."""

    done = fields.Integer()
    total = fields.Integer()


class ProductSchema(Schema):
    """A recommended product."""

    id = fields.String()
    name = fields.String()
    text = fields.String()
    price = fields.Nested(MoneySchema, allow_none=True)
    price_text = fields.String(metadata={"description": "The price as the reader writes it"})
    image = fields.String()
    url = fields.String()


class BecauseSchema(Schema):
    """An answer that decided the result, with its points."""

    item_id = fields.String()
    question = fields.String()
    answer = fields.String()
    points = fields.Integer()


class ResultSchema(Schema):
    """The end of a quiz."""

    outcome = fields.String(allow_none=True)
    title = fields.String()
    text = fields.String()
    reasons = fields.List(fields.String())
    products = fields.List(fields.Nested(ProductSchema))
    rule = fields.String(metadata={"description": "points, tie, condition or fallback; empty without outcomes"})
    because = fields.List(fields.Nested(BecauseSchema))


class ContactSchema(Schema):
    """The offer to leave an address, with the wording of each consent."""

    channels = fields.List(fields.String())
    text = fields.String()
    consent = fields.Dict(keys=fields.String(), values=fields.String())
    done = fields.Boolean()


class TurnSchema(Schema):
    """What the chat shows next."""

    response_id = fields.String(metadata={"description": "Whoever knows it can read and continue the response"})
    quiz = fields.String()
    version = fields.Integer()
    lang = fields.String()
    languages = fields.List(fields.String())
    dir = fields.String(validate=validate.OneOf(["ltr", "rtl"]))
    title = fields.String()
    status = fields.String(validate=validate.OneOf(["open", "complete"]))
    revision = fields.Integer()
    messages = fields.List(fields.Nested(MessageSchema))
    history = fields.List(fields.Nested(SaidSchema))
    item = fields.Nested(ItemSchema, allow_none=True)
    progress = fields.Nested(ProgressSchema)
    result = fields.Nested(ResultSchema, allow_none=True)
    contact = fields.Nested(ContactSchema, allow_none=True)
    heard = fields.Raw(allow_none=True, metadata={"description": "What was understood of a typed message"})
    transcript = fields.List(fields.Raw(), metadata={"description": "What was said so far, oldest first"})
    contact_person = fields.Raw(allow_none=True, metadata={"description": "How to reach a person, once asked for"})


def to_json(turn: Turn) -> str:
    """A Turn as JSON in the shape of ``TurnSchema``; prices are worded for the reader.

    Written out because marshmallow takes a tenth of an answer's time for it; a test holds that both agree.
    """
    reader = _reader(turn.lang)
    document = {name: getattr(turn, name) for name in _AS_THEY_ARE}
    document["messages"] = [_message(one, reader) for one in turn.messages]
    document["progress"] = {"done": turn.done, "total": turn.total}
    document["result"] = _result(turn.result, reader) if turn.result else None
    history = ", ".join(_remembered(one) if _may_be_remembered(one) else _said(one) for one in turn.history)
    return f'{_ENCODER.encode(document)[:-1]}, "history": [{history}]}}'


def _may_be_remembered(said: Said) -> bool:
    """Whether nothing in it was typed by anybody, nor filled in for one person."""
    return said.type in _TAPPED and own_words(said.value) is None and FILLED not in said.question


def _said(said: Said) -> str:
    return _ENCODER.encode(said)


# Each turn repeats all that was answered. What people typed is not remembered.
_remembered = lru_cache(maxsize=4096)(_said)
_TAPPED = CHOICES | SCALES | {"ranking", "consent"}


def _plain(one: Any) -> dict[str, Any]:
    """A dataclass as an object of its fields; of an option only what it has."""
    if isinstance(one, Choice):
        found: dict[str, Any] = {"id": one.id, "label": one.label, "exclusive": one.exclusive}
        if one.image:
            found["image"] = picture_at(one.image, one.id)
        if one.other:
            found["other"] = True
        return found
    fields_of: dict[str, Any] = vars(one)
    return fields_of


_ENCODER = json.JSONEncoder(ensure_ascii=False, default=_plain)
_AS_THEY_ARE = (
    "response_id",
    "quiz",
    "version",
    "lang",
    "languages",
    "dir",
    "title",
    "status",
    "revision",
    "item",
    "contact",
    "heard",
    "transcript",
    "contact_person",
)


def _reader(lang: str) -> i18n.Reader:
    shop = context().shop
    reader = i18n.Reader(lang=lang, timezone=shop.timezone, currency=shop.currency, numerals=shop.numerals)
    i18n.set_reader(reader)
    return reader


def _message(message: Message, reader: i18n.Reader) -> dict[str, Any]:
    product = _product(message.product, reader) if message.product else None
    return {**vars(message), "product": product}


def _result(result: Result, reader: i18n.Reader) -> dict[str, Any]:
    return {**vars(result), "products": [_product(one, reader) for one in result.products]}


def _product(product: Recommended, reader: i18n.Reader) -> dict[str, Any]:
    return {
        **vars(product),
        "price": money.to_json(product.price) if product.price else None,
        "price_text": _price_text(product.price, reader) if product.price else "",
        "image": picture_at(product.image, product.id),
    }


@lru_cache(maxsize=1024)
def _price_text(price: money.Money, reader: i18n.Reader) -> str:
    """The price in the words of this request's reader, who is an argument for the cache's sake."""
    return i18n.money(price)
