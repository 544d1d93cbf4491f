"""Cells of a file, read strictly; dates in their zone; columns by name; a scratch database that leaves nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from service.sources import values
from service.sources.columns import ColumnsError, find_columns
from service.sources.drafts import Conflict, Draft, joined
from service.sources.presets import BadCell, Reading, find_preset, read_line, read_name
from service.sources.values import BadValue, Dates
from service.store import staging
from service.store.staging import Refusal, Staging

NOW = int(datetime(2026, 6, 1, tzinfo=UTC).timestamp()) * 1_000_000


def instant(text: str, zone: str = "Asia/Riyadh", layout: str | None = None) -> str:
    """What a cell means, as UTC."""
    return str(datetime.fromtimestamp(Dates(ZoneInfo(zone), NOW, layout).instant(text) // 1_000_000, UTC))[:19]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-05-01", "2026-04-30 21:00:00"),
        ("2026-05-01 10:00", "2026-05-01 07:00:00"),
        ("2026-05-01T10:00:00Z", "2026-05-01 10:00:00"),
        ("2026-05-01 10:00:00 +0200", "2026-05-01 08:00:00"),
        ("2026-05-01 10:00:00+02:00", "2026-05-01 08:00:00"),
        ("2026-05-01 10:00:00 UTC", "2026-05-01 10:00:00"),
        (" 2026-05-01 10:00:00.250 ", "2026-05-01 07:00:00"),
    ],
)
def test_a_date_is_read_in_its_zone_or_the_shops(text: str, meant: str) -> None:
    assert instant(text) == meant


def test_an_hour_that_comes_twice_is_the_first_one_and_one_that_never_comes_is_an_hour_on() -> None:
    assert instant("2025-10-26 01:30", "Europe/London") == "2025-10-26 00:30:00"
    assert instant("2026-03-29 01:30", "Europe/London") == "2026-03-29 01:30:00"


def test_other_layouts_are_said() -> None:
    assert instant("12/1/2010 8:26", "Europe/London", "%m/%d/%Y %H:%M") == "2010-12-01 08:26:00"
    with pytest.raises(BadValue, match=r"written as %d\.%m\.%Y"):
        instant("2026-05-01", layout="%d.%m.%Y")


@pytest.mark.parametrize(
    "text", ["", "now", "2026-13-01", "1.5.2026", "2026-06-04", "1989-12-31", "9999-12-31T23:59-23:00"]
)
def test_what_is_no_date_of_an_order_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        instant(text)


@pytest.mark.parametrize(("cell", "number"), [("6", 6), ("6.0", 6), (" -6.00 ", -6), ("+3", 3), ("-1.", -1)])
def test_whole_numbers_survive_spreadsheets(cell: str, number: int) -> None:
    assert values.whole(cell) == number


@pytest.mark.parametrize("cell", ["", "1.5", "1e3", "٣", "six", "1 000", "99999999999"])
def test_what_is_not_whole_is_refused(cell: str) -> None:
    with pytest.raises(BadValue):
        values.whole(cell)


def test_a_line_is_worth_quantity_times_price_or_what_it_says() -> None:
    reading = Reading("SAR", Dates(ZoneInfo("UTC"), NOW))

    def line(**cells: str) -> tuple[int, int, str]:
        found = read_line(cells, reading)
        assert found is not None
        return found.amount, found.discount, found.unit_price

    assert line(quantity="3", price="0.335") == (100, 0, "0.335")
    assert line(price="5", line_discount="-1.00") == (500, 100, "5")
    assert line(quantity="-2", price="5", line_discount="1") == (-1000, -100, "5")
    assert line(quantity="3", amount="10") == (1000, 0, "3.333333")
    assert line(quantity="2", price="4", amount="7.50") == (750, 0, "4")
    assert read_line({"quantity": "", "price": ""}, reading) is None
    for wrong, field in (({"price": "5", "line_discount": "6"}, "line_discount"), ({"quantity": "1"}, "price")):
        with pytest.raises(BadCell) as refused:
            read_line(wrong, reading)
        assert refused.value.field == field


def test_a_full_name_is_split_at_its_last_word() -> None:
    assert read_name({"name": "Mona Al Harbi"}, "name") == ("Mona Al", "Harbi")
    assert read_name({"name": "Cher"}, "name") == ("Cher", None)
    assert read_name({}, "name") == (None, None)


def test_columns_are_found_however_they_are_spelt_but_as_written_first() -> None:
    generic = find_preset("generic")
    found = find_columns(["ORDER ID", "Order-Date", "Price", "price"], generic, {})
    assert (found["order_id"], found["placed_at"], found["price"]) == (0, 1, 3)
    with pytest.raises(ColumnsError, match="2 columns 'price'"):
        find_columns(["order_id", "date", "price", "price"], generic, {})


def test_rows_of_an_order_add_up_and_may_not_contradict() -> None:
    said = joined({"placed_at": 5, "email": "a@example.com"}, {"placed_at": 3, "email": None, "status": "paid"})
    assert said == {"placed_at": 3, "email": "a@example.com", "status": "paid"}
    with pytest.raises(Conflict) as conflict:
        joined(said, {"status": "refunded"})
    assert conflict.value.field == "status"


def test_what_is_laid_aside_comes_back_whole_and_leaves_no_file(tmp_path: Path) -> None:
    with Staging(tmp_path) as laid:
        assert list(tmp_path.iterdir()) == []
        for number in range(25):
            laid.add(f"order-{number % 12}", Draft(f"order-{number % 12}", number, {"placed_at": -number}).to_json())
        laid.refuse(Refusal(7, "price", "x", "not a number"), "order-3")
        laid.index()
        found = list(laid.orders())
        assert [one.key for one in found] == [f"order-{number}" for number in range(12) if number != 3]
        assert [Draft.from_json(body).line for body in found[0].bodies] == [0, 12, 24]
        laid.settle((one.id, 100 - one.id) for one in found)
        assert [one.id for one in laid.by_time()] == sorted((one.id for one in found), reverse=True)
        assert laid.counts() == (11, 1)
        assert laid.why_refused(7, "order-3") == "price: not a number"
        assert laid.why_refused(8, "order-3") == "another row of this order is refused (line 7)"
        assert laid.why_refused(9, "order-4") is None


def test_an_order_as_large_as_a_file_is_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "LARGEST_ORDER", 50)
    with Staging(tmp_path) as laid:
        for _ in range(9):
            laid.add("same", "x" * 30)
        laid.index()
        (found,) = laid.orders()
        assert (len(found.bodies), found.complete) == (2, False)
