"""Whether what is kept agrees with what it was made from: profiles with their history, and with their facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from service.domain.identities import public_id
from service.domain.profiles import Known, Profile
from service.operations import profiles as operations
from service.operations.context import Context
from service.store import drafts, history, pasts, profiles, segment_days

_PAGE = 200


def disagreements(ctx: Context) -> Iterator[str]:
    """One sentence for each customer whose profile does not agree; nothing is changed.

    1. The members that are counted for each segment are those of the membership log.
    2. The present facts, personas and memberships are the open rows of their history.
    3. Working the profile out anew gives the same profile. Profiles that wait for a refresh are passed over, and all
       while everybody is being held against changed definitions.
    """
    for segment_id, counted, logged in segment_days.wrong(ctx.db):
        yield f"segment {segment_id}: {counted} members are counted, the membership log has {logged}"
    after = 0
    while page := profiles.page(ctx.db, after, _PAGE):
        with ctx.db.snapshot():
            rows = history.open_history(ctx.db, page)
            known = operations.known(ctx, page)
            behind = pasts.load(ctx.db, page)
            waiting = set(profiles.waiting(ctx.db, page, ctx.definitions.rules_revision, ctx.now))
            changing = drafts.unfinished(ctx.db) is not None
        for one in known:
            kept = rows.get(one.customer_id, history.OpenHistory())
            yield from _against_history(one.customer_id, one.before, kept)
            if one.customer_id not in waiting and not changing:
                # Without what was kept, so that this is held against the orders as well.
                bare = replace(one, before=replace(one.before, verdicts={}), loaded=behind[one.customer_id])
                yield from _against_facts(ctx, bare)
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
    anew = operations.renewed(ctx, known, ctx.definitions)
    who = public_id(known.customer_id)
    if anew.facts_begun or anew.facts_ended:
        yield f"{who}: these facts are out of date: {_named({*anew.facts_begun, *anew.facts_ended})}"
    if anew.after.segments != known.before.segments:
        yield f"{who}: its segments should differ in {_named(anew.after.segments ^ known.before.segments)}"
    if anew.tell:
        yield f"{who}: its tags should be {_named(anew.after.tags)}, they are {_named(known.before.tags)}"


def _named(names: set[str] | frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"
