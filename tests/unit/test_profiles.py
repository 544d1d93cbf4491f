"""A refresh works everything out anew and says exactly what changed."""

from dataclasses import replace

from service.domain.facts import Answered, Person, passing, unknown
from service.domain.profiles import Known, Profile, Rules, refresh
from service.domain.purchases import Purchases
from service.domain.rfm import Buyer, fit
from tests.contract.quiz_world import BUYERS, DRY, prototypes
from tests.unit.sample_quiz import QUIZ

TODAY = 20_000
BOUGHT = Purchases(
    orders=3, order_days=3, units=4, gross=40_000, discount=4_000, discounted_orders=1, refunded=1_000,
    net_revenue=35_000, first_at=1, last_at=2, first_day=TODAY - 40, last_day=TODAY - 10, first_source="podcast",
)  # fmt: skip
RULES = Rules(
    segments=(DRY, BUYERS),
    psychographic=prototypes(),
    rfm=fit([Buyer(days=day, orders=1, revenue=1_000 * day) for day in range(1, 40)], fitted_at=0),
    persona_tags={"carer": "persona-carer"},
)
KNOWN = Known(1, Person(), BOUGHT, [Answered(QUIZ, {"skin": "dry", "budget": 5}, "calm")], True, Profile())


def test_everything_that_is_new_is_a_change() -> None:
    found = refresh(KNOWN, RULES, TODAY)
    assert found.facts_begun["answer.sample.skin"] == "dry"
    assert found.facts_begun["outcome.sample"] == "calm"
    assert found.facts_begun["persona.psychographic"] == "carer"
    assert found.after.segments == {"dry-skin", "buyers"}
    assert found.after.tags == {"segment-dry-skin", "segment-buyers", "persona-carer", "skin-dry"}
    assert found.after.sequence == 1
    assert found.tell


def test_a_second_refresh_without_news_changes_nothing() -> None:
    again = refresh(replace(KNOWN, before=refresh(KNOWN, RULES, TODAY).after), RULES, TODAY)
    assert (again.facts_begun, again.facts_ended, again.assignments, again.ended) == ({}, (), {}, ())
    assert not again.tell
    assert again.after.sequence == 1


def test_what_no_longer_holds_ends() -> None:
    before = refresh(KNOWN, RULES, TODAY).after
    gone = refresh(replace(KNOWN, responses=(), before=before), RULES, TODAY)
    assert "answer.sample.skin" in gone.facts_ended
    assert gone.ended == ("psychographic",)
    assert gone.memberships.left.keys() == {"dry-skin"}
    assert gone.tags.removed == ("persona-carer", "segment-dry-skin", "skin-dry")


def test_destinations_are_told_when_consent_changes_though_tags_do_not() -> None:
    before = refresh(replace(KNOWN, may_email=False), RULES, TODAY).after
    found = refresh(replace(KNOWN, before=before), RULES, TODAY)
    assert found.tell
    assert found.after.sequence == before.sequence + 1


def test_facts_that_pass_with_the_days_are_not_kept() -> None:
    found = refresh(KNOWN, RULES, TODAY)
    assert not any(name.startswith("orders.") for name in found.facts_begun)
    assert passing(BOUGHT, TODAY) == {
        "orders.days_since_first": 40,
        "orders.days_since_last": 10,
        "orders.expected_gap_days": 15.0,
        "orders.overdue_ratio": 10 / 15,
    }
    assert passing(None, TODAY) == {}


def test_every_fact_a_refresh_makes_is_in_the_vocabulary() -> None:
    found = refresh(KNOWN, RULES, TODAY)
    assert [name for name in found.after.facts if unknown(name)] == []
