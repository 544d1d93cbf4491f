"""Backups while the service runs, verified, and restoring them: a backup is an SQLite file with all tables.

A backup of either database can be restored into either one, which is also how a shop moves from SQLite to PostgreSQL.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from service.store import integrity, transfer
from service.store.database import Database
from service.store.errors import NotMigratedError, StoreError
from service.store.migrations import applied, migrate, pending, unknown
from service.store.sqlite import SqliteDatabase

if TYPE_CHECKING:
    from service.store.postgres import PostgresDatabase

_SEEDED = {"counters"}  # what a migration fills itself: these rows do not make a database used


@dataclass(frozen=True)
class Backup:
    """A backup that was verified: its file, its size in bytes, and how many rows each table has."""

    path: Path
    size: int
    counts: dict[str, int]

    @property
    def rows(self) -> int:
        return sum(self.counts.values())


def back_up(db: Database, path: Path, *, progress: transfer.Progress | None = None) -> Backup:
    """Write all data, as of one moment, to a new file; web and worker may go on.

    1. Copy into a temporary file beside the target, readable by this user only.
    2. Verify it: sound, references whole, every table with as many rows as the database had at that moment.
    3. Only then give it its name.

    :param progress: called with what is done and the total, in units of the database's choice
    :raises StoreError: when the file exists, the database has no schema yet, or the copy is not as it should be
    """
    if path.exists():
        raise StoreError(f"{path} exists already; a backup never overwrites a file")
    if pending(db):
        raise NotMigratedError(f"{db} has pending migrations: run `firasa db migrate` first")
    path.parent.mkdir(parents=True, exist_ok=True)
    with _temporary_beside(path) as temporary:
        with db.snapshot():
            expected = integrity.counts(db)
            if db.dialect == "sqlite":
                transfer.copy_pages(cast(SqliteDatabase, db), temporary, progress)
            else:
                transfer.copy_rows(db, temporary, expected, progress)
        found = verify(temporary)
        if found.counts != expected:
            raise StoreError(f"the backup differs from the database in {_difference(expected, found.counts)}")
        _keep(temporary, path)
    return Backup(path, path.stat().st_size, found.counts)


def verify(path: Path) -> Backup:
    """Read a whole backup and count it.

    :raises StoreError: when it is missing, no backup of ours, damaged, or made by a newer release
    """
    if not path.is_file():
        raise StoreError(f"there is no file {path}")
    db = SqliteDatabase(str(path))
    try:
        if not applied(db):
            raise StoreError(f"{path} is not a backup: it has no record of migrations")
        if unknown(db):
            raise StoreError(f"{path} was made by a newer release of Firasa ({', '.join(unknown(db))})")
        with db.snapshot():
            checks = [row["integrity_check"] for row in db.query("PRAGMA integrity_check")]
            if checks != ["ok"]:
                raise StoreError(f"{path} is damaged: {checks[0]}")
            broken = db.query("PRAGMA foreign_key_check")
            if broken:
                raise StoreError(f"{path} has {len(broken)} rows that refer to nothing, first in {broken[0]['table']}")
            counts = integrity.counts(db)
    finally:
        db.close()
    return Backup(path, path.stat().st_size, counts)


def restore(db: Database, path: Path, *, replace: bool = False, progress: transfer.Progress | None = None) -> Backup:
    """Put a backup in place of what the database holds, as one transaction.

    1. Verify the backup, and bring a copy of it to this release's schema when it is older.
    2. Refuse when the database holds data (unless `replace`), or when another process has it open.
    3. Replace everything, count it, and only then keep it.

    :raises StoreError: then the database is as it was
    """
    verify(path)
    with _migrated_copy(path) as copy:
        backup = verify(copy)
        if not replace:
            _refuse_used(db)
        if db.dialect == "sqlite":
            transfer.replace_pages(cast(SqliteDatabase, db), copy, progress)
        else:
            transfer.replace_rows(cast("PostgresDatabase", db), copy, backup.counts, progress)
    migrate(db)
    with db.snapshot():
        found = integrity.counts(db)
    if found != backup.counts:
        raise StoreError(f"the database differs from the backup in {_difference(backup.counts, found)}")
    return Backup(path, path.stat().st_size, found)


def _refuse_used(db: Database) -> None:
    if not applied(db):
        return
    used = {table: many for table, many in integrity.counts(db).items() if many and table not in _SEEDED}
    if used:
        table = max(used, key=lambda name: used[name])
        raise StoreError(
            f"{db} holds data already ({sum(used.values())} rows, most in {table}); --force replaces all of it"
        )


@contextmanager
def _temporary_beside(path: Path) -> Iterator[Path]:
    """A file that only this user may read, in the folder where it will be renamed; gone when it was not kept."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
    finally:
        for leftover in ("", "-journal", "-wal", "-shm", ".lock", ".next", ".later"):
            with suppress(FileNotFoundError):
                os.unlink(f"{temporary}{leftover}")


@contextmanager
def _migrated_copy(path: Path) -> Iterator[Path]:
    """The backup itself, or a migrated copy of it when it is of an older release: the backup is never changed."""
    db = SqliteDatabase(str(path))
    older = bool(pending(db))
    db.close()
    if not older:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="firasa-restore-") as folder:
        copy = SqliteDatabase(str(shutil.copy(path, Path(folder) / "backup.db")))
        try:
            migrate(copy)
        finally:
            copy.close()
        yield copy.path


def _keep(temporary: Path, path: Path) -> None:
    """Give the finished file its name, so that it survives a power loss whole or not at all."""
    with open(temporary, "rb") as file:
        os.fsync(file.fileno())
    os.rename(temporary, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _difference(expected: dict[str, int], found: dict[str, int]) -> str:
    names = sorted(table for table in expected.keys() | found.keys() if expected.get(table) != found.get(table))
    return ", ".join(
        f"{table} ({found.get(table, 'none')} instead of {expected.get(table, 'none')} rows)" for table in names
    )
