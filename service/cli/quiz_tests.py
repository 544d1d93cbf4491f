"""``firasa quizzes test``: hold declared conversations to where they must lead."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from service.cli.base import emit, json_option, note

_FILES = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("test")
@click.argument("files", nargs=-1, type=_FILES, metavar="[FILES]...")
@json_option
def test(files: tuple[Path, ...], as_json: bool) -> None:
    """Hold the conversations in FILES (the starters' when none are named) with their quizzes; nothing is stored.

    \b
    firasa quizzes test
    firasa quizzes test my-quizzes/tea.test.yaml
    firasa quizzes test --json

    A file names its quiz, which lies beside it. Each conversation says what somebody answers or types, and where that
    must lead: the path, the outcome, the tags, the products. Exit code 1 when one goes elsewhere.
    """
    from service.catalog import conversations

    held = [one for path in files or conversations.conversation_files() for one in conversations.run(path)]
    wrong = [one for one in held if one.problems]
    document = {"ok": not wrong, "conversations": [asdict(one) for one in held]}
    emit(document, as_json, lambda: _show(wrong))
    if not as_json:
        note(f"{len(held)} conversations held, {len(wrong)} went elsewhere than expected.")
    if wrong:
        sys.exit(1)


def _show(wrong: Sequence[object]) -> None:
    for one in wrong:
        click.echo(str(one))
