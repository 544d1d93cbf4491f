"""`firasa quizzes`: answers on stdout, errors as lines with file, line and path, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.catalog.loader import read_text
from service.cli import main

QUIZ = """\
id: tea
kind: quiz
title: {en: Tea, ar: شاي}
items:
  - id: mood
    type: yes_no
    text: {en: Calm, ar: هدوء}
    decides: {en: The tea, ar: الشاي}
"""


@pytest.fixture
def cli(sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CliRunner:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("SECRET_KEY", "a-key-for-tests-that-is-long-enough-0123456789")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tea.yaml").write_text(QUIZ, encoding="utf-8")
    return CliRunner()


def firasa(cli: CliRunner, *words: str) -> Result:
    return cli.invoke(main, ["quizzes", *words])


def test_the_starters_lint_clean(cli: CliRunner) -> None:
    result = firasa(cli, "lint", "--strict", "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert (found["ok"], found["errors"], found["warnings"]) == (True, 0, 0)
    assert {one["severity"] for one in found["findings"]} <= {"advice"}
    assert found["measures"]["skin-match"]["usual"] in (5, 6, 7)


def test_errors_end_lint_with_1_and_name_file_line_and_path(cli: CliRunner) -> None:
    Path("tea.yaml").write_text(QUIZ.replace("yes_no", "yesno"), encoding="utf-8")
    result = firasa(cli, "lint", "tea.yaml")
    assert result.exit_code == 1
    assert result.stdout.startswith("tea.yaml:6: error: items[0].type: 'yesno' is not one of")
    assert result.stderr == "1 file: 1 error, 0 warnings.\n"
    found = json.loads(firasa(cli, "lint", "tea.yaml", "--json").stdout)["findings"][0]
    assert {key: found[key] for key in ("severity", "file", "line", "path")} == {
        "severity": "error",
        "file": "tea.yaml",
        "line": 6,
        "path": "items[0].type",
    }


def test_warnings_are_advice_unless_strict(cli: CliRunner) -> None:
    Path("tea.yaml").write_text(QUIZ.replace(", ar: شاي", ""), encoding="utf-8")
    assert firasa(cli, "lint", "tea.yaml").exit_code == 0
    assert firasa(cli, "lint", "tea.yaml", "--strict").exit_code == 1


def test_publish_list_and_export(cli: CliRunner) -> None:
    assert json.loads(firasa(cli, "publish", "tea.yaml", "--json").stdout) == {
        "quizzes": [{"id": "tea", "version": 1, "change": "new"}]
    }
    assert "unchanged" in firasa(cli, "publish", "tea.yaml").stdout
    listed = json.loads(firasa(cli, "list", "--json").stdout)["quizzes"]
    assert [(one["id"], one["owner"], one["version"], one["title"]["ar"]) for one in listed] == [
        ("tea", "file", 1, "شاي")
    ]
    exported = firasa(cli, "export", "tea")
    assert read_text(exported.stdout)[0]["title"] == {"en": "Tea", "ar": "شاي"}  # type: ignore[index]
    assert json.loads(firasa(cli, "export", "tea", "--json").stdout)["id"] == "tea"


def test_publishing_nothing_named_publishes_the_starters(cli: CliRunner) -> None:
    rows = json.loads(firasa(cli, "publish", "--json").stdout)["quizzes"]
    assert [row["id"] for row in rows] == ["after-purchase", "shopping-style", "skin-match"]


def test_a_wrong_file_is_not_published(cli: CliRunner) -> None:
    Path("tea.yaml").write_text(QUIZ.replace("yes_no", "yesno"), encoding="utf-8")
    result = firasa(cli, "publish", "tea.yaml")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: tea.yaml:6: items[0].type: 'yesno' is not one of")
    assert json.loads(firasa(cli, "list", "--json").stdout) == {"quizzes": []}


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["publish", "missing.yaml"], 2, "does not exist"),
        (["export"], 2, "Missing argument"),
        (["export", "coffee"], 1, "Error: there is no quiz 'coffee'"),
        (["export", "tea", "--version", "0"], 2, "--version"),
        (["brew"], 2, "No such command"),
    ],
)
def test_bad_use_is_2_and_failure_is_1(cli: CliRunner, words: list[str], code: int, message: str) -> None:
    result = firasa(cli, *words)
    assert result.exit_code == code
    assert message in result.stderr


@pytest.mark.parametrize("command", ["lint", "publish", "export", "list"])
def test_every_help_has_an_example(cli: CliRunner, command: str) -> None:
    assert f"firasa quizzes {command}" in firasa(cli, command, "--help").stdout


def test_the_matrix_goes_out_to_a_spreadsheet_and_back_into_a_file(cli: CliRunner) -> None:
    table = firasa(cli, "matrix", "export", "tea.yaml").stdout
    assert table.startswith("\ufeffitem,option,question,answer,")
    Path("m.csv").write_text("item,option,tags\nmood,yes,calm\n", encoding="utf-8")
    looked = firasa(cli, "matrix", "import", "tea.yaml", "m.csv", "--dry-run", "--json")
    assert json.loads(looked.stdout) == {
        "changes": [{"item": "mood", "option": "yes", "column": "tags", "before": "", "after": "calm"}],
        "written": False,
    }
    assert Path("tea.yaml").read_text(encoding="utf-8") == QUIZ
    taken = firasa(cli, "matrix", "import", "tea.yaml", "m.csv")
    assert taken.stdout == "mood/yes tags: nothing -> calm\n"
    assert firasa(cli, "lint", "tea.yaml").exit_code == 0
    Path("m.csv").write_text("item,option,tags\nmood,maybe,calm\n", encoding="utf-8")
    refused = firasa(cli, "matrix", "import", "tea.yaml", "m.csv")
    assert (refused.exit_code, "B2: 'mood' has no option 'maybe'" in refused.stderr) == (1, True)


def test_conversations_are_held_and_where_they_go_is_said(cli: CliRunner) -> None:
    held = "quiz: tea\nconversations:\n  - {name: calm, say: [{mood: 'yes'}], expect: {path: [mood], next: null}}\n"
    Path("tea.test.yaml").write_text(held, encoding="utf-8")
    assert firasa(cli, "test", "tea.test.yaml").exit_code == 0
    Path("tea.test.yaml").write_text(held.replace("next: null", "tags: [x]"), encoding="utf-8")
    result = firasa(cli, "test", "tea.test.yaml")
    assert (result.exit_code, result.stdout) == (1, "tea.test.yaml:3: calm: expected tags x, found none\n")


def test_a_funnel_and_the_quiet_days_are_shown(cli: CliRunner) -> None:
    assert cli.invoke(main, ["db", "migrate"]).exit_code == 0
    assert firasa(cli, "publish", "tea.yaml").exit_code == 0
    found = json.loads(firasa(cli, "funnel", "tea", "--json").stdout)
    assert (found["quiz"], found["views"], found["items"]) == ("tea", 0, [])
    assert firasa(cli, "quiet-days", "2.5").stdout == "2.5 days\n"
    assert json.loads(firasa(cli, "quiet-days", "--json").stdout) == {"quiet_days": 2.5}
    assert firasa(cli, "why", "c_1").exit_code == 1
