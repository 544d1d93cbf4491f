"""Several processes on one database: nothing lost, nobody starved, no lock that outlives its holder."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from service.store.database import Database, open_database

SCRIPT = Path(__file__).with_name("database_processes.py")
ROOT = SCRIPT.parents[2]

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(database_url: str) -> Iterator[Start]:
    """Start a command of database_processes.py on this test's database."""
    started: list[subprocess.Popen[str]] = []

    def run(command: str, *arguments: object) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, str(SCRIPT), command, database_url, *map(str, arguments)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


@pytest.fixture
def counted(db: Database) -> Callable[[], int]:
    """The number that the processes change."""
    with db.write():
        db.insert_rows("counters", ("name", "value"), [("test", 0)])

    def value() -> int:
        row = db.one("SELECT value FROM counters WHERE name = 'test'")
        return int(row["value"]) if row else -1

    return value


def output(process: "subprocess.Popen[str]") -> list[str]:
    text, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return text.split()


def first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_reading_then_writing_in_two_processes_loses_nothing(start: Start, counted: Callable[[], int]) -> None:
    processes = [start("count_up", 300) for _ in range(2)]
    for process in processes:
        output(process)
    assert counted() == 600


def test_a_process_that_writes_without_a_pause_starves_nobody(
    start: Start, db: Database, counted: Callable[[], int]
) -> None:
    busy = start("keep_busy", 2)
    first_line(busy)
    mine = 0
    while busy.poll() is None and mine < 40:
        with db.write("counter"):
            db.execute("UPDATE counters SET value = value + 1 WHERE name = 'test'")
        mine += 1
        time.sleep(0.02)
    times = int(output(busy)[0])
    assert counted() == times + mine
    # Without taking turns this process gets one turn or none while the other one is busy.
    assert mine > 5
    assert times > mine


def test_threads_of_one_process_take_turns_too(db: Database, counted: Callable[[], int]) -> None:
    def count_up() -> None:
        for _ in range(100):
            with db.write("counter"):
                now = counted()
                db.execute("UPDATE counters SET value = :value WHERE name = 'test'", {"value": now + 1})

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted() == 400


def test_a_process_killed_inside_a_write_leaves_the_last_commit_and_no_lock(
    start: Start, db: Database, counted: Callable[[], int]
) -> None:
    process = start("hang_inside_write")
    assert first_line(process) == "inside"
    assert counted() == 1
    process.send_signal(signal.SIGKILL)
    process.wait()
    with db.write("counter"):
        assert counted() == 1
        db.execute("UPDATE counters SET value = 10 WHERE name = 'test'")
    assert counted() == 10


def test_a_child_forked_inside_a_write_does_not_keep_the_lock_of_its_killed_parent(
    start: Start, db: Database, counted: Callable[[], int]
) -> None:
    if db.dialect == "postgresql":
        return  # there the server holds the lock and ends it with the connection
    process = start("hang_with_a_child")
    child = int(first_line(process))
    try:
        process.send_signal(signal.SIGKILL)
        process.wait()

        def write() -> None:
            with db.write():
                pass

        thread = threading.Thread(target=write, daemon=True)
        thread.start()
        thread.join(5)
        assert not thread.is_alive(), "the child still holds the lock"
    finally:
        os.kill(child, signal.SIGKILL)


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork.*:DeprecationWarning")  # what the test is about
def test_a_forked_process_opens_connections_of_its_own(db: Database, counted: Callable[[], int]) -> None:
    assert counted() == 0
    child = os.fork()
    if child == 0:
        try:
            with db.write("counter"):
                db.execute("UPDATE counters SET value = value + 1 WHERE name = 'test'")
            db.close()
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    with db.write("counter"):
        db.execute("UPDATE counters SET value = value + 1 WHERE name = 'test'")
    assert counted() == 2


def test_three_workers_claim_each_delivery_once(start: Start, db: Database) -> None:
    many = 300
    with db.write():
        customer = db.insert_returning("customers", ("created_at",), [(1,)])[0]
        destination = db.insert_returning(
            "destinations", ("type", "name", "status", "config", "created_at"), [("dry_run", "d", "active", "{}", 1)]
        )[0]
        columns = ("event_id", "destination_id", "customer_id", "type", "payload", "sequence", "status", "attempts")
        db.insert_rows(
            "deliveries",
            (*columns, "due_at", "created_at"),
            [(f"e{n}", destination, customer, "tags", "{}", n, "due", 0, n % 7, 1) for n in range(many)],
        )
    workers = [start("claim", number) for number in range(3)]
    claims = Counter(claimed for worker in workers for claimed in output(worker))
    assert len(claims) == many
    assert set(claims.values()) == {1}


def test_the_same_key_waits_and_another_does_not(postgres_db: Database) -> None:
    order: list[str] = []

    def write(key: str, name: str) -> None:
        with postgres_db.write(key):
            order.append(name)

    same = threading.Thread(target=write, args=("customer:1", "same key"))
    other = threading.Thread(target=write, args=("customer:2", "other key"))
    with postgres_db.write("customer:1"):
        same.start()
        other.start()
        other.join(10)
        order.append("first")
    same.join(10)
    assert order == ["other key", "first", "same key"]


def test_a_second_key_is_taken_inside_a_write(postgres_db: Database) -> None:
    order: list[str] = []

    def write() -> None:
        with postgres_db.write("customer:1"):
            order.append("second")

    thread = threading.Thread(target=write)
    with postgres_db.write("response:7"):
        postgres_db.lock("customer:1")
        thread.start()
        thread.join(0.3)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]


def test_two_databases_objects_of_one_process_exclude_each_other(sqlite_url: str) -> None:
    first, second = open_database(sqlite_url), open_database(sqlite_url)
    order: list[str] = []

    def write() -> None:
        with second.write():
            order.append("second")

    thread = threading.Thread(target=write)
    with first.write():
        thread.start()
        thread.join(0.3)
        order.append("first")
    thread.join(10)
    first.close()
    second.close()
    assert order == ["first", "second"]
