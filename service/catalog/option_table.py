"""A quiz as a table: one row per option (and per scored scale), with what choosing it is worth.

Cells are texts, as in a form or a spreadsheet. A cell is named ``<item>/<option>/<column>``; a scale has no option, so
its name has nothing there.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from service.catalog.fields import did_you_mean
from service.catalog.loader import load_quiz, quiz_document
from service.catalog.schema import POINT_LIMIT, SCORE_LIMIT
from service.catalog.vocabulary import Vocabulary
from service.domain.errors import FirasaError, InvalidInput
from service.domain.quiz import SCALES, Item, Quiz
from service.domain.tags import check as check_tag
from service.domain.text import Text

Kind = Literal["scores", "points", "votes", "includes", "excludes", "tags"]

_MARKS = str.maketrans({"−": "-", "–": "-", "٫": ".", "،": ",", "؛": ",", ";": ",", "：": ":"})


@dataclass(frozen=True)
class Column:
    """A column of the table.

    :param key: its part of a cell's name: ``scores.<trait>``, ``points.<outcome>``, ``votes``, ``excludes``, ``tags``
    :param name: for people: the trait's name or the outcome's title; empty for the last three
    """

    key: str
    kind: Kind
    name: Text = Text()


@dataclass(frozen=True)
class OptionRow:
    """A row: an option, or a scale (``option_id`` is empty).

    :param cells: text by column key; a column the row cannot have is left out
    """

    item_id: str
    option_id: str
    question: Text
    label: Text
    cells: Mapping[str, str]

    def cell_name(self, column: Column | str) -> str:
        """The name of one of its cells."""
        key = column if isinstance(column, str) else column.key
        return f"{self.item_id}/{self.option_id}/{key}"


@dataclass(frozen=True)
class OptionTable:
    """The whole table."""

    columns: tuple[Column, ...]
    rows: tuple[OptionRow, ...]


class TableError(FirasaError):
    """Edited cells cannot be taken; ``errors`` says why, by cell name."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__("\n".join(f"{cell}: {message}" for cell, message in self.errors.items()))


def table(quiz: Quiz, vocabulary: Vocabulary, *, full: bool = False) -> OptionTable:
    """The table of a quiz.

    :param full: with the products that options include, which a form does not edit
    """
    columns = _columns(quiz, vocabulary, full)
    rows = []
    for item in quiz.items:
        if item.type in SCALES or item.scores:
            rows.append(_row(item, None, columns))
        rows += [_row(item, position, columns) for position in range(len(item.options))]
    return OptionTable(columns, tuple(rows))


def apply(quiz: Quiz, cells: Mapping[str, str], vocabulary: Vocabulary) -> dict[str, Any]:
    """The quiz's document with edited cells; cells that are not named stay as they are.

    :raises TableError: with what is wrong, by cell
    """
    document = copy.deepcopy(quiz_document(quiz))
    known = {row.cell_name(key): (row, key) for row in table(quiz, vocabulary, full=True).rows for key in row.cells}
    errors: dict[str, str] = {}
    for name, typed in cells.items():
        if name not in known:
            errors[name] = "there is no such cell"
            continue
        row, key = known[name]
        try:
            _write(document, row, key, _read(quiz, key, str(typed)))
        except InvalidInput as error:
            errors[name] = str(error)
    if errors:
        raise TableError(errors)
    return quiz_document(load_quiz(document))


def _columns(quiz: Quiz, vocabulary: Vocabulary, full: bool) -> tuple[Column, ...]:
    columns = [Column(f"scores.{trait.id}", "scores", trait.name) for trait in vocabulary.traits]
    columns += [Column(f"points.{outcome.id}", "points", outcome.title) for outcome in quiz.outcomes]
    if quiz.products:
        columns.append(Column("votes", "votes"))
        columns += [Column("includes", "includes")] if full else []
    if quiz.outcomes or quiz.products:
        columns.append(Column("excludes", "excludes"))
    return (*columns, Column("tags", "tags"))


def _row(item: Item, position: int | None, columns: tuple[Column, ...]) -> OptionRow:
    if position is None:
        scores = {one.key: _number_text(item.scores.get(_of(one.key))) for one in columns if one.kind == "scores"}
        return OptionRow(item.id, "", item.text, Text(), scores)
    option = item.options[position]
    lists = {
        "votes": ", ".join(f"{product}: {votes}" for product, votes in option.votes.items()),
        "includes": ", ".join(option.includes),
        "excludes": ", ".join(option.excludes),
        "tags": ", ".join(option.tags),
    }
    cells = {}
    for one in columns:
        if one.kind == "scores":
            cells[one.key] = _number_text(option.scores.get(_of(one.key)))
        elif one.kind == "points":
            cells[one.key] = _number_text(option.points.get(_of(one.key)))
        else:
            cells[one.key] = lists[one.kind]
    return OptionRow(item.id, option.id, item.text, option.label, cells)


def _of(key: str) -> str:
    return key.partition(".")[2]


def _number_text(number: float | None) -> str:
    return "" if not number else f"{number:g}"


# reading cells -----------------------------------------------------------------------------------------------------


def _read(quiz: Quiz, key: str, typed: str) -> Any:
    """The value of a cell; nothing (0, an empty mapping or list) for an empty one."""
    text = typed.translate(_MARKS).strip()
    kind = key.partition(".")[0]
    if kind == "scores":
        return _number(text, float, SCORE_LIMIT) if text else 0
    if kind == "points":
        return _number(text, int, POINT_LIMIT) if text else 0
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if kind == "votes":
        return dict(_vote(quiz, part) for part in parts)
    if kind == "includes":
        return [_known(part, list(quiz.product_by_id), "product") for part in dict.fromkeys(parts)]
    if kind == "excludes":
        known = [*(one.id for one in quiz.outcomes), *quiz.product_by_id]
        return [_known(part, known, "outcome or product") for part in dict.fromkeys(parts)]
    return [check_tag(part) for part in dict.fromkeys(parts)]


def _number(text: str, kind: Callable[[str], float], limit: int) -> float:
    word = "a whole number" if kind is int else "a number"
    try:
        number = kind(text)
    except ValueError:
        raise InvalidInput(f"expected {word}, not {text!r}") from None
    if not abs(number) <= limit:  # also false for NaN
        raise InvalidInput(f"expected {word} from -{limit} to {limit}")
    return int(number) if number == int(number) else number


def _vote(quiz: Quiz, part: str) -> tuple[str, int]:
    product, colon, votes = (one.strip() for one in part.partition(":"))
    if not colon:
        raise InvalidInput(f"expected product: votes, for example {product}: 2")
    return _known(product, list(quiz.product_by_id), "product"), int(_number(votes, int, POINT_LIMIT))


def _known(name: str, known: list[str], noun: str) -> str:
    if name not in known:
        raise InvalidInput(f"there is no {noun} '{name}'{did_you_mean(name, known)}")
    return name


def _write(document: dict[str, Any], row: OptionRow, key: str, value: Any) -> None:
    item = next(one for one in document["items"] if one["id"] == row.item_id)
    target = item
    if row.option_id:
        options = item.setdefault("options", [])
        target = next((one for one in options if one["id"] == row.option_id), None) or {"id": row.option_id}
        if target not in options:
            options.append(target)
    kind, _, name = key.partition(".")
    if not name:
        target[kind] = value
        return
    weights = dict(target.get(kind) or {})
    weights[name] = value
    target[kind] = {one: weight for one, weight in weights.items() if weight}
