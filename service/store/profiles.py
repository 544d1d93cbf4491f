"""Profiles: one row with the present state per customer, and beside it the history of facts and personas."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

from service.domain.facts import Facts, Person
from service.domain.personas import Assignment
from service.domain.profiles import Held, Profile, Refresh
from service.domain.purchases import Purchases
from service.store.database import Database, Row, in_list

_PURCHASES = tuple(one.name for one in fields(Purchases))
_REASONS_KEPT = 6
_PURCHASE_COLUMNS = ", ".join(f"u.{name}" for name in _PURCHASES)


@dataclass(frozen=True)
class StoredCustomer:
    """What one statement reads of a customer for a refresh.

    :param gone: merged into another customer or erased: nothing is refreshed
    """

    customer_id: int
    person: Person
    purchases: Purchases | None
    before: Profile
    gone: bool


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


def load(db: Database, customer_ids: Sequence[int]) -> list[StoredCustomer]:
    """Record, purchases and present state of customers, by id; one statement."""
    if not customer_ids:
        return []
    listed, params = in_list("customer", customer_ids)
    rows = db.query(
        f"""
        SELECT c.id, c.country, c.city, c.language, c.merged_into, c.erased_at, p.state, p.sequence,
               u.customer_id AS bought, {_PURCHASE_COLUMNS}
          FROM customers c
          LEFT JOIN purchases u ON u.customer_id = c.id
          LEFT JOIN profiles p ON p.customer_id = c.id
         WHERE c.id IN {listed}
         ORDER BY c.id
        """,
        params,
    )
    return [_stored(row) for row in rows]


def mark(db: Database, customer_ids: Sequence[int], at: int) -> None:
    """Ask for a refresh of these customers at ``at`` or earlier; a missing profile is begun."""
    db.insert_rows(
        "profiles",
        ("customer_id", "state", "sequence", "definitions", "refreshed_at", "refreshed_day", "refresh_at"),
        [(customer_id, "{}", 0, 0, 0, 0, at) for customer_id in sorted(set(customer_ids))],
        suffix="""
        ON CONFLICT (customer_id) DO UPDATE
           SET refresh_at = CASE WHEN profiles.refresh_at IS NULL OR profiles.refresh_at > excluded.refresh_at
                                 THEN excluded.refresh_at ELSE profiles.refresh_at END
        """,
    )


def begin_missing(db: Database) -> None:
    """Begin the profile of every customer who has none, so that a refresh finds them."""
    db.execute(
        """
        INSERT INTO profiles (customer_id, state, sequence, definitions, refreshed_at, refreshed_day)
        SELECT id, '{}', 0, 0, 0, 0 FROM customers
         WHERE merged_into IS NULL AND erased_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM profiles p WHERE p.customer_id = customers.id)
        """
    )


def due(db: Database, *, definitions: int, today: int, now: int, limit: int) -> list[int]:
    """Customers whose profile must be looked at again, up to ``limit``.

    Because it was asked for, because quizzes, segments, models or destinations changed, or because a day passed.
    """
    rows = db.query(
        """
        SELECT customer_id FROM (
               SELECT customer_id FROM profiles WHERE refresh_at IS NOT NULL AND refresh_at <= :now
                ORDER BY refresh_at LIMIT :limit) AS asked
        UNION
        SELECT customer_id FROM (
               SELECT customer_id FROM profiles WHERE definitions < :definitions
                ORDER BY definitions, customer_id LIMIT :limit) AS redefined
        UNION
        SELECT customer_id FROM (
               SELECT customer_id FROM profiles WHERE refreshed_day < :today
                ORDER BY refreshed_day, customer_id LIMIT :limit) AS passed
        ORDER BY customer_id
        LIMIT :limit
        """,
        {"definitions": definitions, "today": today, "now": now, "limit": limit},
    )
    return [row["customer_id"] for row in rows]


def page(db: Database, after_id: int, limit: int) -> list[int]:
    """Customers with a profile, by id, ``limit`` at a time."""
    rows = db.query(
        "SELECT customer_id FROM profiles WHERE customer_id > :after_id ORDER BY customer_id LIMIT :limit",
        {"after_id": after_id, "limit": limit},
    )
    return [row["customer_id"] for row in rows]


def waiting(db: Database, customer_ids: Sequence[int], definitions: int, today: int, now: int) -> list[int]:
    """Those of these customers whose profile is due for a refresh."""
    listed, params = in_list("customer", customer_ids)
    rows = db.query(
        f"""
        SELECT customer_id FROM profiles
         WHERE customer_id IN {listed}
           AND (definitions < :definitions OR refreshed_day < :today OR refresh_at IS NOT NULL AND refresh_at <= :now)
        """,
        {"definitions": definitions, "today": today, "now": now, **params},
    )
    return [row["customer_id"] for row in rows]


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


def count_due(db: Database, *, definitions: int, today: int, now: int) -> int:
    """How many profiles are due."""
    row = db.one(
        """
        SELECT COUNT(*) AS waiting FROM profiles
         WHERE definitions < :definitions OR refreshed_day < :today OR (refresh_at IS NOT NULL AND refresh_at <= :now)
        """,
        {"definitions": definitions, "today": today, "now": now},
    )
    return int(row["waiting"]) if row else 0


def save(db: Database, refreshes: Sequence[Refresh], *, definitions: int, now: int, today: int) -> None:
    """Write the new state of a page of profiles and add to the history of facts and personas.

    One statement for what begins in the whole page, one more per customer for what ends.
    """
    for one in refreshes:
        _end_facts(db, one.customer_id, one.facts_ended, now)
        _end_assignments(db, one.customer_id, (*one.assignments, *one.ended), one, now)
    _begin_facts(db, refreshes, now)
    _begin_assignments(db, refreshes, now)
    db.insert_rows(
        "profiles",
        ("customer_id", "state", "sequence", "definitions", "refreshed_at", "refreshed_day", "refresh_at"),
        [(one.customer_id, _dump(one.after), one.after.sequence, definitions, now, today, None) for one in refreshes],
        suffix="""
        ON CONFLICT (customer_id) DO UPDATE
           SET state = excluded.state, sequence = excluded.sequence, definitions = excluded.definitions,
               refreshed_at = excluded.refreshed_at, refreshed_day = excluded.refreshed_day,
               refresh_at = excluded.refresh_at
        """,
    )


def forget(db: Database, customer_ids: Sequence[int]) -> None:
    """Drop the present state of customers who are gone (merged or erased); their history is elsewhere."""
    if customer_ids:
        listed, params = in_list("customer", customer_ids)
        db.execute(f"DELETE FROM profiles WHERE customer_id IN {listed}", params)


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
        (one.customer_id, name, *_typed(value), now)
        for one in refreshes
        for name, values in one.facts_begun.items()
        for value in (values if isinstance(values, tuple) else (values,))
    ]
    if rows:
        db.insert_rows("facts", ("customer_id", "name", "text", "number", "since_at"), rows)


def _typed(value: object) -> tuple[str | None, float | None]:
    """The text and the number column of a fact."""
    if isinstance(value, int | float):
        return None, float(value)
    return str(value), None


def _end_assignments(db: Database, customer_id: int, kinds: Sequence[str], one: Refresh, now: int) -> None:
    kinds = [kind for kind in kinds if kind in one.had]
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


# the state of a profile as JSON ------------------------------------------------------------------------------------


def _dump(profile: Profile) -> str:
    return json.dumps(
        {
            "facts": profile.facts,
            "personas": {
                kind: [one.persona, one.probability, one.source, one.model_version]
                for kind, one in profile.personas.items()
            },
            "segments": sorted(profile.segments),
            "tags": sorted(profile.tags),
            "may_email": profile.may_email,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _load(state: str | None, sequence: int | None) -> Profile:
    document = json.loads(state) if state else {}
    facts: Facts = {
        name: tuple(value) if isinstance(value, list) else value for name, value in document.get("facts", {}).items()
    }
    return Profile(
        facts=facts,
        personas={
            kind: Held(persona, probability, source, version)
            for kind, (persona, probability, source, version) in document.get("personas", {}).items()
        },
        segments=frozenset(document.get("segments", ())),
        tags=frozenset(document.get("tags", ())),
        may_email=bool(document.get("may_email")),
        sequence=sequence or 0,
    )


def _stored(row: Row) -> StoredCustomer:
    bought = row["bought"] is not None
    return StoredCustomer(
        customer_id=row["id"],
        person=Person(country=row["country"], city=row["city"], language=row["language"]),
        purchases=Purchases(**{name: row[name] for name in _PURCHASES}) if bought else None,
        before=_load(row["state"], row["sequence"]),
        gone=row["merged_into"] is not None or row["erased_at"] is not None,
    )
