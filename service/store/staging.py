"""A scratch database on disk for one import: memory stays flat however large the file is, and a kill leaves nothing."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

_SCHEMA = """
CREATE TABLE orders (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  placed_at INTEGER,
  refused_line INTEGER,
  refused_reason TEXT
);
CREATE TABLE parts (order_id INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE refusals (line INTEGER NOT NULL, column_name TEXT NOT NULL, value TEXT NOT NULL, reason TEXT NOT NULL);
"""


# Characters. No order is as large; a wrong column taken for the order's number makes one of the whole file.
LARGEST_ORDER = 10_000_000


@dataclass(frozen=True)
class StagedOrder:
    """One order of the file: its key, and what was laid aside of it, in the order of the file.

    :param complete: false when there was more than `LARGEST_ORDER`, of which only the beginning is given
    """

    id: int
    key: str
    bodies: tuple[str, ...]
    complete: bool = True


@dataclass(frozen=True)
class Refusal:
    """A cell, row or order that is not taken, and why."""

    line: int
    column: str
    value: str
    reason: str


class Staging:
    """The scratch database; use it as a context manager, it is deleted at the end."""

    def __init__(self, folder: Path | None = None) -> None:
        """:param folder: where to put it; the system's folder for temporary files unless given"""
        handle, path = tempfile.mkstemp(prefix="firasa-import-", suffix=".db", dir=folder)
        os.close(handle)
        self._db = sqlite3.connect(path, isolation_level=None)
        # Nothing here outlives the import, so nothing is synced; sorting and caches stay small and on disk.
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE", "cache_size = -16000"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(_SCHEMA)
        # The open file lives on without its name, and goes with this process however that ends.
        os.unlink(path)
        self._db.execute("BEGIN")

    def __enter__(self) -> Staging:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def add(self, key: str, body: str) -> None:
        """Lay a part of an order aside."""
        self._db.execute("INSERT INTO parts (order_id, body) VALUES (?, ?)", (self._id(key), body))

    def refuse(self, refusal: Refusal, key: str | None) -> None:
        """Note a refusal; with a key the whole order is refused, since half an order would have a wrong amount."""
        self._db.execute(
            "INSERT INTO refusals (line, column_name, value, reason) VALUES (?, ?, ?, ?)",
            (refusal.line, refusal.column, refusal.value[:200], refusal.reason),
        )
        if key is not None:
            self._db.execute(
                """
                UPDATE orders SET refused_line = ?, refused_reason = ?
                 WHERE id = ? AND refused_line IS NULL
                """,
                (refusal.line, refusal.reason, self._id(key)),
            )

    def index(self) -> None:
        """Make ready for reading: call it once all parts are laid aside."""
        self._db.execute("CREATE INDEX parts_order ON parts (order_id)")
        self._db.execute("CREATE INDEX refusals_line ON refusals (line)")

    def orders(self) -> Iterator[StagedOrder]:
        """Orders that are not refused so far, in the order of the file; they may be refused and settled meanwhile."""
        last = 0
        while page := self._page(last):
            yield from page
            last = page[-1].id

    def by_time(self) -> Iterator[StagedOrder]:
        """Orders that are not refused, the oldest first."""
        for row in self._db.execute("SELECT id, key FROM orders WHERE refused_line IS NULL ORDER BY placed_at, id"):
            yield self._with_parts(*row)

    def settle(self, placed: Iterable[tuple[int, int]]) -> None:
        """Note when orders were placed: pairs of order and instant."""
        self._db.executemany("UPDATE orders SET placed_at = ?2 WHERE id = ?1", placed)

    def counts(self) -> tuple[int, int]:
        """How many orders are taken, and how many are refused."""
        row = self._db.execute("SELECT COUNT(*) FILTER (WHERE refused_line IS NULL), COUNT(refused_line) FROM orders")
        taken, refused = row.fetchone()
        return int(taken), int(refused)

    def refusals(self, limit: int) -> list[Refusal]:
        """The first refusals by line."""
        rows = self._db.execute(
            "SELECT line, column_name, value, reason FROM refusals ORDER BY line, rowid LIMIT ?", (limit,)
        )
        return [Refusal(*row) for row in rows]

    def reasons(self) -> dict[str, int]:
        """How often each column was refused for each reason, the most frequent first."""
        rows = self._db.execute(
            """
            SELECT CASE column_name WHEN '' THEN reason ELSE column_name || ': ' || reason END AS why, COUNT(*)
              FROM refusals
             GROUP BY why
             ORDER BY COUNT(*) DESC, why
            """
        )
        return {str(why): int(times) for why, times in rows}

    def why_refused(self, line: int, key: str | None) -> str | None:
        """Why a row of the file is not taken; ``None`` when it is."""
        own = self._db.execute(
            "SELECT column_name, reason FROM refusals WHERE line = ? ORDER BY rowid LIMIT 1", (line,)
        ).fetchone()
        order = None
        if key is not None:
            order = self._db.execute(
                "SELECT refused_line FROM orders WHERE key = ? AND refused_line IS NOT NULL", (key,)
            ).fetchone()
            if order is None:
                return None
        if own is not None:
            return f"{own[0]}: {own[1]}" if own[0] else str(own[1])
        return f"another row of this order is refused (line {order[0]})" if order else None

    def _page(self, after: int) -> list[StagedOrder]:
        rows = self._db.execute(
            "SELECT id, key FROM orders WHERE id > ? AND refused_line IS NULL ORDER BY id LIMIT 10", (after,)
        )
        return [self._with_parts(*row) for row in rows.fetchall()]

    def _with_parts(self, order_id: int, key: str) -> StagedOrder:
        bodies: list[str] = []
        size = 0
        for (body,) in self._db.execute("SELECT body FROM parts WHERE order_id = ? ORDER BY rowid", (order_id,)):
            if size > LARGEST_ORDER:
                return StagedOrder(order_id, key, tuple(bodies), complete=False)
            bodies.append(body)
            size += len(body)
        return StagedOrder(order_id, key, tuple(bodies))

    def _id(self, key: str) -> int:
        found = self._db.execute("SELECT id FROM orders WHERE key = ?", (key,)).fetchone()
        if found is None:
            return int(self._db.execute("INSERT INTO orders (key) VALUES (?)", (key,)).lastrowid or 0)
        return int(found[0])
