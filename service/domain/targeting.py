"""Who is shown which quiz, when, and the reason why each other one is not shown.

The clocks: each quiz has its own (``again_after_days`` since it was last shown or finished, ``at_most`` showings before
it is finished), and there is one for all (quiet days since any *other* quiz was shown). They never mix: showing one
quiz does not start the clock of another, and the quiz's own showing does not count as noise for itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from service.domain.quiz import Quiz, Showing

DAY = 24 * 3600 * 1_000_000
SESSION = 30 * 60 * 1_000_000
"""How long a quiz that was shown in a visit is shown there again without counting anew, in microseconds."""

Reason = Literal[
    "shown", "not_targeted", "not_begun", "over", "no_order", "nothing_left", "order_done", "condition", "share",
    "answered", "cap", "cooldown", "quiet", "outranked",
]  # fmt: skip


@dataclass(frozen=True)
class Offered:
    """A quiz was shown to the person; instants in UTC microseconds."""

    quiz_id: str
    at: int
    visit: str = ""
    order_id: int | None = None


@dataclass(frozen=True)
class Taken:
    """The person began a quiz; ``done_at`` is when they finished it."""

    quiz_id: str
    at: int
    done_at: int | None = None
    order_id: int | None = None


@dataclass(frozen=True)
class Moment:
    """Who asks, when, and what happened before.

    :param person: by which a share is drawn: the customer, or the visit of somebody unknown
    :param today: the shop's day of ``now``
    :param order_id: the order at hand
    :param quiet_days: days between showings of different quizzes
    """

    person: str
    visit: str
    now: int
    today: int
    offered: Sequence[Offered] = ()
    taken: Sequence[Taken] = ()
    order_id: int | None = None
    quiet_days: float = 0


@dataclass(frozen=True)
class Candidate:
    """A live quiz as it is for this person.

    :param suits: whether its condition holds of them
    :param left: whether a question is left to ask, for quizzes that are asked once an order
    """

    quiz: Quiz
    suits: bool = True
    left: bool = True


@dataclass(frozen=True)
class Verdict:
    """Why a quiz is shown or not. ``until`` is when that reason ends by itself, UTC microseconds."""

    quiz_id: str
    reason: Reason
    until: int | None = None
    priority: int = 0


@dataclass(frozen=True)
class Choice:
    """What is to be shown, and why nothing else.

    :param again: it is being shown in this visit already: nothing new is counted
    """

    quiz_id: str | None
    verdicts: tuple[Verdict, ...]
    again: bool = False


def choose(candidates: Iterable[Candidate], moment: Moment) -> Choice:
    """The quiz to show: of those that nothing speaks against the one with the highest priority, then the first by id.

    What is being shown in this visit stays shown for the session, so that a reload neither takes it away nor counts.
    """
    verdicts = [_verdict(one, moment) for one in sorted(candidates, key=lambda one: one.quiz.id)]
    current = _current(verdicts, moment)
    open_to = [one for one in verdicts if one.reason == "shown"]
    winner = current or min(open_to, key=lambda one: (-one.priority, one.quiz_id), default=None)
    if winner is None:
        return Choice(None, tuple(verdicts))
    told = [
        Verdict(one.quiz_id, "outranked" if one.reason == "shown" else one.reason, one.until, one.priority)
        if one.quiz_id != winner.quiz_id
        else Verdict(one.quiz_id, "shown", None, one.priority)
        for one in verdicts
    ]
    return Choice(winner.quiz_id, tuple(told), again=current is not None)


def in_share(person: str, quiz_id: str, share: float) -> bool:
    """Whether a person belongs to the share of a quiz: always the same answer for both, in every process."""
    drawn = int.from_bytes(hashlib.sha256(f"{quiz_id}\0{person}".encode()).digest()[:8])
    return drawn < share * 2**64


# one quiz ----------------------------------------------------------------------------------------------------------


def _verdict(one: Candidate, moment: Moment) -> Verdict:
    show = one.quiz.show
    if show is None:
        return Verdict(one.quiz.id, "not_targeted")
    reason, until = _against(one, show, moment) or ("shown", None)
    return Verdict(one.quiz.id, reason, until, show.priority)


def _against(one: Candidate, show: Showing, moment: Moment) -> tuple[Reason, int | None] | None:
    """What speaks against showing it, the lasting reasons first."""
    quiz_id = one.quiz.id
    if show.last_day is not None and moment.today > show.last_day:
        return "over", None
    if show.first_day is not None and moment.today < show.first_day:
        return "not_begun", moment.now + (show.first_day - moment.today) * DAY
    if show.per_order and moment.order_id is None:
        return "no_order", None
    if not one.suits:
        return "condition", None
    if not in_share(moment.person, quiz_id, show.share):
        return "share", None
    if show.per_order:
        return _against_order(one, show, moment)
    return _against_repeat(quiz_id, show, moment) or _quiet(quiz_id, show, moment)


def _against_order(one: Candidate, show: Showing, moment: Moment) -> tuple[Reason, int | None] | None:
    """Of quizzes asked once an order each order has one question: whoever was shown first keeps it."""
    mine = [each for each in moment.offered if each.order_id == moment.order_id]
    if any(each.order_id == moment.order_id and each.done_at is not None for each in moment.taken):
        return "order_done", None
    if any(each.quiz_id != one.quiz.id for each in mine):
        return "order_done", None
    if not one.left:
        return "nothing_left", None
    if len(mine) >= show.at_most:
        return "cap", None
    return _quiet(one.quiz.id, show, moment)


def _against_repeat(quiz_id: str, show: Showing, moment: Moment) -> tuple[Reason, int | None] | None:
    done = [each.done_at for each in moment.taken if each.quiz_id == quiz_id and each.done_at is not None]
    shown = [each.at for each in moment.offered if each.quiz_id == quiz_id]
    again = show.again_after_days
    if done and again is None:
        return "answered", None
    last = max((*done, *shown), default=None)
    if again is not None and last is not None and moment.now < last + again * DAY:
        return "cooldown", last + again * DAY
    since = max(done, default=-1)
    return ("cap", None) if sum(at >= since for at in shown) >= show.at_most else None


def _quiet(quiz_id: str, show: Showing, moment: Moment) -> tuple[Reason, int | None] | None:
    """Quiet after any other quiz."""
    if show.ignores_quiet_days or not moment.quiet_days:
        return None
    others = [each.at for each in moment.offered if each.quiz_id != quiz_id]
    until = max(others, default=-(10**18)) + int(moment.quiet_days * DAY)
    return ("quiet", until) if moment.now < until else None


def _current(verdicts: Sequence[Verdict], moment: Moment) -> Verdict | None:
    """What this visit is being shown: its latest showing within the session, unless it was finished since."""
    mine = [each for each in moment.offered if each.visit == moment.visit and each.order_id == moment.order_id]
    last = max(mine, key=lambda each: each.at, default=None)
    if last is None or moment.now - last.at >= SESSION:
        return None
    if any(each.quiz_id == last.quiz_id and (each.done_at or -1) >= last.at for each in moment.taken):
        return None
    lasting: Mapping[str, Verdict] = {one.quiz_id: one for one in verdicts if one.reason not in _ENDS}
    return lasting.get(last.quiz_id)


# What takes a quiz away even from a visit that is being shown it; the limits do not, since they counted it already.
_ENDS = frozenset({"not_targeted", "over", "not_begun", "condition", "share", "nothing_left"})
