"""The JSON Schema of a segments file, for editors: it checks as they type what the linter says at the end.

It knows every form, operator and field. Whether a fact exists and a value fits it is for the linter alone, which says
what would be right.
"""

from __future__ import annotations

from typing import Any

from service.domain import condition_reading, condition_values, purchase_reading
from service.domain.buying import FIELDS, LINE_FIELDS, ORDER_FIELDS
from service.domain.fitting import PAST_OPS
from service.domain.vocabulary import VOCABULARY

Schema = dict[str, Any]

_DAY: Schema = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_SCALAR: Schema = {"type": ["string", "number", "boolean"]}
_AMOUNT: Schema = {"type": ["number", "string"]}
_LIST: Schema = {"type": "array", "items": _SCALAR, "minItems": 1, "maxItems": condition_values.MAX_VALUES}
_PAIR: Schema = {"type": "array", "items": _SCALAR, "minItems": 2, "maxItems": 2}
_DAYS: Schema = {"type": "array", "items": _DAY, "minItems": 2, "maxItems": 2}
_CONDITION: Schema = {"$ref": "#/$defs/condition"}
_FACT: Schema = {"$ref": "#/$defs/fact"}


def segments_schema() -> Schema:
    """The schema (draft 2020-12) of ``segments: [{id, name, description, tag, when}]``."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Segments of Firasa",
        **_object({"segments": {"type": "array", "items": {"$ref": "#/$defs/segment"}, "minItems": 1}}),
        "$defs": {
            "segment": _object(
                {
                    "id": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$"},
                    "name": {"$ref": "#/$defs/texts"},
                    "description": {"$ref": "#/$defs/texts"},
                    "tag": {"type": "string"},
                    "when": _CONDITION,
                },
                required=["id", "name", "when"],
            ),
            "texts": {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1},
            "condition": {"oneOf": [*_groups(), {"$ref": "#/$defs/comparison"}, *_measures(), _sequence(), *_others()]},
            "fact": _facts(),
            "comparison": {"oneOf": _comparisons(condition_reading.OPS)},
            "recorded": {"oneOf": _comparisons(PAST_OPS)},
            "two_windows": _two_windows(),
            **{kind: _filter(kind) for kind in purchase_reading.FILTER_KINDS},
            "orders": _filters("orders"),
            "lines": _filters("lines"),
            "step": {
                "oneOf": [
                    _object({"orders": {"$ref": "#/$defs/orders"}}),
                    _object({"lines": {"$ref": "#/$defs/lines"}}),
                ]
            },
        },
    }


def _object(properties: Schema, *, required: list[str] | None = None) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties) if required is None else required,
        "additionalProperties": False,
    }


def _groups() -> list[Schema]:
    several = {"type": "array", "items": _CONDITION, "minItems": 1}
    return [_object({"all": several}), _object({"any": several}), _object({"not": _CONDITION})]


# comparisons ---------------------------------------------------------------------------------------------------------


def _comparisons(ops: tuple[str, ...]) -> list[Schema]:
    """One form per kind of value; the first is that of ``eq``, whose name may be left out."""
    kinds: dict[str, tuple[Schema, list[str]]] = {}
    for op in ops:
        value = _value(op)
        kinds.setdefault(str(value), (value, []))[1].append(op)
    return [_comparison(value, chosen) for value, chosen in kinds.values()]


def _comparison(value: Schema, ops: list[str]) -> Schema:
    required = ["fact"] if "eq" in ops else ["fact", "op"]
    if value.get("type") != "boolean":
        required.append("value")
    return _object({"fact": _FACT, "op": {"enum": ops}, "value": value}, required=required)


def _facts() -> Schema:
    names = [spec.name for spec in VOCABULARY]
    families = "|".join(name[:-2] for name in names if name.endswith("*"))
    exact = [name for name in names if not name.endswith("*")]
    return {"anyOf": [{"enum": exact}, {"type": "string", "pattern": rf"^({families})\..+$"}]}


def _value(op: str) -> Schema:
    if op in condition_reading.MEDIAN_OPS:
        return {"type": "boolean", "const": True}
    if op in condition_reading.YES_NO_OPS:
        return {"type": "boolean"}
    if op in condition_reading.DAY_BOUNDS:
        least, most = condition_reading.DAY_BOUNDS[op]
        return _whole(least, most)
    if op in condition_reading.PERCENT_OPS:
        return _whole(1, 99)
    if op == "within_km":
        number = {"type": "number"}
        return _object({"lat": number, "lon": number, "km": {"type": "number", "exclusiveMinimum": 0}})
    if op in condition_reading.LIST_OPS:
        return _LIST
    if op in ("before", "after"):
        return _FACT
    return _PAIR if op == "between" else _SCALAR


def _whole(least: int, most: int) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most}


# purchases -----------------------------------------------------------------------------------------------------------


def _measures() -> list[Schema]:
    return [_measure(one, of) for one in purchase_reading.MEASURES for of in ("orders", "lines")]


def _measure(measure: str, of: str) -> Schema:
    fields = ORDER_FIELDS if of == "orders" else LINE_FIELDS
    numeric = [name for name, kind in fields.items() if measure == "distinct" or kind in ("money", "number")]
    names = [of] if measure == "count" else [f"{of}.{name}" for name in numeric]
    form = _object(
        {
            measure: {"enum": names},
            "where": {"$ref": f"#/$defs/{of}"},
            "last_days": _whole(1, condition_values.MAX_DAYS),
            "between": _DAYS,
            "since_first_order": _whole(0, condition_values.MAX_DAYS),
            "first_orders": _whole(1, purchase_reading.MAX_ORDERS),
            "op": {"enum": list(purchase_reading.COMPARE_OPS)},
            "value": {"anyOf": [_AMOUNT, _PAIR]},
        },
        required=[measure] if measure == "count" else [measure, "value"],
    )
    return {**form, "not": {"$ref": "#/$defs/two_windows"}}


def _two_windows() -> Schema:
    windows = purchase_reading.WINDOWS
    return {"anyOf": [{"required": [a, b]} for i, a in enumerate(windows) for b in windows[i + 1 :]]}


def _filters(of: str) -> Schema:
    return _object({name: {"$ref": f"#/$defs/{kind}"} for name, kind in FIELDS[of].items()}, required=[])


def _filter(kind: str) -> Schema:
    one = _DAY if kind == "day" else _AMOUNT if kind == "money" else _SCALAR
    pair = _DAYS if kind == "day" else _PAIR
    ops = purchase_reading.FILTER_KINDS[kind]
    values = {"exists": {"type": "boolean"}, "in": _LIST, "between": pair}
    asked = _object({op: values.get(op, one) for op in ops}, required=[])
    return {"anyOf": [one, *([_LIST] if "in" in ops else []), {**asked, "minProperties": 1}]}


def _sequence() -> Schema:
    step = {"$ref": "#/$defs/step"}
    return _object({"did": step, "then": step, "within_days": _whole(0, condition_values.MAX_DAYS)})


# segments and the past -----------------------------------------------------------------------------------------------


def _others() -> list[Schema]:
    segment = {"type": "string", "minLength": 1}
    recorded = {"$ref": "#/$defs/recorded"}
    days = _whole(1, condition_values.MAX_DAYS)
    return [
        _object({"segment": segment, "op": {"enum": ["is", "ever"]}}, required=["segment"]),
        _object({"segment": segment, "op": {"const": "entered_in_last_days"}, "value": days}),
        _object({"segment": segment, "op": {"const": "on"}, "value": _DAY}),
        _object({"ever": recorded}),
        _object({"on": _DAY, "that": recorded}),
    ]
