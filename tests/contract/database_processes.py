"""What other processes do to a database while a test watches: `python database_processes.py COMMAND URL …`."""

import os
import sys
import time

from service.store.database import Database, open_database


def count_up(db: Database, times: str) -> None:
    """Read a number and write it back plus one, `times` times; print the longest wait in seconds."""
    longest = 0.0
    for _ in range(int(times)):
        began = time.perf_counter()
        with db.write("counter"):
            row = db.one("SELECT value FROM counters WHERE name = 'test'")
            db.execute(
                "UPDATE counters SET value = :value WHERE name = 'test'", {"value": row["value"] + 1 if row else 0}
            )
        longest = max(longest, time.perf_counter() - began)
    print(longest)


def keep_busy(db: Database, seconds: str) -> None:
    """Write without a pause; print how often."""
    print("started", flush=True)
    until = time.monotonic() + float(seconds)
    times = 0
    while time.monotonic() < until:
        with db.write("counter"):
            db.execute("UPDATE counters SET value = value + 1 WHERE name = 'test'")
        times += 1
    print(times)


def hang_inside_write(db: Database) -> None:
    """Commit 1, then stay inside a write that set 2 until killed."""
    with db.write("counter"):
        db.execute("UPDATE counters SET value = 1 WHERE name = 'test'")
    with db.write("counter"):
        db.execute("UPDATE counters SET value = 2 WHERE name = 'test'")
        print("inside", flush=True)
        time.sleep(60)


def hang_with_a_child(db: Database) -> None:
    """Fork inside a write; both stay until killed. Prints the child's process id."""
    with db.write("counter"):
        child = os.fork()
        if child == 0:
            time.sleep(60)
            os._exit(0)
        print(child, flush=True)
        time.sleep(60)


def claim(db: Database, worker: str) -> None:
    """Claim due deliveries, ten at a time, until none is left; print the ids."""
    while True:
        with db.write():
            rows = db.query(
                """
                UPDATE deliveries
                SET status = 'sending', leased_until = :worker
                WHERE status = 'due'
                  AND id IN (SELECT id FROM deliveries WHERE status = 'due' ORDER BY due_at, id LIMIT :many)
                RETURNING id
                """,
                {"worker": int(worker), "many": 10},
            )
        if not rows:
            return
        for row in rows:
            print(row["id"])


def migrate_now(db: Database) -> None:
    """Migrate; print what this process applied."""
    from service.store.migrations import migrate

    print(*migrate(db))


if __name__ == "__main__":
    command, url, *arguments = sys.argv[1:]
    database = open_database(url)
    globals()[command](database, *arguments)
    database.close()
