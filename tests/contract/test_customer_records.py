"""What shops and email tools tell of customers: by API and by file, idempotent, typed, and never about consent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from service.cli import main
from service.domain import attributes
from service.domain.errors import InvalidInput
from service.domain.orders import Buyer
from service.domain.places import Place
from service.operations import contacts, profiles, records, users
from service.operations.contacts import Told
from service.operations.context import Context
from service.operations.records import CustomerRecord
from service.store import customers, erasure, integrity
from service.store.database import Database
from service.store.merges import merge
from tests.contract.api_world import application, post
from tests.contract.quiz_world import World, rows

NOOR: dict[str, Any] = {
    "id": "77",
    "email": "Noor@Example.com",
    "country": "sa",
    "postal_code": "12 211",
    "attributes": {"shoe_size": 38, "birthday": "1990-05-05", "likes": ["oud", "rose"], "vip": True},
}


@pytest.fixture
def client(sqlite_url: str) -> Iterator[FlaskClient]:
    with application(sqlite_url) as client:
        yield client


def key(client: FlaskClient, scope: str) -> dict[str, str]:
    ctx = client.application.extensions["firasa"].context(actor="test")
    return {"Authorization": f"Bearer {users.create_key(ctx, 'test', (scope,)).secret}"}


def record(email: str, **more: Any) -> CustomerRecord:
    country = more.pop("country", "SA")
    return CustomerRecord("shop", Buyer(email=email, country=country), **more)


def test_a_customer_is_recorded_once_however_often_it_is_sent(client: FlaskClient) -> None:
    headers = key(client, "customers:write")
    first = post(client, "/v1/customers", NOOR, **headers)
    assert (first.status_code, first.get_json()["customers"][0]["outcome"]) == (201, "created")
    again = post(client, "/v1/customers", {"customers": [NOOR]}, **headers)
    assert (again.status_code, again.get_json()["customers"][0]["outcome"]) == (200, "unchanged")
    changed = post(client, "/v1/customers", {"id": "77", "attributes": {"vip": None, "shoe_size": 39}}, **headers)
    assert changed.get_json()["customers"][0]["outcome"] == "updated"
    ctx = client.application.extensions["firasa"].context(actor="test")
    profiles.refresh_all_due(lambda: ctx)
    facts = profiles.facts_of(ctx, 1)
    told = {name: facts.get(name) for name in ("customer.postal_code", "attribute.shoe_size", "attribute.vip")}
    assert told == {"customer.postal_code": "12211", "attribute.shoe_size": 39, "attribute.vip": None}
    assert (facts["attribute.likes"], facts["attribute.birthday"]) == (("oud", "rose"), "1990-05-05")
    assert ctx.db.query("SELECT * FROM consents") == []


def test_a_value_of_another_type_is_refused_with_its_path_and_nothing_is_written(client: FlaskClient) -> None:
    headers = key(client, "customers:write")
    post(client, "/v1/customers", NOOR, **headers)
    wrong = {"customers": [{"email": "omar@example.com"}, {**NOOR, "attributes": {"shoe_size": "large"}}]}
    answer = post(client, "/v1/customers", wrong, **headers)
    assert answer.status_code == 422
    assert "customers[1].attributes.shoe_size" in json.dumps(answer.get_json())
    assert "a number" in json.dumps(answer.get_json())
    ctx = client.application.extensions["firasa"].context(actor="test")
    assert len(ctx.db.query("SELECT * FROM customers")) == 1


@pytest.mark.parametrize("path", ["/v1/customers", "/v1/contact-events"])
def test_a_key_for_something_else_is_refused(client: FlaskClient, path: str) -> None:
    assert post(client, path, {}, **key(client, "orders:write")).status_code == 403


def test_contact_events_are_kept_once_and_make_no_customers(client: FlaskClient) -> None:
    post(client, "/v1/customers", NOOR, **key(client, "customers:write"))
    headers = key(client, "contact:write")
    events = [
        {"customer": {"email": "noor@example.com"}, "kind": kind, "at": at}
        for kind, at in (("received", "2026-01-01T09:00:00Z"), ("opened", "2026-01-02T09:00:00Z"))
    ]
    events.append({"customer": {"email": "nobody@example.com"}, "kind": "opened", "at": "2026-01-01T09:00:00Z"})
    assert post(client, "/v1/contact-events", {"events": events}, **headers).get_json() == {
        "new": 2,
        "known": 0,
        "unmatched": 1,
    }
    assert post(client, "/v1/contact-events", {"events": events}, **headers).get_json()["known"] == 2
    wrong = [{**events[0], "at": "2999-01-01T00:00:00Z"}]
    assert post(client, "/v1/contact-events", {"events": wrong}, **headers).status_code == 422
    ctx = client.application.extensions["firasa"].context(actor="test")
    (row,) = ctx.db.query("SELECT received_at, opened_at, clicked_at FROM customers")
    assert (row["opened_at"] - row["received_at"], row["clicked_at"]) == (24 * 3600 * 1_000_000, None)


def test_places_are_found_by_the_code_or_its_first_part(ctx: Context) -> None:
    world = World(segments=()).publish(ctx, webhooks=0)
    records.record_customers(world, [record("a@example.com", country="GB", postal_code="SW1A1AA")])
    assert (
        records.import_places(lambda: world, [Place("GB", "SW1A", 51.5, -0.14), Place("SA", "12211", 24.7, 46.7)]) == 1
    )
    records.record_customers(world, [record("b@example.com", postal_code="12211")])
    vectors = rows(world.db, "SELECT place_x, place_y, place_z FROM customers ORDER BY id")
    assert [round(sum(value**2 for value in one.values()), 9) for one in vectors] == [1.0, 1.0]


def test_a_merge_keeps_what_both_told_and_an_erasure_nothing(ctx: Context) -> None:
    world = World(segments=()).publish(ctx, webhooks=0)
    kept = record("a@example.com", attributes={"size": 1, "tier": "gold"})
    records.record_customers(world, [kept, record("b@example.com", postal_code="12211", attributes={"size": 2})])
    for who in ("a@example.com", "b@example.com"):
        contacts.record(world, [Told(Buyer(email=who), "opened", world.now - 1)])
    contacts.record(world, [Told(Buyer(email="b@example.com"), "opened", world.now)])
    with world.db.write() as db:
        merge(db, 1, 2, "email", world.now)
    (row,) = rows(world.db, "SELECT postal_code, attributes, opened_at FROM customers WHERE id = 1")
    assert (row["postal_code"], json.loads(row["attributes"])) == ("12211", {"size": 1, "tier": "gold"})
    assert row["opened_at"] == world.now
    assert len(rows(world.db, "SELECT * FROM contact_events WHERE customer_id = 1")) == 2
    with world.db.write() as db:
        erasure.erase(db, [1, 2], world.now)
    assert integrity.count(world.db, "contact_events") == 0
    (row,) = rows(world.db, "SELECT postal_code, attributes, opened_at FROM customers WHERE id = 1")
    assert set(row.values()) == {None}


def test_as_many_events_as_may_be_sent_at_once_are_taken(client: FlaskClient) -> None:
    post(client, "/v1/customers", NOOR, **key(client, "customers:write"))
    events = [
        {
            "customer": {"id": f"customer-{number:06}", "email": "noor@example.com", "phone": None},
            "kind": "opened",
            "at": f"2026-01-01T09:{number // 60:02}:{number % 60:02}.000Z",
            "source": "klaviyo",
            "shop": "shopify",
        }
        for number in range(contacts.MOST)
    ]
    answer = post(client, "/v1/contact-events", {"events": events}, **key(client, "contact:write"))
    assert answer.get_json() == {"new": contacts.MOST, "known": 0, "unmatched": 0}
    many = [
        {"email": f"c{number}@example.com", "attributes": {"note": "x" * 490, "more": "y" * 490}}
        for number in range(100)
    ]
    assert post(client, "/v1/customers", {"customers": many}, **key(client, "customers:write")).status_code == 201


def test_an_event_is_about_whoever_has_any_of_its_addresses(ctx: Context) -> None:
    world = World(segments=()).publish(ctx, webhooks=0)
    records.record_customers(world, [record("a@example.com")])
    told = [Told(Buyer(shop_id="new", email="a@example.com"), "opened", world.now)]
    assert contacts.record(world, told) == contacts.Heard(new=1)
    assert contacts.record(world, told) == contacts.Heard(known=1)
    assert contacts.record(world, [Told(Buyer(shop_id="new"), "opened", world.now)]).unmatched == 1


def test_places_move_nobody_who_was_erased_and_change_nothing_else(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(segments=()).publish(ctx, webhooks=0)
    records.record_customers(world, [record(f"{one}@example.com", postal_code="12211") for one in "ab"])
    lock = customers.lock

    def meanwhile(db: Database, ids: Iterable[int]) -> None:
        db.execute("UPDATE customers SET attributes = '{\"size\": 9}' WHERE id = 1")
        erasure.erase(db, [2], world.now)
        lock(db, ids)

    monkeypatch.setattr(customers, "lock", meanwhile)
    assert records.import_places(lambda: world, [Place("SA", "12211", 24.7, 46.7)]) == 1
    assert rows(world.db, "SELECT attributes, place_x IS NULL AS lost FROM customers ORDER BY id") == [
        {"attributes": '{"size": 9}', "lost": False},
        {"attributes": None, "lost": True},
    ]


def test_own_fields_have_bounds(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(segments=()).publish(ctx, webhooks=0)
    monkeypatch.setattr(attributes, "MOST", 3)
    monkeypatch.setattr(attributes, "MOST_NAMES", 4)
    first = record("a@example.com", attributes={"one": 1, "two": 2})
    second = record("a@example.com", attributes={"three": 3, "four": 4})
    records.record_customers(world, [first])
    for refuse in (records.record_customers, lambda ctx, asked: records.check_customers(ctx, asked, {})):
        with pytest.raises(InvalidInput, match="at most 3 fields of the shop's own; with these there would be 4"):
            refuse(world, [second])
    other = record("b@example.com", attributes={"three": 3, "four": 4})
    records.record_customers(world, [other])
    with pytest.raises(
        InvalidInput, match="a shop has at most 4 fields of its own, and 'five' would be one more"
    ) as no:
        records.record_customers(world, [record("b@example.com", attributes={"five": 5})])
    assert no.value.path == "attributes.five"
    with world.db.write() as db:
        merge(db, 1, 2, "email", world.now)
    (row,) = rows(world.db, "SELECT attributes FROM customers WHERE id = 1")
    assert json.loads(row["attributes"]) == {"one": 1, "two": 2, "four": 4}


def test_a_merge_takes_a_place_whole_and_counts_on_the_shops_day(ctx: Context) -> None:
    world = World().publish(ctx, webhooks=0)
    records.import_places(lambda: world, [Place("AE", "00000", 25.2, 55.3)])
    records.record_customers(world, [
        record("a@example.com"), record("b@example.com", country="AE", postal_code="00000"),
        record("c@example.com", country=None), record("d@example.com", country="AE", postal_code="00000"),
    ])  # fmt: skip
    with world.db.write() as db:
        db.insert_rows("memberships", ("segment_id", "segment_version", "customer_id", "entered_at", "entered_reason"),
                       [("dry-skin", 1, 2, 1, "[]"), ("dry-skin", 1, 3, 1, "[]")])  # fmt: skip
        merge(db, 1, 2, "email", world.now, today=77)
        merge(db, 3, 4, "email", world.now, today=77)
        erasure.erase(db, [3], world.now, today=78)
    found = rows(world.db, "SELECT country, postal_code, place_x IS NULL AS lost FROM customers WHERE id IN (1, 3)")
    assert found[0] == {"country": "SA", "postal_code": None, "lost": True}
    departed = rows(world.db, "SELECT day, departed FROM segment_days ORDER BY day")
    assert departed == [{"day": 77, "departed": 1}, {"day": 78, "departed": 1}]


def test_records_of_nobody_are_refused(ctx: Context) -> None:
    with pytest.raises(InvalidInput, match="an id, an email or a phone"):
        records.record_customers(ctx, [CustomerRecord("shop", Buyer())])


# files ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def run(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("SHOP_TIMEZONE", "Asia/Riyadh")
    return lambda *args: CliRunner().invoke(main, [str(one) for one in args])


def test_files_are_taken_whole_or_not_at_all(run: Any, tmp_path: Path) -> None:
    good, bad, events = tmp_path / "good.csv", tmp_path / "bad.csv", tmp_path / "events.csv"
    good.write_text(
        "id,email,country,attribute.size,attribute.tags:list\n1,a@example.com,SA,38,x|y\n2,b@example.com,,40,\n"
    )
    bad.write_text("id,email,attribute.size\n3,c@example.com,large\n4,d@example.com,41\n5,not-an-address,42\n")
    answer = json.loads(run("customers", "import", good, "--json").stdout)
    assert (answer["created"], answer["attributes"]) == (2, {"size": "number", "tags": "list"})
    assert json.loads(run("customers", "import", good, "--json").stdout)["unchanged"] == 2
    refused = run("customers", "import", bad, "--json")
    assert refused.exit_code == 1
    assert [one["line"] for one in json.loads(refused.stdout)["refused"]["first"]] == [2, 4]
    events.write_text(
        "customer,kind,at\na@example.com,opened,2026-01-02 10:00\nb@example.com,smelled,2026-01-02 10:00\n"
    )
    assert run("contact", "import", events).exit_code == 1
    events.write_text("customer,kind,at\na@example.com,opened,2026-01-02 10:00\n")
    assert json.loads(run("contact", "import", events, "--json").stdout)["new"] == 1
    assert json.loads(run("contact", "import", events, "--dry-run", "--json").stdout)["written"] is False


def test_a_file_of_geonames_is_taken_as_it_is(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "SA.txt"
    file.write_text("SA\t12211\tRiyadh\tRiyadh\t10\t\t\t\t\t24.7136\t46.6753\t4\n")
    assert json.loads(run("places", "import", file, "--json").stdout)["places"] == 1
