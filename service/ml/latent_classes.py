"""Latent classes: groups of people such that, within a group, one answer says nothing about another.

Many short runs of our own EM find where to begin, and StepMix finishes the best of them: a single start ends in a local
maximum about every other time (gss82), and fifty finished starts would take fifty times as long. Blanks are left out of
the likelihood (full information), so that nobody has to be dropped.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its docstrings warn when they are compiled, that is on the first import
    from stepmix.stepmix import StepMix

Codes = NDArray[np.int64]
"""People by questions: the number of the answer from 0, or ``BLANK``."""
Matrix = NDArray[np.float64]
BLANK = -1
STARTS = 50
SHORT_STEPS = 30
LONG_STEPS = 300
CONTINUED = 5
"""Of the short runs, how many go on; StepMix finishes the best of those."""
MOST_STEPS = 5000
_LEAST_PROBABILITY = 1e-12


@dataclass(frozen=True)
class Classes:
    """A fitted model.

    :param memberships: people by classes; each row adds up to 1
    :param shares: size of each class, the largest first
    :param tables: for each question, classes by answers: the probability of the answer
    :param same: of the runs that went on, how many ended within 0.1 of the best
    """

    log_likelihood: float
    parameters: int
    people: int
    memberships: Matrix
    shares: Matrix
    tables: tuple[Matrix, ...]
    same: int

    @property
    def bic(self) -> float:
        """Schwarz's criterion: lower is better."""
        return -2 * self.log_likelihood + self.parameters * log(self.people)

    @property
    def aic(self) -> float:
        """Akaike's criterion: lower is better."""
        return -2 * self.log_likelihood + 2 * self.parameters

    def posterior(self, codes: Codes) -> Matrix:
        """The probability of each class for these people."""
        scores = np.tile(np.log(self.shares), (len(codes), 1))
        for column, table in zip(codes.T, self.tables, strict=True):
            known = column != BLANK
            scores[known] += np.log(np.clip(table, _LEAST_PROBABILITY, None)).T[column[known]]
        return _normalised(scores)[0]


def fit(codes: Codes, levels: Sequence[int], classes: int, *, starts: int = STARTS, seed: int = 0) -> Classes:
    """The most likely of ``starts`` random starts.

    :param levels: how many answers each question has
    """
    hot = one_hot(codes, levels)
    rng = np.random.default_rng(seed)
    runs = [_short(hot, levels, rng.dirichlet(np.ones(classes), size=len(codes))) for _ in range(starts)]
    runs.sort(key=lambda run: -run[0])
    longer = [_short(hot, levels, memberships, steps=LONG_STEPS) for _, memberships in runs[:CONTINUED]]
    reached, memberships = max(longer, key=lambda run: run[0])
    likelihood, memberships = _finish(codes, memberships)
    memberships = memberships[:, np.argsort(-memberships.mean(axis=0), kind="stable")]
    return Classes(
        log_likelihood=likelihood,
        parameters=classes - 1 + classes * sum(level - 1 for level in levels),
        people=len(codes),
        memberships=memberships,
        shares=memberships.mean(axis=0),
        tables=tables(hot, levels, memberships),
        same=sum(run[0] > reached - 0.1 for run in longer),
    )


def quick(codes: Codes, levels: Sequence[int], classes: int, *, starts: int, seed: int) -> Classes:
    """As ``fit``, with the best short run going on by itself instead of being finished to the last digit: for
    resamples, where the partition matters and the likelihood does not."""
    hot = one_hot(codes, levels)
    rng = np.random.default_rng(seed)
    runs = [_short(hot, levels, rng.dirichlet(np.ones(classes), size=len(codes))) for _ in range(starts)]
    likelihood, memberships = max(runs, key=lambda run: run[0])
    likelihood, memberships = _short(hot, levels, memberships, steps=LONG_STEPS)
    return Classes(
        likelihood, 0, len(codes), memberships, memberships.mean(axis=0), tables(hot, levels, memberships), 1
    )


def one_hot(codes: Codes, levels: Sequence[int]) -> Matrix:
    """One column for each answer, 1 where it was given; a blank has no 1 at all."""
    return np.hstack([(codes[:, [i]] == np.arange(level)).astype(np.float64) for i, level in enumerate(levels)])


def tables(hot: Matrix, levels: Sequence[int], memberships: Matrix) -> tuple[Matrix, ...]:
    """The probability of each answer in each class, by question."""
    counts = memberships.T @ hot + _LEAST_PROBABILITY
    found, at = [], 0
    for level in levels:
        part = counts[:, at : at + level]
        found.append(part / part.sum(axis=1, keepdims=True))
        at += level
    return tuple(found)


def _short(hot: Matrix, levels: Sequence[int], memberships: Matrix, steps: int = SHORT_STEPS) -> tuple[float, Matrix]:
    likelihood = -np.inf
    for _ in range(steps):
        logs = np.log(np.hstack(tables(hot, levels, memberships)))
        shares = np.clip(memberships.mean(axis=0), _LEAST_PROBABILITY, None)
        memberships, totals = _normalised(hot @ logs.T + np.log(shares))
        before, likelihood = likelihood, float(totals.sum())
        if likelihood - before < 1e-6:
            break
    return likelihood, memberships


def _normalised(scores: Matrix) -> tuple[Matrix, Matrix]:
    highest = scores.max(axis=1, keepdims=True)
    odds = np.exp(scores - highest)
    totals = odds.sum(axis=1, keepdims=True)
    return odds / totals, (highest + np.log(totals))[:, 0]


class _Continued(StepMix):  # type: ignore[misc]  # StepMix has no types
    """A StepMix that begins where a short run ended, instead of at random."""

    def begin_at(self, memberships: Matrix) -> _Continued:
        self._beginning = memberships
        return self

    def _initialize_parameters(self, X: Matrix, random_state: object) -> None:
        self.log_resp_ = np.log(np.clip(self._beginning, _LEAST_PROBABILITY, None))
        self.weights_ = self._beginning.mean(axis=0)
        self._initialize_parameters_measurement(X, random_state)


def _finish(codes: Codes, memberships: Matrix) -> tuple[float, Matrix]:
    blank = bool((codes == BLANK).any())
    data = np.where(codes == BLANK, np.nan, codes) if blank else codes.astype(np.float64)
    model = _Continued(
        memberships.shape[1],
        measurement="categorical_nan" if blank else "categorical",
        max_iter=MOST_STEPS,
        abs_tol=1e-8,
        random_state=0,
        progress_bar=0,
    ).begin_at(memberships)
    model.fit(data)
    return float(model.score(data)) * len(codes), np.asarray(model.predict_proba(data))
