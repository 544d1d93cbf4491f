"""Segments: a named condition over facts, who is in it, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal, cast

from service.domain import conditions
from service.domain.conditions import Condition, Leaf, Verdict
from service.domain.facts import MONEY_FACTS, unknown
from service.domain.money import to_minor
from service.domain.text import Text

Status = Literal["live", "paused", "archived"]


@dataclass(frozen=True)
class Segment:
    """A segment as saved in one version.

    :param when: as written: money in the shop's currency ("500" is five hundred riyals)
    :param bound: the same condition with money in minor units, as it is evaluated
    """

    id: str
    name: Text
    description: Text
    tag: str
    when: Condition
    bound: Condition
    version: int = 0
    status: Status = "live"


@dataclass(frozen=True)
class Clause:
    """One comparison that decided a membership, with the value that was found."""

    fact: str
    op: str
    value: object
    found: object
    holds: bool


@dataclass(frozen=True)
class MembershipChange:
    """What a refresh changed: segments entered and left, each with the clauses that decided."""

    entered: Mapping[str, tuple[Clause, ...]]
    left: Mapping[str, tuple[Clause, ...]]


def parse_condition(document: object, currency: str, path: str = "when") -> tuple[Condition, Condition]:
    """The condition as written and as evaluated (money in minor units).

    :raises DefinitionError: with the path of everything that is wrong
    """
    when = conditions.parse(document, path, known=unknown)
    return when, bind(when, currency)


def bind(condition: Condition, currency: str) -> Condition:
    """The condition with the values of money facts in minor units of the shop's currency."""

    def convert(leaf: Leaf) -> Leaf:
        if leaf.fact not in MONEY_FACTS or leaf.op == "exists":
            return leaf
        values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
        minor = tuple(_minor(value, currency) for value in values)
        return Leaf(leaf.fact, leaf.op, minor if leaf.op == "in" else minor[0])

    return conditions.map_leaves(condition, convert)


def _minor(value: conditions.Scalar, currency: str) -> conditions.Scalar:
    try:
        return to_minor(Decimal(str(value)), currency)
    except InvalidOperation:
        return value


def members_of(segments: Iterable[Segment], facts: Mapping[str, object]) -> frozenset[str]:
    """Ids of the live segments a customer with these facts belongs to."""
    return frozenset(one.id for one in segments if one.status == "live" and conditions.holds(one.bound, facts))


def diff(segments: Iterable[Segment], before: frozenset[str], facts: Mapping[str, object]) -> MembershipChange:
    """What changes for a customer who is in ``before``. A segment that is no longer live is left without a clause."""
    live = {one.id: one for one in segments if one.status == "live"}
    after = members_of(live.values(), facts)
    entered = {one: deciding(live[one].bound, facts) for one in sorted(after - before)}
    left = {one: deciding(live[one].bound, facts) if one in live else () for one in sorted(before - after)}
    return MembershipChange(entered, left)


def deciding(condition: Condition, facts: Mapping[str, object]) -> tuple[Clause, ...]:
    """The clauses that decided, for or against: of an ``all`` that failed those that failed, of an ``any`` that held
    those that held; of the others every clause."""
    return tuple(_clauses(conditions.explain(condition, facts)))


def _clauses(verdict: Verdict) -> Iterable[Clause]:
    if isinstance(verdict.condition, Leaf):
        leaf = verdict.condition
        yield Clause(leaf.fact, leaf.op, leaf.value, verdict.found, verdict.holds)
        return
    kind = verdict.condition.kind
    decisive = verdict.children
    if (kind == "all" and not verdict.holds) or (kind == "any" and verdict.holds):
        decisive = tuple(child for child in verdict.children if child.holds == verdict.holds)
    for child in decisive:
        yield from _clauses(child)


def clauses_to_json(clauses: Iterable[Clause]) -> list[dict[str, object]]:
    """Clauses as kept with a membership."""
    return [
        {"fact": one.fact, "op": one.op, "value": one.value, "found": one.found, "holds": one.holds} for one in clauses
    ]


def from_document(document: Mapping[str, object], currency: str, *, version: int = 0, status: str = "live") -> Segment:
    """A segment from its JSON document ``{id, name, description, tag, when}``.

    :raises DefinitionError: when the condition is wrong
    """
    segment_id = str(document["id"])
    when, bound = parse_condition(document["when"], currency)
    return Segment(
        id=segment_id,
        name=Text(cast(Mapping[str, str], document["name"])),
        description=Text(cast(Mapping[str, str], document.get("description") or {})),
        tag=str(document.get("tag") or f"segment-{segment_id}"),
        when=when,
        bound=bound,
        version=version,
        status=cast(Status, status),
    )
