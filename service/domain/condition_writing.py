"""Writing conditions as JSON documents; what is written reads back as the same condition."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import blake2b

from service.domain.condition_reading import MEDIAN_OPS, YES_NO_OPS
from service.domain.leaves import (
    Clausal,
    Condition,
    Filter,
    InSegment,
    Leaf,
    Near,
    Node,
    Past,
    Purchased,
    Sequence,
    Step,
)

Document = dict[str, object]


def dump(condition: Condition) -> Document:
    """The condition as a JSON document; ``parse(dump(c)) == c``, as written and as bound."""
    if isinstance(condition, Node):
        if condition.kind == "not":
            return {"not": dump(condition.children[0])}
        return {condition.kind: [dump(child) for child in condition.children]}
    if isinstance(condition, Leaf):
        return _leaf(condition)
    if isinstance(condition, Purchased):
        return _purchased(condition)
    if isinstance(condition, Sequence):
        return {
            "did": _step(condition.first),
            "then": _step(condition.then),
            "within_days": condition.within_days,
        }
    if isinstance(condition, InSegment):
        document: Document = {"segment": condition.id, "op": condition.op}
        return document if condition.op in ("is", "ever") else {**document, "value": condition.value}
    return _past(condition)


def key_of(clause: Clausal) -> str:
    """A short text that is the same for equal clauses, to keep a verdict by."""
    text = json.dumps(dump(clause), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=12).hexdigest()


def _leaf(leaf: Leaf) -> Document:
    value: object = leaf.value
    if leaf.op in YES_NO_OPS or leaf.op in MEDIAN_OPS:
        value = bool(leaf.value)
    elif isinstance(leaf.value, Near):
        value = {"lat": leaf.value.lat, "lon": leaf.value.lon, "km": leaf.value.km}
    elif isinstance(leaf.value, tuple):
        value = list(leaf.value)
    return {"fact": leaf.fact, "op": leaf.op, "value": value}


def _purchased(leaf: Purchased) -> Document:
    document: Document = {leaf.measure: leaf.of}
    if leaf.where:
        document["where"] = _where(leaf.where)
    if leaf.window.kind != "always":
        value = leaf.window.value
        document[leaf.window.kind] = list(value) if isinstance(value, tuple) else value
    document["op"] = leaf.op
    document["value"] = list(leaf.value) if isinstance(leaf.value, tuple) else leaf.value
    return document


def _step(step: Step) -> Document:
    return {step.of: _where(step.where)}


def _where(filters: Iterable[Filter]) -> Document:
    by_field: dict[str, Document] = {}
    for one in filters:
        value = list(one.value) if isinstance(one.value, tuple) else one.value
        by_field.setdefault(one.field, {})[one.op] = bool(value) if one.op == "exists" else value
    return {field: asked["eq"] if set(asked) == {"eq"} else asked for field, asked in by_field.items()}


def _past(condition: Past) -> Document:
    if condition.when == "ever":
        return {"ever": _leaf(condition.leaf)}
    return {"on": condition.when, "that": _leaf(condition.leaf)}
