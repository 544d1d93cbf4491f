"""Rows of identities: who is known by which email, phone and shop id."""

from __future__ import annotations

from collections.abc import Sequence

from service.domain.identities import Identity, Kind
from service.domain.resolution import Key, Known
from service.store.database import Database, Row, in_list

_COLUMNS = "customer_id, kind, source, value, proof"
_PER_STATEMENT = 3000


def lock(db: Database) -> None:
    """Wait for the turn to give identities away. Take it before the lock of any customer.

    Two writes that meet the same new address would otherwise both make a customer for it.
    """
    db.lock("identities")


def of_owners(db: Database, keys: Sequence[Key]) -> list[Known]:
    """All identities of every customer who has any of these, oldest first."""
    found: list[Known] = []
    for start in range(0, len(keys), _PER_STATEMENT):
        where, params = _any_of(keys[start : start + _PER_STATEMENT])
        rows = db.query(
            f"""
            SELECT {_COLUMNS} FROM identities
             WHERE customer_id IN (SELECT customer_id FROM identities WHERE {where})
             ORDER BY id
            """,
            params,
        )
        found += [_known(row) for row in rows]
    return list(dict.fromkeys(found))


def of_customers(db: Database, customer_ids: Sequence[int]) -> dict[int, list[Identity]]:
    """The identities of these customers, in the order in which they became known."""
    if not customer_ids:
        return {}
    listed, params = in_list("customer", customer_ids)
    rows = db.query(f"SELECT {_COLUMNS} FROM identities WHERE customer_id IN {listed} ORDER BY id", params)
    found: dict[int, list[Identity]] = {}
    for known in map(_known, rows):
        found.setdefault(known.customer_id, []).append(known.identity)
    return found


def holders(db: Database, kind: Kind, value: str) -> list[Known]:
    """Who has this value; a shop id may belong to different customers of different shops."""
    rows = db.query(
        f"SELECT {_COLUMNS} FROM identities WHERE kind = :kind AND value = :value ORDER BY source",
        {"kind": kind, "value": value},
    )
    return [_known(row) for row in rows]


def give(db: Database, identities: Sequence[Known], now: int) -> None:
    """Add identities that nobody has yet."""
    rows = [
        (one.customer_id, one.identity.kind, one.identity.source, one.identity.value, one.identity.proof, now)
        for one in identities
    ]
    if rows:
        db.insert_rows("identities", ("customer_id", "kind", "source", "value", "proof", "created_at"), rows)


def take(db: Database, known: Known) -> None:
    """Set customer and proof of an identity that exists."""
    db.execute(
        """
        UPDATE identities SET customer_id = :customer_id, proof = :proof
         WHERE kind = :kind AND source = :source AND value = :value
        """,
        {
            "customer_id": known.customer_id,
            "proof": known.identity.proof,
            "kind": known.identity.kind,
            "source": known.identity.source,
            "value": known.identity.value,
        },
    )


def _any_of(keys: Sequence[Key]) -> tuple[str, dict[str, object]]:
    """One condition per kind and source, so that the unique index serves each."""
    values: dict[tuple[str, str], list[str]] = {}
    for kind, source, value in keys:
        values.setdefault((kind, source), []).append(value)
    clauses: list[str] = []
    params: dict[str, object] = {}
    for number, (place, wanted) in enumerate(values.items()):
        listed, inside = in_list(f"value{number}_", wanted)
        clauses.append(f"(kind = :kind{number} AND source = :source{number} AND value IN {listed})")
        params.update({**inside, f"kind{number}": place[0], f"source{number}": place[1]})
    return " OR ".join(clauses) or "1 = 0", params


def _known(row: Row) -> Known:
    return Known(row["customer_id"], Identity(row["kind"], row["source"], row["value"], row["proof"]))
