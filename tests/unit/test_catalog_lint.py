"""What linting finds in quizzes that are legal, and in vocabulary and segment files."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.catalog.file_lint import lint_files
from service.catalog.lint import Finding, lint_quiz, longest_path, publishable
from service.catalog.loader import load_quiz, load_vocabulary, read_text

QUIZ = """\
id: tea
kind: survey
title: {en: Tea, ar: شاي}
items:
  - id: mood
    type: single
    text: {en: Mood, ar: المزاج}
    decides: {en: The tea, ar: الشاي}
    options:
      - id: calm
        label: {en: Calm, ar: هادئ}
        points: {mint: 2}
        scores: {simplicity: 1}
      - id: tired
        label: {en: Tired, ar: متعب}
        points: {black: 1}
        votes: {leaf: 1}
        synonyms: {en: [sleepy], ar: [نعسان]}
  - id: sugar
    type: yes_no
    text: {en: Sugar, ar: سكر}
    decides: {en: The jar, ar: العلبة}
outcomes:
  - id: mint
    persona: purist
    title: {en: Mint, ar: نعناع}
    text: {en: Fresh., ar: منعش.}
  - id: black
    title: {en: Black, ar: أسود}
    text: {en: Strong., ar: قوي.}
fallback: mint
products:
  - id: leaf
    name: {en: Leaves, ar: أوراق}
"""


def findings(text: str) -> list[Finding]:
    document, where = read_text(text, "tea.yaml")
    return lint_quiz(load_quiz(document, where), where, load_vocabulary())


def test_the_quiz_of_these_tests_has_no_findings() -> None:
    assert findings(QUIZ) == []


@pytest.mark.parametrize(
    ("there", "instead", "severity", "code", "line", "path", "message"),
    [
        (
            "{simplicity: 1}", "{simplicity2: 1}", "error", "unknown-trait", 13,
            "items[0].options[0].scores.simplicity2", "did you mean simplicity?",
        ),
        ("purist", "pureist", "error", "unknown-persona", 25, "outcomes[0].persona", "did you mean purist?"),
        (
            "  - id: sugar", "    goto:\n      - to: end\n  - id: sugar", "error", "unreachable-item", 21,
            "items[1]", "nobody gets to 'sugar'",
        ),
        (
            "  - id: sugar", "    goto:\n      - to: sugar\n      - to: end\n  - id: sugar", "warning",
            "rule-never-used", 21, "items[0].goto[1]", "rule 1 before it has no condition",
        ),
        ("{black: 1}", "{mint: 1}", "error", "outcome-never-wins", 28, "outcomes[1]", "'black' can never win"),
        (
            "{black: 1}", "{black: 1}\n        excludes: [black]", "error", "exclude-contradiction", 17,
            "items[0].options[1].excludes[0]", "gives points to 'black' and excludes it",
        ),
        (
            "{leaf: 1}", "{leaf: 1}\n        excludes: [leaf]", "error", "exclude-contradiction", 18,
            "items[0].options[1].excludes[0]", "gives votes to 'leaf' and excludes it",
        ),
        (
            "votes: {leaf: 1}", "tags: [x]", "warning", "product-never-recommended", 33, "products[0]",
            "'leaf' is never recommended",
        ),
        (
            "label: {en: Calm, ar: هادئ}", "label: {en: Calm}", "warning", "missing-translation", 11,
            "items[0].options[0].label", "no text in 'ar'",
        ),
        (
            "    decides: {en: The jar, ar: العلبة}\n", "", "warning", "decides-nothing", 19, "items[1]",
            "does not say what it decides",
        ),
        (
            "[sleepy]", "[CALM]", "warning", "same-words", 18, "items[0].options[1].synonyms.en[0]",
            "'CALM' also stands for 'calm'",
        ),
    ],
)  # fmt: skip
def test_a_finding_names_its_place(
    there: str, instead: str, severity: str, code: str, line: int, path: str, message: str
) -> None:
    assert there in QUIZ
    found = [one for one in findings(QUIZ.replace(there, instead, 1)) if one.code == code]
    assert [(one.severity, one.file, one.line, one.path) for one in found] == [(severity, "tea.yaml", line, path)]
    assert message in found[0].message


def test_a_long_survey_is_advised_against_and_branches_are_counted_once() -> None:
    more = "".join(
        f"  - id: q{i}\n    type: yes_no\n    text: {{en: Q{i}, ar: س}}\n    decides: {{en: x, ar: س}}\n"
        for i in range(6)
    )
    long = QUIZ.replace("outcomes:", more + "outcomes:", 1)
    assert [one.code for one in findings(long)] == ["too-many-questions", "long"]
    branching = long.replace("  - id: sugar", "    goto:\n      - to: q2\n  - id: sugar", 1)
    assert longest_path(load_quiz(*read_text(branching))) == 5


def test_an_outcome_with_a_condition_needs_no_points() -> None:
    conditional = QUIZ.replace("{black: 1}", "{mint: 1}").replace(
        "  - id: black\n", '  - id: black\n    when: {fact: answer.sugar, op: eq, value: "yes"}\n'
    )
    assert findings(conditional) == []


def test_only_errors_keep_a_quiz_from_being_published() -> None:
    untranslated = load_quiz(*read_text(QUIZ.replace("{en: Calm, ar: هادئ}", "{en: Calm}")))
    assert publishable(untranslated, load_vocabulary()) == []
    never = load_quiz(*read_text(QUIZ.replace("{black: 1}", "{mint: 1}")))
    assert [one.path for one in publishable(never, load_vocabulary())] == ["outcomes[1]"]


# files ---------------------------------------------------------------------------------------------------------------


def lint_text(folder: Path, **texts: str) -> list[str]:
    paths = []
    for name, text in texts.items():
        paths.append(folder / f"{name}.yaml")
        paths[-1].write_text(text, encoding="utf-8")
    return [f"{Path(one.file).name}:{one.line} {one.message}" for one in lint_files(paths).findings]


SEGMENT = """\
segments:
  - id: tea-people
    name: {en: Tea people, ar: أهل الشاي}
    when: {fact: %s, op: eq, value: %s}
"""


@pytest.mark.parametrize(
    ("fact", "value", "finding"),
    [
        ("answer.tea.mood", "calm", None),
        ("answer.other.mood", "calm", None),
        ("answer.tea.mod", "calm", "did you mean answer.tea.mood?"),
        ("answer.tea.mood", "clam", "answer.tea.mood is never 'clam'; did you mean calm?"),
        ("outcome.tea", "mind", "outcome.tea is never 'mind'; did you mean mint?"),
        ("persona.psychographic", "purest", "did you mean purist?"),
        ("rfm.group", "champion", "did you mean champions?"),
        ("trait.simplicity2", "1", "did you mean trait.simplicity?"),
        ("orders.cuont", "1", "did you mean orders.count?"),
    ],
)
def test_segments_are_checked_against_the_quizzes_beside_them(
    tmp_path: Path, fact: str, value: str, finding: str | None
) -> None:
    found = lint_text(tmp_path, tea=QUIZ, segments=SEGMENT % (fact, value))
    assert len(found) == (finding is not None)
    if finding is not None:
        assert found[0].startswith("segments.yaml:4 ")
        assert finding in found[0]


def test_the_vocabulary_beside_a_file_counts(tmp_path: Path) -> None:
    trait = "traits:\n  - id: thirst\n" + "".join(
        f"    {key}: {{en: {key}, ar: {key}}}\n" for key in ("name", "description", "low", "high")
    )
    found = lint_text(tmp_path, traits=trait, tea=QUIZ)
    assert any("there is no trait 'simplicity' in traits.yaml" in one for one in found)


def test_wrong_files_of_all_kinds_are_reported_together(tmp_path: Path) -> None:
    found = lint_text(
        tmp_path,
        one=QUIZ.replace("kind: survey", "kind: surway"),
        two=QUIZ.replace("  - id: sugar", "  - id: mood"),
        three="colour: red",
        four="{",
        segments=SEGMENT % ("answer.tea.mood", "calm") + "    tag: Bad Tag\n",
    )
    assert len(found) == 5
    assert {one.split(":")[0] for one in found} == {"one.yaml", "two.yaml", "three.yaml", "four.yaml", "segments.yaml"}


def test_two_files_with_one_quiz_id_are_an_error(tmp_path: Path) -> None:
    assert lint_text(tmp_path, a=QUIZ, b=QUIZ) == ["b.yaml:1 the quiz id 'tea' is taken by another of these files"]
