"""Refreshing profiles: facts, personas, memberships and deliveries change together, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog

from service.domain import consent
from service.domain import profiles as domain
from service.domain.errors import FirasaError
from service.domain.facts import Answered, Facts
from service.domain.flow import given
from service.domain.memberships import Lacking
from service.domain.profiles import Known, Refresh
from service.domain.responses import Response
from service.domain.subjects import Subject
from service.operations import recomputes, rescores, sync
from service.operations.context import Context, Definitions
from service.operations.pace import Pace
from service.store import consents, counters, pasts, profiles, responses, segments
from service.store.profiles import StoredCustomer

PAGE = 25
"""Most customers refreshed in one transaction; where the machine is slow they are fewer."""

_SECONDS_PER_PAGE = 0.025
_BEGIN_PAGE = 500
_TRY_AGAIN = 3600 * 1_000_000

_log = structlog.get_logger()


def refresh(ctx: Context, customer_ids: Sequence[int], event: str | None = None) -> list[Refresh]:
    """Work the profiles of these customers out anew and write what changed. Call it inside ``db.write()``.

    1. Read record, purchases and present state; all answers; everything said about consent.
    2. Work out facts, personas, memberships and tags (pure). Orders, stays and past values are read only of those
       customers for whom what was found from them no longer stands.
    3. Write the new state and its history, then the deliveries.

    :param event: what brings it about; unless given, why it was asked for, or that time or definitions have changed
    """
    definitions = ctx.definitions
    stored = profiles.load(ctx.db, customer_ids)
    here = _known(ctx, [one for one in stored if not one.gone], definitions, event)
    refreshes = _work_out(ctx, here, definitions)
    profiles.save(ctx.db, refreshes, rules=definitions.rules_revision, now=ctx.now, today=ctx.today)
    _log_memberships(ctx, refreshes, definitions)
    gone = [one for one in stored if one.gone]
    told = [sync.CustomerTags.of(one) for one in refreshes if one.tell]
    sync.enqueue(ctx, told + [_farewell(one) for one in gone if one.before.tags])
    profiles.forget(ctx.db, [one.customer_id for one in gone])
    return refreshes


def ask(ctx: Context, customer_ids: Sequence[int], at: int, event: str = "answer") -> None:
    """Have the worker refresh these customers at ``at`` (UTC microseconds) or earlier. Call it inside ``db.write()``.

    The customers' locks are taken, or a refresh under way would take the request for one it has just answered.
    """
    for customer_id in sorted(set(customer_ids)):
        ctx.db.lock(customer_key(customer_id))
    profiles.mark(ctx.db, customer_ids, at, event)


def new_pace() -> Pace:
    """How many customers go into one transaction, for somebody who refreshes page after page."""
    return Pace(_SECONDS_PER_PAGE, PAGE // 2, least=2, most=PAGE)


def refresh_due(ctx: Context, pace: Pace | None = None) -> int:
    """Refresh one page of the profiles that are due, in one transaction; says how many, 0 when none was.

    :param pace: says how many, and is told how long it took
    """
    limit = pace.amount if pace else PAGE
    rules = ctx.fresh_definitions.rules_revision
    due = profiles.due(ctx.db, rules=rules, now=ctx.now, limit=limit)
    if due:
        try:
            _refresh_page(ctx, due)
        except FirasaError:
            _refresh_one_by_one(ctx, due, rules)
        if pace and len(due) == limit:
            pace.took(limit, ctx.db.last_turn)
    return len(due)


def refresh_all_due(new_context: Callable[[], Context], on_page: Callable[[int], None] = lambda done: None) -> int:
    """Refresh until nothing is due, a page at a time, so that answers go on in between; says how many.

    Passes over everybody that are under way are finished first: they say who is due.
    """
    rescores.finish(new_context)
    recomputes.finish(new_context)
    total = 0
    pace = new_pace()
    while done := refresh_due(new_context(), pace):
        total += done
        on_page(done)
    return total


def recompute(new_context: Callable[[], Context], on_page: Callable[[int], None] = lambda done: None) -> int:
    """Look at every customer again, a page at a time; says how many."""
    ctx = new_context()
    last: int | None = 0
    while last is not None:
        with ctx.db.write() as db:
            last = profiles.begin_missing(db, last, _BEGIN_PAGE)
    with ctx.db.write("definitions") as db:
        counters.bump_rules(db)
    return refresh_all_due(new_context, on_page)


def count_due(ctx: Context) -> int:
    """How many profiles wait for a refresh."""
    return profiles.count_due(ctx.db, rules=ctx.fresh_definitions.rules_revision, now=ctx.now)


def facts_of(ctx: Context, customer_id: int) -> Facts:
    """All facts of a customer as conditions see them: kept ones, purchases, and those that pass with the days."""
    found = known(ctx, [customer_id])
    return facts(ctx, found[0]) if found else {}


def facts(ctx: Context, of: Known) -> Facts:
    """All facts of a customer who is loaded already."""
    return domain.facts_of(of, ctx.definitions.rules, ctx.today, ctx.shop.timezone)


def subject_of(ctx: Context, customer_id: int) -> Subject | None:
    """A customer as conditions are asked about them now, with all that lies behind; ``None`` for one who is gone."""
    found = known(ctx, [customer_id])
    return subject(ctx, found[0]) if found else None


def subject(ctx: Context, of: Known) -> Subject:
    """A customer who is loaded already as conditions are asked about them now; reads what lies behind."""
    rules, zone = ctx.definitions.rules, ctx.shop.timezone
    behind = pasts.load(ctx.db, [of.customer_id])[of.customer_id]
    return Subject(
        facts(ctx, of),
        history=behind.orders,
        inside=of.before.segments,
        memberships=behind.stays or {},
        past=behind.past or {},
        cuts=rules.cuts,
        now=ctx.now,
        today=ctx.today,
        zone=zone,
    )


def known(ctx: Context, customer_ids: Sequence[int]) -> list[Known]:
    """What is stored of customers when a refresh would begin; those who are gone are left out."""
    return _known(ctx, [one for one in profiles.load(ctx.db, customer_ids) if not one.gone], ctx.definitions)


def customer_key(customer_id: int) -> str:
    """The key under which writes about one customer take turns (PostgreSQL)."""
    return f"customer:{customer_id}"


def _refresh_page(ctx: Context, customer_ids: Sequence[int]) -> None:
    with ctx.db.write() as db:
        for customer_id in customer_ids:
            db.lock(customer_key(customer_id))
        refresh(ctx, customer_ids)


def _refresh_one_by_one(ctx: Context, customer_ids: Sequence[int], rules: int) -> None:
    """Refresh a page in which somebody's profile cannot be worked out, such as for a quiz version that cannot be read:
    the others must not wait for it."""
    for customer_id in customer_ids:
        try:
            _refresh_page(ctx, [customer_id])
        except FirasaError as error:
            _log.error(
                "profile cannot be refreshed", customer=customer_id, error=type(error).__name__, detail=str(error)
            )
            with ctx.db.write() as db:
                db.lock(customer_key(customer_id))
                profiles.postpone(db, customer_id, rules=rules, until=ctx.now + _TRY_AGAIN)


def _farewell(gone: StoredCustomer) -> sync.CustomerTags:
    """What destinations are told of a customer merged into another: none of its tags remain under this id."""
    before = gone.before
    return sync.CustomerTags(gone.customer_id, (), tuple(sorted(before.tags)), (), before.sequence + 1)


def _log_memberships(ctx: Context, refreshes: Sequence[Refresh], definitions: Definitions) -> None:
    """Log what refreshed customers entered and left, in the caller's transaction."""
    versions = {one.id: one.version for one in definitions.rules.segments}
    changes = [segments.Change(one.customer_id, one.memberships, one.event) for one in refreshes]
    segments.write_changes(ctx.db, changes, versions, now=ctx.now, day=ctx.today)


def _work_out(ctx: Context, here: Sequence[Known], definitions: Definitions) -> list[Refresh]:
    """The refreshes of customers; what turns out to be lacking is read once for all of them."""
    found: dict[int, Refresh] = {}
    lacking: dict[int, Lacking] = {}
    for one in here:
        try:
            found[one.customer_id] = renewed(ctx, one, definitions)
        except Lacking as lack:
            lacking[one.customer_id] = lack
    if lacking:
        more = pasts.load(
            ctx.db,
            list(lacking),
            orders=any(one.orders for one in lacking.values()),
            stays=any(one.stays for one in lacking.values()),
            past=any(one.past for one in lacking.values()),
        )
        for one in here:
            if one.customer_id in lacking:
                full = replace(one, loaded=more[one.customer_id])
                found[one.customer_id] = renewed(ctx, full, definitions)
    return [found[one.customer_id] for one in here]


def renewed(ctx: Context, known: Known, definitions: Definitions) -> Refresh:
    """What a refresh of this customer would find now; writes nothing.

    :raises Lacking: when more must be read first
    """
    return domain.refresh(known, definitions.rules, ctx.today, now=ctx.now, zone=ctx.shop.timezone)


def _event(ctx: Context, one: StoredCustomer, definitions: Definitions) -> str:
    """Why a customer is looked at whom nobody named."""
    if one.event is not None and one.asked_at is not None and one.asked_at <= ctx.now:
        return one.event
    return "definition" if one.rules < definitions.rules_revision else "time"


def _known(
    ctx: Context, stored: Sequence[StoredCustomer], definitions: Definitions, event: str | None = None
) -> list[Known]:
    ids = [one.customer_id for one in stored]
    answers = responses.of_customers(ctx.db, ids)
    said = consents.of_customers(ctx.db, ids)
    found = []
    for one in stored:
        mine = answers.get(one.customer_id, [])
        heard = said.get(one.customer_id, consents.Said())
        states = consent.states(heard.events, heard.suppressions)
        person = one.person.told(language=mine[-1].lang if mine else None, consent=states)
        may_email = consent.may_contact(heard.events, heard.suppressions, "email").allowed
        answered = [_answered(response, definitions) for response in mine]
        found.append(
            Known(
                one.customer_id,
                person,
                one.purchases,
                answered,
                may_email,
                one.before,
                revision=one.revision,
                first=one.first,
                event=event or _event(ctx, one, definitions),
            )
        )
    return found


def _answered(response: Response, definitions: Definitions) -> Answered:
    quiz = definitions.quiz_version(response.quiz_id, response.version)
    return Answered(quiz, given(quiz, response), response.outcome, response.times)
