"""The condition language holds together on random customers, orders, clocks and trees."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.domain import conditions, purchases
from service.domain.compiled import prepared
from service.domain.conditions import explain, holds
from tests.strategies import Clock, clauses, clocks, customers, cuts_of, orders, placed, subject_of, trees

lean = settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow], deadline=None)


@lean
@given(st.data())
def test_reading_undoes_writing(data: st.DataObject) -> None:
    tree = data.draw(clocks().flatmap(trees))
    document = json.loads(json.dumps(conditions.dump(tree)))
    assert conditions.parse(document) == tree


@lean
@given(st.data())
def test_explaining_agrees_with_asking(data: st.DataObject) -> None:
    clock = data.draw(clocks())
    tree = data.draw(trees(clock))
    subjects = [subject_of(data.draw(customers(clock)), clock) for _ in range(2)]
    cuts = cuts_of([tree], subjects)
    for one in subjects:
        asked = conditions.Subject(**{**vars(one), "cuts": cuts})
        assert explain(tree, asked).holds is holds(tree, asked)
        assert prepared(tree)(asked.facts, asked) is holds(tree, asked)


@settings(lean, max_examples=40)
@given(st.data())
def test_nothing_changes_before_the_next_change(data: st.DataObject) -> None:
    _nothing_changes(data)


@pytest.mark.long
@pytest.mark.timeout(900)
@settings(lean, max_examples=2_000)
@given(st.data())
def test_nothing_changes_before_the_next_change_on_thousands(data: st.DataObject) -> None:
    _nothing_changes(data)


def _nothing_changes(data: st.DataObject) -> None:
    clock = data.draw(clocks())
    customer = data.draw(customers(clock))
    clause = data.draw(clauses(clock))
    subject = subject_of(customer, clock)
    until = conditions.next_change(clause, subject)
    assert until is None or until > clock.now
    last = until if until is not None else clock.now + 800 * 86_400_000_000
    for later in {last - 1, data.draw(st.integers(clock.now, last - 1)), data.draw(st.integers(clock.now, last - 1))}:
        moved = subject_of(customer, Clock(later, clock.zone))
        assert holds(clause, moved) is holds(clause, subject), (clause, until, later)


@lean
@given(st.data())
def test_an_order_counts_here_as_it_counts_in_the_purchases(data: st.DataObject) -> None:
    order = data.draw(clocks().flatmap(lambda clock: orders(clock, 1)))
    assert order.counts is purchases.counts(placed(order))
