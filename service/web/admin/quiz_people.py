"""How far people get in a quiz, what its matrix is as a table, and why a customer is shown which quiz."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from service.catalog.matrix import MatrixError
from service.domain.errors import DefinitionError, Refused
from service.domain.funnel import Counts, Step
from service.domain.quiz import Quiz
from service.domain.segments import clauses_to_json
from service.operations import funnels, listings, matrices, reports, surveys
from service.operations.surveys import Why
from service.web import auth, charts
from service.web.admin import blueprint, vocabulary, words
from service.web.admin.pages import context, render
from service.web.admin.quizzes import quiz_page
from service.web.charts import Bar, Chart, Table
from service.web.i18n import _, language_name, ngettext, number, percent, reader

PERIODS = (7, 28, 90, 365)


@dataclass(frozen=True)
class Shown:
    """A quiz in the list of what a customer is shown."""

    quiz: Quiz
    said: str
    is_shown: bool
    until: int | None
    clauses: list[words.Clause]


@blueprint.get("/quizzes/<quiz_id>/funnel")
@auth.requires("viewer")
def quiz_funnel(quiz_id: str) -> Response:
    """How far people get: views, starts, completions, and each question."""
    days = request.args.get("days", funnels.PERIOD_DAYS, type=int)
    days = days if days in PERIODS else funnels.PERIOD_DAYS
    found = funnels.funnel(context(), quiz_id, days)
    return quiz_page(
        "quiz_funnel.html",
        quiz_id,
        found=found,
        days=days,
        periods=[(one, ngettext("%(num)s day", "%(num)s days", one)) for one in PERIODS],
        chart=_steps_chart,
        parts=[
            (_("Language"), [(language_name(name), one) for name, one in found.languages.items()]),
            (_("Where it was opened"), [(_entry(name), one) for name, one in found.entries.items()]),
            (_("Version"), [(name, one) for name, one in found.versions.items()]),
        ],
        seconds=_seconds,
        seen=_seen,
    )


def _steps_chart(found: funnels.Funnel, quiz: Quiz) -> Chart | None:
    """Who was asked each question, in order, and who left there."""
    if not found.items or not found.counts.starts:
        return None
    asked = [(_question(quiz, item_id), step) for item_id, step in found.items]
    many = [one for one in asked if one[1].reached >= reports.LITTLE]
    worst, step = max(many or asked, key=lambda one: one[1].drop_off or 0)
    title = _("Nobody left on the way")
    if step.drop_off and not many:
        title = _("Too few came to say where most leave")
    elif step.drop_off:
        title = _(
            "Most leave at “%(question)s”: %(share)s of those asked", question=worst, share=percent(step.drop_off)
        )
    bars = [
        Bar(label, one.reached, number(one.reached), _left(one), inner=float(one.answered + one.skipped))
        for label, one in asked
    ]
    rows = tuple(
        (label, number(one.reached), number(one.answered), number(one.skipped), number(one.left), _seconds(one.seconds))
        for label, one in asked
    )
    headers = (_("Question"), _("Asked"), _("Answered"), _("Skipped"), _("Left there"), _("Usual time"))
    body = charts.bars(bars, rtl=reader().direction == "rtl")
    return Chart(
        title, body, Table(headers, rows), _("Everybody who came in these days; left: it was the last they saw")
    )


def _left(one: Step) -> str:
    if not one.left:
        return ""
    return _("%(n)s left here (%(share)s)", n=number(one.left), share=percent(one.drop_off or 0))


def _question(quiz: Quiz, item_id: str) -> str:
    item = quiz.item(item_id)
    return item.text.get(reader().lang) if item else item_id


def _seconds(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    if seconds < 90:
        return _("%(n)s s", n=number(max(1, round(seconds))))
    return _("%(n)s min", n=number(seconds / 60, 1))


def _seen(counts: Counts) -> int:
    return counts.seen


def _entry(name: str) -> str:
    return _(vocabulary.ENTRIES.get(name, name)) if name else _("not told")


# the matrix ----------------------------------------------------------------------------------------------------------


@blueprint.get("/quizzes/<quiz_id>/matrix.csv")
@auth.requires("viewer")
def matrix_file(quiz_id: str) -> Response:
    """What each answer is worth, as one table for a spreadsheet."""
    response = Response(matrices.export(context(), quiz_id, reader().lang), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{quiz_id}-matrix.csv"'
    return response


@blueprint.post("/quizzes/<quiz_id>/matrix")
@auth.requires("marketer")
def take_matrix(quiz_id: str) -> Response:
    """Take an edited table as the draft, whole or not at all."""
    sent = request.files.get("table")
    errors: Mapping[str, str] = {}
    try:
        edited = matrices.take(context(), quiz_id, sent.read() if sent else b"")
        if edited.changes:
            flash(_taken(len(edited.changes)), "success")
        else:
            flash(_("The table says what is there already; nothing was changed."), "success")
    except MatrixError as error:
        errors = error.errors
        few = "; ".join(f"{cell}: {message}" for cell, message in list(errors.items())[:5])
        flash(_("The table was not taken. %(why)s", why=few), "danger")
    except (Refused, DefinitionError) as error:
        flash(_("This was not done: %(why)s", why=str(error)), "danger")
    return redirect(url_for("admin.worth", quiz_id=quiz_id), code=303)


def _taken(cells: int) -> str:
    return ngettext(
        "Taken as a draft: %(num)s cell is different.", "Taken as a draft: %(num)s cells are different.", cells
    )


# why not shown -------------------------------------------------------------------------------------------------------


@blueprint.get("/customers/<int:customer_id>/quizzes")
@auth.requires("viewer")
def customer_quizzes(customer_id: int) -> Response:
    """Which quiz a customer would be shown now, and why not each other one."""
    ctx = context()
    found = listings.customer(ctx, customer_id)
    if found is None:
        abort(404)
    shown = [_shown(one) for one in surveys.why(ctx, found.customer.id)]
    return render(
        "customer_quizzes.html",
        "customers",
        found=found,
        shown=shown,
        quiet_days=number(surveys.quiet_days(ctx)),
    )


def _shown(one: Why) -> Shown:
    return Shown(
        quiz=one.quiz,
        said=_(vocabulary.SHOWN[one.reason]),
        is_shown=one.reason == "shown",
        until=one.until,
        clauses=words.clauses(clauses_to_json(one.clauses), context().definitions),
    )
