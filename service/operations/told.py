"""What a shopper tells about themselves on the way: an address, and consent. Call these inside ``db.write()``.

A typed address is a claim: it joins the response to whoever has it and shows nothing that is known of them. Consent is
kept only where somebody agreed, with the sentence they were shown, and only for an address of its own channel.
"""

from __future__ import annotations

from dataclasses import replace

from service.domain import flow
from service.domain.consent import Channel
from service.domain.dialogue import wording_version
from service.domain.quiz import ADDRESSES, Item, Quiz
from service.domain.responses import Response
from service.domain.text import Text
from service.operations import profiles
from service.operations.context import Context
from service.store import consents, customers, responses
from service.store.consents import NewConsent

_CHANNELS: dict[str, Channel] = {"email": "email", "phone": "sms"}


TELLING = ADDRESSES | {"consent"}
"""Types of items whose answers are about the person: their profile follows at once."""


def take(ctx: Context, quiz: Quiz, before: Response, after: Response, item: Item) -> Response:
    """Follow an answer that is an address or consent; every other one changes nothing. The response as it is then.

    Call :func:`take_back` first, for what the answer took away.
    """
    value = after.answers.get(item.id)
    if item.type in ADDRESSES and isinstance(value, str):
        is_email = item.type == "email"
        joined = claim(ctx, quiz, after, email=value if is_email else None, phone=None if is_email else value)
        keep_agreed(ctx, quiz, joined, _CHANNELS[item.type])
        return joined
    if item.type == "consent" and before.answers.get(item.id) != value:
        _consent(ctx, quiz, after, item)
    return after


def take_back(ctx: Context, quiz: Quiz, before: Response, after: Response) -> bool:
    """Withdraw what was agreed to in answers that are gone: taken back, corrected, or no longer on the path.

    :return: whether anything was withdrawn
    """
    gone = [
        item
        for item in quiz.items
        if item.type == "consent"
        and before.answers.get(item.id) == "granted"
        and after.answers.get(item.id) != "granted"
    ]
    if not gone or after.customer_id is None:
        return False
    standing = consents.standing_in(ctx.db, after.id, after.customer_id)
    wordings = {_channel(item): item.wording for item in gone if _channel(item) in standing}
    consents.record(ctx.db, [_event(ctx, quiz, after, one, "withdrawn", told) for one, told in wordings.items()])
    return bool(wordings)


def claim(
    ctx: Context, quiz: Quiz, response: Response, *, email: str | None = None, phone: str | None = None
) -> Response:
    """Join a response to whoever has the address, exactly one of both. Who is known by proof stays who they are.

    What the customer it leaves agreed to in this response was said of a mistyped address, and is withdrawn; what they
    agreed to elsewhere too stays, or a stranger could sign them off.
    """
    if response.link == "verified":
        return response
    ctx.db.lock(f"address:{email or phone}")
    customer_id = customers.claim(ctx.db, email=email, phone=phone, language=response.lang, now=ctx.now)
    if customer_id != response.customer_id:
        _leave(ctx, quiz, response)
        responses.join(ctx.db, response.id, customer_id, "claimed", ctx.now)
    return replace(response, customer_id=customer_id, link="claimed", updated_at=ctx.now)


def keep_agreed(ctx: Context, quiz: Quiz, response: Response, channel: Channel) -> None:
    """Keep what was agreed to on the way for a channel whose address has just been given."""
    for item in flow.of(quiz, response).answered:
        if item.type == "consent" and item.channel == channel and response.answers[item.id] == "granted":
            keep_consent(ctx, quiz, response, channel, item.wording)


def keep_consent(ctx: Context, quiz: Quiz, response: Response, channel: Channel, wording: Text | None) -> None:
    """Keep what was agreed to, once per response, with the sentence that was shown. Without one nobody agreed."""
    if not wording or response.customer_id is None:
        return
    if channel not in consents.standing_in(ctx.db, response.id, response.customer_id):
        consents.record(ctx.db, [_event(ctx, quiz, response, channel, "granted", wording)])


def refresh(ctx: Context, event: str, *customer_ids: int | None) -> None:
    """Bring the profiles of these customers up to date at once.

    :param event: what brings it about: ``answer`` or ``consent``
    """
    touched = sorted({one for one in customer_ids if one is not None})
    for one in touched:
        ctx.db.lock(profiles.customer_key(one))
    profiles.refresh(ctx, touched, event)


def _consent(ctx: Context, quiz: Quiz, after: Response, item: Item) -> None:
    channel = _channel(item)
    if after.customer_id is None:
        return
    if after.answers[item.id] == "granted":
        if _reaches(quiz, after, channel):
            keep_consent(ctx, quiz, after, channel, item.wording)
    elif channel in consents.standing_in(ctx.db, after.id, after.customer_id):
        # Taken back by whoever gave it, in the same conversation, at this question or at another one.
        consents.record(ctx.db, [_event(ctx, quiz, after, channel, "withdrawn", item.wording)])


def _leave(ctx: Context, quiz: Quiz, response: Response) -> None:
    """Withdraw what the customer of a response agreed to in it and nowhere else."""
    if response.customer_id is None:
        return
    standing = consents.standing_in(ctx.db, response.id, response.customer_id)
    only_here = [channel for channel, alone in standing.items() if alone]
    consents.record(ctx.db, [_event(ctx, quiz, response, one, "withdrawn", None) for one in only_here])


def _channel(item: Item) -> Channel:
    return "email" if item.channel == "email" else "sms"


def _reaches(quiz: Quiz, response: Response, channel: Channel) -> bool:
    """Whether the address that this response came with is one of the channel: or a phone number could be used to sign
    up somebody's email."""
    if response.link == "verified":
        return True
    path = flow.of(quiz, response).answered
    return any(_CHANNELS.get(item.type) == channel and response.answers[item.id] is not None for item in path)


def _event(
    ctx: Context, quiz: Quiz, response: Response, channel: Channel, state: str, wording: Text | None
) -> NewConsent:
    """Never more than a claim, even behind a signed link, which may have been forwarded: it lifts no withdrawal."""
    assert response.customer_id is not None
    return NewConsent(
        customer_id=response.customer_id,
        channel=channel,
        state="granted" if state == "granted" else "withdrawn",
        proof="claimed",
        source=f"quiz:{quiz.id}",
        recorded_at=ctx.now,
        text_version=wording_version(quiz),
        wording=wording.get(response.lang) if wording else None,
        lang=response.lang,
        response_id=response.id,
    )
