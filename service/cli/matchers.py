"""``firasa quizzes fit``: learn how what shoppers type is heard."""

from __future__ import annotations

from dataclasses import asdict

import click

from service.cli.base import emit, json_option, runtime, table


@click.command()
@click.argument("quizzes", nargs=-1, metavar="[QUIZZES]...")
@json_option
def fit(quizzes: tuple[str, ...], as_json: bool) -> None:
    """Fit how typed answers to QUIZZES are heard (all live ones when none are named).

    \b
    firasa quizzes fit
    firasa quizzes fit skin-match --json

    The worker does this by itself after a version is published; until then labels, synonyms, numbers and known words
    are understood, but nothing is guessed.
    """
    from service.operations import matchers

    done = matchers.fit(runtime().context(actor="cli"), quizzes)
    shown: list[list[object]] = [[one.quiz, one.version, one.examples, one.labels] for one in done]
    emit(
        {"quizzes": [asdict(one) for one in done]},
        as_json,
        lambda: table("Fitted", ["id", "version", "examples", "labels"], shown),
    )
