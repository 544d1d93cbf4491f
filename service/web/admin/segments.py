"""Segments: who belongs together, how many they are, and why."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from flask import abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from service.domain.search import normalise
from service.domain.segments import Segment
from service.operations import listings, recomputes, reports, segment_company, segment_drafts, segment_owners
from service.operations import segments as operations
from service.store.listings import CUSTOMER_SORTS, Search
from service.store.reports import SegmentCount
from service.web import auth, charts
from service.web.admin import blueprint, overview, segment_charts, segment_previews, words
from service.web.admin.pages import context, csv_file, listing, may, people_file, render
from service.web.i18n import _, isolated, reader

_SORTS = ("entered", *CUSTOMER_SORTS)
_STATUSES = ("live", "paused")
_STATUS_AFTER = {"pause": "paused", "resume": "live"}


@blueprint.get("/segments")
@auth.requires("viewer")
def segments() -> Response:
    """All segments with size, growth, revenue, owner and status; ``?q=`` looks for words in them."""
    ctx = context()
    lines = overview.segment_lines(ctx, reports.totals(ctx))
    if request.args.get("format") == "csv":
        return _csv(lines)
    asked, status = request.args.get("q", "").strip(), request.args.get("status", "")
    shown = [line for line in lines if _fits(line, normalise(asked), status)]
    rtl = reader().direction == "rtl"
    return render(
        "segments/list.html",
        "segments",
        lines=shown,
        any_lines=bool(lines),
        asked=asked,
        chosen=status if status in _STATUSES else "",
        statuses=[(one, words.status(one)[0]) for one in _STATUSES],
        sparks={one: charts.spark(sizes, rtl=rtl) for one, sizes in segment_company.growth(ctx).items()},
        drafts=segment_drafts.listing(ctx) if may("marketer") else [],
        known={line.info.segment.id for line in lines},
        progress=recomputes.progress(ctx),
        revenue=overview.segment_revenue_chart(shown),
    )


def _fits(line: overview.SegmentLine, asked: str, status: str) -> bool:
    """Whether a segment has the words that somebody looks for, in either language, and the status."""
    found = line.info.segment
    texts = [found.id, found.tag, *found.name.by_lang.values(), *found.description.by_lang.values()]
    there = normalise(" ".join(texts))
    return all(word in there for word in asked.split()) and (status not in _STATUSES or found.status == status)


@blueprint.get("/segments/<segment_id>")
@auth.requires("viewer")
def segment(segment_id: str) -> Response:
    """One segment: its definition in words, its growth, who else its members are, and each member with the reasons."""
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
    growth, moves = segment_charts.growth(ctx, segment_id)
    company = segment_company.company(ctx, segment_id)
    shared = [(one, many, many / company.looked_at) for one, many in company.overlap.items()]
    return render(
        "segments/segment.html",
        "segments",
        segment=found,
        owner=segment_owners.owner_of(ctx, segment_id),
        change=_change(found, count.members, shop.customers) if may("marketer") else None,
        definition=words.condition(found.bound, ctx.definitions),
        count=count,
        share=count.net_revenue / revenue if revenue > 0 else None,
        company=company,
        overlap=segment_previews.overlap_chart(ctx, shared, company.looked_at),
        progress=recomputes.progress(ctx),
        rows=[
            (row, words.clauses(json.loads(row.entered_reason or "[]"), ctx.definitions))
            for row in listings.members(ctx, segment_id, place)
        ],
        listing=place,
        growth=growth,
        moves=moves,
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
