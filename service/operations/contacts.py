"""What email tools tell: who received, opened and clicked messages. It says nothing about consent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain import resolution
from service.domain.errors import InvalidInput
from service.domain.orders import Buyer
from service.operations.context import DAY, Context
from service.store import contacts, customers, identities, profiles
from service.store.contacts import KINDS, ContactEvent, Kind
from service.store.database import Database

__all__ = ["KINDS", "MOST", "Heard", "Told", "connected", "record"]

MOST = 1_000
"""Events that are taken at once."""
_PER_TRANSACTION = 200
_EARLIEST = 631_152_000_000_000  # 1990
_AHEAD = 2 * DAY


@dataclass(frozen=True)
class Told:
    """One event as a tool tells it.

    :param who: by what the customer is known; :param shop: whose customer id that has
    """

    who: Buyer
    kind: Kind
    at: int
    source: str = "api"
    shop: str = "api"


@dataclass(frozen=True)
class Heard:
    """What became of events: new ones, those known before, and those about people nobody knows, which are not kept."""

    new: int = 0
    known: int = 0
    unmatched: int = 0

    def plus(self, other: Heard) -> Heard:
        """Both together."""
        return Heard(self.new + other.new, self.known + other.known, self.unmatched + other.unmatched)


def record(ctx: Context, events: Sequence[Told]) -> Heard:
    """Keep contact events, in short transactions; sending them again changes nothing.

    :raises InvalidInput: with the path of an event that cannot be; none is kept then
    """
    check(ctx, events)
    heard = Heard()
    for start in range(0, len(events), _PER_TRANSACTION):
        with ctx.db.write("contact events") as db:
            heard = heard.plus(_keep(ctx, db, events[start : start + _PER_TRANSACTION]))
    return heard


def check(ctx: Context, events: Sequence[Told], *, first: int = 0) -> None:
    """Refuse events that cannot be.

    :param first: the number of the first of them, for the path
    :raises InvalidInput: with the path of the first one
    """
    for position, one in enumerate(events, start=first):
        if one.who.is_guest:
            raise InvalidInput("an event is about a customer with an id, an email or a phone", f"events[{position}]")
        if not _EARLIEST <= one.at <= ctx.now + _AHEAD:
            raise InvalidInput("a message is read between 1990 and now", f"events[{position}].at")


def connected(ctx: Context) -> bool:
    """Whether any email tool has told anything yet: until then nothing is known about anybody."""
    return contacts.any_known(ctx.db)


def _keep(ctx: Context, db: Database, events: Sequence[Told]) -> Heard:
    customers.lock_holders(db, ((one.shop, one.who) for one in events))
    holders = _holders(db, events)
    mine = [(_holder(one, holders), one) for one in events]
    found = [ContactEvent(customer, one.kind, one.at, one.source) for customer, one in mine if customer is not None]
    known = contacts.known(db, found)
    new = [one for one in dict.fromkeys(found) if one not in known]
    contacts.add(db, new)
    if new:
        profiles.mark(db, [one.customer_id for one in new], ctx.now, "contact")
    return Heard(len(new), len(found) - len(new), len(events) - len(found))


def _holder(one: Told, holders: Mapping[resolution.Key, int]) -> int | None:
    """Whoever has the strongest of its identities that anybody has: an id may be new where the email is known."""
    return next((holders[key] for key in resolution.keys(one.shop, one.who) if key in holders), None)


def _holders(db: Database, events: Sequence[Told]) -> dict[resolution.Key, int]:
    """Whose each identity is. An event makes no customer: a list of addresses is no list of people who came."""
    keys = list(dict.fromkeys(key for one in events for key in resolution.keys(one.shop, one.who)))
    owners = identities.of_owners(db, keys)
    return {(one.identity.kind, one.identity.source, one.identity.value): one.customer_id for one in owners}
