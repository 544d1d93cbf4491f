"""Real orders as the models of behaviour take them (FIRASA_TEST_DATA; see its README for where they come from)."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

import numpy as np

from service.domain import first_orders
from service.domain.days import number_of
from service.domain.first_orders import FirstOrder
from service.domain.habits import Month, month_of
from service.ml.backtest import Future
from service.ml.lifetime_value import Sample
from service.ml.whales import Beginner

Placed = Mapping[str, list[tuple[int, int]]]
"""By customer the days of orders and what each brought in minor units; what came back is negative."""


def cdnow(data: Path, file: str = "cdnow_sample.txt") -> Placed:
    """CDNOW, a music shop: first orders in the first quarter of 1997, followed until June 1998."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for line in (data / "orders" / file).read_text().splitlines():
        parts = line.split()
        if parts[0].isdigit():
            customer, day, _, amount = parts[-4:]
            when = date(int(day[:4]), int(day[4:6]), int(day[6:]))
            found[customer].append((number_of(when), round(float(amount) * 100)))
    return found


def online_retail(data: Path) -> Placed:
    """UCI Online Retail, a gift shop: December 2010 to December 2011, returns as negative lines."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in _retail_rows(data):
        amount = float(row["Quantity"]) * float(row["UnitPrice"])
        found[row["CustomerID"]].append((number_of(date.fromisoformat(row["InvoiceDate"][:10])), round(amount * 100)))
    return found


def _retail_rows(data: Path) -> Iterator[dict[str, str]]:
    with gzip.open(data / "orders" / "uci_online_retail.csv.gz", "rt", newline="") as file:
        yield from (row for row in csv.DictReader(file) if row["CustomerID"])


def split(placed: Placed, cut: date, end: date) -> tuple[Sample, Future]:
    """Everybody until a day, and what they did afterwards."""
    until, last = number_of(cut), number_of(end)
    rows = []
    for orders in placed.values():
        days = sorted({day for day, amount in orders if amount > 0})
        past = [day for day in days if day <= until]
        if past:
            rows.append(
                {
                    "repeats": len(past) - 1,
                    "last": past[-1] - past[0],
                    "observed": until - past[0],
                    "revenue": sum(amount for day, amount in orders if day <= until),
                    "orders_after": sum(until < day <= last for day in days),
                    "revenue_after": sum(amount for day, amount in orders if until < day <= last),
                }
            )
    return Sample.of(rows), Future.of(rows, last - until)


CDNOW_SPLIT = date(1997, 9, 30), date(1998, 6, 30)
RETAIL_SPLIT = date(2011, 8, 31), date(2011, 12, 9)


def retail_beginners(data: Path, days: int = 180) -> list[Beginner]:
    """The first orders of the gift shop, and what each customer brought in the days after."""
    invoices: dict[str, dict[str, list[dict[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for row in _retail_rows(data):
        invoices[row["CustomerID"]][row["InvoiceNo"]].append(row)
    end = max(_day(lines[0]) for mine in invoices.values() for lines in mine.values())
    found = []
    for mine in invoices.values():
        bought = [lines for number, lines in mine.items() if not number.startswith("C") and _amount(lines) > 0]
        if not bought:
            continue
        lines = min(bought, key=lambda one: one[0]["InvoiceDate"])
        first_day = _day(lines[0])
        if first_day <= end - days:
            brought = sum(_amount(one) for one in mine.values() if first_day <= _day(one[0]) <= first_day + days)
            told = first_orders.features(_first(lines), "UTC")
            found.append(Beginner(first_day, told, brought))
    return found


def _first(lines: list[dict[str, str]]) -> FirstOrder:
    best = max(lines, key=lambda line: float(line["Quantity"]) * float(line["UnitPrice"]))
    moment = datetime.fromisoformat(lines[0]["InvoiceDate"] + "+00:00")
    return FirstOrder(
        placed_at=int(moment.timestamp()) * 1_000_000,
        gross=_amount(lines),
        discount=0,
        units=sum(int(line["Quantity"]) for line in lines),
        lines=len(lines),
        country=lines[0]["Country"],
        product=best["StockCode"],
    )


def _amount(lines: list[dict[str, str]]) -> int:
    return round(100 * sum(float(line["Quantity"]) * float(line["UnitPrice"]) for line in lines))


def _day(line: dict[str, str]) -> int:
    return number_of(date.fromisoformat(line["InvoiceDate"][:10]))


def journeys(data: Path) -> dict[int, list[tuple[int, bool]]]:
    """The Complete Journey, a grocer in 2017: by household the days of its baskets and whether one had a discount."""
    baskets: dict[tuple[int, str], list[float]] = {}
    with gzip.open(data / "orders" / "completejourney_transactions_sample.csv.gz", "rt", newline="") as file:
        for row in csv.DictReader(file):
            sums = baskets.setdefault((int(row["household_id"]), row["basket_id"]), [0.0, 0.0, 0.0])
            sums[0] = number_of(date.fromisoformat(row["transaction_timestamp"][:10]))
            sums[1] += sum(float(row[name]) for name in ("retail_disc", "coupon_disc", "coupon_match_disc"))
            sums[2] += float(row["sales_value"])
    found: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    for (household, _), (day, discount, value) in baskets.items():
        if value + discount > 0:
            found[household].append((int(day), discount > 0.005))
    return found


def months(baskets: Mapping[int, list[tuple[int, bool]]], until: int) -> list[Month]:
    """Orders of each customer in each month, as habits are fitted from them."""
    sums: dict[tuple[int, int], list[int]] = {}
    for customer, mine in baskets.items():
        for day, discounted in mine:
            if day <= until:
                one = sums.setdefault((customer, month_of(day)), [0, 0])
                one[0] += 1
                one[1] += discounted
    return [Month(customer, month, all_, part) for (customer, month), (all_, part) in sums.items()]


def order_days(placed: Placed, until: int | None = None) -> list[list[int]]:
    """The different days on which each customer ordered."""
    days = [sorted({day for day, amount in orders if amount > 0}) for orders in placed.values()]
    return [kept for one in days if (kept := [day for day in one if until is None or day <= until])]


def drawn(customers: int, days: int, seed: int) -> tuple[Sample, Future]:
    """A simulated shop whose customers order, stop and spend as MBG/NBD and Gamma-Gamma say; 180 days held out.

    r 0.6, alpha 55 days, a 0.9, b 2.2 (means: an order in 92 days, one in 3.4 stops); p 6, q 4, v 1,500.
    """
    random = np.random.default_rng(seed)
    begins = random.integers(0, days, customers)
    rate, leaves = random.gamma(0.6, 1 / 55, customers), random.beta(0.9, 2.2, customers)
    spends = random.gamma(4.0, 1 / 1500, customers)
    rows = []
    for i in range(customers):
        placed = [0]
        time = 0.0
        while random.random() >= leaves[i]:
            time += random.exponential(1 / max(rate[i], 1e-9))
            if begins[i] + time > days + 180:
                break
            placed.append(int(time))
        unique = sorted(set(placed))
        amounts = random.gamma(6.0, 1 / spends[i], len(unique))
        inside = [begins[i] + day <= days for day in unique]
        past = [day for day, kept in zip(unique, inside, strict=True) if kept]
        rows.append(
            {
                "repeats": len(past) - 1,
                "last": past[-1],
                "observed": days - int(begins[i]),
                "revenue": float(amounts[: len(past)].sum()),
                "orders_after": len(unique) - len(past),
                "revenue_after": float(amounts[len(past) :].sum()),
            }
        )
    return Sample.of(rows), Future.of(rows, 180)
