"""The bare address: the sample shop in the demo, else the admin."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, url_for
from werkzeug.wrappers import Response

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def home() -> Response:
    """Send whoever typed the address to the page they most likely want."""
    demo = current_app.config["FIRASA_CONFIG"].demo
    return redirect("/shop/" if demo else url_for("admin.overview"), code=303)
