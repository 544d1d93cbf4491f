"""Sums over orders and purchases of the whole shop, for the overview and the reports. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.whales import Measure
from service.store.database import Database, in_list

# The orders that count, as domain/purchases.py says it.
_COUNTS = "kind = 'order' AND status IN ('paid', 'refunded') AND gross > 0"


@dataclass(frozen=True)
class ShopTotals:
    """The shop as a whole, guest orders included in revenue and orders."""

    customers: int
    buyers: int
    orders: int
    net_revenue: int
    guest_orders: int


@dataclass(frozen=True)
class DayTotals:
    """One day of the shop."""

    day: int
    orders: int
    revenue: int


@dataclass(frozen=True)
class SourceTotals:
    """A traffic source: visits as the shop counted them, and the customers whose first order came from it."""

    source: str
    visits: int | None
    customers: int
    whales: int
    orders: int
    net_revenue: int


@dataclass(frozen=True)
class FirstProduct:
    """Customers by the product they bought first."""

    product: str
    customers: int
    whales: int
    orders: int
    net_revenue: int


def shop_totals(db: Database) -> ShopTotals:
    """Customers, orders and revenue of the whole shop."""
    people = db.query(
        """
        SELECT COUNT(*) AS customers
          FROM customers
         WHERE merged_into IS NULL AND erased_at IS NULL
        """
    )[0]
    orders = db.query(
        f"""
        SELECT COUNT(*) FILTER (WHERE {_COUNTS}) AS orders,
               COUNT(*) FILTER (WHERE {_COUNTS} AND customer_id IS NULL) AS guests,
               COALESCE(SUM(revenue), 0) AS revenue
          FROM orders
        """
    )[0]
    buyers = db.query("SELECT COUNT(*) AS buyers FROM purchases WHERE orders > 0")[0]
    return ShopTotals(
        customers=int(people["customers"]),
        buyers=int(buyers["buyers"]),
        orders=int(orders["orders"]),
        net_revenue=int(orders["revenue"]),
        guest_orders=int(orders["guests"]),
    )


def day_totals(db: Database, since_day: int) -> list[DayTotals]:
    """Orders and net revenue of each day from ``since_day`` on; days without orders are absent."""
    rows = db.query(
        f"""
        SELECT day, COUNT(*) FILTER (WHERE {_COUNTS}) AS orders,
               COALESCE(SUM(revenue), 0) AS revenue
          FROM orders
         WHERE day >= :since
         GROUP BY day
         ORDER BY day
        """,
        {"since": since_day},
    )
    return [DayTotals(day=row["day"], orders=row["orders"], revenue=int(row["revenue"])) for row in rows]


def last_order_day(db: Database) -> int | None:
    """The day of the newest order."""
    return db.query("SELECT MAX(day) AS day FROM orders")[0]["day"]  # type: ignore[no-any-return]


def whale_threshold(db: Database, share_percent: int = 20) -> int | None:
    """Net revenue of the last customer among the best ``share_percent`` of those above zero, rounded up."""
    above = int(db.query("SELECT COUNT(*) AS n FROM purchases WHERE net_revenue > 0")[0]["n"])
    if not above:
        return None
    row = db.one(
        """
        SELECT net_revenue
          FROM purchases
         WHERE net_revenue > 0
         ORDER BY net_revenue DESC
         LIMIT 1
        OFFSET :before
        """,
        {"before": (above * share_percent + 99) // 100 - 1},
    )
    return None if row is None else int(row["net_revenue"])


_SUMS: Mapping[Measure, str] = {"net_revenue": "p.net_revenue", "net_profit": "(p.costed_revenue - p.cost)"}
"""The sum by which whales are told, as `whales.Whales.sum_of`."""


def source_totals(db: Database, whale_from: int, measure: Measure = "net_revenue") -> list[SourceTotals]:
    """Traffic sources by the customers whose first order came from them."""
    rows = db.query(
        f"""
        SELECT COALESCE(p.first_source, '') AS source, COUNT(*) AS customers,
               COUNT(*) FILTER (WHERE {_SUMS[measure]} >= :whale) AS whales,
               SUM(p.orders) AS orders, SUM(p.net_revenue) AS net_revenue
          FROM purchases p
         WHERE p.orders > 0
         GROUP BY COALESCE(p.first_source, '')
        """,
        {"whale": whale_from},
    )
    visits = {
        str(row["source"]): int(row["visits"])
        for row in db.query(
            "SELECT traffic_source AS source, SUM(visits) AS visits FROM traffic GROUP BY traffic_source"
        )
    }
    return [
        SourceTotals(
            source=row["source"],
            visits=visits.get(row["source"]),
            customers=row["customers"],
            whales=row["whales"],
            orders=int(row["orders"]),
            net_revenue=int(row["net_revenue"]),
        )
        for row in rows
    ]


def first_products(db: Database, whale_from: int, limit: int, measure: Measure = "net_revenue") -> list[FirstProduct]:
    """Products by the customers who bought them first, most customers first."""
    rows = db.query(
        f"""
        SELECT p.first_product AS product, COUNT(*) AS customers,
               COUNT(*) FILTER (WHERE {_SUMS[measure]} >= :whale) AS whales,
               SUM(p.orders) AS orders, SUM(p.net_revenue) AS net_revenue
          FROM purchases p
         WHERE p.orders > 0 AND p.first_product IS NOT NULL
         GROUP BY p.first_product
         ORDER BY COUNT(*) DESC, p.first_product
         LIMIT :limit
        """,
        {"whale": whale_from, "limit": limit},
    )
    return [
        FirstProduct(**{**row, "orders": int(row["orders"]), "net_revenue": int(row["net_revenue"])}) for row in rows
    ]


def product_names(db: Database, shop_product_ids: list[str]) -> dict[str, str]:
    """Names of products by the shop's ids."""
    listed, params = in_list("id", shop_product_ids)
    rows = db.query(
        f"""
        SELECT shop_product_id, MIN(name) AS name
          FROM products
         WHERE shop_product_id IN {listed}
         GROUP BY shop_product_id
        """,
        params,
    )
    return {row["shop_product_id"]: row["name"] for row in rows}
