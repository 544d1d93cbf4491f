"""Replies that are no answers, and answers typed in full: orders, days, agreement, words of one's own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.domain.answers import to_json
from service.domain.phrases import quoted
from service.domain.quiz import Item, Option
from service.domain.turns import Turn
from service.domain.written import days, written
from service.operations import responses, talk
from service.operations.context import Context
from service.store.database import Database
from service.store.migrations import migrate
from tests.contract.quiz_world import World
from tests.contract.test_talk import CALL, DAY, MORE, NAME, SKIN, SMALL, say, start
from tests.unit.sample_quiz import text


@pytest.fixture
def db(sqlite_db: Database) -> Database:
    """Nothing here depends on the database."""
    migrate(sqlite_db)
    return sqlite_db


@pytest.fixture
def world(ctx: Context) -> Context:
    return World(quiz=SKIN).publish(ctx)


def answers(turn: Turn) -> dict[str, object]:
    return {one.item_id: to_json(one.value) for one in turn.history}


ADDED = (
    Option("oud", text("Oud", "عود")),
    Option("rose", text("Rose, or violet", "ورد")),
    Option("amber", text("Amber", "عنبر")),
)
NPS = Item("score", "nps", text("How likely?"))
SIZE = Item(
    "size",
    "single",
    text("Which size?"),
    options=tuple(Option(f"s{n}", text(f"Size {c}")) for n, c in enumerate("abcdefgh")),
)
KIND = Item("kind", "ranking", text("Put in order", "الترتيب"), options=ADDED)
WHO = Item(
    "who",
    "single",
    text("Who told you?", "من أخبرك؟"),
    options=(
        Option("friend", text("A friend", "صديق")),
        Option("other", text("Something else", "غير ذلك"), other=True),
    ),
)
AGREE = Item("agree", "consent", text("May we write?", "هل نراسلك؟"))


def ask(ctx: Context, *items: Item, lang: str = "en") -> tuple[Context, Turn]:
    world = World(quiz=replace(SMALL, items=items)).publish(ctx)
    return world, start(world, lang, "small")


def begun(world: Context, lang: str, first: str, visit: str) -> Turn:
    turn = responses.start(world, "skin-match", lang, visit)
    turn = responses.answer(world, turn.response_id, "for_whom", "me", turn.revision)
    return say(replace(world, now=world.now + 1), turn, first)


@pytest.mark.parametrize(
    ("lang", "first", "right", "wrong", "meant"),
    [
        ("en", "dry skin, I am on a budget", "that's right", "that's wrong", "oily"),
        ("en", "dry skin, I am on a budget", "yes", "no", "I meant oily"),
        ("ar", "بشرة جافة وميزانية محدودة", "صحيح", "مو صحيح", "دهنية"),
        ("ar", "بشرة جافة وميزانية محدودة", "نعم", "لا", "أقصد دهنية"),
    ],
)
def test_what_is_replied_to_is_that_right_is_no_answer(
    world: Context, lang: str, first: str, right: str, wrong: str, meant: str
) -> None:
    turn = begun(world, lang, first, "one")
    kept = answers(turn)
    turn = say(world, turn, right)
    assert (answers(turn), turn.heard.kind) == (kept, "talk")
    assert turn.item is not None
    assert turn.item.id == "concerns"
    turn = begun(world, lang, first, "other")
    turn = say(world, turn, wrong)
    assert (answers(turn), turn.heard.kind) == (kept, "talk")
    assert answers(say(world, turn, meant))["skin_type"] == "oily"


@pytest.mark.parametrize(
    ("lang", "text_", "order"),
    [
        ("en", "oud then rose or violet then amber", ["oud", "rose", "amber"]),
        ("en", "3 1 2", ["amber", "oud", "rose"]),
        ("en", "1. oud 2. rose, or violet 3. amber", ["oud", "rose", "amber"]),
        ("ar", "عود ثم ورد ثم عنبر", ["oud", "rose", "amber"]),
        ("ar", "٣ ١ ٢", ["amber", "oud", "rose"]),
    ],
)
def test_an_order_is_typed(ctx: Context, lang: str, text_: str, order: list[str]) -> None:
    world, turn = ask(ctx, KIND, MORE, lang=lang)
    turn = say(world, turn, text_)
    assert answers(turn) == {"kind": order}
    assert " › " in turn.heard.text


def test_of_an_order_in_part_the_rest_is_asked_for(ctx: Context) -> None:
    world, turn = ask(ctx, KIND, MORE)
    turn = say(world, turn, "amber then oud")
    assert (answers(turn), turn.heard.choices) == ({}, ())
    assert turn.heard.text == "So far: Amber and Oud. Please name them all in order, with Rose, or violet as well."


def test_a_number_corrects_the_newest_number(ctx: Context) -> None:
    world, turn = ask(ctx, SIZE, NPS, MORE)
    turn = say(world, turn, "size a", "9", "I meant 7")
    assert answers(turn) == {"size": "s0", "score": 7}


@pytest.mark.parametrize(("lang", "typed"), [("en", "something else: my dentist"), ("ar", "غير ذلك: my dentist")])
def test_something_else_keeps_the_words(ctx: Context, lang: str, typed: str) -> None:
    world, turn = ask(ctx, WHO, MORE, lang=lang)
    assert answers(say(world, turn, typed)) == {"who": {"other": "my dentist"}}


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("I agree", "granted"),
        ("I don't agree", "declined"),
        ("أوافق", "granted"),
        ("لا أوافق", "declined"),
        ("ما عندي مانع", "granted"),
        ("No, thank you", "declined"),
    ],
)
def test_consent_is_given_in_words(typed: str, value: str) -> None:
    assert written(AGREE, typed) == value


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12 March 1990", ("1990-03-12",)),
        ("born on 5 May 1985", ("1985-05-05",)),
        ("March 1st, 1990", ("1990-03-01",)),
        ("١٥ مارس ١٩٩٠", ("1990-03-15",)),
        ("١٥ آذار ١٩٩٠", ("1990-03-15",)),
        ("3 كانون الثاني 1990", ("1990-01-03",)),
        ("03/04/1990", ("1990-04-03", "1990-03-04")),
        ("13/04/1990", ("1990-04-13",)),
    ],
)
def test_days_in_words(typed: str, meant: tuple[str, ...]) -> None:
    assert days(DAY, typed) == meant


def test_a_day_that_may_be_two_is_asked_about_and_bounds_are_named(ctx: Context) -> None:
    world, turn = ask(ctx, DAY, MORE)
    turn = say(world, turn, "03/04/1990")
    assert [(one.value, one.label) for one in turn.heard.choices] == [
        ("1990-04-03", "3 April 1990"),
        ("1990-03-04", "4 March 1990"),
    ]
    assert "1900-01-01" in say(world, turn, "1 May 1800").heard.text


def test_answers_win_over_a_wish_in_the_same_message(world: Context) -> None:
    turn = say(world, start(world), "me", "dry")
    while turn.item is not None and turn.item.id != "concerns":
        turn = talk.command(world, turn.response_id, "skip", turn.revision)
    assert "concerns" in answers(say(world, turn, "I want to stop my acne"))


def test_a_number_to_call_is_a_number(ctx: Context) -> None:
    world, turn = ask(ctx, CALL, MORE)
    assert answers(say(world, turn, "call me at 0501234567")) == {"call": "+966501234567"}


@pytest.mark.parametrize("typed", ["no", "nothing else", "no thanks", "لا"])
def test_nothing_to_say_is_no_answer(ctx: Context, typed: str) -> None:
    world, turn = ask(ctx, NAME, DAY)
    turn = say(world, turn, typed)
    assert (turn.heard.intent, answers(turn)["name"]) == ("skip", None)


def test_a_survey_needs_its_answers_for_no_result(ctx: Context) -> None:
    world, turn = ask(ctx, MORE)
    assert "result" not in say(world, turn, "skip").heard.text


def test_labels_with_commas_are_told_apart() -> None:
    assert quoted(["Oud", "Rose, or violet"], "en") == "“Oud” and “Rose, or violet”"
    assert quoted(["عود", "ورد، ومسك"], "ar") == "«عود»، و«ورد، ومسك»"
