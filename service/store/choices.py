"""The words there are to choose from in conditions: products, sources, countries and the like.

Lists are read of the latest orders and customers, so that they take as long in a large shop as in a small one.
"""

from __future__ import annotations

from service.store.database import Database

LATEST = 20_000
"""Orders and customers that are looked at."""
MOST = 2_000
_OF_ORDERS = {
    "source": "traffic_source",
    "medium": "medium",
    "campaign": "campaign",
    "coupon": "coupon",
    "payment_method": "payment_method",
    "country": "country",
}
_OF_CUSTOMERS = ("country", "region", "city", "language")


def products(db: Database) -> dict[str, str]:
    """Names of products by the shop's id, as they are called now."""
    rows = db.query(
        "SELECT shop_product_id, MAX(name) AS name FROM products GROUP BY shop_product_id ORDER BY 2 LIMIT :most",
        {"most": MOST},
    )
    return {row["shop_product_id"]: row["name"] for row in rows}


def categories(db: Database) -> list[str]:
    """Categories of products."""
    rows = db.query(
        "SELECT DISTINCT category FROM products WHERE category IS NOT NULL ORDER BY category LIMIT :most",
        {"most": MOST},
    )
    return [row["category"] for row in rows]


def of_orders(db: Database) -> dict[str, list[str]]:
    """What the latest orders say, by field of an order; what most of them say comes first."""
    latest = f"SELECT {', '.join(_OF_ORDERS.values())} FROM orders ORDER BY id DESC LIMIT :latest"
    return _told(db, latest, _OF_ORDERS)


def of_customers(db: Database) -> dict[str, list[str]]:
    """What the shop says of its latest customers: country, region, city and language."""
    latest = f"""
        SELECT {", ".join(_OF_CUSTOMERS)} FROM customers
         WHERE merged_into IS NULL AND erased_at IS NULL ORDER BY id DESC LIMIT :latest
    """
    return _told(db, latest, {one: one for one in _OF_CUSTOMERS})


def contact_is_reported(db: Database) -> bool:
    """Whether any email tool has ever told about received, opened or clicked messages."""
    return db.one("SELECT 1 AS found FROM contact_events LIMIT 1") is not None


def places_are_known(db: Database) -> bool:
    """Whether a list of places was imported."""
    return db.one("SELECT 1 AS found FROM places LIMIT 1") is not None


def _told(db: Database, latest: str, columns: dict[str, str]) -> dict[str, list[str]]:
    parts = [
        f"""
        SELECT '{name}' AS field, {column} AS word, COUNT(*) AS many FROM latest WHERE {column} <> '' GROUP BY {column}
        """
        for name, column in columns.items()
    ]
    rows = db.query(
        f"WITH latest AS ({latest}) {' UNION ALL '.join(parts)} ORDER BY field, many DESC, word",
        {"latest": LATEST},
    )
    found: dict[str, list[str]] = {name: [] for name in columns}
    for row in rows:
        found[row["field"]].append(row["word"])
    return {name: words[:MOST] for name, words in found.items()}
