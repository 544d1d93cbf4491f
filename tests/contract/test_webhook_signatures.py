"""Webhooks as Standard Webhooks says: the published vector, the package that verifies them, and our own check."""

from __future__ import annotations

import base64
import json
import time

import pytest
import standardwebhooks

from service.destinations import webhook
from service.destinations.base import Message
from service.domain.deliveries import SECOND
from service.domain.errors import InvalidInput
from tests.contract.webhook_receiver import Receiver, receiving

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_" + base64.b64encode(bytes(range(32))).decode()


def now() -> int:
    return time.time_ns() // 1000


def message(**data: object) -> Message:
    return Message("evt_1", "customer.tags_changed", 1_780_300_800_123_456, data)


def send(receiver: Receiver, config: dict[str, object], at: int, **data: object) -> None:
    sender = webhook.KIND.open({"url": receiver.url, **config}, allow_private=True)
    assert sender.send(message(**data), at).outcome == "delivered"
    sender.close()


def test_the_published_vector() -> None:
    event_id, at, body = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    signature = webhook.sign([SECRET], event_id, at, body)
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    headers = {"webhook-id": event_id, "webhook-timestamp": str(at), "webhook-signature": signature}
    assert webhook.verify([SECRET], headers, body, at * SECOND) == event_id


def test_what_is_sent_is_verified_by_the_package_of_the_standard() -> None:
    at = now()
    with receiving() as receiver:
        send(
            receiver, {"secrets": [{"secret": SECRET, "until": None}]}, at, customer_id="c_1", email="سارة@example.com"
        )
    (received,) = receiver.received
    body = standardwebhooks.Webhook(SECRET).verify(received.body, received.headers)
    assert body == {
        "type": "customer.tags_changed",
        "timestamp": "2026-06-01T08:00:00.123Z",
        "data": {"customer_id": "c_1", "email": "سارة@example.com"},
    }
    assert received.headers["webhook-id"] == "evt_1"
    assert received.headers["webhook-timestamp"] == str(at // SECOND)
    assert received.headers["Content-Type"] == "application/json"


def test_while_secrets_change_both_sign() -> None:
    at = now()
    config = {"secrets": [{"secret": SECRET, "until": None}]}
    changed = webhook.rotate(config, OTHER, at, at + 60 * SECOND)
    with receiving() as receiver:
        send(receiver, changed, at)
        send(receiver, changed, at + 61 * SECOND)
    during, after = receiver.received
    for secret in (SECRET, OTHER):
        standardwebhooks.Webhook(secret).verify(during.body, during.headers)
    standardwebhooks.Webhook(OTHER).verify(after.body, after.headers)
    with pytest.raises(standardwebhooks.webhooks.WebhookVerificationError):
        standardwebhooks.Webhook(SECRET).verify(after.body, after.headers)


def test_changing_twice_keeps_no_secret_longer_than_it_was_to_last() -> None:
    third = webhook.new_secret()
    once = webhook.rotate({"secrets": [{"secret": SECRET, "until": None}]}, OTHER, 100, 200)
    twice = webhook.rotate(once, third, 150, 250)
    assert [(each["secret"], each["until"]) for each in twice["secrets"]] == [
        (third, None),
        (OTHER, 250),
        (SECRET, 200),
    ]
    assert webhook.working_secrets(twice, 220) == [third, OTHER]


def test_a_new_secret_is_one_the_standard_takes() -> None:
    made = webhook.new_secret()
    assert made.startswith("whsec_")
    assert len(webhook.key(made)) == 32
    assert made != webhook.new_secret()


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "secret",
        "whsec_",
        "whsec_short",
        "whsec_" + "A" * 100,
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_é" + "A" * 31,
    ],
)
def test_a_weak_or_broken_secret_is_refused(secret: str) -> None:
    with pytest.raises(InvalidInput):
        webhook.key(secret)


def signed(body: bytes = b"{}", at: int = 1_700_000_000) -> dict[str, str]:
    signature = webhook.sign([SECRET], "evt_1", at, body)
    return {"Webhook-Id": "evt_1", "Webhook-Timestamp": str(at), "Webhook-Signature": signature}


def test_a_signature_among_others_is_found() -> None:
    headers = signed()
    headers["Webhook-Signature"] = f"v1a,xyz v1,AAAA {headers['Webhook-Signature']} nonsense é"
    assert webhook.verify([OTHER, SECRET], headers, b"{}", 1_700_000_000 * SECOND) == "evt_1"


@pytest.mark.parametrize("seconds", [-301, 301])
def test_an_old_message_is_refused(seconds: int) -> None:
    with pytest.raises(webhook.BadSignature, match="five minutes"):
        webhook.verify([SECRET], signed(), b"{}", (1_700_000_000 + seconds) * SECOND)


@pytest.mark.parametrize(
    "change",
    [
        {"Webhook-Id": "evt_2"},
        {"Webhook-Id": ""},
        {"Webhook-Timestamp": "1700000001"},
        {"Webhook-Timestamp": "soon"},
        {"Webhook-Timestamp": "١٧٠٠٠٠٠٠٠٠"},
        {"Webhook-Timestamp": "-1700000000"},
        {"Webhook-Signature": ""},
        {"Webhook-Signature": "v1,"},
        {"Webhook-Signature": "é"},
    ],
)
def test_whatever_is_changed_the_message_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(webhook.BadSignature):
        webhook.verify([SECRET], {**signed(), **change}, b"{}", 1_700_000_000 * SECOND)


def test_a_changed_body_or_another_secret_is_refused() -> None:
    at = 1_700_000_000 * SECOND
    for known, body in (([SECRET], b"{ }"), ([OTHER], b"{}"), ([], b"{}")):
        with pytest.raises(webhook.BadSignature):
            webhook.verify(known, signed(), body, at)


def test_the_fullest_message_stays_under_twenty_thousand_bytes() -> None:
    from service.domain.tags import LONGEST_TAG, MOST_TAGS

    old = [f"{number:03}".ljust(LONGEST_TAG, "a") for number in range(MOST_TAGS)]
    new = [f"{number:03}".ljust(LONGEST_TAG, "b") for number in range(MOST_TAGS)]
    data = {
        "customer_id": f"c_{2**63 - 1}",
        "email": "ع" * 64 + "@" + "a" * 189,
        "added": new,
        "removed": old,
        "tags": new,
        "sequence": 2**63 - 1,
    }
    assert len(webhook.encode(message(**data))) < 20_000


def test_a_message_that_is_too_long_is_refused_and_not_sent() -> None:
    with receiving() as receiver:
        sender = webhook.KIND.open(
            {"url": receiver.url, "secrets": [{"secret": SECRET, "until": None}]}, allow_private=True
        )
        result = sender.send(message(note="x" * 20_000), now())
        sender.close()
    assert (result.outcome, receiver.received) == ("refused", [])


def test_the_address_is_shown_without_what_may_be_a_password() -> None:
    config = webhook.KIND.prepare({"url": "https://example.com/hook?token=1"}, allow_private=False)
    assert webhook.KIND.describe(config) == "https://example.com/hook"
    assert json.dumps(config).count("whsec_") == 1
