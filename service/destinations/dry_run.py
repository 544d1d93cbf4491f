"""A rehearsal: goes all the way of a real destination and keeps what it would have sent, but sends nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from service.destinations.base import Message, Sender
from service.domain.deliveries import Result
from service.domain.errors import InvalidInput


class DryRun:
    """The kind of destination ``dry_run``: needs nothing but a name."""

    def prepare(self, given: Mapping[str, Any], *, allow_private: bool) -> dict[str, Any]:
        """An empty configuration.

        :raises InvalidInput: when an address or a secret was given, which would never be used
        """
        for name, value in given.items():
            if value:
                raise InvalidInput(f"a dry run sends nothing and takes no {name}", name)
        return {}

    def describe(self, config: Mapping[str, Any]) -> str:
        """Says that nothing is sent."""
        return "(rehearsal, nothing is sent)"

    def open(self, config: Mapping[str, Any], *, allow_private: bool) -> Sender:
        """A sender that keeps."""
        return _Sender()


class _Sender:
    def send(self, message: Message, now: int) -> Result:
        """The answer is the message: it is kept with the attempt. An address stays out of it, since attempts are
        kept longer than a consent may last."""
        data = dict(message.data)
        if data.get("email"):
            data["email"] = "(the address)"
        would = json.dumps({"type": message.type, "data": data}, ensure_ascii=False)
        return Result("delivered", answer=f"would send {would}")

    def close(self) -> None:
        """Nothing to let go of."""


KIND = DryRun()
