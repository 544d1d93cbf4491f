"""What the models of behaviour say of one customer, as facts, and when that changes by time alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.domain import first_orders, habits, lifetime_value, rhythm
from service.domain.first_orders import FirstOrder, WhaleModel
from service.domain.habits import Habits
from service.domain.lifetime_value import ValueModel
from service.domain.purchases import Purchases
from service.domain.rhythm import Rhythm
from service.domain.subjects import OrderHistory

_DAY = 24 * 3600 * 1_000_000
NEXT_ORDER = "value.next_order_at"
WHALE = "whale.probability"
HABITS = ("orders.habit.category", "orders.habit.source", "orders.discount_affinity")
VALUE_FACTS = ("value.alive", "value.expected_orders", "value.expected_revenue", NEXT_ORDER)


@dataclass(frozen=True)
class Behaviour:
    """The models of behaviour in use; ``None`` where there is none."""

    rhythm: Rhythm | None = None
    value: ValueModel | None = None
    whales: WhaleModel | None = None
    habits: Habits | None = None


NO_MODELS = Behaviour()


def facts(purchases: Purchases | None, models: Behaviour, today: int) -> dict[str, object]:
    """The stage of life, what is to come, and when the next order is expected.

    All change on the days that ``next_days`` names, and not in between: a profile worked out anew for another reason
    comes to the same facts.
    """
    if purchases is None or not purchases.orders:
        return {}
    found = lifetime_value.facts(models.value, purchases, today)
    stage = rhythm.stage(purchases, models.rhythm, today)
    if stage is None:
        return found
    found["orders.lapse_stage"] = stage
    # Nobody who has lapsed is expected, from that day on and not from the next step on.
    until = lifetime_value.as_of(purchases, today)
    expected = rhythm.next_order(purchases, models.rhythm, until) if stage != "lapsed" else None
    if expected is not None and purchases.last_at is not None and purchases.last_day is not None:
        # At the time of day of the last order: a moment of the day that is meant, whatever the shop's zone.
        found[NEXT_ORDER] = purchases.last_at + (expected.day - purchases.last_day) * _DAY
    return found


def habit_facts(history: OrderHistory | None, before: Mapping[str, object], models: Behaviour) -> dict[str, object]:
    """Habits from the orders; those of the last time while the orders need not be read again (``history`` is None)."""
    if history is None:
        return {name: before[name] for name in HABITS if name in before}
    return habits.facts(history, models.habits)


def whale_facts(
    purchases: Purchases | None,
    first: FirstOrder | None,
    facts: Mapping[str, object],
    models: Behaviour,
    today: int,
    zone: str,
) -> dict[str, object]:
    """The chance of becoming a whale, in whole per cent, until the days are over that the model speaks of: after that
    it is no longer a question of chance."""
    end = _end_of_chance(purchases, models)
    if first is None or models.whales is None or end is None or today >= end:
        return {}
    told = first_orders.known(first, facts, zone)
    return {WHALE: round(first_orders.probability(models.whales, told), 2)}


def _end_of_chance(purchases: Purchases | None, models: Behaviour) -> int | None:
    if purchases is None or purchases.first_day is None or models.whales is None:
        return None
    return purchases.first_day + models.whales.days + 1


def next_days(purchases: Purchases | None, models: Behaviour, today: int) -> dict[str, int | None]:
    """By name of a fact the next day of the shop on which it may change though nothing happens."""
    if purchases is None or not purchases.orders:
        return {}
    found: dict[str, int | None] = {"orders.lapse_stage": rhythm.next_turn(purchases, models.rhythm, today)}
    step = lifetime_value.next_step(purchases, today)
    if models.value is not None and models.value.process is not None:
        found.update(dict.fromkeys(VALUE_FACTS[:3], step))
    if found["orders.lapse_stage"] is not None:
        found[NEXT_ORDER] = step
    end = _end_of_chance(purchases, models)
    if end is not None and end > today:
        found[WHALE] = end
    return found
