"""What every kind of destination offers.

To add one: copy the nearest module (``webhook.py`` for a tool that is told of events), keep to `Kind` and `Sender`,
name it in ``registry.py``, describe it in ``docs/destinations.md``, and copy ``tests/contract/test_webhook_*.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from service.domain.deliveries import Result


@dataclass(frozen=True)
class Message:
    """One message, complete: whatever may only be known at sending has been filled in.

    :param event_id: the same in every try
    :param created_at: instant of the event, not of the try
    """

    event_id: str
    type: str
    created_at: int
    data: Mapping[str, Any]


class Sender(Protocol):
    """An open connection to one destination; used by one thread at a time."""

    def send(self, message: Message, now: int) -> Result:
        """Try once to send a message. Failures are results, never exceptions."""

    def close(self) -> None:
        """Let go of connections."""


class Kind(Protocol):
    """A kind of destination: how it is set up, shown, and opened."""

    def prepare(self, given: Mapping[str, Any], *, allow_private: bool) -> dict[str, Any]:
        """The complete configuration for what its owner gave.

        :raises InvalidInput: when something is missing or wrong
        """

    def describe(self, config: Mapping[str, Any]) -> str:
        """Where it sends to, in one line without secrets."""

    def open(self, config: Mapping[str, Any], *, allow_private: bool) -> Sender:
        """A sender for a prepared configuration."""
