"""Who is at the other end of an admin request: sessions, roles, and refusing requests other sites start.

The session is Flask's signed cookie. It holds the user's id and their session key, which the database can change: a
new password or "log out everywhere" ends every session at once, without a table of sessions.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Request, abort, current_app, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug.wrappers import Response

from service.domain.users import Role, may
from service.operations import logins as operations
from service.operations.context import Context
from service.store.users import User

LIFETIME = timedelta(days=14)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

P = ParamSpec("P")
R = TypeVar("R")


def init_app(app: Flask, *, secure: bool) -> None:
    """Set up the session cookie.

    :param secure: send it over HTTPS only; true when the public address is https
    """
    app.session_interface = _AdminSessions()
    app.config.update(
        SESSION_COOKIE_NAME="firasa_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_PATH="/admin",
        PERMANENT_SESSION_LIFETIME=LIFETIME,
    )


class _AdminSessions(SecureCookieSessionInterface):
    """Sessions below the path of their cookie only: shoppers have none, and their answers need not look for one."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if not request.path.startswith(self.get_cookie_path(app)):
            return self.make_null_session(app)
        return super().open_session(app, request)


def begin_session(user: User) -> None:
    """Log a user in on this browser."""
    session.clear()
    session.permanent = True
    session["user"] = user.id
    session["key"] = user.session_key
    g.user = user


def end_session() -> None:
    """Log out on this browser."""
    session.clear()
    g.user = None


def load_user(ctx: Context) -> User | None:
    """Find out whose session this is, once per request."""
    user_id, key = session.get("user"), session.get("key")
    known = isinstance(user_id, int) and isinstance(key, str)
    g.user = operations.session_user(ctx, user_id, key) if known else None  # type: ignore[arg-type]
    if known and g.user is None:
        session.clear()
    return current_user()


def current_user() -> User | None:
    """The user who is logged in, or ``None``."""
    user: User | None = g.get("user")
    return user


def requires(role: Role) -> Callable[[Callable[P, R]], Callable[P, R | Response]]:
    """Let a view be used only by a role and those above it.

    A visitor is sent to log in; a user who may not gets 403.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R | Response]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
            user = current_user()
            if user is None:
                return redirect(url_for("admin.login", next=_here()), code=303)
            if not may(user.role, role):
                abort(403)
            return view(*args, **kwargs)

        guarded.needs_role = role  # type: ignore[attr-defined]
        return guarded

    return decorate


def refuse_cross_site(asked: Request) -> None:
    """Refuse a changing request that a browser sent on behalf of another site (403).

    1. Reading requests change nothing and pass.
    2. Browsers say where a request comes from in ``Sec-Fetch-Site``, which no page can forge: only this very origin
       (``same-origin``) and the person themselves (``none``) pass; ``same-site`` does not, since a neighbour's
       subdomain is not us.
    3. Over plain HTTP, and in old browsers, there is only ``Origin``: its host must be the one that was asked, or that
       of the public address (a proxy may have changed the first).
    4. Without both headers no browser sent it, so no cookie was borrowed.
    """
    if asked.method in _SAFE:
        return
    site = asked.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site in ("same-origin", "none"):
            return
        abort(403, "this form was sent from another site")
    origin = asked.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc.lower() not in _own_hosts(asked):
        abort(403, "this form was sent from another site")


def local_path(target: str | None) -> str | None:
    """Where to go after logging in, if it is a path of this admin; anything else is ignored."""
    if not target or "\\" in target or not target.isprintable():
        return None
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not parts.path.startswith("/admin") or parts.path.startswith("//"):
        return None
    return target


def _own_hosts(asked: Request) -> frozenset[str]:
    public = urlsplit(current_app.config["FIRASA_CONFIG"].public_url).netloc
    return frozenset({asked.host.lower(), public.lower()} - {""})


def _here() -> str:
    return request.full_path.rstrip("?") if request.method == "GET" else "/admin/"
