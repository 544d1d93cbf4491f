"""Quizzes: what is asked, what each answer is worth, and editing that as a draft until it is published."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from service.catalog.loader import quiz_document
from service.domain.conditions import Condition
from service.domain.errors import DefinitionError, FirasaError, Refused
from service.domain.quiz import SCALES, Item, Option, Quiz
from service.operations import quizzes as operations
from service.operations import reports
from service.operations.context import Context
from service.operations.quizzes import QuizInfo, TableError
from service.web import auth
from service.web.admin import blueprint, overview, words
from service.web.admin.pages import context, render
from service.web.admin.reports import answer_charts
from service.web.admin.worth import PREFIX, Change, block, changes
from service.web.i18n import _, reader
from service.web.pictures import picture_at


@dataclass(frozen=True)
class Step:
    """An item of the conversation in one language."""

    item: Item
    text: str
    help: str
    options: tuple[str, ...]
    ends: tuple[str, str]
    images: tuple[str, ...] = ()
    placeholder: str = ""
    wording: str = ""


@blueprint.get("/quizzes")
@auth.requires("viewer")
def quizzes() -> Response:
    """All quizzes with how far people get."""
    ctx = context()
    funnels = {one.quiz.id: one for one in reports.funnels(ctx)}
    counts = reports.responses_by_quiz(ctx)
    found = operations.listing(ctx)
    return render(
        "quizzes.html",
        "quizzes",
        quizzes=[(info, counts.get(info.id, (0, 0)), funnels.get(info.id)) for info in found],
        little=reports.LITTLE,
    )


@blueprint.get("/quizzes/<quiz_id>")
@auth.requires("viewer")
def quiz(quiz_id: str) -> Response:
    """One quiz: the conversation in all its languages, side by side."""
    ctx = context()
    view = _view(ctx, quiz_id)
    conversation = [(lang, _conversation(view.shown, lang)) for lang in view.shown.languages]
    return _render(
        "quiz.html",
        view,
        conversation=conversation,
        asked_if={item.id: _condition(ctx, view.shown, item) for item in view.shown.items},
        leads_to={item.id: _branches(ctx, view.shown, item) for item in view.shown.items},
    )


@blueprint.get("/quizzes/<quiz_id>/worth")
@auth.requires("viewer")
def worth(quiz_id: str) -> Response:
    """What each answer of a quiz is worth: scores, points, votes, tags."""
    return _worth_page(quiz_id, editing=request.args.get("edit", ""))


@blueprint.get("/quizzes/<quiz_id>/answers")
@auth.requires("viewer")
def quiz_answers(quiz_id: str) -> Response:
    """How far people get in a quiz, and what they answer."""
    ctx = context()
    view = _view(ctx, quiz_id)
    published = view.published
    funnel = reports.funnel(ctx, published) if published else None
    return _render(
        "quiz_answers.html",
        view,
        funnel=overview.funnel_chart(funnel) if funnel and funnel.started else None,
        answers=answer_charts(ctx, published) if published else [],
    )


@blueprint.post("/quizzes/<quiz_id>/draft")
@auth.requires("marketer")
def save_cells(quiz_id: str) -> Response:
    """Save edited cells as a draft."""
    ctx, item_id = context(), request.form.get("item", "")
    base = operations.get_draft(ctx, quiz_id) or operations.get(ctx, quiz_id)
    cells = {name[len(PREFIX) :]: text for name, text in request.form.items() if name.startswith(PREFIX)}
    try:
        document = operations.apply_option_table(quiz_document(base), cells)
        operations.save_draft(ctx, quiz_id, document)
    except TableError as error:
        return _worth_page(quiz_id, editing=item_id, typed=cells, errors=error.errors, status=422)
    except (Refused, DefinitionError) as error:
        flash(_refusal(error), "danger")
        return redirect(url_for("admin.worth", quiz_id=quiz_id), code=303)
    flash(_("Saved as a draft. Shoppers see it once it is published."), "success")
    return redirect(url_for("admin.worth", quiz_id=quiz_id), code=303)


@blueprint.post("/quizzes/<quiz_id>/<action>")
@auth.requires("marketer")
def change_quiz(quiz_id: str, action: str) -> Response:
    """Publish or discard the draft, take the quiz over, pause or resume it."""
    ctx = context()
    try:
        if action == "publish":
            done = operations.publish_draft(ctx, quiz_id)
            flash(
                _("Version %(n)s is live. Conversations that have begun go on with theirs.", n=done.version), "success"
            )
        elif action == "discard":
            operations.discard_draft(ctx, quiz_id)
            flash(_("The draft is gone. What is published stays as it is."), "success")
        elif action == "take-over":
            operations.take_over(ctx, quiz_id)
            flash(_("The quiz is edited here from now on."), "success")
        elif action in ("pause", "resume"):
            operations.set_status(ctx, quiz_id, "paused" if action == "pause" else "live")
            flash(_("Paused. Who has begun may finish.") if action == "pause" else _("Live again."), "success")
    except (Refused, DefinitionError) as error:
        flash(_refusal(error), "danger")
    return redirect(auth.local_path(request.form.get("next")) or url_for("admin.quiz", quiz_id=quiz_id), code=303)


@blueprint.get("/quizzes/<quiz_id>.yaml")
@auth.requires("viewer")
def export_quiz(quiz_id: str) -> Response:
    """The published version as a file."""
    response = Response(operations.export(context(), quiz_id), mimetype="application/yaml")
    response.headers["Content-Disposition"] = f'attachment; filename="{quiz_id}.yaml"'
    return response


# the pages ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class View:
    """A quiz as its pages show it.

    :param shown: the draft where there is one, else the published version
    :param editable: it belongs to the admin
    """

    info: QuizInfo
    shown: Quiz
    published: Quiz | None
    draft: Quiz | None
    changes: tuple[Change, ...]
    editable: bool


def _view(ctx: Context, quiz_id: str) -> View:
    draft = operations.get_draft(ctx, quiz_id)
    info = next(one for one in operations.listing(ctx) if one.id == quiz_id)
    published = operations.get(ctx, quiz_id) if info.version else None
    shown = draft or published
    assert shown is not None, "a quiz has a version or a draft"
    changed = changes(published, draft) if draft and published else []
    return View(info, shown, published, draft, tuple(changed), info.owner == "admin")


def quiz_page(template: str, quiz_id: str, **values: object) -> Response:
    """A page about a quiz, with the head that all of them share."""
    return _render(template, _view(context(), quiz_id), status=200, **values)


def _render(template: str, view: View, *, status: int = 200, **values: object) -> Response:
    return render(
        template,
        "quizzes",
        view=view,
        info=view.info,
        quiz=view.shown,
        item_type=words.item_type,
        status=status,
        **values,
    )


def _worth_page(
    quiz_id: str,
    *,
    editing: str = "",
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    view = _view(context(), quiz_id)
    table = operations.option_table(quiz_document(view.shown))
    blocks = [
        block(view.shown, item, table, view.editable and item.id == editing, typed or {}, errors or {})
        for item in view.shown.items
    ]
    return _render("quiz_worth.html", view, blocks=blocks, status=status)


def _conversation(quiz: Quiz, lang: str) -> list[Step]:
    """The whole conversation in one language, in the order of the definition."""
    return [
        Step(
            item=item,
            text=item.text.get(lang),
            help=item.help.get(lang),
            options=_choices(item, lang),
            ends=(item.low.get(lang), item.high.get(lang)),
            images=tuple(picture_at(option.image, option.id) if option.image else "" for option in item.options),
            placeholder=item.placeholder.get(lang) or _TYPED.get(item.type, ""),
            wording=item.wording.get(lang),
        )
        for item in quiz.items
    ]


_TYPED = {"email": "name@example.com", "phone": "+966 50 123 4567", "date": "2026-01-31"}


def _choices(item: Item, lang: str) -> tuple[str, ...]:
    from service.domain.answers import scale_bounds

    if item.type in SCALES:
        low, high = scale_bounds(item)
        return tuple(str(step) for step in range(low, high + 1))
    if item.type == "yes_no":
        return tuple(_yes_no(item.option_by_id.get(one), one, lang) for one in ("yes", "no"))
    return tuple(option.label.get(lang) for option in item.options)


def _yes_no(option: Option | None, answer: str, lang: str) -> str:
    said = {"en": {"yes": "Yes", "no": "No"}, "ar": {"yes": "نعم", "no": "لا"}}
    return (option.label.get(lang) if option else "") or said.get(lang, said["en"])[answer]


def _condition(ctx: Context, quiz: Quiz, item: Item) -> str:
    """When an item is asked, in words; empty for always."""
    return "" if item.when is None else _("Only if: %(condition)s", condition=_inside(ctx, quiz, item.when))


def _branches(ctx: Context, quiz: Quiz, item: Item) -> list[str]:
    """Where an item leads, in words; nothing where the next item simply follows."""
    notes = []
    for branch in item.goto:
        target = quiz.item(branch.to)
        to = _("“%(text)s”", text=target.text.get(reader().lang)) if target else _("the end")
        if branch.when is None:
            notes.append(_("Then: %(item)s", item=to))
        else:
            notes.append(_("If %(condition)s, then: %(item)s", condition=_inside(ctx, quiz, branch.when), item=to))
    return notes


def _inside(ctx: Context, quiz: Quiz, when: Condition) -> str:
    return words.sentence(words.in_quiz(when, quiz), ctx.definitions)


def _refusal(error: FirasaError) -> str:
    if isinstance(error, DefinitionError):
        return _("The draft cannot be published yet: %(why)s", why="; ".join(str(one) for one in error.problems[:3]))
    return _("This was not done: %(why)s", why=str(error))
