"""Personas: who the customers are, how many of each kind, and how the classifier knows."""

from __future__ import annotations

from typing import cast

from flask import abort, url_for
from werkzeug.wrappers import Response

from service.domain.personas import PROTOTYPE_EVIDENCE
from service.domain.rfm import LITTLE_DATA
from service.operations import discoveries, reports
from service.operations.context import Context, PersonaInfo
from service.store.reports import PersonaCount
from service.web import auth, charts, i18n
from service.web.admin import blueprint, words
from service.web.admin.pages import context, render
from service.web.admin.portraits import Entry, entries_of, tell_chart
from service.web.charts import Bar, Chart, Pull
from service.web.i18n import N_, _, percent, reader

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
    cards = _cards(ctx, "psychographic", counts["psychographic"])
    return render(
        "personas.html",
        "personas",
        psychographic=cards,
        revenue=_share_chart(cards),
        inferred=[(words.persona(one.persona), one.customers) for one in reports.personas(ctx, "inferred")
                  if one.persona],
        behavioural=_cards(ctx, "behavioural", counts["behavioural"]),
        totals={kind: sum(one.customers for one in found) for kind, found in counts.items()},
        unclear=sum(one.customers for one in counts["psychographic"] if one.persona is None),
        model=model,
        source=words.source_name(model.source) if model else "",
        evidence=PROTOTYPE_EVIDENCE,
        few=LITTLE_DATA,
    )  # fmt: skip


@blueprint.get("/personas/<persona_id>")
@auth.requires("viewer")
def persona(persona_id: str) -> Response:
    """One persona: portrait, size, and what speaks for it."""
    ctx = context()
    info = ctx.definitions.personas.get(persona_id)
    if info is None:
        abort(404)
    counts = reports.personas(ctx, info.kind)
    made = discoveries.persona(ctx, persona_id)
    count = next((one for one in counts if one.persona == persona_id), None)
    return render(
        "persona.html",
        "personas",
        info=info,
        count=count,
        total=sum(one.customers for one in counts),
        portrait=_portrait(ctx, info, made),
        signs=_signs(ctx, info),
        made=made,
        tells=_tells(ctx, made),
        revenue=sum(one.net_revenue for one in counts),
    )


def _portrait(ctx: Context, info: PersonaInfo, made: discoveries.Made | None) -> list[tuple[str, list[Entry]]]:
    """The parts of a portrait that have anything; of a discovered persona with what each sentence rests on."""
    if made is not None:
        parts = made.stored.body.get("portrait", {})
        found = [(_(label), entries_of(ctx, parts.get(key, []), made.group)) for key, label in PORTRAIT]
    else:
        lang = reader().lang
        found = [
            (_(label), [Entry(line.get(lang), []) for line in info.portrait.get(key, ())]) for key, label in PORTRAIT
        ]
    return [one for one in found if one[1]]


def _tells(ctx: Context, made: discoveries.Made | None) -> list[Chart]:
    """What the people of a discovered persona answer more and less than others."""
    if made is None or made.group is None:
        return []
    charts_of = (
        tell_chart(ctx, made.group["over"][:6], _("What they answer more often than others")),
        tell_chart(ctx, made.group["under"][:3], _("What they answer less often than others")),
    )
    return [one for one in charts_of if one is not None]


def _share_chart(cards: list[dict[str, object]]) -> Chart | None:
    """What each persona's share of people is beside its share of what all of them paid."""
    paid = sum(int(str(card["revenue"])) for card in cards)
    if paid <= 0:
        return None
    bars = [
        Bar(
            words.persona(str(card["id"])),
            max(0.0, int(str(card["revenue"])) / paid),
            percent(int(str(card["revenue"])) / paid),
            _("%(share)s of the people", share=percent(cast(float, card["share"] or 0.0))),
            href=str(card["href"]),
        )
        for card in cards
    ]
    rows = tuple(
        (bar.label, bar.shown, percent(cast(float, card["share"] or 0.0)), i18n.money(int(str(card["revenue"]))))
        for bar, card in zip(bars, cards, strict=True)
    )
    most = max(bars, key=lambda bar: bar.value)
    title = _("“%(persona)s” brings %(share)s of what these people paid", persona=most.label, share=most.shown)
    headers = (_("Persona"), _("Share of revenue"), _("Share of people"), _("Net revenue"))
    return Chart(title, charts.bars(bars, rtl=reader().direction == "rtl"), charts.Table(headers, rows))


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
            "id": info.id,
            "revenue": count.net_revenue if count else 0,
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
