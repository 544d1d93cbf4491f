"""Attempts: every try to send a delivery, with what came of it. They are only ever added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.deliveries import Outcome
from service.store.database import Database


@dataclass(frozen=True)
class Attempt:
    """One try to send a delivery.

    :param duration: seconds
    :param answer: the first bytes of what the tool said
    """

    delivery_id: int
    outcome: Outcome
    started_at: int
    duration: float
    http_status: int | None
    error: str | None
    answer: str | None


def add(db: Database, attempts: Sequence[Attempt]) -> None:
    """Keep what came of tries; one statement."""
    columns = ("delivery_id", "outcome", "started_at", "duration", "http_status", "error", "answer")
    rows = [
        (one.delivery_id, one.outcome, one.started_at, one.duration, one.http_status, one.error, one.answer)
        for one in attempts
    ]
    db.insert_rows("attempts", columns, rows)


def of_delivery(db: Database, delivery_id: int) -> list[Attempt]:
    """Every try of a delivery, oldest first."""
    rows = db.query(
        """
        SELECT delivery_id, outcome, started_at, duration, http_status, error, answer
          FROM attempts
         WHERE delivery_id = :id
         ORDER BY id
        """,
        {"id": delivery_id},
    )
    return [Attempt(**row) for row in rows]
