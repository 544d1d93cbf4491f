"""What was typed in a conversation and what the shop said to it; append-only."""

from __future__ import annotations

from collections.abc import Sequence

from service.domain.talk import Line
from service.store.database import Database, in_list

_COLUMNS = ("response_id", "item_id", "by_whom", "kind", "text", "said_at")


def add(db: Database, response_id: int, lines: Sequence[Line]) -> None:
    """Keep lines in their order; one statement."""
    if lines:
        rows = [(response_id, one.item_id, one.by, one.kind, one.text, one.at) for one in lines]
        db.insert_rows("messages", _COLUMNS, rows)


def notices(db: Database, response_id: int) -> int:
    """How many messages and wishes of a response were answered; one statement."""
    row = db.one("SELECT COUNT(*) AS n FROM messages WHERE response_id = :id AND kind = 'notice'", {"id": response_id})
    return int(row["n"]) if row else 0


def of_response(db: Database, response_id: int) -> list[Line]:
    """The lines of a response, oldest first."""
    return of_responses(db, [response_id]).get(response_id, [])


def of_responses(db: Database, response_ids: Sequence[int]) -> dict[int, list[Line]]:
    """The lines of these responses, oldest first; one statement."""
    if not response_ids:
        return {}
    listed, params = in_list("response", response_ids)
    rows = db.query(
        f"""
        SELECT response_id, item_id, by_whom, kind, text, said_at FROM messages
         WHERE response_id IN {listed}
         ORDER BY id
        """,
        params,
    )
    found: dict[int, list[Line]] = {}
    for row in rows:
        line = Line(by=row["by_whom"], kind=row["kind"], item_id=row["item_id"], text=row["text"], at=row["said_at"])
        found.setdefault(row["response_id"], []).append(line)
    return found
