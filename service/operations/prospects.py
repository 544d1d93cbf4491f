"""The models of behaviour that serve now, and what they say of one customer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from service.domain import first_orders as whales
from service.domain import habits, lifetime_value, rhythm
from service.domain.behaviour import Behaviour
from service.domain.first_orders import WhaleModel
from service.domain.habits import Habits
from service.domain.lifetime_value import Forecast, ValueModel
from service.domain.models import ModelFormatError
from service.domain.purchases import Purchases
from service.domain.rhythm import Rhythm
from service.operations.context import Context
from service.store import models, purchases
from service.store.database import Database


@dataclass(frozen=True)
class Prospect:
    """What is to be expected of one customer, with what is not known and why.

    :param stage: of life, by the customer's rhythm
    :param usual_gap: days between orders, see ``rhythm.usual_gap``
    :param missing: one sentence for each figure that cannot be given
    """

    customer_id: int
    stage: rhythm.Stage | None
    usual_gap: float | None
    next_order: rhythm.Expected | None
    forecast: Forecast | None
    missing: tuple[str, ...]


def prospect(ctx: Context, customer_id: int, days: int = lifetime_value.HORIZON_DAYS) -> Prospect:
    """What is to come from a customer within ``days``, as of today."""
    found = purchases.get(ctx.db, [customer_id]).get(customer_id)
    shop, model = rhythm_in_use(ctx.db), value_in_use(ctx.db)
    forecast = lifetime_value.forecast(model, found, ctx.today, days)
    return Prospect(
        customer_id,
        rhythm.stage(found, shop, ctx.today),
        rhythm.usual_gap(found, shop),
        rhythm.next_order(found, shop, ctx.today),
        forecast,
        tuple(_missing(found, shop, model, forecast)),
    )


def _missing(
    bought: Purchases | None, shop: Rhythm | None, model: ValueModel | None, forecast: Forecast | None
) -> Iterator[str]:
    if bought is None or not bought.orders:
        yield "The customer has no paid order yet."
        return
    if shop is None:
        yield f"The shop's rhythm is not known: {rhythm.LEAST_GAPS} times somebody must have ordered again."
    if model is None:
        yield "Lifetime value has not been fitted yet."
    elif forecast is None:
        yield (
            f"There is too little data for figures about one customer ({'; '.join(model.reasons)}). "
            f"The shop as a whole: {model.averages.orders_a_year:.2f} further orders per customer and year."
        )
    elif forecast.alive is None:
        yield f"Whether somebody is still a customer is not known ({'; '.join(model.reasons)})."


def in_use(db: Database) -> Behaviour:
    """The models that serve now."""
    return Behaviour(rhythm_in_use(db), value_in_use(db), whales_in_use(db), habits_in_use(db))


def rhythm_in_use(db: Database) -> Rhythm | None:
    """The rhythm that serves now; ``None`` while there is none this release can read."""
    stored = models.active(db, "rhythm")
    try:
        return rhythm.load(stored.body, version=stored.version) if stored else None
    except rhythm.RhythmFormatError:
        return None


def value_in_use(db: Database) -> ValueModel | None:
    """The model of lifetime value that serves now; ``None`` while there is none this release can read."""
    stored = models.active(db, "lifetime_value")
    try:
        return lifetime_value.load(stored.body, version=stored.version) if stored else None
    except lifetime_value.ValueFormatError:
        return None


def habits_in_use(db: Database) -> Habits | None:
    """What everybody does about discounts; ``None`` while there is nothing this release can read."""
    stored = models.active(db, "habits")
    try:
        return habits.load(stored.body, version=stored.version) if stored else None
    except habits.HabitsFormatError:
        return None


def whales_in_use(db: Database) -> WhaleModel | None:
    """The model of the whale in the making that serves now; ``None`` while there is none this release can read."""
    stored = models.active(db, "whale")
    try:
        return whales.load(stored.body, version=stored.version) if stored else None
    except ModelFormatError:
        return None
