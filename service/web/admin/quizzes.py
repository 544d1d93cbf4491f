"""Quizzes: what is asked, what each answer is worth, and editing that as a draft until it is published."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from service.catalog import option_table as tables
from service.catalog.loader import quiz_document
from service.domain.conditions import Condition
from service.domain.errors import DefinitionError, FirasaError, Refused
from service.domain.quiz import CHOICES, SCALES, Item, Option, Quiz
from service.domain.text import Text
from service.operations import quizzes as operations
from service.operations import reports
from service.operations.context import Context
from service.operations.quizzes import OptionTable, QuizInfo, TableError
from service.web import auth
from service.web.admin import blueprint, overview, words
from service.web.admin.pages import context, render
from service.web.admin.reports import answer_charts
from service.web.i18n import _, reader

_PREFIX = "cell:"


@dataclass(frozen=True)
class Column:
    """A column of the table in the reader's words; ``group`` is the heading above it."""

    key: str
    name: str
    group: str
    is_number: bool


@dataclass(frozen=True)
class Cell:
    """One cell: its name in the form, what it says now, and what is wrong with it.

    :param chips: what it says as separate words for reading: (words, whether it speaks against something)
    """

    column: Column
    name: str
    text: str
    error: str = ""
    chips: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True)
class Row:
    """An option (or a scale) with its cells."""

    label: str
    cells: tuple[Cell, ...]

    def under(self, group: str) -> list[Cell]:
        """The cells of a heading that say something."""
        return [cell for cell in self.cells if cell.column.group == group and cell.text]


@dataclass(frozen=True)
class Block:
    """A question with its table.

    :param columns: every column it may have
    """

    item: Item
    text: str
    decides: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    editing: bool

    @property
    def kinds(self) -> list[str]:
        """Headings with something under them, for reading: several columns share one."""
        used = {cell.column.group for row in self.rows for cell in row.cells if cell.text}
        return [group for group, _span in self.groups if group in used]

    @property
    def groups(self) -> list[tuple[str, int]]:
        """Headings above the columns and how many columns each spans."""
        spans: list[tuple[str, int]] = []
        for column in self.columns:
            if spans and spans[-1][0] == column.group:
                spans[-1] = (column.group, spans[-1][1] + 1)
            else:
                spans.append((column.group, 1))
        return spans


@dataclass(frozen=True)
class Change:
    """A cell that differs between the published version and the draft."""

    question: str
    option: str
    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Step:
    """An item of the conversation in one language."""

    item: Item
    text: str
    help: str
    options: tuple[str, ...]
    ends: tuple[str, str]


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
    cells = {name[len(_PREFIX) :]: text for name, text in request.form.items() if name.startswith(_PREFIX)}
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
    changes = _changes(published, draft) if draft and published else []
    return View(info, shown, published, draft, tuple(changes), info.owner == "admin")


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
        _block(view.shown, item, table, view.editable and item.id == editing, typed or {}, errors or {})
        for item in view.shown.items
    ]
    return _render("quiz_worth.html", view, blocks=blocks, status=status)


def _block(
    quiz: Quiz, item: Item, table: OptionTable, editing: bool, typed: dict[str, str], errors: dict[str, str]
) -> Block:
    rows = [row for row in table.rows if row.item_id == item.id]
    columns = [_column(one) for one in table.columns if any(one.key in row.cells for row in rows)]
    return Block(
        item=item,
        text=item.text.get(reader().lang),
        decides=item.decides.get(reader().lang),
        columns=tuple(columns),
        rows=tuple(
            Row(
                label=_label(row.option_id, row.label) if row.option_id else _("the whole scale"),
                cells=tuple(
                    Cell(
                        column=one,
                        name=_PREFIX + row.cell_name(one.key),
                        text=typed.get(row.cell_name(one.key), row.cells[one.key]),
                        error=_cell_error(one, errors.get(row.cell_name(one.key), "")),
                        chips=_chips(quiz, one, row.cells[one.key]),
                    )
                    for one in columns
                    if one.key in row.cells
                ),
            )
            for row in rows
        ),
        editing=editing,
    )


def _label(option_id: str, label: Text) -> str:
    return label.get(reader().lang) or {"yes": _("Yes"), "no": _("No")}.get(option_id, option_id)


def _column(column: tables.Column) -> Column:
    groups = {
        "scores": _("Traits"),
        "points": _("Results"),
        "votes": _("Products"),
        "excludes": _("Products"),
        "tags": _("Email tool"),
    }
    names = {"votes": _("Votes"), "excludes": _("Rules out"), "tags": _("Tags")}
    name = names.get(column.kind) or column.name.get(reader().lang)
    return Column(column.key, name, groups[column.kind], column.kind in ("scores", "points"))


def _chips(quiz: Quiz, column: Column, text: str) -> tuple[tuple[str, bool], ...]:
    """A cell for reading: names instead of ids, signs instead of bare numbers."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if column.is_number:
        return tuple((f"{column.name} {_signed(part)}", part.startswith("-")) for part in parts)
    if column.key == "excludes":
        return tuple((_("not %(name)s", name=_named(quiz, part)), True) for part in parts)
    if column.key == "votes":
        pairs = [part.partition(":") for part in parts]
        return tuple((f"{_named(quiz, one.strip())} {_signed(votes.strip())}", False) for one, _colon, votes in pairs)
    return tuple((part, False) for part in parts)


def _signed(amount: str) -> str:
    """A number with its sign, kept in one piece in both directions of reading."""
    sign = "−" if amount.startswith("-") else "+"
    return f"\N{LEFT-TO-RIGHT ISOLATE}{sign}{amount.lstrip('-')}\N{POP DIRECTIONAL ISOLATE}"


def _named(quiz: Quiz, name: str) -> str:
    """The name of a product or a result of a quiz."""
    product = quiz.product_by_id.get(name)
    if product is not None:
        return product.name.get(reader().lang)
    return next((one.title.get(reader().lang) for one in quiz.outcomes if one.id == name), name)


def _cell_error(column: Column, error: str) -> str:
    if not error:
        return ""
    if column.is_number:
        return _("A number is needed here, such as 1 or −0.5.")
    if column.key == "votes":
        return _("Write product: votes, such as rose-serum: 2, with products of this quiz.")
    if column.key == "excludes":
        return _("Only results and products of this quiz, separated by commas.")
    return _("Tags are small Latin letters, digits and single hyphens, separated by commas.")


def _changes(published: Quiz, draft: Quiz) -> list[Change]:
    """What the draft changes in the table; other differences are not shown here."""
    old, new = (operations.option_table(quiz_document(one)) for one in (published, draft))
    before = {row.cell_name(key): text for row in old.rows for key, text in row.cells.items()}
    names = {one.key: _column(one) for one in new.columns}
    return [
        Change(
            question=row.question.get(reader().lang),
            option=_label(row.option_id, row.label) if row.option_id else "",
            column=names[key].name,
            before=before.get(row.cell_name(key), ""),
            after=text,
        )
        for row in new.rows
        for key, text in row.cells.items()
        if text != before.get(row.cell_name(key), "")
    ]


def _conversation(quiz: Quiz, lang: str) -> list[Step]:
    """The whole conversation in one language, in the order of the definition."""
    return [
        Step(
            item=item,
            text=item.text.get(lang),
            help=item.help.get(lang),
            options=_choices(item, lang),
            ends=(item.low.get(lang), item.high.get(lang)),
        )
        for item in quiz.items
    ]


def _choices(item: Item, lang: str) -> tuple[str, ...]:
    from service.domain.answers import scale_bounds

    if item.type in SCALES:
        low, high = scale_bounds(item)
        return tuple(str(step) for step in range(low, high + 1))
    if item.type == "yes_no":
        return tuple(_yes_no(item.option_by_id.get(one), one, lang) for one in ("yes", "no"))
    return tuple(option.label.get(lang) for option in item.options) if item.type in CHOICES else ()


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
