"""The PostgreSQL database: psycopg and its pool behind the same few methods, with the same SQL."""

import os
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import psycopg
from psycopg import RawCursor, RawServerCursor, conninfo, errors
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int8Dumper
from psycopg_pool import ConnectionPool, PoolTimeout

from service.store.database import Database, Mode, Params, Result
from service.store.errors import BusyError, ConstraintError, InvalidValueError, NotMigratedError, StoreError

CONNECT_SECONDS = 5
POOL_SECONDS = 10
POOL_SIZE = 16
LOCK_SECONDS = 30

# Inserts with more values than this are not worth a prepared statement: their length changes every time.
PREPARED_VALUES = 100

Connection = psycopg.Connection[tuple[Any, ...]]

_BEGIN: dict[Mode, str] = {
    "write": f"BEGIN; SET LOCAL lock_timeout = '{LOCK_SECONDS}s'",
    "snapshot": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}


class PostgresDatabase(Database):
    """A PostgreSQL database; the pool opens at the first statement and closes with close()."""

    dialect = "postgresql"

    def __init__(self, url: str) -> None:
        super().__init__()
        try:
            self._parts = conninfo.conninfo_to_dict(url)
        except psycopg.ProgrammingError:
            # Without the reason, which quotes parts of the password.
            raise ValueError(
                "cannot be read; postgresql://user:password@host:5432/name would be right, with special characters "
                "percent-encoded (@ as %40, a space as %20)"
            ) from None
        self._url = url
        self._pool: ConnectionPool[Connection] | None = None
        self._opening = threading.Lock()

    def __str__(self) -> str:
        return f"PostgreSQL database {self._parts.get('dbname', '')} on {self._parts.get('host', 'this machine')}"

    def close(self) -> None:
        with self._opening:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def _run(self, sql: str, values: Params | Sequence[Any]) -> Result:
        if isinstance(values, Mapping):
            sql, values = translate(sql), _ordered(sql, values)
        own: Connection | None = getattr(self._local, "connection", None)
        if own is not None:
            return _execute(own, sql, values)
        for _ in range(POOL_SIZE + 1):
            with self._borrowed() as connection:
                try:
                    return _execute(connection, sql, values)
                except StoreError as error:
                    # That the server was restarted shows only now; outside write() statements read and may be repeated.
                    if not connection.closed:
                        raise
                    lost = error
        raise lost

    def _pages(self, sql: str, values: Params, size: int) -> Iterator[Result]:
        try:
            with RawServerCursor(self._local.connection, "stream") as cursor:
                cursor.execute(translate(sql), _ordered(sql, values))
                names = tuple(column.name for column in cursor.description or ())
                while rows := cursor.fetchmany(size):
                    yield Result(names, rows, len(rows))
        except psycopg.Error as error:
            raise _translated(error, sql) from None

    @contextmanager
    def _held(self, mode: Mode, key: str | None) -> Iterator[None]:
        begin = _BEGIN[mode]
        if key is not None:
            # In the same round trip as BEGIN: the lock costs nothing extra.
            begin += f"; SELECT pg_advisory_xact_lock({lock_number(key)})"
        for _ in range(POOL_SIZE + 1):
            with self._borrowed() as connection:
                try:
                    _execute(connection, begin, ())
                except StoreError as error:
                    if not connection.closed:
                        _roll_back(connection)
                        raise
                    lost = error
                    continue
                self._local.connection = connection
                try:
                    yield
                finally:
                    self._local.connection = None
                return
        raise lost

    def _commit(self) -> None:
        _execute(self._local.connection, "COMMIT", ())

    def _rollback(self) -> None:
        _roll_back(self._local.connection)

    def _lock(self, keys: Sequence[str]) -> None:
        # One round trip for all; the functions of a SELECT are called from left to right.
        statement = "SELECT " + ", ".join(f"pg_advisory_xact_lock(${number})" for number in range(1, len(keys) + 1))
        self._note(statement)
        self._guarded(statement, [lock_number(key) for key in keys])

    @contextmanager
    def _borrowed(self) -> Iterator[Connection]:
        pool = self._pool or self._open_pool()
        try:
            connection = pool.getconn()
        except PoolTimeout:
            raise BusyError(f"no connection to PostgreSQL became free within {POOL_SECONDS} s") from None
        try:
            yield connection
        finally:
            pool.putconn(connection)

    def _open_pool(self) -> ConnectionPool[Connection]:
        with self._opening:
            if self._pool is None:
                try:
                    # The pool would try again in the background and hide the reason.
                    psycopg.connect(self._url, connect_timeout=CONNECT_SECONDS).close()
                except psycopg.Error as error:
                    raise StoreError(f"cannot connect to PostgreSQL: {_first_line(error)}") from None
                pool: ConnectionPool[Connection] = ConnectionPool(
                    self._url,
                    kwargs={
                        "autocommit": True,
                        "cursor_factory": RawCursor,
                        "connect_timeout": CONNECT_SECONDS,
                        "application_name": application_name(),
                    },
                    configure=_configure,
                    min_size=1,
                    max_size=POOL_SIZE,
                    timeout=POOL_SECONDS,
                    open=False,
                )
                pool.open()
                self._pool = pool
            return self._pool

    def _after_fork(self) -> None:
        self._pool = None
        self._opening = threading.Lock()


def application_name() -> str:
    """How this process calls itself towards the server, for whoever looks at pg_stat_activity."""
    return f"firasa {os.getpid()}"


@lru_cache(maxsize=2048)
def translate(sql: str) -> str:
    """Named parameters as PostgreSQL numbers them: `:name` becomes `$1`, the same number for the same name.

    Casts (`::`), texts, quoted names and comments are left alone.
    """
    numbers = {name: position for position, name in enumerate(_names(sql), 1)}
    return _TOKEN.sub(lambda match: f"${numbers[match['name']]}" if match["name"] else match[0], sql)


def lock_number(key: str) -> int:
    """The advisory lock of a key: the same 64-bit number in every process and release."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)


_TOKEN = re.compile(
    r"""
      '(?:[^']|'')*'       # a text
    | "(?:[^"]|"")*"        # a quoted name
    | --[^\n]*              # a comment to the end of the line
    | /\*.*?\*/             # a comment
    | ::                    # a cast
    | :(?P<name>[A-Za-z_]\w*)
    """,
    re.VERBOSE | re.DOTALL,
)


@lru_cache(maxsize=2048)
def _names(sql: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(match["name"] for match in _TOKEN.finditer(sql) if match["name"]))


def _ordered(sql: str, values: Params) -> list[Any]:
    try:
        return [values[name] for name in _names(sql)]
    except KeyError as error:
        raise StoreError(f"the statement needs a value for :{error.args[0]}") from None


def _execute(connection: Connection, sql: str, values: Sequence[Any]) -> Result:
    # Not prepared: what has no values (BEGIN and the lock are two statements at once), and long inserts, whose number
    # of rows changes every time.
    prepare = None if 0 < len(values) <= PREPARED_VALUES else False
    try:
        cursor = connection.execute(sql, values or None, prepare=prepare)
        rows = cursor.fetchall() if cursor.description else []
    except (psycopg.Error, UnicodeEncodeError) as error:
        raise _translated(error, sql) from None  # the cause would carry values, such as an email, into the log
    return Result(tuple(column.name for column in cursor.description or ()), rows, cursor.rowcount)


def _roll_back(connection: Connection) -> None:
    if not connection.closed and connection.info.transaction_status != TransactionStatus.IDLE:
        with suppress(psycopg.OperationalError):  # the server is gone, and the transaction with it
            connection.execute("ROLLBACK", prepare=False)


class _NumberLoader(Loader):
    """Sums of whole numbers come back whole, as from SQLite; averages as floats."""

    def load(self, data: Buffer) -> int | float:
        text = bytes(data)
        return int(text) if text.lstrip(b"-").isdigit() else float(text)


class _TruthLoader(Loader):
    """Comparisons come back as 1 and 0, as from SQLite."""

    def load(self, data: Buffer) -> int:
        return int(bytes(data) == b"t")


def _configure(connection: Connection) -> None:
    # Always 64 bits, as on SQLite: by default two small numbers would be added, and overflow, in 16.
    connection.adapters.register_dumper(int, Int8Dumper)
    connection.adapters.register_dumper(bool, Int8Dumper)
    connection.adapters.register_loader("numeric", _NumberLoader)
    connection.adapters.register_loader("bool", _TruthLoader)


def _translated(error: Exception, sql: str) -> StoreError:
    message = _first_line(error)
    translated: StoreError
    if isinstance(error, psycopg.IntegrityError):
        translated = ConstraintError(message)
    elif isinstance(error, (UnicodeEncodeError, psycopg.DataError)) or message.startswith("cannot adapt type"):
        translated = InvalidValueError(f"a value cannot be kept: {message}")
    elif isinstance(error, (errors.UndefinedTable, errors.UndefinedColumn)):
        translated = NotMigratedError(f"{message}: run `firasa db migrate`")
    elif isinstance(error, (errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure)):
        translated = BusyError(f"another transaction was in the way ({message})")
    else:
        translated = StoreError(message)
    translated.add_note(sql)
    return translated


def _first_line(error: Exception) -> str:
    primary = error.diag.message_primary if isinstance(error, psycopg.Error) else None
    return primary or (str(error).strip() or type(error).__name__).splitlines()[0]
