"""Which quiz somebody is shown without having asked for it, and why not each other one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain import conditions, flow, targeting
from service.domain.errors import InvalidInput, NotFound
from service.domain.quiz import Quiz
from service.domain.segments import Clause, deciding
from service.domain.subjects import OrderHistory, Subject
from service.domain.targeting import Candidate, Choice, Moment, Offered, Taken
from service.operations import known
from service.operations.context import Context
from service.store import settings, users, views
from service.store.users import Change
from service.store.views import Offer, View

QUIET_DAYS = "surveys.quiet_days"
DEFAULT_QUIET_DAYS = 7.0
MOST_QUIET_DAYS = 365


@dataclass(frozen=True)
class Visitor:
    """Who is to be shown something.

    :param visit: a random text the storefront keeps
    :param customer_id: who they are by proof, ``None`` for somebody unknown
    :param order_id: the order at hand, by proof
    """

    visit: str
    lang: str = ""
    customer_id: int | None = None
    order_id: int | None = None


@dataclass(frozen=True)
class Why:
    """Why a quiz is shown or not, with the clauses of its condition that decided."""

    quiz: Quiz
    reason: targeting.Reason
    until: int | None
    clauses: tuple[Clause, ...] = ()


def next_survey(ctx: Context, visitor: Visitor) -> str | None:
    """The quiz to show now, or ``None``; it counts as shown, once in a session of the visit.

    Everybody takes turns with themselves, so that two tabs at once do not get more than the limits allow. Where nothing
    is to be shown, or the same again, nobody waits for anybody.
    """
    quizzes = _targeted(ctx)
    if not quizzes:
        return None
    person = _known(ctx, visitor)
    choice = _choose(ctx, visitor, quizzes, person)
    if choice.quiz_id is None or choice.again:
        return choice.quiz_id
    with ctx.db.write(f"offers:{_person(visitor)}") as db:
        choice = _choose(ctx, visitor, quizzes, person)
        if choice.quiz_id is not None and not choice.again:
            offer = Offer(choice.quiz_id, visitor.visit, visitor.customer_id, visitor.order_id, ctx.now)
            views.add_offer(db, offer)
    return choice.quiz_id


def why(ctx: Context, customer_id: int, order_id: int | None = None) -> list[Why]:
    """Which quiz a customer would be shown now, and why not each other one; nothing counts as shown."""
    visitor = Visitor(visit="", customer_id=customer_id, order_id=order_id)
    quizzes = {
        quiz_id: ctx.definitions.quiz_version(quiz_id, version) for quiz_id, version in ctx.definitions.live.items()
    }
    person = _known(ctx, visitor)
    subject = _subject(ctx, visitor, person)
    found = []
    for verdict in _choose(ctx, visitor, list(quizzes.values()), person).verdicts:
        quiz = quizzes[verdict.quiz_id]
        when = quiz.show.when if quiz.show else None
        clauses = deciding(when, subject) if when is not None and verdict.reason in ("condition", "shown") else ()
        found.append(Why(quiz, verdict.reason, verdict.until, clauses))
    return sorted(found, key=lambda one: (one.reason != "shown", one.quiz.id))


def seen(ctx: Context, quiz_id: str, visit: str, *, entry: str = "", lang: str = "") -> None:
    """Keep that a visit saw a quiz; a second time changes nothing.

    :raises NotFound: when no such quiz is live
    """
    version = ctx.definitions.live.get(quiz_id)
    if version is None:
        raise NotFound("quiz", f"there is no live quiz '{quiz_id}'")
    quiz = ctx.definitions.quiz_version(quiz_id, version)
    with ctx.db.write(f"visit:{quiz_id}:{visit}") as db:
        views.add(db, View(quiz_id, version, visit, quiz.lang(lang), entry, ctx.now))


def _targeted(ctx: Context) -> list[Quiz]:
    definitions = ctx.definitions
    found = [definitions.quiz_version(quiz_id, version) for quiz_id, version in definitions.live.items()]
    return [quiz for quiz in found if quiz.show is not None]


def _choose(ctx: Context, visitor: Visitor, quizzes: Sequence[Quiz], person: known.Person | None) -> Choice:
    subject = _subject(ctx, visitor, person)
    candidates = [Candidate(quiz, _suits(quiz, subject), _left(quiz, person)) for quiz in quizzes]
    offered, taken = views.history(ctx.db, visitor.visit, visitor.customer_id, visitor.order_id)
    moment = Moment(
        person=_person(visitor),
        visit=visitor.visit,
        now=ctx.now,
        today=ctx.today,
        offered=[Offered(one.quiz_id, one.offered_at, one.visit, one.order_id) for one in offered],
        taken=[Taken(one.quiz_id, one.started_at, one.completed_at, one.order_id) for one in taken],
        order_id=visitor.order_id,
        quiet_days=quiet_days(ctx),
    )
    return targeting.choose(candidates, moment)


def quiet_days(ctx: Context) -> float:
    """Days between showings of different quizzes to one person."""
    return float(settings.read(ctx.db).get(QUIET_DAYS, DEFAULT_QUIET_DAYS))


def set_quiet_days(ctx: Context, days: float) -> None:
    """Say how many days lie between showings of different quizzes to one person; 0 for none.

    :raises InvalidInput: when it is no number of days
    """
    if not 0 <= days <= MOST_QUIET_DAYS:
        raise InvalidInput(f"quiet days are a number from 0 to {MOST_QUIET_DAYS}", "days")
    with ctx.db.write("settings") as db:
        settings.save(db, {QUIET_DAYS: f"{days:g}"}, ctx.now)
        users.add_change(db, Change(ctx.now, ctx.actor, f"set the quiet days to {days:g}", "quizzes", None))


def _person(visitor: Visitor) -> str:
    if visitor.customer_id is not None:
        return f"customer:{visitor.customer_id}"
    return f"order:{visitor.order_id}" if visitor.order_id is not None else f"visit:{visitor.visit}"


def _known(ctx: Context, visitor: Visitor) -> known.Person | None:
    """Who it is, by proof; loaded once for all quizzes, and once for both times of asking."""
    return known.Person(ctx, visitor.customer_id) if visitor.customer_id is not None else None


def _subject(ctx: Context, visitor: Visitor, person: known.Person | None) -> Subject:
    """What conditions may read: everything of a known customer; of anybody else the language of the page, and that no
    order of theirs is known."""
    if person is not None and person.subject is not None:
        return person.subject
    facts: dict[str, object] = {"orders.count": 0}
    if visitor.lang:
        facts["customer.language"] = visitor.lang
    return Subject(facts, history=OrderHistory(), now=ctx.now, today=ctx.today, zone=ctx.shop.timezone)


def _suits(quiz: Quiz, subject: Subject) -> bool:
    when = quiz.show.when if quiz.show else None
    return when is None or conditions.holds(when, subject)


def _left(quiz: Quiz, person: known.Person | None) -> bool:
    """Whether a quiz that is asked once an order still has a question for this person."""
    if quiz.show is None or not quiz.show.per_order or person is None:
        return True
    return flow.walk(quiz, {}, known.snapshot(quiz, person, streamed=True)).next is not None
