"""First orders: as a refresh reads them beside the purchases, and everybody's, with what came of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from service.domain.first_orders import FirstOrder
from service.store.database import Database, Row

COLUMNS = """
f.placed_at AS first_placed_at, f.gross AS first_gross, f.discount AS first_discount, f.units AS first_units,
f.campaign AS first_campaign, f.country AS first_country, f.coupon AS first_coupon, f.traffic_source AS first_came_by,
f.main_product AS first_main, fp.category AS first_category,
(SELECT COUNT(*) FROM order_lines l WHERE l.order_id = f.id) AS first_lines
"""
JOINS = """
LEFT JOIN orders f ON f.id = u.first_order_id
LEFT JOIN products fp ON fp.source = f.source AND fp.shop_product_id = f.main_product
"""


@dataclass(frozen=True)
class Begun:
    """A customer whose first order is long enough ago.

    :param facts: all kept facts of their profile
    :param brought: net revenue within the days asked for, in minor units
    """

    first_day: int
    first: FirstOrder
    facts: dict[str, object]
    brought: int


def read(row: Row) -> FirstOrder | None:
    """The first order of a row with ``COLUMNS``; ``None`` for somebody without one."""
    if row["first_placed_at"] is None:
        return None
    return FirstOrder(
        placed_at=row["first_placed_at"],
        gross=row["first_gross"],
        discount=row["first_discount"],
        units=row["first_units"],
        lines=row["first_lines"],
        source=row["first_came_by"],
        campaign=row["first_campaign"],
        country=row["first_country"],
        coupon=row["first_coupon"],
        product=row["first_main"],
        category=row["first_category"],
    )


def begun(db: Database, *, until: int, days: int, step: int) -> Iterator[Begun]:
    """Everybody whose first order was placed by ``until``, with what they brought in the ``days`` after it. Only inside
    ``db.snapshot()``.

    :param step: every how-manyeth customer is read
    """
    rows = db.stream(
        f"""
        SELECT u.customer_id, u.first_day, p.state, {COLUMNS},
               (SELECT SUM(o.revenue) FROM orders o
                 WHERE o.customer_id = u.customer_id AND o.day <= u.first_day + :days
                   AND NOT (o.kind = 'refund' AND o.status <> 'paid')) AS brought
          FROM purchases u
          {JOINS}
          LEFT JOIN profiles p ON p.customer_id = u.customer_id
         WHERE u.orders > 0 AND u.first_day <= :until AND u.customer_id % :step = 0
         ORDER BY u.customer_id
        """,
        {"until": until, "days": days, "step": step},
        size=1000,
    )
    for row in rows:
        first = read(row)
        if first is not None:
            facts = json.loads(row["state"]).get("facts", {}) if row["state"] else {}
            plain = {name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()}
            yield Begun(row["first_day"], first, plain, int(row["brought"] or 0))
