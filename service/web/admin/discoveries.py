"""The discovery wizard: ask for groups in the answers, look at them, name and join them, and make personas of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from service.domain.errors import FirasaError, NotFound
from service.operations import discoveries as operations
from service.operations import labels, requests
from service.operations.context import Context
from service.web import auth, charts
from service.web.admin import asked, blueprint, words
from service.web.admin.pages import context, render
from service.web.admin.personas import PORTRAIT
from service.web.admin.portraits import Entry, entries_of, grounds, tell_chart
from service.web.charts import Chart
from service.web.i18n import _, number, percent, reader


@dataclass(frozen=True)
class Group:
    """A class of a discovery as its page shows it.

    :param continues: the persona it continues; empty for a new one
    :param portrait: label, key and entries of each part
    :param grounds: what an entry may rest on: value of the form and words
    """

    number: int
    title: str
    names: Mapping[str, str]
    taglines: Mapping[str, str]
    size: int
    share: float
    earns: str
    buyers: int
    continues: str
    over: Chart | None
    under: Chart | None
    bought: list[str]
    quotes: list[str]
    portrait: list[tuple[str, str, list[Entry]]]
    grounds: list[tuple[str, str]]


@blueprint.get("/personas/discoveries")
@auth.requires("viewer")
def discoveries() -> Response:
    """What was discovered, and how to begin."""
    ctx = context()
    lang = reader().lang
    quizzes = [(quiz, ctx.definitions.quiz_version(quiz, version).title.get(lang))
               for quiz, version in sorted(ctx.definitions.live.items())]  # fmt: skip
    return render(
        "discoveries.html",
        "personas",
        found=[(one, words.status(one.status), len(one.body["classes"])) for one in operations.listing(ctx)],
        asked=asked.view("discover"),
        quizzes=quizzes,
        sizes=requests.SIZES,
        least=operations.LEAST_PEOPLE,
        sensitive=operations.sensitive_allowed(ctx),
    )


@blueprint.post("/personas/discoveries")
@auth.requires("marketer")
def discover() -> Response:
    """Ask the worker for a discovery."""
    ctx, form = context(), request.form
    classes, quiz = form.get("classes", ""), form.get("quiz", "")
    options: dict[str, Any] = {}
    if classes.isascii() and classes.isdigit() and int(classes[:3]) in requests.SIZES:
        options["classes"] = int(classes)
    if quiz in ctx.definitions.live:
        options["quiz"] = quiz
    requests.ask(ctx, "discover", options)
    return redirect(url_for("admin.discoveries"), code=303)


@blueprint.get("/personas/discoveries/<int:discovery_id>")
@auth.requires("viewer")
def discovery(discovery_id: int) -> Response:
    """The groups of one discovery."""
    ctx = context()
    try:
        found = operations.get(ctx, discovery_id)
    except NotFound:
        abort(404)
    quotes = operations.quotes(ctx, discovery_id)
    groups = [_group(ctx, one, [text for _number, text in quotes.get(one["number"], [])],
                     found.body["classes"]) for one in found.body["classes"]]  # fmt: skip
    known = [(one, words.persona(one)) for one in labels.psychographic(ctx.definitions)]
    return render(
        "discovery.html",
        "personas",
        found=found,
        state=words.status(found.status),
        groups=groups,
        sizes=_sizes(found.body),
        known=known,
        named=sum(bool(one["name"]) for one in found.body["classes"]),
        joining=asked.view("join"),
        parts=[(key, _(label)) for key, label in PORTRAIT],
        least=operations.LEAST_CLASS,
        sure=percent(operations.SURE),
    )


def _group(ctx: Context, one: Mapping[str, Any], quotes: list[str], classes: list[Mapping[str, Any]]) -> Group:
    share = one.get("revenue_share")
    name = one["name"] or {}
    title = (
        name.get(reader().lang)
        or next(iter(name.values()), "")
        or _("Group %(number)s", number=number(one["number"] + 1))
    )
    return Group(
        number=one["number"],
        title=title,
        names=name,
        taglines=one.get("tagline") or {},
        size=one["size"],
        share=one["share"],
        earns="" if share is None else percent(share),
        buyers=one["buyers"],
        continues=one["persona"] or "",
        over=tell_chart(ctx, one["over"][:6], f"{title}: {_('What they answer more often than others')}"),
        under=tell_chart(ctx, one["under"][:3], f"{title}: {_('What they answer less often than others')}"),
        bought=[_("%(product)s: %(here)s of their buyers, %(others)s of the others",
                  product=product["product"], here=percent(product["inside"]), others=percent(product["outside"]))
                for product in one["buys"][:5]],
        quotes=quotes,
        portrait=[(_(label), key, entries_of(ctx, one["portrait"].get(key, []), one)) for key, label in PORTRAIT],
        grounds=grounds(ctx, one, quotes),
    )  # fmt: skip


def _sizes(body: Mapping[str, Any]) -> Chart | None:
    """How the numbers of groups compare: the lower the BIC the better, and how stable each is."""
    sizes = body["found"]["sizes"]
    if len(sizes) < 2:
        return None
    bars = [
        charts.Bar(
            _("%(n)s groups", n=number(one["classes"])),
            max(0.0, one["stability"]),
            number(one["stability"], 2),
            _("BIC %(bic)s", bic=number(one["bic"])),
            tone="" if one["classes"] == len(body["classes"]) else "rest",
        )
        for one in sizes
    ]
    rows = tuple((bar.label, number(one["bic"]), bar.shown) for bar, one in zip(bars, sizes, strict=True))
    return Chart(
        _("How alike the groups come out when people are drawn anew"),
        charts.bars(bars, rtl=reader().direction == "rtl", greatest=1),
        charts.Table((_("Groups"), _("BIC"), _("Stability")), rows),
        _("1 means the same groups every time. Among stable numbers the lowest BIC was proposed."),
    )


# what the marketer does --------------------------------------------------------------------------------------------


@blueprint.post("/personas/discoveries/<int:discovery_id>/groups/<int:group>/name")
@auth.requires("marketer")
def name_group(discovery_id: int, group: int) -> Response:
    """Name a group, and say whether it continues a persona."""
    form = request.form
    names = {lang: form.get(f"name_{lang}", "").strip()[:80] for lang in ("en", "ar")}
    taglines = {lang: form.get(f"tagline_{lang}", "").strip()[:200] for lang in ("en", "ar")}
    return _done(
        discovery_id,
        lambda ctx: operations.name(
            ctx,
            discovery_id,
            group,
            {lang: text for lang, text in names.items() if text},
            tagline={lang: text for lang, text in taglines.items() if text},
            persona=form.get("persona") or None,
        ),
        _("The name is kept."),
        group,
    )


@blueprint.post("/personas/discoveries/<int:discovery_id>/groups/<int:group>/portrait")
@auth.requires("marketer")
def describe_group(discovery_id: int, group: int) -> Response:
    """Add an entry to a part of a group's portrait, with the answer it rests on."""
    form, part = request.form, request.form.get("part", "")
    texts = {lang: form.get(f"text_{lang}", "").strip()[:300] for lang in ("en", "ar")}
    written = {lang: text for lang, text in texts.items() if text}

    def add(ctx: Context) -> None:
        classes = operations.get(ctx, discovery_id).body["classes"]
        group_of = next((one for one in classes if one["number"] == group), None)
        present = group_of["portrait"].get(part, []) if group_of else []
        kept = [(one["text"], one["rests_on"]) for one in present]
        operations.describe(ctx, discovery_id, group, part, [*kept, (written, form.getlist("rests_on"))])

    return _done(discovery_id, add, _("The portrait has it now."), group)


@blueprint.post("/personas/discoveries/<int:discovery_id>/join")
@auth.requires("marketer")
def join_groups(discovery_id: int) -> Response:
    """Ask the worker to join two groups: their portrait is drawn anew."""
    gone, into = request.form.get("gone", type=int), request.form.get("into", type=int)
    if gone is None or into is None or gone == into:
        flash(_("Two different groups are needed."), "warning")
    else:
        requests.ask(context(), "join", {"discovery": discovery_id, "gone": gone, "into": into})
        flash(_("The worker joins them. Look again in a moment."), "success")
    return redirect(url_for("admin.discovery", discovery_id=discovery_id), code=303)


@blueprint.post("/personas/discoveries/<int:discovery_id>/apply")
@auth.requires("marketer")
def apply_discovery(discovery_id: int) -> Response:
    """Make personas of the named groups, label their people, and have a model trained on that."""

    def use(ctx: Context) -> None:
        operations.apply(ctx, discovery_id)
        requests.ask(ctx, "train", {})

    said = _("They are personas now, and their people are labelled. The worker trains a model that tells them apart.")
    return _done(discovery_id, use, said)


@blueprint.post("/personas/discoveries/<int:discovery_id>/discard")
@auth.requires("marketer")
def discard_discovery(discovery_id: int) -> Response:
    """Put a proposal away."""
    return _done(discovery_id, lambda ctx: operations.discard(ctx, discovery_id), _("The proposal is put away."))


@blueprint.post("/personas/<persona_id>/pin")
@auth.requires("marketer")
def pin_persona(persona_id: str) -> Response:
    """Have later discoveries keep a persona, or let them replace it."""
    pinned = request.form.get("pinned") == "1"
    try:
        operations.pin(context(), persona_id, pinned)
        flash(_("Later discoveries keep it.") if pinned else _("A later discovery may replace it."), "success")
    except NotFound:
        abort(404)
    return redirect(url_for("admin.persona", persona_id=persona_id), code=303)


def _done(discovery_id: int, do: Callable[[Context], object], said: str, group: int | None = None) -> Response:
    try:
        do(context())
        flash(said, "success")
    except NotFound:
        abort(404)
    except FirasaError as error:
        flash(_("This was not done: %(why)s", why=str(error)), "danger")
    anchor = None if group is None else f"group-{group}"
    return redirect(url_for("admin.discovery", discovery_id=discovery_id, _anchor=anchor), code=303)
