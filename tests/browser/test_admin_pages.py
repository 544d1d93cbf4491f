"""The admin in a real browser: sound for everybody in both languages and themes, with and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener, served
from tests.e2e.admin_world import PASSWORD, Admin, filled_admin
from tests.e2e.test_admin_pages import MORE, PAGES

pytestmark = pytest.mark.browser

AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8")
Scheme = Literal["light", "dark"]
LOOKS = [
    ("ar", "light", 390),
    ("en", "dark", 1280),
    pytest.param("ar", "dark", 1280, marks=pytest.mark.long),
    pytest.param("en", "light", 320, marks=pytest.mark.long),
]
OPEN_ALL = "document.querySelectorAll('details:not(.ask)').forEach((one) => { one.open = true; })"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def admin(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Admin]]:
    """A running admin on a small shop, and its address."""
    from service.store.database import open_database
    from service.store.migrations import migrate

    url = f"sqlite:///{tmp_path_factory.mktemp('admin') / 'firasa.db'}"
    database = open_database(url)
    migrate(database)
    database.close()
    with ExitStack() as stack:
        found = stack.enter_context(filled_admin(url))
        found.user("owner")
        yield stack.enter_context(served(found.app)), found


def log_in(page: Page, address: str) -> None:
    page.goto(f"{address}/admin/login")
    page.fill("[name=email]", "owner@example.com")
    page.fill("[name=password]", PASSWORD)
    page.locator("main button").first.click()
    page.wait_for_selector("nav.tabs, .side", state="attached")


@pytest.mark.parametrize(("lang", "scheme", "width"), LOOKS)
def test_every_page_is_sound(
    admin: tuple[str, Admin], open_page: Opener, lang: str, scheme: Scheme, width: int
) -> None:
    address, _ = admin
    page = open_page(f"{address}/admin/login", width=width, color_scheme=scheme, reduced_motion="reduce")
    page.context.add_cookies([{"name": "lang", "value": lang, "url": address}])
    log_in(page, address)
    found = []
    for path in [*PAGES, *MORE, "/admin/quizzes/skin-match/worth"]:
        page.goto(address + path)
        page.evaluate(OPEN_ALL)
        found += [f"{path}: {what}" for what in page.evaluate(AUDIT)]
        if page.evaluate(WIDER) > 0:
            found.append(f"{path}: wider than the screen")
    assert found == []


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_doors_are_sound(admin: tuple[str, Admin], open_page: Opener, lang: str, errors: list[str]) -> None:
    address, _ = admin
    page = open_page(f"{address}/admin/login", width=320, reduced_motion="reduce")
    page.context.add_cookies([{"name": "lang", "value": lang, "url": address}])
    for path in ("/admin/login", "/admin/setup/unknown", "/q/unknown"):
        page.goto(address + path)
        assert page.evaluate(AUDIT) == []
        assert page.evaluate(WIDER) <= 0
    errors.clear()  # the console reports the 404s


@pytest.mark.parametrize("scripts", [True, False])
def test_a_quiz_is_edited_and_published_with_and_without_javascript(
    admin: tuple[str, Admin], open_page: Opener, scripts: bool
) -> None:
    address, _ = admin
    page = open_page(f"{address}/admin/login", width=1280, java_script_enabled=scripts)
    log_in(page, address)
    page.goto(f"{address}/admin/quizzes/shopping-style/worth")
    if page.get_by_text("Take it over").count():
        page.get_by_text("Take it over").click()
        page.get_by_role("button", name="Edit it here").click()
    page.get_by_role("link", name=re.compile("^Edit “")).first.click()
    cell = page.locator("input.cell").first
    value = "1.5" if scripts else "-0.5"
    cell.fill(value)
    page.get_by_role("button", name="Save as draft").click()
    expect(page.get_by_role("heading", name="What does the draft change?")).to_be_visible()
    expect(page.locator(".diff ins").first).to_have_text(value)
    page.get_by_role("button", name=re.compile("Publish as version")).click()
    expect(page.get_by_role("status")).to_contain_text("is live")


def test_the_search_answers_while_one_types(admin: tuple[str, Admin], open_page: Opener) -> None:
    address, _ = admin
    page = open_page(f"{address}/admin/login", width=1280)
    log_in(page, address)
    page.goto(f"{address}/admin/customers")
    expect(page.locator("#results tbody tr")).to_have_count(3)
    page.get_by_label("Search").fill("مني")
    expect(page.locator("#results tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"\?q=%D9%85%D9%86%D9%8A$"))
    page.locator("#results a.cover").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("منى الأحمد")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_menu_of_a_phone_opens_without_javascript_too(
    admin: tuple[str, Admin], open_page: Opener, scripts: bool
) -> None:
    address, _ = admin
    page = open_page(f"{address}/admin/login", java_script_enabled=scripts)
    log_in(page, address)
    link = page.locator("nav").get_by_role("link", name="Segments", exact=True)
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who belongs together?")


def test_the_keyboard_reaches_the_content_first(admin: tuple[str, Admin], open_page: Opener) -> None:
    address, _ = admin
    page = open_page(f"{address}/admin/login", width=1280)
    log_in(page, address)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_question_closes_with_escape_and_only_one_is_open(admin: tuple[str, Admin], open_page: Opener) -> None:
    address, _ = admin
    page = open_page(f"{address}/admin/login", width=1280)
    log_in(page, address)
    page.goto(f"{address}/admin/sync")
    page.get_by_text("Switch off").first.click()
    expect(page.locator("details.ask[open]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("details.ask[open]")).to_have_count(0)
