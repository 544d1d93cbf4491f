"""Shorter quizzes: golden questions, the draft of a short quiz made of them, and quizzes that adapt to each person."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from service.catalog.loader import load_quiz, quiz_document
from service.domain import adaptive
from service.domain.adaptive import Kind, Model
from service.domain.conditions import facts_read
from service.domain.errors import InvalidInput, NotFound, Refused
from service.domain.personas import classify
from service.domain.quiz import END, Item, Quiz
from service.ml import FOLDS
from service.operations import models, quizzes
from service.operations.context import Context
from service.operations.discoveries import usable_answers
from service.store import counters, labels, users
from service.store import models as store
from service.store import quizzes as quiz_rows
from service.store.users import Change

if TYPE_CHECKING:
    from service.ml.adaptive import Person, Saved
    from service.ml.golden import Curve

_KINDS: dict[str, Kind] = {
    "single": "choice",
    "yes_no": "choice",
    "picture": "choice",
    "multiple": "several",
    "rating": "scale",
    "nps": "scale",
    "number": "scale",
}
STEPS = FOLDS


@dataclass(frozen=True)
class Adapted:
    """A new candidate, with the number of questions it would have saved."""

    version: int
    model: Model
    saved: Saved


# golden questions --------------------------------------------------------------------------------------------------


def golden(ctx: Context, quiz_id: str, on_step: Callable[[int], None] = lambda step: None) -> Curve:
    """How often the best one, two, … questions of a quiz say what the model in use says of all answers.

    :raises NotFound: when there is no such quiz
    :raises Refused: when too few people have answered
    """
    from service.ml import golden as fitting

    people, items = _people(ctx, quizzes.get(ctx, quiz_id))
    return fitting.curve(people, items, on_step)


def propose(ctx: Context, quiz_id: str, questions: Sequence[str], new_id: str = "") -> str:
    """Keep a draft of a new, shorter quiz: these questions, those that their conditions read, and everything that is no
    question of the model (statements, addresses, free text). Somebody looks at it and publishes it.

    :param new_id: of the new quiz; ``<quiz>-short`` unless given
    :returns: the id of the new quiz
    :raises InvalidInput: for a question that the quiz lacks
    :raises Refused: when there is a quiz of the new id
    :raises DefinitionError: when what is left is no quiz
    """
    quiz = quizzes.get(ctx, quiz_id)
    unknown = [one for one in questions if quiz.item(one) is None]
    if unknown:
        raise InvalidInput(f"the quiz '{quiz_id}' has no question {', '.join(unknown)}", "questions")
    kept = _closed(quiz, set(questions) | {item.id for item in quiz.items if item.type not in _KINDS})
    document = _shortened(quiz, kept, new_id or f"{quiz_id}-short")
    short = load_quiz(document)
    with ctx.db.write("definitions") as db:
        if quiz_rows.get(db, short.id) is not None:
            raise Refused(f"there is a quiz '{short.id}' already; name the new one otherwise")
        quiz_rows.insert(db, short.id, short.kind, "admin", ctx.now)
        quiz_rows.save_draft(db, short.id, quiz_document(short), by=None, now=ctx.now)
        users.add_change(db, Change(ctx.now, ctx.actor, "proposed a short quiz", f"quiz {short.id}", None))
    return short.id


def _closed(quiz: Quiz, kept: set[str]) -> set[str]:
    """With every question that the condition of a kept one reads."""
    while True:
        read = {
            name.removeprefix("answer.").removeprefix("skipped.")
            for item in quiz.items
            if item.id in kept
            for condition in (item.when, *(branch.when for branch in item.goto))
            if condition is not None
            for name in facts_read(condition)
        }
        read |= {
            name.removeprefix("answer.").removeprefix("skipped.")
            for outcome in quiz.outcomes
            if outcome.when is not None
            for name in facts_read(outcome.when)
        }
        more = {item.id for item in quiz.items if item.id in read} - kept
        if not more:
            return kept
        kept |= more


def _shortened(quiz: Quiz, kept: Collection[str], new_id: str) -> dict[str, Any]:
    place = {item.id: i for i, item in enumerate(quiz.items)}
    following = {
        item.id: next((one.id for one in quiz.items[place[item.id] :] if one.id in kept), END) for item in quiz.items
    }

    def shorter(item: Item) -> Item:
        goto = tuple(replace(one, to=following.get(one.to, one.to)) for one in item.goto)
        return replace(item, goto=goto)

    short = replace(quiz, id=new_id, version=0, items=tuple(shorter(item) for item in quiz.items if item.id in kept))
    return quiz_document(short)


# adaptive quizzes --------------------------------------------------------------------------------------------------


def adapt(
    ctx: Context, quiz_id: str, *, stop: float = adaptive.STOP, on_step: Callable[[int], None] = lambda step: None
) -> Adapted:
    """Learn how each persona answers a quiz, measure what asking by it would have saved, and keep a candidate.

    :param stop: probability of a persona from which nothing more is asked
    :param on_step: told after each of ``STEPS`` steps
    :raises NotFound: when there is no such quiz
    :raises Refused: when too few people have answered
    """
    from service.ml import adaptive as fitting

    if not 0.3 <= stop < 1:
        raise InvalidInput(f"the probability to stop at lies from 0.3 to below 1, not at {stop:g}", "stop")
    people, items = _people(ctx, quizzes.get(ctx, quiz_id))
    fitting.fit(people, quiz_id, items, stop=stop)  # refuses too few people before anything takes long
    saved = fitting.judge(people, items, stop=stop, on_fold=lambda fold: on_step(1))
    model = fitting.fit(people, quiz_id, items, stop=stop, fitted_at=ctx.now, metrics=saved.to_json())
    with ctx.db.write("definitions") as db:
        version = store.add(db, _kind(quiz_id), adaptive.dump(model), ctx.now)
        _record(ctx, "fitted an adaptive order", quiz_id, version)
    return Adapted(version, replace(model, version=version), saved)


def activate(ctx: Context, quiz_id: str, version: int) -> None:
    """Have new responses of a quiz asked by a version; 0 goes back to the quiz's own order. Responses that have begun
    stay with what they began with.

    :raises NotFound: when there is no such version
    """
    with ctx.db.write("definitions") as db:
        if not version:
            store.retire_active(db, _kind(quiz_id))
        elif store.get(db, _kind(quiz_id), version) is None:
            raise NotFound("model", f"the quiz '{quiz_id}' has no adaptive order {version}")
        else:
            store.activate(db, _kind(quiz_id), version, ctx.now)
        _record(ctx, "activated an adaptive order", quiz_id, version)
        counters.bump(db, "definitions")


def get(ctx: Context, quiz_id: str, version: int) -> Model:
    """A stored version.

    :raises NotFound: when there is no such version
    """
    stored = store.get(ctx.db, _kind(quiz_id), version)
    if stored is None:
        raise NotFound("model", f"the quiz '{quiz_id}' has no adaptive order {version}")
    return adaptive.load(stored.body, version=version)


def in_use(ctx: Context, quiz_id: str) -> Model | None:
    """The version by which new responses are asked, if any is."""
    stored = store.active(ctx.db, _kind(quiz_id))
    return adaptive.load(stored.body, version=stored.version) if stored else None


def _kind(quiz_id: str) -> str:
    return f"adaptive:{quiz_id}"


def _people(ctx: Context, quiz: Quiz) -> tuple[list[Person], dict[str, Kind]]:
    """Who answered at least half of the quiz's questions and has a persona, by the model in use over all answers."""
    from service.ml.adaptive import Person

    usable = usable_answers(ctx)
    items = {
        item.id: _KINDS[item.type]
        for item in quiz.items
        if item.type in _KINDS and f"answer.{quiz.id}.{item.id}" in usable
    }
    if len(items) < 2:
        raise Refused(f"the quiz '{quiz.id}' has fewer than two questions that could be left out")
    model = models.in_use(ctx)
    with ctx.db.snapshot() as db:
        everybody = labels.answering(db)
    people = []
    for facts in everybody.values():
        answers = {item: facts.get(f"answer.{quiz.id}.{item}") for item in items}
        known = {
            item: (value,) if items[item] == "several" and isinstance(value, str) else value
            for item, value in answers.items()
            if value is not None
        }
        persona = classify(model, facts).persona if len(known) * 2 >= len(items) else None
        if persona is not None:
            people.append(Person(known, persona))
    return people, items


def _record(ctx: Context, action: str, quiz_id: str, version: int) -> None:
    users.add_change(ctx.db, Change(ctx.now, ctx.actor, action, f"quiz {quiz_id} version {version}", None))
