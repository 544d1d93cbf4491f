"""A customer's profile: facts, personas, segments and tags, and what a refresh changes about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from service.domain import behaviour, journey, lookalike, memberships, personas, rfm, tags
from service.domain import facts as fact
from service.domain.behaviour import NO_MODELS, Behaviour
from service.domain.days import start_of
from service.domain.facts import Answered, Facts, Person
from service.domain.first_orders import FirstOrder
from service.domain.memberships import NOTHING_LOADED, Lacking, Loaded, Plan
from service.domain.models import Model
from service.domain.personas import Assignment
from service.domain.purchases import Purchases
from service.domain.segments import MembershipChange, Segment
from service.domain.subjects import Cut, Kept, Subject
from service.domain.tags import TagChange

UNKNOWN = "unknown"
_NO_TAGS: Mapping[str, str] = MappingProxyType({})
_NO_FACTS: Facts = {}


@dataclass(frozen=True)
class Held:
    """The part of an assignment that the profile keeps; its reasons are in the history.

    :param probability: rounded to four places, ``None`` where a rule decides
    """

    persona: str | None
    probability: float | None
    source: str
    model_version: int

    @classmethod
    def of(cls, assignment: Assignment) -> Held:
        """What is kept of an assignment."""
        probability = None if assignment.probability is None else round(assignment.probability, 4)
        return cls(assignment.persona, probability, assignment.source, assignment.model_version)


_NO_PERSONAS: Mapping[str, Held] = MappingProxyType({})
_NO_VERDICTS: Mapping[str, Kept] = MappingProxyType({})


@dataclass(frozen=True)
class Profile:
    """What is kept of a customer between refreshes.

    :param facts: facts with a history of their own; purchase facts and those that pass with the days are not among them
    :param may_email: whether the last refresh found that email may be sent
    :param sequence: counts what destinations were told about this customer
    :param revision: of the purchases that the verdicts were found from
    :param habits: version of the model that the habits were found with
    :param verdicts: what clauses over orders, stays and past values found, by key (domain/memberships.py)
    """

    facts: Facts = field(default_factory=lambda: _NO_FACTS)
    personas: Mapping[str, Held] = field(default_factory=lambda: _NO_PERSONAS)
    segments: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    may_email: bool = False
    sequence: int = 0
    revision: int = 0
    habits: int = 0
    verdicts: Mapping[str, Kept] = field(default_factory=lambda: _NO_VERDICTS)


@dataclass(frozen=True)
class Rules:
    """The published definitions a refresh follows.

    :param lookalike: infers the persona of those who never answered from how they buy
    :param behaviour: the models of rhythm and of what is to come
    :param persona_tags: tag per persona id
    :param cuts: where numbers cut the population in two
    """

    segments: Sequence[Segment] = ()
    psychographic: Model | None = None
    lookalike: Model | None = None
    rfm: rfm.RfmModel | None = None
    behaviour: Behaviour = NO_MODELS
    persona_tags: Mapping[str, str] = field(default_factory=lambda: _NO_TAGS)
    cuts: Mapping[Cut, int | float] = field(default_factory=dict)

    @cached_property
    def plan(self) -> Plan:
        """The live segments in the order in which they are worked out."""
        return Plan.of(self.segments)


@dataclass(frozen=True)
class Known:
    """What is stored of one customer when a refresh begins.

    :param revision: of the purchases
    :param loaded: what was read for clauses whose verdict is not kept
    :param event: what brings the refresh about
    :param first: the first order that counts
    """

    customer_id: int
    person: Person
    purchases: Purchases | None
    responses: Sequence[Answered]
    may_email: bool
    before: Profile
    revision: int = 0
    loaded: Loaded = NOTHING_LOADED
    event: str = "manual"
    first: FirstOrder | None = None


@dataclass(frozen=True)
class Refresh:
    """What a refresh found.

    :param facts_ended: names whose present value no longer holds
    :param facts_begun: new values by name
    :param assignments: personas that changed, by kind
    :param ended: kinds of persona that no longer apply
    :param had: kinds of persona there were before
    :param tags: what changed about the tags; the sequence in ``after`` is higher when destinations must be told
    :param refresh_at: when time alone may change something next, UTC microseconds; ``None`` when never
    """

    customer_id: int
    after: Profile
    facts_ended: tuple[str, ...]
    facts_begun: Facts
    assignments: Mapping[str, Assignment]
    ended: tuple[str, ...]
    had: frozenset[str]
    memberships: MembershipChange
    tags: TagChange
    tell: bool
    refresh_at: int | None = None
    event: str = "manual"


def refresh(known: Known, rules: Rules, today: int, *, now: int = 0, zone: str = "UTC") -> Refresh:
    """Work out a customer's profile anew and what that changes.

    1. Facts of answers, purchases, RFM scores and the record.
    2. Personas from those facts; they are facts as well.
    3. Segments from all facts, tags from segments, personas and answers.
    4. When time alone may change any of this.

    :param now: UTC microseconds; :param today: the shop's day of it; :param zone: the shop's time zone
    :raises Lacking: when clauses need orders, stays or past values that were not loaded
    """
    before = known.before
    kept = {**fact.from_person(known.person), **fact.from_answers(known.responses)}
    bought = fact.from_purchases(known.purchases, whales=rules.rfm.whales if rules.rfm else None)
    passing = fact.passing(known.purchases, today, rules.behaviour.rhythm)
    scores = _scores(known.purchases, rules.rfm, passing)
    kept.update(fact.from_scores(scores, scores.group if scores else None))
    kept.update(behaviour.facts(known.purchases, rules.behaviour, today))
    kept.update(behaviour.habit_facts(known.loaded.orders, before.facts, rules.behaviour))
    kept.update(behaviour.whale_facts(known.purchases, known.first, kept, rules.behaviour, today, zone))
    assigned = _assignments({**kept, **bought, **passing}, scores, rules)
    held = {kind: Held.of(one) for kind, one in assigned.items()}
    kept.update(_persona_facts(held))
    kept.update(_group_facts(before.facts, kept, now))
    kept["journey.stage"] = journey.stage(known.person, known.purchases, {**kept, **passing})
    facts = {**kept, **bought, **passing, **fact.on_record(known.person, today, zone)}
    changed = {name: value for name, value in kept.items() if before.facts.get(name) != value}
    ended = tuple(name for name in before.facts if name not in kept or name in changed)
    boundaries = _boundaries(known.purchases, rules, today, zone)
    wants_orders = _wants_orders(known, rules)
    try:
        found = memberships.work_out(
            rules.plan,
            Subject(facts, cuts=rules.cuts, changes=boundaries, now=now, today=today, zone=zone),
            before=before.segments,
            kept=before.verdicts,
            loaded=known.loaded,
            orders_changed=known.revision != before.revision,
            changed={name: before.facts.get(name) for name in (*changed, *ended)},
        )
    except Lacking as lack:
        raise Lacking(orders=lack.orders or wants_orders, stays=lack.stays, past=lack.past) from lack
    if wants_orders:
        raise Lacking(orders=True, stays=False, past=False)
    inside = found.inside
    wanted = tags.desired(
        [one.tag for one in rules.segments if one.id in inside],
        [
            rules.persona_tags[one.persona]
            for kind, one in held.items()
            if kind != "inferred" and one.persona and one.persona in rules.persona_tags  # a guess gives no tag
        ],
        fact.answer_tags(known.responses),
    )
    change = tags.diff(before.tags, wanted)
    tell = bool(change) or (bool(wanted) and known.may_email != before.may_email)
    return Refresh(
        customer_id=known.customer_id,
        after=Profile(
            kept,
            held,
            inside,
            wanted,
            known.may_email,
            before.sequence + int(tell),
            known.revision,
            _habits_version(rules),
            found.verdicts,
        ),
        facts_ended=ended,
        facts_begun=changed,
        assignments={kind: one for kind, one in assigned.items() if held[kind] != before.personas.get(kind)},
        ended=tuple(kind for kind in before.personas if kind not in assigned),
        had=frozenset(before.personas),
        memberships=found.changes,
        tags=change,
        tell=tell,
        refresh_at=min((at for at in (found.next_change, *boundaries.values()) if at is not None), default=None),
        event=known.event,
    )


def facts_of(known: Known, rules: Rules, today: int, zone: str = "UTC") -> Facts:
    """All facts of a customer as conditions see them, in the state of the last refresh."""
    return {
        **known.before.facts,
        **fact.from_purchases(known.purchases, whales=rules.rfm.whales if rules.rfm else None),
        **fact.passing(known.purchases, today, rules.behaviour.rhythm),
        **fact.on_record(known.person, today, zone),
    }


def _wants_orders(known: Known, rules: Rules) -> bool:
    """Whether the orders must be read for the habits: they, or what everybody does, have changed since."""
    if known.loaded.orders is not None or known.purchases is None or not known.purchases.orders:
        return False
    return known.revision != known.before.revision or known.before.habits != _habits_version(rules)


def _habits_version(rules: Rules) -> int:
    return rules.behaviour.habits.version if rules.behaviour.habits else 0


def _group_facts(before: Facts, kept: Facts, now: int) -> Facts:
    """Since when the customer is in this RFM group, and the one before."""
    group, held = kept.get("rfm.group"), before.get("rfm.group")
    if group is None:
        return {}
    if group == held:
        told = {name: before.get(name) for name in ("rfm.group_since", "rfm.previous_group")}
        return {name: value for name, value in {"rfm.group_since": now, **told}.items() if value is not None}
    previous = held if held is not None else before.get("rfm.previous_group")
    return {"rfm.group_since": now, **({"rfm.previous_group": previous} if previous is not None else {})}


def _boundaries(purchases: Purchases | None, rules: Rules, today: int, zone: str) -> dict[str, int]:
    """When facts that are kept change with the days, by name."""
    if purchases is None or purchases.last_day is None:
        return {}
    days = {
        "journey.stage": journey.next_day(purchases, today),
        **behaviour.next_days(purchases, rules.behaviour, today),
    }
    if rules.rfm is not None:
        days["rfm.recency"] = rfm.next_recency_day(rules.rfm, purchases.last_day, today)
    return {name: start_of(day, zone) for name, day in days.items() if day is not None}


def _scores(purchases: Purchases | None, model: rfm.RfmModel | None, passing: Facts) -> rfm.Scores | None:
    days = passing.get("orders.days_since_last")
    if purchases is None or model is None or not isinstance(days, int):
        return None
    return rfm.score(model, days_since_last=days, orders=purchases.orders, net_revenue=purchases.net_revenue)


def _assignments(facts: Facts, scores: rfm.Scores | None, rules: Rules) -> dict[str, Assignment]:
    found: dict[str, Assignment] = {}
    has_answers = any(name.startswith(("trait.", "answer.")) for name in facts)
    if rules.psychographic is not None and has_answers:
        bought = lookalike.features(facts) if rules.psychographic.reads_purchases else {}
        found["psychographic"] = personas.classify(rules.psychographic, {**facts, **bought})
    elif rules.lookalike is not None and facts.get("orders.count"):
        found["inferred"] = lookalike.infer(rules.lookalike, facts)
    if scores is not None and rules.rfm is not None:
        found["behavioural"] = personas.behavioural(rules.rfm, scores, facts)
    return found


def _persona_facts(held: Mapping[str, Held]) -> Facts:
    facts: Facts = {f"persona.{kind}": one.persona or UNKNOWN for kind, one in held.items()}
    for kind in ("psychographic", "inferred"):
        one = held.get(kind)
        if one is not None and one.persona is not None and one.probability is not None:
            facts[f"persona.{kind}.probability"] = one.probability
            if kind == "psychographic":
                facts["persona.psychographic.source"] = one.source
    return facts
