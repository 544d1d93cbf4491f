"""Rows of discoveries and their members, of the personas made of them, and the reads that portraits are drawn from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from service.store.database import Database, Row, in_list

Status = Literal["drawing", "proposed", "applied", "discarded"]
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


@dataclass(frozen=True)
class Quoted:
    """What a member of a discovery typed, ``number`` being the class they are in.

    :param value: the text as JSON
    """

    id: int
    number: int
    customer_id: int
    quiz_id: str
    item_id: str
    value: str
    first_name: str | None
    last_name: str | None


# discoveries -------------------------------------------------------------------------------------------------------


def begin(db: Database, body: Mapping[str, Any], *, now: int, by: str) -> int:
    """Keep a discovery that has no members and no portraits yet, which nobody sees; gives its number."""
    row = db.one(
        """
        INSERT INTO discoveries (status, body, created_at, created_by, changed_at)
        VALUES ('drawing', :body, :now, :by, :now) RETURNING id
        """,
        {"body": json.dumps(body, ensure_ascii=False), "now": now, "by": by},
    )
    assert row is not None
    return int(row["id"])


def add_members(db: Database, discovery_id: int, members: Sequence[tuple[int, int, float]]) -> None:
    """Add a page of members (customer, class, probability) whose turn the caller has; the erased and merged are left
    out, for they may have gone since their answers were read."""
    present = standing(db, [customer for customer, _, _ in members])
    db.insert_rows(
        "discovery_members",
        ("discovery_id", "customer_id", "class", "probability"),
        [(discovery_id, *one) for one in members if one[0] in present],
    )


def standing(db: Database, customer_ids: Sequence[int]) -> set[int]:
    """Those of these customers who are neither erased nor merged."""
    listed, params = in_list("customer", customer_ids)
    rows = db.query(
        f"SELECT id FROM customers WHERE id IN {listed} AND erased_at IS NULL AND merged_into IS NULL", params
    )
    return {row["id"] for row in rows}


def abandon(db: Database, discovery_id: int) -> None:
    """Delete a discovery that was not drawn to its end."""
    one = {"id": discovery_id}
    drawing = "(SELECT id FROM discoveries WHERE id = :id AND status = 'drawing')"
    db.execute(f"DELETE FROM discovery_members WHERE discovery_id IN {drawing}", one)
    db.execute("DELETE FROM discoveries WHERE id = :id AND status = 'drawing'", one)


def abandoned(db: Database, before: int) -> list[int]:
    """Discoveries that were begun before an instant and never drawn to their end: whatever drew them was stopped."""
    rows = db.query("SELECT id FROM discoveries WHERE status = 'drawing' AND created_at < :before", {"before": before})
    return [row["id"] for row in rows]


def save(db: Database, discovery_id: int, body: Mapping[str, Any], status: Status, now: int) -> None:
    """Replace what is kept of a discovery."""
    db.execute(
        "UPDATE discoveries SET body = :body, status = :status, changed_at = :now WHERE id = :id",
        {"id": discovery_id, "body": json.dumps(body, ensure_ascii=False), "status": status, "now": now},
    )


def get(db: Database, discovery_id: int) -> StoredDiscovery | None:
    """One discovery, or ``None``; one that is being drawn is not there yet."""
    row = db.one(f"SELECT {_COLUMNS} FROM discoveries WHERE id = :id AND status <> 'drawing'", {"id": discovery_id})
    return _discovery(row) if row else None


def listing(db: Database) -> list[StoredDiscovery]:
    """All discoveries, newest first."""
    rows = db.query(f"SELECT {_COLUMNS} FROM discoveries WHERE status <> 'drawing' ORDER BY id DESC")
    return [_discovery(row) for row in rows]


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


def members_among(db: Database, discovery_id: int, customer_ids: Sequence[int]) -> list[tuple[int, int, float]]:
    """As :func:`members`, of these customers only."""
    listed, params = in_list("customer", customer_ids)
    rows = db.query(
        f"""
        SELECT m.customer_id, m.class, m.probability
          FROM discovery_members m JOIN customers c ON c.id = m.customer_id
         WHERE m.discovery_id = :id AND c.id IN {listed} AND c.erased_at IS NULL AND c.merged_into IS NULL
         ORDER BY m.customer_id
        """,
        {**params, "id": discovery_id},
    )
    return [(row["customer_id"], row["class"], row["probability"]) for row in rows]


def join_classes(db: Database, discovery_id: int, gone: int, into: int, limit: int) -> int:
    """Move at most ``limit`` members of one class to another; gives how many were moved."""
    return db.execute(
        """
        UPDATE discovery_members SET class = :into
         WHERE discovery_id = :id AND class = :gone
           AND customer_id IN (SELECT customer_id FROM discovery_members
                                WHERE discovery_id = :id AND class = :gone ORDER BY customer_id LIMIT :limit)
        """,
        {"id": discovery_id, "gone": gone, "into": into, "limit": limit},
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


def typed(db: Database, discovery_id: int, items: Sequence[tuple[str, str]]) -> list[int]:
    """Answers that members typed before the discovery, newest first.

    :param items: quiz and item of the questions whose answers are texts
    """
    found: list[int] = []
    for quiz_id, item_id in items:
        rows = db.query(
            """
            SELECT a.id
              FROM discovery_members m
              JOIN discoveries d ON d.id = m.discovery_id
              JOIN responses r ON r.customer_id = m.customer_id AND r.quiz_id = :quiz
              JOIN answers a ON a.response_id = r.id AND a.item_id = :item AND a.superseded_at IS NULL
             WHERE m.discovery_id = :id AND a.answered_at <= d.created_at
             ORDER BY a.id DESC LIMIT 500
            """,
            {"id": discovery_id, "quiz": quiz_id, "item": item_id},
        )
        found += [row["id"] for row in rows]
    return found


def quoted(db: Database, discovery_id: int, answer_ids: Sequence[int]) -> list[Quoted]:
    """These answers with who gave them; superseded ones and those of nobody in the discovery are missing.

    A number alone says little: SQLite gives the number of a deleted row to a later one. Hence an answer counts only
    when a member gave it, and before the discovery was made.
    """
    if not answer_ids:
        return []
    listed, params = in_list("answer", answer_ids)
    rows = db.query(
        f"""
        SELECT a.id, m.class AS number, m.customer_id, r.quiz_id, a.item_id, a.value, c.first_name, c.last_name
          FROM answers a
          JOIN responses r ON r.id = a.response_id
          JOIN discovery_members m ON m.customer_id = r.customer_id AND m.discovery_id = :id
          JOIN discoveries d ON d.id = m.discovery_id AND a.answered_at <= d.created_at
          JOIN customers c ON c.id = m.customer_id AND c.erased_at IS NULL AND c.merged_into IS NULL
         WHERE a.id IN {listed} AND a.superseded_at IS NULL
        """,
        {**params, "id": discovery_id},
    )
    return [Quoted(**row) for row in rows]


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
