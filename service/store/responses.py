"""Responses and their answers. A changed answer supersedes the old one, which is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from service.domain.answer_values import AnswerValue, from_stored, to_json
from service.domain.responses import Link, Response
from service.store.database import Database, in_list

_SELECT = """
SELECT r.*, a.item_id, a.value, a.answered_at
  FROM responses r
  LEFT JOIN answers a ON a.response_id = r.id AND a.superseded_at IS NULL
"""


@dataclass(frozen=True)
class NewAnswer:
    """An answer to keep as current."""

    item_id: str
    value: AnswerValue
    revision: int
    answered_at: int


@dataclass(frozen=True)
class PastResponse:
    """A response with its answers, as it was given earlier."""

    public_id: str
    quiz_id: str
    version: int
    customer_id: int | None
    link: Link | None
    visit: str
    lang: str
    status: str
    revision: int
    seed: int
    outcome: str | None
    started_at: int
    updated_at: int
    completed_at: int | None
    answers: tuple[NewAnswer, ...]


def get(db: Database, public_id: str) -> Response | None:
    """The response with its current answers, in the order they were given; one statement."""
    rows = db.query(f"{_SELECT} WHERE r.public_id = :public_id ORDER BY a.id", {"public_id": public_id})
    return _response(rows) if rows else None


def by_visit(db: Database, quiz_id: str, visit: str) -> Response | None:
    """The response that a visit started for a quiz."""
    rows = db.query(
        f"{_SELECT} WHERE r.quiz_id = :quiz_id AND r.visit = :visit ORDER BY a.id",
        {"quiz_id": quiz_id, "visit": visit},
    )
    return _response(rows) if rows else None


def insert(db: Database, new: Response, visit: str | None) -> int | None:
    """Start a response; ``None`` when the visit already has one for this quiz."""
    row = db.one(
        """
        INSERT INTO responses (public_id, quiz_id, version, visit, lang, status, revision, seed, started_at, updated_at,
               customer_id, link, known, entry, order_id)
        VALUES (:public_id, :quiz_id, :version, :visit, :lang, 'open', 0, :seed, :now, :now,
               :customer_id, :link, :known, :entry, :order_id)
        ON CONFLICT (quiz_id, visit) DO NOTHING
        RETURNING id
        """,
        {
            "public_id": new.public_id,
            "quiz_id": new.quiz_id,
            "version": new.version,
            "visit": visit,
            "lang": new.lang,
            "seed": new.seed,
            "now": new.started_at,
            "customer_id": new.customer_id,
            "link": new.link,
            "known": json.dumps(dict(new.known), ensure_ascii=False) if new.known else None,
            "entry": new.entry,
            "order_id": new.order_id,
        },
    )
    return int(row["id"]) if row else None


def known_visits(db: Database, visits: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which of these (quiz, visit) pairs have a response already; one statement."""
    if not visits:
        return set()
    listed, params = in_list("visit", sorted({visit for _, visit in visits}))
    rows = db.query(f"SELECT quiz_id, visit FROM responses WHERE visit IN {listed}", params)
    return {(row["quiz_id"], row["visit"]) for row in rows}


def insert_past(db: Database, past: Sequence[PastResponse]) -> None:
    """Write responses with their answers; two statements for a page."""
    if not past:
        return
    columns = tuple(field.name for field in fields(PastResponse) if field.name != "answers")
    ids = db.insert_returning("responses", columns, [[getattr(one, name) for name in columns] for one in past])
    rows = [
        (response_id, answer.item_id, dump_value(answer.value), answer.revision, answer.answered_at)
        for response_id, one in zip(ids, past, strict=True)
        for answer in one.answers
    ]
    if rows:
        db.insert_rows("answers", ("response_id", "item_id", "value", "revision", "answered_at"), rows)


def supersede(db: Database, response_id: int, item_ids: Sequence[str], now: int) -> None:
    """Mark the current answers to these items as superseded."""
    if not item_ids:
        return
    listed, params = in_list("item", sorted(item_ids))
    db.execute(
        f"""
        UPDATE answers
           SET superseded_at = :now
         WHERE response_id = :response_id AND superseded_at IS NULL AND item_id IN {listed}
        """,
        {"response_id": response_id, "now": now, **params},
    )


def add_answer(db: Database, response_id: int, item_id: str, value: AnswerValue, revision: int, now: int) -> None:
    """Keep an answer as the current one of its item."""
    db.execute(
        """
        INSERT INTO answers (response_id, item_id, value, revision, answered_at)
        VALUES (:response_id, :item_id, :value, :revision, :now)
        """,
        {
            "response_id": response_id,
            "item_id": item_id,
            "value": dump_value(value),
            "revision": revision,
            "now": now,
        },
    )


def save(db: Database, response: Response) -> None:
    """Write what an answer changes about a response. Whose it is, is not touched: a merge may just have moved it."""
    db.execute(
        """
        UPDATE responses
           SET status = :status, revision = :revision, lang = :lang, outcome = :outcome, updated_at = :updated_at,
               completed_at = :completed_at
         WHERE id = :id
        """,
        {
            "id": response.id,
            "status": response.status,
            "revision": response.revision,
            "lang": response.lang,
            "outcome": response.outcome,
            "updated_at": response.updated_at,
            "completed_at": response.completed_at,
        },
    )


def join(db: Database, response_id: int, customer_id: int, link: Link, now: int) -> None:
    """Say whose a response is."""
    db.execute(
        "UPDATE responses SET customer_id = :customer_id, link = :link, updated_at = :now WHERE id = :id",
        {"id": response_id, "customer_id": customer_id, "link": link, "now": now},
    )


def of_customers(db: Database, customer_ids: Sequence[int]) -> dict[int, list[Response]]:
    """All responses of these customers with their current answers, oldest first; one statement."""
    if not customer_ids:
        return {}
    listed, params = in_list("customer", customer_ids)
    rows = db.query(f"{_SELECT} WHERE r.customer_id IN {listed} ORDER BY r.started_at, r.id, a.id", params)
    grouped: dict[int, list[dict[str, object]]] = {}
    for row in rows:
        grouped.setdefault(row["id"], []).append(row)
    found: dict[int, list[Response]] = {}
    for one in grouped.values():
        response = _response(one)
        found.setdefault(response.customer_id or 0, []).append(response)
    return found


def begun(db: Database, quiz_id: str, since: int, until: int) -> list[Response]:
    """Responses to a quiz begun in a time, with their current answers; one statement."""
    rows = db.query(
        f"""
        {_SELECT}
         WHERE r.quiz_id = :quiz_id AND r.started_at >= :since AND r.started_at < :until
         ORDER BY r.id, a.id
        """,
        {"quiz_id": quiz_id, "since": since, "until": until},
    )
    grouped: dict[int, list[dict[str, object]]] = {}
    for row in rows:
        grouped.setdefault(row["id"], []).append(row)
    return [_response(one) for one in grouped.values()]


def page(db: Database, after_id: int, limit: int, quiz_id: str | None = None) -> list[Response]:
    """Responses by id, ``limit`` at a time, with their current answers."""
    rows = db.query(
        f"""
        {_SELECT}
         WHERE r.id IN (
               SELECT id FROM responses
                WHERE id > :after_id AND (CAST(:quiz_id AS TEXT) IS NULL OR quiz_id = :quiz_id)
                ORDER BY id
                LIMIT :limit)
         ORDER BY r.id, a.id
        """,
        {"after_id": after_id, "limit": limit, "quiz_id": quiz_id},
    )
    grouped: dict[int, list[dict[str, object]]] = {}
    for row in rows:
        grouped.setdefault(row["id"], []).append(row)
    return [_response(one) for one in grouped.values()]


def dump_value(value: AnswerValue) -> str:
    """An answer's value as it is kept."""
    return json.dumps(to_json(value), ensure_ascii=False)


def _response(rows: Sequence[Mapping[str, object]]) -> Response:
    first = rows[0]
    given = [row for row in rows if row["item_id"] is not None]
    # All at once: each call costs more than what it reads.
    values = json.loads(f"[{','.join(str(row['value']) for row in given)}]")
    answers = {str(row["item_id"]): from_stored(value) for row, value in zip(given, values, strict=True)}
    times = {str(row["item_id"]): int(str(row["answered_at"])) for row in given}
    columns = {name: first[name] for name in _COLUMNS}
    link: Link | None = first["link"]  # type: ignore[assignment]
    known = json.loads(str(first["known"])) if first["known"] else {}
    return Response(**columns, link=link, answers=answers, times=times, known=known)  # type: ignore[arg-type]


_COLUMNS = (
    "id",
    "public_id",
    "quiz_id",
    "version",
    "lang",
    "status",
    "revision",
    "seed",
    "started_at",
    "updated_at",
    "customer_id",
    "outcome",
    "completed_at",
    "entry",
    "order_id",
)
