"""The history beside the profiles: facts and personas with the time they held. Rows are added and ended, no more."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from service.domain.comparisons import words_of
from service.domain.personas import Assignment
from service.domain.profiles import Refresh
from service.domain.search import normalise
from service.store.database import Database, in_list

_REASONS_KEPT = 6


@dataclass(frozen=True)
class StoredAssignment:
    """A persona in the history of a customer.

    :param detail: the whole assignment with its reasons, its probabilities and why it abstained
    """

    kind: str
    persona: str | None
    probability: float | None
    source: str
    model_version: int
    detail: Mapping[str, object]
    since_at: int
    until_at: int | None


@dataclass(frozen=True)
class OpenHistory:
    """The rows of a customer's history that have not ended."""

    facts: set[str] = field(default_factory=set)
    personas: dict[str, str | None] = field(default_factory=dict)
    segments: set[str] = field(default_factory=set)


def open_history(db: Database, customer_ids: Sequence[int]) -> dict[int, OpenHistory]:
    """What the history says of the present: facts, personas and memberships that have not ended."""
    listed, params = in_list("customer", customer_ids)
    rows = db.query(
        f"""
        SELECT DISTINCT customer_id, 'fact' AS kind, name AS name, '' AS value
          FROM facts WHERE until_at IS NULL AND customer_id IN {listed}
        UNION ALL
        SELECT customer_id, 'persona' AS kind, kind AS name, persona AS value
          FROM assignments WHERE until_at IS NULL AND customer_id IN {listed}
        UNION ALL
        SELECT customer_id, 'segment' AS kind, segment_id AS name, '' AS value
          FROM memberships WHERE left_at IS NULL AND customer_id IN {listed}
        """,
        params,
    )
    found: dict[int, OpenHistory] = {}
    for row in rows:
        mine = found.setdefault(row["customer_id"], OpenHistory())
        if row["kind"] == "fact":
            mine.facts.add(row["name"])
        elif row["kind"] == "persona":
            mine.personas[row["name"]] = row["value"]
        else:
            mine.segments.add(row["name"])
    return found


def assignments_of(db: Database, customer_id: int) -> list[StoredAssignment]:
    """Personas of a customer, the present ones first, then the latest."""
    rows = db.query(
        """
        SELECT kind, persona, probability, source, model_version, reasons, since_at, until_at
          FROM assignments
         WHERE customer_id = :customer_id
         ORDER BY CASE WHEN until_at IS NULL THEN 0 ELSE 1 END, kind, since_at DESC, id DESC
        """,
        {"customer_id": customer_id},
    )
    return [
        StoredAssignment(
            kind=row["kind"],
            persona=row["persona"],
            probability=row["probability"],
            source=row["source"],
            model_version=row["model_version"],
            detail=json.loads(row["reasons"]),
            since_at=row["since_at"],
            until_at=row["until_at"],
        )
        for row in rows
    ]


def end(db: Database, refresh: Refresh, now: int) -> None:
    """End the facts and personas of one customer that no longer hold; a statement for each of the two at most."""
    _end_facts(db, refresh.customer_id, refresh.facts_ended, now)
    _end_assignments(db, refresh.customer_id, [*refresh.had & {*refresh.assignments, *refresh.ended}], now)


def begin(db: Database, refreshes: Sequence[Refresh], now: int) -> None:
    """Add the facts and personas that begin to hold in a page of refreshes; a statement for each of the two."""
    _begin_facts(db, refreshes, now)
    _begin_assignments(db, refreshes, now)


def _end_facts(db: Database, customer_id: int, names: Sequence[str], now: int) -> None:
    if not names:
        return
    listed, params = in_list("name", names)
    db.execute(
        f"""
        UPDATE facts SET until_at = :now
         WHERE customer_id = :customer_id AND until_at IS NULL AND name IN {listed}
        """,
        {"customer_id": customer_id, "now": now, **params},
    )


def _begin_facts(db: Database, refreshes: Sequence[Refresh], now: int) -> None:
    rows = [
        (one.customer_id, name, *values, now)
        for one in refreshes
        for name, value in one.facts_begun.items()
        for values in fact_values(value)
    ]
    if rows:
        db.insert_rows("facts", _FACT_COLUMNS, rows)


_FACT_COLUMNS = ("customer_id", "name", "text", "number", "search", "words", "part", "since_at")


def fact_values(value: object) -> list[tuple[str | None, float | None, str | None, str | None, int | None]]:
    """The columns text, number, search, words and part of a fact: one row, or one for each part of a list."""
    if isinstance(value, tuple):
        return [(*_typed(one), part) for part, one in enumerate(value)]
    return [(*_typed(value), None)]


def _typed(value: object) -> tuple[str | None, float | None, str | None, str | None]:
    if isinstance(value, int | float):
        return None, float(value), None, None
    text = str(value)
    return text, None, *_searched(text)


@lru_cache(maxsize=4096)
def _searched(text: str) -> tuple[str | None, str | None]:
    """The text as it is searched, and its words between spaces; ``None`` where that is the text itself."""
    search, spaced = normalise(text), " ".join(words_of(text))
    return None if search == text else search, None if spaced == text else spaced


def _end_assignments(db: Database, customer_id: int, kinds: Sequence[str], now: int) -> None:
    if not kinds:
        return
    listed, params = in_list("kind", kinds)
    db.execute(
        f"""
        UPDATE assignments SET until_at = :now
         WHERE customer_id = :customer_id AND until_at IS NULL AND kind IN {listed}
        """,
        {"customer_id": customer_id, "now": now, **params},
    )


def _begin_assignments(db: Database, refreshes: Sequence[Refresh], now: int) -> None:
    rows = [
        (
            one.customer_id,
            kind,
            assigned.persona,
            assigned.probability,
            assigned.source,
            assigned.model_version,
            _detail(assigned),
            now,
        )
        for one in refreshes
        for kind, assigned in one.assignments.items()
    ]
    if rows:
        columns = (
            "customer_id",
            "kind",
            "persona",
            "probability",
            "source",
            "model_version",
            "reasons",
            "since_at",
        )
        db.insert_rows("assignments", columns, rows)


def _detail(assigned: Assignment) -> str:
    """The assignment with its strongest reasons; ``rest`` is the sum of the others, so that they still add up."""
    kept, others = assigned.reasons[:_REASONS_KEPT], assigned.reasons[_REASONS_KEPT:]
    document = {
        "reasons": [reason.to_json() for reason in kept],
        "rest": round(sum(reason.weight for reason in others), 4),
        "base": round(assigned.base, 4),
        "probabilities": {persona: round(share, 4) for persona, share in assigned.probabilities.items()},
        "leaning": assigned.leaning,
        "abstained": assigned.abstained,
    }
    return json.dumps(document, ensure_ascii=False)
