"""What a customer no longer wants: withdrawing consent, and erasing a person."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from service.domain.consent import CHANNELS
from service.domain.errors import NotFound
from service.operations import consents, listings
from service.web import auth
from service.web.admin import blueprint
from service.web.admin.pages import context, render
from service.web.i18n import _


@blueprint.post("/customers/<int:customer_id>/withdraw")
@auth.requires("marketer")
def withdraw_consent(customer_id: int) -> Response:
    """Record that a customer no longer wants to be contacted, on one channel or on all."""
    asked = request.form.get("channel", "all")
    channels = [one for one in CHANNELS if asked in (one, "all")]
    if not channels:
        abort(400)
    try:
        consents.withdraw(context(), customer_id, channels, by="admin")
    except NotFound:
        abort(404)
    flash(_("Consent is withdrawn. Your tools are told without the address."), "success")
    return redirect(url_for("admin.customer", customer_id=customer_id), code=303)


@blueprint.get("/customers/<int:customer_id>/erase")
@auth.requires("owner")
def ask_to_erase(customer_id: int) -> Response:
    """Say what erasing a person would delete, and ask once."""
    ctx = context()
    found = listings.customer(ctx, customer_id)
    if found is None:
        abort(404)
    return render("customer_erase.html", "customers", found=found, had=consents.holdings(ctx, customer_id))


@blueprint.post("/customers/<int:customer_id>/erase")
@auth.requires("owner")
def erase_customer(customer_id: int) -> Response:
    """Erase a person for good."""
    try:
        consents.erase(context(), customer_id)
    except NotFound:
        abort(404)
    flash(_("The person is erased. Their orders stay as orders of guests."), "success")
    return redirect(url_for("admin.customers"), code=303)
