"""API keys on server routes: ``Authorization: Bearer <key>`` with the scope a route needs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import current_app, request

from service.operations import users
from service.web.problems import ProblemError

P = ParamSpec("P")
R = TypeVar("R")


def requires_scope(scope: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a route be called only with an API key that has this scope (else 401 or 403)."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            _check(scope)
            return view(*args, **kwargs)

        return guarded

    return decorate


def _check(scope: str) -> None:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise ProblemError(
            401,
            "unauthorized",
            "send an API key as Authorization: Bearer …; `firasa keys create` makes one",
            headers={"WWW-Authenticate": "Bearer"},
        )
    ctx = current_app.extensions["firasa"].context(actor="api")
    key = users.key_for(ctx, secret.strip())
    if key is None:
        raise ProblemError(
            401, "unauthorized", "the API key is not known or was revoked", headers={"WWW-Authenticate": "Bearer"}
        )
    if scope not in key.scopes:
        raise ProblemError(403, "forbidden", f"this API key lacks the scope {scope}")
