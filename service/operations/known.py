"""What is known of a customer when they begin a quiz, as far as the quiz asks for it; kept with the response."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from service.domain import conditions, piping
from service.domain.facts import Facts, from_answers
from service.domain.flow import KNOWN_ADDRESS, STREAMED
from service.domain.profiles import Known
from service.domain.quiz import ADDRESSES, Quiz
from service.domain.subjects import Subject
from service.operations import profiles
from service.operations.context import Context
from service.store import customers, identities


@dataclass(frozen=True)
class Person:
    """A customer as everything kept of them says, each part read once and only when it is asked for."""

    ctx: Context
    customer_id: int

    @cached_property
    def subject(self) -> Subject | None:
        """As conditions are asked about them now; ``None`` for one who is gone."""
        return profiles.subject(self.ctx, self._known) if self._known else None

    @cached_property
    def facts(self) -> Facts:
        """All facts; those of answers as they are this moment, also of a conversation that was left a minute ago."""
        if self._known is None:
            return {}
        return {**profiles.facts(self.ctx, self._known), **from_answers(self._known.responses)}

    @cached_property
    def record(self) -> customers.Customer | None:
        """Their names and places."""
        return customers.get(self.ctx.db, self.customer_id)

    @cached_property
    def addresses(self) -> frozenset[str]:
        """Kinds of what they are known by."""
        held = identities.of_customers(self.ctx.db, [self.customer_id]).get(self.customer_id, [])
        return frozenset(one.kind for one in held)

    @cached_property
    def _known(self) -> Known | None:
        found = profiles.known(self.ctx, [self.customer_id])
        return found[0] if found else None


def snapshot(quiz: Quiz, person: Person, *, streamed: bool = False) -> dict[str, Any]:
    """The facts that the quiz branches on, says, or need not ask again, as they are now.

    :param person: who it is, by proof
    :param streamed: one question is asked, the next one that was not asked before
    """
    wanted = quiz.reads
    found: dict[str, Any] = {STREAMED: "yes"} if streamed else {}
    if streamed:
        wanted = wanted | {f"{kind}.{quiz.id}.{item.id}" for item in quiz.items for kind in ("answer", "skipped")}
    if not wanted and not quiz.clauses:
        return found
    found |= {name: person.facts[name] for name in sorted(wanted) if person.facts.get(name) is not None}
    found |= _clauses(quiz, person)
    if wanted & set(piping.CUSTOMER):
        parts = {name: getattr(person.record, name.partition(".")[2], None) for name in piping.CUSTOMER}
        found |= {name: value for name, value in parts.items() if value and name in wanted}
    kinds = [kind for kind in sorted(ADDRESSES) if f"{KNOWN_ADDRESS}{kind}" in wanted]
    return found | {f"{KNOWN_ADDRESS}{kind}": "yes" for kind in kinds if kind in person.addresses}


def _clauses(quiz: Quiz, person: Person) -> dict[str, str]:
    """The verdicts of the quiz's clauses that facts alone cannot answer: purchases, segments, the past, the day."""
    subject = person.subject if quiz.clauses else None
    if subject is None:
        return {}
    return {name: "yes" for name, clause in quiz.clauses.items() if conditions.holds(clause, subject)}
