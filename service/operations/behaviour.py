"""Fitting the models of behaviour: rhythm and lifetime value. Each has a gate that says whether it may be used.

They are measurements of the shop, so no person has to activate them. One that says nearly the same as the model in use
is not kept: every profile would be worked out anew for nothing. What each fit found is in table `refits`.

NumPy and SciPy are imported inside the functions that fit, so that the web process never loads them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service.domain import first_orders as whales
from service.domain import habits, lifetime_value, rhythm, rhythm_fitting
from service.domain.errors import FirasaError
from service.domain.lifetime_value import ValueModel
from service.operations import rfm
from service.operations.context import Context
from service.operations.discoveries import usable_answers
from service.store import counters, first_orders, histories, models
from service.store.database import Database
from service.store.histories import Outcome, Refit, Span
from service.store.models import Kind

if TYPE_CHECKING:
    from service.ml.backtest import Future
    from service.ml.lifetime_value import Sample

MOST_CUSTOMERS = 200_000
"""Customers read at most; of a larger shop every second, third, … one. That many leave no doubt about a parameter."""
LAST_FITTED: Kind = "lifetime_value"
"""The kind whose last refit says when all were fitted: it is the last of ``fit_all``."""
WHALE_DAYS = 180
"""Days after the first order that decide who is a whale in the making, half of a younger shop's days at most."""
LONGEST_HOLDOUT, LEAST_HOLDOUT = 180, 30
"""Days at the end of a shop's orders on which lifetime value is judged: a third of all, within these bounds."""


@dataclass(frozen=True)
class Fitted:
    """What a fit found.

    :param document: of the model that was fitted, as it would be stored; ``None`` where there was too little data
    :param version: of the model put to use or kept in use; ``None`` when there is none
    """

    kind: Kind
    outcome: Outcome
    reason: str
    version: int | None
    document: Mapping[str, Any] | None


def fit_rhythm(ctx: Context) -> Fitted | None:
    """Fit the shop's gaps between orders and put them to use; ``None`` without any orders."""
    with ctx.db.snapshot() as db:
        known = histories.span(db)
        if known is None:
            return None
        fitted = rhythm_fitting.fit(histories.order_days(db, _step(known)), fitted_at=ctx.now)
    if fitted is None:
        reason = f"fewer than {rhythm.LEAST_GAPS} times did somebody order again; stages need that many"
        return _keep(ctx, known, "rhythm", None, reason)
    return _keep(
        ctx,
        known,
        "rhythm",
        rhythm.dump(fitted),
        f"{fitted.all_gaps.seen} gaps of {fitted.customers} customers",
        lambda present: rhythm.same_rules(rhythm.load(present), fitted),
    )


def fit_value(ctx: Context) -> Fitted | None:
    """Fit lifetime value, judge it on the last third of the shop's days, and put it to use; ``None`` without orders.

    Time ends with the newest order: days for which the shop has not sent any orders yet are not days without orders.
    """
    with ctx.db.snapshot() as db:
        known = histories.span(db)
        if known is None:
            return None
        model = _value_model(db, known, ctx.now)
    reason = f"{model.basis}: " + ("; ".join(model.reasons) or f"{model.customers} customers")
    return _keep(
        ctx,
        known,
        "lifetime_value",
        lifetime_value.dump(model),
        reason,
        lambda present: lifetime_value.same_forecasts(lifetime_value.load(present), model),
    )


def fit_habits(ctx: Context) -> Fitted | None:
    """Fit how many orders have a discount, with which customers are compared; ``None`` without any orders."""
    with ctx.db.snapshot() as db:
        known = histories.span(db)
        if known is None:
            return None
        fitted = habits.fit(histories.discounts(db, _step(known)), fitted_at=ctx.now)
    if fitted is None:
        reason = f"discounts: {habits.LEAST_ORDERS} orders are needed, some with a discount and some without"
        return _keep(ctx, known, "habits", None, reason)
    return _keep(
        ctx,
        known,
        "habits",
        habits.dump(fitted),
        f"{fitted.orders} orders, {100 * fitted.share:.0f} % with a discount",
        lambda present: habits.same_rules(habits.load(present), fitted),
    )


def fit_whales(ctx: Context) -> Fitted | None:
    """Fit the whale in the making; it is used only if it ranks later customers better than the value of their first
    order does. ``None`` without orders."""
    from service.ml import whales as learner
    from service.ml.whales import Beginner

    share = rfm.settings(ctx).whale_share
    with ctx.db.snapshot() as db:
        known = histories.span(db)
        if known is None:
            return None
        days = min(WHALE_DAYS, (known.last_day - known.first_day) // 2)
        zone, usable = ctx.shop.timezone, usable_answers(ctx)
        begun = first_orders.begun(db, until=known.last_day - days, days=days, step=_step(known))
        people = [
            Beginner(one.first_day, _usable(whales.known(one.first, one.facts, zone), usable), one.brought)
            for one in begun
        ]
    trained = learner.train(people, days=days, share=share, fitted_at=ctx.now)
    document = whales.dump(trained.model) if trained.model else None
    if document is None:
        return _keep(ctx, known, "whale", None, trained.problem)
    gain = document["metrics"]["gain"]
    reason = trained.problem or f"ranks later customers better than the value of the first order by {gain['mean']:.3f}"
    return _keep(
        ctx,
        known,
        "whale",
        document,
        reason,
        lambda present: present["classifier"]["digest"] == document["classifier"]["digest"],
        refused=bool(trained.problem),
    )


def _usable(told: Mapping[str, object], answers: Collection[str]) -> dict[str, object]:
    return {name: value for name, value in told.items() if not name.startswith("answer.") or name in answers}


def backtest(ctx: Context, days: int | None = None) -> Mapping[str, Any] | None:
    """Judge lifetime value on the last days of the shop's orders, writing nothing; ``None`` when it is too young.

    :param days: how many; by default a third of all, between 30 and 180
    """
    from service.ml import backtest as judge

    with ctx.db.snapshot() as db:
        known = histories.span(db)
        split = _split(db, known, days) if known else None
    return judge.run(*split, fitted_at=ctx.now) if split else None


def fit_all(ctx: Context) -> list[Fitted]:
    """Fit every model of behaviour; empty without any orders."""
    fits = (fit_rhythm, fit_habits, fit_whales, fit_value)
    return [found for fit in fits if (found := fit(ctx)) is not None]


def last_fits(ctx: Context) -> list[histories.Refit]:
    """What the last fit of each kind found, in the order of ``fit_all``."""
    found = (histories.refits(ctx.db, kind, 1) for kind in ("rhythm", "habits", "whale", "lifetime_value"))
    return [one[0] for one in found if one]


def newest_whale(ctx: Context) -> Mapping[str, Any] | None:
    """The document of the newest whale in the making, also of one that was refused: why it was is in its figures."""
    stored = models.listing(ctx.db, "whale")
    return stored[0].body if stored else None


# reading -----------------------------------------------------------------------------------------------------------


def _step(known: Span) -> int:
    return -(-known.customers // MOST_CUSTOMERS)


def _value_model(db: Database, known: Span, now: int) -> ValueModel:
    from service.ml import backtest as judge
    from service.ml.lifetime_value import Sample

    sample = Sample.of(list(histories.until(db, known.last_day, _step(known))))
    past, future = _split(db, known, None) or (None, None)
    return judge.fit_judged(sample, past, future, fitted_at=now)


def _split(db: Database, known: Span, days: int | None) -> tuple[Sample, Future] | None:
    """The shop until some days before its newest order, and those days."""
    from service.ml.backtest import Future
    from service.ml.lifetime_value import Sample

    lasted = known.last_day - known.first_day
    held_out = days if days is not None else min(LONGEST_HOLDOUT, lasted // 3)
    if held_out < (1 if days is not None else LEAST_HOLDOUT) or held_out >= lasted:
        return None
    rows = list(histories.split_at(db, known.last_day - held_out, known.last_day, _step(known)))
    return (Sample.of(rows), Future.of(rows, held_out)) if rows else None


# keeping -----------------------------------------------------------------------------------------------------------


def _keep(
    ctx: Context,
    known: Span,
    kind: Kind,
    document: Mapping[str, Any] | None,
    reason: str,
    same: Callable[[Mapping[str, Any]], bool] = lambda present: False,
    *,
    refused: bool = False,
) -> Fitted:
    """Write down what a fit found, and put the model to use unless it was refused or says nothing new.

    Without a document there is too little data; a model in use then goes on serving.
    """
    with ctx.db.write("definitions") as db:
        present = models.active(db, kind)
        version = present.version if present else None
        outcome: Outcome = "refused" if refused else "activated"
        if document is None:
            outcome = "too_little"
        elif not refused and present is not None and _is_same(same, present.body):
            outcome = "unchanged"
        else:
            version = models.add(db, kind, document, ctx.now)
            if not refused:
                models.activate(db, kind, version, ctx.now)
                counters.bump_rules(db)
        histories.add_refit(
            db, Refit(kind, ctx.now, ctx.today, known.newest_order, outcome, version, reason, ctx.actor)
        )
    return Fitted(kind, outcome, reason, version, document)


def _is_same(same: Callable[[Mapping[str, Any]], bool], present: Mapping[str, Any]) -> bool:
    try:
        return same(present)
    except FirasaError:
        return False  # of another release: the new one replaces it
