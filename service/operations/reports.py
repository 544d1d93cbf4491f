"""What the shop looks like as a whole: the numbers behind the overview, the reports and the lists."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from service.domain.answer_values import from_stored, parts
from service.domain.quiz import CHOICES, SCALES, Item, Quiz
from service.domain.whales import WHALE_SHARE, Measure
from service.operations.context import DAY, Context
from service.store import reports as store
from service.store import sales
from service.store.reports import PersonaCount, ResponseCount, SegmentCount
from service.store.sales import DayTotals, FirstProduct, ShopTotals, SourceTotals

PERIOD_DAYS = 28
CHANGE_DAYS = 7
# Below this many, a share is a coincidence: pages show the count and say so.
LITTLE = 30


@dataclass(frozen=True)
class Funnel:
    """How far people get in one quiz.

    :param started: gave at least one answer
    :param half: answered at least half of its questions, or finished
    :param opened: responses begun, also those without an answer
    """

    quiz: Quiz
    opened: int
    started: int
    half: int
    completed: int

    @property
    def completion(self) -> float | None:
        """Finished as a share of started, ``None`` while nobody started."""
        return self.completed / self.started if self.started else None


@dataclass(frozen=True)
class MonthTotals:
    """One month of the shop; ``first_day`` is the day number of its first day."""

    first_day: int
    orders: int
    revenue: int


@dataclass(frozen=True)
class OptionCount:
    """How often an option was chosen, by customers worth how much.

    :param share: of the responses that answered the item
    :param known: of them, how many belong to a customer with orders
    """

    id: str
    responses: int
    share: float
    known: int
    net_revenue: int


@dataclass(frozen=True)
class ItemReport:
    """The answers to one item.

    :param answered: responses that answered it
    :param options: choices in the order of the definition; steps of a scale
    """

    item: Item
    answered: int
    options: tuple[OptionCount, ...]

    @property
    def average(self) -> float | None:
        """The mean of a scale."""
        if self.item.type not in SCALES or not self.answered:
            return None
        return sum(int(one.id) * one.responses for one in self.options) / self.answered


@dataclass(frozen=True)
class DeliveryHealth:
    """How the outbox is doing.

    :param waiting_since: when the oldest message that could be sent was written
    """

    counts: Mapping[str, int]
    waiting_since: int | None

    @property
    def total(self) -> int:
        """All deliveries ever."""
        return sum(self.counts.values())


# quizzes -----------------------------------------------------------------------------------------------------------


def funnels(ctx: Context, days: int = PERIOD_DAYS) -> list[Funnel]:
    """How far people got in each live quiz, of the responses begun in the last days."""
    definitions = ctx.definitions
    counts = store.response_counts(ctx.db, ctx.now - days * DAY, ctx.now + 1)
    return [
        _funnel(ctx, definitions.quiz_version(quiz_id, version), [one for one in counts if one.quiz_id == quiz_id])
        for quiz_id, version in sorted(definitions.live.items())
    ]


def funnel(ctx: Context, quiz: Quiz, days: int = PERIOD_DAYS) -> Funnel:
    """How far people got in one quiz."""
    return _funnel(ctx, quiz, store.response_counts(ctx.db, ctx.now - days * DAY, ctx.now + 1, quiz.id))


def responses_by_quiz(ctx: Context) -> dict[str, tuple[int, int]]:
    """All responses ever: (started, completed) by quiz."""
    return store.responses_by_quiz(ctx.db)


def answers(ctx: Context, quiz: Quiz) -> list[ItemReport]:
    """How often each option and step of a quiz was chosen, over all its versions."""
    items = [item for item in quiz.items if item.type in CHOICES | SCALES]
    rows = store.answer_counts(ctx.db, quiz.id, [item.id for item in items])
    return [_item_report(item, [row for row in rows if row.item_id == item.id]) for item in items]


def _funnel(ctx: Context, quiz: Quiz, counts: Sequence[ResponseCount]) -> Funnel:
    questions: dict[int, int] = {}
    for one in counts:
        if one.version not in questions:
            version = ctx.definitions.quiz_version(quiz.id, one.version)
            questions[one.version] = sum(1 for item in version.items if item.type != "statement")
    return Funnel(
        quiz=quiz,
        opened=sum(one.responses for one in counts),
        started=sum(one.responses for one in counts if one.answered or one.status == "complete"),
        half=sum(
            one.responses
            for one in counts
            if one.status == "complete" or (one.answered and one.answered * 2 >= questions[one.version])
        ),
        completed=sum(one.responses for one in counts if one.status == "complete"),
    )


def _item_report(item: Item, rows: Sequence[store.AnswerCount]) -> ItemReport:
    answered, tallies = 0, dict.fromkeys(_steps(item), (0, 0, 0))
    for row in rows:
        value = from_stored(json.loads(row.value))
        if value is None:
            continue
        answered += row.responses
        for one in parts(value) or (str(value),):
            if one in tallies:
                responses, known, revenue = tallies[one]
                tallies[one] = (responses + row.responses, known + row.known, revenue + row.net_revenue)
    return ItemReport(
        item=item,
        answered=answered,
        options=tuple(
            OptionCount(key, responses, responses / answered if answered else 0.0, known, revenue)
            for key, (responses, known, revenue) in tallies.items()
        ),
    )


def _steps(item: Item) -> list[str]:
    from service.domain.answers import scale_bounds

    if item.type in SCALES:
        low, high = scale_bounds(item)
        return [str(step) for step in range(low, high + 1)]
    return [option.id for option in item.options] or ["yes", "no"]


# people ------------------------------------------------------------------------------------------------------------


def personas(ctx: Context, kind: str) -> list[PersonaCount]:
    """Customers by persona of a kind, the largest first; those without one (``persona`` is ``None``) last."""
    found = [one for one in store.persona_counts(ctx.db) if one.kind == kind]
    return sorted(found, key=lambda one: (one.persona is None, -one.customers, one.persona or ""))


def segment_counts(ctx: Context, days: int = CHANGE_DAYS) -> dict[str, SegmentCount]:
    """Size, revenue and change of each segment."""
    return store.segment_counts(ctx.db, ctx.today - days + 1)


def totals(ctx: Context) -> ShopTotals:
    """Customers, orders and revenue of the whole shop."""
    return sales.shop_totals(ctx.db)


# money -------------------------------------------------------------------------------------------------------------


def recent_days(ctx: Context, days: int = PERIOD_DAYS) -> list[DayTotals]:
    """Orders and revenue of the last days, days without orders too. Ends with the newest order's day when that is
    long ago, so that an imported history shows its last days instead of nothing."""
    last = sales.last_order_day(ctx.db)
    if last is None:
        return []
    end = ctx.today if ctx.today - last < days else last
    found = {one.day: one for one in sales.day_totals(ctx.db, end - days + 1)}
    return [found.get(day, DayTotals(day, 0, 0)) for day in range(end - days + 1, end + 1)]


def months(ctx: Context, count: int = 18) -> list[MonthTotals]:
    """Orders and revenue of the last calendar months, up to the newest order's."""
    last = sales.last_order_day(ctx.db)
    if last is None:
        return []
    end = _date(last)
    year, month = divmod(end.year * 12 + end.month - count, 12)
    starts = [_number(date(year + (month + step) // 12, (month + step) % 12 + 1, 1)) for step in range(count)]
    sums = {start: [0, 0] for start in starts}
    for one in sales.day_totals(ctx.db, starts[0]):
        first = _number(_date(one.day).replace(day=1))
        if first in sums:
            sums[first][0] += one.orders
            sums[first][1] += one.revenue
    whole = [MonthTotals(start, *sums[start]) for start in starts]
    begun = next((i for i, one in enumerate(whole) if one.orders), len(whole))
    return whole[begun:]


def whale_threshold(ctx: Context) -> int | None:
    """The sum from which a customer is among the best: the fitted one, else that of the best 20 % now."""
    model = ctx.definitions.rules.rfm
    if model is not None and model.whales.threshold:
        return model.whales.threshold
    return sales.whale_threshold(ctx.db)


def whale_measure(ctx: Context) -> Measure:
    """Which sum that is: net profit where the cost of nearly all orders is known, else net revenue."""
    model = ctx.definitions.rules.rfm
    return model.whales.measure if model is not None and model.whales.threshold else "net_revenue"


def whale_share(ctx: Context) -> float:
    """Which share of the customers who brought anything that is."""
    model = ctx.definitions.rules.rfm
    return float(model.whales.share if model is not None and model.whales.threshold else WHALE_SHARE)


def sources(ctx: Context) -> list[SourceTotals]:
    """Traffic sources by the customers they brought, the most revenue first."""
    whale = whale_threshold(ctx)
    found = sales.source_totals(ctx.db, whale, whale_measure(ctx)) if whale else []
    return sorted(found, key=lambda one: -one.net_revenue)


def first_products(ctx: Context, limit: int = 50) -> list[tuple[str, FirstProduct]]:
    """What customers bought first, with the product's name: the highest share of whales first."""
    whale = whale_threshold(ctx)
    found = sales.first_products(ctx.db, whale, limit, whale_measure(ctx)) if whale else []
    names = sales.product_names(ctx.db, [one.product for one in found])
    ranked = sorted(found, key=lambda one: (-(one.whales / one.customers), -one.customers))
    return [(names.get(one.product, one.product), one) for one in ranked]


# deliveries --------------------------------------------------------------------------------------------------------


def delivery_health(ctx: Context) -> DeliveryHealth:
    """Deliveries by status, and since when the oldest waits."""
    return DeliveryHealth(store.delivery_counts(ctx.db), store.oldest_due(ctx.db, ctx.now))


def profiles_behind(ctx: Context) -> int:
    """Profiles not yet looked at under the present definitions."""
    return store.profiles_behind(ctx.db)


# helpers -----------------------------------------------------------------------------------------------------------


def _date(day: int) -> date:
    return date(1970, 1, 1) + timedelta(days=day)


def _number(when: date) -> int:
    return (when - date(1970, 1, 1)).days
