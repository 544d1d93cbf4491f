"""Conversations that begin with a signed link, over HTTP: who is known, and that opening a link answers nothing."""

from __future__ import annotations

import csv
import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from service.cli import main
from service.domain import links
from service.domain.links import Subject
from service.operations import links as signed
from service.operations import orders, responses
from service.operations.context import Context
from service.runtime import Runtime
from service.store import customers, erasure, merges
from service.store import responses as stored
from tests.contract.api_world import application, post
from tests.contract.quiz_world import World
from tests.order_factory import order

SECRET = "a secret of the shop"
KEY = links.key(SECRET)
NEVER = 4_000_000_000


@pytest.fixture
def client(sqlite_url: str) -> Iterator[FlaskClient]:
    with application(sqlite_url, secret_key=SECRET) as client:
        yield client


def runtime(client: FlaskClient) -> Runtime:
    found: Runtime = client.application.extensions["firasa"]
    return found


def rows(client: FlaskClient, sql: str) -> list[dict[str, Any]]:
    return runtime(client).db.query(sql)


def token(subject: str, expires: int = NEVER) -> str:
    return links.sign(links.parse_subject(subject), expires, KEY)


def start(
    client: FlaskClient, token: str | None, visit: str = "visit-1", quiz: str = "after-purchase"
) -> dict[str, Any]:
    body = {"quiz": quiz, "lang": "en", "visit": visit, "token": token}
    found: dict[str, Any] = post(client, "/v1/responses", body).get_json()
    return found


def whose(client: FlaskClient) -> list[tuple[int | None, str | None]]:
    return [
        (row["customer_id"], row["link"]) for row in rows(client, "SELECT customer_id, link FROM responses ORDER BY id")
    ]


def mona(client: FlaskClient) -> int:
    with runtime(client).db.write() as db:
        found = customers.resolve(db, "shopify", "7", "mona@example.com", None, 1)
    assert found is not None
    return found


@pytest.mark.parametrize("subject", ["c_1", "shop:shopify:7", "email:mona@example.com"])
def test_a_response_belongs_by_proof_to_whom_the_shop_vouches_for(client: FlaskClient, subject: str) -> None:
    number = mona(client)
    start(client, token(subject))
    assert whose(client) == [(number, "verified")]


def test_somebody_new_to_us_is_made_a_customer(client: FlaskClient) -> None:
    start(client, token("shop:shopify:99"))
    assert rows(client, "SELECT kind, source, value, proof FROM identities") == [
        {"kind": "shop", "source": "shopify", "value": "99", "proof": "verified"}
    ]


def test_who_logs_in_on_the_way_is_known_from_then_on(client: FlaskClient) -> None:
    number = mona(client)
    first = start(client, None)
    assert whose(client) == [(None, None)]
    again = start(client, token("shop:shopify:7"))
    assert again["response_id"] == first["response_id"]
    assert whose(client) == [(number, "verified")]
    start(client, token("shop:shopify:8"))  # somebody else on the same device takes nothing over
    assert whose(client) == [(number, "verified")]


@pytest.mark.parametrize("wrong", ["c_1.4000000000.00", token("c_1", expires=1), "nonsense"])
def test_a_link_that_cannot_be_believed_is_an_anonymous_beginning(client: FlaskClient, wrong: str) -> None:
    mona(client)
    assert start(client, wrong)["status"] == "open"
    assert whose(client) == [(None, None)]


def test_the_conversation_of_a_link_is_taken_up_by_its_live_token_only(client: FlaskClient) -> None:
    mona(client)
    link = token("c_1")
    theirs = start(client, link, visit=links.visit(link))["response_id"]
    assert start(client, link, visit=links.visit(link))["response_id"] == theirs
    dead = token("c_1", expires=1)
    for wrong in (None, dead, link[:-1], token("email:eve@example.com")):
        assert start(client, wrong, visit=links.visit(link))["response_id"] != theirs
    assert start(client, dead, visit=links.visit(dead))["response_id"] != theirs
    for wrong in (dead, "nonsense"):
        page = client.get(f"/q/after-purchase?t={wrong}").text
        assert "link-" not in page
        assert wrong not in page


def test_a_conversation_begun_by_a_link_goes_on_in_another_language(client: FlaskClient) -> None:
    mona(client)
    link = token("c_1")
    visit = {"visit": links.visit(link)}
    begun = client.post("/q/after-purchase", data={**visit, "token": link, "lang": "en"}).text
    (response_id,) = set(re.findall(r'name="response_id" value="([^"]*)"', begun))
    again = client.post("/q/after-purchase", data={**visit, "response_id": response_id, "lang": "ar"})
    assert 'dir="rtl"' in again.text
    assert rows(client, "SELECT public_id, lang FROM responses") == [{"public_id": response_id, "lang": "ar"}]


def test_who_is_known_by_proof_is_found_without_a_turn_to_write(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, ctx = mona(client), runtime(client).context(actor="test")

    def refuse(key: str | None = None) -> None:
        raise AssertionError(f"waited for {key}")

    monkeypatch.setattr(ctx.db, "write", refuse)
    for subject in ("shop:shopify:7", "email:mona@example.com", "c_1"):
        assert signed.arrival(ctx, token(subject), KEY).customer_id == number
    with pytest.raises(AssertionError):
        signed.arrival(ctx, token("shop:other:7"), KEY)


@pytest.mark.parametrize("fate", ["merged", "erased"])
def test_a_response_never_joins_who_is_no_longer_there(ctx: Context, fate: str) -> None:
    world = World().publish(ctx)
    turn = responses.start(world, "sample", "en", "v")
    seen = stored.get(world.db, turn.response_id)
    assert seen is not None
    with world.db.write() as db:
        gone, kept = (customers.resolve(db, "s", str(number), None, None, 1) or 0 for number in (1, 2))
        if fate == "merged":
            merges.merge(db, kept, gone, "test", 1)
        else:
            erasure.erase(db, [gone], 1)
    assert not signed._joined(world, seen, gone)
    signed._join(world, turn.response_id, gone)
    now = stored.get(world.db, turn.response_id)
    assert now is not None
    assert now.customer_id == (kept if fate == "merged" else None)


def test_the_link_of_an_order_finds_the_order_even_when_that_arrives_later(client: FlaskClient) -> None:
    link = token("order:shopify:1001")
    start(client, link, visit=links.visit(link))
    assert whose(client) == [(None, None)]
    ctx = runtime(client).context(actor="test")
    orders.record_orders(ctx, [order("1001", shop_id="7", source="shopify")])
    start(client, link, visit=links.visit(link))
    assert [link for _, link in whose(client)] == ["verified"]


def test_opening_a_link_records_nothing_and_sending_its_answer_records_it_once(client: FlaskClient) -> None:
    number = mona(client)
    link = f"/q/after-purchase?t={token('c_1')}&a=heard:friend&lang=en"
    for _ in range(3):  # a mail scanner, a preview, a person
        page = client.get(link)
    assert rows(client, "SELECT id FROM responses") == []
    assert 'answer="heard:friend" entry="email"' in page.text
    fields = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', page.text)}
    for _ in range(2):
        sent = client.post("/q/after-purchase", data=fields)
        assert sent.status_code == 200
    assert whose(client) == [(number, "verified")]
    assert rows(client, "SELECT item_id, value FROM answers") == [{"item_id": "heard", "value": '"friend"'}]
    assert rows(client, "SELECT entry FROM responses") == [{"entry": "email"}]


def test_an_answer_that_does_not_fit_is_not_shown(client: FlaskClient) -> None:
    for answer in ("heard:nobody", "nothing:1", "heard", "<b>:1"):
        assert "given_item" not in client.get(f"/q/after-purchase?a={answer}").text


def test_links_are_made_for_those_who_may_be_written_to(
    client: FlaskClient, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = mona(client)
    with runtime(client).db.write() as db:
        customers.resolve(db, "shopify", "7", "=mona@example.com", None, 1)  # a formula to spreadsheet programs
        customers.resolve(db, "shopify", "8", "silent@example.com", None, 1)
        columns = ("customer_id", "channel", "state", "proof", "source", "recorded_at")
        db.insert_rows("consents", columns, [(number, "email", "granted", "verified", "import", 1)])
        db.insert_rows(
            "profiles",
            ("customer_id", "state", "sequence", "definitions", "refreshed_at", "refreshed_day"),
            [(one, "{}", 0, 0, 0, 0) for one in (1, 2)],
        )
    for name, value in {"DATABASE_URL": sqlite_url, "SECRET_KEY": SECRET, "PUBLIC_URL": "https://quiz.example"}.items():
        monkeypatch.setenv(name, value)
    told = CliRunner().invoke(main, ["links", "export", "--quiz", "after-purchase", "--answer", "recommend:9"])
    assert told.exit_code == 0, told.output
    (row,) = csv.DictReader(told.stdout.splitlines())
    assert (row["customer"], row["email"]) == ("c_1", "'=mona@example.com")
    query = parse_qs(urlsplit(row["link"]).query)
    assert links.read(query["t"][0], 1, KEY) == Subject("customer", "c_1")
    assert query["a"] == ["recommend:9"]
    one = CliRunner().invoke(main, ["links", "make", "c_1", "--quiz", "after-purchase"])
    assert one.stdout.startswith("https://quiz.example/q/after-purchase?t=c_1.")
    assert CliRunner().invoke(main, ["links", "key"]).stdout.strip() == KEY
    monkeypatch.delenv("SECRET_KEY")
    assert CliRunner().invoke(main, ["links", "key"]).exit_code == 2
