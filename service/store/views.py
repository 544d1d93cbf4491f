"""Who saw which quiz, and what was offered to whom. Both are only ever added to."""

from __future__ import annotations

from dataclasses import dataclass, fields

from service.store.database import Database


@dataclass(frozen=True)
class View:
    """A quiz was seen; counted once a visit."""

    quiz_id: str
    version: int
    visit: str
    lang: str
    entry: str
    seen_at: int


_VIEW = tuple(field.name for field in fields(View))


def add(db: Database, view: View) -> None:
    """Keep a view; the second of a visit changes nothing."""
    values = [getattr(view, name) for name in _VIEW]
    db.insert_rows("quiz_views", _VIEW, [values], suffix="ON CONFLICT (quiz_id, visit) DO NOTHING")
