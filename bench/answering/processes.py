"""The processes beside the load: servers, and the import and recompute that write at the same time."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.answering import floor
from bench.answering.shop import config
from service.processes import PARENT

HOST = "127.0.0.1"
LINES_PER_ORDER = 5
LINES_PER_CUSTOMER = 25
_ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 60.0
_DAYS = 500


def environment(database: str) -> dict[str, str]:
    """The environment of all processes: the measured settings, and nothing of the user's own."""
    measured = config(database)
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")}
    return {
        **kept,
        "PYTHONPATH": str(_ROOT),
        "DATABASE_URL": database,
        "SECRET_KEY": "only for measuring",
        "SHOP_CURRENCY": measured.shop_currency or "",
        "SHOP_TIMEZONE": measured.shop_timezone or "",
        "RATE_LIMIT_ADDRESS": measured.rate_limit_address,
        "RATE_LIMIT_RESPONSE": measured.rate_limit_response,
        "LOG_LEVEL": "warning",
        PARENT: str(os.getpid()),
    }


@contextmanager
def product_server(database: str, port: int, threads: int) -> Iterator[None]:
    """`firasa serve` for the time of the block."""
    command = ["-m", "service.cli", "serve", "--host", HOST, "--port", str(port), "--threads", str(threads)]
    with _running(command, environment(database)) as process:
        _wait_until_listening(process, port, "/readyz")
        yield


@contextmanager
def floor_server(folder: Path, port: int, threads: int) -> Iterator[None]:
    """The floor, served by the same server, for the time of the block."""
    env = {**environment(""), floor.DATABASE: str(folder / "floor.db")}
    with _running(["-m", "bench.answering.floor", str(port), str(threads)], env) as process:
        _wait_until_listening(process, port, "/")
        yield


class Writers:
    """An import and recomputes that go on until the import has ended, or nobody wants them any more."""

    def __init__(self, folder: Path, database: str, lines: int) -> None:
        self._env = environment(database)
        self._folder = folder
        self._file = folder / "orders.csv"
        write_orders(self._file, lines)
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self.errors: list[str] = []
        self.recomputes = 0
        self.import_seconds: float | None = None

    @contextmanager
    def running(self) -> Iterator[Writers]:
        """Write for the time of the block."""
        self._threads = [threading.Thread(target=self._import), threading.Thread(target=self._recompute)]
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            self._stopped.set()
            with self._lock:
                for process in self._running:
                    process.kill()
            for thread in self._threads:
                thread.join()

    @property
    def importing(self) -> bool:
        """Whether the import still runs."""
        return self._threads[0].is_alive()

    def held(self) -> dict[str, list[float]]:
        """How long each transaction of the import and of the recomputes kept all other writers out, in seconds."""
        found: dict[str, list[float]] = {}
        for file in sorted(self._folder.glob("held-*.json")):
            found.setdefault(file.stem.split("-")[1], []).extend(json.loads(file.read_text()))
        return found

    def _import(self) -> None:
        began = time.perf_counter()
        if self._run("import-1", "orders", "import", str(self._file), "--currency", "SAR"):
            self.import_seconds = time.perf_counter() - began

    def _recompute(self) -> None:
        while not self._stopped.is_set() and self.importing and not self.errors:
            if self._run(f"recompute-{self.recomputes + 1}", "segments", "recompute"):
                self.recomputes += 1

    def _run(self, name: str, *arguments: str) -> bool:
        command = [sys.executable, "-m", "bench.answering.held", str(self._folder / f"held-{name}.json"), *arguments]
        with self._lock:
            if self._stopped.is_set():
                return False
            process = subprocess.Popen(
                command, cwd=_ROOT, env=self._env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
            )
            self._running.add(process)
        _, said = process.communicate()
        with self._lock:
            self._running.discard(process)
        if process.returncode and not self._stopped.is_set():
            self.errors.append(f"firasa {' '.join(arguments)}: {said.decode(errors='replace')[-500:]}")
        return process.returncode == 0


def write_orders(file: Path, lines: int) -> None:
    """A file of orders as a shop's own export might be, with so many lines."""
    first = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=_DAYS)
    customers = max(1, lines // LINES_PER_CUSTOMER)
    with file.open("w", encoding="utf-8") as out:
        out.write("order_id,placed_at,email,status,product,product_name,quantity,price\n")
        for number in range(lines):
            order = number // LINES_PER_ORDER
            at = first + timedelta(minutes=(_DAYS - 1) * 24 * 60 * LINES_PER_ORDER / lines * order)
            buyer = order * 7919 % customers
            product = number * 31 % 400
            out.write(
                f"B{order},{at:%Y-%m-%dT%H:%M:%SZ},buyer{buyer}@example.com,paid,"
                f"P{product},Product {product},{1 + number % 3},{5 + product % 90}.50\n"
            )


@contextmanager
def _running(command: list[str], env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, *command], cwd=_ROOT, env=env, stdin=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_listening(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server on port {port} ended with status {process.returncode}")
        try:
            asked = http.client.HTTPConnection(HOST, port, timeout=2)
            asked.request("GET", path)
            asked.getresponse().read()
            return
        except OSError:
            time.sleep(0.05)
        finally:
            asked.close()
    raise RuntimeError(f"the server on port {port} did not answer within {_PATIENCE:.0f} s")
