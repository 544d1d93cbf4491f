"""Totals of the shop count the orders that profiles count."""

from __future__ import annotations

from service.domain.orders import GUEST
from service.operations.context import Context
from service.operations.orders import record_orders
from service.store.sales import day_totals, shop_totals
from tests.order_factory import line, order


def test_free_orders_are_in_no_total(ctx: Context) -> None:
    free = (line("0.00", 3),)
    statuses = ("pending", "cancelled", "refused")
    record_orders(
        ctx,
        [
            order("paid"),
            order("refunded", status="refunded"),
            order("guest", buyer=GUEST),
            order("free", lines=free),
            order("free-refunded", lines=free, status="refunded"),
            order("free-guest", lines=free, buyer=GUEST),
            order("free-later", 3, lines=free),
            *(order(status, status=status) for status in statuses),
        ],
    )
    totals = shop_totals(ctx.db)
    assert (totals.orders, totals.guest_orders, totals.buyers, totals.net_revenue) == (3, 1, 1, 2000)
    assert [(one.orders, one.revenue) for one in day_totals(ctx.db, 0)] == [(3, 2000), (0, 0)]
