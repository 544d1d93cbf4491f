"""Running web and worker as real processes, for tests that kill them."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import requests

PATIENCE = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def firasa(*arguments: str, env: Mapping[str, str], timeout: float = 120) -> str:
    """Run a command of the product to its end and give back what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "service.cli", *arguments],
        env=dict(env),
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    assert done.returncode == 0, f"firasa {' '.join(arguments)}: {done.stderr or done.stdout}"
    return done.stdout


class Process:
    """One of the product's processes with everything it starts, in a process group of its own."""

    def __init__(self, name: str, env: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.env = dict(env)
        self.log = log
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as file:
            self.running = subprocess.Popen(
                [sys.executable, "-m", "service.cli", self.name],
                env=self.env,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )

    def kill(self) -> None:
        """SIGKILL to the whole group, wherever it is in its work."""
        if self.running is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()
            self.running = None

    def stop(self) -> int:
        assert self.running is not None
        self.running.send_signal(signal.SIGTERM)
        try:
            return self.running.wait(timeout=15)
        finally:
            self.kill()


def wait_until_ready(address: str, patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            if requests.get(f"{address}/readyz", timeout=2).status_code == 200:
                return
        except requests.RequestException:
            pass
        time.sleep(0.05)
    raise AssertionError(f"{address} did not become ready within {patience:.0f} s")
