"""What a definition that is not saved would do, and who a definition names: by the other evaluator, SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.leaves import Condition
from service.store.compiler import Moment, compile_members
from service.store.database import Database


@dataclass(frozen=True)
class Reach:
    """How many customers a condition is true of, and what that would change about one segment.

    :param members: present ones, by the log
    :param enter: true of them, and not in the segment; :param leave: the other way round
    :param revenue: what those of whom it is true have paid, minor units
    """

    count: int
    members: int
    enter: int
    leave: int
    revenue: int


def reach(
    db: Database, condition: Condition, moment: Moment, segments: Mapping[str, Condition], segment_id: str
) -> Reach:
    """What saving a condition as this segment's definition would do; one statement, and one for the members."""
    sql, values = compile_members(condition, moment, segments)
    row = db.query(
        f"""
        WITH passing AS ({sql})
        SELECT COUNT(*) AS many, COALESCE(SUM(u.net_revenue), 0) AS revenue,
               COUNT(m.customer_id) AS stay
          FROM passing p
          LEFT JOIN purchases u ON u.customer_id = p.id
          LEFT JOIN memberships m ON m.segment_id = :this_segment AND m.customer_id = p.id AND m.left_at IS NULL
        """,
        {**values, "this_segment": segment_id},
    )[0]
    members = db.query(
        "SELECT COUNT(*) AS n FROM memberships WHERE segment_id = :segment_id AND left_at IS NULL",
        {"segment_id": segment_id},
    )[0]["n"]
    return Reach(row["many"], members, row["many"] - row["stay"], members - row["stay"], int(row["revenue"]))


def overlap(
    db: Database, condition: Condition, moment: Moment, segments: Mapping[str, Condition], segment_id: str
) -> dict[str, int]:
    """How many of those a condition is true of are in each other segment."""
    sql, values = compile_members(condition, moment, segments)
    rows = db.query(
        f"""
        WITH passing AS ({sql})
        SELECT m.segment_id, COUNT(*) AS n
          FROM passing p
          JOIN memberships m ON m.customer_id = p.id AND m.left_at IS NULL AND m.segment_id <> :this_segment
         GROUP BY m.segment_id
         ORDER BY COUNT(*) DESC, m.segment_id
        """,
        {**values, "this_segment": segment_id},
    )
    return {row["segment_id"]: row["n"] for row in rows}


def sample(
    db: Database,
    condition: Condition,
    moment: Moment,
    segments: Mapping[str, Condition],
    segment_id: str,
    each: int,
) -> dict[str, list[int]]:
    """A few customers who would ``enter``, ``stay`` and ``leave``: those whom Firasa has known longest."""
    sql, values = compile_members(condition, moment, segments)
    given = {**values, "this_segment": segment_id, "each": each}
    inside = "SELECT customer_id FROM memberships WHERE segment_id = :this_segment AND left_at IS NULL"
    wanted = {
        "enter": f"SELECT id FROM passing WHERE id NOT IN ({inside})",
        "stay": f"SELECT id FROM passing WHERE id IN ({inside})",
        "leave": f"SELECT customer_id AS id FROM ({inside}) AS held WHERE customer_id NOT IN (SELECT id FROM passing)",
    }
    return {
        what: [row["id"] for row in db.query(f"WITH passing AS ({sql}) {rows} ORDER BY id LIMIT :each", given)]
        for what, rows in wanted.items()
    }


def page(
    db: Database,
    condition: Condition,
    moment: Moment,
    segments: Mapping[str, Condition],
    *,
    after_id: int = 0,
    limit: int = 100,
) -> list[int]:
    """The customers a condition is true of, by id, a page at a time."""
    sql, values = compile_members(condition, moment, segments)
    rows = db.query(
        f"SELECT id FROM ({sql}) AS passing WHERE id > :after_id ORDER BY id LIMIT :limit",
        {**values, "after_id": after_id, "limit": limit},
    )
    return [row["id"] for row in rows]
