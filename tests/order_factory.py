"""Orders for tests, told in a few words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from service.domain.money import line_amount
from service.domain.orders import Buyer, IncomingOrder, OrderLine

DAY = 24 * 3600 * 1_000_000
# 2026-01-01T09:00Z, noon in Riyadh.
NOON = 1_767_258_000 * 1_000_000


def line(price: str = "10.00", quantity: int = 1, product: str | None = "rose-water", **more: Any) -> OrderLine:
    """One line; the amount follows from price and quantity."""
    amount = line_amount(Decimal(price), quantity, "SAR")
    return OrderLine(quantity=quantity, unit_price=price, amount=amount, product=product, **more)


def order(number: str = "1001", day: int = 0, *, shop_id: str | None = "7", **more: Any) -> IncomingOrder:
    """An order of one bottle of rose water, on a day counted from 2026-01-01, by shop customer 7."""
    given = {
        "source": "shop",
        "placed_at": NOON + day * DAY,
        "currency": "SAR",
        "lines": (line(),),
        "buyer": Buyer(shop_id=shop_id),
        **more,
    }
    return IncomingOrder(shop_order_id=number, **given)
