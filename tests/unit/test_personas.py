"""Classifying a customer: prototypes, abstention, reasons, behavioural personas, the stored document."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from math import exp, log

import pytest

from service.domain import models, personas
from service.domain.errors import DefinitionError
from service.domain.models import Feature, Model
from service.domain.personas import Reason, classify, explain, prototype_model
from service.domain.rfm import Buyer, Scores, fit

TRAITS = ("price", "novelty", "care")
DOCUMENT = {
    "psychographic": [
        {"id": "planner", "prototype": {"price": 0.8, "novelty": -0.2}},
        {"id": "explorer", "prototype": {"novelty": 0.9, "care": -0.1}},
        {"id": "caregiver", "prototype": {"price": 0.1, "care": 0.9}},
    ]
}
STYLE = Model(
    source="trained",
    personas=("planner", "explorer"),
    intercepts=(0.2, -0.1),
    features=(
        Feature("answer.style.buys", "sale", 0.4, (1.5, -0.5)),
        Feature("answer.style.buys", "launch", 0.3, (-1.0, 2.0)),
        Feature("answer.style.likes", "mint", 0.5, (0.1, 0.3)),
        Feature("trait.novelty", None, 0.1, (-0.7, 1.1)),
    ),
    threshold=0.5,
    minimum_evidence=2,
    digest="d",
    fitted_at=5,
    version=3,
)


def traits(price: float, novelty: float, care: float) -> dict[str, object]:
    return {"trait.price": price, "trait.novelty": novelty, "trait.care": care}


# prototypes --------------------------------------------------------------------------------------------------------


def test_a_customer_at_a_prototype_gets_that_persona() -> None:
    model = prototype_model(DOCUMENT, TRAITS)
    assert classify(model, traits(0.8, -0.2, 0.0)).persona == "planner"
    assert classify(model, traits(0.0, 0.9, -0.1)).persona == "explorer"
    assert classify(model, traits(0.1, 0.0, 0.9)).persona == "caregiver"


def test_prototype_probabilities_follow_the_squared_distances() -> None:
    model = prototype_model(DOCUMENT, TRAITS)
    point = (0.3, 0.5, 0.2)
    shares = classify(model, traits(*point)).probabilities

    def distance(to: tuple[float, ...]) -> float:
        return sum((mine - theirs) ** 2 for mine, theirs in zip(point, to, strict=True))

    difference = distance((0.8, -0.2, 0.0)) - distance((0.0, 0.9, -0.1))
    assert log(shares["explorer"] / shares["planner"]) == pytest.approx(difference / (2 * personas.PROTOTYPE_SPREAD**2))


def test_an_unknown_trait_counts_as_neutral() -> None:
    model = prototype_model(DOCUMENT, TRAITS)
    unknown = classify(model, {"trait.price": 0.8, "trait.novelty": -0.2})
    assert unknown.probabilities == classify(model, traits(0.8, -0.2, 0.0)).probabilities
    assert [reason.fact for reason in unknown.reasons] == ["trait.price", "trait.novelty"]


def test_prototypes_name_only_traits_that_exist_and_stay_on_the_scale() -> None:
    document = {"psychographic": [{"id": "a", "prototype": {"wit": 0.2}}, {"id": "b", "prototype": {"price": 1.5}}]}
    with pytest.raises(DefinitionError) as refused:
        prototype_model(document, TRAITS)
    assert str(refused.value).splitlines() == [
        "psychographic[0].prototype.wit: there is no trait 'wit' in traits.yaml",
        "psychographic[1].prototype.price: a trait lies between -1 and 1, not at 1.5",
    ]


def test_one_persona_alone_is_refused() -> None:
    with pytest.raises(DefinitionError, match="at least two personas"):
        prototype_model({"psychographic": [{"id": "a", "prototype": {}}]}, TRAITS)


# abstention --------------------------------------------------------------------------------------------------------


def test_too_few_known_facts_are_no_persona_however_clear_they_look() -> None:
    assignment = classify(prototype_model(DOCUMENT, TRAITS), {"trait.price": 1.0, "trait.novelty": -1.0})
    assert assignment.persona is None
    assert assignment.abstained == "too_little_evidence"
    assert assignment.leaning == "planner"


def test_a_customer_between_two_personas_gets_none() -> None:
    assignment = classify(prototype_model(DOCUMENT, TRAITS), traits(0.3, 0.3, 0.3))
    assert assignment.persona is None
    assert assignment.abstained == "uncertain"
    assert assignment.probability is not None
    assert assignment.probability < 0.5


def test_the_threshold_itself_is_enough() -> None:
    even = replace(STYLE, intercepts=(0.0, 0.0), features=(), minimum_evidence=0)
    assert classify(even, {}).persona == "planner"
    assert classify(replace(even, threshold=0.51), {}).persona is None


def test_nothing_known_gives_the_average_customer_and_no_reasons() -> None:
    assignment = classify(STYLE, {})
    assert assignment.reasons == ()
    assert assignment.persona is None
    assert log(assignment.probabilities["planner"] / assignment.probabilities["explorer"]) == pytest.approx(
        STYLE.average[0] - STYLE.average[1]
    )


# coding ------------------------------------------------------------------------------------------------------------


def test_a_choice_counts_its_options_and_a_number_its_value() -> None:
    shares = classify(STYLE, {"answer.style.buys": "sale", "trait.novelty": 0.5}).probabilities
    planner = 0.2 + 1.5 + 0.5 * 0.1 - 0.7 * 0.5
    explorer = -0.1 - 0.5 + 0.5 * 0.3 + 1.1 * 0.5
    assert shares["planner"] == pytest.approx(1 / (1 + exp(explorer - planner)))


def test_several_choices_count_together_and_twice_the_same_counts_once() -> None:
    both = STYLE.contributions({"answer.style.buys": ("sale", "launch", "sale")})
    assert both[0][2] == pytest.approx((1.5 * 0.6 - 1.0 * 0.7, -0.5 * 0.6 + 2.0 * 0.7))


def test_choosing_none_of_the_options_is_an_answer() -> None:
    none = STYLE.contributions({"answer.style.likes": ()})
    assert none[0][2] == pytest.approx((-0.05, -0.15))


@pytest.mark.parametrize(
    "facts",
    [
        {"answer.style.buys": "an option added later"},
        {"answer.style.buys": 4},
        {"answer.style.buys": [4, 5]},
        {"answer.style.buys": None},
        {"trait.novelty": "high"},
        {"trait.novelty": float("nan")},
        {"trait.novelty": True},
        {"orders.count": 3},
    ],
)
def test_what_the_model_cannot_read_tells_it_nothing(facts: dict[str, object]) -> None:
    assert STYLE.contributions(facts) == ()


def test_an_option_added_later_does_not_hide_the_ones_that_are_known() -> None:
    (both,) = STYLE.contributions({"answer.style.buys": ["new", "sale"]})
    (known,) = STYLE.contributions({"answer.style.buys": "sale"})
    assert both[2] == known[2]


# reasons -----------------------------------------------------------------------------------------------------------


def test_reasons_name_the_facts_that_pushed_most_first() -> None:
    assignment = classify(STYLE, {"answer.style.buys": "launch", "trait.novelty": 0.6, "answer.style.likes": "mint"})
    assert assignment.persona == "explorer"
    assert [reason.fact for reason in assignment.reasons] == [
        "answer.style.buys",
        "trait.novelty",
        "answer.style.likes",
    ]
    # Against the average customer: launch is 0.7 more of it than usual and sale 0.4 less.
    assert assignment.reasons[0].value == "launch"
    assert assignment.reasons[0].weight == pytest.approx(3.0 * 0.7 + 2.0 * 0.4)
    assert assignment.reasons[1].weight == pytest.approx(1.8 * 0.5)


def test_why_not_the_other_persona_is_the_same_sum_the_other_way_round() -> None:
    model = prototype_model(DOCUMENT, TRAITS)
    facts = traits(0.6, 0.4, 0.0)
    why = explain(model, facts, "planner", against="explorer")
    why_not = explain(model, facts, "explorer", against="planner")
    shares = classify(model, facts).probabilities
    assert why.log_odds == pytest.approx(log(shares["planner"] / shares["explorer"]))
    assert why.log_odds == -why_not.log_odds
    assert [one.weight for one in why.reasons] == [-one.weight for one in why_not.reasons]


def test_a_persona_the_model_does_not_know_cannot_be_explained() -> None:
    with pytest.raises(ValueError, match="knows no persona 'pirate'; it knows planner, explorer"):
        explain(STYLE, {}, "pirate")
    with pytest.raises(ValueError, match="with itself"):
        explain(STYLE, {}, "planner", against="planner")


# behavioural -------------------------------------------------------------------------------------------------------


def test_the_behavioural_persona_is_the_group_with_its_three_scores_as_reasons() -> None:
    cuts = fit([Buyer(1, 1, 1)], fitted_at=0)
    assert cuts is not None
    facts = {"orders.days_since_last": 3, "orders.count": 4, "orders.net_revenue": 90_000, "trait.price": 1.0}
    assignment = personas.behavioural(replace(cuts, version=7), Scores(5, 4, 4), facts)
    assert (assignment.persona, assignment.probability, assignment.source) == ("champions", None, "rfm")
    assert assignment.model_version == 7
    assert assignment.reasons == (
        Reason("orders.days_since_last", 3, 5),
        Reason("orders.count", 4, 4),
        Reason("orders.net_revenue", 90_000, 4),
    )


# documents ---------------------------------------------------------------------------------------------------------


def test_a_stored_model_gives_the_same_answers() -> None:
    stored = json.loads(json.dumps(models.dump(STYLE)))
    assert models.load(stored, version=3) == STYLE


def test_a_model_can_be_read_by_people() -> None:
    feature = models.dump(STYLE)["features"][0]
    assert feature == {
        "name": "answer.style.buys=sale",
        "centre": 0.4,
        "weights": {"planner": 1.5, "explorer": -0.5},
    }


@pytest.mark.parametrize("change", [{"format": 2}, {"kind": "rfm"}, {"format": None}])
def test_a_model_of_another_format_is_refused_with_a_way_out(change: dict[str, object]) -> None:
    with pytest.raises(models.ModelFormatError, match=r"this release reads format 1; train a new one with: firasa"):
        models.load({**models.dump(STYLE), **change}, version=4)


def test_a_reason_is_kept_as_plain_json() -> None:
    kept = [Reason("answer.q.a", ("x", "y"), 1.23456), Reason("answer.q.b", Decimal("2.50"), -1)]
    assert json.dumps([reason.to_json() for reason in kept]) == (
        '[{"fact": "answer.q.a", "value": ["x", "y"], "weight": 1.2346},'
        ' {"fact": "answer.q.b", "value": "2.50", "weight": -1}]'
    )
