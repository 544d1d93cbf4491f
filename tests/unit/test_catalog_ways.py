"""What walking every way finds: contradictions where they are; what is filled into texts; the schema for editors."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from service.catalog import conversations
from service.catalog.files import quiz_files
from service.catalog.lint import Finding, lint_quiz
from service.catalog.loader import load_quiz, read_file, read_text
from service.catalog.measures import measure
from service.catalog.quiz_schema import quiz_schema
from service.domain.errors import DefinitionError

QUIZ = """\
id: tea
kind: quiz
title: {en: Tea, ar: شاي}
items:
  - id: cups
    type: number
    min: 0
    max: 20
    text: {en: Cups, ar: أكواب}
    decides: {en: x, ar: س}
  - id: kinds
    type: multiple
    max: 2
    text: {en: Kinds, ar: أنواع}
    decides: {en: x, ar: س}
    options:
      - {id: mint, label: {en: Mint, ar: نعناع}, points: {calm: 1}}
      - {id: sage, label: {en: Sage, ar: مريمية}, points: {calm: 2}}
      - {id: black, label: {en: Black, ar: أسود}, points: {awake: 1}}
  - id: more
    type: short_text
    text: {en: "More than {{answer.cups}}?", ar: "أكثر من {{answer.cups}}؟"}
    decides: {en: x, ar: س}
    when: {fact: answer.cups, op: gte, value: 5}
outcomes:
  - {id: calm, title: {en: Calm, ar: هادئ}, text: {en: C, ar: ه}}
  - {id: awake, title: {en: Awake, ar: يقظ}, text: {en: A, ar: ي}}
fallback: calm
"""
WHEN = "when: {fact: answer.cups, op: gte, value: 5}"


def findings(text: str) -> list[Finding]:
    document, where = read_text(text, "tea.yaml")
    return lint_quiz(load_quiz(document, where), where)


def test_the_quiz_of_these_tests_has_nothing_to_find() -> None:
    assert findings(QUIZ) == []


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("{all: [{fact: answer.cups, op: gt, value: 5}, {fact: answer.cups, op: lt, value: 5}]}", "unreachable-item"),
        ("{fact: answer.kinds, op: all_of, value: [mint, sage, black]}", "unreachable-item"),
        ("{fact: answer.cups, op: gt, value: 20}", "unreachable-item"),
        ("{any: [{fact: answer.cups, op: gte, value: 5}, {fact: answer.cups, op: lt, value: 7}]}",
         "condition-always-holds"),
        ("{all: [{fact: orders.count, op: gt, value: 5}, {fact: orders.count, op: lt, value: 3}]}", "unreachable-item"),
        ("{fact: orders.count, op: gt, value: 5}", "needs-signed-link"),
        ("{all: [{fact: answer.kinds, op: has, value: mint}, {fact: answer.kinds, op: has, value: sage}]}", None),
    ],
)  # fmt: skip
def test_a_condition_that_says_nothing_is_found(when: str, code: str | None) -> None:
    found = [one.code for one in findings(QUIZ.replace(WHEN, f"when: {when}"))]
    assert code in found if code else found == []


def test_an_outcome_that_others_always_beat_is_found() -> None:
    beaten = QUIZ.replace("points: {awake: 1}", "points: {awake: 1, calm: 2}")
    assert [(one.severity, one.code, one.path) for one in findings(beaten)] == [
        ("warning", "outcome-never-won", "outcomes[1]")
    ]


@pytest.mark.parametrize(
    ("there", "instead", "path", "says"),
    [
        ("{{answer.cups}}?", "{{answer.cup}}?", "items[2].text.en", "did you mean answer.cups?"),
        ("en: Cups", 'en: "{{answer.kinds}}"', "items[0].text.en", "asked later than here"),
        ("en: Cups", 'en: "{{customer.first_name}}"', "items[0].text.en", "is not known of everybody"),
        ("en: Cups", 'en: "{{answer.cups"', "items[0].text.en", "braces that are no reference"),
        ("en: Mint", 'en: "{{answer.cups}}"', "items[1].options[0].label.en", "nothing is filled in here"),
    ],
)
def test_a_reference_to_nothing_is_refused(there: str, instead: str, path: str, says: str) -> None:
    document, where = read_text(QUIZ.replace(there, instead, 1), "tea.yaml")
    with pytest.raises(DefinitionError) as refused:
        load_quiz(document, where)
    assert [one.path for one in refused.value.problems] == [path]
    assert says in str(refused.value)


def test_a_language_that_fills_in_less_is_found() -> None:
    found = findings(QUIZ.replace('ar: "أكثر من {{answer.cups}}؟"', "ar: أكثر؟"))
    assert [(one.code, one.path) for one in found] == [("placeholder-mismatch", "items[2].text.ar")]


def test_measures_are_the_same_every_time() -> None:
    quiz = load_quiz(read_text(QUIZ)[0])
    assert measure(quiz) == measure(quiz)
    assert sum(asdict(measure(quiz))["outcomes"].values()) == pytest.approx(1)


def test_the_schema_takes_the_starters_and_refuses_what_is_no_key() -> None:
    validator = Draft202012Validator(json.loads(json.dumps(quiz_schema())))
    for path in quiz_files():
        document, _ = read_file(path)
        assert [error.message for error in validator.iter_errors(document)] == []
    assert list(validator.iter_errors({"id": "x", "kind": "quiz", "items": [], "title": {"en": "x"}, "colour": 1}))


@pytest.mark.parametrize("path", conversations.conversation_files(), ids=lambda path: path.name)
def test_the_starters_lead_where_their_conversations_say(path: Path) -> None:
    assert [str(one) for one in conversations.run(path) if one.problems] == []


def test_a_conversation_that_goes_elsewhere_says_where(tmp_path: Path) -> None:
    (tmp_path / "tea.yaml").write_text(QUIZ, encoding="utf-8")
    held = tmp_path / "tea.test.yaml"
    held.write_text(
        "quiz: tea\nconversations:\n  - name: short\n    say: [{cups: 2}, {kinds: [black]}]\n"
        "    expect: {path: [cups], outcome: calm}\n",
        encoding="utf-8",
    )
    (found,) = conversations.run(held)
    assert found.problems == ("expected path cups, found cups, kinds", "expected outcome calm, found awake")
