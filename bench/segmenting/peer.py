"""Ten of the segments worked out by pandas over the same tables, as somebody would write them in a notebook."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from bench.segmenting.shop import TODAY
from service.domain.days import day_of as calendar_day
from service.domain.days import number_of


@dataclass(frozen=True)
class Frames:
    """The tables the ten segments need."""

    orders: pd.DataFrame
    lines: pd.DataFrame
    facts: pd.DataFrame


def load(path: str) -> Frames:
    """Read the tables."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        orders = pd.read_sql(
            "SELECT id, customer_id, day, traffic_source, revenue FROM orders"
            " WHERE kind = 'order' AND gross > 0 AND status IN ('paid', 'refunded')",
            connection,
        )
        lines = pd.read_sql(
            "SELECT l.order_id, l.amount FROM order_lines l JOIN products p ON p.id = l.product_id"
            " WHERE p.category = 'home'",
            connection,
        )
        facts = pd.read_sql(
            "SELECT customer_id, text FROM facts WHERE name = 'rfm.group' AND until_at IS NULL", connection
        )
    finally:
        connection.close()
    return Frames(orders, lines, facts)


def counts(frames: Frames) -> Mapping[str, int]:
    """How many customers each of the ten segments has."""
    orders = frames.orders

    def last(days: int) -> pd.DataFrame:
        return orders[(orders.day > TODAY - days) & (orders.day <= TODAY)]

    bought = orders.groupby("customer_id")
    many, revenue = bought.size(), bought.revenue.sum()
    year, quarter, month = last(365), last(90), last(30)
    average = year.groupby("customer_id").revenue.agg(["sum", "count"])
    spent = revenue.sort_values(ascending=False)
    top = spent.iloc[-(-len(spent) * 20 // 100) - 1]
    first, end = (number_of(day) for day in (calendar_day("2026-02-18"), calendar_day("2026-03-19")) if day)
    home = frames.lines.merge(last(180)[["id", "customer_id"]], left_on="order_id", right_on="id")
    return {
        "w-active-30": month.customer_id.nunique(),
        "w-active-90-twice": int((quarter.groupby("customer_id").size() >= 2).sum()),
        "w-silent-year": int((many[~many.index.isin(year.customer_id)] >= 2).sum()),
        "w-spent-500-in-90": int((quarter.groupby("customer_id").revenue.sum() >= 50_000).sum()),
        "w-average-200-in-year": int((average["sum"] >= 20_000 * average["count"]).sum()),
        "w-podcast-90": quarter[quarter.traffic_source == "podcast"].customer_id.nunique(),
        "w-ramadan": orders[orders.day.between(first, end)].customer_id.nunique(),
        "l-home-spend": int((home.groupby("customer_id").amount.sum() >= 20_000).sum()),
        "p-top-20": int((revenue >= top).sum()),
        "k-champions": int(frames.facts.text.isin(["champions", "loyal"]).sum()),
    }
