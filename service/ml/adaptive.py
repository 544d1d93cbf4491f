"""Fitting the adaptive quiz: how each persona answers each question, and what asking by it would have saved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from service.domain.adaptive import LEAST, STOP, Kind, Model, Question, Row, expected_doubt, state
from service.domain.errors import Refused
from service.ml import FOLDS

Answers = Mapping[str, object]
Order = Literal["adaptive", "fixed", "random"]

PSEUDO_ANSWERS = 4.0
"""Added to the count of each answer of each persona: it keeps a persona of a few people from being ruled out by one
answer. Four did best on flexclust_vacmot among 0.5, 1, 2, 4, 6 and 8 (docs/personas.md); 1 is the textbook's."""
LEAST_PER_PERSONA = 20
"""People with answers that each persona needs."""
MOST_BANDS = 5
RANDOM_STATE = 20_260_601


@dataclass(frozen=True)
class Person:
    """What somebody answered, and who they are."""

    answers: Answers
    persona: str


def fit(
    people: Sequence[Person],
    quiz: str,
    items: Mapping[str, Kind],
    *,
    stop: float = STOP,
    least: int = LEAST,
    least_per_persona: int = LEAST_PER_PERSONA,
    fitted_at: int = 0,
    metrics: Mapping[str, Any] | None = None,
) -> Model:
    """Count how each persona answers each question.

    :param items: the questions that may be chosen, and their kind
    :raises Refused: when a persona has fewer than ``least_per_persona`` people
    """
    counts = Counter(one.persona for one in people)
    personas = tuple(sorted(counts))
    few = [f"{persona} has {counts[persona]}" for persona in personas if counts[persona] < least_per_persona]
    if len(personas) < 2 or few:
        raise Refused(
            f"an adaptive quiz needs at least two personas with {least_per_persona} people each who answered it; "
            + (", ".join(few) or f"there are {len(personas)} personas")
        )
    groups = {persona: [one.answers for one in people if one.persona == persona] for persona in personas}
    questions = {item: _question(item, kind, groups) for item, kind in items.items()}
    return Model(
        quiz=quiz,
        personas=personas,
        shares=tuple(counts[persona] / len(people) for persona in personas),
        questions={item: one for item, one in questions.items() if one is not None},
        stop=stop,
        least=least,
        people=len(people),
        fitted_at=fitted_at,
        metrics=metrics or {},
        training={"method": "naive Bayes", "pseudo_answers": PSEUDO_ANSWERS},
    )


def _question(item: str, kind: Kind, groups: Mapping[str, Sequence[Answers]]) -> Question | None:
    given = {
        persona: [one[item] for one in answers if one.get(item) is not None] for persona, answers in groups.items()
    }
    if kind == "several":
        return _several(given)
    cuts: tuple[float, ...] = ()
    if kind == "scale":
        cuts = _cuts([_number(value) for values in given.values() for value in values if _is_number(value)])
        coded = {p: [_band(value, cuts) for value in values if _is_number(value)] for p, values in given.items()}
    else:
        coded = {p: [value for value in values if isinstance(value, str)] for p, values in given.items()}
    cells = sorted({cell for values in coded.values() for cell in values})
    if len(cells) < 2:
        return None  # everybody says the same, which tells nobody apart
    rows = {}
    for cell in cells:
        rows[cell] = tuple(
            (values.count(cell) + PSEUDO_ANSWERS) / (len(values) + PSEUDO_ANSWERS * len(cells))
            for values in coded.values()
        )
    return Question(kind, rows, cuts)


def _several(given: Mapping[str, Sequence[object]]) -> Question | None:
    lists = {p: [set(value) for value in values if isinstance(value, list | tuple)] for p, values in given.items()}
    options = sorted({option for values in lists.values() for value in values for option in value})
    cells: dict[str, Row] = {
        option: tuple(
            (sum(option in value for value in values) + PSEUDO_ANSWERS) / (len(values) + 2 * PSEUDO_ANSWERS)
            for values in lists.values()
        )
        for option in options
    }
    return Question("several", cells) if cells else None


def _is_number(value: object) -> bool:
    return not isinstance(value, bool | str | list | tuple) and value is not None


def _number(value: Any) -> float:
    return float(value)


def _band(value: object, cuts: Sequence[float]) -> str:
    return str(sum(_number(value) > cut for cut in cuts))


def _cuts(values: Sequence[float]) -> tuple[float, ...]:
    """Bands of about equal numbers of people, at values that occur, so that equal answers share a band."""
    distinct = sorted(set(values))
    if len(distinct) <= MOST_BANDS:
        return tuple(distinct[:-1])
    edges = np.quantile(values, [i / MOST_BANDS for i in range(1, MOST_BANDS)], method="inverted_cdf")
    return tuple(sorted({float(edge) for edge in edges if edge < distinct[-1]}))


# orders of questions -----------------------------------------------------------------------------------------------


def best_fixed_order(model: Model, people: Sequence[Person], length: int) -> list[str]:
    """The order that would have been best for these people if all are asked alike: greedily the question after which
    the true persona is most probable (mean log-probability), given those before it."""
    truth = np.array([model.personas.index(one.persona) for one in people])
    tables = {item: _logs(model, item, people) for item in model.questions}
    present = np.tile(np.log(np.array(model.shares)), (len(people), 1))
    order: list[str] = []
    while len(order) < min(length, len(tables)):
        found = {item: present + table for item, table in tables.items() if item not in order}
        order.append(max(found, key=lambda item: _mean_log(found[item], truth)))
        present = found[order[-1]]
    return order


def _logs(model: Model, item: str, people: Sequence[Person]) -> NDArray[np.float64]:
    nothing = (1.0,) * len(model.personas)
    question = model.questions[item]
    return np.log([question.likelihood(one.answers.get(item)) or nothing for one in people])


def _mean_log(scores: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    highest = scores.max(axis=1)
    totals = highest + np.log(np.exp(scores - highest[:, None]).sum(axis=1))
    return float((scores[np.arange(len(truth)), truth] - totals).mean())


def ask(model: Model, answers: Answers, length: int, order: Sequence[str] | None = None) -> list[Row]:
    """The probabilities after each of the first ``length`` questions.

    :param order: of the questions; ``None`` asks the one with the most expected information each time
    """
    known: dict[str, object] = {}
    found: list[Row] = []
    present = model.shares
    while len(known) < min(length, len(model.questions)):
        left = [item for item in model.questions if item not in known]
        item = (
            order[len(known)]
            if order is not None
            else min(left, key=lambda one: expected_doubt(model.questions[one], present))
        )
        known[item] = answers.get(item)
        present = state(model, known).probabilities
        found.append(present)
    return found


# judging -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Saved:
    """What asking adaptively would have done, each person judged by a model that has not seen them.

    :param right: order -> share of right first guesses after 1, 2, … questions
    :param asked: mean number of questions until ``stop`` was reached, adaptively
    :param questions: how many there are
    :param agreement: share whose persona, when questions stopped, was right; ``full``: when all are asked
    """

    people: int
    questions: int
    right: Mapping[str, tuple[float, ...]]
    asked: float
    agreement: float
    full: float

    def to_json(self) -> dict[str, Any]:
        """As kept in the model's document."""
        return {
            "people": self.people,
            "questions": self.questions,
            "right": {order: list(shares) for order, shares in self.right.items()},
            "asked": self.asked,
            "saved": self.questions - self.asked,
            "agreement": self.agreement,
            "full": self.full,
        }


def hits(
    people: Sequence[Person],
    items: Mapping[str, Kind],
    length: int,
    *,
    folds: int = FOLDS,
    seed: int = RANDOM_STATE,
    on_fold: Callable[[int], None] = lambda fold: None,
) -> tuple[dict[Order, NDArray[np.bool_]], list[list[tuple[float, bool]]]]:
    """Whether each person's first guess is right after each question, by the three orders, in cross-validation; and
    for the adaptive one how sure it was."""
    truth = [one.persona for one in people]
    found: dict[Order, NDArray[np.bool_]] = {
        order: np.zeros((len(people), length), dtype=bool) for order in ("adaptive", "fixed", "random")
    }
    sure: list[list[tuple[float, bool]]] = [[] for _ in people]
    dice = Random(seed)
    splits = StratifiedKFold(folds, shuffle=True, random_state=seed).split(np.zeros(len(people)), truth)
    for number, (seen, unseen) in enumerate(splits, 1):
        model = fit([people[i] for i in seen], "", items, least_per_persona=1)
        fixed = best_fixed_order(model, [people[i] for i in seen], length)
        for i in unseen:
            person = people[i]
            shuffled = dice.sample(list(model.questions), len(model.questions))
            routes: dict[Order, list[str] | None] = {"adaptive": None, "fixed": fixed, "random": shuffled}
            for order, route in routes.items():
                rows = ask(model, person.answers, length, route)
                right = [model.personas[row.index(max(row))] == person.persona for row in rows]
                found[order][i, : len(right)] = right
                found[order][i, len(right) :] = right[-1]
                if order == "adaptive":
                    sure[i] = [(max(row), hit) for row, hit in zip(rows, right, strict=True)]
        on_fold(number)
    return found, sure


def judge(
    people: Sequence[Person],
    items: Mapping[str, Kind],
    *,
    stop: float = STOP,
    least: int = LEAST,
    on_fold: Callable[[int], None] = lambda fold: None,
) -> Saved:
    """Cross-validate asking adaptively: how often right after each question, and how many questions it saves."""
    found, sure = hits(people, items, len(items), on_fold=on_fold)
    ends = [next((i for i, (p, _) in enumerate(one) if i + 1 >= least and p >= stop), len(one) - 1) for one in sure]
    return Saved(
        people=len(people),
        questions=len(items),
        right={order: tuple(right.mean(axis=0).tolist()) for order, right in found.items()},
        asked=float(np.mean([end + 1 for end in ends])),
        agreement=float(np.mean([one[end][1] for one, end in zip(sure, ends, strict=True)])),
        full=float(found["adaptive"][:, -1].mean()),
    )
