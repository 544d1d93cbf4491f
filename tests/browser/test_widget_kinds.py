"""The kinds of questions beyond choices and scales, suggestions, and the hosted page's forms for them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import Opener, Site
from tests.browser.test_widget_accessibility import LOOKS, Scheme, audit

pytestmark = [pytest.mark.browser, pytest.mark.long]
WORDS = {
    "en": {"own": "a podcast", "cream": "Sidr cream", "letters": "Yes, I agree", "result": "A calm home"},
    "ar": {"own": "من بودكاست", "cream": "كريم السدر", "letters": "نعم، أوافق", "result": "بيت هادئ"},
}
GIVEN = {
    "room": "jar",
    "order": ["oud", "rose", "amber"],
    "born": "1990-05-17",
    "mail": "kinds@example.com",
    "mobile": "+966501234567",
    "letters": "granted",
}


def stored(site: Site) -> dict[str, Any]:
    rows = site.runtime.db.query(
        "SELECT item_id, value FROM answers"
        " WHERE superseded_at IS NULL AND response_id = (SELECT MAX(id) FROM responses)"
    )
    return {row["item_id"]: json.loads(row["value"]) for row in rows}


def step(chat: Chat, page: Page, seen: list[str]) -> None:
    """The next question is there: look at it."""
    page.wait_for_timeout(30)
    seen += audit(page)


@pytest.mark.parametrize(("lang", "scheme", "width"), LOOKS)
def test_every_other_kind_is_sound_and_taken(
    site: Site, open_page: Opener, errors: list[str], lang: str, scheme: Scheme, width: int
) -> None:
    words = WORDS[lang]
    page = open_page(f"{site.url}/q/more-kinds?lang={lang}", width=width, color_scheme=scheme, reduced_motion="reduce")
    chat = Chat(page)
    seen: list[str] = []
    expect(chat.root.locator(".choice img")).to_have_count(3)
    step(chat, page, seen)
    chat.choices.first.click()
    expect(chat.root.locator(".hint")).to_contain_text(words["cream"])
    step(chat, page, seen)
    chat.choices.nth(2).click()
    expect(chat.field).to_be_focused()
    chat.write(words["own"])
    expect(chat.root.locator(".confirm")).to_be_visible()
    chat.choices.nth(0).click()
    chat.choices.nth(2).click()
    chat.done()
    expect(chat.fault).not_to_be_empty()  # "something else" wants words
    step(chat, page, seen)
    chat.field.fill(words["own"])
    chat.done()
    expect(chat.choices).to_have_count(3)
    for position in (1, 0, 2):
        chat.choices.nth(position).click()
    expect(chat.choices.locator(".box")).to_have_text(["2", "1", "3"])
    step(chat, page, seen)
    chat.done()
    expect(chat.field).to_have_attribute("type", "date")
    step(chat, page, seen)
    chat.write("1990-05-17")
    expect(chat.field).to_have_attribute("autocomplete", "email")
    chat.write("nobody@")
    expect(chat.fault).not_to_be_empty()
    step(chat, page, seen)
    chat.write("Kinds@example.com")
    expect(chat.field).to_have_attribute("autocomplete", "tel")
    chat.write("٠٥٠ ١٢٣ ٤٥٦٧")
    expect(chat.root.locator(".wording")).to_be_visible()
    step(chat, page, seen)
    chat.tap(words["letters"])
    expect(chat.root.locator(".card h2")).to_have_text(words["result"])
    step(chat, page, seen)
    assert seen == []
    given = stored(site)
    assert {name: given[name] for name in GIVEN} == GIVEN
    assert given["source"] == {"other": words["own"]}
    assert given["doubts"] == ["price", {"other": words["own"]}]
    errors.clear()  # the console mentions the 422


def test_a_ranking_is_made_and_unmade_by_keyboard(site: Site, open_page: Opener) -> None:
    page = open_page(f"{site.url}/q/more-kinds?lang=ar", width=1280)
    chat = Chat(page)
    chat.choices.first.click()
    for _ in range(2):
        expect(chat.question).not_to_be_empty()
        chat.root.get_by_role("button", name="تخطّي").click()
        page.wait_for_timeout(150)
    chat.asks("بأي ترتيب؟")
    chat.choices.first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    expect(chat.root.get_by_role("checkbox", name="عود: 2")).to_be_checked()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")  # the first one no longer has a place
    expect(chat.root.get_by_role("checkbox", name="عود: 1")).to_be_checked()
    page.keyboard.press("Enter")
    expect(chat.fault).not_to_be_empty()


@pytest.mark.parametrize("lang", [pytest.param("en", marks=pytest.mark.long), "ar"])
def test_the_forms_take_every_other_kind_without_javascript(site: Site, open_page: Opener, lang: str) -> None:
    words = WORDS[lang]
    page = open_page(f"{site.url}/q/more-kinds?lang={lang}", java_script_enabled=False)

    def send() -> None:
        page.locator("fieldset .solid").click()

    page.locator(".quiz-body form .solid").click()
    page.locator("fieldset button.choice").first.click()
    expect(page.locator(".goods")).to_contain_text(words["cream"])
    page.locator("#own").fill(words["own"])
    page.locator("fieldset button.choice").nth(2).click()
    page.get_by_role("checkbox").nth(0).check()
    page.get_by_role("checkbox").nth(2).check()
    page.locator("#own").fill(words["own"])
    send()
    for name, place in (("rose", "2"), ("oud", "1"), ("amber", "3")):
        page.locator(f"[id='rank.{name}']").select_option(place)
    assert audit(page) == []
    send()
    for answer in ("1990-05-17", "kinds@example.com", "٠٥٠١٢٣٤٥٦٧"):
        page.locator("fieldset [name=value]").fill(answer)
        send()
    page.get_by_role("button", name=words["letters"]).click()
    expect(page.locator("#outcome")).to_have_text(words["result"])
    given = stored(site)
    assert {name: given[name] for name in GIVEN} == GIVEN
    assert given["doubts"] == ["price", {"other": words["own"]}]
