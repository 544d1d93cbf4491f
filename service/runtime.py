"""The running service: one database, one clock, the published definitions; makes the Context of each operation."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import replace
from functools import lru_cache

import structlog

from service.catalog.files import resource_dir
from service.catalog.loader import load_personas, load_quiz, load_traits, read_file
from service.catalog.vocabulary import Personas, Vocabulary
from service.config import Config, ConfigError
from service.domain import adaptive, models, quiz_binding, rfm
from service.domain.errors import NotFound
from service.domain.personas import prototype_model
from service.domain.profiles import Rules
from service.domain.quiz import Quiz
from service.domain.text import Text
from service.operations import prospects
from service.operations import segments as segment_operations
from service.operations.context import Context, Definitions, PersonaInfo, Shop
from service.store import counters, destinations, discoveries, populations, quizzes, segments, settings
from service.store import models as stored_models
from service.store.database import Database, open_database
from service.store.discoveries import StoredPersona
from service.store.models import StoredModel

FRESH_FOR = 1.0
"""Seconds for which published definitions may be taken from memory. A profile refreshed with older ones is due again
by its own definitions number, so nothing stays behind."""

DEFAULT_CURRENCY = "SAR"
DEFAULT_TIMEZONE = "UTC"
_VERSIONS_KEPT = 512


def now() -> int:
    """UTC microseconds from the one clock."""
    return time.time_ns() // 1_000


class Runtime:
    """Holds what outlives one operation. Opens nothing before its first use; ``close()`` ends it."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.db: Database = open_database(config.database_url)
        self._lock = threading.Lock()
        self._definitions: Definitions | None = None
        self._shop: Shop | None = None
        self._checked = 0.0
        self._settled = False
        self._adaptive_order = lru_cache(maxsize=_VERSIONS_KEPT)(self._load_adaptive_order)
        self._quiz_version = lru_cache(maxsize=_VERSIONS_KEPT)(self._load_quiz_version)

    def context(self, actor: str = "system", *, at: int | None = None) -> Context:
        """What one operation works with.

        :param at: the instant to act at, UTC microseconds; the present one unless given (imports of the past, tests)
        """
        if not self._settled:
            self._settle_shop()
        self._load(fresh=False)
        return Context(
            db=self.db,
            now=now() if at is None else at,
            shop=self._shop or Shop(),
            actor=actor,
            load_definitions=self._load,
            token=lambda: secrets.token_urlsafe(18),
        )

    def forget(self) -> None:
        """Have the next operation read the shop's settings and the published definitions again."""
        with self._lock:
            self._definitions = None

    def close(self) -> None:
        """Close the database."""
        self.db.close()

    def _load(self, fresh: bool) -> Definitions:
        held = self._definitions
        if held is not None and not fresh and time.monotonic() - self._checked < FRESH_FOR:
            return held
        with self._lock:
            self._shop = self._read_shop()
            revision = counters.read(self.db, "definitions")
            if self._definitions is None or self._definitions.revision != revision:
                self._definitions = self._read_definitions(revision, self._shop)
            self._checked = time.monotonic()
            return self._definitions

    def _settle_shop(self) -> None:
        """Keep the shop's currency and time zone when settings name them for the first time.

        All amounts and days in the database mean these: settings that say otherwise later are refused.

        :raises ConfigError: when a setting contradicts what is kept
        """
        given = {"shop.currency": self.config.shop_currency, "shop.timezone": self.config.shop_timezone}
        named = {name: value for name, value in given.items() if value is not None}
        kept = settings.read(self.db)
        wrong = [
            _contradiction(name, value, kept[name]) for name, value in named.items() if kept.get(name, value) != value
        ]
        if wrong:
            raise ConfigError(wrong)
        new = {name: value for name, value in named.items() if name not in kept}
        if new:
            with self.db.write("definitions") as db:
                settings.save_new(db, new, now())
                counters.bump_rules(db)
        self._settled = True

    def _read_shop(self) -> Shop:
        kept = settings.read(self.db)
        return Shop(
            currency=self.config.shop_currency or kept.get("shop.currency") or DEFAULT_CURRENCY,
            timezone=self.config.shop_timezone or kept.get("shop.timezone") or DEFAULT_TIMEZONE,
            name=kept.get("shop.name", "Firasa"),
            numerals=kept.get("shop.numerals", "latn"),
        )

    def _read_definitions(self, revision: int, shop: Shop) -> Definitions:
        vocabulary = _vocabulary()
        trained = stored_models.active(self.db, "psychographic")
        named = [one for one in discoveries.personas(self.db) if one.status == "live"]
        fitted = stored_models.active(self.db, "rfm")
        return Definitions(
            revision=revision,
            rules_revision=counters.read(self.db, "rules"),
            live=quizzes.live_versions(self.db),
            quiz_version=self._quiz_version,
            rules=Rules(
                segments=segment_operations.load_rules(segments.listing(self.db), shop.currency, shop.timezone),
                psychographic=_trained(trained) or _prototypes(),
                lookalike=_trained(stored_models.active(self.db, "lookalike")),
                rfm=_fitted(fitted),
                behaviour=prospects.in_use(self.db),
                persona_tags={**vocabulary.personas.tags, **{one.id: one.body["tag"] for one in named}},
                cuts=populations.cuts(self.db),
            ),
            destinations=tuple(destinations.listing(self.db)),
            personas={**_persona_infos(vocabulary.personas), **{one.id: _named_info(one) for one in named}},
            traits={one.id: one.name for one in vocabulary.traits},
            prototypes=_prototypes(),
            adaptive=stored_models.active_adaptive(self.db),
        )

    def _load_quiz_version(self, quiz_id: str, version: int) -> Quiz:
        stored = quizzes.version(self.db, quiz_id, version)
        shop = self._shop or Shop()
        quiz = quiz_binding.bind(load_quiz(stored.body, version=version), shop.currency, shop.timezone)
        return replace(quiz, adaptive=lambda order: self._adaptive_order(quiz_id, order))

    def _load_adaptive_order(self, quiz_id: str, version: int) -> adaptive.Model:
        stored = stored_models.get(self.db, f"adaptive:{quiz_id}", version)
        if stored is None:
            raise NotFound("model", f"the quiz '{quiz_id}' has no adaptive order {version}")
        return adaptive.load(stored.body, version=version)


def _contradiction(name: str, given: str, kept: str) -> str:
    setting = {"shop.currency": "SHOP_CURRENCY", "shop.timezone": "SHOP_TIMEZONE"}[name]
    return (
        f"{setting}: is {given}, but all amounts and days in this database are counted in {kept}; set it to {kept} or"
        " leave it out, or use another DATABASE_URL"
    )


@lru_cache(maxsize=1)
def _vocabulary() -> Vocabulary:
    """Traits and personas as the files beside the quizzes describe them."""
    folder = resource_dir("quizzes")
    traits = load_traits(*read_file(folder / "traits.yaml", "traits.yaml"))
    personas = load_personas(*read_file(folder / "personas.yaml", "personas.yaml"), traits=traits)
    return Vocabulary(traits, personas)


@lru_cache(maxsize=1)
def _prototypes() -> models.Model:
    """The classifier that serves until a trained one is active."""
    vocabulary = _vocabulary()
    return prototype_model(vocabulary.personas.prototypes, [trait.id for trait in vocabulary.traits])


def _trained(stored: StoredModel | None) -> models.Model | None:
    """The trained model in use. One that another release wrote is left alone, and said: prototypes serve instead."""
    try:
        return models.load(stored.body, version=stored.version) if stored else None
    except models.ModelFormatError as error:
        structlog.get_logger().warning("model_unreadable", problem=str(error))
        return None


def _fitted(stored: StoredModel | None) -> rfm.RfmModel | None:
    """The cut points in use. Those that another release wrote are left alone, and said: the next fit replaces them."""
    try:
        return rfm.load(stored.body, version=stored.version) if stored else None
    except rfm.RfmFormatError as error:
        structlog.get_logger().warning("model_unreadable", problem=str(error))
        return None


def _persona_infos(personas: Personas) -> dict[str, PersonaInfo]:
    by_answers = [
        PersonaInfo(one.id, "psychographic", one.name, one.tagline, one.tag, one.portrait)
        for one in personas.psychographic
    ]
    by_purchases = [
        PersonaInfo(one.id, "behavioural", one.name, one.description, one.tag, {}) for one in personas.behavioural
    ]
    return {one.id: one for one in (*by_answers, *by_purchases)}


def _named_info(named: StoredPersona) -> PersonaInfo:
    """A persona that the marketer named, in place of one of personas.yaml of the same id."""
    body = named.body
    portrait = {
        part: tuple(Text(entry["text"]) for entry in entries) for part, entries in body.get("portrait", {}).items()
    }
    return PersonaInfo(
        named.id,
        "psychographic",
        Text(body["name"]),
        Text(body.get("tagline", {})),
        body["tag"],
        portrait,
        {trait: float(value) for trait, value in body.get("prototype", {}).items()},
    )
