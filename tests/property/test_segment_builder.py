"""What the segment builder shows of a condition, sent back untouched, is the same condition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain import conditions
from service.domain.conditions import Condition
from service.domain.leaves import number_text
from service.domain.profiles import Rules
from service.domain.segments import from_document
from service.operations.choices import Choices
from service.operations.context import Definitions
from service.web.admin import segment_rows, segment_tree
from service.web.admin.segment_choices import Offer
from service.web.admin.segment_documents import write
from service.web.admin.segment_reading import tree_of
from service.web.admin.segment_rows import GroupView, Looks, RowView
from service.web.admin.segment_tree import Group
from tests import strategies

EVERYBODY = {"fact": "orders.count", "op": "gte", "value": 0}
SEGMENTS = tuple(
    from_document({"id": one, "name": {"en": one}, "when": EVERYBODY}, "SAR") for one in strategies.SEGMENTS
)
OFFER = Offer(
    Choices(
        quizzes={},
        products={"oud": "Oud", "rose": "Rose"},
        categories=("home",),
        of_orders={"source": ("podcast",), "country": ("SA",)},
        of_customers={"country": ("SA",), "language": ("ar",), "city": ("Riyadh",)},
        segments=SEGMENTS,
        attributes=strategies.ATTRIBUTES,
        contact_reported=False,
        places_known=False,
    ),
    Definitions(revision=1, live={}, quiz_version=lambda _quiz, _version: None, rules=Rules()),  # type: ignore[arg-type, return-value]
)


def plain(condition: Condition) -> Any:
    """The document with numbers as texts write them: to the language 3 and "3" are one value."""
    return _plain(conditions.dump(condition))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value if isinstance(value, bool | str) else number_text(value)


def sent(view: RowView | GroupView) -> Iterator[tuple[str, str]]:
    """What a browser sends of a form that nobody touched."""
    if isinstance(view, GroupView):
        yield from view.join.sent
        if view.bare:
            yield f"{view.name}:bare", "1"
        for part in view.parts:
            yield from sent(part)
        return
    for control in view.head:
        yield from control.sent
    for block in view.blocks:
        for control in (*block.controls, *(one for each in block.filters for one in each.controls)):
            yield from control.sent


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_a_condition_comes_back_from_the_form_as_it_was(data: st.DataObject) -> None:
    condition = data.draw(strategies.trees(data.draw(strategies.clocks())))
    tree = segment_rows.settled(tree_of(condition, strategies.ATTRIBUTES), OFFER)
    assert isinstance(tree, Group)
    form = list(sent(segment_rows.view(tree, Looks(OFFER, "SAR", "UTC"))))
    written = write(segment_tree.read(form), strategies.ATTRIBUTES)
    assert written.troubles == []
    assert plain(conditions.parse(written.document)) == plain(condition)


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_drawing_a_form_again_changes_nothing(data: st.DataObject) -> None:
    condition = data.draw(strategies.trees(data.draw(strategies.clocks())))
    tree = segment_rows.settled(tree_of(condition, strategies.ATTRIBUTES), OFFER)
    looks = Looks(OFFER, "SAR", "UTC")
    first = list(sent(segment_rows.view(tree, looks)))
    again = segment_rows.settled(segment_tree.read(first), OFFER)
    assert sorted(sent(segment_rows.view(again, looks))) == sorted(first)


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_moving_parts_loses_none(data: st.DataObject) -> None:
    tree = tree_of(data.draw(strategies.trees(data.draw(strategies.clocks()))))
    ways = list(_ways(tree, ()))
    before = sorted(str(row) for row in _rows(tree))
    for _ in range(4):
        way, step = data.draw(st.sampled_from(ways)), data.draw(st.sampled_from((-1, 1)))
        tree, now = segment_tree.moved(tree, way, step)
        assert segment_tree.at(tree, now) is not None or segment_tree.at(tree, way) is None
    assert sorted(str(row) for row in _rows(tree)) == before


def _ways(group: Group, way: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    for number, part in enumerate(group.parts):
        yield (*way, number)
        if isinstance(part, Group):
            yield from _ways(part, (*way, number))


def _rows(part: segment_tree.Part) -> Iterator[segment_tree.Row]:
    if isinstance(part, Group):
        for one in part.parts:
            yield from _rows(one)
    else:
        yield part
