"""What the rows of a file said about one order so far, and the order they make in the end."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from service.domain.errors import InvalidInput
from service.domain.orders import Buyer, IncomingOrder, Kind, OrderLine, Status, line_values

Said = str | int | None


@dataclass(frozen=True)
class Draft:
    """Rows of one order that were read; several drafts of one order are joined.

    :param said: values of the order itself by field name, each said by at least one row
    :param line: line of the file where it begins
    """

    key: str
    line: int
    said: Mapping[str, Said] = field(default_factory=dict)
    lines: tuple[OrderLine, ...] = ()

    def to_json(self) -> str:
        """The draft as text, to be laid aside."""
        lines = [line_values(one) for one in self.lines]
        return json.dumps([self.key, self.line, self.said, lines], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, body: str) -> Draft:
        """The draft again."""
        key, line, said, lines = json.loads(body)
        return cls(key, line, said, tuple(OrderLine(*one) for one in lines))


class Conflict(Exception):
    """Two rows of one order say different things; `field` is what they differ in."""

    def __init__(self, name: str, first: Said, second: Said) -> None:
        super().__init__(f"{first!r} and {second!r}")
        self.field = name


def joined(before: Mapping[str, Said], said: Mapping[str, Said]) -> dict[str, Said]:
    """What was said before and now. Of two times the earlier one counts; all else must be the same.

    :raises Conflict: when it is not
    """
    result = dict(before)
    for name, value in said.items():
        if value is None:
            continue
        known = result.get(name)
        if name == "placed_at" and isinstance(known, int) and isinstance(value, int):
            result[name] = min(known, value)
        elif known is not None and known != value:
            raise Conflict(name, known, value)
        else:
            result[name] = value
    return result


_BUYER = ("first_name", "last_name", "language", "country", "region", "city")
_PLAIN = ("payment_method", "traffic_source", "medium", "campaign", "term", "coupon")


def to_order(draft: Draft, *, source: str, currency: str) -> IncomingOrder:
    """The order that a complete draft describes.

    :raises InvalidInput: when no row said when it was placed
    """
    said = draft.said
    placed_at = said.get("placed_at")
    if not isinstance(placed_at, int):
        raise InvalidInput("no row says when it was placed", "placed_at")

    def word(name: str) -> str | None:
        value = said.get(name)
        return None if value is None else str(value)

    def number(name: str) -> int:
        value = said.get(name)
        return value if isinstance(value, int) else 0

    kind: Kind = "refund" if said.get("kind") == "refund" else "order"
    status: Status = "paid"
    for known in _STATUSES:
        if said.get("status") == known:
            status = known
    buyer = Buyer(
        shop_id=word("customer_id"),
        email=word("email"),
        phone=word("phone"),
        **{name: word(name) for name in _BUYER},
    )
    return IncomingOrder(
        source=source,
        shop_order_id=word("id") or draft.key,
        placed_at=placed_at,
        currency=word("currency") or currency,
        lines=draft.lines,
        kind=kind,
        status=status,
        # A country alone tells nothing about a guest.
        buyer=Buyer() if buyer.is_guest else buyer,
        discount=number("discount"),
        refunded=number("refunded"),
        country=word("ship_country") or word("country"),
        **{name: word(name) for name in _PLAIN},
    )


_STATUSES: tuple[Status, ...] = ("pending", "refunded", "cancelled", "refused")

Finish = Callable[[Draft, IncomingOrder], IncomingOrder]


def as_said(draft: Draft, order: IncomingOrder) -> IncomingOrder:
    """The order as it was said, but a document that adds up to less than zero is a refund document."""
    if order.kind == "order" and sum(line.amount for line in order.lines) < 0:
        return replace(order, kind="refund")
    return order
