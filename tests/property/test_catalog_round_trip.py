"""A quiz written as YAML or JSON and read again is the same quiz: the starters, and the starters changed at random."""

from __future__ import annotations

import copy
import json
import random
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.catalog.export import dump_yaml
from service.catalog.files import quiz_files
from service.catalog.loader import canonical, digest, load_quiz, quiz_document, read_file, read_text
from service.domain.quiz import Quiz

NAMES = ("after-purchase", "shopping-style", "skin-match")


@lru_cache(maxsize=1)
def starters() -> dict[str, dict[str, Any]]:
    """The starters' documents as written in their files, by id."""
    documents = [read_file(path)[0] for path in quiz_files()]
    return {one["id"]: one for one in documents if isinstance(one, dict)}


def same_again(quiz: Quiz) -> None:
    assert load_quiz(quiz_document(quiz)) == quiz
    assert load_quiz(json.loads(canonical(quiz))) == quiz
    written = dump_yaml(quiz)
    again = load_quiz(*read_text(written))
    assert again == quiz
    assert dump_yaml(again) == written
    assert digest(again) == digest(quiz)


@pytest.mark.parametrize("name", NAMES)
def test_a_starter_is_the_same_after_writing_and_reading(name: str) -> None:
    same_again(load_quiz(starters()[name]))


@pytest.mark.parametrize("name", NAMES)
def test_a_starter_says_the_same_as_its_export(name: str) -> None:
    """Nothing of the file is lost: what the export lacks are only values that are so by default."""
    exported = quiz_document(load_quiz(starters()[name]))
    assert without_defaults(exported) == without_defaults(starters()[name])


def without_defaults(document: Any) -> Any:
    if isinstance(document, dict):
        kept = {key: without_defaults(value) for key, value in document.items()}
        return {key: value for key, value in kept.items() if (key, value) not in (("required", True), ("recommend", 3))}
    return [without_defaults(one) for one in document] if isinstance(document, list) else document


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=80).filter(
    lambda text: text.strip() != ""
)
TRICKY = st.sampled_from(
    ["yes", "no", "~", "null", "1e5", "0x1F", "2026-06-01", "- a", "a: b", "#c", "'", '"', "{}", "ok\nthen", "مرحبًا ‏1"]
)


@settings(max_examples=50)
@given(st.integers(0, 2**32), st.lists(st.one_of(TEXTS, TRICKY), min_size=6, max_size=6))
def test_a_quiz_changed_at_random_is_the_same_after_writing_and_reading(seed: int, texts: list[str]) -> None:
    document = copy.deepcopy(EVERYTHING)
    change(document, random.Random(seed), texts)
    same_again(load_quiz(document))


@settings(max_examples=4)
@given(st.sampled_from(NAMES), st.integers(0, 2**32), st.lists(st.one_of(TEXTS, TRICKY), min_size=6, max_size=6))
def test_a_starter_changed_at_random_is_the_same_after_writing_and_reading(
    name: str, seed: int, texts: list[str]
) -> None:
    document = copy.deepcopy(starters()[name])
    change(document, random.Random(seed), texts)
    same_again(load_quiz(document))


def both(text: str) -> dict[str, str]:
    return {"en": text, "ar": f"{text} عربي"}


EVERYTHING: dict[str, Any] = {
    "id": "everything",
    "kind": "quiz",
    "languages": ["ar", "en"],
    "title": both("Title"),
    "items": [
        {
            "id": "one",
            "type": "single",
            "text": both("One?"),
            "options": [
                {"id": "a", "label": both("A"), "points": {"x": 2, "y": -1}, "votes": {"p": 3}, "tags": ["is-a"]},
                {"id": "b", "label": both("B"), "excludes": ["x", "p"], "scores": {"simplicity": 0.5}},
            ],
            "goto": [{"when": {"fact": "answer.one", "op": "eq", "value": "a"}, "to": "three"}, {"to": "two"}],
        },
        {
            "id": "two",
            "type": "multiple",
            "min": 0,
            "max": 2,
            "required": False,
            "text": both("Two?"),
            "help": both("Why"),
            "options": [
                {"id": "c", "label": both("C")},
                {"id": "d", "label": both("D")},
                {"id": "none", "label": both("None"), "exclusive": True},
            ],
        },
        {
            "id": "three",
            "type": "rating",
            "min": 0,
            "max": 10,
            "text": both("Three?"),
            "low": both("Low"),
            "high": both("High"),
            "scores": {"simplicity": -1.5},
            "when": {
                "any": [
                    {"not": {"fact": "answer.two", "op": "has", "value": "c"}},
                    {"all": [{"fact": "answer.one", "op": "in", "value": ["a", "b"]}]},
                    {"fact": "answer.two", "op": "exists", "value": False},
                ]
            },
        },
        {"id": "four", "type": "number", "min": -5, "max": 5, "text": both("Four?"), "scores": {"simplicity": 2}},
        {"id": "five", "type": "yes_no", "text": both("Five?")},
        {"id": "six", "type": "yes_no", "text": both("Six?"), "options": [{"id": "no", "points": {"y": 1}}]},
        {"id": "seven", "type": "statement", "text": both("Seven.")},
        {"id": "eight", "type": "long_text", "max": 500, "text": both("Eight?"), "goto": [{"to": "end"}]},
    ],
    "outcomes": [
        {"id": "x", "title": both("X"), "text": both("XX"), "persona": "purist", "products": ["p"]},
        {
            "id": "y",
            "title": both("Y"),
            "text": both("YY"),
            "when": {"fact": "answer.four", "op": "gte", "value": 2.5},
        },
    ],
    "fallback": "x",
    "recommend": 0,
    "products": [
        {"id": "p", "name": both("P"), "price": "1.250", "currency": "KWD", "image": "jar", "url": "/p"},
        {"id": "q", "name": both("Q")},
    ],
    "contact": {"channels": ["phone"], "text": both("Write?"), "consent": {"sms": both("Yes")}},
    "thanks": both("Thanks"),
}


def test_everything_is_the_same_after_writing_and_reading() -> None:
    same_again(load_quiz(EVERYTHING))
    assert without_defaults(quiz_document(load_quiz(EVERYTHING)))["items"][0] == EVERYTHING["items"][0]


def change(document: dict[str, Any], dice: random.Random, texts: list[str]) -> None:
    """Other words, weights and tags in a few places, optional keys left out, options in another order."""
    for text in texts:
        item = dice.choice(document["items"])
        item["text"][dice.choice(["en", "ar"])] = text
        for key in dice.sample(["help", "decides", "low", "high"], 2):
            item.pop(key, None)
        for option in item.get("options", ()):
            if "label" in option:
                option["label"]["en"] = dice.choice(texts)
            option["scores"] = {"simplicity": dice.choice([-1.5, 0.25, 1, 2])}
            option["synonyms"] = {"ar": [dice.choice(texts)]}
            for key in dice.sample(["points", "votes", "tags", "exclusive"], 2):
                option.pop(key, None)
        dice.shuffle(item.get("options", []))
    for product in document.get("products", ()):
        if "price" in product:
            product["price"] = f"{dice.randint(0, 99999) / 100:.2f}"
    if dice.random() < 0.3:
        document.pop("contact", None)
