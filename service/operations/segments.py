"""Segments: saving definitions, writing memberships, counting and explaining them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from service.domain import conditions
from service.domain import segments as domain
from service.domain.conditions import Asked, Verdict
from service.domain.errors import DefinitionError, NotFound, Problem, Refused
from service.domain.memberships import depends_on_time
from service.domain.segments import Clause, Segment
from service.domain.tags import check as check_tag
from service.operations import recomputes, segment_drafts
from service.operations.context import Context
from service.store import counters, drafts, records, segment_days, segments, users
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


class SavedMeanwhile(Refused):
    """Somebody else saved the segment after the version that was edited."""


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


def apply(
    ctx: Context,
    documents: Sequence[Mapping[str, object]],
    *,
    owner: str = "file",
    take_back: bool = False,
    confirmed: bool = True,
    by: int | None = None,
    note: str = "",
    base: int | None = None,
) -> list[Applied]:
    """Save segment documents; a changed one becomes a new version, and every customer is held against it.

    A segment that is paused or archived stays so.

    :param take_back: a file may replace segments of the admin, which then belong to the files again
    :param confirmed: somebody said yes to whatever it changes; without it a huge change is refused
    :param by: the user of the admin who saves, and :param note: why, kept with the version
    :param base: the version that was edited, 0 for a new segment; ``None`` replaces whatever there is
    :raises SavedMeanwhile: when the present version is another
    :raises DefinitionError: when any of them is wrong; nothing is saved then
    :raises Refused: when one of them belongs to the other owner
    :raises HugeChange: when it is not confirmed and moves a great part of the members
    """
    parsed = _parse_all(ctx, documents)
    changed = [one for one, document in zip(parsed, documents, strict=True) if _is_changed(ctx, one, document)]
    for one in changed if not confirmed else ():
        segment_drafts.check_change(ctx, one)
    with ctx.db.write("definitions") as db:
        stored = segments.listing(db)
        _refuse_shared_tags(parsed, stored)
        before = [_before(ctx, one.id, owner, take_back=take_back) for one in parsed]
        for one, present in zip(parsed, before, strict=True):
            _refuse_other(one.id, base, present)
        author = segments.Author(by, ctx.actor, note or None)
        applied = [_save(ctx, *one, owner, author) for one in zip(parsed, documents, before, strict=True)]
        new = [one for one, done in zip(parsed, applied, strict=True) if done.change != "unchanged"]
        for one in new:
            drafts.discard(db, one.id)
        if new:
            _renew(ctx, new, {one.id: one for one in stored})
    return applied


def save(
    ctx: Context,
    document: Mapping[str, object],
    *,
    note: str = "",
    by: int | None = None,
    confirmed: bool = False,
    base: int | None = None,
) -> Applied:
    """Save one segment from the admin as a new version; its draft is thrown away.

    :raises DefinitionError, Refused, SavedMeanwhile, HugeChange: as :func:`apply`
    """
    segment_drafts.read(ctx, document)
    return apply(ctx, [document], owner="admin", confirmed=confirmed, by=by, note=note, base=base)[0]


def _renew(ctx: Context, new: Sequence[Segment], before: Mapping[str, StoredSegment]) -> None:
    """Have changed definitions followed, in the caller's transaction.

    Who differs is found by SQL and worked out at once. Everybody else is looked at too, though later, when the new
    definition depends on time: each profile must know when it changes next. So it is when the tag is another one.
    """
    swept = False
    for one in new:
        held = before.get(one.id)
        retagged = held is not None and domain.tag_of(held.body) != one.tag
        swept = swept or retagged or (one.status == "live" and depends_on_time(one.bound))
    if swept:
        counters.bump_rules(ctx.db)
    else:
        counters.bump(ctx.db, "definitions")
    recomputes.begin(ctx, ", ".join(one.id for one in new))


def _is_changed(ctx: Context, segment: Segment, document: Mapping[str, object]) -> bool:
    stored = segments.get(ctx.db, segment.id)
    return stored is not None and stored.status == "live" and stored.body != document


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
        recomputes.begin(ctx, segment_id)


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


def members(ctx: Context, segment_id: str, *, after_id: int = 0, limit: int = 100) -> tuple[int, list[tuple[int, int]]]:
    """How many members a segment has, and a page of them: (customer, entered at), by customer."""
    page = segments.members_on(ctx.db, segment_id, ctx.now + 1, after_id=after_id, limit=limit)
    return segment_days.sizes(ctx.db).get(segment_id, 0), page


def explain(ctx: Context, about: Asked) -> list[Explanation]:
    """Why a customer is in each live segment, or is not.

    :param about: the customer (`profiles.subject_of`), or facts where no segment asks for more
    """
    return [
        explained(one, domain.inside_of(about, inside))
        for inside in [domain.members_of(ctx.definitions.rules.plan.ordered, about)]
        for one in ctx.definitions.rules.segments
        if one.status == "live"
    ]


def explained(segment: Segment, about: Asked) -> Explanation:
    """Why a customer is in a segment, or is not."""
    verdict = conditions.explain(segment.bound, about)
    return Explanation(segment, verdict.holds, verdict, domain.decided(verdict))


def load_rules(stored: Sequence[StoredSegment], currency: str, timezone: str) -> tuple[Segment, ...]:
    """Segments as evaluated, from the stored documents."""
    return tuple(_segment(one, currency, timezone) for one in stored)


def _parse_all(ctx: Context, documents: Sequence[Mapping[str, object]]) -> list[Segment]:
    shop, own = ctx.shop, records.attribute_types(ctx.db) or None
    problems: list[Problem] = []
    parsed: dict[str, Segment] = {}
    for position, document in enumerate(documents):
        place = f"segments[{position}]"
        try:
            segment = domain.from_document(document, shop.currency, shop.timezone, attributes=own)
            check_tag(segment.tag, "tag")
        except DefinitionError as error:
            problems += [Problem(f"{place}.{one.path}", one.message) for one in error.problems]
            continue
        if segment.id in parsed:
            problems.append(Problem(f"{place}.id", f"the segment '{segment.id}' is there twice"))
        parsed[segment.id] = segment
    problems = problems or _missing(ctx, parsed)
    if problems:
        raise DefinitionError(problems)
    return list(parsed.values())


def _missing(ctx: Context, parsed: Mapping[str, Segment]) -> list[Problem]:
    """Segments that are asked about and are not there, and circles of segments that ask about each other."""
    shop = ctx.shop
    stored = {one.id: one for one in load_rules(segments.listing(ctx.db), shop.currency, shop.timezone)}
    everybody = {**stored, **parsed}
    found = []
    for position, one in enumerate(parsed.values()):
        for path, clause in conditions.walk(one.when):
            if isinstance(clause, conditions.InSegment) and clause.id not in everybody:
                close = get_close_matches(clause.id, everybody, 1, 0.5)
                hint = f"; did you mean {close[0]}?" if close else ""
                found.append(
                    Problem(f"segments[{position}].{path}.segment", f"there is no segment '{clause.id}'{hint}")
                )
    if found:
        return found
    try:
        domain.in_order(everybody.values())
    except DefinitionError as error:
        return list(error.problems)
    return []


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


def _refuse_other(segment_id: str, base: int | None, present: StoredSegment | None) -> None:
    found = present.version if present else 0
    if base is not None and found != base:
        raise SavedMeanwhile(f"version {found} of the segment '{segment_id}' was saved meanwhile, not {base}")


def _save(
    ctx: Context,
    segment: Segment,
    document: Mapping[str, object],
    before: StoredSegment | None,
    owner: str,
    author: segments.Author,
) -> Applied:
    status = "live" if before is None else before.status
    if before is not None and before.body == document and before.owner == owner:
        return Applied(segment.id, before.version, "unchanged", status)
    version = segments.save(ctx.db, segment.id, document, owner=owner, status=status, author=author, now=ctx.now)
    return Applied(segment.id, version, "new" if before is None else "changed", status)


def _segment(stored: StoredSegment, currency: str, timezone: str) -> Segment:
    return domain.from_document(
        stored.body, currency, timezone, version=stored.version, status=stored.status, kept=True
    )
