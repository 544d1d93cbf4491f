"""Customers: finding one, and everything known of them with the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

from flask import abort, request
from werkzeug.wrappers import Response

from service.domain.answers import in_words, scale_bounds
from service.domain.facts import Facts
from service.domain.quiz import SCALES, Quiz
from service.domain.responses import Response as QuizResponse
from service.operations import labels, listings, profiles, reports
from service.operations.context import Context
from service.store.history import StoredAssignment
from service.store.listings import CUSTOMER_SORTS, Search
from service.web import auth, charts
from service.web.admin import blueprint, insights, words
from service.web.admin.pages import context, listing, people_file, render
from service.web.charts import Chart, Pull, Table
from service.web.i18n import _, country, number, percent, reader

# Shown as parts of their own, so the list of facts leaves them out.
_KINDS = ("psychographic", "inferred", "behavioural")
_ELSEWHERE = (
    "customer.place",  # a point on the globe; its postal code says it to people
    "answer.",
    "value.",
    "orders.habit.",
    "orders.lapse_stage",
    "orders.discount_affinity",
    "whale.",
    "outcome.",
    "persona.",
    "consent.",
    "trait.",
    "customer.country",
    "customer.city",
    "rfm.group",
)


@dataclass(frozen=True)
class Persona:
    """A persona of a customer in words.

    :param reasons: what spoke for and against it; ``None`` where a rule decides
    """

    kind: str
    name: str
    persona: str | None
    probability: str
    source: str
    since_at: int
    until_at: int | None
    reasons: Chart | None
    said: list[str]
    others: Chart | None = None


@dataclass(frozen=True)
class Answered:
    """A response with its questions and answers in the reader's language."""

    response: QuizResponse
    quiz: Quiz
    answers: list[tuple[str, str]]
    outcome: str


@blueprint.get("/customers")
@auth.requires("viewer")
def customers() -> Response:
    """Search and sort customers."""
    ctx = context()
    search = Search(
        text=request.args.get("q", "").strip()[:200],
        segment=request.args.get("segment") or None,
        persona=request.args.get("persona") or None,
        country=request.args.get("country") or None,
    )
    if request.args.get("format") == "csv":
        return people_file("customers", listings.EXPORT_HEADERS, listings.export(ctx, search))
    place = listing(CUSTOMER_SORTS)
    rows, total = listings.customers(ctx, search, place)
    lang, definitions = reader().lang, ctx.definitions
    return render(
        "customers.html",
        "customers",
        rows=rows,
        listing=replace(place, total=total),
        search=search,
        personas=definitions.personas,
        segments=[(one.id, one.name.get(lang)) for one in definitions.rules.segments],
        countries=[(code, f"{country(code)} ({number(n)})") for code, n in listings.countries(ctx)],
        anybody=bool(rows) or reports.totals(ctx).customers > 0,
    )


@blueprint.get("/customers/<int:customer_id>")
@auth.requires("viewer")
def customer(customer_id: int) -> Response:
    """Everything known of one customer, with the reasons."""
    ctx = context()
    found = listings.customer(ctx, customer_id)
    if found is None:
        abort(404)
    definitions, facts = ctx.definitions, profiles.facts_of(ctx, found.customer.id)
    segments = {one.id: one for one in definitions.rules.segments}
    present = [_persona(ctx, one) for one in found.assignments if one.until_at is None]
    return render(
        "customer.html",
        "customers",
        found=found,
        facts=_facts(ctx, facts),
        key=_key_numbers(facts, ctx),
        traits=_traits(ctx, facts),
        personas=sorted(present, key=lambda one: _KINDS.index(one.kind)),
        past_personas=[_persona(ctx, one) for one in found.assignments if one.until_at is not None],
        answered=[_answered(ctx, one) for one in found.responses],
        memberships=[
            (one, segments.get(one.segment_id), words.clauses(one.entered_reason, definitions),
             words.clauses(one.left_reason, definitions))
            for one in found.memberships
        ],
        orders=listings.orders_of(ctx, found.customer.id),
        outlook=insights.outlook(ctx, found.customer.id, facts),
        why_not=insights.why_not(ctx, found.customer.id),
        label=insights.label_of(ctx, found.customer.id),
        known=[(one, words.persona(one)) for one in labels.psychographic(definitions)],
    )  # fmt: skip


def _key_numbers(facts: Facts, ctx: Context) -> list[tuple[str, str]]:
    """The few facts that stand on top."""
    names = ("orders.net_revenue", "orders.count", "orders.average", "orders.days_since_last")
    return [(words.fact(name, ctx.definitions), words.value(name, facts.get(name), ctx.definitions)) for name in names]


def _facts(ctx: Context, facts: Facts) -> list[tuple[str, str, str]]:
    """All other facts: (name in conditions, in words, value)."""
    return [
        (name, words.fact(name, ctx.definitions), words.value(name, facts[name], ctx.definitions))
        for name in sorted(facts)
        if not name.startswith(_ELSEWHERE)
    ]


def _traits(ctx: Context, facts: Facts) -> Chart | None:
    """The scales somebody was scored on, strongest first."""
    scores = {
        name: value for name, value in facts.items() if name.startswith("trait.") and isinstance(value, float | int)
    }
    if not scores:
        return None
    strongest = sorted(scores, key=lambda name: -abs(scores[name]))
    pulls = [Pull(words.fact(name, ctx.definitions), scores[name], number(scores[name], 2)) for name in strongest]
    first = pulls[0]
    title = _("“%(trait)s” stands out", trait=first.label)
    rows = tuple((pull.label, pull.shown) for pull in pulls)
    body = charts.pulls(pulls, rtl=reader().direction == "rtl", greatest=1)
    return Chart(
        title,
        body,
        Table((_("Trait"), _("From −1 to 1")), rows),
        _("From answers: the middle is neutral, the ends are −1 and 1."),
    )


def _answered(ctx: Context, response: QuizResponse) -> Answered:
    quiz, lang = ctx.definitions.quiz_version(response.quiz_id, response.version), reader().lang
    pairs = []
    for item in quiz.items:
        if item.id in response.answers:
            said = in_words(item, response.answers[item.id], lang) or _("skipped")
            if item.type in SCALES and response.answers[item.id] is not None:
                said = _("%(value)s of %(most)s", value=said, most=scale_bounds(item)[1])
            pairs.append((item.text.get(lang), said))
    titles = {one.id: one.title.get(lang) for one in quiz.outcomes}
    return Answered(response, quiz, pairs, titles.get(response.outcome or "", ""))


def _persona(ctx: Context, one: StoredAssignment) -> Persona:
    info = ctx.definitions.personas.get(one.persona or "")
    name = info.name.get(reader().lang) if info else (one.persona or _("Not clear yet"))
    return Persona(
        kind=one.kind,
        name=name,
        persona=one.persona,
        probability=percent(one.probability) if one.probability is not None else "",
        source=words.source_name(one.source),
        since_at=one.since_at,
        until_at=one.until_at,
        reasons=_reasons(ctx, one, name) if one.kind != "behavioural" else None,
        said=_scores(ctx, one) if one.kind == "behavioural" else [],
        others=insights.probabilities(ctx, one) if one.kind != "behavioural" else None,
    )


def _reasons(ctx: Context, one: StoredAssignment, name: str) -> Chart | None:
    """What spoke for and against, strongest first."""
    pulls = [
        Pull(
            f"{words.fact(str(reason['fact']), ctx.definitions)}: "
            f"{words.value(str(reason['fact']), reason.get('value'), ctx.definitions)}",
            float(str(reason["weight"])),
            _("for") if float(str(reason["weight"])) >= 0 else _("against"),
        )
        for reason in _kept(one)
    ]
    if not pulls:
        return None
    rows = tuple((pull.label, number(pull.value, 2)) for pull in pulls)
    return Chart(
        _("Why “%(persona)s”", persona=name) if one.persona else _("What is known so far"),
        charts.pulls(pulls, rtl=reader().direction == "rtl"),
        Table((_("Reason"), _("Weight")), rows),
    )


def _scores(ctx: Context, one: StoredAssignment) -> list[str]:
    """The three scores that decide a buying pattern, in words."""
    return [
        _(
            "%(fact)s: %(value)s, which is %(score)s of 5",
            fact=words.fact(str(reason["fact"]), ctx.definitions),
            value=words.value(str(reason["fact"]), reason.get("value"), ctx.definitions),
            score=number(float(str(reason["weight"]))),
        )
        for reason in _kept(one)
    ]


def _kept(one: StoredAssignment) -> list[Mapping[str, object]]:
    """The reasons kept with an assignment, strongest first."""
    return cast(list[Mapping[str, object]], one.detail.get("reasons") or [])
