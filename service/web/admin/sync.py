"""The sync: destinations, what was delivered, what was not, and trying again."""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from service.domain.deliveries import STATUSES, Delivery, Status
from service.domain.errors import FirasaError, InvalidInput, Refused
from service.operations import destinations, listings, reports
from service.operations import sync as operations
from service.operations.context import Context
from service.web import auth, charts
from service.web.admin import blueprint, words
from service.web.admin.pages import context, people_file, render
from service.web.charts import Bar, Chart, Table
from service.web.i18n import _, ngettext, number, percent, reader, sentence

_PAGE = 50
_TONES = {"delivered": "success", "due": "", "sending": "", "blocked": "warning", "dead": "danger"}


@dataclass(frozen=True)
class DeliveryLine:
    """A delivery in a table: what it says in words."""

    delivery: Delivery
    customer: str
    destination: str
    added: list[str]
    removed: list[str]


@blueprint.get("/sync")
@auth.requires("viewer")
def sync() -> Response:
    """Destinations, and how the sync goes."""
    return _sync_page()


@blueprint.post("/sync/destinations")
@auth.requires("marketer")
def add_destination() -> Response:
    """Add a webhook or a rehearsal; the secret is shown once, on the page that answers."""
    kind = "dry_run" if request.form.get("kind") == "dry_run" else "webhook"
    given = {"url": request.form.get("url", "").strip()} if kind == "webhook" else {}
    if kind == "webhook" and request.form.get("secret", "").strip():
        given["secret"] = request.form["secret"].strip()
    try:
        opened = destinations.add(
            context(), kind, given, name=request.form.get("name", "").strip() or None, allow_private=_allow_private()
        )
    except (InvalidInput, Refused) as error:
        return _sync_page(error=_add_error(error), form=request.form.to_dict(), status=422)
    if opened.secret is None:
        flash(
            _("“%(name)s” is added. Everything is written down, nothing leaves.", name=opened.destination.name),
            "success",
        )
        return redirect(url_for("admin.sync"), code=303)
    return _sync_page(secret=opened.secret, added=opened.destination.name)


@blueprint.post("/sync/destinations/<int:destination_id>/<action>")
@auth.requires("marketer")
def change_destination(destination_id: int, action: str) -> Response:
    """Pause, resume, disable or test a destination."""
    ctx = context()
    try:
        if action == "pause":
            destinations.pause(ctx, destination_id)
            flash(_("Paused. What changes meanwhile waits."), "success")
        elif action == "resume":
            destinations.resume(ctx, destination_id)
            flash(_("Resumed. What waited is being sent."), "success")
        elif action == "disable":
            destinations.disable(ctx, destination_id)
            flash(_("Switched off. Nothing more is sent or queued."), "success")
        elif action == "test":
            _test(ctx, destination_id)
    except Refused as error:
        flash(str(error), "danger")
    return redirect(url_for("admin.sync"), code=303)


@blueprint.get("/sync/deliveries")
@auth.requires("viewer")
def deliveries() -> Response:
    """The messages, the newest first."""
    ctx = context()
    status, before = _status(request.args.get("status")), request.args.get("before", "")
    destination = request.args.get("destination", "")
    found = operations.listing(
        ctx,
        status=status,
        destination_id=int(destination) if _is_id(destination) else None,
        before_id=int(before) if _is_id(before) else None,
        limit=_PAGE + 1 if request.args.get("format") != "csv" else 10_000,
    )
    if request.args.get("format") == "csv":
        return _csv(ctx, found)
    health = reports.delivery_health(ctx)
    return render(
        "deliveries.html",
        "sync",
        lines=_lines(ctx, found[:_PAGE]),
        older=found[_PAGE - 1].id if len(found) > _PAGE else None,
        chosen=status,
        health=health,
        destination=destination,
        destinations=destinations.listing(ctx),
        statuses=[(one, words.status(one)[0], health.counts.get(one, 0)) for one in STATUSES],
    )


@blueprint.get("/sync/deliveries/<int:delivery_id>")
@auth.requires("viewer")
def delivery(delivery_id: int) -> Response:
    """One message with every try."""
    ctx = context()
    found = operations.delivery(ctx, delivery_id)
    return render(
        "delivery.html",
        "sync",
        line=_lines(ctx, [found])[0],
        attempts=operations.attempts(ctx, delivery_id),
        payload=json.dumps(dict(found.payload), ensure_ascii=False, indent=2),
    )


@blueprint.post("/sync/retry")
@auth.requires("marketer")
def retry() -> Response:
    """Send one message, the chosen ones, or everything that was given up again."""
    ctx = context()
    try:
        if request.form.get("all") == "dead":
            done = operations.retry_dead(ctx)
        else:
            done = operations.retry(ctx, [int(one) for one in request.form.getlist("delivery") if _is_id(one)])
        flash(ngettext("%(num)s message is sent again.", "%(num)s messages are sent again.", done), "success")
    except FirasaError as error:
        flash(str(error), "danger")
    return redirect(auth.local_path(request.form.get("next")) or url_for("admin.deliveries"), code=303)


# helpers -----------------------------------------------------------------------------------------------------------


def _sync_page(
    *, secret: str = "", added: str = "", error: str = "", form: dict[str, str] | None = None, status: int = 200
) -> Response:
    ctx = context()
    health = reports.delivery_health(ctx)
    return render(
        "sync.html",
        "sync",
        state=operations.status(ctx),
        describe=destinations.describe,
        health=health,
        chart=health_chart(health),
        secret=secret,
        added=added,
        error=error,
        form=form or {},
        status=status,
    )


def health_chart(health: reports.DeliveryHealth) -> Chart | None:
    """What became of all messages."""
    if not health.total:
        return None
    delivered = health.counts.get("delivered", 0)
    title = _("None of the messages has arrived yet")
    if delivered:
        title = _("%(share)s of all messages arrived", share=percent(delivered / health.total, 1))
    shown = [one for one in ("delivered", "due", "sending", "blocked", "dead") if health.counts.get(one)]
    bars = [
        Bar(
            sentence(words.status(one)[0]),
            health.counts[one],
            number(health.counts[one]),
            href=url_for("admin.deliveries", status=one),
            tone=_TONES[one],
        )
        for one in shown
    ]
    rows = tuple((bar.label, bar.shown) for bar in bars)
    body = charts.bars(bars, rtl=reader().direction == "rtl")
    return Chart(title, body, Table((_("Status"), _("Messages")), rows))


def _lines(ctx: Context, found: list[Delivery]) -> list[DeliveryLine]:
    names = listings.names(ctx, [one.customer_id for one in found])
    where = {one.id: one.name for one in destinations.listing(ctx)}
    return [
        DeliveryLine(
            delivery=one,
            customer=names.get(one.customer_id, f"#{one.customer_id}"),
            destination=where.get(one.destination_id, f"#{one.destination_id}"),
            added=list(one.payload.get("added", ())),
            removed=list(one.payload.get("removed", ())),
        )
        for one in found
    ]


def _csv(ctx: Context, found: list[Delivery]) -> Response:
    headers = (
        "id",
        "event_id",
        "customer",
        "destination",
        "status",
        "attempts",
        "created_at",
        "settled_at",
        "last_error",
    )
    return people_file(
        "deliveries",
        headers,
        (
            (
                line.delivery.id,
                line.delivery.event_id,
                line.customer,
                line.destination,
                line.delivery.status,
                line.delivery.attempts,
                line.delivery.created_at,
                line.delivery.settled_at,
                line.delivery.last_error,
            )
            for line in _lines(ctx, found)
        ),
    )


def _test(ctx: Context, destination_id: int) -> None:
    result = destinations.ping(ctx, destination_id, allow_private=_allow_private())
    if result.outcome == "delivered":
        flash(_("The test message arrived."), "success")
    else:
        flash(_("The test message did not arrive: %(why)s", why=result.error or result.outcome), "danger")


def _add_error(error: FirasaError) -> str:
    path = getattr(error, "path", "")
    if path == "name":
        return _("Another destination has this name, or it is not one: it needs letters and at most 100 characters.")
    return _("This address cannot be used: %(why)s", why=str(error))


def _allow_private() -> bool:
    return bool(current_app.config["FIRASA_CONFIG"].allow_private_destinations)


def _status(text: str | None) -> Status | None:
    return next((one for one in STATUSES if one == text), None)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16
