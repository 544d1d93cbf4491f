"""Importing files of orders by the command line: checked as a whole, read by presets, refused with reasons."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.store.database import Database, open_database

Firasa = Callable[..., Result]


@pytest.fixture
def firasa(sqlite_url: str) -> Firasa:
    """The command line on an empty database."""

    def run(*arguments: object, **env: str) -> Result:
        return CliRunner().invoke(main, [str(one) for one in arguments], env={"DATABASE_URL": sqlite_url, **env})

    return run


@pytest.fixture
def stored(sqlite_url: str) -> Iterator[Database]:
    database = open_database(sqlite_url)
    yield database
    database.close()


def write(path: Path, rows: Sequence[Mapping[str, object]], header: Sequence[str] | None = None) -> Path:
    """A CSV file of these rows."""
    names = list(header or dict.fromkeys(name for row in rows for name in row))
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(stream.getvalue(), encoding="utf-8", newline="")
    return path


def sales(**changes: object) -> list[dict[str, object]]:
    """Two orders of one customer and one of a guest; `changes` are made to the first row."""
    first = {"order_id": "1", "date": "2026-01-01 10:00", "customer_id": "7", "product": "rose-water"}
    return [
        {**first, "quantity": "2", "price": "39.00", "status": "paid", **changes},
        {**first, "quantity": "1", "price": "45.50", "product": "olive-cleanser", "status": ""},
        {**first, "order_id": "2", "date": "2026-02-01", "quantity": "1", "price": "10"},
        {**first, "order_id": "3", "date": "2026-02-02", "customer_id": "", "quantity": "1", "price": "5"},
    ]


def count(stored: Database, table: str) -> int:
    row = stored.one(f"SELECT COUNT(*) AS n FROM {table}")
    assert row is not None
    return int(row["n"])


def answer(result: Result) -> dict[str, Any]:
    """The one document on stdout."""
    found: dict[str, Any] = json.loads(result.stdout)
    return found


# what happens ------------------------------------------------------------------------------------------------------


def test_an_import_says_what_it_did_and_a_second_one_changes_nothing(
    firasa: Firasa, stored: Database, tmp_path: Path
) -> None:
    file = write(tmp_path / "sales.csv", sales())
    first = firasa("orders", "import", file, "--currency", "SAR", "--timezone", "Asia/Riyadh", "--json")
    assert first.exit_code == 0, first.output
    told = answer(first)
    assert told["recorded"] == {"created": 3, "updated": 0, "unchanged": 0, "new_customers": 1}
    assert (told["orders"], told["guest_documents"], told["lines"]) == (3, 1, 4)
    assert told["net_revenue"] == {"amount": 13850, "currency": "SAR"}
    assert told["first_at"] == "2026-01-01T07:00:00+00:00"

    before = stored.query("SELECT * FROM purchases")
    again = answer(firasa("orders", "import", file, "--json"))
    assert again["recorded"] == {"created": 0, "updated": 0, "unchanged": 3, "new_customers": 0}
    assert stored.query("SELECT * FROM purchases") == before
    assert (before[0]["orders"], before[0]["net_revenue"]) == (2, 13350)


def test_an_import_fits_scores_and_refreshes_profiles(firasa: Firasa, tmp_path: Path) -> None:
    firasa("orders", "import", write(tmp_path / "sales.csv", sales()), "--currency", "SAR")
    shown = answer(firasa("customers", "show", "7", "--json"))
    assert shown["net_revenue"] == {"amount": 13350, "currency": "SAR"}
    assert shown["facts"]["orders.count"] == 2
    assert shown["facts"]["rfm.code"]
    assert [one["kind"] for one in shown["personas"]] == ["behavioural"]


def test_a_dry_run_writes_nothing_at_all(firasa: Firasa, stored: Database, tmp_path: Path) -> None:
    file = write(tmp_path / "sales.csv", sales())
    told = answer(firasa("orders", "import", file, "--currency", "SAR", "--dry-run", "--json"))
    assert (told["written"], told["recorded"]["created"]) == (False, 3)
    assert (count(stored, "orders"), count(stored, "settings"), count(stored, "customers")) == (0, 0, 0)
    firasa("orders", "import", file, "--currency", "SAR")
    changed = write(tmp_path / "sales.csv", sales(price="40.00"))
    told = answer(firasa("orders", "import", changed, "--dry-run", "--json"))
    assert told["recorded"] == {"created": 0, "updated": 1, "unchanged": 2, "new_customers": 0}


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("packed", [False, True])
def test_any_newline_a_byte_order_mark_and_gzip_are_read(
    firasa: Firasa, stored: Database, tmp_path: Path, newline: str, packed: bool
) -> None:
    text = write(tmp_path / "plain.csv", sales()).read_text(encoding="utf-8").replace("\n", newline)
    body = b"\xef\xbb\xbf" + text.encode()
    file = tmp_path / "sales.csv"
    file.write_bytes(gzip.compress(body) if packed else body)
    result = firasa("orders", "import", file, "--currency", "SAR")
    assert result.exit_code == 0, result.output
    assert count(stored, "order_lines") == 4


def test_semicolons_and_other_encodings_are_read(firasa: Firasa, stored: Database, tmp_path: Path) -> None:
    rows = "order_id;date;customer_id;name;amount\n1;2026-01-01;7;منى أحمد;10.00\n"
    file = tmp_path / "excel.csv"
    file.write_bytes(rows.encode("windows-1256"))
    refused = firasa("orders", "import", file, "--currency", "SAR")
    assert refused.exit_code == 1
    assert "--encoding" in refused.stderr
    assert firasa("orders", "import", file, "--currency", "SAR", "--encoding", "windows-1256").exit_code == 0
    assert stored.query("SELECT first_name, last_name FROM customers") == [{"first_name": "منى", "last_name": "أحمد"}]
    file.write_bytes(rows.encode("utf-16"))
    assert firasa("orders", "import", file, "--source", "second").exit_code == 0


def test_rows_of_one_order_need_not_be_neighbours(firasa: Firasa, stored: Database, tmp_path: Path) -> None:
    rows = sales()
    file = write(tmp_path / "sales.csv", [rows[0], rows[2], rows[1], rows[3]])
    assert firasa("orders", "import", file, "--currency", "SAR").exit_code == 0
    assert stored.query("SELECT shop_order_id, gross FROM orders ORDER BY shop_order_id")[0]["gross"] == 12350


def test_identical_lines_are_real_lines_and_of_two_times_the_earlier_counts(
    firasa: Firasa, stored: Database, tmp_path: Path
) -> None:
    row = {"order_id": "1", "customer_id": "7", "product": "a", "quantity": "1", "price": "1"}
    times = ("2026-01-01 10:01", "2026-01-01 10:00", "2026-01-01 10:01")
    file = write(tmp_path / "sales.csv", [{**row, "date": when} for when in times])
    firasa("orders", "import", file, "--currency", "SAR", "--timezone", "UTC")
    assert count(stored, "order_lines") == 3
    assert stored.query("SELECT placed_at FROM orders") == [{"placed_at": 1_767_261_600_000_000}]


def test_a_document_below_zero_is_a_refund_document(firasa: Firasa, stored: Database, tmp_path: Path) -> None:
    rows = sales()
    rows[2] |= {"quantity": "-1"}
    assert firasa("orders", "import", write(tmp_path / "s.csv", rows), "--currency", "SAR").exit_code == 0
    assert [row["kind"] for row in stored.query("SELECT kind FROM orders ORDER BY shop_order_id")][1] == "refund"


def test_an_exchange_is_one_order(firasa: Firasa, stored: Database, tmp_path: Path) -> None:
    row = {"order_id": "1", "date": "2026-01-01", "customer_id": "7"}
    bought = {**row, "quantity": "1", "price": "100", "line_discount": "10"}
    back = {**row, "quantity": "-1", "price": "50", "line_discount": "5"}
    assert firasa("orders", "import", write(tmp_path / "s.csv", [bought, back]), "--currency", "SAR").exit_code == 0
    assert stored.query("SELECT kind, discount, revenue FROM orders") == [
        {"kind": "order", "discount": 500, "revenue": 4500}
    ]


# columns -----------------------------------------------------------------------------------------------------------


def test_columns_are_named_by_the_person_who_imports(firasa: Firasa, stored: Database, tmp_path: Path) -> None:
    row = {"Invoice": "9", "When": "31/12/2025 23:30", "Who": "mona@example.com", "Sum": "129.50", "Ad": "podcast"}
    file = write(tmp_path / "sales.csv", [row])
    mapped = ["order_id=Invoice", "placed_at=When", "email=Who", "amount=Sum", "traffic_source=Ad"]
    options = [part for one in mapped for part in ("--map", one)]
    options += ["--currency", "KWD", "--timezone", "Asia/Kuwait", "--date-format", "%d/%m/%Y %H:%M"]
    result = firasa("orders", "import", file, *options)
    assert result.exit_code == 0, result.output
    (stored_order,) = stored.query("SELECT * FROM orders")
    assert (stored_order["revenue"], stored_order["currency"], stored_order["traffic_source"]) == (
        129500,
        "KWD",
        "podcast",
    )
    shown = answer(firasa("customers", "show", "mona@example.com", "--json"))
    assert shown["net_revenue"] == {"amount": 129500, "currency": "KWD"}


def test_a_missing_column_is_named_with_the_closest_one(firasa: Firasa, tmp_path: Path) -> None:
    file = write(tmp_path / "sales.csv", [{"order_idd": "1", "date": "2026-01-01", "price": "1"}])
    result = firasa("orders", "import", file, "--currency", "SAR")
    assert result.exit_code == 2
    assert "no column for order_id" in result.stderr
    assert "'order_idd'" in result.stderr
    assert "--map order_id=Column" in result.stderr


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("pirce=price", "there is no field 'pirce'; closest: 'price'"),
        ("price=Prise", "the file has no column 'Prise'; closest: 'price'"),
        ("price", "is not FIELD=COLUMN"),
    ],
)
def test_a_mapping_of_what_is_not_there_is_refused(firasa: Firasa, tmp_path: Path, mapping: str, said: str) -> None:
    result = firasa("orders", "import", write(tmp_path / "s.csv", sales()), "--currency", "SAR", "--map", mapping)
    assert result.exit_code == 2
    assert said in result.stderr


@pytest.mark.parametrize(
    "options",
    [
        ["--currency", "riyal"],
        ["--timezone", "Mars/Base"],
        ["--encoding", "klingon"],
        ["--source", "My Shop"],
        ["--preset", "amazon"],
        [],
    ],
)
def test_bad_use_ends_with_2_and_a_sentence(firasa: Firasa, tmp_path: Path, options: list[str]) -> None:
    file = write(tmp_path / "s.csv", sales())
    more = [] if "--currency" in options or not options else ["--currency", "SAR"]
    result = firasa("orders", "import", file, *options, *more)
    assert result.exit_code == 2
    assert "Error: " in result.stderr
    assert "Traceback" not in result.stderr


# what is refused ---------------------------------------------------------------------------------------------------

BAD: list[tuple[dict[str, object], str]] = [
    ({"quantity": "two"}, "line 2: quantity 'two': not a whole number"),
    ({"quantity": "1.5"}, "line 2: quantity '1.5': not a whole number"),
    ({"price": "1,50"}, "line 2: price '1,50': not a number"),
    ({"price": ""}, "line 2: price '': empty"),
    ({"price": "1e400"}, "line 2: price '1e400': not a number"),
    ({"date": "yesterday"}, "line 2: date 'yesterday': not a date"),
    ({"date": "2126-01-01"}, "line 2: date '2126-01-01': in the future"),
    ({"date": "0001-01-01"}, "line 2: date '0001-01-01': earlier than any order"),
    ({"order_id": ""}, "line 2: order_id '': empty"),
    ({"status": "eaten"}, "line 2: status 'eaten': not one of paid"),
    ({"customer_id": "8"}, "differs from an earlier row of its order"),
    ({"customer_id": "x" * 300}, "not an id"),
    ({"product": "a\x00b"}, "line 2: product"),
    ({"price": "99999999999999"}, "larger than any order"),
]


@pytest.mark.parametrize(("change", "said"), BAD)
def test_a_bad_row_refuses_the_file_with_reason_line_and_value(
    firasa: Firasa, stored: Database, tmp_path: Path, change: dict[str, object], said: str
) -> None:
    file = write(tmp_path / "sales.csv", sales(**change))
    result = firasa("orders", "import", file, "--currency", "SAR", "--json")
    assert result.exit_code == 1
    assert said in result.stderr
    assert "refused and nothing was written" in result.stderr
    told = answer(result)
    assert told["written"] is False
    assert sum(told["refused"]["reasons"].values()) == 1
    assert (count(stored, "orders"), count(stored, "settings")) == (0, 0)


def test_a_row_with_too_few_or_too_many_cells_is_refused(firasa: Firasa, tmp_path: Path) -> None:
    file = tmp_path / "sales.csv"
    file.write_text("order_id,date,price\n1,2026-01-01,1,5\n2,2026-01-01\n\n,,\n3,2026-01-01,1\n", encoding="utf-8")
    result = firasa("orders", "import", file, "--currency", "SAR", "--json")
    assert result.exit_code == 1
    assert answer(result)["refused"]["reasons"] == {"not as many cells as the header": 2}
    assert answer(result)["orders"] == 1


def test_the_first_twenty_problems_are_shown_and_all_are_counted(firasa: Firasa, tmp_path: Path) -> None:
    rows = [{**sales()[2], "order_id": str(number), "price": "x" if number % 2 else "1"} for number in range(100)]
    result = firasa("orders", "import", write(tmp_path / "s.csv", rows), "--currency", "SAR", "--json")
    assert result.exit_code == 1
    assert len(answer(result)["refused"]["first"]) == 20
    assert "… and 30 more" in result.stderr
    assert answer(result)["refused"]["reasons"] == {"price: not a number; amounts are written like 1234.50": 50}


def test_skip_bad_leaves_whole_orders_out_and_the_rejects_can_be_mended_and_imported(
    firasa: Firasa, stored: Database, tmp_path: Path
) -> None:
    file = write(tmp_path / "sales.csv", sales(price="oops"))
    rejects = tmp_path / "rejects.csv"
    result = firasa("orders", "import", file, "--currency", "SAR", "--skip-bad", rejects, "--json")
    assert result.exit_code == 0, result.output
    assert answer(result)["recorded"]["created"] == 2
    assert answer(result)["refused"]["rows"] == 2
    with rejects.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["order_id"] for row in rows] == ["1", "1"]
    assert rows[0]["reason"].startswith("price: not a number")
    assert rows[1]["reason"] == "another row of this order is refused (line 2)"

    rejects.write_text(rejects.read_text(encoding="utf-8").replace("oops", "39.00"), encoding="utf-8")
    assert firasa("orders", "import", rejects).exit_code == 0
    assert {row["gross"] for row in stored.query("SELECT gross FROM orders")} == {12350, 1000, 500}
    again = answer(firasa("orders", "import", write(tmp_path / "sales.csv", sales()), "--json"))
    assert again["recorded"]["unchanged"] == 3


def test_rejects_never_overwrite_the_file_itself(firasa: Firasa, tmp_path: Path) -> None:
    file = write(tmp_path / "sales.csv", sales(price="oops"))
    assert firasa("orders", "import", file, "--currency", "SAR", "--skip-bad", file).exit_code == 2
    assert "oops" in file.read_text(encoding="utf-8")


def test_a_damaged_file_is_refused_with_where(firasa: Firasa, stored: Database, tmp_path: Path) -> None:
    packed = gzip.compress(write(tmp_path / "s.csv", sales() * 2000).read_bytes())
    file = tmp_path / "sales.csv.gz"
    file.write_bytes(packed[: len(packed) // 2])
    result = firasa("orders", "import", file, "--currency", "SAR")
    assert result.exit_code == 1
    assert "ends early or is damaged" in result.stderr
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    assert firasa("orders", "import", empty, "--currency", "SAR").exit_code == 2
    assert count(stored, "orders") == 0


def test_another_currency_than_the_shops_is_refused_with_what_to_do(
    firasa: Firasa, stored: Database, tmp_path: Path
) -> None:
    file = write(tmp_path / "sales.csv", sales())
    assert firasa("orders", "import", file, "--currency", "SAR").exit_code == 0
    other = firasa("orders", "import", file, "--currency", "USD")
    assert other.exit_code == 1
    assert "SHOP_CURRENCY=USD" in other.stderr
    renamed = firasa("orders", "import", file, SHOP_CURRENCY="EUR")
    assert renamed.exit_code == 2
    assert "counted in SAR" in renamed.stderr
    mixed = write(tmp_path / "mixed.csv", sales(currency="USD"))
    refused = firasa("orders", "import", mixed, "--source", "other")
    assert refused.exit_code == 1
    assert "another currency than the shop's" in refused.stderr or "is in USD" in refused.stderr
    assert {row["currency"] for row in stored.query("SELECT currency FROM orders")} == {"SAR"}


def test_orders_that_came_before_any_import_keep_their_currency(
    firasa: Firasa, stored: Database, tmp_path: Path
) -> None:
    """The shop's server may send orders before anybody said the shop's currency."""
    file = write(tmp_path / "sales.csv", sales())
    firasa("orders", "import", file, "--currency", "SAR")
    with stored.write() as db:
        db.execute("DELETE FROM settings")
    refused = firasa("orders", "import", file, "--currency", "GBP")
    assert refused.exit_code == 1
    assert "there are orders in SAR already" in refused.stderr


def test_the_first_import_gives_the_shop_its_currency_and_zone_unless_the_settings_do(
    firasa: Firasa, stored: Database, tmp_path: Path
) -> None:
    file = write(tmp_path / "sales.csv", sales())
    firasa("orders", "import", file, "--timezone", "Asia/Riyadh", SHOP_CURRENCY="KWD")
    kept = {row["name"]: row["value"] for row in stored.query("SELECT name, value FROM settings")}
    assert kept == {"shop.currency": "KWD", "shop.timezone": "Asia/Riyadh"}
    assert stored.query("SELECT DISTINCT currency FROM orders") == [{"currency": "KWD"}]


# Shopify -----------------------------------------------------------------------------------------------------------

_SHOPIFY_COLUMNS = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,"
    "Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,"
    "Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,"
    "Lineitem taxable,Lineitem fulfillment status,Billing Name,Billing Street,Billing Address1,"
    "Billing Address2,Billing Company,Billing City,Billing Zip,Billing Province,Billing Country,"
    "Billing Phone,Shipping Name,Shipping Street,Shipping Address1,Shipping Address2,Shipping Company,"
    "Shipping City,Shipping Zip,Shipping Province,Shipping Country,Shipping Phone,Notes,Note Attributes,"
    "Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,Outstanding Balance,Employee,"
    "Location,Device ID,Id,Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,Tax 1 Value,Tax 2 Name,"
    "Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,Tax 4 Value,Tax 5 Name,Tax 5 Value,Phone,Receipt Number,"
    "Duties,Billing Province Name,Shipping Province Name,Payment ID,Payment Terms Name,Next Payment Due At,"
    "Payment References"
)
SHOPIFY_HEADER = next(csv.reader([_SHOPIFY_COLUMNS]))


def shopify(number: int, **more: object) -> dict[str, object]:
    """The first row of an order: two bottles of rose water at 39.00."""
    return {
        "Name": f"#{number}",
        "Email": "Mona@Example.com",
        "Financial Status": "paid",
        "Currency": "SAR",
        "Subtotal": "78.00",
        "Shipping": "20.00",
        "Total": "98.00",
        "Discount Amount": "0.00",
        "Created at": "2026-05-01 00:30:00 +0300",
        "Lineitem quantity": "2",
        "Lineitem name": "Rose water - 100 ml",
        "Lineitem price": "39.00",
        "Lineitem sku": "'0017",
        "Lineitem discount": "0.00",
        "Billing Name": "Mona Al Harbi",
        "Billing City": "Riyadh",
        "Billing Country": "SA",
        "Billing Phone": "'+966501234567",
        "Shipping Country": "AE",
        "Payment Method": "mada",
        "Refunded Amount": "0.00",
        "Id": f"'58{number}",
        "Source": "web",
        **more,
    }


def further(number: int, **more: object) -> dict[str, object]:
    """A further row of an order: only its name and a line."""
    line = {
        "Lineitem quantity": "1",
        "Lineitem name": "Gift box",
        "Lineitem price": "10.00",
        "Lineitem discount": "0.00",
    }
    return {"Name": f"#{number}", **line, **more}


def import_shopify(firasa: Firasa, tmp_path: Path, *rows: Mapping[str, object], header: Sequence[str] = ()) -> Result:
    file = write(tmp_path / "orders_export_1.csv", rows, header or SHOPIFY_HEADER)
    return firasa("orders", "import", file, "--preset", "shopify", "--timezone", "Asia/Riyadh", "--json")


def test_the_header_is_the_one_shopify_writes(test_data: Path) -> None:
    sample = test_data.parent / "samples" / "shopify_orders_export_header.csv"
    if not sample.exists():
        pytest.skip("needs the samples beside the test data")
    assert sample.read_text(encoding="utf-8").strip().split(",") == SHOPIFY_HEADER
    assert len(SHOPIFY_HEADER) == 79


def test_a_shopify_order_is_read_with_everything_it_tells(firasa: Firasa, stored: Database, tmp_path: Path) -> None:
    discounted = shopify(
        1001,
        Subtotal="79.00",
        **{"Discount Code": "WELCOME", "Discount Amount": "9.00", "Refunded Amount": "39.00"},
        **{"Financial Status": "partially_refunded", "Note Attributes": "utm_source: instagram\nutm_campaign: majlis"},
    )
    result = import_shopify(firasa, tmp_path, discounted, further(1001))
    assert result.exit_code == 0, result.output
    (order,) = stored.query("SELECT * FROM orders")
    expected = {
        "shop_order_id": "581001",
        "status": "paid",
        "gross": 8800,
        "discount": 900,
        "refunded": 3900,
        "revenue": 4000,
        "coupon": "WELCOME",
        "payment_method": "mada",
        "traffic_source": "instagram",
        "campaign": "majlis",
        "country": "AE",
        "units": 3,
        "main_product": "0017",
    }
    assert {name: order[name] for name in expected} == expected
    shown = answer(firasa("customers", "show", "+966501234567", "--json"))
    assert (shown["name"], shown["country"], shown["city"]) == ("Mona Al Harbi", "SA", "Riyadh")
    assert {one["value"] for one in shown["identities"]} == {"mona@example.com", "+966501234567"}
    assert [line["product"] for line in shown["recent_orders"][0]["lines"]] == ["0017", "Gift box"]


@pytest.mark.parametrize(
    ("financial", "cancelled", "status", "revenue"),
    [
        ("paid", "", "paid", 7800),
        ("partially_refunded", "", "paid", 7800),
        ("refunded", "", "refunded", 0),
        ("pending", "", "pending", 0),
        ("authorized", "", "pending", 0),
        ("", "", "pending", 0),
        ("voided", "", "cancelled", 0),
        ("expired", "", "cancelled", 0),
        ("refunded", "2026-05-02 10:00:00 +0300", "cancelled", 0),
    ],
)
def test_what_a_financial_status_means(
    firasa: Firasa, stored: Database, tmp_path: Path, financial: str, cancelled: str, status: str, revenue: int
) -> None:
    row = shopify(1001, **{"Financial Status": financial, "Cancelled at": cancelled})
    assert import_shopify(firasa, tmp_path, row).exit_code == 0
    assert stored.query("SELECT status, revenue FROM orders") == [{"status": status, "revenue": revenue}]


def test_a_code_for_free_shipping_takes_nothing_off_the_goods(firasa: Firasa, stored: Database, tmp_path: Path) -> None:
    import_shopify(firasa, tmp_path, shopify(1001, **{"Discount Code": "SHIPFREE", "Discount Amount": "20.00"}))
    assert stored.query("SELECT discount, revenue FROM orders") == [{"discount": 0, "revenue": 7800}]


def test_discounts_of_lines_are_not_counted_twice(firasa: Firasa, stored: Database, tmp_path: Path) -> None:
    row = shopify(1001, Subtotal="70.00", **{"Lineitem discount": "5.00", "Discount Amount": "3.00"})
    import_shopify(firasa, tmp_path, row)
    assert stored.query("SELECT discount, revenue FROM orders") == [{"discount": 800, "revenue": 7000}]
    assert stored.query("SELECT discount FROM order_lines") == [{"discount": 500}]


def test_a_sale_at_the_counter_is_a_guests(firasa: Firasa, stored: Database, tmp_path: Path) -> None:
    row = shopify(1001, Email="", Source="pos", **{"Billing Phone": "", "Billing Name": ""})
    import_shopify(firasa, tmp_path, row)
    assert stored.query("SELECT customer_id, traffic_source FROM orders") == [
        {"customer_id": None, "traffic_source": "pos"}
    ]
    assert count(stored, "customers") == 0


def test_a_shopify_file_without_the_tax_and_employee_columns_is_read(
    firasa: Firasa, stored: Database, tmp_path: Path
) -> None:
    fewer = [
        name for name in SHOPIFY_HEADER if not name.startswith("Tax") and name not in ("Employee", "Subtotal", "Id")
    ]
    rows = [{name: value for name, value in shopify(1001).items() if name in fewer} | {"Discount Amount": "8.00"}]
    assert import_shopify(firasa, tmp_path, *rows, header=fewer).exit_code == 0
    assert stored.query("SELECT shop_order_id, revenue FROM orders") == [{"shop_order_id": "#1001", "revenue": 7000}]


def test_a_shopify_shop_takes_its_currency_from_the_file_and_keeps_to_it(
    firasa: Firasa, stored: Database, tmp_path: Path
) -> None:
    assert import_shopify(firasa, tmp_path, shopify(1001, Currency="AED")).exit_code == 0
    assert stored.query("SELECT value FROM settings WHERE name = 'shop.currency'") == [{"value": "AED"}]
    refused = import_shopify(firasa, tmp_path, shopify(1002, Currency="AED"), shopify(1003, Currency="USD"))
    assert refused.exit_code == 1
    assert "another currency than the shop's, AED" in refused.stderr
    assert count(stored, "orders") == 1


# interruption ------------------------------------------------------------------------------------------------------


def test_an_import_that_was_killed_is_simply_run_again(sqlite_url: str, stored: Database, tmp_path: Path) -> None:
    rows = [{**sales()[2], "order_id": str(number), "customer_id": str(number % 50)} for number in range(6000)]
    file = write(tmp_path / "sales.csv", rows)
    command = [sys.executable, "-c", "from service.cli import main; main()", "orders", "import", str(file)]
    env = {**os.environ, "DATABASE_URL": sqlite_url, "TMPDIR": str(tmp_path)}
    killed = subprocess.Popen(
        [*command, "--currency", "SAR"], env=env, stdout=subprocess.DEVNULL, start_new_session=True
    )
    deadline = time.monotonic() + 60
    while count(stored, "orders") < 300:
        assert killed.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    begun = count(stored, "orders")
    assert 300 <= begun < 6000

    done = subprocess.run([*command, "--json"], env=env, capture_output=True, text=True, check=True)
    recorded = json.loads(done.stdout)["recorded"]
    assert (recorded["unchanged"], recorded["created"]) == (begun, 6000 - begun)
    total = stored.one("SELECT SUM(orders) AS orders, SUM(net_revenue) AS revenue, COUNT(*) AS n FROM purchases")
    assert total == {"orders": 6000, "revenue": 6000 * 1000, "n": 50}
