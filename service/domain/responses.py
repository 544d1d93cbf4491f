"""One person going through one quiz version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from service.domain.answers import AnswerValue
from service.domain.errors import StaleRevision

Status = Literal["open", "complete"]
Link = Literal["claimed", "verified"]

_NO_ANSWERS: Mapping[str, AnswerValue] = MappingProxyType({})
_NOTHING_KNOWN: Mapping[str, Any] = MappingProxyType({})
_NO_TIMES: Mapping[str, int] = MappingProxyType({})

LIFETIME = 90 * 24 * 3600 * 1_000_000
"""How long after its last change a response can be read or continued by whoever holds its id, in microseconds."""


@dataclass(frozen=True)
class Response:
    """A response with its current answers.

    :param public_id: the unguessable id that is the capability to read and continue it
    :param link: how its customer became known: ``claimed`` (typed), ``verified`` (told by the shop), or ``None``
    :param revision: counts accepted changes; an answer names the revision it was given to
    :param answers: current value per item, ``None`` for a skipped one
    :param known: facts of a customer who was known by proof when the response began; nothing of anybody else
    :param entry: where it was begun: ``inline``, ``bubble``, ``popup``, ``page``, ``email``, ``order`` …
    :param order_id: the order it is about, for questions that are asked once an order
    :param times: when each of them was given, UTC microseconds
    """

    id: int
    public_id: str
    quiz_id: str
    version: int
    lang: str
    status: Status
    revision: int
    seed: int
    started_at: int
    updated_at: int
    customer_id: int | None = None
    link: Link | None = None
    outcome: str | None = None
    completed_at: int | None = None
    answers: Mapping[str, AnswerValue] = field(default_factory=lambda: _NO_ANSWERS)
    times: Mapping[str, int] = field(default_factory=lambda: _NO_TIMES, compare=False)
    known: Mapping[str, Any] = field(default_factory=lambda: _NOTHING_KNOWN)
    entry: str = ""
    order_id: int | None = None


def check_revision(response: Response, revision: int | None) -> None:
    """Refuse an answer that was given to another state of the response; without a revision nothing is checked.

    :raises StaleRevision: with the present revision
    """
    if revision is not None and revision != response.revision:
        raise StaleRevision(
            f"the answer was given to revision {revision}, the response is at {response.revision}; read it again"
        )


def is_expired(response: Response, now: int) -> bool:
    """Whether the capability has run out."""
    return now - response.updated_at > LIFETIME
