"""Web and worker are killed at random moments under load; nothing that was acknowledged is lost."""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from standardwebhooks import Webhook

from tests.e2e.processes import Process, firasa, free_port, wait_until_ready

KILLS = 36
SHOPPERS = 3
SEED = 20261121
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


class Tool:
    """Stands for the email tool: verifies each message and keeps the newest state of each customer."""

    def __init__(self) -> None:
        self.customers: dict[str, dict[str, Any]] = {}
        self.refused = 0
        self._lock = threading.Lock()
        tool = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"] or 0)
                body = self.rfile.read(length)
                if not length or len(body) < length:  # the worker was killed while it sent: nothing arrived
                    self.close_connection = True
                    return
                try:
                    data = Webhook(SECRET).verify(body, dict(self.headers))["data"]
                except Exception:
                    tool.refused += 1
                    self.send_response(401)
                else:
                    tool.take(data)
                    self.send_response(204)
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, data: dict[str, Any]) -> None:
        with self._lock:
            before = self.customers.get(data["customer_id"])
            if before is None or data["sequence"] > before["sequence"]:
                self.customers[data["customer_id"]] = data


@dataclass
class Acknowledged:
    """What the product said yes to."""

    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    identified: dict[str, str] = field(default_factory=dict)
    orders: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Shopper(threading.Thread):
    """Answers one quiz after the other and buys something; goes on where it was when the product comes back."""

    def __init__(self, number: int, address: str, key: str, said_yes: Acknowledged, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.number, self.address, self.key, self.said_yes, self.stop = number, address, key, said_yes, stop
        self.random = random.Random(SEED + number)
        self.failed: list[str] = []

    def run(self) -> None:
        rounds = 0
        while not self.stop.is_set():
            rounds += 1
            self._one(f"{self.number}-{rounds}")

    def _one(self, name: str) -> None:
        turn = self._post("/v1/responses", {"quiz": "shopping-style", "lang": "ar", "visit": f"visit-{name}"})
        while turn is not None and turn["status"] == "open":
            item, value = turn["item"], self._choose(turn["item"])
            asked = {"item_id": item["id"], "value": value, "revision": turn["revision"]}
            turn = self._post(f"/v1/responses/{turn['response_id']}/answers", asked)
            if turn is not None:
                with self.said_yes.lock:
                    self.said_yes.answers.setdefault(turn["response_id"], {})[item["id"]] = value
        if turn is None:
            return
        email = f"shopper-{name}@example.com"
        joined = self._post(
            f"/v1/responses/{turn['response_id']}/identify", {"email": email, "consent": {"email": True}}
        )
        if joined is not None:
            with self.said_yes.lock:
                self.said_yes.identified[turn["response_id"]] = email
        self._buy(name, email)

    def _buy(self, name: str, email: str) -> None:
        order = {
            "shop_order_id": f"order-{name}",
            "placed_at": "2026-05-01T10:00:00Z",
            "currency": "SAR",
            "status": "paid",
            "customer": {"email": email},
            "lines": [{"product_id": "glow-serum", "name": "Serum", "quantity": 1, "unit_price": "129.00"}],
        }
        if self._post("/v1/orders", order, key=self.key) is not None:
            with self.said_yes.lock:
                self.said_yes.orders.add(f"order-{name}")

    def _choose(self, item: dict[str, Any]) -> Any:
        if not item["options"]:
            return "a gift" if item["required"] else None
        picked = self.random.choice(item["options"])["id"]
        return [picked] if item["type"] == "multiple" else picked

    def _post(self, path: str, body: dict[str, Any], key: str = "") -> dict[str, Any] | None:
        """Send until it is acknowledged; ``None`` when the test ends first. Repeating is harmless by contract."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        while not self.stop.is_set():
            try:
                answer = requests.post(self.address + path, json=body, headers=headers, timeout=10)
            except requests.RequestException:
                time.sleep(0.05)
                continue
            if answer.status_code in (200, 201):
                return answer.json()  # type: ignore[no-any-return]
            if answer.status_code != 503:
                self.failed.append(f"{path}: {answer.status_code} {answer.text[:300]}")
                return None
            time.sleep(0.05)
        return None


@pytest.fixture
def tool() -> Iterator[Tool]:
    tool = Tool()
    yield tool
    tool.server.shutdown()
    tool.server.server_close()


def test_nothing_acknowledged_is_lost_when_web_and_worker_are_killed(
    database_url: str, tool: Tool, tmp_path: Path
) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    env = {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "PYTHONPATH")},
        "DATABASE_URL": database_url,
        "PORT": str(port),
        "SECRET_KEY": "k" * 32,
        "SHOP_CURRENCY": "SAR",
        "SHOP_TIMEZONE": "Asia/Riyadh",
        "ALLOW_PRIVATE_DESTINATIONS": "true",
        "RATE_LIMIT_ADDRESS": "1000000/minute",
    }
    firasa("db", "migrate", env=env)
    firasa("quizzes", "publish", env=env)
    firasa("segments", "apply", "quizzes/segments.yaml", env=env)
    firasa("destinations", "add", "webhook", "--url", tool.url, "--secret", SECRET, env=env)
    key = json.loads(firasa("keys", "create", "--scope", "orders:write", "--json", env=env))["key"]

    processes = [Process(name, env, tmp_path / f"{name}.log") for name in ("serve", "worker")]
    said_yes, stop = Acknowledged(), threading.Event()
    chance = random.Random(SEED)
    try:
        for one in processes:
            one.start()
        wait_until_ready(address)
        shoppers = [Shopper(number, address, key, said_yes, stop) for number in range(SHOPPERS)]
        for shopper in shoppers:
            shopper.start()
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.1, 1.0))
            for one in chance.choice([processes, processes[:1], processes[1:]]):
                one.kill()
                one.start()
            wait_until_ready(address)
        time.sleep(1)
        stop.set()
        for shopper in shoppers:
            shopper.join(timeout=30)
        assert [line for shopper in shoppers for line in shopper.failed] == []
        assert len(said_yes.answers) > 10, "the load must be real"
        _wait_until_quiet(env)
        _check_answers(address, said_yes)
        for one in processes:
            one.stop()
    finally:
        for one in processes:
            one.kill()
    firasa("db", "check", env=env)
    _check_orders(env, said_yes)
    _check_tags(env, said_yes, tool)


def _wait_until_quiet(env: dict[str, str], patience: float = 120) -> None:
    """Wait until no profile and no delivery waits any more."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        status = json.loads(firasa("sync", "status", "--json", env=env))
        if status["pending"] == 0 and status["profiles_due"] == 0:
            return
        time.sleep(0.5)
    raise AssertionError(f"work is left: {status}")


def _check_answers(address: str, said_yes: Acknowledged) -> None:
    for public_id, answers in said_yes.answers.items():
        turn = requests.get(f"{address}/v1/responses/{public_id}", timeout=10).json()
        kept = {said["item_id"]: said["value"] for said in turn["history"]}
        for item_id, value in answers.items():
            assert str(kept.get(item_id)) == str(value), (
                f"{public_id}: {item_id} was acknowledged as {value}, kept {kept}"
            )
        if public_id in said_yes.identified:
            assert turn["status"] == "complete"


def _check_orders(env: dict[str, str], said_yes: Acknowledged) -> None:
    for name in said_yes.orders:
        email = f"shopper-{name.removeprefix('order-')}@example.com"
        shown = json.loads(firasa("customers", "show", email, "--json", env=env)) if name in _sample(said_yes) else None
        if shown is not None:
            assert shown["net_revenue"] == {"amount": 12900, "currency": "SAR"}


def _sample(said_yes: Acknowledged) -> set[str]:
    """Starting a command takes its time: a dozen customers are asked for one by one."""
    return set(sorted(said_yes.orders)[:12])


def _check_tags(env: dict[str, str], said_yes: Acknowledged, tool: Tool) -> None:
    from service.store.database import open_database

    db = open_database(env["DATABASE_URL"])
    try:
        rows = db.query("SELECT customer_id, state, sequence FROM profiles")
        orders = {row["shop_order_id"] for row in db.query("SELECT shop_order_id FROM orders")}
        emails = {row["customer_id"]: row["value"] for row in db.query("SELECT * FROM identities WHERE kind = 'email'")}
    finally:
        db.close()
    assert said_yes.orders <= orders
    assert set(said_yes.identified.values()) <= set(emails.values())
    assert tool.refused == 0
    for row in rows:
        tags = json.loads(row["state"])["tags"]
        told = tool.customers.get(f"c_{row['customer_id']}")
        assert (sorted(told["tags"]) if told else []) == sorted(tags)
        if told is not None and told["email"] is not None:
            assert told["email"] == emails[row["customer_id"]]
