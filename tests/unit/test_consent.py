"""Who may be contacted, decided from everything they said."""

from __future__ import annotations

import pytest

from service.domain.consent import ConsentEvent, Proof, State, Suppression, may_contact


def said(*events: tuple[State, Proof]) -> list[ConsentEvent]:
    return [ConsentEvent("email", state, proof, at) for at, (state, proof) in enumerate(events)]


def test_silence_is_not_consent() -> None:
    permission = may_contact([], [], "email")
    assert (permission.allowed, permission.reason) == (False, "never_asked")


@pytest.mark.parametrize(
    ("events", "allowed", "reason"),
    [
        ([("granted", "claimed")], True, "granted"),
        ([("granted", "verified")], True, "granted"),
        ([("granted", "verified"), ("withdrawn", "verified")], False, "withdrawn"),
        ([("granted", "verified"), ("withdrawn", "claimed")], False, "withdrawn"),
        ([("withdrawn", "verified"), ("granted", "claimed")], False, "withdrawn"),
        ([("withdrawn", "claimed"), ("granted", "claimed"), ("granted", "claimed")], False, "withdrawn"),
        ([("withdrawn", "verified"), ("granted", "verified")], True, "granted"),
        ([("withdrawn", "verified"), ("granted", "verified"), ("withdrawn", "claimed")], False, "withdrawn"),
        ([("withdrawn", "verified"), ("granted", "claimed"), ("granted", "verified")], True, "granted"),
    ],
)
def test_a_withdrawal_stands_until_a_verified_grant(
    events: list[tuple[State, Proof]], allowed: bool, reason: str
) -> None:
    permission = may_contact(said(*events), [], "email")
    assert (permission.allowed, permission.reason) == (allowed, reason)
    assert bool(permission) is allowed


def test_each_channel_has_a_consent_of_its_own() -> None:
    events = said(("granted", "verified"))
    assert not may_contact(events, [], "sms")
    withdrawn = ConsentEvent("sms", "withdrawn", "verified", 9)
    assert may_contact([*events, withdrawn], [], "email")


@pytest.mark.parametrize("channel", ["email", "any"])
def test_an_active_suppression_forbids_whatever_was_granted(channel: str) -> None:
    granted = said(("granted", "verified"))
    assert may_contact(granted, [Suppression(channel, "bounced", 5)], "email").reason == "suppressed"
    assert may_contact(granted, [Suppression(channel, "bounced", 5, lifted_at=6)], "email")


def test_a_suppression_of_another_channel_does_not_count() -> None:
    assert may_contact(said(("granted", "verified")), [Suppression("sms", "complained", 5)], "email")


def test_an_erased_person_is_erased_on_every_channel() -> None:
    permission = may_contact(said(("granted", "verified")), [Suppression("sms", "erased", 5)], "email")
    assert (permission.allowed, permission.reason) == (False, "erased")
