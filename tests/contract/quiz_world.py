"""A small published world for tests of responses and profiles: one quiz, some segments, cut points, a destination."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from service.domain.conditions import Leaf
from service.domain.deliveries import Destination
from service.domain.models import Model
from service.domain.personas import prototype_model
from service.domain.profiles import Rules
from service.domain.quiz import Quiz
from service.domain.rfm import Buyer, fit
from service.domain.segments import Segment
from service.domain.text import Text
from service.operations.context import Context, Definitions
from service.store import destinations
from service.store.database import Database
from tests.unit.sample_quiz import QUIZ

DRY = Segment(
    id="dry-skin",
    name=Text({"en": "Dry skin", "ar": "بشرة جافة"}),
    description=Text(),
    tag="segment-dry-skin",
    when=Leaf("answer.sample.skin", "eq", "dry"),
    bound=Leaf("answer.sample.skin", "eq", "dry"),
    version=1,
)
BUYERS = replace(
    DRY, id="buyers", tag="segment-buyers", when=Leaf("orders.count", "gte", 1), bound=Leaf("orders.count", "gte", 1)
)


def prototypes() -> Model:
    """Two personas over the traits that the sample quiz scores."""
    personas = [
        {"id": "carer", "prototype": {"care": 1.0, "price": 1.0}},
        {"id": "saver", "prototype": {"care": -1.0, "price": -1.0}},
    ]
    return replace(prototype_model({"psychographic": personas}, ["care", "price"]), minimum_evidence=1)


@dataclass
class World:
    """What is published; ``publish`` writes it and gives a Context that sees it."""

    quiz: Quiz = QUIZ
    segments: Sequence[Segment] = (DRY, BUYERS)
    model: Model | None = field(default_factory=prototypes)
    destinations: tuple[Destination, ...] = ()

    def publish(self, ctx: Context, *, webhooks: int = 1) -> Context:
        """Write quiz, segments and destinations; the Context has a clock of its own by ``replace(ctx, now=…)``."""
        with ctx.db.write() as db:
            _publish_quiz(db, self.quiz, ctx.now)
            for one in self.segments:
                _publish_segment(db, one, ctx.now)
            for number in range(webhooks):
                destinations.add(db, kind="dry_run", name=f"tool {number}", config={}, now=ctx.now)
        self.destinations = tuple(destinations.listing(ctx.db))
        return replace(ctx, load_definitions=lambda fresh: self.definitions())

    def definitions(self) -> Definitions:
        buyers = [Buyer(days=days, orders=1 + days % 4, revenue=1000 * days) for days in range(1, 60)]
        rules = Rules(
            segments=tuple(self.segments),
            psychographic=self.model,
            rfm=fit(buyers, fitted_at=0),
            persona_tags={"carer": "persona-carer", "saver": "persona-saver"},
        )
        return Definitions(
            revision=1,
            live={self.quiz.id: self.quiz.version},
            quiz_version=lambda quiz_id, version: self.quiz,
            rules=rules,
            destinations=self.destinations,
        )


def rows(db: Database, sql: str, **params: Any) -> list[dict[str, Any]]:
    return db.query(sql, params)


def _publish_quiz(db: Database, quiz: Quiz, now: int) -> None:
    columns = ("id", "kind", "owner", "status", "version", "created_at")
    db.insert_rows("quizzes", columns, [(quiz.id, quiz.kind, "file", "live", quiz.version, now)])
    version = ("quiz_id", "version", "digest", "body", "published_at")
    db.insert_rows("quiz_versions", version, [(quiz.id, quiz.version, "d", "{}", now)])


def _publish_segment(db: Database, segment: Segment, now: int) -> None:
    columns = ("id", "version", "status", "owner", "body", "created_at", "changed_at")
    db.insert_rows("segments", columns, [(segment.id, segment.version, "live", "file", "{}", now, now)])
