"""Whether a condition is true of one customer, and why. The rules are those of `domain/leaves.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from service.domain import buying
from service.domain.comparisons import DAY_OPS, VALUE_OPS, compare, is_number, on_day
from service.domain.days import start_of
from service.domain.leaves import Clausal, Condition, InSegment, Leaf, Node, Past, Purchased, Sequence
from service.domain.subjects import Cut, Subject

Facts = Mapping[str, object]
Asked = Facts | Subject
"""What a condition is asked of: a customer, or facts alone where nothing else can be asked for (inside a quiz)."""


@dataclass(frozen=True)
class Verdict:
    """The same tree with a verdict at each node: why a condition holds or does not.

    :param found: what the clause found, ``None`` when it is missing: the value of the fact; of a measure the number
        or the minor units; of a sequence the two days; of a segment or the past whether, or what, it was
    """

    condition: Condition
    holds: bool
    found: object = None
    children: tuple[Verdict, ...] = ()


def holds(condition: Condition, about: Asked) -> bool:
    """Whether the condition is true of these facts, or of this customer.

    :raises LookupError: when it asks for more than facts and facts were given, or for orders that were not loaded
    """
    if isinstance(about, Subject):
        return _holds(condition, about.facts, about)
    return _holds(condition, about, None)


def explain(condition: Condition, about: Asked) -> Verdict:
    """The same tree with a verdict and what was found at each clause.

    :raises LookupError: as :func:`holds`
    """
    subject = about if isinstance(about, Subject) else None
    return _explain(condition, about.facts if isinstance(about, Subject) else about, subject)


def judge(clause: Clausal, subject: Subject) -> tuple[bool, object]:
    """The verdict of one clause and what it found, worked out anew unless it is kept."""
    return _judge(clause, subject.facts, subject)


def verdict_of(clause: Clausal, facts: Facts, subject: Subject | None) -> bool:
    """The verdict of one clause, of facts and of the customer where there is one; errors as :func:`holds`."""
    return _judge(clause, facts, subject)[0]


def _holds(condition: Condition, facts: Facts, subject: Subject | None) -> bool:
    if isinstance(condition, Node):
        if condition.kind == "all":
            return all(_holds(child, facts, subject) for child in condition.children)
        if condition.kind == "any":
            return any(_holds(child, facts, subject) for child in condition.children)
        return not _holds(condition.children[0], facts, subject)
    if isinstance(condition, Leaf) and condition.op in VALUE_OPS:
        return compare(condition, facts.get(condition.fact))
    return _judge(condition, facts, subject)[0]


def _explain(condition: Condition, facts: Facts, subject: Subject | None) -> Verdict:
    if not isinstance(condition, Node):
        return Verdict(condition, *_judge(condition, facts, subject))
    children = tuple(_explain(child, facts, subject) for child in condition.children)
    if condition.kind == "all":
        return Verdict(condition, all(child.holds for child in children), children=children)
    if condition.kind == "any":
        return Verdict(condition, any(child.holds for child in children), children=children)
    return Verdict(condition, not children[0].holds, children=children)


def _judge(clause: Clausal, facts: Facts, subject: Subject | None) -> tuple[bool, object]:
    if isinstance(clause, Leaf):
        if clause.op in VALUE_OPS:
            found = facts.get(clause.fact)
            return compare(clause, found), found
        if clause.op in ("skipped", "never_asked"):
            return _asked(clause, facts)
        if clause.op in ("before", "after"):
            return _follows(clause, facts)
    if subject is None:
        raise LookupError(f"facts alone cannot answer {clause}")
    if subject.verdicts and (kept := subject.verdicts.get(clause)) is not None:
        return kept.holds, kept.found
    if isinstance(clause, Leaf):
        return _leaf(clause, subject)
    return _OTHERS[type(clause)](clause, subject)


# comparisons of facts ------------------------------------------------------------------------------------------------


def _asked(leaf: Leaf, facts: Facts) -> tuple[bool, object]:
    rest = leaf.fact.partition(".")[2]
    skipped, answer = facts.get(f"skipped.{rest}") is not None, facts.get(leaf.fact)
    found = answer if answer is not None else "skipped" if skipped else None
    said = skipped if leaf.op == "skipped" else found is None
    return said == bool(leaf.value), found


def _follows(leaf: Leaf, facts: Facts) -> tuple[bool, object]:
    found, other = facts.get(leaf.fact), facts.get(str(leaf.value))
    if other is None or isinstance(other, list | tuple):
        return False, found
    op = Leaf(leaf.fact, "lt" if leaf.op == "before" else "gt", cast(int, other))
    return compare(op, found), found


def _leaf(leaf: Leaf, subject: Subject) -> tuple[bool, object]:
    found = subject.facts.get(leaf.fact)
    if leaf.op in DAY_OPS:
        return on_day(leaf, found, subject.today, subject.zone), found
    if leaf.op == "changed_in_last_days":
        return _changed(leaf, subject)
    return against_cut(leaf, subject.facts, subject.cuts.get(cut_of(leaf))), found


def against_cut(leaf: Leaf, facts: Facts, cut: int | float | None) -> bool:
    """Whether a customer with these facts is on the side of a cut that a leaf asks for."""
    found = facts.get(leaf.fact)
    if cut is None or not is_number(found) or not in_population(leaf.fact, facts):
        return False
    number = cast(float, found)
    if leaf.op == "top_percent":
        return number >= cut
    if leaf.op == "bottom_percent":
        return number <= cut
    return number > cut if leaf.op == "above_median" else number < cut


def cut_of(leaf: Leaf) -> Cut:
    """The cut of the population that a leaf compares with."""
    if leaf.op == "top_percent":
        return Cut(leaf.fact, "top", cast(int, leaf.value))
    if leaf.op == "bottom_percent":
        return Cut(leaf.fact, "bottom", cast(int, leaf.value))
    return Cut(leaf.fact, "median")


def in_population(fact: str, facts: Facts) -> bool:
    """Whether a customer with these facts is one of those that a cut of ``fact`` is made over."""
    if facts.get(fact) is None:
        return False
    return not fact.startswith("orders.") or cast(int, facts.get("orders.count") or 0) > 0


def _changed(leaf: Leaf, subject: Subject) -> tuple[bool, object]:
    recorded = subject.past.get(leaf.fact, ())
    present = next((one for one in recorded if one.until_at is None), None)
    if present is None or not any(one.since_at < present.since_at for one in recorded):
        return False, None
    first = start_of(subject.today - cast(int, leaf.value) + 1, subject.zone)
    return first <= present.since_at < start_of(subject.today + 1, subject.zone), present.since_at


# everything else -----------------------------------------------------------------------------------------------------


def _purchased(leaf: Purchased, subject: Subject) -> tuple[bool, object]:
    if subject.history is None:
        raise LookupError("the orders of the customer were not loaded")
    reading = buying.measure(leaf, subject.history, subject.today)
    return buying.passes(leaf, reading), buying.shown(leaf, reading)


def _sequence(leaf: Sequence, subject: Subject) -> tuple[bool, object]:
    if subject.history is None:
        raise LookupError("the orders of the customer were not loaded")
    found = buying.followed(leaf, subject.history)
    return found is not None, found


def _in_segment(leaf: InSegment, subject: Subject) -> tuple[bool, object]:
    inside, stays = leaf.id in subject.inside, subject.memberships.get(leaf.id, ())
    if leaf.op == "is" or (leaf.op == "on" and cast(int, leaf.value) >= subject.today):
        return inside, inside
    if leaf.op == "ever":
        return inside or bool(stays), inside or bool(stays)
    if leaf.op == "on":
        edge = start_of(cast(int, leaf.value) + 1, subject.zone)
        was = any(one.entered_at < edge and (one.left_at is None or one.left_at >= edge) for one in stays)
        return was, was
    latest = max((one.entered_at for one in stays), default=None)
    if inside and not any(one.left_at is None for one in stays):
        latest = subject.now  # entering at this moment
    if latest is None:
        return False, None
    return latest >= start_of(subject.today - cast(int, leaf.value) + 1, subject.zone), latest


def _past(clause: Past, subject: Subject) -> tuple[bool, object]:
    recorded = subject.past.get(clause.leaf.fact, ())
    if clause.when == "ever":
        passing = next((one.value for one in recorded if compare(clause.leaf, one.value)), None)
        return passing is not None, passing
    day = cast(int, clause.when)
    if day >= subject.today:
        then = [one for one in recorded if one.until_at is None]
    else:
        edge = start_of(day + 1, subject.zone)
        then = [one for one in recorded if one.since_at < edge and (one.until_at is None or one.until_at >= edge)]
    if not then:
        return False, None
    return compare(clause.leaf, then[0].value), then[0].value


_OTHERS: Mapping[type, Callable[..., tuple[bool, object]]] = {
    Purchased: _purchased,
    Sequence: _sequence,
    InSegment: _in_segment,
    Past: _past,
}
