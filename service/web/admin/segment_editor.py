"""Building a segment: one form whose buttons add, move and try out conditions, and save them as a version.

Every button sends the whole form and gets the whole page back with all that was typed, so it works without JavaScript;
`static/admin/segments.js` sends the same and takes the form out of the answer, or with ``part=live`` only the count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from service.domain.errors import DefinitionError, NotFound, Refused
from service.operations import choices, segment_drafts, segment_history, segment_owners
from service.operations import segments as operations
from service.operations.context import Context
from service.operations.segment_drafts import HugeChange
from service.web import auth
from service.web.admin import blueprint, segment_previews, segment_rows, segment_sheet
from service.web.admin.pages import context, render
from service.web.admin.segment_buttons import CHANGES
from service.web.admin.segment_choices import Offer
from service.web.admin.segment_documents import Trouble
from service.web.admin.segment_previews import Explained, Live, Panel, Then
from service.web.admin.segment_rows import Looks
from service.web.admin.segment_sheet import Drawn, Sheet
from service.web.admin.segment_tree import Group
from service.web.i18n import LANGUAGES, _


@dataclass(frozen=True)
class Shown:
    """What the editor shows beside the sheet.

    :param focus: id of the field to go on with
    :param refused: why it was not saved, where no field is to blame
    """

    troubles: tuple[Trouble, ...] = ()
    live: Live | None = None
    panel: Panel | None = None
    then: Then | None = None
    explained: Explained | None = None
    huge: HugeChange | None = None
    focus: str = ""
    refused: str = ""


@blueprint.get("/segments/new")
@auth.requires("marketer")
def new_segment() -> Response:
    """An empty sheet, or one that begins as another segment (``?from=``)."""
    ctx = context()
    begun = request.args.get("from", "")
    sheet = Sheet(Group("all", (segment_rows.new_row(),)))
    if begun:
        sheet = segment_sheet.copy_of(_saved(ctx, begun))
    return _page(ctx, sheet, "", Shown())


@blueprint.get("/segments/<segment_id>/edit")
@auth.requires("marketer")
def edit_segment(segment_id: str) -> Response:
    """The sheet of a segment: its draft where there is one."""
    ctx = context()
    if segment_owners.owner_of(ctx, segment_id) != "admin":
        return redirect(url_for("admin.segment", segment_id=segment_id), code=303)
    wanted = request.args.get("version", "")
    if wanted:
        return _page(ctx, _version(ctx, segment_id, wanted), segment_id, Shown())
    draft = segment_drafts.get(ctx, segment_id)
    sheet = _of_draft(draft) if draft else None
    return _page(ctx, sheet or _saved(ctx, segment_id), segment_id, Shown(), draft=draft if sheet else None)


@blueprint.post("/segments/new")
@auth.requires("marketer")
def build_new() -> Response:
    """A button of the sheet of a new segment."""
    return _pressed("")


@blueprint.post("/segments/<segment_id>/edit")
@auth.requires("marketer")
def build(segment_id: str) -> Response:
    """A button of the sheet of a segment."""
    return _pressed(segment_id)


def _pressed(segment_id: str) -> Response:
    ctx = context()
    sheet = segment_sheet.read(list(request.form.items(multi=True)))
    if segment_id:
        sheet = replace(sheet, id=segment_id)
    verb, _space, rest = request.form.get("do", "count").partition(" ")
    if request.form.get("part") == "live":
        drawn = segment_sheet.draw(sheet, choices.attributes(ctx), named=False)
        return Response(render_template("admin/segments/_live.html", live=_live(ctx, drawn)), mimetype="text/html")
    if verb in CHANGES:
        offer = _offer(ctx)
        tree, focus = CHANGES[verb](_settled(sheet.tree, offer), rest)
        return _page(ctx, replace(sheet, tree=tree), segment_id, Shown(focus=focus), offer=offer)
    return _DONE[verb](ctx, sheet, segment_id) if verb in _DONE else _page(ctx, sheet, segment_id, Shown())


def _go(address: str) -> Response:
    """Go to another page. A script is told where: it would otherwise fetch that page, and its notices with it."""
    if request.form.get("part"):
        return Response(status=204, headers={"X-Go-To": address})
    return redirect(address, code=303)


# trying out ----------------------------------------------------------------------------------------------------------


def _previewed(ctx: Context, sheet: Sheet, segment_id: str) -> Response:
    return _tried(ctx, sheet, segment_id, lambda drawn: Shown(panel=segment_previews.panel(ctx, drawn.document)))


def _tested(ctx: Context, sheet: Sheet, segment_id: str) -> Response:
    return _tried(
        ctx, sheet, segment_id, lambda drawn: Shown(then=segment_previews.on_day(ctx, drawn.document, sheet.on))
    )


def _explained(ctx: Context, sheet: Sheet, segment_id: str) -> Response:
    return _tried(
        ctx, sheet, segment_id, lambda drawn: Shown(explained=segment_previews.about(ctx, drawn.document, sheet.who))
    )


def _tried(ctx: Context, sheet: Sheet, segment_id: str, what: Callable[[Drawn], Shown]) -> Response:
    drawn = segment_sheet.draw(sheet, choices.attributes(ctx), named=False)
    if drawn.troubles:
        return _page(ctx, sheet, segment_id, Shown(drawn.troubles), status=422)
    try:
        shown = what(drawn)
    except DefinitionError as error:
        found = segment_sheet.placed(error.problems, drawn.written, sheet.tree)
        return _page(ctx, sheet, segment_id, Shown(tuple(found)), status=422)
    return _page(ctx, sheet, segment_id, shown)


# keeping -------------------------------------------------------------------------------------------------------------


def _kept(ctx: Context, sheet: Sheet, segment_id: str) -> Response:
    drawn = segment_sheet.draw(sheet, choices.attributes(ctx))
    head = tuple(one for one in drawn.troubles if one.field == "id")
    if head:
        return _page(ctx, sheet, segment_id, Shown(head), status=422)
    kept = replace(sheet, id=str(drawn.document["id"]))
    segment_drafts.keep(ctx, {**drawn.document, "form": [list(one) for one in kept.fields]})
    flash(_("Kept as a draft. Nothing changes for anybody until it is saved."), "success")
    to = "admin.edit_segment" if segment_id else "admin.segment_draft"
    return _go(url_for(to, segment_id=drawn.document["id"]))


@blueprint.get("/segments/drafts/<segment_id>")
@auth.requires("marketer")
def segment_draft(segment_id: str) -> Response:
    """The draft of a segment that is not there yet."""
    ctx = context()
    draft = segment_drafts.get(ctx, segment_id)
    sheet = _of_draft(draft) if draft else None
    if sheet is None:
        raise NotFound("segment", f"there is no draft of a segment '{segment_id}'")
    return _page(ctx, sheet, "", Shown(), draft=draft)


def _discarded(ctx: Context, sheet: Sheet, segment_id: str) -> Response:
    segment_drafts.discard(ctx, segment_id or sheet.id)
    flash(_("The draft is gone. What is saved stays as it is."), "success")
    if segment_id:
        return _go(url_for("admin.segment", segment_id=segment_id))
    return _go(url_for("admin.segments"))


def _saved_as(ctx: Context, sheet: Sheet, segment_id: str, *, confirmed: bool = False) -> Response:
    drawn = segment_sheet.draw(sheet, choices.attributes(ctx))
    if drawn.troubles:
        return _page(ctx, sheet, segment_id, Shown(drawn.troubles), status=422)
    saved_id = str(drawn.document["id"])
    if refused := _in_the_way(ctx, sheet, segment_id, saved_id):
        return _page(ctx, sheet, segment_id, Shown(refused=refused), status=409)
    user = auth.current_user()
    try:
        done = operations.save(
            ctx,
            drawn.document,
            note=sheet.note,
            by=user.id if user else None,
            confirmed=confirmed,
            base=(sheet.base or None) if segment_id else 0,
        )
    except DefinitionError as error:
        found = tuple(segment_sheet.placed(error.problems, drawn.written, sheet.tree))
        return _page(ctx, sheet, segment_id, Shown(found), status=422)
    except HugeChange as error:
        return _page(ctx, sheet, segment_id, Shown(huge=error), status=409)
    except operations.SavedMeanwhile as error:
        refused = _in_the_way(ctx, sheet, segment_id, saved_id) or str(error)
        return _page(ctx, sheet, segment_id, Shown(refused=refused), status=409)
    except Refused as error:
        return _page(ctx, sheet, segment_id, Shown(refused=str(error)), status=409)
    said = _("Saved as version %(n)s. Everybody is held against it now.", n=done.version)
    flash(said if done.change != "unchanged" else _("Nothing was different, so there is no new version."), "success")
    return _go(url_for("admin.segment", segment_id=saved_id))


def _in_the_way(ctx: Context, sheet: Sheet, segment_id: str, saved_id: str) -> str:
    """Why this sheet may not be saved over what is there."""
    try:
        present = operations.get(ctx, saved_id)
    except NotFound:
        return ""
    if not segment_id:
        return _("There is a segment with the id “%(id)s” already: give this one another.", id=saved_id)
    if sheet.base and present.version != sheet.base:
        return _(
            "Somebody saved version %(n)s while this page was open. Open the segment again to see it; keep this one as"
            " a draft if you need it.",
            n=present.version,
        )
    return ""


_DONE: Mapping[str, Callable[[Context, Sheet, str], Response]] = {
    "preview": _previewed,
    "test": _tested,
    "explain": _explained,
    "keep": _kept,
    "discard": _discarded,
    "save": _saved_as,
    "confirm": partial(_saved_as, confirmed=True),
}


# the page ------------------------------------------------------------------------------------------------------------


def _page(
    ctx: Context,
    sheet: Sheet,
    segment_id: str,
    shown: Shown,
    *,
    offer: Offer | None = None,
    draft: object = None,
    status: int = 200,
) -> Response:
    offer = offer or _offer(ctx)
    tree = _settled(sheet.tree, offer)
    drawn = segment_sheet.draw(replace(sheet, tree=tree), offer.has.attributes or None, named=False)
    looks = Looks(offer, ctx.shop.currency, ctx.shop.timezone, segment_id, shown.troubles)
    return render(
        "segments/editor.html",
        "segments",
        sheet=sheet,
        segment_id=segment_id,
        languages_of=[(one, name) for one, name in LANGUAGES.items()],
        tree=segment_rows.view(tree, looks),
        shown=shown,
        head={one.field: one for one in shown.troubles if not one.name},
        live=_live(ctx, drawn),
        draft=draft,
        tools=[one.name for one in ctx.definitions.destinations if one.status == "active"],
        # A script that put in what was asked for is told in the page; a browser calls anything but 200 an error.
        status=200 if request.form.get("part") else status,
    )


def _settled(tree: Group, offer: Offer) -> Group:
    found = segment_rows.settled(tree, offer)
    return found if isinstance(found, Group) else tree


def _offer(ctx: Context) -> Offer:
    return Offer(choices.load(ctx), ctx.definitions)


def _live(ctx: Context, drawn: Drawn) -> Live:
    return Live(None) if drawn.troubles else segment_previews.live(ctx, drawn.document)


def _saved(ctx: Context, segment_id: str) -> Sheet:
    document = segment_history.document_of(ctx, segment_id)
    return segment_sheet.sheet_of(document, operations.get(ctx, segment_id).version, choices.attributes(ctx))


def _version(ctx: Context, segment_id: str, wanted: str) -> Sheet:
    """The sheet of an earlier version, to be saved as the next."""
    found = next((one for one in segment_history.versions(ctx, segment_id) if str(one.number) == wanted), None)
    if found is None:
        raise NotFound("version", f"'{segment_id}' has no version {wanted}")
    base = operations.get(ctx, segment_id).version
    return segment_sheet.sheet_of(found.body, base, choices.attributes(ctx))


def _of_draft(draft: segment_drafts.Draft) -> Sheet | None:
    form = draft.body.get("form")
    if not isinstance(form, list):
        return None
    return segment_sheet.read([(str(name), str(text)) for name, text in form])
