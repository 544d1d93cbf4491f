"""Counts over answers, personas, segments and deliveries, for the overview and the reports. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from service.store import segment_days
from service.store.database import Database, in_list


@dataclass(frozen=True)
class ResponseCount:
    """How many responses of one quiz version have this many answers.

    :param answered: current answers, skipped ones too
    """

    quiz_id: str
    version: int
    status: str
    answered: int
    responses: int


@dataclass(frozen=True)
class PersonaCount:
    """Customers with a persona now. ``persona`` is ``None`` where the classifier abstained."""

    kind: str
    persona: str | None
    customers: int
    buyers: int
    orders: int
    net_revenue: int


@dataclass(frozen=True)
class SegmentCount:
    """Members of a segment now, and who came and went since an instant."""

    segment_id: str
    members: int
    entered: int
    left: int
    net_revenue: int


@dataclass(frozen=True)
class AnswerCount:
    """How many responses gave one value (JSON) to an item, and what their customers spent."""

    item_id: str
    value: str
    responses: int
    known: int
    net_revenue: int


def response_counts(db: Database, since: int, until: int, quiz_id: str | None = None) -> list[ResponseCount]:
    """Responses started in ``[since, until)``, by quiz version, status and number of answers."""
    rows = db.query(
        """
        SELECT quiz_id, version, status, answered, COUNT(*) AS responses
          FROM (SELECT r.id, r.quiz_id, r.version, r.status, COUNT(a.id) AS answered
                  FROM responses r
                  LEFT JOIN answers a ON a.response_id = r.id AND a.superseded_at IS NULL
                 WHERE r.started_at >= :since AND r.started_at < :until
                   AND (CAST(:quiz_id AS TEXT) IS NULL OR r.quiz_id = :quiz_id)
                 GROUP BY r.id, r.quiz_id, r.version, r.status) AS one
         GROUP BY quiz_id, version, status, answered
        """,
        {"since": since, "until": until, "quiz_id": quiz_id},
    )
    return [ResponseCount(**row) for row in rows]


def responses_by_quiz(db: Database) -> dict[str, tuple[int, int]]:
    """All responses of each quiz ever: how many were started, how many completed."""
    rows = db.query(
        """
        SELECT quiz_id, COUNT(*) AS started, COUNT(*) FILTER (WHERE status = 'complete') AS completed
          FROM responses
         GROUP BY quiz_id
        """
    )
    return {str(row["quiz_id"]): (int(row["started"]), int(row["completed"])) for row in rows}


def answer_counts(db: Database, quiz_id: str, item_ids: list[str]) -> list[AnswerCount]:
    """Current answers to items of a quiz by value, with the net revenue of the customers who are known."""
    listed, params = in_list("item", item_ids)
    rows = db.query(
        f"""
        SELECT a.item_id, a.value, COUNT(*) AS responses, COUNT(p.customer_id) AS known,
               COALESCE(SUM(p.net_revenue), 0) AS net_revenue
          FROM responses r
          JOIN answers a ON a.response_id = r.id AND a.superseded_at IS NULL
          LEFT JOIN purchases p ON p.customer_id = r.customer_id
         WHERE r.quiz_id = :quiz_id AND a.item_id IN {listed}
         GROUP BY a.item_id, a.value
        """,
        {"quiz_id": quiz_id, **params},
    )
    return [AnswerCount(**{**row, "net_revenue": int(row["net_revenue"])}) for row in rows]


def persona_counts(db: Database) -> list[PersonaCount]:
    """Personas that customers have now, with what these customers bought."""
    rows = db.query(
        """
        SELECT a.kind, a.persona, COUNT(*) AS customers, COUNT(p.customer_id) FILTER (WHERE p.orders > 0) AS buyers,
               COALESCE(SUM(p.orders), 0) AS orders, COALESCE(SUM(p.net_revenue), 0) AS net_revenue
          FROM assignments a
          LEFT JOIN purchases p ON p.customer_id = a.customer_id
         WHERE a.until_at IS NULL
         GROUP BY a.kind, a.persona
        """
    )
    return [
        PersonaCount(**{**row, "orders": int(row["orders"]), "net_revenue": int(row["net_revenue"])}) for row in rows
    ]


def segment_counts(db: Database, since_day: int) -> dict[str, SegmentCount]:
    """Size of each segment, its revenue as last summed up, and how many entered and left from a day on."""
    moves = segment_days.moves_since(db, since_day)
    revenue = segment_days.kept_revenues(db)
    if revenue is None:
        revenue = {one: paid for one, (paid, _members) in segment_days.revenues(db).items()}
    return {
        one: SegmentCount(one, found.members, found.entered, found.departed, revenue.get(one, 0))
        for one, found in moves.items()
    }


def delivery_counts(db: Database) -> dict[str, int]:
    """Deliveries by status."""
    rows = db.query("SELECT status, COUNT(*) AS n FROM deliveries GROUP BY status")
    return {str(row["status"]): int(row["n"]) for row in rows}


def oldest_due(db: Database, now: int) -> int | None:
    """When the oldest delivery that could have been sent by now was written."""
    row = db.query(
        "SELECT MIN(created_at) AS oldest FROM deliveries WHERE status = 'due' AND due_at <= :now", {"now": now}
    )
    return row[0]["oldest"]  # type: ignore[no-any-return]


def profiles_behind(db: Database) -> int:
    """Profiles that were last looked at under older definitions."""
    row = db.query(
        """
        SELECT COUNT(*) AS n
          FROM profiles
         WHERE definitions < (SELECT value FROM counters WHERE name = 'definitions')
        """
    )
    return int(row[0]["n"])
