"""RFM scores of many customers at once, by the same rules as ``domain/rfm.py`` (a test holds them equal)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.domain.rfm import RfmModel

Whole = NDArray[np.int64]
NEVER = -1
"""The code of who has no scores, and the day on which nothing changes."""


@dataclass(frozen=True)
class Scored:
    """A page of customers.

    :param codes: recency, frequency and monetary as one number (543), ``NEVER`` without scores
    :param next_days: the next day of the shop on which recency changes by time alone, or ``NEVER``
    """

    codes: Whole
    next_days: Whole


@dataclass(frozen=True)
class Compared:
    """A page of customers held against what is kept of them.

    :param differing: customers with other scores than those kept
    :param turns: of the others, customer and the next day on which recency changes by time alone
    """

    differing: list[int]
    turns: list[tuple[int, int]]


def compare(model: RfmModel, rows: Sequence[Mapping[str, Any]], today: int) -> Compared:
    """Score a page and compare.

    :param rows: customer_id, orders, last_day, net_revenue (``None`` without orders), code (``None`` without scores)
    """
    ids, orders, days, paid = (
        np.array([row[name] or 0 for row in rows], dtype=np.int64)
        for name in ("customer_id", "orders", "last_day", "net_revenue")
    )
    dated = np.array([row["last_day"] is not None for row in rows], dtype=bool)
    found = score(model, orders=np.where(dated, orders, 0), last_day=days, net_revenue=paid, today=today)
    kept = np.array([int(row["code"]) if row["code"] else NEVER for row in rows], dtype=np.int64)
    differs = found.codes != kept
    turning = ~differs & (found.next_days != NEVER)
    return Compared(
        ids[differs].tolist(), list(zip(ids[turning].tolist(), found.next_days[turning].tolist(), strict=True))
    )


def score(model: RfmModel, *, orders: Whole, last_day: Whole, net_revenue: Whole, today: int) -> Scored:
    """Score customers by their counted orders, the day of the last one, and net revenue in minor units.

    Who has no counted order has 0 orders; ``last_day`` is then of no consequence.
    """
    days = np.maximum(0, today - last_day)
    recency = np.array(model.recency.thresholds, dtype=np.int64)
    passed = np.searchsorted(recency, days, side="left")
    codes = (
        100 * (5 - passed)
        + 10 * (1 + np.searchsorted(np.array(model.frequency.thresholds, dtype=np.int64), orders, side="left"))
        + (1 + np.searchsorted(np.array(model.monetary.thresholds, dtype=np.int64), net_revenue, side="left"))
    )
    ahead = last_day + np.append(recency, 0)[np.minimum(passed, len(recency))] + 1
    bought = orders > 0
    return Scored(np.where(bought, codes, NEVER), np.where(bought & (passed < len(recency)), ahead, NEVER))
