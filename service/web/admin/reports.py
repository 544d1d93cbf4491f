"""Reports: where good customers come from, what they buy first, what they answer, and what that brings."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from service.domain.quiz import SCALES, Quiz
from service.operations import reports as operations
from service.operations.context import Context
from service.operations.reports import LITTLE, ItemReport
from service.store.sales import FirstProduct, SourceTotals
from service.web import auth, charts
from service.web.admin import blueprint, words
from service.web.admin.pages import context, csv_file, render
from service.web.charts import Bar, Chart, Point, Table
from service.web.i18n import _, money, number, percent, reader, shop_day

# Who answers 9 or 10 recommends, who answers 0 to 6 does not: how the net promoter score is defined.
PROMOTER, DETRACTOR = 9, 6


@blueprint.get("/reports")
@auth.requires("viewer")
def reports() -> Response:
    """The reports on one page."""
    ctx = context()
    sources, products = operations.sources(ctx), operations.first_products(ctx)
    if request.args.get("format") == "csv":
        return _sources_csv(sources)
    return render(
        "reports.html",
        "reports",
        months=_months_chart(ctx),
        sources=sources,
        source_said=source_said,
        sources_chart=_sources_chart(sources),
        products=products[:15],
        products_chart=_products_chart(products),
        threshold=operations.whale_threshold(ctx),
        by_profit=operations.whale_measure(ctx) == "net_profit",
        share=operations.whale_share(ctx),
        whys=_whys(ctx),
        little=LITTLE,
    )


def _months_chart(ctx: Context) -> Chart | None:
    months = operations.months(ctx)
    if not months:
        return None
    best = max(months, key=lambda one: one.revenue)
    points = [
        Point(shop_day(one.first_day, skeleton="yMMM"), max(0, one.revenue), money(one.revenue, whole=True))
        for one in months
    ]
    rows = tuple(
        (shop_day(one.first_day, skeleton="yMMMM"), number(one.orders), money(one.revenue, whole=True))
        for one in months
    )
    return Chart(
        _(
            "%(month)s was the best month, with %(amount)s",
            month=shop_day(best.first_day, skeleton="yMMMM"),
            amount=money(best.revenue, whole=True),
        ),
        charts.columns(points, rtl=_rtl()),
        Table((_("Month"), _("Orders"), _("Net revenue")), rows),
        _("Net of refunds, guest orders included"),
    )


def _sources_chart(sources: list[SourceTotals]) -> Chart | None:
    """The share of best customers by source, of those that brought enough people to say."""
    enough = sorted((one for one in sources if one.customers >= LITTLE), key=lambda one: -one.whales / one.customers)
    if not enough:
        return None
    best = enough[0]
    bars = [
        Bar(
            source_said(one.source),
            one.whales / one.customers,
            percent(one.whales / one.customers),
            _("%(whales)s of %(people)s", whales=number(one.whales), people=words.people(one.customers)),
        )
        for one in enough[:10]
    ]
    rows = tuple((bar.label, bar.shown, bar.note) for bar in bars)
    return Chart(
        _(
            "%(source)s brings the best customers: %(share)s of them are whales",
            source=source_said(best.source),
            share=percent(best.whales / best.customers),
        ),
        charts.bars(bars, rtl=_rtl()),
        Table((_("Source"), _("Whales"), _("Customers")), rows),
        _("Sources with at least %(n)s customers, by the source of the first order", n=number(LITTLE)),
    )


def _products_chart(products: list[tuple[str, FirstProduct]]) -> Chart | None:
    enough = [(name, one) for name, one in products if one.customers >= LITTLE]
    if not enough:
        return None
    name, best = enough[0]
    bars = [
        Bar(
            label,
            one.whales / one.customers,
            percent(one.whales / one.customers),
            _("%(whales)s of %(people)s", whales=number(one.whales), people=words.people(one.customers)),
        )
        for label, one in enough[:10]
    ]
    rows = tuple((bar.label, bar.shown, bar.note) for bar in bars)
    return Chart(
        _(
            "Of those who begin with %(product)s, %(share)s become whales",
            product=name,
            share=percent(best.whales / best.customers),
        ),
        charts.bars(bars, rtl=_rtl()),
        Table((_("First product"), _("Whales"), _("Customers")), rows),
        _("Products that at least %(n)s customers bought first", n=number(LITTLE)),
    )


def _whys(ctx: Context) -> list[tuple[Quiz, list[tuple[str, Chart]]]]:
    """What buyers answer in each live survey, question by question."""
    found = []
    for quiz_id, version in sorted(ctx.definitions.live.items()):
        quiz = ctx.definitions.quiz_version(quiz_id, version)
        drawn = answer_charts(ctx, quiz) if quiz.kind == "survey" else []
        if drawn:
            found.append((quiz, drawn))
    return found


def answer_charts(ctx: Context, quiz: Quiz) -> list[tuple[str, Chart]]:
    """The questions of a quiz that were answered, each with what was found."""
    return [
        (one.item.text.get(reader().lang), _scale_chart(one) if one.item.type in SCALES else _choice_chart(one))
        for one in operations.answers(ctx, quiz)
        if one.answered
    ]


def _choice_chart(report: ItemReport) -> Chart:
    """How often each choice was given, and what those customers spent on average."""
    lang = reader().lang
    labels = {option.id: option.label.get(lang) for option in report.item.options}
    yes_no = {"yes": _("Yes"), "no": _("No")}
    bars = [
        Bar(
            labels.get(one.id) or yes_no.get(one.id, one.id),
            one.responses,
            percent(one.share),
            _("on average %(amount)s", amount=money(one.net_revenue // one.known, whole=True)) if one.known else "",
        )
        for one in report.options
    ]
    rows = tuple(
        (
            bar.label,
            number(one.responses),
            percent(one.share, 1),
            money(one.net_revenue // one.known) if one.known else "–",
        )
        for bar, one in zip(bars, report.options, strict=True)
    )
    first = max(range(len(bars)), key=lambda index: bars[index].value)
    title = _("“%(answer)s” leads with %(share)s", answer=bars[first].label, share=bars[first].shown)
    if report.answered < LITTLE:
        title = _("There are not enough answers yet to tell.")
    headers = (_("Answer"), _("Answers"), _("Share"), _("Net revenue per known customer"))
    return Chart(
        title, charts.bars(bars, rtl=_rtl()), Table(headers, rows), _("n = %(n)s answers", n=number(report.answered))
    )


def _scale_chart(report: ItemReport) -> Chart:
    """How the answers spread over a scale; of a 0 to 10 question the promoters less the detractors."""
    points = [Point(number(int(one.id)), one.responses, number(one.responses)) for one in report.options]
    rows = tuple(
        (point.label, point.shown, percent(one.share, 1)) for point, one in zip(points, report.options, strict=True)
    )
    title = _("On average %(average)s", average=number(report.average, 1))
    if report.item.type == "nps":
        promoters = sum(one.share for one in report.options if int(one.id) >= PROMOTER)
        detractors = sum(one.share for one in report.options if int(one.id) <= DETRACTOR)
        title = _(
            "Net promoter score %(score)s: %(up)s would recommend, %(down)s would not",
            score=number(round((promoters - detractors) * 100)),
            up=percent(promoters),
            down=percent(detractors),
        )
    if report.answered < LITTLE:
        title = _("There are not enough answers yet to tell.")
    body = charts.columns(points, rtl=_rtl(), every=True)
    headers = (_("Answer"), _("Answers"), _("Share"))
    return Chart(title, body, Table(headers, rows), _("n = %(n)s answers", n=number(report.answered)))


def source_said(source: str) -> str:
    """A traffic source, or that it is unknown."""
    return source or _("unknown source")


def _sources_csv(sources: list[SourceTotals]) -> Response:
    headers = ("source", "visits", "customers", "whales", "orders", "net_revenue_minor_units", "currency")
    currency = context().shop.currency
    return csv_file(
        "sources",
        headers,
        ((one.source, one.visits, one.customers, one.whales, one.orders, one.net_revenue, currency) for one in sources),
    )


def _rtl() -> bool:
    return reader().direction == "rtl"
