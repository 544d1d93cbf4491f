"""RFM on real shops: the traps that ranking into equal fifths falls into."""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest

from service.domain import rfm
from service.domain.purchases import Purchases
from service.domain.rfm import Buyer, RfmModel, Scores

pytestmark = pytest.mark.data


def fitted(buyers: list[Buyer]) -> tuple[RfmModel, list[Scores]]:
    model = rfm.fit(buyers, fitted_at=0)
    assert model is not None
    scores = [rfm.score(model, days_since_last=one.days, orders=one.orders, net_revenue=one.revenue) for one in buyers]
    return model, [one for one in scores if one is not None]


def test_the_half_of_cdnow_that_ordered_once_has_one_frequency_score(test_data: Path) -> None:
    days: defaultdict[str, set[int]] = defaultdict(set)
    spent: Counter[str] = Counter()
    with (test_data / "orders" / "cdnow_master.txt").open() as file:
        next(file)
        for line in file:
            customer, day, _, amount = line.split()
            days[customer].add(date(int(day[:4]), int(day[4:6]), int(day[6:])).toordinal())
            spent[customer] += round(float(amount) * 100)
    end = max(max(one) for one in days.values())
    buyers = [Buyer(end - max(placed), len(placed), spent[customer]) for customer, placed in days.items()]
    model, scores = fitted(buyers)
    of_one_order = Counter(score.frequency for one, score in zip(buyers, scores, strict=True) if one.orders == 1)
    assert len(buyers) == 23_570
    assert set(of_one_order) == {1}
    assert of_one_order[1] / len(buyers) > 0.51
    # Equal customers score equally in everything.
    by_values = {(one.days, one.orders, one.revenue): score for one, score in zip(buyers, scores, strict=True)}
    assert all(by_values[one.days, one.orders, one.revenue] == score for one, score in zip(buyers, scores, strict=True))
    assert model.frequency.thresholds == (1, 1, 2, 4)


def test_a_top_spender_of_the_gift_shop_who_sent_it_all_back_is_no_whale(test_data: Path) -> None:
    net: Counter[str] = Counter()
    placed: defaultdict[str, Counter[str]] = defaultdict(Counter)
    with gzip.open(test_data / "orders" / "uci_online_retail.csv.gz", "rt", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for invoice, _, _, quantity, _, price, who, _ in rows:
            customer = who.partition(".")[0]
            if customer:
                amount = round(float(price) * int(quantity) * 100)
                net[customer] += amount
                if not invoice.startswith("C"):
                    placed[customer][invoice] += amount
    gross = {customer: sum(amounts.values()) for customer, amounts in placed.items()}
    bought = [customer for customer in placed if any(amount > 0 for amount in placed[customer].values())]
    model, _ = fitted([Buyer(1, len(placed[customer]), net[customer]) for customer in bought])
    assert sorted(gross.values(), reverse=True)[:10].count(gross["16446"]) == 1
    assert net["16446"] == 290
    assert not model.whales.include(Purchases(orders=1, net_revenue=net["16446"]))
    positive = [net[customer] for customer in bought if net[customer] > 0]
    assert model.whales.count == -(-len(positive) // 5)
