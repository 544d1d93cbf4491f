"""Random clocks, customers, orders and conditions for property tests: small pools, so that things meet.

A test draws a :class:`Clock`, some :class:`Customer` and bound conditions, makes subjects of the customers with
:func:`subject_of` and asks. Days lie on and beside the edges of the windows that conditions ask about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from service.domain import conditions, facts, purchases
from service.domain.comparisons import iso, unit_vector
from service.domain.conditions import Condition, Leaf, Node, Past
from service.domain.cuts import cut_value
from service.domain.days import day_at, start_of
from service.domain.evaluation import in_population
from service.domain.fitting import PAST_OPS, ops_of
from service.domain.leaves import ALWAYS, Cut, Filter, InSegment, Near, Purchased, Step, Window
from service.domain.leaves import Sequence as Followed
from service.domain.subjects import OrderHistory, PastLine, PastOrder, Recorded, Stay, Subject
from service.domain.vocabulary import FactSpec, spec_of

ATTRIBUTES: Mapping[str, Any] = {"size": "number", "birthday": "date", "tags": "list", "note": "text"}
SEGMENTS = ("one", "two")
ZONES = ("UTC", "Asia/Riyadh", "Europe/Berlin", "America/Sao_Paulo")
DAYS = (0, 1, 2, 6, 7, 8, 29, 30, 31, 89, 90, 91, 365)
LENGTHS = (1, 2, 7, 8, 30, 31, 90, 91)
WORDS = ("Gift for my sister", "هدية لأختي", "gifts, oud", "GIFT", "عود و ورد", "o'reilly 12", "١٢ oud", "", "rose-oil")
IDS = ("dry", "oily", "3", "gift")
NUMBERS = (-2, -1, 0, 1, 2, 3, 5, 10)
AMOUNTS = (0, 1, 4_999, 5_000, 5_001, 10_000, 14_900, 50_000)
PLACES = ((24.71, 46.68), (21.49, 39.19), (51.51, -0.13))


@dataclass(frozen=True)
class Clock:
    """A moment, and the day it is in a shop's zone."""

    now: int
    zone: str

    @property
    def today(self) -> int:
        """The shop's day."""
        return day_at(self.now, self.zone)


@dataclass(frozen=True)
class Customer:
    """A customer as stored.

    :param kept: present facts that are not made of orders, those without history too
    :param past: all recorded values of facts with history, present ones included; agrees with ``kept``
    """

    orders: tuple[PastOrder, ...] = ()
    kept: Mapping[str, object] = field(default_factory=dict)
    past: Mapping[str, tuple[Recorded, ...]] = field(default_factory=dict)
    memberships: Mapping[str, tuple[Stay, ...]] = field(default_factory=dict)
    inside: frozenset[str] = frozenset()


def subject_of(customer: Customer, clock: Clock, cuts: Mapping[Cut, int | float] | None = None) -> Subject:
    """The customer as conditions are asked about, with the facts of orders and those that pass."""
    bought = purchases.summarise(placed(order) for order in customer.orders)
    found = {**customer.kept, **facts.from_purchases(bought), **facts.passing(bought, clock.today)}
    created = customer.kept.get("customer.created_at")
    if isinstance(created, int):
        found["customer.age_days"] = clock.today - day_at(created, clock.zone)
    return Subject(
        facts=found,
        history=OrderHistory.of(customer.orders),
        inside=customer.inside,
        memberships=customer.memberships,
        past=customer.past,
        cuts=cuts or {},
        now=clock.now,
        today=clock.today,
        zone=clock.zone,
    )


def placed(order: PastOrder) -> purchases.PlacedOrder:
    """The order as purchase facts see it."""
    return purchases.PlacedOrder(
        order_id=order.id,
        kind=order.kind,  # type: ignore[arg-type]
        status=order.status,  # type: ignore[arg-type]
        placed_at=order.placed_at,
        day=order.day,
        gross=order.gross,
        discount=order.discount,
        refunded=0,
        revenue=order.revenue,
        cost=None,
        units=order.units,
        traffic_source=order.source,
        main_product=order.lines[0].product if order.lines else None,
    )


def cuts_of(asked: Sequence[Condition], subjects: Sequence[Subject]) -> dict[Cut, int | float]:
    """The cuts that conditions compare with, over these customers."""
    found = {}
    for cut in conditions.needs(*asked).cuts:
        values = [one.facts[cut.fact] for one in subjects if in_population(cut.fact, one.facts)]
        value = cut_value(values, cut)  # type: ignore[arg-type]
        if value is not None:
            found[cut] = value
    return found


# clocks and customers ------------------------------------------------------------------------------------------------


@st.composite
def clocks(draw: st.DrawFn) -> Clock:
    """A moment in 2025 or 2026, often the first or last microsecond of a day, also of one on which clocks change."""
    zone = draw(st.sampled_from(ZONES))
    day = draw(
        st.one_of(st.integers(20_089, 20_818), st.sampled_from([20_176, 20_177, 20_386, 20_512, 20_513, 20_540]))
    )
    return Clock(draw(_within(day, zone)), zone)


def _within(day: int, zone: str) -> st.SearchStrategy[int]:
    begin, end = start_of(day, zone), start_of(day + 1, zone)
    return st.one_of(st.just(begin), st.just(end - 1), st.integers(begin, end - 1))


def days_around(clock: Clock, *, ahead: bool = False) -> st.SearchStrategy[int]:
    """Days at the edges of windows, back from today; a few ahead of it when asked for."""
    back = st.sampled_from(DAYS).map(lambda n: clock.today - n)
    return st.one_of(back, st.sampled_from((1, 6, 7, 8)).map(lambda n: clock.today + n)) if ahead else back


def instants(clock: Clock, *, ahead: bool = False) -> st.SearchStrategy[int]:
    """Instants on such days, not after now unless asked for."""
    found = days_around(clock, ahead=ahead).flatmap(lambda day: _within(day, clock.zone))
    return found if ahead else found.map(lambda one: min(one, clock.now))


def values(name: str, clock: Clock) -> st.SearchStrategy[Any]:
    """Values that a fact may have."""
    if name == "customer.place":
        return st.sampled_from(PLACES).map(lambda place: unit_vector(*place))
    if name.endswith((".many", ".tags")):
        return st.lists(st.sampled_from((*IDS, "a gift")), min_size=1, max_size=3, unique=True).map(tuple)
    if name.endswith((".words", ".note", ".city")):
        return st.sampled_from([word for word in WORDS if word])
    if name.endswith((".born", ".birthday")):
        birthdays = st.sampled_from(("1990-02-28", "1992-02-29", "1988-12-31"))
        return st.one_of(
            days_around(clock, ahead=True).map(iso), days_around(clock).map(lambda day: iso(day - 9_131)), birthdays
        )
    if name.endswith("_at"):
        return instants(clock)
    if name.startswith("trait.") or name.endswith(".probability"):
        return st.sampled_from((-1.0, -0.333333, 0.0, 0.5, 0.6, 1.0))
    if name.endswith((".nps", ".size", ".recency")):
        return st.sampled_from((*NUMBERS, 2.5))
    spec = spec_of(name)
    return st.sampled_from(spec.words if spec and spec.words else POOLS.get(name, IDS))


POOLS: Mapping[str, tuple[str, ...]] = {
    "customer.country": ("SA", "GB", "de"),
    "customer.postal_code": ("12211", "SW1A1AA", "SW2"),
    "rfm.group": ("champions", "lost", "new"),
    "persona.psychographic": ("purist", "unknown"),
}
KEPT = (
    "answer.q.single", "answer.q.many", "answer.q.nps", "answer.q.words", "answer.q.born", "answered_at.q.single",
    "outcome.q", "trait.price_sensitivity", "rfm.group", "rfm.recency", "persona.psychographic",
    "persona.psychographic.probability", "customer.country", "customer.city", "customer.postal_code",
    "customer.place", "customer.created_at", "attribute.size", "attribute.birthday", "attribute.tags",
    "attribute.note", "consent.email", "contact.opened_at",
)  # fmt: skip
BOUGHT = (
    "orders.count", "orders.net_revenue", "orders.average", "orders.first_at", "orders.last_at",
    "orders.days_since_first", "orders.days_since_last", "orders.mean_gap_days", "orders.discount_share",
    "orders.discounted_share", "orders.first_source", "orders.first_product",
)  # fmt: skip
ASKED = (*KEPT, "skipped.q.single", *BOUGHT, "customer.age_days")


@st.composite
def orders(draw: st.DrawFn, clock: Clock, order_id: int) -> PastOrder:
    """An order of any status, a free one or a refund document; now and then one that is dated ahead."""
    day = draw(days_around(clock, ahead=draw(st.integers(0, 9)) == 0))
    kind = draw(st.sampled_from(("order", "order", "order", "refund")))
    status = draw(st.sampled_from(("paid", "paid", "paid", "refunded", "pending", "cancelled")))
    lines = tuple(draw(st.lists(_lines(), max_size=3)))
    gross, discount = sum(line.amount for line in lines), sum(line.discount for line in lines)
    paid = gross - discount if status == "paid" else 0
    sign = -1 if kind == "refund" else 1
    words = st.sampled_from((None, "instagram", "podcast", "Podcast"))
    return PastOrder(
        id=order_id,
        placed_at=draw(_within(day, clock.zone)),
        day=day,
        status=status,
        kind=kind,
        gross=sign * gross,
        discount=sign * discount,
        revenue=sign * paid,
        units=sign * sum(line.quantity for line in lines),
        source=draw(words),
        medium=draw(words),
        campaign=draw(words),
        coupon=draw(st.sampled_from((None, "SAVE10"))),
        payment_method=draw(st.sampled_from((None, "card"))),
        country=draw(st.sampled_from((None, "SA", "GB"))),
        lines=lines,
    )


@st.composite
def _lines(draw: st.DrawFn) -> PastLine:
    quantity = draw(st.sampled_from((1, 1, 2, 3)))
    amount = draw(st.sampled_from(AMOUNTS))
    product = draw(st.sampled_from((None, "oud", "rose", "minis")))
    category = {"oud": "home", "rose": "care", "minis": "sets"}.get(product or "") if draw(st.booleans()) else None
    discount = draw(st.sampled_from((0, 0, min(amount, 1), min(amount, 500))))
    return PastLine(quantity, amount, discount, product, category)


@st.composite
def customers(draw: st.DrawFn, clock: Clock) -> Customer:
    """A customer with up to six orders, some facts and their earlier values, and stays in segments."""
    bought = tuple(draw(orders(clock, n + 1)) for n in range(draw(st.integers(0, 6))))
    kept: dict[str, object] = {}
    past: dict[str, tuple[Recorded, ...]] = {}
    for name in draw(st.lists(st.sampled_from(KEPT), unique=True, max_size=10)):
        spec = spec_of(name, ATTRIBUTES)
        assert spec is not None
        if not spec.history:
            kept[name] = draw(values(name, clock))
            continue
        past[name] = draw(_recorded(name, clock))
        if past[name][-1].until_at is None:
            kept[name] = past[name][-1].value
    if "answer.q.single" not in kept and draw(st.booleans()):
        kept["skipped.q.single"] = "yes"
        past["skipped.q.single"] = (Recorded("yes", draw(instants(clock))),)
    inside = frozenset(draw(st.lists(st.sampled_from(SEGMENTS), unique=True)))
    stays = {one: draw(_stays(clock)) for one in SEGMENTS}
    return Customer(bought, kept, past, stays, inside)


@st.composite
def _recorded(draw: st.DrawFn, name: str, clock: Clock) -> tuple[Recorded, ...]:
    times = sorted(draw(st.lists(instants(clock), min_size=1, max_size=4, unique=True)))
    found = [draw(values(name, clock)) for _ in times]
    ends = [*times[1:], None]
    if len(times) > 1 and draw(st.integers(0, 4)) == 0:  # it is not known any more
        found, ends = found[:-1], ends[:-1]
    return tuple(Recorded(value, since, end) for value, since, end in zip(found, times, ends, strict=False))


@st.composite
def _stays(draw: st.DrawFn, clock: Clock) -> tuple[Stay, ...]:
    times = sorted(draw(st.lists(instants(clock), max_size=4, unique=True)))
    pairs = [Stay(times[i], times[i + 1]) for i in range(0, len(times) - 1, 2)]
    if len(times) % 2:
        pairs.append(Stay(times[-1]))
    return tuple(pairs)


# conditions ----------------------------------------------------------------------------------------------------------


def trees(clock: Clock, *, max_leaves: int = 8) -> st.SearchStrategy[Condition]:
    """Bound conditions with every kind of clause."""
    return nested(clauses(clock), max_leaves=max_leaves)


def nested(clause: st.SearchStrategy[Any], *, max_leaves: int = 8) -> st.SearchStrategy[Condition]:
    """Conditions of such clauses."""
    return st.recursive(
        clause,
        lambda children: st.one_of(
            st.builds(Node, st.sampled_from(("all", "any")), st.lists(children, min_size=1, max_size=3).map(tuple)),
            st.builds(Node, st.just("not"), children.map(lambda child: (child,))),
        ),
        max_leaves=max_leaves,
    )


def clauses(clock: Clock) -> st.SearchStrategy[Any]:
    """A clause of any kind."""
    return st.one_of(
        leaves(clock), leaves(clock), measures(clock), measures(clock), sequences(), memberships(clock), pasts(clock)
    )


@st.composite
def leaves(draw: st.DrawFn, clock: Clock, names: Sequence[str] = ASKED, ops: Sequence[str] | None = None) -> Leaf:
    """A comparison of one fact, with a value of the kind the fact has."""
    name = draw(st.sampled_from(names))
    spec = spec_of(name, ATTRIBUTES)
    assert spec is not None
    op = draw(st.sampled_from([one for one in ops_of(spec) if ops is None or one in ops] or ["eq"]))
    return Leaf(name, op, draw(_value(spec, name, op, clock)))  # type: ignore[arg-type]


def _value(spec: FactSpec, name: str, op: str, clock: Clock) -> st.SearchStrategy[Any]:
    if op in ("exists", "skipped", "never_asked"):
        return st.integers(0, 1)
    if op in ("above_median", "below_median"):
        return st.just(1)
    if op in ("top_percent", "bottom_percent"):
        return st.sampled_from((1, 20, 50, 99))
    if op in ("in_last_days", "before_last_days", "in_next_days", "anniversary_within", "changed_in_last_days"):
        return st.sampled_from(LENGTHS)
    if op in ("before", "after"):
        others = (
            ("answer.q.born", "attribute.birthday")
            if spec.type != "instant"
            else ("orders.last_at", "customer.created_at")
        )
        return st.sampled_from([one for one in others if one != name] or ["orders.first_at"])
    if op == "within_km":
        return st.builds(
            lambda place, km: Near(place[0], place[1], km), st.sampled_from(PLACES), st.sampled_from((1, 850.0, 5_000))
        )
    if op in ("contains", "starts_with", "ends_with", "matches"):
        return st.sampled_from(("gift", "هديه", "gif*", "oud", "12", "my sis", "o'r", "SW1", "rose oil"))
    one = _scalar(spec, name, clock)
    if op == "between":
        return (
            st.tuples(one, one)
            .filter(lambda pair: type(pair[0]) is type(pair[1]))
            .map(lambda pair: tuple(sorted(pair)))
        )
    if op in ("in", "all_of"):
        return st.lists(one, min_size=1, max_size=3).map(tuple)
    if op in ("lt", "lte", "gt", "gte") and spec.type == "text":
        return st.one_of(st.sampled_from((*NUMBERS, 2.5)), days_around(clock).map(iso))
    return one


def _scalar(spec: FactSpec, name: str, clock: Clock) -> st.SearchStrategy[Any]:
    if spec.type == "instant":
        day = days_around(clock)
        return st.one_of(day.map(lambda n: start_of(n, clock.zone)), day.map(lambda n: start_of(n + 1, clock.zone) - 1))
    if spec.type == "money":
        return st.sampled_from((-1, *AMOUNTS))
    if spec.type == "days":
        return st.sampled_from((*DAYS, 7.5))
    if spec.type == "share":
        return st.sampled_from((0, 0.25, 0.5, 0.6, 1))
    if spec.type == "number" and name not in KEPT:
        return st.sampled_from((*NUMBERS, 0.5))
    if name.startswith("answer.") and name.endswith((".single", ".many")):
        return st.one_of(st.sampled_from(IDS), st.just(3))
    if name in BOUGHT:
        return st.sampled_from(("podcast", "oud", "rose"))
    return (
        values(name, clock).filter(lambda value: not isinstance(value, tuple))
        if not name.endswith((".many", ".tags"))
        else st.sampled_from(IDS)
    )


_TEXTS: Mapping[str, tuple[str, ...]] = {
    "source": ("instagram", "podcast"), "medium": ("podcast",), "campaign": ("podcast", "instagram"),
    "coupon": ("SAVE10", "x"), "status": ("paid", "refunded", "pending"), "payment_method": ("card",),
    "country": ("SA", "GB"), "product": ("oud", "rose", "minis"), "category": ("home", "care", "sets"),
}  # fmt: skip
_NUMBERS: Mapping[str, tuple[int | float, ...]] = {
    **dict.fromkeys(("revenue", "gross", "amount", "unit_price"), AMOUNTS),
    "discount": (0, 1, 500),
    **dict.fromkeys(("units", "quantity"), (0, 1, 2, 1.5)),
}
_LINE = ("amount", "discount", "quantity", "unit_price", "product", "category")
_ORDER = ("revenue", "gross", "discount", "units", "day", "source", "medium", "campaign", "coupon", "status",
          "payment_method", "country")  # fmt: skip


@st.composite
def filters(draw: st.DrawFn, clock: Clock, of: str) -> tuple[Filter, ...]:
    """Up to two filters, in the order in which they are read."""
    fields = sorted({*_ORDER, "product", "category"} if of == "orders" else {*_ORDER, *_LINE})
    chosen = sorted(draw(st.lists(st.sampled_from(fields), unique=True, max_size=2)))
    return tuple(draw(_filter(clock, one)) for one in chosen)


@st.composite
def _filter(draw: st.DrawFn, clock: Clock, name: str) -> Filter:
    if name in _TEXTS:
        op = draw(st.sampled_from(("eq", "ne", "in", "exists")))
        one: st.SearchStrategy[Any] = st.sampled_from(_TEXTS[name])
    else:
        ops = (
            ("eq", "ne", "lt", "lte", "gt", "gte", "between")
            if name == "day"
            else ("eq", "lt", "gte", "between", "in", "exists")
        )
        op = draw(st.sampled_from(ops))
        one = days_around(clock) if name == "day" else st.sampled_from(_NUMBERS[name])
    if op == "exists":
        return Filter(name, "exists", draw(st.integers(0, 1)))
    if op == "in":
        return Filter(name, "in", tuple(draw(st.lists(one, min_size=1, max_size=2))))
    if op == "between":
        return Filter(name, "between", tuple(sorted((draw(one), draw(one)))))
    return Filter(name, op, draw(one))  # type: ignore[arg-type]


@st.composite
def windows(draw: st.DrawFn, clock: Clock) -> Window:
    """A window of any kind."""
    kind = draw(st.sampled_from(("always", "last_days", "last_days", "between", "since_first_order", "first_orders")))
    if kind == "always":
        return ALWAYS
    if kind == "between":
        first, last = sorted((draw(days_around(clock)), draw(days_around(clock))))
        return Window("between", (first, last))
    pool = (1, 2, 3) if kind == "first_orders" else LENGTHS
    return Window(kind, draw(st.sampled_from(pool)))  # type: ignore[arg-type]


@st.composite
def measures(draw: st.DrawFn, clock: Clock) -> Purchased:
    """A measure of purchases compared with a value."""
    of = draw(st.sampled_from(("orders", "lines")))
    measure = draw(st.sampled_from(("count", "count", "sum", "average", "minimum", "maximum", "distinct")))
    fields = _ORDER if of == "orders" else _LINE
    numbers = [one for one in fields if one in _NUMBERS]
    name = draw(st.sampled_from(fields if measure == "distinct" else numbers))
    money = measure not in ("count", "distinct") and name not in ("units", "quantity")
    one: st.SearchStrategy[Any] = st.sampled_from(AMOUNTS if money else (0, 1, 2, 3, 1.5))
    op = draw(st.sampled_from(("eq", "ne", "lt", "lte", "gt", "gte", "between")))
    value = tuple(sorted((draw(one), draw(one)))) if op == "between" else draw(one)
    where = draw(filters(clock, of))
    return Purchased(
        measure,  # type: ignore[arg-type]
        of if measure == "count" else f"{of}.{name}",
        where,
        draw(windows(clock)),
        op,  # type: ignore[arg-type]
        value,
    )


@st.composite
def sequences(draw: st.DrawFn) -> Followed:
    """One purchase after another."""
    clock = Clock(0, "UTC")
    steps = []
    for _ in range(2):
        of = draw(st.sampled_from(("orders", "lines")))
        where = tuple(one for one in draw(filters(clock, of)) if one.field != "day")
        steps.append(Step(of, where))  # type: ignore[arg-type]
    return Followed(steps[0], steps[1], draw(st.sampled_from((0, 1, 7, 90))))


@st.composite
def memberships(draw: st.DrawFn, clock: Clock) -> InSegment:
    """Membership of another segment."""
    op = draw(st.sampled_from(("is", "ever", "entered_in_last_days", "on")))
    value = 0
    if op == "entered_in_last_days":
        value = draw(st.sampled_from(LENGTHS))
    elif op == "on":
        value = draw(days_around(clock, ahead=True))
    return InSegment(draw(st.sampled_from(SEGMENTS)), op, value)  # type: ignore[arg-type]


_PAST = tuple(name for name in KEPT if (spec := spec_of(name, ATTRIBUTES)) is not None and spec.history)


@st.composite
def pasts(draw: st.DrawFn, clock: Clock) -> Past:
    """A comparison of the past."""
    leaf = draw(leaves(clock, _PAST, PAST_OPS).filter(lambda one: one.op != "exists" or one.value == 1))
    return Past(leaf, draw(st.one_of(st.just("ever"), days_around(clock, ahead=True))))
