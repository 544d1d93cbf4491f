"""A webhook signed the Standard Webhooks way: any program can take it and check where it came from."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from service.destinations import http
from service.destinations.base import Message, Sender
from service.domain.deliveries import SECOND, Result
from service.domain.errors import FirasaError, InvalidInput

PREFIX = "whsec_"
SHORTEST_KEY, LONGEST_KEY = 24, 64
TOLERANCE_SECONDS = 300
MOST_BYTES = 20_000


class BadSignature(FirasaError):
    """A message that cannot be shown to come from the holder of the secret."""


class Webhook:
    """The kind of destination ``webhook``.

    Its configuration is ``{"url": …, "secrets": [{"secret": …, "until": instant or null}]}``: the first secret is the
    current one, the others still sign until their time is over, so a receiver can change without missing anything.
    """

    def prepare(self, given: Mapping[str, Any], *, allow_private: bool) -> dict[str, Any]:
        """Check address and secret; without a secret a new one is made.

        :raises InvalidInput: when either cannot be used
        """
        url = http.check_url(str(given.get("url") or ""), allow_private=allow_private)
        secret = str(given.get("secret") or "") or new_secret()
        key(secret)
        return {"url": url, "secrets": [{"secret": secret, "until": None}]}

    def describe(self, config: Mapping[str, Any]) -> str:
        """The address. What follows a ``?`` is left out: some tools keep a password there."""
        return str(config["url"]).split("?")[0]

    def open(self, config: Mapping[str, Any], *, allow_private: bool) -> Sender:
        """A sender with a connection of its own."""
        return _Sender(config, allow_private=allow_private)


class _Sender:
    def __init__(self, config: Mapping[str, Any], *, allow_private: bool) -> None:
        self._config = config
        self._session = http.open_session(allow_private=allow_private)

    def send(self, message: Message, now: int) -> Result:
        body = encode(message)
        if len(body) > MOST_BYTES:
            return Result("refused", error=f"the message has {len(body)} bytes, more than {MOST_BYTES}")
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message.event_id,
            "webhook-timestamp": str(now // SECOND),
            "webhook-signature": sign(working_secrets(self._config, now), message.event_id, now // SECOND, body),
        }
        return http.post(self._session, self._config["url"], body, headers, now)

    def close(self) -> None:
        self._session.close()


KIND = Webhook()


def encode(message: Message) -> bytes:
    """The body: ``type``, ``timestamp`` (of the event, ISO 8601 in UTC) and ``data``."""
    at = datetime.fromtimestamp(message.created_at / SECOND, UTC).isoformat(timespec="milliseconds")
    body = {"type": message.type, "timestamp": at.replace("+00:00", "Z"), "data": message.data}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def new_secret() -> str:
    """A random secret of 32 bytes."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def rotate(config: Mapping[str, Any], secret: str, now: int, until: int) -> dict[str, Any]:
    """The configuration with a new current secret; the others sign until ``until``, or until their own earlier end.

    :raises InvalidInput: when the secret cannot be used
    """
    key(secret)
    old = [
        {"secret": item["secret"], "until": min(item["until"] or until, until)}
        for item in config["secrets"]
        if item["secret"] != secret and (item["until"] is None or item["until"] > now)
    ]
    return {**config, "secrets": [{"secret": secret, "until": None}, *old]}


def working_secrets(config: Mapping[str, Any], now: int) -> list[str]:
    """The secrets that sign at an instant, the current one first."""
    return [item["secret"] for item in config["secrets"] if item["until"] is None or item["until"] > now]


def sign(signing: Iterable[str], event_id: str, timestamp: int, body: bytes) -> str:
    """The header ``webhook-signature``: one ``v1`` signature for each secret.

    :param timestamp: seconds since 1970, of this try
    """
    return " ".join(f"v1,{_signature(secret, event_id, str(timestamp), body)}" for secret in signing)


def verify(known: Sequence[str], headers: Mapping[str, str], body: bytes, now: int) -> str:
    """Check a message that came in.

    :param known: secrets, any of which may have signed
    :param now: instant of its arrival
    :returns: its id: a message with an id seen before is a repetition
    :raises BadSignature: when a header is missing, the time is more than five minutes off, or no signature fits
    """
    given = {name.lower(): value for name, value in headers.items()}
    event_id, timestamp = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    signatures = given.get("webhook-signature", "").split()
    if not (event_id and timestamp and signatures):
        raise BadSignature("a header is missing: webhook-id, webhook-timestamp and webhook-signature are needed")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 13):
        raise BadSignature("webhook-timestamp is not a number of seconds")
    if abs(int(timestamp) - now // SECOND) > TOLERANCE_SECONDS:
        raise BadSignature("the message is more than five minutes old, or from the future")
    expected = [f"v1,{_signature(secret, event_id, timestamp, body)}" for secret in known]
    # Compared as bytes, since compare_digest refuses text that is not ASCII.
    if not any(hmac.compare_digest(a.encode(), b.encode()) for a in expected for b in signatures):
        raise BadSignature("no signature fits the secret")
    return event_id


def key(secret: str) -> bytes:
    """The bytes of a secret.

    :raises InvalidInput: when it is not ``whsec_`` and the base64 of 24 to 64 bytes
    """
    text = secret.removeprefix(PREFIX)
    try:
        found = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if not secret.startswith(PREFIX) or not SHORTEST_KEY <= len(found) <= LONGEST_KEY:
        raise InvalidInput(
            f"a secret is {PREFIX} and the base64 of {SHORTEST_KEY} to {LONGEST_KEY} random bytes;"
            " leave it out to have one made",
            "secret",
        )
    return found


def _signature(secret: str, event_id: str, timestamp: str, body: bytes) -> str:
    content = f"{event_id}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.new(key(secret), content, hashlib.sha256).digest()).decode()
