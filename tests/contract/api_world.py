"""The whole web application on a database with the starter quizzes and segments published."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.app import create_app
from service.catalog.files import resource_dir
from service.catalog.loader import load_segments, read_file
from service.config import Config
from service.operations import quizzes, segments
from service.runtime import Runtime

REPLIES: dict[str, Any] = {"rating": 4, "nps": 9, "number": 3, "short_text": "hello", "long_text": "hello"}


@contextmanager
def application(database_url: str, **settings: Any) -> Iterator[FlaskClient]:
    """A client of the application; settings are those of ``Config``."""
    config = Config(database_url=database_url, shop_currency="SAR", shop_timezone="Asia/Riyadh", **settings)
    runtime = Runtime(config)
    try:
        ctx = runtime.context(actor="test")
        quizzes.publish_files(ctx)
        segments.apply(ctx, load_segments(*read_file(resource_dir("quizzes") / "segments.yaml")))
        runtime.forget()
        yield create_app(config, runtime).test_client()
    finally:
        runtime.close()


def reply(item: dict[str, Any], *, last: bool = False) -> Any:
    """Something that fits an item: its first option, or its last."""
    if item["type"] in REPLIES:
        return REPLIES[item["type"]]
    picked = item["options"][-1 if last else 0]["id"]
    return [picked] if item["type"] == "multiple" else picked


def post(client: FlaskClient, path: str, body: Any, **headers: str) -> TestResponse:
    return client.post(path, json=body, headers=headers)


def start(client: FlaskClient, quiz: str = "skin-match", lang: str = "en", visit: str = "visit-0001") -> dict[str, Any]:
    found: dict[str, Any] = post(client, "/v1/responses", {"quiz": quiz, "lang": lang, "visit": visit}).get_json()
    return found


def finish(client: FlaskClient, turn: dict[str, Any], *, last: bool = False) -> dict[str, Any]:
    """Answer until the response is complete."""
    while turn["status"] == "open":
        body = {"item_id": turn["item"]["id"], "value": reply(turn["item"], last=last), "revision": turn["revision"]}
        answer = post(client, f"/v1/responses/{turn['response_id']}/answers", body)
        assert answer.status_code == 200, answer.get_json()
        turn = answer.get_json()
    return turn
