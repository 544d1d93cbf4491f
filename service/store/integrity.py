"""What is in a database and whether it is sound, apart from what it means."""

from typing import cast

from service.store.database import Database
from service.store.errors import NotMigratedError
from service.store.migrations import TABLE, pending, unknown


def tables(db: Database) -> list[str]:
    """All tables that hold the shop's data, by name."""
    found = db.query(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
        if db.dialect == "sqlite"
        else "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()"
    )
    return sorted(row["name"] for row in found if row["name"] != TABLE)


def counts(db: Database) -> dict[str, int]:
    """How many rows each table has; inside snapshot() all of them at the same moment."""
    return {table: count(db, table) for table in tables(db)}


def count(db: Database, table: str) -> int:
    """How many rows a table has."""
    return cast(int, db.query(f'SELECT COUNT(*) AS many FROM "{table}"')[0]["many"])


def problems(db: Database) -> list[str]:
    """What is wrong with the database, one sentence each; empty when it is sound.

    SQLite is read whole. PostgreSQL checks its pages and references itself, so there only what can be left undone is
    looked at: an index or a constraint that was never finished.
    """
    missing = pending(db)
    if missing:
        return [f"not migrated ({', '.join(missing)}): run `firasa db migrate`"]
    found = [f"a newer release made migration {name}: install that release" for name in unknown(db)]
    try:
        return found + (_sqlite_problems(db) if db.dialect == "sqlite" else _postgres_problems(db))
    except NotMigratedError as error:
        return [*found, str(error)]


def _sqlite_problems(db: Database) -> list[str]:
    found = [row["integrity_check"] for row in db.query("PRAGMA integrity_check")]
    found = [] if found == ["ok"] else [f"the file is damaged: {line}" for line in found]
    for row in db.query("PRAGMA foreign_key_check"):
        found.append(f"row {row['rowid']} of {row['table']} refers to a row of {row['parent']} that is not there")
    mode = db.query("PRAGMA journal_mode")[0]["journal_mode"]
    if mode != "wal":
        found.append(f"the journal mode is {mode}, by which readers block writers: run `firasa db migrate`")
    return found


def _postgres_problems(db: Database) -> list[str]:
    indexes = db.query("SELECT CAST(CAST(indexrelid AS regclass) AS text) AS name FROM pg_index WHERE NOT indisvalid")
    constraints = db.query("SELECT conname AS name FROM pg_constraint WHERE NOT convalidated")
    return [f"the index {row['name']} is not valid: drop it and create it again" for row in indexes] + [
        f"the constraint {row['name']} was never checked against all rows" for row in constraints
    ]
