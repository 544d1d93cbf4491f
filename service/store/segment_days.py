"""How many customers entered and left each segment on each of the shop's days: pages need not count members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.store.database import Database, in_list


@dataclass(frozen=True)
class Day:
    """The moves of one segment on one day; ``members`` at its end, or now where it is today."""

    day: int
    entered: int
    departed: int
    members: int


@dataclass(frozen=True)
class Moves:
    """The present members of a segment, and those who entered and left it in a time."""

    members: int
    entered: int
    departed: int


def add(db: Database, moves: Mapping[str, tuple[int, int]], day: int) -> None:
    """Count moves (entered, departed) by segment among those of a day; one statement, in the caller's transaction.

    In the order of the segments: two transactions that count the same ones wait for each other and never in a circle.
    """
    if not moves:
        return
    db.insert_rows(
        "segment_days",
        ("segment_id", "day", "entered", "departed"),
        [(segment_id, day, *moves[segment_id]) for segment_id in sorted(moves)],
        suffix="""
        ON CONFLICT (segment_id, day) DO UPDATE
           SET entered = segment_days.entered + excluded.entered, departed = segment_days.departed + excluded.departed
        """,
    )


def sizes(db: Database) -> dict[str, int]:
    """Number of present members by segment."""
    rows = db.query("SELECT segment_id, SUM(entered - departed) AS members FROM segment_days GROUP BY segment_id")
    return {row["segment_id"]: int(row["members"]) for row in rows}


def moves_since(db: Database, day: int) -> dict[str, Moves]:
    """Present members by segment, with the moves from a day on."""
    rows = db.query(
        """
        SELECT segment_id, SUM(entered - departed) AS members,
               SUM(CASE WHEN day >= :day THEN entered ELSE 0 END) AS entered,
               SUM(CASE WHEN day >= :day THEN departed ELSE 0 END) AS departed
          FROM segment_days GROUP BY segment_id
        """,
        {"day": day},
    )
    return {row["segment_id"]: Moves(int(row["members"]), int(row["entered"]), int(row["departed"])) for row in rows}


def history(db: Database, segment_id: str, first: int, last: int) -> Sequence[Day]:
    """Every day from ``first`` to ``last`` with its moves and members, also those on which nothing happened."""
    rows = db.query(
        """
        SELECT day, entered, departed FROM segment_days WHERE segment_id = :segment_id AND day <= :last ORDER BY day
        """,
        {"segment_id": segment_id, "last": last},
    )
    found = {row["day"]: row for row in rows if row["day"] >= first}
    members = sum(row["entered"] - row["departed"] for row in rows if row["day"] < first)
    days = []
    for day in range(first, last + 1):
        entered = found[day]["entered"] if day in found else 0
        departed = found[day]["departed"] if day in found else 0
        members += entered - departed
        days.append(Day(day, entered, departed, members))
    return days


def summed(db: Database) -> tuple[int | None, int]:
    """When the revenues were last summed up, and how many memberships that read."""
    row = db.query("SELECT MAX(summed_at) AS at, SUM(members) AS members FROM segment_sums")[0]
    return row["at"], int(row["members"] or 0)


def revenues(db: Database) -> dict[str, tuple[int, int]]:
    """What the present members of each segment have paid, minor units, and how many they are."""
    rows = db.query(
        """
        SELECT m.segment_id, COUNT(*) AS members, COALESCE(SUM(p.net_revenue), 0) AS revenue
          FROM memberships m
          LEFT JOIN purchases p ON p.customer_id = m.customer_id
         WHERE m.left_at IS NULL
         GROUP BY m.segment_id
        """
    )
    return {row["segment_id"]: (int(row["revenue"]), row["members"]) for row in rows}


def save_sums(db: Database, sums: Mapping[str, tuple[int, int]], now: int) -> None:
    """Keep what was summed up, in place of what was before."""
    db.execute("DELETE FROM segment_sums")
    if sums:
        rows = [(one, revenue, members, now) for one, (revenue, members) in sorted(sums.items())]
        db.insert_rows("segment_sums", ("segment_id", "net_revenue", "members", "summed_at"), rows)


def kept_revenues(db: Database) -> dict[str, int] | None:
    """Revenue of each segment as it was last summed up, ``None`` when it never was."""
    rows = db.query("SELECT segment_id, net_revenue FROM segment_sums")
    return {row["segment_id"]: int(row["net_revenue"]) for row in rows} if rows else None


def depart(db: Database, customer_ids: Sequence[int], day: int) -> None:
    """Count the present memberships of customers who are about to be taken out of all segments as left."""
    if not customer_ids:
        return
    listed, params = in_list("customer", customer_ids)
    rows = db.query(
        f"""
        SELECT segment_id, COUNT(*) AS members FROM memberships
         WHERE customer_id IN {listed} AND left_at IS NULL GROUP BY segment_id
        """,
        params,
    )
    add(db, {row["segment_id"]: (0, row["members"]) for row in rows}, day)


def wrong(db: Database) -> list[tuple[str, int, int]]:
    """Segments whose counted members are not those of the log: (segment, counted, in the log)."""
    rows = db.query(
        """
        SELECT segment_id, SUM(counted) AS counted, SUM(logged) AS logged
          FROM (SELECT segment_id, entered - departed AS counted, 0 AS logged FROM segment_days
                UNION ALL
                SELECT segment_id, 0 AS counted, 1 AS logged FROM memberships WHERE left_at IS NULL) AS told
         GROUP BY segment_id
        HAVING SUM(counted) <> SUM(logged)
         ORDER BY segment_id
        """
    )
    return [(row["segment_id"], int(row["counted"]), int(row["logged"])) for row in rows]
