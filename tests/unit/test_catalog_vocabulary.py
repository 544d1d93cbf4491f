"""traits.yaml, personas.yaml and segments.yaml: complete in both languages, and their mistakes have a place."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from service.catalog.files import resource_dir
from service.catalog.loader import load_personas, load_segments, load_traits, load_vocabulary, read_file
from service.catalog.schema import PORTRAIT
from service.domain import segments
from service.domain.errors import DefinitionError
from service.domain.subjects import OrderHistory, Subject
from service.domain.tags import check


def document(name: str) -> dict[str, Any]:
    data, _ = read_file(resource_dir("quizzes") / name)
    assert isinstance(data, dict)
    return data


def languages(data: object) -> Iterator[Mapping[str, str]]:
    if isinstance(data, dict):
        if "en" in data or "ar" in data:
            yield data
        else:
            for value in data.values():
                yield from languages(value)
    elif isinstance(data, list):
        for value in data:
            yield from languages(value)


@pytest.mark.parametrize("name", ["traits.yaml", "personas.yaml", "segments.yaml"])
def test_every_text_is_there_in_both_languages(name: str) -> None:
    found = list(languages(document(name)))
    assert found
    assert all(set(text) == {"en", "ar"} and all(text.values()) for text in found)


def test_the_vocabulary_is_complete() -> None:
    vocabulary = load_vocabulary()
    assert len(vocabulary.traits) == 7
    assert len(vocabulary.personas.psychographic) == 6
    assert len(vocabulary.personas.behavioural) == 11
    for persona in vocabulary.personas.psychographic:
        assert tuple(persona.portrait) == PORTRAIT
        assert all(len(lines) >= 2 for lines in persona.portrait.values())
        assert set(persona.prototype) == {trait.id for trait in vocabulary.traits}
    tags = [*vocabulary.personas.tags.values()]
    assert len(tags) == len(set(tags)) == 17
    assert [check(tag) for tag in tags] == tags


def test_the_starter_segments_can_be_published() -> None:
    documents = load_segments(document("segments.yaml"))
    made = [segments.from_document(one, "SAR") for one in documents]
    assert len(made) >= 10
    assert len({one.tag for one in made}) == len(made)
    promised = {"whales", "at-risk", "new-customers", "deal-seekers", "full-price-buyers", "lapsed", "promoters"}
    assert promised | {"detractors", "gift-givers", "podcast-born", "connoisseurs"} <= {one.id for one in made}


@pytest.mark.parametrize(
    ("facts", "member_of"),
    [
        ({"orders.whale": "yes"}, "whales"),
        ({"rfm.group": "cannot_lose"}, "at-risk"),
        ({"orders.count": 1, "orders.days_since_first": 30}, "new-customers"),
        ({"orders.count": 2, "orders.discounted_share": 0.6}, "deal-seekers"),
        ({"orders.count": 2, "orders.discounted_share": 0.0}, "full-price-buyers"),
        ({"orders.days_since_last": 181}, "lapsed"),
        ({"orders.count": 2, "orders.average": 30000}, "big-baskets"),
        ({"answer.after-purchase.nps": 9}, "promoters"),
        ({"answer.after-purchase.nps": 0}, "detractors"),
        ({"answer.skin-match.for_whom": "gift"}, "gift-givers"),
        ({"orders.first_source": "podcast"}, "podcast-born"),
        ({"answer.skin-match.sensitivities": ("fragrance", "nuts")}, "fragrance-sensitive"),
        ({"persona.psychographic": "explorer", "persona.psychographic.probability": 0.6}, "explorers"),
    ],
)
def test_who_belongs_to_a_starter_segment(facts: dict[str, object], member_of: str) -> None:
    made = [segments.from_document(one, "SAR") for one in load_segments(document("segments.yaml"))]
    assert member_of in segments.members_of(made, _known(facts))
    assert member_of not in segments.members_of(made, _known({}))


def _known(facts: dict[str, object]) -> Subject:
    return Subject(facts=facts, history=OrderHistory(), now=20_000 * 86_400_000_000, today=20_000)


def test_mistakes_in_personas_name_their_place() -> None:
    broken = copy.deepcopy(document("personas.yaml"))
    broken["psychographic"][0]["prototype"] = {"price": 2, "novelty": 0.5}
    broken["psychographic"][1]["id"] = "careful_planner"
    broken["psychographic"][2]["portrait"].pop("rituals")
    broken["behavioural"][0]["tag"] = broken["behavioural"][1]["tag"]
    with pytest.raises(DefinitionError) as caught:
        load_personas(broken, traits=load_traits(document("traits.yaml")))
    assert {one.path for one in caught.value.problems} == {
        "psychographic[0].prototype.price",
        "psychographic[1].id",
        "psychographic[2].portrait.rituals",
        "behavioural[1].tag",
    }


def test_an_unknown_trait_of_a_prototype_is_named() -> None:
    broken = copy.deepcopy(document("personas.yaml"))
    broken["psychographic"][0]["prototype"] = {"novelty": 0.5}
    with pytest.raises(DefinitionError, match="there is no trait 'novelty'"):
        load_personas(broken, traits=load_traits(document("traits.yaml")))


def test_mistakes_in_segments_name_their_place() -> None:
    broken = {"segments": [{"id": "x", "name": {"en": "X"}, "when": {"all": [{"fact": "orders.cont", "op": "eq"}]}}]}
    with pytest.raises(DefinitionError) as caught:
        load_segments(broken)
    assert [(one.path, one.message) for one in caught.value.problems] == [
        ("segments[0].when.all[0].fact", "there is no fact 'orders.cont'; did you mean orders.count?"),
        ("segments[0].when.all[0].value", "eq needs a value"),
    ]
