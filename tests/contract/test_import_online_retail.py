"""The real year of a gift shop, imported whole: every customer's numbers as plain counting gives them."""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

import pytest

from service.store.database import Database, open_database

pytestmark = [pytest.mark.long, pytest.mark.data, pytest.mark.timeout(400)]

PENNY = Decimal("0.01")


@pytest.fixture(scope="module")
def file(test_data: Path) -> Path:
    return test_data / "orders" / "uci_online_retail.csv.gz"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('online-retail') / 'firasa.db'}"


# The most memory this very program held, written when it ends. Not getrusage(): it counts what started the program.
PEAK = """
import atexit, os, pathlib, re
from service.cli import main

def write() -> None:
    status = pathlib.Path("/proc/self/status").read_text()
    pathlib.Path(os.environ["PEAK_FILE"]).write_text(re.search(r"VmHWM:\\s+(\\d+) kB", status).group(1))

atexit.register(write)
main()
"""


def firasa(address: str, *arguments: object) -> dict[str, Any]:
    command = [sys.executable, "-c", PEAK, *(str(one) for one in arguments), "--json"]
    env = {**os.environ, "DATABASE_URL": address, "PEAK_FILE": str(peak_file(address))}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def peak_file(address: str) -> Path:
    return Path(address.removeprefix("sqlite:///")).with_name("peak")


@pytest.fixture(scope="module")
def peak(address: str, imported: dict[str, Any]) -> int:
    """The most memory the import held, in kilobytes."""
    return int(peak_file(address).with_name("peak-of-import").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def imported(address: str, file: Path) -> dict[str, Any]:
    """What the import said. It runs in a process of its own, so that its memory can be measured."""
    firasa(address, "db", "migrate")
    found = firasa(address, "orders", "import", file, "--preset", "online-retail")
    peak_file(address).rename(peak_file(address).with_name("peak-of-import"))
    return found


@pytest.fixture
def stored(address: str, imported: dict[str, Any]) -> Iterator[Database]:
    database = open_database(address)
    yield database
    database.close()


def counted(file: Path) -> dict[str, tuple[int, int]]:
    """Orders and net revenue in pennies per customer, counted in the plainest way."""
    priced: dict[str, set[str]] = defaultdict(set)
    revenue: dict[str, Decimal] = defaultdict(Decimal)
    with gzip.open(file, "rt", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            customer, amount = row["CustomerID"], Decimal(row["Quantity"]) * Decimal(row["UnitPrice"])
            if not customer:
                continue
            revenue[customer] += amount.quantize(PENNY, rounding=ROUND_HALF_EVEN)
            priced[customer].add(row["InvoiceNo"] if amount > 0 and row["InvoiceNo"].isdigit() else "")
    return {customer: (len(priced[customer] - {""}), int(total * 100)) for customer, total in revenue.items()}


def test_it_is_taken_whole(imported: dict[str, Any]) -> None:
    assert imported["lines"] == 541_909
    assert imported["recorded"] == {"created": 25_900, "updated": 0, "unchanged": 0, "new_customers": 4_372}
    assert (imported["orders"], imported["refund_documents"], imported["guest_documents"]) == (22_061, 3_839, 3_710)
    assert imported["without_price"] == 2_102
    assert imported["refused"] == {"orders": 0, "reasons": {}, "first": []}
    assert imported["net_revenue"] == {"amount": 974_774_793, "currency": "GBP"}


def test_it_stays_small(peak: int) -> None:
    assert 20 * 1024 < peak < 400 * 1024, "kilobytes"


def test_every_customers_numbers_are_those_of_plain_counting(stored: Database, file: Path) -> None:
    rows = stored.query(
        """
        SELECT i.value AS customer, p.orders, p.net_revenue
          FROM identities i
          JOIN purchases p ON p.customer_id = i.customer_id
        """
    )
    assert {row["customer"]: (row["orders"], row["net_revenue"]) for row in rows} == counted(file)
    assert len(rows) == 4_372


@pytest.mark.parametrize(("customer", "pennies"), [("16446", 290), ("12346", 0)])
def test_who_sent_everything_back_brought_what_was_left(
    address: str, imported: dict[str, Any], customer: str, pennies: int
) -> None:
    shown = firasa(address, "customers", "show", customer)
    assert shown["net_revenue"] == {"amount": pennies, "currency": "GBP"}
    assert "rfm.group" in shown["facts"]


def test_guests_are_in_the_totals_and_in_no_profile(stored: Database) -> None:
    lines = stored.one(
        "SELECT COUNT(*) AS n FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.customer_id IS NULL"
    )
    assert lines == {"n": 135_080}
    row = stored.one("SELECT SUM(revenue) AS everybody FROM orders")
    assert row == {"everybody": 974_774_793}
    assert stored.one("SELECT COUNT(*) AS n FROM profiles") == {"n": 4_372}
    asked = stored.one("SELECT COUNT(*) AS n FROM profiles WHERE refresh_event IS NOT NULL")
    assert asked == {"n": 0}, "nobody waits to be looked at; time alone brings some of them back"


def test_the_four_prices_finer_than_a_penny_are_kept_as_written(stored: Database) -> None:
    fine = stored.query("SELECT amount FROM order_lines WHERE unit_price = '0.001'")
    assert [row["amount"] for row in fine] == [0, 0, 0, 0]


def test_a_second_import_changes_nothing(address: str, imported: dict[str, Any], stored: Database, file: Path) -> None:
    before = stored.query("SELECT * FROM purchases ORDER BY customer_id")
    again = firasa(address, "orders", "import", file, "--preset", "online-retail")
    assert again["recorded"] == {"created": 0, "updated": 0, "unchanged": 25_900, "new_customers": 0}
    assert stored.query("SELECT * FROM purchases ORDER BY customer_id") == before
