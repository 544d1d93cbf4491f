"""The shape of quiz files and of the vocabulary: which keys there are and what each takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from marshmallow import Schema, ValidationError, fields

from service.catalog.fields import (
    UNKNOWN_KEY,
    Address,
    Bound,
    Condition,
    Day,
    Definition,
    Flag,
    Language,
    Many,
    OneOf,
    Part,
    Price,
    Share,
    Slug,
    Tag,
    Texts,
    Weights,
    Whole,
    Word,
    WordLists,
    did_you_mean,
)
from service.catalog.positions import Where
from service.domain.errors import Problem
from service.domain.quiz import ITEM_TYPES, TIES

SCORE_LIMIT = 10
POINT_LIMIT = 100
PORTRAIT = ("triggers", "responsibilities", "rituals", "frustrations", "aspirations", "goals")

# Words that other quiz makers use for our keys.
_ELSEWHERE = {
    "question": "text",
    "title": "text",
    "name": "label",
    "prompt": "text",
    "description": "help",
    "choices": "options",
    "answers": "options",
    "questions": "items",
    "blocks": "items",
    "value": "id",
    "key": "id",
    "jump": "goto",
    "logic": "goto",
    "if": "when",
    "visible_if": "when",
    "optional": "required",
    "results": "outcomes",
    "endings": "outcomes",
    "exclude": "excludes",
    "score": "scores",
}


class Branch(Definition):
    """A branching rule."""

    when = Condition()
    to = Slug(required=True)


class PriceRange(Definition):
    """What recommended products may cost."""

    min = Price()
    max = Price()


class Link(Definition):
    """Where a suggestion leads."""

    url = Address(required=True)
    label = Texts(required=True)


class Suggestion(Definition):
    """What the shop says right after an option was chosen."""

    text = Texts(required=True)
    product = Slug()
    link = Part(Link)


class Option(Definition):
    """A choice of a question."""

    id = Slug(required=True)
    label = Texts()
    scores = Weights(SCORE_LIMIT, whole=False)
    points = Weights(POINT_LIMIT, whole=True)
    votes = Weights(POINT_LIMIT, whole=True)
    excludes = Many(Slug())
    tags = Many(Tag(), most=20)
    synonyms = WordLists()
    exclusive = Flag()
    other = Flag()
    placeholder = Texts()
    image = Word()
    pinned = Flag()
    includes = Many(Slug(), most=20)
    price = Part(PriceRange)
    suggestion = Part(Suggestion)


class Item(Definition):
    """A question, or a statement."""

    id = Slug(required=True)
    type = OneOf(ITEM_TYPES, required=True)
    when = Condition()
    text = Texts(required=True)
    help = Texts()
    decides = Texts()
    required = Flag()
    min = Bound(-1_000_000, 1_000_000)
    max = Bound(-1_000_000, 1_000_000)
    low = Texts()
    high = Texts()
    placeholder = Texts()
    channel = OneOf(("email", "sms"))
    wording = Texts()
    country = Word()
    skip_known = Flag()
    sensitive = Flag()
    shuffle = Flag()
    group = Slug()
    pinned = Flag()
    scores = Weights(SCORE_LIMIT, whole=False)
    options = Many(Part(Option), most=50)
    goto = Many(Part(Branch), most=50)


class Outcome(Definition):
    """A result."""

    id = Slug(required=True)
    persona = Slug()
    when = Condition()
    title = Texts(required=True)
    text = Texts(required=True)
    products = Many(Slug(), most=20)


class Product(Definition):
    """A product that can be recommended."""

    id = Slug(required=True)
    name = Texts(required=True)
    text = Texts()
    price = Price()
    currency = Word()
    image = Word()
    url = Address()
    in_stock = Flag()


class Consent(Definition):
    """The wording of consent per channel."""

    email = Texts()
    sms = Texts()


class Contact(Definition):
    """The offer to leave an address."""

    channels = Many(OneOf(("email", "phone")), least=1, most=2, required=True)
    text = Texts(required=True)
    consent = Part(Consent, required=True)


class Show(Definition):
    """Who is shown a quiz without having asked for it, and how often."""

    when = Condition()
    start = Day()
    end = Day()
    share = Share()
    priority = Whole(-1000, 1000)
    at_most = Whole(1, 1000)
    again_after_days = Whole(0, 3650)
    per_order = Flag()
    ignores_quiet_days = Flag()


class Quiz(Definition):
    """A quiz file."""

    id = Slug(required=True)
    kind = OneOf(("quiz", "survey"), required=True)
    languages = Many(Language(), least=1, most=10)
    title = Texts(required=True)
    welcome = Texts()
    items = Many(Part(Item), least=1, most=100, required=True)
    outcomes = Many(Part(Outcome), most=50)
    fallback = Slug()
    tie = OneOf(TIES)
    recommend = Whole(0, 12)
    products = Many(Part(Product), most=500)
    contact = Part(Contact)
    thanks = Texts()
    show = Part(Show)


class Trait(Definition):
    """A scale of traits.yaml."""

    id = Slug(required=True)
    name = Texts(required=True)
    description = Texts(required=True)
    low = Texts(required=True)
    high = Texts(required=True)


class Traits(Definition):
    """traits.yaml"""

    traits = Many(Part(Trait), least=1, required=True)


class Portrait(Definition):
    """What a persona's life looks like, for the people who write to it."""

    triggers = Many(Texts(), least=1, required=True)
    responsibilities = Many(Texts(), least=1, required=True)
    rituals = Many(Texts(), least=1, required=True)
    frustrations = Many(Texts(), least=1, required=True)
    aspirations = Many(Texts(), least=1, required=True)
    goals = Many(Texts(), least=1, required=True)


class Persona(Definition):
    """A psychographic persona."""

    id = Slug(required=True)
    name = Texts(required=True)
    tagline = Texts(required=True)
    tag = Tag(required=True)
    prototype = Weights(1, whole=False, required=True)
    portrait = Part(Portrait, required=True)


class Group(Definition):
    """A behavioural group."""

    id = Slug(required=True)
    name = Texts(required=True)
    description = Texts(required=True)
    tag = Tag(required=True)


class Personas(Definition):
    """personas.yaml"""

    psychographic = Many(Part(Persona), least=2, required=True)
    behavioural = Many(Part(Group), least=1, required=True)


class Segment(Definition):
    """A segment: a named condition."""

    id = Slug(required=True)
    name = Texts(required=True)
    description = Texts()
    tag = Tag()
    when = Condition(required=True)


class Segments(Definition):
    """segments.yaml"""

    segments = Many(Part(Segment), least=1, required=True)


def shaped(schema: Schema, document: object, where: Where) -> tuple[dict[str, Any], list[Problem]]:
    """The document as the schema reads it (of a wrong one what is right), and all problems with its shape."""
    if not isinstance(document, Mapping):
        return {}, [where.problem("", "expected a mapping of keys and values")]
    try:
        return cast(dict[str, Any], schema.load(document)), []
    except ValidationError as error:
        found = [where.problem(_path(parts), said) for parts, said in _flat(error.messages, (), schema)]
        return cast(dict[str, Any], error.valid_data or {}), found


Parts = tuple[str | int, ...]


def _flat(messages: object, parts: Parts, schema: Schema) -> Iterator[tuple[Parts, str]]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from _flat(inner, parts if key == "_schema" else (*parts, key), schema)
        return
    for message in cast(Sequence[str], messages if isinstance(messages, list) else [messages]):
        if isinstance(message, Mapping):
            yield from _flat(message, parts, schema)
        elif message == UNKNOWN_KEY:
            yield parts, f"{UNKNOWN_KEY} '{parts[-1]}'{_hint(str(parts[-1]), _keys(schema, parts[:-1]))}"
        else:
            yield parts, str(message)


def _keys(schema: Schema, parts: Parts) -> list[str]:
    """The keys there are at a place of a document."""
    found: Any = schema
    for part in parts:
        if isinstance(found, fields.Nested):
            found = found.schema
        found = found.inner if isinstance(part, int) else found.fields[part]
    if isinstance(found, fields.Nested):
        found = found.schema
    return list(found.fields)


def _hint(key: str, known: list[str]) -> str:
    meant = _ELSEWHERE.get(key.lower())
    if meant in known:
        return f"; did you mean {meant}?"
    return did_you_mean(key, known) or f"; there are {', '.join(known)}"


def _path(parts: Parts) -> str:
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path
