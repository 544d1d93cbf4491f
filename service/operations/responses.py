"""Taking a shopper through a quiz: start, answer, read, identify. Each is one transaction and gives back a Turn."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from service.domain import dialogue, faults, flow, scoring, talk
from service.domain.answers import AnswerValue, parse
from service.domain.consent import Channel
from service.domain.errors import InvalidValue, NotFound
from service.domain.quiz import Item, Quiz
from service.domain.responses import Response, Status, check_revision, is_expired
from service.domain.turns import Turn
from service.operations import known, profiles, told
from service.operations.context import Context
from service.sources.phones import phone_or_none
from service.store import messages, responses, views
from service.store.views import View

ABANDONED_AFTER = 30 * 60 * 1_000_000
"""A response left open this long counts with the answers it has, in microseconds."""

LONGEST_VISIT = 128
_LONGEST_PHONE = 64


@dataclass(frozen=True)
class Address:
    """An address somebody typed: exactly one of them, in its normal form. It is a claim, not a proof."""

    email: str | None = None
    phone: str | None = None

    @property
    def channel(self) -> Channel:
        """The channel that reaches it."""
        return "email" if self.email else "sms"


@dataclass(frozen=True)
class Arrival:
    """How somebody came to a quiz.

    :param entry: where it was opened: ``inline``, ``bubble``, ``popup``, ``page``, ``email``, ``order`` …
    :param customer_id: who they are, by proof (a signed link, the shop's own word); never by a typed address
    :param order_id: the order the quiz is about
    """

    entry: str = ""
    customer_id: int | None = None
    order_id: int | None = None


def start(
    ctx: Context, quiz_id: str, lang: str | None = None, visit: str | None = None, arrival: Arrival = Arrival()
) -> Turn:
    """Begin a response to the live version of a quiz; the same visit gets the same response again.

    A quiz that was paused takes nobody new, but who has begun may finish.

    :param visit: a random text the storefront keeps; whoever knows it can go on with the response

    :raises NotFound: when no such quiz is live
    """
    definitions = ctx.fresh_definitions
    found = responses.by_visit(ctx.db, quiz_id, visit) if visit else None
    taken_up = found is not None
    if found is None:
        version = definitions.live.get(quiz_id)
        if version is None:
            raise NotFound("quiz", f"there is no live quiz '{quiz_id}'")
        quiz = definitions.quiz_version(quiz_id, version)
        found = _begin(ctx, quiz, quiz.lang(lang), visit, arrival)
    quiz = definitions.quiz_version(found.quiz_id, found.version)
    spoken = quiz.lang(lang, found.lang)
    if spoken != found.lang or is_expired(found, ctx.now):
        found = _resume(ctx, found, spoken)
    turn = dialogue.turn(quiz, found)
    return with_transcript(ctx, found, turn) if taken_up else turn


def answer(ctx: Context, public_id: str, item_id: str, raw: object, revision: int | None = None) -> Turn:
    """Take an answer. A repeated one changes nothing; one for an item already walked is a correction.

    1. The same value again: the present turn, whatever revision it names.
    2. The revision, if given, must be the present one.
    3. The item must be the next one or one on the walked path, and the value must fit it.
    4. What a correction takes off the path is superseded with it.
    5. On a complete response of a known customer the profile, memberships and deliveries follow at once.

    :raises NotFound, StaleRevision, ItemNotExpected, InvalidValue:
    """
    with ctx.db.write(f"response:{public_id}"):
        response = get_open(ctx, public_id)
        quiz = ctx.definitions.quiz_version(response.quiz_id, response.version)
        if _is_repeated(quiz, response, item_id, raw):
            return dialogue.turn(quiz, response)
        check_revision(response, revision)
        item = flow.accepts(quiz, response.answers, item_id, response.known, response.seed)
        value = read_value(item, raw, response.lang)
        changed = take(ctx, quiz, response, item, value)
    return dialogue.turn(quiz, changed)


def take(ctx: Context, quiz: Quiz, response: Response, item: Item, value: AnswerValue) -> Response:
    """Keep one answer that fits, with all that follows from it. Only inside the response's transaction."""
    changed = _with_answer(quiz, response, {**response.answers, item.id: value}, ctx.now)
    gone = [one for one in response.answers if one == item.id or one not in changed.answers]
    responses.supersede(ctx.db, response.id, gone, ctx.now)
    responses.add_answer(ctx.db, response.id, item.id, value, changed.revision, ctx.now)
    responses.save(ctx.db, changed)
    withdrawn = told.take_back(ctx, quiz, response, changed)
    changed = told.take(ctx, quiz, response, changed, item)
    if withdrawn or item.type in told.TELLING:
        event = "consent" if withdrawn or item.type == "consent" else "answer"
        told.refresh(ctx, event, response.customer_id, changed.customer_id)
    else:
        _follow(ctx, response, changed)
    return changed


def take_back(ctx: Context, quiz: Quiz, response: Response, item_ids: Collection[str]) -> Response:
    """Take answers back, with those that no longer belong to the path. Only inside the response's transaction."""
    left = {one: value for one, value in response.answers.items() if one not in item_ids}
    changed = _with_answer(quiz, response, left, ctx.now)
    gone = [one for one in response.answers if one not in changed.answers]
    responses.supersede(ctx.db, response.id, gone, ctx.now)
    responses.save(ctx.db, changed)
    if told.take_back(ctx, quiz, response, changed):
        told.refresh(ctx, "consent", changed.customer_id)
    else:
        _follow(ctx, response, changed)
    return changed


def read(ctx: Context, public_id: str, lang: str | None = None) -> Turn:
    """The turn a response is at, in its language or another one of the quiz.

    :raises NotFound: when there is no such response, or it was left too long ago
    """
    response = get_open(ctx, public_id)
    quiz = ctx.definitions.quiz_version(response.quiz_id, response.version)
    if lang:
        response = replace(response, lang=quiz.lang(lang, response.lang))
    return with_transcript(ctx, response, dialogue.turn(quiz, response))


def speak(ctx: Context, public_id: str, lang: str) -> Turn:
    """Go on in another language of the quiz.

    :raises NotFound: when there is no such response, or it was left too long ago
    """
    response = get_open(ctx, public_id)
    quiz = ctx.definitions.quiz_version(response.quiz_id, response.version)
    resumed = _resume(ctx, response, quiz.lang(lang, response.lang))
    return with_transcript(ctx, resumed, dialogue.turn(quiz, resumed))


def with_transcript(ctx: Context, response: Response, turn: Turn) -> Turn:
    """The turn with all that was said so far; one more statement, which a tapped answer does not need."""
    lines = messages.of_response(ctx.db, response.id)
    return replace(turn, transcript=talk.transcript(turn, response.times, response.started_at, lines))


def identify(ctx: Context, public_id: str, address: Address, consent: Mapping[Channel, bool]) -> Turn:
    """Join a response to whoever has this address, and keep the consent to be reached there.

    A typed address is a claim: the turn shows nothing that is known of its owner, and a consent that came with it
    never lifts a withdrawal. What is not agreed to is not kept as a withdrawal either.

    :param consent: per channel, whether its box was ticked; only the channel of this very address counts, or a phone
        number could be used to sign up somebody's email
    :raises NotFound: when there is no such response
    """
    with ctx.db.write(f"response:{public_id}"):
        response = get_open(ctx, public_id)
        quiz = ctx.definitions.quiz_version(response.quiz_id, response.version)
        joined = told.claim(ctx, quiz, response, email=address.email, phone=address.phone)
        if consent.get(address.channel) and quiz.contact:
            told.keep_consent(ctx, quiz, joined, address.channel, quiz.contact.consent.get(address.channel))
        told.keep_agreed(ctx, quiz, joined, address.channel)
        event = "consent" if joined.customer_id == response.customer_id else "answer"
        told.refresh(ctx, event, response.customer_id, joined.customer_id)
    return dialogue.turn(quiz, joined)


def _begin(ctx: Context, quiz: Quiz, lang: str, visit: str | None, arrival: Arrival) -> Response:
    public_id = f"r_{ctx.token()}"
    who = arrival.customer_id
    begun = Response(
        id=0,
        public_id=public_id,
        quiz_id=quiz.id,
        version=quiz.version,
        lang=lang,
        status="open",
        revision=0,
        seed=int.from_bytes(hashlib.sha256(public_id.encode()).digest()[:4]),
        started_at=ctx.now,
        updated_at=ctx.now,
        customer_id=who,
        link="verified" if who else None,
        known={
            **(known.snapshot(quiz, known.Person(ctx, who), streamed=_streamed(quiz, arrival)) if who else {}),
            **_asked_by(ctx, quiz),
        },
        entry=arrival.entry,
        order_id=arrival.order_id,
    )
    with ctx.db.write(f"visit:{quiz.id}:{visit}" if visit else None) as db:
        response_id = responses.insert(db, begun, visit)
        if response_id is None and visit:  # the same visit was faster on another connection
            found = responses.by_visit(db, quiz.id, visit)
            if found is not None:
                return found
        views.add(db, View(quiz.id, quiz.version, visit or public_id, lang, arrival.entry, ctx.now))
    return replace(begun, id=response_id or 0)


def _streamed(quiz: Quiz, arrival: Arrival) -> bool:
    """Whether this order has one question of the quiz."""
    return quiz.show is not None and quiz.show.per_order and arrival.order_id is not None


def _resume(ctx: Context, found: Response, lang: str) -> Response:
    """The same response in another language, or one that was left for long and is taken up by its own visit."""
    with ctx.db.write(f"response:{found.public_id}") as db:
        now = responses.get(db, found.public_id) or found
        resumed = replace(now, lang=lang, updated_at=ctx.now)
        responses.save(db, resumed)
    return resumed


def get_open(ctx: Context, public_id: str) -> Response:
    response = responses.get(ctx.db, public_id)
    if response is None or is_expired(response, ctx.now):
        raise NotFound("response", "there is no such response, or it was left too long ago; start a new one")
    return response


def _is_repeated(quiz: Quiz, response: Response, item_id: str, raw: object) -> bool:
    item = quiz.item(item_id)
    if item is None or item_id not in response.answers:
        return False
    try:
        return read_value(item, raw, response.lang) == response.answers[item_id]
    except InvalidValue:
        return False


def read_value(item: Item, raw: object, lang: str) -> AnswerValue:
    """The value to keep.

    :raises InvalidValue: which says it to the shopper too
    """
    try:
        return parse(item, _international(item, raw))
    except InvalidValue as error:
        error.said = faults.said(error, lang)
        raise


def _international(item: Item, raw: object) -> object:
    """A phone number in the form the domain reads; one that could not exist is left to be refused there."""
    if item.type != "phone" or not isinstance(raw, str) or not raw.strip() or len(raw) > _LONGEST_PHONE:
        return raw
    return phone_or_none(raw, item.country or None) or "?"


def _with_answer(quiz: Quiz, response: Response, given: Mapping[str, AnswerValue], now: int) -> Response:
    """The response with these answers, without those that do not belong to the path, and its status."""
    path = flow.walk(quiz, given, response.known, response.seed)
    off = path.leaves_out(given)
    kept = {one: answer for one, answer in given.items() if one not in off}
    if off:
        path = flow.walk(quiz, kept, response.known, response.seed)
    complete = path.complete
    status: Status = "complete" if complete else "open"
    decision = scoring.decide(quiz, path.values, response.known) if complete else None
    return replace(
        response,
        answers=kept,
        times={one: response.times.get(one, now) if response.answers.get(one) == kept[one] else now for one in kept},
        status=status,
        revision=response.revision + 1,
        outcome=decision.outcome.id if decision else None,
        updated_at=now,
        completed_at=(response.completed_at or now) if complete else None,
    )


def _follow(ctx: Context, before: Response, after: Response) -> None:
    """Bring the customer's profile up to date: at once when the response is or was complete, else once it is left."""
    if after.customer_id is None:
        return
    if "complete" in (before.status, after.status):
        ctx.db.lock(profiles.customer_key(after.customer_id))
        profiles.refresh(ctx, [after.customer_id], "answer")
    else:
        profiles.ask(ctx, [after.customer_id], ctx.now + ABANDONED_AFTER)


def _asked_by(ctx: Context, quiz: Quiz) -> dict[str, int]:
    """The adaptive model that chooses a new response's questions, pinned to it so that it can be resumed."""
    version = ctx.definitions.adaptive.get(quiz.id)
    return {} if version is None or quiz.adaptive is None else {flow.ADAPTIVE: version}
