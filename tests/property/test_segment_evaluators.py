"""The two evaluators agree: plain Python for one customer, SQL for everybody, on random conditions and customers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from service.domain.conditions import Condition
from service.domain.evaluation import holds
from service.domain.subjects import Subject
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


@pytest.mark.long
@pytest.mark.timeout(900)
@settings(SMALL, max_examples=90, derandomize=False)
@given(world=worlds())
def test_both_evaluators_agree_on_thousands(sqlite_db: Database, postgres_db: Database, world: World) -> None:
    agree(sqlite_db, world)
    agree(postgres_db, world)
