"""Typing instead of tapping: what is understood is kept, said back, and part of the response."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from service.domain.errors import InvalidInput, InvalidValue, StaleRevision
from service.domain.quiz import Item, Option, Quiz
from service.domain.turns import Turn
from service.domain.understanding import Asked, Learned, Understood, understand
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
