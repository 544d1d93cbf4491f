"""Quizzes: who owns them, their published versions (never changed again), and the draft of the admin."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from service.domain.errors import NotFound
from service.store.database import Database, Row

Owner = Literal["file", "admin"]
Status = Literal["live", "paused"]
Document = dict[str, Any]

_COLUMNS = "id, kind, owner, status, version, draft, draft_changed_at, draft_changed_by, created_at"


@dataclass(frozen=True)
class StoredQuiz:
    """A quiz as kept.

    :param version: the published version, 0 when none is
    :param draft: the document being edited in the admin
    """

    id: str
    kind: str
    owner: Owner
    status: Status
    version: int
    draft: Document | None
    draft_changed_at: int | None
    draft_changed_by: int | None
    created_at: int


@dataclass(frozen=True)
class StoredVersion:
    """A published version; ``body`` is its document."""

    quiz_id: str
    version: int
    digest: str
    body: Document
    published_at: int
    published_by: int | None


def get(db: Database, quiz_id: str) -> StoredQuiz | None:
    """One quiz."""
    row = db.one(f"SELECT {_COLUMNS} FROM quizzes WHERE id = :id", {"id": quiz_id})
    return _quiz(row) if row else None


def listing(db: Database) -> list[StoredQuiz]:
    """All quizzes, by id."""
    return [_quiz(row) for row in db.query(f"SELECT {_COLUMNS} FROM quizzes ORDER BY id")]


def live_versions(db: Database) -> dict[str, int]:
    """The published version of each quiz that is live."""
    rows = db.query("SELECT id, version FROM quizzes WHERE status = 'live' AND version > 0 ORDER BY id")
    return {row["id"]: row["version"] for row in rows}


def version(db: Database, quiz_id: str, number: int) -> StoredVersion:
    """One published version.

    :raises NotFound: when there is none of that number
    """
    row = db.one(
        "SELECT * FROM quiz_versions WHERE quiz_id = :quiz_id AND version = :version",
        {"quiz_id": quiz_id, "version": number},
    )
    if row is None:
        raise NotFound("quiz", f"there is no version {number} of the quiz '{quiz_id}'")
    return _version(row)


def versions(db: Database, quiz_id: str) -> list[StoredVersion]:
    """All published versions of a quiz, newest first."""
    rows = db.query("SELECT * FROM quiz_versions WHERE quiz_id = :id ORDER BY version DESC", {"id": quiz_id})
    return [_version(row) for row in rows]


def published(db: Database) -> list[StoredVersion]:
    """The published version of each quiz, live or paused, by id."""
    rows = db.query(
        """
        SELECT v.*
          FROM quizzes q
          JOIN quiz_versions v ON v.quiz_id = q.id AND v.version = q.version
         ORDER BY q.id
        """
    )
    return [_version(row) for row in rows]


def insert(db: Database, quiz_id: str, kind: str, owner: Owner, now: int) -> None:
    """Add a quiz that has no version yet."""
    db.execute(
        """
        INSERT INTO quizzes (id, kind, owner, status, version, created_at)
        VALUES (:id, :kind, :owner, 'live', 0, :now)
        """,
        {"id": quiz_id, "kind": kind, "owner": owner, "now": now},
    )


def add_version(db: Database, new: StoredVersion, body: str, kind: str) -> None:
    """Keep a version for good and make it the published one; the draft it came from is done with.

    :param body: the JSON text of ``new.body``, as it was digested
    """
    db.execute(
        """
        INSERT INTO quiz_versions (quiz_id, version, digest, body, published_at, published_by)
        VALUES (:quiz_id, :version, :digest, :body, :at, :by)
        """,
        {
            "quiz_id": new.quiz_id,
            "version": new.version,
            "digest": new.digest,
            "body": body,
            "at": new.published_at,
            "by": new.published_by,
        },
    )
    db.execute(
        """
        UPDATE quizzes
           SET version = :version, kind = :kind, draft = NULL, draft_changed_at = NULL, draft_changed_by = NULL
         WHERE id = :id
        """,
        {"id": new.quiz_id, "version": new.version, "kind": kind},
    )


def save_draft(db: Database, quiz_id: str, draft: Document | None, *, by: int | None, now: int) -> None:
    """Keep the document being edited, or with ``None`` drop it."""
    db.execute(
        """
        UPDATE quizzes SET draft = :draft, draft_changed_at = :at, draft_changed_by = :by
         WHERE id = :id
        """,
        {
            "id": quiz_id,
            "draft": None if draft is None else json.dumps(draft, ensure_ascii=False, separators=(",", ":")),
            "at": None if draft is None else now,
            "by": None if draft is None else by,
        },
    )


def set_owner(db: Database, quiz_id: str, owner: Owner) -> None:
    """Hand the quiz to the files or to the admin."""
    db.execute("UPDATE quizzes SET owner = :owner WHERE id = :id", {"owner": owner, "id": quiz_id})


def set_status(db: Database, quiz_id: str, status: Status) -> None:
    """Show the quiz to shoppers, or pause it."""
    db.execute("UPDATE quizzes SET status = :status WHERE id = :id", {"status": status, "id": quiz_id})


def _quiz(row: Row) -> StoredQuiz:
    return StoredQuiz(**{**row, "draft": None if row["draft"] is None else json.loads(row["draft"])})


def _version(row: Row) -> StoredVersion:
    return StoredVersion(**{**row, "body": json.loads(row["body"])})
