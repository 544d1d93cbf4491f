"""Any file with one row per order, or one per order line, whose columns are named (docs/orders.md lists the names)."""

from __future__ import annotations

from service.domain.errors import InvalidInput
from service.domain.orders import IncomingOrder
from service.domain.text import plain
from service.sources import values
from service.sources.countries import country_code
from service.sources.drafts import Draft, Said, as_said
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

STATUS_WORDS = {
    **dict.fromkeys(("paid", "completed", "complete", "processing", "shipped", "delivered", "fulfilled"), "paid"),
    **dict.fromkeys(("pending", "on-hold", "on hold", "unpaid", "authorized", "partially_paid"), "pending"),
    **dict.fromkeys(("refunded", "returned"), "refunded"),
    **dict.fromkeys(("cancelled", "canceled", "voided", "failed", "expired"), "cancelled"),
    **dict.fromkeys(("refused", "rejected", "undelivered"), "refused"),
}
KIND_WORDS = {
    **dict.fromkeys(("order", "sale", "invoice"), "order"),
    **dict.fromkeys(("refund", "return", "credit note", "credit_note"), "refund"),
}
_WORDS = ("payment_method", "traffic_source", "medium", "campaign", "term", "coupon", "region", "city", "language")


def say(cells: Cells, reading: Reading) -> dict[str, Said]:
    """What a row says about its order; what it leaves empty other rows of the order may say."""
    country = country_code(cells.get("country", ""))
    first, last = read_name(cells, "name")
    said: dict[str, Said] = {
        "placed_at": read(cells, "placed_at", reading.dates.instant) if cells.get("placed_at", "").strip() else None,
        "currency": read_currency(cells, reading),
        "customer_id": read(cells, "customer_id", values.shop_id),
        "email": read(cells, "email", values.email),
        "phone": phone_or_none(cells.get("phone", ""), country),
        "first_name": read(cells, "first_name", values.text) or first,
        "last_name": read(cells, "last_name", values.text) or last,
        "country": country,
        "kind": _word(cells, "kind", KIND_WORDS),
        "status": _word(cells, "status", STATUS_WORDS),
        "discount": _amount(cells, "discount", reading),
        "refunded": _amount(cells, "refunded", reading),
    }
    said.update({name: read(cells, name, values.text) for name in _WORDS})
    return said


def finish(draft: Draft, order: IncomingOrder) -> IncomingOrder:
    """A document that adds up to less than zero is a refund document, and no refund document adds up to more."""
    settled = as_said(draft, order)
    if settled.kind == "refund" and sum(line.amount for line in settled.lines) > 0:
        raise InvalidInput("a refund document with an amount above zero: write its quantities with a minus", "kind")
    return settled


def _word(cells: Cells, name: str, words: dict[str, str]) -> str | None:
    cell = cells.get(name, "")
    if not cell.strip():
        return None
    if plain(cell) not in words:
        raise BadCell(name, cell, f"not one of {', '.join(dict.fromkeys(words.values()))} (or a word for it)")
    return words[plain(cell)]


def _amount(cells: Cells, name: str, reading: Reading) -> int | None:
    amount = read_amount(cells, name, reading)
    return None if amount is None else abs(amount)


PRESET = Preset(
    name="generic",
    source="csv",
    currency=None,
    timezone=None,
    order_columns={
        "order_id": ("order_id", "order", "order_number"),
        "placed_at": ("placed_at", "date", "order_date", "created_at"),
        "customer_id": ("customer_id",),
        "email": ("email", "customer_email"),
        "phone": ("phone",),
        "first_name": ("first_name",),
        "last_name": ("last_name",),
        "name": ("name", "customer_name"),
        "language": ("language",),
        "country": ("country",),
        "region": ("region",),
        "city": ("city",),
        "kind": ("kind",),
        "status": ("status",),
        "currency": ("currency",),
        "discount": ("discount",),
        "refunded": ("refunded",),
        "coupon": ("coupon",),
        "payment_method": ("payment_method",),
        "traffic_source": ("traffic_source", "utm_source"),
        "medium": ("medium", "utm_medium"),
        "campaign": ("campaign", "utm_campaign"),
        "term": ("term", "utm_term"),
    },
    line_columns={
        "product": ("product", "product_id", "sku"),
        "product_name": ("product_name",),
        "category": ("category",),
        "quantity": ("quantity",),
        "price": ("price", "unit_price"),
        "amount": ("amount", "total", "order_total"),
        "line_discount": ("line_discount",),
        "unit_cost": ("unit_cost", "cost"),
    },
    needed=(("order_id",), ("placed_at",), ("price", "amount")),
    say=say,
    line=read_line,
    finish=finish,
)
