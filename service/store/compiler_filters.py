"""Filters of orders and of their lines as SQL."""

from __future__ import annotations

from typing import cast

from service.domain.buying import LINE_FIELDS, OF_ANY_LINE
from service.domain.leaves import Filter, fraction
from service.store.compiler_scope import Scope

SIGNS = {"eq": "=", "ne": "<>", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
ORDER_COLUMNS = {"source": "traffic_source"}
_LINE = {
    "unit_price": "CASE WHEN {l}.quantity > 0 AND {l}.amount >= 0 THEN {l}.amount / {l}.quantity END",
    "product": "(SELECT p.shop_product_id FROM products p WHERE p.id = {l}.product_id)",
    "category": "(SELECT p.category FROM products p WHERE p.id = {l}.product_id)",
}
_PRODUCT = {"product": "shop_product_id", "category": "category"}
COUNTED = "{o}.kind = 'order' AND {o}.gross > 0"
PAID = "{o}.status IN ('paid', 'refunded')"


def filtered(scope: Scope, of: str, one: Filter, order: str, line: str = "l") -> str:
    """That an order, or a line of it, passes a filter.

    :param of: ``orders`` or ``lines``; :param order: and ``line``: what they are called in the statement
    """
    if one.field in OF_ANY_LINE:
        test = _product(scope, one, line)
        if of == "lines":
            return test
        return f"EXISTS (SELECT 1 FROM order_lines {line} WHERE {line}.order_id = {order}.id AND {test})"
    return _field_test(scope, field_of(of, one.field, order, line), one)


def _product(scope: Scope, one: Filter, line: str) -> str:
    """That the product of a line passes. The plus keeps SQLite from looking for each product of a list by index."""
    column = _PRODUCT[one.field]
    if one.op == "exists":
        known = f"+{line}.product_id IN (SELECT id FROM products WHERE {column} IS NOT NULL)"
        return known if one.value else f"COALESCE(NOT {known}, TRUE)"
    return f"+{line}.product_id IN (SELECT id FROM products WHERE {_field_test(scope, column, one)})"


def _field_test(scope: Scope, expression: str, one: Filter) -> str:
    if one.op == "exists":
        return f"{expression} IS {'NOT ' if one.value else ''}NULL"
    if one.op == "in":
        return f"{expression} IN {scope.bind_all(cast(tuple[object, ...], one.value))}"
    if one.op == "between":
        low, high = cast(tuple[object, object], one.value)
        return f"{_number(scope, expression, '>=', low)} AND {_number(scope, expression, '<=', high)}"
    return _number(scope, expression, SIGNS[one.op], one.value)


def _number(scope: Scope, expression: str, sign: str, value: object) -> str:
    if isinstance(value, str | int):
        return f"{expression} {sign} {scope.bind(value)}"
    p, q = fraction(cast(float, value))
    return (
        f"{expression} * {scope.bind(q)} {sign} {scope.bind(p)}" if q != 1 else f"{expression} {sign} {scope.bind(p)}"
    )


def field_of(of: str, name: str, order: str = "o", line: str = "l") -> str:
    """The expression of a field of order or line."""
    if of == "lines" and name in LINE_FIELDS:
        return _LINE.get(name, "{l}." + name).format(l=line)
    return f"{order}.{ORDER_COLUMNS.get(name, name)}"
