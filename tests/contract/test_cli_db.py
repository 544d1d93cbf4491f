"""`firasa db`: what operators run by hand and from cron."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.store.database import open_database

PURCHASES = ["orders", "order_days", "units", "gross", "discount", "discounted_orders"]
PURCHASES += ["refunded", "net_revenue", "cost", "costed_revenue", "costed_orders"]


def run(*arguments: str, url: str) -> Result:
    return CliRunner().invoke(main, ["db", *arguments], env={"DATABASE_URL": url})


def test_migrate_tells_what_it_did_and_does_nothing_twice(unmigrated_url: str) -> None:
    first = run("migrate", "--json", url=unmigrated_url)
    assert first.exit_code == 0, first.output
    assert json.loads(first.stdout)["applied"][0] == "0001_initial"
    second = run("migrate", url=unmigrated_url)
    assert "is up to date" in second.stdout
    assert json.loads(run("migrate", "--json", url=unmigrated_url).stdout) == {"applied": []}


def test_check_exits_0_when_sound_and_1_with_a_sentence_when_not(database_url: str, unmigrated_url: str) -> None:
    sound = run("check", "--json", url=database_url)
    assert (sound.exit_code, json.loads(sound.stdout)) == (0, {"ok": True, "problems": []})
    unmigrated = run("check", url=unmigrated_url)
    assert unmigrated.exit_code == 1
    assert "firasa db migrate" in unmigrated.stderr


def test_a_backup_goes_out_and_comes_back(database_url: str, unmigrated_url: str, tmp_path: Path) -> None:
    db = open_database(database_url)
    with db.write():
        db.insert_rows("customers", ("first_name", "created_at"), [("سارة", 1)])
    db.close()
    file = str(tmp_path / "shop.backup")
    made = run("backup", file, "--json", url=database_url)
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout)["tables"]["customers"] == 1
    restored = run("restore", file, url=unmigrated_url)
    assert restored.exit_code == 0, restored.output
    assert "Restored and verified: 3 rows of" in restored.stdout
    again = run("restore", file, url=unmigrated_url)
    assert again.exit_code == 1
    assert "--force" in again.stderr
    assert run("restore", file, "--force", url=unmigrated_url).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["backup"], "FILE"), (["restore", "no such file"], "does not exist"), (["migrate", "--jsno"], "--json")],
)
def test_bad_use_exits_2_and_says_why(sqlite_url: str, arguments: list[str], says: str) -> None:
    result = run(*arguments, url=sqlite_url)
    assert result.exit_code == 2
    assert says in result.stderr


def test_a_backup_that_exists_is_not_overwritten(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "shop.backup"
    file.write_text("precious")
    result = run("backup", str(file), url=sqlite_url)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert file.read_text() == "precious"


def test_purchases_that_are_not_the_sum_of_the_orders_are_found(database_url: str) -> None:
    db = open_database(database_url)
    with db.write():
        customer = db.insert_returning("customers", ("created_at",), [(1,)])[0]
        db.insert_rows("purchases", ("customer_id", *PURCHASES), [(customer, *[3] * len(PURCHASES))])
    db.close()
    result = run("check", url=database_url)
    assert result.exit_code == 1
    assert "not the sum of its orders" in result.stderr
