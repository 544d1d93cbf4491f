"""Load over HTTP: processes that keep connections alive and send one request after the other on each.

They speak just as much HTTP as needed, on plain sockets, so that on a small machine most of the time is the server's.
``python -m bench.answering.load`` is one of these processes: a pickled Load on stdin, a pickled Served on stdout.
"""

from __future__ import annotations

import json
import pickle
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

from bench.answering.sample import FLOOR_PATH, Sample, Walk

PROCESSES = 2
_PATIENCE = 10.0
Request = tuple[str, object]
Conversation = Generator[Request, bytes, None]


@dataclass(frozen=True)
class Load:
    """What to send.

    :param name: tells this load's visits from those of others
    :param first: the number of its first connection
    :param sample: conversations with the product; ``None`` sends to the floor
    """

    port: int
    connections: int
    seconds: float
    name: str
    sample: Sample | None
    first: int = 0


@dataclass
class Served:
    """What came back: seconds of each request, and each request that went wrong in words."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    lasted: float = 0.0

    @property
    def per_second(self) -> float:
        """Good answers a second."""
        return len(self.seconds) / self.lasted if self.lasted else 0.0


def send(load: Load) -> Served:
    """Send for so many seconds, by a few processes.

    :raises RuntimeError: when a process does not come to its end in time
    """
    parts = [
        replace(load, connections=load.connections // PROCESSES + (one < load.connections % PROCESSES), first=100 * one)
        for one in range(PROCESSES)
    ]
    senders = [_start(part) for part in parts if part.connections]
    together = Served()
    try:
        for process in senders:
            answer, _ = process.communicate(timeout=load.seconds + 3 * _PATIENCE)
            served: Served = pickle.loads(answer)
            together.seconds += served.seconds
            together.errors += served.errors
            together.lasted = max(together.lasted, served.lasted)
    except (subprocess.TimeoutExpired, EOFError) as error:
        raise RuntimeError("a process that sends the load did not come to its end") from error
    finally:
        for process in senders:
            process.kill()
            process.wait()
    return together


def _start(part: Load) -> subprocess.Popen[bytes]:
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "bench.answering.load"]
    process = subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    with process.stdin as its_input:
        pickle.dump(part, its_input)
    process.stdin = None  # communicate() must not look for it
    return process


@dataclass
class _Connection:
    """One connection with the conversation on it and the request under way."""

    socket: socket.socket
    talk: Iterator[Conversation]
    now: Conversation
    received: bytes = b""
    wanted: int = 0
    sent_at: float = 0.0


class _Sender:
    def __init__(self, load: Load) -> None:
        self._load = load
        self._served = Served()
        self._selector = selectors.DefaultSelector()

    def run(self) -> Served:
        began = time.perf_counter()
        until = began + self._load.seconds
        for lane in range(self._load.first, self._load.first + self._load.connections):
            self._connect(self._conversations(f"{self._load.name}-{lane}", lane))
        open_ones = self._load.connections
        while open_ones:
            ready = self._selector.select(timeout=_PATIENCE)
            if not ready:
                self._served.errors.append(f"no answer within {_PATIENCE:.0f} s")
                break
            for key, _ in ready:
                open_ones -= not self._receive(key.data, until)
        # Answers that were under way at the end are counted, so their time is as well.
        self._served.lasted = time.perf_counter() - began
        return self._served

    def _connect(self, talk: Iterator[Conversation]) -> None:
        plain = socket.create_connection(("127.0.0.1", self._load.port), timeout=_PATIENCE)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = _Connection(plain, talk, next(talk))
        self._selector.register(plain, selectors.EVENT_READ, connection)
        self._ask(connection, next(connection.now))

    def _ask(self, connection: _Connection, request: Request) -> None:
        path, document = request
        body = json.dumps(document).encode()
        head = f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        connection.received, connection.wanted = b"", 0
        connection.sent_at = time.perf_counter()
        connection.socket.sendall(head.encode() + b"\r\n\r\n" + body)

    def _receive(self, connection: _Connection, until: float) -> bool:
        """Take what arrived; sends the next request after a whole answer. False when the connection is done."""
        part = connection.socket.recv(65536)
        connection.received += part
        if not connection.wanted:
            connection.wanted = _length(connection.received)
        if part and (not connection.wanted or len(connection.received) < connection.wanted):
            return True
        now = time.perf_counter()
        good = connection.received.startswith(b"HTTP/1.1 200 ")
        if good:
            self._served.seconds.append(now - connection.sent_at)
        else:
            self._served.errors.append(connection.received[:300].decode(errors="replace") or "connection closed")
        if now >= until or not part:
            self._selector.unregister(connection.socket)
            connection.socket.close()
            return False
        self._ask(connection, self._next(connection, good))
        return True

    def _next(self, connection: _Connection, good: bool) -> Request:
        if good:
            try:
                return connection.now.send(connection.received)
            except StopIteration:
                pass
        connection.now = next(connection.talk)
        return next(connection.now)

    def _conversations(self, name: str, lane: int) -> Iterator[Conversation]:
        sample = self._load.sample
        for number in count(1):
            if sample is None:
                yield _to_the_floor()
            else:
                turn = 3 * lane + number
                known = sample.emails[(97 * turn + lane) % len(sample.emails)] if number % 2 else None
                yield _to_the_product(sample.walks[turn % len(sample.walks)], f"{name}-{number}", known)


def _to_the_floor() -> Conversation:
    while True:
        yield FLOOR_PATH, {"item_id": "skin_type", "value": "dry", "revision": 1}


def _to_the_product(walk: Walk, visit: str, email: str | None) -> Conversation:
    """Start, answer all but the last, leave an address (every second shopper), and complete."""
    answer = yield "/v1/responses", {"quiz": walk.quiz, "lang": "ar", "visit": visit}
    path = f"/v1/responses/{_response_id(answer)}"
    for revision, (item_id, value) in enumerate(walk.answers):
        if email is not None and revision == len(walk.answers) - 1:
            yield f"{path}/identify", {"email": email, "consent": {"email": True}}
        yield f"{path}/answers", {"item_id": item_id, "value": value, "revision": revision}


def _length(received: bytes) -> int:
    """The whole length of an answer of which the head is there; 0 while it is not."""
    head, end, _ = received.partition(b"\r\n\r\n")
    if not end:
        return 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(head) + 4 + int(line.partition(b":")[2])
    return len(received)


def _response_id(answer: bytes) -> str:
    document: dict[str, Any] = json.loads(answer.partition(b"\r\n\r\n")[2])
    return str(document["response_id"])


if __name__ == "__main__":
    # Under its real name, so that what is pickled is of the classes that the other side knows.
    from bench.answering import load as this

    given: Load = pickle.load(sys.stdin.buffer)
    sys.stdout.buffer.write(pickle.dumps(this._Sender(given).run()))
