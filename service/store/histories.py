"""What fitting behavioural models reads of everybody's orders, and the log of refits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from service.domain.habits import Month, month_of
from service.store.database import Database, Row

Outcome = Literal["activated", "unchanged", "refused", "too_little"]

_COUNTED = "o.kind = 'order' AND o.status IN ('paid', 'refunded') AND o.gross > 0"
"""As `purchases.counts`."""


@dataclass(frozen=True)
class Span:
    """From when to when a shop has orders, in its days.

    :param customers: with orders
    :param newest_order: the highest order number
    """

    first_day: int
    last_day: int
    customers: int
    newest_order: int


def span(db: Database) -> Span | None:
    """From when to when there are orders of customers; ``None`` without any."""
    row = db.one(
        """
        SELECT MIN(first_day) AS first_day, MAX(last_day) AS last_day, COUNT(*) AS customers,
               (SELECT COALESCE(MAX(id), 0) FROM orders) AS newest_order
          FROM purchases
         WHERE orders > 0
        """
    )
    return Span(**row) if row and row["customers"] else None


def order_days(db: Database, step: int) -> Iterator[list[int]]:
    """The different days on which each customer ordered, ascending. Only inside ``db.snapshot()``.

    :param step: every how-manyeth customer is read
    """
    rows = db.stream(
        f"""
        SELECT o.customer_id, o.day FROM orders o
         WHERE o.customer_id IS NOT NULL AND o.customer_id % :step = 0 AND {_COUNTED}
         GROUP BY o.customer_id, o.day
         ORDER BY o.customer_id, o.day
        """,
        {"step": step},
        size=5000,
    )
    for _, mine in groupby(rows, key=lambda row: row["customer_id"]):
        yield [row["day"] for row in mine]


def until(db: Database, day: int, step: int) -> Iterator[Row]:
    """Every customer's orders up to a day: repeats, last, observed, revenue. Only inside ``db.snapshot()``.

    Those who had not ordered by then are left out; the sums are those of ``purchases``, as of that day.
    """
    yield from db.stream(
        f"""
        SELECT COUNT(DISTINCT CASE WHEN {_COUNTED} THEN o.day END) - 1 AS repeats,
               MAX(CASE WHEN {_COUNTED} THEN o.day END) - MIN(CASE WHEN {_COUNTED} THEN o.day END) AS last,
               :day - MIN(CASE WHEN {_COUNTED} THEN o.day END) AS observed,
               SUM(CASE WHEN o.kind = 'refund' AND o.status <> 'paid' THEN 0 ELSE o.revenue END) AS revenue
          FROM orders o
         WHERE o.customer_id IS NOT NULL AND o.customer_id % :step = 0 AND o.day <= :day
         GROUP BY o.customer_id
        HAVING COUNT(CASE WHEN {_COUNTED} THEN 1 END) > 0
        """,
        {"day": day, "step": step},
        size=5000,
    )


def split_at(db: Database, cut: int, end: int, step: int) -> Iterator[Row]:
    """As ``until``, with what the same customers did in the days after the cut until ``end``."""
    past, future = "o.day <= :cut", "o.day > :cut"
    yield from db.stream(
        f"""
        SELECT COUNT(DISTINCT CASE WHEN {_COUNTED} AND {past} THEN o.day END) - 1 AS repeats,
               MAX(CASE WHEN {_COUNTED} AND {past} THEN o.day END)
               - MIN(CASE WHEN {_COUNTED} AND {past} THEN o.day END) AS last,
               :cut - MIN(CASE WHEN {_COUNTED} AND {past} THEN o.day END) AS observed,
               SUM(CASE WHEN {past} AND NOT (o.kind = 'refund' AND o.status <> 'paid') THEN o.revenue ELSE 0 END)
               AS revenue,
               COUNT(DISTINCT CASE WHEN {_COUNTED} AND {future} THEN o.day END) AS orders_after,
               SUM(CASE WHEN {future} AND NOT (o.kind = 'refund' AND o.status <> 'paid') THEN o.revenue ELSE 0 END)
               AS revenue_after
          FROM orders o
         WHERE o.customer_id IS NOT NULL AND o.customer_id % :step = 0 AND o.day <= :end
         GROUP BY o.customer_id
        HAVING COUNT(CASE WHEN {_COUNTED} AND {past} THEN 1 END) > 0
        """,
        {"cut": cut, "end": end, "step": step},
        size=5000,
    )


def discounts(db: Database, step: int) -> Iterator[Month]:
    """How many orders each customer placed in each month, and how many with a discount. Only inside
    ``db.snapshot()``."""
    rows = db.stream(
        f"""
        SELECT o.customer_id, o.day, COUNT(*) AS orders, COUNT(*) FILTER (WHERE o.discount > 0) AS discounted
          FROM orders o
         WHERE o.customer_id IS NOT NULL AND o.customer_id % :step = 0 AND {_COUNTED}
         GROUP BY o.customer_id, o.day
         ORDER BY o.customer_id, o.day
        """,
        {"step": step},
        size=5000,
    )
    for (customer, month), mine in groupby(rows, key=lambda row: (row["customer_id"], month_of(row["day"]))):
        days = list(mine)
        yield Month(customer, month, sum(one["orders"] for one in days), sum(one["discounted"] for one in days))


# the log of refits -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Refit:
    """What fitting a model anew found.

    :param at: UTC microseconds, :param day: the shop's day of it
    :param newest_order: the highest order number there was
    :param version: of the candidate, or of the model put to use; ``None`` when none was kept
    :param reason: one sentence
    """

    kind: str
    at: int
    day: int
    newest_order: int
    outcome: Outcome
    version: int | None
    reason: str
    actor: str


_REFIT = ("kind", "at", "day", "newest_order", "outcome", "version", "reason", "actor")


def add_refit(db: Database, refit: Refit) -> None:
    """Keep what a refit found."""
    db.insert_rows("refits", _REFIT, [tuple(getattr(refit, name) for name in _REFIT)])


def refits(db: Database, kind: str, limit: int = 20) -> list[Refit]:
    """The last refits of a kind, newest first."""
    rows = db.query(
        f"SELECT {', '.join(_REFIT)} FROM refits WHERE kind = :kind ORDER BY id DESC LIMIT :limit",
        {"kind": kind, "limit": limit},
    )
    return [Refit(**row) for row in rows]
