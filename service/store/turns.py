"""Turns for the writers of one SQLite file: one at a time, nobody overtaken for long, none kept by the dead."""

import fcntl
import os
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from service.store.errors import BusyError, StoreError

REST = 3.0
"""Work that kept others waiting rests this many times as long as it took, so that it has at most a quarter of a busy
database."""
LONGEST_REST = 0.3

_INSTANT = struct.Struct("d")


@dataclass(frozen=True)
class _Files:
    """The open lock files: whoever has `turn` writes, whoever has `next` is the only one to wait for it.

    :param later: whoever has it is the only one of those who can wait to take part; holds the end of their rest
    """

    turn: int
    next: int
    later: int


class WriterTurns:
    """Two locks, taken first among the threads of this process and then, by `flock`, among processes.

    SQLite's own waiting is a poll with growing pauses, by which one busy process starves another for seconds; `flock`
    wakes the waiting one at once, and the system releases it when a process dies in any way. But a busy process can
    take a single lock again before the one it woke gets to run. Therefore a second lock, held while waiting: the busy
    one finds it taken, and queues up behind (measured: the longest wait for holds of 1 ms fell from 107 to 7 ms).
    """

    def __init__(self, database: Path) -> None:
        self._paths = [database.with_name(f"{database.name}.{suffix}") for suffix in ("lock", "next", "later")]
        self._files: _Files | None = None
        self._opening = threading.Lock()
        self._threads = threading.Lock()
        self._next_thread = threading.Lock()
        self._later_thread = threading.Lock()

    @contextmanager
    def turn(self, patience: float | None = None) -> Iterator[None]:
        """Wait for the turn and keep it.

        :param patience: seconds to wait for other processes; for ever unless given
        :raises BusyError: when that was not enough
        """
        threads = self._threads
        with self._next_thread:
            threads.acquire()
        try:
            files = self._open()
            self._wait(files, patience)
            try:
                yield
            finally:
                # Unlocked, not closed: a child that this process started meanwhile may hold a copy of the file.
                # In a child forked inside the block nothing: there the turn is the parent's.
                if self._files is files:
                    fcntl.flock(files.turn, fcntl.LOCK_UN)
        finally:
            threads.release()

    @contextmanager
    def later_turn(self) -> Iterator[None]:
        """A turn for work that can wait, such as a page of an import or of profiles.

        1. Such work takes part one at a time, whatever the number of processes: nobody waits for two pages in a row.
        2. When somebody waited at the end of a page, all such work rests before the next one.
        """
        with self._later_thread:
            files = self._open()
            fcntl.flock(files.later, fcntl.LOCK_EX)
            try:
                _sleep_until(_read_instant(files.later))
                with self.turn():
                    began = time.monotonic()
                    yield
                    ended = time.monotonic()
                    waited = self.others_wait()
                _write_instant(files.later, ended + min(REST * (ended - began), LONGEST_REST) if waited else 0.0)
            finally:
                if self._files is files:
                    fcntl.flock(files.later, fcntl.LOCK_UN)

    def others_wait(self) -> bool:
        """Whether another process waits for the turn that this thread has."""
        return self._files is not None and _is_taken(self._files.next)

    def close(self) -> None:
        """Close the files; the next turn opens them again."""
        with self._threads:
            self._close()

    def after_fork(self) -> None:
        """In a forked child: let go of the parent's files, or this child would keep its turn after the parent died."""
        self._close()
        self._opening = threading.Lock()
        self._threads = threading.Lock()
        self._next_thread = threading.Lock()
        self._later_thread = threading.Lock()

    def _close(self) -> None:
        files, self._files = self._files, None
        if files is not None:
            for file in (files.turn, files.next, files.later):
                os.close(file)

    def _open(self) -> _Files:
        with self._opening:
            if self._files is None:
                try:
                    opened = [os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666) for path in self._paths]
                except OSError as error:
                    raise StoreError(f"cannot write {self._paths[0]}: {error.strerror}") from error
                self._files = _Files(*opened)
            return self._files

    def _wait(self, files: _Files, patience: float | None) -> None:
        try:
            if patience is None:
                fcntl.flock(files.next, fcntl.LOCK_EX)
                fcntl.flock(files.turn, fcntl.LOCK_EX)
            else:
                until = time.monotonic() + patience
                _try_until(files.next, until)
                _try_until(files.turn, until)
        except OSError as error:
            raise StoreError(
                f"cannot lock {self._paths[0]} ({error.strerror}): SQLite needs a local disk; use PostgreSQL instead"
            ) from error
        finally:
            fcntl.flock(files.next, fcntl.LOCK_UN)


def _try_until(file: int, until: float) -> None:
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise BusyError("another process is writing to the database") from None
            time.sleep(0.05)


def _is_taken(file: int) -> bool:
    """Whether somebody else has the lock of this file."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(file, fcntl.LOCK_UN)
    return False


def _sleep_until(instant: float) -> None:
    """Sleep until an instant of the system's monotonic clock; one too far away was written before a restart."""
    rest = instant - time.monotonic()
    if 0 < rest <= LONGEST_REST:
        time.sleep(rest)


def _read_instant(file: int) -> float:
    kept = os.pread(file, _INSTANT.size, 0)
    return float(_INSTANT.unpack(kept)[0]) if len(kept) == _INSTANT.size else 0.0


def _write_instant(file: int, instant: float) -> None:
    os.pwrite(file, _INSTANT.pack(instant), 0)
