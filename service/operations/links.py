"""Conversations of people whom the shop vouches for by a signed token, and links for email tools."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from service.domain import links
from service.domain.consent import may_contact
from service.domain.errors import NotFound
from service.domain.identities import Kind, parse_public_id, public_id
from service.domain.links import Subject
from service.domain.responses import Response
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

    :param visit: that of a link needs the link's own live token, or whoever kept the address of an old link could go on
        reading the conversation; without it a fresh visit begins
    :raises NotFound: when no such quiz is live
    """
    subject = links.read(token, ctx.now, key) if token else None
    visit = believed(ctx, visit, token, key) if visit else None
    if subject is None:
        return responses.start(ctx, quiz_id, lang, visit, Arrival(entry=entry))
    arrival = replace(_arrival(ctx, subject), entry=entry or ("order" if subject.kind == "order" else ""))
    turn = responses.start(ctx, quiz_id, lang, visit, arrival)
    if arrival.customer_id is not None:
        _join(ctx, turn.response_id, arrival.customer_id)
    return turn


def believed(ctx: Context, visit: str, token: str | None, key: str) -> str:
    """The visit to begin with: the same, or a fresh one for that of a link whose token is not here or not alive."""
    if not links.is_visit(visit):
        return visit
    return visit if links.visit(alive(ctx, token or "", key)) == visit else ctx.token()


def alive(ctx: Context, token: str, key: str) -> str:
    """The token if it is ours and has not expired, else an empty text."""
    return token if token and links.read(token, ctx.now, key) is not None else ""


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
    owner = _owner(ctx, subject)
    if owner is not None:
        return Arrival(customer_id=owner)
    with ctx.db.write("links") as db:
        shop_id = subject.value if subject.kind == "shop" else None
        email = subject.value if subject.kind == "email" else None
        return Arrival(customer_id=customers.resolve(db, subject.source, shop_id, email, None, ctx.now))


def _owner(ctx: Context, subject: Subject) -> int | None:
    """Who has this id or address by proof: nothing is to be written then, and nobody waits."""
    kind: Kind = "shop" if subject.kind == "shop" else "email"
    for one in identities.holders(ctx.db, kind, subject.value):
        if one.identity.source == subject.source and one.identity.proof == "verified":
            return one.customer_id
    return None


def _join(ctx: Context, response_id: str, customer_id: int) -> None:
    """Make a response theirs, unless it is somebody's by proof already."""
    seen = stored.get(ctx.db, response_id)
    while seen is not None and seen.link != "verified":
        owner = customers.get(ctx.db, customer_id)
        if owner is None or owner.erased_at is not None or _joined(ctx, seen, owner.id):
            return
        seen = stored.get(ctx.db, response_id)


def _joined(ctx: Context, seen: Response, customer_id: int) -> bool:
    """Join a response to a customer; false when either was merged, erased or moved before it was their turn."""
    with ctx.db.write(f"response:{seen.public_id}") as db:
        touched = sorted({one for one in (seen.customer_id, customer_id) if one is not None})
        customers.lock(db, touched)
        now, owner = stored.get(db, seen.public_id), customers.get(db, customer_id)
        if now is None or (now.customer_id, now.link) != (seen.customer_id, seen.link):
            return False
        if owner is None or owner.id != customer_id or owner.erased_at is not None:
            return False
        stored.join(db, now.id, customer_id, "verified", ctx.now)
        profiles.refresh(ctx, touched, "answer")
    return True
