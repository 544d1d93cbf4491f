"""The command of docs/operating.md that erases a person does so, on both databases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli import main
from service.config import Config
from service.domain.identities import public_id
from service.domain.orders import Buyer, IncomingOrder, OrderLine
from service.operations import checks, destinations, orders, profiles
from service.operations.context import Context
from service.runtime import Runtime
from service.store import integrity
from service.store.database import Database
from tests.contract.api_world import application, finish, post, start

PAGE = (Path(__file__).parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
EMAIL = "sara.almutairi@example.com"
ORDER = IncomingOrder(
    source="shop",
    shop_order_id="1001",
    placed_at=int(datetime(2026, 5, 1, 9, tzinfo=UTC).timestamp()) * 1_000_000,
    currency="SAR",
    lines=(OrderLine(quantity=1, unit_price="129.00", amount=12_900, product="glow-serum"),),
    buyer=Buyer(shop_id="C77", email=EMAIL, first_name="Sara", last_name="Almutairi", city="Abha", country="SA"),
    country="SA",
)


def command() -> list[str]:
    """The words after `firasa` of the one that does not ask."""
    (line,) = re.findall(r"^firasa (customers erase .*--yes)", PAGE, re.MULTILINE)
    return str(line).split()


@pytest.fixture
def context(database_url: str) -> Iterator[Context]:
    """A shop with two customers: one bought, answered and was told of; the other only bought."""
    with application(database_url) as client:
        ctx: Context = client.application.extensions["firasa"].context(actor="test")
        destinations.add(ctx, "dry_run", {}, name="rehearsal", allow_private=False)
        orders.record_orders(ctx, [ORDER, replace(ORDER, shop_order_id="1002", buyer=Buyer(shop_id="C78"))])
        turn = finish(client, start(client, "after-purchase"))
        post(client, f"/v1/responses/{turn['response_id']}/identify", {"email": EMAIL, "consent": {"email": True}})
    runtime = Runtime(Config(database_url=database_url, shop_currency="SAR", shop_timezone="Asia/Riyadh"))
    ctx = runtime.context(actor="test")
    profiles.refresh_all_due(lambda: ctx)
    yield ctx
    runtime.close()


def rows_about(db: Database, customer_id: int) -> dict[str, int]:
    """How many rows of each table name a customer."""
    found = {}
    for table in integrity.tables(db):
        columns = db.query(f"SELECT * FROM {table} LIMIT 1")
        if columns and "customer_id" in columns[0]:
            params = {"id": customer_id}
            found[table] = len(db.query(f"SELECT 1 AS one FROM {table} WHERE customer_id = :id", params))
    return found


def everything(db: Database) -> str:
    """All that is stored, as one text."""
    return "\n".join(str(row) for table in integrity.tables(db) for row in db.query(f"SELECT * FROM {table}"))


def test_nothing_of_an_erased_person_is_left_and_the_rest_is_sound(context: Context, database_url: str) -> None:
    db = context.db
    person = db.query("SELECT customer_id FROM identities WHERE value = :email", {"email": EMAIL})[0]["customer_id"]
    before = rows_about(db, person)
    known_by = ("orders", "responses", "facts", "memberships", "deliveries", "consents", "identities", "profiles")
    assert [table for table in known_by if not before[table]] == [], "the test must have something to erase"
    total = orders_total(db)

    words = [word if word != "c_42" else public_id(person) for word in command()]
    env = {"DATABASE_URL": database_url, "SHOP_CURRENCY": "SAR", "SHOP_TIMEZONE": "Asia/Riyadh"}
    assert CliRunner().invoke(main, words, env=env).exit_code == 0

    after = rows_about(db, person)
    assert {table for table, many in after.items() if many} == {"deliveries", "suppressions"}
    emptied = db.query("SELECT DISTINCT payload FROM deliveries WHERE status <> 'due'")
    assert [row["payload"] for row in emptied] in ([], ["{}"])
    left = everything(db)
    assert [word for word in (EMAIL, "Sara", "Almutairi", "Abha", "C77") if word in left] == []
    assert orders_total(db) == total
    assert integrity.problems(db) == []
    assert list(checks.disagreements(context)) == []
    assert orders.wrong_purchases(context) == []
    assert orders.record_orders(context, [ORDER]).unchanged == 1, "the same order again brings nobody back"


def orders_total(db: Database) -> object:
    row = db.one("SELECT COUNT(*) AS orders, SUM(revenue) AS revenue FROM orders")
    return row and (row["orders"], int(row["revenue"]))
