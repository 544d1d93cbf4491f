"""Segments: a named condition over facts, who is in it, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, cast

from service.domain import conditions
from service.domain.binding import bind
from service.domain.compiled import Test, prepared
from service.domain.conditions import Asked, Clausal, Condition, InSegment, Leaf, Node, Subject, Verdict
from service.domain.errors import DefinitionError, Problem
from service.domain.fitting import misfit, past_misfit
from service.domain.text import Text
from service.domain.vocabulary import Attributes, unknown

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

    @cached_property
    def _prepared(self) -> Test:
        return prepared(self.bound)

    @cached_property
    def asks_segments(self) -> bool:
        """Whether its condition asks about other segments."""
        return bool(segments_read(self.bound))

    def has(self, about: Asked) -> bool:
        """Whether the condition is true of a customer, as ``conditions.holds(self.bound, about)`` says."""
        if isinstance(about, Subject):
            return self._prepared(about.facts, about)
        return self._prepared(about, None)


@dataclass(frozen=True)
class Clause:
    """One comparison that decided a membership, with the value that was found.

    :param fact: the fact that was compared; of every other clause what it is about: ``count orders``, ``did``,
        ``segment whales``, ``ever rfm.group``
    :param of: the clause as it was evaluated, of all but comparisons of present facts
    """

    fact: str
    op: str
    value: object
    found: object
    holds: bool
    of: Clausal | None = None


@dataclass(frozen=True)
class MembershipChange:
    """What a refresh changed: segments entered and left, each with the clauses that decided."""

    entered: Mapping[str, tuple[Clause, ...]]
    left: Mapping[str, tuple[Clause, ...]]


def read_condition(document: object, path: str = "when", attributes: Attributes | None = None) -> Condition:
    """The condition as written; every comparison names a fact there is and fits its type.

    :param attributes: types of the shop's own fields; without them every ``attribute.<name>`` is taken
    :raises DefinitionError: with the path of everything that is wrong
    """
    return conditions.parse(
        document,
        path,
        known=lambda name: unknown(name, attributes),
        fits=lambda leaf: misfit(leaf, attributes),
        past_fits=lambda leaf: past_misfit(leaf, attributes),
    )


def parse_condition(
    document: object, currency: str, timezone: str = "UTC", path: str = "when", attributes: Attributes | None = None
) -> tuple[Condition, Condition]:
    """The condition as written and as evaluated: as :func:`read_condition` and :func:`bind`."""
    when = read_condition(document, path, attributes)
    return when, bind(when, currency, timezone)


# who is in -----------------------------------------------------------------------------------------------------------


def in_order(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """The segments so that each comes after those it asks about; otherwise in the order given.

    :raises DefinitionError: when they go round in a circle, with the circle
    """
    by_id = {one.id: one for one in segments}
    done: dict[str, Segment] = {}
    for one in by_id.values():
        _visit(one, by_id, done, ())
    return tuple(done.values())


def _visit(one: Segment, by_id: Mapping[str, Segment], done: dict[str, Segment], way: tuple[str, ...]) -> None:
    if one.id in done:
        return
    if one.id in way:
        circle = " → ".join((*way[way.index(one.id) :], one.id))
        message = f"segments cannot ask about each other in a circle: {circle}"
        raise DefinitionError(Problem("when", message))
    for other in sorted(segments_read(one.when)):
        if other in by_id:
            _visit(by_id[other], by_id, done, (*way, one.id))
    done[one.id] = one


def segments_read(condition: Condition) -> frozenset[str]:
    """Ids of the segments that a condition asks about in any way."""
    return conditions.needs(condition).segments


def members_of(segments: Iterable[Segment], about: Asked) -> frozenset[str]:
    """Ids of the live segments a customer belongs to.

    :param segments: each after those it asks about (:func:`in_order`)
    :param about: the customer, or facts alone where no segment asks for more
    """
    inside: set[str] = set()
    for one in segments:
        if one.status == "live" and one.has(inside_of(about, inside) if one.asks_segments else about):
            inside.add(one.id)
    return frozenset(inside)


def inside_of(about: Asked, inside: Iterable[str]) -> Asked:
    """The customer as one who is in these segments."""
    return replace(about, inside=frozenset(inside)) if isinstance(about, Subject) else about


def diff(segments: Iterable[Segment], before: frozenset[str], about: Asked) -> MembershipChange:
    """What changes for a customer who is in ``before``. A segment that is no longer live is left without a clause."""
    live = {one.id: one for one in segments if one.status == "live"}
    after = members_of(live.values(), about)
    now = inside_of(about, after)
    entered = {one: deciding(live[one].bound, now) for one in sorted(after - before)}
    left = {one: deciding(live[one].bound, now) if one in live else () for one in sorted(before - after)}
    return MembershipChange(entered, left)


def next_change(segments: Iterable[Segment], subject: Subject) -> int | None:
    """When time alone could next change a membership of this customer; as :func:`conditions.next_change`.

    :param subject: in the segments it is in now (:func:`inside_of`)
    """
    found = [conditions.next_change(one.bound, subject) for one in segments if one.status == "live"]
    return min((one for one in found if one is not None), default=None)


def deciding(condition: Condition, about: Asked) -> tuple[Clause, ...]:
    """The clauses that decided, for or against: of an ``all`` that failed those that failed, of an ``any`` that held
    those that held; of the others every clause."""
    return decided(conditions.explain(condition, about))


def decided(verdict: Verdict) -> tuple[Clause, ...]:
    """The clauses that decided, as :func:`deciding`, of a verdict."""
    return tuple(_clauses(verdict))


def _clauses(verdict: Verdict) -> Iterable[Clause]:
    condition = verdict.condition
    if not isinstance(condition, Node):
        yield _clause(condition, verdict)
        return
    decisive: Sequence[Verdict] = verdict.children
    if (condition.kind == "all" and not verdict.holds) or (condition.kind == "any" and verdict.holds):
        decisive = tuple(child for child in verdict.children if child.holds == verdict.holds)
    for child in decisive:
        yield from _clauses(child)


def _clause(clause: Clausal, verdict: Verdict) -> Clause:
    found, holds = verdict.found, verdict.holds
    if isinstance(clause, Leaf):
        return Clause(clause.fact, clause.op, conditions.dump(clause)["value"], found, holds)
    if isinstance(clause, conditions.Purchased):
        return Clause(f"{clause.measure} {clause.of}", clause.op, clause.value, found, holds, clause)
    if isinstance(clause, conditions.Sequence):
        return Clause("did", "within_days", clause.within_days, found, holds, clause)
    if isinstance(clause, InSegment):
        return Clause(f"segment {clause.id}", clause.op, clause.value, found, holds, clause)
    leaf = clause.leaf
    return Clause(f"{'ever' if clause.when == 'ever' else 'on'} {leaf.fact}", leaf.op, leaf.value, found, holds, clause)


def clauses_to_json(clauses: Iterable[Clause]) -> list[dict[str, object]]:
    """Clauses as kept with a membership; those that are no comparison of a present fact say in ``clause`` what they
    are, as bound."""
    return [_to_json(one) for one in clauses]


def _to_json(one: Clause) -> dict[str, object]:
    said: dict[str, object] = {
        "fact": one.fact,
        "op": one.op,
        "value": list(one.value) if isinstance(one.value, tuple) else one.value,
        "found": list(one.found) if isinstance(one.found, tuple) else one.found,
        "holds": one.holds,
    }
    return said if one.of is None else {**said, "clause": conditions.dump(one.of)}


# documents -----------------------------------------------------------------------------------------------------------


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
    attributes: Attributes | None = None,
) -> Segment:
    """A segment from its JSON document ``{id, name, description, tag, when}``.

    :param timezone: the shop's; days in conditions are days there
    :param kept: it was looked at when it was saved: a comparison that would be refused today merely never holds
    :param attributes: types of the shop's own fields
    :raises DefinitionError: when the condition is wrong
    """
    when = conditions.parse(document["when"]) if kept else read_condition(document["when"], attributes=attributes)
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
