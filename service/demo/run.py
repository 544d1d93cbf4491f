"""The demo: one command that sets everything up, runs all processes under one parent, and stops them together."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import requests

from service.processes import PARENT

MARKER = "made-by-firasa-demo.json"
LOCK = "running.lock"
MADE = (MARKER, "firasa.db*", "labels.csv", "planted-truth.csv", "receiver/audience.jsonl*")
OWNER = "owner@demo.example"
_PATIENCE = 45.0
_GRACE = 6.0


class DemoError(Exception):
    """The demo cannot run; the sentence says why and what to do."""


@dataclass(frozen=True)
class Keepsake:
    """What a second run needs to know of the first; kept in the demo's folder, readable by its owner only."""

    secret_key: str
    webhook_secret: str
    password: str


@dataclass(frozen=True)
class Places:
    """Where the demo keeps its things and listens."""

    folder: Path
    host: str
    port: int
    receiver_port: int

    @property
    def database_url(self) -> str:
        """The demo's own database."""
        return f"sqlite:///{self.folder / 'firasa.db'}"

    @property
    def web(self) -> str:
        """Address of the web process."""
        return f"http://{self.host}:{self.port}"

    @property
    def receiver(self) -> str:
        """Address of the receiver that stands for the email tool."""
        return f"http://{self.host}:{self.receiver_port}"


def hold_folder(folder: Path) -> IO[str]:
    """Make the demo's folder and keep it for this run; the lock ends with the process, however that ends.

    :raises DemoError: when the folder holds something that is not the demo's, or another demo runs in it
    """
    if folder.exists() and not (folder / MARKER).exists() and any(one.name != LOCK for one in folder.iterdir()):
        raise DemoError(f"{folder} is not a folder of the demo; move it away or name another with --folder")
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / LOCK).open("w", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise DemoError(f"a demo runs in {folder} already; stop it, or name another folder with --folder") from error
    return lock


def prepare_folder(folder: Path, *, reset: bool) -> Keepsake:
    """Begin a demo in the folder, or take up the one of an earlier run.

    :param reset: delete what an earlier run made, and nothing else
    """
    marker = folder / MARKER
    if reset and marker.exists():
        _remove_made(folder)
    if marker.exists():
        return Keepsake(**json.loads(marker.read_text(encoding="utf-8")))
    made = Keepsake(secrets.token_urlsafe(32), _webhook_secret(), secrets.token_urlsafe(9))
    marker.touch(mode=0o600)
    marker.write_text(json.dumps(asdict(made), indent=2), encoding="utf-8")
    return made


def _remove_made(folder: Path) -> None:
    """Remove what an earlier run made, by name: whatever else lies in the folder stays."""
    for pattern in MADE:
        for path in folder.glob(pattern):
            path.unlink()
    receiver = folder / "receiver"
    if receiver.exists() and not any(receiver.iterdir()):
        receiver.rmdir()


def environment(places: Places, keepsake: Keepsake) -> dict[str, str]:
    """The settings of the demo's processes; the person's own settings are left out."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")}
    return {
        **kept,
        "DATABASE_URL": places.database_url,
        "HOST": places.host,
        "PORT": str(places.port),
        "SECRET_KEY": keepsake.secret_key,
        "PUBLIC_URL": places.web,
        "SHOP_CURRENCY": "SAR",
        "SHOP_TIMEZONE": "Asia/Riyadh",
        "ALLOW_PRIVATE_DESTINATIONS": "true",
        "LOG_LEVEL": "warning",
        "FIRASA_DEMO": "1",
        "PYTHONUNBUFFERED": "1",
        PARENT: str(os.getpid()),
    }


def free_port(host: str, wanted: int) -> int:
    """The wanted port, or the next one that is free."""
    for port in range(wanted, wanted + 50):
        if is_free(host, port):
            return port
    raise DemoError(f"no free port from {wanted} on")


def is_free(host: str, port: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


@contextmanager
def children(commands: Mapping[str, list[str]], env: Mapping[str, str]) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Run processes beside each other; when the block ends, for whatever reason, all of them end.

    They are in sessions of their own, so that Ctrl-C reaches this process only and each is ended once, and they end by
    themselves when this process is killed (``service/processes.py``).
    """
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            running[name] = subprocess.Popen(command, env=dict(env), stdin=subprocess.DEVNULL, start_new_session=True)
        yield running
    finally:
        _stop(running.values())


def wait_until_ready(running: Mapping[str, subprocess.Popen[bytes]], addresses: list[str]) -> None:
    """Wait until every address answers 200.

    :raises DemoError: when a process ended instead, or it takes too long
    """
    deadline = time.monotonic() + _PATIENCE
    waiting = list(addresses)
    while waiting:
        _refuse_ended(running)
        if time.monotonic() > deadline:
            raise DemoError(f"{waiting[0]} did not answer within {_PATIENCE:.0f} s")
        if _answers(waiting[0]):
            waiting.pop(0)
        else:
            time.sleep(0.1)


def watch(running: Mapping[str, subprocess.Popen[bytes]], stopped: Callable[[], bool]) -> None:
    """Wait until somebody stops the demo; :raises DemoError: when one of its processes ends by itself"""
    while not stopped():
        _refuse_ended(running)
        time.sleep(0.2)


def python(*arguments: str) -> list[str]:
    """A command that runs this very Python."""
    return [sys.executable, "-m", *arguments]


def _refuse_ended(running: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for name, process in running.items():
        if process.poll() is not None:
            raise DemoError(f"the {name} process ended with status {process.returncode}; its messages are above")


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=2).status_code == 200
    except requests.RequestException:
        return False


def _stop(processes: object) -> None:
    listed = [one for one in processes if one.poll() is None]  # type: ignore[attr-defined]
    for one in listed:
        one.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + _GRACE
    for one in listed:
        try:
            one.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(one.pid, signal.SIGKILL)
            one.wait()


def _webhook_secret() -> str:
    import base64

    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
