"""Recording responses that were given elsewhere or earlier, many at a time, with the instants they carry."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from service.domain import flow, scoring
from service.domain.answers import AnswerValue, parse
from service.domain.errors import NotFound
from service.domain.quiz import Quiz
from service.domain.responses import Link
from service.operations import profiles
from service.operations.context import Context
from service.store import responses
from service.store.responses import NewAnswer, PastResponse


@dataclass(frozen=True)
class Given:
    """One response as it was given.

    :param visit: tells it from others of the same quiz; recording it again changes nothing
    :param answers: item id, value as it would arrive over HTTP, and when (UTC microseconds), in the order given
    :param customer_id: whose it is, ``None`` for somebody who stayed anonymous
    """

    quiz_id: str
    visit: str
    lang: str
    started_at: int
    answers: Sequence[tuple[str, object, int]]
    customer_id: int | None = None
    link: Link | None = None


def record(ctx: Context, given: Sequence[Given]) -> int:
    """Record responses to the live versions of quizzes in one transaction; says how many were new.

    Each answer must be the one that was asked for, as if it had been given in the chat. Profiles are asked to be
    refreshed; the worker or the caller does it.

    :raises NotFound: when a quiz is not live
    :raises ItemNotExpected, InvalidValue: when an answer does not fit; nothing is recorded then
    """
    definitions = ctx.fresh_definitions
    prepared = []
    for one in given:
        version = definitions.live.get(one.quiz_id)
        if version is None:
            raise NotFound("quiz", f"there is no live quiz '{one.quiz_id}'")
        prepared.append(_prepare(ctx, definitions.quiz_version(one.quiz_id, version), one))
    with ctx.db.write("past_responses") as db:
        known = responses.known_visits(db, [(one.quiz_id, one.visit) for one in given])
        new = [one for one in prepared if (one.quiz_id, one.visit) not in known]
        responses.insert_past(db, new)
        profiles.ask(ctx, [one.customer_id for one in new if one.customer_id is not None], ctx.now)
    return len(new)


def _prepare(ctx: Context, quiz: Quiz, given: Given) -> PastResponse:
    kept: dict[str, AnswerValue] = {}
    rows: list[NewAnswer] = []
    for revision, (item_id, raw, at) in enumerate(given.answers, start=1):
        value = parse(flow.accepts(quiz, kept, item_id), raw)
        kept[item_id] = value
        rows.append(NewAnswer(item_id, value, revision, at))
    complete = flow.walk(quiz, kept).complete
    last = rows[-1].answered_at if rows else given.started_at
    decision = scoring.decide(quiz, kept) if complete else None
    public_id = f"r_{ctx.token()}"
    return PastResponse(
        public_id=public_id,
        quiz_id=quiz.id,
        version=quiz.version,
        customer_id=given.customer_id,
        link=given.link,
        visit=given.visit,
        lang=quiz.lang(given.lang),
        status="complete" if complete else "open",
        revision=len(rows),
        seed=int.from_bytes(hashlib.sha256(public_id.encode()).digest()[:4]),
        outcome=decision.outcome.id if decision else None,
        started_at=given.started_at,
        updated_at=last,
        completed_at=last if complete else None,
        answers=tuple(rows),
    )
