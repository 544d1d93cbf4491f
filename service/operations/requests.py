"""Heavy work that is asked for in the admin and done by the worker: fitting needs libraries that the web process never
loads, and minutes that nobody waits for in a browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import structlog

from service.domain.errors import FirasaError, NotFound
from service.ml import FOLDS
from service.operations import behaviour, discoveries, lookalikes, models, short_quizzes
from service.operations.context import Context
from service.store import requests as store
from service.store.requests import Request

SIZES = (2, 3, 4, 5, 6, 7, 8)
"""Numbers of classes that a discovery chooses from unless one is asked for."""
_SILENT = 30 * 60 * 1_000_000
"""Microseconds without a sign of life after which the work is begun anew."""

_MOST_ATTEMPTS = 3

Step = Callable[[int], None]
Result = Mapping[str, Any]
_log = structlog.get_logger()


class _TakenUp(Exception):
    """Another worker has begun the same work anew, because this one was silent for too long."""


@dataclass(frozen=True)
class Work:
    """How a kind of request is done.

    :param steps: how many there will be
    :param run: does it, tells each step, and gives what is kept of the result
    """

    steps: Callable[[Mapping[str, Any]], int]
    run: Callable[[Context, Mapping[str, Any], Step], Result]


def ask(ctx: Context, kind: str, options: Mapping[str, Any] | None = None) -> Request:
    """Ask the worker for something; what is asked for already, and not done yet, is not asked for twice.

    :raises NotFound: for a kind that there is not
    """
    if kind not in KINDS:
        raise NotFound("request", f"nothing of the kind {kind!r} can be asked for")
    wanted = dict(options or {})
    with ctx.db.write("requests") as db:
        present = store.latest(db, kind, wanted)
        if present is not None and present.is_open:
            return present
        number = store.add(db, kind, wanted, ctx.now, ctx.actor)
        found = store.get(db, number)
    assert found is not None
    return found


def latest(ctx: Context, kind: str, options: Mapping[str, Any] | None = None) -> Request | None:
    """The newest request of a kind; with these options only, if they are given."""
    return store.latest(ctx.db, kind, options)


def latest_done(ctx: Context, kind: str, options: Mapping[str, Any] | None = None) -> Request | None:
    """The newest one that came to a result."""
    return store.latest_done(ctx.db, kind, options or {})


def work_one(new_context: Callable[[], Context]) -> bool:
    """Do the oldest open request, and say whether there was one. A problem ends the request, never the worker."""
    ctx = new_context()
    if store.next_open(ctx.db, ctx.now - _SILENT) is None:
        return False
    with ctx.db.write("requests") as db:
        found = store.next_open(db, ctx.now - _SILENT)
        if found is None:
            return False
        if found.attempts >= _MOST_ATTEMPTS and found.started_at is not None:
            problem = f"it was begun {found.attempts} times and never came to an end; the worker's log may say why"
            store.fail(db, found.id, found.started_at, problem, ctx.now)
            return True
        work = KINDS[found.kind]
        store.begin(db, found.id, work.steps(found.options), ctx.now)
    _do(new_context, replace(found, started_at=ctx.now), work)
    return True


def _do(new_context: Callable[[], Context], found: Request, work: Work) -> None:
    assert found.started_at is not None
    mine = found.started_at
    done = 0

    def step(amount: int = 1) -> None:
        nonlocal done
        done += 1
        ctx = new_context()
        with ctx.db.write("requests") as db:
            if not store.advance(db, found.id, mine, done, ctx.now):
                raise _TakenUp

    problem = ""
    result: Result = {}
    try:
        result = work.run(replace(new_context(), actor=found.asked_by), found.options, step)
    except _TakenUp:
        _log.warning("request was begun anew elsewhere", request=found.id, kind=found.kind)
        return
    except FirasaError as error:
        problem = str(error)
    except Exception:
        _log.exception("request failed", request=found.id, kind=found.kind)
        problem = "something went wrong; the worker's log says what"
    ctx = new_context()  # a request runs for minutes: the time of its own context is that of its beginning
    with ctx.db.write("requests") as db:
        if problem:
            store.fail(db, found.id, mine, problem, ctx.now)
        else:
            store.finish(db, found.id, mine, result, ctx.now)


# what can be asked for ---------------------------------------------------------------------------------------------


def _discover(ctx: Context, options: Mapping[str, Any], step: Step) -> Result:
    found = discoveries.discover(ctx, _sizes(options), quiz=options.get("quiz"), on_step=step)
    return {"discovery": found.id}


def _sizes(options: Mapping[str, Any]) -> tuple[int, ...]:
    return (int(options["classes"]),) if options.get("classes") else SIZES


def _join(ctx: Context, options: Mapping[str, Any], step: Step) -> Result:
    discoveries.join(ctx, int(options["discovery"]), int(options["gone"]), int(options["into"]))
    return {}


def _train(ctx: Context, options: Mapping[str, Any], step: Step) -> Result:
    trained = models.train(ctx, step, behaviour=bool(options.get("behaviour")))
    return {"version": trained.version, "active": models.activate_by_rule(ctx, trained)}


def _lookalike(ctx: Context, options: Mapping[str, Any], step: Step) -> Result:
    return {"version": lookalikes.train(ctx, step).version}


def _golden(ctx: Context, options: Mapping[str, Any], step: Step) -> Result:
    return short_quizzes.golden(ctx, options["quiz"], step).to_json()


def _drift(ctx: Context, options: Mapping[str, Any], step: Step) -> Result:
    found = models.drifted(ctx)
    return asdict(found) if found else {}


def _behaviour(ctx: Context, options: Mapping[str, Any], step: Step) -> Result:
    fits = behaviour.fit_all(ctx)
    return {"fits": [{"kind": one.kind, "outcome": one.outcome, "reason": one.reason} for one in fits]}


def _rfm(ctx: Context, options: Mapping[str, Any], step: Step) -> Result:
    fitted = models.fit_rfm(ctx)
    return {"version": fitted.model.version, "changed": fitted.changed} if fitted else {}


KINDS: Mapping[str, Work] = {
    "discover": Work(lambda options: len(_sizes(options)) + 1, _discover),
    "join": Work(lambda options: 1, _join),
    "train": Work(lambda options: models.TRAINING_STEPS, _train),
    "lookalike": Work(lambda options: FOLDS + 1, _lookalike),
    "golden": Work(lambda options: 0, _golden),
    "drift": Work(lambda options: 1, _drift),
    "rfm": Work(lambda options: 1, _rfm),
    "behaviour": Work(lambda options: 1, _behaviour),
}
"""What can be asked for."""
