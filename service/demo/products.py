"""The products of the sample shop, read from products.yaml: one source for its storefront and its simulation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

CURRENCY = "SAR"


@dataclass(frozen=True)
class Product:
    """One product. `price` and `cost` are minor units of CURRENCY; texts are by language."""

    id: str
    name: Mapping[str, str]
    description: Mapping[str, str]
    category: str
    price: int
    cost: int
    image: str
    popularity: float
    appeal: Mapping[str, float]


def products() -> tuple[Product, ...]:
    """All products, in the order of the file."""
    text = files("service.demo").joinpath("products.yaml").read_text(encoding="utf-8")
    return tuple(_product(entry) for entry in yaml.safe_load(text)["products"])


def _product(entry: Mapping[str, Any]) -> Product:
    return Product(
        id=entry["id"],
        name=entry["name"],
        description=entry["description"],
        category=entry["category"],
        price=_minor(entry["price"]),
        cost=_minor(entry["cost"]),
        image=entry["image"],
        popularity=float(entry["popularity"]),
        appeal={trait: float(weight) for trait, weight in entry["appeal"].items()},
    )


def _minor(amount: str) -> int:
    """'129.00' -> 12900. The file always writes two digits, so no rounding can happen."""
    whole, cents = amount.split(".")
    return int(whole) * 100 + int(cents)
