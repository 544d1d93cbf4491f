"""Simulated responses: who answers which quiz, when, how far, and who says who they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Literal

from service.demo.answers import Mind, answer, mind
from service.demo.customers import Channel, Customer
from service.demo.dice import Dice
from service.demo.orders import Order
from service.demo.planted import plant
from service.demo.timeline import DAYS, SECOND, Timeline
from service.domain.answers import AnswerValue
from service.domain.flow import walk
from service.domain.quiz import Quiz

IdentifiedBy = Literal["email", "phone", "shop"]

_ENGAGED = 0.53  # of customers ever answer anything
_TAKES_QUIZ = 0.42  # of the engaged, for each quiz
_ANSWERS_SURVEY = 0.2  # of the engaged, after each order
_SURVEY_REST = 120  # days before the shop asks the same person again
_BEFORE_FIRST_ORDER = 0.6  # of quizzes taken by customers
_ANONYMOUS = 0.16  # for each customer of the shop, people who answer and never say who they are
_LEAVES_AT = 0.02  # how likely a customer leaves at a question, and an anonymous person
_ANONYMOUS_LEAVES_AT = 0.07
_AGREES: Mapping[Channel, float] = {"email": 0.7, "sms": 0.35}
_SECONDS_TO_ANSWER = (3, 24)

# What people call the source that the shop's analytics saw, and how often they can tell.
_HEARD: Mapping[str, str] = {"direct": "friend", "coupon-sites": "google", "email": "other"}
_CAN_TELL = 0.9
_UNTRACKED_LISTENERS = 0.25  # of whales who came straight or by search have heard of the shop in the podcast
_GIFT_SETS = frozenset({"gift-set-classic", "gift-set-royal"})


@dataclass(frozen=True)
class Given:
    """One answer and its instant; None is a question that was skipped."""

    item: str
    value: AnswerValue
    at: int


@dataclass(frozen=True)
class Response:
    """One person going through one quiz.

    :param customer: shop id; None for people who never say who they are
    :param identified_by: what joined it to the customer: a typed email or phone, or the shop's own hand-over
    :param agreed: channels for which consent was given at the end
    :param order: number of the order it follows, for surveys
    """

    visit: str
    quiz: str
    lang: str
    customer: str | None
    identified_by: IdentifiedBy | None
    agreed: tuple[Channel, ...]
    order: str | None
    started_at: int
    answers: tuple[Given, ...]
    complete: bool

    @property
    def ended_at(self) -> int:
        """The instant of the last answer."""
        return self.answers[-1].at if self.answers else self.started_at


def draw_responses(
    seed: int, quizzes: Sequence[Quiz], customers: Sequence[Customer], orders: Sequence[Order], timeline: Timeline
) -> tuple[Response, ...]:
    """All responses, oldest first."""
    by_customer: dict[str, list[Order]] = {customer.shop_id: [] for customer in customers}
    for order in orders:
        by_customer[order.customer].append(order)
    drawn: list[Response] = []
    for customer in customers:
        person = _Respondent(seed, customer, by_customer[customer.shop_id], timeline)
        drawn += person.responses(quizzes)
    for number in range(int(len(customers) * _ANONYMOUS)):
        drawn += _anonymous(seed, number, [quiz for quiz in quizzes if quiz.kind == "quiz"], timeline)
    over = timeline.midnight(DAYS)  # what would come later has not happened yet
    past = [response for response in drawn if response.ended_at < over]
    return tuple(sorted(past, key=lambda response: (response.started_at, response.visit)))


class _Respondent:
    """A customer who may answer."""

    def __init__(self, seed: int, customer: Customer, orders: Sequence[Order], timeline: Timeline) -> None:
        self.seed = seed
        self.customer = customer
        self.orders = orders
        self.timeline = timeline
        self.engaged = Dice(seed, "engaged", customer.shop_id).chance(_ENGAGED)

    def responses(self, quizzes: Sequence[Quiz]) -> Iterator[Response]:
        if not self.engaged:
            return
        for quiz in quizzes:
            dice = Dice(self.seed, "response", quiz.id, self.customer.shop_id)
            if quiz.kind == "survey":
                yield from self._surveys(dice, quiz)
            elif dice.chance(_TAKES_QUIZ):
                yield self._quiz(dice, quiz)

    def _quiz(self, dice: Dice, quiz: Quiz) -> Response:
        first = self.orders[0].placed_at
        if dice.chance(_BEFORE_FIRST_ORDER):
            started_at = first - dice.between(20 * 60, 9 * 86_400) * SECOND
        else:
            evening = self.timeline.instant(dice.between(self.customer.arrival, DAYS - 1), dice.between(61_200, 82_800))
            started_at = max(evening, first + 3_600 * SECOND)
        by_phone = self.customer.phone is not None and dice.chance(0.15) and "phone" in _channels(quiz)
        return self._go_through(dice, quiz, started_at, frozenset(), "phone" if by_phone else "email", None)

    def _surveys(self, dice: Dice, quiz: Quiz) -> Iterator[Response]:
        asked: int | None = None
        for order in self.orders:
            if asked is not None and order.day - asked < _SURVEY_REST:
                continue
            if not dice.chance(_ANSWERS_SURVEY):
                continue
            asked = order.day
            started_at = order.placed_at + dice.between(20, 900) * SECOND
            words = self._circumstances(dice, order)
            yield self._go_through(dice, quiz, started_at, words, "shop", order.number)

    def _circumstances(self, dice: Dice, order: Order) -> frozenset[str]:
        """What is true after this order: where the shop is known from, gifts in it, nothing to complain about."""
        words = set()
        if dice.chance(_CAN_TELL):
            words.add(self._heard(dice))
        if any(line.product in _GIFT_SETS for line in order.lines):
            words.add("gift")
        if dice.chance(0.3 + 0.4 * self.customer.planted.mood):
            words.add("nothing")
        return frozenset(words)

    def _heard(self, dice: Dice) -> str:
        source = self.customer.touch.source
        untracked = self.customer.planted.behavioural == "whale" and source in ("direct", "google")
        if untracked and dice.chance(_UNTRACKED_LISTENERS):
            return "podcast"
        return _HEARD.get(source, source)

    def _go_through(
        self,
        dice: Dice,
        quiz: Quiz,
        started_at: int,
        words: frozenset[str],
        identified_by: IdentifiedBy,
        order: str | None,
    ) -> Response:
        lang = quiz.lang(self.customer.language)
        thoughts = mind(self.customer.planted, lang, words)
        answers, complete = _answers(dice, quiz, thoughts, started_at, _LEAVES_AT)
        # Who leaves half-way is known only if the shop said who it is.
        known = complete or identified_by == "shop"
        agreed = tuple(
            channel for channel in _offered(quiz, identified_by if complete else None) if dice.chance(_AGREES[channel])
        )
        return Response(
            visit=f"demo-{quiz.id}-{order or self.customer.shop_id}",
            quiz=quiz.id,
            lang=lang,
            customer=self.customer.shop_id if known else None,
            identified_by=identified_by if known else None,
            agreed=agreed,
            order=order,
            started_at=started_at,
            answers=answers,
            complete=complete,
        )


def _channels(quiz: Quiz) -> tuple[str, ...]:
    return quiz.contact.channels if quiz.contact else ()


def _offered(quiz: Quiz, identified_by: IdentifiedBy | None) -> tuple[Channel, ...]:
    """The consent that is asked for with the address that was given."""
    if quiz.contact is None or identified_by is None:
        return ()
    channel: Channel = "sms" if identified_by == "phone" else "email"
    return (channel,) if channel in quiz.contact.consent else ()


def _anonymous(seed: int, number: int, quizzes: Sequence[Quiz], timeline: Timeline) -> Iterator[Response]:
    if not quizzes:
        return
    dice = Dice(seed, "anonymous", number)
    quiz = dice.one_of(quizzes)
    lang = quiz.lang("ar" if dice.chance(0.7) else "en")
    started_at = timeline.instant(dice.between(0, DAYS - 1), dice.between(36_000, 82_800))
    answers, complete = _answers(dice, quiz, mind(plant(dice), lang), started_at, _ANONYMOUS_LEAVES_AT)
    yield Response(
        visit=f"demo-{quiz.id}-visitor-{number}",
        quiz=quiz.id,
        lang=lang,
        customer=None,
        identified_by=None,
        agreed=(),
        order=None,
        started_at=started_at,
        answers=answers,
        complete=complete,
    )


def _answers(
    dice: Dice, quiz: Quiz, thoughts: Mind, started_at: int, leaves_at: float
) -> tuple[tuple[Given, ...], bool]:
    """The walk through a quiz, question by question, and whether it reached the end."""
    given: list[Given] = []
    values: dict[str, AnswerValue] = {}
    now = started_at
    for step in count():
        item = walk(quiz, values).next
        if item is None:
            return tuple(given), True
        if step and dice.chance(leaves_at):
            return tuple(given), False
        now += dice.between(*_SECONDS_TO_ANSWER) * SECOND
        values[item.id] = answer(dice, item, thoughts)
        given.append(Given(item.id, values[item.id], now))
    raise AssertionError("a walk ends")
