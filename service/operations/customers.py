"""Customers: finding one by whatever is known of them, and everything Firasa knows, with the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from service.domain import identities
from service.domain.errors import InvalidInput, NotFound, Refused
from service.domain.facts import Facts
from service.domain.identities import public_id
from service.domain.purchases import NOTHING, Purchases
from service.domain.resolution import Known
from service.domain.talk import Line
from service.operations import listings, profiles, segments
from service.operations.context import Context
from service.operations.listings import CustomerFile
from service.operations.segments import Explanation
from service.sources.phones import phone_or_none
from service.store import customers, messages, orders
from service.store import identities as identity_store
from service.store import purchases as purchase_store
from service.store.orders import StoredLine, StoredOrder

RECENT_ORDERS = 10


@dataclass(frozen=True)
class Dossier:
    """Everything known of one customer.

    :param facts: as conditions see them, today
    :param typed: what they typed in each response, and what was said to it
    :param explanations: why they are in each live segment, or are not
    """

    file: CustomerFile
    purchases: Purchases
    facts: Facts
    explanations: list[Explanation]
    recent_orders: list[tuple[StoredOrder, list[StoredLine]]]
    typed: Mapping[int, list[Line]] = field(default_factory=dict)


def find(ctx: Context, who: str) -> int:
    """The customer somebody means.

    :param who: ``c_42``, an email, a phone in international form, a shop's id, or ``source:id``
    :raises NotFound: when there is nobody
    :raises Refused: when a shop's id belongs to customers of several shops
    """
    number = identities.parse_public_id(who)
    if number is not None:
        found = customers.get(ctx.db, number)
        if found is not None:
            return found.id
    holders = _holders(ctx, who.strip())
    owners = {one.customer_id for one in holders}
    if len(owners) > 1:
        several = ", ".join(f"{one.identity.source}:{one.identity.value}" for one in holders)
        raise Refused(f"{who} is the id of customers of {len(owners)} shops; say which: {several}")
    if not owners:
        raise NotFound(
            "customer", f"nobody is known by {who!r}; give a shop's id, an email, a phone like +966501234567, or c_42"
        )
    return owners.pop()


def dossier(ctx: Context, customer_id: int) -> Dossier:
    """Everything known of a customer; of a merged one, of the survivor.

    :raises NotFound: when there is no such customer, or they were erased
    """
    file = listings.customer(ctx, customer_id)
    if file is None:
        raise NotFound("customer", f"there is no customer {public_id(customer_id)}")
    kept = file.customer.id
    facts = profiles.facts_of(ctx, kept)
    placed = orders.of_customer(ctx.db, kept, limit=RECENT_ORDERS)
    lines = orders.lines_of(ctx.db, [one.id for one in placed])
    return Dossier(
        file=file,
        purchases=purchase_store.get(ctx.db, [kept]).get(kept, NOTHING),
        facts=facts,
        explanations=segments.explain(ctx, profiles.subject_of(ctx, kept) or facts),
        recent_orders=[(one, lines.get(one.id, [])) for one in placed],
        typed=messages.of_responses(ctx.db, [one.id for one in file.responses]),
    )


def _holders(ctx: Context, who: str) -> list[Known]:
    """Who has it as an email, else as a phone, else as a shop's id, else as `source:id`."""
    if "@" in who:
        try:
            found = identity_store.holders(ctx.db, "email", identities.parse_email(who))
        except InvalidInput:
            found = []
        if found:
            return found
    phone = phone_or_none(who) if who.startswith(("+", "00")) else None
    if phone and (found := identity_store.holders(ctx.db, "phone", phone)):
        return found
    try:
        found = identity_store.holders(ctx.db, "shop", identities.parse_shop_id(who))
    except InvalidInput:
        return []
    source, colon, value = who.partition(":")
    if not found and colon and value:
        found = [
            one
            for one in identity_store.holders(ctx.db, "shop", identities.parse_shop_id(value))
            if one.identity.source == source
        ]
    return found
