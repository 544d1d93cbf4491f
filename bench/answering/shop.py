"""What is measured on: the sample shop, twenty live segments, one destination, and the ways through its quizzes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from bench.answering.sample import Sample, Value, Walk
from service.catalog.files import resource_dir
from service.catalog.loader import load_segments, read_file
from service.config import Config
from service.demo.loading import load, published, size
from service.demo.simulation import simulate
from service.domain import flow
from service.domain.answers import scale_bounds
from service.domain.quiz import SCALES, TEXTS, Item, Quiz
from service.operations import destinations, models, profiles, quizzes, segments
from service.runtime import Runtime
from service.store.migrations import migrate

SEGMENTS = 20
WEBHOOK = {"url": "http://127.0.0.1:9/hook"}
VARIANTS = 6


def config(database: str) -> Config:
    """The settings under which the product is measured: all requests come from one address, so limits are high."""
    return Config(
        database_url=database,
        shop_currency="SAR",
        shop_timezone="Asia/Riyadh",
        rate_limit_address="10000000/minute",
        rate_limit_response="10000000/minute",
        allow_private_destinations=True,
    )


def prepare(database: str, customers: int, say: Callable[[str], None]) -> Sample:
    """Fill a new database with the sample shop and bring every profile up to date."""
    runtime = Runtime(config(database))
    try:
        migrate(runtime.db)
        ctx = runtime.context(actor="bench")
        quizzes.publish_files(ctx)
        live = segments.apply(ctx, _twenty(load_segments(*read_file(resource_dir("quizzes") / "segments.yaml"))))
        destinations.add(ctx, "webhook", WEBHOOK, name="Bench", allow_private=True)
        runtime.forget()
        ctx = runtime.context(actor="bench")
        shop = simulate(until=ctx.now, customers=customers, quizzes=published(ctx))
        say(f"loading the sample shop: {customers:,} customers, {size(shop):,} rows")
        load(lambda at: runtime.context(actor="bench", at=at), shop)
        models.fit_rfm(runtime.context(actor="bench"))
        runtime.forget()
        profiles.refresh_all_due(lambda: runtime.context(actor="bench"))
        rows = runtime.db.query(
            """
            SELECT i.value FROM identities i
              JOIN purchases u ON u.customer_id = i.customer_id
             WHERE i.kind = 'email' AND u.orders > 0
             ORDER BY i.customer_id
            """
        )
        definitions = runtime.context().fresh_definitions
        asked = [definitions.quiz_version(one, definitions.live[one]) for one in ("shopping-style", "skin-match")]
        walks = tuple(walk(quiz, variant) for variant in range(VARIANTS) for quiz in asked)
        return Sample(tuple(row["value"] for row in rows), walks, len(live))
    finally:
        runtime.close()


def walk(quiz: Quiz, variant: int) -> Walk:
    """The way through a quiz of somebody who takes the option of that number at every question."""
    answers: dict[str, Value] = {}
    given = flow.walk(quiz, {})
    while given.next is not None:
        answers[given.next.id] = _value(given.next, variant)
        kept = {one: tuple(value) if isinstance(value, list) else value for one, value in answers.items()}
        given = flow.walk(quiz, kept)
    return Walk(quiz.id, tuple(answers.items()))


def _value(item: Item, variant: int) -> Value:
    if item.type in SCALES:
        low, high = scale_bounds(item)
        return low + variant % (high - low + 1)
    if item.type in TEXTS:
        return "a gift for my sister"
    if item.type == "number":
        return item.minimum or 1
    picked = item.options[variant % len(item.options)].id
    if item.type == "multiple":
        least = max(1, item.minimum or 1)
        return [picked] if least == 1 else [one.id for one in item.options if not one.exclusive][:least]
    return picked


def _twenty(documents: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    """Twenty of the starter segments from all over the file, those that ask about other segments left out."""
    alone = [one for one in documents if '"segment":' not in json.dumps(one)]
    step = len(alone) / SEGMENTS
    return [alone[int(number * step)] for number in range(SEGMENTS)]
