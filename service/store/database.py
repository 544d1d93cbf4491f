"""The database as the rest of the store sees it: named parameters, plain rows and one way to write, on either one."""

import os
import re
import threading
import time
import weakref
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal

from service.store.errors import BusyError, ConstraintError, InvalidValueError, NotMigratedError, StoreError
from service.store.statements import Dialect, explained, first_line, insert_sql, invalid, reads

__all__ = [
    "BusyError",
    "ConstraintError",
    "Database",
    "Dialect",
    "InvalidValueError",
    "NotMigratedError",
    "Params",
    "Row",
    "StoreError",
    "in_list",
    "open_database",
]

Row = dict[str, Any]
Params = Mapping[str, Any]
Mode = Literal["write", "snapshot"]

# Both databases take this many values in one statement in every build we accept.
BIND_LIMIT = 32_766
# Beyond this many rows a longer INSERT gains nothing (bench/store.py).
ROWS_PER_INSERT = 200


@dataclass(frozen=True)
class Result:
    """What one statement gave back."""

    names: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    rowcount: int

    def dicts(self) -> list[Row]:
        return [dict(zip(self.names, row, strict=True)) for row in self.rows]


@dataclass
class Transaction:
    """The transaction that a thread has open. `failed`: a statement failed, so it can only be rolled back."""

    mode: Mode
    failed: bool = False


@dataclass(frozen=True)
class Turn:
    """How long a transaction took, without the waiting before it, and whether others waited at its end (SQLite)."""

    seconds: float = 0.0
    others_waited: bool = False


class Database(ABC):
    """One database: safe to share between threads, opens nothing before its first use.

    Values outside write() are read in autocommit: each statement sees what was committed before it began.
    """

    dialect: Dialect
    can_wait: bool
    """Whether writes give way to those of other processes, as those of imports and of the worker do (SQLite)."""

    def __init__(self) -> None:
        self.can_wait = False
        self._local = threading.local()
        self._traces: list[list[str]] = []
        _follow_forks(self)

    # statements ----------------------------------------------------------------------------------------------------

    def query(self, sql: str, params: Params | None = None) -> list[Row]:
        """Run a statement that gives rows (SELECT, or anything with RETURNING).

        :param sql: with named parameters, `:name`
        :param params: a value for each name
        :raises StoreError: also when a statement other than a reading one is used outside write()
        """
        return self._checked(sql, params).dicts()

    def one(self, sql: str, params: Params | None = None) -> Row | None:
        """The first row of a statement, or None."""
        result = self._checked(sql, params)
        return dict(zip(result.names, result.rows[0], strict=True)) if result.rows else None

    def execute(self, sql: str, params: Params | None = None) -> int:
        """Run a statement that gives no rows; returns how many rows it changed. Only inside write()."""
        return self._checked(sql, params).rowcount

    def insert_rows(
        self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, suffix: str = ""
    ) -> None:
        """Insert many rows by as few statements as possible. Only inside write().

        :param suffix: what follows the values, such as "ON CONFLICT (id) DO NOTHING"
        """
        for _ in self._insert(table, columns, rows, suffix):
            pass

    def insert_returning(
        self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], returning: str = "id"
    ) -> list[Any]:
        """Insert many rows and give back one column of each, in the order of the rows. Only inside write()."""
        suffix = f'RETURNING "{returning}"'
        values = [row[0] for result in self._insert(table, columns, rows, suffix) for row in result.rows]
        if len(values) != len(rows):
            raise StoreError(f"{table} took {len(values)} of {len(rows)} rows")
        return values

    def stream(self, sql: str, params: Params | None = None, *, size: int = 1000) -> Iterator[Row]:
        """The rows of a SELECT too large for a list, `size` at a time. Only inside snapshot() or write()."""
        if self._transaction is None:
            raise StoreError("stream() needs an open snapshot() or write(): its rows belong to one moment")
        self._note(sql)
        for result in self._pages(sql, self._valid(params), size):
            yield from result.dicts()

    # transactions --------------------------------------------------------------------------------------------------

    @contextmanager
    def write(self, key: str | None = None) -> Iterator["Database"]:
        """One transaction that may write: all of it is kept, or nothing when the block raises.

        Writes of a SQLite database come one after the other. On PostgreSQL those with the same key do, so that a
        read-then-write inside it loses nothing; writes without a key must not depend on what they read.

        :param key: what this write is about, such as "customer:12"
        :raises StoreError: when the thread has a write() or snapshot() open already
        """
        with self._open("write", key):
            yield self

    @contextmanager
    def snapshot(self) -> Iterator["Database"]:
        """One transaction that only reads: all its statements see the same moment."""
        with self._open("snapshot", None):
            yield self

    @property
    def last_turn(self) -> Turn:
        """How this thread's last write() went."""
        return getattr(self._local, "turn", Turn())

    def lock(self, *keys: str) -> None:
        """Make the open write() also wait its turn for further keys, such as the customer found while answering.

        Take keys in the same order everywhere: response before customer, lower customer id before higher.
        """
        if self._mode() != "write":
            raise StoreError("lock() belongs inside write()")
        if keys:
            self._lock(keys)

    @contextmanager
    def trace(self, statements: list[str]) -> Iterator[None]:
        """Append every statement to a list, except those that open, lock and end transactions: for budgets in tests."""
        self._traces.append(statements)
        try:
            yield
        finally:
            # By identity: list.remove() would take out another trace that happens to be equal.
            self._traces = [trace for trace in self._traces if trace is not statements]

    @abstractmethod
    def close(self) -> None:
        """Close all connections of all threads; the next use opens new ones."""

    # what each database does its own way ---------------------------------------------------------------------------

    @abstractmethod
    def _run(self, sql: str, values: Params | Sequence[Any]) -> Result:
        """Run one statement; named parameters as a mapping, positional ones as written by _placeholder()."""

    @abstractmethod
    def _pages(self, sql: str, values: Params, size: int) -> Iterator[Result]:
        """Run one SELECT inside the open transaction and fetch `size` rows at a time."""

    @abstractmethod
    def _held(self, mode: Mode, key: str | None) -> AbstractContextManager[None]:
        """Wait for the turn, begin a transaction, and let go of all it needs afterwards."""

    @abstractmethod
    def _commit(self) -> None: ...

    @abstractmethod
    def _rollback(self) -> None: ...

    @abstractmethod
    def _lock(self, keys: Sequence[str]) -> None: ...

    def _others_wait(self) -> bool:
        """Whether another process waits for the open transaction to end."""
        return False

    @abstractmethod
    def _after_fork(self) -> None:
        """In a forked child: forget connections and locks without closing them, since they are the parent's."""

    # shared --------------------------------------------------------------------------------------------------------

    @property
    def _transaction(self) -> Transaction | None:
        return getattr(self._local, "transaction", None)

    def _mode(self) -> Mode | None:
        transaction = self._transaction
        return transaction.mode if transaction else None

    @contextmanager
    def _open(self, mode: Mode, key: str | None) -> Iterator[None]:
        if self._transaction is not None:
            raise StoreError(
                f"{mode}() inside {self._transaction.mode}(): this thread has a transaction open already; "
                "pass the open one down instead of opening another"
            )
        with self._held(mode, key):
            transaction = self._local.transaction = Transaction(mode)
            began = time.perf_counter()
            try:
                yield
                if transaction.failed:
                    raise StoreError("a statement failed inside this write and the error was caught: nothing was kept")
                self._commit()
            except BaseException:
                self._rollback()
                raise
            finally:
                self._local.transaction = None
                if mode == "write":
                    self._local.turn = Turn(time.perf_counter() - began, self._others_wait())

    def _checked(self, sql: str, params: Params | None) -> Result:
        if not reads(sql) and self._mode() != "write":
            raise StoreError(f"only write() may change the database: {first_line(sql)}")
        self._note(sql)
        return self._guarded(sql, self._valid(params))

    def _guarded(self, sql: str, values: Params | Sequence[Any]) -> Result:
        """Run a statement; after an error the open transaction is lost, as on PostgreSQL, whichever database it is."""
        transaction = self._transaction
        if transaction is None:
            return self._run(sql, values)
        if transaction.failed:
            raise StoreError("an earlier statement of this write failed: leave the block")
        try:
            return self._run(sql, values)
        except BaseException:
            transaction.failed = True
            raise

    def _insert(
        self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], suffix: str
    ) -> Iterator[Result]:
        if self._mode() != "write":
            raise StoreError(f"only write() may change the database: INSERT INTO {table}")
        names = tuple(columns)
        step = max(1, min(ROWS_PER_INSERT, BIND_LIMIT // len(names)))
        for start in range(0, len(rows), step):
            part = rows[start : start + step]
            values = list(chain.from_iterable(part))
            if len(values) != len(part) * len(names):
                raise ValueError(f"every row of {table} needs {len(names)} values: {', '.join(names)}")
            for position in invalid(values):
                raise explained(names[position % len(names)], values[position])
            sql = insert_sql(self.dialect, table, names, len(part), suffix)
            self._note(sql)
            yield self._guarded(sql, values)

    def _valid(self, params: Params | None) -> Params:
        if params is None:
            return {}
        for position in invalid(params.values()):
            name = list(params)[position]
            raise explained(f":{name}", params[name])
        return params

    def _note(self, sql: str) -> None:
        if self._traces and not sql.lstrip().upper().startswith("PRAGMA"):
            for trace in self._traces:
                trace.append(sql)


def open_database(url: str) -> Database:
    """A database by its URL; nothing is opened yet.

    :param url: sqlite:///relative.db, sqlite:////absolute.db or postgresql://user:password@host/name
    :raises ValueError: when the URL is not one of these; the message goes on after "DATABASE_URL: "
    """
    scheme, separator, rest = url.partition("://")
    if separator and scheme == "sqlite":
        from service.store.sqlite import SqliteDatabase

        return SqliteDatabase(_sqlite_path(rest))
    if separator and scheme in ("postgresql", "postgres"):
        from service.store.postgres import PostgresDatabase

        return PostgresDatabase(url)
    raise ValueError(
        "must be sqlite:///relative.db, sqlite:////absolute.db or postgresql://user:password@host/name,"
        f" not {_safe(url)!r}"
    )


def in_list(name: str, values: Sequence[Any]) -> tuple[str, dict[str, Any]]:
    """The fragment and the parameters for `x IN …`. Without values nothing matches; not for NOT IN.

    >>> in_list("id", [4, 5])
    ('(:id0, :id1)', {'id0': 4, 'id1': 5})
    """
    if not values:
        return "(NULL)", {}
    if len(values) > BIND_LIMIT // 2:
        raise ValueError(f"{len(values)} values for one IN; ask for at most {BIND_LIMIT // 2} at a time")
    params = {f"{name}{position}": value for position, value in enumerate(values)}
    return "(" + ", ".join(f":{parameter}" for parameter in params) + ")", params


def _sqlite_path(rest: str) -> str:
    if not rest.startswith("/"):
        raise ValueError(f"lacks a slash: sqlite://{rest} should be sqlite:///{rest or 'firasa.db'}")
    path = rest[1:]
    if not path or path.endswith("/"):
        raise ValueError(f"names no file: sqlite:///{path} should be like sqlite:///{path}firasa.db")
    if path == ":memory:":
        raise ValueError("cannot be in memory, since web and worker share one file: sqlite:///firasa.db would be right")
    if "?" in path:
        raise ValueError(f"cannot have options: sqlite:///{path} should be sqlite:///{path.partition('?')[0]}")
    return path


def _safe(url: str) -> str:
    """An address without what may be a password."""
    return re.sub(r"(://[^:/@]*):.*@", r"\1:…@", url)


# What a forked child must not close by forgetting it, and the databases it must make usable again.
_of_the_parent: list[Any] = []
_databases: "weakref.WeakSet[Database]" = weakref.WeakSet()


def _follow_forks(database: Database) -> None:
    if not _of_the_parent:
        _of_the_parent.append(os.getpid())
        os.register_at_fork(after_in_child=_start_anew)
    _databases.add(database)


def _start_anew() -> None:
    for database in list(_databases):
        _of_the_parent.append(dict(database.__dict__))
        database._local = threading.local()
        database._after_fork()
