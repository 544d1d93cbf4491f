"""Portraits of personas and of discovered groups: what their people answer, and what each sentence rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.operations.context import Context
from service.web import charts
from service.web.admin import words
from service.web.charts import Bar, Chart, Table
from service.web.i18n import _, number, percent, reader


@dataclass(frozen=True)
class Entry:
    """A sentence of a portrait with what it rests on, in the reader's language."""

    text: str
    rests_on: list[str]


def entries_of(
    ctx: Context, entries: Sequence[Mapping[str, Any]], group: Mapping[str, Any] | None = None
) -> list[Entry]:
    """The sentences of one part, as kept with a group or a named persona."""
    return [Entry(_in(one["text"]), [_ground(ctx, ground, group) for ground in one["rests_on"]]) for one in entries]


def grounds(ctx: Context, group: Mapping[str, Any], quotes: Sequence[str]) -> list[tuple[str, str]]:
    """What a sentence about a group may rest on: the value of the form, and words."""
    tells = [
        (f"{one['fact']}={one['answer']}", f"{said(ctx, one)} ({percent(one['inside'])})")
        for one in (*group["over"], *group["under"])
    ]
    return tells + [(f"quote:{n}", f"“{text}”") for n, text in zip(group["quotes"], quotes, strict=False)]


def tell_chart(ctx: Context, tells: Sequence[Mapping[str, Any]], title: str) -> Chart | None:
    """Answers that a group gives far more, or far less, often than others."""
    if not tells:
        return None
    bars = [
        Bar(
            said(ctx, one),
            one["inside"],
            percent(one["inside"]),
            _("others %(share)s; n = %(n)s", share=percent(one["outside"]), n=number(one["people"])),
            inner=None,
        )
        for one in tells
    ]
    rows = tuple(
        (bar.label, bar.shown, percent(one["outside"]), number(one["people"]))
        for bar, one in zip(bars, tells, strict=True)
    )
    headers = (_("Answer"), _("Here"), _("Others"), _("People"))
    return Chart(title, charts.bars(bars, rtl=reader().direction == "rtl", greatest=1), Table(headers, rows))


def said(ctx: Context, one: Mapping[str, Any]) -> str:
    """A question and an answer."""
    return f"{words.fact(one['fact'], ctx.definitions)}: {words.value(one['fact'], one['answer'], ctx.definitions)}"


def _ground(ctx: Context, ground: str, group: Mapping[str, Any] | None) -> str:
    if ground.startswith("quote:"):
        return _("something they wrote")
    fact, _equals, answer = ground.partition("=")
    known = (*group["over"], *group["under"]) if group else ()
    told = next((one for one in known if one["fact"] == fact and str(one["answer"]) == answer), None)
    shown = said(ctx, {"fact": fact, "answer": answer})
    return f"{shown} ({percent(told['inside'])})" if told else shown


def _in(texts: Mapping[str, str]) -> str:
    return texts.get(reader().lang) or next(iter(texts.values()), "")
