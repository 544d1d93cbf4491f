"""Quizzes: publishing files and drafts as versions, who may edit, and reading them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.catalog import export as yaml_export
from service.catalog.files import quiz_files
from service.catalog.lint import publishable
from service.catalog.loader import (
    NOWHERE,
    Where,
    canonical,
    digest,
    load_quiz,
    load_vocabulary,
    quiz_document,
    read_file,
)
from service.catalog.option_table import OptionTable, TableError
from service.catalog.option_table import apply as apply_table
from service.catalog.option_table import table as make_table
from service.catalog.vocabulary import Vocabulary
from service.domain.errors import DefinitionError, InvalidInput, NotFound, Problem, Refused
from service.domain.quiz import Quiz
from service.domain.text import Text
from service.operations.context import Context
from service.store import counters, quizzes, users
from service.store.quizzes import Owner, Status, StoredQuiz, StoredVersion
from service.store.users import Change

__all__ = ["OptionTable", "TableError", "apply_option_table", "option_table"]

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Published:
    """What publishing did: ``new``, ``changed``, or ``unchanged`` (the same content makes no new version)."""

    id: str
    version: int
    change: str


@dataclass(frozen=True)
class QuizInfo:
    """A quiz as listed.

    :param title: of the published version, else of the draft
    :param questions: how many questions it has, statements not counted
    """

    id: str
    kind: str
    title: Text
    questions: int
    owner: Owner
    status: Status
    version: int
    published_at: int | None
    has_draft: bool


# publishing --------------------------------------------------------------------------------------------------------


def publish(
    ctx: Context, document: object, owner: Owner = "file", *, where: Where = NOWHERE, take_back: bool = False
) -> Published:
    """Publish a document as the next version of its quiz, unless it says what the present version says.

    :param take_back: a file may replace a quiz that the admin has taken over, which then belongs to the files again
    :raises DefinitionError: with everything that is wrong
    :raises Refused: when the quiz belongs to the other owner
    """
    quiz = _sound(document, where, load_vocabulary())
    with ctx.db.write("definitions"):
        done = _publish(ctx, quiz, owner, take_back=take_back)
        if done.change != "unchanged":
            counters.bump(ctx.db, "definitions")
    return done


def publish_files(ctx: Context, paths: Sequence[Path] = (), *, take_back: bool = False) -> list[Published]:
    """Publish quiz files (the starters by default): all of them, or none when any is wrong.

    :raises DefinitionError: with everything that is wrong in any of the files
    :raises Refused: when one of the quizzes belongs to the admin
    """
    found = _sound_files(paths)
    with ctx.db.write("definitions"):
        done = [_publish(ctx, quiz, "file", take_back=take_back) for quiz in found]
        if any(one.change != "unchanged" for one in done):
            counters.bump(ctx.db, "definitions")
    return done


def _sound_files(paths: Sequence[Path]) -> list[Quiz]:
    vocabulary = load_vocabulary()
    problems: list[Problem] = []
    found: dict[str, Quiz] = {}
    for path in paths or quiz_files():
        try:
            document, where = read_file(path)
            quiz = _sound(document, where, vocabulary)
            if quiz.id in found:
                raise DefinitionError(where.problem("id", f"the quiz '{quiz.id}' is in another of these files too"))
            found[quiz.id] = quiz
        except DefinitionError as error:
            problems += error.problems
    if problems:
        raise DefinitionError(problems)
    return list(found.values())


def _sound(document: object, where: Where, vocabulary: Vocabulary) -> Quiz:
    quiz = load_quiz(document, where)
    problems = publishable(quiz, vocabulary, where)
    if problems:
        raise DefinitionError(problems)
    return quiz


def _publish(ctx: Context, quiz: Quiz, owner: Owner, *, take_back: bool = False) -> Published:
    """In the caller's transaction."""
    stored = quizzes.get(ctx.db, quiz.id)
    if stored is None:
        quizzes.insert(ctx.db, quiz.id, quiz.kind, owner, ctx.now)
        return _add_version(ctx, quiz, 1, "new")
    if stored.owner != owner:
        if not (take_back and owner == "file"):
            raise Refused(_belongs(stored))
        quizzes.set_owner(ctx.db, quiz.id, "file")
        quizzes.save_draft(ctx.db, quiz.id, None, by=None, now=ctx.now)
        _record(ctx, "gave back to the files", quiz.id)
    if stored.version and quizzes.version(ctx.db, quiz.id, stored.version).digest == digest(quiz):
        quizzes.save_draft(ctx.db, quiz.id, None, by=None, now=ctx.now)
        return Published(quiz.id, stored.version, "unchanged")
    return _add_version(ctx, quiz, stored.version + 1, "changed")


def _add_version(ctx: Context, quiz: Quiz, number: int, change: str) -> Published:
    by = _user_id(ctx)
    new = StoredVersion(quiz.id, number, digest(quiz), quiz_document(quiz), ctx.now, by)
    quizzes.add_version(ctx.db, new, canonical(quiz), quiz.kind)
    _record(ctx, f"published version {number} of", quiz.id)
    return Published(quiz.id, number, change)


def _belongs(stored: StoredQuiz) -> str:
    if stored.owner == "admin":
        return (
            f"the quiz '{stored.id}' was taken over in the admin and is edited there: "
            f"`firasa quizzes export {stored.id}` shows its present text, and `--take-back` replaces it by the file"
        )
    return f"the quiz '{stored.id}' belongs to its file: take it over first, then edit it here"


# editing in the admin ----------------------------------------------------------------------------------------------


def take_over(ctx: Context, quiz_id: str) -> None:
    """Make a quiz the admin's: it is edited there from now on, and files no longer change it.

    :raises NotFound: when there is no such quiz
    """
    with ctx.db.write("definitions"):
        if _stored(ctx, quiz_id).owner != "admin":
            quizzes.set_owner(ctx.db, quiz_id, "admin")
            _record(ctx, "took over", quiz_id)


def save_draft(ctx: Context, quiz_id: str, document: object) -> Quiz:
    """Keep an edited document as the draft of a quiz; shoppers see it once it is published.

    :raises NotFound: when there is no such quiz
    :raises Refused: when the quiz belongs to its file
    :raises DefinitionError: when the document is wrong
    """
    quiz = _draft_of(quiz_id, document)
    with ctx.db.write("definitions"):
        stored = _stored(ctx, quiz_id)
        if stored.owner != "admin":
            raise Refused(_belongs(stored))
        quizzes.save_draft(ctx.db, quiz_id, quiz_document(quiz), by=_user_id(ctx), now=ctx.now)
    return quiz


def publish_draft(ctx: Context, quiz_id: str) -> Published:
    """Publish the draft as the next version.

    :raises NotFound: when there is no such quiz
    :raises Refused: when it has no draft, or belongs to its file
    :raises DefinitionError: when the draft has errors
    """
    vocabulary = load_vocabulary()
    with ctx.db.write("definitions"):
        stored = _stored(ctx, quiz_id)
        if stored.draft is None:
            raise Refused(f"the quiz '{quiz_id}' has no draft to publish")
        done = _publish(ctx, _sound(stored.draft, NOWHERE, vocabulary), "admin")
        if done.change != "unchanged":
            counters.bump(ctx.db, "definitions")
    return done


def discard_draft(ctx: Context, quiz_id: str) -> None:
    """Drop the draft; the published version stays as it is.

    :raises NotFound: when there is no such quiz
    """
    with ctx.db.write("definitions"):
        _stored(ctx, quiz_id)
        quizzes.save_draft(ctx.db, quiz_id, None, by=None, now=ctx.now)


def set_status(ctx: Context, quiz_id: str, status: str) -> None:
    """Pause a quiz, or show it to shoppers again; who has begun may finish either way.

    :raises NotFound: when there is no such quiz
    """
    if status not in ("live", "paused"):
        raise InvalidInput(f"a quiz is live or paused, not {status!r}", "status")
    with ctx.db.write("definitions"):
        if _stored(ctx, quiz_id).status != status:
            quizzes.set_status(ctx.db, quiz_id, "live" if status == "live" else "paused")
            _record(ctx, "paused" if status == "paused" else "resumed", quiz_id)
            counters.bump(ctx.db, "definitions")


def option_table(document: object) -> OptionTable:
    """The table option -> scores, points, votes, excludes, tags of a quiz document, for editing.

    :raises DefinitionError: when the document is wrong
    """
    return make_table(load_quiz(document), load_vocabulary())


def apply_option_table(document: object, cells: Mapping[str, str]) -> dict[str, Any]:
    """The document with edited cells; cells that are not named stay.

    :param cells: new text by cell name, as :class:`OptionTable` names them
    :raises TableError: with what is wrong, by cell
    :raises DefinitionError: when the document itself is wrong
    """
    return apply_table(load_quiz(document), cells, load_vocabulary())


# reading -----------------------------------------------------------------------------------------------------------


def get(ctx: Context, quiz_id: str, version: int | None = None) -> Quiz:
    """A published version of a quiz, the present one by default.

    :raises NotFound: when there is no such quiz or version
    """
    number = _stored(ctx, quiz_id).version if version is None else version
    return load_quiz(quizzes.version(ctx.db, quiz_id, number).body, version=number)


def get_draft(ctx: Context, quiz_id: str) -> Quiz | None:
    """The draft of a quiz, or ``None``.

    :raises NotFound: when there is no such quiz
    """
    draft = _stored(ctx, quiz_id).draft
    return None if draft is None else load_quiz(draft)


def listing(ctx: Context) -> list[QuizInfo]:
    """All quizzes, by id."""
    published = {one.quiz_id: one for one in quizzes.published(ctx.db)}
    return [_info(stored, published.get(stored.id)) for stored in quizzes.listing(ctx.db)]


def history(ctx: Context, quiz_id: str) -> list[StoredVersion]:
    """All published versions of a quiz, newest first.

    :raises NotFound: when there is no such quiz
    """
    _stored(ctx, quiz_id)
    return quizzes.versions(ctx.db, quiz_id)


def export(ctx: Context, quiz_id: str, version: int | None = None) -> str:
    """A published version as YAML, ready to be a file.

    :raises NotFound: when there is no such quiz or version
    """
    return yaml_export.dump_yaml(get(ctx, quiz_id, version))


def export_document(ctx: Context, quiz_id: str, version: int | None = None) -> dict[str, Any]:
    """A published version as a JSON document.

    :raises NotFound: when there is no such quiz or version
    """
    return quiz_document(get(ctx, quiz_id, version))


def _info(stored: StoredQuiz, version: StoredVersion | None) -> QuizInfo:
    body = version.body if version else stored.draft or {}
    return QuizInfo(
        id=stored.id,
        kind=stored.kind,
        title=Text(body.get("title") or {}),
        questions=sum(item["type"] != "statement" for item in body.get("items") or ()),
        owner=stored.owner,
        status=stored.status,
        version=stored.version,
        published_at=version.published_at if version else None,
        has_draft=stored.draft is not None,
    )


def _stored(ctx: Context, quiz_id: str) -> StoredQuiz:
    stored = quizzes.get(ctx.db, quiz_id)
    if stored is None:
        raise NotFound("quiz", f"there is no quiz '{quiz_id}'; `firasa quizzes list` shows them")
    return stored


def _draft_of(quiz_id: str, document: object) -> Quiz:
    quiz = load_quiz(document)
    if quiz.id != quiz_id:
        raise DefinitionError(
            Problem("id", f"is '{quiz.id}', but this is the draft of '{quiz_id}'; an id never changes")
        )
    return quiz


def _user_id(ctx: Context) -> int | None:
    user = users.by_email(ctx.db, ctx.actor) if "@" in ctx.actor else None
    return user.id if user else None


def _record(ctx: Context, action: str, quiz_id: str) -> None:
    users.add_change(ctx.db, Change(ctx.now, ctx.actor, action, f"quiz {quiz_id}", None))
