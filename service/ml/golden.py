"""Golden questions: the fewest questions that tell most people's persona as well as all of them do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from service.domain.adaptive import Kind
from service.ml import FOLDS
from service.ml.adaptive import RANDOM_STATE, Person, fit
from service.ml.evaluation import wilson

Matrix = NDArray[np.float64]
KEEP = 0.9
"""Share of the agreement of all questions that a short quiz keeps, unless asked otherwise."""


@dataclass(frozen=True)
class Point:
    """The best questions of one number, and how often they say what all questions say.

    :param low: of the 95 % Wilson interval; ``high`` likewise
    """

    questions: tuple[str, ...]
    agreement: float
    low: float
    high: float


@dataclass(frozen=True)
class Curve:
    """From one question to all of them.

    :param points: by number of questions, from 1
    """

    people: int
    points: tuple[Point, ...]

    def shortest(self, keep: float = KEEP) -> Point:
        """The fewest questions whose agreement is at least ``keep`` of that of all."""
        needed = keep * self.points[-1].agreement
        return next(point for point in self.points if point.agreement >= needed)

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


def curve(
    people: Sequence[Person], items: Mapping[str, Kind], on_step: Callable[[int], None] = lambda step: None
) -> Curve:
    """Find the best questions of each number, forwards and backwards, each person judged by a model that has not seen
    them.

    1. Forwards: the question that adds most (mean log-probability of the persona) joins.
    2. Backwards, from all: the one that is missed least leaves.
    3. For each number the better of the two counts.

    The choice is made on the same folds as the agreement, which flatters short lists by about a point.

    :param on_step: told after each number
    :raises Refused: with too few people of a persona
    """
    tables, base, truth = _tables(people, items)
    forwards: list[list[str]] = [[]]
    for _ in items:
        left = [item for item in tables if item not in forwards[-1]]
        forwards.append([*forwards[-1], max(left, key=lambda one: _told(base, tables, [*forwards[-1], one], truth))])
        on_step(1)
    backwards = {len(tables): list(tables)}
    for size in range(len(tables) - 1, 0, -1):
        present = backwards[size + 1]
        shorter = [[one for one in present if one != gone] for gone in present]
        backwards[size] = max(shorter, key=lambda names: _told(base, tables, names, truth))
    points = []
    for size in range(1, len(tables) + 1):
        found = [_point(base, tables, names, truth) for names in (forwards[size], backwards[size])]
        points.append(max(found, key=lambda one: one.agreement))
    return Curve(len(people), tuple(points))


def _tables(people: Sequence[Person], items: Mapping[str, Kind]) -> tuple[dict[str, Matrix], Matrix, NDArray[np.int64]]:
    """What each answer adds to the log-odds of each persona, by a model that has not seen the person."""
    labels = [one.persona for one in people]
    whole = fit(people, "", items)
    tables = {item: np.zeros((len(people), len(whole.personas))) for item in whole.questions}
    base = np.zeros((len(people), len(whole.personas)))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=RANDOM_STATE)
    for seen, unseen in folds.split(np.zeros(len(people)), labels):
        model = fit([people[i] for i in seen], "", items, least_per_persona=1)
        base[unseen] = np.log(np.array(model.shares))
        for item, question in model.questions.items():
            if item in tables:
                rows = [question.likelihood(people[i].answers.get(item)) for i in unseen]
                tables[item][unseen] = [np.log(row) if row is not None else np.zeros(base.shape[1]) for row in rows]
    truth = np.array([whole.personas.index(label) for label in labels])
    return tables, base, truth


def _scores(base: Matrix, tables: Mapping[str, Matrix], names: Sequence[str]) -> Matrix:
    return base + sum((tables[name] for name in names), np.zeros_like(base))


def _told(base: Matrix, tables: Mapping[str, Matrix], names: Sequence[str], truth: NDArray[np.int64]) -> float:
    scores = _scores(base, tables, names)
    highest = scores.max(axis=1)
    totals = highest + np.log(np.exp(scores - highest[:, None]).sum(axis=1))
    return float((scores[np.arange(len(truth)), truth] - totals).mean())


def _point(base: Matrix, tables: Mapping[str, Matrix], names: Sequence[str], truth: NDArray[np.int64]) -> Point:
    right = _scores(base, tables, names).argmax(axis=1) == truth
    low, high = wilson(int(right.sum()), len(right))
    return Point(tuple(names), float(right.mean()), low, high)
