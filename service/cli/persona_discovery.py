"""``firasa personas``: what is found in answers and purchases, and why somebody has a persona."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping
from typing import Any

import click

from service.cli.base import emit, json_option, note, progress, runtime, table
from service.operations import discoveries, explanations, lookalikes, models, short_quizzes
from service.operations.context import Context
from service.operations.customers import find

_SIZES = click.IntRange(min=2, max=12)


def _context() -> Context:
    found: Context = runtime().context(actor="cli")
    return found


@click.command()
@click.option("--classes", type=_SIZES, help="This many, instead of the number that fits best from 2 to 8.")
@click.option("--quiz", help="Only answers of this quiz, instead of all live ones.")
@json_option
def discover(classes: int | None, quiz: str | None, as_json: bool) -> None:
    """Find groups of people in the answers, and propose them as personas; nobody's persona changes.

    \b
    firasa personas discover
    firasa personas discover --quiz shopping-style --classes 5
    """
    sizes = (classes,) if classes else (2, 3, 4, 5, 6, 7, 8)
    with progress("Discovering", len(sizes) + 1) as step:
        found = discoveries.discover(_context(), sizes, quiz=quiz, on_step=step)
    emit({"discovery": found.id, **found.body}, as_json, lambda: _show_discovery(found.id, found.body))


@click.command("discoveries")
@click.argument("number", type=click.IntRange(min=1), required=False)
@json_option
def discoveries_(number: int | None, as_json: bool) -> None:
    """List what was discovered, or show one NUMBER with its portraits.

    \b
    firasa personas discoveries
    firasa personas discoveries 2
    """
    ctx = _context()
    if number is not None:
        one = discoveries.get(ctx, number)
        quotes = discoveries.quotes(ctx, number)
        emit({"discovery": one.id, "status": one.status, "quotes": quotes, **one.body}, as_json,
             lambda: _show_discovery(one.id, one.body))  # fmt: skip
        return
    found = discoveries.listing(ctx)
    rows: list[list[object]] = [
        [one.id, one.status, one.body["people"], len(one.body["classes"]), one.created_by] for one in found
    ]
    answer = [{"discovery": one.id, "status": one.status, "people": one.body["people"]} for one in found]
    emit(answer, as_json, lambda: table("Discoveries", ["number", "status", "people", "classes", "by"], rows))


@click.command("name")
@click.argument("discovery", type=int)
@click.argument("number", type=int)
@click.option("--en", required=True, help="The name in English.")
@click.option("--ar", default="", help="The name in Arabic.")
@click.option("--persona", help="The persona that this class continues, instead of a new one.")
def name(discovery: int, number: int, en: str, ar: str, persona: str | None) -> None:
    """Name class NUMBER of a DISCOVERY.

    \b
    firasa personas name 2 0 --en "The Host" --ar "أهل الضيافة"
    """
    names = {"en": en, **({"ar": ar} if ar else {})}
    discoveries.name(_context(), discovery, number, names, persona=persona)
    note(f"Class {number} is “{en}”.")


@click.command("join")
@click.argument("discovery", type=int)
@click.argument("gone", type=int)
@click.argument("into", type=int)
def join(discovery: int, gone: int, into: int) -> None:
    """Join class GONE of a DISCOVERY with class INTO, whose name stays.

    \b
    firasa personas join 2 4 1
    """
    discoveries.join(_context(), discovery, gone, into)
    note(f"Class {gone} is part of class {into} now.")


@click.command("apply")
@click.argument("discovery", type=int)
@json_option
def apply(discovery: int, as_json: bool) -> None:
    """Make personas of the named classes of a DISCOVERY and label their people; `train` comes next.

    \b
    firasa personas apply 2
    """
    labelled = discoveries.apply(_context(), discovery)
    rows: list[list[object]] = [[persona, people] for persona, people in labelled.items()]
    emit({"labelled": labelled}, as_json, lambda: table("Labelled", ["persona", "people"], rows))


@click.command("discard")
@click.argument("discovery", type=int)
def discard(discovery: int) -> None:
    """Put a DISCOVERY away; it changed nothing.

    \b
    firasa personas discard 2
    """
    discoveries.discard(_context(), discovery)
    note(f"Discovery {discovery} is discarded.")


@click.command("pin")
@click.argument("persona")
@click.option("--off", is_flag=True, help="Let later discoveries replace it again.")
def pin(persona: str, off: bool) -> None:
    """Have later discoveries keep a PERSONA that came from an earlier one.

    \b
    firasa personas pin the_host
    """
    discoveries.pin(_context(), persona, not off)
    note(f"{persona} {'may be replaced' if off else 'stays'}.")


@click.command("lookalike")
@click.option("--activate", "use", is_flag=True, help="Put the new version to use at once.")
@click.option("--off", is_flag=True, help="Infer nobody's persona any more.")
@json_option
def lookalike(use: bool, off: bool, as_json: bool) -> None:
    """Learn to infer the persona of those who never answered from how they buy; refused where that is no better.

    \b
    firasa personas lookalike
    firasa personas lookalike --activate
    """
    ctx = _context()
    if off:
        lookalikes.activate(ctx, 0)
        emit({"active": 0}, as_json, lambda: note("Nobody's persona is inferred."))
        return
    with progress("Learning", lookalikes.STEPS) as step:
        found = lookalikes.train(ctx, step)
    if use:
        lookalikes.activate(ctx, found.version)
    worth = found.worth.to_json()
    emit({"version": found.version, "active": use, **worth}, as_json, lambda: _show_worth(found.version, worth))


@click.command("golden")
@click.argument("quiz")
@click.option("--keep", type=click.FloatRange(0.3, 1), default=0.9, help="Share of the agreement to keep (0.9).")
@click.option("--propose", is_flag=True, help="Keep a draft of a new quiz of these questions.")
@json_option
def golden(quiz: str, keep: float, propose: bool, as_json: bool) -> None:
    """Show how few questions of a QUIZ tell people's persona, and propose a short quiz.

    \b
    firasa personas golden shopping-style
    firasa personas golden shopping-style --keep 0.95 --propose
    """
    ctx = _context()
    curve = short_quizzes.golden(ctx, quiz)
    shortest = curve.shortest(keep)
    draft = short_quizzes.propose(ctx, quiz, shortest.questions) if propose else None
    rows: list[list[object]] = [
        [len(one.questions), f"{100 * one.agreement:.1f} %", f"{100 * one.low:.1f} to {100 * one.high:.1f} %"]
        for one in curve.points
    ]

    def show() -> None:
        table(f"{curve.people} people", ["questions", "same persona", "95 % interval"], rows)
        note(f"Enough: {', '.join(shortest.questions)}.")
        if draft:
            note(f"The draft '{draft}' waits in the admin.")

    emit({"enough": list(shortest.questions), "draft": draft, **curve.to_json()}, as_json, show)


@click.command("adapt")
@click.argument("quiz")
@click.option("--stop", type=click.FloatRange(0.3, 0.99), default=0.8, help="Probability to stop at (0.8).")
@click.option("--activate", "use", is_flag=True, help="Have new responses asked this way at once.")
@click.option("--off", is_flag=True, help="Go back to the quiz's own order.")
@json_option
def adapt(quiz: str, stop: float, use: bool, off: bool, as_json: bool) -> None:
    """Learn which question of a QUIZ tells most next, and how many questions that saves.

    \b
    firasa personas adapt shopping-style
    firasa personas adapt shopping-style --stop 0.9 --activate
    """
    ctx = _context()
    if off:
        short_quizzes.activate(ctx, quiz, 0)
        emit({"active": 0}, as_json, lambda: note("The quiz is asked in its own order."))
        return
    with progress("Learning", short_quizzes.STEPS) as step:
        found = short_quizzes.adapt(ctx, quiz, stop=stop, on_step=step)
    if use:
        short_quizzes.activate(ctx, quiz, found.version)
    saved = found.saved
    emit(
        {"version": found.version, "active": use, **saved.to_json()},
        as_json,
        lambda: note(
            f"Version {found.version}: {saved.asked:.1f} of {saved.questions} questions on average; "
            f"the persona is right in {saved.agreement:.1%}, with all questions in {saved.full:.1%}."
        ),
    )


@click.command("drift")
@json_option
def drift(as_json: bool) -> None:
    """Show how far answers and personas have moved since the version in use was trained.

    \b
    firasa personas drift
    """
    found = models.drifted(_context())
    if found is None:
        emit(None, as_json, lambda: note("The prototypes are in use; they were not trained on anybody."))
        return
    moved = sorted(found.answers.items(), key=lambda one: -one[1])
    rows: list[list[object]] = [["personas", f"{found.personas:.3f}"]] if found.personas is not None else []
    rows += [[name, f"{index:.3f}"] for name, index in moved]
    answer = {"version": found.version, "people": found.people, "personas": found.personas, "answers": found.answers}

    def show() -> None:
        table(f"{found.people} people since; 0.1 is noticeable, 0.25 is much", ["", "index"], rows)
        if not rows:
            note("Too few people answered since then to compare anything.")

    emit(answer, as_json, show)


@click.command("explain")
@click.argument("customer")
@click.option("--persona", help="Why this one; the likeliest unless given.")
@click.option("--against", help="Why not this one.")
@click.option("--lang", type=click.Choice(["en", "ar"]), default="en", help="Language of the words.")
@json_option
def explain(customer: str, persona: str | None, against: str | None, lang: str, as_json: bool) -> None:
    """Say why a CUSTOMER has their persona, or why not another one.

    \b
    firasa personas explain someone@example.com
    firasa personas explain c_42 --persona explorer
    firasa personas explain c_42 --against purist --lang ar
    """
    from service.web import reasons

    ctx = _context()
    why = explanations.explain(ctx, find(ctx, customer), persona, against)
    told = why.explanation
    words = reasons.sentences(told, ctx.definitions, lang)
    answer = {
        "customer": customer,
        "kind": why.kind,
        "persona": why.assignment.persona,
        "probability": why.assignment.probability,
        "explained": told.persona,
        "against": told.against,
        "log_odds": told.log_odds,
        "base": told.base,
        "reasons": [one.to_json() for one in told.reasons],
        "words": words,
    }

    def show() -> None:
        click.echo(reasons.headline(told, ctx.definitions, lang))
        for sentence in words:
            click.echo(f"  {sentence}")

    emit(answer, as_json, show)


@click.command("export")
@json_option
def export(as_json: bool) -> None:
    """Write everybody's present persona as CSV: customer, kind, persona, probability, source.

    \b
    firasa personas export > personas.csv
    """
    columns = ("customer", "kind", "persona", "probability", "source")
    rows = explanations.export(_context())
    if as_json:
        emit([dict(zip(columns, row, strict=True)) for row in rows], True)
        return
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)


COMMANDS = (
    discover, discoveries_, name, join, apply, discard, pin, lookalike, golden, adapt, drift, explain, export,
)  # fmt: skip


def _show_discovery(number: int, body: Mapping[str, Any]) -> None:
    found = body["found"]
    sizes: list[list[object]] = [
        [one["classes"], f"{one['log_likelihood']:.1f}", f"{one['bic']:.1f}", f"{one['stability']:.2f}"]
        for one in found["sizes"]
    ]
    table(f"Discovery {number}: {body['people']} people", ["classes", "log-likelihood", "BIC", "stability"], sizes)
    for one in body["classes"]:
        title = next(iter(one["name"].values())) if one["name"] else "without a name"
        share = one["revenue_share"]
        earned = "" if share is None else f", {100 * share:.0f} % of the revenue"
        rows: list[list[object]] = [
            [tell["fact"], tell["answer"], f"{100 * tell['inside']:.0f} %", f"{100 * tell['outside']:.0f} %",
             "" if tell["lift"] is None else f"{tell['lift']:.1f}", tell["people"]]
            for tell in (*one["over"][:6], *one["under"][:3])
        ]  # fmt: skip
        heading = f"Class {one['number']}, {title}: {one['size']} people ({100 * one['share']:.0f} %){earned}"
        table(heading, ["question", "answer", "here", "others", "times", "people"], rows)


def _show_worth(version: int, worth: Mapping[str, Any]) -> None:
    ours, base = worth["classifiers"]["trained"], worth["classifiers"]["majority"]
    gain = worth["log_loss_gain"]
    rows: list[list[object]] = [
        [name, f"{100 * one['accuracy']:.1f} %", f"{one['log_loss']:.3f}", f"{one['calibration_error']:.3f}"]
        for name, one in (("from purchases", ours), ("shares alone", base))
    ]
    table(f"{worth['customers']} buyers", ["", "right", "log loss", "calibration"], rows)
    lifts: list[list[object]] = [[persona, f"{lift:.2f}"] for persona, lift in worth["lift"].items()]
    table("Among the tenth likeliest, times as often", ["persona", "lift"], lifts)
    note(f"Version {version}: log loss better by {gain['mean']:.3f} ({gain['low']:.3f} to {gain['high']:.3f}).")
