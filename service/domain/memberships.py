"""Which segments a customer is in: worked out in the order in which segments name each other, once for each change.

What a clause over orders, stays or past values found is kept with the profile and holds until its time has come or what
it was found from has changed. So a quiz answer need not read the orders of whoever gave it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from service.domain import conditions
from service.domain.comparisons import DAY_OPS
from service.domain.conditions import Clausal, Condition, InSegment, Leaf, Past, Purchased
from service.domain.conditions import Sequence as Succession
from service.domain.errors import DefinitionError
from service.domain.segments import Clause, MembershipChange, Segment, deciding, in_order
from service.domain.subjects import Kept, OrderHistory, Recorded, Stay, Subject
from service.domain.vocabulary import spec_of


class Lacking(Exception):
    """Something must be loaded before this customer's segments can be worked out.

    :param orders: orders and lines; :param stays: the membership log; :param past: recorded values of facts
    """

    def __init__(self, *, orders: bool, stays: bool, past: bool) -> None:
        super().__init__(f"orders: {orders}, stays: {stays}, past: {past}")
        self.orders, self.stays, self.past = orders, stays, past


@dataclass(frozen=True)
class Loaded:
    """What was read of a customer beside the facts; ``None`` where it was not."""

    orders: OrderHistory | None = None
    stays: Mapping[str, tuple[Stay, ...]] | None = None
    past: Mapping[str, tuple[Recorded, ...]] | None = None


NOTHING_LOADED = Loaded()


@dataclass(frozen=True)
class Plan:
    """The live segments, those that others ask about before these.

    :param kept: of each segment the clauses whose verdicts are kept, and :param keys: what these are kept by
    :param asking: segments that ask about others
    :param passing: each clause of theirs that changes as time passes, once: many segments ask the same one
    """

    ordered: tuple[Segment, ...]
    kept: Mapping[str, tuple[Clausal, ...]]
    keys: frozenset[str]
    asking: frozenset[str]
    passing: tuple[Clausal, ...]

    @classmethod
    def of(cls, segments: Iterable[Segment]) -> Plan:
        """The plan of segments; those that are not live are left out."""
        live = {one.id: one for one in segments if one.status == "live"}
        kept = {
            one.id: tuple(dict.fromkeys(clause for clause in conditions.clauses_of(one.bound) if _is_kept(clause)))
            for one in live.values()
        }
        keys = frozenset(_key_of(clause) for mine in kept.values() for clause in mine)
        ask = frozenset(one.id for one in live.values() if conditions.needs(one.bound).segments)
        clauses = dict.fromkeys(clause for one in live.values() for clause in conditions.clauses_of(one.bound))
        passing = tuple(clause for clause in clauses if _depends_on_time(clause))
        return cls(_ordered(live), kept, keys, ask, passing)


@dataclass(frozen=True)
class Found:
    """What working out the segments of a customer gave.

    :param inside: ids of all live segments the customer is in
    :param verdicts: what is kept for the next time, by key of its clause
    :param next_change: the earliest instant at which time alone may change any of it, ``None`` when never
    """

    inside: frozenset[str]
    changes: MembershipChange
    verdicts: Mapping[str, Kept]
    next_change: int | None


@dataclass
class _Work:
    """What is known while the segments of one customer are gone through."""

    subject: Subject
    before: frozenset[str]
    kept: Mapping[str, Kept]
    loaded: Loaded
    orders_changed: bool
    changed: Mapping[str, object]
    verdicts: dict[Clausal, Kept] = field(default_factory=dict)
    inside: set[str] = field(default_factory=set)
    lacks: set[str] = field(default_factory=set)


_key_of = lru_cache(maxsize=4096)(conditions.key_of)


def work_out(
    plan: Plan,
    subject: Subject,
    *,
    before: frozenset[str],
    kept: Mapping[str, Kept],
    loaded: Loaded = NOTHING_LOADED,
    orders_changed: bool = False,
    changed: Mapping[str, object] | None = None,
) -> Found:
    """Work out the segments of one customer.

    :param subject: facts, cuts and clock; the rest is filled in
    :param before: segments the customer is in by the log
    :param kept: verdicts of the last time, by key
    :param orders_changed: orders have changed since then
    :param changed: facts whose value changes just now, with the value before (``None``: there was none)
    :raises Lacking: when a verdict has to be found from something that was not loaded
    """
    work = _Work(subject, before, kept, loaded, orders_changed, changed or {})
    entered: dict[str, tuple[Clause, ...]] = {}
    left: dict[str, tuple[Clause, ...]] = {}
    for segment in plan.ordered:
        mine = plan.kept[segment.id]
        for clause in mine:
            _settle(work, clause)
        if work.lacks:
            continue
        asked = _asked(work, segment, plan.asking)
        if segment.has(asked):
            work.inside.add(segment.id)
        if (segment.id in work.inside) != (segment.id in before):
            which = entered if segment.id in work.inside else left
            which[segment.id] = deciding(segment.bound, asked)
    if work.lacks:
        raise Lacking(orders="orders" in work.lacks, stays="stays" in work.lacks, past="past" in work.lacks)
    last = replace(work.subject, inside=frozenset(work.inside), verdicts=work.verdicts)
    times = [when for clause in plan.passing if (when := conditions.next_change(clause, last)) is not None]
    # A segment that is no longer live is left without a clause.
    left |= {one: () for one in before if one not in plan.kept}
    return Found(
        frozenset(work.inside),
        MembershipChange(dict(sorted(entered.items())), dict(sorted(left.items()))),
        {_key_of(clause): verdict for clause, verdict in work.verdicts.items()},
        min(times, default=None),
    )


def depends_on_time(condition: Condition) -> bool:
    """Whether the verdict of a condition can change though nothing happens but the passing of days."""
    return any(_depends_on_time(clause) for clause in conditions.clauses_of(condition))


def _depends_on_time(clause: Clausal) -> bool:
    if isinstance(clause, Leaf):
        spec = spec_of(clause.fact)
        return clause.op in DAY_OPS or clause.op == "changed_in_last_days" or (spec is not None and bool(spec.passes))
    if isinstance(clause, Purchased):
        return clause.window.kind in ("last_days", "between")
    if isinstance(clause, InSegment):
        return clause.op in ("entered_in_last_days", "on")
    return isinstance(clause, Past) and clause.when != "ever"


def _asked(work: _Work, segment: Segment, asking: frozenset[str]) -> Subject:
    """The subject as this segment asks it: with the segments that were worked out before it, if it names any."""
    if segment.id in asking:
        return replace(work.subject, inside=frozenset(work.inside), verdicts=work.verdicts)
    if work.subject.verdicts is not work.verdicts:
        work.subject = replace(work.subject, verdicts=work.verdicts)
    return work.subject


def _settle(work: _Work, clause: Clausal) -> None:
    """Find the verdict of a clause, or take the one that is kept."""
    if clause in work.verdicts:
        return
    kept = work.kept.get(_key_of(clause))
    if kept is not None and (kept.until is None or work.subject.now < kept.until) and not _stale(work, clause, kept):
        work.verdicts[clause] = kept
        return
    subject = _filled(work, clause, known_before=kept is not None)
    if subject is None:
        return
    holds, found = conditions.judge(clause, subject)
    work.verdicts[clause] = Kept(holds, found, conditions.next_change(clause, subject))


def _stale(work: _Work, clause: Clausal, kept: Kept) -> bool:
    """Whether what a verdict was found from has changed since."""
    if isinstance(clause, Purchased | Succession):
        return work.orders_changed
    if isinstance(clause, InSegment):
        if clause.op == "on":
            return int(clause.value) >= work.subject.today
        return clause.id in work.inside and clause.id not in work.before
    if isinstance(clause, Past):
        if clause.when != "ever":
            return int(clause.when) >= work.subject.today
        return not kept.holds and clause.leaf.fact in work.changed
    return isinstance(clause, Leaf) and clause.fact in work.changed


def _filled(work: _Work, clause: Clausal, *, known_before: bool) -> Subject | None:
    """The subject with what this clause asks for; ``None`` when that was not loaded."""
    subject, loaded = replace(work.subject, inside=frozenset(work.inside)), work.loaded
    if isinstance(clause, Purchased | Succession):
        if loaded.orders is None:
            work.lacks.add("orders")
            return None
        return replace(subject, history=loaded.orders)
    if isinstance(clause, InSegment):
        begins = (Stay(subject.now),) if clause.id in work.inside and clause.id not in work.before else ()
        if loaded.stays is None and not (known_before and begins):
            work.lacks.add("stays")
            return None
        return replace(subject, memberships={clause.id: ((loaded.stays or {}).get(clause.id, ()) + begins)})
    fact = clause.leaf.fact if isinstance(clause, Past) else clause.fact if isinstance(clause, Leaf) else ""
    if loaded.past is None and not (known_before and _told_by_change(work, clause, fact)):
        work.lacks.add("past")
        return None
    return replace(subject, past={fact: _recorded(work, fact)})


def _told_by_change(work: _Work, clause: Clausal, fact: str) -> bool:
    """Whether the change itself tells enough: "ever" did not hold before, or a value replaces another one."""
    if fact not in work.changed:
        return False
    return isinstance(clause, Past) or work.changed[fact] is not None or fact not in work.subject.facts


def _recorded(work: _Work, fact: str) -> tuple[Recorded, ...]:
    """The recorded values of a fact, and the one that begins now."""
    now = work.subject.now
    rows = (work.loaded.past or {}).get(fact, ())
    if fact not in work.changed:
        return rows
    if not rows and work.changed[fact] is not None:
        rows = (Recorded(work.changed[fact], 0),)
    ended = tuple(replace(one, until_at=now) if one.until_at is None else one for one in rows)
    present = work.subject.facts.get(fact)
    return ended if present is None else (*ended, Recorded(present, now))


def _is_kept(clause: Clausal) -> bool:
    if isinstance(clause, InSegment):
        return clause.op != "is"
    return not isinstance(clause, Leaf) or clause.op == "changed_in_last_days"


def _ordered(live: Mapping[str, Segment]) -> tuple[Segment, ...]:
    """Segments after those that they ask about. Circles are refused when a segment is saved; one that came about in
    another way, as by an older release, is worked out as the segments come."""
    try:
        return in_order(live.values())
    except DefinitionError:
        return tuple(live.values())
