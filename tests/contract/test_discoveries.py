"""From answers to personas: proposing, naming, joining, applying, training, and the same again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import cycle
from random import Random
from types import SimpleNamespace

import pytest

from service.config import Config
from service.domain import adaptive
from service.domain.errors import InvalidInput, Refused
from service.domain.personas import Assignment
from service.ml import discovery
from service.ml.lookalike import NoBetter
from service.operations import (
    discoveries,
    explanations,
    labels,
    lookalikes,
    models,
    portraits,
    profiles,
    quizzes,
    short_quizzes,
)
from service.operations.context import Context
from service.runtime import Runtime
from service.store import consents, purchases, settings
from service.store import discoveries as rows
from service.store import labels as label_rows
from service.store import profiles as profile_rows
from service.store.database import Database
from service.store.erasure import erase
from service.web import reasons

KINDS = ("host", "saver", "reader")
PEOPLE = 150
QUESTIONS = 6


def document(sensitive: str = "") -> dict[str, object]:
    """A quiz of six questions, of which three say a kind of people apart."""
    text = {"en": "A question", "ar": "سؤال"}
    items = [
        {
            "id": f"q{number}",
            "type": "single",
            "text": text,
            **({"sensitive": True} if f"q{number}" == sensitive else {}),
            "options": [{"id": kind, "label": {"en": kind, "ar": kind}} for kind in KINDS],
        }
        for number in range(QUESTIONS)
    ]
    return {"id": "style", "kind": "quiz", "title": text, "items": items}


@pytest.fixture
def runtime(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runtime]:
    monkeypatch.setattr("service.ml.training.STRENGTHS", (0.3,))
    monkeypatch.setattr("service.ml.discovery.discover", partial(discovery.discover, starts=5, resamples=3))
    monkeypatch.setattr("service.ml.discovery.CONSENSUS", 5)
    runtime = Runtime(Config(database_url=sqlite_url, shop_currency="SAR", shop_timezone="Asia/Riyadh"))
    quizzes.publish(runtime.context("test"), document(), "admin")
    runtime.forget()
    yield runtime
    runtime.close()


def fill(db: Database, count: int = PEOPLE) -> list[int]:
    """People who give the answer of their kind four times in five; hosts buy oud, the others anything."""
    dice = Random(5)
    with db.write() as open_db:
        ids = [int(one) for one in open_db.insert_returning("customers", ("created_at",), [(1,)] * count)]
        texts = [
            (one, f"answer.style.q{number}", kind if dice.random() < 0.8 else dice.choice(KINDS), 1)
            for one, kind in zip(ids, cycle(KINDS), strict=False)
            for number in range(QUESTIONS)
        ]
        open_db.insert_rows("facts", ("customer_id", "name", "text", "since_at"), texts)
        numbers = [(one, "trait.simplicity", 0.5 - (i % 3) / 2, 1) for i, one in enumerate(ids)]
        open_db.insert_rows("facts", ("customer_id", "name", "number", "since_at"), numbers)
    return ids


def proposal(ctx: Context) -> rows.StoredDiscovery:
    return discoveries.discover(ctx, (3,))


def named(ctx: Context, found: rows.StoredDiscovery) -> dict[int, str]:
    """Name each class after the answer its people give most."""
    names = {one["number"]: one["over"][0]["answer"] for one in found.body["classes"]}
    for number, kind in names.items():
        discoveries.name(ctx, found.id, number, {"en": f"The {kind}", "ar": kind})
    return names


def test_a_discovery_becomes_personas_and_a_refit_keeps_them(runtime: Runtime) -> None:
    ctx = runtime.context("test")
    ids = fill(ctx.db)
    found = proposal(ctx)
    assert found.body["people"] == PEOPLE
    assert sum(one["size"] for one in found.body["classes"]) == PEOPLE
    first = found.body["classes"][0]
    assert first["over"][0]["lift"] > 2
    assert first["revenue_share"] is None
    assert first["persona"] is None
    with pytest.raises(Refused, match="0 have a name"):
        discoveries.apply(ctx, found.id)
    kinds = named(ctx, found)
    tell = first["over"][0]
    ground = f"{tell['fact']}={tell['answer']}"
    discoveries.describe(ctx, found.id, 0, "triggers", [({"en": "A guest", "ar": "ضيف"}, [ground])])
    with pytest.raises(InvalidInput, match="must rest on answers"):
        discoveries.describe(ctx, found.id, 0, "goals", [({"en": "Made up"}, ["answer.style.q0=nothing"])])
    labelled = discoveries.apply(ctx, found.id)
    assert sum(labelled.values()) > 0.8 * PEOPLE
    runtime.forget()
    ctx = runtime.context("test")
    persona = f"the_{kinds[0]}"
    assert ctx.definitions.personas[persona].tag == f"persona-the-{kinds[0]}"
    assert ctx.definitions.personas[persona].portrait["triggers"][0].get("ar") == "ضيف"
    right = {one.customer_id: one.persona for one in label_rows.labelled(ctx.db)}
    assert sum(right.get(one) == f"the_{KINDS[i % 3]}" for i, one in enumerate(ids)) > 0.9 * len(right)

    trained = models.train(ctx)
    assert set(trained.model.personas) == {f"the_{kind}" for kind in KINDS}
    assert trained.evaluation.classifiers["trained"].accuracy > 0.8
    models.activate(ctx, trained.version)

    again = proposal(runtime.context("test"))
    continued = {one["number"]: one["persona"] for one in again.body["classes"]}
    assert set(continued.values()) == {f"the_{kind}" for kind in KINDS}
    assert all(one["overlap"] > 0.6 for one in again.body["classes"])
    assert all(one["name"]["en"] == one["persona"].replace("the_", "The ") for one in again.body["classes"])
    discoveries.discard(ctx, again.id)
    with pytest.raises(Refused, match="is discarded"):
        discoveries.apply(ctx, again.id)


def test_personas_that_no_class_continues_are_archived_unless_pinned(runtime: Runtime) -> None:
    ctx = runtime.context("test")
    fill(ctx.db)
    found = proposal(ctx)
    named(ctx, found)
    discoveries.apply(ctx, found.id)
    discoveries.pin(ctx, "the_host")
    runtime.forget()
    ctx = runtime.context("test")
    again = proposal(ctx)
    with ctx.db.write() as db:
        body = again.body
        for one in body["classes"]:
            one.update(persona=None, name=None)
        rows.save(db, again.id, body, "proposed", ctx.now)
    for number in (0, 1, 2):
        discoveries.name(ctx, again.id, number, {"en": f"New {number}"})
    discoveries.apply(ctx, again.id)
    status = {one.id: one.status for one in rows.personas(ctx.db)}
    assert status["the_host"] == "live"
    assert status["the_saver"] == status["the_reader"] == "archived"


def test_joining_two_classes_draws_the_portrait_anew(runtime: Runtime) -> None:
    ctx = runtime.context("test")
    fill(ctx.db)
    found = proposal(ctx)
    sizes = {one["number"]: one["size"] for one in found.body["classes"]}
    discoveries.name(ctx, found.id, 0, {"en": "Both"})
    discoveries.join(ctx, found.id, 1, 0)
    classes = discoveries.get(ctx, found.id).body["classes"]
    assert [one["number"] for one in classes] == [0, 2]
    assert classes[0]["size"] == sizes[0] + sizes[1]
    assert classes[0]["name"] == {"en": "Both"}


def test_sensitive_questions_are_used_only_when_the_setting_is_on(runtime: Runtime) -> None:
    ctx = runtime.context("test")
    quizzes.publish(ctx, document(sensitive="q1"), "admin")
    runtime.forget()
    ctx = runtime.context("test")
    assert "answer.style.q1" not in discoveries.usable_answers(ctx)
    with ctx.db.write() as db:
        settings.save(db, {discoveries.SENSITIVE: "on"}, ctx.now)
    assert "answer.style.q1" in discoveries.usable_answers(ctx)


def test_too_few_people_are_refused(runtime: Runtime) -> None:
    ctx = runtime.context("test")
    fill(ctx.db, 30)
    with pytest.raises(Refused, match="discovery needs 100 customers with answers; there are 30"):
        proposal(ctx)


def test_an_erased_person_is_in_no_later_training_set_and_no_discovery(runtime: Runtime) -> None:
    ctx = runtime.context("test")
    ids = fill(ctx.db)
    found = proposal(ctx)
    named(ctx, found)
    discoveries.apply(ctx, found.id)
    assert ids[0] in {one.customer_id for one in label_rows.labelled(ctx.db)}
    with ctx.db.write() as db:
        erase(db, [ids[0]], ctx.now)
    assert ids[0] not in {one.customer_id for one in label_rows.labelled(ctx.db)}
    assert ids[0] not in {customer for customer, _, _ in rows.members(ctx.db, found.id)}
    with ctx.db.snapshot() as db:
        assert ids[0] not in label_rows.answering(db)
    assert ctx.db.query("SELECT 1 AS one FROM discovery_members WHERE customer_id = :id", {"id": ids[0]}) == []


def with_personas(runtime: Runtime) -> Context:
    ctx = runtime.context("test")
    fill(ctx.db)
    found = proposal(ctx)
    named(ctx, found)
    discoveries.apply(ctx, found.id)
    runtime.forget()
    ctx = runtime.context("test")
    models.activate(ctx, models.train(ctx).version)
    runtime.forget()
    return runtime.context("test")


def test_a_short_quiz_and_an_adaptive_order_come_from_the_answers(runtime: Runtime) -> None:
    ctx = with_personas(runtime)
    curve = short_quizzes.golden(ctx, "style")
    shortest = curve.shortest(0.9)
    assert len(shortest.questions) < QUESTIONS
    assert short_quizzes.propose(ctx, "style", shortest.questions) == "style-short"
    draft = quizzes.get_draft(ctx, "style-short")
    assert draft is not None
    assert {item.id for item in draft.items} == set(shortest.questions)
    with pytest.raises(Refused, match="already"):
        short_quizzes.propose(ctx, "style", shortest.questions)

    adapted = short_quizzes.adapt(ctx, "style", stop=0.9)
    assert adapted.saved.asked < QUESTIONS
    assert short_quizzes.in_use(ctx, "style") is None
    short_quizzes.activate(ctx, "style", adapted.version)
    model = short_quizzes.in_use(ctx, "style")
    assert model is not None
    quiz = quizzes.get(ctx, "style")
    asked = adaptive.next_adaptive(model, quiz, {}, adaptive.candidates(quiz, {}))
    assert asked is not None
    assert asked.id in model.questions
    short_quizzes.activate(ctx, "style", 0)
    assert short_quizzes.in_use(ctx, "style") is None


def test_reasons_are_exact_and_said_in_both_languages(runtime: Runtime) -> None:
    ctx = with_personas(runtime)
    customer = next(iter(label_rows.labelled(ctx.db))).customer_id
    with ctx.db.write() as db:
        db.execute("INSERT INTO profiles (customer_id, state, sequence, definitions, refreshed_at, refreshed_day)"
                   " VALUES (:id, '{}', 0, 0, 0, 0)", {"id": customer})  # fmt: skip
    facts = {f"answer.style.q{number}": "host" for number in range(QUESTIONS)}
    model = models.in_use(ctx)
    from service.domain import personas

    told = personas.explain(model, facts, "the_host", "the_saver")
    assert told.log_odds == pytest.approx(told.base + sum(one.weight for one in told.reasons))
    english, arabic = (reasons.sentences(told, ctx.definitions, lang) for lang in ("en", "ar"))
    assert english[0].startswith("“A question”: host (")
    assert arabic[0].startswith("“سؤال”: host (")
    assert reasons.headline(told, ctx.definitions, "en") == "Why “The host” and not “The saver”"


def test_purchases_that_say_nothing_of_the_persona_infer_nothing(runtime: Runtime) -> None:
    ctx = runtime.context("test")
    assert lookalikes.in_use(ctx) is None
    from service.ml import lookalike
    from service.ml.dataset import Labelled, TooFewLabels

    dice = Random(3)
    noise = [
        Labelled({"buys.orders": dice.choice(("to:1", "to:2")), "buys.average": dice.random()}, KINDS[i % 3])
        for i in range(240)
    ]
    with pytest.raises(NoBetter, match="may be chance; nobody's persona is inferred"):
        lookalike.fit(noise)
    with pytest.raises(TooFewLabels, match="needs 200 buyers"):
        lookalike.fit(noise[:100])
    telling = [
        Labelled({"buys.first_product": KINDS[i % 3] if dice.random() < 0.6 else "tea"}, KINDS[i % 3])
        for i in range(240)
    ]
    model, worth = lookalike.fit(telling)
    assert worth.gain.low > 0
    assert min(worth.lift.values()) > 1.5
    assert model.source == "inferred"


def test_only_those_who_never_answered_get_an_inferred_persona(runtime: Runtime) -> None:
    from service.domain.facts import Person
    from service.domain.models import Feature, Model
    from service.domain.profiles import Known, Profile, Rules, refresh
    from service.domain.purchases import Purchases

    weights = (4.0, -4.0)
    model = Model("inferred", ("a", "b"), (0.0, 0.0), (Feature("buys.orders", "to:1", 0.0, weights),), 0.5, 1, "", 0)
    bought = Purchases(orders=1, net_revenue=100, first_at=1, last_at=1, first_day=1, last_day=1)
    known = Known(1, Person(), bought, [], False, Profile())
    found = refresh(known, Rules(lookalike=model, persona_tags={"a": "persona-a"}), 2)
    inferred: Assignment = found.assignments["inferred"]
    assert (inferred.persona, inferred.source) == ("a", "inferred")
    assert found.after.facts["persona.inferred"] == "a"
    assert found.after.facts["persona.inferred.probability"] == pytest.approx(0.9997, abs=1e-4)
    assert "persona.psychographic" not in found.after.facts
    assert found.after.tags == frozenset()


def test_drift_compares_answers_given_since_the_training(runtime: Runtime) -> None:
    ctx = with_personas(runtime)
    few = models.drifted(ctx)
    assert few is not None
    assert (few.people, few.personas) == (0, None)
    with ctx.db.write() as db:
        db.execute("UPDATE facts SET since_at = :later", {"later": ctx.now + 1_000_000_000})
    same = models.drifted(ctx)
    assert same is not None
    assert same.people == PEOPLE
    assert max(same.answers.values()) < 0.1
    with ctx.db.write() as db:
        db.execute("UPDATE facts SET text = 'host' WHERE name = 'answer.style.q0'")
    moved = models.drifted(ctx)
    assert moved is not None
    assert moved.answers["answer.style.q0"] > 0.25


def test_a_rule_activates_only_what_beats_the_prototypes(runtime: Runtime) -> None:
    ctx = with_personas(runtime)
    trained = models.train(ctx)
    assert not models.activate_by_rule(ctx, trained)
    with ctx.db.write() as db:
        settings.save(db, {models.ACTIVATION: "better"}, ctx.now)
    used = models.activate_by_rule(ctx, trained)
    assert used == trained.evaluation.beats("prototypes")


def test_labels_of_a_marketer_count_over_those_of_a_discovery(runtime: Runtime) -> None:
    ctx = with_personas(runtime)
    one = label_rows.labelled(ctx.db)[0]
    other = next(f"the_{kind}" for kind in KINDS if f"the_{kind}" != one.persona)
    labels.add(ctx, {one.customer_id: other}, source="marketer")
    assert next(row for row in label_rows.labelled(ctx.db) if row.customer_id == one.customer_id).persona == other
    assert purchases.get(ctx.db, [one.customer_id]) == {}
    assert list(explanations.export(ctx)) == []
    assert profiles.count_due(ctx) == 0
    with ctx.db.write() as db:
        profile_rows.mark(db, [one.customer_id], ctx.now)
    assert profiles.count_due(ctx) == 1


def test_an_adaptive_response_asks_what_tells_most_stops_early_and_resumes(runtime: Runtime) -> None:
    from service.operations import responses

    ctx = with_personas(runtime)
    adapted = short_quizzes.adapt(ctx, "style", stop=0.9)
    short_quizzes.activate(ctx, "style", adapted.version)
    runtime.forget()
    ctx = runtime.context("test")
    turn = responses.start(ctx, "style", "en", "a-visit-of-somebody")
    asked = []
    while turn.item is not None:
        asked.append(turn.item.id)
        assert turn.total >= turn.done + 1
        turn = responses.answer(ctx, turn.response_id, turn.item.id, "host")
        again = responses.start(ctx, "style", "en", "a-visit-of-somebody")
        assert again.item == turn.item
    assert turn.status == "complete"
    assert 3 <= len(asked) < QUESTIONS
    assert [one.item_id for one in turn.history] == asked
    short_quizzes.activate(ctx, "style", 0)
    runtime.forget()
    plain = responses.start(runtime.context("test"), "style", "en", "another-visit-here")
    assert plain.item is not None
    assert plain.item.id == "q0"


def test_applying_can_be_done_anew_after_it_was_stopped(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    ctx = runtime.context("test")
    fill(ctx.db)
    found = proposal(ctx)
    named(ctx, found)
    pages: list[object] = []

    def stopped(*given: object, **named: object) -> int:
        if pages:
            raise KeyboardInterrupt
        pages.append(given)
        return label_rows.add(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("service.operations.discoveries._PAGE", 40)
    monkeypatch.setattr("service.operations.discoveries.label_rows", SimpleNamespace(add=stopped))
    with pytest.raises(KeyboardInterrupt):
        discoveries.apply(ctx, found.id)
    monkeypatch.setattr("service.operations.discoveries.label_rows", label_rows)
    assert discoveries.get(ctx, found.id).status == "proposed"
    runtime.forget()
    ctx = runtime.context("test")
    labelled = discoveries.apply(ctx, found.id)
    assert set(labelled) == {f"the_{kind}" for kind in KINDS} == {one.id for one in rows.personas(ctx.db)}
    people = ctx.db.query("SELECT customer_id FROM labels")
    assert len(people) == len({row["customer_id"] for row in people}) == sum(labelled.values())
    assert discoveries.get(ctx, found.id).status == "applied"


def test_who_is_erased_while_a_discovery_runs_is_not_in_it(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    ctx = runtime.context("test")
    ids = fill(ctx.db)
    looked = discovery.discover

    def meanwhile(*given: object, **named: object) -> discovery.Found:
        with ctx.db.write() as db:
            erase(db, ids[:2], ctx.now)
        return looked(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("service.ml.discovery.discover", meanwhile)
    found = proposal(ctx)
    assert [customer for customer, _, _ in rows.members(ctx.db, found.id)] == ids[2:]
    assert ctx.db.one("SELECT COUNT(*) AS n FROM discovery_members") == {"n": len(ids) - 2}
    assert sum(one["size"] for one in found.body["classes"]) == len(ids) - 2


def test_a_discovery_that_cannot_be_drawn_leaves_nothing(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    ctx = runtime.context("test")
    fill(ctx.db)

    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("service.operations.portraits.draw", broken)
    with pytest.raises(KeyboardInterrupt):
        proposal(ctx)
    assert discoveries.listing(ctx) == []
    assert ctx.db.one("SELECT COUNT(*) AS n FROM discovery_members") == {"n": 0}


WORDS = "It calms my skin in the evening"


def typed(ctx: Context, customer: int, text: str, item: str = "why", at: int = 1) -> int:
    """A response of a customer with one typed answer; gives the answer's number."""
    with ctx.db.write() as db:
        visit = f"visit-{customer}-{item}"
        db.execute(
            """
            INSERT INTO responses (public_id, visit, quiz_id, version, customer_id, lang, status, revision, seed,
                                   started_at, updated_at)
            VALUES (:visit, :visit, 'style', 1, :customer, 'en', 'open', 1, 1, :at, :at)
            """,
            {"visit": visit, "customer": customer, "at": at},
        )
        row = db.one(
            """
            INSERT INTO answers (response_id, item_id, value, revision, answered_at)
            SELECT id, :item, :value, 1, :at FROM responses WHERE public_id = :visit RETURNING id
            """,
            {"visit": visit, "item": item, "value": json.dumps(text), "at": at},
        )
        assert row is not None
        consents.record(db, [consents.NewConsent(customer, "email", "granted", "verified", "shop:test", at)])
    return int(row["id"])


def asking(*texts: dict[str, object]) -> dict[str, object]:
    """The quiz with questions whose answers are typed."""
    words = {"en": "Tell us", "ar": "ما رأيك؟"}
    quiz = document()
    quiz["items"] = [*quiz["items"], *({"type": "short_text", "text": words, **one} for one in texts)]  # type: ignore[misc]
    return quiz


def test_quotes_are_of_members_who_agree_and_of_no_sensitive_question(ctx: Context) -> None:
    ctx, db = asking_shop(ctx, asking({"id": "why"}, {"id": "health", "sensitive": True})), ctx.db
    with db.write():
        ids = [int(one) for one in db.insert_returning("customers", ("created_at",), [(1,)] * 4)]
        number = rows.begin(db, {"classes": [], "facts": []}, now=ctx.now, by="test")
        rows.add_members(db, number, [(one, 0, 0.9) for one in ids[:3]])
    calm = typed(ctx, ids[0], WORDS)
    ill = typed(ctx, ids[0], "My skin has been ill for years", "health")
    other = typed(ctx, ids[1], "I like to give it to friends")
    later = typed(ctx, ids[2], "I only came after the discovery", at=ctx.now + 1)
    stranger = typed(ctx, ids[3], "Nobody asked me for this one")
    everything = [calm, ill, other, later, stranger]
    asked = portraits.text_items(ctx.definitions, None, sensitive=False)
    assert asked == {("style", "why")}
    assert portraits.text_items(ctx.definitions, "another", sensitive=True) == frozenset()
    assert set(rows.typed(db, number, sorted(asked))) == {calm, other}
    assert set(portraits.spoken(ctx, number, everything, asked)) == {calm, other}

    with db.write():
        rows.save(db, number, {"quiz": None, "classes": [{"number": 0, "quotes": everything}]}, "proposed", ctx.now)
        withdrawn = consents.NewConsent(ids[1], "email", "withdrawn", "verified", "shop:test", ctx.now)
        consents.record(db, [withdrawn])
    assert discoveries.quotes(ctx, number) == {0: [(calm, WORDS)]}
    with db.write():
        erase(db, [ids[0]], ctx.now)
    typed(ctx, ids[3], "Somebody else's words in the same row", "why2")
    assert discoveries.quotes(ctx, number) == {0: []}


def asking_shop(ctx: Context, quiz: dict[str, object]) -> Context:
    """The same context with the quiz live."""
    quizzes.publish(ctx, quiz, "admin")
    live = replace(ctx.definitions, live={"style": 1}, quiz_version=lambda name, number: quizzes.get(ctx, name, number))
    return replace(ctx, load_definitions=lambda fresh: live)
