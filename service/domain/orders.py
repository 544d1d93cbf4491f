"""An order as a shop sends it, and the amounts of it that count."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from hashlib import blake2b
from operator import attrgetter
from typing import Literal, get_args

from service.domain.errors import InvalidInput

Kind = Literal["order", "refund"]
Status = Literal["paid", "pending", "refunded", "cancelled", "refused"]
KINDS: tuple[Kind, ...] = get_args(Kind)
STATUSES: tuple[Status, ...] = get_args(Status)

# Bounds that keep every sum inside the 64-bit integers of both databases, with room for a million such orders.
MAX_AMOUNT = 10**12
MAX_LINES = 20_000


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who placed an order, as the shop knows them; identities are already normalised (domain/identities.py).

    :param shop_id: the shop's id of the customer; without it, email and phone the order is a guest's
    :param country: two-letter country code
    """

    shop_id: str | None = None
    email: str | None = None
    phone: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    language: str | None = None
    country: str | None = None
    region: str | None = None
    city: str | None = None

    @property
    def is_guest(self) -> bool:
        """Whether nothing tells who this is."""
        return not (self.shop_id or self.email or self.phone)


GUEST = Buyer()


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of an order.

    :param quantity: pieces; negative in a refund document
    :param unit_price: price of one piece as exact decimal text, as the shop wrote it
    :param amount: minor units of the line before any discount (quantity times price, rounded half to even)
    :param discount: minor units taken off this line; of a line that comes back with the minus of its amount
    :param unit_cost: minor units one piece cost the shop, never negative; ``None`` when unknown
    :param product: the shop's id of the product
    """

    quantity: int
    unit_price: str
    amount: int
    discount: int = 0
    unit_cost: int | None = None
    product: str | None = None
    name: str | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class IncomingOrder:
    """An order, or a refund document, as it arrives from a shop.

    :param source: which shop's ids these are, for example ``shopify``
    :param kind: ``order``, or ``refund`` for a credit note of its own
    :param placed_at: instant in UTC microseconds
    :param discount: minor units taken off the whole order, beside what was taken off its lines
    :param refunded: minor units given back later, written into the order itself
    :param country: where the order went, two letters
    """

    source: str
    shop_order_id: str
    placed_at: int
    currency: str
    lines: tuple[OrderLine, ...]
    kind: Kind = "order"
    status: Status = "paid"
    buyer: Buyer = field(default=GUEST)
    discount: int = 0
    refunded: int = 0
    payment_method: str | None = None
    traffic_source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    term: str | None = None
    coupon: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Amounts:
    """What an order is worth, in minor units.

    :param gross: its lines before discount
    :param refunded: what was given back; in a refund document, the document's own amount
    :param revenue: what counts: nothing unless paid, negative for a refund document
    :param cost: what the goods cost, ``None`` when the cost of any line is unknown
    :param units: pieces bought less pieces given back
    """

    gross: int
    discount: int
    refunded: int
    revenue: int
    cost: int | None
    units: int


def amounts(order: IncomingOrder) -> Amounts:
    """The amounts of an order.

    1. Gross is the sum of the lines. Shipping is no line: revenue is what goods brought.
    2. A discount takes off goods at most their value; the rest of it was taken off shipping.
    3. A refund gives back goods at most what was paid for them; the rest of it was shipping or tax.
    4. A fully refunded order keeps gross and discount, and brings nothing: its goods are taken to be back.
    """
    gross = sum(line.amount for line in order.lines)
    discount = order.discount + sum(line.discount for line in order.lines)
    units = sum(line.quantity for line in order.lines)
    cost = _cost(order.lines)
    if order.kind == "refund":
        paid = gross - discount
        return Amounts(gross, discount, -paid, paid if order.status == "paid" else 0, cost, units)
    discount = min(discount, gross)
    paid = gross - discount
    if order.status == "refunded":
        return Amounts(gross, discount, paid, 0, None if cost is None else 0, 0)
    refunded = min(order.refunded, paid)
    return Amounts(gross, discount, refunded, paid - refunded if order.status == "paid" else 0, cost, units)


_TOO_LARGE = "an amount of the order is larger than any order"


def main_product(order: IncomingOrder) -> str | None:
    """The product of the line that brought the most; of equal lines the first."""
    named = [line for line in order.lines if line.product is not None]
    return max(named, key=lambda line: line.amount - line.discount).product if named else None


def check(order: IncomingOrder, currency: str) -> None:
    """Refuse an order that would spoil the numbers.

    :param currency: the shop's currency
    :raises InvalidInput: with a sentence that says what to do
    """
    if order.currency != currency:
        raise InvalidInput(
            f"the order is in {order.currency}, but this shop counts in {currency}; send its amounts in {currency}, or"
            f" keep the {order.currency} orders in a Firasa of their own (another DATABASE_URL with"
            f" SHOP_CURRENCY={order.currency})",
            "currency",
        )
    if len(order.lines) > MAX_LINES:
        raise InvalidInput(f"an order has at most {MAX_LINES} lines, not {len(order.lines)}", "lines")
    for position, line in enumerate(order.lines):
        _check_line(order.kind, line, f"lines[{position}].")
    gross = sum(line.amount for line in order.lines)
    if abs(gross) > MAX_AMOUNT or abs(sum(line.discount for line in order.lines)) > MAX_AMOUNT:
        raise InvalidInput(_TOO_LARGE, "lines")
    if abs(_cost(order.lines) or 0) > MAX_AMOUNT:
        raise InvalidInput("the goods of the order cost more than any order", "lines")
    if order.kind == "order" and gross < 0:
        raise InvalidInput("the lines add up to less than zero; send it as a refund document (kind: refund)", "lines")
    for name in ("discount", "refunded"):
        amount = getattr(order, name)
        if amount < 0:
            raise InvalidInput("discount and refunded amount are written without a minus", name)
        if amount > MAX_AMOUNT:
            raise InvalidInput(_TOO_LARGE, name)


def digest(order: IncomingOrder) -> str:
    """A short digest of everything in the order: the same content sent again has the same digest."""
    content = [*_order_values(order), _buyer_values(order.buyer), [line_values(line) for line in order.lines]]
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _check_line(kind: Kind, line: OrderLine, path: str) -> None:
    """Refuse a line that no sum can hold, or whose discount or cost would count the wrong way round.

    :raises InvalidInput: with the path of the field
    """
    if abs(line.amount) > MAX_AMOUNT:
        raise InvalidInput(_TOO_LARGE, f"{path}unit_price")
    if line.discount:
        if abs(line.discount) > MAX_AMOUNT:
            raise InvalidInput(_TOO_LARGE, f"{path}discount")
        # On a line that comes back within an order (an exchange) what was taken off it comes back as well.
        if kind == "order" and line.discount < 0 and line.discount < line.amount:
            raise InvalidInput("a discount is written without a minus: it is taken off the line", f"{path}discount")
        if kind == "refund" and (line.discount * line.amount <= 0 or abs(line.discount) > abs(line.amount)):
            raise InvalidInput(
                "in a refund document a discount has the sign of its line and is no larger: -5.00 of -50.00",
                f"{path}discount",
            )
    if line.unit_cost:
        if line.unit_cost < 0:
            raise InvalidInput("what one piece cost is written without a minus", f"{path}unit_cost")
        if line.unit_cost > MAX_AMOUNT or line.unit_cost * abs(line.quantity) > MAX_AMOUNT:
            raise InvalidInput("the line costs more than any order", f"{path}unit_cost")


def _cost(lines: tuple[OrderLine, ...]) -> int | None:
    cost = 0
    for line in lines:
        if line.unit_cost is None:
            return None
        cost += line.unit_cost * line.quantity
    return cost if lines else None


# Not dataclasses.astuple(), which copies every value deeply: an import writes hundreds of thousands of lines.
line_values = attrgetter(*(one.name for one in fields(OrderLine)))
_buyer_values = attrgetter(*(one.name for one in fields(Buyer)))
_order_values = attrgetter(*(one.name for one in fields(IncomingOrder) if one.name not in ("buyer", "lines")))
