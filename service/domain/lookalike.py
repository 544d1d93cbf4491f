"""What somebody's purchases say of them, in the few plain features from which a lookalike persona is inferred."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import log2

from service.domain.models import Facts, Model, as_number
from service.domain.personas import Assignment, classify

FAMILY = "buys."
_WORDS = {
    "buys.first_product": "orders.first_product",
    "buys.first_source": "orders.first_source",
    "buys.category": "orders.habit.category",
    "buys.source": "orders.habit.source",
}
_BANDS: Mapping[str, tuple[str, tuple[float, ...]]] = {
    "buys.orders": ("orders.count", (1, 2, 4, 8)),
    "buys.discount": ("orders.discount_share", (0, 0.05, 0.1, 0.2)),
    "buys.discounted": ("orders.discounted_share", (0, 0.25, 0.5, 0.75)),
    "buys.gap": ("orders.mean_gap_days", (21, 45, 90, 180)),
}


def features(facts: Facts) -> dict[str, object]:
    """The features of a customer with counted orders; nothing of one who has none.

    Bands are named by the value they end with (``to:4``, ``above:8``), so that a model can be read. The usual order
    value counts by how often it doubles, since twice as much is as far from 50 to 100 as from 500 to 1000.
    """
    orders = as_number(facts.get("orders.count"))
    if not orders:
        return {}
    found: dict[str, object] = {name: facts[fact] for name, fact in _WORDS.items() if isinstance(facts.get(fact), str)}
    for name, (fact, cuts) in _BANDS.items():
        number = as_number(facts.get(fact))
        if number is not None:
            found[name] = next((f"to:{cut:g}" for cut in cuts if number <= cut), f"above:{cuts[-1]:g}")
    average = as_number(facts.get("orders.average"))
    if average is not None and average > 0:
        found["buys.average"] = round(log2(average), 4)
    return found


def infer(model: Model, facts: Facts) -> Assignment:
    """The persona that a customer's purchases resemble, marked as inferred; the model may abstain."""
    return replace(classify(model, features(facts)), source="inferred")
