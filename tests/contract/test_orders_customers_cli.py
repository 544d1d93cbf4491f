"""`firasa customers show` and `explain`: whoever is meant is found, and everything is said with its reason."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result

from service.catalog.files import resource_dir
from service.catalog.loader import load_segments, read_file
from service.cli import main
from service.config import Config
from service.domain.orders import Buyer
from service.operations import imports, segments
from service.operations.orders import record_orders
from service.runtime import Runtime
from service.store import identities, merges
from tests.order_factory import line, order

Firasa = Callable[..., Result]


@pytest.fixture
def runtime(database_url: str) -> Iterator[Runtime]:
    """Three customers: one with two orders, and one in each of two shops who have the same shop id."""
    found = Runtime(Config(database_url=database_url, shop_currency="SAR", shop_timezone="Asia/Riyadh"))
    ctx = found.context(actor="test")
    segments.apply(ctx, load_segments(*read_file(resource_dir("quizzes") / "segments.yaml")))
    mona = Buyer(shop_id="7", email="mona@example.com", phone="+966501234567", first_name="Mona", country="SA")
    record_orders(ctx, [order("1", buyer=mona, lines=(line("690.00", unit_cost=30000),)), order("2", 9, buyer=mona)])
    record_orders(ctx, [order("3", source=source, shop_id="55") for source in ("salla", "zid")])
    found.forget()
    imports.bring_up_to_date(lambda: found.context(actor="test"))
    yield found
    found.close()


@pytest.fixture
def firasa(runtime: Runtime) -> Firasa:
    env = {"DATABASE_URL": runtime.config.database_url, "SHOP_CURRENCY": "SAR", "SHOP_TIMEZONE": "Asia/Riyadh"}

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, env=env)

    return run


def shown(firasa: Firasa, who: str, command: str = "show") -> dict[str, Any]:
    result = firasa("customers", command, who, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_a_customer_is_found_by_anything_known_of_them(firasa: Firasa) -> None:
    first = shown(firasa, "7")["customer_id"]
    for who in (first, " 7 ", "7.0", "MONA@example.com", "+966 50 123 4567", "00966501234567", "shop:7"):
        assert shown(firasa, who)["customer_id"] == first, who


def test_money_is_in_minor_units_everywhere(firasa: Firasa) -> None:
    told = shown(firasa, "7")
    assert told["net_revenue"] == {"amount": 70000, "currency": "SAR"}
    assert told["profit"] == {"amount": 39000, "currency": "SAR"}
    assert told["facts"]["orders.net_revenue"] == {"amount": 70000, "currency": "SAR"}
    assert told["recent_orders"][0]["lines"][0]["amount"] == {"amount": 1000, "currency": "SAR"}
    assert (told["orders"], told["first_product"]) == (2, "rose-water")
    reasons = {one["fact"]: one["value"] for one in told["personas"][0]["reasons"]}
    assert reasons["orders.net_revenue"] == {"amount": 70000, "currency": "SAR"}


def test_an_id_of_two_shops_must_be_told_apart(firasa: Firasa) -> None:
    result = firasa("customers", "show", "55")
    assert result.exit_code == 1
    assert "salla:55, zid:55" in result.stderr
    assert shown(firasa, "salla:55")["customer_id"] != shown(firasa, "zid:55")["customer_id"]


@pytest.mark.parametrize("who", ["8", "nobody@example.com", "+966509999999", "c_999999", "nowhere:7", "", "'", "@"])
def test_nobody_is_said_in_one_line(firasa: Firasa, who: str) -> None:
    result = firasa("customers", "show", who)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: nobody is known by")
    assert result.stderr.count("\n") == 1


def test_why_in_and_why_not_in_each_segment(firasa: Firasa) -> None:
    told = shown(firasa, "7", "explain")
    by_id = {one["segment"]: one for one in told["segments"]}
    assert by_id["whales"]["inside"] is True
    assert by_id["whales"]["because"][0] == {
        "fact": "orders.whale",
        "op": "eq",
        "value": "yes",
        "found": "yes",
        "holds": True,
    }
    assert by_id["new-customers"]["inside"] is False
    inside = {one["segment"] for one in told["segments"] if one["inside"]}
    assert inside == {one["segment"] for one in told["history"] if one["left_at"] is None}


def test_people_read_it_as_text(firasa: Firasa) -> None:
    text = firasa("customers", "show", "7").stdout
    for part in ("Mona", "700.00 SAR", "id in shop", "never asked", "placed"):
        assert part in text
    why = firasa("customers", "explain", "7").stdout
    assert "in whales" in why
    assert "in whales\n    orders.whale is yes\n" in why
    assert "orders.count is" in why


def test_a_merged_customer_is_found_as_the_survivor(firasa: Firasa, runtime: Runtime) -> None:
    kept, gone = (identities.holders(runtime.db, "shop", value)[0].customer_id for value in ("7", "55"))
    with runtime.db.write("orders") as db:
        merges.merge(db, kept, gone, "test", 1)
    assert shown(firasa, f"c_{gone}")["customer_id"] == f"c_{kept}"
    assert shown(firasa, f"c_{gone}")["orders"] == 3
