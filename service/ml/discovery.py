"""Finding personas in answers: how many there are, who belongs together, and how far that can be trusted.

1. Latent classes for every size in question: likelihood and BIC.
2. Stability: the same on resamples of the people. How far two partitions agree is the adjusted Rand index (0 is chance,
   1 the same), and everybody counts, drawn or not.
3. Two ways to draw the lines are compared at the size chosen, latent classes and nearest centres, and the one that
   resamples reproduce better is proposed. Centres are proposed by their consensus: those belong together whom most
   resamples put together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score

from service.domain.models import as_number, as_options
from service.ml import latent_classes
from service.ml.latent_classes import BLANK, STARTS, Classes, Codes, Matrix, one_hot, tables

Facts = Mapping[str, object]
Labels = NDArray[np.int64]
Method = Literal["classes", "centres"]

SIZES = tuple(range(2, 9))
RESAMPLES = 30
RESAMPLE_STARTS = 8
CONSENSUS = 100
"""Resamples whose consensus is taken; nearest centres cost little."""
RANDOM_STATE = 20_260_601
MOST_BANDS = 4
LEAST_SUPPORT = 10
"""People who must have given an answer, or not have chosen an option, for it to count."""
_MOST_ROUNDS = 100


@dataclass(frozen=True)
class Column:
    """One question as it is coded: the answers it may have, by number from 0.

    :param option: of several choices, the one that is chosen (``yes``) or not
    """

    fact: str
    option: str | None
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Coded:
    """People by questions."""

    columns: tuple[Column, ...]
    codes: Codes

    @property
    def levels(self) -> list[int]:
        """How many answers each question has."""
        return [len(column.answers) for column in self.columns]


@dataclass(frozen=True)
class Size:
    """How well one number of classes fits.

    :param stability: mean agreement of resamples with the whole, for latent classes
    :param low: the agreement that one resample in ten stays below
    """

    classes: int
    log_likelihood: float
    bic: float
    aic: float
    stability: float
    low: float
    smallest: float
    same: int


@dataclass(frozen=True)
class Found:
    """What is proposed.

    :param memberships: people by classes, each row adds up to 1; the largest class first
    :param stability: of each way at the proposed size
    """

    sizes: tuple[Size, ...]
    classes: int
    method: Method
    stability: Mapping[Method, float]
    memberships: Matrix
    starts: int
    resamples: int

    def to_json(self) -> dict[str, Any]:
        """As kept with the discovery."""
        return {
            "sizes": [vars(size) for size in self.sizes],
            "classes": self.classes,
            "method": self.method,
            "stability": dict(self.stability),
            "starts": self.starts,
            "resamples": self.resamples,
        }


def code(people: Sequence[Facts], facts: Sequence[str]) -> Coded:
    """Answers as numbers: a choice is one question, of several choices each option is one, numbers fall into bands."""
    columns: list[Column] = []
    coded: list[list[int]] = []
    for fact in facts:
        for column, codes in _columns(fact, [one.get(fact) for one in people]):
            columns.append(column)
            coded.append(codes)
    return Coded(tuple(columns), np.array(coded, dtype=np.int64).reshape(len(columns), len(people)).T)


def _columns(fact: str, values: Sequence[object]) -> list[tuple[Column, list[int]]]:
    numbers = [as_number(value) for value in values]
    known = [number for number in numbers if number is not None]
    if known:
        cuts = _cuts(known)
        codes = [BLANK if number is None else sum(number > cut for cut in cuts) for number in numbers]
        return _kept(Column(fact, None, tuple(_band(i, cuts, known) for i in range(len(cuts) + 1))), codes)
    chosen = [as_options(value) for value in values]
    options = sorted({option for one in chosen for option in one or ()})
    if any(isinstance(value, list | tuple) for value in values):
        found = []
        for option in options:
            codes = [BLANK if one is None else int(option in one) for one in chosen]
            found += _kept(Column(fact, option, ("no", "yes")), codes)
        return found
    place = {option: i for i, option in enumerate(options)}
    return _kept(Column(fact, None, tuple(options)), [place[one[0]] if one else BLANK for one in chosen])


def _kept(column: Column, codes: list[int]) -> list[tuple[Column, list[int]]]:
    counts = [codes.count(level) for level in range(len(column.answers))]
    return [(column, codes)] if len(counts) > 1 and sum(counts) - max(counts) >= LEAST_SUPPORT else []


def _cuts(known: Sequence[float]) -> list[float]:
    distinct = sorted(set(known))
    if len(distinct) <= MOST_BANDS:
        return distinct[:-1]
    edges = np.quantile(known, [i / MOST_BANDS for i in range(1, MOST_BANDS)], method="inverted_cdf")
    return sorted({float(edge) for edge in edges if edge < distinct[-1]})


def _band(number: int, cuts: Sequence[float], known: Sequence[float]) -> str:
    inside = [one for one in known if sum(one > cut for cut in cuts) == number]
    low, high = min(inside), max(inside)
    return f"{low:g}" if low == high else f"{low:g}–{high:g}"


def discover(
    coded: Coded,
    sizes: Sequence[int] = SIZES,
    *,
    starts: int = STARTS,
    resamples: int = RESAMPLES,
    seed: int = RANDOM_STATE,
    on_step: Callable[[int], None] = lambda step: None,
) -> Found:
    """Propose classes.

    Of the sizes, the one with the lowest BIC is taken; ``sizes`` of one number leaves no choice.

    :param on_step: told after each size, and once at the end
    """
    rng = np.random.default_rng(seed)
    draws = [rng.integers(0, len(coded.codes), len(coded.codes)) for _ in range(resamples)]
    fitted: dict[int, Classes] = {}
    found: list[Size] = []
    for classes in sizes:
        fitted[classes] = latent_classes.fit(coded.codes, coded.levels, classes, starts=starts, seed=seed)
        found.append(_size(coded, fitted[classes], draws, seed))
        on_step(1)
    best = min(found, key=lambda one: one.bic)
    more = [rng.integers(0, len(coded.codes), len(coded.codes)) for _ in range(CONSENSUS - resamples)]
    partitions = _centre_partitions(coded, best.classes, [*draws, *more], seed)
    whole = centres(_filled(coded), best.classes, starts, seed)[0]
    stability: dict[Method, float] = {
        "classes": best.stability,
        "centres": float(np.mean([adjusted_rand_score(whole, one) for one in partitions])),
    }
    method: Method = "centres" if stability["centres"] > stability["classes"] else "classes"
    memberships = fitted[best.classes].memberships
    if method == "centres":
        memberships = _memberships_of(coded, consensus(partitions, best.classes, seed))
    on_step(1)
    return Found(tuple(found), best.classes, method, stability, memberships, starts, resamples)


def _size(coded: Coded, fitted: Classes, draws: Sequence[Labels], seed: int) -> Size:
    classes = fitted.memberships.shape[1]
    whole = fitted.memberships.argmax(axis=1)
    agreement = [0.0]
    if draws:
        agreement = [adjusted_rand_score(whole, _refitted(coded, classes, drawn, seed)) for drawn in draws]
    return Size(
        classes=classes,
        log_likelihood=fitted.log_likelihood,
        bic=fitted.bic,
        aic=fitted.aic,
        stability=float(np.mean(agreement)),
        low=float(np.quantile(agreement, 0.1)),
        smallest=float(fitted.shares.min()),
        same=fitted.same,
    )


def _refitted(coded: Coded, classes: int, drawn: Labels, seed: int) -> Labels:
    again = latent_classes.quick(coded.codes[drawn], coded.levels, classes, starts=RESAMPLE_STARTS, seed=seed)
    return np.asarray(again.posterior(coded.codes).argmax(axis=1))


# centres -----------------------------------------------------------------------------------------------------------


def _filled(coded: Coded) -> Matrix:
    """People by answers, 1 where given; a blank takes the share of everybody, so that it pulls nowhere."""
    hot = one_hot(coded.codes, coded.levels)
    means = [np.asarray(table)[0] for table in tables(hot, coded.levels, np.ones((len(hot), 1)))]
    at = 0
    for question, mean in enumerate(means):
        hot[coded.codes[:, question] == BLANK, at : at + len(mean)] = mean
        at += len(mean)
    return hot


def centres(points: Matrix, classes: int, starts: int, seed: int) -> tuple[Labels, Matrix]:
    """k-means: the partition with the least squared distance to its centres over random starts, and the centres."""
    rng = np.random.default_rng(seed)
    runs = [_lloyd(points, points[rng.choice(len(points), classes, replace=False)]) for _ in range(starts)]
    _, labels, middle = min(runs, key=lambda run: run[0])
    return labels, middle


def _lloyd(points: Matrix, middle: Matrix) -> tuple[float, Labels, Matrix]:
    labels = np.full(len(points), -1)
    for _ in range(_MOST_ROUNDS):
        nearest = _nearest(points, middle)
        if (nearest == labels).all():
            break
        labels = nearest
        hot = (labels[:, None] == np.arange(len(middle))).astype(np.float64)
        sizes = hot.sum(axis=0)
        filled = sizes > 0
        middle = middle.copy()
        middle[filled] = (hot.T @ points)[filled] / sizes[filled, None]
    return float(((points - middle[labels]) ** 2).sum()), labels, middle


def _nearest(points: Matrix, middle: Matrix) -> Labels:
    return np.asarray(((middle**2).sum(axis=1) - 2 * points @ middle.T).argmin(axis=1))


def _centre_partitions(coded: Coded, classes: int, draws: Sequence[Labels], seed: int) -> list[Labels]:
    points = _filled(coded)
    found = []
    for number, drawn in enumerate(draws):
        _, middle = centres(points[drawn], classes, RESAMPLE_STARTS, seed + number)
        found.append(_nearest(points, middle))
    return found


def consensus(partitions: Sequence[Labels], classes: int, seed: int) -> Labels:
    """The partition that agrees best with all: people are compared by how often they were put apart."""
    apart = np.hstack([(one[:, None] == np.arange(classes)).astype(np.float64) for one in partitions])
    return centres(apart, classes, STARTS, seed)[0]


def _memberships_of(coded: Coded, labels: Labels) -> Matrix:
    """How surely each belongs where it was put: the class's answers give the probability, as in latent classes."""
    sizes = np.bincount(labels)
    order = np.argsort(-sizes, kind="stable")
    hard = (labels[:, None] == order).astype(np.float64)
    hot = one_hot(coded.codes, coded.levels)
    smooth = 0.98 * hard + 0.02 / hard.shape[1]
    logs = np.log(np.hstack(tables(hot, coded.levels, smooth)))
    scores = hot @ logs.T + np.log(hard.mean(axis=0))
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares = odds / odds.sum(axis=1, keepdims=True)
    # Who lies nearer to another class by its answers stays where the partition put them, without certainty.
    inside = hard.argmax(axis=1)
    doubtful = shares.argmax(axis=1) != inside
    shares[doubtful] = (shares[doubtful] + hard[doubtful]) / 2
    return np.asarray(shares)


# the same class again ----------------------------------------------------------------------------------------------


def match(overlap: Matrix, least: float = 0.2) -> dict[int, int]:
    """Which new class continues which old one: the assignment with the greatest total overlap (Hungarian method).

    :param overlap: old by new: of those in either, the share in both (Jaccard)
    :param least: overlap below which a class is taken for new
    :returns: new -> old
    """
    if not overlap.size:
        return {}
    old, new = linear_sum_assignment(-overlap)
    return {int(b): int(a) for a, b in zip(old, new, strict=True) if overlap[a, b] >= least}


def overlap(before: Sequence[set[int]], after: Sequence[set[int]]) -> Matrix:
    """The share of those in either group who are in both, for each old and new group, among people in any old one."""
    seen = set().union(*before) if before else set()
    narrowed = [one & seen for one in after]
    return np.array([[len(a & b) / max(1, len(a | b)) for b in narrowed] for a in before], dtype=np.float64)


# portraits ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tell:
    """An answer that a class gives far more, or far less, often than the others.

    :param inside: share of the class's people who were asked; ``outside`` of the others
    :param people: of the class, who gave it
    """

    fact: str
    answer: str
    inside: float
    outside: float
    people: int

    @property
    def lift(self) -> float | None:
        """How many times as often as the others; ``None`` when none of them gives it."""
        return self.inside / self.outside if self.outside else None

    def to_json(self) -> dict[str, Any]:
        """As kept with the discovery."""
        return {**vars(self), "lift": self.lift}


_Z = 2.58
"""Two-sided 99 %: many answers are compared, and a portrait should not rest on luck."""


def tells(coded: Coded, labels: Sequence[int], label: int, most: int = 12) -> tuple[list[Tell], list[Tell]]:
    """What a class says far more, and far less, than the others: the greatest differences in shares that are beyond
    chance."""
    inside = np.asarray(labels) == label
    found: list[Tell] = []
    for column, codes in zip(coded.columns, coded.codes.T, strict=True):
        known = codes != BLANK
        ours, theirs = int((known & inside).sum()), int((known & ~inside).sum())
        if not ours or not theirs:
            continue
        for level, answer in enumerate(column.answers):
            if column.option is not None and answer == "no":
                continue
            mine = int((inside & (codes == level)).sum())
            other = int((~inside & (codes == level)).sum())
            if _beyond_chance(mine, ours, other, theirs):
                found.append(Tell(column.fact, column.option or answer, mine / ours, other / theirs, mine))
    found.sort(key=lambda one: one.outside - one.inside)
    over = [one for one in found if one.inside > one.outside][:most]
    under = [one for one in reversed(found) if one.inside < one.outside][:most]
    return over, under


def _beyond_chance(mine: int, ours: int, other: int, theirs: int) -> bool:
    together = (mine + other) / (ours + theirs)
    spread = float(np.sqrt(together * (1 - together) * (1 / ours + 1 / theirs)))
    return spread > 0 and abs(mine / ours - other / theirs) >= _Z * spread
