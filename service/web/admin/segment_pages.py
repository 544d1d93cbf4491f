"""Pages beside a segment's own: its versions with what each changed, and who was in it on a past day."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from service.domain.days import date_of
from service.domain.errors import InvalidInput, NotFound, Refused
from service.operations import customers, listings, segment_history, segment_owners
from service.operations import segments as operations
from service.operations.context import Context
from service.web import auth, i18n, sentences
from service.web.admin import blueprint, segment_charts, words
from service.web.admin.pages import context, may, render
from service.web.i18n import _

_PAGE = 50


@dataclass(frozen=True)
class Answer:
    """Why one customer was in it on that day, or was not; ``problem`` says why that cannot be told."""

    customer_id: int = 0
    name: str = ""
    inside: bool = False
    reasons: tuple[str, ...] = ()
    problem: str = ""


@blueprint.get("/segments/<segment_id>/versions")
@auth.requires("viewer")
def segment_versions(segment_id: str) -> Response:
    """Every version of a segment: who saved it, why, and what it changed."""
    ctx = context()
    found = operations.get(ctx, segment_id)
    return render(
        "segments/versions.html",
        "segments",
        segment=found,
        steps=segment_charts.steps(ctx, segment_id),
        editable=may("marketer") and segment_owners.owner_of(ctx, segment_id) == "admin",
    )


@blueprint.get("/segments/<segment_id>/past")
@auth.requires("viewer")
def segment_past(segment_id: str) -> Response:
    """Who was in a segment at the end of a past day, and why one customer was or was not."""
    ctx = context()
    found = operations.get(ctx, segment_id)
    asked, who = request.args.get("on", ""), request.args.get("who", "").strip()
    after = request.args.get("after", "0")
    day = date_of(asked)
    past, answer, names, problem = None, None, {}, ""
    if day is not None:
        try:
            after_id = int(after) if after.isascii() and after.isdigit() and len(after) < 18 else 0
            past = segment_history.members_on(ctx, segment_id, day, after_id=after_id, limit=_PAGE)
            names = listings.names(ctx, [one for one, _at in past.members])
            answer = _answer(ctx, segment_id, who, asked) if who else None
        except InvalidInput:
            problem = _("That day is not over yet: give one that is past.")
    elif asked:
        problem = _("Give a past day, such as 2026-01-31.")
    return render(
        "segments/past.html",
        "segments",
        segment=found,
        on=asked,
        who=who,
        past=past,
        names=names,
        answer=answer,
        problem=problem,
        size=_PAGE,
    )


@blueprint.post("/segments/<segment_id>/take-over")
@auth.requires("marketer")
def take_segment_over(segment_id: str) -> Response:
    """Make a segment of a file the admin's."""
    segment_owners.take_over(context(), segment_id)
    flash(_("The segment is edited here from now on."), "success")
    return redirect(url_for("admin.edit_segment", segment_id=segment_id), code=303)


@blueprint.post("/segments/<segment_id>/archive")
@auth.requires("marketer")
def archive_segment(segment_id: str) -> Response:
    """Take a segment out of use for good."""
    try:
        segment_history.archive(context(), segment_id)
    except Refused as error:
        flash(str(error), "danger")
        return redirect(url_for("admin.segment", segment_id=segment_id), code=303)
    flash(_("Archived. The worker takes everybody out of it now; its history stays."), "success")
    return redirect(url_for("admin.segments"), code=303)


def _answer(ctx: Context, segment_id: str, who: str, asked: str) -> Answer:
    nobody = Answer(problem=_("Nobody is known by that. Give an email, a phone, or the number of a customer."))
    day = date_of(asked)
    assert day is not None
    try:
        customer_id = customers.find(ctx, f"c_{who}" if who.isascii() and who.isdigit() else who)
    except (NotFound, Refused):
        return nobody
    found = [one for one in segment_history.explain_on(ctx, customer_id, day) if one.segment.id == segment_id]
    if not found:
        return Answer(problem=_("It is not in use, so nobody is in it."))
    names = words.Names(ctx.definitions)
    reasons = tuple(i18n.sentence(sentences.reason(one, names)) for one in found[0].clauses)
    name = listings.names(ctx, [customer_id]).get(customer_id) or _("Customer %(id)s", id=customer_id)
    return Answer(customer_id, name, found[0].inside, reasons)
