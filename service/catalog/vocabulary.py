"""The vocabulary that quizzes and segments refer to: traits, personas and behavioural groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from service.domain.models import Model
from service.domain.personas import prototype_model
from service.domain.text import Text


@dataclass(frozen=True)
class Trait:
    """A psychographic scale from -1 (``low``) to 1 (``high``)."""

    id: str
    name: Text
    description: Text
    low: Text
    high: Text


@dataclass(frozen=True)
class Persona:
    """A psychographic persona.

    :param prototype: its point on the scales, trait -> value
    :param portrait: triggers, responsibilities, rituals, frustrations, aspirations, goals
    """

    id: str
    name: Text
    tagline: Text
    tag: str
    prototype: Mapping[str, float]
    portrait: Mapping[str, tuple[Text, ...]]


@dataclass(frozen=True)
class Group:
    """A behavioural group, read from the RFM scores."""

    id: str
    name: Text
    description: Text
    tag: str


@dataclass(frozen=True)
class Personas:
    """All of personas.yaml."""

    psychographic: tuple[Persona, ...]
    behavioural: tuple[Group, ...]

    @property
    def prototypes(self) -> dict[str, Any]:
        """The part that ``domain.personas.prototype_model`` reads."""
        return {"psychographic": [{"id": one.id, "prototype": dict(one.prototype)} for one in self.psychographic]}

    @property
    def tags(self) -> dict[str, str]:
        """Tag per persona id, of both kinds."""
        return {
            **{one.id: one.tag for one in self.psychographic},
            **{one.id: one.tag for one in self.behavioural},
        }


@dataclass(frozen=True)
class Vocabulary:
    """Traits and personas together."""

    traits: tuple[Trait, ...]
    personas: Personas

    @cached_property
    def model(self) -> Model:
        """The classifier of the prototypes, which serves until a trained one is active."""
        return prototype_model(self.personas.prototypes, [trait.id for trait in self.traits])
