"""The line export of a gift shop known as Online Retail: one row a line, credit notes marked by a letter."""

from __future__ import annotations

from service.domain.orders import IncomingOrder
from service.sources import values
from service.sources.countries import country_code
from service.sources.drafts import Draft, Said
from service.sources.presets import Cells, Preset, Reading, read, read_line


def say(cells: Cells, reading: Reading) -> dict[str, Said]:
    """What a row says about its order.

    Documents that begin with C are credit notes. Those with another letter (A: adjustments of bad debt) correct the
    books: like credit notes they move revenue and are no orders.
    """
    number = cells["order_id"].strip()
    country = country_code(cells.get("country", ""))
    return {
        "placed_at": read(cells, "placed_at", reading.dates.instant),
        "customer_id": read(cells, "customer_id", values.shop_id),
        "country": country,
        "ship_country": country,
        "kind": "refund" if number[:1].isalpha() else "order",
    }


def finish(draft: Draft, order: IncomingOrder) -> IncomingOrder:
    """Nothing is left to settle: rows without price are kept, and make no order (domain/purchases.py)."""
    return order


PRESET = Preset(
    name="online-retail",
    source="online-retail",
    currency="GBP",
    timezone="Europe/London",
    order_columns={
        "order_id": ("InvoiceNo", "Invoice"),
        "placed_at": ("InvoiceDate",),
        "customer_id": ("CustomerID", "Customer ID"),
        "country": ("Country",),
    },
    line_columns={
        "product": ("StockCode",),
        "product_name": ("Description",),
        "quantity": ("Quantity",),
        "price": ("UnitPrice", "Price"),
    },
    needed=(("order_id",), ("placed_at",), ("customer_id",), ("product",), ("quantity",), ("price",)),
    say=say,
    line=read_line,
    finish=finish,
)
