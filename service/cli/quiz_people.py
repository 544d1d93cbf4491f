"""``firasa quizzes why`` and ``firasa quizzes funnel``: who is shown what, and how far people get."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from service.cli.base import emit, json_option, runtime, table
from service.operations import customers, funnels, surveys
from service.operations.surveys import Why

REASONS = {
    "shown": "would be shown now",
    "not_targeted": "is shown to nobody by itself: it has no `show`",
    "not_begun": "has not begun",
    "over": "is over",
    "no_order": "is asked about an order, and none is at hand",
    "nothing_left": "every question was asked before",
    "order_done": "this order has had its question",
    "condition": "its condition does not hold",
    "share": "is shown to a share of people that they do not belong to",
    "answered": "was answered, and is not asked again",
    "cap": "was shown as often as it may be",
    "cooldown": "was shown or answered a short while ago",
    "quiet": "another one was shown a short while ago",
    "outranked": "another one goes first",
}


@click.command()
@click.argument("customer")
@json_option
def why(customer: str, as_json: bool) -> None:
    """Say which quiz CUSTOMER would be shown now, and why not each other one.

    \b
    firasa quizzes why c_42
    firasa quizzes why sara@example.com --json

    CUSTOMER is Firasa's id, an email, a phone, or a shop's id. Nothing counts as shown.
    """
    ctx = runtime().context(actor="cli")
    found = surveys.why(ctx, customers.find(ctx, customer))
    rows: list[list[object]] = [[one.quiz.id, REASONS[one.reason], _detail(one)] for one in found]
    document = {"quizzes": [_document(one) for one in found]}
    emit(document, as_json, lambda: table("Shown next", ["quiz", "why", "more"], rows))


def _detail(one: Why) -> str:
    if one.until is not None:
        return f"until {_moment(one.until)}"
    failed = [clause for clause in one.clauses if not clause.holds] or list(one.clauses)
    return "; ".join(
        f"{clause.fact} is {_found(clause.found)}, not {clause.op} {clause.value}" for clause in failed[:3]
    )


def _found(value: object) -> str:
    return "not known" if value is None else str(value)


def _document(one: Why) -> dict[str, Any]:
    clauses = [
        {"fact": each.fact, "op": each.op, "value": each.value, "found": each.found, "holds": each.holds}
        for each in one.clauses
    ]
    until = _moment(one.until) if one.until is not None else None
    return {"quiz": one.quiz.id, "reason": one.reason, "until": until, "clauses": clauses}


def _moment(instant: int) -> str:
    return datetime.fromtimestamp(instant / 1_000_000, UTC).isoformat(timespec="minutes")


@click.command("quiet-days")
@click.argument("days", type=click.FloatRange(0, surveys.MOST_QUIET_DAYS), required=False)
@json_option
def quiet_days(days: float | None, as_json: bool) -> None:
    """Show, or set to DAYS, how long nobody is shown another quiz after one was shown to them.

    \b
    firasa quizzes quiet-days
    firasa quizzes quiet-days 3

    It holds between different quizzes; each quiz's own clock is `again_after_days` in its definition.
    """
    ctx = runtime().context(actor="cli")
    if days is not None:
        surveys.set_quiet_days(ctx, days)
    now = surveys.quiet_days(ctx)
    emit({"quiet_days": now}, as_json, lambda: click.echo(f"{now:g} days"))


@click.command()
@click.argument("quiz")
@click.option("--days", type=click.IntRange(1, funnels.MOST_DAYS), default=funnels.PERIOD_DAYS, show_default=True)
@json_option
def funnel(quiz: str, days: int, as_json: bool) -> None:
    """Show how far people get in QUIZ: views, starts, completions, and each question.

    \b
    firasa quizzes funnel skin-match
    firasa quizzes funnel after-purchase --days 7 --json

    A start is a first answer; a completion is the end. Left counts who was asked a question and did not go on.
    """
    found = funnels.to_json(funnels.funnel(runtime().context(actor="cli"), quiz, days))
    emit(found, as_json, lambda: _show(found))


def _show(found: dict[str, Any]) -> None:
    parts = [("all", found), *((one["name"] or "elsewhere", one) for one in (*found["languages"], *found["entries"]))]
    rows: list[list[object]] = [
        [
            name,
            one["views"],
            one["starts"],
            one["completions"],
            _share(one["completion_rate"]),
            _seconds(one["seconds"]),
        ]
        for name, one in parts
    ]
    table("People", ["", "views", "starts", "completions", "finished", "time"], rows)
    steps: list[list[object]] = [
        [one["item"], one["reached"], one["answered"], one["left"], _share(one["drop_off"]), _seconds(one["seconds"])]
        for one in found["items"]
    ]
    table("Questions", ["item", "reached", "answered", "left", "drop-off", "time"], steps)


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"


def _seconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:g} s"
