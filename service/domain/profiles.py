"""A customer's profile: facts, personas, segments and tags, and what a refresh changes about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from service.domain import facts as fact
from service.domain import personas, rfm, segments, tags
from service.domain.facts import Answered, Facts, Person
from service.domain.models import Model
from service.domain.personas import Assignment
from service.domain.purchases import Purchases
from service.domain.segments import MembershipChange, Segment
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


@dataclass(frozen=True)
class Profile:
    """What is kept of a customer between refreshes.

    :param facts: facts with a history of their own; purchase facts and those that pass with the days are not among them
    :param may_email: whether the last refresh found that email may be sent
    :param sequence: counts what destinations were told about this customer
    """

    facts: Facts = field(default_factory=lambda: _NO_FACTS)
    personas: Mapping[str, Held] = field(default_factory=lambda: _NO_PERSONAS)
    segments: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    may_email: bool = False
    sequence: int = 0


@dataclass(frozen=True)
class Rules:
    """The published definitions a refresh follows.

    :param persona_tags: tag per persona id
    """

    segments: Sequence[Segment] = ()
    psychographic: Model | None = None
    rfm: rfm.RfmModel | None = None
    persona_tags: Mapping[str, str] = field(default_factory=lambda: _NO_TAGS)


@dataclass(frozen=True)
class Known:
    """What is stored of one customer when a refresh begins."""

    customer_id: int
    person: Person
    purchases: Purchases | None
    responses: Sequence[Answered]
    may_email: bool
    before: Profile


@dataclass(frozen=True)
class Refresh:
    """What a refresh found.

    :param facts_ended: names whose present value no longer holds
    :param facts_begun: new values by name
    :param assignments: personas that changed, by kind
    :param ended: kinds of persona that no longer apply
    :param had: kinds of persona there were before
    :param tags: what changed about the tags; the sequence in ``after`` is higher when destinations must be told
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


def refresh(known: Known, rules: Rules, today: int) -> Refresh:
    """Work out a customer's profile anew and what that changes.

    1. Facts of answers, purchases, RFM scores and the record.
    2. Personas from those facts; they are facts as well.
    3. Segments from all facts, tags from segments, personas and answers.

    :param today: the shop's day number
    """
    before = known.before
    kept = {**fact.from_person(known.person), **fact.from_answers(known.responses)}
    bought = fact.from_purchases(known.purchases, whale_threshold=rules.rfm.whales.threshold if rules.rfm else None)
    passing = fact.passing(known.purchases, today)
    scores = _scores(known.purchases, rules.rfm, passing)
    kept.update(fact.from_scores(scores, scores.group if scores else None))
    assigned = _assignments({**kept, **bought, **passing}, scores, rules)
    held = {kind: Held.of(one) for kind, one in assigned.items()}
    kept.update(_persona_facts(held))
    facts = {**kept, **bought, **passing}
    memberships = segments.diff(rules.segments, before.segments, facts)
    inside = (before.segments | memberships.entered.keys()) - memberships.left.keys()
    wanted = tags.desired(
        [one.tag for one in rules.segments if one.id in inside],
        [rules.persona_tags[one.persona] for one in held.values() if one.persona and one.persona in rules.persona_tags],
        fact.answer_tags(known.responses),
    )
    change = tags.diff(before.tags, wanted)
    tell = bool(change) or (bool(wanted) and known.may_email != before.may_email)
    changed = {name: value for name, value in kept.items() if before.facts.get(name) != value}
    return Refresh(
        customer_id=known.customer_id,
        after=Profile(kept, held, frozenset(inside), wanted, known.may_email, before.sequence + int(tell)),
        facts_ended=tuple(name for name in before.facts if name not in kept or name in changed),
        facts_begun=changed,
        assignments={kind: one for kind, one in assigned.items() if held[kind] != before.personas.get(kind)},
        ended=tuple(kind for kind in before.personas if kind not in assigned),
        had=frozenset(before.personas),
        memberships=memberships,
        tags=change,
        tell=tell,
    )


def facts_of(known: Known, rules: Rules, today: int) -> Facts:
    """All facts of a customer as conditions see them, in the state of the last refresh."""
    threshold = rules.rfm.whales.threshold if rules.rfm else None
    return {
        **known.before.facts,
        **fact.from_purchases(known.purchases, whale_threshold=threshold),
        **fact.passing(known.purchases, today),
    }


def _scores(purchases: Purchases | None, model: rfm.RfmModel | None, passing: Facts) -> rfm.Scores | None:
    days = passing.get("orders.days_since_last")
    if purchases is None or model is None or not isinstance(days, int):
        return None
    return rfm.score(model, days_since_last=days, orders=purchases.orders, net_revenue=purchases.net_revenue)


def _assignments(facts: Facts, scores: rfm.Scores | None, rules: Rules) -> dict[str, Assignment]:
    found: dict[str, Assignment] = {}
    has_answers = any(name.startswith(("trait.", "answer.")) for name in facts)
    if rules.psychographic is not None and has_answers:
        found["psychographic"] = personas.classify(rules.psychographic, facts)
    if scores is not None and rules.rfm is not None:
        found["behavioural"] = personas.behavioural(rules.rfm, scores, facts)
    return found


def _persona_facts(held: Mapping[str, Held]) -> Facts:
    facts: Facts = {f"persona.{kind}": one.persona or UNKNOWN for kind, one in held.items()}
    psychographic = held.get("psychographic")
    if psychographic is not None and psychographic.persona is not None and psychographic.probability is not None:
        facts["persona.psychographic.probability"] = psychographic.probability
    return facts
