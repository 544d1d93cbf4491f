"""Reads and writes of a pass over all customers in which their RFM scores are compared with those kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.store.database import Database, Row

_CODE = {
    "sqlite": """json_extract(p.state, '$.facts."rfm.code"')""",
    "postgresql": "CAST(p.state AS json) #>> '{facts,rfm.code}'",
}


@dataclass(frozen=True)
class Rescore:
    """One pass.

    :param version: of the cut points
    :param total: customers there were when it began
    :param differing: profiles marked to be worked out anew
    :param sooner: profiles that must be looked at sooner than it was planned
    """

    id: int
    version: int
    total: int
    done: int
    differing: int
    sooner: int
    after_id: int
    started_at: int
    finished_at: int | None


def begin(db: Database, version: int, now: int) -> None:
    """Begin a pass; one that is under way ends, since the new one begins with the first customer."""
    db.execute("UPDATE rescores SET finished_at = :now WHERE finished_at IS NULL", {"now": now})
    db.execute(
        """
        INSERT INTO rescores (version, total, done, differing, sooner, after_id, started_at)
        SELECT CAST(:version AS BIGINT), COUNT(*), 0, 0, 0, 0, CAST(:now AS BIGINT) FROM profiles
        """,
        {"version": version, "now": now},
    )


def unfinished(db: Database) -> Rescore | None:
    """The pass that is under way."""
    row = db.one("SELECT * FROM rescores WHERE finished_at IS NULL ORDER BY id DESC LIMIT 1")
    return Rescore(**row) if row else None


def latest(db: Database) -> Rescore | None:
    """The last pass, under way or finished."""
    row = db.one("SELECT * FROM rescores ORDER BY id DESC LIMIT 1")
    return Rescore(**row) if row else None


def page(db: Database, after_id: int, limit: int) -> list[Row]:
    """Profiles of one page by customer: orders, last_day and net_revenue (``None`` for who never ordered), the RFM code
    kept (``None`` for who has none), and when the profile is looked at next."""
    return db.query(
        f"""
        SELECT p.customer_id, u.orders, u.last_day, u.net_revenue, {_CODE[db.dialect]} AS code, p.refresh_at
          FROM profiles p
          LEFT JOIN purchases u ON u.customer_id = p.customer_id
         WHERE p.customer_id > :after_id
         ORDER BY p.customer_id
         LIMIT :limit
        """,
        {"after_id": after_id, "limit": limit},
    )


def bring_forward(db: Database, times: Sequence[tuple[int, int]]) -> None:
    """Have profiles looked at no later than an instant each, because time alone changes something then.

    :param times: customer and UTC microseconds
    """
    db.insert_rows(
        "profiles",
        ("customer_id", "state", "sequence", "definitions", "refreshed_at", "refreshed_day", "refresh_at"),
        [(customer, "{}", 0, 0, 0, 0, at) for customer, at in times],
        suffix="""
        ON CONFLICT (customer_id) DO UPDATE
           SET refresh_event = CASE WHEN profiles.refresh_at IS NULL OR profiles.refresh_at > excluded.refresh_at
                                    THEN NULL ELSE profiles.refresh_event END,
               refresh_at = CASE WHEN profiles.refresh_at IS NULL OR profiles.refresh_at > excluded.refresh_at
                                 THEN excluded.refresh_at ELSE profiles.refresh_at END
        """,
    )


def advance(db: Database, rescore_id: int, *, after_id: int, done: int, differing: int, sooner: int) -> None:
    """Keep how far a pass has come, by one page."""
    db.execute(
        """
        UPDATE rescores SET after_id = :after_id, done = done + :done, differing = differing + :differing,
               sooner = sooner + :sooner
         WHERE id = :id
        """,
        {"id": rescore_id, "after_id": after_id, "done": done, "differing": differing, "sooner": sooner},
    )


def finish(db: Database, rescore_id: int, now: int) -> None:
    """End a pass."""
    db.execute("UPDATE rescores SET finished_at = :now WHERE id = :id", {"id": rescore_id, "now": now})
