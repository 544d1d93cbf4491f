"""The JSON Schema of a quiz file, for editors: made from the schema that reads it, so the two cannot disagree.

It knows every key and what each takes. Whether names fit together is for the linter alone, which says what would be
right.
"""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from service.catalog import fields as kinds
from service.catalog import schema
from service.catalog.segments_schema import segments_schema

Json = dict[str, Any]

_SLUG = r"^[a-z0-9]([a-z0-9_-]{0,62}[a-z0-9])?$"
_DAY: Json = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_TEXTS: Json = {
    "type": "object",
    "propertyNames": {"pattern": "^[a-z]{2,3}$"},
    "additionalProperties": {"type": "string", "minLength": 1, "maxLength": kinds.LONGEST_TEXT},
    "minProperties": 1,
}
_WORDS: Json = {
    "type": "object",
    "propertyNames": {"pattern": "^[a-z]{2,3}$"},
    "additionalProperties": {"type": "array", "items": {"type": "string"}},
}


def quiz_schema() -> Json:
    """The schema (draft 2020-12) of a quiz file."""
    conditions = {name: one for name, one in segments_schema()["$defs"].items() if name != "segment"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A quiz of Firasa",
        **_object(schema.Quiz()),
        "$defs": {**conditions, "texts": _TEXTS, "words": _WORDS},
    }


def _object(found: Schema) -> Json:
    names = {name: one.data_key or name for name, one in found.fields.items()}
    required = [names[name] for name, one in found.fields.items() if one.required]
    return {
        "type": "object",
        "description": (type(found).__doc__ or "").strip(),
        "properties": {names[name]: _field(one) for name, one in found.fields.items()},
        "additionalProperties": False,
        **({"required": required} if required else {}),
    }


def _field(one: fields.Field[Any]) -> Json:
    if isinstance(one, kinds.Many):
        length = one.validators[0]
        most, least = getattr(length, "max", None), getattr(length, "min", None)
        return {"type": "array", "items": _field(one.inner), "maxItems": most, **({"minItems": least} if least else {})}
    if isinstance(one, kinds.Part):
        return _object(one.schema)
    if isinstance(one, kinds.OneOf):
        return {"enum": list(one.words)}
    if isinstance(one, kinds.Whole):
        bounds = one.validators[0]
        return {"type": "integer", "minimum": getattr(bounds, "min", None), "maximum": getattr(bounds, "max", None)}
    if isinstance(one, kinds.Weights):
        kind = "integer" if one.whole else "number"
        return {
            "type": "object",
            "additionalProperties": {"type": kind, "minimum": -one.limit, "maximum": one.limit},
        }
    return next(dict(found) for kind, found in _SIMPLE if isinstance(one, kind))


# The more special kind comes first.
_SIMPLE: tuple[tuple[type, Json], ...] = (
    (kinds.Slug, {"type": "string", "pattern": _SLUG}),
    (kinds.Tag, {"type": "string", "pattern": "^[a-z0-9]+([-_.:][a-z0-9]+)*$", "maxLength": 64}),
    (kinds.Language, {"type": "string", "pattern": "^[a-z]{2,3}$"}),
    (kinds.Day, _DAY),
    (kinds.Word, {"type": "string", "maxLength": 500}),
    (kinds.Bound, {"oneOf": [{"type": "integer"}, _DAY]}),
    (kinds.Share, {"type": "number", "exclusiveMinimum": 0, "maximum": 1}),
    (kinds.Flag, {"type": "boolean"}),
    (kinds.Texts, {"$ref": "#/$defs/texts"}),
    (kinds.WordLists, {"$ref": "#/$defs/words"}),
    (kinds.Price, {"type": ["string", "number"]}),
    (kinds.Condition, {"$ref": "#/$defs/condition"}),
)
