"""Rows of discoveries and their members, of the personas made of them, and the reads that portraits are drawn from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from service.store.database import Database, Row, in_list

Status = Literal["proposed", "applied", "discarded"]
_COLUMNS = "id, status, body, created_at, created_by, changed_at"


@dataclass(frozen=True)
class StoredDiscovery:
    """One discovery.

    :param body: what was found, by class (operations/discoveries.py)
    """

    id: int
    status: Status
    body: dict[str, Any]
    created_at: int
    created_by: str
    changed_at: int


@dataclass(frozen=True)
class StoredPersona:
    """A psychographic persona that the marketer named.

    :param body: name, tagline, tag, portrait, prototype
    :param pinned: whether a later discovery must keep it
    """

    id: str
    status: Literal["live", "archived"]
    body: dict[str, Any]
    pinned: bool
    discovery_id: int | None


@dataclass(frozen=True)
class Spent:
    """What the members of one class bought: counted orders, and net revenue in minor units."""

    buyers: int
    orders: int
    net_revenue: int


# discoveries -------------------------------------------------------------------------------------------------------


def add(db: Database, body: Mapping[str, Any], members: Sequence[tuple[int, int, float]], *, now: int, by: str) -> int:
    """Keep a proposal with its members (customer, class, probability); gives its number."""
    row = db.one(
        """
        INSERT INTO discoveries (status, body, created_at, created_by, changed_at)
        VALUES ('proposed', :body, :now, :by, :now) RETURNING id
        """,
        {"body": json.dumps(body, ensure_ascii=False), "now": now, "by": by},
    )
    assert row is not None
    number = int(row["id"])
    db.insert_rows(
        "discovery_members",
        ("discovery_id", "customer_id", "class", "probability"),
        [(number, customer, label, probability) for customer, label, probability in members],
    )
    return number


def save(db: Database, discovery_id: int, body: Mapping[str, Any], status: Status, now: int) -> None:
    """Replace what is kept of a discovery."""
    db.execute(
        "UPDATE discoveries SET body = :body, status = :status, changed_at = :now WHERE id = :id",
        {"id": discovery_id, "body": json.dumps(body, ensure_ascii=False), "status": status, "now": now},
    )


def get(db: Database, discovery_id: int) -> StoredDiscovery | None:
    """One discovery, or ``None``."""
    row = db.one(f"SELECT {_COLUMNS} FROM discoveries WHERE id = :id", {"id": discovery_id})
    return _discovery(row) if row else None


def listing(db: Database) -> list[StoredDiscovery]:
    """All discoveries, newest first."""
    return [_discovery(row) for row in db.query(f"SELECT {_COLUMNS} FROM discoveries ORDER BY id DESC")]


def members(db: Database, discovery_id: int) -> list[tuple[int, int, float]]:
    """Customer, class and probability of everybody in a discovery, by customer; erased ones are gone."""
    rows = db.query(
        """
        SELECT m.customer_id, m.class, m.probability
          FROM discovery_members m JOIN customers c ON c.id = m.customer_id
         WHERE m.discovery_id = :id AND c.erased_at IS NULL AND c.merged_into IS NULL
         ORDER BY m.customer_id
        """,
        {"id": discovery_id},
    )
    return [(row["customer_id"], row["class"], row["probability"]) for row in rows]


def join_classes(db: Database, discovery_id: int, gone: int, into: int) -> None:
    """Move the members of one class to another."""
    db.execute(
        "UPDATE discovery_members SET class = :into WHERE discovery_id = :id AND class = :gone",
        {"id": discovery_id, "gone": gone, "into": into},
    )


# what portraits are drawn from -------------------------------------------------------------------------------------


def spent(db: Database, discovery_id: int) -> dict[int, Spent]:
    """What each class bought."""
    rows = db.query(
        """
        SELECT m.class, COUNT(CASE WHEN p.orders > 0 THEN 1 END) AS buyers,
               SUM(p.orders) AS orders, SUM(p.net_revenue) AS net_revenue
          FROM discovery_members m JOIN purchases p ON p.customer_id = m.customer_id
         WHERE m.discovery_id = :id
         GROUP BY m.class
        """,
        {"id": discovery_id},
    )
    return {row["class"]: Spent(row["buyers"], int(row["orders"] or 0), int(row["net_revenue"] or 0)) for row in rows}


def products(db: Database, discovery_id: int) -> dict[int, dict[str, int]]:
    """For each class how many of its members bought each product, by name."""
    rows = db.query(
        """
        SELECT m.class, p.name, COUNT(DISTINCT m.customer_id) AS buyers
          FROM discovery_members m
          JOIN orders o ON o.customer_id = m.customer_id AND o.kind = 'order' AND o.status = 'paid'
          JOIN order_lines l ON l.order_id = o.id
          JOIN products p ON p.id = l.product_id
         WHERE m.discovery_id = :id
         GROUP BY m.class, p.name
        """,
        {"id": discovery_id},
    )
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["class"], {})[row["name"]] = row["buyers"]
    return found


def typed(db: Database, discovery_id: int, items: Sequence[tuple[str, str]]) -> list[Row]:
    """What members typed (id, class, customer_id, value, first_name, last_name), newest first.

    :param items: quiz and item of the questions whose answers are texts
    """
    found: list[Row] = []
    for quiz_id, item_id in items:
        found += db.query(
            """
            SELECT a.id, m.class, m.customer_id, a.value, c.first_name, c.last_name
              FROM discovery_members m
              JOIN customers c ON c.id = m.customer_id
              JOIN responses r ON r.customer_id = m.customer_id AND r.quiz_id = :quiz
              JOIN answers a ON a.response_id = r.id AND a.item_id = :item AND a.superseded_at IS NULL
             WHERE m.discovery_id = :id
             ORDER BY a.id DESC LIMIT 500
            """,
            {"id": discovery_id, "quiz": quiz_id, "item": item_id},
        )
    return found


def quoted(db: Database, answer_ids: Sequence[int]) -> dict[int, str]:
    """The texts of these answers; those of an erased person, and superseded ones, are missing."""
    if not answer_ids:
        return {}
    listed, params = in_list("answer", answer_ids)
    rows = db.query(f"SELECT id, value FROM answers WHERE id IN {listed} AND superseded_at IS NULL", params)
    return {row["id"]: json.loads(row["value"]) for row in rows}


# personas ----------------------------------------------------------------------------------------------------------


def personas(db: Database) -> list[StoredPersona]:
    """The personas the marketer named, archived ones too, by id."""
    rows = db.query("SELECT id, status, body, pinned, discovery_id FROM personas ORDER BY id")
    return [StoredPersona(**{**row, "body": json.loads(row["body"]), "pinned": bool(row["pinned"])}) for row in rows]


def save_persona(db: Database, persona: StoredPersona, now: int) -> None:
    """Add a persona, or replace what is kept of it."""
    db.insert_rows(
        "personas",
        ("id", "status", "body", "pinned", "discovery_id", "created_at", "changed_at"),
        [
            (
                persona.id,
                persona.status,
                json.dumps(persona.body, ensure_ascii=False),
                int(persona.pinned),
                persona.discovery_id,
                now,
                now,
            )
        ],
        suffix=" ON CONFLICT (id) DO UPDATE SET status = excluded.status, body = excluded.body,"
        " pinned = excluded.pinned, discovery_id = excluded.discovery_id, changed_at = excluded.changed_at",
    )


def _discovery(row: Row) -> StoredDiscovery:
    return StoredDiscovery(**{**row, "body": json.loads(row["body"])})
