"""The shop's settings and the API keys."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from service.domain.errors import InvalidInput, NotFound
from service.domain.users import SCOPES
from service.operations import settings as operations
from service.operations import users
from service.web import auth
from service.web.admin import blueprint
from service.web.admin.pages import context, render
from service.web.i18n import N_, _, currency_name

SCOPE_WORDS = {
    "orders:write": N_("Send orders"),
    "customers:write": N_("Send customers"),
    "contact:write": N_("Send contact events"),
    "reports:read": N_("Read reports"),
}


ERROR_WORDS = {
    "name": N_("A name has 1 to 80 characters."),
    "email": N_("This is no email address."),
    "phone": N_("This is no phone number."),
    "whatsapp": N_("This is no phone number."),
    "url": N_("An address begins with https://"),
}


@blueprint.get("/settings")
@auth.requires("viewer")
def settings() -> Response:
    """The shop: its name, currency, zone, and how numbers are written."""
    return _shop_page(operations.contact(context()), {})


@blueprint.post("/settings")
@auth.requires("marketer")
def save_settings() -> Response:
    """Save the shop's settings."""
    ways = {way: request.form[f"contact_{way}"] for way in operations.WAYS if f"contact_{way}" in request.form}
    name, numerals = request.form.get("name", ""), request.form.get("numerals", "")
    try:
        operations.save_shop(context(), name=name, numerals=numerals, ways=ways)
    except InvalidInput as error:
        return _shop_page(ways, {error.path: _(ERROR_WORDS.get(error.path, ERROR_WORDS["name"]))}, status=422)
    flash(_("The settings are saved."), "success")
    return redirect(url_for("admin.settings"), code=303)


@blueprint.get("/settings/keys")
@auth.requires("owner")
def keys() -> Response:
    """The API keys."""
    return _keys_page()


@blueprint.post("/settings/keys")
@auth.requires("owner")
def make_key() -> Response:
    """Make an API key; it is shown once, on the page that answers."""
    try:
        made = users.create_key(context(), request.form.get("name", ""), tuple(request.form.getlist("scope")))
    except InvalidInput as error:
        sentence = _("A key needs at least one permission.") if error.path == "scope" else _("The name is too long.")
        return _keys_page(error=sentence, status=422)
    return _keys_page(secret=made.secret)


@blueprint.post("/settings/keys/<int:key_id>/revoke")
@auth.requires("owner")
def revoke_key(key_id: int) -> Response:
    """Revoke an API key."""
    try:
        users.revoke_key(context(), key_id)
        flash(_("The key is revoked. What uses it is refused from now on."), "success")
    except NotFound:
        flash(_("This key was revoked before."), "warning")
    return redirect(url_for("admin.keys"), code=303)


def _shop_page(ways: dict[str, str], errors: dict[str, str], *, status: int = 200) -> Response:
    currency = currency_name(context().shop.currency)
    return render("settings.html", "settings", currency=currency, ways=ways, errors=errors, status=status)


def _keys_page(secret: str = "", error: str = "", *, status: int = 200) -> Response:
    return render(
        "keys.html",
        "settings",
        keys=users.keys(context()),
        scopes=[(scope, _(SCOPE_WORDS[scope])) for scope in SCOPES],
        scope_words={scope: _(words) for scope, words in SCOPE_WORDS.items()},
        secret=secret,
        error=error,
        status=status,
    )
