"""The commands of the sync: what they print, and how they fail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from service.config import Config
from service.operations import sync
from service.operations.deliveries import deliver_due
from service.operations.health import metrics
from service.runtime import Runtime
from tests.contract.webhook_receiver import Answer, Receiver, receiving

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Shell:
    """Runs commands on the database of a test."""

    def __init__(self, url: str) -> None:
        self.env = {"DATABASE_URL": url, "ALLOW_PRIVATE_DESTINATIONS": "true"}

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(main, words, env=self.env)

    def json(self, *words: str) -> Any:
        result = self.run(*words, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)


@pytest.fixture
def shell(database_url: str) -> Shell:
    return Shell(database_url)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def runtime(database_url: str) -> Iterator[Runtime]:
    made = Runtime(Config(database_url=database_url, allow_private_destinations=True))
    yield made
    made.close()


def change(runtime: Runtime) -> None:
    """A customer whose tags changed, and a try to tell everybody."""
    runtime.forget()
    with runtime.db.write() as db:
        (customer,) = db.insert_returning("customers", ("created_at",), [(1,)])
        sync.enqueue(runtime.context("test"), [sync.CustomerTags(customer, ("a",), (), ("a",), 1)])
    deliver_due(lambda: runtime.context("test"), allow_private=True)


def test_a_webhook_is_added_with_a_secret_that_is_shown_once(shell: Shell, receiver: Receiver) -> None:
    added = shell.json("destinations", "add", "webhook", "--url", receiver.url, "--name", "Email tool")
    assert (added["id"], added["name"], added["status"]) == (1, "Email tool", "active")
    assert added["secret"].startswith("whsec_")
    listed = shell.run("destinations", "list", "--json")
    assert json.loads(listed.stdout)["destinations"][0]["sends_to"] == receiver.url
    assert "whsec_" not in listed.output


def test_a_secret_of_ones_own_is_not_printed(shell: Shell, receiver: Receiver) -> None:
    result = shell.run("destinations", "add", "webhook", "--url", receiver.url, "--secret", SECRET)
    assert result.exit_code == 0
    assert "whsec_" not in result.output


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("destinations", "add", "webhook"), 2, "--url"),
        (("destinations", "add", "webhook", "--url", "ftp://x"), 2, "https://"),
        (("destinations", "add", "webhook", "--url", "https://example.com", "--secret", "x"), 2, "whsec_"),
        (("destinations", "add", "pigeon"), 2, "pigeon"),
        (("destinations", "pause", "nobody"), 1, "nobody"),
        (("deliveries", "retry"), 2, "--dead"),
        (("deliveries", "retry", "1", "--dead"), 2, "--dead"),
        (("deliveries", "retry", "1", "--since", "2026-01-01"), 2, "--dead"),
        (("deliveries", "retry", "999"), 1, "999"),
        (("deliveries", "show", "999"), 1, "999"),
        (("deliveries", "list", "--status", "lost"), 2, "lost"),
    ],
)
def test_a_mistake_is_said_in_one_line(shell: Shell, words: tuple[str, ...], code: int, says: str) -> None:
    result = shell.run(*words)
    assert result.exit_code == code
    assert says in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.output


def test_private_addresses_need_the_setting(shell: Shell) -> None:
    shell.env["ALLOW_PRIVATE_DESTINATIONS"] = "false"
    result = shell.run("destinations", "add", "webhook", "--url", "https://127.0.0.1/hook")
    assert result.exit_code == 2
    assert "ALLOW_PRIVATE_DESTINATIONS" in result.stderr


def test_a_destination_is_paused_resumed_and_removed(shell: Shell) -> None:
    shell.run("destinations", "add", "dry-run", "--name", "rehearsal")
    assert [
        shell.json("destinations", command, "rehearsal")["status"]
        for command in ("pause", "resume", "remove", "resume")
    ] == ["paused", "active", "disabled", "active"]


def test_a_test_message_says_what_the_receiver_answered(shell: Shell, receiver: Receiver) -> None:
    shell.run("destinations", "add", "webhook", "--url", receiver.url)
    assert shell.json("destinations", "test", "1")["status"] == 204
    receiver.otherwise = Answer(500)
    result = shell.run("destinations", "test", "1", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["outcome"] == "failed"


def test_what_was_given_up_is_listed_shown_and_sent_again(shell: Shell, receiver: Receiver, runtime: Runtime) -> None:
    shell.run("destinations", "add", "webhook", "--url", receiver.url, "--name", "tool")
    receiver.otherwise = Answer(422, body=b"no such list")
    change(runtime)
    (dead,) = shell.json("deliveries", "list", "--status", "dead")["deliveries"]
    assert (dead["customer_id"], dead["destination"], dead["last_status"]) == ("c_1", "tool", 422)
    shown = shell.json("deliveries", "show", str(dead["id"]))
    assert [(each["outcome"], each["answer"]) for each in shown["tries"]] == [("refused", "no such list")]
    status = shell.json("sync", "status")
    assert (status["pending"], status["dead"], status["destinations"][0]["dead"]) == (0, 1, 1)
    assert "tool" in shell.run("sync", "status").stdout
    assert "dead" in shell.run("deliveries", "list").stdout

    assert shell.json("deliveries", "retry", "--dead", "--since", "2999-01-01") == {"retried": 0}
    assert shell.json("deliveries", "retry", "--dead", "--destination", "tool") == {"retried": 1}
    assert shell.json("deliveries", "retry", str(dead["id"])) == {"retried": 1}
    receiver.otherwise = Answer()
    deliver_due(lambda: runtime.context("test"), allow_private=True)
    assert shell.json("sync", "status")["delivered_last_hour"] == 1


def test_before_there_is_a_destination_the_next_step_is_said(shell: Shell) -> None:
    for words in (("destinations", "list"), ("sync", "status")):
        result = shell.run(*words)
        assert result.exit_code == 0
        assert "firasa destinations add webhook" in result.stderr


def test_a_new_secret_is_given_out(shell: Shell, receiver: Receiver) -> None:
    first = shell.json("destinations", "add", "webhook", "--url", receiver.url)
    second = shell.json("destinations", "rotate", "1")
    assert second["secret"].startswith("whsec_")
    assert second["secret"] != first["secret"]


def test_metrics_are_read_from_the_database(shell: Shell, receiver: Receiver, runtime: Runtime) -> None:
    shell.run("destinations", "add", "webhook", "--url", receiver.url, "--name", "tool")
    change(runtime)
    body, _ = metrics(runtime.context("metrics"))
    lines = body.decode().splitlines()
    assert 'firasa_delivery_attempts_total{outcome="delivered"} 1.0' in lines
    assert 'firasa_deliveries_pending{destination="tool",status="active"} 0.0' in lines
    assert "firasa_outbox_dwell_seconds_count 1.0" in lines


@pytest.mark.parametrize(
    "words",
    [
        ("destinations", "add", "webhook"),
        ("destinations", "add", "dry-run"),
        *(("destinations", word) for word in ("list", "pause", "resume", "remove", "rotate", "test")),
        *(("deliveries", word) for word in ("list", "show", "retry")),
        ("sync", "status"),
        ("worker",),
    ],
)
def test_every_help_has_an_example(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, [*words, "--help"])
    assert result.exit_code == 0
    assert f"firasa {' '.join(words)}" in result.output
