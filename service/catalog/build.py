"""Checked documents to domain objects, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service.domain import conditions
from service.domain.answers import day_number, day_text
from service.domain.conditions import Condition
from service.domain.money import Money, parse_minor, to_text
from service.domain.quiz import (
    Branch,
    Contact,
    Item,
    Option,
    Outcome,
    PriceRange,
    Product,
    Quiz,
    Showing,
    Suggestion,
)
from service.domain.text import Text

Part = Mapping[str, Any]

LANGUAGES = ("en", "ar")
_YES_NO = {"yes": {"en": "Yes", "ar": "نعم"}, "no": {"en": "No", "ar": "لا"}}


def quiz(document: Part, version: int = 0) -> Quiz:
    """The quiz of a document that was found right."""
    languages = tuple(document.get("languages") or LANGUAGES)
    contact = document.get("contact")
    return Quiz(
        id=document["id"],
        kind=document["kind"],
        title=text(document["title"]),
        items=tuple(_item(one, languages) for one in document["items"]),
        languages=languages,
        welcome=text(document.get("welcome")),
        thanks=text(document.get("thanks")),
        outcomes=tuple(_outcome(one) for one in document.get("outcomes") or ()),
        fallback=document.get("fallback"),
        tie=document.get("tie", Quiz.tie),
        recommend=document.get("recommend", Quiz.recommend),
        products=tuple(_product(one) for one in document.get("products") or ()),
        contact=_contact(contact) if contact else None,
        show=_showing(document["show"]) if document.get("show") is not None else None,
        version=version,
    )


def text(document: Mapping[str, str] | None) -> Text:
    """A text per language; empty for none."""
    return Text(dict(document)) if document else Text()


def _item(one: Part, languages: Sequence[str]) -> Item:
    options = tuple(_option(option) for option in one.get("options") or ())
    return Item(
        id=one["id"],
        type=one["type"],
        text=text(one["text"]),
        help=text(one.get("help")),
        decides=text(one.get("decides")),
        required=one.get("required", True) and one["type"] != "statement",
        when=_condition(one.get("when")),
        minimum=_bound(one.get("min")),
        maximum=_bound(one.get("max")),
        low=text(one.get("low")),
        high=text(one.get("high")),
        scores=dict(one.get("scores") or {}),
        options=_yes_no(options, languages) if one["type"] == "yes_no" else options,
        goto=tuple(Branch(branch["to"], _condition(branch.get("when"))) for branch in one.get("goto") or ()),
        placeholder=text(one.get("placeholder")),
        shuffle=one.get("shuffle", False),
        group=one.get("group", ""),
        pinned=one.get("pinned", False),
        skip_known=one.get("skip_known", False),
        sensitive=one.get("sensitive", False),
        channel=one.get("channel", ""),
        wording=text(one.get("wording")),
        country=one.get("country", ""),
    )


def _bound(given: int | str | None) -> int | None:
    """A bound as it is kept: days as days since 1970."""
    return day_number(given) if isinstance(given, str) else given


def _option(one: Part) -> Option:
    return Option(
        id=one["id"],
        label=text(one.get("label")),
        scores=dict(one.get("scores") or {}),
        points=dict(one.get("points") or {}),
        excludes=tuple(one.get("excludes") or ()),
        votes=dict(one.get("votes") or {}),
        tags=tuple(one.get("tags") or ()),
        synonyms={lang: tuple(words) for lang, words in (one.get("synonyms") or {}).items()},
        exclusive=one.get("exclusive", False),
        other=one.get("other", False),
        placeholder=text(one.get("placeholder")),
        image=one.get("image", ""),
        pinned=one.get("pinned", False),
        includes=tuple(one.get("includes") or ()),
        price=PriceRange(one["price"].get("min"), one["price"].get("max")) if one.get("price") else None,
        suggestion=_suggestion(one["suggestion"]) if one.get("suggestion") else None,
    )


def _suggestion(one: Part) -> Suggestion:
    link = one.get("link") or {}
    return Suggestion(text(one["text"]), one.get("product"), link.get("url", ""), text(link.get("label")))


def _yes_no(given: tuple[Option, ...], languages: Sequence[str]) -> tuple[Option, ...]:
    """Both options of a yes/no question, in the order given if both are, with our own label where theirs is missing."""
    by_id = {option.id: option for option in given}
    found = []
    for option_id in by_id if len(by_id) == len(_YES_NO) else _YES_NO:
        option = by_id.get(option_id) or Option(option_id, Text())
        if not option.label:
            option = Option(**{**vars(option), "label": _own_label(option_id, languages)})
        found.append(option)
    return tuple(found)


def _own_label(option_id: str, languages: Sequence[str]) -> Text:
    words = _YES_NO[option_id]
    return Text({lang: words[lang] for lang in languages if lang in words} or {"en": words["en"]})


def _outcome(one: Part) -> Outcome:
    return Outcome(
        id=one["id"],
        title=text(one["title"]),
        text=text(one["text"]),
        persona=one.get("persona"),
        products=tuple(one.get("products") or ()),
        when=_condition(one.get("when")),
    )


def _product(one: Part) -> Product:
    price, currency = one.get("price"), one.get("currency")
    return Product(
        id=one["id"],
        name=text(one["name"]),
        text=text(one.get("text")),
        price=Money(parse_minor(price, currency), currency) if price is not None and currency else None,
        image=one.get("image", ""),
        url=one.get("url", ""),
        in_stock=one.get("in_stock", True),
    )


def _showing(one: Part) -> Showing:
    return Showing(
        when=_condition(one.get("when")),
        first_day=_bound(one.get("start")),
        last_day=_bound(one.get("end")),
        share=one.get("share", Showing.share),
        priority=one.get("priority", Showing.priority),
        at_most=one.get("at_most", Showing.at_most),
        again_after_days=one.get("again_after_days"),
        per_order=one.get("per_order", False),
        ignores_quiet_days=one.get("ignores_quiet_days", False),
    )


def _contact(one: Part) -> Contact:
    return Contact(
        channels=tuple(one["channels"]),
        text=text(one["text"]),
        consent={channel: text(wording) for channel, wording in one["consent"].items()},
    )


def _condition(document: object) -> Condition | None:
    return None if document is None else conditions.parse(document)


# and back ----------------------------------------------------------------------------------------------------------


def document(quiz: Quiz) -> dict[str, Any]:
    """The document of a quiz, with its keys in one fixed order and nothing that says only what is so anyway."""
    return _filled(
        id=quiz.id,
        kind=quiz.kind,
        languages=list(quiz.languages),
        title=dict(quiz.title.by_lang),
        welcome=dict(quiz.welcome.by_lang),
        items=[_item_document(item, quiz.languages) for item in quiz.items],
        outcomes=[_outcome_document(outcome) for outcome in quiz.outcomes],
        fallback=quiz.fallback,
        tie=None if quiz.tie == Quiz.tie else quiz.tie,
        recommend=None if quiz.recommend == Quiz.recommend else quiz.recommend,
        products=[_product_document(product) for product in quiz.products],
        contact=_contact_document(quiz.contact) if quiz.contact else None,
        thanks=dict(quiz.thanks.by_lang),
    ) | _shown_document(quiz.show)


def _shown_document(show: Showing | None) -> dict[str, Any]:
    if show is None:
        return {}
    return {
        "show": _filled(
            when=conditions.dump(show.when) if show.when else None,
            start=day_text(show.first_day) if show.first_day is not None else None,
            end=day_text(show.last_day) if show.last_day is not None else None,
            share=None if show.share == Showing.share else show.share,
            priority=None if show.priority == Showing.priority else show.priority,
            at_most=None if show.at_most == Showing.at_most else show.at_most,
            again_after_days=show.again_after_days,
            per_order=True if show.per_order else None,
            ignores_quiet_days=True if show.ignores_quiet_days else None,
        )
    }


def _item_document(item: Item, languages: Sequence[str]) -> dict[str, Any]:
    options = item.options
    if item.type == "yes_no" and options == _yes_no((), languages):
        options = ()
    return _filled(
        id=item.id,
        type=item.type,
        when=conditions.dump(item.when) if item.when else None,
        text=dict(item.text.by_lang),
        help=dict(item.help.by_lang),
        decides=dict(item.decides.by_lang),
        placeholder=dict(item.placeholder.by_lang),
        channel=item.channel,
        wording=dict(item.wording.by_lang),
        country=item.country,
        skip_known=True if item.skip_known else None,
        sensitive=True if item.sensitive else None,
        shuffle=True if item.shuffle else None,
        group=item.group,
        pinned=True if item.pinned else None,
        required=False if not item.required and item.type != "statement" else None,
        min=_bound_document(item, item.minimum),
        max=_bound_document(item, item.maximum),
        low=dict(item.low.by_lang),
        high=dict(item.high.by_lang),
        scores=_plain(item.scores),
        options=[_option_document(option) for option in options],
        goto=[_filled(when=conditions.dump(one.when) if one.when else None, to=one.to) for one in item.goto],
    )


def _bound_document(item: Item, bound: int | None) -> int | str | None:
    return day_text(bound) if item.type == "date" and bound is not None else bound


def _option_document(option: Option) -> dict[str, Any]:
    return _filled(
        id=option.id,
        label=dict(option.label.by_lang),
        exclusive=True if option.exclusive else None,
        other=True if option.other else None,
        placeholder=dict(option.placeholder.by_lang),
        image=option.image,
        pinned=True if option.pinned else None,
        scores=_plain(option.scores),
        points=dict(option.points),
        votes=dict(option.votes),
        includes=list(option.includes),
        excludes=list(option.excludes),
        price=_filled(min=option.price.least, max=option.price.most) if option.price else None,
        suggestion=_suggestion_document(option.suggestion) if option.suggestion else None,
        tags=list(option.tags),
        synonyms={lang: list(words) for lang, words in option.synonyms.items()},
    )


def _suggestion_document(one: Suggestion) -> dict[str, Any]:
    link = {"url": one.url, "label": dict(one.label.by_lang)} if one.url else None
    return _filled(text=dict(one.text.by_lang), product=one.product, link=link)


def _outcome_document(outcome: Outcome) -> dict[str, Any]:
    return _filled(
        id=outcome.id,
        persona=outcome.persona,
        when=conditions.dump(outcome.when) if outcome.when else None,
        title=dict(outcome.title.by_lang),
        text=dict(outcome.text.by_lang),
        products=list(outcome.products),
    )


def _product_document(product: Product) -> dict[str, Any]:
    return _filled(
        id=product.id,
        name=dict(product.name.by_lang),
        text=dict(product.text.by_lang),
        price=to_text(product.price) if product.price else None,
        currency=product.price.currency if product.price else None,
        image=product.image,
        url=product.url,
        in_stock=None if product.in_stock else False,
    )


def _contact_document(contact: Contact) -> dict[str, Any]:
    return {
        "channels": list(contact.channels),
        "text": dict(contact.text.by_lang),
        "consent": {channel: dict(wording.by_lang) for channel, wording in contact.consent.items()},
    }


def _filled(**keys: Any) -> dict[str, Any]:
    return {key: value for key, value in keys.items() if value is not None and value not in ("", [], {})}


def _plain(scores: Mapping[str, float]) -> dict[str, float]:
    """Whole weights without a decimal point."""
    return {trait: int(weight) if weight == int(weight) else weight for trait, weight in scores.items()}
