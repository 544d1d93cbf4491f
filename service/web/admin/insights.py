"""On the page of a customer: what is to come, the stage of life and habits, why not another persona, and the marketer's
own word about who somebody is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from service.domain import lifetime_value, rhythm
from service.domain.errors import FirasaError
from service.operations import explanations, labels, prospects
from service.operations.context import Context
from service.operations.explanations import Why
from service.store import customers, history
from service.store import labels as label_rows
from service.web import auth, charts, reasons
from service.web.admin import blueprint, words
from service.web.admin.pages import context
from service.web.charts import Bar, Chart, Table
from service.web.i18n import N_, _, money, number, percent, reader, shop_day

STAGES = {
    "new": (N_("new"), "accent"),
    "active": (N_("active"), "success"),
    "due": (N_("due: an order is expected about now"), "warning"),
    "overdue": (N_("overdue"), "warning"),
    "lapsed": (N_("lapsed"), "danger"),
}
_HABITS = ("orders.habit.category", "orders.habit.source", "orders.discount_affinity")
_LIKELIEST = 4


@dataclass(frozen=True)
class Outlook:
    """What is to come from a customer, in words.

    :param figures: name, value, and the interval or what it rests on
    :param missing: what cannot be said, and why
    """

    stage: tuple[str, str] | None
    figures: list[tuple[str, str, str]]
    habits: list[tuple[str, str]]
    missing: list[str]


@dataclass(frozen=True)
class WhyNot:
    """Another persona, and what speaks for and against it compared with who they are."""

    persona: str
    headline: str
    sentences: list[str]


def outlook(ctx: Context, customer_id: int, facts: Mapping[str, object]) -> Outlook:
    """Forecasts with intervals, the stage of life, habits, and what is not known and why."""
    found = prospects.prospect(ctx, customer_id)
    forecast, expected, figures = found.forecast, found.next_order, []
    nine = _("9 of 10 such customers: %(low)s to %(high)s")
    if expected is not None and found.stage != "lapsed":
        ends = {"low": shop_day(expected.low), "high": shop_day(expected.high)}
        figures.append(
            (_("Next order, if one comes"), shop_day(expected.day), _("8 of 10: %(low)s to %(high)s", **ends))
        )
    if found.usual_gap is not None:
        figures.append((_("Usual time between orders"), _days(found.usual_gap), ""))
    if forecast is not None:
        if forecast.alive is not None:
            figures.append((_("Still a customer"), percent(forecast.alive), ""))
        ends = {"low": number(forecast.orders.low), "high": number(forecast.orders.high)}
        figures.append((_("Orders in %(days)s days", days=number(forecast.days)),
                        number(forecast.orders.expected, 1), nine % ends))  # fmt: skip
        ends = {"low": money(forecast.revenue_low, whole=True), "high": money(forecast.revenue_high, whole=True)}
        figures.append((_("Revenue in %(days)s days", days=number(forecast.days)),
                        money(forecast.revenue, whole=True), nine % ends))  # fmt: skip
        if lifetime_value.likely_none(forecast):
            of = 100 if forecast.orders.any >= 0.005 else 1000
            order = _("%(many)s in %(of)s", many=number(max(1, round(of * forecast.orders.any))), of=number(of))
            figures.append((_("Such customers who order at all"), order,
                            _("the averages count them, most bring nothing")))  # fmt: skip
    chance = facts.get("whale.probability")
    if isinstance(chance, float | int):
        figures.append((_("Becomes one of the best"), percent(float(chance)), _("from the first order")))
    habits = [(words.fact(name, ctx.definitions), words.value(name, facts[name], ctx.definitions))
              for name in _HABITS if name in facts]  # fmt: skip
    stage = STAGES.get(found.stage or "")
    return Outlook((_(stage[0]), stage[1]) if stage else None, figures, habits, _missing(ctx, customer_id, found))


def _missing(ctx: Context, customer_id: int, found: prospects.Prospect) -> list[str]:
    """What cannot be said, in the reader's words."""
    if found.stage is None and found.forecast is None and not found.usual_gap and "no paid order" in str(found.missing):
        return [_("Nothing is expected of somebody without a paid order.")]
    said = []
    if prospects.rhythm_in_use(ctx.db) is None:
        least = number(rhythm.LEAST_GAPS)
        said.append(_("No stage of life: the shop's rhythm needs %(n)s times that somebody ordered again.", n=least))
    if found.forecast is None:
        said.append(_("No forecast of one customer: there is too little data, or none was worked out yet."))
    elif found.forecast.alive is None:
        said.append(_("Whether somebody is still a customer cannot be told from this shop's orders."))
    return said


def _days(gap: float) -> str:
    return _("%(n)s days", n=number(round(gap)))


def probabilities(ctx: Context, assignment: history.StoredAssignment) -> Chart | None:
    """How probable each persona is."""
    shares = assignment.detail.get("probabilities")
    if not isinstance(shares, dict) or len(shares) < 2:
        return None
    bars = [
        Bar(words.persona(one), share, percent(share), tone="" if one == assignment.persona else "rest")
        for one, share in list(shares.items())[:_LIKELIEST]
    ]
    return Chart(
        _("How probable each persona is"),
        charts.bars(bars, rtl=reader().direction == "rtl", greatest=1),
        Table((_("Persona"), _("Probability")), tuple((bar.label, bar.shown) for bar in bars)),
    )


def why_not(ctx: Context, customer_id: int) -> list[WhyNot]:
    """For the likeliest other personas what speaks for and against them, compared with who the customer is."""
    try:
        present = explanations.explain(ctx, customer_id)
        others = [one for one in present.assignment.probabilities if one != present.assignment.leaning]
        found = [explanations.explain(ctx, customer_id, one) for one in others[: _LIKELIEST - 1]]
    except FirasaError:
        return []  # nothing was answered that a model could use
    return [_why_not(ctx, one) for one in found]


def _why_not(ctx: Context, why: Why) -> WhyNot:
    told, lang = why.explanation, reader().lang
    name = words.persona(told.persona)
    return WhyNot(name, _("Why not “%(persona)s”?", persona=name), reasons.sentences(told, ctx.definitions, lang, 4))


def label_of(ctx: Context, customer_id: int) -> dict[str, Any] | None:
    """What somebody said this customer is, with who and when."""
    found = label_rows.newest(ctx.db, customer_id)
    return (
        {**found, "name": words.persona(found["persona"]), "by": words.source_name(found["source"])} if found else None
    )


@blueprint.post("/customers/<int:customer_id>/persona")
@auth.requires("marketer")
def label_customer(customer_id: int) -> Response:
    """Say who a customer is. It is a label: the next training learns from it."""
    ctx = context()
    found = customers.get(ctx.db, customer_id)
    if found is None or found.id != customer_id:
        abort(404)
    try:
        labels.add(ctx, {customer_id: request.form.get("persona", "")}, source="marketer")
        flash(
            _("The label is kept. The next training learns from it; until then the persona stays as it is."), "success"
        )
    except FirasaError:
        flash(_("Choose one of the personas."), "warning")
    return redirect(url_for("admin.customer", customer_id=customer_id, _anchor="h-personas"), code=303)
