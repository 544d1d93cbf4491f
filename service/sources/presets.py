"""What a preset is: which columns of a shop's file mean what. The presets themselves have a module each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TypeVar

from service.domain.orders import OrderLine
from service.sources import values
from service.sources.drafts import Finish, Said
from service.sources.values import BadValue, Dates

T = TypeVar("T")
Cells = Mapping[str, str]

PRESETS = ("online-retail", "shopify", "generic")
_MODULES = {
    "online-retail": "service.sources.online_retail",
    "shopify": "service.sources.shopify_files",
    "generic": "service.sources.generic_files",
}


class BadCell(Exception):
    """A cell that cannot be read: which field it is for, what it has, and why not."""

    def __init__(self, name: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.field = name
        self.value = value
        self.reason = reason


@dataclass(frozen=True)
class Reading:
    """How the cells of one file are understood; `currency` is the shop's."""

    currency: str
    dates: Dates


@dataclass(frozen=True)
class Preset:
    """The meaning of a file's columns.

    :param source: whose ids these are, unless the person who imports says another name
    :param currency: of all amounts, where the file does not say it
    :param timezone: of dates without a zone
    :param order_columns: for each field of an order the columns that may hold it, the best first
    :param line_columns: the same for fields of a line
    :param needed: groups of fields of which the file must have one each
    :param say: what a row says about its order
    :param line: the line in a row, ``None`` when it has none
    :param finish: what is settled once all rows of an order are known
    """

    name: str
    source: str
    currency: str | None
    timezone: str | None
    order_columns: Mapping[str, Sequence[str]]
    line_columns: Mapping[str, Sequence[str]]
    needed: Sequence[Sequence[str]]
    say: Callable[[Cells, Reading], dict[str, Said]]
    line: Callable[[Cells, Reading], OrderLine | None]
    finish: Finish

    @property
    def columns(self) -> dict[str, Sequence[str]]:
        """The columns of all fields."""
        return {**self.order_columns, **self.line_columns}


def find_preset(name: str) -> Preset:
    """The preset of that name, one of `PRESETS`."""
    found: Preset = import_module(_MODULES[name]).PRESET
    return found


def read(cells: Cells, name: str, parse: Callable[[str], T]) -> T:
    """The value in a cell.

    :raises BadCell: when it cannot be read
    """
    cell = cells.get(name, "")
    try:
        return parse(cell)
    except BadValue as error:
        raise BadCell(name, cell, error.reason) from None


def read_amount(cells: Cells, name: str, reading: Reading) -> int | None:
    """Minor units of the amount in a cell; ``None`` when it is empty or the file has no such column.

    :raises BadCell: when it is no amount
    """
    if not cells.get(name):
        return None
    return read(cells, name, lambda cell: values.minor(cell, reading.currency))


def read_currency(cells: Cells, reading: Reading) -> str | None:
    """The currency a row names, which must be the shop's."""
    cell = cells.get("currency", "").strip().upper()
    if cell and cell != reading.currency:
        reason = (
            f"another currency than the shop's, {reading.currency}: import these orders into a Firasa of their own"
            f" (another DATABASE_URL with SHOP_CURRENCY={cell[:3]})"
        )
        raise BadCell("currency", cells.get("currency", ""), reason)
    return cell or None


def read_name(cells: Cells, name: str) -> tuple[str | None, str | None]:
    """First and last name out of one cell: the last word is the last name."""
    full = read(cells, name, values.text)
    if full is None:
        return None, None
    first, _, last = full.rpartition(" ")
    return (first.strip() or last, last if first.strip() else None)


def read_line(cells: Cells, reading: Reading) -> OrderLine | None:
    """The line in a row.

    1. Without quantity it is one piece.
    2. The amount is quantity times price, or what the row says it is; then the price follows from it.
    3. A discount has the sign of the amount, however it is written, and is no larger.
    4. Who sells without product ids knows products by name.

    :raises BadCell: when a cell cannot be read
    """
    try:
        return _line(cells, reading.currency)
    except BadValue as error:
        # Which cell it was is asked only now: hundreds of thousands of good rows do not pay for the question.
        for name, parse in _LINE_CELLS.items():
            if cells.get(name, "").strip():
                read(cells, name, parse)
        raise BadCell("", "", error.reason) from None


_LINE_CELLS: Mapping[str, Callable[[str], object]] = {
    "quantity": values.whole,
    "price": values.decimal,
    "amount": values.decimal,
    "line_discount": values.decimal,
    "unit_cost": values.decimal,
    "product": values.shop_id,
    "product_name": values.text,
    "category": values.text,
}


def _line(cells: Cells, currency: str) -> OrderLine | None:
    price, total, pieces = cells.get("price", ""), cells.get("amount", ""), cells.get("quantity", "")
    product, name = values.shop_id(cells.get("product", "")), values.text(cells.get("product_name", ""))
    if not (price or total or pieces or product or name):
        return None
    quantity = values.whole(pieces) if pieces.strip() else 1
    if total.strip():
        amount = values.minor(total, currency) or 0
        unit_price = values.plain(price) if price.strip() else _price_of(total, quantity)
    elif price.strip():
        amount = values.priced(price, quantity, currency)
        unit_price = values.plain(price)
    else:
        raise BadCell("price", price, "empty")
    return OrderLine(
        quantity=quantity,
        unit_price=unit_price,
        amount=amount,
        discount=_discount(cells["line_discount"], currency, amount) if cells.get("line_discount") else 0,
        unit_cost=values.minor(cells["unit_cost"], currency) if cells.get("unit_cost") else None,
        product=product or (name[:200] if name else None),
        name=name,
        category=values.text(cells["category"]) if cells.get("category") else None,
    )


def _price_of(total: str, quantity: int) -> str:
    return f"{round(values.decimal(total) / (quantity or 1), 6):f}"


def _discount(cell: str, currency: str, amount: int) -> int:
    discount = abs(values.minor(cell, currency) or 0)
    if discount > abs(amount):
        raise BadCell("line_discount", cell, "larger than the line it is taken off")
    return discount if amount >= 0 else -discount
