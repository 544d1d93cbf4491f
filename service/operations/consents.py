"""Who may no longer be contacted, and who is to be forgotten: withdrawals, suppressions, erasing a person.

Each is one transaction, in which destinations are told as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from service.domain.consent import CHANNELS, Channel, Permission, SuppressionReason, may_contact
from service.domain.errors import InvalidInput, NotFound
from service.domain.identities import public_id
from service.operations import profiles, sync
from service.operations.context import Context
from service.operations.sync import CustomerTags
from service.store import consents as store
from service.store import customers, erasure, identities, users
from service.store import profiles as profile_store
from service.store.consents import NewConsent, Said
from service.store.erasure import Holdings, Undelivered
from service.store.users import Change

__all__ = ["REASONS", "Holdings", "By", "erase", "holdings", "permissions", "suppress", "withdraw"]

REASONS: tuple[SuppressionReason, ...] = tuple(
    reason for reason in get_args(SuppressionReason) if reason != "erased"
)  # erasing sets that one
By = Literal["cli", "admin"]


def withdraw(ctx: Context, customer_id: int, channels: Sequence[Channel], *, by: By = "cli") -> list[Channel]:
    """Record that a customer no longer wants to be contacted; an address that leaves destinations follows at once.

    :param by: where somebody told us so; the withdrawal keeps it with the actor
    :returns: the channels that were not withdrawn already
    :raises NotFound: when there is no such customer, or they were erased
    """
    with ctx.db.write():
        kept = _lock(ctx, customer_id)
        said = _said(ctx, kept)
        new = [one for one in channels if may_contact(said.events, (), one).reason != "withdrawn"]
        if new:
            source = by if ctx.actor == by else f"{by}:{ctx.actor}"
            store.record(ctx.db, [NewConsent(kept, one, "withdrawn", "verified", source, ctx.now) for one in new])
            _note(ctx, f"withdrew consent ({', '.join(new)})", kept)
            profiles.refresh(ctx, [kept], "consent")
    return new


def suppress(ctx: Context, customer_id: int, channel: Channel | Literal["any"], reason: SuppressionReason) -> bool:
    """Stop contacting a customer whatever they granted; false when that stood already.

    :raises InvalidInput: for a channel or a reason that cannot be given by hand
    :raises NotFound: when there is no such customer, or they were erased
    """
    if channel not in (*CHANNELS, "any"):
        raise InvalidInput(f"{channel} is no channel; it is one of {', '.join(CHANNELS)}, any", "channel")
    if reason not in REASONS:
        raise InvalidInput(f"{reason} is no reason to give; it is one of {', '.join(REASONS)}", "reason")
    with ctx.db.write():
        kept = _lock(ctx, customer_id)
        if any((one.channel, one.reason) == (channel, reason) for one in _said(ctx, kept).suppressions):
            return False
        store.suppress(ctx.db, kept, channel, reason, ctx.now)
        _note(ctx, f"stopped contact ({reason}, {channel})", kept)
        profiles.refresh(ctx, [kept], "consent")
    return True


def permissions(ctx: Context, customer_id: int) -> dict[Channel, Permission]:
    """Whether a customer may be contacted, by channel, and why (not)."""
    said = _said(ctx, customer_id)
    return {channel: may_contact(said.events, said.suppressions, channel) for channel in CHANNELS}


def holdings(ctx: Context, customer_id: int) -> Holdings:
    """How much is kept of a person, for those who are asked whether to erase them.

    :raises NotFound: when there is no such customer, or they were erased
    """
    return erasure.holdings(ctx.db, erasure.everybody(ctx.db, _standing(ctx, customer_id)))


def erase(ctx: Context, customer_id: int) -> Holdings:
    """Erase a person with all customers who were merged into them; what was kept of them.

    1. Wait for the turn of their responses, of identities and of the customers themselves, so that nothing is written
       about them meanwhile.
    2. Work out what destinations may still hold.
    3. Delete; the shop's orders stay as orders of guests.
    4. Tell destinations once more, without an address: no tag remains.

    Who comes again with the same address is somebody new.

    :raises NotFound: when there is no such customer, or they were erased
    """
    with ctx.db.write() as db:
        here = erasure.everybody(db, _standing(ctx, customer_id))
        db.lock(*(f"response:{one}" for one in erasure.response_ids(db, here)))
        identities.lock(db)
        kept = _standing(ctx, customer_id)
        everybody = erasure.everybody(db, kept)
        db.lock(*(profiles.customer_key(one) for one in everybody))
        had = erasure.holdings(db, everybody)
        farewells = _farewells(ctx, everybody)
        erasure.erase(db, everybody, ctx.now, today=ctx.today)
        sync.enqueue(ctx, farewells)
        _note(ctx, "erased the person", kept)
    return had


def _farewells(ctx: Context, customer_ids: Sequence[int]) -> list[CustomerTags]:
    """What destinations are told last: none of the tags they may hold remains. Nothing where they hold none."""
    told = erasure.undelivered(ctx.db, customer_ids)
    found = []
    for one in profile_store.load(ctx.db, customer_ids):
        waiting = told.get(one.customer_id, Undelivered())
        held = one.before.tags | waiting.tags
        sequence = max(one.before.sequence, waiting.sequence) + 1
        if held:
            found.append(CustomerTags(one.customer_id, (), tuple(sorted(held)), (), sequence))
    return found


def _lock(ctx: Context, customer_id: int) -> int:
    """Wait for the turn to write about a customer; the id under which they are known now."""
    ctx.db.lock(profiles.customer_key(customer_id))
    kept = _standing(ctx, customer_id)
    if kept != customer_id:
        ctx.db.lock(profiles.customer_key(kept))
    return kept


def _standing(ctx: Context, customer_id: int) -> int:
    found = customers.get(ctx.db, customer_id)
    if found is None or found.erased_at is not None:
        raise NotFound("customer", f"there is no customer {public_id(customer_id)}")
    return found.id


def _said(ctx: Context, customer_id: int) -> Said:
    return store.of_customers(ctx.db, [customer_id]).get(customer_id, Said())


def _note(ctx: Context, action: str, customer_id: int) -> None:
    users.add_change(ctx.db, Change(ctx.now, ctx.actor, action, public_id(customer_id), None))
