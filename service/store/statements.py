"""Looking at statements and their values before a database does."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Literal

from service.store.errors import InvalidValueError

Dialect = Literal["sqlite", "postgresql"]

_READING = re.compile(r"(?:\s|\(|--[^\n]*\n)*(?:SELECT|WITH|VALUES|EXPLAIN|PRAGMA)\b", re.IGNORECASE)
_CHANGING = re.compile(r"\b(?:INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\b", re.IGNORECASE)


@lru_cache(maxsize=1024)
def reads(sql: str) -> bool:
    """Whether a statement only reads."""
    return bool(_READING.match(sql)) and not _CHANGING.search(sql)


@lru_cache(maxsize=512)
def insert_sql(dialect: Dialect, table: str, columns: tuple[str, ...], rows: int, suffix: str) -> str:
    """One INSERT of many rows, with positional parameters as the database writes them."""
    names = ", ".join(f'"{column}"' for column in columns)
    width = len(columns)
    if dialect == "sqlite":
        values = ", ".join(["(" + ", ".join("?" * width) + ")"] * rows)
    else:
        values = ", ".join(
            "(" + ", ".join(f"${row * width + column + 1}" for column in range(width)) + ")" for row in range(rows)
        )
    return f'INSERT INTO "{table}" ({names}) VALUES {values} {suffix}'.rstrip()


def invalid(values: Iterable[Any]) -> Iterator[int]:
    """Where values are that the databases would treat differently: SQLite keeps a NUL, and makes NaN a NULL."""
    for position, value in enumerate(values):
        kind = type(value)
        if (kind is str and "\x00" in value) or (kind is float and value != value):
            yield position


def explained(name: str, value: str | float) -> InvalidValueError:
    """The error for a value that invalid() found, without the value itself."""
    fault = "contains a NUL character" if isinstance(value, str) else "is not a number (NaN)"
    return InvalidValueError(f"{name} {fault}, which cannot be kept")


def first_line(sql: str) -> str:
    """What of a statement fits into an error."""
    return sql.strip().splitlines()[0][:120] if sql.strip() else "(empty statement)"
