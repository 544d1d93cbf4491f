"""Typing instead of tapping: what is understood is kept, said back, and part of the response."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from service.domain.errors import InvalidInput, InvalidValue, StaleRevision
from service.domain.phrases import quoted
from service.domain.quiz import Item, Option, Quiz
from service.domain.turns import Turn
from service.domain.written import days, written
from service.domain.understanding import Asked, Learned, Understood
from service.operations import customers, matchers, responses, talk
from service.operations import settings as shop_settings
from service.operations.context import Context
from service.store import erasure, settings
from service.store import responses as store
from service.web.api.responses import TurnSchema
from tests.contract.api_world import application, post
from tests.contract.quiz_world import World, rows
from tests.phrase_sets import quizzes
from tests.unit.sample_quiz import text

SKIN = replace(quizzes()["skin-match"], version=1)
NAME = Item("name", "short_text", text("Your name?", "الاسم؟"), required=False)
DAY = Item("day", "date", text("Which day?"), required=False)
CALL = Item("call", "phone", text("Your number?"), country="SA")
MORE = Item("more", "single", text("More?"), options=(Option("yes", text("Yes")), Option("later", text("Later"))))
SMALL = Quiz("small", "survey", text("Small"), (NAME, DAY, CALL, MORE), version=1)


@pytest.fixture
def world(ctx: Context) -> Context:
    return World(quiz=SKIN).publish(ctx)


def start(ctx: Context, lang: str = "en", quiz: str = "skin-match") -> Turn:
    return responses.start(ctx, quiz, lang, "visit")


def say(ctx: Context, turn: Turn, *messages: str) -> Turn:
    for message in messages:
        turn = talk.say(ctx, turn.response_id, message, turn.revision)
    return turn


def answers(turn: Turn) -> dict[str, object]:
    return {one.item_id: one.value for one in turn.history}


def test_a_typed_answer_is_kept_and_said_back(world: Context) -> None:
    turn = say(world, start(world), "its for me")
    assert answers(turn) == {"for_whom": "me"}
    assert turn.heard.kind == "understood"
    assert turn.heard.text == "Got it: For me."
    assert turn.item is not None
    assert turn.item.id == "skin_type"


def test_one_message_answers_several_questions_and_only_the_rest_is_asked(world: Context) -> None:
    turn = say(world, start(world, "ar"), "لي", "بشرة جافة وميزانية محدودة")
    assert turn.heard.text.startswith("فهمت: مشدودة أو متقشّرة، و")
    assert "صحيح؟" in turn.heard.text
    assert [one.item_id for one in turn.heard.items] == ["skin_type", "budget"]
    assert turn.item is not None
    assert turn.item.id == "concerns"
    kept = store.get(world.db, turn.response_id)
    assert kept is not None
    assert kept.answers["budget"] == "up_to_100"


def test_what_may_be_meant_is_offered_and_nothing_is_kept(world: Context) -> None:
    turn = say(world, start(world), "me", "dry or oily")
    assert turn.heard.kind == "choose"
    assert {one.value for one in turn.heard.choices} == {"dry", "oily"}
    assert [one.label for one in turn.heard.choices][0] in {"Tight or flaky", "Shiny all over"}
    assert turn.revision == 1


def test_a_correction_takes_off_the_path_what_no_longer_belongs_there(world: Context) -> None:
    turn = say(world, start(world), "me", "dry", "sorry, I meant it is a gift")
    assert answers(turn) == {"for_whom": "gift"}
    assert turn.heard.text == "Changed: It is a gift."
    assert turn.item is not None
    assert turn.item.id == "gift_receiver"


def test_back_skip_start_over_and_why(world: Context) -> None:
    turn = say(world, start(world), "me", "dry", "go back")
    assert answers(turn) == {"for_whom": "me"}
    assert turn.heard.intent == "back"
    turn = say(world, turn, "why do you ask?")
    assert turn.heard.text == "It tells us which texture your skin will be glad of."
    turn = say(world, turn, "skip")
    assert turn.heard.intent == "skip"
    assert "needed" in turn.heard.text
    turn = say(world, turn, "start over")
    assert answers(turn) == {}
    assert turn.item is not None
    assert turn.item.id == "for_whom"


def test_the_buttons_do_what_the_words_do(world: Context) -> None:
    turn = say(world, start(world), "me", "dry")
    turn = talk.command(world, turn.response_id, "back", turn.revision)
    assert answers(turn) == {"for_whom": "me"}
    turn = talk.command(world, turn.response_id, "language", turn.revision, "ar")
    assert (turn.lang, turn.heard.text) == ("ar", "نكمل بالعربية.")
    assert answers(turn) == {"for_whom": "me"}
    with pytest.raises(InvalidValue, match="no command 'jump'"):
        talk.command(world, turn.response_id, "jump")


def test_a_language_asked_for_in_words_is_spoken_from_then_on(world: Context) -> None:
    turn = say(world, start(world), "بالعربي لو سمحت")
    assert (turn.lang, turn.dir) == ("ar", "rtl")


def test_a_person_is_offered_where_the_shop_has_named_one(world: Context) -> None:
    turn = say(world, start(world), "can I talk to a human")
    assert turn.contact_person is None
    with world.db.write() as db:
        settings.save(db, {"shop.contact.whatsapp": "+966500000000"}, world.now)
    turn = say(world, turn, "can I talk to a human")
    assert turn.contact_person.whatsapp == "+966500000000"
    assert turn.contact_person.email == ""


def test_off_topic_is_answered_politely_and_changes_nothing(world: Context) -> None:
    turn = say(world, start(world), "what is the weather like?")
    assert (turn.heard.kind, turn.revision) == ("unclear", 0)
    assert "these questions" in turn.heard.text


def test_the_transcript_is_part_of_the_response_and_goes_with_it(world: Context) -> None:
    turn = say(world, start(world), "its for me")
    later = replace(world, now=world.now + 1_000_000)
    turn = say(later, turn, "hmm, pizza")
    said = responses.read(later, turn.response_id).transcript
    assert [(one.by, one.kind) for one in said] == [
        ("shopper", "typed"),
        ("shop", "question"),
        ("shopper", "answer"),
        ("shop", "notice"),
        ("shopper", "typed"),
        ("shop", "notice"),
    ]
    assert said[-2].text == "hmm, pizza"
    joined = responses.identify(later, turn.response_id, responses.Address(email="noor@example.com"), {})
    kept = store.get(world.db, joined.response_id)
    assert kept is not None
    assert kept.customer_id is not None
    with world.db.write() as db:
        erasure.erase(db, [kept.customer_id], later.now)
    assert rows(world.db, "SELECT COUNT(*) AS n FROM messages") == [{"n": 0}]


def test_a_tapped_answer_needs_no_more_statements_than_before(world: Context) -> None:
    turn = say(world, start(world), "its for me")
    traced: list[str] = []
    with world.db.trace(traced):
        responses.answer(world, turn.response_id, "skin_type", "dry", turn.revision)
    assert len(traced) <= 6


def test_nobody_waits_while_a_message_is_understood_and_one_overtaken_is_understood_again(
    world: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = start(world)
    understand = talk.understand
    asked: list[str] = []

    def overtaken(question: Asked, typed: str, learned: Learned | None = None) -> Understood:
        asked.append(question.open.id if question.open else "")
        if len(asked) == 1:  # no turn to write is taken: another tab may have it
            responses.answer(world, turn.response_id, "for_whom", "me")
        return understand(question, typed, learned)

    monkeypatch.setattr(talk, "understand", overtaken)
    said = talk.say(world, turn.response_id, "dry")
    assert asked == ["for_whom", "skin_type"]
    assert answers(said) == {"for_whom": "me", "skin_type": "dry"}


def test_a_conversation_keeps_only_so_many_messages(world: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talk, "MOST_MESSAGES", 2)
    turn = say(world, start(world), "its for me", "hmm, pizza")
    kept = len(turn.transcript)
    turn = say(world, turn, "dry")
    assert turn.heard.text.startswith("That was a lot of writing")
    turn = talk.command(world, turn.response_id, "language", lang="ar")
    turn = say(world, turn, "dry")
    assert turn.heard.text.startswith("كثرت الرسائل")
    assert (len(turn.transcript), answers(turn)) == (kept, {"for_whom": "me"})


def test_what_was_typed_is_never_logged(world: Context, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        say(world, start(world), "my secret is chocolate")
    assert "chocolate" not in caplog.text


def test_texts_days_and_numbers_are_taken_from_words(ctx: Context) -> None:
    world = World(quiz=SMALL).publish(ctx)
    turn = say(world, start(world, quiz="small"), "Noor", "on 23/4/2026")
    assert answers(turn) == {"name": "Noor", "day": "2026-04-23"}
    turn = say(world, turn, "my number is 12")
    assert turn.heard.kind == "unclear"
    turn = say(world, turn, "٠٥٠ ١٢٣ ٤٥٦٧")
    assert answers(turn)["call"] == "+966501234567"
    assert say(world, turn, "later").status == "complete"


def test_a_message_given_to_an_older_turn_or_that_cannot_be_kept_is_refused(world: Context) -> None:
    turn = start(world)
    say(world, turn, "me")
    with pytest.raises(StaleRevision):
        say(world, turn, "dry")
    with pytest.raises(InvalidValue, match="at most"):
        talk.say(world, turn.response_id, "a" * 2_001)
    with pytest.raises(InvalidValue, match="cannot be kept"):
        talk.say(world, turn.response_id, "a\x00")


def test_a_fitted_model_serves_its_own_version(world: Context) -> None:
    world = replace(world, load_definitions=lambda fresh: World(quiz=replace(SKIN)).definitions())
    quiz = world.definitions.quiz_version("skin-match", 1)
    assert matchers.learned(world, quiz, "oily") is None
    assert matchers.fit_one_due(world)
    assert not matchers.fit_one_due(world)
    learned = matchers.learned(world, quiz, "oily skin")
    assert learned is not None
    shares = learned("skin_type")
    assert max(shares, key=lambda option: shares[option]) == "oily"
    [again] = matchers.fit(world, ["skin-match"])
    assert (again.version, again.labels > 50) == (1, True)


def test_over_http_a_message_or_a_button_is_sent_like_an_answer(sqlite_url: str) -> None:
    with application(sqlite_url) as client:
        turn = post(client, "/v1/responses", {"quiz": "skin-match", "lang": "ar"}).get_json()
        path = f"/v1/responses/{turn['response_id']}/answers"
        said = post(client, path, {"text": "لي", "revision": 0})
        assert said.status_code == 200, said.get_json()
        heard = said.get_json()["heard"]
        assert heard["items"] == [{"item_id": "for_whom", "value": "me", "answer": "لي"}]
        assert TurnSchema().dump(said.get_json()) == said.get_json()
        turn = post(client, path, {"command": "back", "revision": 1}).get_json()
        assert (turn["heard"]["intent"], turn["history"]) == ("back", [])
        assert [line["by"] for line in client.get(path.removesuffix("/answers")).get_json()["transcript"]] == [
            "shop",
            "shop",
        ]
        for wrong in ({"text": "x", "command": "back"}, {"command": "jump"}, {}, {"item_id": "for_whom"}):
            assert post(client, path, wrong).status_code == 422


def test_the_shop_names_who_is_reached(ctx: Context) -> None:
    shop_settings.save_shop(ctx, name="Sidr", numerals="latn", ways={"email": "Help@Example.com", "phone": ""})
    assert shop_settings.contact(ctx) == {"email": "help@example.com", "phone": "", "whatsapp": "", "url": ""}
    for way, value in {"email": "nobody", "phone": "12", "url": "javascript:alert(1)"}.items():
        with pytest.raises(InvalidInput) as caught:
            shop_settings.save_shop(ctx, name="Sidr", numerals="latn", ways={way: value})
        assert caught.value.path == way


def test_own_words_are_offered_where_the_question_takes_them(ctx: Context) -> None:
    options = (Option("red", text("Red")), Option("other", text("Another"), other=True))
    world = World(quiz=replace(SMALL, items=(Item("colour", "single", text("Which?"), options=options),))).publish(ctx)
    turn = say(world, start(world, quiz="small"), "turquoise")
    (choice,) = turn.heard.choices
    assert (choice.value, choice.label) == ({"other": "turquoise"}, "Another: turquoise")
    turn = responses.answer(world, turn.response_id, choice.item_id, choice.value, turn.revision)
    assert turn.history[0].answer.endswith("turquoise")


def test_what_was_typed_is_in_the_export_of_a_person(world: Context) -> None:
    turn = say(world, start(world), "its for me")
    responses.identify(world, turn.response_id, responses.Address(email="noor@example.com"), {})
    found = customers.dossier(world, customers.find(world, "noor@example.com"))
    assert [line.text for listed in found.typed.values() for line in listed] == ["its for me", "Got it: For me."]


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
    turn = responses.answer(world, start(world, lang).response_id, "for_whom", "me", 0)
    turn = say(replace(world, now=world.now + 1), turn, first)
    kept = answers(turn)
    turn = say(world, turn, right)
    assert (answers(turn), turn.heard.kind, turn.item.id) == (kept, "talk", "concerns")
    turn = responses.answer(world, start(world, lang).response_id, "for_whom", "me", 0)
    turn = say(replace(world, now=world.now + 1), turn, first)
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
    while turn.item.id != "concerns":
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
