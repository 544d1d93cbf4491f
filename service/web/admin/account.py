"""Logging in and out, making an account by a setup link, and one's own account."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from service.domain.errors import InvalidInput, NotFound
from service.domain.users import LONGEST_PASSWORD, SHORTEST_PASSWORD
from service.operations import logins, users
from service.store.users import User
from service.web import auth
from service.web.admin import blueprint
from service.web.admin.pages import THEMES, context, render
from service.web.i18n import COOKIE, LANGUAGES, _, ngettext

_YEAR = 365 * 24 * 3600


@blueprint.get("/login")
def login() -> Response:
    """The form to log in."""
    if auth.current_user() is not None:
        return redirect(url_for("admin.overview"), code=303)
    return _login_page()


@blueprint.post("/login")
def log_in() -> Response:
    """Log in; what was typed wrong is said without saying what of it."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    try:
        user = logins.log_in(context(), email, password, request.remote_addr or "")
    except logins.LoginThrottled as error:
        minutes = max(1, round(error.wait / logins.MINUTE))
        wait = ngettext("%(num)s minute", "%(num)s minutes", minutes)
        message = _("Too many tries. This account or address can try again in %(time)s.", time=wait)
        page = _login_page(email, message, status=429)
        page.headers["Retry-After"] = str(error.wait // 1_000_000 + 1)
        return page
    except logins.LoginRefused:
        return _login_page(email, _("This email and password do not belong together."), status=401)
    auth.begin_session(user)
    return redirect(auth.local_path(request.form.get("next")) or url_for("admin.overview"), code=303)


@blueprint.post("/logout")
def logout() -> Response:
    """Log out on this browser."""
    auth.end_session()
    return redirect(url_for("admin.login"), code=303)


@blueprint.route("/setup/<token>", methods=["GET", "POST"])
def setup(token: str) -> Response:
    """Make the account that a setup link was made for."""
    try:
        link = users.setup_link(context(), token)
        if request.method == "GET":
            return _private(render("setup.html", role=link.role, values={}, errors={}))
        return _make_account(token, link.role)
    except NotFound:
        return _private(render("setup_gone.html", status=404))


@blueprint.post("/preferences")
def preferences() -> Response:
    """Keep the language or the theme a reader chose."""
    lang, theme = request.form.get("lang", ""), request.form.get("theme")
    back = redirect(auth.local_path(request.form.get("next")) or url_for("admin.overview"), code=303)
    secure = request.is_secure
    if lang in LANGUAGES:
        user = auth.current_user()
        if user is not None:
            users.set_language(context(), user.id, lang)
        back.set_cookie(COOKIE, lang, max_age=_YEAR, samesite="Lax", secure=secure, httponly=True)
    if theme in THEMES:
        back.set_cookie("theme", theme, max_age=_YEAR, samesite="Lax", secure=secure, httponly=True, path="/admin")
    elif "theme" in request.form:
        back.delete_cookie("theme", path="/admin")
    return back


@blueprint.get("/account")
@auth.requires("viewer")
def account() -> Response:
    """One's own account."""
    return render("account.html", "settings", errors={})


@blueprint.post("/account/password")
@auth.requires("viewer")
def change_password() -> Response:
    """Change one's own password; every other session ends."""
    user = _me()
    try:
        changed = users.change_password(
            context(), user.id, request.form.get("current", ""), request.form.get("password", "")
        )
    except InvalidInput as error:
        return render("account.html", "settings", errors=account_errors(error), status=422)
    auth.begin_session(changed)
    flash(_("Your password is changed. You are logged out everywhere else."), "success")
    return redirect(url_for("admin.account"), code=303)


@blueprint.post("/account/sessions")
@auth.requires("viewer")
def log_out_everywhere() -> Response:
    """End all sessions, this one too."""
    users.log_out_everywhere(context(), _me().id)
    auth.end_session()
    flash(_("You are logged out everywhere."), "success")
    return redirect(url_for("admin.login"), code=303)


def account_errors(error: InvalidInput) -> dict[str, str]:
    """What is wrong with a field of an account, in the reader's language."""
    sentences = {
        "email": _("This address is taken, or is not one. Write it like name@example.com."),
        "password": _(
            "A password needs %(least)s to %(most)s characters, at least four of them different.",
            least=SHORTEST_PASSWORD,
            most=LONGEST_PASSWORD,
        ),
        "current": _("That is not your current password."),
    }
    return {error.path: sentences.get(error.path, str(error))}


def _make_account(token: str, role: str) -> Response:
    form = {name: request.form.get(name, "") for name in ("name", "email", "password")}
    try:
        user = users.create_by_link(context(), token, form["email"], form["password"], name=form["name"])
    except InvalidInput as error:
        return _private(render("setup.html", role=role, values=form, errors=account_errors(error), status=422))
    auth.begin_session(user)
    flash(_("Welcome. This is what your customers say and do."), "success")
    return redirect(url_for("admin.overview"), code=303)


def _login_page(email: str = "", error: str = "", *, status: int = 200) -> Response:
    return render(
        "login.html",
        email=email,
        error=error,
        next=auth.local_path(request.values.get("next")),
        nobody_yet=not users.has_users(context()),
        status=status,
    )


def _private(page: Response) -> Response:
    """The address holds the token: it is told to nobody."""
    page.headers["Referrer-Policy"] = "no-referrer"
    return page


def _me() -> User:
    user = auth.current_user()
    assert user is not None, "a guarded view has a user"
    return user
