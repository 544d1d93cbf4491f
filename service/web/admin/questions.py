"""Golden questions: how few questions of a quiz tell people's persona, and the draft of a short quiz made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from service.domain.errors import FirasaError
from service.operations import requests, short_quizzes
from service.operations.context import Context
from service.web import auth, charts
from service.web.admin import asked, blueprint, words
from service.web.admin.pages import context, render
from service.web.charts import Bar, Chart, Table
from service.web.i18n import _, number, percent, reader

KEEP = 0.9
"""Share of the agreement of all questions that the proposed quiz keeps."""
LEAST_PEOPLE = 20  # of each persona, as ml/adaptive.py needs


@blueprint.get("/personas/questions")
@auth.requires("viewer")
def golden_questions() -> Response:
    """The curve of one quiz."""
    ctx = context()
    lang = reader().lang
    titles = {quiz: ctx.definitions.quiz_version(quiz, version).title.get(lang)
              for quiz, version in sorted(ctx.definitions.live.items())}  # fmt: skip
    chosen = request.args.get("quiz") or next(iter(titles), "")
    if titles and chosen not in titles:
        abort(404)
    done = requests.latest_done(ctx, "golden", {"quiz": chosen}) if chosen else None
    curve = done.result if done and done.result else None
    enough = _enough(curve) if curve else None
    return render(
        "questions.html",
        "personas",
        titles=list(titles.items()),
        chosen=chosen,
        title=titles.get(chosen, ""),
        asked=asked.view("golden", {"quiz": chosen}) if chosen else None,
        curve=_chart(ctx, chosen, curve, enough) if curve and enough else None,
        enough=[_question(ctx, chosen, one) for one in enough["questions"]] if enough else [],
        kept=percent(enough["agreement"]) if enough else "",
        people=curve["people"] if curve else 0,
        at=done.finished_at if done else None,
        keep=percent(KEEP),
        least=LEAST_PEOPLE,
    )


@blueprint.post("/personas/questions/<quiz_id>")
@auth.requires("marketer")
def find_questions(quiz_id: str) -> Response:
    """Ask the worker for the curve of a quiz."""
    ctx = context()
    if quiz_id not in ctx.definitions.live:
        abort(404)
    requests.ask(ctx, "golden", {"quiz": quiz_id})
    return redirect(url_for("admin.golden_questions", quiz=quiz_id), code=303)


@blueprint.post("/personas/questions/<quiz_id>/draft")
@auth.requires("marketer")
def draft_short_quiz(quiz_id: str) -> Response:
    """Keep a draft of the short quiz."""
    ctx = context()
    done = requests.latest_done(ctx, "golden", {"quiz": quiz_id})
    if done is None or not done.result:
        abort(404)
    try:
        made = short_quizzes.propose(ctx, quiz_id, _enough(done.result)["questions"])
    except FirasaError as error:
        flash(_("This was not done: %(why)s", why=str(error)), "danger")
        return redirect(url_for("admin.golden_questions", quiz=quiz_id), code=303)
    flash(_("This is the draft of the short quiz. Nobody sees it before it is published."), "success")
    return redirect(url_for("admin.quiz", quiz_id=made), code=303)


def _enough(curve: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fewest questions that keep the agreement."""
    points: Sequence[Mapping[str, Any]] = curve["points"]
    needed = KEEP * points[-1]["agreement"]
    return next(one for one in points if one["agreement"] >= needed)


def _chart(ctx: Context, quiz: str, curve: Mapping[str, Any], enough: Mapping[str, Any]) -> Chart:
    bars = [
        Bar(
            _("%(n)s questions", n=number(len(one["questions"]))) if len(one["questions"]) > 1 else _("1 question"),
            one["agreement"],
            percent(one["agreement"]),
            tone="" if one is enough else "rest",
            interval=(one["low"], one["high"]),
        )
        for one in curve["points"]
    ]
    rows = tuple(
        (bar.label, bar.shown, _("%(low)s to %(high)s", low=percent(one["low"]), high=percent(one["high"])),
         "; ".join(_question(ctx, quiz, item) for item in one["questions"]))
        for bar, one in zip(bars, curve["points"], strict=True)
    )  # fmt: skip
    title = _(
        "%(n)s of %(all)s questions say what all of them say for %(share)s of people",
        n=number(len(enough["questions"])),
        all=number(len(curve["points"])),
        share=percent(enough["agreement"]),
    )
    note = _(
        "%(n)s people, each judged by a model that had not seen them. The lists were chosen on the same people, which"
        " flatters short ones by about a point.",
        n=number(curve["people"]),
    )
    headers = (_("Questions"), _("Same persona"), _("Range"), _("Which"))
    return Chart(title, charts.bars(bars, rtl=reader().direction == "rtl", greatest=1), Table(headers, rows), note)


def _question(ctx: Context, quiz_id: str, item_id: str) -> str:
    version = ctx.definitions.live.get(quiz_id)
    item = ctx.definitions.quiz_version(quiz_id, version).item(item_id) if version else None
    return item.text.get(reader().lang) if item else words.fact(f"answer.{quiz_id}.{item_id}", ctx.definitions)
