"""Opening CSV files: plain or gzipped, of any newline and delimiter, with errors that say where and what to do."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from service.domain.errors import FirasaError

_DELIMITERS = ",;\t|"
_CELL_LIMIT = 1_000_000


class FileError(FirasaError):
    """The file cannot be read at all; the message says where and what to do."""


@contextmanager
def open_text(path: Path, encoding: str) -> Iterator[tuple[BinaryIO, TextIO]]:
    """The bytes of a file, for their position, and the text in it.

    :raises FileError: when there is no such file
    """
    csv.field_size_limit(_CELL_LIMIT)
    try:
        raw = path.open("rb")
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror}") from None
    with raw:
        start = raw.read(2)
        raw.seek(0)
        plain: BinaryIO = gzip.GzipFile(fileobj=raw) if start == b"\x1f\x8b" else raw  # type: ignore[assignment]
        chosen = "utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding
        if start in (b"\xff\xfe", b"\xfe\xff"):
            chosen = "utf-16"
        yield raw, io.TextIOWrapper(plain, encoding=chosen, newline="")


@contextmanager
def explained(name: str, encoding: str, line: Callable[[], int]) -> Iterator[None]:
    """Errors of reading as one sentence.

    :param line: the line that is being read
    :raises FileError: in their place
    """
    try:
        yield
    except UnicodeError:
        raise FileError(
            f"{name}, near line {line()}: this is not {encoding.upper()} text; save the file as CSV UTF-8,"
            " or say --encoding (Excel writes windows-1256 in Arabic, windows-1252 in the west)"
        ) from None
    except csv.Error as error:
        raise FileError(f"{name}, near line {line()}: {error}; is a quote never closed?") from None
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise FileError(f"{name}, near line {line()}: the compressed file ends early or is damaged") from None


def split_header(first: str) -> tuple[str, list[str]]:
    """The delimiter of a file, which is the one its first line has most of, and the cells of that line."""
    delimiter = max(_DELIMITERS, key=lambda one: len(next(csv.reader([first], delimiter=one), [])))
    return delimiter, [cell.strip() for cell in next(csv.reader([first], delimiter=delimiter), [])]


class CsvTable:
    """A file with one record in each row and the names of the columns in the first."""

    def __init__(self, path: Path, encoding: str = "utf-8", *, columns: Sequence[str] = ()) -> None:
        """Read the header.

        :param columns: names to use instead where the first row is a record already
        :raises FileError: when there is no such file, or no text in it
        """
        self.path = path
        self._encoding = encoding
        with open_text(path, encoding) as (_, stream), explained(path.name, encoding, lambda: 1):
            first = stream.readline()
        self._delimiter, self.header = split_header(first)
        self.headless = bool(columns)
        if columns:
            self.header = list(columns)

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row as cells by column, with the line it begins on; empty rows are passed over. A row that is too short
        lacks its last columns.

        :raises FileError: where the file cannot be read on
        """
        with open_text(self.path, self._encoding) as (_, stream):
            reader = csv.reader(stream, delimiter=self._delimiter)
            with explained(self.path.name, self._encoding, lambda: reader.line_num + 1):
                if not self.headless:
                    next(reader, None)
                line = reader.line_num + 1
                for row in reader:
                    if any(cell.strip() for cell in row):
                        yield line, {name: cell.strip() for name, cell in zip(self.header, row, strict=False)}
                    line = reader.line_num + 1
