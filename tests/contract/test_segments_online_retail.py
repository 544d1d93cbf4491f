"""Ten segments on the real year of a gift shop: as many customers as pandas counts from the file itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from service.domain.conditions import Condition, needs
from service.domain.days import day_at
from service.domain.segments import parse_condition
from service.store import populations
from service.store.compiler import Moment
from service.store.database import Database, open_database

pytestmark = [pytest.mark.data, pytest.mark.long, pytest.mark.timeout(600)]

NOW = int(datetime(2011, 12, 10, 12, tzinfo=UTC).timestamp()) * 1_000_000
TODAY = day_at(NOW, "UTC")
DOCUMENTS: Mapping[str, object] = {
    "twice in 90 days": {"count": "orders", "last_days": 90, "op": "gte", "value": 2},
    "1000 in 180 days": {"sum": "orders.revenue", "last_days": 180, "op": "gte", "value": 1000},
    "400 an order": {"average": "orders.revenue", "last_days": 365, "op": "gte", "value": 400},
    "silent for 120 days": {
        "all": [
            {"count": "orders", "last_days": 120, "op": "eq", "value": 0},
            {"fact": "orders.count", "op": "gte", "value": 3},
        ]
    },
    "in November": {"count": "orders", "between": ["2011-11-01", "2011-11-30"], "op": "gte", "value": 1},
    "five cake stands": {"sum": "lines.quantity", "where": {"product": "22423"}, "op": "gte", "value": 5},
    "fifty products": {"distinct": "lines.product", "last_days": 365, "op": "gte", "value": 50},
    "a good start": {"sum": "orders.revenue", "first_orders": 3, "op": "gte", "value": 1000},
    "cake stand, then dear": {
        "did": {"lines": {"product": "22423"}},
        "then": {"lines": {"unit_price": {"gte": 10}}},
        "within_days": 60,
    },
    "best fifth": {"fact": "orders.net_revenue", "op": "top_percent", "value": 20},
}


@pytest.fixture(scope="module")
def file(test_data: Path) -> Path:
    return test_data / "orders" / "uci_online_retail.csv.gz"


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory, file: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path_factory.mktemp('segments') / 'firasa.db'}"
    for command in (["db", "migrate"], ["orders", "import", str(file), "--preset", "online-retail", "--json"]):
        program = [sys.executable, "-c", "from service.cli import main; main()", *command]
        subprocess.run(program, env={**os.environ, "DATABASE_URL": url}, check=True, capture_output=True)
    database = open_database(url)
    yield database
    database.close()


@pytest.fixture(scope="module")
def lines(file: Path) -> pd.DataFrame:
    """The lines of known customers: with pennies, the day, and the document they belong to."""
    found = pd.read_csv(
        file, dtype={"InvoiceNo": str, "StockCode": str, "CustomerID": str}, parse_dates=["InvoiceDate"]
    )
    found = found[found.CustomerID.notna()].copy()
    # Prices have at most three decimals: exact in tenths of a penny, rounded half to even.
    tenths = (found.UnitPrice * 1000).round().astype("int64") * found.Quantity
    whole, rest = tenths // 10, tenths % 10
    found["pennies"] = whole + ((rest > 5) | ((rest == 5) & (whole % 2 == 1))).astype("int64")
    found["day"] = (found.InvoiceDate.dt.normalize() - pd.Timestamp("1970-01-01")).dt.days
    return found


def by_pandas(lines: pd.DataFrame) -> dict[str, int]:
    bought = lines[lines.InvoiceNo.str.isdigit()]
    orders = bought.groupby("InvoiceNo", as_index=False).agg(
        customer=("CustomerID", "first"), day=("day", "first"), at=("InvoiceDate", "first"), revenue=("pennies", "sum")
    )
    orders = orders[orders.revenue > 0].sort_values(["day", "at", "InvoiceNo"])
    priced = bought[bought.InvoiceNo.isin(orders.InvoiceNo)]
    many = orders.groupby("customer").size()

    def last(frame: pd.DataFrame, days: int) -> pd.DataFrame:
        return frame[(frame.day > TODAY - days) & (frame.day <= TODAY)]

    year = last(orders, 365).groupby("customer").revenue.agg(["sum", "count"])
    recent = last(orders, 120).customer
    november = orders[(orders["at"] >= "2011-11-01") & (orders["at"] < "2011-12-01")]
    stands = priced[priced.StockCode == "22423"]
    # What everybody paid, less what came back, over those who ever placed an order that counts.
    net = lines[lines.InvoiceNo.isin(orders.InvoiceNo) | lines.InvoiceNo.str.startswith("C")]
    net_revenue = net.groupby("CustomerID").pennies.sum().reindex(many.index).sort_values(ascending=False)
    fifth = net_revenue.iloc[-(-len(net_revenue) * 20 // 100) - 1]
    return {
        "twice in 90 days": int((last(orders, 90).groupby("customer").size() >= 2).sum()),
        "1000 in 180 days": int((last(orders, 180).groupby("customer").revenue.sum() >= 100_000).sum()),
        "400 an order": int((year["sum"] >= 40_000 * year["count"]).sum()),
        "silent for 120 days": int((many[~many.index.isin(recent)] >= 3).sum()),
        "in November": int(november.customer.nunique()),
        "five cake stands": int((stands.groupby("CustomerID").Quantity.sum() >= 5).sum()),
        "fifty products": int((last(priced, 365).groupby("CustomerID").StockCode.nunique() >= 50).sum()),
        "a good start": int((orders.groupby("customer").head(3).groupby("customer").revenue.sum() >= 100_000).sum()),
        "cake stand, then dear": _followed(orders, priced, stands),
        "best fifth": int((net_revenue >= fifth).sum()),
    }


def _followed(orders: pd.DataFrame, priced: pd.DataFrame, stands: pd.DataFrame) -> int:
    placed = orders.reset_index(drop=True)
    placed["place"] = placed.index
    dear = priced[(priced.Quantity > 0) & (priced.pennies // priced.Quantity.where(priced.Quantity > 0, 1) >= 1000)]
    first = placed[placed.InvoiceNo.isin(stands.InvoiceNo)]
    pairs = first.merge(placed[placed.InvoiceNo.isin(dear.InvoiceNo)], on="customer", suffixes=("", "_then"))
    return int(pairs[(pairs.place_then > pairs.place) & (pairs.day_then - pairs.day <= 60)].customer.nunique())


def test_pandas_counts_as_many(stored: Database, lines: pd.DataFrame) -> None:
    asked: dict[str, Condition] = {name: parse_condition(one, "GBP")[1] for name, one in DOCUMENTS.items()}
    moment = Moment(NOW, TODAY)
    moment = replace(moment, cuts=populations.fit_cuts(stored, needs(*asked.values()).cuts, moment))
    wanted = by_pandas(lines)
    assert len(wanted) == 10
    assert all(many > 20 for many in wanted.values()), json.dumps(wanted)
    assert {name: populations.how_many(stored, one, moment, {}) for name, one in asked.items()} == wanted
    assert populations.sizes(stored, asked, moment, {}) == wanted
