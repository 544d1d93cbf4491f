"""Segments in time: who was in one on a past day, what a definition would have found then, how they grew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from service.domain import facts as fact
from service.domain import segments as domain
from service.domain.days import number_of, start_of
from service.domain.errors import InvalidInput, NotFound, Refused
from service.domain.purchases import summarise
from service.domain.segments import Segment
from service.domain.subjects import OrderHistory, Recorded, Stay, Subject
from service.operations import segment_drafts, segments
from service.operations.context import Context
from service.operations.segments import Explanation
from service.store import pasts, populations, previews, purchases, segment_days, users
from service.store import segments as store
from service.store.compiler_scope import Moment
from service.store.segment_days import Day
from service.store.segments import Version
from service.store.users import Change

__all__ = ["BackTest", "Day", "Difference", "Past", "Version", "archive", "backtest", "diff", "days", "explain_on"]

PERIOD_DAYS = 90


@dataclass(frozen=True)
class Past:
    """Who was in a segment at the end of a day, by the log.

    :param members: customers of the page, each with the instant they entered
    """

    segment: Segment
    day: int
    size: int
    members: Sequence[tuple[int, int]]


@dataclass(frozen=True)
class BackTest:
    """Who a definition would have found at the end of a day, of what is recorded of that day."""

    segment: Segment
    day: int
    size: int
    members: Sequence[int]


@dataclass(frozen=True)
class Difference:
    """One place in which two versions differ; ``None`` where one has nothing there."""

    path: str
    before: object
    after: object


# past days -----------------------------------------------------------------------------------------------------------


def members_on(ctx: Context, segment_id: str, on: date, *, after_id: int = 0, limit: int = 100) -> Past:
    """Who was in a segment at the end of a day of the shop, by the log.

    :raises NotFound: when there is no such segment
    :raises InvalidInput: when the day is not over
    """
    edge = _edge(ctx, on)
    found = store.members_on(ctx.db, segment_id, edge, after_id=after_id, limit=limit)
    return Past(segments.get(ctx, segment_id), number_of(on), store.size_on(ctx.db, segment_id, edge), found)


def backtest(
    ctx: Context, document: Mapping[str, object], on: date, *, after_id: int = 0, limit: int = 100
) -> BackTest:
    """Who a definition would have found at the end of a day: by the facts recorded then and the orders placed by then.

    Cuts of the population and the whale threshold are today's.

    :raises DefinitionError: with the path of everything that is wrong
    :raises InvalidInput: when the day is not over
    """
    edge = _edge(ctx, on)
    segment = segment_drafts.read(ctx, document)
    others = {one: bound for one, bound in segment_drafts.live(ctx).items() if one != segment.id}
    then = _moment(ctx, segment, on, edge)
    with ctx.db.snapshot() as db:
        size = populations.how_many(db, segment.bound, then, others)
        members = previews.page(db, segment.bound, then, others, after_id=after_id, limit=limit)
    return BackTest(segment, number_of(on), size, members)


def explain_on(ctx: Context, customer_id: int, on: date) -> list[Explanation]:
    """Why a customer was in each segment at the end of a day, or was not, by the definitions of that day.

    A segment that was not there yet is asked by its first definition.

    :raises InvalidInput: when the day is not over
    """
    edge = _edge(ctx, on)
    then = [_version_at(ctx, one, edge) for one in ctx.definitions.rules.plan.ordered]
    about = _subject_on(ctx, customer_id, on, edge)
    inside = domain.members_of(then, about)
    return [segments.explained(one, domain.inside_of(about, inside)) for one in sorted(then, key=lambda one: one.id)]


def days(ctx: Context, segment_id: str, count: int = PERIOD_DAYS) -> Sequence[Day]:
    """How a segment grew: every one of the last days with its moves and members."""
    return segment_days.history(ctx.db, segment_id, ctx.today - count + 1, ctx.today)


# versions ------------------------------------------------------------------------------------------------------------


def versions(ctx: Context, segment_id: str) -> list[Version]:
    """All versions of a segment, the latest first.

    :raises NotFound: when there is no such segment
    """
    segments.get(ctx, segment_id)
    return store.versions(ctx.db, segment_id)


def diff(ctx: Context, segment_id: str, before: int, after: int) -> list[Difference]:
    """Where two versions of a segment differ, in the order of the documents.

    :raises NotFound: when there is no such segment or version
    """
    found = {one.number: one.body for one in versions(ctx, segment_id)}
    for number in (before, after):
        if number not in found:
            raise NotFound("version", f"'{segment_id}' has no version {number}; it has {_numbers(sorted(found))}")
    return compare(found[before], found[after])


def compare(before: object, after: object, path: str = "") -> list[Difference]:
    """Where two documents differ."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        names = [*before, *(name for name in after if name not in before)]
        found = []
        for name in names:
            found += compare(before.get(name), after.get(name), f"{path}.{name}" if path else str(name))
        return found
    if isinstance(before, list) and isinstance(after, list):
        found = []
        for i in range(max(len(before), len(after))):
            one, other = (side[i] if i < len(side) else None for side in (before, after))
            found += compare(one, other, f"{path}[{i}]")
        return found
    return [] if before == after else [Difference(path, before, after)]


def archive(ctx: Context, segment_id: str) -> None:
    """Take a segment out of use for good: everybody leaves it, its history stays.

    :raises NotFound: when there is no such segment
    :raises Refused: when other segments ask about it
    """
    asking = [one.id for one in ctx.fresh_definitions.rules.segments if segment_id in domain.segments_read(one.when)]
    if asking:
        raise Refused(f"'{segment_id}' is asked about by {_numbers(asking)}: change these first")
    segments.set_status(ctx, segment_id, "archived")


def rename(ctx: Context, segment_id: str, name: Mapping[str, str], description: Mapping[str, str] | None = None) -> int:
    """Give a segment of the admin another name; the version it makes.

    :param name: by language
    :raises NotFound: when there is no such segment
    :raises Refused: when it belongs to a file
    """
    stored = store.get(ctx.db, segment_id)
    if stored is None:
        raise NotFound("segment", f"there is no segment '{segment_id}'")
    document = {**stored.body, "name": dict(name)}
    if description is not None:
        document["description"] = dict(description)
    (applied,) = segments.apply(ctx, [document], owner="admin")
    with ctx.db.write("definitions") as db:
        users.add_change(db, Change(ctx.now, ctx.actor, "renamed", f"segment {segment_id}", None))
    return applied.version


def export(ctx: Context, ids: Sequence[str] = ()) -> list[Mapping[str, object]]:
    """The documents of segments, as `firasa segments apply` takes them; of all that are not archived unless named.

    :raises NotFound: when there is no segment of an id
    """
    stored = {one.id: one for one in store.listing(ctx.db)}
    for one in ids:
        if one not in stored:
            raise NotFound("segment", f"there is no segment '{one}'; `firasa segments list` shows them")
    return [_ordered(stored[one].body) for one in (ids or stored)]


def document_of(ctx: Context, segment_id: str) -> Mapping[str, object]:
    """The document of one segment, archived ones too.

    :raises NotFound: when there is none of that id
    """
    stored = store.get(ctx.db, segment_id)
    if stored is None:
        raise NotFound("segment", f"there is no segment '{segment_id}'; `firasa segments list` shows them")
    return _ordered(stored.body)


_KEYS = ("id", "name", "description", "tag", "when")


def _ordered(body: Mapping[str, object]) -> dict[str, object]:
    first = {key: body[key] for key in _KEYS if key in body}
    return {**first, **{key: value for key, value in body.items() if key not in first}}


# of one customer on a past day ---------------------------------------------------------------------------------------


def _edge(ctx: Context, on: date) -> int:
    """The instant at which a day of the shop was over."""
    if number_of(on) >= ctx.today:
        raise InvalidInput(f"{on} is not over yet: give a day that is past", "on")
    return start_of(number_of(on) + 1, ctx.shop.timezone)


def _moment(ctx: Context, segment: Segment, on: date, edge: int) -> Moment:
    return replace(segment_drafts.with_cuts(ctx, segment.bound), now=edge - 1, today=number_of(on), past=True)


def _version_at(ctx: Context, segment: Segment, edge: int) -> Segment:
    found = store.versions(ctx.db, segment.id)
    known = [one for one in found if one.saved_at < edge] or found[-1:]
    if not known or known[0].number == segment.version:
        return segment
    shop = ctx.shop
    return domain.from_document(known[0].body, shop.currency, shop.timezone, version=known[0].number, kept=True)


def _subject_on(ctx: Context, customer_id: int, on: date, edge: int) -> Subject:
    behind = pasts.load(ctx.db, [customer_id])[customer_id]
    day, zone, rules = number_of(on), ctx.shop.timezone, ctx.definitions.rules
    past = {name: _until(rows, edge) for name, rows in (behind.past or {}).items()}
    recorded = {name: rows[-1].value for name, rows in past.items() if rows and rows[-1].until_at is None}
    placed = [one for one in purchases.history(ctx.db, [customer_id]).get(customer_id, ()) if one.day <= day]
    bought = summarise(placed) if placed else None
    stays = {
        name: tuple(
            Stay(one.entered_at, None if one.left_at is None or one.left_at >= edge else one.left_at)
            for one in mine
            if one.entered_at < edge
        )
        for name, mine in (behind.stays or {}).items()
    }
    return Subject(
        {
            **recorded,
            **fact.from_purchases(bought, whales=rules.rfm.whales if rules.rfm else None),
            **fact.passing(bought, day),
        },
        history=OrderHistory(tuple(one for one in (behind.orders or OrderHistory()).orders if one.day <= day)),
        memberships={name: mine for name, mine in stays.items() if mine},
        past=past,
        cuts=rules.cuts,
        now=edge - 1,
        today=day,
        zone=zone,
    )


def _until(rows: Sequence[Recorded], edge: int) -> tuple[Recorded, ...]:
    return tuple(
        replace(one, until_at=None) if one.until_at is not None and one.until_at >= edge else one
        for one in rows
        if one.since_at < edge
    )


def _numbers(found: Sequence[object]) -> str:
    return ", ".join(str(one) for one in found)
