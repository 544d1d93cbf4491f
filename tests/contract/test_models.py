"""Models and labels in the database: cut points of the shop, training on labels, versions in use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from service.domain import models as document
from service.domain.errors import InvalidInput, NotFound, Refused
from service.domain.labels import BadLabels
from service.domain.models import ModelFormatError
from service.domain.personas import classify, prototype_model
from service.domain.profiles import Rules
from service.domain.purchases import Purchases
from service.domain.text import Text
from service.ml.dataset import TooFewLabels
from service.operations import labels, models
from service.operations.context import Context, Definitions, PersonaInfo
from service.store import counters, identities, purchases
from service.store import models as store
from service.store.database import Database

PERSONAS = ("planner", "explorer")
PROTOTYPES = prototype_model(
    {
        "psychographic": [
            {"id": "planner", "prototype": {"price": 0.8, "novelty": -0.3}},
            {"id": "explorer", "prototype": {"price": -0.2, "novelty": 0.8}},
        ]
    },
    ("price", "novelty"),
)


@pytest.fixture
def shop(ctx: Context) -> Context:
    """A shop whose personas are known and which has published no quiz."""
    definitions = Definitions(
        revision=1,
        live={},
        quiz_version=ctx.definitions.quiz_version,
        rules=Rules(),
        personas={one: PersonaInfo(one, "psychographic", Text(), Text(), one, {}) for one in PERSONAS},
        prototypes=PROTOTYPES,
    )
    return replace(ctx, load_definitions=lambda fresh: definitions)


@pytest.fixture(autouse=True)
def _one_strength(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which penalty is best is not asked here, so only one is tried."""
    monkeypatch.setattr("service.ml.training.STRENGTHS", (0.3,))


def add_customers(db: Database, count: int) -> list[int]:
    with db.write() as open_db:
        ids = open_db.insert_returning("customers", ("created_at",), [(1,)] * count)
        open_db.insert_rows(
            "identities",
            ("customer_id", "kind", "source", "value", "proof", "created_at"),
            [
                row
                for one in ids
                for row in (
                    (one, "shop", "csv", f"S{one}", "verified", 1),
                    (one, "email", "", f"c{one}@example.com", "verified", 1),
                )
            ],
        )
    return [int(one) for one in ids]


def add_facts(db: Database, customer_id: int, facts: Mapping[str, object]) -> None:
    rows: list[tuple[Any, ...]] = []
    for name, value in facts.items():
        for one in value if isinstance(value, tuple) else (value,):
            number = one if isinstance(one, float) else None
            rows.append((customer_id, name, None if number is not None else one, number, 1))
    with db.write() as open_db:
        open_db.insert_rows("facts", ("customer_id", "name", "text", "number", "since_at"), rows)


def add_labelled(shop: Context, count: int) -> list[int]:
    """Customers who lean one way or the other, with their labels."""
    ids = add_customers(shop.db, count)
    for position, one in enumerate(ids):
        lean = 0.6 if position % 2 else -0.6
        wobble = ((position * 37) % 11 - 5) / 10
        add_facts(shop.db, one, {"trait.price": -lean + wobble, "trait.novelty": lean + wobble})
    labels.add(shop, {one: PERSONAS[i % 2] for i, one in enumerate(ids)}, source="sample")
    return ids


def add_purchases(db: Database, rows: Sequence[tuple[int, int, int]], today: int) -> None:
    """Customers with (days since the last order, orders, net revenue)."""
    ids = add_customers(db, len(rows))
    with db.write() as open_db:
        purchases.save(
            open_db,
            {
                one: Purchases(
                    orders=orders, net_revenue=revenue, last_day=today - days if orders else None, first_day=1
                )
                for one, (days, orders, revenue) in zip(ids, rows, strict=True)
            },
        )


# RFM ---------------------------------------------------------------------------------------------------------------


def test_cut_points_are_fitted_on_customers_with_counted_orders_and_are_in_use_at_once(shop: Context) -> None:
    add_purchases(shop.db, [(day, day + 1, day * 100) for day in range(60)] + [(0, 0, 900_000)], shop.today)
    before = counters.read(shop.db, "definitions")
    fitted = models.fit_rfm(shop)
    assert fitted is not None
    assert fitted.model.customers == 60
    assert fitted.model.recency.thresholds == (11, 23, 35, 47)
    assert fitted.model.whales.threshold == 4800  # 59 have spent something; a fifth of them, rounded up, are 12
    stored = store.active(shop.db, "rfm")
    assert stored is not None
    assert (stored.version, stored.activated_at) == (1, shop.now)
    assert counters.read(shop.db, "definitions") == before + 1


def test_cut_points_that_come_out_the_same_change_nothing(shop: Context) -> None:
    add_purchases(shop.db, [(day, 1, 100) for day in range(5)], shop.today)
    models.fit_rfm(shop)
    before = counters.read(shop.db, "definitions")
    again = models.fit_rfm(shop)
    assert again is not None
    assert not again.changed
    assert again.model.version == 1
    assert counters.read(shop.db, "definitions") == before
    assert len(store.listing(shop.db, "rfm")) == 1


def test_new_cut_points_retire_the_old_ones_and_keep_them(shop: Context) -> None:
    add_purchases(shop.db, [(day, 1, 100) for day in range(5)], shop.today)
    models.fit_rfm(shop)
    add_purchases(shop.db, [(400, 9, 100_000)] * 9, shop.today)
    fitted = models.fit_rfm(shop)
    assert fitted is not None
    assert fitted.model.version == 2
    assert [(one.version, one.status) for one in store.listing(shop.db, "rfm")] == [(2, "active"), (1, "retired")]


def test_a_shop_without_orders_has_no_cut_points(shop: Context) -> None:
    assert models.fit_rfm(shop) is None
    assert store.active(shop.db, "rfm") is None


# labels ------------------------------------------------------------------------------------------------------------


def test_a_file_names_customers_by_shop_id_email_or_our_own_id(shop: Context) -> None:
    first, second, third = add_customers(shop.db, 3)
    found = labels.import_file(
        shop,
        ["Persona,Customer\n", f"planner,S{first}\n", f"explorer, C{second}@Example.com\n", f"planner,c_{third}\n"],
    )
    assert (found.new, found.unchanged, found.bad) == (3, 0, ())
    rows = shop.db.query("SELECT customer_id, persona, source, labelled_by FROM labels ORDER BY customer_id")
    assert [(row["customer_id"], row["persona"]) for row in rows] == [
        (first, "planner"),
        (second, "explorer"),
        (third, "planner"),
    ]
    assert rows[0]["labelled_by"] == shop.actor


def test_a_file_with_bad_lines_is_refused_with_each_reason(shop: Context) -> None:
    (one,) = add_customers(shop.db, 1)
    lines = [
        "customer,persona\n",
        f"S{one},planer\n",
        "S999999,planner\n",
        ",planner\n",
        f"S{one},planner\n",
        f"c{one}@example.com,explorer\n",
        "no@body,planner\n",
    ]
    with pytest.raises(BadLabels) as refused:
        labels.import_file(shop, lines)
    assert str(refused.value).splitlines() == [
        "5 lines of the labels cannot be taken; nothing was changed",
        "  line 2: 'planer': there is no such persona; did you mean planner?",
        "  line 3: 'S999999': there is no such customer",
        "  line 4: '': the customer is missing",
        f"  line 6: 'c{one}@example.com': line 5 says planner of the same customer",
        "  line 7: 'no@body': 'no@body' is not an email address",
    ]
    assert shop.db.query("SELECT id FROM labels") == []
    assert labels.import_file(shop, lines, skip_bad=True).new == 1


def test_a_file_without_the_columns_is_refused(shop: Context) -> None:
    with pytest.raises(InvalidInput, match="has no column persona; it needs customer,persona"):
        labels.import_file(shop, ["customer,type\n", "S1,planner\n"])
    with pytest.raises(InvalidInput, match="has no column customer and persona"):
        labels.import_file(shop, [])


def test_an_id_that_two_shops_use_is_refused(shop: Context) -> None:
    first, second = add_customers(shop.db, 2)
    with shop.db.write() as db:
        db.insert_rows(
            "identities",
            ("customer_id", "kind", "source", "value", "proof", "created_at"),
            [(first, "shop", "salla", "77", "verified", 1), (second, "shop", "zid", "77", "verified", 1)],
        )
    assert len(identities.holders(shop.db, "shop", "77")) == 2
    with pytest.raises(BadLabels, match="two shops have a customer of that id"):
        labels.import_file(shop, ["customer,persona\n", "77,planner\n"])


def test_of_several_labels_of_a_customer_the_newest_counts_and_the_others_stay(shop: Context) -> None:
    (one,) = add_customers(shop.db, 1)
    labels.add(shop, {one: "planner"}, source="sample")
    assert labels.add(shop, {one: "planner"}, source="csv") == 0
    assert labels.add(shop, {one: "explorer"}, source="csv") == 1
    assert [found.persona for found in labels_of(shop)] == ["explorer"]
    assert len(shop.db.query("SELECT id FROM labels")) == 2


def labels_of(shop: Context) -> Sequence[Any]:
    from service.store import labels as rows

    return rows.labelled(shop.db)


def test_labels_follow_a_merge_and_end_with_an_erasure(shop: Context) -> None:
    kept, merged, erased = add_customers(shop.db, 3)
    labels.add(shop, {merged: "planner", erased: "planner"}, source="sample")
    with shop.db.write() as db:
        db.execute("UPDATE customers SET merged_into = :kept WHERE id = :merged", {"kept": kept, "merged": merged})
        db.execute("UPDATE customers SET erased_at = 1 WHERE id = :erased", {"erased": erased})
    assert [(one.customer_id, one.persona) for one in labels_of(shop)] == [(kept, "planner")]


def test_labelled_customers_come_with_their_present_answers_and_traits_only(shop: Context) -> None:
    (one,) = add_customers(shop.db, 1)
    add_facts(
        shop.db,
        one,
        {"answer.q.shelf": ("mint", "rose"), "answer.q.buys": "sale", "trait.price": 0.25, "rfm.code": "555"},
    )
    with shop.db.write() as db:
        db.execute("UPDATE facts SET until_at = 2 WHERE name = 'answer.q.buys'")
    labels.add(shop, {one: "planner"}, source="sample")
    assert labels_of(shop)[0].facts == {"answer.q.shelf": ("mint", "rose"), "trait.price": 0.25}


def test_a_label_for_a_persona_that_does_not_exist_is_refused(shop: Context) -> None:
    with pytest.raises(InvalidInput, match="no psychographic persona 'pirate'; there are planner, explorer"):
        labels.add(shop, {1: "pirate"}, source="sample")


# training ----------------------------------------------------------------------------------------------------------


def test_training_keeps_a_candidate_that_is_not_in_use(shop: Context) -> None:
    add_labelled(shop, 60)
    steps: list[int] = []
    trained = models.train(shop, steps.append)
    assert trained.version == 1
    assert len(steps) == models.TRAINING_STEPS
    assert store.active(shop.db, "psychographic") is None
    kept = models.get(shop, 1)
    assert classify(kept, {"trait.price": -0.7, "trait.novelty": 0.8}).persona == "explorer"
    assert kept == trained.model
    assert kept.labels == {"planner": 30, "explorer": 30}
    assert kept.metrics["classifiers"]["trained"]["accuracy"] > kept.metrics["classifiers"]["majority"]["accuracy"]


def test_training_again_overwrites_nothing(shop: Context) -> None:
    add_labelled(shop, 60)
    first = models.train(shop)
    second = models.train(shop)
    assert (first.version, second.version) == (1, 2)
    assert [one.status for one in models.listing(shop)] == ["candidate", "candidate"]


def test_training_on_too_few_labels_says_how_many_are_missing(shop: Context) -> None:
    add_labelled(shop, 30)
    with pytest.raises(TooFewLabels, match="at least 20 labelled customers with answers for each persona; planner has"):
        models.train(shop)
    assert models.listing(shop) == []


def test_labels_of_a_persona_that_no_longer_exists_are_left_alone(shop: Context) -> None:
    ids = add_labelled(shop, 60)
    with shop.db.write() as db:
        db.execute("UPDATE labels SET persona = 'pirate' WHERE customer_id = :id", {"id": ids[0]})
    assert models.train(shop).evaluation.customers == 59


def test_a_version_is_judged_only_by_labels_given_after_it(shop: Context) -> None:
    add_labelled(shop, 60)
    trained = models.train(shop)
    add_labelled(replace(shop, now=shop.now + 1), 40)
    after = models.evaluate(shop, trained.version)
    assert after.fresh == 40
    assert after.score is not None
    assert after.score.accuracy > 0.8
    assert after.evaluation.customers == 100
    assert len(models.listing(shop)) == 1
    newer = models.evaluate(shop, add_version(replace(shop, now=shop.now + 2)))
    assert (newer.version, newer.fresh, newer.score) == (2, 0, None)


# which version is in use -------------------------------------------------------------------------------------------


def add_version(shop: Context) -> int:
    with shop.db.write("definitions") as db:
        return store.add(db, "psychographic", document.dump(replace(PROTOTYPES, source="trained")), shop.now)


def test_activating_retires_the_version_before_and_tells_the_caches(shop: Context) -> None:
    add_version(shop), add_version(shop)
    models.activate(shop, 1)
    before = counters.read(shop.db, "definitions")
    models.activate(shop, 2)
    assert [(one.version, one.status) for one in models.listing(shop)] == [(2, "active"), (1, "retired")]
    assert counters.read(shop.db, "definitions") == before + 1
    changes = shop.db.query("SELECT actor, action, subject FROM changes ORDER BY id")
    assert changes[-1] == {"actor": "test", "action": "activated a persona model", "subject": "version 2"}


def test_rolling_back_goes_one_version_back_each_time_and_ends_at_the_prototypes(shop: Context) -> None:
    for version in (add_version(shop), add_version(shop), add_version(shop)):
        if version != 2:
            models.activate(shop, version)
    assert models.rollback(shop) == 1  # version 2 was never in use
    assert models.rollback(shop) == models.PROTOTYPES
    assert store.active(shop.db, "psychographic") is None
    with pytest.raises(Refused, match="nothing to go back to"):
        models.rollback(shop)
    models.activate(shop, 3)
    assert models.rollback(shop) == 1


def test_version_0_is_the_prototypes(shop: Context) -> None:
    add_version(shop)
    models.activate(shop, 1)
    models.activate(shop, models.PROTOTYPES)
    assert store.active(shop.db, "psychographic") is None
    assert models.get(shop, models.PROTOTYPES).source == "prototype"


def test_a_version_that_does_not_exist_cannot_be_activated(shop: Context) -> None:
    with pytest.raises(NotFound, match="no persona model 7"):
        models.activate(shop, 7)


def test_a_model_of_another_format_or_with_a_persona_that_is_gone_is_not_activated(shop: Context) -> None:
    body = document.dump(replace(PROTOTYPES, source="trained"))
    with shop.db.write("definitions") as db:
        store.add(db, "psychographic", {**body, "format": 99}, shop.now)
        renamed = replace(PROTOTYPES, source="trained", personas=("planner", "pirate"))
        store.add(db, "psychographic", document.dump(renamed), shop.now)
    with pytest.raises(ModelFormatError, match="format 99"):
        models.activate(shop, 1)
    with pytest.raises(Refused, match="assigns pirate, which personas.yaml no longer has"):
        models.activate(shop, 2)
    assert store.active(shop.db, "psychographic") is None
