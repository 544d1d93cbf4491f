"""What the store's own layer costs and gains: each number beside its baseline, measured in the same run.

1. Two processes that write without a pause: taking turns by flock, against SQLite's own waiting alone.
2. Inserting rows: insert_rows() against sqlite-utils' insert() and insert_all().
"""

import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import quantiles
from unittest.mock import patch

from service.store.database import open_database
from service.store.migrations import migrate
from service.store.sqlite import SqliteDatabase
from service.store.turns import WriterTurns

SECONDS = 4.0
ROUNDS = 2  # of each way, alternating: a shared disk is faster at one moment than at another
PROCESSES = 2
ROWS = 20_000
Rows = list[tuple[object, ...]]
Timings = list[tuple[float, float]]
COLUMNS = ("first_name", "language", "country", "search", "created_at")


@contextmanager
def _nothing(turns: object, patience: float | None = None) -> Iterator[None]:
    yield


def write_without_pause(url: str, turns: bool, answers: "multiprocessing.Queue[Timings]") -> None:
    """Read a number and write it back plus one for SECONDS; put how long each write took, and its part inside."""
    with patch.object(WriterTurns, "turn", WriterTurns.turn if turns else _nothing):
        db = open_database(url)
        db.one("SELECT 1 AS one")  # connect first
        timings: Timings = []
        until = time.perf_counter() + SECONDS
        while (began := time.perf_counter()) < until:
            with db.write():
                inside = time.perf_counter()
                row = db.one("SELECT value FROM counters WHERE name = 'bench'") or {"value": 0}
                db.execute("UPDATE counters SET value = :value WHERE name = 'bench'", {"value": row["value"] + 1})
            ended = time.perf_counter()
            timings.append((ended - began, ended - inside))
        db.close()
    answers.put(timings)


def contend(url: str, turns: bool) -> list[Timings]:
    context = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[Timings] = context.Queue()
    processes = [context.Process(target=write_without_pause, args=(url, turns, answers)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    found = [answers.get() for _ in processes]
    for process in processes:
        process.join()
    return found


def insert(db: SqliteDatabase, write: Callable[[Rows], None], rows: int) -> float:
    """Rows a second of one way to insert, in one transaction that is thrown away."""
    values: Rows = [("سارة", "ar", "SA", f"{number}", number) for number in range(rows)]

    class Discard(Exception):
        pass

    began = ended = time.perf_counter()
    try:
        with db.write():
            began = time.perf_counter()
            write(values)
            ended = time.perf_counter()
            raise Discard
    except Discard:
        return rows / (ended - began)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        db = open_database(url)
        assert isinstance(db, SqliteDatabase)
        migrate(db)
        with db.write():
            db.insert_rows("counters", ("name", "value"), [("bench", 0)])

        print(f"{PROCESSES} processes, each reading then writing without a pause for {ROUNDS} × {SECONDS:.0f} s")
        print(f"  {'':24}{'commits/s':>10}{'shares':>11}{'p50 ms':>9}{'p99 ms':>9}{'worst ms':>10}{'of it inside':>14}")
        timings: dict[bool, Timings] = {True: [], False: []}
        shares: dict[bool, list[str]] = {True: [], False: []}
        for turns in (True, False) * ROUNDS:
            found = contend(url, turns)
            timings[turns] += [each for one in found for each in one]
            times = [len(one) for one in found]
            shares[turns].append(f"{min(times) / sum(times):.0%}")
        for name, turns in (("taking turns (flock)", True), ("SQLite's own waiting", False)):
            cuts = quantiles((whole for whole, _ in timings[turns]), n=100)
            worst, inside = max(timings[turns])
            print(
                f"  {name:24}{len(timings[turns]) / SECONDS / ROUNDS:10,.0f}{' '.join(shares[turns]):>11}"
                f"{cuts[49] * 1000:9.2f}{cuts[98] * 1000:9.2f}{worst * 1000:10.1f}{inside * 1000:14.1f}"
            )

        print(f"\nInserting {ROWS:,} rows of {len(COLUMNS)} values in one transaction")
        table = db._connection().table("customers")

        def by_insert_all(values: Rows) -> None:
            table.insert_all(dict(zip(COLUMNS, value, strict=True)) for value in values)

        def by_insert(values: Rows) -> None:
            for value in values:
                table.insert(dict(zip(COLUMNS, value, strict=True)))

        def one_at_a_time(values: Rows) -> None:
            for value in values:
                db.insert_rows("customers", COLUMNS, [value])

        ways: list[tuple[str, Callable[[Rows], None], int]] = [
            ("insert_rows()", lambda values: db.insert_rows("customers", COLUMNS, values), ROWS),
            ("insert_rows(), one at a time", one_at_a_time, ROWS),
            ("sqlite-utils insert_all()", by_insert_all, ROWS),
            ("sqlite-utils insert()", by_insert, ROWS // 10),
        ]
        floor = 0.0
        for name, way, rows in ways:
            speed = insert(db, way, rows)
            floor = floor or speed
            print(f"  {name:30}{speed:12,.0f} rows/s{speed / floor:8.0%}")
        db.close()


if __name__ == "__main__":
    main()
