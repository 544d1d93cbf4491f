"""The overview: what changed, and what needs a hand."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from werkzeug.wrappers import Response

from service.operations import quizzes, reports, sync
from service.operations import segments as segment_operations
from service.operations.context import Context
from service.operations.reports import DeliveryHealth, Funnel
from service.operations.segments import SegmentInfo
from service.store.reports import PersonaCount, SegmentCount
from service.store.sales import ShopTotals
from service.web import auth, charts, i18n
from service.web.admin import blueprint, words
from service.web.admin.pages import context, may, render
from service.web.charts import Bar, Chart, Point, Table
from service.web.i18n import _, money, ngettext, number, percent, reader

_OLD = 10 * 60 * 1_000_000  # a message that waits for ten minutes is late


@dataclass(frozen=True)
class Task:
    """Something that needs a hand: how urgent, what, and where to do it."""

    tone: str
    text: str
    href: str
    action: str


@dataclass(frozen=True)
class SegmentLine:
    """A segment in a table.

    :param share: of the shop's net revenue; ``None`` while there is none
    """

    info: SegmentInfo
    count: SegmentCount
    share: float | None

    @property
    def change(self) -> int:
        """Members more (or fewer) than a week ago."""
        return self.count.entered - self.count.left


@blueprint.get("/")
@auth.requires("viewer")
def overview() -> Response:
    """The marketer's morning."""
    ctx = context()
    funnels, health = reports.funnels(ctx), reports.delivery_health(ctx)
    totals = reports.totals(ctx)
    lines = segment_lines(ctx, totals)
    today = reports.funnels(ctx, days=1)
    return render(
        "overview.html",
        "overview",
        answer=_morning(today, lines),
        tasks=tasks(ctx, health, totals),
        totals=totals,
        today_finished=sum(one.completed for one in today),
        health=health,
        funnels=funnels_chart(funnels),
        quiet_quizzes=[one.quiz for one in funnels if not one.started],
        personas=persona_chart(ctx, "psychographic"),
        behaviour=persona_chart(ctx, "behavioural"),
        lines=sorted(lines, key=lambda line: -(line.count.entered + line.count.left))[:8],
        segment_revenue=segment_revenue_chart(lines),
        revenue=revenue_chart(ctx),
    )


def segment_lines(ctx: Context, totals: ShopTotals) -> list[SegmentLine]:
    """Segments with size, change and revenue, the largest revenue first."""
    counts, revenue = reports.segment_counts(ctx), totals.net_revenue
    lines = []
    for info in segment_operations.listing(ctx):
        count = counts.get(info.segment.id) or SegmentCount(info.segment.id, 0, 0, 0, 0)
        lines.append(SegmentLine(info, count, count.net_revenue / revenue if revenue > 0 else None))
    return sorted(lines, key=lambda line: (-line.count.net_revenue, -line.count.members, line.info.segment.id))


def tasks(ctx: Context, health: DeliveryHealth, totals: ShopTotals) -> list[Task]:
    """What needs a hand, the most urgent first."""
    found: list[Task] = []
    dead = health.counts.get("dead", 0)
    if dead:
        said = ngettext("%(num)s message was given up.", "%(num)s messages were given up.", dead)
        found.append(Task("danger", said, url_for("admin.deliveries", status="dead"), _("Look and retry")))
    status = sync.status(ctx)
    for state in status.destinations:
        one = state.destination
        if one.status != "active":
            text = _("“%(name)s” gets no tags: it is %(status)s.", name=one.name, status=words.status(one.status)[0])
            tone = "warning" if one.status == "paused" else "danger"
            found.append(Task(tone, text, url_for("admin.sync"), _("Look at it")))
    if status.destinations and health.waiting_since and ctx.now - health.waiting_since > _OLD:
        text = _(
            "Messages have been waiting since %(time)s. Is the worker running?", time=i18n.ago(health.waiting_since)
        )
        found.append(Task("warning", text, url_for("admin.deliveries", status="due"), _("Look at them")))
    for info in quizzes.listing(ctx):
        if info.has_draft and may("marketer"):
            text = _("“%(quiz)s” has a draft that is not published.", quiz=info.title.get(reader().lang))
            found.append(Task("info", text, url_for("admin.worth", quiz_id=info.id), _("Look at it")))
    behind = reports.profiles_behind(ctx)
    if behind:
        text = ngettext("%(num)s profile follows older rules.", "%(num)s profiles follow older rules.", behind)
        found.append(
            Task("info", text + " " + _("The worker is catching up."), url_for("admin.segments"), _("Segments"))
        )
    if not status.destinations and may("marketer"):
        text = _("Your email tool does not know your segments yet.")
        found.append(Task("info", text, url_for("admin.sync"), _("Connect it")))
    if not totals.orders:
        text = _("There are no orders yet, so nobody can be called a good customer.")
        found.append(Task("info", text, url_for("admin.customers"), _("Bring orders")))
    if not ctx.definitions.live:
        text = _("No quiz is published.")
        found.append(Task("info", text, url_for("admin.quizzes"), _("Publish one")))
    return found


# charts ------------------------------------------------------------------------------------------------------------


def funnels_chart(found: list[Funnel]) -> Chart | None:
    """How far people get in each quiz, in one drawing; ``None`` while nobody began one."""
    begun = [one for one in found if one.started]
    if not begun:
        return None
    enough = [one for one in begun if one.started >= reports.LITTLE]
    worst = min(enough, key=lambda one: one.completion or 0, default=None)
    title = _("There are not enough answers yet to tell.")
    if worst is not None:
        title = _(
            "“%(quiz)s” is finished by %(share)s of those who begin it",
            quiz=_title(worst),
            share=percent(worst.completion),
        )
        if len(enough) > 1:
            title = _(
                "“%(quiz)s” loses the most: %(share)s finish it", quiz=_title(worst), share=percent(worst.completion)
            )
    bars = [
        Bar(
            _title(one),
            one.half / one.started,
            percent(one.completion) if one.started >= reports.LITTLE else _("too few to tell"),
            _steps_said(one),
            url_for("admin.quiz", quiz_id=one.quiz.id),
            inner=one.completed / one.started,
        )
        for one in begun
    ]
    rows = tuple((_title(one), number(one.started), number(one.half), number(one.completed)) for one in begun)
    note = _("Last %(days)s days. Light: got half-way; dark: finished.", days=number(reports.PERIOD_DAYS))
    headers = (_("Quiz"), _("Began"), _("Half-way"), _("Finished"))
    return Chart(title, charts.bars(bars, rtl=_rtl(), greatest=1), Table(headers, rows), note)


def funnel_chart(one: Funnel) -> Chart:
    """How far people get in one quiz, step by step."""
    steps = [(_("gave a first answer"), one.started), (_("got half-way"), one.half), (_("finished"), one.completed)]
    enough = one.started >= reports.LITTLE
    title = _("There are not enough answers yet to tell.")
    if enough:
        title = _("%(share)s of those who begin finish", share=percent(one.completion))
    bars = [
        Bar(label.capitalize(), count, number(count), percent(count / one.started) if enough and position else "")
        for position, (label, count) in enumerate(steps)
    ]
    rows = tuple((label, number(count), percent(count / one.started) if one.started else "–") for label, count in steps)
    note = _("Last %(days)s days, n = %(n)s", days=number(reports.PERIOD_DAYS), n=number(one.started))
    table = Table((_("Step"), _("People"), _("Share")), rows)
    return Chart(title, charts.bars(bars, rtl=_rtl(), greatest=one.started), table, note)


def persona_chart(ctx: Context, kind: str) -> Chart | None:
    """Shares of the personas of a kind; ``None`` while nobody has one."""
    found = reports.personas(ctx, kind)
    named = [one for one in found if one.persona is not None]
    total = sum(one.customers for one in found)
    if not named:
        return None
    largest = persona_name(ctx, named[0])
    title = _("%(share)s are “%(persona)s”", share=percent(named[0].customers / total), persona=largest)
    bars = [_persona_bar(ctx, one, total) for one in found]
    rows = tuple((persona_name(ctx, one), number(one.customers), percent(one.customers / total, 1)) for one in found)
    note = _("n = %(n)s customers", n=number(total))
    return Chart(title, charts.bars(bars, rtl=_rtl()), Table((_("Persona"), _("Customers"), _("Share")), rows), note)


def persona_name(ctx: Context, one: PersonaCount) -> str:
    """A persona's name; of those without one, why."""
    if one.persona is None:
        return _("Not clear yet")
    info = ctx.definitions.personas.get(one.persona)
    return info.name.get(reader().lang) if info else one.persona


def segment_revenue_chart(lines: list[SegmentLine]) -> Chart | None:
    """What the segments bring; ``None`` while nothing was sold."""
    shown = [line for line in lines if line.share is not None and line.count.net_revenue > 0][:8]
    if not shown:
        return None
    best = shown[0]
    title = _(
        "“%(segment)s” brings %(share)s of the revenue",
        segment=best.info.segment.name.get(reader().lang),
        share=percent(best.share),
    )
    bars = [
        Bar(
            line.info.segment.name.get(reader().lang),
            line.count.net_revenue,
            money(line.count.net_revenue, whole=True),
            _("%(share)s of the shop, %(people)s", share=percent(line.share), people=words.people(line.count.members)),
            url_for("admin.segment", segment_id=line.info.segment.id),
        )
        for line in shown
    ]
    rows = tuple((bar.label, bar.shown, percent(line.share, 1)) for bar, line in zip(bars, shown, strict=True))
    note = _("Net of refunds, all time. A customer may be in several segments, so shares do not add up to the whole.")
    return Chart(title, charts.bars(bars, rtl=_rtl()), Table((_("Segment"), _("Net revenue"), _("Share")), rows), note)


def revenue_chart(ctx: Context) -> Chart | None:
    """Revenue of the last four weeks by day."""
    days = reports.recent_days(ctx)
    total = sum(one.revenue for one in days)
    if not days or total <= 0:
        return None
    orders = sum(one.orders for one in days)
    title = _("%(amount)s in four weeks, from %(orders)s", amount=money(total, whole=True), orders=words.orders(orders))
    points = [
        Point(i18n.shop_day(one.day, skeleton="MMMd"), max(0, one.revenue), money(one.revenue, whole=True))
        for one in days
    ]
    rows = tuple((i18n.shop_day(one.day), number(one.orders), money(one.revenue)) for one in days)
    note = _("Net revenue by day, guest orders included")
    return Chart(
        title, charts.columns(points, rtl=_rtl()), Table((_("Day"), _("Orders"), _("Net revenue")), rows), note
    )


def _persona_bar(ctx: Context, one: PersonaCount, total: int) -> Bar:
    href = url_for("admin.persona", persona_id=one.persona) if one.persona else ""
    share = percent(one.customers / total)
    tone = "" if one.persona else "rest"
    return Bar(persona_name(ctx, one), one.customers, share, "", href, tone)


def _morning(today: list[Funnel], lines: list[SegmentLine]) -> str:
    """What happened in the last 24 hours, in a sentence or two."""
    started, finished = sum(one.started for one in today), sum(one.completed for one in today)
    grown = max(lines, key=lambda line: line.change, default=None)
    parts = []
    if started:
        parts.append(
            _(
                "In the last 24 hours %(started)s began a quiz and %(finished)s finished one.",
                started=words.persons(started),
                finished=number(finished),
            )
        )
    else:
        parts.append(_("Nobody began a quiz in the last 24 hours."))
    if grown is not None and grown.change > 0:
        parts.append(
            _(
                "“%(segment)s” grew by %(n)s this week.",
                segment=grown.info.segment.name.get(reader().lang),
                n=number(grown.change),
            )
        )
    return " ".join(parts)


def _title(one: Funnel) -> str:
    return one.quiz.title.get(reader().lang)


def _steps_said(one: Funnel) -> str:
    return _(
        "%(began)s began, %(half)s got half-way, %(finished)s finished",
        began=number(one.started),
        half=number(one.half),
        finished=number(one.completed),
    )


def _rtl() -> bool:
    return reader().direction == "rtl"
