"""Filling the demo's database: definitions, the sample shop, the owner's account, and the receiver as a destination."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from service.catalog.files import resource_dir
from service.catalog.loader import load_segments, read_file
from service.config import Config
from service.demo.loading import load, published, size
from service.demo.run import OWNER, Keepsake, Places
from service.demo.simulation import simulate
from service.demo.truth import write_labels, write_truth
from service.operations import behaviour, destinations, models, profiles, quizzes, recomputes, segments, users
from service.operations import settings as shop_settings
from service.operations.context import DAY
from service.runtime import Runtime
from service.store import customers
from service.store.migrations import migrate

Say = Callable[[str], None]

SHOP_NAME = "Sidr & Rose"
REACHED = {"email": "hello@sidr-and-rose.example", "whatsapp": "+966500000000"}
"""How people who want to talk to a person reach the sample shop; both lead nowhere."""
LOOK_BACK = 21 * DAY


def fill(config: Config, places: Places, keepsake: Keepsake, say: Say) -> None:
    """Bring the demo's database up to date; what an earlier run made is kept.

    :param say: told each step in a few words
    """
    runtime = Runtime(config)
    try:
        migrate(runtime.db)
        ctx = runtime.context(actor="demo")
        quizzes.publish_files(ctx)
        segments.apply(ctx, load_segments(*read_file(resource_dir("quizzes") / "segments.yaml", "segments.yaml")))
        runtime.forget()
        if customers.count(runtime.db) == 0:
            _load_shop(runtime, places.folder, say)
        _prepare_people(runtime, places, keepsake)
    finally:
        runtime.close()


def _load_shop(runtime: Runtime, folder: Path, say: Say) -> None:
    say("Simulating the sample shop (2,000 customers, 18 months)")
    shop_settings.save_shop(runtime.context(actor="demo"), name=SHOP_NAME, numerals="latn", ways=REACHED)
    ctx = runtime.context()
    shop = simulate(until=ctx.now, quizzes=published(ctx))
    write_truth(shop, folder / "planted-truth.csv")
    write_labels(shop, folder / "labels.csv")
    say(f"Loading its orders, visits and answers ({size(shop):,} rows)")
    load(lambda at: runtime.context(actor="demo", at=at), shop, on_chapter=partial(_look_back, runtime, ctx.now))
    say("Working out personas and segments")
    _refresh(runtime, ctx.now, fit=True)


def _look_back(runtime: Runtime, now: int, end: int) -> None:
    """Work the profiles out as they were some weeks ago, so that segments have a past: who entered and left since."""
    if now - LOOK_BACK <= end < now:
        _refresh(runtime, end)


def _refresh(runtime: Runtime, at: int, *, fit: bool = False) -> None:
    """Bring all profiles up to date.

    :param fit: also what the shop's rhythm and discounts are like, once, by all orders there are; the worker fits the
        models that take longer as soon as it runs
    """
    models.fit_rfm(runtime.context(actor="demo", at=at))
    if fit:
        for model in (behaviour.fit_rhythm, behaviour.fit_habits):
            model(runtime.context(actor="demo", at=at))
    runtime.forget()
    recomputes.fit_cuts(runtime.context(actor="demo", at=at))
    runtime.forget()
    profiles.refresh_all_due(lambda: runtime.context(actor="demo", at=at))
    recomputes.sum_up(runtime.context(actor="demo", at=at))


def _prepare_people(runtime: Runtime, places: Places, keepsake: Keepsake) -> None:
    ctx = runtime.context(actor="demo")
    if not users.has_users(ctx):
        users.create(ctx, OWNER, keepsake.password, role="owner", name="Demo owner")
    hook = f"{places.receiver}/hook"
    if not any(one.config.get("url") == hook for one in destinations.listing(ctx)):
        given = {"url": hook, "secret": keepsake.webhook_secret}
        destinations.add(ctx, "webhook", given, name="Demo receiver", allow_private=True)
