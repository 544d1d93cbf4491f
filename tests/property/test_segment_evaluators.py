"""The two evaluators agree: plain Python for one customer, SQL for everybody, on random conditions and customers."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from service.domain.conditions import Condition
from service.domain.days import start_of
from service.domain.evaluation import holds
from service.domain.subjects import Recorded, Stay, Subject
from service.store import populations
from service.store.compiler import Moment, compile_page
from service.store.database import Database
from tests.stored_customers import completed, store
from tests.strategies import SEGMENTS, Clock, Customer, clocks, customers, cuts_of, leaves, nested, subject_of, trees

CUSTOMERS, TREES = 8, 25
World = tuple[Clock, list[Customer], list[Condition], list[Condition]]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A clock, customers, conditions, and those of the two segments that conditions ask about."""
    clock = draw(clocks())
    people = [completed(draw(customers(clock)), clock) for _ in range(CUSTOMERS)]
    asked = [draw(trees(clock, max_leaves=6)) for _ in range(TREES)]
    named = [
        draw(nested(leaves(clock, ("orders.count", "rfm.group", "orders.last_at")), max_leaves=2)) for _ in SEGMENTS
    ]
    return clock, people, asked, named


def agree(db: Database, world: World) -> None:
    clock, people, asked, named = world
    store(db, people)
    alone = [subject_of(one, clock) for one in people]
    cuts = cuts_of([*asked, *named], alone)
    segments = dict(zip(SEGMENTS, named, strict=True))
    subjects = [_inside(replace(one, cuts=cuts), segments) for one in alone]
    moment = Moment(clock.now, clock.today, clock.zone, cuts=cuts)
    compiled = compile_page({str(place): tree for place, tree in enumerate(asked)}, moment, segments)
    found = populations.memberships(db, compiled, 1, len(people))
    for place, tree in enumerate(asked):
        wanted = [holds(tree, subject) for subject in subjects]
        assert [str(place) in found[number] for number in range(1, len(people) + 1)] == wanted, tree
        assert populations.how_many(db, tree, moment, segments) == sum(wanted), tree
    assert populations.fit_cuts(db, cuts, moment) == cuts


def _inside(subject: Subject, segments: dict[str, Condition]) -> Subject:
    return replace(subject, inside=frozenset(one for one in segments if holds(segments[one], subject)))


def agree_on_the_past(db: Database, world: World, days: int) -> None:
    """The same of the end of an earlier day: Python is told what was known then."""
    clock, people, asked, named = world
    then = Clock(start_of(clock.today - days + 1, clock.zone) - 1, clock.zone)
    people = [_older(one, then) for one in people]
    store(db, people)
    segments = dict(zip(SEGMENTS, named, strict=True))
    subjects = [_inside(subject_of(_as_of(one, then), then), segments) for one in people]
    moment = Moment(then.now, then.today, then.zone, past=True)
    compiled = compile_page({str(place): tree for place, tree in enumerate(asked)}, moment, segments)
    found = populations.memberships(db, compiled, 1, len(people))
    for place, tree in enumerate(asked):
        wanted = [holds(tree, subject) for subject in subjects]
        assert [str(place) in found[number] for number in range(1, len(people) + 1)] == wanted, tree
        assert populations.how_many(db, tree, moment, segments) == sum(wanted), tree


def _older(customer: Customer, then: Clock) -> Customer:
    began = min(cast(int, customer.kept["customer.created_at"]), then.now)
    return replace(customer, kept={**customer.kept, "customer.created_at": began})


def _as_of(customer: Customer, then: Clock) -> Customer:
    past = {name: _ended(rows, then.now) for name, rows in customer.past.items()}
    stays = {
        one: tuple(
            Stay(stay.entered_at, stay.left_at if stay.left_at is not None and stay.left_at <= then.now else None)
            for stay in mine
            if stay.entered_at <= then.now
        )
        for one, mine in customer.memberships.items()
    }
    record = {name: value for name, value in customer.kept.items() if name not in customer.past}
    present = {name: rows[-1].value for name, rows in past.items() if rows and rows[-1].until_at is None}
    orders = tuple(one for one in customer.orders if one.day <= then.today)
    return Customer(orders, {**record, **present}, past, stays)


def _ended(rows: tuple[Recorded, ...], now: int) -> tuple[Recorded, ...]:
    """What was recorded by then, as it was recorded then."""
    return tuple(
        replace(one, until_at=one.until_at if one.until_at is not None and one.until_at <= now else None)
        for one in rows
        if one.since_at <= now
    )


# Not shrunk: a world takes long to draw, and the condition that differs is named.
SMALL = settings(
    phases=[Phase.explicit, Phase.generate],
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.data_too_large, HealthCheck.too_slow],
)


@SMALL
@given(world=worlds())
def test_both_evaluators_agree(sqlite_db: Database, postgres_db: Database, world: World) -> None:
    agree(sqlite_db, world)
    agree(postgres_db, world)


@settings(SMALL, max_examples=3)
@given(world=worlds(), days=st.sampled_from((1, 7, 30, 90)))
def test_they_agree_on_the_past(sqlite_db: Database, postgres_db: Database, world: World, days: int) -> None:
    agree_on_the_past(sqlite_db, world, days)
    agree_on_the_past(postgres_db, world, days)


@pytest.mark.long
@pytest.mark.timeout(900)
@settings(SMALL, max_examples=90, derandomize=False)
@given(world=worlds())
def test_both_evaluators_agree_on_thousands(sqlite_db: Database, postgres_db: Database, world: World) -> None:
    agree(sqlite_db, world)
    agree(postgres_db, world)
