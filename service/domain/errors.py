"""Everything the domain refuses, each with a sentence the reader can act on.

FirasaError
├── DefinitionError        a quiz, segment, trait or persona file is wrong
├── AnswerError            what a shopper sent cannot be taken
│   ├── InvalidValue       the value does not fit the item            (422 invalid_value)
│   ├── ItemNotExpected    the item is not on the walked path          (409 item_not_expected)
│   └── StaleRevision      the response has moved on                   (409 stale_revision)
├── NotFound               no such quiz, response, customer, …         (404 <noun>_not_found)
├── Refused                a rule of the house forbids it              (409 refused)
└── InvalidInput           any other input that cannot be taken        (422 invalid_value)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class FirasaError(Exception):
    """Base of all errors that carry a sentence for people."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a definition.

    :param path: where inside the document, for example ``items[2].options[0].label.ar``
    :param message: what is wrong and what would be right
    :param file: name of the file, empty when the document did not come from one
    :param line: 1-based line in the file, 0 when unknown
    """

    path: str
    message: str
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " if self.file else ""
        return f"{place}{self.path}: {self.message}" if self.path else f"{place}{self.message}"


class DefinitionError(FirasaError):
    """A definition cannot be used; ``problems`` lists everything found, not just the first."""

    def __init__(self, problems: Problem | list[Problem]) -> None:
        self.problems = [problems] if isinstance(problems, Problem) else list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class AnswerError(FirasaError):
    """What a shopper sent cannot be taken."""


class InvalidValue(AnswerError):
    """The value does not fit the item. ``path`` says which part of the request.

    :param fault: the kind of fault, by which ``domain.faults`` tells the shopper; ``said`` is that sentence, once the
        language is known
    """

    def __init__(
        self, message: str, path: str = "value", *, fault: str = "", values: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.path = path
        self.fault = fault
        self.values = values or {}
        self.said = ""


class ItemNotExpected(AnswerError):
    """The item is neither the next one nor on the walked path."""


class StaleRevision(AnswerError):
    """The answer was given to an older state of the response."""


class NotFound(FirasaError):
    """There is nothing of that name. ``noun`` names the kind: quiz, response, customer, …"""

    def __init__(self, noun: str, message: str) -> None:
        super().__init__(message)
        self.noun = noun


class Refused(FirasaError):
    """A rule forbids the change; the message says which rule and what to do instead."""


class InvalidInput(FirasaError):
    """Input outside a quiz answer that cannot be taken. ``path`` says which part."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(message)
        self.path = path
