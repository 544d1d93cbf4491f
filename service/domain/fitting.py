"""Whether a comparison fits the type of its fact: one that can never hold is refused with what would be right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from service.domain.comparisons import FIRST_INSTANT
from service.domain.days import date_of, day_of
from service.domain.leaves import Leaf, Near, Scalar
from service.domain.money import parse_decimal
from service.domain.vocabulary import Attributes, FactSpec, FactType, spec_of, unknown

ORDERED = ("lt", "lte", "gt", "gte", "between")
_TEXTUAL = ("contains", "starts_with", "ends_with", "matches")
_DAYS = ("in_last_days", "before_last_days", "in_next_days", "anniversary_within", "before", "after")
_RANKED = ("top_percent", "bottom_percent", "above_median", "below_median")
_NUMERIC = ("eq", "ne", *ORDERED, "in", "exists", *_RANKED)
_LAST_INSTANT = 253_370_764_800_000_000  # 9998: no shop is that old

# The operators of each type; changed_in_last_days comes to those that have a history.
TYPE_OPS: Mapping[FactType, tuple[str, ...]] = {
    "number": _NUMERIC,
    "share": _NUMERIC,
    "days": _NUMERIC,
    "money": _NUMERIC,
    "text": ("eq", "ne", "in", "has", "exists", *_TEXTUAL),
    "word": ("eq", "ne", "in", "has", "exists"),
    "list": ("in", "has", "all_of", "exists", *_TEXTUAL),
    "instant": (*ORDERED, "exists", *_DAYS),
    "date": ("eq", "ne", *ORDERED, "in", "exists", *_DAYS),
    "place": ("within_km", "exists"),
    "any": ("eq", "ne", *ORDERED, "in", "has", "all_of", "exists", *_TEXTUAL, *_DAYS),
}
_ANSWER_OPS = (*TYPE_OPS["any"], "skipped", "never_asked")
# Asked of recorded values one by one: nothing that needs today, the other customers or another fact.
PAST_OPS = ("eq", "ne", *ORDERED, "in", "has", "all_of", *_TEXTUAL, "exists")

_KINDS: Mapping[FactType, str] = {
    "number": "a number",
    "share": "a number from 0 to 1",
    "days": "a number of days",
    "money": "an amount",
    "instant": "a moment",
    "date": "a date",
    "text": "a text",
    "word": "a word",
    "list": "a list",
    "place": "a place",
    "any": "a value",
}


def ops_of(spec: FactSpec) -> tuple[str, ...]:
    """The operators that a fact can be compared with, in the order an editor offers them."""
    ops = _ANSWER_OPS if spec.name == "answer.*" else TYPE_OPS[spec.type]
    return (*ops, "changed_in_last_days") if spec.history else ops


def misfit(leaf: Leaf, attributes: Attributes | None = None) -> tuple[str, str] | None:
    """Why a comparison can never hold, or says something else than it seems to: the key that is wrong (``op`` or
    ``value``) and what would be right. ``None`` for one that fits the type of its fact, and for an unknown fact."""
    spec = spec_of(leaf.fact, attributes)
    if spec is None:
        return None
    if wrong := _wrong_op(spec, leaf):
        return "op", wrong
    wrong = _wrong_fact(spec, leaf, attributes) if leaf.op in ("before", "after") else _wrong_values(spec, leaf)
    return ("value", wrong) if wrong else None


def past_misfit(leaf: Leaf, attributes: Attributes | None = None) -> tuple[str, str] | None:
    """Why a comparison cannot be asked of the past, as :func:`misfit`."""
    spec = spec_of(leaf.fact, attributes)
    if spec is not None and not spec.history:
        return "fact", f"earlier values of {leaf.fact} are not recorded; use a window over orders, or in_last_days"
    if leaf.op not in PAST_OPS:
        return "op", f"{leaf.op} cannot be asked of the past: use one of {', '.join(PAST_OPS)}"
    if leaf.op == "exists" and not leaf.value:
        return "value", "write not: {ever: …} for a fact that was never known"
    return None


def _wrong_op(spec: FactSpec, leaf: Leaf) -> str | None:
    op = leaf.op
    if op in ops_of(spec):
        return None
    if op == "changed_in_last_days":
        return f"when {leaf.fact} changed is not recorded"
    if op in ("skipped", "never_asked"):
        return f"{op} is asked of answers (answer.<quiz>.<item>), and {leaf.fact} is none"
    if spec.type in ("text", "word") and op in ORDERED:
        return f"{leaf.fact} is a {spec.type}, never less or more than anything: use eq, ne, in or exists"
    if spec.type == "instant" and op in ("eq", "ne", "in"):
        return f"{leaf.fact} is a moment: use lt, lte, gt or gte; one day is gte and lte of the same date"
    if op == "has":
        return f"has looks into lists, and {leaf.fact} is {_KINDS[spec.type]}: use {_most(spec)}"
    return f"{leaf.fact} is {_KINDS[spec.type]}, which {op} cannot compare: use {_most(spec)}"


def _most(spec: FactSpec) -> str:
    if spec.type in ("number", "share", "days", "money"):
        return "eq, lt, lte, gt or gte"
    *most, last = TYPE_OPS[spec.type]
    return f"{', '.join(most)} or {last}"


def _wrong_fact(spec: FactSpec, leaf: Leaf, attributes: Attributes | None) -> str | None:
    other = str(leaf.value)
    if wrong := unknown(other, attributes):
        return wrong
    of_other = spec_of(other, attributes)
    assert of_other is not None
    if other == leaf.fact:
        return f"{leaf.op} compares with another fact, not with {other} itself"
    if not {spec.type, of_other.type} & {"any", "text"} and spec.type != of_other.type:
        return (
            f"{leaf.fact} is {_KINDS[spec.type]}, and {other} is {_KINDS[of_other.type]}: they never follow each other"
        )
    return (
        None
        if of_other.type in ("instant", "date", "any") or other.startswith("answer.")
        else (f"{leaf.op} compares moments, and {other} is {_KINDS[of_other.type]}")
    )


def _wrong_values(spec: FactSpec, leaf: Leaf) -> str | None:
    if leaf.op not in ("eq", "ne", "in", "has", "all_of", *ORDERED) or isinstance(leaf.value, Near):
        return None
    values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    return next((found for value in values if (found := _wrong_value(spec, leaf.op, value))), None)


def _wrong_value(spec: FactSpec, op: str, value: Scalar) -> str | None:
    if spec.type == "instant":
        return None if _is_moment(value) else f'expected a date such as "2026-01-31", a day of the shop, not {value!r}'
    if spec.type == "date":
        right = isinstance(value, str) and date_of(value) is not None
        return None if right else f'expected a date such as "2026-01-31", not {value!r}'
    if spec.type == "money":
        return _wrong_amount(value)
    if spec.type == "word":
        return None if value in spec.words else f"{value!r} is never found: write {_either(spec.words)}"
    if spec.type in ("text", "list", "any"):
        ordered_text = op in ORDERED and isinstance(value, str) and date_of(value) is None
        return f"{op} compares numbers: {_as_number(value)}, not {value!r}" if ordered_text else None
    if isinstance(value, str):
        return f"expected {_KINDS[spec.type]}: {_as_number(value)}, not {value!r}"
    if spec.type == "share" and not 0 <= value <= 1:
        return f"a share lies between 0 and 1 (60 % is 0.6), not {value}"
    return None


def _wrong_amount(value: Scalar) -> str | None:
    try:
        parse_decimal(str(value))
    except ValueError as error:
        return f'expected an amount in the shop\'s currency such as 500 or "49.50"; {error}'
    return None


def _is_moment(value: Scalar) -> bool:
    if isinstance(value, str):
        return day_of(value) is not None
    return isinstance(value, int) and FIRST_INSTANT <= value <= _LAST_INSTANT


def _as_number(value: Scalar) -> str:
    """How the number that a text stands for is written; an example when it stands for none."""
    try:
        number = parse_decimal(str(value))
    except ValueError:
        return "write digits without quotes, for example 3"
    return f"write {number:f} without quotes"


def _either(words: Sequence[str]) -> str:
    return " or ".join(f'"{word}"' for word in words)
