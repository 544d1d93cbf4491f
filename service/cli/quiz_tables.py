"""``firasa quizzes matrix``: the outcome matrix as CSV, out and in."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO

import click

from service.cli.base import FirasaGroup, emit, fail, json_option, note, runtime


@click.group(cls=FirasaGroup)
def matrix() -> None:
    """What each answer is worth, as one CSV table for a spreadsheet."""


@matrix.command("export")
@click.argument("quiz")
@click.option("--lang", default="en", help="Language of the columns that are only shown.")
def export(quiz: str, lang: str) -> None:
    """Write the matrix of QUIZ (an id, or a YAML file) to stdout as CSV.

    \b
    firasa quizzes matrix export skin-match > matrix.csv
    firasa quizzes matrix export quizzes/skin-match.yaml --lang ar > matrix.csv

    One row per option, one column per trait (scores) and outcome (points), then votes, includes, excludes and tags.
    The draft is written where there is one.
    """
    from service.operations import matrices

    path = Path(quiz)
    if path.suffix in (".yaml", ".yml"):
        click.echo(matrices.of_file(path, lang), nl=False)
    else:
        click.echo(matrices.export(runtime().context(actor="cli"), quiz, lang), nl=False)


@matrix.command("import")
@click.argument("quiz")
@click.argument("table", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@json_option
def import_(quiz: str, table: IO[bytes], dry_run: bool, as_json: bool) -> None:
    """Take an edited TABLE (a CSV file, or - for stdin) into QUIZ (an id, or a YAML file), and show what changes.

    \b
    firasa quizzes matrix import skin-match matrix.csv --dry-run
    firasa quizzes matrix import skin-match matrix.csv
    firasa quizzes matrix import my-quizzes/tea.yaml matrix.csv

    A quiz that is edited in the admin gets a draft; publish it there. A YAML file is written anew, without its
    comments. Rows and columns that are left out stay as they are. When a cell is wrong, every wrong cell is named (B7)
    and nothing is taken.
    """
    from service.catalog.matrix import MatrixError
    from service.operations import matrices

    raw = table.read()
    path = Path(quiz)
    try:
        if path.suffix in (".yaml", ".yml"):
            edited, text = matrices.into_file(path, raw)
            if edited.changes and not dry_run:
                _replace(path, text)
        else:
            edited = matrices.take(runtime().context(actor="cli"), quiz, raw, dry=dry_run)
    except MatrixError as error:
        fail(str(error))
    document = {"changes": [asdict(one) for one in edited.changes], "written": bool(edited.changes) and not dry_run}
    emit(document, as_json, lambda: _show(edited.changes))
    if not as_json:
        what = "nothing was written" if dry_run or not edited.changes else "taken"
        note(f"{len(edited.changes)} cells are different; {what}.")


def _show(changes: Sequence[object]) -> None:
    for one in changes:
        click.echo(str(one))


def _replace(path: Path, text: str) -> None:
    """Write the file whole or not at all."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)
