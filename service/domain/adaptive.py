"""The adaptive quiz: which question tells most about the persona next, and when enough is known.

The model says, for each question and persona, how probable each answer is, and takes answers of one person to be
independent given the persona (naive Bayes). Its probabilities follow the answers alone, whatever order they came in,
so a response resumes where it was. The question chosen is the one after which the persona is expected to be least in
doubt: the lowest mean entropy over its answers, which is the most expected information.

What the model does not know (a question added since, a free text, an address) is never left out: it comes at the end,
in the quiz's order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import log
from typing import Any, Literal

from service.domain import conditions
from service.domain.errors import FirasaError
from service.domain.quiz import Item, Quiz

FORMAT = 1
STOP = 0.8
"""Probability of a persona from which no further question is asked, unless the quiz says otherwise."""
LEAST = 3
"""Answers that the model knows, before which it never stops."""
Kind = Literal["choice", "several", "scale"]
Row = tuple[float, ...]
"""One number for each persona, in the order of ``Model.personas``."""
Answers = Mapping[str, object]


class AdaptiveFormatError(FirasaError):
    """A stored adaptive model was written in another format; fitting again is the way out."""


@dataclass(frozen=True)
class Question:
    """How one question is answered by each persona.

    :param kind: ``choice`` (one of the cells), ``several`` (each cell chosen or not), ``scale`` (numbers in bands)
    :param cuts: of a scale, the highest value of each band but the last; band ``0`` is the lowest
    :param cells: option, or band, -> probability of it given each persona
    """

    kind: Kind
    cells: Mapping[str, Row]
    cuts: tuple[float, ...] = ()

    def likelihood(self, value: object) -> Row | None:
        """How probable the answer is given each persona; ``None`` for a blank and for what the model never saw."""
        if self.kind == "several":
            return self._several(value)
        if self.kind == "choice":
            return self.cells.get(value) if isinstance(value, str) else None
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            return None
        return self.cells.get(str(sum(value > cut for cut in self.cuts)))

    def outcomes(self) -> Sequence[Sequence[Row]]:
        """The ways an answer may come out that expected information is taken over: each a list of likelihoods.

        Of several choices each is a question of its own here (chosen or not); the best of them counts for the item,
        which never promises more than the item gives.
        """
        if self.kind != "several":
            return [tuple(self.cells.values())]
        return [(row, tuple(1 - one for one in row)) for row in self.cells.values()]

    def _several(self, value: object) -> Row | None:
        if not isinstance(value, list | tuple):
            return None
        chosen = {one for one in value if isinstance(one, str)}
        if chosen and not chosen.intersection(self.cells):
            return None
        rows = [row if option in chosen else tuple(1 - one for one in row) for option, row in self.cells.items()]
        product = [1.0] * len(rows[0])
        for row in rows:
            product = [one * two for one, two in zip(product, row, strict=True)]
        return tuple(product)


@dataclass(frozen=True)
class Model:
    """What an adaptive quiz asks by.

    :param personas: ids, in the order of every ``Row``
    :param shares: how common each persona is; adds up to 1
    :param questions: by item id
    :param stop: probability of the likeliest persona from which questions end
    :param least: known answers before which they never end
    :param metrics: agreement and questions saved in cross-validation
    :param version: of the stored document
    """

    quiz: str
    personas: tuple[str, ...]
    shares: Row
    questions: Mapping[str, Question]
    stop: float = STOP
    least: int = LEAST
    people: int = 0
    fitted_at: int = 0
    metrics: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    version: int = 0


@dataclass(frozen=True)
class State:
    """What the answers so far say.

    :param probabilities: of each persona
    :param known: answers that the model could use
    """

    probabilities: Row
    known: int


def state(model: Model, answers: Answers) -> State:
    """The probabilities of the personas given the answers, whatever their order."""
    present = list(model.shares)
    known = 0
    for item_id, value in answers.items():
        question = model.questions.get(item_id)
        row = question.likelihood(value) if question is not None and value is not None else None
        if row is None:
            continue
        known += 1
        present = [one * two for one, two in zip(present, row, strict=True)]
        total = sum(present)
        # Twenty unlikely answers would reach the smallest float otherwise.
        present = [one / total for one in present] if total else list(model.shares)
    return State(tuple(present), known)


def next_adaptive(model: Model, quiz: Quiz, answers: Answers, candidates: Sequence[Item]) -> Item | None:
    """The question to ask next; ``None`` when enough is known and nothing else is to be asked.

    1. While no persona reaches ``stop``: the candidate with the most expected information; of equals the first.
    2. Then, and when the model knows none of them: the first candidate that it does not know.

    :param candidates: what may be asked now (``candidates()``), in the quiz's order
    """
    found = state(model, answers)
    asked = [item for item in candidates if item.id in model.questions]
    settled = found.known >= model.least and max(found.probabilities) >= model.stop
    if asked and not settled:
        return min(asked, key=lambda item: expected_doubt(model.questions[item.id], found.probabilities))
    return next((item for item in candidates if item.id not in model.questions), None)


def remaining(model: Model, answers: Answers, candidates: Sequence[Item]) -> int:
    """How many questions are still to come, as far as it can be told: as many as others needed, and the unknown ones.

    :param candidates: what may be asked now; at least one of them will be
    """
    asked = [item for item in candidates if item.id in model.questions]
    usual = float(model.metrics.get("asked", len(model.questions)))
    to_come = min(len(asked), max(0, round(usual - state(model, answers).known)))
    return max(1, to_come + len(candidates) - len(asked))


def candidates(quiz: Quiz, answers: Answers) -> list[Item]:
    """The questions that may be asked next in any order, in the quiz's.

    Answered ones and those whose condition does not hold (yet) are left out. A question without an answer that branches
    closes the view: what lies behind it depends on its answer.
    """
    found: list[Item] = []
    facts: dict[str, object] = {}
    position = 0
    while position < len(quiz.items):
        item = quiz.items[position]
        position += 1
        if item.when is not None and not conditions.holds(item.when, facts):
            continue
        if item.id in answers:
            facts[f"answer.{item.id}"] = answers[item.id]
        elif item.type != "statement":
            found.append(item)
            if item.goto:
                return found
        for branch in item.goto:
            if branch.when is None or conditions.holds(branch.when, facts):
                position = len(quiz.items) if branch.to == "end" else max(quiz.index[branch.to], position)
                break
    return found


def expected_doubt(question: Question, present: Row) -> float:
    """The mean entropy (nats) of the personas after the answer; lower says the question tells more."""
    return min(sum(_weighted_entropy(present, row) for row in outcome) for outcome in question.outcomes())


def _weighted_entropy(present: Row, likelihood: Row) -> float:
    """The entropy after one answer, times the probability of that answer."""
    joint = [one * two for one, two in zip(present, likelihood, strict=True)]
    total = sum(joint)
    if total <= 0.0:
        return 0.0
    return total * log(total) - sum([one * log(one) for one in joint if one > 0.0])


# the document ------------------------------------------------------------------------------------------------------


def dump(model: Model) -> dict[str, Any]:
    """The model as the JSON document that is stored and read by people; the version is the row's."""
    personas = model.personas
    return {
        "format": FORMAT,
        "kind": "adaptive",
        "quiz": model.quiz,
        "fitted_at": model.fitted_at,
        "people": model.people,
        "personas": list(personas),
        "shares": dict(zip(personas, model.shares, strict=True)),
        "stop": model.stop,
        "least": model.least,
        "questions": {
            item_id: {
                "kind": one.kind,
                "cuts": list(one.cuts),
                "answers": {cell: dict(zip(personas, row, strict=True)) for cell, row in one.cells.items()},
            }
            for item_id, one in model.questions.items()
        },
        "metrics": dict(model.metrics),
        "training": dict(model.training),
    }


def load(document: Mapping[str, Any], *, version: int = 0) -> Model:
    """The model of a stored document.

    :raises AdaptiveFormatError: when it was written in another format
    """
    if document.get("kind") != "adaptive" or document.get("format") != FORMAT:
        raise AdaptiveFormatError(
            f"the stored adaptive model {version} has format {document.get('format')!r}, this release reads {FORMAT}; "
            "fit a new one with: firasa personas adapt"
        )
    personas = tuple(document["personas"])

    def row(values: Mapping[str, float]) -> Row:
        return tuple(float(values[persona]) for persona in personas)

    return Model(
        quiz=document["quiz"],
        personas=personas,
        shares=row(document["shares"]),
        questions={
            item_id: Question(
                one["kind"], {cell: row(values) for cell, values in one["answers"].items()}, tuple(one["cuts"])
            )
            for item_id, one in document["questions"].items()
        },
        stop=document["stop"],
        least=document["least"],
        people=document["people"],
        fitted_at=document["fitted_at"],
        metrics=document["metrics"],
        training=document["training"],
        version=version,
    )
