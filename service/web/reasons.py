"""The reasons of a persona in words, in either language."""

from __future__ import annotations

from service.domain.personas import Explanation, Reason
from service.domain.quiz import Item
from service.operations.context import Definitions
from service.web import i18n
from service.web.i18n import N_, translations

MOST = 6
_STRONG, _SLIGHT = 1.0, 0.1
_STRENGTHS = (
    (_STRONG, N_("speaks strongly for it")),
    (_SLIGHT, N_("speaks for it")),
    (-_SLIGHT, N_("hardly matters")),
    (-_STRONG, N_("speaks against it")),
)
_AGAINST_STRONGLY = N_("speaks strongly against it")
_BOUGHT = {
    "buys.first_product": N_("first product bought"),
    "buys.first_source": N_("source of the first order"),
    "buys.category": N_("category bought most"),
    "buys.source": N_("usual source of orders"),
    "buys.orders": N_("number of orders"),
    "buys.discount": N_("share of discount"),
    "buys.discounted": N_("share of orders with a discount"),
    "buys.gap": N_("days between orders"),
    "buys.average": N_("average order value"),
}


def headline(explanation: Explanation, definitions: Definitions, lang: str) -> str:
    """What is explained: why a persona, or why one and not another."""
    persona = _persona(explanation.persona, definitions, lang)
    gettext = translations(lang).gettext
    if explanation.against is None:
        return gettext("Why “%(persona)s”") % {"persona": persona}
    other = _persona(explanation.against, definitions, lang)
    return gettext("Why “%(persona)s” and not “%(other)s”") % {"persona": persona, "other": other}


def sentences(explanation: Explanation, definitions: Definitions, lang: str, most: int = MOST) -> list[str]:
    """The strongest reasons as sentences, whatever their direction."""
    return [_sentence(reason, definitions, lang) for reason in explanation.reasons[:most]]


def _sentence(reason: Reason, definitions: Definitions, lang: str) -> str:
    gettext = translations(lang).gettext
    strength = next((word for least, word in _STRENGTHS if reason.weight >= least), _AGAINST_STRONGLY)
    name, value = _told(reason, definitions, lang)
    return gettext("%(fact)s: %(value)s (%(strength)s)") % {"fact": name, "value": value, "strength": gettext(strength)}


def _told(reason: Reason, definitions: Definitions, lang: str) -> tuple[str, str]:
    gettext = translations(lang).gettext
    family, _dot, rest = reason.fact.partition(".")
    item = _item(rest, definitions) if family == "answer" else None
    if item is not None:
        return f"“{item.text.get(lang)}”", _answer(item, reason.value, lang)
    if family == "trait" and rest in definitions.traits:
        return definitions.traits[rest].get(lang), _plain(reason.value)
    if reason.fact == "buys.average" and isinstance(reason.value, float):
        # The model counts doublings of the amount in minor units.
        return gettext(_BOUGHT[reason.fact]), i18n.money(round(2**reason.value))
    if reason.fact in _BOUGHT:
        return gettext(_BOUGHT[reason.fact]), _band(_plain(reason.value), lang)
    return reason.fact, _plain(reason.value)


def _item(rest: str, definitions: Definitions) -> Item | None:
    quiz_id, _dot, item_id = rest.partition(".")
    version = definitions.live.get(quiz_id)
    return definitions.quiz_version(quiz_id, version).item(item_id) if version else None


def _answer(item: Item, value: object, lang: str) -> str:
    chosen = value if isinstance(value, list | tuple) else [value]
    options = {option.id: option.label.get(lang) for option in item.options}
    labels = [options.get(str(one), _plain(one)) for one in chosen]
    return "، ".join(labels) if lang == "ar" else ", ".join(labels)


def _band(value: str, lang: str) -> str:
    gettext = translations(lang).gettext
    edge, colon, number = value.partition(":")
    if not colon:
        return value
    return (gettext("up to %(number)s") if edge == "to" else gettext("above %(number)s")) % {"number": number}


def _plain(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _persona(persona: str, definitions: Definitions, lang: str) -> str:
    info = definitions.personas.get(persona)
    return info.name.get(lang) if info else persona
