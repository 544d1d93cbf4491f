"""Rows of shop visits, counted per day and traffic source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.store.database import Database


@dataclass(frozen=True)
class Visits:
    """How many visits a source brought on one day of the shop (days since 1970-01-01)."""

    day: int
    traffic_source: str
    visits: int
    medium: str = ""
    campaign: str = ""


def save(db: Database, counted: Sequence[Visits]) -> None:
    """Keep counts; a count of the same day and source replaces the earlier one."""
    rows = {(one.day, one.traffic_source, one.medium, one.campaign): one.visits for one in counted}
    if rows:
        db.insert_rows(
            "traffic",
            ("day", "traffic_source", "medium", "campaign", "visits"),
            [(*key, visits) for key, visits in rows.items()],
            suffix="ON CONFLICT (day, traffic_source, medium, campaign) DO UPDATE SET visits = excluded.visits",
        )


def total(db: Database) -> dict[str, int]:
    """All visits by traffic source."""
    rows = db.query(
        "SELECT traffic_source, SUM(visits) AS visits FROM traffic GROUP BY traffic_source ORDER BY traffic_source"
    )
    return {row["traffic_source"]: int(row["visits"]) for row in rows}
