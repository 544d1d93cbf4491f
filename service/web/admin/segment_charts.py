"""How a segment grew, drawn; and the change of one version to the next, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from service.domain import segments as domain
from service.operations import segment_history
from service.operations.context import Context
from service.store.segments import Version
from service.web import charts
from service.web.admin import words
from service.web.admin.words import Sentence
from service.web.charts import Chart, Point, Table
from service.web.i18n import _, number, reader, shop_day


@dataclass(frozen=True)
class Line:
    """A line of a definition.

    :param change: ``same``, ``new`` or ``gone``
    """

    text: str
    depth: int
    change: str


@dataclass(frozen=True)
class Step:
    """A version, and what it changed."""

    version: Version
    lines: tuple[Line, ...]


def growth(ctx: Context, segment_id: str) -> tuple[Chart | None, Chart | None]:
    """Members by day, and who came and left on each; ``None`` while nobody ever did."""
    days = segment_history.days(ctx, segment_id)
    rtl = reader().direction == "rtl"
    if not any(one.members or one.entered or one.departed for one in days):
        return None, None
    first, last = days[0].members, days[-1].members
    if last > first:
        title = _("It grew by %(change)s in %(days)s days", change=number(last - first), days=number(len(days)))
    elif last < first:
        title = _("It shrank by %(change)s in %(days)s days", change=number(first - last), days=number(len(days)))
    else:
        title = _("It is as large as %(days)s days ago", days=number(len(days)))
    rows = tuple(
        (shop_day(one.day), number(one.members), number(one.entered), number(one.departed))
        for one in reversed(days)
        if one.entered or one.departed or one is days[-1]
    )
    table = Table((_("Day"), _("Members"), _("Entered"), _("Left")), rows)
    points = [Point(shop_day(one.day, skeleton="MMMd"), one.members, number(one.members)) for one in days]
    size = Chart(title, charts.columns(points, rtl=rtl), table, _("Columns: members at the end of each day"))
    late = days[-28:]
    came, gone = sum(one.entered for one in late), sum(one.departed for one in late)
    if not came and not gone:
        return size, None
    title = _("%(entered)s came and %(left)s left in four weeks", entered=number(came), left=number(gone))
    labels = [shop_day(one.day, skeleton="MMMd") for one in late]
    sides = [
        charts.columns([Point(label, n, number(n)) for label, n in zip(labels, side, strict=True)], rtl=rtl)
        for side in ([one.entered for one in late], [one.departed for one in late])
    ]
    body = sides[0] if not gone else sides[0] + sides[1]
    note = _("Columns: how many entered each day")
    if gone:
        note = _("Columns: how many entered each day; below how many left")
    return size, Chart(title, body, Table((), ()), note)


def steps(ctx: Context, segment_id: str) -> list[Step]:
    """The versions of a segment, the latest first, each with its difference from the one before."""
    found = segment_history.versions(ctx, segment_id)
    told = []
    for position, one in enumerate(found):
        before = found[position + 1].body if position + 1 < len(found) else None
        told.append(Step(one, tuple(_changed(_lines(ctx, before) if before else [], _lines(ctx, one.body)))))
    return told


def _lines(ctx: Context, body: Mapping[str, object]) -> list[tuple[int, str]]:
    segment = domain.from_document(body, ctx.shop.currency, ctx.shop.timezone, kept=True)
    head = [
        (0, _("%(what)s: %(value)s", what=what, value=value))
        for what, value in (
            (_("Name"), segment.name.get(reader().lang)),
            (_("Description"), segment.description.get(reader().lang)),
            (_("Tag"), segment.tag),
        )
        if value
    ]
    return [*head, *_flat(words.condition(segment.bound, ctx.definitions), 0)]


def _flat(one: Sentence, depth: int) -> Iterator[tuple[int, str]]:
    yield depth, one.text[:1].upper() + one.text[1:]
    for part in one.parts:
        yield from _flat(part, depth + 1)


def _changed(before: Sequence[tuple[int, str]], after: Sequence[tuple[int, str]]) -> Iterator[Line]:
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from (Line(text, depth, "same") for depth, text in after[k:m])
            continue
        if before:
            yield from (Line(text, depth, "gone") for depth, text in before[i:j])
        yield from (Line(text, depth, "new" if before else "same") for depth, text in after[k:m])
