"""Rows for tables that people read: customers with what matters about them, a page at a time. Reads only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.search import words
from service.store.database import Database, Row, in_list


@dataclass(frozen=True)
class CustomerRow:
    """One customer in a table.

    :param email: their address, a proven one before a typed one
    :param at: an instant that belongs to the table: last order, or when they entered the segment
    """

    id: int
    first_name: str | None
    last_name: str | None
    email: str | None
    country: str | None
    city: str | None
    orders: int
    net_revenue: int
    last_at: int | None
    psychographic: str | None
    behavioural: str | None
    created_at: int
    entered_at: int | None = None
    entered_reason: str | None = None

    @property
    def name(self) -> str:
        """First and last name, empty when the shop told neither."""
        return " ".join(filter(None, (self.first_name, self.last_name)))


@dataclass(frozen=True)
class Search:
    """Which customers a table shows.

    :param text: all of its words are found in name, email, phone or id
    :param persona: id of a persona they have now
    """

    text: str = ""
    segment: str | None = None
    persona: str | None = None
    country: str | None = None


@dataclass(frozen=True)
class OrderRow:
    """An order or refund document of a customer, with its lines."""

    id: int
    shop_order_id: str
    source: str
    kind: str
    status: str
    placed_at: int
    currency: str
    gross: int
    discount: int
    refunded: int
    revenue: int
    units: int
    coupon: str | None
    payment_method: str | None
    traffic_source: str | None
    campaign: str | None
    lines: tuple[LineRow, ...] = ()


@dataclass(frozen=True)
class LineRow:
    """A line of an order."""

    name: str | None
    quantity: int
    amount: int


_SORTS: Mapping[str, str] = {
    "revenue": "COALESCE(p.net_revenue, 0)",
    "orders": "COALESCE(p.orders, 0)",
    "last": "p.last_at",
    "name": "c.search",
    "new": "c.id",
}
CUSTOMER_SORTS = tuple(_SORTS)

_DETAILS = """
    SELECT c.id, c.first_name, c.last_name, c.country, c.city, c.created_at, COALESCE(p.orders, 0) AS orders,
           COALESCE(p.net_revenue, 0) AS net_revenue, p.last_at,
           (SELECT i.value FROM identities i
             WHERE i.customer_id = c.id AND i.kind = 'email'
             ORDER BY CASE i.proof WHEN 'verified' THEN 0 ELSE 1 END, i.id
             LIMIT 1) AS email,
           (SELECT a.persona FROM assignments a
             WHERE a.customer_id = c.id AND a.kind = 'psychographic' AND a.until_at IS NULL
             LIMIT 1) AS psychographic,
           (SELECT a.persona FROM assignments a
             WHERE a.customer_id = c.id AND a.kind = 'behavioural' AND a.until_at IS NULL
             LIMIT 1) AS behavioural
      FROM customers c
      LEFT JOIN purchases p ON p.customer_id = c.id
"""


def customers(
    db: Database, search: Search, *, sort: str, descending: bool, limit: int, offset: int
) -> list[CustomerRow]:
    """A page of customers.

    :param sort: one of ``CUSTOMER_SORTS``; customers without a value come last
    """
    where, params = _where(search)
    column, direction = _SORTS[sort], "DESC" if descending else "ASC"
    rows = db.query(
        f"""
        SELECT c.id
          FROM customers c
          LEFT JOIN purchases p ON p.customer_id = c.id
         WHERE {where}
         ORDER BY {column} {direction} NULLS LAST, c.id {direction}
         LIMIT :limit
        OFFSET :offset
        """,
        {**params, "limit": limit, "offset": offset},
    )
    return _details(db, [row["id"] for row in rows])


def count_customers(db: Database, search: Search) -> int:
    """How many customers a search finds."""
    where, params = _where(search)
    return int(db.query(f"SELECT COUNT(*) AS n FROM customers c WHERE {where}", params)[0]["n"])


def pages_of_customers(db: Database, search: Search, size: int = 500) -> Iterator[list[CustomerRow]]:
    """Every customer a search finds, by id, a page at a time: for files."""
    after = 0
    where, params = _where(search)
    while True:
        rows = db.query(
            f"SELECT c.id FROM customers c WHERE c.id > :after AND {where} ORDER BY c.id LIMIT :size",
            {**params, "after": after, "size": size},
        )
        if not rows:
            return
        after = rows[-1]["id"]
        yield _details(db, [row["id"] for row in rows])


def members(
    db: Database, segment_id: str, *, sort: str, descending: bool, limit: int, offset: int
) -> list[CustomerRow]:
    """A page of a segment's members with the reason they entered for.

    :param sort: one of ``CUSTOMER_SORTS``, or ``entered``
    """
    column = "m.entered_at" if sort == "entered" else _SORTS[sort]
    direction = "DESC" if descending else "ASC"
    rows = db.query(
        f"""
        SELECT m.customer_id, m.entered_at, m.entered_reason
          FROM memberships m
          JOIN customers c ON c.id = m.customer_id
          LEFT JOIN purchases p ON p.customer_id = m.customer_id
         WHERE m.segment_id = :segment_id AND m.left_at IS NULL
         ORDER BY {column} {direction} NULLS LAST, m.customer_id {direction}
         LIMIT :limit
        OFFSET :offset
        """,
        {"segment_id": segment_id, "limit": limit, "offset": offset},
    )
    entered = {row["customer_id"]: row for row in rows}
    return _details(db, list(entered), entered)


def countries(db: Database) -> list[tuple[str, int]]:
    """Countries of customers with their number, the largest first."""
    rows = db.query(
        """
        SELECT country, COUNT(*) AS n
          FROM customers
         WHERE country IS NOT NULL AND merged_into IS NULL AND erased_at IS NULL
         GROUP BY country
         ORDER BY COUNT(*) DESC, country
        """
    )
    return [(row["country"], row["n"]) for row in rows]


def orders_of(db: Database, customer_id: int, limit: int) -> list[OrderRow]:
    """A customer's orders and refunds with their lines, the newest first; two statements."""
    orders = db.query(
        """
        SELECT id, shop_order_id, source, kind, status, placed_at, currency, gross, discount, refunded, revenue,
               units, coupon, payment_method, traffic_source, campaign
          FROM orders
         WHERE customer_id = :customer_id
         ORDER BY placed_at DESC, id DESC
         LIMIT :limit
        """,
        {"customer_id": customer_id, "limit": limit},
    )
    listed, params = in_list("order", [row["id"] for row in orders])
    lines: dict[int, list[LineRow]] = {}
    for row in db.query(
        f"""
        SELECT l.order_id, COALESCE(p.name, l.name) AS name, l.quantity, l.amount
          FROM order_lines l
          LEFT JOIN products p ON p.id = l.product_id
         WHERE l.order_id IN {listed}
         ORDER BY l.order_id, l.position
        """,
        params,
    ):
        lines.setdefault(row.pop("order_id"), []).append(LineRow(**row))
    return [OrderRow(**row, lines=tuple(lines.get(row["id"], ()))) for row in orders]


def names(db: Database, customer_ids: Sequence[int]) -> dict[int, str]:
    """What to call customers in a table about something else: name, else address, else number."""
    return {row.id: row.name or row.email or f"#{row.id}" for row in _details(db, list(dict.fromkeys(customer_ids)))}


def _details(db: Database, customer_ids: Sequence[int], entered: Mapping[int, Row] | None = None) -> list[CustomerRow]:
    listed, params = in_list("id", customer_ids)
    found: dict[int, Row] = {row["id"]: row for row in db.query(f"{_DETAILS} WHERE c.id IN {listed}", params)}
    rows = []
    for customer_id in customer_ids:
        if customer_id not in found:  # erased since the page was chosen
            continue
        membership = (entered or {}).get(customer_id, {})
        rows.append(
            CustomerRow(
                **found[customer_id],
                entered_at=membership.get("entered_at"),
                entered_reason=membership.get("entered_reason"),
            )
        )
    return rows


def _where(search: Search) -> tuple[str, dict[str, Any]]:
    clauses = ["c.merged_into IS NULL", "c.erased_at IS NULL"]
    params: dict[str, Any] = {}
    for position, word in enumerate(words(search.text)[:8]):
        clauses.append(f"c.search LIKE :word{position} ESCAPE '!'")
        params[f"word{position}"] = f"%{_literal(word)}%"
    if search.country:
        clauses.append("c.country = :country")
        params["country"] = search.country
    if search.segment:
        clauses.append(
            "EXISTS (SELECT 1 FROM memberships m"
            " WHERE m.segment_id = :segment AND m.customer_id = c.id AND m.left_at IS NULL)"
        )
        params["segment"] = search.segment
    if search.persona:
        clauses.append(
            "EXISTS (SELECT 1 FROM assignments a"
            " WHERE a.customer_id = c.id AND a.persona = :persona AND a.until_at IS NULL)"
        )
        params["persona"] = search.persona
    return " AND ".join(clauses), params


def _literal(word: str) -> str:
    """The word with the wildcards of LIKE taken literally."""
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")
