"""The demo's receiver: a small program that stands for the email tool and shows what a marketer would see there.

It takes nothing but webhooks that are signed with its secret, and knows of customers only what these say.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from babel.dates import format_timedelta
from babel.numbers import format_decimal
from flask import Flask, Response, jsonify, render_template, request
from werkzeug.serving import WSGIRequestHandler, make_server

from service.catalog.files import resource_dir
from service.demo.audience import Audience, BadEvent, Contact, matching, tag_counts
from service.demo.receiver_texts import TEXTS
from service.destinations.webhook import BadSignature, verify
from service.domain.deliveries import SECOND, TAGS_CHANGED
from service.processes import follow_starter

MOST_BYTES = 65_536
PAGE = 50
SHOWN_TAGS = 24
FRESH = 20 * SECOND
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'"
)


@dataclass
class Failure:
    """What to answer instead, and how often, while failures are rehearsed."""

    status: int
    times: int
    retry_after: int | None = None


def create_receiver(folder: Path, secrets: Sequence[str], *, allow_failures: bool = False) -> Flask:
    """The receiver as a WSGI application.

    :param folder: where it keeps its contacts
    :param secrets: any of which may have signed a message
    :param allow_failures: take ``POST /_fail {"status", "times", "retry_after"}``, to rehearse failures
    """
    static = Path(__file__).resolve().parent.parent / "static"
    app = Flask(__name__, template_folder=str(resource_dir("templates")), static_folder=str(static))
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    audience = Audience(folder)
    app.extensions["audience"] = audience
    failures: list[Failure] = []
    lock = threading.Lock()

    @app.post("/hook")
    def hook() -> tuple[Any, int] | Response:
        """Check the signature, keep the event, and only then answer."""
        with lock:
            failure = failures[0] if failures else None
            if failure is not None:
                failure.times -= 1
                if failure.times <= 0:
                    failures.pop(0)
        if failure is not None:
            headers = {} if failure.retry_after is None else {"Retry-After": str(failure.retry_after)}
            return Response("failing as told", failure.status, headers)
        try:
            verify(secrets, dict(request.headers), request.get_data(), now())
        except BadSignature as error:
            audience.refuse()
            return jsonify(error=str(error)), 401
        event = request.get_json(silent=True, force=True)
        if not isinstance(event, dict) or not isinstance(event.get("data"), dict):
            return jsonify(error="the body is no event"), 400
        if event.get("type") == TAGS_CHANGED:
            try:
                audience.take(event["data"], now())
            except BadEvent as error:
                return jsonify(error=str(error)), 400
        return Response(status=204)

    @app.get("/customers.json")
    def customers() -> Response:
        """Every contact with address and tags."""
        found = sorted(audience.latest(), key=lambda contact: (len(contact.customer_id), contact.customer_id))
        return jsonify([{"customer_id": one.customer_id, "email": one.email, "tags": one.tags} for one in found])

    @app.get("/")
    def page() -> str:
        """The audience as a marketer sees it."""
        return render_template("receiver/audience.html", **_view(audience))

    @app.get("/version")
    def version() -> Response:
        """A number that changes when the page would."""
        return jsonify(version=audience.version)

    @app.get("/healthz")
    def healthz() -> Response:
        """The process is alive."""
        return jsonify(status="ok")

    if allow_failures:

        @app.post("/_fail")
        def fail() -> Response:
            """Answer the next messages with a failure."""
            told = request.get_json(force=True)
            with lock:
                failures.append(Failure(int(told["status"]), int(told.get("times", 1)), told.get("retry_after")))
            return Response(status=204)

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response

    return app


def now() -> int:
    """UTC microseconds."""
    return time.time_ns() // 1000


def _view(audience: Audience) -> dict[str, Any]:
    """Everything the page shows, for the language, search, tag and page that were asked for."""
    lang = request.args.get("lang") or request.accept_languages.best_match(list(TEXTS)) or "en"
    lang = lang if lang in TEXTS else "en"
    texts = TEXTS[lang]
    text, tag = request.args.get("q", "")[:100], request.args.get("tag", "")[:64]
    everyone = audience.latest()
    found = matching(everyone, text, tag)
    last = max(1, -(-len(found) // PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), last)
    reachable = sum(1 for contact in everyone if contact.email)
    instant = now()
    return {
        "lang": lang,
        "dir": "rtl" if lang == "ar" else "ltr",
        "other": "en" if lang == "ar" else "ar",
        "t": texts,
        "number": lambda value: format_decimal(value, locale=_locale(lang)),
        "ago": lambda contact: _ago(contact, instant, lang, texts),
        "fresh": lambda contact: instant - contact.at < FRESH,
        "q": text,
        "tag": tag,
        "everyone": len(everyone),
        "reachable": reachable,
        "unreachable": len(everyone) - reachable,
        "found": len(found),
        "contacts": found[(page - 1) * PAGE : page * PAGE],
        "tags": tag_counts(everyone)[:SHOWN_TAGS],
        "page": page,
        "last": last,
        "version": audience.version,
        "taken": audience.taken,
        "refused": audience.refused,
    }


def _ago(contact: Contact, instant: int, lang: str, texts: dict[str, str]) -> str:
    seconds = max(0, instant - contact.at) // SECOND
    if seconds < 5:
        return texts["now"]
    return format_timedelta(timedelta(seconds=-seconds), add_direction=True, locale=_locale(lang), threshold=1.2)


def _locale(lang: str) -> str:
    # Western digits in Arabic too, as the tags and numbers beside them have.
    return "ar_AE" if lang == "ar" else "en_GB"


class _QuietHandler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing of ordinary requests."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True, help="Port to listen on.")
@click.option(
    "--folder", type=click.Path(file_okay=False, path_type=Path), required=True, help="Where contacts are kept."
)
@click.option(
    "--secret", envvar="FIRASA_RECEIVER_SECRET", required=True, help="Secret of the webhook, whsec_ and base64."
)
@click.option("--allow-failures", is_flag=True, help="Take POST /_fail, to rehearse failures.")
def main(host: str, port: int, folder: Path, secret: str, allow_failures: bool) -> None:
    """Stand for the email tool: take signed webhooks and show each customer's tags."""
    app = create_receiver(folder, [secret], allow_failures=allow_failures)
    try:
        server = make_server(host, port, app, threaded=True, request_handler=_QuietHandler)
    except (OSError, SystemExit):
        click.echo(f"Error: cannot listen on {host}:{port}; it is taken", err=True)
        sys.exit(1)
    follow_starter()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
