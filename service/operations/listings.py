"""Tables of customers for people: a page at a time on the screen, all of them in a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from service.domain.consent import ConsentEvent, Permission, Suppression, may_contact
from service.domain.deliveries import Delivery
from service.domain.identities import Identity
from service.domain.money import Money, to_text
from service.domain.responses import Response
from service.operations.context import Context
from service.store import consents, deliveries, history, identities, profiles, responses
from service.store import customers as customer_store
from service.store import listings as store
from service.store import segments as segment_store
from service.store.consents import Said
from service.store.customers import Customer
from service.store.history import StoredAssignment
from service.store.listings import CustomerRow, OrderRow, Search
from service.store.segments import Membership

EXPORT_HEADERS = (
    "customer_id",
    "first_name",
    "last_name",
    "email",
    "may_email",
    "may_sms",
    "country",
    "city",
    "orders",
    "net_revenue",
    "currency",
    "persona_by_answers",
    "buying_pattern",
)


class Place(Protocol):
    """Where a reader is in a table (``web.admin.pages.Listing``)."""

    @property
    def sort(self) -> str: ...
    @property
    def descending(self) -> bool: ...
    @property
    def size(self) -> int: ...
    @property
    def offset(self) -> int: ...


@dataclass(frozen=True)
class CustomerFile:
    """Everything kept of one customer, for the page about them.

    :param may_email: whether email may be sent to them now, and why (not)
    :param assignments: personas, present ones first
    """

    customer: Customer
    identities: list[Identity]
    responses: list[Response]
    assignments: list[StoredAssignment]
    memberships: list[Membership]
    events: tuple[ConsentEvent, ...]
    suppressions: tuple[Suppression, ...]
    may_email: Permission
    may_sms: Permission
    deliveries: list[Delivery]
    tags: list[str]


def customer(ctx: Context, customer_id: int) -> CustomerFile | None:
    """Everything kept of one customer; of a merged one that of the survivor; ``None`` when there is none."""
    found = customer_store.get(ctx.db, customer_id)
    if found is None or found.erased_at is not None:
        return None
    said = consents.of_customers(ctx.db, [found.id]).get(found.id, Said())
    stored = profiles.load(ctx.db, [found.id])
    return CustomerFile(
        customer=found,
        identities=identities.of_customers(ctx.db, [found.id]).get(found.id, []),
        responses=responses.of_customers(ctx.db, [found.id]).get(found.id, [])[::-1],
        assignments=history.assignments_of(ctx.db, found.id),
        memberships=segment_store.memberships_of(ctx.db, found.id),
        events=said.events,
        suppressions=said.suppressions,
        may_email=may_contact(said.events, said.suppressions, "email"),
        may_sms=may_contact(said.events, said.suppressions, "sms"),
        deliveries=deliveries.listing(ctx.db, customer_id=found.id, limit=20),
        tags=sorted(stored[0].before.tags) if stored else [],
    )


def customers(ctx: Context, search: Search, place: Place) -> tuple[list[CustomerRow], int]:
    """A page of the customers a search finds, and how many it finds in all."""
    rows = store.customers(
        ctx.db, search, sort=place.sort, descending=place.descending, limit=place.size, offset=place.offset
    )
    return rows, store.count_customers(ctx.db, search)


def members(ctx: Context, segment_id: str, place: Place) -> list[CustomerRow]:
    """A page of a segment's members with the reasons they entered for."""
    return store.members(
        ctx.db, segment_id, sort=place.sort, descending=place.descending, limit=place.size, offset=place.offset
    )


def countries(ctx: Context) -> list[tuple[str, int]]:
    """Countries of customers with their number, the largest first."""
    return store.countries(ctx.db)


def orders_of(ctx: Context, customer_id: int, limit: int = 50) -> list[OrderRow]:
    """A customer's orders and refunds, the newest first."""
    return store.orders_of(ctx.db, customer_id, limit)


def names(ctx: Context, customer_ids: list[int]) -> dict[int, str]:
    """What to call customers in a table about something else."""
    return store.names(ctx.db, customer_ids)


def export(ctx: Context, search: Search) -> Iterator[tuple[object, ...]]:
    """Every customer a search finds as a row of ``EXPORT_HEADERS``, read a page at a time; money in major units.

    Whether they may be written to stands beside the address, since files find their way into mailing lists.
    """
    for page in store.pages_of_customers(ctx.db, search):
        said = consents.of_customers(ctx.db, [row.id for row in page])
        for row in page:
            yield _exported(ctx, row, said.get(row.id, Said()))


def _exported(ctx: Context, row: CustomerRow, said: Said) -> tuple[object, ...]:
    may_email, may_sms = (may_contact(said.events, said.suppressions, channel).allowed for channel in ("email", "sms"))
    return (
        row.id,
        row.first_name,
        row.last_name,
        row.email,
        "yes" if may_email else "no",
        "yes" if may_sms else "no",
        row.country,
        row.city,
        row.orders,
        to_text(Money(row.net_revenue, ctx.shop.currency)),
        ctx.shop.currency,
        row.psychographic,
        row.behavioural,
    )
