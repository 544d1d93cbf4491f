"""``firasa personas`` as a person at a terminal, or a script, meets it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner, Result

from service.cli import main
from service.config import Config
from service.runtime import Runtime
from service.store.database import Database

PERSONAS = {
    "careful_planner": "price_sensitivity",
    "explorer": "novelty_seeking",
    "purist": "ingredient_care",
    "connoisseur": "status_seeking",
    "caregiver": "care_for_others",
    "minimalist": "simplicity",
}


@pytest.fixture(autouse=True)
def _shop(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setattr("service.ml.training.STRENGTHS", (0.3,))


def firasa(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["personas", *arguments])


def answer(*arguments: str) -> Any:
    result = firasa(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def labelled_shop(db: Database, folder: Path, each: int = 20) -> Path:
    """Customers with traits, and a file that says who they are."""
    lines = ["customer,persona\n"]
    with db.write() as open_db:
        for position, persona in enumerate([one for one in PERSONAS for _ in range(each)]):
            (customer_id,) = open_db.insert_returning("customers", ("created_at",), [(1,)])
            row = (customer_id, "shop", "csv", f"S{position}", "verified", 1)
            open_db.insert_rows("identities", ("customer_id", "kind", "source", "value", "proof", "created_at"), [row])
            wobble = ((position * 37) % 11 - 5) / 20
            traits = [
                (customer_id, f"trait.{trait}", (0.7 if trait == PERSONAS[persona] else -0.1) + wobble, 1)
                for trait in PERSONAS.values()
            ]
            open_db.insert_rows("facts", ("customer_id", "name", "number", "since_at"), traits)
            lines.append(f"S{position},{persona}\n")
    file = folder / "labels.csv"
    file.write_text("".join(lines), encoding="utf-8")
    return file


def test_from_labels_to_a_version_in_use_and_back(sqlite_db: Database, tmp_path: Path) -> None:
    file = labelled_shop(sqlite_db, tmp_path)
    trained = answer("train", "--labels", str(file))
    assert (trained["version"], trained["status"]) == (1, "candidate")
    assert trained["labels"] == dict.fromkeys(PERSONAS, 20)
    assert list(trained["evaluation"]["classifiers"]) == ["trained", "prototypes", "majority"]

    assert answer("activate", "1") == {"active": 1}
    listed = answer("list")
    assert listed["active"] == 1
    assert [(one["version"], one["status"]) for one in listed["models"]] == [(1, "active")]
    assert answer("show")["source"] == "trained"
    assert answer("rollback") == {"active": 0}
    assert answer("show")["source"] == "prototype"


def test_training_can_put_the_new_version_to_use_at_once(sqlite_db: Database, tmp_path: Path) -> None:
    file = labelled_shop(sqlite_db, tmp_path)
    assert answer("train", "--labels", str(file), "--activate")["status"] == "active"
    judged = answer("evaluate")
    assert (judged["version"], judged["fresh_labels"], judged["fresh"]) == (1, 0, None)
    assert judged["evaluation"]["customers"] == 120


def test_people_get_tables_and_notes_stay_off_stdout(sqlite_db: Database, tmp_path: Path) -> None:
    trained = firasa("train", "--labels", str(labelled_shop(sqlite_db, tmp_path)))
    assert trained.exit_code == 0
    assert "prototypes\t" in trained.stdout
    assert "Labels: 120 new" not in trained.stdout
    assert "To use it: firasa personas activate 1" in trained.stderr
    shown = firasa("show", "1").stdout
    assert "trait.simplicity\t+" in shown


def test_too_few_labels_are_one_clear_line_and_exit_code_1(sqlite_db: Database, tmp_path: Path) -> None:
    result = firasa("train", "--labels", str(labelled_shop(sqlite_db, tmp_path, each=3)))
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith(
        "Error: training needs at least 20 labelled customers with answers for each persona; careful_planner has 3"
    )
    assert answer("list") == {"active": 0, "models": []}


def test_a_file_with_bad_lines_is_refused_unless_they_may_be_left_out(sqlite_db: Database, tmp_path: Path) -> None:
    file = labelled_shop(sqlite_db, tmp_path)
    file.write_text(file.read_text() + "S9999,purist\n")
    refused = firasa("train", "--labels", str(file))
    assert refused.exit_code == 1
    assert "line 122: 'S9999': there is no such customer" in refused.stderr
    taken = firasa("train", "--labels", str(file), "--skip-bad", "--json")
    assert taken.exit_code == 0
    assert "120 new, 0 known already, 1 left out" in taken.stderr


def test_a_file_that_is_no_text_is_refused(sqlite_db: Database, tmp_path: Path) -> None:
    file = tmp_path / "labels.csv"
    file.write_bytes(b"customer,persona\nS1,\xff\xfe\n")
    result = firasa("train", "--labels", str(file))
    assert (result.exit_code, result.stderr) == (1, "Error: labels.csv is not UTF-8 text; save it as CSV UTF-8\n")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("activate", "7"), 1, "there is no persona model 7"),
        (("show", "7"), 1, "there is no persona model 7"),
        (("rollback",), 1, "there is nothing to go back to"),
        (("activate", "latest"), 2, "'latest' is not a valid integer"),
        (("activate",), 2, "Missing argument 'VERSION'"),
        (("train", "--labels", "nowhere.csv"), 2, "'nowhere.csv' does not exist"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(arguments: tuple[str, ...], code: int, message: str) -> None:
    result = firasa(*arguments)
    assert result.exit_code == code
    assert message in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("command", ["train", "evaluate", "activate", "rollback", "list", "show"])
def test_every_command_shows_an_example(command: str) -> None:
    assert f"firasa personas {command}" in firasa(command, "--help").stdout


def test_models_that_another_release_wrote_stop_nothing_and_are_named(sqlite_db: Database, sqlite_url: str) -> None:
    with sqlite_db.write() as db:
        for kind in ("psychographic", "rfm"):
            row = (kind, 1, "active", json.dumps({"kind": kind, "format": 99}), 1, 1)
            db.insert_rows("models", ("kind", "version", "status", "body", "created_at", "activated_at"), [row])
    with structlog.testing.capture_logs() as logs:
        rules = Runtime(Config(database_url=sqlite_url)).context().definitions.rules
    assert rules.psychographic is not None
    assert rules.psychographic.source == "prototype"
    assert rules.rfm is None
    assert [log["event"] for log in logs] == ["model_unreadable", "model_unreadable"]
    shown = firasa("show")
    assert shown.exit_code == 1
    assert "has format 99, this release reads format 1" in shown.stderr
    assert answer("rollback") == {"active": 0}
