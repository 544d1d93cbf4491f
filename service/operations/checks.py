"""Whether what is kept agrees with what it was made from: profiles with their history, and with their facts."""

from __future__ import annotations

from collections.abc import Iterator

from service.domain import profiles as domain
from service.domain.identities import public_id
from service.domain.profiles import Known, Profile
from service.operations import profiles as operations
from service.operations.context import Context
from service.store import history, profiles

_PAGE = 200


def disagreements(ctx: Context) -> Iterator[str]:
    """One sentence for each customer whose profile does not agree; nothing is changed.

    1. The present facts, personas and memberships are the open rows of their history.
    2. Working the profile out anew gives the same profile. Profiles that wait for a refresh are passed over.
    """
    after = 0
    while page := profiles.page(ctx.db, after, _PAGE):
        with ctx.db.snapshot():
            rows = history.open_history(ctx.db, page)
            known = operations.known(ctx, page)
            waiting = set(profiles.waiting(ctx.db, page, ctx.definitions.rules_revision, ctx.now))
        for one in known:
            kept = rows.get(one.customer_id, history.OpenHistory())
            yield from _against_history(one.customer_id, one.before, kept)
            if one.customer_id not in waiting:
                yield from _against_facts(ctx, one)
        after = page[-1]


def _against_history(customer_id: int, profile: Profile, kept: history.OpenHistory) -> Iterator[str]:
    who = public_id(customer_id)
    if set(profile.facts) != kept.facts:
        yield f"{who}: its facts and their history differ in {_named(set(profile.facts) ^ kept.facts)}"
    personas = {kind: one.persona for kind, one in profile.personas.items()}
    if personas != kept.personas:
        yield f"{who}: its personas are {personas}, their history says {kept.personas}"
    if profile.segments != kept.segments:
        yield f"{who}: its segments and the membership log differ in {_named(profile.segments ^ kept.segments)}"


def _against_facts(ctx: Context, known: Known) -> Iterator[str]:
    anew = domain.refresh(known, ctx.definitions.rules, ctx.today)
    who = public_id(known.customer_id)
    if anew.facts_begun or anew.facts_ended:
        yield f"{who}: these facts are out of date: {_named({*anew.facts_begun, *anew.facts_ended})}"
    if anew.after.segments != known.before.segments:
        yield f"{who}: its segments should differ in {_named(anew.after.segments ^ known.before.segments)}"
    if anew.tell:
        yield f"{who}: its tags should be {_named(anew.after.tags)}, they are {_named(known.before.tags)}"


def _named(names: set[str] | frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"
