"""Clauses on the command line, in plain words."""

from __future__ import annotations

import pytest

from service.cli.clause_words import because

CLAUSES = [
    ("orders.count", "gte", 2, 1, "orders.count is 1, needs at least 2"),
    ("customer.place", "within_km", {"lat": 24.71, "lon": 46.6753, "km": 25.0}, None,
     "customer.place is missing, needs to lie within 25 km of 24.71, 46.68"),
    ("orders.last_at", "gte", "2026-05-01T09:30:00+00:00", "2026-04-30T21:00:00+00:00",
     "orders.last_at is 30 April 2026, 21:00 UTC, needs 1 May 2026, 09:30 UTC or later"),
    ("customer.place", "within_km", {"lat": 24.71, "lon": 46.6753, "km": 25.0}, [0.6, 0.6, 0.4],
     "customer.place is further away, needs to lie within 25 km of 24.71, 46.68"),
    ("orders.last_at", "in_last_days", 30, None, "orders.last_at is missing, needs to lie within the last 30 days"),
    ("answer.why", "has", "ingredients", ["price", "scent"],
     "answer.why is price, scent, needs to include ingredients"),
    ("orders.net_revenue", "between", [{"amount": 100, "currency": "SAR"}, {"amount": 250, "currency": "SAR"}], None,
     "orders.net_revenue is missing, needs to lie between 1.00 SAR and 2.50 SAR"),
    ("consent.email", "exists", True, None, "consent.email is missing, needs to be known"),
    ("segment whales", "is", 0, False, "in segment whales: no, needs to be"),
]  # fmt: skip


@pytest.mark.parametrize(("fact", "op", "value", "found", "said"), CLAUSES)
def test_what_is_missing_is_said_in_words(fact: str, op: str, value: object, found: object, said: str) -> None:
    assert because({"fact": fact, "op": op, "value": value, "found": found, "holds": False}, inside=False) == said
