"""What funnels are counted from, by days of the shop, and the counts that are kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.responses import Response
from service.store import responses
from service.store.database import Database

_DAY = 24 * 3600 * 1_000_000


@dataclass(frozen=True)
class KeptDay:
    """The counts of one day. :param counted_at: instant up to which they are complete"""

    day: int
    state: Sequence[Mapping[str, Any]]
    counted_at: int


@dataclass(frozen=True)
class ViewCount:
    """Views of one version, language and entry."""

    version: int
    lang: str
    entry: str
    views: int


def last_changes(db: Database, quiz_id: str, since: int, until: int, offset: int) -> dict[int, int]:
    """When something last happened to the responses and views of each day; from indexes alone.

    :param offset: of the shop's zone at ``since``, microseconds
    """
    rows = db.query(
        """
        SELECT day, MAX(changed) AS changed
          FROM (SELECT (started_at + :offset) / :day AS day, MAX(updated_at) AS changed
                  FROM responses
                 WHERE quiz_id = :quiz_id AND started_at >= :since AND started_at < :until
                 GROUP BY 1
                UNION ALL
                SELECT (seen_at + :offset) / :day, MAX(seen_at)
                  FROM quiz_views
                 WHERE quiz_id = :quiz_id AND seen_at >= :since AND seen_at < :until
                 GROUP BY 1) found
         GROUP BY day
        """,
        {"quiz_id": quiz_id, "since": since, "until": until, "offset": offset, "day": _DAY},
    )
    return {int(row["day"]): int(row["changed"]) for row in rows}


def kept(db: Database, quiz_id: str, first: int, last: int) -> dict[int, KeptDay]:
    """The counts that are kept of these days."""
    rows = db.query(
        "SELECT day, state, counted_at FROM quiz_days WHERE quiz_id = :quiz_id AND day BETWEEN :first AND :last",
        {"quiz_id": quiz_id, "first": first, "last": last},
    )
    return {row["day"]: KeptDay(row["day"], json.loads(row["state"]), row["counted_at"]) for row in rows}


def keep(db: Database, quiz_id: str, days: Sequence[KeptDay]) -> None:
    """Keep counts; they replace those of the same days."""
    if days:
        rows = [(quiz_id, one.day, json.dumps(one.state, separators=(",", ":")), one.counted_at) for one in days]
        db.insert_rows(
            "quiz_days",
            ("quiz_id", "day", "state", "counted_at"),
            rows,
            suffix="ON CONFLICT (quiz_id, day) DO UPDATE SET state = excluded.state, counted_at = excluded.counted_at",
        )


def responses_of(db: Database, quiz_id: str, since: int, until: int) -> list[Response]:
    """The responses begun in a time, with their answers."""
    return responses.begun(db, quiz_id, since, until)


def views_of(db: Database, quiz_id: str, since: int, until: int) -> list[ViewCount]:
    """The views of a time, each as part of the response it led to where there is one: its language may have changed."""
    rows = db.query(
        """
        SELECT COALESCE(begun.version, seen.version) AS version, COALESCE(begun.lang, seen.lang) AS lang,
               COALESCE(begun.entry, seen.entry) AS entry, COUNT(*) AS views
          FROM quiz_views seen
          LEFT JOIN responses begun ON begun.quiz_id = seen.quiz_id AND begun.visit = seen.visit
         WHERE seen.quiz_id = :quiz_id AND seen.seen_at >= :since AND seen.seen_at < :until
         GROUP BY 1, 2, 3
        """,
        {"quiz_id": quiz_id, "since": since, "until": until},
    )
    return [ViewCount(**row) for row in rows]
