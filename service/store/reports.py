"""Counts and sums over the whole shop, for the overview and the reports. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from service.store.database import Database, in_list


@dataclass(frozen=True)
class ResponseCount:
    """How many responses of one quiz version have this many answers.

    :param answered: current answers, skipped ones too
    """

    quiz_id: str
    version: int
    status: str
    answered: int
    responses: int


@dataclass(frozen=True)
class PersonaCount:
    """Customers with a persona now. ``persona`` is ``None`` where the classifier abstained."""

    kind: str
    persona: str | None
    customers: int
    buyers: int
    orders: int
    net_revenue: int


@dataclass(frozen=True)
class SegmentCount:
    """Members of a segment now, and who came and went since an instant."""

    segment_id: str
    members: int
    entered: int
    left: int
    net_revenue: int


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


@dataclass(frozen=True)
class AnswerCount:
    """How many responses gave one value (JSON) to an item, and what their customers spent."""

    item_id: str
    value: str
    responses: int
    known: int
    net_revenue: int


def response_counts(db: Database, since: int, until: int, quiz_id: str | None = None) -> list[ResponseCount]:
    """Responses started in ``[since, until)``, by quiz version, status and number of answers."""
    rows = db.query(
        """
        SELECT quiz_id, version, status, answered, COUNT(*) AS responses
          FROM (SELECT r.id, r.quiz_id, r.version, r.status, COUNT(a.id) AS answered
                  FROM responses r
                  LEFT JOIN answers a ON a.response_id = r.id AND a.superseded_at IS NULL
                 WHERE r.started_at >= :since AND r.started_at < :until
                   AND (CAST(:quiz_id AS TEXT) IS NULL OR r.quiz_id = :quiz_id)
                 GROUP BY r.id, r.quiz_id, r.version, r.status) AS one
         GROUP BY quiz_id, version, status, answered
        """,
        {"since": since, "until": until, "quiz_id": quiz_id},
    )
    return [ResponseCount(**row) for row in rows]


def responses_by_quiz(db: Database) -> dict[str, tuple[int, int]]:
    """All responses of each quiz ever: how many were started, how many completed."""
    rows = db.query(
        """
        SELECT quiz_id, COUNT(*) AS started, COUNT(*) FILTER (WHERE status = 'complete') AS completed
          FROM responses
         GROUP BY quiz_id
        """
    )
    return {str(row["quiz_id"]): (int(row["started"]), int(row["completed"])) for row in rows}


def answer_counts(db: Database, quiz_id: str, item_ids: list[str]) -> list[AnswerCount]:
    """Current answers to items of a quiz by value, with the net revenue of the customers who are known."""
    listed, params = in_list("item", item_ids)
    rows = db.query(
        f"""
        SELECT a.item_id, a.value, COUNT(*) AS responses, COUNT(p.customer_id) AS known,
               COALESCE(SUM(p.net_revenue), 0) AS net_revenue
          FROM responses r
          JOIN answers a ON a.response_id = r.id AND a.superseded_at IS NULL
          LEFT JOIN purchases p ON p.customer_id = r.customer_id
         WHERE r.quiz_id = :quiz_id AND a.item_id IN {listed}
         GROUP BY a.item_id, a.value
        """,
        {"quiz_id": quiz_id, **params},
    )
    return [AnswerCount(**{**row, "net_revenue": int(row["net_revenue"])}) for row in rows]


def persona_counts(db: Database) -> list[PersonaCount]:
    """Personas that customers have now, with what these customers bought."""
    rows = db.query(
        """
        SELECT a.kind, a.persona, COUNT(*) AS customers, COUNT(p.customer_id) FILTER (WHERE p.orders > 0) AS buyers,
               COALESCE(SUM(p.orders), 0) AS orders, COALESCE(SUM(p.net_revenue), 0) AS net_revenue
          FROM assignments a
          LEFT JOIN purchases p ON p.customer_id = a.customer_id
         WHERE a.until_at IS NULL
         GROUP BY a.kind, a.persona
        """
    )
    return [
        PersonaCount(**{**row, "orders": int(row["orders"]), "net_revenue": int(row["net_revenue"])}) for row in rows
    ]


def segment_counts(db: Database, since: int) -> dict[str, SegmentCount]:
    """Size of each segment, its revenue, and how many entered and left since an instant."""
    rows = db.query(
        """
        SELECT m.segment_id, COUNT(*) FILTER (WHERE m.left_at IS NULL) AS members,
               COUNT(*) FILTER (WHERE m.entered_at >= :since) AS entered,
               COUNT(*) FILTER (WHERE m.left_at >= :since) AS left_since,
               COALESCE(SUM(p.net_revenue) FILTER (WHERE m.left_at IS NULL), 0) AS net_revenue
          FROM memberships m
          LEFT JOIN purchases p ON p.customer_id = m.customer_id
         GROUP BY m.segment_id
        """,
        {"since": since},
    )
    return {
        str(row["segment_id"]): SegmentCount(
            segment_id=row["segment_id"],
            members=row["members"],
            entered=row["entered"],
            left=row["left_since"],
            net_revenue=int(row["net_revenue"]),
        )
        for row in rows
    }


def membership_days(db: Database, segment_id: str, since: int, offset: int) -> list[tuple[int, int, int]]:
    """Who entered and left a segment, per day: (day, entered, left).

    :param offset: what the shop's zone is ahead of UTC, in microseconds; one offset for the whole time, so near a
        change of the clocks an hour may count for the neighbouring day
    """
    rows = db.query(
        """
        SELECT day, SUM(entered) AS entered, SUM(gone) AS gone
          FROM (SELECT (entered_at + :offset) / 86400000000 AS day, 1 AS entered, 0 AS gone
                  FROM memberships
                 WHERE segment_id = :segment_id AND entered_at >= :since
                 UNION ALL
                SELECT (left_at + :offset) / 86400000000 AS day, 0 AS entered, 1 AS gone
                  FROM memberships
                 WHERE segment_id = :segment_id AND left_at >= :since) AS moves
         GROUP BY day
         ORDER BY day
        """,
        {"segment_id": segment_id, "since": since, "offset": offset},
    )
    return [(int(row["day"]), int(row["entered"]), int(row["gone"])) for row in rows]


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
        """
        SELECT COUNT(*) FILTER (WHERE kind = 'order' AND status IN ('paid', 'refunded')) AS orders,
               COUNT(*) FILTER (WHERE kind = 'order' AND status IN ('paid', 'refunded') AND customer_id IS NULL)
                 AS guests,
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
        """
        SELECT day, COUNT(*) FILTER (WHERE kind = 'order' AND status IN ('paid', 'refunded')) AS orders,
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


def source_totals(db: Database, whale_from: int) -> list[SourceTotals]:
    """Traffic sources by the customers whose first order came from them."""
    rows = db.query(
        """
        SELECT COALESCE(p.first_source, '') AS source, COUNT(*) AS customers,
               COUNT(*) FILTER (WHERE p.net_revenue >= :whale) AS whales,
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


def first_products(db: Database, whale_from: int, limit: int) -> list[FirstProduct]:
    """Products by the customers who bought them first, most customers first."""
    rows = db.query(
        """
        SELECT p.first_product AS product, COUNT(*) AS customers,
               COUNT(*) FILTER (WHERE p.net_revenue >= :whale) AS whales,
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


def delivery_counts(db: Database) -> dict[str, int]:
    """Deliveries by status."""
    rows = db.query("SELECT status, COUNT(*) AS n FROM deliveries GROUP BY status")
    return {str(row["status"]): int(row["n"]) for row in rows}


def oldest_due(db: Database, now: int) -> int | None:
    """When the oldest delivery that could have been sent by now was written."""
    row = db.query(
        "SELECT MIN(created_at) AS oldest FROM deliveries WHERE status = 'due' AND due_at <= :now", {"now": now}
    )
    return row[0]["oldest"]  # type: ignore[no-any-return]


def profiles_behind(db: Database) -> int:
    """Profiles that were last looked at under older definitions."""
    row = db.query(
        """
        SELECT COUNT(*) AS n
          FROM profiles
         WHERE definitions < (SELECT value FROM counters WHERE name = 'definitions')
        """
    )
    return int(row[0]["n"])
