"""Who saw which quiz, and what was offered to whom. Both are only ever added to."""

from __future__ import annotations

from dataclasses import dataclass, fields

from service.store.database import Database


@dataclass(frozen=True)
class View:
    """A quiz was seen; counted once a visit."""

    quiz_id: str
    version: int
    visit: str
    lang: str
    entry: str
    seen_at: int


_VIEW = tuple(field.name for field in fields(View))


def add(db: Database, view: View) -> None:
    """Keep a view; the second of a visit changes nothing."""
    values = [getattr(view, name) for name in _VIEW]
    db.insert_rows("quiz_views", _VIEW, [values], suffix="ON CONFLICT (quiz_id, visit) DO NOTHING")


@dataclass(frozen=True)
class Offer:
    """Somebody was to be shown a quiz they had not asked for."""

    quiz_id: str
    visit: str
    customer_id: int | None
    order_id: int | None
    offered_at: int


@dataclass(frozen=True)
class Begun:
    """A response, as far as limits look at it."""

    quiz_id: str
    started_at: int
    completed_at: int | None
    order_id: int | None


_OFFER = tuple(field.name for field in fields(Offer))


def add_offer(db: Database, offer: Offer) -> None:
    """Keep that a quiz was shown."""
    db.insert_rows("quiz_offers", _OFFER, [[getattr(offer, name) for name in _OFFER]])


def history(db: Database, visit: str, customer_id: int | None, order_id: int | None) -> tuple[list[Offer], list[Begun]]:
    """What was shown to a person and what they began: the known one's in all visits, else the visit's own; that about
    the order at hand is among them whoever it was. Two statements."""
    who = {"visit": visit, "customer_id": customer_id, "order_id": order_id}
    clauses = ["visit = :visit"] + [
        f"{name} = :{name}" for name in ("customer_id", "order_id") if who[name] is not None
    ]
    params = {name: value for name, value in who.items() if value is not None}
    # A union of index look-ups: one OR over three columns would be answered by a scan.
    offers = " UNION ".join(f"SELECT id, {', '.join(_OFFER)} FROM quiz_offers WHERE {one}" for one in clauses)
    columns = "quiz_id, started_at, completed_at, order_id"
    begun = " UNION ".join(f"SELECT id, {columns} FROM responses WHERE {one}" for one in clauses)
    return (
        [Offer(**{name: row[name] for name in _OFFER}) for row in db.query(offers, params)],
        [Begun(**{name: row[name] for name in columns.split(", ")}) for row in db.query(begun, params)],
    )
