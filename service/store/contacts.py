"""Contact events: what email tools say was received, opened and clicked. Rows are added, no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from service.store.database import Database, in_list

Kind = Literal["received", "opened", "clicked"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class ContactEvent:
    """Something that happened to a message to a customer.

    :param at: UTC microseconds; :param source: which tool says so
    """

    customer_id: int
    kind: Kind
    at: int
    source: str


def known(db: Database, events: Sequence[ContactEvent]) -> set[ContactEvent]:
    """Which of these events are kept already."""
    found: set[ContactEvent] = set()
    if not events:
        return found
    listed, params = in_list("customer", sorted({one.customer_id for one in events}))
    instants = {"first": min(one.at for one in events), "last": max(one.at for one in events)}
    rows = db.query(
        f"""
        SELECT customer_id, kind, at, source FROM contact_events
         WHERE customer_id IN {listed} AND at BETWEEN :first AND :last
        """,
        {**params, **instants},
    )
    return {ContactEvent(**row) for row in rows}


def add(db: Database, events: Sequence[ContactEvent]) -> None:
    """Keep events that are new, and with each customer the latest of each kind."""
    if not events:
        return
    rows = [(one.customer_id, one.kind, one.at, one.source) for one in events]
    db.insert_rows("contact_events", ("customer_id", "kind", "at", "source"), rows)
    for kind in KINDS:
        latest: dict[int, int] = {}
        for one in events:
            if one.kind == kind:
                latest[one.customer_id] = max(one.at, latest.get(one.customer_id, 0))
        _raise(db, kind, latest)


def any_known(db: Database) -> bool:
    """Whether any email tool has ever told anything."""
    return db.one("SELECT 1 AS one FROM contact_events LIMIT 1") is not None


def _raise(db: Database, kind: Kind, latest: Mapping[int, int]) -> None:
    """Keep later times with their customers; one statement for each different time."""
    by_time: dict[int, list[int]] = {}
    for customer_id, at in latest.items():
        by_time.setdefault(at, []).append(customer_id)
    for at, customer_ids in by_time.items():
        listed, params = in_list("customer", sorted(customer_ids))
        db.execute(
            f"UPDATE customers SET {kind}_at = :at WHERE id IN {listed} AND ({kind}_at IS NULL OR {kind}_at < :at)",
            {"at": at, **params},
        )
