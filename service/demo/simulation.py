"""The sample shop "Sidr & Rose" / «سدر وورد»: everything about it is simulated, from one seed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from service.demo.customers import Customer, draw_customers
from service.demo.orders import Order, Refund, Shop, draw_orders
from service.demo.products import CURRENCY, Product, products
from service.demo.responses import Response, draw_responses
from service.demo.timeline import ZONE, Timeline, seasons
from service.demo.traffic import Visits, draw_visits
from service.domain.quiz import Quiz

NAME = {"en": "Sidr & Rose", "ar": "سدر وورد"}
SEED = 7
CUSTOMERS = 2_000

__all__ = ["CURRENCY", "CUSTOMERS", "NAME", "SEED", "ZONE", "SimulatedShop", "digest", "simulate"]


@dataclass(frozen=True)
class SimulatedShop:
    """A whole shop: who bought what and when, who visited, who answered what."""

    seed: int
    until: int
    products: tuple[Product, ...]
    customers: tuple[Customer, ...]
    orders: tuple[Order, ...]
    refunds: tuple[Refund, ...]
    visits: tuple[Visits, ...]
    responses: tuple[Response, ...]

    @property
    def timeline(self) -> Timeline:
        """The days of the shop."""
        return Timeline(self.until)


def simulate(
    *, until: int, seed: int = SEED, customers: int = CUSTOMERS, quizzes: Sequence[Quiz] = ()
) -> SimulatedShop:
    """Simulate 78 weeks of the shop.

    The same seed and the same definitions give the same shop, shifted by whole days, on every machine.

    :param until: UTC microseconds; the last day with orders is the day before, in the shop's zone
    :param customers: how many customers ordered at least once
    :param quizzes: published definitions; simulated people answer these
    """
    timeline = Timeline(until)
    catalogue = products()
    days = seasons()
    people = draw_customers(seed, customers, timeline, days)
    orders, refunds = draw_orders(seed, people, Shop(catalogue, timeline, days))
    visits = draw_visits(seed, customers, timeline, days, ((order.day, order.touch) for order in orders))
    return SimulatedShop(
        seed=seed,
        until=until,
        products=catalogue,
        customers=people,
        orders=orders,
        refunds=refunds,
        visits=visits,
        responses=draw_responses(seed, quizzes, people, orders, timeline),
    )


def digest(rows: Sequence[Customer | Order | Refund | Visits | Response]) -> str:
    """A digest of simulated rows: equal exactly when the rows are."""
    text = "\n".join(json.dumps(row, sort_keys=True, default=vars) for row in rows)
    return sha256(text.encode()).hexdigest()
