"""How simulated orders are paid and what becomes of them: refused at the door, never paid, cancelled, sent back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from service.demo.baskets import Line
from service.demo.customers import Customer
from service.demo.dice import Dice
from service.demo.timeline import DAYS

Status = Literal["paid", "pending", "refunded", "cancelled", "refused"]

# How people pay, by country and in per cent; where it is missing there is no cash on delivery.
_PAYMENT: Mapping[str, Mapping[str, float]] = {
    "SA": {"mada": 42, "apple_pay": 27, "card": 8, "cash_on_delivery": 21, "bank_transfer": 2},
    "AE": {"card": 44, "apple_pay": 33, "cash_on_delivery": 22, "bank_transfer": 1},
    "KW": {"knet": 56, "apple_pay": 22, "cash_on_delivery": 21, "bank_transfer": 1},
    "EG": {"card": 38, "cash_on_delivery": 58, "bank_transfer": 4},
    "JO": {"card": 48, "cash_on_delivery": 48, "bank_transfer": 4},
}
_PAYMENT_ELSEWHERE: Mapping[str, float] = {"card": 62, "paypal": 24, "apple_pay": 14}

# How likely a parcel to be paid at the door is refused, and how likely a parcel is sent back.
_REFUSED: Mapping[str, float] = {
    "whale": 0.03,
    "loyal": 0.05,
    "occasional": 0.1,
    "deal_seeker": 0.17,
    "one_timer": 0.16,
    "lapsed": 0.11,
    "new": 0.1,
}
_SENT_BACK = 0.045
_SENT_BACK_BY: Mapping[str, float] = {"explorer": 0.1, "minimalist": 0.03}
_NEVER_PAID = 0.35  # of bank transfers
_CANCELLED = 0.013
_WHOLE = 0.45  # of parcels sent back, the rest only in part

# Orders by hour of the day, from midnight on: quiet nights, busy evenings.
_HOURS = (9, 5, 3, 2, 2, 3, 5, 8, 12, 18, 22, 24, 25, 24, 23, 24, 27, 30, 33, 38, 44, 47, 38, 22)
_HOUR_WEIGHTS: Mapping[int, float] = dict(enumerate(map(float, _HOURS)))


def second_of_day(dice: Dice) -> int:
    """When in the day an order is placed."""
    return dice.pick(_HOUR_WEIGHTS) * 3_600 + dice.between(0, 3_599)


def pay(dice: Dice, customer: Customer) -> tuple[str, Status]:
    """Payment method and status, before anything is sent back."""
    method = dice.pick(_PAYMENT.get(customer.country, _PAYMENT_ELSEWHERE))
    if method == "cash_on_delivery" and dice.chance(_REFUSED[customer.planted.behavioural]):
        return method, "refused"
    if method == "bank_transfer" and dice.chance(_NEVER_PAID):
        return method, "pending"
    return method, "cancelled" if dice.chance(_CANCELLED) else "paid"


def send_back(dice: Dice, customer: Customer, day: int, lines: Sequence[Line]) -> tuple[int, tuple[Line, ...]] | None:
    """What comes back of a paid order and on which day; None when it is kept or not yet back."""
    if not dice.chance(_SENT_BACK_BY.get(customer.planted.psychographic, _SENT_BACK)):
        return None
    back = day + dice.between(6, 19)
    if back >= DAYS:
        return None
    return back, tuple(lines) if dice.chance(_WHOLE) else (dice.one_of(lines),)
