"""Shopify's order export (Orders > Export): the first row of an order has all of it, further rows only lines."""

from __future__ import annotations

from dataclasses import replace

from service.domain.orders import IncomingOrder
from service.sources import values
from service.sources.countries import country_code
from service.sources.drafts import Draft, Said
from service.sources.phones import phone_or_none
from service.sources.presets import (
    BadCell,
    Cells,
    Preset,
    Reading,
    read,
    read_amount,
    read_currency,
    read_line,
    read_name,
)

# Authorised or partly paid money may never come; expired and voided authorisations will not.
STATUSES = {
    "paid": "paid",
    "partially_refunded": "paid",
    "refunded": "refunded",
    "pending": "pending",
    "authorized": "pending",
    "partially_paid": "pending",
    "unpaid": "pending",
    "expired": "cancelled",
    "voided": "cancelled",
}
_UTM = {"utm_source": "traffic_source", "utm_medium": "medium", "utm_campaign": "campaign", "utm_term": "term"}


def say(cells: Cells, reading: Reading) -> dict[str, Said]:
    """What a row says about its order: all of it in the first row, nothing in the others."""
    if not cells.get("placed_at", "").strip():
        return {}
    billing, shipping = (country_code(cells.get(name, "")) for name in ("country", "ship_country"))
    country = billing or shipping
    first, last = read_name(cells, "name")
    said: dict[str, Said] = {
        "id": read(cells, "id", values.shop_id),
        "placed_at": read(cells, "placed_at", reading.dates.instant),
        "currency": read_currency(cells, reading),
        "status": _status(cells),
        "email": read(cells, "email", values.email),
        "phone": phone_or_none(cells.get("phone", ""), country)
        or phone_or_none(cells.get("billing_phone", ""), country),
        "first_name": first,
        "last_name": last,
        "country": country,
        "ship_country": shipping or billing,
        "region": read(cells, "region", _unquoted),
        "city": read(cells, "city", _unquoted),
        "coupon": read(cells, "coupon", values.text),
        "payment_method": read(cells, "payment_method", values.text),
        "traffic_source": read(cells, "traffic_source", values.text),
        "discount": read_amount(cells, "discount", reading),
        "subtotal": read_amount(cells, "subtotal", reading),
        "refunded": read_amount(cells, "refunded", reading),
    }
    return {**said, **_campaign(cells)}


def finish(draft: Draft, order: IncomingOrder) -> IncomingOrder:
    """Settle the discount: what the goods cost less the subtotal, which is what was paid for them.

    The discount amount alone does not tell: a code for free shipping stands there too, and discounts of single lines
    do not in every export.
    """
    subtotal = draft.said.get("subtotal")
    if not isinstance(subtotal, int):
        return order
    taken = max(0, sum(line.amount for line in order.lines) - subtotal)
    on_lines = sum(line.discount for line in order.lines)
    if on_lines <= taken:
        return replace(order, discount=taken - on_lines)
    return replace(order, discount=taken, lines=tuple(replace(line, discount=0) for line in order.lines))


def _status(cells: Cells) -> str:
    cell = cells.get("status", "").strip()
    if cells.get("cancelled_at", "").strip():
        return "cancelled"
    if not cell:
        return "pending"
    if cell.casefold() not in STATUSES:
        raise BadCell("status", cell, f"not a financial status of Shopify: {', '.join(STATUSES)}")
    return STATUSES[cell.casefold()]


def _campaign(cells: Cells) -> dict[str, Said]:
    """Campaign parameters that a theme or app left in the order's note attributes, one `name: value` a line."""
    found: dict[str, Said] = {}
    for line in cells.get("note_attributes", "").splitlines():
        name, _, value = line.partition(":")
        field = _UTM.get(name.strip().casefold())
        if field and value.strip():
            found[field] = read({"note_attributes": value}, "note_attributes", values.text)
    return found


def _unquoted(cell: str) -> str | None:
    return values.text(cell.strip().removeprefix("'"))


PRESET = Preset(
    name="shopify",
    source="shopify",
    currency=None,
    timezone=None,
    order_columns={
        "order_id": ("Name",),
        "id": ("Id",),
        "placed_at": ("Created at",),
        "email": ("Email",),
        "phone": ("Phone",),
        "billing_phone": ("Billing Phone",),
        "name": ("Billing Name",),
        "country": ("Billing Country",),
        "ship_country": ("Shipping Country",),
        "region": ("Billing Province",),
        "city": ("Billing City",),
        "status": ("Financial Status",),
        "cancelled_at": ("Cancelled at",),
        "currency": ("Currency",),
        "subtotal": ("Subtotal",),
        "discount": ("Discount Amount",),
        "coupon": ("Discount Code",),
        "refunded": ("Refunded Amount",),
        "payment_method": ("Payment Method",),
        "traffic_source": ("Source",),
        "note_attributes": ("Note Attributes",),
    },
    line_columns={
        "product": ("Lineitem sku",),
        "product_name": ("Lineitem name",),
        "quantity": ("Lineitem quantity",),
        "price": ("Lineitem price",),
        "line_discount": ("Lineitem discount",),
    },
    needed=(("order_id",), ("placed_at",), ("status",), ("quantity",), ("price",)),
    say=say,
    line=read_line,
    finish=finish,
)
