"""Holding all customers against changed definitions: by SQL, a page at a time, so that only those who differ are worked
out one by one, with reasons. How far it has come is kept: a worker that is stopped goes on where it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

from service.domain import conditions
from service.domain.rhythm import shop_gaps
from service.domain.subjects import Cut
from service.operations.context import Context, Definitions
from service.store import counters, customers, drafts, numbers, populations, profiles, segment_days
from service.store.compiler import compile_page
from service.store.compiler_scope import Moment
from service.store.drafts import Recompute

PAGE = 10_000
"""Customers in one statement of a pass; it only reads."""
PAGES_IN_STEP = 8
"""So that those who look at pages side by side all have work."""
_MARKED_AT_ONCE = 250
_SUMS_EVERY = 60 * 1_000_000
# A membership takes about two microseconds to read: a hundred times that is one percent of the time.
_SUMS_SHARE = 200


CUTS_EVERY = 3600 * 1_000_000


@dataclass(frozen=True)
class LastCut:
    """What the last cutting of the population went by.

    :param at: when; :param day: of the shop
    :param wanted: the cuts that live segments ask for
    :param newest_order: the highest order number there was
    """

    at: int
    day: int
    rules: int
    wanted: frozenset[Cut]
    newest_order: int


@dataclass(frozen=True)
class Progress:
    """How far the last pass has come.

    :param waiting: profiles that wait to be worked out, for whatever reason
    """

    recompute: Recompute | None
    waiting: int

    @property
    def is_going_on(self) -> bool:
        """Whether customers are still being held against the definitions."""
        return self.recompute is not None and self.recompute.finished_at is None


def moment(ctx: Context) -> Moment:
    """Now, and the shop's numbers that conditions compare with."""
    rules = ctx.definitions.rules
    return Moment(
        now=ctx.now,
        today=ctx.today,
        zone=ctx.shop.timezone,
        whales_from=rules.rfm.whales.threshold if rules.rfm else None,
        whales_by=rules.rfm.whales.measure if rules.rfm else "net_revenue",
        shop_gaps=shop_gaps(rules.behaviour.rhythm),
        cuts=rules.cuts,
    )


def begin(ctx: Context, what: str) -> None:
    """Have everybody held against the definitions, in the caller's transaction.

    :param what: why, for people
    """
    drafts.begin_recompute(ctx.db, what, ctx.now)


def step(ctx: Context) -> bool:
    """Look at some pages of customers, several at once, and mark those who differ; whether there is more.

    How far it has come is kept after each page.
    """
    under_way = drafts.unfinished(ctx.db)
    if under_way is None:
        return False
    live = {one.id: one.bound for one in ctx.fresh_definitions.rules.segments if one.status == "live"}
    compiled = compile_page(live, moment(ctx))
    looked_at = populations.changed_pages(ctx.db, compiled, after=under_way.after_id, size=PAGE, most=PAGES_IN_STEP)
    more = False
    with closing(looked_at):
        for first, last, changes in looked_at:
            more = True
            _take(ctx, under_way.id, first, last, changes)
    if not more:
        with ctx.db.write("recompute") as db:
            drafts.finish(db, under_way.id, ctx.now)
    return more


def _take(ctx: Context, recompute_id: int, first: int, last: int, changes: Sequence[populations.Change]) -> None:
    """Mark those of a page who differ, and keep how far the pass has come."""
    differing = sorted({customer_id for customer_id, _, _ in changes})
    for start in range(0, len(differing), _MARKED_AT_ONCE):
        page = differing[start : start + _MARKED_AT_ONCE]
        with ctx.db.write() as db:
            customers.lock(db, page)  # a refresh that is under way would write over the mark
            profiles.mark(db, page, ctx.now, "definition")
    with ctx.db.write("recompute") as db:
        drafts.advance(db, recompute_id, after_id=last, done=last - first + 1, differing=len(differing))


def progress(ctx: Context) -> Progress:
    """How far the last pass has come, and how many profiles wait."""
    waiting = profiles.count_due(ctx.db, rules=ctx.fresh_definitions.rules_revision, now=ctx.now)
    return Progress(drafts.latest(ctx.db), waiting)


def finish(new_context: Callable[[], Context], on_page: Callable[[int], None] = lambda done: None) -> Recompute | None:
    """Go through the pass that is under way to its end; gives it, ``None`` when there was none."""
    before = 0
    while step(ctx := new_context()):
        found = drafts.latest(ctx.db)
        done = found.done if found else 0
        on_page(max(0, done - before))
        before = done
    return drafts.latest(ctx.db)


def fit_cuts_when_due(ctx: Context, last: LastCut | None) -> LastCut:
    """Cut the population anew if that is due.

    :param last: what was returned the time before; ``None`` at the start of the worker
    """
    definitions = ctx.definitions
    newest = numbers.newest_order(ctx.db)
    present = LastCut(ctx.now, ctx.today, definitions.rules_revision, _wanted(definitions), newest)
    if last is not None and not cuts_are_due(last, present):
        return last
    fit_cuts(ctx)
    return present


def cuts_are_due(last: LastCut, present: LastCut) -> bool:
    """Whether to cut the population now: on each day, for changed rules and segments, and every hour with new orders.

    Cuts move a little with every order, and with them customers at the edge: hence by the hour and not at once.
    """
    if (last.day, last.rules, last.wanted) != (present.day, present.rules, present.wanted):
        return True
    return last.newest_order != present.newest_order and present.at - last.at >= CUTS_EVERY


def fit_cuts(ctx: Context) -> bool:
    """Find anew where live segments cut the population; whether any cut is another one. A pass finds who differs."""
    wanted = _wanted(ctx.fresh_definitions)
    present = populations.cuts(ctx.db)
    if not wanted and not present:
        return False
    with ctx.db.snapshot() as db:
        found = populations.fit_cuts(db, wanted, moment(ctx))
    if found == present:
        return False
    with ctx.db.write("definitions") as db:
        populations.save_cuts(db, found, ctx.now)
        counters.bump(db, "definitions")
        begin(ctx, "cuts of the population")
    return True


def _wanted(definitions: Definitions) -> frozenset[Cut]:
    live = (one.bound for one in definitions.rules.segments if one.status == "live")
    return frozenset(conditions.needs(*live).cuts)


def sum_up_when_due(ctx: Context) -> bool:
    """Sum up what the members of each segment have paid, when the last time is long enough ago: the sums read every
    membership, so on a large shop they come less often. Whether it was done."""
    last, took = segment_days.summed(ctx.db)
    if last is not None and ctx.now - last < max(_SUMS_EVERY, took * _SUMS_SHARE):
        return False
    sum_up(ctx)
    return True


def sum_up(ctx: Context) -> None:
    """Sum up what the members of each segment have paid."""
    with ctx.db.snapshot() as db:
        sums = segment_days.revenues(db)
    with ctx.db.write("segment sums") as db:
        segment_days.save_sums(db, sums, ctx.now)
