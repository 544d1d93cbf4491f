"""The SQLite database: a connection per thread, and writers that take turns across threads and processes."""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from service.store.database import Database, Mode, Params, Result
from service.store.errors import BusyError, ConstraintError, InvalidValueError, NotMigratedError, StoreError
from service.store.turns import WriterTurns

if TYPE_CHECKING:
    import sqlite_utils

BUSY_SECONDS = 10
# 16 MB. Everybody waits for a checkpoint, and it takes hardly longer after four times as many pages (SQLite's own
# default is 1000), because most of them are the same ones.
PAGES_BETWEEN_CHECKPOINTS = 4000
# At most, and only where that much is read. What does not fit is sorted in files: with SQLite's own 2 MB a count over a
# million customers wrote gigabytes.
CACHE_KILOBYTES = 32_000
OLDEST_SQLITE = (3, 37, 0)  # STRICT tables; RETURNING is older


class SqliteDatabase(Database):
    """A SQLite file in WAL mode (which `firasa db migrate` sets), shared by web, worker and command line."""

    dialect = "sqlite"

    def __init__(self, path: str) -> None:
        super().__init__()
        # Absolute now: a later chdir() must not lead to another file.
        self.path = Path("/" + os.path.abspath(path).lstrip("/"))
        self._turns = WriterTurns(self.path)
        self._connections: list[tuple[threading.Thread, sqlite_utils.Database]] = []
        self._connecting = threading.Lock()

    def __str__(self) -> str:
        return str(self.path)

    def close(self) -> None:
        with self._connecting:
            connections, self._connections = self._connections, []
            self._local = threading.local()
        for _, connection in connections:
            connection.close()
        self._turns.close()

    def make_folder(self) -> None:
        """Make the folder that the file will be in."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"cannot make the folder {self.path.parent}: {error.strerror}") from error

    def connect(self, *, create: bool = False) -> "sqlite_utils.Database":
        """A new connection of its own, for the caller to close.

        :param create: make the file if it is missing
        :raises NotMigratedError: when there is no file
        """
        import sqlite_utils

        if sqlite3.sqlite_version_info < OLDEST_SQLITE:
            raise StoreError(f"Python here has SQLite {sqlite3.sqlite_version}; Firasa needs 3.37 or newer")
        try:
            plain = sqlite3.connect(
                f"file:{quote(str(self.path))}?mode={'rwc' if create else 'rw'}",
                uri=True,
                timeout=BUSY_SECONDS,
                # None: the driver opens no transactions of its own, so a RETURNING leaves none open either.
                isolation_level=None,
                # Closed by close() from another thread; used by one thread only.
                check_same_thread=False,
                cached_statements=512,
            )
        except sqlite3.OperationalError as error:
            if not self.path.exists():
                raise NotMigratedError(f"there is no database at {self.path}: run `firasa db migrate`") from error
            raise StoreError(f"cannot open {self.path}: {error}") from error
        try:
            plain.execute("PRAGMA synchronous = FULL")
            plain.execute(f"PRAGMA wal_autocheckpoint = {PAGES_BETWEEN_CHECKPOINTS}")
            plain.execute(f"PRAGMA cache_size = -{CACHE_KILOBYTES}")
            plain.execute("PRAGMA foreign_keys = ON")
            return sqlite_utils.Database(plain, recursive_triggers=False, execute_plugins=False)
        except sqlite3.Error as error:
            plain.close()
            raise StoreError(f"cannot open {self.path}: {error}") from error

    @contextmanager
    def exclusive(self, *, patience: float | None = None) -> Iterator[None]:
        """Keep every other writer out, without opening a transaction.

        :param patience: seconds to wait for the turn; for ever unless given
        :raises BusyError: when the turn did not come
        """
        with self._turns.turn(patience):
            yield

    def _connection(self) -> "sqlite_utils.Database":
        connection: sqlite_utils.Database | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self.connect()
            with self._connecting:
                self._close_abandoned()
                self._connections.append((threading.current_thread(), connection))
        return connection

    def _close_abandoned(self) -> None:
        """Close what ended threads left open, so that a server that replaces its threads does not run out of files."""
        for thread, connection in self._connections:
            if not thread.is_alive():
                connection.close()
        self._connections = [(thread, connection) for thread, connection in self._connections if thread.is_alive()]

    def _run(self, sql: str, values: Params | Sequence[Any]) -> Result:
        connection = self._connection()
        try:
            cursor = connection.execute(sql, values)  # type: ignore[arg-type]
            rows = cursor.fetchall() if cursor.description else []
        except (sqlite3.Error, UnicodeEncodeError, OverflowError) as error:
            raise _translated(error, sql) from error
        return Result(tuple(column[0] for column in cursor.description or ()), rows, cursor.rowcount)

    def _pages(self, sql: str, values: Params, size: int) -> Iterator[Result]:
        try:
            cursor = self._connection().execute(sql, values)  # type: ignore[arg-type]
            names = tuple(column[0] for column in cursor.description)
            while rows := cursor.fetchmany(size):
                yield Result(names, rows, len(rows))
        except sqlite3.Error as error:
            raise _translated(error, sql) from error

    @contextmanager
    def _held(self, mode: Mode, key: str | None) -> Iterator[None]:
        self._connection()  # first: a missing database is said without leaving a lock file behind
        if mode == "snapshot":
            self._run("BEGIN", ())
            yield
            return
        with self._turns.later_turn() if self.can_wait else self._turns.turn():
            # A deferred transaction that reads, then writes, fails at once when another process wrote in between.
            self._run("BEGIN IMMEDIATE", ())
            yield

    def _others_wait(self) -> bool:
        return self.can_wait and self._turns.others_wait()

    def _commit(self) -> None:
        self._run("COMMIT", ())

    def _rollback(self) -> None:
        with suppress(sqlite3.ProgrammingError):  # closed meanwhile: rolled back by that
            self._connection().rollback()

    def _lock(self, keys: Sequence[str]) -> None:
        """Nothing to do: the whole database has one writer at a time."""

    def _after_fork(self) -> None:
        self._connections = []
        self._connecting = threading.Lock()
        self._turns.after_fork()


def _translated(error: Exception, sql: str) -> StoreError:
    message = str(error)
    translated: StoreError
    if isinstance(error, sqlite3.IntegrityError):
        translated = ConstraintError(message)
    elif isinstance(error, (UnicodeEncodeError, OverflowError)) or "type" in message and "not supported" in message:
        translated = InvalidValueError(f"a value cannot be kept: {message}")
    elif "no such table" in message or "no such column" in message:
        translated = NotMigratedError(f"{message}: run `firasa db migrate`")
    elif "locked" in message or "busy" in message:
        translated = BusyError(f"another program kept the database for over {BUSY_SECONDS} s ({message})")
    else:
        translated = StoreError(message)
    translated.add_note(sql)
    return translated
