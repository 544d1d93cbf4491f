"""What is legal in a quiz but most likely not meant, and what an experienced author would do differently."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from service.catalog.fields import did_you_mean
from service.catalog.lint_ways import MEASURED, WAYS, Raw, Severity, longest_path
from service.catalog.positions import NOWHERE, Where
from service.catalog.text_lint import mismatches
from service.catalog.vocabulary import Vocabulary
from service.domain.errors import Problem
from service.domain.quiz import Item, Option, Quiz
from service.domain.text import Text, plain

__all__ = ["Finding", "Severity", "from_problem", "lint_quiz", "longest_path", "publishable"]


@dataclass(frozen=True)
class Finding:
    """Something to repair.

    :param severity: an ``error`` keeps the quiz from being published; a ``warning`` is most likely a mistake;
        ``advice`` is what an experienced author would do
    :param code: a stable name for the kind of finding
    """

    severity: Severity
    code: str
    path: str
    message: str
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " if self.file else ""
        return f"{place}{self.severity}: {self.path}: {self.message} [{self.code}]"


def from_problem(problem: Problem) -> Finding:
    """A problem of a definition as a finding."""
    return Finding("error", "definition", problem.path, problem.message, problem.file, problem.line)


def lint_quiz(
    quiz: Quiz, where: Where = NOWHERE, vocabulary: Vocabulary | None = None, *, measured: bool = True
) -> list[Finding]:
    """All findings of a quiz, in the order of its lines.

    :param vocabulary: traits and personas it may refer to; without it such references are not looked at
    :param measured: also walk it at random, which takes a second
    """
    raw = [finding for check in (*_CHECKS, *(MEASURED if measured else ())) for finding in check(quiz)]
    if vocabulary is not None:
        raw += _unknown_words(quiz, vocabulary)
    found = [Finding(*one, where.file, where.line(one[2])) for one in raw]
    return sorted(found, key=lambda one: one.line)


def publishable(quiz: Quiz, vocabulary: Vocabulary, where: Where = NOWHERE) -> list[Problem]:
    """The errors that keep a quiz from being published, as problems of its definition."""
    found = lint_quiz(quiz, where, vocabulary, measured=False)
    return [Problem(one.path, one.message, one.file, one.line) for one in found if one.severity == "error"]


def _paths(quiz: Quiz) -> Iterator[tuple[str, Item]]:
    for i, item in enumerate(quiz.items):
        yield f"items[{i}]", item


def _options(quiz: Quiz) -> Iterator[tuple[str, Option]]:
    for path, item in _paths(quiz):
        for i, option in enumerate(item.options):
            yield f"{path}.options[{i}]", option


# references to the vocabulary --------------------------------------------------------------------------------------


def _unknown_words(quiz: Quiz, vocabulary: Vocabulary) -> Iterator[Raw]:
    traits = [trait.id for trait in vocabulary.traits]
    scored: list[tuple[str, Mapping[str, float]]] = [
        *((path, item.scores) for path, item in _paths(quiz)),
        *((path, option.scores) for path, option in _options(quiz)),
    ]
    for path, scores in scored:
        for trait in scores:
            if trait not in traits:
                message = f"there is no trait '{trait}' in traits.yaml{did_you_mean(trait, traits)}"
                yield "error", "unknown-trait", f"{path}.scores.{trait}", message
    personas = [persona.id for persona in vocabulary.personas.psychographic]
    for i, outcome in enumerate(quiz.outcomes):
        if outcome.persona is not None and outcome.persona not in personas:
            message = f"there is no persona '{outcome.persona}' in personas.yaml"
            hint = did_you_mean(outcome.persona, personas)
            yield "error", "unknown-persona", f"outcomes[{i}].persona", message + hint


# outcomes and products ---------------------------------------------------------------------------------------------


def _never_wins(quiz: Quiz) -> Iterator[Raw]:
    winnable = {
        outcome
        for _, option in _options(quiz)
        for outcome, points in option.points.items()
        if points > 0 and outcome not in option.excludes
    }
    for i, outcome in enumerate(quiz.outcomes):
        if outcome.id not in winnable and outcome.when is None and outcome.id != quiz.fallback:
            message = f"the outcome '{outcome.id}' can never win: no option gives it points"
            yield "error", "outcome-never-wins", f"outcomes[{i}]", message


def _contradictions(quiz: Quiz) -> Iterator[Raw]:
    for path, option in _options(quiz):
        for i, excluded in enumerate(option.excludes):
            gives = next((key for key in ("points", "votes") if getattr(option, key).get(excluded, 0) > 0), None)
            if gives:
                message = f"'{option.id}' gives {gives} to '{excluded}' and excludes it"
                yield "error", "exclude-contradiction", f"{path}.excludes[{i}]", message


def _never_recommended(quiz: Quiz) -> Iterator[Raw]:
    voted = {product for _, option in _options(quiz) for product, votes in option.votes.items() if votes > 0}
    voted.update(product for outcome in quiz.outcomes for product in outcome.products)
    for i, product in enumerate(quiz.products):
        if product.id not in voted:
            message = f"the product '{product.id}' is never recommended: no votes, and in no outcome"
            yield "warning", "product-never-recommended", f"products[{i}]", message


# words -------------------------------------------------------------------------------------------------------------


def _untranslated(quiz: Quiz) -> Iterator[Raw]:
    for path, text in _texts(quiz):
        for lang in quiz.languages:
            if text and not text.by_lang.get(lang):
                message = f"has no text in '{lang}'; readers of it see another language"
                yield "warning", "missing-translation", path, message


def _placeholders(quiz: Quiz) -> Iterator[Raw]:
    for path, text in _texts(quiz):
        for where, message in mismatches(path, text):
            yield "warning", "placeholder-mismatch", where, message


def _undecided(quiz: Quiz) -> Iterator[Raw]:
    for path, item in _paths(quiz):
        if item.type != "statement" and not item.decides:
            message = f"'{item.id}' does not say what it decides; a question that decides nothing can be left out"
            yield "warning", "decides-nothing", path, message


def _same_words(quiz: Quiz) -> Iterator[Raw]:
    """Options of one question that share a label or synonym: a typed answer could not tell them apart."""
    for path, item in _paths(quiz):
        for lang in quiz.languages:
            seen: dict[str, str] = {}
            for i, option in enumerate(item.options):
                inner = f"{path}.options[{i}]"
                for where, word in _words(option, lang, inner):
                    other = seen.setdefault(plain(word), option.id)
                    if other != option.id:
                        message = f"'{word}' also stands for '{other}'"
                        yield "warning", "same-words", where, message


def _words(option: Option, lang: str, path: str) -> Iterator[tuple[str, str]]:
    if option.label.by_lang.get(lang):
        yield f"{path}.label.{lang}", option.label.by_lang[lang]
    for i, word in enumerate(option.synonyms.get(lang, ())):
        yield f"{path}.synonyms.{lang}[{i}]", word


def _texts(quiz: Quiz) -> Iterator[tuple[str, Text]]:
    for key in ("title", "welcome", "thanks"):
        yield key, getattr(quiz, key)
    for path, item in _paths(quiz):
        for key in ("text", "help", "decides", "low", "high"):
            yield f"{path}.{key}", getattr(item, key)
        yield f"{path}.placeholder", item.placeholder
        yield f"{path}.wording", item.wording
    for path, option in _options(quiz):
        yield f"{path}.label", option.label
        yield f"{path}.placeholder", option.placeholder
        if option.suggestion:
            yield f"{path}.suggestion.text", option.suggestion.text
            yield f"{path}.suggestion.link.label", option.suggestion.label
    for i, outcome in enumerate(quiz.outcomes):
        yield f"outcomes[{i}].title", outcome.title
        yield f"outcomes[{i}].text", outcome.text
    for i, product in enumerate(quiz.products):
        yield f"products[{i}].name", product.name
        yield f"products[{i}].text", product.text
    if quiz.contact:
        yield "contact.text", quiz.contact.text
        for channel, wording in quiz.contact.consent.items():
            yield f"contact.consent.{channel}", wording


_CHECKS: tuple[Callable[[Quiz], Iterator[Raw]], ...] = (
    *WAYS,
    _never_wins,
    _contradictions,
    _never_recommended,
    _untranslated,
    _placeholders,
    _undecided,
    _same_words,
)
