"""What is kept is option ids and plain values; anything else is refused with what would fit."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.answers import in_words, parse
from service.domain.errors import InvalidValue
from service.domain.quiz import Item
from tests.unit.sample_quiz import BUDGET, DRY_HELP, GOALS, QUIZ, SKIN, WISH, text

NUMBER = Item(id="age", type="number", text=text("Age?"), minimum=0, maximum=120)
NPS = Item(id="nps", type="nps", text=text("Recommend?"))


@pytest.mark.parametrize(
    ("item", "raw", "kept"),
    [
        (SKIN, "dry", "dry"),
        (SKIN, ["dry"], "dry"),
        (DRY_HELP, True, "yes"),
        (DRY_HELP, "no", "no"),
        (GOALS, ["sun", "glow"], ("glow", "sun")),
        (GOALS, ["glow", "glow"], ("glow",)),
        (GOALS, "glow", ("glow",)),
        (GOALS, ["none"], ("none",)),
        (BUDGET, 5, 5),
        (BUDGET, "٣", 3),
        (BUDGET, "3.0", 3),
        (NPS, 0, 0),
        (NPS, "١٠", 10),
        (NUMBER, "34", 34),
        (NUMBER, 2.5, 2.5),
        (NUMBER, "٢٫٥", 2.5),
        (WISH, "  a gift ", "a gift"),
        (WISH, None, None),
        (WISH, "", None),
        (WISH, "   ", None),
    ],
)
def test_values_that_fit(item: Item, raw: object, kept: object) -> None:
    assert parse(item, raw) == kept


@pytest.mark.parametrize(
    ("item", "raw", "says"),
    [
        (SKIN, "Dry", "it takes dry, oily"),
        (SKIN, 1, "takes the id of one option"),
        (SKIN, ["dry", "oily"], "takes the id of one option"),
        (SKIN, None, "needs an answer"),
        (SKIN, {"id": "dry"}, "takes the id of one option"),
        (SKIN, True, "takes the id of one option"),
        (GOALS, ["glow", "calm", "sun"], "at most 2"),
        (GOALS, ["none", "sun"], "cannot be combined"),
        (GOALS, [], "needs an answer"),
        (GOALS, [["glow"]], "list of option ids"),
        (BUDGET, 0, "from 1 to 5"),
        (BUDGET, 2.5, "from 1 to 5"),
        (BUDGET, True, "from 1 to 5"),
        (BUDGET, "1e400", "from 1 to 5"),
        (BUDGET, "nan", "from 1 to 5"),
        (NUMBER, 121, "at most 120"),
        (NUMBER, -1, "at least 0"),
        (NUMBER, "many", "takes a number"),
        (NUMBER, "9" * 400, "takes a number"),
        (WISH, "x" * 201, "longer than 200"),
        (WISH, "\x00", "cannot be kept"),
        (WISH, "\ud800", "cannot be kept"),
        (WISH, 5, "takes a text"),
        (QUIZ.items[2], "hello", "is a statement"),
    ],
)
def test_values_that_do_not_fit_are_refused_with_what_would(item: Item, raw: object, says: str) -> None:
    with pytest.raises(InvalidValue, match=says):
        parse(item, raw)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(), children, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from([SKIN, DRY_HELP, GOALS, BUDGET, WISH, NUMBER, NPS, QUIZ.items[2]]), anything)
def test_whatever_arrives_is_kept_or_refused_and_never_crashes(item: Item, raw: object) -> None:
    try:
        value = parse(item, raw)
    except InvalidValue:
        return
    assert value is None or isinstance(value, str | int | float | tuple)
    if value is not None:  # what was kept would be taken again, unchanged
        assert parse(item, list(value) if isinstance(value, tuple) else value) == value


def test_an_answer_in_words_speaks_the_reader_s_language() -> None:
    assert in_words(SKIN, "dry", "ar") == "جافة"
    assert in_words(GOALS, ("glow", "sun"), "en") == "Glow, Sun"
    assert in_words(replace(BUDGET), 4, "en") == "4"
    assert in_words(WISH, None, "en") == ""
