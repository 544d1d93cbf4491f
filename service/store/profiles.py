"""Profiles: one row with the present state per customer; their history is in history.py."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields

from service.domain.facts import Facts, Person
from service.domain.first_orders import FirstOrder
from service.domain.profiles import Held, Profile, Refresh
from service.domain.purchases import Purchases
from service.domain.subjects import Kept
from service.store import first_orders, history
from service.store.database import Database, Row, in_list

_PURCHASES = tuple(one.name for one in fields(Purchases))
_REFRESH = ("refresh_at", "refresh_event")
_PURCHASE_COLUMNS = ", ".join(f"u.{name}" for name in _PURCHASES)


@dataclass(frozen=True)
class StoredCustomer:
    """What one statement reads of a customer for a refresh.

    :param gone: merged into another customer or erased: nothing is refreshed
    :param revision: of the purchases; 0 without any
    :param rules: the rules the profile follows
    :param first: the first order that counts
    :param asked_at: when it is to be looked at again, and :param event: why that was asked for; ``None`` when its own
        time comes
    """

    customer_id: int
    person: Person
    purchases: Purchases | None
    before: Profile
    gone: bool
    revision: int = 0
    rules: int = 0
    asked_at: int | None = None
    event: str | None = None
    first: FirstOrder | None = None


def load(db: Database, customer_ids: Sequence[int]) -> list[StoredCustomer]:
    """Record, purchases and present state of customers, by id; one statement."""
    if not customer_ids:
        return []
    listed, params = in_list("customer", customer_ids)
    rows = db.query(
        f"""
        SELECT c.id, c.country, c.region, c.city, c.postal_code, c.language, c.created_at, c.place_x, c.place_y,
               c.place_z, c.attributes, c.received_at, c.opened_at, c.clicked_at, c.merged_into, c.erased_at,
               p.state, p.sequence, p.definitions, p.refresh_at, p.refresh_event,
               u.customer_id AS bought, u.revision, {_PURCHASE_COLUMNS}, {first_orders.COLUMNS}
          FROM customers c
          LEFT JOIN purchases u ON u.customer_id = c.id
          {first_orders.JOINS}
          LEFT JOIN profiles p ON p.customer_id = c.id
         WHERE c.id IN {listed}
         ORDER BY c.id
        """,
        params,
    )
    return [_stored(row) for row in rows]


def mark(db: Database, customer_ids: Sequence[int], at: int, event: str = "manual") -> None:
    """Ask for a refresh of these customers at ``at`` or earlier; a missing profile is begun.

    :param event: what brings it about, kept with the memberships that change
    """
    db.insert_rows(
        "profiles",
        ("customer_id", "state", "sequence", "definitions", "refreshed_at", "refreshed_day", *_REFRESH),
        [(customer_id, "{}", 0, 0, 0, 0, at, event) for customer_id in sorted(set(customer_ids))],
        suffix="""
        ON CONFLICT (customer_id) DO UPDATE
           SET refresh_event = CASE WHEN profiles.refresh_at IS NULL OR profiles.refresh_at > excluded.refresh_at
                                    THEN excluded.refresh_event ELSE profiles.refresh_event END,
               refresh_at = CASE WHEN profiles.refresh_at IS NULL OR profiles.refresh_at > excluded.refresh_at
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


def due(db: Database, *, rules: int, now: int, limit: int) -> list[int]:
    """Customers whose profile must be looked at again, up to ``limit``, in the order of their ids.

    First those for whom it was asked or whose time has come, longest waiting first: they do not stand behind a sweep of
    the whole shop. Then those that follow older rules.
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
        ruled = db.query(
            """
            SELECT customer_id FROM profiles WHERE definitions < :rules ORDER BY definitions, customer_id LIMIT :limit
            """,
            {"rules": rules, "limit": limit},
        )
        for row in ruled:
            if len(found) < limit:
                found.add(row["customer_id"])
    return sorted(found)


def postpone(db: Database, customer_id: int, *, rules: int, until: int) -> None:
    """Leave a profile that cannot be worked out alone for a while, so that it holds nobody else up."""
    db.execute(
        "UPDATE profiles SET definitions = :rules, refresh_at = :until WHERE customer_id = :customer_id",
        {"customer_id": customer_id, "rules": rules, "until": until},
    )


def page(db: Database, after_id: int, limit: int) -> list[int]:
    """Customers with a profile, by id, ``limit`` at a time."""
    rows = db.query(
        "SELECT customer_id FROM profiles WHERE customer_id > :after_id ORDER BY customer_id LIMIT :limit",
        {"after_id": after_id, "limit": limit},
    )
    return [row["customer_id"] for row in rows]


def waiting(db: Database, customer_ids: Sequence[int], rules: int, now: int) -> list[int]:
    """Those of these customers whose profile is due for a refresh."""
    listed, params = in_list("customer", customer_ids)
    rows = db.query(
        f"""
        SELECT customer_id FROM profiles
         WHERE customer_id IN {listed} AND (definitions < :rules OR refresh_at IS NOT NULL AND refresh_at <= :now)
        """,
        {"rules": rules, "now": now, **params},
    )
    return [row["customer_id"] for row in rows]


def count_due(db: Database, *, rules: int, now: int) -> int:
    """How many profiles are due."""
    row = db.one(
        """
        SELECT (SELECT COUNT(*) FROM profiles WHERE definitions < :rules)
             + (SELECT COUNT(*) FROM profiles
                 WHERE definitions >= :rules AND refresh_at IS NOT NULL AND refresh_at <= :now) AS waiting
        """,
        {"rules": rules, "now": now},
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
        ("customer_id", "state", "sequence", "definitions", "refreshed_at", "refreshed_day", *_REFRESH),
        [
            (one.customer_id, _dump(one.after), one.after.sequence, rules, now, today, one.refresh_at, None)
            for one in refreshes
        ],
        suffix="""
        ON CONFLICT (customer_id) DO UPDATE
           SET state = excluded.state, sequence = excluded.sequence, definitions = excluded.definitions,
               refreshed_at = excluded.refreshed_at, refreshed_day = excluded.refreshed_day,
               refresh_at = excluded.refresh_at, refresh_event = excluded.refresh_event
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
            "revision": profile.revision,
            "habits": profile.habits,
            "verdicts": {key: [int(one.holds), one.found, one.until] for key, one in profile.verdicts.items()},
        },
        ensure_ascii=False,
        separators=(",", ":"),
        default=float,  # measures may be decimals
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
        revision=document.get("revision", 0),
        habits=document.get("habits", 0),
        verdicts={
            key: Kept(bool(holds), tuple(found) if isinstance(found, list) else found, until)
            for key, (holds, found, until) in document.get("verdicts", {}).items()
        },
    )


def _stored(row: Row) -> StoredCustomer:
    bought = row["bought"] is not None
    return StoredCustomer(
        customer_id=row["id"],
        person=_person(row),
        purchases=Purchases(**{name: row[name] for name in _PURCHASES}) if bought else None,
        before=_load(row["state"], row["sequence"]),
        gone=row["merged_into"] is not None or row["erased_at"] is not None,
        revision=row["revision"] or 0,
        rules=row["definitions"] or 0,
        asked_at=row["refresh_at"],
        event=row["refresh_event"],
        first=first_orders.read(row) if bought else None,
    )


def _person(row: Row) -> Person:
    contact = {kind: row[f"{kind}_at"] for kind in ("received", "opened", "clicked")}
    given = json.loads(row["attributes"]) if row["attributes"] else {}
    place = None if row["place_x"] is None else (row["place_x"], row["place_y"], row["place_z"])
    return Person(
        country=row["country"],
        city=row["city"],
        language=row["language"],
        region=row["region"],
        postal_code=row["postal_code"],
        created_at=row["created_at"],
        place=place,
        attributes={name: tuple(value) if isinstance(value, list) else value for name, value in given.items()},
        contact={kind: at for kind, at in contact.items() if at is not None},
    )
