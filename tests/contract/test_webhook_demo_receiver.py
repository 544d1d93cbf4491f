"""The demo's receiver: takes what is signed, keeps what it acknowledged, shows the newest state."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.demo.audience import FILE, Audience
from service.demo.receiver import create_receiver, now
from service.demo.receiver_texts import TEXTS
from service.destinations.webhook import sign
from service.domain.deliveries import SECOND

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Tool:
    """A receiver in a folder, with a client."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.app: Flask = create_receiver(folder, [SECRET], **options)
        self.client: FlaskClient = self.app.test_client()

    def post(self, event: object, *, secret: str = SECRET, at: int | None = None) -> TestResponse:
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        timestamp = (at or now()) // SECOND
        headers = {
            "webhook-id": "evt_1",
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign([secret], "evt_1", timestamp, body),
        }
        return self.client.post("/hook", data=body, headers=headers)

    def tell(self, customer: str = "c_1", sequence: int = 1, **data: Any) -> TestResponse:
        filled: dict[str, Any] = {
            "customer_id": customer,
            "email": None,
            "added": [],
            "removed": [],
            "tags": [],
            "sequence": sequence,
        }
        return self.post({"type": "customer.tags_changed", "timestamp": "", "data": {**filled, **data}})

    def customers(self) -> Any:
        return self.client.get("/customers.json").get_json()

    def page(self, address: str = "/?lang=en") -> str:
        response = self.client.get(address)
        assert response.status_code == 200
        return response.get_data(as_text=True)

    def close(self) -> None:
        self.app.extensions["audience"].close()


@pytest.fixture
def tool(tmp_path: Path) -> Iterator[Tool]:
    made = Tool(tmp_path / "tool", allow_failures=True)
    yield made
    made.close()


def test_what_is_signed_is_kept_and_shown(tool: Tool) -> None:
    assert tool.tell("c_10", tags=["b"], email="ten@example.com").status_code == 204
    assert tool.tell("c_9", tags=["a", "b"]).status_code == 204
    assert tool.customers() == [
        {"customer_id": "c_9", "email": None, "tags": ["a", "b"]},
        {"customer_id": "c_10", "email": "ten@example.com", "tags": ["b"]},
    ]


def test_a_bad_signature_is_refused_and_counted(tool: Tool) -> None:
    event = {"type": "customer.tags_changed", "data": {}}
    assert tool.post(event, secret="whsec_" + "A" * 32).status_code == 401
    assert tool.post(event, at=now() - 400 * SECOND).status_code == 401
    assert tool.client.post("/hook", json=event).status_code == 401
    assert tool.customers() == []
    assert re.search(r'class="bad"><dt>Refused messages</dt><dd>3<', tool.page())


@pytest.mark.parametrize(
    "event",
    [
        b"{",
        [],
        {"type": "customer.tags_changed"},
        {"type": "customer.tags_changed", "data": {"customer_id": 4}},
        {"type": "customer.tags_changed", "data": {"customer_id": "c_1", "sequence": 1, "tags": "a"}},
    ],
)
def test_what_is_signed_but_no_event_is_a_bad_request(tool: Tool, event: object) -> None:
    assert tool.post(event).status_code == 400


def test_an_event_of_another_type_is_taken_and_passed_over(tool: Tool) -> None:
    assert tool.post({"type": "firasa.ping", "data": {}}).status_code == 204
    assert tool.customers() == []


def test_an_older_event_never_replaces_a_newer_one(tool: Tool) -> None:
    tool.tell(sequence=2, tags=["new"], email=None)
    assert tool.tell(sequence=1, tags=["old"], email="old@example.com").status_code == 204
    assert tool.tell(sequence=2, tags=["new"]).status_code == 204
    assert tool.customers() == [{"customer_id": "c_1", "email": None, "tags": ["new"]}]


def test_what_was_acknowledged_is_there_after_a_restart(tool: Tool, tmp_path: Path) -> None:
    for sequence in range(1, 4):
        tool.tell(sequence=sequence, tags=[f"t{sequence}"], email="سارة@example.com")
    before = tool.customers()
    again = Tool(tmp_path / "tool")
    assert again.customers() == before
    assert (tmp_path / "tool" / FILE).read_bytes().count(b"\n") == 1  # only the newest is kept at a start
    again.tell(sequence=4, tags=["t4"])
    again.close()
    with closing(Audience(tmp_path / "tool")) as audience:
        assert audience.contacts["c_1"].tags == ("t4",)


def test_a_line_that_a_crash_cut_off_harms_nothing(tool: Tool, tmp_path: Path) -> None:
    tool.tell("c_1", tags=["a"])
    tool.tell("c_2", tags=["b"])
    file = tmp_path / "tool" / FILE
    file.write_bytes(file.read_bytes()[:-9])
    again = Tool(tmp_path / "tool")
    assert [each["customer_id"] for each in again.customers()] == ["c_1"]
    again.tell("c_2", tags=["b"])
    again.close()
    with closing(Audience(tmp_path / "tool")) as audience:
        assert sorted(audience.contacts) == ["c_1", "c_2"]


def test_failures_can_be_rehearsed(tool: Tool, tmp_path: Path) -> None:
    assert tool.client.post("/_fail", json={"status": 503, "times": 2, "retry_after": 7}).status_code == 204
    first, second, third = tool.tell(), tool.tell(), tool.tell()
    assert [each.status_code for each in (first, second, third)] == [503, 503, 204]
    assert first.headers["Retry-After"] == "7"
    ordinary = Tool(tmp_path / "other")
    assert ordinary.client.post("/_fail", json={"status": 503}).status_code in (404, 405)
    ordinary.close()


def test_the_page_teaches_while_it_is_empty(tool: Tool) -> None:
    assert TEXTS["en"]["empty_title"] in tool.page()
    assert TEXTS["ar"]["empty_title"] in tool.page("/?lang=ar")


def test_the_page_shows_what_came_in_both_languages(tool: Tool) -> None:
    tool.tell("c_1", tags=["dry-skin", "explorer"], added=["explorer"], removed=["deal-seeker"], email="s@example.com")
    tool.tell("c_2", tags=[])
    english, arabic = tool.page(), tool.page("/?lang=ar")
    for page in (english, arabic):
        for word in ("s@example.com", "dry-skin", "explorer", "<s><bdi", "c_2"):
            assert word in page
    assert '<html lang="en" dir="ltr">' in english
    assert '<html lang="ar" dir="rtl">' in arabic
    assert "just now" in english
    assert TEXTS["ar"]["no_tags"] in arabic


def test_both_languages_have_every_word() -> None:
    assert TEXTS["en"].keys() == TEXTS["ar"].keys()
    assert all(TEXTS["ar"].values())


def test_contacts_are_found_by_address_number_and_tag(tool: Tool) -> None:
    tool.tell("c_1", tags=["dry-skin"], email="Sara@example.com")
    tool.tell("c_2", tags=["whale"])
    assert 'id="c_1"' in tool.page("/?lang=en&q=sara")
    assert 'id="c_2"' not in tool.page("/?lang=en&q=sara")
    assert 'id="c_2"' in tool.page("/?lang=en&tag=whale")
    nobody = tool.page("/?lang=en&q=zzz")
    assert "Nobody fits" in nobody
    assert "Show everyone" in nobody


def test_many_contacts_come_in_pages(tool: Tool) -> None:
    for number in range(120):
        tool.tell(f"c_{number}", tags=["a"])
    assert "1–50 of 120" in tool.page()
    assert "101–120 of 120" in tool.page("/?lang=en&page=3")
    assert "101–120 of 120" in tool.page("/?lang=en&page=99")


def test_what_comes_in_is_shown_as_text_and_never_as_markup(tool: Tool) -> None:
    tool.tell("c_1", tags=["<script>alert(1)</script>"], email="<img src=x>@example.com")
    page = tool.page("/?lang=en&q=%3Cb%3E&tag=%3Ci%3E") + tool.page()
    for word in ("<script>alert", "<img src=x", "<b>", "<i>"):
        assert word not in page
    assert "script-src 'self'" in tool.client.get("/").headers["Content-Security-Policy"]


def test_a_body_that_is_too_long_is_refused(tool: Tool) -> None:
    assert tool.post(b"x" * 70_000).status_code == 413


def test_the_version_changes_with_every_event(tool: Tool) -> None:
    before = tool.client.get("/version").get_json()["version"]
    tool.tell()
    assert tool.client.get("/version").get_json()["version"] != before
