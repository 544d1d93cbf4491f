"""The admin on a small shop: three customers with orders, answers, personas, segments, and messages about them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any
from unittest import mock

from argon2 import PasswordHasher
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.app import create_app
from service.catalog.files import resource_dir
from service.catalog.loader import load_segments, read_file
from service.config import Config
from service.domain.orders import Buyer
from service.domain.users import Role
from service.operations import destinations, models, orders, passwords, profiles, quizzes, segments, settings, users
from service.operations.context import Context
from service.runtime import Runtime
from tests.contract.api_world import finish, post, start
from tests.order_factory import line, order

PASSWORD = "correct horse battery"


class Admin:
    """A running admin with a browser that is nobody yet."""

    def __init__(self, config: Config, runtime: Runtime) -> None:
        self.runtime = runtime
        self.app = create_app(config, runtime)
        self.browser = self.app.test_client()

    @property
    def ctx(self) -> Context:
        self.runtime.forget()
        return self.runtime.context(actor="test")

    def user(self, role: Role = "owner", email: str = "") -> str:
        """Make an account; its address."""
        address = email or f"{role}@example.com"
        users.create(self.ctx, address, PASSWORD, role=role)
        return address

    def log_in(self, role: Role = "owner", *, client: FlaskClient | None = None) -> FlaskClient:
        """A browser that is logged in as somebody with a role."""
        if all(one.email != f"{role}@example.com" for one in users.everyone(self.ctx)):
            self.user(role)
        browser = client or self.app.test_client()
        answer = send(browser, "/admin/login", email=f"{role}@example.com", password=PASSWORD)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return browser


@contextmanager
def empty_admin(database_url: str, **config: Any) -> Iterator[Admin]:
    """An admin on a database with nothing in it."""
    settled = Config(database_url=database_url, shop_currency="SAR", shop_timezone="Asia/Riyadh", **config)
    runtime = Runtime(settled)
    # Hashing is slow on purpose; tests log in hundreds of times.
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with mock.patch.object(passwords, "_hasher", return_value=quick):
        try:
            yield Admin(settled, runtime)
        finally:
            runtime.close()


@contextmanager
def filled_admin(database_url: str, **config: Any) -> Iterator[Admin]:
    """An admin on a small shop."""
    with empty_admin(database_url, **config) as admin:
        fill(admin)
        yield admin


def fill(admin: Admin) -> None:
    """Publish the starters; bring orders, answers and a destination; work everybody's profile out."""
    ctx = admin.ctx
    settings.save_shop(ctx, name="Sidr & Rose", numerals="latn")
    quizzes.publish_files(ctx)
    segments.apply(ctx, load_segments(*read_file(resource_dir("quizzes") / "segments.yaml")))
    destinations.add(ctx, "dry_run", {}, name="rehearsal")
    people = (
        Buyer(shop_id="1", email="muna@example.com", first_name="منى", last_name="الأحمد", country="SA", city="الرياض"),
        Buyer(shop_id="2", email="tom@example.com", first_name="=cmd|'/c calc'!A1", last_name="Reed", country="GB"),
        Buyer(shop_id="3", email="guest3@example.com"),
    )
    placed = [
        order(f"{person}-{number}", day=number * 20, buyer=buyer, traffic_source="podcast", lines=(line("189.00", 2),))
        for person, buyer in enumerate(people)
        for number in range(3 - person)
    ]
    orders.record_orders(ctx, placed)
    client = admin.app.test_client()
    for quiz in ("skin-match", "shopping-style"):
        done = finish(client, start(client, quiz, visit=f"visit-of-{quiz}"))
        claim = {"email": "muna@example.com", "consent": {"email": True}}
        post(client, f"/v1/responses/{done['response_id']}/identify", claim)
    models.fit_rfm(admin.ctx)
    admin.runtime.forget()
    profiles.refresh_all_due(lambda: admin.runtime.context(actor="test"))
    admin.runtime.forget()


def send(browser: FlaskClient, path: str, **form: Any) -> TestResponse:
    """Send a form as a browser on the admin's own page does."""
    return browser.post(path, data=form, headers={"Sec-Fetch-Site": "same-origin"})


def page(browser: FlaskClient, path: str, lang: str = "en", status: int = 200) -> str:
    """A page as text, in a language."""
    browser.set_cookie("lang", lang)
    answer = browser.get(path)
    assert answer.status_code == status, f"{path}: {answer.status_code}"
    return answer.get_data(as_text=True)


def words(html: str) -> str:
    """What a reader sees of a page: no markup, white space collapsed."""
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())
