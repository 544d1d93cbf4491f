"""The floor: the same server and framework with a route that does the least an answer could do.

It loads the same JSON with marshmallow and commits one raw row with ``synchronous=FULL``. Writers queue up on a thread
lock, since SQLite's own waiting would only make the floor slower.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
from pathlib import Path
from typing import Any

from flask import Flask
from flask_smorest import Api, Blueprint
from marshmallow import RAISE, Schema, fields, validate

from bench.answering.sample import FLOOR_PATH

DATABASE = "BENCH_FLOOR_DATABASE"


class AnswerSchema(Schema):
    """The same body as the product's answers."""

    class Meta:
        unknown = RAISE

    item_id = fields.String(required=True, validate=validate.Length(1, 64))
    value = fields.Raw(required=True, allow_none=True)
    revision = fields.Integer(load_default=None, allow_none=True, strict=True)


def create_app(database: Path) -> Flask:
    """The floor's WSGI application; makes its table when it is missing."""
    with sqlite3.connect(database) as plain:
        plain.execute("PRAGMA journal_mode = WAL")
        plain.execute("CREATE TABLE IF NOT EXISTS raw (id INTEGER PRIMARY KEY, item_id TEXT, value TEXT) STRICT")
    plain.close()
    app = Flask("floor")
    app.config.update(API_TITLE="Floor", API_VERSION="1", OPENAPI_VERSION="3.1.0")
    blueprint = Blueprint("floor", "floor")
    connections = threading.local()
    turn = threading.Lock()

    def connection() -> sqlite3.Connection:
        if not hasattr(connections, "one"):
            connections.one = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
            connections.one.execute("PRAGMA synchronous = FULL")
        one: sqlite3.Connection = connections.one
        return one

    @blueprint.route(FLOOR_PATH, methods=["POST"])  # type: ignore[untyped-decorator]
    @blueprint.arguments(AnswerSchema)  # type: ignore[untyped-decorator]
    def answer(asked: dict[str, Any]) -> dict[str, bool]:
        with turn:
            connection().execute(
                "INSERT INTO raw (item_id, value) VALUES (?, ?)", (asked["item_id"], repr(asked["value"]))
            )
        return {"ok": True}

    Api(app).register_blueprint(blueprint)
    return app


def application() -> Flask:
    """The application of a server process, which ends when the process that started it is gone."""
    import signal

    from service.processes import follow_parent

    follow_parent(os.getppid(), signal.SIGKILL)
    return create_app(Path(os.environ[DATABASE]))


def main() -> None:
    """Serve: ``python -m bench.answering.floor PORT THREADS``."""
    from service import server

    server.run("127.0.0.1", int(sys.argv[1]), int(sys.argv[2]), "warning", target="bench.answering.floor:application")


if __name__ == "__main__":
    main()
