"""From the first question in the chat to the tag in the email tool, with the real processes, in both languages."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, expect

from tests.browser.chat import Chat
from tests.e2e.processes import Process, firasa, free_port, wait_until_ready

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass(frozen=True)
class Shop:
    """Web, worker and receiver, running."""

    web: str
    receiver: str

    def told(self, email: str, patience: float = 20) -> dict[str, Any]:
        """What the email tool knows of an address, as soon as it does."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            for one in requests.get(f"{self.receiver}/customers.json", timeout=5).json():
                if one["email"] == email and one["tags"]:
                    found: dict[str, Any] = one
                    return found
            time.sleep(0.1)
        raise AssertionError(f"nothing arrived for {email} within {patience:.0f} s")


@pytest.fixture(scope="module")
def shop(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("shop")
    port, receiver_port = free_port(), free_port()
    env = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "DATABASE_URL": f"sqlite:///{folder / 'firasa.db'}",
        "PORT": str(port),
        "SHOP_CURRENCY": "SAR",
        "ALLOW_PRIVATE_DESTINATIONS": "true",
        "SECRET_KEY": "k" * 32,
    }
    for command in (
        ("db", "migrate"),
        ("quizzes", "publish"),
        ("segments", "apply", str(Path(__file__).parents[2] / "quizzes" / "segments.yaml")),
        ("destinations", "add", "webhook", "--url", f"http://127.0.0.1:{receiver_port}/hook", "--secret", SECRET),
    ):
        firasa(*command, env=env)
    receiver = subprocess.Popen(
        [sys.executable, "-m", "service.demo.receiver", "--port", str(receiver_port), "--folder", str(folder / "tool")],
        env={**env, "FIRASA_RECEIVER_SECRET": SECRET},
    )
    processes = [Process(name, env, folder / f"{name}.log") for name in ("serve", "worker")]
    try:
        for one in processes:
            one.start()
        wait_until_ready(f"http://127.0.0.1:{port}")
        yield Shop(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{receiver_port}")
    finally:
        for one in processes:
            one.kill()
        receiver.kill()
        receiver.wait()


@pytest.mark.parametrize(("lang", "width"), [("en", 1280), ("ar", 390)])
def test_an_answer_in_the_chat_becomes_a_tag_in_the_email_tool(
    shop: Shop, browser: Browser, lang: str, width: int
) -> None:
    email = f"shopper-{lang}@example.com"
    page = browser.new_page(viewport={"width": width, "height": 844})
    try:
        page.goto(f"{shop.web}/q/skin-match?lang={lang}")
        chat = Chat(page)
        chat.finish()
        form = chat.root.locator("form.contact")
        form.locator("input[type=email]").fill(email)
        form.locator("input[type=checkbox]").first.check()
        form.locator("button").last.click()
        expect(chat.root.locator("div.contact")).to_be_visible()
        told = shop.told(email)
        assert told["customer_id"].startswith("c_")
        assert "buys-for-self" in told["tags"], "the tag of the first choice"
        page.goto(f"{shop.receiver}/?lang={lang}")
        expect(page.get_by_text(email)).to_be_visible()
        expect(page.get_by_text(told["tags"][0], exact=True).first).to_be_visible()
    finally:
        page.close()


def test_without_consent_no_address_leaves(shop: Shop, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    try:
        page.goto(f"{shop.web}/q/shopping-style?lang=en")
        chat = Chat(page)
        chat.finish(pick=1)
        form = chat.root.locator("form.contact")
        form.locator("input[type=email]").fill("silent@example.com")
        form.locator("button").last.click()
        expect(chat.root.locator("div.contact")).to_be_visible()
    finally:
        page.close()
    time.sleep(3)
    told = requests.get(f"{shop.receiver}/customers.json", timeout=5).json()
    assert "silent@example.com" not in {one["email"] for one in told}
    assert any(one["email"] is None and one["tags"] for one in told), "the tags arrive, the address does not"
