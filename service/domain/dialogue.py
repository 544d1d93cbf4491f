"""What the chat shows next: messages, the item, the progress, or the result, in one language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from service.domain import flow, piping, scoring
from service.domain.answer_values import in_words, own_words, rank_bounds, scale_bounds, text_limit
from service.domain.answers import chosen, day_text
from service.domain.flow import Path
from service.domain.quiz import SCALES, TEXTS, Contact, Item, Option, Product, Quiz, Suggestion
from service.domain.responses import Response
from service.domain.text import direction
from service.domain.turns import (
    Asked,
    Because,
    Choice,
    Link,
    Message,
    Offer,
    OwnWords,
    Recommended,
    Result,
    Said,
    Turn,
    Wording,
)

__all__ = [
    "MOST_REASONS", "Asked", "Because", "Choice", "Link", "Message", "Offer", "OwnWords", "Recommended", "Result",
    "Said", "Turn", "Wording", "asked", "turn",
]  # fmt: skip

MOST_REASONS = 3

Speaker = Callable[[str], str]


def turn(quiz: Quiz, response: Response) -> Turn:
    """The turn a response is at.

    It is computed from this response's own answers, and from what was known by proof when it began: an address that
    somebody typed shows nothing that is known of the person it belongs to.
    """
    lang = response.lang
    path = flow.of(quiz, response)
    say = _speaker(quiz, response, path)
    done = len(path.answered) + len(path.ahead)
    complete = path.complete
    return Turn(
        response_id=response.public_id,
        quiz=quiz.id,
        version=quiz.version,
        lang=lang,
        dir=direction(lang),
        title=quiz.title.get(lang),
        status="complete" if complete else "open",
        revision=response.revision,
        messages=_messages(quiz, response, path, say),
        history=tuple(_said(quiz, item, response, say) for item in path.answered),
        item=asked(quiz, path.next, response, say) if path.next else None,
        done=done,
        total=done + path.remaining,
        result=_result(quiz, response, path, say) if complete else None,
        contact=_offer(quiz.contact, lang, done=response.customer_id is not None) if complete else None,
        languages=quiz.languages,
    )


def asked(quiz: Quiz, item: Item, response: Response, say: Speaker | None = None) -> Asked:
    """An item as it is shown in a response: in its language, with what was said filled in, shuffled by its seed."""
    found: Asked | None = item.shown.get(response.lang)
    if found is None:
        found = item.shown[response.lang] = _shown(quiz, item, response.lang)
    if item.shuffle:
        by_id = {choice.id: choice for choice in found.options}
        mixed = tuple(by_id[option.id] for option in flow.options(item, response.seed))
        found = replace(found, options=mixed)
    if piping.OPENS in found.text or piping.OPENS in found.help:
        say = say or _speaker(quiz, response, flow.of(quiz, response))
        found = replace(found, text=say(found.text), help=say(found.help))
    return found


# messages ----------------------------------------------------------------------------------------------------------


def _messages(quiz: Quiz, response: Response, path: Path, say: Speaker) -> tuple[Message, ...]:
    lang = response.lang
    found: list[Message] = []
    if not path.answered and quiz.welcome:
        found.append(Message(say(quiz.welcome.get(lang))))
    if path.answered:
        last = path.answered[-1]
        found += [
            _suggested(quiz, last, option.suggestion, lang, say)
            for option in chosen(last, response.answers[last.id])
            if option.suggestion is not None
        ]
    found += [Message(say(item.text.get(lang)), item.id) for item in path.statements]
    if path.complete and quiz.thanks:
        found.append(Message(say(quiz.thanks.get(lang))))
    return tuple(found)


def _suggested(quiz: Quiz, item: Item, suggestion: Suggestion, lang: str, say: Speaker) -> Message:
    product = quiz.product_by_id.get(suggestion.product) if suggestion.product else None
    return Message(
        text=say(suggestion.text.get(lang)),
        item=item.id,
        link=Link(suggestion.url, suggestion.label.get(lang)) if suggestion.url else None,
        product=_recommended(product, lang) if product and product.in_stock else None,
    )


def _speaker(quiz: Quiz, response: Response, path: Path) -> Speaker:
    """Fills what is known into the shop's sentences."""

    def value_of(name: str) -> str | None:
        kind, _, rest = name.partition(".")
        if kind == "answer":
            item = quiz.item(rest.removesuffix(".other"))
            value = path.values.get(item.id) if item else None
            if item is None or value is None:
                return None
            return own_words(value) if rest.endswith(".other") else in_words(item, value, response.lang)
        found = response.known.get(name)
        return str(found) if found is not None and name in piping.CUSTOMER else None

    return lambda text: piping.fill(text, value_of)


# items -------------------------------------------------------------------------------------------------------------


def _said(quiz: Quiz, item: Item, response: Response, say: Speaker) -> Said:
    value = response.answers[item.id]
    shown = asked(quiz, item, response, say)
    return Said(item.id, shown.text, item.type, value, in_words(item, value, response.lang), shown)


def _shown(quiz: Quiz, item: Item, lang: str) -> Asked:
    low, high = _bounds(item)
    other = item.other
    return Asked(
        id=item.id,
        type=item.type,
        required=item.required,
        text=item.text.get(lang),
        help=item.help.get(lang),
        options=_choices(item, lang),
        min=low,
        max=high,
        low=item.low.get(lang),
        high=item.high.get(lang),
        max_length=text_limit(item) if item.type in TEXTS else None,
        placeholder=item.placeholder.get(lang),
        other=OwnWords(other.label.get(lang), other.placeholder.get(lang)) if other else None,
        consent=_wording(quiz, item, lang) if item.type == "consent" else None,
        skippable=not item.required and item.type != "statement",
    )


def _choices(item: Item, lang: str) -> tuple[Choice, ...]:
    if item.type in SCALES:
        low, high = scale_bounds(item)
        return tuple(Choice(str(step), str(step)) for step in range(low, high + 1))
    return tuple(_choice(option, lang) for option in item.options)


def _choice(option: Option, lang: str) -> Choice:
    return Choice(option.id, option.label.get(lang), option.exclusive, option.image, option.other)


def _bounds(item: Item) -> tuple[int | str | None, int | str | None]:
    if item.type in TEXTS:
        return None, None
    if item.type in SCALES:
        return scale_bounds(item)
    if item.type == "ranking":
        return rank_bounds(item)
    if item.type == "date":
        days = [None if one is None else day_text(one) for one in (item.minimum, item.maximum)]
        return days[0], days[1]
    return item.minimum, item.maximum


def wording_version(quiz: Quiz) -> str:
    """The name under which a wording is kept with the consent given to it."""
    return f"{quiz.id}@{quiz.version}"


def _wording(quiz: Quiz, item: Item, lang: str) -> Wording:
    return Wording(item.wording.get(lang), wording_version(quiz))


# the end -----------------------------------------------------------------------------------------------------------


def _result(quiz: Quiz, response: Response, path: Path, say: Speaker) -> Result:
    lang = response.lang
    decision = scoring.decide(quiz, path.values, response.known)
    outcome = decision.outcome if decision else None
    because = []
    for deciding in decision.deciding if decision else ():
        item = quiz.item(deciding.item_id)
        if item is not None:
            words = in_words(item, path.values[item.id], lang)
            because.append(Because(item.id, say(item.text.get(lang)), words, deciding.points))
    return Result(
        outcome=outcome.id if outcome else None,
        title=say(outcome.title.get(lang)) if outcome else quiz.title.get(lang),
        text=say(outcome.text.get(lang)) if outcome else "",
        reasons=tuple(one.answer for one in because[:MOST_REASONS]),
        products=tuple(_recommended(one, lang) for one in scoring.recommend(quiz, path.values, outcome)),
        rule=decision.rule if decision else "",
        because=tuple(because),
    )


def _recommended(one: Product, lang: str) -> Recommended:
    return Recommended(one.id, one.name.get(lang), one.text.get(lang), one.price, one.image, one.url)


def _offer(contact: Contact | None, lang: str, *, done: bool) -> Offer | None:
    if contact is None:
        return None
    consent = {channel: wording.get(lang) for channel, wording in contact.consent.items()}
    return Offer(contact.channels, contact.text.get(lang), consent, done)
