"""The outer edge of the public API: who calls, how much, and whether what arrives can be taken at all.

Everything a database or a parser would choke on is refused here: wrong media types, large bodies, broken or very deep
JSON, NUL and lone surrogates. Nothing behind the edge has to think of it.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_address, ip_network
from typing import Any, NoReturn

from flask import Flask, Request, Response, current_app, request
from webargs.flaskparser import FlaskParser

from service.domain.text import is_storable
from service.web.problems import ProblemError

LARGEST_BODY = 64 * 1024
LARGEST_BATCH = 4 * 1024 * 1024
BATCHES = frozenset({"/v1/orders", "/v1/customers", "/v1/contact-events"})
"""Paths that take many records at once."""
DEEPEST = 16
_SWEEP_SECONDS = 60.0
_MOST_COUNTED = 200_000

Environ = dict[str, Any]
WSGIApp = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


# JSON --------------------------------------------------------------------------------------------------------------


def json_body(asked: Request) -> Any:
    """The body as JSON.

    :raises ProblemError: ``unsupported_media_type``, ``body_too_large``, ``malformed_json`` or ``invalid_value``
    """
    if asked.mimetype != "application/json" and not asked.mimetype.endswith("+json"):
        raise ProblemError(415, "unsupported_media_type", "send JSON with Content-Type: application/json")
    body = _body(asked)
    try:
        document = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ProblemError(400, "malformed_json", "the body is not JSON that can be read") from error
    _check(document, "", 0)
    return document


def _body(asked: Request) -> bytes:
    """All of the body. One in chunks says its length only by ending, so one byte more than allowed is read."""
    if asked.content_length is not None or "chunked" not in asked.headers.get("Transfer-Encoding", "").lower():
        return asked.get_data(cache=True)
    limit = asked.max_content_length or LARGEST_BODY
    body: bytes = asked.environ["wsgi.input"].read(limit + 1)
    if len(body) > limit:
        raise ProblemError(413, "body_too_large", f"a body has at most {limit} bytes")
    return body


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _check(value: Any, path: str, depth: int) -> None:
    if depth > DEEPEST:
        raise ProblemError(400, "malformed_json", f"the body is nested more than {DEEPEST} deep")
    if isinstance(value, str) and not is_storable(value):
        _refuse_text(path)
    elif isinstance(value, dict):
        for key, child in value.items():
            if not is_storable(key):
                _refuse_text(path)
            _check(child, f"{path}.{key}" if path else key, depth + 1)
    elif isinstance(value, list):
        for position, child in enumerate(value):
            _check(child, f"{path}[{position}]", depth + 1)


def _refuse_text(path: str) -> NoReturn:
    message = "contains characters that cannot be kept (NUL or half of a surrogate pair)"
    raise ProblemError(422, "invalid_value", message, errors=[(path, message)])


class EdgeParser(FlaskParser):
    """Hands schemas the JSON that passed the edge."""

    def load_json(self, req: Request, schema: Any) -> Any:
        return json_body(req)

    def handle_error(
        self, error: Any, req: Request, schema: Any, *, error_status_code: int | None, error_headers: Any
    ) -> NoReturn:
        raise ProblemError(422, "invalid_value", "some values cannot be taken", errors=list(_paths(error.messages)))


def _paths(messages: Any, path: str = "") -> Iterable[tuple[str, str]]:
    """Marshmallow's nested messages as (path, sentence)."""
    if isinstance(messages, Mapping):
        for key, child in messages.items():
            if path == "" and key in ("json", "query"):
                yield from _paths(child)
            elif key == "_schema":
                yield from _paths(child, path)
            elif isinstance(key, int):
                yield from _paths(child, f"{path}[{key}]")
            else:
                yield from _paths(child, f"{path}.{key}" if path else str(key))
    elif isinstance(messages, list):
        for child in messages:
            yield from _paths(child, path)
    else:
        yield path, str(messages)


# how much ----------------------------------------------------------------------------------------------------------


class Limiter:
    """Counts requests per address and per response, in this process.

    A fixed window per name: somebody may take up to twice the limit around the turn of a window, which is harmless
    here. Written out because the usual library starts a thread at each hit to forget old windows (docs/decisions).
    """

    def __init__(self, per_address: str, per_response: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = {"address": _limit(per_address), "response": _limit(per_response)}
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, int, str], int] = {}
        self._swept = 0.0

    def address(self, address: str) -> None:
        """Count one request of an address; :raises ProblemError: ``too_many_requests``"""
        self._hit("address", address)

    def response(self, public_id: str) -> None:
        """Count one request to a response; :raises ProblemError: ``too_many_requests``"""
        self._hit("response", public_id)

    def _hit(self, kind: str, name: str) -> None:
        limit, seconds = self._limits[kind]
        now = self._clock()
        window = int(now // seconds)
        with self._lock:
            self._sweep(now)
            key = (kind, window, name)
            count = self._counts[key] = self._counts.get(key, 0) + 1
        if count > limit:
            wait = max(1, round((window + 1) * seconds - now))
            raise ProblemError(
                429,
                "too_many_requests",
                f"only {limit} requests in {seconds} seconds are taken; go on in {wait} seconds",
                headers={"Retry-After": str(wait)},
            )

    def _sweep(self, now: float) -> None:
        """Forget windows that are over, now and then."""
        if now - self._swept < _SWEEP_SECONDS and len(self._counts) < _MOST_COUNTED:
            return
        self._swept = now
        present = {kind: int(now // seconds) for kind, (_, seconds) in self._limits.items()}
        self._counts = {key: count for key, count in self._counts.items() if key[1] == present[key[0]]}


def _limit(text: str) -> tuple[int, int]:
    """A setting such as ``600/minute`` as a number and seconds."""
    count, _, unit = text.partition("/")
    return int(count), {"second": 1, "minute": 60, "hour": 3600, "day": 86400}[unit]


# who ---------------------------------------------------------------------------------------------------------------


class TrustedProxies:
    """WSGI middleware: believes X-Forwarded-For and X-Forwarded-Proto from trusted addresses, and from no others."""

    def __init__(self, app: WSGIApp, networks: Iterable[str]) -> None:
        self._app = app
        self._networks = [ip_network(network, strict=False) for network in networks]

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if self._trusts(str(environ.get("REMOTE_ADDR", ""))):
            self._believe(environ)
        return self._app(environ, start_response)

    def _believe(self, environ: Environ) -> None:
        hops = [hop.strip() for hop in str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",") if hop.strip()]
        for hop in reversed(hops):  # the nearest one first; the first that is no proxy of ours is the client
            environ["REMOTE_ADDR"] = hop
            if not self._trusts(hop):
                break
        scheme = str(environ.get("HTTP_X_FORWARDED_PROTO", "")).split(",")[-1].strip().lower()
        if scheme in ("http", "https"):
            environ["wsgi.url_scheme"] = scheme

    def _trusts(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._networks)


def init_app(app: Flask, origins: tuple[str, ...]) -> None:
    """Join the edge to the application: limits for ``/v1``, and CORS for the shop's origins."""

    @app.before_request
    def _limit() -> None:
        if not request.path.startswith("/v1/"):
            return
        request.max_content_length = LARGEST_BATCH if request.path in BATCHES else LARGEST_BODY
        if request.method != "OPTIONS":
            limiter().address(request.remote_addr or "")

    @app.after_request
    def _cors(response: Response) -> Response:
        if request.path.startswith("/static/"):  # fonts and the widget are for every page that asks
            response.headers.setdefault("Access-Control-Allow-Origin", "*")
        if not request.path.startswith("/v1/"):
            return response
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.add("Origin")
        origin = request.headers.get("Origin")
        if origin and ("*" in origins or origin in origins):
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = "Retry-After, X-Request-Id"
            if request.method == "OPTIONS":
                response.headers["Access-Control-Allow-Methods"] = "GET, POST"
                response.headers["Access-Control-Allow-Headers"] = "Content-Type"
                response.headers["Access-Control-Max-Age"] = "86400"
        return response


def limiter() -> Limiter:
    """This process's limiter."""
    found: Limiter = current_app.extensions["firasa.limiter"]
    return found
