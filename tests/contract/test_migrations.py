"""The schema is made by the same files on both databases, once, whoever asks first."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.store import migrations
from service.store.database import Database, NotMigratedError, StoreError, open_database
from service.store.migrations import applied, migrate, names, pending, statements, unknown

SCRIPT = Path(__file__).with_name("database_processes.py")


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder of migrations for this test only."""
    folder = tmp_path / "sql"
    folder.mkdir()
    (folder / "0001_birds.sql").write_text("CREATE TABLE birds (id {id}, name TEXT NOT NULL) {strict};")
    monkeypatch.setattr(migrations, "FILES", folder)
    return folder


def test_everything_is_pending_until_migrated(unmigrated_url: str) -> None:
    db = open_database(unmigrated_url)
    assert pending(db) == names()
    assert applied(db) == []
    assert migrate(db) == names()
    assert migrate(db) == []
    assert pending(db) == unknown(db) == []
    assert applied(db) == names()
    db.close()


def test_several_processes_may_migrate_at_once(unmigrated_url: str) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, str(SCRIPT), "migrate_now", unmigrated_url],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(SCRIPT.parents[2])},
        )
        for _ in range(3)
    ]
    outputs = [process.communicate(timeout=60)[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert sorted(outputs) == [[], [], names()]


def test_a_later_migration_is_added_to_an_existing_database(files: Path, unmigrated_url: str) -> None:
    db = open_database(unmigrated_url)
    migrate(db)
    with db.write():
        db.insert_rows("birds", ("name",), [("owl",)])
    (files / "0002_song.sql").write_text("ALTER TABLE birds ADD COLUMN song TEXT; UPDATE birds SET song = 'hoo; hoo';")
    assert pending(db) == ["0002_song"]
    assert migrate(db) == ["0002_song"]
    assert db.query("SELECT name, song FROM birds") == [{"name": "owl", "song": "hoo; hoo"}]
    db.close()


def test_a_failing_migration_changes_nothing(files: Path, unmigrated_url: str) -> None:
    db = open_database(unmigrated_url)
    (files / "0002_wrong.sql").write_text("CREATE TABLE nests (id {id}) {strict}; INSERT INTO nowhere VALUES (1);")
    with pytest.raises(StoreError, match="nowhere"):
        migrate(db)
    assert pending(db) == ["0001_birds", "0002_wrong"]
    with pytest.raises(NotMigratedError):
        db.query("SELECT id FROM nests")
    (files / "0002_wrong.sql").write_text("CREATE TABLE nests (id {id}) {strict};")
    assert migrate(db) == ["0001_birds", "0002_wrong"]
    db.close()


def test_a_table_may_be_rebuilt_while_others_refer_to_it(files: Path, sqlite_url: str, tmp_path: Path) -> None:
    db = open_database(f"sqlite:///{tmp_path / 'birds.db'}")
    (files / "0002_nests.sql").write_text("CREATE TABLE nests (bird_id {int} REFERENCES birds (id)) {strict};")
    migrate(db)
    with db.write():
        db.insert_rows("birds", ("id", "name"), [(1, "owl")])
        db.insert_rows("nests", ("bird_id",), [(1,)])
    rebuild = """
        CREATE TABLE new_birds (id {id}, name TEXT NOT NULL DEFAULT '') {strict};
        INSERT INTO new_birds SELECT id, name FROM birds;
        DROP TABLE birds;
        ALTER TABLE new_birds RENAME TO birds;
    """
    (files / "0003_rebuild.sql").write_text(rebuild.replace("SELECT id,", "SELECT id + 1,"))
    with pytest.raises(StoreError, match="refer to nothing"):
        migrate(db)
    (files / "0003_rebuild.sql").write_text(rebuild)
    migrate(db)
    assert db.query("SELECT bird_id FROM nests") == [{"bird_id": 1}]
    db.close()


def test_migrations_of_a_newer_release_are_known_as_such(files: Path, unmigrated_url: str) -> None:
    (files / "0002_later.sql").write_text("CREATE TABLE later (id {id}) {strict};")
    db = open_database(unmigrated_url)
    migrate(db)
    (files / "0002_later.sql").unlink()
    assert unknown(db) == ["0002_later"]
    assert pending(db) == []
    assert migrate(db) == []
    db.close()


def test_statements_are_split_outside_texts_and_comments() -> None:
    text = """
        -- a comment; with 'a quote
        CREATE TABLE "odd;name" ( -- another; one
            id {id},
            name TEXT DEFAULT 'a;b -- c', /* and; this */
            size {real}
        ) {strict};

        INSERT INTO x VALUES ('it''s {id} TEXT; - /');
        ;
        CREATE INDEX i ON x (name)
    """
    sqlite = list(statements(text, "sqlite"))
    assert len(sqlite) == 3
    assert "id INTEGER PRIMARY KEY" in sqlite[0]
    assert sqlite[0].endswith(") STRICT")
    assert "'a;b -- c'" in sqlite[0]
    assert sqlite[1] == "INSERT INTO x VALUES ('it''s {id} TEXT; - /')"
    assert sqlite[2] == "CREATE INDEX i ON x (name)"
    postgres = list(statements(text, "postgresql"))
    assert "size DOUBLE PRECISION" in postgres[0]
    assert 'name TEXT COLLATE "C" DEFAULT' in postgres[0]
    assert postgres[0].endswith(")")


def test_an_unknown_placeholder_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\{bool\}.*\{strict\}"):
        list(statements("CREATE TABLE x (a {bool});", "sqlite"))


def test_both_databases_have_the_same_tables_and_columns(sqlite_db: Database, postgres_db: Database) -> None:
    on_sqlite = sqlite_db.query(
        """
        SELECT t.name AS "table", c.name AS "column"
        FROM sqlite_schema t JOIN pragma_table_info(t.name) c
        WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'
        """
    )
    on_postgres = postgres_db.query(
        'SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns'
        " WHERE table_schema = 'public'"
    )
    as_set = [{(row["table"], row["column"]) for row in rows} for rows in (on_sqlite, on_postgres)]
    assert as_set[0] == as_set[1]
    assert ("customers", "id") in as_set[0]
