"""What every operation is given: the database, the time, the shop, the published definitions, and who acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from service.domain.deliveries import Destination
from service.domain.models import Model
from service.domain.profiles import Rules
from service.domain.quiz import Quiz
from service.domain.text import Text
from service.store.database import Database

_EPOCH_DAY = datetime(1970, 1, 1).toordinal()
DAY = 24 * 3600 * 1_000_000


@dataclass(frozen=True)
class Shop:
    """The shop's own settings.

    :param numerals: how numbers are written in Arabic: ``arab`` (٣) or ``latn`` (3)
    """

    currency: str = "SAR"
    timezone: str = "UTC"
    name: str = "Firasa"
    languages: tuple[str, ...] = ("en", "ar")
    numerals: str = "latn"

    def day(self, instant: int) -> int:
        """The shop's day number (days since 1970-01-01 in its time zone) of an instant in UTC microseconds."""
        moment = datetime.fromtimestamp(instant // 1_000_000, UTC).astimezone(_zone(self.timezone))
        return moment.toordinal() - _EPOCH_DAY


@lru_cache(maxsize=16)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@dataclass(frozen=True)
class PersonaInfo:
    """A persona of the vocabulary, as shown to people.

    :param kind: ``psychographic`` or ``behavioural``
    :param portrait: triggers, responsibilities, rituals, frustrations, aspirations, goals
    :param prototype: of a discovered persona, the mean of its people on each trait
    """

    id: str
    kind: str
    name: Text
    tagline: Text
    tag: str
    portrait: Mapping[str, tuple[Text, ...]]
    prototype: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Definitions:
    """Everything published, as of one value of ``counters.definitions``.

    :param rules_revision: the value of ``counters.rules``: profiles refreshed under an older one are due
    :param live: the published version of each live quiz
    :param quiz_version: any published version; versions are immutable
    :param traits: name of each trait
    :param prototypes: the model of personas.yaml, also while a trained one is active: training is compared with it
    :param adaptive: the version by which new responses of a quiz are asked, where one is in use
    """

    revision: int
    live: Mapping[str, int]
    quiz_version: Callable[[str, int], Quiz]
    rules: Rules
    destinations: tuple[Destination, ...] = ()
    rules_revision: int = 1
    personas: Mapping[str, PersonaInfo] = field(default_factory=dict)
    traits: Mapping[str, Text] = field(default_factory=dict)
    prototypes: Model | None = None
    adaptive: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """What one operation works with.

    :param now: UTC microseconds, the same for the whole operation
    :param random: a source of unguessable text, an argument so that tests can fix it
    :param definitions: gives the published definitions; ``fresh=True`` when it must see what was just published
    """

    db: Database
    now: int
    shop: Shop
    actor: str
    load_definitions: Callable[[bool], Definitions]
    token: Callable[[], str]

    @property
    def definitions(self) -> Definitions:
        """The published definitions, at most a second old."""
        return self.load_definitions(False)

    @property
    def fresh_definitions(self) -> Definitions:
        """The published definitions as they are now."""
        return self.load_definitions(True)

    @property
    def today(self) -> int:
        """The shop's day number now."""
        return self.shop.day(self.now)
