"""Answers in one process, without sockets: each beside a call of the floor, in the same instant."""

from __future__ import annotations

import gc
import io
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask

from bench.answering import floor
from bench.answering.sample import FLOOR_PATH, Sample, Walk
from bench.answering.shop import config
from service.app import create_app
from service.store.database import Database

CONSENT = {"email": True}


@dataclass
class Calls:
    """Seconds of each call by kind, and the most statements one of a kind took."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    statements: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, seconds: float) -> None:
        """Note how long a call took."""
        self.seconds.setdefault(kind, []).append(seconds)


class Client:
    """Calls a WSGI application."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def post(self, path: str, document: object) -> tuple[dict[str, Any], float]:
        """Send a document; gives what came back, and the seconds from call to the last byte.

        :raises RuntimeError: when the answer is not 200
        """
        body = json.dumps(document, ensure_ascii=False).encode()
        environ = {
            "REQUEST_METHOD": "POST",
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "127.0.0.1:8000",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        heard: list[str] = []

        def start_response(status: str, headers: object, exc_info: object = None) -> None:
            heard.append(status)

        began = time.perf_counter()
        parts: Iterable[bytes] = self._app.wsgi_app(environ, start_response)  # type: ignore[arg-type]
        answer = b"".join(parts)
        took = time.perf_counter() - began
        if not heard[0].startswith("200"):
            raise RuntimeError(f"POST {path} {document}: {heard[0]} {answer[:300]!r}")
        return json.loads(answer), took


class Measured:
    """The product and the floor in this process, taking turns."""

    def __init__(self, folder: Path, database: str, sample: Sample) -> None:
        self._sample = sample
        product = create_app(config(database))
        self._runtime = product.extensions["firasa"]
        self._product = Client(product)
        self._floor = Client(floor.create_app(folder / "floor.db"))
        self._taken = 0

    @property
    def _db(self) -> Database:
        found: Database = self._runtime.db
        return found

    def run(self, conversations: int) -> Calls:
        """Walk through quizzes, anonymous and known shoppers in turn; before each answer the floor is called."""
        calls = Calls()
        gc.collect()
        for _ in range(conversations):
            number = self._taken = self._taken + 1
            walk = self._sample.walks[number // 2 % len(self._sample.walks)]
            self._converse(calls, walk, number, known=number % 2 == 0)
        return calls

    def close(self) -> None:
        """Close the product's database."""
        self._runtime.close()

    def _converse(self, calls: Calls, walk: Walk, number: int, *, known: bool) -> None:
        visit = {"quiz": walk.quiz, "lang": ("en", "ar")[number % 2], "visit": f"in-process-{number}"}
        turn, took = self._product.post("/v1/responses", visit)
        calls.add("start", took)
        path = f"/v1/responses/{turn['response_id']}"
        if known:
            email = self._sample.emails[number // 2 % len(self._sample.emails)]
            self._product.post(f"{path}/identify", {"email": email, "consent": CONSENT})
        for position, (item_id, value) in enumerate(walk.answers, 1):
            last = position == len(walk.answers)
            kind = f"{'completing' if last else 'ordinary'}, {'known' if known else 'anonymous'}"
            asked = {"item_id": item_id, "value": value, "revision": turn["revision"]}
            _, floor_took = self._floor.post(FLOOR_PATH, asked)
            calls.add("floor", floor_took)
            statements: list[str] = []
            with self._db.trace(statements):
                turn, took = self._product.post(f"{path}/answers", asked)
            calls.add(kind, took)
            calls.statements[kind] = max(calls.statements.get(kind, 0), len(statements))
        if turn["status"] != "complete":
            raise RuntimeError(f"the way through {walk.quiz} did not come to its end")
