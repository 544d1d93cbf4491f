"""Counts over whole tables: for the metrics, and for deciding when to fit anew."""

from __future__ import annotations

from service.store.database import Database


def newest_order(db: Database) -> int:
    """The highest order number so far, 0 without orders."""
    row = db.one("SELECT MAX(id) AS newest FROM orders")
    return int(row["newest"] or 0) if row else 0


def buyers(db: Database) -> int:
    """How many customers have an order that counts, or had one."""
    row = db.one("SELECT COUNT(*) AS buyers FROM purchases")
    return int(row["buyers"]) if row else 0


def responses(db: Database) -> list[tuple[str, str, str, int]]:
    """Responses by quiz, language and status."""
    rows = db.query(
        """
        SELECT quiz_id, lang, status, COUNT(*) AS responses
          FROM responses
         GROUP BY quiz_id, lang, status
         ORDER BY quiz_id, lang, status
        """
    )
    return [(row["quiz_id"], row["lang"], row["status"], row["responses"]) for row in rows]


def personas(db: Database) -> list[tuple[str, str, str, int]]:
    """Present personas by kind, persona (empty where the classifier abstains) and source."""
    rows = db.query(
        """
        SELECT kind, COALESCE(persona, '') AS persona, source, COUNT(*) AS customers
          FROM assignments
         WHERE until_at IS NULL
         GROUP BY kind, COALESCE(persona, ''), source
         ORDER BY kind, persona, source
        """
    )
    return [(row["kind"], row["persona"], row["source"], row["customers"]) for row in rows]
