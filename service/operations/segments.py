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
from service.operations.context import Context, Definitions
from service.store import counters, segments
from service.store.segments import StoredSegment


@dataclass(frozen=True)
class Applied:
    """What applying a file did to one segment: ``new``, ``changed`` or ``unchanged``."""

    id: str
    version: int
    change: str


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
    for one in refreshes:
        segments.write_left(ctx.db, one.customer_id, one.memberships.left, ctx.now)
    segments.write_entered(ctx.db, [(one.customer_id, one.memberships) for one in refreshes], versions, ctx.now)


def apply(ctx: Context, documents: Sequence[Mapping[str, object]], *, owner: str = "file") -> list[Applied]:
    """Save segment documents; a changed one becomes a new version, and the worker looks at every customer again.

    :raises DefinitionError: when any of them is wrong; nothing is saved then
    """
    parsed = _parse_all(documents, ctx.shop.currency)
    with ctx.db.write("definitions") as db:
        applied = [_save(ctx, segment, document, owner) for segment, document in zip(parsed, documents, strict=True)]
        if any(one.change != "unchanged" for one in applied):
            counters.bump(db, "definitions")
    return applied


def set_status(ctx: Context, segment_id: str, status: str) -> None:
    """Pause, resume or archive a segment; members of one that is not live leave it.

    :raises NotFound: when there is no such segment
    """
    if status not in ("live", "paused", "archived"):
        raise Refused(f"a segment is live, paused or archived, not {status!r}")
    with ctx.db.write("definitions") as db:
        if segments.get(db, segment_id) is None:
            raise NotFound("segment", f"there is no segment '{segment_id}'")
        segments.set_status(db, segment_id, status, ctx.now)
        counters.bump(db, "definitions")


def listing(ctx: Context) -> list[SegmentInfo]:
    """All segments with their number of members."""
    sizes = segments.sizes(ctx.db)
    return [
        SegmentInfo(_segment(one, ctx.shop.currency), one.owner, sizes.get(one.id, 0), one.changed_at)
        for one in segments.listing(ctx.db)
    ]


def get(ctx: Context, segment_id: str) -> Segment:
    """One segment.

    :raises NotFound: when there is none of that id
    """
    stored = segments.get(ctx.db, segment_id)
    if stored is None:
        raise NotFound("segment", f"there is no segment '{segment_id}'; `firasa segments list` shows them")
    return _segment(stored, ctx.shop.currency)


def explain(ctx: Context, facts: Facts) -> list[Explanation]:
    """Why a customer with these facts is in each live segment, or is not."""
    found = []
    for one in ctx.definitions.rules.segments:
        if one.status != "live":
            continue
        verdict = conditions.explain(one.bound, facts)
        found.append(Explanation(one, verdict.holds, verdict, domain.deciding(one.bound, facts)))
    return found


def load_rules(stored: Sequence[StoredSegment], currency: str) -> tuple[Segment, ...]:
    """Segments as evaluated, from the stored documents."""
    return tuple(_segment(one, currency) for one in stored)


def _parse_all(documents: Sequence[Mapping[str, object]], currency: str) -> list[Segment]:
    problems: list[Problem] = []
    parsed: list[Segment] = []
    for position, document in enumerate(documents):
        try:
            segment = domain.from_document(document, currency)
            check_tag(segment.tag, f"segments[{position}].tag")
            parsed.append(segment)
        except DefinitionError as error:
            problems += [Problem(f"segments[{position}].{one.path}", one.message) for one in error.problems]
    tags = [one.tag for one in parsed]
    problems += [
        Problem(f"segments.{one.id}.tag", f"the tag {one.tag!r} is used by two segments")
        for one in parsed
        if tags.count(one.tag) > 1
    ]
    if problems:
        raise DefinitionError(problems)
    return parsed


def _save(ctx: Context, segment: Segment, document: Mapping[str, object], owner: str) -> Applied:
    before = segments.get(ctx.db, segment.id)
    if before is not None and before.body == document and before.status == "live":
        return Applied(segment.id, before.version, "unchanged")
    version = segments.save(ctx.db, segment.id, document, owner=owner, status="live", by=None, now=ctx.now)
    return Applied(segment.id, version, "new" if before is None else "changed")


def _segment(stored: StoredSegment, currency: str) -> Segment:
    return domain.from_document(stored.body, currency, version=stored.version, status=stored.status)
