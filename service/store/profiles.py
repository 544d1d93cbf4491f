"""Profiles: one row with the present state per customer; their history is in history.py."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields

from service.domain.facts import Facts, Person
from service.domain.profiles import Held, Profile, Refresh
from service.domain.purchases import Purchases
from service.store import history
from service.store.database import Database, Row, in_list

_PURCHASES = tuple(one.name for one in fields(Purchases))
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


def begin_missing(db: Database, after_id: int, limit: int) -> int | None:
    """Begin the profiles of customers who have none, a page at a time, so that a refresh finds them.

    :returns: the last customer looked at, ``None`` when there was none after ``after_id``
    """
    page = {"after_id": after_id, "limit": limit}
    row = db.one(
        """
        SELECT MAX(id) AS last FROM (
               SELECT id FROM customers WHERE id > :after_id ORDER BY id LIMIT :limit) AS page
        """,
        page,
    )
    if row is None or row["last"] is None:
        return None
    db.execute(
        """
        INSERT INTO profiles (customer_id, state, sequence, definitions, refreshed_at, refreshed_day)
        SELECT id, '{}', 0, 0, 0, 0 FROM customers
         WHERE id > :after_id AND id <= :last AND merged_into IS NULL AND erased_at IS NULL
        ON CONFLICT (customer_id) DO NOTHING
        """,
        {"after_id": after_id, "last": row["last"]},
    )
    return int(row["last"])


def due(db: Database, *, rules: int, today: int, now: int, limit: int) -> list[int]:
    """Customers whose profile must be looked at again, up to ``limit``, in the order of their ids.

    First those for whom it was asked, longest waiting first: they do not stand behind a sweep of the whole shop. Then
    those that follow older rules, and those for whom a day passed.
    """
    asked = db.query(
        """
        SELECT customer_id FROM profiles WHERE refresh_at IS NOT NULL AND refresh_at <= :now
         ORDER BY refresh_at LIMIT :limit
        """,
        {"now": now, "limit": limit},
    )
    found = {row["customer_id"] for row in asked}
    if len(found) < limit:
        swept = db.query(
            """
            SELECT customer_id FROM (
                   SELECT customer_id FROM profiles WHERE definitions < :rules
                    ORDER BY definitions, customer_id LIMIT :limit) AS ruled
            UNION
            SELECT customer_id FROM (
                   SELECT customer_id FROM profiles WHERE refreshed_day < :today
                    ORDER BY refreshed_day, customer_id LIMIT :limit) AS passed
            ORDER BY customer_id
            LIMIT :limit
            """,
            {"rules": rules, "today": today, "limit": limit},
        )
        for row in swept:
            if len(found) < limit:
                found.add(row["customer_id"])
    return sorted(found)


def postpone(db: Database, customer_id: int, *, rules: int, today: int, until: int) -> None:
    """Leave a profile that cannot be worked out alone for a while, so that it holds nobody else up."""
    db.execute(
        """
        UPDATE profiles SET definitions = :rules, refreshed_day = :today, refresh_at = :until
         WHERE customer_id = :customer_id
        """,
        {"customer_id": customer_id, "rules": rules, "today": today, "until": until},
    )


def page(db: Database, after_id: int, limit: int) -> list[int]:
    """Customers with a profile, by id, ``limit`` at a time."""
    rows = db.query(
        "SELECT customer_id FROM profiles WHERE customer_id > :after_id ORDER BY customer_id LIMIT :limit",
        {"after_id": after_id, "limit": limit},
    )
    return [row["customer_id"] for row in rows]


def waiting(db: Database, customer_ids: Sequence[int], rules: int, today: int, now: int) -> list[int]:
    """Those of these customers whose profile is due for a refresh."""
    listed, params = in_list("customer", customer_ids)
    rows = db.query(
        f"""
        SELECT customer_id FROM profiles
         WHERE customer_id IN {listed}
           AND (definitions < :rules OR refreshed_day < :today OR refresh_at IS NOT NULL AND refresh_at <= :now)
        """,
        {"rules": rules, "today": today, "now": now, **params},
    )
    return [row["customer_id"] for row in rows]


def count_due(db: Database, *, rules: int, today: int, now: int) -> int:
    """How many profiles are due."""
    row = db.one(
        """
        SELECT COUNT(*) AS waiting FROM profiles
         WHERE definitions < :rules OR refreshed_day < :today OR (refresh_at IS NOT NULL AND refresh_at <= :now)
        """,
        {"rules": rules, "today": today, "now": now},
    )
    return int(row["waiting"]) if row else 0


def save(db: Database, refreshes: Sequence[Refresh], *, rules: int, now: int, today: int) -> None:
    """Write the new state of a page of profiles and add to the history of facts and personas.

    One statement for what begins in the whole page, one more per customer for what ends.
    """
    for one in refreshes:
        history.end(db, one, now)
    history.begin(db, refreshes, now)
    db.insert_rows(
        "profiles",
        ("customer_id", "state", "sequence", "definitions", "refreshed_at", "refreshed_day", "refresh_at"),
        [(one.customer_id, _dump(one.after), one.after.sequence, rules, now, today, None) for one in refreshes],
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
