"""The pages for shoppers over HTTP, on both databases: the hosted quiz as forms, the chat's file, drawn products."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.contract.api_world import application

PAGE = "/q/skin-match"


@pytest.fixture
def client(database_url: str) -> Iterator[FlaskClient]:
    with application(database_url, demo=True) as client:
        yield client


def fields(page: TestResponse) -> dict[str, str]:
    """The hidden fields that carry the conversation."""
    found = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    return {name: found[name] for name in ("response_id", "visit", "revision", "item_id") if name in found}


def begin(client: FlaskClient, lang: str = "en") -> dict[str, str]:
    return fields(client.post(PAGE, data={"lang": lang, "visit": "visit-1"}))


def test_the_page_tells_nobody_where_it_is(client: FlaskClient) -> None:
    for page in (client.get(PAGE), client.post(PAGE, data={"lang": "en"}), client.get("/shop/")):
        assert page.status_code == 200
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"]
        assert not re.search(r'\sstyle="|<script>|\son\w+="', page.text)
        assert "Set-Cookie" not in page.headers


def test_the_id_of_a_response_is_in_no_address(client: FlaskClient) -> None:
    carried = begin(client)
    page = client.post(PAGE, data={**carried, "value": "me"})
    addresses = re.findall(r'(?:href|src|action)="([^"]*)"', page.text)
    assert carried["response_id"] not in " ".join(addresses)


def test_the_same_form_twice_is_one_answer(client: FlaskClient) -> None:
    carried = begin(client)
    first = client.post(PAGE, data={**carried, "value": "me"})
    again = client.post(PAGE, data={**carried, "value": "me"})
    assert fields(first) == fields(again)
    assert fields(again)["revision"] == "1"


def test_an_old_form_with_another_answer_shows_where_the_conversation_stands(client: FlaskClient) -> None:
    carried = begin(client)
    client.post(PAGE, data={**carried, "value": "me"})
    late = client.post(PAGE, data={**carried, "value": "home"})
    assert "went on in another window" in late.text
    assert fields(late)["item_id"] == "skin_type"


def test_a_wrong_answer_is_said_beside_its_question(client: FlaskClient) -> None:
    carried = begin(client, "ar")
    refused = client.post(PAGE, data={**carried, "value": "nobody"})
    assert 'role="alert">المطلوب اختيار واحد من الخيارات' in refused.text
    missing = client.post(PAGE, data=carried)
    assert 'role="alert">هذا السؤال يحتاج إلى إجابة' in missing.text


@pytest.mark.parametrize(
    "form",
    [
        {"response_id": "r_unknown", "item_id": "for_whom", "value": "me"},
        {"response_id": "a\x00b", "change": "x"},
        {"response_id": "r_unknown", "phone": "1" * 5000},
        {"response_id": "r_unknown", "email": "a@b.c\x00"},
        {"response_id": "x" * 100, "lang": "en"},
        {"visit": "\x00", "lang": "xx\x00"},
    ],
)
def test_a_conversation_that_is_not_there_becomes_a_new_one(client: FlaskClient, form: dict[str, str]) -> None:
    page = client.post(PAGE, data=form)
    assert page.status_code == 200
    assert fields(page)["revision"] == "0"


def test_what_cannot_be_kept_is_refused(client: FlaskClient) -> None:
    carried = begin(client)
    for extra in (
        {"value": "\x00"},
        {"value": "me", "item_id": "\x00"},
        {"change": "\x00"},
        {"email": "\x00@example.com"},
        {"value": "me", "revision": "9" * 40},
        {"value": "me", "revision": "²"},
    ):
        assert client.post(PAGE, data={**carried, **extra}).status_code == 200
    assert client.post("/q/nothing", data={"lang": "en"}).status_code == 404
    assert client.get("/q/nothing").status_code == 404


def test_products_are_drawn_for_any_shop(client: FlaskClient) -> None:
    drawn = client.get("/widget/pictures/jar/some-cream.svg")
    assert drawn.mimetype == "image/svg+xml"
    assert drawn.text == client.get("/widget/pictures/jar/some-cream.svg").text
    assert client.get("/widget/pictures/castle/some-cream.svg").status_code == 404
    assert client.get("/widget/pictures/jar/a%22b.svg").status_code == 404


def test_the_demo_shop_is_there_only_in_the_demo(client: FlaskClient, database_url: str) -> None:
    assert client.get("/").location == "/shop/"
    assert client.get("/shop/no-such-thing").status_code == 404
    with application(database_url) as plain:
        assert plain.get("/shop/").status_code == 404
        assert plain.get("/").location == "/admin/"
