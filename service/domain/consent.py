"""Consent: who may be contacted on which channel, decided from everything they ever said about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

Channel = Literal["email", "sms"]
State = Literal["granted", "withdrawn"]
Proof = Literal["claimed", "verified"]
SuppressionReason = Literal["unsubscribed", "bounced", "complained", "erased", "manual"]
Why = Literal["granted", "never_asked", "withdrawn", "suppressed", "erased"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)


@dataclass(frozen=True)
class ConsentEvent:
    """Something a customer said about being contacted. Events are only ever added.

    :param proof: ``verified`` when it surely came from the owner of the address (a signed link, the shop's own
        record); ``claimed`` when somebody typed the address
    """

    channel: Channel
    state: State
    proof: Proof
    recorded_at: int


@dataclass(frozen=True)
class Suppression:
    """A reason not to contact somebody that stands until it is lifted.

    :param channel: ``email``, ``sms``, or ``any``
    :param lifted_at: instant since which it no longer counts, or ``None``
    """

    channel: str
    reason: SuppressionReason
    since: int
    lifted_at: int | None = None


@dataclass(frozen=True)
class Permission:
    """Whether somebody may be contacted; ``reason`` is one word to show."""

    allowed: bool
    reason: Why

    def __bool__(self) -> bool:
        return self.allowed


def may_contact(events: Iterable[ConsentEvent], suppressions: Iterable[Suppression], channel: Channel) -> Permission:
    """Whether a customer may be contacted on a channel now.

    1. An active suppression forbids it, whatever else was said; an erased person is erased on every channel.
    2. Without an explicit grant nobody is contacted: silence is not consent, nor is an order.
    3. A withdrawal, by whomever, stands until a *verified* grant after it. A grant that was only typed cannot lift it,
       or anybody could sign somebody else up again.

    :param events: everything said, in the order it was recorded; other channels are passed over
    """
    blocking = {item.reason for item in suppressions if item.lifted_at is None and _covers(item, channel)}
    if blocking:
        return Permission(False, "erased" if "erased" in blocking else "suppressed")
    said: State | None = None
    for event in events:
        if event.channel != channel:
            continue
        if event.state == "withdrawn" or said != "withdrawn" or event.proof == "verified":
            said = event.state
    if said is None:
        return Permission(False, "never_asked")
    return Permission(said == "granted", said)


def states(events: Iterable[ConsentEvent], suppressions: Iterable[Suppression]) -> dict[str, State]:
    """Per channel what conditions may read: granted or withdrawn; a channel never asked about is left out."""
    events, suppressions = tuple(events), tuple(suppressions)
    found: dict[str, State] = {}
    for channel in CHANNELS:
        permission = may_contact(events, suppressions, channel)
        if permission.reason != "never_asked":
            found[channel] = "granted" if permission.allowed else "withdrawn"
    return found


def _covers(suppression: Suppression, channel: Channel) -> bool:
    return suppression.reason == "erased" or suppression.channel in (channel, "any")
