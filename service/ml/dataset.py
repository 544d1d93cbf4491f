"""Labelled customers as a matrix: one column per trait, number answer and option, one row per customer."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.domain.errors import Refused
from service.domain.models import as_number, as_options, code

Facts = Mapping[str, object]

LEAST_PER_PERSONA = 20
"""Labelled customers with answers that each persona needs: four in each of five folds, and no fewer to learn from."""
LEAST_SUPPORT = 5
"""Labelled customers who must have chosen an option, or have a number, for it to become a column."""


class TooFewLabels(Refused):
    """There is not enough to train on; the message says how many labels which persona lacks."""


@dataclass(frozen=True)
class Labelled:
    """What is known of one customer, and who they are."""

    facts: Facts
    persona: str


@dataclass(frozen=True)
class Dataset:
    """What a classifier is trained on.

    :param columns: (fact, option), ``None`` for the fact's number; numbers come first
    :param numbers: how many of the columns are numbers
    :param matrix: customers by columns, NaN where the fact is not known
    :param personas: in the order of the vocabulary
    :param labels: for each row the position of its persona
    :param facts: for each row what it was coded from
    """

    columns: tuple[tuple[str, str | None], ...]
    numbers: int
    matrix: NDArray[np.float64]
    personas: tuple[str, ...]
    labels: NDArray[np.int64]
    facts: tuple[Facts, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Labelled customers per persona."""
        found = np.bincount(self.labels, minlength=len(self.personas))
        return {persona: int(count) for persona, count in zip(self.personas, found, strict=True)}

    @property
    def facts_used(self) -> tuple[str, ...]:
        """Names of the facts behind the columns, each once."""
        return tuple(dict.fromkeys(fact for fact, _ in self.columns))

    @property
    def digest(self) -> str:
        """Of columns, rows and labels; the order of the rows does not matter."""
        rows = sorted(
            json.dumps([self.personas[label], [None if np.isnan(cell) else cell for cell in row.tolist()]])
            for row, label in zip(self.matrix, self.labels, strict=True)
        )
        return hashlib.sha256(json.dumps([self.columns, rows]).encode()).hexdigest()


def build(
    labelled: Sequence[Labelled],
    personas: Sequence[str],
    *,
    answers: Collection[str] | None = None,
    families: Collection[str] = ("trait.", "answer."),
) -> Dataset:
    """Code labelled customers.

    Customers of whom no trait and no usable answer is known are left out.

    :param personas: the psychographic personas of the vocabulary
    :param answers: the answer facts that may be used; ``None`` takes all. Texts people typed are no options
    :param families: beginnings of the facts that may be used
    :raises TooFewLabels: when a persona has fewer than ``LEAST_PER_PERSONA`` of the customers left
    """
    columns, numbers = _columns(labelled, answers, tuple(families))
    coded = [(code(columns, one.facts), one) for one in labelled]
    kept = [(row, one) for row, one in coded if any(cell is not None for cell in row)]
    _check(Counter(one.persona for _, one in kept), personas, len(labelled) - len(kept))
    position = {persona: index for index, persona in enumerate(personas)}
    return Dataset(
        columns=columns,
        numbers=numbers,
        matrix=np.array([[np.nan if cell is None else cell for cell in row] for row, _ in kept], dtype=np.float64),
        personas=tuple(personas),
        labels=np.array([position[one.persona] for _, one in kept], dtype=np.int64),
        facts=tuple(one.facts for _, one in kept),
    )


def _columns(
    labelled: Sequence[Labelled], answers: Collection[str] | None, families: tuple[str, ...]
) -> tuple[tuple[tuple[str, str | None], ...], int]:
    numbers: dict[str, Counter[float]] = {}
    options: Counter[tuple[str, str]] = Counter()
    for one in labelled:
        for fact, value in one.facts.items():
            if not _usable(fact, answers, families):
                continue
            number = as_number(value)
            if number is not None:
                numbers.setdefault(fact, Counter())[number] += 1
            else:
                options.update((fact, option) for option in as_options(value) or ())
    # A number that is the same for everybody tells nobody apart.
    varying = [fact for fact, seen in numbers.items() if seen.total() >= LEAST_SUPPORT and len(seen) > 1]
    chosen = [pair for pair, count in options.items() if count >= LEAST_SUPPORT]
    return (*((fact, None) for fact in sorted(varying)), *sorted(chosen)), len(varying)


def _usable(fact: str, answers: Collection[str] | None, families: tuple[str, ...]) -> bool:
    if not fact.startswith(families):
        return False
    return answers is None or not fact.startswith("answer.") or fact in answers


def _check(counts: Counter[str], personas: Sequence[str], without: int) -> None:
    few = {persona: counts[persona] for persona in personas if counts[persona] < LEAST_PER_PERSONA}
    if not few:
        return
    found = ", ".join(f"{persona} has {count}" for persona, count in few.items())
    silent = f" ({without} labelled customers have no answers and do not count)" if without else ""
    raise TooFewLabels(
        f"training needs at least {LEAST_PER_PERSONA} labelled customers with answers for each persona; "
        f"{found}{silent}. The prototypes of personas.yaml go on serving"
    )
