"""Moving all tables at once between a database and a file: by pages where both are SQLite, by rows otherwise."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from service.store import integrity
from service.store.database import Database
from service.store.errors import BusyError, StoreError
from service.store.migrations import migrate
from service.store.sqlite import SqliteDatabase

if TYPE_CHECKING:
    from service.store.postgres import PostgresDatabase

Progress = Callable[[int, int], None]

PATIENCE = 3.0  # seconds to wait for others to let go of the file
_PAGES = 4096


# SQLite: pages -------------------------------------------------------------------------------------------------------


def copy_pages(db: SqliteDatabase, target: Path, progress: Progress | None) -> None:
    """Copy inside the snapshot that the caller holds: the pages are those that were counted, whatever is written."""
    source = db._connection().conn
    copy = sqlite3.connect(target, isolation_level=None)
    try:
        source.backup(copy, pages=_PAGES, progress=_pages_done(progress))
        # One file, complete without a -wal beside it.
        copy.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise StoreError(f"cannot write {target.parent}: {error}") from error
    finally:
        copy.close()


def replace_pages(db: SqliteDatabase, path: Path, progress: Progress | None) -> None:
    """Overwrite the file's pages in one transaction, so that a kill leaves the old data.

    Never by renaming a file over it: a process with the old one open would go on writing to what no one sees.
    """
    db.close()
    db.make_folder()
    with db.exclusive(patience=PATIENCE):
        target = db.connect(create=True).conn
        source = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            target.execute(f"PRAGMA busy_timeout = {int(PATIENCE * 1000)}")
            # Leaving WAL succeeds only while nobody else has the file open; EXCLUSIVE keeps it so.
            target.execute("PRAGMA locking_mode = EXCLUSIVE")
            target.execute("PRAGMA journal_mode = DELETE")
            source.backup(target, pages=-1, progress=_pages_done(progress))
            target.execute("PRAGMA journal_mode = WAL")
        except sqlite3.Error as error:
            if "locked" in str(error):
                raise BusyError(f"another process has {db} open: stop web and worker first") from error
            raise StoreError(f"cannot restore into {db} ({error}): move that file away first") from error
        finally:
            source.close()
            target.close()


def _pages_done(progress: Progress | None) -> Callable[[int, int, int], None] | None:
    return (lambda status, left, total: progress(total - left, total)) if progress else None


# PostgreSQL: rows ----------------------------------------------------------------------------------------------------


def copy_rows(db: Database, target: Path, expected: dict[str, int], progress: Progress | None) -> None:
    copy = SqliteDatabase(str(target))
    migrate(copy)
    columns_of = {table: _columns(copy, table) for table in expected}
    connection = copy.connect().conn
    copy.close()  # the last to leave WAL must be alone
    try:
        connection.execute("PRAGMA foreign_keys = OFF")  # the tables come in any order; verify() checks at the end
        connection.execute("BEGIN")
        done, total = 0, sum(expected.values())
        for table in expected:
            connection.execute(f'DELETE FROM "{table}"')
            names = ", ".join(f'"{column}"' for column in columns_of[table])
            marks = ", ".join("?" * len(columns_of[table]))
            for row in db.stream(f'SELECT {names} FROM "{table}"'):
                connection.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', list(row.values()))
                done += 1
                if progress and done % 1000 == 0:
                    progress(done, total)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise StoreError(f"cannot write {target.parent}: {error}") from error
    finally:
        connection.close()


def replace_rows(db: "PostgresDatabase", path: Path, counts: dict[str, int], progress: Progress | None) -> None:
    migrate(db)
    source = SqliteDatabase(str(path))
    try:
        with source.snapshot(), db.write("restore"):
            _refuse_company(db)
            references = _drop_references(db)
            db.execute("TRUNCATE " + ", ".join(f'"{table}"' for table in integrity.tables(db)))
            done = 0
            for table in counts:
                for rows in _batches(source, table):
                    db.insert_rows(table, list(rows[0]), [list(row.values()) for row in rows])
                    done += len(rows)
                    if progress:
                        progress(done, sum(counts.values()))
            for statement in references:
                db.execute(statement)
            _set_identities(db)
    finally:
        source.close()


def _batches(source: Database, table: str, size: int = 1000) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in source.stream(f'SELECT * FROM "{table}"', size=size):
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _drop_references(db: Database) -> list[str]:
    """Drop the foreign keys, so that tables fill in any order; gives the statements that add and check them again."""
    found = db.query(
        """
        SELECT CAST(CAST(conrelid AS regclass) AS text) AS tab, conname AS name, pg_get_constraintdef(oid) AS rule
        FROM pg_constraint
        WHERE contype = 'f' AND connamespace = CAST(current_schema() AS regnamespace)
        """
    )
    for row in found:
        db.execute(f'ALTER TABLE {row["tab"]} DROP CONSTRAINT "{row["name"]}"')
    return [f'ALTER TABLE {row["tab"]} ADD CONSTRAINT "{row["name"]}" {row["rule"]}' for row in found]


def _set_identities(db: Database) -> None:
    """Let the keys of new rows follow the restored ones."""
    for row in db.query(
        """
        SELECT table_name AS tab, column_name AS col
        FROM information_schema.columns
        WHERE is_identity = 'YES' AND table_schema = current_schema()
        """
    ):
        db.query(
            f"""
            SELECT setval(pg_get_serial_sequence('"{row["tab"]}"', '{row["col"]}'),
                          COALESCE(MAX("{row["col"]}"), 0) + 1, false)
            FROM "{row["tab"]}"
            """
        )


def _refuse_company(db: "PostgresDatabase") -> None:
    from service.store.postgres import application_name

    others = db.query(
        """
        SELECT DISTINCT application_name AS name
        FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE 'firasa %' AND application_name <> :own
        """,
        {"own": application_name()},
    )
    if others:
        processes = ", ".join(row["name"].removeprefix("firasa ") for row in others)
        raise BusyError(f"another Firasa has {db} open (process {processes}): stop web and worker first")


def _columns(db: Database, table: str) -> list[str]:
    return [row["name"] for row in db.query(f'PRAGMA table_info("{table}")')]
