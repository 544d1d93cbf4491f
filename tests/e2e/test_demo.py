"""``make demo`` as a new user runs it: everything starts, a second run reuses the data, nothing survives the parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from tests.e2e.processes import free_port

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


class Demo:
    """A running demo."""

    def __init__(self, folder: Path, port: int, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "service.cli", "demo", "--port", str(port), "--folder", str(folder), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if line.startswith("Firasa is ready: "):
                self.storefront = line.split(": ", 1)[1].strip()
                return
        raise AssertionError("\n".join(self.lines))

    def address_of(self, what: str) -> str:
        return next(line.split()[1] for line in self.lines if line.strip().startswith(what))

    def children(self) -> list[int]:
        """Every process below the demo, children of children too."""
        shown = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        pairs = [line.split() for line in shown.splitlines()]
        parents = {int(pid): int(parent) for pid, parent in pairs}
        below = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in below} - below:
            below |= more
        return sorted(below - {self.process.pid})

    def end(self, number: signal.Signals) -> None:
        self.process.send_signal(number)
        self.process.wait(timeout=20)
        assert self.process.stdout is not None
        self.process.stdout.close()


def alive(pids: list[int]) -> list[int]:
    def lives(pid: int) -> bool:
        try:
            os.kill(pid, 0)
            return "Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").split()[2]
        except (ProcessLookupError, FileNotFoundError):
            return False

    return [pid for pid in pids if lives(pid)]


def wait_until_dead(pids: list[int]) -> None:
    deadline = time.monotonic() + 15
    while alive(pids) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert alive(pids) == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "demo"


def test_the_demo_runs_is_taken_up_again_and_leaves_nothing_behind(folder: Path) -> None:
    port = free_port()
    began = time.monotonic()
    demo = Demo(folder, port)
    first_start = time.monotonic() - began
    try:
        assert requests.get(demo.storefront, timeout=10).status_code == 200
        receiver = demo.address_of("Receiver")
        deadline = time.monotonic() + 60
        while len(requests.get(f"{receiver}customers.json", timeout=10).json()) < 500:
            assert time.monotonic() < deadline, "the tags of the sample shop must arrive"
            time.sleep(0.5)
        told = requests.get(f"{receiver}customers.json", timeout=10).json()
        assert set(told[0]) == {"customer_id", "email", "tags"}
        below = demo.children()
        assert len(below) >= 3
        demo.end(signal.SIGINT)
        assert demo.process.returncode == 0
        wait_until_dead(below)
    finally:
        demo.process.kill()

    began = time.monotonic()
    again = Demo(folder, port)
    try:
        assert time.monotonic() - began < first_start, "a second run reuses the data"
        assert again.address_of("Admin") == demo.address_of("Admin")
        admin = next(line for line in demo.lines if "Admin" in line)
        assert admin in again.lines, "the password stays the same"
        assert len(requests.get(f"{receiver}customers.json", timeout=10).json()) >= len(told)
        below = again.children()
        again.end(signal.SIGKILL)
        wait_until_dead(below)
    finally:
        again.process.kill()

    (folder / "of-mine.txt").write_text("not the demo's", encoding="utf-8")
    reset = Demo(folder, port, "--reset")
    try:
        assert next(line for line in reset.lines if "Admin" in line) != admin
        assert (folder / "of-mine.txt").exists(), "a reset touches only what the demo made"
    finally:
        reset.end(signal.SIGTERM)


def test_a_folder_that_is_not_the_demo_s_is_left_alone(folder: Path) -> None:
    folder.mkdir()
    (folder / "letter.txt").write_text("mine", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "service.cli", "demo", "--folder", str(folder), "--reset", "--port", str(free_port())],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "is not a folder of the demo" in done.stderr
    assert (folder / "letter.txt").read_text(encoding="utf-8") == "mine"
