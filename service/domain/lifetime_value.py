"""What is still to come from a customer: orders, revenue, and whether they are one at all, from a readable model.

A model says what it rests on (``basis``), and a figure is never given without it:

* ``mbgnbd`` or ``bgnbd``: orders at a rate of their own until the customer stops (order_process.py).
* ``rate``: nobody was seen to stop, or the fit did not hold: each customer's rate of orders, weighed against the shop's
  (NBD). Whether somebody is still a customer is then not known.
* ``shop``: too little data for any figure about one customer; only the shop's averages are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import floor, log, log10
from typing import Any, Literal, NamedTuple

from service.domain import order_process, spend
from service.domain.errors import FirasaError
from service.domain.order_process import INTERVAL, History, OrderProcess, Outlook
from service.domain.purchases import Purchases
from service.domain.spend import Spend

FORMAT = 1
HORIZON_DAYS = 365
"""How far ahead expected orders and revenue look."""
Basis = Literal["mbgnbd", "bgnbd", "rate", "shop"]

_WEEKLY_UNTIL = 70
_GROWTH = 1.1


class ValueFormatError(FirasaError):
    """A stored model was written in another format; the next fit replaces it."""


class Averages(NamedTuple):
    """What is known of the shop without any model.

    :param orders_a_year: order days after the first, per customer and year
    :param order_value: net revenue of an order day, in minor units
    """

    orders_a_year: float
    order_value: float


@dataclass(frozen=True)
class ValueModel:
    """The fitted model of one shop at one time.

    :param process: ``None`` for the basis ``shop``
    :param spend: ``None`` where amounts could not be fitted: every order day then brings the shop's average
    :param reasons: why the basis is not better than it is, one sentence each
    :param customers: those it was fitted on
    :param repeaters: those among them with a second order day
    :param candidates: every process that was fitted, with log-likelihood, and why it was not taken
    :param backtest: how well it does on orders it had not seen (docs/lifetime-value.md); empty when there was no room
    :param fitted_at: UTC microseconds
    :param version: of the stored document, 0 while it is not stored
    """

    basis: Basis
    process: OrderProcess | None
    spend: Spend | None
    averages: Averages
    customers: int
    repeaters: int
    fitted_at: int
    reasons: tuple[str, ...] = ()
    candidates: Mapping[str, Any] = field(default_factory=dict)
    backtest: Mapping[str, Any] = field(default_factory=dict)
    version: int = 0


@dataclass(frozen=True)
class Forecast:
    """What is to be expected of one customer within ``days``.

    :param alive: chance that the customer is still one; ``None`` where the basis does not know
    :param orders: order days to come
    :param revenue: mean of what they bring, in minor units
    :param revenue_low: with ``revenue_high`` the interval that holds it for 90 % of such customers
    """

    basis: Basis
    days: int
    alive: float | None
    orders: Outlook
    revenue: int
    revenue_low: int
    revenue_high: int


def history(purchases: Purchases, today: int) -> History | None:
    """A customer's orders as the process takes them: whole days, several orders of one day as one."""
    if not purchases.orders or purchases.first_day is None or purchases.last_day is None:
        return None
    return History(
        purchases.order_days - 1,
        float(purchases.last_day - purchases.first_day),
        float(max(today, purchases.last_day) - purchases.first_day),
    )


def forecast(
    model: ValueModel | None, purchases: Purchases | None, today: int, days: int = HORIZON_DAYS
) -> Forecast | None:
    """What is to come from one customer; ``None`` without orders, and where the model speaks of the shop only."""
    if model is None or model.process is None or purchases is None:
        return None
    known = history(purchases, today)
    if known is None:
        return None
    orders = model.process.outlook(known, days)
    low, high = _revenue_interval(model, purchases, orders)
    return Forecast(
        basis=model.basis,
        days=days,
        alive=None if model.basis == "rate" else model.process.alive(known),
        orders=orders,
        revenue=round(orders.expected * _order_value(model, purchases)),
        revenue_low=low,
        revenue_high=high,
    )


def _order_value(model: ValueModel, purchases: Purchases) -> float:
    if model.spend is None:
        return model.averages.order_value
    return model.spend.expected(purchases.order_days, _own_average(purchases))


def _own_average(purchases: Purchases) -> float:
    # Refunds can bring a customer below nothing; amounts to come are no less than nothing.
    return max(0.0, purchases.net_revenue / purchases.order_days)


def _revenue_interval(model: ValueModel, purchases: Purchases, orders: Outlook) -> tuple[int, int]:
    if model.spend is None:
        value = model.averages.order_value
        return round(orders.low * value), round(orders.high * value)
    return model.spend.total(purchases.order_days, _own_average(purchases), orders.chances, INTERVAL)


def likely_none(found: Forecast) -> bool:
    """Whether the mean lies outside the interval: so few order at all that the interval ends at nothing."""
    return found.revenue > found.revenue_high or found.orders.expected > found.orders.high


def revenue_verdict(scores: Mapping[str, Mapping[str, Any]]) -> Literal["better", "mixed", "worse", "not_judged"]:
    """How near the model's revenue of all customers together came, beside both baselines of a backtest.

    ``better`` when nearer than both, ``mixed`` when nearer than one of them, else ``worse``. The verdict of a backtest
    is one of orders: they can be right while their value is not.
    """
    off = [scores.get(name, {}).get("revenue_off") for name in ("model", "own_rate", "shop_mean")]
    model, own_rate, shop_mean = (None if one is None else abs(one) for one in off)
    if model is None or own_rate is None or shop_mean is None:
        return "not_judged"
    nearer = (model < own_rate) + (model < shop_mean)
    return ("worse", "mixed", "better")[nearer]


# facts -------------------------------------------------------------------------------------------------------------


def as_of(purchases: Purchases, today: int) -> int:
    """The day on which the facts of today were worked out: the last step at or before it.

    The longer nothing happens the slower chances change, so the steps, counted from the last order, are a week each for
    ten weeks and then a tenth of what has passed. Facts change on these days and at orders, never in between.
    """
    last = purchases.last_day
    if last is None or today <= last:
        return today
    return last + _step(today - last)[0]


def next_step(purchases: Purchases, today: int) -> int | None:
    """The next day on which facts can change by time alone."""
    last = purchases.last_day
    return None if last is None else last + _step(max(0, today - last))[1]


def _step(waited: int) -> tuple[int, int]:
    if waited < _WEEKLY_UNTIL:
        return waited - waited % 7, waited - waited % 7 + 7
    grown = int(log(waited / _WEEKLY_UNTIL) / log(_GROWTH))
    steps = [round(_WEEKLY_UNTIL * _GROWTH**power) for power in range(max(0, grown - 1), grown + 3)]
    return max(one for one in steps if one <= waited), min(one for one in steps if one > waited)


def facts(model: ValueModel | None, purchases: Purchases | None, today: int) -> dict[str, object]:
    """The forecast as facts: two digits that mean something, so that nobody's history fills with tiny changes.

    ``value.alive`` is missing where the basis does not know it; all are missing where it speaks of the shop only.
    """
    if model is None or model.process is None or purchases is None:
        return {}
    known = history(purchases, as_of(purchases, today))
    if known is None:
        return {}
    expected = model.process.expected(known, HORIZON_DAYS)
    found: dict[str, object] = {
        "value.expected_orders": two_digits(expected),
        "value.expected_revenue": int(two_digits(expected * _order_value(model, purchases))),
    }
    if model.basis != "rate":
        found["value.alive"] = round(model.process.alive(known), 2)
    return found


def two_digits(value: float) -> float:
    """The number with its first two digits: 0.4327 is 0.43, 1,234 is 1,200."""
    if value <= 0:
        return 0.0
    return round(value, 1 - floor(log10(value)))


_EXAMPLES = ((0, 0, 20), (0, 0, 300), (1, 40, 100), (3, 200, 240), (3, 200, 600), (12, 700, 720))


def same_forecasts(one: ValueModel, other: ValueModel) -> bool:
    """Whether both say nearly the same of everybody: orders and amounts of typical customers differ by 5 % at most."""
    if one.basis != other.basis or (one.spend is None) != (other.spend is None):
        return False
    if one.process is None or other.process is None:
        return one.reasons == other.reasons
    pairs: list[tuple[float, ...]] = [(one.averages.order_value, other.averages.order_value)]
    for repeats, last, observed in _EXAMPLES:
        known = History(repeats, last, observed)
        pairs.append(tuple(model.expected(known, HORIZON_DAYS) for model in (one.process, other.process)))
    if one.spend is not None and other.spend is not None:
        value = round(one.averages.order_value)
        pairs += [
            (one.spend.expected(n, m), other.spend.expected(n, m)) for n in (1, 5) for m in (value / 3, value * 3)
        ]
    return all(abs(first - second) <= 0.05 * max(abs(first), abs(second)) for first, second in pairs)


# the document ------------------------------------------------------------------------------------------------------


def dump(model: ValueModel) -> dict[str, Any]:
    """The model as the JSON document that is stored; the version is the row's."""
    return {
        "format": FORMAT,
        "kind": "lifetime_value",
        "basis": model.basis,
        "reasons": list(model.reasons),
        "process": model.process.to_json() if model.process else None,
        "spend": model.spend.to_json() if model.spend else None,
        "averages": {
            "orders_a_year": model.averages.orders_a_year,
            "order_value_minor_units": model.averages.order_value,
        },
        "customers": model.customers,
        "repeaters": model.repeaters,
        "candidates": dict(model.candidates),
        "backtest": dict(model.backtest),
        "fitted_at": model.fitted_at,
    }


def load(document: Mapping[str, Any], *, version: int = 0) -> ValueModel:
    """The model of a stored document.

    :raises ValueFormatError: when it was written in another format
    """
    if document.get("kind") != "lifetime_value" or document.get("format") != FORMAT:
        raise ValueFormatError(
            f"the stored lifetime value model has format {document.get('format')!r}, this release reads format "
            f"{FORMAT}; fit it again with: firasa value fit"
        )
    averages = document["averages"]
    return ValueModel(
        basis=document["basis"],
        process=order_process.load(document["process"]) if document["process"] else None,
        spend=spend.load(document["spend"]) if document["spend"] else None,
        averages=Averages(averages["orders_a_year"], averages["order_value_minor_units"]),
        customers=document["customers"],
        repeaters=document["repeaters"],
        fitted_at=document["fitted_at"],
        reasons=tuple(document["reasons"]),
        candidates=document["candidates"],
        backtest=document["backtest"],
        version=version,
    )
