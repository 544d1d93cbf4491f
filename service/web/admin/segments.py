"""Segments: who belongs together, how many they are, and why."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from flask import abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from service.domain.segments import Segment
from service.operations import listings, reports
from service.operations import segments as operations
from service.operations.context import Context
from service.store.listings import CUSTOMER_SORTS, Search
from service.store.reports import SegmentCount
from service.web import auth, charts
from service.web.admin import blueprint, overview, words
from service.web.admin.pages import context, csv_file, listing, may, people_file, render
from service.web.charts import Chart, Point, Table
from service.web.i18n import _, isolated, number, reader, shop_day

_SORTS = ("entered", *CUSTOMER_SORTS)
_STATUS_AFTER = {"pause": "paused", "resume": "live"}


@blueprint.get("/segments")
@auth.requires("viewer")
def segments() -> Response:
    """All segments with size, revenue and change."""
    ctx = context()
    lines = overview.segment_lines(ctx, reports.totals(ctx))
    if request.args.get("format") == "csv":
        return _csv(lines)
    return render("segments.html", "segments", lines=lines, revenue=overview.segment_revenue_chart(lines))


@blueprint.get("/segments/<segment_id>")
@auth.requires("viewer")
def segment(segment_id: str) -> Response:
    """One segment: its definition in words, its change, its members with their reasons."""
    ctx = context()
    found = operations.get(ctx, segment_id)
    if request.args.get("format") == "csv":
        return people_file(
            f"segment-{segment_id}", listings.EXPORT_HEADERS, listings.export(ctx, Search(segment=segment_id))
        )
    count = reports.segment_counts(ctx).get(segment_id) or SegmentCount(segment_id, 0, 0, 0, 0)
    shop = reports.totals(ctx)
    revenue = shop.net_revenue
    place = replace(listing(_SORTS), total=count.members)
    return render(
        "segment.html",
        "segments",
        segment=found,
        change=_change(found, count.members, shop.customers) if may("marketer") else None,
        definition=words.condition(found.bound, ctx.definitions),
        count=count,
        share=count.net_revenue / revenue if revenue > 0 else None,
        rows=[
            (row, words.clauses(json.loads(row.entered_reason or "[]"), ctx.definitions))
            for row in listings.members(ctx, segment_id, place)
        ],
        listing=place,
        moves=_moves_chart(ctx, segment_id),
    )


@blueprint.post("/segments/<segment_id>/<action>")
@auth.requires("marketer")
def change_segment(segment_id: str, action: str) -> Response:
    """Pause or resume a segment."""
    if action not in _STATUS_AFTER:
        abort(404)
    operations.set_status(context(), segment_id, _STATUS_AFTER[action])
    if action == "pause":
        flash(_("Paused. The worker takes everybody out of it now."), "success")
    else:
        flash(_("Resumed. The worker looks at every customer now."), "success")
    return redirect(url_for("admin.segment", segment_id=segment_id), code=303)


@dataclass(frozen=True)
class Change:
    """The change of status that the page offers: the action, its button, and what will happen to how many people."""

    action: str
    button: str
    confirm: str
    told: str


def _change(found: Segment, members: int, customers: int) -> Change:
    tag = isolated(found.tag)
    if found.status == "live":
        told = _(
            "Who is in it leaves it and loses the tag “%(tag)s” in your tools: %(people)s now. Nobody comes in until "
            "it is resumed.",
            people=words.people(members),
            tag=tag,
        )
        return Change("pause", _("Pause"), _("Pause the segment"), told)
    told = _(
        "Everybody is looked at again: %(people)s. Who meets the condition comes in and gets the tag “%(tag)s” in your "
        "tools.",
        people=words.people(customers),
        tag=tag,
    )
    return Change("resume", _("Resume"), _("Resume the segment"), told)


def _moves_chart(ctx: Context, segment_id: str) -> Chart | None:
    days = reports.membership_days(ctx, segment_id)
    entered, left = sum(one[1] for one in days), sum(one[2] for one in days)
    if not entered and not left:
        return None
    title = _("%(entered)s came and %(left)s left in four weeks", entered=number(entered), left=number(left))
    points = [Point(shop_day(day, skeleton="MMMd"), came, number(came)) for day, came, _gone in days]
    rows = tuple((shop_day(day), number(came), number(gone)) for day, came, gone in days if came or gone)
    body = charts.columns(points, rtl=reader().direction == "rtl")
    return Chart(title, body, Table((_("Day"), _("Entered"), _("Left")), rows), _("Columns: how many entered each day"))


def _csv(lines: list[overview.SegmentLine]) -> Response:
    headers = ("id", "name", "tag", "members", "entered_7_days", "left_7_days", "net_revenue_minor_units", "currency")
    currency = context().shop.currency
    return csv_file(
        "segments",
        headers,
        (
            (
                line.info.segment.id,
                line.info.segment.name.get(reader().lang),
                line.info.segment.tag,
                line.count.members,
                line.count.entered,
                line.count.left,
                line.count.net_revenue,
                currency,
            )
            for line in lines
        ),
    )
