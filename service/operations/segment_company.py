"""Segments beside each other: who is in several, who may be written to, and how all of them grew."""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.consent import may_contact
from service.operations.context import Context
from service.store import consents, segment_company, segment_days
from service.store.consents import Said

GROWTH_DAYS = 28
_AT_ONCE = 1_000


@dataclass(frozen=True)
class Company:
    """The members of a segment beside the others.

    :param looked_at: members that this was read of: all, or those who have been in it longest
    :param overlap: how many of them are in each other segment, the largest first
    :param may_email: how many of them may be written to
    """

    looked_at: int
    overlap: dict[str, int]
    may_email: int


def company(ctx: Context, segment_id: str) -> Company:
    """Who of a segment is in others too, and who may be written to."""
    members = segment_company.members(ctx.db, segment_id)
    may = 0
    for start in range(0, len(members), _AT_ONCE):
        page = members[start : start + _AT_ONCE]
        said = consents.of_customers(ctx.db, page)
        found = (said.get(one, Said()) for one in page)
        may += sum(may_contact(one.events, one.suppressions, "email").allowed for one in found)
    return Company(len(members), segment_company.overlap(ctx.db, segment_id), may)


def growth(ctx: Context, days: int = GROWTH_DAYS) -> dict[str, list[int]]:
    """Members of each segment at the end of each of the last days, today's last."""
    first = ctx.today - days + 1
    changes: dict[str, dict[int, int]] = {}
    for segment_id, day, change in segment_company.changes_since(ctx.db, first):
        changes.setdefault(segment_id, {})[day] = change
    found = {}
    for segment_id, members in segment_days.sizes(ctx.db).items():
        sizes = [members]
        for day in range(ctx.today, first, -1):
            sizes.append(sizes[-1] - changes.get(segment_id, {}).get(day, 0))
        found[segment_id] = sizes[::-1]
    return found
