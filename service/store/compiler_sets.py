"""Conditions as sets of customers: those with a row that passes a test, and how a statement asks whether one is among
them."""

from __future__ import annotations

from service.store.compiler_scope import Scope, Test

_SAID = ("answer.", "answered_at.", "skipped.", "outcome.", "trait.", "persona.", "attribute.")
# counts: an order that counts; matters: that, or a refund document.
_PURCHASES_THEN = """
SELECT customer_id,
       COUNT(*) FILTER (WHERE counts = 1) AS orders,
       COUNT(DISTINCT CASE WHEN counts = 1 THEN day END) AS order_days,
       CAST(SUM(gross * counts) AS BIGINT) AS gross, CAST(SUM(discount * counts) AS BIGINT) AS discount,
       COUNT(*) FILTER (WHERE counts = 1 AND discount > 0) AS discounted_orders,
       CAST(SUM(refunded * matters) AS BIGINT) AS refunded, CAST(SUM(revenue * matters) AS BIGINT) AS net_revenue,
       CAST(SUM(COALESCE(cost, 0) * matters) AS BIGINT) AS cost,
       CAST(SUM(CASE WHEN cost IS NULL THEN 0 ELSE revenue * matters END) AS BIGINT) AS costed_revenue,
       COUNT(*) FILTER (WHERE counts = 1 AND cost IS NOT NULL) AS costed_orders,
       MIN(CASE WHEN place = 1 AND counts = 1 THEN placed_at END) AS first_at,
       MAX(CASE WHEN counts = 1 THEN placed_at END) AS last_at,
       MIN(CASE WHEN counts = 1 THEN day END) AS first_day, MAX(CASE WHEN counts = 1 THEN day END) AS last_day,
       MIN(CASE WHEN place = 1 AND counts = 1 THEN id END) AS first_order_id,
       MIN(CASE WHEN place = 1 AND counts = 1 THEN traffic_source END) AS first_source,
       MIN(CASE WHEN place = 1 AND counts = 1 THEN main_product END) AS first_product
  FROM (SELECT o.*, ROW_NUMBER() OVER (PARTITION BY customer_id, counts ORDER BY day, placed_at, id) AS place
          FROM (SELECT o.*,
                       CASE WHEN kind = 'order' AND gross > 0 AND status IN ('paid', 'refunded') THEN 1 ELSE 0 END
                         AS counts,
                       CASE WHEN kind = 'order' AND gross > 0 AND status IN ('paid', 'refunded')
                                 OR kind = 'refund' AND status = 'paid' THEN 1 ELSE 0 END AS matters
                  FROM orders o WHERE customer_id IS NOT NULL AND day <= {today}{page}) AS o) AS o
 GROUP BY customer_id
"""


def purchases(scope: Scope) -> str:
    """The table of purchases: the kept one, or for the past one with the same columns made from the orders."""
    if not scope.moment.past:
        return "purchases"
    made = _PURCHASES_THEN.format(today=scope.bind(scope.moment.today), page=scope.page("customer_id"))
    return f"({made})"


def bought(scope: Scope, test: str, *, without: bool = False) -> Test:
    """Customers whose purchases ``u`` pass a test.

    :param without: whether those pass who never bought
    """
    scope.beside = True
    sql = f"COALESCE({test}, FALSE)"
    return Test(sql, None if scope.paged or without else buyers(scope, sql))


def buyers(scope: Scope, test: str) -> str:
    """A SELECT of the customers whose purchases ``u`` pass a test."""
    return f"SELECT u.customer_id AS id FROM {purchases(scope)} u WHERE {test}"


def on_record(scope: Scope, test: str) -> Test:
    """Customers whose record ``k`` passes a test."""
    source = f"SELECT k.id FROM customers k WHERE k.merged_into IS NULL AND k.erased_at IS NULL{scope.page('k.id')}"
    return among(f"{source} AND {test}")


def recorded(scope: Scope, name: str, valid: str, test: str) -> Test:
    """Customers with a row ``f`` of a fact that was valid and passes a test."""
    rows = f"FROM facts f WHERE f.name = {scope.bind(name)} AND {valid}"
    if valid == "f.until_at IS NULL":
        found = among(f"SELECT DISTINCT f.customer_id AS id {rows}{scope.page('f.customer_id')} AND {test}")
        if scope.narrowed and not is_said(name):
            # In a CASE, or SQLite would look for each text of a list by index.
            return Test(
                f"EXISTS (SELECT 1 {rows} AND f.customer_id = c.id AND CASE WHEN {test} THEN 1 END = 1)", found.members
            )
        return found
    # What has ended is found by customer only.
    return Test(f"EXISTS (SELECT 1 {rows} AND f.customer_id = c.id AND {test})")


def is_said(name: str) -> bool:
    """Whether a fact is known only of those who said something, and so of few; else most customers have a row of it."""
    return name.startswith(_SAID)


def stayed(scope: Scope, segment_id: str, test: str) -> Test:
    """Customers with a stay ``m`` in a segment that passes a test."""
    rows = f"FROM memberships m WHERE m.segment_id = {scope.bind(segment_id)} AND {test}"
    if scope.paged:
        return Test(f"EXISTS (SELECT 1 {rows} AND m.customer_id = c.id)")
    return among(f"SELECT DISTINCT m.customer_id AS id {rows}")


def among(members: str) -> Test:
    """The customers that a SELECT gives."""
    return Test(f"c.id IN ({members})", members)
