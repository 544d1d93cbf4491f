"""Rows of labels, and the answers and traits of labelled customers: what classifiers are trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.store.database import Database, Row, in_list

_PAGE = 500


@dataclass(frozen=True)
class LabelledCustomer:
    """A customer whose persona somebody knows.

    :param facts: current answers and traits by name
    """

    customer_id: int
    persona: str
    labelled_at: int
    facts: Mapping[str, object]


def add(db: Database, labels: Mapping[int, str], *, source: str, now: int, actor: str) -> int:
    """Append the labels that say something new, by customer; says how many did."""
    present: dict[int, str] = {}
    ids = sorted(labels)
    for start in range(0, len(ids), _PAGE):
        present.update(_present(db, ids[start : start + _PAGE]))
    rows = [
        (customer_id, labels[customer_id], source, now, actor)
        for customer_id in ids
        if present.get(customer_id) != labels[customer_id]
    ]
    db.insert_rows("labels", ("customer_id", "persona", "source", "labelled_at", "labelled_by"), rows)
    return len(rows)


def _present(db: Database, customer_ids: Sequence[int]) -> dict[int, str]:
    listed, params = in_list("customer", customer_ids)
    rows = db.query(f"SELECT customer_id, persona FROM labels WHERE customer_id IN {listed} ORDER BY id", params)
    return {row["customer_id"]: row["persona"] for row in rows}


def newest(db: Database, customer_id: int) -> Row | None:
    """The label that counts (persona, source, labelled_at, labelled_by), or ``None``."""
    return db.one(
        """
        SELECT persona, source, labelled_at, labelled_by FROM labels
         WHERE customer_id = :customer_id ORDER BY id DESC LIMIT 1
        """,
        {"customer_id": customer_id},
    )


def labelled(db: Database) -> list[LabelledCustomer]:
    """All labelled customers with their answers and traits, by id; merged ones as the customer they became."""
    rows = db.query(
        """
        SELECT COALESCE(c.merged_into, c.id) AS customer_id, l.persona, l.labelled_at
          FROM labels l
          JOIN customers c ON c.id = l.customer_id
         WHERE c.erased_at IS NULL
         ORDER BY l.id
        """
    )
    newest = {row["customer_id"]: row for row in rows}
    found: list[LabelledCustomer] = []
    ids = sorted(newest)
    for start in range(0, len(ids), _PAGE):
        page = ids[start : start + _PAGE]
        facts = answers_and_traits(db, page)
        found += [
            LabelledCustomer(one, newest[one]["persona"], newest[one]["labelled_at"], facts.get(one, {}))
            for one in page
        ]
    return found


def answers_and_traits(db: Database, customer_ids: Sequence[int]) -> dict[int, dict[str, object]]:
    """Current ``answer.*`` and ``trait.*`` facts of customers; several texts of one fact make a tuple."""
    listed, params = in_list("customer", customer_ids)
    rows = db.query(
        f"""
        SELECT customer_id, name, text, number FROM facts
         WHERE until_at IS NULL AND customer_id IN {listed}
         ORDER BY id
        """,
        params,
    )
    found: dict[int, dict[str, object]] = {}
    for row in rows:
        if row["name"].startswith(("answer.", "trait.")):
            _put(found.setdefault(row["customer_id"], {}), row)
    return found


def _put(facts: dict[str, object], row: Row) -> None:
    value: object = row["number"] if row["text"] is None else row["text"]
    before = facts.get(row["name"])
    if before is None:
        facts[row["name"]] = value
    else:
        facts[row["name"]] = (*before, value) if isinstance(before, tuple) else (before, value)


def answering(db: Database, since: int = 0) -> dict[int, dict[str, object]]:
    """Current answers and traits of everybody who has any, by customer. Only inside ``db.snapshot()``.

    :param since: only those that have held from this instant on or later, UTC microseconds
    """
    found: dict[int, dict[str, object]] = {}
    rows = db.stream(
        """
        SELECT customer_id, name, text, number FROM facts
         WHERE until_at IS NULL AND since_at >= :since
           AND ((name >= 'answer.' AND name < 'answer/') OR (name >= 'trait.' AND name < 'trait/'))
         ORDER BY customer_id, id
        """,
        {"since": since},
        size=5000,
    )
    for row in rows:
        _put(found.setdefault(row["customer_id"], {}), row)
    return found


def assigned(db: Database, kind: str = "psychographic") -> dict[int, str]:
    """The present persona of everybody who has one of this kind."""
    rows = db.query(
        "SELECT customer_id, persona FROM assignments WHERE kind = :kind AND until_at IS NULL AND persona IS NOT NULL",
        {"kind": kind},
    )
    return {row["customer_id"]: row["persona"] for row in rows}


def present(db: Database) -> list[Row]:
    """The present psychographic and inferred personas (customer_id, kind, persona, probability, source)."""
    return db.query(
        """
        SELECT customer_id, kind, persona, probability, source FROM assignments
         WHERE until_at IS NULL AND persona IS NOT NULL AND kind IN ('psychographic', 'inferred')
         ORDER BY customer_id, kind
        """
    )
