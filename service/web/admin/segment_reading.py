"""Conditions as rows and groups to edit: the way back from `segment_documents.write`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from service.domain.leaves import Condition, Filter, InSegment, Leaf, Near, Node, Past, Purchased, Scalar, Sequence
from service.domain.vocabulary import Attributes
from service.web.admin.segment_documents import AFTER, BOUGHT, SEGMENTS, kind_of, shown, texts_of
from service.web.admin.segment_tree import Group, Part, Row

Texts = dict[str, tuple[str, ...]]
_PERSON = {"customer": "person", "journey": "person", "attribute": "own", "consent": "contact", "contact": "contact"}
_EXPECTED = ("orders.overdue_ratio", "orders.expected_gap_days", "orders.mean_gap_days", "orders.lapse_stage")


def tree_of(condition: Condition, attributes: Attributes | None = None) -> Group:
    """A condition as written, to be edited; ``write(tree_of(c))`` says the same."""
    part = _part(condition, 0, attributes)
    return part if isinstance(part, Group) else Group("all", (part,), bare=True)


def family_of(fact: str) -> str:
    """The part of the picker in which a fact is found."""
    first, _dot, rest = fact.partition(".")
    if first in ("answer", "skipped", "answered_at", "outcome"):
        return f"quiz:{rest.partition('.')[0]}"
    if first == "trait":
        return "traits"
    if fact in _EXPECTED or first in ("value", "whale"):
        return "expected"
    if first == "rfm" or fact in ("orders.whale", "persona.behavioural"):
        return "pattern"
    return {"orders": "orders", "persona": "persona", **_PERSON}.get(first, "other")


def _part(condition: Condition, turned: int, attributes: Attributes | None) -> Part:
    if isinstance(condition, Node):
        if condition.kind == "not":
            return _part(condition.children[0], turned + 1, attributes)
        parts = tuple(_part(one, 0, attributes) for one in condition.children)
        return Group(" ".join(["not"] * turned + [condition.kind]), parts)
    texts = _texts(condition, attributes)
    return Row({"sense": (" ".join(["not"] * turned),), **texts})


def _texts(clause: object, attributes: Attributes | None) -> Texts:
    if isinstance(clause, Leaf):
        return _leaf(clause, attributes)
    if isinstance(clause, Past):
        when = "ever" if clause.when == "ever" else "on"
        day = "" if clause.when == "ever" else str(clause.when)
        return {**_leaf(clause.leaf, attributes), "when": (when,), "day": (day,)}
    if isinstance(clause, Purchased):
        return _purchased(clause)
    if isinstance(clause, Sequence):
        steps = {"did": clause.first, "then": clause.then}
        texts: Texts = {"about": (AFTER,), "within": (str(clause.within_days),)}
        for name, step in steps.items():
            texts |= {name: (step.of,), **_where(step.where, f"{name}.where")}
        return texts
    assert isinstance(clause, InSegment)
    value = {} if clause.op in ("is", "ever") else {"value": (str(clause.value),)}
    return {"about": (SEGMENTS,), "segment": (clause.id,), "op": (clause.op,), **value}


def _leaf(leaf: Leaf, attributes: Attributes | None) -> Texts:
    kind = kind_of(leaf.fact, leaf.op, attributes)
    texts: Texts = {"about": (family_of(leaf.fact),), "fact": (leaf.fact,), "op": (leaf.op,), "when": ("now",)}
    if isinstance(leaf.value, Near):
        place: Mapping[str, float] = {"lat": leaf.value.lat, "lon": leaf.value.lon, "km": leaf.value.km}
        return {**texts, **{name: (shown(one),) for name, one in place.items()}}
    compares = leaf.op in ("eq", "ne", "lt", "lte", "gt", "gte", "between", "in", "has", "all_of")
    return {**texts, **_values(leaf.value, leaf.op, kind if compares else "", "")}


def _values(value: Scalar | tuple[Scalar, ...], op: str, kind: str, prefix: str) -> Texts:
    if not isinstance(value, tuple):
        return {f"{prefix}value": (shown(value, kind),)}
    if op == "between":
        low, high = value
        return {f"{prefix}value": (shown(low, kind),), f"{prefix}high": (shown(high, kind),)}
    return {f"{prefix}value": texts_of(value, kind)}


def _purchased(clause: Purchased) -> Texts:
    window = clause.window
    texts: Texts = {
        "about": (BOUGHT,),
        "measure": (clause.measure,),
        "of": (clause.of,),
        "window": (window.kind,),
        "op": (clause.op,),
        **_where(clause.where, "where"),
        **_values(clause.value, clause.op, "", ""),
    }
    if isinstance(window.value, tuple):
        first, last = window.value
        return {**texts, "first": (str(first),), "last": (str(last),)}
    return texts if window.kind == "always" else {**texts, "n": (str(window.value),)}


def _where(where: Iterable[Filter], prefix: str) -> Texts:
    texts: Texts = {}
    for number, one in enumerate(where):
        start = f"{prefix}.{number}."
        texts |= {f"{start}field": (one.field,), f"{start}op": (one.op,), **_values(one.value, one.op, "", start)}
    return texts
