"""Work that is asked for in the admin and done by the worker, and rescoring everybody by new cut points."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from service.config import Config
from service.domain import rfm
from service.domain.errors import NotFound, Refused
from service.domain.rfm import CutPoints, RfmModel
from service.domain.whales import Whales
from service.ml import rescoring
from service.operations import discoveries, models, profiles, requests, rescores
from service.operations.context import Context
from service.operations.orders import record_orders
from service.operations.requests import Work
from service.runtime import Runtime
from service.store import counters, customers
from service.store import models as model_rows
from service.store import profiles as profile_rows
from service.store import requests as store
from service.store.database import Database
from tests.order_factory import DAY, NOON, line, order


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., Mapping[str, Any]]], None]:
    """Put something quick in place of a discovery."""

    def put(run: Callable[..., Mapping[str, Any]]) -> None:
        monkeypatch.setattr(requests, "KINDS", {"discover": Work(lambda options: 2, run)})

    return put


def test_a_request_waits_runs_and_keeps_its_result(ctx: Context, work: Any) -> None:
    seen: list[str] = []

    def run(context: Context, options: Mapping[str, Any], step: Callable[[int], None]) -> Mapping[str, Any]:
        seen.append(context.actor)
        step(1)
        found = requests.latest(ctx, "discover")
        seen.append(f"{found.status} {found.step}/{found.steps}" if found else "")
        return {"answer": options["quiz"]}

    work(run)
    asked = requests.ask(replace(ctx, actor="muna@example.com"), "discover", {"quiz": "q"})
    assert requests.ask(ctx, "discover", {"quiz": "q"}).id == asked.id, "not asked for twice"
    assert requests.work_one(lambda: ctx)
    assert not requests.work_one(lambda: ctx)
    assert seen == ["muna@example.com", "running 1/2"]
    done = requests.latest_done(ctx, "discover", {"quiz": "q"})
    assert done is not None
    assert (done.status, done.result) == ("done", {"answer": "q"})


def test_a_problem_is_kept_as_a_sentence(ctx: Context, work: Any) -> None:
    def run(context: Context, options: Mapping[str, Any], step: Callable[[int], None]) -> Mapping[str, Any]:
        raise Refused("there are too few people")

    work(run)
    requests.ask(ctx, "discover")
    assert requests.work_one(lambda: ctx)
    found = requests.latest(ctx, "discover")
    assert found is not None
    assert (found.status, found.problem) == ("failed", "there are too few people")


def test_work_of_a_worker_that_died_is_taken_up_again(ctx: Context, work: Any) -> None:
    work(lambda context, options, step: {"done": True})
    asked = requests.ask(ctx, "discover")
    with ctx.db.write("requests") as db:
        store.begin(db, asked.id, 2, ctx.now)
    assert not requests.work_one(lambda: ctx)
    later = replace(ctx, now=ctx.now + 31 * 60 * 1_000_000)
    assert requests.work_one(lambda: later)


def test_what_a_worker_says_of_work_that_another_took_up_counts_no_more(ctx: Context, work: Any) -> None:
    said: list[str] = []
    later = replace(ctx, now=ctx.now + 31 * 60 * 1_000_000)

    def run(context: Context, options: Mapping[str, Any], step: Callable[[int], None]) -> Mapping[str, Any]:
        said.append("begun")
        if len(said) == 1:
            assert requests.work_one(lambda: later)
            step(1)
            said.append("never here")
        return {"by": "the second"}

    work(run)
    requests.ask(ctx, "discover")
    assert requests.work_one(lambda: ctx)
    found = requests.latest(ctx, "discover")
    assert found is not None
    assert (found.status, found.result, found.attempts, found.finished_at) == (
        "done",
        {"by": "the second"},
        2,
        later.now,
    )
    assert said == ["begun", "begun"]


def test_work_that_never_comes_to_an_end_is_given_up(ctx: Context, work: Any) -> None:
    def run(context: Context, options: Mapping[str, Any], step: Callable[[int], None]) -> Mapping[str, Any]:
        raise KeyboardInterrupt

    work(run)
    asked = requests.ask(ctx, "discover")
    for attempt in range(3):
        with pytest.raises(KeyboardInterrupt):
            requests.work_one(lambda: replace(ctx, now=ctx.now + attempt * DAY))  # noqa: B023
    assert requests.work_one(lambda: replace(ctx, now=ctx.now + 3 * DAY))
    found = store.get(ctx.db, asked.id)
    assert found is not None
    assert (found.status, found.attempts) == ("failed", 3)
    assert "begun 3 times" in (found.problem or "")


def test_what_there_is_not_cannot_be_asked_for(ctx: Context) -> None:
    with pytest.raises(NotFound):
        requests.ask(ctx, "everything")


def test_a_discovery_without_people_says_how_many_it_needs(ctx: Context) -> None:
    requests.ask(ctx, "discover", {})
    assert requests.work_one(lambda: ctx)
    found = requests.latest(ctx, "discover")
    assert found is not None
    assert found.problem == f"discovery needs {discoveries.LEAST_PEOPLE} customers with answers; there are 0"


def test_scores_of_many_equal_the_scores_of_each() -> None:
    rng = np.random.default_rng(7)
    model = RfmModel(
        recency=CutPoints((5, 20, 20, 90)),
        frequency=CutPoints((1, 1, 2, 4)),
        monetary=CutPoints((-50, 0, 700, 7000)),
        whales=Whales(share="0.2", threshold=None, count=0),
        customers=1,
        little_data=True,
        fitted_at=0,
        digest="",
    )
    orders, days, paid = rng.integers(0, 6, 3000), rng.integers(19_900, 20_010, 3000), rng.integers(-60, 9000, 3000)
    today = 20_000
    found = rescoring.score(model, orders=orders, last_day=days, net_revenue=paid, today=today)
    for i in range(len(orders)):
        since = max(0, today - int(days[i]))
        one = rfm.score(model, days_since_last=since, orders=int(orders[i]), net_revenue=int(paid[i]))
        turn = rfm.next_recency_day(model, int(days[i]), today) if one else None
        assert found.codes[i] == (int(one.code) if one else rescoring.NEVER)
        assert found.next_days[i] == (rescoring.NEVER if turn is None else turn)


def test_new_cut_points_touch_only_who_differs(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    locked: list[int] = []
    marked: list[int] = []
    lock, mark = customers.lock, profile_rows.mark

    def locking(db: Database, ids: Iterable[int]) -> None:
        locked[:] = sorted(set(ids))
        lock(db, locked)

    def marking(db: Database, ids: Sequence[int], *more: Any) -> None:
        marked.extend(ids)
        assert set(ids) <= set(locked)
        mark(db, ids, *more)

    runtime = Runtime(Config(database_url=database_url, shop_currency="SAR", shop_timezone="Asia/Riyadh"))
    try:
        placed = [
            order(f"{person}-{number}", day=number * 20, shop_id=str(person + 1), lines=(line("10.00", 1 + person),))
            for person in range(8)
            for number in range(1 + person % 4)
        ]
        record_orders(_now(runtime), placed)
        models.fit_rfm(_now(runtime))
        profiles.refresh_all_due(lambda: _now(runtime))
        before = _codes(_now(runtime))
        _put_to_use(_now(runtime), CutPoints((1000, 1500, 2500, 100_000)))
        monkeypatch.setattr(customers, "lock", locking)
        monkeypatch.setattr(profile_rows, "mark", marking)
        found = rescores.finish(lambda: _now(runtime))
        monkeypatch.undo()
        assert len(marked) == (found.differing if found else 0)
        assert found is not None
        assert found.done == found.total == 8
        profiles.refresh_all_due(lambda: _now(runtime))
        after = _codes(_now(runtime))
        assert found.differing == sum(before[one] != after[one] for one in before)
        assert 0 < found.differing < 8
    finally:
        runtime.close()


def _now(runtime: Runtime) -> Context:
    runtime.forget()
    return runtime.context(actor="test", at=NOON + 200 * DAY)


def _put_to_use(ctx: Context, monetary: CutPoints) -> None:
    with ctx.db.write("definitions") as db:
        stored = model_rows.active(db, "rfm")
        assert stored is not None
        moved = replace(rfm.load(stored.body), monetary=monetary)
        version = model_rows.add(db, "rfm", rfm.dump(moved), ctx.now)
        model_rows.activate(db, "rfm", version, ctx.now)
        counters.bump(db, "definitions")
        rescores.begin(ctx, version)


def _codes(ctx: Context) -> dict[int, object]:
    rows = ctx.db.query("SELECT customer_id FROM profiles ORDER BY customer_id")
    return {row["customer_id"]: profiles.facts_of(ctx, row["customer_id"])["rfm.code"] for row in rows}
