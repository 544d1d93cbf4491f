"""What each answer of a quiz is worth, as a table to read and to edit, and what a draft changes in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.catalog import option_table as tables
from service.catalog.loader import quiz_document
from service.catalog.option_table import OptionRow
from service.domain.quiz import Item, Quiz
from service.operations.quizzes import OptionTable, option_table
from service.web.i18n import _, reader

PREFIX = "cell:"
"""What the names of cells begin with in a form."""


@dataclass(frozen=True)
class Column:
    """A column of the table in the reader's words; ``group`` is the heading above it."""

    key: str
    name: str
    group: str
    is_number: bool


@dataclass(frozen=True)
class Cell:
    """One cell: its name in the form, what it says now, and what is wrong with it.

    :param chips: what it says as separate words for reading: (words, whether it speaks against something)
    """

    column: Column
    name: str
    text: str
    error: str = ""
    chips: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True)
class Row:
    """An option (or a scale) with its cells."""

    label: str
    cells: tuple[Cell, ...]

    def under(self, group: str) -> list[Cell]:
        """The cells of a heading that say something."""
        return [cell for cell in self.cells if cell.column.group == group and cell.text]


@dataclass(frozen=True)
class Block:
    """A question with its table.

    :param columns: every column it may have
    """

    item: Item
    text: str
    decides: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    editing: bool

    @property
    def kinds(self) -> list[str]:
        """Headings with something under them, for reading: several columns share one."""
        used = {cell.column.group for row in self.rows for cell in row.cells if cell.text}
        return [group for group, _span in self.groups if group in used]

    @property
    def groups(self) -> list[tuple[str, int]]:
        """Headings above the columns and how many columns each spans."""
        spans: list[tuple[str, int]] = []
        for column in self.columns:
            if spans and spans[-1][0] == column.group:
                spans[-1] = (column.group, spans[-1][1] + 1)
            else:
                spans.append((column.group, 1))
        return spans


@dataclass(frozen=True)
class Change:
    """A cell that differs between the published version and the draft."""

    question: str
    option: str
    column: str
    before: str
    after: str


def block(
    quiz: Quiz, item: Item, table: OptionTable, editing: bool, typed: Mapping[str, str], errors: Mapping[str, str]
) -> Block:
    """The table of one question.

    :param typed: what was typed into cells and not taken, by cell name
    :param errors: what is wrong with cells, by cell name
    """
    rows = [row for row in table.rows if row.item_id == item.id]
    columns = tuple(_column(one) for one in table.columns if any(one.key in row.cells for row in rows))

    def cell(row: OptionRow, column: Column) -> Cell:
        name = row.cell_name(column.key)
        return Cell(
            column=column,
            name=PREFIX + name,
            text=typed.get(name, row.cells[column.key]),
            error=_cell_error(column, errors.get(name, "")),
            chips=_chips(quiz, column, row.cells[column.key]),
        )

    return Block(
        item=item,
        text=item.text.get(reader().lang),
        decides=item.decides.get(reader().lang),
        columns=columns,
        rows=tuple(
            Row(_label(row), tuple(cell(row, column) for column in columns if column.key in row.cells)) for row in rows
        ),
        editing=editing,
    )


def changes(published: Quiz, draft: Quiz) -> list[Change]:
    """What the draft changes in the table; other differences are not shown here."""
    old, new = (option_table(quiz_document(one)) for one in (published, draft))
    before = {row.cell_name(key): text for row in old.rows for key, text in row.cells.items()}
    names = {one.key: _column(one) for one in new.columns}
    return [
        Change(
            question=row.question.get(reader().lang),
            option=_label(row) if row.option_id else "",
            column=names[key].name,
            before=before.get(row.cell_name(key), ""),
            after=text,
        )
        for row in new.rows
        for key, text in row.cells.items()
        if text != before.get(row.cell_name(key), "")
    ]


def _label(row: OptionRow) -> str:
    if not row.option_id:
        return _("the whole scale")
    return row.label.get(reader().lang) or {"yes": _("Yes"), "no": _("No")}.get(row.option_id, row.option_id)


def _column(column: tables.Column) -> Column:
    groups = {
        "scores": _("Traits"),
        "points": _("Results"),
        "votes": _("Products"),
        "excludes": _("Products"),
        "tags": _("Email tool"),
    }
    names = {"votes": _("Votes"), "excludes": _("Rules out"), "tags": _("Tags")}
    name = names.get(column.kind) or column.name.get(reader().lang)
    return Column(column.key, name, groups[column.kind], column.kind in ("scores", "points"))


def _chips(quiz: Quiz, column: Column, text: str) -> tuple[tuple[str, bool], ...]:
    """A cell for reading: names instead of ids, signs instead of bare numbers."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if column.is_number:
        return tuple((f"{column.name} {_signed(part)}", part.startswith("-")) for part in parts)
    if column.key == "excludes":
        return tuple((_("not %(name)s", name=_named(quiz, part)), True) for part in parts)
    if column.key == "votes":
        pairs = [part.partition(":") for part in parts]
        return tuple((f"{_named(quiz, one.strip())} {_signed(votes.strip())}", False) for one, _colon, votes in pairs)
    return tuple((part, False) for part in parts)


def _signed(amount: str) -> str:
    """A number with its sign, kept in one piece in both directions of reading."""
    sign = "−" if amount.startswith("-") else "+"
    return f"\N{LEFT-TO-RIGHT ISOLATE}{sign}{amount.lstrip('-')}\N{POP DIRECTIONAL ISOLATE}"


def _named(quiz: Quiz, name: str) -> str:
    """The name of a product or a result of a quiz."""
    product = quiz.product_by_id.get(name)
    if product is not None:
        return product.name.get(reader().lang)
    return next((one.title.get(reader().lang) for one in quiz.outcomes if one.id == name), name)


def _cell_error(column: Column, error: str) -> str:
    if not error:
        return ""
    if column.is_number:
        return _("A number is needed here, such as 1 or −0.5.")
    if column.key == "votes":
        return _("Write product: votes, such as rose-serum: 2, with products of this quiz.")
    if column.key == "excludes":
        return _("Only results and products of this quiz, separated by commas.")
    return _("Tags are small Latin letters, digits and single hyphens, separated by commas.")
