"""``firasa quizzes``: lint, test, publish, export, list; the matrix, who is shown what, how far people get."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from service.catalog.file_lint import Checked, lint_files
from service.catalog.measures import measure
from service.cli.base import FirasaGroup, emit, json_option, note, runtime, table
from service.cli.matchers import fit
from service.cli.quiz_people import funnel, quiet_days, why
from service.cli.quiz_tables import matrix
from service.cli.quiz_tests import test
from service.operations import quizzes as operations

_FILES = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=FirasaGroup)
def quizzes() -> None:
    """Quiz definitions: check them, publish them, write them out."""


@quizzes.command()
@click.argument("files", nargs=-1, type=_FILES, metavar="[FILES]...")
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
@json_option
def lint(files: tuple[Path, ...], strict: bool, as_json: bool) -> None:
    """Check definition FILES (the starters when none are named); nothing is published.

    \b
    firasa quizzes lint
    firasa quizzes lint quizzes/skin-match.yaml
    firasa quizzes lint --strict --json my-quizzes/*.yaml

    Quizzes are looked at, and traits.yaml, personas.yaml and segments.yaml too. Errors (exit code 1) keep a quiz from
    being published, warnings are most likely mistakes, advice is what experience says. Traits and personas are looked
    up beside the files.
    """
    checked = lint_files(files)
    failed = checked.errors > 0 or (strict and checked.warnings > 0)
    document = {
        "ok": not failed,
        "errors": checked.errors,
        "warnings": checked.warnings,
        "advice": checked.advice,
        "findings": [asdict(finding) for finding in checked.findings],
        "measures": {quiz_id: asdict(measure(quiz)) for quiz_id, quiz in checked.quizzes.items()},
    }
    emit(document, as_json, lambda: _show(checked))
    if failed:
        sys.exit(1)


def _show(checked: Checked) -> None:
    for finding in checked.findings:
        click.echo(str(finding))
    files, errors, warnings = len(checked.files), checked.errors, checked.warnings
    for quiz_id, quiz in checked.quizzes.items():
        found = measure(quiz)
        asked = _count(found.longest, "question")
        questions = f"{found.shortest} to {asked}, usually {found.usual}," if found.shortest < found.longest else asked
        won = ", ".join(f"{one} {share:.0%}" for one, share in found.outcomes.items())
        note(f"{quiz_id}: {questions} in about {found.seconds} s" + (f"; {won}" if won else ""))
    note(f"{_count(files, 'file')}: {_count(errors, 'error')}, {_count(warnings, 'warning')}.")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@quizzes.command()
@click.argument("files", nargs=-1, type=_FILES, metavar="[FILES]...")
@click.option("--take-back", is_flag=True, help="Also replace quizzes that were taken over in the admin.")
@json_option
def publish(files: tuple[Path, ...], take_back: bool, as_json: bool) -> None:
    """Publish quiz FILES (the starters when none are named): all of them, or none when any is wrong.

    \b
    firasa quizzes publish
    firasa quizzes publish my-quizzes/sizes.yaml
    firasa quizzes publish --take-back quizzes/skin-match.yaml

    A file that says what is published already makes no new version. Who has begun a quiz finishes the version it was
    begun with.
    """
    done = operations.publish_files(runtime().context(actor="cli"), files, take_back=take_back)
    rows = [asdict(one) for one in done]
    shown: list[list[object]] = [[one.id, one.version, one.change] for one in done]
    emit({"quizzes": rows}, as_json, lambda: table("Published", ["id", "version", "change"], shown))


@quizzes.command()
@click.argument("quiz")
@click.option("--version", type=click.IntRange(min=1), help="An earlier version instead of the present one.")
@json_option
def export(quiz: str, version: int | None, as_json: bool) -> None:
    """Write a published QUIZ to stdout as YAML.

    \b
    firasa quizzes export skin-match > skin-match.yaml
    firasa quizzes export skin-match --version 2
    """
    ctx = runtime().context(actor="cli")
    if as_json:
        emit(operations.export_document(ctx, quiz, version), as_json)
    else:
        click.echo(operations.export(ctx, quiz, version), nl=False)


@quizzes.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Show all quizzes: who owns them, and which version is published.

    \b
    firasa quizzes list
    firasa quizzes list --json
    """
    found = operations.listing(runtime().context(actor="cli"))
    rows = [
        {**asdict(one), "title": dict(one.title.by_lang), "published_at": _moment(one.published_at)} for one in found
    ]
    shown: list[list[object]] = [
        [one.id, one.title.get("en"), one.kind, one.questions, one.version, one.status, one.owner] for one in found
    ]
    columns = ["id", "title", "kind", "questions", "version", "status", "owner"]
    emit({"quizzes": rows}, as_json, lambda: table("Quizzes", columns, shown))


def _moment(instant: int | None) -> str | None:
    return None if instant is None else datetime.fromtimestamp(instant / 1_000_000, UTC).isoformat(timespec="seconds")


for _command in (test, matrix, why, quiet_days, funnel, fit):
    quizzes.add_command(_command)
