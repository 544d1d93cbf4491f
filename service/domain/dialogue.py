"""What the chat shows next: messages, the item, the progress, or the result, in one language."""

from __future__ import annotations

from dataclasses import dataclass

from service.domain import flow, scoring
from service.domain.answers import AnswerValue, in_words, scale_bounds, text_limit
from service.domain.money import Money
from service.domain.quiz import SCALES, TEXTS, Contact, Item, Quiz
from service.domain.responses import Response
from service.domain.text import direction

MOST_REASONS = 3


@dataclass(frozen=True)
class Message:
    """Something the shop says. ``item`` is the statement it comes from, ``None`` for welcome and thanks."""

    text: str
    item: str | None = None
    role: str = "shop"


@dataclass(frozen=True)
class Choice:
    """An option as shown."""

    id: str
    label: str
    exclusive: bool = False


@dataclass(frozen=True)
class Asked:
    """An item that waits for an answer, or may get another one, as shown."""

    id: str
    type: str
    required: bool
    text: str
    help: str
    options: tuple[Choice, ...]
    min: int | None = None
    max: int | None = None
    low: str = ""
    high: str = ""
    max_length: int | None = None


@dataclass(frozen=True)
class Said:
    """An answered question, for resuming and for "change this answer", which needs the item as it was asked."""

    item_id: str
    question: str
    type: str
    value: AnswerValue
    answer: str
    item: Asked


@dataclass(frozen=True)
class Recommended:
    """A product of the result, as shown."""

    id: str
    name: str
    text: str
    price: Money | None
    image: str
    url: str


@dataclass(frozen=True)
class Result:
    """The end of a quiz. ``reasons`` are the shopper's own answers that decided, in words."""

    outcome: str | None
    title: str
    text: str
    reasons: tuple[str, ...]
    products: tuple[Recommended, ...]


@dataclass(frozen=True)
class Offer:
    """The offer to leave an address. ``consent`` is the wording per channel; nothing is ticked beforehand."""

    channels: tuple[str, ...]
    text: str
    consent: dict[str, str]
    done: bool


@dataclass(frozen=True)
class Turn:
    """What the chat shows next."""

    response_id: str
    quiz: str
    version: int
    lang: str
    dir: str
    title: str
    status: str
    revision: int
    messages: tuple[Message, ...]
    history: tuple[Said, ...]
    item: Asked | None
    done: int
    total: int
    result: Result | None
    contact: Offer | None
    languages: tuple[str, ...]


def turn(quiz: Quiz, response: Response) -> Turn:
    """The turn a response is at. It is computed from this response's own answers and from nothing else: an address
    somebody typed shows nothing that is known of the person it belongs to."""
    lang = response.lang
    path = flow.walk(quiz, response.answers)
    messages: list[Message] = []
    if not path.answered and quiz.welcome:
        messages.append(Message(quiz.welcome.get(lang)))
    messages += [Message(item.text.get(lang), item.id) for item in path.statements]
    done = len(path.answered) + len(path.ahead)
    complete = path.complete
    if complete and quiz.thanks:
        messages.append(Message(quiz.thanks.get(lang)))
    return Turn(
        response_id=response.public_id,
        quiz=quiz.id,
        version=quiz.version,
        lang=lang,
        dir=direction(lang),
        title=quiz.title.get(lang),
        status="complete" if complete else "open",
        revision=response.revision,
        messages=tuple(messages),
        history=tuple(_said(item, response.answers[item.id], lang) for item in path.answered),
        item=_asked(path.next, lang) if path.next else None,
        done=done,
        total=done + path.remaining,
        result=_result(quiz, response, lang) if complete else None,
        contact=_offer(quiz.contact, lang, done=response.customer_id is not None) if complete else None,
        languages=quiz.languages,
    )


def _said(item: Item, value: AnswerValue, lang: str) -> Said:
    return Said(item.id, item.text.get(lang), item.type, value, in_words(item, value, lang), _asked(item, lang))


def _asked(item: Item, lang: str) -> Asked:
    found: Asked | None = item.shown.get(lang)
    if found is None:
        found = item.shown[lang] = _shown(item, lang)
    return found


def _shown(item: Item, lang: str) -> Asked:
    options = tuple(Choice(option.id, option.label.get(lang), option.exclusive) for option in item.options)
    low, high = item.minimum, item.maximum
    if item.type in SCALES:
        low, high = scale_bounds(item)
        options = tuple(Choice(str(step), str(step)) for step in range(low, high + 1))
    return Asked(
        id=item.id,
        type=item.type,
        required=item.required,
        text=item.text.get(lang),
        help=item.help.get(lang),
        options=options,
        min=low if item.type not in TEXTS else None,
        max=high if item.type not in TEXTS else None,
        low=item.low.get(lang),
        high=item.high.get(lang),
        max_length=text_limit(item) if item.type in TEXTS else None,
    )


def _result(quiz: Quiz, response: Response, lang: str) -> Result:
    answers = flow.path_answers(quiz, response.answers)
    decision = scoring.decide(quiz, answers)
    outcome = decision.outcome if decision else None
    reasons: list[str] = []
    for deciding in decision.deciding[:MOST_REASONS] if decision else ():
        item = quiz.item(deciding.item_id)
        if item is not None:
            reasons.append(in_words(item, answers[item.id], lang))
    return Result(
        outcome=outcome.id if outcome else None,
        title=outcome.title.get(lang) if outcome else quiz.title.get(lang),
        text=outcome.text.get(lang) if outcome else "",
        reasons=tuple(reasons),
        products=tuple(
            Recommended(one.id, one.name.get(lang), one.text.get(lang), one.price, one.image, one.url)
            for one in scoring.recommend(quiz, answers, outcome)
        ),
    )


def _offer(contact: Contact | None, lang: str, *, done: bool) -> Offer | None:
    if contact is None:
        return None
    consent = {channel: wording.get(lang) for channel, wording in contact.consent.items()}
    return Offer(contact.channels, contact.text.get(lang), consent, done)
