"""Fitted models of what people type: fitting them after publishing, and serving them as plain numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain import text_model
from service.domain.errors import NotFound
from service.domain.quiz import Quiz
from service.domain.text_model import TextModel
from service.domain.understanding import Learned
from service.operations.context import Context
from service.store import matchers

_WISH = "talk/"


@dataclass(frozen=True)
class Fitted:
    """What one fit did.

    :param examples: phrases it learned from; ``labels``: answers and wishes it tells apart
    """

    quiz: str
    version: int
    examples: int
    labels: int


def learned(ctx: Context, quiz: Quiz, text: str) -> Learned | None:
    """How probable each option of an item is by the version's model; ``None`` until it is fitted."""
    model = _model(ctx, quiz)
    if model is None:
        return None
    scores: list[float] | None = None

    def of(item_id: str) -> Mapping[str, float]:
        nonlocal scores
        if scores is None:
            scores = model.scores(text)
        begins = f"{item_id}/"
        places = [i for i, label in enumerate(model.labels) if label.startswith((begins, _WISH))]
        shares = text_model.softmax([scores[place] for place in places], model.steepness)
        named = ((model.labels[place], share) for place, share in zip(places, shares, strict=True))
        return {label.removeprefix(begins): share for label, share in named if label.startswith(begins)}

    return of


def _model(ctx: Context, quiz: Quiz) -> TextModel | None:
    """The model of a version, kept with the quiz once there is one: neither changes any more."""
    found: TextModel | None = vars(quiz).get("_text_model")
    if found is None:
        body = matchers.get(ctx.db, quiz.id, quiz.version)
        if body is not None:
            found = vars(quiz)["_text_model"] = text_model.from_json(body)
    return found


def fit(ctx: Context, quiz_ids: Sequence[str] = ()) -> list[Fitted]:
    """Fit the live versions of these quizzes (of all, when none are named), fitted already or not.

    :raises NotFound: when one of them is not live
    """
    live = ctx.fresh_definitions.live
    missing = next((one for one in quiz_ids if one not in live), None)
    if missing is not None:
        raise NotFound("quiz", f"there is no live quiz '{missing}'")
    return [_fit(ctx, quiz_id, live[quiz_id]) for quiz_id in (quiz_ids or sorted(live))]


def fit_one_due(ctx: Context) -> bool:
    """Fit one live version that has no model yet, and say whether there was one."""
    live = ctx.definitions.live
    done = matchers.fitted(ctx.db)
    due = next((pair for pair in sorted(live.items()) if pair not in done), None)
    if due is None:
        return False
    _fit(ctx, *due)
    return True


def _fit(ctx: Context, quiz_id: str, version: int) -> Fitted:
    from service.ml import matching

    quiz = ctx.definitions.quiz_version(quiz_id, version)
    body = matching.fit_quiz(quiz)
    with ctx.db.write("definitions"):
        matchers.keep(ctx.db, quiz_id, version, body, ctx.now)
    return Fitted(quiz_id, version, body["examples"], len(body["labels"]))
