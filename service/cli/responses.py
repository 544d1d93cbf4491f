"""``firasa responses``: export answers."""

from __future__ import annotations

import csv
import sys
from contextlib import nullcontext
from pathlib import Path

import click

from service.cli.base import FirasaGroup, emit, json_option, runtime
from service.domain.cells import guarded
from service.operations import exports


@click.group(cls=FirasaGroup)
def responses() -> None:
    """What shoppers answered."""


@responses.command()
@click.option("--quiz", help="Only this quiz; all quizzes unless given.")
@click.option("--labels", is_flag=True, help="Write answers in words (English) instead of option ids.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write; stdout unless given.")
@json_option
def export(quiz: str | None, labels: bool, output: Path | None, as_json: bool) -> None:
    """Export answers as CSV, one line an answer.

    \b
    firasa responses export > answers.csv
    firasa responses export --quiz after-purchase --labels --output answers.csv

    Cells that a spreadsheet would run as a formula are written with a leading apostrophe.
    """
    rows = exports.answers(runtime().context(actor="cli"), quiz, labels=labels)
    if as_json:
        emit({"answers": [dict(zip(exports.COLUMNS, row, strict=True)) for row in rows]}, True)
        return
    target = output.open("w", encoding="utf-8", newline="") if output else nullcontext(sys.stdout)
    with target as file:
        writer = csv.writer(file)
        writer.writerow(exports.COLUMNS)
        writer.writerows([guarded(cell) for cell in row] for row in rows)
