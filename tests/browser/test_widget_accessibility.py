"""Names, roles, sizes and contrast of everything a shopper meets, in both languages and both themes."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import Opener, Site

pytestmark = pytest.mark.browser

AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8")
Scheme = Literal["light", "dark"]
LOOKS = [
    ("ar", "dark", 390),
    pytest.param("en", "light", 1280, marks=pytest.mark.long),
    pytest.param("ar", "light", 320, marks=pytest.mark.long),
    pytest.param("en", "dark", 390, marks=pytest.mark.long),
]


def audit(page: Page) -> list[str]:
    found: list[str] = page.evaluate(AUDIT)
    return found


@pytest.mark.parametrize(("lang", "scheme", "width"), LOOKS)
def test_every_kind_of_question_is_sound(site: Site, open_page: Opener, lang: str, scheme: Scheme, width: int) -> None:
    page = open_page(
        f"{site.url}/q/kinds?lang={lang}",
        width=width,
        color_scheme=scheme,
        reduced_motion="reduce",
        has_touch=width < 400,
    )
    chat = Chat(page)
    chat.question.wait_for()
    seen: list[str] = []
    for _ in range(10):
        if not chat.question.is_visible():
            break
        seen += audit(page)
        answered = chat.answers.count()
        if chat.root.locator(".confirm").count():
            chat.done()
            expect(chat.fault).not_to_be_empty()
            chat.choices.nth(0).click()
            chat.choices.nth(1).click()
            seen += audit(page)
            chat.done()
        elif chat.choices.count():
            chat.choices.last.click()
        else:
            chat.write("3")
        expect(chat.root.locator(".log .mine:not(.held)")).to_have_count(answered + 1)
        page.wait_for_timeout(50)
    expect(chat.root.locator(".chat.whole")).to_be_visible()
    chat.root.locator(".fold").click()
    assert seen + audit(page) == []


@pytest.mark.parametrize(("lang", "scheme", "width"), LOOKS)
def test_the_result_is_sound(site: Site, open_page: Opener, lang: str, scheme: Scheme, width: int) -> None:
    page = open_page(f"{site.url}/q/skin-match?lang={lang}", width=width, color_scheme=scheme, reduced_motion="reduce")
    chat = Chat(page)
    chat.finish()
    expect(chat.root.locator(".good")).to_have_count(3)
    chat.root.locator(".contact .solid").click()
    expect(chat.root.locator(".contact .bad")).not_to_be_empty()
    assert audit(page) == []


@pytest.mark.parametrize(("lang", "scheme", "width"), LOOKS)
@pytest.mark.parametrize("path", ["/shop/", "/shop/rose-water", "/shop/thanks", "/q/kinds"])
def test_the_pages_are_sound(site: Site, open_page: Opener, path: str, lang: str, scheme: Scheme, width: int) -> None:
    page = open_page(
        f"{site.url}{path}?lang={lang}", width=width, color_scheme=scheme, java_script_enabled=path != "/q/kinds"
    )
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if lang == "ar" else "ltr")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert audit(page) == []


def test_a_screen_reader_hears_each_turn_once(site: Site, open_page: Opener) -> None:
    page = open_page(f"{site.url}/q/kinds?lang=en", width=1280)
    chat = Chat(page)
    log = chat.root.get_by_role("log")
    # What was there before anybody answered is read at leisure, not announced.
    expect(log).to_have_attribute("aria-live", "off")
    chat.tap("9", "How was the delivery?")
    expect(log).to_have_attribute("aria-live", "polite")
    # The question is the name of the group that has the focus, and so is not in the log yet.
    expect(chat.root.get_by_role("radiogroup", name="How was the delivery?")).to_be_visible()
    expect(log).not_to_contain_text("How was the delivery?")
    # An answer that was just given needs no echo.
    expect(chat.answers.first).to_have_attribute("aria-live", "off")
    progress = chat.root.get_by_role("progressbar")
    expect(progress).to_have_attribute("aria-valuetext", "Step 2 of 8")


def test_the_ends_of_a_scale_are_named_for_those_who_cannot_see_them(site: Site, open_page: Opener) -> None:
    chat = Chat(open_page(f"{site.url}/q/kinds?lang=ar"))
    expect(chat.root.get_by_role("radio", name="0, غير محتمل")).to_be_visible()
    expect(chat.root.get_by_role("radio", name="10, محتمل جدًّا")).to_be_visible()


def test_reduced_motion_is_kept_to(site: Site, open_page: Opener) -> None:
    page = open_page(f"{site.url}/q/kinds?lang=en", reduced_motion="reduce")
    chat = Chat(page)
    chat.question.wait_for()
    slowest = chat.root.locator(".track i").evaluate("(bar) => getComputedStyle(bar).transitionDuration")
    assert slowest == "0.001s"


def test_twice_the_size_still_fits(site: Site, open_page: Opener) -> None:
    # 200 % zoom of a 1280 px window is a window of 640 px with twice the pixels.
    page = open_page(f"{site.url}/q/skin-match?lang=ar", width=640, height=450, device_scale_factor=2)
    chat = Chat(page)
    chat.finish()
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
