"""What is known of a customer when they begin a quiz, as far as the quiz asks for it; kept with the response."""

from __future__ import annotations

from typing import Any

from service.domain import piping
from service.domain.facts import Facts
from service.domain.flow import KNOWN_ADDRESS
from service.domain.quiz import ADDRESSES, Quiz
from service.operations import profiles
from service.operations.context import Context
from service.store import customers, identities


def snapshot(ctx: Context, quiz: Quiz, customer_id: int) -> dict[str, Any]:
    """The facts that the quiz branches on, says, or need not ask again, as they are now.

    :param customer_id: who it is, by proof
    """
    wanted = quiz.reads
    if not wanted:
        return {}
    facts: Facts = profiles.facts_of(ctx, customer_id)
    found = {name: facts[name] for name in sorted(wanted) if facts.get(name) is not None}
    if wanted & set(piping.CUSTOMER):
        record = customers.get(ctx.db, customer_id)
        if record is not None:
            parts = {name: getattr(record, name.partition(".")[2], None) for name in piping.CUSTOMER}
            found.update({name: value for name, value in parts.items() if value and name in wanted})
    kinds = [kind for kind in sorted(ADDRESSES) if f"{KNOWN_ADDRESS}{kind}" in wanted]
    if kinds:
        held = {one.kind for one in identities.of_customers(ctx.db, [customer_id]).get(customer_id, [])}
        found.update({f"{KNOWN_ADDRESS}{kind}": "yes" for kind in kinds if kind in held})
    return found
