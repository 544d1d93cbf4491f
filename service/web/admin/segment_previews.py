"""What the editor shows of a definition before it is saved: how many, whom, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from flask import url_for

from service.domain import conditions
from service.domain import segments as domain
from service.domain.conditions import Condition
from service.domain.days import date_of
from service.domain.errors import DefinitionError, InvalidInput, NotFound, Refused
from service.operations import customers, listings, profiles, segment_drafts, segment_history
from service.operations.context import Context, Definitions
from service.operations.segment_drafts import Preview
from service.web import charts, i18n, sentences
from service.web.admin import words
from service.web.charts import Bar, Chart, Table
from service.web.i18n import _, number, percent, reader

_OVERLAPS = 8


@dataclass(frozen=True)
class Live:
    """What is shown while one types.

    :param count: customers it is true of now, ``None`` while the conditions are not complete
    :param sentences: the condition in each language: its code and the sentence
    """

    count: int | None
    sentences: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Someone:
    """A customer of a sample, and what decides about them.

    :param change: enter, stay or leave
    """

    id: int
    name: str
    change: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Panel:
    """What saving would do."""

    preview: Preview
    people: tuple[Someone, ...]
    overlap: Chart | None

    def of(self, change: str) -> list[Someone]:
        """The customers of the sample who would enter, stay or leave."""
        return [one for one in self.people if one.change == change]


@dataclass(frozen=True)
class Then:
    """Who a definition would have found on a past day; ``problem`` says why that cannot be told."""

    day: int = 0
    count: int = 0
    names: tuple[tuple[int, str], ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Explained:
    """Why one customer would be in, or would not."""

    customer_id: int = 0
    name: str = ""
    inside: bool = False
    reasons: tuple[tuple[bool, str], ...] = ()
    problem: str = ""


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Speak another language for a while."""
    before = reader()
    i18n.set_reader(replace(before, lang=lang))
    try:
        yield
    finally:
        i18n.set_reader(before)


def in_each_language(bound: Condition, definitions: Definitions) -> tuple[tuple[str, str], ...]:
    """A condition as a sentence of each language the admin speaks."""
    found = []
    for lang in i18n.LANGUAGES:
        with speaking(lang):
            found.append((lang, i18n.sentence(sentences.sentence(bound, words.Names(definitions)))))
    return tuple(found)


def live(ctx: Context, document: Mapping[str, object]) -> Live:
    """The count and the sentences of a document; nothing while it is not right."""
    try:
        count = segment_drafts.count(ctx, document["when"])
        bound = domain.parse_condition(document["when"], ctx.shop.currency, ctx.shop.timezone)[1]
    except (DefinitionError, NotFound):
        return Live(None)
    return Live(count, in_each_language(bound, ctx.definitions))


def panel(ctx: Context, document: Mapping[str, object]) -> Panel:
    """What saving would do.

    :raises DefinitionError: when the document is wrong
    """
    found = segment_drafts.preview(ctx, document)
    names = words.Names(ctx.definitions)
    people = tuple(
        Someone(
            one.customer_id,
            one.name or _("Customer %(id)s", id=one.customer_id),
            one.change,
            tuple(i18n.sentence(sentences.reason(clause, names)) for clause in one.clauses),
        )
        for one in found.sample
    )
    shared = [(one.segment_id, one.customers, one.share) for one in found.overlap]
    return Panel(found, people, overlap_chart(ctx, shared, found.reach.count))


def overlap_chart(ctx: Context, shared: list[tuple[str, int, float]], of: int) -> Chart | None:
    """Which other segments the same people are in; ``None`` when in none.

    :param shared: segment, customers in both, and what part of the first they are
    """
    if not shared or not of:
        return None
    names = words.Names(ctx.definitions)
    most = names.segment(shared[0][0])
    title = _("%(share)s are in “%(segment)s” too", share=percent(shared[0][2]), segment=i18n.isolated(most))
    bars = [
        Bar(
            names.segment(one),
            share,
            percent(share),
            words.people(many),
            url_for("admin.segment", segment_id=one),
        )
        for one, many, share in shared[:_OVERLAPS]
    ]
    rows = tuple((names.segment(one), number(many), percent(share, 1)) for one, many, share in shared)
    body = charts.bars(bars, rtl=reader().direction == "rtl", greatest=1)
    return Chart(title, body, Table((_("Segment"), _("Customers in both"), _("Share")), rows))


def on_day(ctx: Context, document: Mapping[str, object], text: str) -> Then:
    """Who the definition would have found at the end of a past day."""
    day = date_of(text)
    if day is None:
        return Then(problem=_("Give a past day, such as 2026-01-31."))
    try:
        found = segment_history.backtest(ctx, document, day, limit=5)
    except InvalidInput:
        return Then(problem=_("That day is not over yet: give one that is past."))
    known = listings.names(ctx, list(found.members))
    names = tuple((one, known.get(one) or _("Customer %(id)s", id=one)) for one in found.members)
    return Then(found.day, found.size, names)


def about(ctx: Context, document: Mapping[str, object], who: str) -> Explained:
    """Why one customer would be in, or would not.

    :param who: an email, a phone or a number, as `operations.customers.find` takes it
    :raises DefinitionError: when the document is wrong
    """
    segment = segment_drafts.read(ctx, document)
    nobody = Explained(problem=_("Nobody is known by that. Give an email, a phone, or the number of a customer."))
    try:
        customer_id = customers.find(ctx, f"c_{who}" if who.isascii() and who.isdigit() else who)
    except (NotFound, Refused):
        return nobody
    subject = profiles.subject_of(ctx, customer_id)
    if subject is None:
        return nobody
    subject = replace(subject, cuts=segment_drafts.with_cuts(ctx, segment.bound).cuts)
    verdict = conditions.explain(segment.bound, subject)
    names = words.Names(ctx.definitions)
    reasons = tuple((one.holds, i18n.sentence(sentences.reason(one, names))) for one in domain.decided(verdict))
    name = listings.names(ctx, [customer_id]).get(customer_id) or _("Customer %(id)s", id=customer_id)
    return Explained(customer_id, name, verdict.holds, reasons)
