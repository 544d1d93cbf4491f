"""The admin: pages for the people who work with Firasa.

Every page is a link or a form that works without JavaScript. ``blueprint`` is joined to the application at ``/admin``.
A request goes through five steps before its view: refuse forms of other sites, refuse texts that cannot be kept, find
the user, find their language, and send visitors to log in. One module per noun adds its views.
"""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response

from service.domain.text import is_storable
from service.web import auth, i18n
from service.web.admin import pages, words

blueprint = Blueprint("admin", __name__)

_LARGEST_ID = 2**63 - 1

# The only pages that a visitor may see.
_OPEN = frozenset({"admin.login", "admin.log_in", "admin.setup", "admin.preferences"})

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


@blueprint.before_request
def prepare() -> Response | None:
    """The five steps before every view."""
    auth.refuse_cross_site(request)
    _refuse_unstorable()
    _refuse_impossible()
    ctx = pages.begin()
    user = auth.load_user(ctx)
    if user is not None:
        g.context = replace(ctx, actor=user.email)
    i18n.set_reader(
        i18n.Reader(
            lang=i18n.wanted_language(user.lang if user else None),
            timezone=ctx.shop.timezone,
            currency=ctx.shop.currency,
            numerals=ctx.shop.numerals,
            now=ctx.now,
        )
    )
    if user is None and request.endpoint not in _OPEN:
        back = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("admin.login", next=back), code=303)
    return None


def _refuse_unstorable() -> None:
    for text in (request.path, *request.args.keys(), *request.values.values()):
        if not is_storable(text):
            abort(400)


def _refuse_impossible() -> None:
    """A number that no row can have is an address that does not exist."""
    if any(isinstance(value, int) and value > _LARGEST_ID for value in (request.view_args or {}).values()):
        abort(404)


@blueprint.after_app_request
def protect(response: Response) -> Response:
    """Headers of every page under the admin, also of those that do not exist: nothing from elsewhere runs, frames it,
    learns its address, or keeps it."""
    if not request.path.startswith("/admin"):
        return response
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@blueprint.context_processor
def shared() -> dict[str, object]:
    """What every admin template may use."""
    return {
        "asset": pages.asset,
        "navigation": pages.navigation,
        "orders_said": words.orders,
        "people": words.people,
        "persona_name": words.persona,
        "query": pages.query,
        "role_name": words.role_name,
        "status_of": words.status,
        "shop": pages.shop(),
        "theme": pages.theme(),
        "user": auth.current_user(),
        "may": pages.may,
    }


# Views register themselves on the blueprint; they are imported last because they need it.
from service.web.admin import (  # noqa: E402
    account,
    consents,
    customers,
    discoveries,
    insights,
    model,
    overview,
    people,
    personas,
    questions,
    quiz_people,
    quizzes,
    reports,
    segment_editor,
    segment_pages,
    segments,
    settings,
    sync,
    value,
)

__all__ = [
    "account",
    "blueprint",
    "consents",
    "customers",
    "discoveries",
    "insights",
    "model",
    "overview",
    "people",
    "personas",
    "questions",
    "quiz_people",
    "quizzes",
    "reports",
    "segment_editor",
    "segment_pages",
    "segments",
    "settings",
    "sync",
    "value",
]
