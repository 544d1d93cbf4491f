"""One answer, all the way: what is accepted is kept, what follows from it appears in the same transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import count

import pytest

from service.domain.conditions import Leaf
from service.domain.errors import InvalidValue, ItemNotExpected, NotFound, StaleRevision
from service.domain.profiles import Known
from service.domain.responses import LIFETIME
from service.operations import profiles, responses
from service.operations.context import Context, Definitions
from service.operations.responses import Address
from service.store import customers
from service.store import profiles as profile_store
from service.store import responses as store
from service.store.profiles import StoredCustomer
from tests.contract.quiz_world import BUYERS, DRY, World, rows
from tests.unit.sample_quiz import QUIZ

PATH = [("skin", "dry"), ("tight", "yes"), ("goals", ["glow"]), ("budget", 5), ("wish", None)]


@pytest.fixture
def world(ctx: Context) -> Context:
    return World().publish(ctx)


def walk_through(ctx: Context, visit: str = "v", path: object = PATH) -> str:
    turn = responses.start(ctx, "sample", "en", visit)
    for item_id, value in path:  # type: ignore[attr-defined]
        turn = responses.answer(ctx, turn.response_id, item_id, value, turn.revision)
    return turn.response_id


def test_a_response_starts_with_the_welcome_and_the_first_item(world: Context) -> None:
    turn = responses.start(world, "sample", "ar", "v1")
    assert (turn.status, turn.revision, turn.dir) == ("open", 0, "rtl")
    assert [message.text for message in turn.messages] == ["أهلًا بك"]
    assert turn.item is not None
    assert turn.item.id == "skin"
    assert (turn.done, turn.total) == (0, 4)  # "goals" is asked of dry skin only


def test_the_same_visit_gets_the_same_response(world: Context) -> None:
    first = responses.start(world, "sample", "en", "v1")
    responses.answer(world, first.response_id, "skin", "dry", 0)
    again = responses.start(world, "sample", "en", "v1")
    assert again.response_id == first.response_id
    assert again.revision == 1
    assert responses.start(world, "sample", "en", "v2").response_id != first.response_id
    assert responses.start(world, "sample", "en").response_id != first.response_id


def test_the_same_visit_in_another_language_keeps_its_answers(world: Context) -> None:
    first = responses.start(world, "sample", "en", "v1")
    responses.answer(world, first.response_id, "skin", "dry", 0)
    turn = responses.start(world, "sample", "ar", "v1")
    assert turn.lang == "ar"
    assert turn.history[0].answer == "جافة"


def test_an_unknown_quiz_and_an_unknown_response_are_not_found(world: Context) -> None:
    with pytest.raises(NotFound, match="no live quiz 'nope'"):
        responses.start(world, "nope")
    with pytest.raises(NotFound, match="no such response"):
        responses.read(world, "r_nope")


def test_a_response_left_too_long_can_no_longer_be_read_by_its_id(world: Context) -> None:
    turn = responses.start(world, "sample", "en", "v1")
    late = replace(world, now=world.now + LIFETIME + 1)
    with pytest.raises(NotFound):
        responses.read(late, turn.response_id)
    assert responses.start(late, "sample", "en", "v1").response_id == turn.response_id


def test_the_same_answer_again_returns_the_same_turn_whatever_its_revision(world: Context) -> None:
    turn = responses.start(world, "sample", "en", "v1")
    first = responses.answer(world, turn.response_id, "skin", "dry", 0)
    assert responses.answer(world, turn.response_id, "skin", "dry", 0) == first
    assert responses.answer(world, turn.response_id, "skin", "dry", 7) == first
    assert len(rows(world.db, "SELECT id FROM answers")) == 1


def test_an_answer_to_an_older_revision_is_refused(world: Context) -> None:
    turn = responses.start(world, "sample", "en", "v1")
    responses.answer(world, turn.response_id, "skin", "dry", 0)
    with pytest.raises(StaleRevision, match="revision 0, the response is at 1"):
        responses.answer(world, turn.response_id, "tight", "yes", 0)


def test_an_item_out_of_turn_and_a_wrong_value_are_refused_and_nothing_is_written(world: Context) -> None:
    turn = responses.start(world, "sample", "en", "v1")
    with pytest.raises(ItemNotExpected):
        responses.answer(world, turn.response_id, "budget", 3, 0)
    with pytest.raises(InvalidValue):
        responses.answer(world, turn.response_id, "skin", "purple", 0)
    assert rows(world.db, "SELECT id FROM answers") == []
    assert responses.read(world, turn.response_id).revision == 0


def test_a_correction_supersedes_the_old_answer_and_what_it_takes_off_the_path(world: Context) -> None:
    turn = responses.start(world, "sample", "en", "v1")
    for revision, (item_id, value) in enumerate(PATH[:3]):
        turn = responses.answer(world, turn.response_id, item_id, value, revision)
    turn = responses.answer(world, turn.response_id, "skin", "oily", turn.revision)
    assert [said.item_id for said in turn.history] == ["skin"]
    assert turn.item is not None
    assert turn.item.id == "budget"
    kept = rows(world.db, "SELECT item_id, value, superseded_at FROM answers ORDER BY id")
    assert [(row["item_id"], row["superseded_at"] is None) for row in kept] == [
        ("skin", False),
        ("tight", False),
        ("goals", False),
        ("skin", True),
    ]


def test_going_back_never_inflates_the_score(world: Context) -> None:
    public_id = walk_through(world)
    before = responses.read(world, public_id).result
    for value in (["calm"], ["glow"]):
        turn = responses.read(world, public_id)
        responses.answer(world, public_id, "goals", value, turn.revision)
    assert responses.read(world, public_id).result == before


def test_the_last_answer_completes_the_response_with_outcome_reasons_and_products(world: Context) -> None:
    turn = responses.read(world, walk_through(world))
    assert (turn.status, turn.item) == ("complete", None)
    assert turn.result is not None
    assert turn.result.outcome == "calm"
    assert turn.result.reasons == ("Dry",)
    assert [one.id for one in turn.result.products] == ["cream", "oil"]
    assert turn.contact is not None
    assert not turn.contact.done


def test_identifying_makes_the_customer_with_facts_persona_membership_and_delivery_at_once(world: Context) -> None:
    public_id = walk_through(world)
    turn = responses.identify(world, public_id, Address(email="noor@example.com"), {"email": True})
    assert turn.contact is not None
    assert turn.contact.done
    (customer,) = rows(world.db, "SELECT id FROM customers")
    facts = {row["name"]: row for row in rows(world.db, "SELECT * FROM facts WHERE until_at IS NULL")}
    assert facts["answer.sample.skin"]["text"] == "dry"
    assert facts["trait.care"]["number"] == 1.0
    assert facts["persona.psychographic"]["text"] == "carer"
    assert facts["consent.email"]["text"] == "granted"
    (membership,) = rows(world.db, "SELECT * FROM memberships")
    assert (membership["segment_id"], membership["customer_id"]) == ("dry-skin", customer["id"])
    assert '"found": "dry"' in membership["entered_reason"]
    (delivery,) = rows(world.db, "SELECT * FROM deliveries")
    assert delivery["status"] == "due"
    assert "segment-dry-skin" in delivery["payload"]
    assert "persona-carer" in delivery["payload"]
    assert "skin-dry" in delivery["payload"]
    assert "noor@example.com" not in delivery["payload"]


def test_identifying_twice_changes_nothing_more(world: Context) -> None:
    public_id = walk_through(world)
    for _ in range(2):
        responses.identify(world, public_id, Address(email="noor@example.com"), {"email": True})
    for table in ("customers", "consents", "deliveries", "memberships"):
        assert len(rows(world.db, f"SELECT id FROM {table}")) == 1, table


def test_without_a_ticked_box_no_consent_is_kept(world: Context) -> None:
    responses.identify(world, walk_through(world), Address(email="noor@example.com"), {"email": False})
    assert rows(world.db, "SELECT id FROM consents") == []


def test_consent_counts_for_the_typed_address_s_own_channel_only(world: Context) -> None:
    public_id = walk_through(world)
    responses.identify(world, public_id, Address(phone="+966501234567"), {"email": True})
    assert rows(world.db, "SELECT id FROM consents") == []
    responses.identify(world, public_id, Address(phone="+966501234567"), {"email": True, "sms": True})
    assert rows(world.db, "SELECT channel FROM consents") == [{"channel": "sms"}]


def test_without_a_sentence_that_was_shown_nobody_agreed(ctx: Context) -> None:
    assert QUIZ.contact is not None
    silent = replace(QUIZ, contact=replace(QUIZ.contact, consent={}))
    world = World(quiz=silent).publish(ctx)
    responses.identify(world, walk_through(world), Address(email="noor@example.com"), {"email": True})
    assert rows(world.db, "SELECT id FROM consents") == []


def test_a_retake_that_was_only_begun_takes_no_tag_away(world: Context) -> None:
    public_id = walk_through(world)
    responses.identify(world, public_id, Address(email="noor@example.com"), {"email": True})
    again = responses.start(world, "sample", "en", "another visit")
    responses.identify(world, again.response_id, Address(email="noor@example.com"), {"email": True})
    (profile,) = rows(world.db, "SELECT state FROM profiles")
    assert "skin-dry" in json.loads(profile["state"])["tags"]


def test_who_has_begun_a_quiz_may_finish_it_after_it_was_paused(world: Context) -> None:
    turn = responses.start(world, "sample", "en", "v1")
    paused = replace(world, load_definitions=lambda fresh: replace(world.load_definitions(fresh), live={}))
    assert responses.start(paused, "sample", "en", "v1").response_id == turn.response_id
    with pytest.raises(NotFound):
        responses.start(paused, "sample", "en", "v2")


def test_an_answer_never_takes_a_response_back_from_where_a_merge_moved_it(world: Context) -> None:
    public_id = walk_through(world, path=PATH[:4])
    responses.identify(world, public_id, Address(email="noor@example.com"), {"email": True})
    before = store.get(world.db, public_id)
    assert before is not None
    with world.db.write() as db:
        kept = customers.resolve(db, "shop", "77", None, None, world.now)
        customers.resolve(db, "shop", "77", "noor@example.com", None, world.now)
        store.save(db, replace(before, status="complete"))  # what an answer that began before the merge writes
    after = store.get(world.db, public_id)
    assert after is not None
    assert (after.customer_id, after.status) == (kept, "complete")


def test_who_was_asked_for_does_not_stand_behind_a_sweep_of_the_whole_shop(world: Context) -> None:
    with world.db.write() as db:
        ids = db.insert_returning("customers", ("created_at",), [(world.now,)] * 60)
        profile_store.mark(db, ids, world.now)
    while profiles.refresh_due(world):
        pass
    tomorrow = replace(world, now=world.now + 24 * 3600 * 1_000_000)
    with world.db.write() as db:
        profile_store.mark(db, [ids[-1]], tomorrow.now)
    due = profile_store.due(world.db, rules=2, now=tomorrow.now, limit=10)
    assert len(due) == 10
    assert ids[-1] in due


def test_a_profile_that_cannot_be_worked_out_holds_nobody_else_up(
    world: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        public_id = walk_through(world, f"v{number}")
        responses.identify(world, public_id, Address(email=f"n{number}@example.com"), {"email": True})
    everybody = [row["customer_id"] for row in rows(world.db, "SELECT customer_id FROM profiles")]
    with world.db.write() as db:
        profile_store.mark(db, everybody, world.now)
    known = profiles._known

    def breaks_for_one(
        ctx: Context, stored: Sequence[StoredCustomer], definitions: Definitions, event: str | None
    ) -> list[Known]:
        if everybody[0] in [one.customer_id for one in stored]:
            raise NotFound("quiz", "this version of the quiz cannot be read")
        return known(ctx, stored, definitions, event)

    monkeypatch.setattr(profiles, "_known", breaks_for_one)
    assert profiles.refresh_due(world) == 3
    waiting = "SELECT customer_id FROM profiles WHERE refresh_at = :later"
    assert rows(world.db, waiting, later=world.now + 3600 * 1_000_000) == [{"customer_id": everybody[0]}]
    assert profiles.refresh_due(world) == 0


def test_recomputing_begins_the_profiles_that_are_missing(world: Context) -> None:
    with world.db.write() as db:
        db.insert_rows("customers", ("created_at",), [(world.now,)] * 7)
    assert profiles.recompute(lambda: world) >= 7
    assert len(rows(world.db, "SELECT customer_id FROM profiles")) == 7


def test_a_mistyped_address_can_be_corrected_and_the_answers_follow(world: Context) -> None:
    public_id = walk_through(world)
    responses.identify(world, public_id, Address(email="nor@example.com"), {"email": True})
    responses.identify(world, public_id, Address(email="noor@example.com"), {"email": True})
    held = rows(
        world.db,
        """
        SELECT i.value, COUNT(m.id) AS segments
          FROM identities i
          LEFT JOIN memberships m ON m.customer_id = i.customer_id AND m.left_at IS NULL
         GROUP BY i.value ORDER BY i.value
        """,
    )
    assert held == [{"value": "noor@example.com", "segments": 1}, {"value": "nor@example.com", "segments": 0}]


def test_a_typed_address_shows_nothing_known_of_its_owner(world: Context) -> None:
    mine = walk_through(world, "mine")
    responses.identify(world, mine, Address(email="noor@example.com"), {})
    stranger = responses.start(world, "sample", "en", "stranger")
    turn = responses.identify(world, stranger.response_id, Address(email="noor@example.com"), {"email": True})
    assert turn.history == ()
    assert turn.result is None
    assert replace(turn, contact=None) == replace(responses.read(world, stranger.response_id), contact=None)


def test_a_correction_after_completion_moves_the_customer_between_segments(world: Context) -> None:
    public_id = walk_through(world)
    responses.identify(world, public_id, Address(email="noor@example.com"), {"email": True})
    later = replace(world, now=world.now + 1_000_000)
    turn = responses.read(later, public_id)
    responses.answer(later, public_id, "skin", "oily", turn.revision)
    (membership,) = rows(world.db, "SELECT * FROM memberships")
    assert membership["left_at"] == later.now
    assert '"found": "oily"' in membership["left_reason"]
    sequences = [row["sequence"] for row in rows(world.db, "SELECT sequence FROM deliveries ORDER BY id")]
    assert sequences == sorted(set(sequences))


def test_answers_of_a_known_customer_who_leaves_count_after_a_while(world: Context) -> None:
    turn = responses.start(world, "sample", "en", "v1")
    responses.identify(world, turn.response_id, Address(email="noor@example.com"), {"email": True})
    responses.answer(world, turn.response_id, "skin", "dry", responses.read(world, turn.response_id).revision)
    assert rows(world.db, "SELECT id FROM memberships") == []
    soon = replace(world, now=world.now + responses.ABANDONED_AFTER - 1)
    assert profiles.refresh_due(soon) == 0
    later = replace(world, now=world.now + responses.ABANDONED_AFTER)
    assert profiles.refresh_due(later) == 1
    assert len(rows(world.db, "SELECT id FROM memberships")) == 1


def test_a_refresh_without_news_writes_no_history(world: Context) -> None:
    public_id = walk_through(world)
    responses.identify(world, public_id, Address(email="noor@example.com"), {"email": True})
    counted = [
        len(rows(world.db, f"SELECT id FROM {table}"))
        for table in ("facts", "assignments", "memberships", "deliveries")
    ]
    with world.db.write():
        profiles.refresh(world, [row["id"] for row in rows(world.db, "SELECT id FROM customers")])
    assert counted == [
        len(rows(world.db, f"SELECT id FROM {table}"))
        for table in ("facts", "assignments", "memberships", "deliveries")
    ]


def test_if_anything_fails_nothing_of_the_answer_is_kept(world: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    public_id = walk_through(world, path=PATH[:4])
    responses.identify(world, public_id, Address(email="noor@example.com"), {"email": True})
    revision = responses.read(world, public_id).revision

    def broken(*args: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("service.operations.sync.enqueue", broken)
    with pytest.raises(RuntimeError):
        responses.answer(world, public_id, "wish", "a gift", revision)
    assert responses.read(world, public_id).revision == revision


def test_a_merged_customer_s_tags_are_taken_off_under_the_old_id(world: Context) -> None:
    public_id = walk_through(world)
    responses.identify(world, public_id, Address(email="noor@example.com"), {"email": True})
    with world.db.write() as db:
        kept = customers.resolve(db, "shop", "77", None, None, world.now)
        assert kept is not None
        # the shop's record says that the address belongs to its customer 77
        assert customers.resolve(db, "shop", "77", "noor@example.com", None, world.now) == kept
    later = replace(world, now=world.now + 1_000_000)
    while profiles.refresh_due(later):
        pass
    last = {
        row["customer_id"]: json.loads(row["payload"])
        for row in rows(world.db, "SELECT customer_id, payload FROM deliveries ORDER BY sequence")
    }
    assert "segment-dry-skin" in last.pop(kept)["tags"]
    (old,) = last.values()
    assert old["tags"] == []
    assert "segment-dry-skin" in old["removed"]
    assert rows(world.db, "SELECT 1 FROM memberships WHERE left_at IS NULL AND customer_id <> :kept", kept=kept) == []


# statement budgets ---------------------------------------------------------------------------------------------------


def _twenty(segments: object) -> tuple[object, ...]:
    numbers = count(1)
    return tuple(
        replace(base, id=f"{base.id}-{next(numbers)}", tag=f"tag-{next(numbers)}")
        for base in (DRY, BUYERS)
        for _ in range(10)
    )


def test_an_ordinary_answer_takes_at_most_six_statements(world: Context) -> None:
    turn = responses.start(world, "sample", "en", "v1")
    statements: list[str] = []
    with world.db.trace(statements):
        responses.answer(world, turn.response_id, "skin", "dry", 0)
    assert len(statements) <= 6, statements
    responses.identify(world, turn.response_id, Address(email="noor@example.com"), {"email": True})
    statements.clear()
    with world.db.trace(statements):
        responses.answer(world, turn.response_id, "skin", "oily", 1)
    assert len(statements) <= 6, statements


def test_the_completing_answer_takes_at_most_fourteen_statements(ctx: Context) -> None:
    world = World(segments=_twenty(None)).publish(ctx, webhooks=2)  # type: ignore[arg-type]
    public_id = walk_through(world, path=PATH[:4])
    responses.identify(world, public_id, Address(email="noor@example.com"), {"email": True, "sms": True})
    revision = responses.read(world, public_id).revision
    statements: list[str] = []
    with world.db.trace(statements):
        responses.answer(world, public_id, "wish", "a gift", revision)
    assert len(statements) <= 14, statements
    # and when a correction turns everything over: facts, persona and ten memberships end, others begin
    turn = responses.read(world, public_id)
    statements.clear()
    later = replace(world, now=world.now + 1)
    with world.db.trace(statements):
        responses.answer(later, public_id, "budget", 1, turn.revision)
    assert len(statements) <= 14, statements


def test_conditions_of_the_sample_segments_are_what_the_tests_assume() -> None:
    assert DRY.when == Leaf("answer.sample.skin", "eq", "dry")
