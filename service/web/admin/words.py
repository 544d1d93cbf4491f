"""Facts, values, conditions and reasons in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain import conditions
from service.domain import segments as domain
from service.domain.conditions import Condition, Leaf, Node, map_leaves
from service.domain.facts import spec_of
from service.domain.quiz import Item, Quiz
from service.domain.whales import Whales
from service.operations.context import Definitions
from service.web import i18n, sentences
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
    if name == "orders.whale" and definitions.rules.rfm and definitions.rules.rfm.whales.threshold is not None:
        return whale(definitions.rules.rfm.whales)
    if name in vocabulary.FACTS:
        return _(vocabulary.FACTS[name])
    family, _dot, rest = name.partition(".")
    if family == "trait" and rest in definitions.traits:
        return definitions.traits[rest].get(reader().lang)
    if family == "outcome":
        return _("result of “%(quiz)s”", quiz=_quiz_title(rest, definitions))
    if family == "attribute":
        return _("the shop's own field “%(name)s”", name=i18n.isolated(rest))
    item = _item(f"answer.{rest}", definitions)
    if item is None:
        return name
    question = item.text.get(reader().lang)
    if family == "answered_at":
        return _("time of the answer to “%(question)s”", question=question)
    if family == "skipped":
        return _("skipped: “%(question)s”", question=question)
    return _("answer to “%(question)s”", question=question)


def whale(whales: Whales) -> str:
    """Who is a whale in this shop, with the sum that is compared."""
    least, share = i18n.money(whales.threshold or 0), i18n.percent(float(whales.share))
    if whales.measure == "net_profit":
        return _("among the best %(share)s by net profit (%(amount)s or more)", share=share, amount=least)
    return _("among the best %(share)s by net revenue (%(amount)s or more)", share=share, amount=least)


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


@dataclass(frozen=True)
class Names:
    """How the shop calls what conditions are about, for `service.web.sentences`."""

    definitions: Definitions

    def fact(self, name: str) -> str:
        """A fact as a marketer would say it."""
        return fact(name, self.definitions)

    def value(self, name: str, found: object) -> str:
        """A value of a fact."""
        return value(name, found, self.definitions)

    def segment(self, segment_id: str) -> str:
        """The name of a segment."""
        found = next((one for one in self.definitions.rules.segments if one.id == segment_id), None)
        return found.name.get(reader().lang) if found else segment_id

    def product(self, product_id: str) -> str:
        """The name of a product, as quizzes call it; else its id."""
        found = (
            product
            for quiz_id in self.definitions.live
            if (quiz := _quiz(quiz_id, self.definitions))
            for product in quiz.products
            if product.id == product_id
        )
        product = next(found, None)
        return product.name.get(reader().lang) if product else product_id


# conditions --------------------------------------------------------------------------------------------------------


def condition(when: Condition, definitions: Definitions) -> Sentence:
    """A condition in words. Money is expected in minor units (``Segment.bound``)."""
    if isinstance(when, Node):
        heading = {"all": _("All of these:"), "any": _("At least one of these:"), "not": _("Not:")}[when.kind]
        return Sentence(heading, tuple(condition(child, definitions) for child in when.children))
    return Sentence(sentences.clause(when, Names(definitions)))


def comparison(name: str, op: str, wanted: object, definitions: Definitions) -> str:
    """One comparison of a fact in words."""
    return sentences.clause(sentences.clause_of(domain.Clause(name, op, wanted, None, True)), Names(definitions))


def clauses(stored: Sequence[Mapping[str, object]] | None, definitions: Definitions) -> list[Clause]:
    """The stored reasons of a membership in words."""
    return [_clause(one, definitions) for one in stored or ()]


def sentence(when: Condition, definitions: Definitions) -> str:
    """A condition as one line, for places without room for a list."""
    return sentences.sentence(when, Names(definitions))


def in_quiz(when: Condition, quiz: Quiz) -> Condition:
    """A condition inside a quiz with the full names of facts: ``answer.<item>`` there means this quiz's answer."""

    def full(leaf: Leaf) -> Leaf:
        family, _dot, item_id = leaf.fact.partition(".")
        own = family == "answer" and quiz.item(item_id) is not None
        return Leaf(f"answer.{quiz.id}.{item_id}", leaf.op, leaf.value) if own else leaf

    return map_leaves(when, full)


# helpers -----------------------------------------------------------------------------------------------------------


def _clause(one: Mapping[str, object], definitions: Definitions) -> Clause:
    names, decided = Names(definitions), stored_clause(one)
    text = sentences.clause(sentences.clause_of(decided), names)
    told = decided.op == "eq" and decided.found == decided.value
    found = "" if told else sentences.found_of(decided, names)
    what = text if decided.of is not None else fact(decided.fact, definitions)
    short = _("%(fact)s: %(value)s", fact=what, value=found) if found else text
    return Clause(text, found, short, decided.holds)


def stored_clause(one: Mapping[str, object]) -> domain.Clause:
    """A reason of a membership as it was stored."""
    of = conditions.parse(one["clause"]) if "clause" in one else None
    return domain.Clause(
        str(one["fact"]),
        str(one["op"]),
        one.get("value"),
        one.get("found"),
        bool(one.get("holds", True)),
        None if isinstance(of, Node) else of,
    )


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
