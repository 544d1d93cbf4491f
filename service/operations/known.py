"""What is known of a customer when they begin a quiz, as far as the quiz asks for it; kept with the response."""

from __future__ import annotations

from typing import Any

from service.domain import conditions, piping
from service.domain.facts import Facts, from_answers
from service.domain.flow import KNOWN_ADDRESS, STREAMED
from service.domain.quiz import ADDRESSES, Quiz
from service.operations import profiles
from service.operations.context import Context
from service.store import customers, identities


def snapshot(ctx: Context, quiz: Quiz, customer_id: int, *, streamed: bool = False) -> dict[str, Any]:
    """The facts that the quiz branches on, says, or need not ask again, as they are now.

    :param customer_id: who it is, by proof
    :param streamed: one question is asked, the next one that was not asked before
    """
    wanted = quiz.reads
    found: dict[str, Any] = {STREAMED: "yes"} if streamed else {}
    if streamed:
        wanted = wanted | {f"{kind}.{quiz.id}.{item.id}" for item in quiz.items for kind in ("answer", "skipped")}
    if not wanted and not quiz.clauses:
        return found
    facts = _facts(ctx, customer_id)
    found |= {name: facts[name] for name in sorted(wanted) if facts.get(name) is not None}
    found |= clauses(ctx, quiz, customer_id)
    if wanted & set(piping.CUSTOMER):
        record = customers.get(ctx.db, customer_id)
        parts = {name: getattr(record, name.partition(".")[2], None) for name in piping.CUSTOMER}
        found |= {name: value for name, value in parts.items() if value and name in wanted}
    kinds = [kind for kind in sorted(ADDRESSES) if f"{KNOWN_ADDRESS}{kind}" in wanted]
    if kinds:
        held = {one.kind for one in identities.of_customers(ctx.db, [customer_id]).get(customer_id, [])}
        found |= {f"{KNOWN_ADDRESS}{kind}": "yes" for kind in kinds if kind in held}
    return found


def _facts(ctx: Context, customer_id: int) -> Facts:
    """All facts; those of answers as they are this moment, also of a conversation that was left a minute ago."""
    said = [one.responses for one in profiles.known(ctx, [customer_id])]
    return {**profiles.facts_of(ctx, customer_id), **(from_answers(said[0]) if said else {})}


def clauses(ctx: Context, quiz: Quiz, customer_id: int) -> dict[str, str]:
    """The verdicts of the quiz's clauses that facts alone cannot answer: purchases, segments, the past, the day."""
    if not quiz.clauses:
        return {}
    subject = profiles.subject_of(ctx, customer_id)
    if subject is None:
        return {}
    return {name: "yes" for name, clause in quiz.clauses.items() if conditions.holds(clause, subject)}
