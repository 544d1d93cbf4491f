"""Backups are complete, verified and restorable into either database, and nothing is overwritten by accident."""

import os
import shutil
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from service.store import integrity, migrations
from service.store.backup import back_up, restore, verify
from service.store.database import BusyError, Database, StoreError, open_database
from service.store.migrations import migrate

SETTING = ("name", "value", "changed_at")


def fill(db: Database, customers: int = 30) -> None:
    """A few rows that refer to each other, one of them to a later row, with every type of value."""
    with db.write():
        keys = db.insert_returning(
            "customers", ("first_name", "created_at"), [("سارة 🌹", n) for n in range(customers)]
        )
        db.execute("UPDATE customers SET merged_into = :last WHERE id = :first", {"first": keys[0], "last": keys[-1]})
        db.insert_rows(
            "facts",
            ("customer_id", "name", "text", "number", "instant", "since_at"),
            [(key, "f", None, 0.1 + key, 2**53 + key, 1) for key in keys],
        )
        db.execute("UPDATE counters SET value = 7 WHERE name = 'definitions'")


def contents(db: Database) -> dict[str, list[dict[str, object]]]:
    return {
        table: sorted(db.query(f'SELECT * FROM "{table}"'), key=lambda row: str(row)) for table in integrity.tables(db)
    }


@pytest.fixture
def other_db(unmigrated_url: str) -> Iterator[Database]:
    """A second database, on SQLite and on PostgreSQL, not migrated."""
    database = open_database(unmigrated_url)
    yield database
    database.close()


def test_a_backup_of_either_database_is_restored_into_either(db: Database, other_db: Database, tmp_path: Path) -> None:
    fill(db)
    made = back_up(db, tmp_path / "shop.backup")
    assert made.counts["customers"] == 30
    assert made.counts["counters"] == 2
    restored = restore(other_db, made.path)
    assert restored.counts == made.counts
    assert contents(other_db) == contents(db)
    assert integrity.problems(other_db) == []
    with other_db.write():
        assert other_db.insert_returning("customers", ("created_at",), [(1,)]) == [31]


def test_a_backup_is_one_private_file_and_never_overwrites(db: Database, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    made = back_up(db, folder / "shop.backup")
    assert os.listdir(folder) == ["shop.backup"]
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    with pytest.raises(StoreError, match="never overwrites"):
        back_up(db, made.path)


def test_a_backup_is_of_one_moment_while_others_write(db: Database, tmp_path: Path) -> None:
    fill(db, 2000)
    stop = threading.Event()

    def keep_adding() -> None:
        while not stop.is_set():
            with db.write():
                key = db.insert_returning("customers", ("created_at",), [(1,)])[0]
                db.insert_rows("facts", ("customer_id", "name", "since_at"), [(key, "f", 1)])

    thread = threading.Thread(target=keep_adding)
    thread.start()
    try:
        counts = [back_up(db, tmp_path / f"{number}.backup").counts for number in range(3)]
    finally:
        stop.set()
        thread.join()
    for count in counts:
        assert count["customers"] == count["facts"] >= 2000


def test_a_damaged_or_foreign_file_is_not_restored(db: Database, tmp_path: Path) -> None:
    fill(db, 500)
    made = back_up(db, tmp_path / "shop.backup")
    before = contents(db)
    damaged = tmp_path / "damaged.backup"
    data = bytearray(made.path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 4096] = b"\xff" * 4096
    damaged.write_bytes(data)
    foreign = tmp_path / "foreign.db"
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE customers (id INTEGER)")
    text = tmp_path / "text.backup"
    text.write_text("not a database " * 100)
    for path in (damaged, foreign, text, tmp_path / "missing"):
        with pytest.raises(StoreError):
            restore(db, path, replace=True)
    assert contents(db) == before


def test_rows_that_refer_to_nothing_are_found(sqlite_db: Database, tmp_path: Path) -> None:
    fill(sqlite_db)
    made = back_up(sqlite_db, tmp_path / "shop.backup")
    with closing(sqlite3.connect(made.path)) as connection:
        connection.execute("DELETE FROM customers WHERE id = 30")
        connection.commit()
    with pytest.raises(StoreError, match="refer to nothing"):
        verify(made.path)


def test_a_backup_of_a_newer_release_is_refused(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = back_up(db, tmp_path / "shop.backup")
    empty = tmp_path / "sql"
    empty.mkdir()
    monkeypatch.setattr(migrations, "FILES", empty)
    with pytest.raises(StoreError, match="newer release"):
        verify(made.path)


def test_a_backup_of_an_older_release_is_migrated_on_the_way_and_stays_as_it_was(
    db: Database, other_db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(db)
    made = back_up(db, tmp_path / "shop.backup")
    data = made.path.read_bytes()
    newer = tmp_path / "sql"
    shutil.copytree(migrations.FILES, newer)
    (newer / "9999_mood.sql").write_text("ALTER TABLE customers ADD COLUMN mood TEXT;")
    monkeypatch.setattr(migrations, "FILES", newer)
    restore(other_db, made.path)
    assert other_db.one("SELECT mood FROM customers WHERE id = 1") == {"mood": None}
    assert made.path.read_bytes() == data


def test_restoring_over_data_needs_force_and_then_replaces_all_of_it(db: Database, tmp_path: Path) -> None:
    fill(db)
    before = contents(db)
    made = back_up(db, tmp_path / "shop.backup")
    with db.write():
        db.insert_rows("settings", SETTING, [("new", "x", 1)])
        db.execute("DELETE FROM facts")
    with pytest.raises(StoreError, match="--force"):
        restore(db, made.path)
    restore(db, made.path, replace=True)
    assert contents(db) == before
    assert integrity.problems(db) == []


def test_restoring_is_refused_while_another_process_has_the_database_open(
    db: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = back_up(db, tmp_path / "shop.backup")
    fill(db)
    before = contents(db)
    monkeypatch.setattr("service.store.transfer.PATIENCE", 0.2)
    with monkeypatch.context() as patch:
        # A second connection that calls itself another process, as PostgreSQL knows them by name.
        patch.setattr("service.store.postgres.application_name", lambda: "firasa 1")
        other = open_database(database_url)
        other.query("SELECT 1 AS one FROM counters")
    with pytest.raises(BusyError, match="stop web and worker"):
        restore(db, made.path, replace=True)
    assert contents(db) == before
    other.close()
    restore(db, made.path, replace=True)
    assert contents(db) != before


def test_a_writer_that_does_not_finish_is_named_too(
    sqlite_db: Database, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = back_up(sqlite_db, tmp_path / "shop.backup")
    monkeypatch.setattr("service.store.transfer.PATIENCE", 0.2)
    other = open_database(sqlite_url)
    with other.write(), pytest.raises(BusyError, match="writing"):
        restore(sqlite_db, made.path, replace=True)
    other.close()


def test_a_backup_needs_a_schema(other_db: Database, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="firasa db migrate"):
        back_up(other_db, tmp_path / "shop.backup")
    assert not (tmp_path / "shop.backup").exists()


def test_a_sound_database_has_no_problems_and_an_unmigrated_one_says_what_to_do(
    db: Database, other_db: Database
) -> None:
    fill(db)
    assert integrity.problems(db) == []
    assert "firasa db migrate" in integrity.problems(other_db)[0]


def test_rows_without_their_parent_and_the_wrong_journal_are_problems(sqlite_db: Database, sqlite_url: str) -> None:
    fill(sqlite_db)
    sqlite_db.close()
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection:
        connection.execute("DELETE FROM customers WHERE id = 30")
        connection.commit()
        connection.execute("PRAGMA journal_mode = DELETE")
    problems = integrity.problems(sqlite_db)
    assert sum("refers to a row of customers that is not there" in problem for problem in problems) == 2
    assert any("journal mode is delete" in problem for problem in problems)
    migrate(sqlite_db)
    assert not any("journal mode" in problem for problem in integrity.problems(sqlite_db))
