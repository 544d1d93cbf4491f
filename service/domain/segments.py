"""Segments: a named condition over facts, who is in it, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal, cast
from zoneinfo import ZoneInfo

from service.domain import conditions
from service.domain.conditions import Condition, Leaf, Scalar, Verdict
from service.domain.facts import day_of, misfit, spec_of, unknown
from service.domain.money import parse_minor
from service.domain.text import Text

Status = Literal["live", "paused", "archived"]


@dataclass(frozen=True)
class Segment:
    """A segment as saved in one version.

    :param when: as written: money in the shop's currency ("500" is five hundred riyals), moments as days of the shop
    :param bound: the same condition as it is evaluated: money in minor units, moments in UTC microseconds
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


def read_condition(document: object, path: str = "when") -> Condition:
    """The condition as written; every comparison names a fact there is and fits its type.

    :raises DefinitionError: with the path of everything that is wrong
    """
    return conditions.parse(document, path, known=unknown, fits=misfit)


def parse_condition(
    document: object, currency: str, timezone: str = "UTC", path: str = "when"
) -> tuple[Condition, Condition]:
    """The condition as written and as evaluated: as :func:`read_condition` and :func:`bind`."""
    when = read_condition(document, path)
    return when, bind(when, currency, timezone)


def bind(condition: Condition, currency: str, timezone: str = "UTC") -> Condition:
    """The condition with amounts in minor units of the shop's currency and days as instants of its time zone."""

    def convert(leaf: Leaf) -> Leaf:
        spec = spec_of(leaf.fact)
        if spec is None or leaf.op == "exists":
            return leaf
        if spec.type == "instant":
            return Leaf(leaf.fact, leaf.op, _edge_of_day(leaf, ZoneInfo(timezone)))
        if spec.type != "money":
            return leaf
        values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
        minor = tuple(_minor(value, currency) for value in values)
        return Leaf(leaf.fact, leaf.op, minor if leaf.op == "in" else minor[0])

    return conditions.map_leaves(condition, convert)


def _minor(value: Scalar, currency: str) -> Scalar:
    try:
        return parse_minor(str(value), currency)
    except ValueError:
        return value


def _edge_of_day(leaf: Leaf, zone: ZoneInfo) -> conditions.Value:
    """The instant that a day is compared by: its first microsecond for "before" and "from it on", else its last."""
    day = day_of(leaf.value) if isinstance(leaf.value, str) else None
    if day is None:
        return leaf.value
    if leaf.op in ("lt", "gte"):
        return _microseconds(datetime.combine(day, time(), zone))
    return _microseconds(datetime.combine(day + timedelta(days=1), time(), zone)) - 1


def _microseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


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


def tag_of(document: Mapping[str, object]) -> str:
    """The tag of a segment document: its own, or one made of its id."""
    return str(document.get("tag") or f"segment-{document['id']}")


def from_document(
    document: Mapping[str, object],
    currency: str,
    timezone: str = "UTC",
    *,
    version: int = 0,
    status: str = "live",
    kept: bool = False,
) -> Segment:
    """A segment from its JSON document ``{id, name, description, tag, when}``.

    :param timezone: the shop's; days in conditions are days there
    :param kept: it was looked at when it was saved: a comparison that would be refused today merely never holds
    :raises DefinitionError: when the condition is wrong
    """
    when = conditions.parse(document["when"]) if kept else read_condition(document["when"])
    return Segment(
        id=str(document["id"]),
        name=Text(cast(Mapping[str, str], document["name"])),
        description=Text(cast(Mapping[str, str], document.get("description") or {})),
        tag=tag_of(document),
        when=when,
        bound=bind(when, currency, timezone),
        version=version,
        status=cast(Status, status),
    )
