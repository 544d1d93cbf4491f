"""The outcome matrix of a quiz as a table for spreadsheets: out of a quiz, and back in as its draft."""

from __future__ import annotations

from pathlib import Path

from service.catalog import matrix
from service.catalog.export import dump_yaml
from service.catalog.loader import load_quiz_file, load_vocabulary
from service.catalog.matrix import Edited
from service.domain.quiz import Quiz
from service.operations import quizzes
from service.operations.context import Context


def export(ctx: Context, quiz_id: str, lang: str = "en") -> str:
    """The matrix of the draft, or of the published version where there is none, as CSV.

    :raises NotFound: when there is no such quiz
    """
    return matrix.write(_present(ctx, quiz_id), load_vocabulary(), lang)


def take(ctx: Context, quiz_id: str, raw: bytes, *, dry: bool = False) -> Edited:
    """Take an edited table as the quiz's draft, whole or not at all; what is different.

    :param dry: only look
    :raises MatrixError: with what is wrong, by cell
    :raises NotFound: when there is no such quiz
    :raises Refused: when the quiz belongs to its file
    """
    edited = matrix.read(_present(ctx, quiz_id), raw, load_vocabulary())
    if edited.changes and not dry:
        quizzes.save_draft(ctx, quiz_id, edited.document)
    return edited


def of_file(path: Path, lang: str = "en") -> str:
    """The matrix of a quiz file as CSV.

    :raises DefinitionError: when the file is wrong
    """
    return matrix.write(load_quiz_file(path), load_vocabulary(), lang)


def into_file(path: Path, raw: bytes) -> tuple[Edited, str]:
    """What an edited table makes of a quiz file: what is different, and the file's new text.

    :raises DefinitionError, MatrixError:
    """
    edited = matrix.read(load_quiz_file(path), raw, load_vocabulary())
    return edited, dump_yaml(edited.document)


def _present(ctx: Context, quiz_id: str) -> Quiz:
    return quizzes.get_draft(ctx, quiz_id) or quizzes.get(ctx, quiz_id)
