"""The hosted quiz without JavaScript: what a form says, and what the page shows after it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from service.domain.answer_values import in_words
from service.domain.answers import parse
from service.domain.errors import InvalidInput, InvalidValue, ItemNotExpected, NotFound, StaleRevision
from service.domain.identities import parse_email
from service.domain.links import is_visit
from service.domain.quiz import Quiz
from service.domain.turns import Asked, Turn
from service.operations import links
from service.operations import responses as operations
from service.operations.context import Context
from service.operations.responses import Address
from service.sources.phones import parse_phone
from service.web.edge import limiter
from service.web.signing import link_key

_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
_LONGEST_PHONE = 32
_RANK = "rank."


@dataclass(frozen=True)
class Given:
    """An answer that a link brought along: shown, and recorded when a person sends it.

    :param words: the answer as people read it
    """

    item_id: str
    value: str
    question: str
    words: str


@dataclass(frozen=True)
class Step:
    """What a page without JavaScript shows.

    :param asked: the question on the page: the next one, or an earlier one that is being changed
    :param fault: what was wrong with the last answer: the key of words, or a sentence
    :param note: key of the words that say what happened to the conversation
    """

    turn: Turn
    visit: str
    asked: Asked | None = None
    value: object = None
    changing: bool = False
    fault: str = ""
    note: str = ""


def take(ctx: Context, quiz_id: str, form: MultiDict[str, str]) -> Step:
    """Do what a form asks: begin, change the language, open an earlier answer, leave an address, or answer.

    :param form: the fields sent; of a repeated one ``request.form`` gives the first, its ``getlist`` all
    """
    visit = form.get("visit") if _ID.fullmatch(form.get("visit", "")) else None
    visit = visit or ctx.token()
    response_id = form.get("response_id", "")
    if not response_id or (form.get("lang") and not is_visit(visit)):
        return _begin(ctx, quiz_id, visit, form)
    limiter().response(response_id)
    try:
        if not _ID.fullmatch(response_id):
            raise NotFound("response", "this is not the id of a response")
        if form.get("lang"):  # a conversation begun by a link, whose token only the first page had
            return _now(operations.speak(ctx, response_id, form["lang"]), visit)
        if "change" in form:
            return _open(operations.read(ctx, response_id), visit, form["change"])
        if "email" in form or "phone" in form:
            return _identify(ctx, response_id, visit, form)
        if "item_id" in form:
            return _answer(ctx, response_id, visit, form)
        return _now(operations.read(ctx, response_id), visit)
    except NotFound:
        fresh = ctx.token()
        return _now(operations.start(ctx, quiz_id, None, fresh), fresh, note="expired")


def given(quiz: Quiz, text: str, lang: str) -> Given | None:
    """The answer of a link, ``item:value``, if the quiz asks that and it fits."""
    item_id, _, value = text.partition(":")
    item = quiz.item(item_id)
    if item is None or not value:
        return None
    try:
        words = in_words(item, parse(item, value), lang)
    except InvalidValue:
        return None
    return Given(item_id, value, item.text.get(lang), words)


def _begin(ctx: Context, quiz_id: str, visit: str, form: MultiDict[str, str]) -> Step:
    """The beginning, or the same in another language; with the answer that came with the link, if it is still open."""
    entry = "email" if form.get("given_item") else "page"
    visit = links.believed(ctx, visit, form.get("token"), link_key())
    turn = links.start(ctx, quiz_id, form.get("lang"), visit, entry, form.get("token"), link_key())
    if turn.item is not None and turn.item.id == form.get("given_item"):
        try:
            turn = operations.answer(ctx, turn.response_id, turn.item.id, form.get("given_value"), turn.revision)
        except (InvalidValue, StaleRevision, ItemNotExpected):
            return _now(operations.read(ctx, turn.response_id), visit)
    return _now(turn, visit)


def _now(turn: Turn, visit: str, *, note: str = "") -> Step:
    return Step(turn, visit, asked=turn.item, note=note)


def _open(turn: Turn, visit: str, item_id: str, *, fault: str = "") -> Step:
    """The turn with a certain question on the page: an earlier one, else the next one."""
    for said in turn.history:
        if said.item_id == item_id:
            return Step(turn, visit, asked=said.item, value=said.value, changing=True, fault=fault)
    return Step(turn, visit, asked=turn.item, fault=fault)


def _answer(ctx: Context, response_id: str, visit: str, form: MultiDict[str, str]) -> Step:
    raw = _raw(form)
    revision = form.get("revision", "")
    try:
        turn = operations.answer(
            ctx, response_id, form["item_id"], raw, int(revision) if revision.isdecimal() else None
        )
    except InvalidValue as error:
        fault = (error.said if raw else "") or ("refused" if raw else "needed")
        return _open(operations.read(ctx, response_id), visit, form["item_id"], fault=fault)
    except (StaleRevision, ItemNotExpected):
        return _now(operations.read(ctx, response_id), visit, note="elsewhere")
    return _now(turn, visit)


def _raw(form: MultiDict[str, str]) -> object:
    """The value as the API takes it: a text, a list where several may be chosen, places as an order."""
    ranks = [(_place(text), name.removeprefix(_RANK)) for name, text in form.items() if name.startswith(_RANK)]
    if ranks:
        return [option for place, option in sorted(ranks) if place]
    own = form.get("own", "").strip()
    values: list[object] = [one.strip() for one in form.getlist("value")]
    if own and form.get("other_id") in values:
        values[values.index(form["other_id"])] = {"other": own}
    if "several" in form:
        return values
    return values[0] if values else None


def _place(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else 0


def _identify(ctx: Context, response_id: str, visit: str, form: MultiDict[str, str]) -> Step:
    channel = "email" if form.get("email") else "phone"
    try:
        if channel == "email":
            address = Address(email=parse_email(form["email"]))
        else:
            address = Address(phone=parse_phone(form.get("phone", "")[:_LONGEST_PHONE]))
    except InvalidInput:
        return _open(operations.read(ctx, response_id), visit, "", fault=f"bad_{channel}")
    consent = {address.channel: form.get("consent") == "yes"}
    return _now(operations.identify(ctx, response_id, address, consent), visit)
