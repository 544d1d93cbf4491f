"""The people who work with Firasa: who they are and what they may do. For owners."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from service.domain.errors import Refused
from service.domain.users import ROLES
from service.operations import users
from service.web import auth
from service.web.admin import blueprint, words
from service.web.admin.pages import context, render
from service.web.i18n import _


@blueprint.get("/settings/people")
@auth.requires("owner")
def people() -> Response:
    """Everybody with an account, and what was changed lately."""
    return _page()


@blueprint.post("/settings/people/link")
@auth.requires("owner")
def make_link() -> Response:
    """Make a setup link; it is shown once, on the page that answers."""
    token = users.make_setup_link(context(), request.form.get("role", "viewer"))
    return _page(link=url_for("admin.setup", token=token, _external=True))


@blueprint.post("/settings/people/<int:user_id>/role")
@auth.requires("owner")
def change_role(user_id: int) -> Response:
    """Give somebody another role."""
    return _change(
        lambda: users.change_role(context(), user_id, request.form.get("role", "")), _("The role is changed.")
    )


@blueprint.post("/settings/people/<int:user_id>/disable")
@auth.requires("owner")
def disable_user(user_id: int) -> Response:
    """Lock somebody out."""
    return _change(lambda: users.disable(context(), user_id), _("They are locked out and logged out everywhere."))


@blueprint.post("/settings/people/<int:user_id>/enable")
@auth.requires("owner")
def enable_user(user_id: int) -> Response:
    """Let somebody in again."""
    return _change(lambda: users.enable(context(), user_id), _("They can log in again."))


@blueprint.post("/settings/people/<int:user_id>/password")
@auth.requires("owner")
def new_password(user_id: int) -> Response:
    """Give somebody who forgot theirs a new password; it is shown once, on the page that answers."""
    password = secrets.token_urlsafe(12)
    user = users.reset_password(context(), user_id, password)
    return _page(password=password, of=user.email)


def _change(change: Callable[[], object], done: str) -> Response:
    try:
        change()
        flash(done, "success")
    except Refused:
        flash(_("This is the only owner who can log in. Make somebody else an owner first."), "danger")
    return redirect(url_for("admin.people"), code=303)


def _page(*, link: str = "", password: str = "", of: str = "") -> Response:
    ctx = context()
    return render(
        "people.html",
        "settings",
        people=users.everyone(ctx),
        changes=[(one, words.action(one.action)) for one in users.recent_changes(ctx, 20)],
        roles=[(role, words.role_name(role)) for role in reversed(ROLES)],
        link=link,
        password=password,
        of=of,
    )
