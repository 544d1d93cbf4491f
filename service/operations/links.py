"""Conversations of people whom the shop vouches for by a signed token, and links for email tools."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from service.domain import links
from service.domain.consent import may_contact
from service.domain.errors import NotFound
from service.domain.identities import parse_public_id, public_id
from service.domain.links import Subject
from service.domain.turns import Turn
from service.operations import profiles, responses
from service.operations.context import Context
from service.operations.responses import Arrival
from service.store import consents, customers, identities, orders, segments
from service.store import profiles as stored_profiles
from service.store import responses as stored

_PAGE = 500
_DAY_SECONDS = 24 * 3600
_SECOND = 1_000_000


@dataclass(frozen=True)
class Address:
    """Where links lead.

    :param base: the address of Firasa, without a slash at the end
    :param answer: the answer that the link brings along, ``item:value``; empty for none
    :param lang: language of the page; empty for that of the reader
    """

    base: str
    quiz_id: str
    answer: str = ""
    lang: str = ""

    def with_token(self, token: str) -> str:
        """The whole address for a token."""
        query = {
            "t": token,
            **({"a": self.answer} if self.answer else {}),
            **({"lang": self.lang} if self.lang else {}),
        }
        return f"{self.base}/q/{quote(self.quiz_id)}?{urlencode(query, safe=':@')}"


def start(
    ctx: Context, quiz_id: str, lang: str | None, visit: str | None, entry: str, token: str | None, key: str
) -> Turn:
    """Begin or go on, as the person or about the order that a token names.

    A token that is not ours, or has expired, changes nothing: the quiz works without it. A response that was begun
    before it was known whose it is becomes theirs; one that is somebody's by proof stays theirs.

    :raises NotFound: when no such quiz is live
    """
    subject = links.read(token, ctx.now, key) if token else None
    if subject is None:
        return responses.start(ctx, quiz_id, lang, visit, Arrival(entry=entry))
    arrival = replace(_arrival(ctx, subject), entry=entry or ("order" if subject.kind == "order" else ""))
    turn = responses.start(ctx, quiz_id, lang, visit, arrival)
    if arrival.customer_id is not None:
        _join(ctx, turn.response_id, arrival.customer_id)
    return turn


def arrival(ctx: Context, token: str | None, key: str) -> Arrival:
    """Who comes by a token, or about which order; nobody for one that is not ours, or has expired."""
    subject = links.read(token, ctx.now, key) if token else None
    return Arrival() if subject is None else _arrival(ctx, subject)


def make(ctx: Context, subject: Subject, days: int, key: str) -> str:
    """A token for somebody, believed for so many days."""
    return links.sign(subject, ctx.now // _SECOND + days * _DAY_SECONDS, key)


def export(
    ctx: Context, to: Address, days: int, key: str, segment_id: str | None = None
) -> Iterator[tuple[str, str, str]]:
    """A link for every customer who may be written to by email: (customer, email, link), by customer.

    :param segment_id: only its present members
    :raises NotFound: when there is no such segment, or no such live quiz
    """
    if to.quiz_id not in ctx.definitions.live:
        raise NotFound("quiz", f"there is no live quiz '{to.quiz_id}'; `firasa quizzes list` shows them")
    if segment_id is not None and segments.get(ctx.db, segment_id) is None:
        raise NotFound("segment", f"there is no segment '{segment_id}'; `firasa segments list` shows them")
    return _rows(ctx, to, days, key, segment_id)


def _rows(ctx: Context, to: Address, days: int, key: str, segment_id: str | None) -> Iterator[tuple[str, str, str]]:
    after = 0
    while page := _page(ctx, after, segment_id):
        said = consents.of_customers(ctx.db, page)
        known = identities.of_customers(ctx.db, page)
        for one in page:
            told = said.get(one)
            emails = [identity.value for identity in known.get(one, []) if identity.kind == "email"]
            if emails and told and may_contact(told.events, told.suppressions, "email").allowed:
                token = make(ctx, Subject("customer", public_id(one)), days, key)
                yield public_id(one), emails[-1], to.with_token(token)
        after = page[-1]


def _page(ctx: Context, after: int, segment_id: str | None) -> list[int]:
    if segment_id is None:
        return stored_profiles.page(ctx.db, after, _PAGE)
    return segments.members(ctx.db, segment_id, after_id=after, limit=_PAGE)


def _arrival(ctx: Context, subject: Subject) -> Arrival:
    """Who comes. A customer of the shop whom we do not know yet is made: the shop says that they are one."""
    if subject.kind == "customer":
        found = customers.get(ctx.db, parse_public_id(subject.value) or 0)
        return Arrival(customer_id=found.id if found and found.erased_at is None else None)
    if subject.kind == "order":
        order = orders.known(ctx.db, subject.source, [subject.value]).get(subject.value)
        return Arrival(customer_id=order.customer_id, order_id=order.id) if order else Arrival()
    with ctx.db.write("links") as db:
        shop_id = subject.value if subject.kind == "shop" else None
        email = subject.value if subject.kind == "email" else None
        return Arrival(customer_id=customers.resolve(db, subject.source, shop_id, email, None, ctx.now))


def _join(ctx: Context, response_id: str, customer_id: int) -> None:
    with ctx.db.write(f"response:{response_id}") as db:
        response = stored.get(db, response_id)
        if response is None or response.link == "verified":
            return
        stored.join(db, response.id, customer_id, "verified", ctx.now)
        touched = sorted({one for one in (response.customer_id, customer_id) if one is not None})
        for one in touched:
            db.lock(profiles.customer_key(one))
        profiles.refresh(ctx, touched, "answer")
