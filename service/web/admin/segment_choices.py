"""What the segment builder's pickers offer: facts by family, and the values a fact or a field of an order may have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from service.domain import buying
from service.domain.quiz import CHOICES, SCALES, Item, Quiz
from service.domain.vocabulary import VOCABULARY, FactSpec, spec_of
from service.operations.choices import Choices
from service.operations.context import Definitions
from service.web import i18n, sentence_words
from service.web.admin import segment_words, vocabulary, words
from service.web.admin.segment_reading import family_of
from service.web.i18n import _, reader

Options = Sequence[tuple[str, str]]
_PATTERNS = ("rfm.group", "rfm.previous_group", "persona.behavioural")
_PERSONAS = ("persona.psychographic", "persona.inferred")
_SOURCES = ("prototype", "trained", "inferred")


@dataclass(frozen=True)
class Offer:
    """The shop's words for the pickers, in the reader's language."""

    has: Choices
    definitions: Definitions

    @cached_property
    def families(self) -> Options:
        """What a condition can be about."""
        found: list[tuple[str, str]] = []
        for key, said in segment_words.FAMILIES.items():
            if key == "quiz":
                found += [
                    (f"quiz:{one}", _(said, quiz=i18n.isolated(quiz.title.get(reader().lang))))
                    for one, quiz in self.has.quizzes.items()
                ]
            elif key != "other" and (key != "own" or self.has.attributes) and (key != "traits" or self.traits):
                found.append((key, _(said)))
        return found

    @cached_property
    def traits(self) -> Sequence[str]:
        """Names of the facts of traits."""
        return [f"trait.{one}" for one in self.definitions.traits]

    def facts(self, family: str) -> Options:
        """The facts of a family with their names."""
        if family.startswith("quiz:"):
            quiz = self.has.quizzes.get(family.partition(":")[2])
            return self._of_quiz(quiz) if quiz else []
        if family == "traits":
            names: Sequence[str] = self.traits
        elif family == "own":
            names = [f"attribute.{one}" for one in sorted(self.has.attributes)]
        else:
            names = [one.name for one in VOCABULARY if "*" not in one.name and family_of(one.name) == family]
        return [(one, i18n.sentence(words.fact(one, self.definitions))) for one in names]

    def _of_quiz(self, quiz: Quiz) -> Options:
        asked = [item for item in quiz.items if item.type != "statement"]
        found = []
        for item in asked:
            name, question = f"answer.{quiz.id}.{item.id}", item.text.get(reader().lang)
            found.append((name, question))
            if item.other is not None:
                found.append((f"{name}.other", _("%(question)s: in their own words", question=question)))
            if item.type == "ranking":
                found.append((f"{name}.first", _("%(question)s: the first place", question=question)))
        if quiz.outcomes:
            found.append((f"outcome.{quiz.id}", _("The result of the quiz")))
        found += [
            (
                f"answered_at.{quiz.id}.{item.id}",
                _("When answered: %(question)s", question=item.text.get(reader().lang)),
            )
            for item in asked
        ]
        return found

    def name(self, fact: str) -> str:
        """A fact in words."""
        return i18n.sentence(words.fact(fact, self.definitions))

    def spec(self, fact: str) -> FactSpec | None:
        """The description of a fact."""
        return spec_of(fact, self.has.attributes or None)

    def item(self, fact: str) -> Item | None:
        """The question that a fact is the answer to."""
        family, _dot, rest = fact.partition(".")
        quiz_id, _dot, item_id = rest.partition(".")
        quiz = self.has.quizzes.get(quiz_id)
        if quiz is None or family != "answer":
            return None
        found = quiz.item(item_id)
        if found is None and item_id.endswith(".first"):
            return quiz.item(item_id.removesuffix(".first"))
        return found

    def kind(self, fact: str) -> str:
        """What the fact is, as the pickers see it: the type of the vocabulary, and of answers that of the question."""
        spec = self.spec(fact)
        if spec is None:
            return "any"
        if not fact.startswith("answer."):
            return spec.type
        item = self.item(fact)
        if item is None:
            return "text"
        if item.type in SCALES or item.type == "number":
            return "number"
        if item.type in ("multiple", "ranking") or item.several:
            return "text" if fact.endswith(".first") else "list"
        return {"date": "date"}.get(item.type, "word" if item.type in CHOICES else "text")

    def days_facts(self, fact: str) -> Options:
        """Moments that a moment can be compared with, dates that a date can."""
        kind = self.kind(fact)
        found = []
        for family, _words in self.families:
            found += [one for one in self.facts(family) if one[0] != fact and self.kind(one[0]) == kind]
        return found

    def values(self, fact: str) -> Options:
        """Everything a fact can be, where that is known; else nothing."""
        spec = self.spec(fact)
        if spec is not None and spec.words:
            return [(one, words.value(fact, one, self.definitions)) for one in spec.words]
        if fact.startswith("answer."):
            return self._of_item(self.item(fact))
        if fact.startswith("outcome."):
            quiz = self.has.quizzes.get(fact.partition(".")[2])
            return [(one.id, one.title.get(reader().lang)) for one in quiz.outcomes] if quiz else []
        if fact in _PATTERNS or fact in _PERSONAS:
            kind = "behavioural" if fact in _PATTERNS else "psychographic"
            known = [one for one in self.definitions.personas.values() if one.kind == kind]
            found = [(one.id, one.name.get(reader().lang)) for one in known]
            return [*found, _word("unknown")] if kind == "psychographic" else found
        if fact == "persona.psychographic.source":
            return [(one, words.source_name(one)) for one in _SOURCES]
        return self._of_shop(fact)

    def _of_shop(self, fact: str) -> Options:
        if fact == "orders.first_product":
            return self.column("product")
        if fact in ("orders.first_source", "orders.habit.source"):
            return self.column("source")
        if fact == "orders.habit.category":
            return self.column("category")
        if fact == "customer.country":
            return _by_words((one, i18n.country(one)) for one in self.has.of_customers["country"])
        if fact == "customer.language":
            return _by_words((one, i18n.language_name(one)) for one in self.has.of_customers["language"])
        return []

    def suggestions(self, fact: str) -> Sequence[str]:
        """Words that are often meant, where anything can be written."""
        family, _dot, name = fact.partition(".")
        return self.has.of_customers.get(name, ())[:200] if family == "customer" else ()

    def column(self, column: str) -> Options:
        """Everything a field of an order or a line can be, where that is known."""
        if column == "product":
            of_quizzes = {
                one.id: one.name.get(reader().lang) for quiz in self.has.quizzes.values() for one in quiz.products
            }
            return _by_words({**self.has.products, **of_quizzes}.items())
        if column == "category":
            return [(one, one) for one in self.has.categories]
        if column == "status":
            return [(one, _(said)) for one, said in sentence_words.STATUSES.items()]
        if column == "country":
            return _by_words((one, i18n.country(one)) for one in self.has.of_orders["country"])
        return [(one, one) for one in self.has.of_orders.get(column, ())]

    def columns(self, of: str, *, numbers: bool = False) -> Options:
        """The fields of orders or of lines."""
        fields: Mapping[str, str] = buying.FIELDS[of]
        return [
            (one, i18n.sentence(_(sentence_words.FIELDS[one])))
            for one, kind in fields.items()
            if not numbers or kind in ("money", "number")
        ]

    def segments(self, without: str) -> Options:
        """The other segments."""
        return _by_words((one.id, one.name.get(reader().lang)) for one in self.has.segments if one.id != without)

    def _of_item(self, item: Item | None) -> Options:
        if item is None:
            return []
        if item.type == "yes_no":
            return [_word(one) for one in ("yes", "no")]
        if item.type == "consent":
            return [("granted", _("granted")), ("declined", _("declined"))]
        return [(one.id, one.label.get(reader().lang)) for one in item.options]


def _word(key: str) -> tuple[str, str]:
    said = vocabulary.WORDS[key]
    return key, _(said)


def _by_words(options: object) -> Options:
    return sorted(options, key=lambda one: one[1])  # type: ignore[call-overload, no-any-return]
