"""Typed messages and wishes: what people write instead of tapping, and the buttons that say the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from service.domain import dialogue, flow, phrases, talk
from service.domain.answers import AnswerValue, from_stored
from service.domain.errors import InvalidValue
from service.domain.flow import Path
from service.domain.quiz import Item, Quiz
from service.domain.responses import Response, check_revision
from service.domain.talk import Heard, Line, Person
from service.domain.text import is_storable
from service.domain.turns import Turn
from service.domain.understanding import Asked, Understood, understand
from service.domain.wishes import language_asked
from service.operations import matchers, responses, settings
from service.operations.context import Context
from service.store import messages
from service.store import responses as store

LONGEST_MESSAGE = 2_000
"""Characters of one message."""

MOST_MESSAGES = 200
"""Messages and wishes that are kept of one conversation; from then on it goes by taps."""


@dataclass(frozen=True)
class _Talk:
    """One message or wish at work."""

    ctx: Context
    quiz: Quiz
    response: Response
    path: Path
    text: str

    @property
    def lang(self) -> str:
        return self.response.lang


@dataclass(frozen=True)
class _Done:
    """What came of it."""

    response: Response
    heard: Heard
    person: Person | None = None


def say(ctx: Context, public_id: str, text: str, revision: int | None = None) -> Turn:
    """Take a typed message: one or several answers, a correction, a wish, or nothing that is clear.

    The turn's ``heard`` says what was made of it. What was typed is kept with the response and is never logged.

    :raises NotFound, StaleRevision:
    :raises InvalidValue: for a text that is too long or cannot be kept
    """
    typed = _storable(text)
    read = _read(ctx, public_id, typed, revision)
    if _is_full(read):
        return _turn(ctx, read.quiz, _Done(read.response, Heard("unclear", phrases.say(read.lang, "enough"))))
    # Understanding takes time in which nobody else should wait, so it is done before the turn to write.
    meaning = _understood(read)

    def work(now: _Talk) -> _Done:
        same = now.response.revision == read.response.revision
        return _answer(now, meaning if same else _understood(now))

    return _take(ctx, public_id, typed, revision, work)


def command(ctx: Context, public_id: str, wish: str, revision: int | None = None, lang: str | None = None) -> Turn:
    """Do what a button asks: ``back``, ``skip``, ``restart``, ``why``, ``language``, ``stop`` or ``person``.

    :param lang: the language to speak, for ``language``
    :raises NotFound, StaleRevision:
    :raises InvalidValue: for a wish there is not
    """
    if wish not in talk.COMMANDS:
        raise InvalidValue(f"there is no command '{wish}'; there are {', '.join(talk.COMMANDS)}", "command")

    def work(now: _Talk) -> _Done:
        return _spoken(now, lang) if wish == "language" else _WISHES[wish](now)

    return _take(ctx, public_id, "", revision, work)


def _take(ctx: Context, public_id: str, text: str, revision: int | None, work: Callable[[_Talk], _Done]) -> Turn:
    with ctx.db.write(f"response:{public_id}"):
        now = _read(ctx, public_id, text, revision)
        done = work(now)
        _keep(now, done)
    return _turn(ctx, now.quiz, done)


def _read(ctx: Context, public_id: str, text: str, revision: int | None) -> _Talk:
    """The conversation as it is. :raises NotFound, StaleRevision:"""
    response = responses.get_open(ctx, public_id)
    check_revision(response, revision)
    quiz = ctx.definitions.quiz_version(response.quiz_id, response.version)
    return _Talk(ctx, quiz, response, flow.of(quiz, response), text)


def _turn(ctx: Context, quiz: Quiz, done: _Done) -> Turn:
    turn = replace(dialogue.turn(quiz, done.response), heard=done.heard, contact_person=done.person)
    return responses.with_transcript(ctx, done.response, turn)


def _keep(now: _Talk, done: _Done) -> None:
    """The message and what was said to it, for the transcript. A text that is itself the answer is not kept twice."""
    if _is_full(now):
        return
    at, text = now.ctx.now, now.text
    item_id = now.path.next.id if now.path.next else None
    lines = [Line("shopper", "typed", item_id, text, at)] if text and not _is_answer(text, done.heard) else []
    lines.append(Line("shop", "notice", item_id, done.heard.text, at))
    messages.add(now.ctx.db, now.response.id, lines)


def _is_full(now: _Talk) -> bool:
    return messages.notices(now.ctx.db, now.response.id) >= MOST_MESSAGES


def _is_answer(text: str, heard: Heard) -> bool:
    return len(heard.items) == 1 and heard.items[0].answer == text.strip()


def _storable(text: str) -> str:
    if len(text) > LONGEST_MESSAGE:
        raise InvalidValue(f"a message has at most {LONGEST_MESSAGE} characters", "text")
    if not is_storable(text):
        raise InvalidValue("the message contains characters that cannot be kept", "text")
    return text.strip()


# what is meant -------------------------------------------------------------------------------------------------------


def _understood(now: _Talk) -> Understood:
    asked = Asked(now.quiz, _shown_open(now), _later(now), _answered(now), **_confirmed(now))
    return understand(asked, now.text, matchers.learned(now.ctx, now.quiz, now.text))


def _confirmed(now: _Talk) -> dict[str, tuple[str, ...]]:
    """The answers that the last thing the shop said asks to confirm, or was told are not right; of no later answer."""
    said = [line for line in messages.of_response(now.ctx.db, now.response.id) if line.kind == "notice"]
    wanted = phrases.asked(said[-1].text) if said else None
    about = said[-2:] if wanted == "doubting" else said[-1:]
    times = now.response.times
    if wanted is None or phrases.asked(about[0].text) != "confirming" or max(times.values(), default=0) > about[0].at:
        return {}
    return {wanted: tuple(item.id for item in now.path.answered if times.get(item.id) == about[0].at)}


def _shown_open(now: _Talk) -> Item | None:
    """The open question with its options in the order they are shown, so that "the second" is what people see."""
    item = now.path.next
    if item is None or not item.shuffle:
        return item
    return replace(item, options=flow.options(item, now.response.seed))


def _later(now: _Talk) -> tuple[Item, ...]:
    """Questions that have no answer, the open one aside; whether they belong to the path shows with the answers."""
    done = {*now.response.answers, now.path.next.id if now.path.next else ""}
    return tuple(item for item in now.quiz.items if item.type != "statement" and item.id not in done)


def _answered(now: _Talk) -> dict[str, AnswerValue]:
    return {item.id: now.response.answers[item.id] for item in now.path.answered}


def _answer(now: _Talk, meaning: Understood) -> _Done:
    if meaning.kind == "talk" and meaning.wish is not None:
        return _WISHES[meaning.wish](now)
    if meaning.values:
        return _fill(now, meaning)
    if meaning.kind == "choose":
        return _Done(now.response, talk.choose(now.quiz, meaning, now.response))
    if meaning.kind in ("confirmed", "doubted"):
        return _Done(now.response, Heard("talk", phrases.say(now.lang, meaning.kind)))
    if meaning.kind == "ranked" and now.path.next is not None:
        return _Done(now.response, talk.rank_rest(now.path.next, meaning, now.lang))
    own = talk.own_words(now.path.next, now.text, now.lang) if now.path.next else None
    if own is not None:
        return _Done(now.response, own)
    return _Done(now.response, talk.unclear(now.text, now.lang, done=now.path.complete))


def _fill(now: _Talk, meaning: Understood) -> _Done:
    """Keep each answer that fits and belongs to the path, the open question's first."""
    response = now.response
    taken: list[tuple[Item, AnswerValue]] = []
    for item_id, raw in meaning.values:
        item = now.quiz.item(item_id)
        if item is None or not _belongs(now.quiz, response, item_id, raw):
            continue
        try:
            value = responses.read_value(item, raw, response.lang)
        except InvalidValue as error:
            if taken:
                continue
            return _Done(response, Heard("unclear", error.said))
        if response.answers.get(item_id, ...) != value:
            response = responses.take(now.ctx, now.quiz, response, item, value)
        taken.append((item, value))
    if not taken:
        return _Done(now.response, talk.unclear(now.text, now.lang, done=now.path.complete))
    path = flow.of(now.quiz, response)
    heard = talk.understood(
        taken,
        now.lang,
        corrected=meaning.corrected,
        remaining=path.remaining,
        numerals=now.ctx.shop.numerals,
    )
    return _Done(response, heard)


def _belongs(quiz: Quiz, response: Response, item_id: str, raw: object) -> bool:
    """Whether an answer would lie on the path, or ahead on it as far as can be seen."""
    given = {**response.answers, item_id: from_stored(raw)}
    return item_id not in flow.walk(quiz, given, response.known, response.seed).leaves_out(given)


# wishes --------------------------------------------------------------------------------------------------------------


def _back(now: _Talk) -> _Done:
    if not now.path.answered:
        return _talked(now, "back", "back_first")
    last = now.path.answered[-1]
    return _talked(replace(now, response=responses.take_back(now.ctx, now.quiz, now.response, [last.id])), "back")


def _skip(now: _Talk) -> _Done:
    item = now.path.next
    if item is None:
        return _talked(now, "skip", "done")
    if item.required:
        return _talked(now, "skip", _needed(now.quiz, item))
    return _talked(replace(now, response=responses.take(now.ctx, now.quiz, now.response, item, None)), "skip")


def _needed(quiz: Quiz, item: Item) -> str:
    if item.type == "consent":
        return "skip_needed_consent"
    return "skip_needed" if quiz.outcomes else "skip_needed_survey"


def _restart(now: _Talk) -> _Done:
    if not now.response.answers:
        return _talked(now, "restart")
    gone = tuple(now.response.answers)
    return _talked(replace(now, response=responses.take_back(now.ctx, now.quiz, now.response, gone)), "restart")


def _why(now: _Talk) -> _Done:
    turn = dialogue.turn(now.quiz, now.response)
    told = turn.item.help if turn.item else ""
    return _Done(now.response, Heard("talk", told or phrases.say(now.lang, "why"), intent="why"))


def _language(now: _Talk) -> _Done:
    return _spoken(now, language_asked(now.text))


def _spoken(now: _Talk, lang: str | None) -> _Done:
    """Go on in another language: the one named, or the other one where there are two."""
    others = [one for one in now.quiz.languages if one != now.lang]
    wanted = lang or (others[0] if len(others) == 1 else None)
    if wanted not in now.quiz.languages:
        names = ", ".join(phrases.LANGUAGE_NAMES.get(one, one) for one in now.quiz.languages)
        text = phrases.say(now.lang, "language_missing", languages=names)
        return _Done(now.response, Heard("talk", text, intent="language"))
    changed = replace(now.response, lang=wanted, updated_at=now.ctx.now)
    store.save(now.ctx.db, changed)
    return _talked(replace(now, response=changed), "language")


def _stop(now: _Talk) -> _Done:
    return _talked(now, "stop")


def _person(now: _Talk) -> _Done:
    ways = settings.contact(now.ctx)
    if not any(ways.values()):
        return _talked(now, "person", "person_none")
    text = phrases.say(now.lang, "person")
    return _Done(now.response, Heard("talk", text, intent="person"), Person(text, **ways))


def _hello(now: _Talk) -> _Done:
    return _talked(now, "hello")


def _thanks(now: _Talk) -> _Done:
    return _talked(now, "thanks")


def _talked(now: _Talk, wish: str, name: str = "") -> _Done:
    return _Done(now.response, Heard("talk", phrases.say(now.lang, name or wish), intent=wish))


_WISHES: dict[str, Callable[[_Talk], _Done]] = {
    "back": _back,
    "skip": _skip,
    "restart": _restart,
    "why": _why,
    "language": _language,
    "stop": _stop,
    "person": _person,
    "hello": _hello,
    "thanks": _thanks,
}
