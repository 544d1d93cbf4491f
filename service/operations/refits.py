"""When the shop's cut points and the models of behaviour are fitted anew."""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.deliveries import SECOND
from service.operations import behaviour, models
from service.operations.context import Context
from service.store import histories, numbers

# New cut points make every customer due again, so on a large shop they come less often: a fiftieth of a second per
# buyer keeps that work at a few percent of the time.
_SECONDS_PER_BUYER = 0.02
_LEAST_SECONDS = 20.0
# Much that is new, as during an import, does not wait that long.
_MUCH = 1.1
_MUCH_SECONDS = 5.0
_DAYS_BEHAVIOUR = 7
_HALF_MORE = 1.5
_LEAST_SECONDS_BEHAVIOUR = 60.0


@dataclass(frozen=True)
class LastFit:
    """What the last fit of this worker went by.

    :param newest_order: the highest order number there was
    """

    at: int
    day: int
    newest_order: int


def fit_when_due(ctx: Context, last: LastFit | None) -> LastFit | None:
    """Fit RFM cut points and the whale threshold if the orders or the day have changed enough.

    :param last: what was returned the time before; ``None`` at the start of the worker
    """
    newest = numbers.newest_order(ctx.db)
    if newest == 0 or not is_due(last, now=ctx.now, day=ctx.today, newest_order=newest, buyers=_buyers(ctx, last)):
        return last
    models.fit_rfm(ctx)
    return LastFit(ctx.now, ctx.today, newest)


def is_due(last: LastFit | None, *, now: int, day: int, newest_order: int, buyers: int) -> bool:
    """Whether the cut points should be fitted now.

    Recency is counted in days, so each new day is one more reason.
    """
    if last is None or last.day != day:
        return True
    if last.newest_order == newest_order:
        return False
    waited = (now - last.at) / SECOND
    if newest_order > last.newest_order * _MUCH:
        return waited >= _MUCH_SECONDS
    return waited >= max(_LEAST_SECONDS, buyers * _SECONDS_PER_BUYER)


def fit_behaviour_when_due(ctx: Context) -> list[behaviour.Fitted]:
    """Fit the models of behaviour if the last time is long enough ago; says what was found, empty when none was due.

    When it was is in the database: these take longer than cut points, and a worker that starts anew need not repeat
    them.
    """
    newest = numbers.newest_order(ctx.db)
    last = histories.refits(ctx.db, behaviour.LAST_FITTED, 1)
    if newest and behaviour_is_due(last[0] if last else None, now=ctx.now, day=ctx.today, newest_order=newest):
        return behaviour.fit_all(ctx)
    return []


def behaviour_is_due(last: histories.Refit | None, *, now: int, day: int, newest_order: int) -> bool:
    """Once a week when there are new orders; sooner when there is half as much again, as after an import."""
    if last is None:
        return True
    if newest_order <= last.newest_order:
        return False
    if newest_order > last.newest_order * _HALF_MORE:
        return (now - last.at) / SECOND >= _LEAST_SECONDS_BEHAVIOUR
    return day - last.day >= _DAYS_BEHAVIOUR


def _buyers(ctx: Context, last: LastFit | None) -> int:
    return 0 if last is None else numbers.buyers(ctx.db)
