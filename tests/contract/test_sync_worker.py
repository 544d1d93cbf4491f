"""The worker: everything it does again and again, how it stops, and that one failing job stops no other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.config import Config
from service.operations import destinations, profiles, sync
from service.runtime import Runtime
from service.worker import Job, _keep_doing, run
from tests.contract.sync_world import SECRET
from tests.contract.webhook_receiver import Answer, Receiver, receiving


def until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture
def runtime(database_url: str) -> Iterator[Runtime]:
    made = Runtime(Config(database_url=database_url, allow_private_destinations=True))
    yield made
    made.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@contextmanager
def working(runtime: Runtime) -> Iterator[threading.Event]:
    stop = threading.Event()
    thread = threading.Thread(target=run, args=(runtime, stop))
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(timeout=10)
        assert not thread.is_alive()


def add_webhook(runtime: Runtime, receiver: Receiver, name: str = "tool") -> int:
    given = {"url": receiver.url, "secret": SECRET}
    return destinations.add(runtime.context("test"), "webhook", given, name=name, allow_private=True).destination.id


def add_customers(runtime: Runtime, number: int) -> list[int]:
    with runtime.db.write() as db:
        return db.insert_returning("customers", ("created_at",), [(1,)] * number)


def change(runtime: Runtime, customers: list[int], sequence: int = 1) -> None:
    ctx = runtime.context("test")
    with runtime.db.write():
        sync.enqueue(ctx, [sync.CustomerTags(each, ("a",), (), ("a",), sequence) for each in customers])


def test_changes_arrive(runtime: Runtime, receiver: Receiver) -> None:
    add_webhook(runtime, receiver)
    runtime.forget()
    customers = add_customers(runtime, 40)
    with working(runtime):
        time.sleep(0.5)
        change(runtime, customers)
        until(lambda: len(receiver.received) == 40)
        until(lambda: sync.status(runtime.context()).pending == 0)


def test_profiles_that_are_due_are_looked_at_again(runtime: Runtime) -> None:
    customers = add_customers(runtime, 60)
    with runtime.db.write():
        profiles.ask(runtime.context("test"), customers, 1)
    with working(runtime):
        until(lambda: profiles.count_due(runtime.context()) == 0)


def test_a_destination_that_hangs_holds_up_no_other(runtime: Runtime, receiver: Receiver) -> None:
    with receiving() as slow:
        slow.otherwise = Answer(seconds=2)
        add_webhook(runtime, slow, "slow")
        add_webhook(runtime, receiver, "quick")
        runtime.forget()
        customers = add_customers(runtime, 20)
        with working(runtime):
            change(runtime, customers)
            until(lambda: len(receiver.received) == 20, 1.9)
            until(lambda: len(slow.received) > 0)


def test_a_job_that_fails_waits_longer_each_time_and_then_goes_on() -> None:
    stop, times = threading.Event(), []

    def work() -> bool:
        times.append(time.monotonic())
        if len(times) == 3:
            stop.set()
        if len(times) < 3:
            raise RuntimeError("broken")
        return False

    _keep_doing(Job("broken", work, idle=0.01), stop)
    assert times[1] - times[0] >= 1.0
    assert times[2] - times[1] >= 2.0


def test_a_failing_job_stops_no_other(runtime: Runtime, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> int:
        raise RuntimeError("broken")

    monkeypatch.setattr(profiles, "refresh_due", broken)
    monkeypatch.setattr(sync, "backfill", broken)
    add_webhook(runtime, receiver)
    runtime.forget()
    customers = add_customers(runtime, 3)
    with working(runtime):
        change(runtime, customers)
        until(lambda: len(receiver.received) == 3)


# the process ---------------------------------------------------------------------------------------------------------


@contextmanager
def process(url: str, *, parent: int | None = None) -> Iterator[subprocess.Popen[bytes]]:
    env = {
        **os.environ,
        "DATABASE_URL": url,
        "ALLOW_PRIVATE_DESTINATIONS": "true",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        **({"FIRASA_PARENT_PID": str(parent)} if parent else {}),
    }
    command = [sys.executable, "-c", "from service.cli import main; main()", "worker"]
    started = subprocess.Popen(command, env=env, stderr=subprocess.PIPE)
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_although_a_call_hangs(sqlite_url: str, receiver: Receiver, number: signal.Signals) -> None:
    runtime = Runtime(Config(database_url=sqlite_url, allow_private_destinations=True))
    add_webhook(runtime, receiver)
    runtime.forget()
    receiver.otherwise = Answer(seconds=60)
    change(runtime, add_customers(runtime, 2))
    with process(sqlite_url) as worker:
        until(lambda: len(receiver.received) == 2)
        worker.send_signal(number)
        assert worker.wait(timeout=40) == 0, "it does not wait for the call"
    runtime.close()


def test_a_killed_worker_loses_nothing(sqlite_url: str, receiver: Receiver) -> None:
    runtime = Runtime(Config(database_url=sqlite_url, allow_private_destinations=True))
    add_webhook(runtime, receiver)
    runtime.forget()
    receiver.otherwise = Answer(seconds=0.05)
    customers = add_customers(runtime, 60)
    change(runtime, customers)
    for _ in range(2):
        seen = len(receiver.received)
        with process(sqlite_url) as worker:
            until(lambda seen=seen: len(receiver.received) > seen + 5)  # type: ignore[misc]
            worker.kill()
            worker.wait()
    receiver.otherwise = Answer()
    with process(sqlite_url):
        until(lambda: sync.status(runtime.context()).pending == 0, 40)
    whole = [each for each in receiver.received if each.body]  # a killed worker may have sent the head of one only
    assert {each.data["customer_id"] for each in whole} == {f"c_{each}" for each in customers}
    runtime.close()


def test_it_ends_when_the_process_it_belongs_to_is_gone(sqlite_url: str) -> None:
    with process(sqlite_url, parent=1_000_000) as worker:
        assert worker.wait(timeout=20) == 0


def test_it_does_not_begin_before_the_database_is_migrated(tmp_path: Path) -> None:
    with process(f"sqlite:///{tmp_path / 'none.db'}") as worker:
        assert worker.wait(timeout=20) == 1
        assert worker.stderr is not None
        assert b"firasa db migrate" in worker.stderr.read()
