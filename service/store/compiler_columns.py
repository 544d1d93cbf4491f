"""Facts that no row of their own holds: expressions over the purchases and the record of a customer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from service.store.compiler_scope import Columns, Scope

_DOUBLE = "CAST({} AS DOUBLE PRECISION)"


def _bought(expression: str) -> str:
    return f"CASE WHEN u.orders > 0 THEN {expression} END"


def _ratio(above: str, below: str, known: str) -> str:
    return f"CASE WHEN {known} THEN {_DOUBLE.format(above)} / {_DOUBLE.format(below)} END"


# Half to even, as Purchases.average rounds; both databases divide whole numbers towards zero.
_AVERAGE = _bought(
    "CASE WHEN u.net_revenue < 0 THEN -1 ELSE 1 END * (ABS(u.net_revenue) / u.orders"
    " + CASE WHEN 2 * (ABS(u.net_revenue) % u.orders) > u.orders THEN 1"
    " WHEN 2 * (ABS(u.net_revenue) % u.orders) = u.orders THEN (ABS(u.net_revenue) / u.orders) % 2 ELSE 0 END)"
)
_GAP_KNOWN = "u.order_days >= 2"
_NUMBERS: Mapping[str, str] = {
    "orders.count": "COALESCE(u.orders, 0)",
    "orders.net_revenue": "COALESCE(u.net_revenue, 0)",
    "orders.refunded": _bought("u.refunded"),
    "orders.average": _AVERAGE,
    "orders.profit": "CASE WHEN u.orders > 0 AND u.costed_orders > 0 THEN u.costed_revenue - u.cost END",
    "orders.first_at": _bought("u.first_at"),
    "orders.last_at": _bought("u.last_at"),
    "orders.mean_gap_days": _ratio("(u.last_day - u.first_day)", "(u.order_days - 1)", _GAP_KNOWN),
    "orders.discount_share": _ratio(
        "(CASE WHEN u.discount > 0 THEN u.discount ELSE 0 END)", "u.gross", "u.orders > 0 AND u.gross > 0"
    ),
    "orders.discounted_share": _ratio("u.discounted_orders", "u.orders", "u.orders > 0"),
    "orders.full_price_share": _ratio("(u.orders - u.discounted_orders)", "u.orders", "u.orders > 0"),
}
_TEXTS: Mapping[str, str] = {
    "orders.first_source": _bought("u.first_source"),
    "orders.first_product": _bought("u.first_product"),
}
_RECORD: Mapping[str, str] = {
    "customer.created_at": "k.created_at",
    "contact.received_at": "k.received_at",
    "contact.opened_at": "k.opened_at",
    "contact.clicked_at": "k.clicked_at",
}


def purchase_column(scope: Scope, fact: str) -> Columns | None:
    """Where a fact is that follows from the purchases ``u``; ``None`` for any other fact."""
    if fact in _NUMBERS:
        return Columns(f"({_NUMBERS[fact]})", None, "u.customer_id")
    if fact in _TEXTS:
        return Columns(None, f"({_TEXTS[fact]})", "u.customer_id")
    made = _MADE.get(fact)
    return made(scope) if made else None


def record_column(fact: str) -> Columns | None:
    """Where a fact is that a column of the customer ``k`` holds; ``None`` for any other fact."""
    return Columns(_RECORD[fact], None, "k.id") if fact in _RECORD else None


def _days_since(column: str) -> Callable[[Scope], Columns]:
    def made(scope: Scope) -> Columns:
        return Columns(f"({_days(scope, column)})", None, "u.customer_id")

    return made


def _days(scope: Scope, column: str) -> str:
    today = scope.bind(scope.moment.today)
    return _bought(f"CASE WHEN {column} < {today} THEN {today} - {column} ELSE 0 END")


def _expected_gap(scope: Scope) -> Columns:
    return Columns(f"({_usual_gap(scope)})", None, "u.customer_id")


def _usual_gap(scope: Scope) -> str:
    """As ``rhythm.usual_gap``."""
    own = f"{_DOUBLE.format('(u.last_day - u.first_day)')} / {_DOUBLE.format('(u.order_days - 1)')}"
    gaps = scope.moment.shop_gaps
    first, second = (_DOUBLE.format(scope.bind(gap)) for gap in gaps) if gaps else ("NULL", "NULL")
    own = f"CASE WHEN u.order_days >= 3 THEN {own} "
    return f"{own}WHEN u.order_days = 2 THEN {second} WHEN u.order_days = 1 THEN {first} END"


def _overdue(scope: Scope) -> Columns:
    days = _DOUBLE.format(f"({_days(scope, 'u.last_day')})")
    return Columns(f"({days} / ({_usual_gap(scope)}))", None, "u.customer_id")


def _whale(scope: Scope) -> Columns:
    threshold = scope.moment.whales_from
    if threshold is None:
        return Columns(None, "CAST(NULL AS TEXT)", "u.customer_id")
    least = scope.bind(max(threshold, 1)) if threshold > 0 else None
    brought = "u.net_revenue" if scope.moment.whales_by == "net_revenue" else "(u.costed_revenue - u.cost)"
    yes = _bought(f"CASE WHEN {brought} >= {least} THEN 'yes' ELSE 'no' END") if least else _bought("'no'")
    return Columns(None, f"({yes})", "u.customer_id")


_MADE: Mapping[str, Callable[[Scope], Columns]] = {
    "orders.days_since_first": _days_since("u.first_day"),
    "orders.days_since_last": _days_since("u.last_day"),
    "orders.expected_gap_days": _expected_gap,
    "orders.overdue_ratio": _overdue,
    "orders.whale": _whale,
}
