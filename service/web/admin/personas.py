"""Personas: who the customers are, how many of each kind, and how the classifier knows."""

from __future__ import annotations

from flask import abort, url_for
from werkzeug.wrappers import Response

from service.operations import reports
from service.operations.context import Context, PersonaInfo
from service.store.reports import PersonaCount
from service.web import auth, charts, i18n
from service.web.admin import blueprint, words
from service.web.admin.pages import context, render
from service.web.charts import Chart, Pull
from service.web.i18n import N_, _, reader

PORTRAIT = (
    ("triggers", N_("What makes them buy")),
    ("goals", N_("What they want to reach")),
    ("rituals", N_("What they do before buying")),
    ("frustrations", N_("What puts them off")),
    ("responsibilities", N_("What they answer for")),
    ("aspirations", N_("Who they would like to be")),
)


@blueprint.get("/personas")
@auth.requires("viewer")
def personas() -> Response:
    """All personas, by answers and by purchases, and the model behind them."""
    ctx = context()
    model = ctx.definitions.rules.psychographic
    counts = {kind: reports.personas(ctx, kind) for kind in ("psychographic", "behavioural")}
    return render(
        "personas.html",
        "personas",
        psychographic=_cards(ctx, "psychographic", counts["psychographic"]),
        behavioural=_cards(ctx, "behavioural", counts["behavioural"]),
        totals={kind: sum(one.customers for one in found) for kind, found in counts.items()},
        unclear=sum(one.customers for one in counts["psychographic"] if one.persona is None),
        model=model,
        source=words.source_name(model.source) if model else "",
    )


@blueprint.get("/personas/<persona_id>")
@auth.requires("viewer")
def persona(persona_id: str) -> Response:
    """One persona: portrait, size, and what speaks for it."""
    ctx = context()
    info = ctx.definitions.personas.get(persona_id)
    if info is None:
        abort(404)
    counts = reports.personas(ctx, info.kind)
    count = next((one for one in counts if one.persona == persona_id), None)
    return render(
        "persona.html",
        "personas",
        info=info,
        count=count,
        total=sum(one.customers for one in counts),
        portrait=[(_(label), info.portrait[key]) for key, label in PORTRAIT if info.portrait.get(key)],
        signs=_signs(ctx, info),
    )


def _cards(ctx: Context, kind: str, counts: list[PersonaCount]) -> list[dict[str, object]]:
    """Personas of a kind with their counts, the largest first, those without customers too."""
    by_id = {one.persona: one for one in counts}
    total = sum(one.customers for one in counts)
    largest = max((one.customers for one in counts if one.persona), default=0) or 1
    cards = []
    for info in (one for one in ctx.definitions.personas.values() if one.kind == kind):
        count = by_id.get(info.id)
        customers = count.customers if count else 0
        cards.append({
            "info": info,
            "customers": customers,
            "share": customers / total if total else None,
            "average": count.net_revenue // count.buyers if count and count.buyers else None,
            "meter": charts.meter(customers / largest, rtl=reader().direction == "rtl"),
            "href": url_for("admin.persona", persona_id=info.id),
        })  # fmt: skip
    return sorted(cards, key=lambda card: -int(str(card["customers"])))


def _signs(ctx: Context, info: PersonaInfo) -> Chart | None:
    """What pulls towards this persona and away from it, from the weights of the active model."""
    model = ctx.definitions.rules.psychographic
    if model is None or info.id not in model.personas:
        return None
    column = model.personas.index(info.id)
    pulls = []
    for feature in model.features:
        others = sum(feature.weights) - feature.weights[column]
        weight = feature.weights[column] - others / max(1, len(model.personas) - 1)
        label = words.fact(feature.fact, ctx.definitions)
        if feature.option is not None:
            label = f"{label}: {words.value(feature.fact, feature.option, ctx.definitions)}"
        pulls.append(Pull(label, weight, _("towards") if weight >= 0 else _("away")))
    strongest = sorted(pulls, key=lambda one: -abs(one.value))[:10]
    if not strongest:
        return None
    rows = tuple((one.label, i18n.number(one.value, 2)) for one in strongest)
    return Chart(
        _("What speaks for “%(persona)s”, and what against", persona=info.name.get(reader().lang)),
        charts.pulls(strongest, rtl=reader().direction == "rtl"),
        charts.Table((_("Sign"), _("Weight")), rows),
        _("Weights of the model in use: how much one unit more changes the log-odds against the other personas."),
    )
