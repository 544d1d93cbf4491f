"""What is to come from customers: rhythm, lifetime value and whales in the making, how well each does on orders it had
not seen, and the marketer's own limits of RFM."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from service.domain import habits, lifetime_value, rhythm
from service.domain.errors import FirasaError
from service.domain.rfm import LITTLE_DATA, SCORES
from service.operations import behaviour, prospects, requests, rescores, rfm
from service.operations.context import Context
from service.web import auth, charts
from service.web.admin import asked, blueprint, words
from service.web.admin.pages import context, render
from service.web.charts import Bar, Chart, Table
from service.web.i18n import N_, _, number, percent, reader

# What the fits need, as in ml/lifetime_value.py and ml/whales.py, which the web process must not load.
LEAST = {"customers": 100, "repeaters": 50, "days": 90, "beginners": 300, "whales": 30}
BASES = {
    "mbgnbd": N_("a model in which customers order at their own pace and may stop after any order"),
    "bgnbd": N_("a model in which customers order at their own pace and may stop after a repeat order"),
    "rate": N_("each customer's own pace, in which nobody stops"),
    "shop": N_("the shop's averages: there is too little data for figures about one customer"),
}
VERDICTS = {
    "better": (N_("better than both simple ways, beyond chance"), "success"),
    "no_worse": (N_("better than the shop's average; no better than each customer's own pace"), "warning"),
    "worse": (N_("no better than what anybody could have said"), "danger"),
    "not_judged": (N_("not judged: the shop is too young"), "plain"),
}
REVENUE = {
    "better": (N_("all together nearer than both simple ways"), "success"),
    "mixed": (N_("all together nearer than one simple way, further off than the other"), "warning"),
    "worse": (N_("all together no nearer than either simple way"), "danger"),
    "not_judged": (N_("not judged: nothing was spent"), "plain"),
}
OUTCOMES = {
    "activated": (N_("in use"), "success"),
    "unchanged": (N_("says the same as before"), "success"),
    "refused": (N_("refused"), "danger"),
    "too_little": (N_("too little data"), "warning"),
}
MODELS = {
    "rhythm": N_("Rhythm"),
    "habits": N_("Habits"),
    "whale": N_("Whale in the making"),
    "lifetime_value": N_("Lifetime value"),
}
WAYS = {"model": N_("this model"), "own_rate": N_("each customer's own pace"), "shop_mean": N_("the shop's average")}


@blueprint.get("/personas/value")
@auth.requires("viewer")
def value() -> Response:
    """The models of behaviour and their verdicts."""
    return _page()


def _page(errors: Mapping[str, str] | None = None, status: int = 200) -> Response:
    ctx = context()
    model = prospects.value_in_use(ctx.db)
    backtest = model.backtest if model else {}
    whale = behaviour.newest_whale(ctx)
    chosen = rfm.settings(ctx)
    return render(
        "value.html",
        "personas",
        status=status,
        model=model,
        basis=_(BASES[model.basis]) if model else "",
        verdict=_words(VERDICTS, backtest["verdict"]) if backtest.get("verdict") else None,
        backtest=_backtest(backtest) if backtest.get("scores") else None,
        revenue_verdict=_revenue_verdict(backtest),
        days=backtest.get("days", 0),
        rhythm=prospects.rhythm_in_use(ctx.db),
        whale=whale,
        ranking=_ranking(whale) if whale else None,
        became=_became(whale) if whale else None,
        fits=[(_(MODELS[one.kind]), _words(OUTCOMES, one.outcome), one) for one in behaviour.last_fits(ctx)],
        asked=asked.view("behaviour"),
        measuring=asked.view("rfm"),
        least={**LEAST, "gaps": rhythm.LEAST_GAPS, "discounts": habits.LEAST_ORDERS, "buyers": LITTLE_DATA},
        rfm=ctx.definitions.rules.rfm,
        limits=_limits(ctx),
        share=request.form.get("share", _per_cent(chosen.whale_share)),
        pass_=rescores.progress(ctx),
        errors=errors or {},
    )


def _words(known: Mapping[str, tuple[str, str]], key: str) -> tuple[str, str]:
    said, tone = known.get(key, (key, "plain"))
    return _(said), tone


def _revenue_verdict(backtest: Mapping[str, Any]) -> tuple[str, str] | None:
    """Of revenue, which has no part in the verdict of orders."""
    scores = backtest.get("scores")
    return _words(REVENUE, lifetime_value.revenue_verdict(scores)) if scores else None


def _backtest(found: Mapping[str, Any]) -> Chart:
    """The error per customer on the days held out, beside two simple ways."""
    bars = [
        Bar(
            _(WAYS[name]),
            one["root_mean_squared_error"],
            number(one["root_mean_squared_error"], 2),
            "" if one["orders_off"] is None else _("all orders together: %(off)s", off=_off(one["orders_off"])),
            tone="" if name == "model" else "rest",
        )
        for name, one in found["scores"].items()
        if name in WAYS
    ]
    rows = tuple(
        (_(WAYS[name]), number(one["root_mean_squared_error"], 2), number(one["mean_absolute_error"], 2),
         "–" if one["orders_off"] is None else _off(one["orders_off"]),
         "–" if one["revenue_off"] is None else _off(one["revenue_off"]))
        for name, one in found["scores"].items()
        if name in WAYS
    )  # fmt: skip
    headers = (_("Way"), _("Error per customer"), _("Mean error"), _("All orders"), _("All revenue"))
    return Chart(
        _("How far off it was on the last days, which it had not seen (orders per customer, less is better)"),
        charts.bars(bars, rtl=reader().direction == "rtl"),
        Table(headers, rows),
    )


def _off(share: float) -> str:
    if abs(share) < 0.005:
        return _("exact")
    off = percent(abs(share))
    return _("%(off)s too many", off=off) if share > 0 else _("%(off)s too few", off=off)


def _ranking(whale: Mapping[str, Any]) -> Chart:
    """How well whales are told after the first order, beside the value of that order."""
    metrics = whale["metrics"]
    named = (("model", _("first order and answers together")), ("baseline", _("value of the first order alone")))
    bars = [
        Bar(
            label,
            metrics[key]["mean"],
            number(metrics[key]["mean"], 2),
            _("%(lift)s times as many whales among its best tenth", lift=number(metrics["lift_of_best_tenth"][key], 1)),
            tone="" if key == "model" else "rest",
            interval=(metrics[key]["low"], metrics[key]["high"]),
        )
        for key, label in named
    ]
    rows = tuple((bar.label, bar.shown, number(bar.interval[0], 2), number(bar.interval[1], 2), bar.note)
                 for bar in bars if bar.interval)  # fmt: skip
    headers = (_("Way"), _("Ranks right"), _("From"), _("To"), _("Best tenth"))
    note = _(
        "Judged by %(n)s later customers, %(whales)s of them whales. 0.5 is a coin, 1 is never wrong.",
        n=number(metrics["customers"]),
        whales=number(metrics["whales"]),
    )
    title = _("How often a whale stands above somebody who is none")
    return Chart(title, charts.bars(bars, rtl=reader().direction == "rtl", greatest=1), Table(headers, rows), note)


def _became(whale: Mapping[str, Any]) -> Chart:
    """What was said and what came true."""
    groups = whale["metrics"]["calibration"]
    bars = [
        Bar(
            _("said %(share)s", share=percent(one["said"])),
            one["became"],
            percent(one["became"]),
            words.people(one["customers"]),
        )
        for one in groups
    ]
    rows = tuple((percent(one["said"]), percent(one["became"]), number(one["customers"])) for one in groups)
    headers = (_("Said"), _("Became whales"), _("Customers"))
    return Chart(
        _("What was said, and how many became whales"),
        charts.bars(bars, rtl=reader().direction == "rtl", greatest=1),
        Table(headers, rows),
    )


# the marketer's own limits -----------------------------------------------------------------------------------------


def _limits(ctx: Context) -> list[dict[str, Any]]:
    """For each score its four limits as they are now, and whether they are the marketer's own."""
    names = {
        "recency": _("Days since the last order, at most"),
        "frequency": _("Orders, at most"),
        "monetary": _("Net revenue, at most"),
    }
    own, model = rfm.settings(ctx).thresholds, ctx.definitions.rules.rfm
    found = []
    for score in SCORES:
        cuts = own.get(score) or (getattr(model, score) if model else None)
        typed = [request.form.get(f"{score}_{n}") for n in range(1, 5)]
        shown = [
            given if given is not None else _plain(ctx, score, cuts.thresholds[n]) if cuts else ""
            for n, given in enumerate(typed)
        ]
        found.append({"score": score, "label": names[score], "values": shown, "own": score in own})
    return found


def _plain(ctx: Context, score: str, limit: int) -> str:
    """A limit as it is typed."""
    return rfm.limit_text(ctx, limit) if score == "monetary" else str(limit)


@blueprint.post("/personas/value/limits/<score>")
@auth.requires("marketer")
def save_limits(score: str) -> Response:
    """Cut a score at the marketer's own limits, or at fifths again."""
    own = [request.form.get(f"{score}_{n}", "").strip() for n in range(1, 5)]
    try:
        rfm.save_thresholds(context(), score, None if request.form.get("fifths") else own)
    except FirasaError as error:
        return _page({score: _("Four ascending numbers are needed.") if score in SCORES else str(error)}, 422)
    requests.ask(context(), "rfm")
    flash(_("The limits are kept. The worker measures anew and looks at everybody whose score changes."), "success")
    return redirect(url_for("admin.value", _anchor="h-limits"), code=303)


@blueprint.post("/personas/value/whales")
@auth.requires("marketer")
def save_whales() -> Response:
    """Choose which share of customers counts as whales."""
    try:
        rfm.save_whale_share(context(), _share(request.form.get("share", "")))
    except FirasaError:
        return _page({"share": _("A number above 0 and up to 100, such as 20 for a fifth.")}, 422)
    requests.ask(context(), "rfm")
    flash(_("The share is kept. The worker measures anew and looks at everybody whose score changes."), "success")
    return redirect(url_for("admin.value", _anchor="h-limits"), code=303)


def _per_cent(share: str) -> str:
    """A share as it is typed here: 20 for 0.2."""
    try:
        return format((Decimal(share) * 100).normalize(), "f")
    except ArithmeticError:
        return share


def _share(typed: str) -> str:
    """What was typed as per cent, as a share; what is no number stays as it is and is refused."""
    text = typed.strip().rstrip("%٪").strip()
    try:
        return format((Decimal(text.replace("٫", ".")) / 100).normalize(), "f")
    except ArithmeticError:
        return text


@blueprint.post("/personas/value/fit")
@auth.requires("marketer")
def fit_value() -> Response:
    """Ask the worker to work out everything anew."""
    requests.ask(context(), "behaviour")
    flash(_("The worker does it; it takes from seconds to a few minutes."), "success")
    return redirect(url_for("admin.value"), code=303)
