"""One shape for every error: ``application/problem+json`` with a stable ``code`` for programs, a page for people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import structlog
from flask import Flask, Response, render_template, request
from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException

from service.domain.errors import (
    DefinitionError,
    FirasaError,
    InvalidInput,
    InvalidValue,
    ItemNotExpected,
    NotFound,
    Refused,
    StaleRevision,
)
from service.store.database import BusyError, InvalidValueError, NotMigratedError

log = structlog.get_logger()

CODES: Mapping[str, tuple[int, str]] = {
    "malformed_json": (400, "The body is not JSON that can be read"),
    "bad_request": (400, "The request cannot be understood"),
    "unauthorized": (401, "An API key is needed"),
    "forbidden": (403, "Not allowed"),
    "not_found": (404, "Not found"),
    "quiz_not_found": (404, "There is no such quiz"),
    "response_not_found": (404, "There is no such response"),
    "customer_not_found": (404, "There is no such customer"),
    "method_not_allowed": (405, "The method is not allowed here"),
    "stale_revision": (409, "The response has moved on"),
    "item_not_expected": (409, "The item is not the next one"),
    "refused": (409, "A rule forbids it"),
    "body_too_large": (413, "The body is too large"),
    "unsupported_media_type": (415, "The body must be JSON"),
    "invalid_value": (422, "A value cannot be taken"),
    "too_many_requests": (429, "Too many requests"),
    "internal_error": (500, "Something went wrong on our side"),
    "unavailable": (503, "Not ready"),
}
"""Every ``code`` a problem may have, with its status and title."""

_BY_STATUS = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "refused",
    413: "body_too_large",
    415: "unsupported_media_type",
    422: "invalid_value",
    429: "too_many_requests",
    503: "unavailable",
}
_API = ("/v1/", "/hooks/", "/openapi.json", "/healthz", "/readyz", "/metrics")


class ProblemSchema(Schema):
    """An error: what went wrong, where, and what to do."""

    type = fields.String(metadata={"description": "urn:firasa:problem:<code>"})
    title = fields.String(metadata={"description": "The kind of problem, the same for every occurrence"})
    status = fields.Integer(metadata={"description": "The HTTP status"})
    detail = fields.String(metadata={"description": "What happened and what to do"})
    code = fields.String(metadata={"description": "A stable word for programs", "enum": sorted(CODES)})
    errors = fields.List(
        fields.Dict(keys=fields.String(), values=fields.String()),
        metadata={"description": "Which parts of the request: a list of {path, message}"},
    )


class ProblemError(Exception):
    """A request that is refused at the edge."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.errors = errors
        self.headers = headers or {}


def init_app(app: Flask) -> None:
    """Register the handlers. Call it after flask-smorest's ``Api``, whose own handler it replaces."""
    app.register_error_handler(ProblemError, _on_problem)
    app.register_error_handler(FirasaError, _on_refusal)
    app.register_error_handler(NotMigratedError, _on_not_migrated)
    app.register_error_handler(BusyError, _on_busy)
    app.register_error_handler(InvalidValueError, _on_unstorable)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(Exception, _on_crash)


def answer(
    status: int,
    code: str,
    detail: str,
    errors: Sequence[tuple[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The error as a problem document, or as a page for somebody who asked for one."""
    title = CODES[code][1]
    if not request.path.startswith(_API):
        page = render_template("problem.html", status=status, code=code, detail=detail, errors=errors)
        return Response(page, status, headers=dict(headers or {}), mimetype="text/html")
    document = {
        "type": f"urn:firasa:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "errors": [{"path": path, "message": message} for path, message in errors],
    }
    body = json.dumps(document, ensure_ascii=False)
    return Response(body, status, headers=dict(headers or {}), mimetype="application/problem+json")


def _on_problem(error: ProblemError) -> Response:
    return answer(error.status, error.code, str(error), error.errors, error.headers)


def _on_refusal(error: FirasaError) -> Response:
    code, errors = _code(error)
    return answer(CODES[code][0], code, str(error), errors)


def _code(error: FirasaError) -> tuple[str, list[tuple[str, str]]]:
    if isinstance(error, InvalidValue):  # the shopper's sentence, in the language of the response, where there is one
        return "invalid_value", [(error.path, error.said or str(error))]
    if isinstance(error, InvalidInput):
        return "invalid_value", [(error.path, str(error))]
    if isinstance(error, DefinitionError):
        return "invalid_value", [(one.path, one.message) for one in error.problems]
    if isinstance(error, NotFound):
        code = f"{error.noun}_not_found"
        return (code if code in CODES else "not_found"), []
    if isinstance(error, StaleRevision):
        return "stale_revision", []
    if isinstance(error, ItemNotExpected):
        return "item_not_expected", [("item_id", str(error))]
    if isinstance(error, Refused):
        return "refused", []
    return "refused", []


def _on_not_migrated(error: NotMigratedError) -> Response:
    return answer(503, "unavailable", str(error), headers={"Retry-After": "5"})


def _on_unstorable(error: InvalidValueError) -> Response:
    """Something in the address that no database can look up, such as NUL."""
    return answer(422, "invalid_value", "the address contains characters that cannot be looked up")


def _on_busy(error: BusyError) -> Response:
    log.warning("database_busy", route=str(request.url_rule))
    return answer(503, "unavailable", "the database is busy; try again in a moment", headers={"Retry-After": "1"})


def _on_http(error: HTTPException) -> Response:
    if error.response is not None:  # a redirect or a ready answer
        return error.response  # type: ignore[return-value]
    status = error.code or 500
    code = _BY_STATUS.get(status, "internal_error" if status >= 500 else "bad_request")
    headers = {
        name: value for name, value in error.get_headers() if name.lower() in ("allow", "location", "retry-after")
    }
    if 300 <= status < 400:
        return error.get_response()  # type: ignore[return-value]
    return answer(status, code, error.description or CODES[code][1], headers=headers)


def _on_crash(error: Exception) -> Response:
    log.error(
        "request_failed", route=str(request.url_rule), method=request.method, error=type(error).__name__, exc_info=error
    )
    return answer(500, "internal_error", "Something went wrong on our side. It is in the log under this request's id.")
