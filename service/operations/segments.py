"""Segments: saving definitions, writing memberships, counting and explaining them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain import conditions
from service.domain import segments as domain
from service.domain.conditions import Verdict
from service.domain.errors import DefinitionError, NotFound, Problem, Refused
from service.domain.facts import Facts
from service.domain.profiles import Refresh
from service.domain.segments import Clause, Segment
from service.domain.tags import check as check_tag
from service.operations.context import Context, Definitions, Shop
from service.store import counters, segment_days, segments, users
from service.store.segments import StoredSegment
from service.store.users import Change

_DONE = {"live": "resumed", "paused": "paused", "archived": "archived"}


@dataclass(frozen=True)
class Applied:
    """What applying a file did to one segment: ``new``, ``changed`` or ``unchanged``.

    :param status: as it was before; a new one is live
    """

    id: str
    version: int
    change: str
    status: str = "live"


@dataclass(frozen=True)
class SegmentInfo:
    """A segment with its present number of members."""

    segment: Segment
    owner: str
    members: int
    changed_at: int


@dataclass(frozen=True)
class Explanation:
    """Why a customer is in a segment, or is not."""

    segment: Segment
    inside: bool
    verdict: Verdict
    clauses: tuple[Clause, ...]


def write_changes(ctx: Context, refreshes: Sequence[Refresh], definitions: Definitions) -> None:
    """Log what refreshed customers entered and left, in the caller's transaction."""
    versions = {one.id: one.version for one in definitions.rules.segments}
    changes = [segments.Change(one.customer_id, one.memberships, one.event) for one in refreshes]
    segments.write_changes(ctx.db, changes, versions, now=ctx.now, day=ctx.today)


def apply(
    ctx: Context, documents: Sequence[Mapping[str, object]], *, owner: str = "file", take_back: bool = False
) -> list[Applied]:
    """Save segment documents; a changed one becomes a new version, and the worker looks at every customer again.

    A segment that is paused or archived stays so.

    :param take_back: a file may replace segments of the admin, which then belong to the files again
    :raises DefinitionError: when any of them is wrong; nothing is saved then
    :raises Refused: when one of them belongs to the other owner
    """
    parsed = _parse_all(documents, ctx.shop)
    with ctx.db.write("definitions") as db:
        _refuse_shared_tags(parsed, segments.listing(db))
        before = [_before(ctx, one.id, owner, take_back=take_back) for one in parsed]
        applied = [_save(ctx, *one, owner) for one in zip(parsed, documents, before, strict=True)]
        if any(one.change != "unchanged" for one in applied):
            counters.bump_rules(db)
    return applied


def set_status(ctx: Context, segment_id: str, status: str) -> None:
    """Pause, resume or archive a segment; members of one that is not live leave it. It is written to the record of
    changes.

    :raises NotFound: when there is no such segment
    """
    if status not in _DONE:
        raise Refused(f"a segment is live, paused or archived, not {status!r}")
    with ctx.db.write("definitions") as db:
        stored = segments.get(db, segment_id)
        if stored is None:
            raise NotFound("segment", f"there is no segment '{segment_id}'")
        if stored.status == status:
            return
        segments.set_status(db, segment_id, status, ctx.now)
        users.add_change(db, Change(ctx.now, ctx.actor, _DONE[status], f"segment {segment_id}", None))
        counters.bump_rules(db)


def listing(ctx: Context) -> list[SegmentInfo]:
    """All segments with their number of members."""
    sizes = segment_days.sizes(ctx.db)
    return [
        SegmentInfo(
            _segment(one, ctx.shop.currency, ctx.shop.timezone), one.owner, sizes.get(one.id, 0), one.changed_at
        )
        for one in segments.listing(ctx.db)
    ]


def get(ctx: Context, segment_id: str) -> Segment:
    """One segment.

    :raises NotFound: when there is none of that id
    """
    stored = segments.get(ctx.db, segment_id)
    if stored is None:
        raise NotFound("segment", f"there is no segment '{segment_id}'; `firasa segments list` shows them")
    return _segment(stored, ctx.shop.currency, ctx.shop.timezone)


def explain(ctx: Context, facts: Facts) -> list[Explanation]:
    """Why a customer with these facts is in each live segment, or is not."""
    found = []
    for one in ctx.definitions.rules.segments:
        if one.status != "live":
            continue
        verdict = conditions.explain(one.bound, facts)
        found.append(Explanation(one, verdict.holds, verdict, domain.deciding(one.bound, facts)))
    return found


def load_rules(stored: Sequence[StoredSegment], currency: str, timezone: str) -> tuple[Segment, ...]:
    """Segments as evaluated, from the stored documents."""
    return tuple(_segment(one, currency, timezone) for one in stored)


def _parse_all(documents: Sequence[Mapping[str, object]], shop: Shop) -> list[Segment]:
    problems: list[Problem] = []
    parsed: dict[str, Segment] = {}
    for position, document in enumerate(documents):
        place = f"segments[{position}]"
        try:
            segment = domain.from_document(document, shop.currency, shop.timezone)
            check_tag(segment.tag, "tag")
        except DefinitionError as error:
            problems += [Problem(f"{place}.{one.path}", one.message) for one in error.problems]
            continue
        if segment.id in parsed:
            problems.append(Problem(f"{place}.id", f"the segment '{segment.id}' is there twice"))
        parsed[segment.id] = segment
    if problems:
        raise DefinitionError(problems)
    return list(parsed.values())


def _refuse_shared_tags(parsed: Sequence[Segment], stored: Sequence[StoredSegment]) -> None:
    """Tools could not tell two segments of one tag apart, and leaving either would take the tag away."""
    given = {one.id for one in parsed}
    holders = {domain.tag_of(one.body): one.id for one in stored if one.id not in given}
    problems = []
    for position, one in enumerate(parsed):
        holder = holders.setdefault(one.tag, one.id)
        if holder != one.id:
            message = f"the tag '{one.tag}' is taken by the segment '{holder}': give '{one.id}' one of its own"
            problems.append(Problem(f"segments[{position}].tag", message))
    if problems:
        raise DefinitionError(problems)


def _before(ctx: Context, segment_id: str, owner: str, *, take_back: bool) -> StoredSegment | None:
    stored = segments.get(ctx.db, segment_id)
    if stored is None or stored.owner == owner or (take_back and owner == "file"):
        return stored
    if stored.owner == "admin":
        why = "is edited in the admin: `--take-back` replaces it by the file"
    else:
        why = "belongs to its file: edit it there"
    raise Refused(f"the segment '{segment_id}' {why}")


def _save(
    ctx: Context, segment: Segment, document: Mapping[str, object], before: StoredSegment | None, owner: str
) -> Applied:
    status = "live" if before is None else before.status
    if before is not None and before.body == document and before.owner == owner:
        return Applied(segment.id, before.version, "unchanged", status)
    version = segments.save(ctx.db, segment.id, document, owner=owner, status=status, by=None, now=ctx.now)
    return Applied(segment.id, version, "new" if before is None else "changed", status)


def _segment(stored: StoredSegment, currency: str, timezone: str) -> Segment:
    return domain.from_document(
        stored.body, currency, timezone, version=stored.version, status=stored.status, kept=True
    )
