"""Reading orders from CSV files: plain or gzipped, of any newline, row by row, so that memory stays flat."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO, TextIO

from service.domain.orders import OrderLine
from service.sources import values
from service.sources.columns import find_columns
from service.sources.drafts import Conflict, Draft, Said, joined
from service.sources.presets import BadCell, Preset, Reading
from service.sources.text_files import FileError, explained, open_text, split_header
from service.sources.values import BadValue

# A draft of more rows is handed on in parts: one runaway order must not fill the memory.
ROWS_PER_DRAFT = 1000

__all__ = ["BadRow", "FileError", "OrderFile"]


@dataclass(frozen=True)
class BadRow:
    """A row, or an order, that cannot be taken.

    :param line: line of the file where the row begins
    :param key: the order it belongs to, ``None`` when the row does not even tell that
    :param column: the column, empty when it is about the whole row or order
    """

    line: int
    key: str | None
    column: str
    value: str
    reason: str


class OrderFile:
    """One file of orders, understood by a preset."""

    def __init__(
        self, path: Path, preset: Preset, mapping: Mapping[str, str] | None = None, encoding: str = "utf-8"
    ) -> None:
        """Read the header and find the columns.

        :param mapping: columns by field, for what is not named as the preset expects
        :raises FileError: when there is no such file, or no text in it
        :raises ColumnsError: when a needed column is missing
        """
        self.path = path
        self.preset = preset
        self._encoding = encoding
        self._raw: BinaryIO | None = None
        with self._open() as stream, self._explained(lambda: 1):
            first = stream.readline()
        self._delimiter, self.header = split_header(first)
        self.size = path.stat().st_size
        columns = find_columns(self.header, preset, mapping or {})
        self.columns = columns
        self._order_cells = [(name, columns[name]) for name in preset.order_columns if name in columns]
        # The order's own id comes twice, so that there are two columns at least: of one, itemgetter gives no tuple.
        self._said = itemgetter(columns["order_id"], *(index for _, index in self._order_cells))
        self._line_cells = [(name, columns[name]) for name in preset.line_columns if name in columns]

    @property
    def position(self) -> int:
        """How many of the file's `size` bytes were read so far."""
        return self._raw.tell() if self._raw is not None and not self._raw.closed else 0

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The rows after the header, each with the line it begins on; empty rows are passed over.

        :raises FileError: where the file cannot be read on
        """
        with self._open() as stream:
            reader = csv.reader(stream, delimiter=self._delimiter)
            with self._explained(lambda: reader.line_num + 1):
                next(reader, None)
                line = reader.line_num + 1
                for row in reader:
                    if any(row):
                        yield line, row
                    line = reader.line_num + 1

    def first_value(self, name: str) -> str | None:
        """What the first row with anything in the column of a field has there."""
        index = self.columns.get(name)
        if index is None:
            return None
        cells = (row[index].strip() for _, row in self.rows() if index < len(row))
        return next(filter(None, cells), None)

    def drafts(self, reading: Reading, refuse: Callable[[BadRow], None]) -> Iterator[Draft]:
        """What the file says of each order, neighbouring rows of one order together.

        :param refuse: is told each row that cannot be read
        """
        run = _Run()
        for line, row in self.rows():
            try:
                key = self.key(row)
                self._check_width(row)
            except BadCell as error:
                refuse(self._bad(line, self._key_or_none(row), error))
                continue
            if key != run.key or len(run.lines) >= ROWS_PER_DRAFT:
                if run.key is not None:
                    yield run.draft()
                run = _Run(key, line)
            try:
                self._add(run, row, reading)
            except BadCell as error:
                refuse(self._bad(line, key, error))
            except Conflict as conflict:
                refuse(self.conflict(line, key, conflict))
        if run.key is not None:
            yield run.draft()

    def key(self, row: Sequence[str]) -> str:
        """The order a row belongs to.

        :raises BadCell: when it does not say
        """
        index = self.columns["order_id"]
        cell = row[index] if index < len(row) else ""
        try:
            key = values.shop_id(cell)
        except BadValue as error:
            raise BadCell("order_id", cell, error.reason) from None
        if key is None:
            raise BadCell("order_id", cell, "empty")
        return key

    def conflict(self, line: int, key: str, conflict: Conflict) -> BadRow:
        """Two rows of one order that say different things."""
        return BadRow(
            line, key, self._column(conflict.field), str(conflict), "differs from an earlier row of its order"
        )

    def write_rejects(self, to: Path, why: Callable[[int, str | None], str | None]) -> int:
        """Copy the rows that are refused, with the reason in a further column; how many these were.

        :param why: the reason for a row, given its line and order; ``None`` for rows that are taken
        """
        written = 0
        name = "reason" if "reason" not in self.header else "firasa_reason"
        with to.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow([*self.header, name])
            for line, row in self.rows():
                reason = why(line, self._key_or_none(row))
                if reason is not None:
                    padding = [""] * (len(self.header) - len(row))
                    writer.writerow([*row, *padding, reason])
                    written += 1
        return written

    def _add(self, run: _Run, row: list[str], reading: Reading) -> None:
        said = self._said(row)
        # Rows mostly repeat what the row before said about their order: that is read once.
        if said != run.cells:
            cells = {name: row[index] for name, index in self._order_cells}
            run.said = joined(run.said, self.preset.say(cells, reading))
            run.cells = said
        line = self.preset.line({name: row[index] for name, index in self._line_cells}, reading)
        if line is not None:
            run.lines.append(line)

    def _check_width(self, row: Sequence[str]) -> None:
        if len(row) != len(self.header):
            raise BadCell("", f"{len(row)} cells", "not as many cells as the header")

    def _key_or_none(self, row: Sequence[str]) -> str | None:
        try:
            return self.key(row)
        except BadCell:
            return None

    def _bad(self, line: int, key: str | None, error: BadCell) -> BadRow:
        return BadRow(line, key, self._column(error.field), error.value, error.reason)

    def _column(self, name: str) -> str:
        return self.header[self.columns[name]] if name in self.columns else name

    @contextmanager
    def _open(self) -> Iterator[TextIO]:
        with open_text(self.path, self._encoding) as (raw, stream):
            self._raw = raw
            yield stream

    def _explained(self, line: Callable[[], int]) -> AbstractContextManager[None]:
        return explained(self.path.name, self._encoding, line)


@dataclass
class _Run:
    """Neighbouring rows of one order while they are read."""

    key: str | None = None
    line: int = 0
    cells: tuple[str, ...] | None = None
    said: dict[str, Said] = field(default_factory=dict)
    lines: list[OrderLine] = field(default_factory=list)

    def draft(self) -> Draft:
        return Draft(self.key or "", self.line, self.said, tuple(self.lines))
