"""The outcome matrix as one CSV table: a row per option, a column per trait and outcome, and one per kind of list.

It is written so that spreadsheet programs open it as it is, and read as they save it: with or without a byte order
mark, in UTF-8 or UTF-16, with commas, semicolons or tabs, with decimal commas, and with the apostrophe that keeps a
cell from being run as a formula.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service.catalog.fields import did_you_mean
from service.catalog.option_table import OptionRow, OptionTable, TableError, apply, table
from service.catalog.vocabulary import Vocabulary
from service.domain.cells import FORMULA, guarded
from service.domain.errors import DefinitionError, FirasaError
from service.domain.quiz import Quiz

LARGEST = 2_000_000
_NAMES = ("item", "option")
_SHOWN = ("question", "answer")
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")


@dataclass(frozen=True)
class Change:
    """A cell that is not as it was. ``option`` is empty for a scale."""

    item: str
    option: str
    column: str
    before: str
    after: str

    def __str__(self) -> str:
        place = f"{self.item}/{self.option}" if self.option else self.item
        return f"{place} {self.column}: {self.before or 'nothing'} -> {self.after or 'nothing'}"


@dataclass(frozen=True)
class Edited:
    """What an edited table makes of a quiz: its document, and what is different."""

    document: dict[str, Any]
    changes: tuple[Change, ...]


class MatrixError(FirasaError):
    """A table cannot be taken; nothing of it is. ``errors`` says why, by cell: ``B7``."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__("\n".join(f"{cell}: {message}" for cell, message in self.errors.items()))


def write(quiz: Quiz, vocabulary: Vocabulary, lang: str = "en") -> str:
    """The table as CSV, with a byte order mark, without which spreadsheets guess the encoding.

    :param lang: of the columns that are only shown
    """
    found = table(quiz, vocabulary, full=True)
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    keys = [column.key for column in found.columns]
    rows.writerow([*_NAMES, *_SHOWN, *keys])
    for row in found.rows:
        shown = [guarded(one.get(lang)) for one in (row.question, row.label)]
        rows.writerow([row.item_id, row.option_id, *shown, *(guarded(row.cells.get(key, "")) for key in keys)])
    return "\ufeff" + text.getvalue()


def read(quiz: Quiz, raw: bytes, vocabulary: Vocabulary) -> Edited:
    """What an edited table makes of the quiz. Rows and columns that are left out stay as they are.

    :raises MatrixError: with everything that is wrong, by cell; nothing is taken then
    """
    before = table(quiz, vocabulary, full=True)
    sheet = _sheet(raw)
    columns = _columns(sheet[0], before)
    cells, places = _cells(sheet, columns, before)
    try:
        document = apply(quiz, cells, vocabulary)
    except TableError as error:
        raise MatrixError({places[name]: message for name, message in error.errors.items()}) from error
    except DefinitionError as error:
        raise MatrixError({"A1": str(error)}) from error
    return Edited(document, tuple(_changes(before, document, vocabulary)))


# reading -----------------------------------------------------------------------------------------------------------


def _sheet(raw: bytes) -> list[list[str]]:
    if len(raw) > LARGEST:
        raise MatrixError({"A1": f"the file is larger than {LARGEST // 1_000_000} MB"})
    try:
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise MatrixError({"A1": "the file is not UTF-8: save it as “CSV UTF-8”"}) from None
    head = text.split("\n", 1)[0]
    mark = max(",;\t", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True))
    except csv.Error as error:
        raise MatrixError({"A1": f"the file is not CSV: {error}"}) from error
    if not rows:
        raise MatrixError({"A1": "the file is empty"})
    return rows


def _columns(header: list[str], found: OptionTable) -> dict[str, int]:
    """Where each column is. :raises MatrixError: for columns that are missing, unknown or there twice"""
    keys = [column.key for column in found.columns]
    errors: dict[str, str] = {}
    places: dict[str, int] = {}
    for position, cell in enumerate(header):
        name = cell.strip()
        if not name or name in _SHOWN:
            continue
        if name not in keys and name not in _NAMES:
            errors[_cell(position, 1)] = f"there is no column '{name}'{did_you_mean(name, [*_NAMES, *keys])}"
        elif name in places:
            errors[_cell(position, 1)] = f"the column '{name}' is there twice"
        places[name] = position
    missing = [name for name in _NAMES if name not in places]
    if missing:
        errors.setdefault("A1", f"the column {' and '.join(missing)} is missing")
    if errors:
        raise MatrixError(errors)
    return places


def _cells(
    sheet: list[list[str]], columns: Mapping[str, int], found: OptionTable
) -> tuple[dict[str, str], dict[str, str]]:
    """The edited cells by name, and where each is. :raises MatrixError: with what is wrong"""
    rows = {(row.item_id, row.option_id): row for row in found.rows}
    cells: dict[str, str] = {}
    places: dict[str, str] = {}
    errors: dict[str, str] = {}
    seen: dict[tuple[str, str], int] = {}
    for number, line in enumerate(sheet[1:], start=2):
        if not any(cell.strip() for cell in line):
            continue
        key = (_at(line, columns["item"]), _at(line, columns["option"]))
        row = rows.get(key)
        if row is None:
            errors[_place_of(key, columns, number, found)] = _no_row(key, found)
        elif key in seen:
            errors[_cell(columns["option"], number)] = f"'{'/'.join(key)}' is in line {seen[key]} already"
        else:
            for name, place, typed, wrong in _edited(row, line, columns, number):
                if wrong:
                    errors[place] = wrong
                cells[name], places[name] = typed, place
        seen.setdefault(key, number)
    if errors:
        raise MatrixError(errors)
    return cells, places


def _edited(
    row: OptionRow, line: list[str], columns: Mapping[str, int], number: int
) -> Iterator[tuple[str, str, str, str]]:
    """The cells of a line that are not as they were: name, place, text, and what is wrong with where it stands."""
    for key, position in columns.items():
        if key in _NAMES:
            continue
        typed = _number(_at(line, position)) if key.startswith(("scores.", "points.")) else _at(line, position)
        if key not in row.cells:
            if typed:
                yield row.cell_name(key), _cell(position, number), typed, f"'{row.item_id}' is a scale: it has scores"
        elif typed != row.cells[key]:
            yield row.cell_name(key), _cell(position, number), typed, ""


def _no_row(key: tuple[str, str], found: OptionTable) -> str:
    items = list(dict.fromkeys(row.item_id for row in found.rows))
    if key[0] not in items:
        return f"there is no item '{key[0]}' with options{did_you_mean(key[0], items)}"
    options = [row.option_id for row in found.rows if row.item_id == key[0]]
    return f"'{key[0]}' has no option '{key[1]}'{did_you_mean(key[1], options)}"


def _place_of(key: tuple[str, str], columns: Mapping[str, int], number: int, found: OptionTable) -> str:
    known = any(row.item_id == key[0] for row in found.rows)
    return _cell(columns["option" if known else "item"], number)


def _at(line: list[str], position: int) -> str:
    """A cell as it was meant: without the apostrophe that keeps it from being run."""
    text = line[position].strip() if position < len(line) else ""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def _number(text: str) -> str:
    """A number with a decimal point, as it is written here: 1,5 is 1.5, 2.0 is 2, 0 is nothing."""
    if not _NUMBER.fullmatch(text):
        return text
    number = float(text.replace(",", "."))
    return f"{number:g}" if number else ""


def _cell(position: int, line: int) -> str:
    """The name that spreadsheets give a cell: ``B7``."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{line}"


def _changes(before: OptionTable, document: dict[str, Any], vocabulary: Vocabulary) -> Iterator[Change]:
    from service.catalog.loader import load_quiz

    after = {(row.item_id, row.option_id): row for row in table(load_quiz(document), vocabulary, full=True).rows}
    for row in before.rows:
        for key, text in row.cells.items():
            now = after[row.item_id, row.option_id].cells[key]
            if now != text:
                yield Change(row.item_id, row.option_id, key, text, now)
