"""What store modules may rely on, on both databases."""

import re
import sqlite3
import threading
import traceback
from pathlib import Path

import psycopg
import pytest

from service.store.database import (
    ConstraintError,
    Database,
    InvalidValueError,
    NotMigratedError,
    StoreError,
    in_list,
    open_database,
)
from service.store.migrations import migrate

SETTING = ("name", "value", "changed_at")


def add_settings(db: Database, *names: str) -> None:
    with db.write():
        db.insert_rows("settings", SETTING, [(name, name.upper(), 1) for name in names])


def setting_names(db: Database) -> list[str]:
    return [row["name"] for row in db.query("SELECT name FROM settings ORDER BY name")]


# addresses -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "right"),
    [
        ("", "sqlite:///relative.db"),
        ("firasa.db", "sqlite:///relative.db"),
        ("mysql://me:hunter2@localhost/shop", "postgresql://user:password@host/name"),
        ("sqlite://firasa.db", "sqlite:///firasa.db"),
        ("sqlite:///", "sqlite:///firasa.db"),
        ("sqlite:////srv/", "sqlite:////srv/firasa.db"),
        ("sqlite:///:memory:", "sqlite:///firasa.db"),
        ("sqlite:///firasa.db?mode=ro", "sqlite:///firasa.db"),
        ("postgresql://user:hunter2 hunter2@host/name", "postgresql://user:password@host"),
    ],
)
def test_a_wrong_address_says_what_would_be_right(url: str, right: str) -> None:
    with pytest.raises(ValueError, match=re.escape(right)) as caught:
        open_database(url)
    assert "hunter2" not in str(caught.value)


def test_an_absolute_address_is_kept_and_a_relative_one_belongs_to_the_folder_of_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    relative = open_database("sqlite:///a folder/shop%20.db")
    monkeypatch.chdir("/")
    migrate(relative)
    relative.close()
    assert (tmp_path / "a folder" / "shop%20.db").exists()
    absolute = open_database(f"sqlite:///{tmp_path}/a folder/shop%20.db")
    assert setting_names(absolute) == []
    absolute.close()


def test_opening_starts_nothing(unmigrated_url: str) -> None:
    threads = threading.active_count()
    open_database(unmigrated_url)
    assert threading.active_count() == threads
    assert not Path(unmigrated_url.removeprefix("sqlite:///")).parent.exists()


def test_closing_ends_every_thread_and_the_next_use_opens_again(db: Database) -> None:
    threads = threading.active_count()
    add_settings(db, "a")
    db.close()
    assert threading.active_count() == threads
    assert setting_names(db) == ["a"]


def test_connections_of_ended_threads_are_closed(sqlite_db: Database) -> None:
    for _ in range(5):
        thread = threading.Thread(target=setting_names, args=(sqlite_db,))
        thread.start()
        thread.join()
    assert len(sqlite_db._connections) == 1  # type: ignore[attr-defined]


def test_before_migrating_reads_and_writes_say_so_and_create_nothing(unmigrated_url: str) -> None:
    db = open_database(unmigrated_url)
    with pytest.raises(NotMigratedError, match="firasa db migrate"):
        setting_names(db)
    with pytest.raises(NotMigratedError, match="firasa db migrate"):
        add_settings(db, "a")
    db.close()
    assert not Path(unmigrated_url.removeprefix("sqlite:///")).parent.exists()


def test_a_file_that_is_no_database_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but long enough to be looked at " * 10)
    db = open_database(f"sqlite:///{path}")
    with pytest.raises(StoreError, match="not a database"):
        setting_names(db)
    db.close()


def test_an_unreachable_server_is_a_clear_error_without_the_password() -> None:
    db = open_database("postgresql://someone:secret-word@127.0.0.1:1/shop")
    with pytest.raises(StoreError, match="cannot connect to PostgreSQL") as caught:
        setting_names(db)
    assert "secret-word" not in str(caught.value)
    db.close()


# statements ----------------------------------------------------------------------------------------------------------


def test_named_parameters_may_repeat_and_other_colons_are_left_alone(db: Database) -> None:
    row = db.one(
        """
        SELECT :a || '-' || :a AS twice, ':a 100% %s' AS text, 7 % 4 AS rest -- not :this one
        /* nor :this */ WHERE :number = :number
        """,
        {"a": "x", "number": 1, "unused": 2},
    )
    assert row == {"twice": "x-x", "text": ":a 100% %s", "rest": 3}


def test_casts_are_left_alone(postgres_db: Database) -> None:
    assert postgres_db.one("SELECT :a::text AS a, '::' AS b", {"a": "1"}) == {"a": "1", "b": "::"}


def test_a_missing_parameter_is_named(db: Database) -> None:
    with pytest.raises(StoreError, match="name"):
        db.query("SELECT value FROM settings WHERE name = :name", {})


def test_one_is_none_without_rows(db: Database) -> None:
    assert db.one("SELECT name FROM settings") is None


def test_execute_counts_changed_rows(db: Database) -> None:
    add_settings(db, "a", "b", "c")
    with db.write():
        assert db.execute("UPDATE settings SET value = 'x' WHERE name > :name", {"name": "a"}) == 2
        assert db.query("DELETE FROM settings WHERE name = 'a' RETURNING value") == [{"value": "A"}]
    assert setting_names(db) == ["b", "c"]


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM settings",
        "\n -- cleaning\n DELETE FROM settings RETURNING name",
        "WITH old AS (SELECT name FROM settings) DELETE FROM settings WHERE name IN (SELECT name FROM old)",
    ],
)
def test_only_write_changes_anything(db: Database, sql: str) -> None:
    add_settings(db, "a")
    with pytest.raises(StoreError, match=r"only write\(\)"):
        db.query(sql)
    with db.snapshot(), pytest.raises(StoreError, match=r"only write\(\)"):
        db.execute(sql)
    with pytest.raises(StoreError, match=r"only write\(\)"):
        db.insert_rows("settings", SETTING, [("b", "B", 1)])
    assert setting_names(db) == ["a"]


def test_numbers_come_back_alike(db: Database) -> None:
    large = 2**62
    row = db.one(
        """
        SELECT SUM(n) AS whole, AVG(n) AS mean, MAX(n) > 1 AS truth, COUNT(*) AS many, :large AS large, :t AS t,
               :half AS half, 30000 * :n AS product, CAST(NULL AS INTEGER) AS absent
        FROM (SELECT 1 AS n UNION ALL SELECT 2) AS numbers
        """,
        {"large": large, "t": True, "half": 0.5, "n": 30_000},
    )
    assert row == {
        "whole": 3,
        "mean": 1.5,
        "truth": 1,
        "many": 2,
        "large": large,
        "t": 1,
        "half": 0.5,
        "product": 900_000_000,
        "absent": None,
    }
    assert row is not None
    assert type(row["whole"]) is int
    assert type(row["mean"]) is float


def test_texts_are_compared_by_their_bytes(db: Database) -> None:
    add_settings(db, "b", "A", "é", "a", "ب", "B", "a b", "a-b", "😀")
    names = setting_names(db)
    assert names == sorted(names, key=str.encode)


@pytest.mark.parametrize(
    "value",
    ["a\x00b", "half \ud800", float("nan"), 2**63, -(2**63) - 1, object(), {"a": 1}],
    ids=["NUL", "surrogate", "NaN", "too large", "too small", "object", "dict"],
)
def test_values_that_cannot_be_kept_are_refused_in_a_sentence(db: Database, value: object) -> None:
    column = "changed_at" if isinstance(value, int) else "name"
    with pytest.raises(InvalidValueError, match="cannot be kept"):
        db.query(f"SELECT name FROM settings WHERE {column} = :value", {"value": value})
    with pytest.raises(InvalidValueError, match="cannot be kept"), db.write():
        db.insert_rows("settings", SETTING, [("fine", "fine", 1), ("a", value, value)])
    assert setting_names(db) == []


def test_arabic_and_emoji_come_back_as_they_went(db: Database) -> None:
    text = "سدر وورد 🌹 ‏ 'quoted' \"twice\" \\ % :name"
    with db.write():
        db.insert_rows("settings", SETTING, [("text", text, 1)])
    assert db.one("SELECT value FROM settings WHERE value = :text", {"text": text}) == {"value": text}


def test_rows_are_inserted_by_few_statements_and_keys_come_in_their_order(db: Database) -> None:
    statements: list[str] = []
    rows = [(number, "x") for number in range(1001)]
    with db.write(), db.trace(statements):
        keys = db.insert_returning("customers", ("created_at", "search"), rows)
    assert len(statements) == 6
    found = db.query("SELECT id, created_at FROM customers ORDER BY id")
    assert [row["id"] for row in found] == keys
    assert [row["created_at"] for row in found] == list(range(1001))


def test_inserting_nothing_runs_nothing(db: Database) -> None:
    statements: list[str] = []
    with db.trace(statements), db.write():
        db.insert_rows("settings", SETTING, [])
        assert db.insert_returning("customers", ("created_at",), []) == []
    assert statements == []


def test_inserts_may_end_in_on_conflict(db: Database) -> None:
    add_settings(db, "a")
    with db.write():
        db.insert_rows(
            "settings",
            SETTING,
            [("a", "new", 2), ("b", "new", 2)],
            suffix="ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
    assert db.query("SELECT value, changed_at FROM settings ORDER BY name") == [
        {"value": "new", "changed_at": 1},
        {"value": "new", "changed_at": 2},
    ]


def test_a_row_of_the_wrong_width_is_refused(db: Database) -> None:
    with pytest.raises(ValueError, match="needs 3 values"), db.write():
        db.insert_rows("settings", SETTING, [("a", "A")])


def test_in_list_finds_the_listed_and_nothing_for_an_empty_list(db: Database) -> None:
    add_settings(db, "a", "b", "c")
    fragment, params = in_list("name", ["a", "c", "zz"])
    assert fragment == "(:name0, :name1, :name2)"
    found = db.query(f"SELECT name FROM settings WHERE name IN {fragment} ORDER BY name", params)
    assert [row["name"] for row in found] == ["a", "c"]
    for column in ("name", "changed_at"):
        fragment, params = in_list("name", [])
        assert db.query(f"SELECT name FROM settings WHERE {column} IN {fragment}", params) == []
    with pytest.raises(ValueError, match="at most"):
        in_list("name", range(40_000))


def test_a_trace_leaves_out_what_transactions_cost(db: Database) -> None:
    statements: list[str] = []
    with db.trace(statements):
        with db.write("customer:1"):
            db.execute("UPDATE settings SET value = 'x'")
            db.query("SELECT 1 AS one")
        with db.snapshot():
            db.one("SELECT 2 AS two")
    setting_names(db)
    assert statements == ["UPDATE settings SET value = 'x'", "SELECT 1 AS one", "SELECT 2 AS two"]


# transactions --------------------------------------------------------------------------------------------------------


def test_a_write_is_kept_whole_or_not_at_all(db: Database) -> None:
    def stop_halfway() -> None:
        with db.write():
            db.insert_rows("settings", SETTING, [("a", "A", 1)])
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        stop_halfway()
    assert setting_names(db) == []
    add_settings(db, "b")
    assert setting_names(db) == ["b"]


@pytest.mark.parametrize(("outer", "inner"), [("write", "write"), ("write", "snapshot"), ("snapshot", "write")])
def test_transactions_do_not_nest(db: Database, outer: str, inner: str) -> None:
    with (
        pytest.raises(StoreError, match=rf"{inner}\(\) inside {outer}\(\)"),
        getattr(db, outer)(),
        getattr(db, inner)(),
    ):
        pass
    add_settings(db, "still usable")


@pytest.mark.parametrize(
    ("table", "columns", "row"),
    [
        ("settings", SETTING, ("a", "again", 1)),
        ("settings", SETTING, ("b", None, 1)),
        ("identities", ("customer_id", "kind", "value", "proof", "created_at"), (99, "email", "a", "claimed", 1)),
    ],
    ids=["unique", "not null", "foreign key"],
)
def test_a_broken_rule_of_the_schema_loses_the_whole_write(
    db: Database, table: str, columns: tuple[str, ...], row: tuple[object, ...]
) -> None:
    def break_a_rule() -> None:
        with db.write():
            db.insert_rows("settings", SETTING, [("a", "A", 1)])
            db.insert_rows(table, columns, [row])

    with pytest.raises(ConstraintError):
        break_a_rule()
    assert setting_names(db) == []


def test_an_error_caught_inside_a_write_keeps_nothing_and_says_so(db: Database) -> None:
    def catch_it() -> None:
        with db.write():
            db.insert_rows("settings", SETTING, [("a", "A", 1)])
            with pytest.raises(ConstraintError):
                db.insert_rows("settings", SETTING, [("a", "again", 1)])
            with pytest.raises(StoreError, match="leave the block"):
                db.query("SELECT 1 AS one")

    with pytest.raises(StoreError, match="nothing was kept"):
        catch_it()
    assert setting_names(db) == []


def test_errors_carry_no_personal_data(db: Database) -> None:
    columns = ("customer_id", "kind", "value", "proof", "created_at")
    with db.write():
        customer = db.insert_returning("customers", ("created_at",), [(1,)])[0]
    twice = [(customer, "email", "sara@example.com", "claimed", 1)] * 2
    with pytest.raises(ConstraintError) as caught, db.write():
        db.insert_rows("identities", columns, twice)
    assert "sara" not in "".join(traceback.format_exception(caught.value))


def test_a_write_of_one_thread_is_unseen_by_others_until_it_ends(db: Database) -> None:
    seen: list[list[str]] = []

    def look() -> None:
        seen.append(setting_names(db))

    with db.write():
        db.insert_rows("settings", SETTING, [("a", "A", 1)])
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
        look()
    look()
    assert seen == [[], ["a"], ["a"]]


def test_a_snapshot_sees_one_moment(db: Database) -> None:
    add_settings(db, "a")
    with db.snapshot():
        before = setting_names(db)
        thread = threading.Thread(target=add_settings, args=(db, "b"))
        thread.start()
        thread.join()
        assert setting_names(db) == before == ["a"]
    assert setting_names(db) == ["a", "b"]


def test_streams_give_every_row_in_order(db: Database) -> None:
    add_settings(db, *(f"{number:04}" for number in range(250)))
    with db.snapshot():
        rows = list(db.stream("SELECT name FROM settings WHERE name >= :name ORDER BY name", {"name": "0100"}, size=7))
    assert [row["name"] for row in rows] == [f"{number:04}" for number in range(100, 250)]
    with pytest.raises(StoreError, match="snapshot"):
        next(db.stream("SELECT name FROM settings"))


def test_an_acknowledged_write_survives_power_loss(sqlite_db: Database, postgres_db: Database) -> None:
    assert sqlite_db.query("PRAGMA synchronous") == [{"synchronous": 2}]
    assert sqlite_db.query("PRAGMA journal_mode") == [{"journal_mode": "wal"}]
    assert sqlite_db.query("PRAGMA foreign_keys") == [{"foreign_keys": 1}]
    # On PostgreSQL durability is the server's default, which a connection must not weaken.
    sources = postgres_db.query("SELECT source FROM pg_settings WHERE name = 'synchronous_commit'")
    assert sources != [{"source": "session"}]


def test_another_program_that_keeps_the_file_locked_is_a_clear_error(
    sqlite_db: Database, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.store.sqlite.BUSY_SECONDS", 0.1)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="another program"):
        add_settings(sqlite_db, "a")
    other.close()
    add_settings(sqlite_db, "a")


def test_a_restarted_server_loses_only_the_write_it_interrupts(postgres_db: Database, postgres_server: str) -> None:
    def end_all_connections() -> None:
        with psycopg.connect(postgres_server.format("postgres"), autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test%'")

    def be_interrupted() -> None:
        with postgres_db.write():
            postgres_db.insert_rows("settings", SETTING, [("lost", "C", 1)])
            end_all_connections()
            postgres_db.query("SELECT 1 AS one")

    add_settings(postgres_db, "a")
    end_all_connections()
    assert setting_names(postgres_db) == ["a"]
    end_all_connections()
    add_settings(postgres_db, "b")
    with pytest.raises(StoreError, match="terminat"):
        be_interrupted()
    assert setting_names(postgres_db) == ["a", "b"]
