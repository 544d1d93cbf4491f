"""Facts, values, conditions and reasons in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain.conditions import Condition, Leaf, Node, map_leaves
from service.domain.facts import spec_of
from service.domain.quiz import Item, Quiz
from service.operations.context import Definitions
from service.web import i18n
from service.web.admin import vocabulary
from service.web.admin.pages import context
from service.web.i18n import _, ngettext, reader


@dataclass(frozen=True)
class Sentence:
    """A condition in words: a leaf has ``text``, a group has a heading and parts."""

    text: str
    parts: tuple[Sentence, ...] = ()


@dataclass(frozen=True)
class Clause:
    """One comparison that decided.

    :param found: what was found, empty where the comparison says it already
    :param short: the fact and what was found, for a table
    """

    text: str
    found: str
    short: str
    holds: bool


def role_name(role: str) -> str:
    """A role in words."""
    return _(vocabulary.ROLES.get(role, role))


def status(word: str) -> tuple[str, str]:
    """A status in words, and the tone of its badge."""
    words, tone = vocabulary.STATUS.get(word, (word, ""))
    return _(words), tone


def item_type(kind: str) -> str:
    """The kind of a question in words."""
    return _(vocabulary.ITEM_TYPES.get(kind, kind))


def source_name(source: str) -> str:
    """What a persona rests on, in words."""
    return _(vocabulary.SOURCES.get(source, source))


def persons(count: int) -> str:
    """A number of people, customers or not."""
    return ngettext("%(num)s person", "%(num)s people", count)


def people(count: int) -> str:
    """A number of customers."""
    return ngettext("%(num)s customer", "%(num)s customers", count)


def orders(count: int) -> str:
    """A number of orders."""
    return ngettext("%(num)s order", "%(num)s orders", count)


def persona(persona_id: str | None) -> str:
    """The name of a persona or buying pattern; a dash without one."""
    info = context().definitions.personas.get(persona_id or "")
    return info.name.get(reader().lang) if info else "–"


def action(done: str) -> str:
    """An entry of the record of changes in words; what is not known here is shown as it was written."""
    known = max((one for one in vocabulary.ACTIONS if done.startswith(one)), key=len, default=None)
    return _(vocabulary.ACTIONS[known]) if known else done


# facts -------------------------------------------------------------------------------------------------------------


def fact(name: str, definitions: Definitions) -> str:
    """The name of a fact as a marketer would say it."""
    threshold = definitions.rules.rfm.whales.threshold if definitions.rules.rfm else None
    if name == "orders.whale" and threshold is not None:
        return _("among the best fifth by net revenue (%(amount)s or more)", amount=i18n.money(threshold))
    if name in vocabulary.FACTS:
        return _(vocabulary.FACTS[name])
    family, _dot, rest = name.partition(".")
    if family == "trait" and rest in definitions.traits:
        return definitions.traits[rest].get(reader().lang)
    if family == "outcome":
        return _("result of “%(quiz)s”", quiz=_quiz_title(rest, definitions))
    item = _item(name, definitions)
    if item is not None:
        return _("answer to “%(question)s”", question=item.text.get(reader().lang))
    return name


def value(name: str, found: object, definitions: Definitions) -> str:
    """A fact's value as a marketer would say it; money in minor units."""
    if found is None:
        return _("not known")
    if isinstance(found, list | tuple):
        return i18n.joined([value(name, one, definitions) for one in found])
    spec = spec_of(name)
    if isinstance(found, int | float):
        return _number(spec.type if spec else "number", found)
    return _named(name, str(found), definitions)


def _number(kind: str, found: int | float) -> str:
    if kind == "money":
        return i18n.money(round(found))
    if kind == "share":
        return i18n.percent(found)
    if kind == "instant":
        return i18n.day(int(found))
    if kind == "days":
        whole = round(found)
        return ngettext("%(num)s day", "%(num)s days", whole)
    return i18n.number(found, 0 if float(found).is_integer() else 2)


def _named(name: str, found: str, definitions: Definitions) -> str:
    if name in ("rfm.group", "persona.behavioural", "persona.psychographic") and found in definitions.personas:
        return definitions.personas[found].name.get(reader().lang)
    if name == "customer.country":
        return i18n.country(found)
    if name == "customer.language":
        return i18n.language_name(found)
    if name.startswith("outcome."):
        quiz = _quiz(name.partition(".")[2], definitions)
        titles = {one.id: one.title for one in quiz.outcomes} if quiz else {}
        return titles[found].get(reader().lang) if found in titles else found
    item = _item(name, definitions)
    if item is not None and found in item.option_by_id:
        return item.option_by_id[found].label.get(reader().lang)
    return _(vocabulary.WORDS[found]) if found in vocabulary.WORDS else found


# conditions --------------------------------------------------------------------------------------------------------


def condition(when: Condition, definitions: Definitions) -> Sentence:
    """A condition in words. Money is expected in minor units (``Segment.bound``)."""
    if isinstance(when, Node):
        heading = {"all": _("All of these:"), "any": _("At least one of these:"), "not": _("Not:")}[when.kind]
        return Sentence(heading, tuple(condition(child, definitions) for child in when.children))
    return Sentence(comparison(when.fact, when.op, when.value, definitions))


def comparison(name: str, op: str, wanted: object, definitions: Definitions) -> str:
    """One comparison in words."""
    label = fact(name, definitions)
    if op == "exists":
        return _("%(fact)s is known", fact=label) if wanted else _("%(fact)s is not known", fact=label)
    if wanted in ("yes", "no") and _is_word(name) and op in ("eq", "ne"):
        return label if (wanted == "yes") == (op == "eq") else _("not %(fact)s", fact=label)
    told = value(name, wanted, definitions)
    if op in ("lt", "lte", "gt", "gte") and _is_time(name):
        return _TIME[op]() % {"fact": label, "value": told}
    return _COMPARISONS[op]() % {"fact": label, "value": told}


_COMPARISONS = {
    "eq": lambda: _("%(fact)s: %(value)s"),
    "ne": lambda: _("%(fact)s: anything but %(value)s"),
    "lt": lambda: _("%(fact)s below %(value)s"),
    "lte": lambda: _("%(fact)s at most %(value)s"),
    "gt": lambda: _("%(fact)s above %(value)s"),
    "gte": lambda: _("%(fact)s at least %(value)s"),
    "in": lambda: _("%(fact)s: one of %(value)s"),
    "has": lambda: _("%(fact)s includes %(value)s"),
}
_TIME = {
    "lt": lambda: _("%(fact)s before %(value)s"),
    "lte": lambda: _("%(fact)s on %(value)s or before"),
    "gt": lambda: _("%(fact)s after %(value)s"),
    "gte": lambda: _("%(fact)s on %(value)s or after"),
}


def clauses(stored: Sequence[Mapping[str, object]] | None, definitions: Definitions) -> list[Clause]:
    """The stored reasons of a membership in words."""
    return [_clause(one, definitions) for one in stored or ()]


def sentence(when: Condition, definitions: Definitions) -> str:
    """A condition as one line, for places without room for a list."""
    if isinstance(when, Leaf):
        return comparison(when.fact, when.op, when.value, definitions)
    parts = [sentence(child, definitions) for child in when.children]
    if when.kind == "not":
        return _("not (%(condition)s)", condition=parts[0])
    nested = [
        f"({part})" if isinstance(child, Node) else part for child, part in zip(when.children, parts, strict=True)
    ]
    return i18n.joined(nested, "standard" if when.kind == "all" else "or")


def in_quiz(when: Condition, quiz: Quiz) -> Condition:
    """A condition inside a quiz with the full names of facts: ``answer.<item>`` there means this quiz's answer."""

    def full(leaf: Leaf) -> Leaf:
        family, _dot, item_id = leaf.fact.partition(".")
        own = family == "answer" and quiz.item(item_id) is not None
        return Leaf(f"answer.{quiz.id}.{item_id}", leaf.op, leaf.value) if own else leaf

    return map_leaves(when, full)


# helpers -----------------------------------------------------------------------------------------------------------


def _clause(one: Mapping[str, object], definitions: Definitions) -> Clause:
    name = str(one["fact"])
    text = comparison(name, str(one["op"]), one.get("value"), definitions)
    told = one.get("op") == "eq" and one.get("found") == one.get("value")
    found = "" if told else value(name, one.get("found"), definitions)
    short = _("%(fact)s: %(value)s", fact=fact(name, definitions), value=found) if found else text
    return Clause(text, found, short, bool(one.get("holds", True)))


def _is_word(name: str) -> bool:
    spec = spec_of(name)
    return spec is not None and spec.type == "word"


def _is_time(name: str) -> bool:
    spec = spec_of(name)
    return spec is not None and spec.type == "instant"


def _quiz(quiz_id: str, definitions: Definitions) -> Quiz | None:
    version = definitions.live.get(quiz_id)
    return None if version is None else definitions.quiz_version(quiz_id, version)


def _quiz_title(quiz_id: str, definitions: Definitions) -> str:
    quiz = _quiz(quiz_id, definitions)
    return quiz.title.get(reader().lang) if quiz else quiz_id


def _item(name: str, definitions: Definitions) -> Item | None:
    family, _first, rest = name.partition(".")
    quiz_id, _second, item_id = rest.partition(".")
    if family != "answer" or not item_id:
        return None
    quiz = _quiz(quiz_id, definitions)
    return quiz.item(item_id) if quiz else None
