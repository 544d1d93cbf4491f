"""Rows of products, by the shop's own ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from service.domain.orders import OrderLine
from service.store.database import Database, in_list

_COLUMNS = ("source", "shop_product_id", "name", "category", "price", "unit_cost")
_UPDATES = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[2:])
_PER_STATEMENT = 5000


@dataclass(frozen=True)
class Product:
    """A product of the shop; price and unit cost in minor units, ``None`` when unknown."""

    shop_product_id: str
    name: str
    category: str | None = None
    price: int | None = None
    unit_cost: int | None = None


@dataclass(frozen=True)
class KnownProduct:
    """What tells whether a line knows a product better than the store does."""

    id: int
    price: int | None


def known(db: Database, source: str, shop_product_ids: Sequence[str]) -> dict[str, KnownProduct]:
    """Which of these products are stored, by the shop's id."""
    found: dict[str, KnownProduct] = {}
    for start in range(0, len(shop_product_ids), _PER_STATEMENT):
        listed, params = in_list("product", shop_product_ids[start : start + _PER_STATEMENT])
        rows = db.query(
            f"""
            SELECT shop_product_id, id, price FROM products
             WHERE source = :source AND shop_product_id IN {listed}
            """,
            {"source": source, **params},
        )
        found.update({row["shop_product_id"]: KnownProduct(row["id"], row["price"]) for row in rows})
    return found


def save(db: Database, source: str, products: Sequence[Product]) -> None:
    """Keep products as the shop describes them, in place of what was known."""
    rows = [(source, one.shop_product_id, one.name, one.category, one.price, one.unit_cost) for one in products]
    if rows:
        suffix = f"ON CONFLICT (source, shop_product_id) DO UPDATE SET {_UPDATES}"
        db.insert_rows("products", _COLUMNS, rows, suffix=suffix)


def ids_for(db: Database, source: str, lines: Sequence[OrderLine], price: Callable[[OrderLine], int]) -> dict[str, int]:
    """Our ids of the products of order lines; unknown ones are made from the lines.

    The first line with a price names a product and tells its price and cost: a line without a price is often a stock
    correction whose name says "damaged".

    :param price: the price of one piece of a line in minor units
    """
    wanted = list(dict.fromkeys(line.product for line in lines if line.product is not None))
    stored = known(db, source, wanted)
    lacking = {one for one in wanted if one not in stored or stored[one].price is None}
    better = _described((line for line in lines if line.product in lacking), price)
    better = [one for one in better if one.price is not None or one.shop_product_id not in stored]
    if better:
        save(db, source, better)
        stored |= known(db, source, [one.shop_product_id for one in better])
    return {product: stored[product].id for product in wanted}


def _described(lines: Iterable[OrderLine], price: Callable[[OrderLine], int]) -> list[Product]:
    """Products as the first of their lines with a price tells them, else as the first of all does."""
    found: dict[str, Product] = {}
    for line in lines:
        if line.product is None or (line.product in found and found[line.product].price is not None):
            continue
        asked = price(line)
        if line.product not in found or asked > 0:
            name = line.name or line.product
            found[line.product] = Product(
                line.product, name, line.category, asked if asked > 0 else None, line.unit_cost
            )
    return list(found.values())
