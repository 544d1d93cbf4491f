"""Editing segments: a draft is kept, what it would do is shown before it is saved, and a huge change is asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from service.domain import conditions, segments
from service.domain.errors import DefinitionError, NotFound, Problem, Refused
from service.domain.identities import public_id
from service.domain.segments import Clause, Segment
from service.domain.tags import check as check_tag
from service.operations import profiles
from service.operations.context import Context
from service.operations.recomputes import moment
from service.store import customers, drafts, populations, previews, records, sales
from service.store import segments as store
from service.store.compiler_scope import Moment
from service.store.drafts import Draft
from service.store.previews import Reach

__all__ = ["Draft", "HugeChange", "Overlap", "Preview", "Sampled", "count", "discard", "get", "keep", "listing"]

HUGE = 0.3
"""Part of the members who would enter or leave, from which a change is asked about while tools follow the segment."""
LITTLE = 10
"""Members below which no change is huge."""
SAMPLE = 5


class HugeChange(Refused):
    """Saving would move so many members that somebody should say yes to it.

    :param reach: what it would do
    """

    def __init__(self, message: str, reach: Reach) -> None:
        super().__init__(message)
        self.reach = reach


@dataclass(frozen=True)
class Sampled:
    """A customer a change would concern.

    :param change: ``enter``, ``stay`` or ``leave``
    :param clauses: what decides about them by the new definition
    """

    customer_id: int
    name: str
    change: str
    clauses: tuple[Clause, ...]

    @property
    def public_id(self) -> str:
        """The id that people see."""
        return public_id(self.customer_id)


@dataclass(frozen=True)
class Overlap:
    """How many of the customers are in another segment too; ``share`` is the part of them."""

    segment_id: str
    customers: int
    share: float


@dataclass(frozen=True)
class Preview:
    """What saving a definition would do.

    :param customers: of the shop
    :param revenue_share: what the customers have paid, of all that was paid; ``None`` while nothing was
    :param huge: saving it asks for a yes
    """

    segment: Segment
    reach: Reach
    customers: int
    revenue_share: float | None
    sample: tuple[Sampled, ...]
    overlap: tuple[Overlap, ...]
    huge: bool


# drafts --------------------------------------------------------------------------------------------------------------


def keep(ctx: Context, document: Mapping[str, object]) -> Draft:
    """Keep a draft of a segment, right or not.

    :raises DefinitionError: when it has no id
    """
    segment_id = document.get("id")
    if not isinstance(segment_id, str) or not segment_id:
        raise DefinitionError([Problem("id", "a segment needs an id, for example big-baskets")])
    with ctx.db.write("definitions") as db:
        present = store.get(db, segment_id)
        draft = Draft(segment_id, document, present.version if present else 0, ctx.now, ctx.actor)
        drafts.keep(db, draft)
    return draft


def get(ctx: Context, segment_id: str) -> Draft | None:
    """The draft of a segment, ``None`` when nobody is editing it."""
    return drafts.get(ctx.db, segment_id)


def listing(ctx: Context) -> list[Draft]:
    """All drafts, the latest first."""
    return drafts.listing(ctx.db)


def discard(ctx: Context, segment_id: str) -> bool:
    """Throw a draft away; false when there was none."""
    with ctx.db.write("definitions") as db:
        return drafts.discard(db, segment_id)


# what it would do ----------------------------------------------------------------------------------------------------


def read(ctx: Context, document: Mapping[str, object]) -> Segment:
    """The segment of a document, checked against the shop: its facts, fields, other segments and their tags.

    :raises DefinitionError: with the path of everything that is wrong
    """
    problems = [Problem(key, f"a segment needs its {key}") for key in ("id", "name", "when") if not document.get(key)]
    if problems:
        raise DefinitionError(problems)
    shop = ctx.shop
    segment = segments.from_document(
        document, shop.currency, shop.timezone, attributes=records.attribute_types(ctx.db) or None
    )
    check_tag(segment.tag, "tag")
    check_company(segment, [one for one in ctx.fresh_definitions.rules.segments if one.id != segment.id])
    return segment


def check_company(segment: Segment, others: Sequence[Segment]) -> None:
    """Refuse a segment that does not go with the others.

    :raises DefinitionError: when it has another one's tag, asks about one that is not there, or closes a circle
    """
    holder = next((one.id for one in others if one.tag == segment.tag), None)
    problems = []
    if holder is not None:
        message = f"the tag '{segment.tag}' is taken by the segment '{holder}': give '{segment.id}' one of its own"
        problems.append(Problem("tag", message))
    known = {segment.id, *(one.id for one in others)}
    for path, clause in conditions.walk(segment.when):
        if isinstance(clause, conditions.InSegment) and clause.id not in known:
            problems.append(Problem(f"{path}.segment", f"there is no segment '{clause.id}'"))
    if problems:
        raise DefinitionError(problems)
    segments.in_order([*others, segment])


def count(ctx: Context, when: object) -> int:
    """How many customers a condition is true of now, counted.

    :param when: the condition as a document
    :raises DefinitionError: with the path of everything that is wrong
    """
    shop = ctx.shop
    _, bound = segments.parse_condition(
        when, shop.currency, shop.timezone, attributes=records.attribute_types(ctx.db) or None
    )
    return populations.how_many(ctx.db, bound, with_cuts(ctx, bound), live(ctx))


def preview(ctx: Context, document: Mapping[str, object]) -> Preview:
    """What saving this definition would do; writes nothing.

    :raises DefinitionError: with the path of everything that is wrong
    """
    segment = read(ctx, document)
    bound, asked = segment.bound, with_cuts(ctx, segment.bound)
    others = {one: condition for one, condition in live(ctx).items() if one != segment.id}
    with ctx.db.snapshot() as db:
        reach = previews.reach(db, bound, asked, others, segment.id)
        shared = previews.overlap(db, bound, asked, others, segment.id)
        chosen = previews.sample(db, bound, asked, others, segment.id, SAMPLE)
        shop = sales.shop_totals(db)
    sampled = [_sampled(ctx, customer_id, change, segment) for change, ids in chosen.items() for customer_id in ids]
    return Preview(
        segment=segment,
        reach=reach,
        customers=shop.customers,
        revenue_share=reach.revenue / shop.net_revenue if shop.net_revenue > 0 else None,
        sample=tuple(sampled),
        overlap=tuple(Overlap(one, many, many / reach.count) for one, many in shared.items()),
        huge=is_huge(ctx, reach),
    )


def check_change(ctx: Context, segment: Segment) -> None:
    """Refuse a definition that would move a great part of the members while tools follow them.

    :raises HugeChange: with what it would do
    """
    others = {one: condition for one, condition in live(ctx).items() if one != segment.id}
    if not any(one.status == "active" for one in ctx.definitions.destinations):
        return
    reach = previews.reach(ctx.db, segment.bound, with_cuts(ctx, segment.bound), others, segment.id)
    if is_huge(ctx, reach):
        raise HugeChange(
            f"'{segment.id}' would gain {reach.enter} and lose {reach.leave} of its {reach.members} members, and tools"
            " follow it: say yes to it (`--yes` in the command line)",
            reach,
        )


def is_huge(ctx: Context, reach: Reach) -> bool:
    """Whether a change moves so many members that somebody should say yes to it."""
    if reach.members < LITTLE or not any(one.status == "active" for one in ctx.definitions.destinations):
        return False
    return (reach.enter + reach.leave) / reach.members >= HUGE


def live(ctx: Context) -> dict[str, conditions.Condition]:
    """The bound conditions of the live segments by id."""
    return {one.id: one.bound for one in ctx.fresh_definitions.rules.segments if one.status == "live"}


def with_cuts(ctx: Context, bound: conditions.Condition) -> Moment:
    """Now, with the cuts of the population that a condition compares with; those that are not kept are found."""
    now = moment(ctx)
    missing = conditions.needs(bound).cuts - now.cuts.keys()
    return replace(now, cuts={**now.cuts, **populations.fit_cuts(ctx.db, missing, now)}) if missing else now


def _sampled(ctx: Context, customer_id: int, change: str, segment: Segment) -> Sampled:
    subject = profiles.subject_of(ctx, customer_id)
    found = customers.get(ctx.db, customer_id)
    if found is None or subject is None:
        raise NotFound("customer", f"there is no customer {public_id(customer_id)}")
    return Sampled(customer_id, found.name, change, segments.deciding(segment.bound, subject))
