"""Rows for files: answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from service.domain.answers import AnswerValue, Other, in_words
from service.domain.errors import NotFound
from service.domain.identities import public_id
from service.domain.quiz import OTHER
from service.operations.context import Context
from service.store import quizzes, responses

COLUMNS = (
    "response",
    "quiz",
    "version",
    "language",
    "status",
    "customer",
    "link",
    "started_at",
    "completed_at",
    "outcome",
    "item",
    "value",
)
_PAGE = 500


def answers(ctx: Context, quiz_id: str | None = None, *, labels: bool = False) -> Iterator[tuple[str, ...]]:
    """One row per current answer, oldest response first. The response's number is shown, not its secret id.

    :param labels: answers in English words instead of option ids
    :raises NotFound: when there is no such quiz
    """
    if quiz_id is not None and quizzes.get(ctx.db, quiz_id) is None:
        raise NotFound("quiz", f"there is no quiz '{quiz_id}'; `firasa quizzes list` shows them")
    return _rows(ctx, quiz_id, labels)


def _rows(ctx: Context, quiz_id: str | None, labels: bool) -> Iterator[tuple[str, ...]]:
    after = 0
    while page := responses.page(ctx.db, after, _PAGE, quiz_id):
        for one in page:
            quiz = ctx.definitions.quiz_version(one.quiz_id, one.version)
            for item_id, value in one.answers.items():
                item = quiz.item(item_id)
                words = in_words(item, value, "en") if labels and item else _text(value)
                yield (
                    str(one.id),
                    one.quiz_id,
                    str(one.version),
                    one.lang,
                    one.status,
                    public_id(one.customer_id) if one.customer_id else "",
                    one.link or "",
                    _instant(one.started_at),
                    _instant(one.completed_at),
                    one.outcome or "",
                    item_id,
                    words,
                )
        after = page[-1].id


def _text(value: AnswerValue) -> str:
    """Ids joined by bars; words of one's own after ``other:``."""
    if isinstance(value, tuple):
        return "|".join(_text(one) for one in value)
    if isinstance(value, Other):
        return f"{OTHER}: {value.other}"
    return "" if value is None else str(value)


def _instant(instant: int | None) -> str:
    if instant is None:
        return ""
    return datetime.fromtimestamp(instant / 1_000_000, UTC).isoformat(timespec="seconds")
