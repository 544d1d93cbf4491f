"""What the quiz engine keeps: who was shown what, what was told on the way, what was known, how far people got."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from service.domain import quiz_binding
from service.domain.conditions import Leaf, Purchased
from service.domain.days import date_at
from service.domain.errors import InvalidValue, NotFound
from service.domain.leaves import ALWAYS
from service.domain.profiles import Known
from service.domain.quiz import Item, Option, Quiz, Showing
from service.domain.turns import Turn
from service.operations import funnels, profiles, responses, surveys, talk
from service.operations.context import Context, Definitions
from service.operations.responses import Arrival
from service.operations.surveys import Visitor
from service.store import consents, customers
from tests.contract.quiz_world import DRY, World, rows
from tests.unit.sample_quiz import QUIZ, text

DAY = 24 * 3600 * 1_000_000

NAME = Item("name", "short_text", text("Name?"), required=False)
COLOUR = Item(
    "colour",
    "single",
    text("Dear {{customer.first_name|friend}}, which colour?"),
    options=(Option("red", text("Red")), Option("blue", text("Blue")), Option("other", text("Other"), other=True)),
    skip_known=True,
)
VIP = Item("vip", "yes_no", text("{{answer.colour}} for a good customer?"), when=Leaf("orders.count", "gte", 2))
MAIL = Item("mail", "email", text("Your email?"), required=False)
NEWS = Item("news", "consent", text("May we write?"), channel="email", wording=text("Yes, email me", "نعم"))
SMS = Item("sms", "consent", text("May we text?"), channel="sms", wording=text("Yes, text me"))
ENGINE = Quiz("engine", "survey", text("Engine"), (NAME, COLOUR, VIP, NEWS, SMS, MAIL), version=1)


def publish(ctx: Context, quiz: Quiz) -> Context:
    return World(quiz=quiz_binding.bind(quiz, "SAR")).publish(ctx)


@pytest.fixture
def world(ctx: Context) -> Context:
    return publish(ctx, ENGINE)


def customer(ctx: Context, email: str = "noor@example.com") -> int:
    with ctx.db.write() as db:
        found = customers.claim(db, email=email, phone=None, language="en", now=ctx.now)
        db.execute("UPDATE customers SET first_name = 'نور' WHERE id = :id", {"id": found})
    return found


def say(ctx: Context, turn: Turn, *values: object) -> Turn:
    for value in values:
        assert turn.item is not None
        turn = responses.answer(ctx, turn.response_id, turn.item.id, value, turn.revision)
    return turn


# what is told on the way --------------------------------------------------------------------------------------------


def test_consent_is_kept_once_its_own_address_is_there_and_with_the_wording_shown(world: Context) -> None:
    turn = say(world, responses.start(world, "engine", "ar", "v"), None, {"other": " green "}, "granted", "granted")
    assert rows(world.db, "SELECT id FROM consents") == []
    turn = say(world, turn, "Noor@Example.com ")
    assert turn.history[-1].value == "noor@example.com"
    kept = rows(world.db, "SELECT channel, state, proof, wording, text_version, lang FROM consents")
    assert kept == [
        {"channel": "email", "state": "granted", "proof": "claimed", "wording": "نعم", "text_version": "engine@1",
         "lang": "ar"}
    ]  # fmt: skip
    assert rows(world.db, "SELECT kind, value, proof FROM identities") == [
        {"kind": "email", "value": "noor@example.com", "proof": "claimed"}
    ]
    taken_back = responses.answer(world, turn.response_id, "news", "declined", turn.revision)
    states = rows(world.db, "SELECT state FROM consents ORDER BY id")
    assert [row["state"] for row in states] == ["granted", "withdrawn"]
    again = responses.answer(world, turn.response_id, "news", "declined", taken_back.revision)
    assert (again.revision, len(rows(world.db, "SELECT id FROM consents"))) == (taken_back.revision, 2)


GATE = Item("gate", "single", text("News?"), options=(Option("yes", text("Yes")), Option("no", text("No"))))
GATED = Quiz(
    "engine", "survey", text("E"), (GATE, replace(NEWS, when=Leaf("answer.gate", "eq", "yes")), MAIL), version=1
)
MAY_EMAIL = Leaf("consent.email", "eq", "granted")


def agreed(ctx: Context) -> tuple[Context, Turn]:
    """Somebody who agreed to email, is reachable there, and therefore in a segment."""
    world = World(quiz=GATED, segments=(replace(DRY, when=MAY_EMAIL, bound=MAY_EMAIL),)).publish(ctx)
    return world, say(world, responses.start(world, "engine", "en", "v"), "yes", "granted", "a@example.com")


def states(ctx: Context) -> list[tuple[str, str]]:
    found = rows(ctx.db, "SELECT i.value, c.state FROM consents c JOIN identities i USING (customer_id) ORDER BY c.id")
    return [(row["value"][0], row["state"]) for row in found]


@pytest.mark.parametrize("wish", ["restart", "back", "off the path", "declined"])
def test_consent_does_not_outlive_its_answer_and_the_log_says_why(ctx: Context, wish: str) -> None:
    world, turn = agreed(ctx)
    assert states(world) == [("a", "granted")]
    if wish == "off the path":
        responses.answer(world, turn.response_id, "gate", "no", turn.revision)
    elif wish == "declined":
        responses.answer(world, turn.response_id, "news", "declined", turn.revision)
    else:
        for _ in range(2 if wish == "back" else 1):
            talk.command(world, turn.response_id, wish)
    assert states(world) == [("a", "granted"), ("a", "withdrawn")]
    log = rows(world.db, "SELECT event, left_event, left_at IS NOT NULL AS gone FROM memberships")
    assert [(row["event"], row["left_event"], bool(row["gone"])) for row in log] == [("answer", "consent", True)]


def test_a_no_takes_back_what_was_ticked_beside_the_address(ctx: Context) -> None:
    world = publish(ctx, replace(GATED, contact=QUIZ.contact))
    turn = say(world, responses.start(world, "engine", "en", "v"), "yes")
    responses.identify(world, turn.response_id, responses.Address(email="a@example.com"), {"email": True})
    say(world, turn, "declined")
    assert states(world) == [("a", "granted"), ("a", "withdrawn")]


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_mistyped_address_keeps_only_what_was_agreed_to_elsewhere(ctx: Context, elsewhere: bool) -> None:
    world, turn = agreed(ctx)
    if elsewhere:
        owner = rows(world.db, "SELECT customer_id FROM identities")[0]["customer_id"]
        with world.db.write() as db:
            consents.record(db, [consents.NewConsent(owner, "email", "granted", "verified", "shop:t", world.now)])
    responses.answer(world, turn.response_id, "mail", "b@example.com", turn.revision)
    assert states(world)[1:] == [("a", "granted" if elsewhere else "withdrawn"), ("b", "granted")]


def test_who_declines_or_says_nothing_agreed_to_nothing(world: Context) -> None:
    say(world, responses.start(world, "engine", "en", "v"), "Noor", "red", "declined", "declined", "a@example.com")
    assert rows(world.db, "SELECT id FROM consents") == []


def test_own_words_are_kept_and_said_and_an_address_is_no_fact(world: Context) -> None:
    turn = say(world, responses.start(world, "engine", "en", "v"), None, {"other": "green"}, "declined", "declined")
    turn = say(world, turn, "a@example.com")
    assert turn.history[1].answer == "green"
    facts = {row["name"]: row["text"] for row in rows(world.db, "SELECT name, text FROM facts")}
    assert (facts["answer.engine.colour"], facts["answer.engine.colour.other"]) == ("other", "green")
    assert facts["answer.engine.mail"] == "given"


def test_a_wrong_answer_is_refused_in_the_language_of_the_response(world: Context) -> None:
    turn = say(world, responses.start(world, "engine", "ar", "v"), None, "red", "declined", "declined")
    with pytest.raises(InvalidValue) as refused:
        say(world, turn, "nobody")
    assert refused.value.said.startswith("لا يبدو هذا بريدًا")


# what is known ------------------------------------------------------------------------------------------------------


def test_only_who_is_known_by_proof_is_greeted_and_spared(world: Context) -> None:
    who = customer(world)
    say(world, responses.start(world, "engine", "en", "v1", Arrival(customer_id=who)), None, "blue")
    known = responses.start(world, "engine", "en", "v2", Arrival(customer_id=who))
    assert [item.id for item in (say(world, known, None).item,) if item] == ["news"]  # the colour is known
    unknown = say(world, responses.start(world, "engine", "en", "v3"), None)
    assert unknown.item is not None
    assert unknown.item.text == "Dear \u2068friend\u2069, which colour?"
    claimed = say(world, unknown, "red", "declined", "declined", "noor@example.com")
    assert claimed.status == "complete"
    assert all(said.item_id != "vip" for said in claimed.history)


def test_a_branch_over_purchases_is_decided_when_the_response_begins(ctx: Context) -> None:
    bought = Purchased("count", "orders", (), ALWAYS, "gte", 1)
    world = publish(ctx, replace(ENGINE, items=(NAME, replace(VIP, when=bought), MAIL)))
    who = customer(world)
    before = responses.start(world, "engine", "en", "v1", Arrival(customer_id=who))
    assert before.total == 2
    add_order(world, who, 1)
    assert responses.read(world, before.response_id).total == 2
    assert responses.start(world, "engine", "en", "v2", Arrival(customer_id=who)).total == 3
    assert responses.start(world, "engine", "en", "v3").total == 2


def add_order(ctx: Context, customer_id: int, number: int) -> int:
    columns = (
        "source", "shop_order_id", "kind", "customer_id", "placed_at", "day", "currency", "status", "gross", "discount",
        "refunded", "revenue", "units", "digest", "updated_at",
    )  # fmt: skip
    values = ("t", f"{number}", "order", customer_id, ctx.now - 1, ctx.today, "SAR", "paid", 100, 0, 0, 100, 1, "d", 0)
    with ctx.db.write() as db:
        found: int = db.insert_returning("orders", columns, [values])[0]
    return found


# who is shown what --------------------------------------------------------------------------------------------------


def test_two_tabs_at_once_never_get_more_than_the_limit(ctx: Context) -> None:
    world = publish(ctx, replace(ENGINE, show=Showing(at_most=1)))
    who = customer(world)
    given: list[str | None] = []

    def ask(visit: str) -> None:
        given.append(surveys.next_survey(world, Visitor(visit, customer_id=who)))

    threads = [threading.Thread(target=ask, args=(f"tab{i}",)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given, key=str) == [None] * 5 + ["engine"]
    assert len(rows(world.db, "SELECT id FROM quiz_offers")) == 1


def test_a_reload_is_shown_the_same_and_a_finished_one_no_more(ctx: Context) -> None:
    world = publish(ctx, replace(ENGINE, show=Showing(at_most=1)))
    assert surveys.next_survey(world, Visitor("v")) == "engine"
    assert surveys.next_survey(replace(world, now=world.now + 60_000_000), Visitor("v")) == "engine"
    assert surveys.next_survey(replace(world, now=world.now + DAY), Visitor("v")) is None
    say(world, responses.start(world, "engine", "en", "w"), None, "red", "declined", "declined", None)
    assert surveys.next_survey(world, Visitor("w")) is None


def test_each_order_has_one_question_and_the_next_order_the_next(ctx: Context) -> None:
    world = publish(ctx, replace(ENGINE, items=(NAME, COLOUR, MAIL), show=Showing(per_order=True)))
    who = customer(world)
    asked = []
    for number in range(4):
        order_id = add_order(world, who, number)
        later = replace(world, now=world.now + number * DAY)
        shown = surveys.next_survey(later, Visitor(f"v{number}", customer_id=who, order_id=order_id))
        if shown is None:
            continue
        turn = responses.start(later, shown, "en", f"v{number}", Arrival(customer_id=who, order_id=order_id))
        assert turn.item is not None
        assert (turn.total, turn.item.id not in asked) == (1, True)
        asked.append(turn.item.id)
        assert say(later, turn, "red" if turn.item.id == "colour" else None).status == "complete"
        assert surveys.next_survey(later, Visitor("again", customer_id=who, order_id=order_id)) is None
    assert asked == ["name", "colour", "mail"]


def test_who_is_asked_is_loaded_once_for_all_quizzes(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    world = publish(ctx, replace(ENGINE, show=Showing(per_order=True)))
    who = customer(world)
    loaded: list[object] = []
    known = profiles.known

    def counted(asked: Context, customer_ids: Sequence[int]) -> list[Known]:
        loaded.append(customer_ids)
        return known(asked, customer_ids)

    monkeypatch.setattr(profiles, "known", counted)
    assert surveys.next_survey(world, Visitor("v", customer_id=who, order_id=add_order(world, who, 1))) == "engine"
    assert loaded == [[who]]


def test_why_names_the_clause_that_decided(ctx: Context) -> None:
    world = publish(ctx, replace(ENGINE, show=Showing(when=Leaf("orders.count", "gte", 2))))
    (found,) = surveys.why(world, customer(world))
    assert (found.reason, [(one.fact, one.found) for one in found.clauses]) == ("condition", [("orders.count", 0)])
    assert rows(world.db, "SELECT id FROM quiz_offers") == []


# how far people got -------------------------------------------------------------------------------------------------


def test_a_funnel_counts_views_starts_ends_and_where_people_left(world: Context) -> None:
    surveys.seen(world, "engine", "only looked", entry="popup", lang="en")
    surveys.seen(world, "engine", "only looked", entry="page", lang="ar")
    responses.start(world, "engine", "ar", "began", Arrival(entry="page"))
    turn = responses.start(world, "engine", "en", "left", Arrival(entry="page"))
    say(replace(world, now=world.now + 4_000_000), turn, None)
    turn = responses.start(world, "engine", "en", "finished", Arrival(entry="inline"))
    for second, value in enumerate(("N", "red", "declined", "declined", None), start=1):
        turn = say(replace(world, now=world.now + second * 10_000_000), turn, value)
    for _ in range(2):  # counted, then read
        later = replace(world, now=world.now + 3_600_000_000)
        found = funnels.to_json(funnels.funnel(later, "engine"))
        assert (found["views"], found["starts"], found["completions"]) == (4, 2, 1)
        assert (found["start_rate"], found["completion_rate"], found["seconds"]) == (0.5, 0.5, pytest.approx(50, 0.1))
        steps = {one["item"]: (one["reached"], one["answered"], one["skipped"], one["left"]) for one in found["items"]}
        assert list(steps) == ["name", "colour", "news", "sms", "mail"]
        assert (steps["name"], steps["colour"]) == ((3, 1, 1, 1), (2, 1, 0, 1))
        assert [(one["name"], one["views"]) for one in found["entries"]] == [("inline", 1), ("page", 2), ("popup", 1)]
        assert [(one["name"], one["starts"]) for one in found["languages"]] == [("ar", 0), ("en", 2)]
    assert len(rows(world.db, "SELECT day FROM quiz_days")) == 1
    with pytest.raises(NotFound):
        funnels.funnel(world, "nope")


def test_parts_of_a_funnel_add_up_where_the_language_changed_or_no_view_was_told(world: Context) -> None:
    turn = responses.start(world, "engine", "en", "changed", Arrival(entry="page"))
    say(world, responses.start(world, "engine", "ar", "changed"), None)
    say(world, responses.start(world, "engine", "en", "untold", Arrival(entry="page")), None)
    with world.db.write() as db:
        db.execute("DELETE FROM quiz_views WHERE visit = 'untold'", {})
    found = funnels.to_json(funnels.funnel(world, "engine"))
    assert (turn.lang, found["views"], found["starts"]) == ("en", 2, 2)
    assert [(one["name"], one["views"], one["starts"]) for one in found["languages"]] == [("ar", 1, 1), ("en", 1, 1)]


def test_days_of_a_funnel_follow_the_clocks_of_the_shop(world: Context) -> None:
    berlin = replace(world, shop=replace(world.shop, timezone="Europe/Berlin"))  # 26 October 2025 has 25 hours
    told = ("2025-10-25T21:59", "2025-10-25T22:00", "2025-10-26T22:59", "2025-10-26T23:00", "2026-03-29T21:59")
    for number, at in enumerate(told):
        now = int(datetime.fromisoformat(f"{at}:00+00:00").timestamp()) * 1_000_000
        surveys.seen(replace(berlin, now=now), "engine", f"v{number}", entry="page", lang="en")
    assert funnels.to_json(funnels.funnel(berlin, "engine", 300))["views"] == len(told)
    days = {
        str(date_at(row["day"])): sum(one["n"][0] for one in json.loads(row["state"]))
        for row in rows(world.db, "SELECT day, state FROM quiz_days ORDER BY day")
    }
    assert days == {"2025-10-25": 1, "2025-10-26": 2, "2025-10-27": 1, "2026-03-29": 1}


def test_definitions_of_the_world_are_bound(world: Context) -> None:
    definitions: Definitions = world.definitions
    assert definitions.quiz_version("engine", 1).reads >= {"orders.count", "customer.first_name"}
