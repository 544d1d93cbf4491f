"""Rescoring everybody by new cut points: scores of a page at once with NumPy, and only those who differ are worked out
one by one, with reasons. Reading blocks nobody; how far it has come is kept, so a worker that is stopped goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from service.domain.days import start_of
from service.domain.rfm import RfmModel
from service.operations.context import Context
from service.store import customers, profiles
from service.store import rescores as store
from service.store.database import Row
from service.store.rescores import Rescore

PAGE = 5_000
"""Customers that are read and scored together."""
_MARKED_AT_ONCE = 250


def begin(ctx: Context, version: int) -> None:
    """Have everybody rescored by a version of the cut points, in the caller's transaction."""
    store.begin(ctx.db, version, ctx.now)


def step(ctx: Context) -> bool:
    """Score one page, mark who differs, and say whether there is more."""
    under_way = store.unfinished(ctx.db)
    if under_way is None:
        return False
    model = ctx.fresh_definitions.rules.rfm
    rows = store.page(ctx.db, under_way.after_id, PAGE) if model is not None else []
    if model is None or not rows:
        with ctx.db.write("rescore") as db:
            store.finish(db, under_way.id, ctx.now)
        return False
    differing, sooner = _compare(ctx, model, rows)
    # Locked, because a refresh that is under way would write over the mark.
    for start in range(0, len(differing), _MARKED_AT_ONCE):
        page = differing[start : start + _MARKED_AT_ONCE]
        with ctx.db.write() as db:
            customers.lock(db, page)
            profiles.mark(db, page, ctx.now, "definition")
    for start in range(0, len(sooner), _MARKED_AT_ONCE):
        times = sooner[start : start + _MARKED_AT_ONCE]
        with ctx.db.write() as db:
            customers.lock(db, [customer for customer, _ in times])
            store.bring_forward(db, times)
    with ctx.db.write("rescore") as db:
        last = rows[-1]["customer_id"]
        counted = {"done": len(rows), "differing": len(differing), "sooner": len(sooner)}
        store.advance(db, under_way.id, after_id=last, **counted)
    return True


def finish(new_context: Callable[[], Context]) -> Rescore | None:
    """Go through the pass that is under way to its end; gives it, ``None`` when there never was one."""
    while step(new_context()):
        pass
    return store.latest(new_context().db)


def progress(ctx: Context) -> Rescore | None:
    """The last pass, under way or finished."""
    return store.latest(ctx.db)


def _compare(ctx: Context, model: RfmModel, rows: Sequence[Row]) -> tuple[list[int], list[tuple[int, int]]]:
    """Customers whose scores are not those kept, and (customer, instant) where time alone changes them sooner than the
    profile would be looked at."""
    from service.ml import rescoring

    found = rescoring.compare(model, rows, ctx.today)
    starts = {day: start_of(day, ctx.shop.timezone) for day in {day for _, day in found.turns}}
    planned = {row["customer_id"]: row["refresh_at"] for row in rows}
    times = [(customer, starts[day]) for customer, day in found.turns]
    return found.differing, [
        (customer, at) for customer, at in times if planned[customer] is None or planned[customer] > at
    ]
