"""Rescoring everybody by new cut points: how long it takes to find who differs, in how much memory, how long an answer
would have waited for it, and what each customer who differs costs.

20,000 and 200,000 customers; FIRASA_BENCH_CUSTOMERS=1000000 names another number.
"""

from __future__ import annotations

import json
import os
import random
import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

from service.config import Config
from service.domain import rfm
from service.domain.days import start_of
from service.domain.rfm import CutPoints
from service.operations import models, profiles, rescores
from service.operations.context import Context
from service.runtime import Runtime
from service.store import counters
from service.store import models as model_rows
from service.store import profiles as profile_rows
from service.store.migrations import migrate

_SAMPLE = 2_000
_AT_ONCE = 5_000
_DAY = 86_400_000_000
_NOW = 1_780_300_800 * 1_000_000
_ANSWERS = {f"answer.style.question_{number}": f"option_{number % 5}" for number in range(24)}


def run(data: Path | None, quick: bool) -> None:
    """One line for each number of customers."""
    named = os.environ.get("FIRASA_BENCH_CUSTOMERS")
    sizes = [_SAMPLE] if quick else [int(named)] if named else [20_000, 200_000]
    print("customers   compared in   per million   longest write   peak memory   differ   each of these")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            _one(f"sqlite:///{folder}/firasa.db", size)


def _one(url: str, size: int) -> None:
    runtime = Runtime(Config(database_url=url, shop_currency="SAR", shop_timezone="Asia/Riyadh"))
    migrate(runtime.db)
    ctx = runtime.context(actor="bench", at=_NOW)
    _fill(ctx, size)
    fitted = models.fit_rfm(ctx)
    assert fitted is not None
    runtime.forget()
    ctx = runtime.context(actor="bench", at=_NOW)
    _keep_states(ctx, fitted.model, size)
    sample = list(range(1, _SAMPLE + 1))
    for start in range(0, _SAMPLE, profiles.PAGE):
        with ctx.db.write():
            profiles.refresh(ctx, sample[start : start + profiles.PAGE])
    _other_cut_points(ctx, fitted.model)
    runtime.forget()
    ctx = runtime.context(actor="bench", at=_NOW)
    turns: list[float] = []
    mark = profile_rows.mark

    def timed(*given: Any) -> None:
        began = time.perf_counter()
        mark(*given)
        turns.append(time.perf_counter() - began)

    began = time.perf_counter()
    with mock.patch.object(profile_rows, "mark", timed):
        while rescores.step(ctx):
            pass
    took, longest = time.perf_counter() - began, max(turns, default=0.0)
    found = rescores.progress(ctx)
    assert found is not None
    differ = [row["customer_id"] for row in ctx.db.query(
        f"SELECT customer_id FROM profiles WHERE refresh_event = 'definition' AND customer_id <= {_SAMPLE}"
    )]  # fmt: skip
    began = time.perf_counter()
    for start in range(0, len(differ), profiles.PAGE):
        with ctx.db.write():
            profiles.refresh(ctx, differ[start : start + profiles.PAGE])
    each = (time.perf_counter() - began) / max(1, len(differ))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
    print(
        f"{size:9,}   {took:9.1f} s   {took / size * 1e6:9.0f} s   {1000 * longest:10.0f} ms   {peak:8.0f} MB   "
        f"{found.differing / size:6.1%}   {1000 * each:6.2f} ms",
        flush=True,
    )
    runtime.close()


def _fill(ctx: Context, size: int) -> None:
    """Customers and what they bought, without orders: rescoring reads neither those nor answers."""
    dice = random.Random(7)
    people = ("id", "created_at")
    bought = (
        "customer_id", "orders", "order_days", "units", "gross", "discount", "discounted_orders", "refunded",
        "net_revenue", "cost", "costed_revenue", "costed_orders", "first_at", "last_at", "first_day", "last_day",
    )  # fmt: skip
    today = ctx.today
    for start in range(1, size + 1, _AT_ONCE):
        ids = range(start, min(size, start + _AT_ONCE - 1) + 1)
        rows = []
        for customer in ids:
            orders = min(40, 1 + int(dice.expovariate(0.6)))
            last = today - int(dice.expovariate(1 / 120))
            first = last - 30 * (orders - 1)
            paid = sum(int(dice.lognormvariate(9.3, 0.6)) for _ in range(orders))
            rows.append((customer, orders, orders, orders, paid, 0, 0, 0, paid, 0, 0, 0, first * _DAY, last * _DAY,
                         first, last))  # fmt: skip
        with ctx.db.write() as db:
            db.insert_rows("customers", people, [(customer, _NOW) for customer in ids])
            db.insert_rows("purchases", bought, rows)


def _keep_states(ctx: Context, model: rfm.RfmModel, size: int) -> None:
    """Profiles of the size that shoppers with two quizzes have, up to date with the cut points."""
    rules = counters.read(ctx.db, "rules")
    columns = ("customer_id", "state", "sequence", "definitions", "refreshed_at", "refreshed_day", "refresh_at")
    for start in range(1, size + 1, _AT_ONCE):
        rows = ctx.db.query(
            "SELECT customer_id, orders, last_day, net_revenue FROM purchases"
            f" WHERE customer_id BETWEEN {start} AND {start + _AT_ONCE - 1}"
        )
        states = []
        for row in rows:
            since = max(0, ctx.today - row["last_day"])
            scores = rfm.score(model, days_since_last=since, orders=row["orders"], net_revenue=row["net_revenue"])
            assert scores is not None
            state = json.dumps({"facts": {**_ANSWERS, "rfm.code": scores.code, "rfm.group": scores.group}})
            turn = rfm.next_recency_day(model, row["last_day"], ctx.today)
            at = None if turn is None else start_of(turn, ctx.shop.timezone)
            states.append((row["customer_id"], state, 0, rules, _NOW, ctx.today, at))
        with ctx.db.write() as db:
            db.insert_rows("profiles", columns, states)


def _other_cut_points(ctx: Context, model: rfm.RfmModel) -> None:
    """What a tenth more revenue does to the limits."""
    limits = model.monetary.thresholds
    moved = (limits[0] * 11 // 10, limits[1] * 11 // 10, limits[2] * 11 // 10, limits[3] * 11 // 10)
    with ctx.db.write("definitions") as db:
        version = model_rows.add(db, "rfm", rfm.dump(replace(model, monetary=CutPoints(moved))), ctx.now)
        model_rows.activate(db, "rfm", version, ctx.now)
        counters.bump(db, "definitions")
        rescores.begin(ctx, version)
