"""The chat from the first question to the thanks: by tap, by keyboard, by typing, in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import Opener, Site

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("lang", [pytest.param("en", marks=pytest.mark.long), "ar"])
def test_a_shopper_taps_through_the_quiz_and_leaves_an_address(site: Site, open_page: Opener, lang: str) -> None:
    page = open_page(f"{site.url}/q/skin-match?lang={lang}", has_touch=True)
    chat = Chat(page)
    chat.finish()
    card = chat.root.locator(".card")
    expect(card.locator("h2")).not_to_be_empty()
    expect(card.locator(".good")).to_have_count(3)
    expect(card.locator(".good img").first).to_have_js_property("naturalWidth", 640)
    expect(card.locator("bdi.price").first).to_contain_text("SAR" if lang == "en" else "ر.س.")
    box = chat.root.locator(".contact .tick input").first
    expect(box).not_to_be_checked()
    box.check()
    chat.root.locator("#email").fill(f"shopper-{lang}@example.com")
    chat.root.locator(".contact .solid").click()
    expect(chat.root.locator(".contact")).to_contain_text("Thank you" if lang == "en" else "شكرًا")
    consents = site.runtime.db.query("SELECT channel, state FROM consents")
    assert {"channel": "email", "state": "granted"} in consents


@pytest.mark.parametrize(
    ("lang", "forward", "backward"),
    [
        pytest.param("en", "ArrowRight", "ArrowLeft", marks=pytest.mark.long),
        ("ar", "ArrowLeft", "ArrowRight"),
    ],
)
def test_the_keyboard_is_enough_and_arrows_follow_the_direction_of_reading(
    site: Site, open_page: Opener, lang: str, forward: str, backward: str
) -> None:
    page = open_page(f"{site.url}/q/kinds?lang={lang}", width=1280)
    chat = Chat(page)
    chat.choices.first.focus()
    for key in (forward, forward, forward, backward, "ArrowDown"):
        page.keyboard.press(key)
    assert _focused(page) == "3"
    page.keyboard.press("Home")
    page.keyboard.press("ArrowUp")
    assert _focused(page) == "10"  # round the corner
    page.keyboard.press("Enter")
    expect(chat.answers).to_have_count(1)
    expect(chat.choices).to_have_count(5)
    assert _focused(page) == "1"  # the focus went on to the next question
    page.keyboard.press("End")
    page.keyboard.press("Space")
    expect(chat.root.locator("[role=checkbox]")).to_have_count(5)
    page.keyboard.press("Space")
    page.keyboard.press(forward)
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(chat.choices).to_have_count(2)
    page.keyboard.press("Enter")
    chat.asks({"en": "How many people use it?", "ar": "كم شخصًا يستعمله؟"}[lang])
    page.keyboard.type("٤")
    page.keyboard.press("Enter")
    chat.asks({"en": "What made you buy today?", "ar": "ما الذي دفعك إلى الشراء اليوم؟"}[lang])
    page.keyboard.type("A gift")
    page.keyboard.press("Enter")
    chat.asks({"en": "Anything else?", "ar": "هل من شيء آخر؟"}[lang])
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # skip
    expect(chat.root.locator(".chat.whole")).to_be_visible()
    stored = site.runtime.db.query("SELECT item_id, value FROM answers ORDER BY id DESC LIMIT 7")
    assert {row["item_id"]: row["value"] for row in stored} == {
        "recommend": "10",
        "delivery": "5",
        "doubts": '["price", "time"]',
        "first": '"yes"',
        "people": "4",
        "reason": '"A gift"',
        "more": "null",
    }


def _focused(page: Page) -> str:
    found: str = page.evaluate("document.querySelector('firasa-quiz').shadowRoot.activeElement.dataset.id")
    return found


def test_choices_can_be_typed_and_what_was_typed_survives_a_reload(site: Site, open_page: Opener) -> None:
    page = open_page(f"{site.url}/q/kinds?lang=ar", width=1280)
    chat = Chat(page)
    chat.asks("ما احتمال أن توصي بنا؟")
    chat.write("١٠")
    chat.asks("كيف كان التوصيل؟")
    expect(chat.answers).to_have_text("إجابتك: 10")
    expect(chat.field).to_be_focused()  # who writes goes on writing
    chat.write("قلم رصاص")
    expect(chat.root.locator(".log .typed")).to_have_text("قلم رصاص")
    said = chat.root.locator(".log .typed + .shop")
    expect(said).not_to_be_empty()
    words = said.inner_text()
    page.reload()
    expect(said).to_have_text(words)
    chat.write("٥")
    chat.asks("ما الذي كاد يمنعك؟")
    expect(said).to_have_text(words)


def test_what_is_not_clear_is_offered_to_tap(site: Site, open_page: Opener) -> None:
    page = open_page(f"{site.url}/q/kinds?lang=en")
    chat = Chat(page)
    chat.asks("How likely are you to recommend us?")
    reply: dict[str, Any] = page.evaluate("document.querySelector('firasa-quiz').chat.turn")
    heard: dict[str, Any] = {"kind": "choose", "text": "Do you mean one of these?", "items": [], "intent": None}
    heard["choices"] = [{"item_id": "recommend", "value": 9, "label": "Nine"}]
    person = {"text": "Somebody will be glad to help.", "whatsapp": "+966 50 123 4567"}
    page.route("**/answers", lambda route: route.fulfill(json={**reply, "heard": heard, "contact_person": person}))
    chat.write("many")
    expect(chat.root.locator(".log")).to_contain_text("Do you mean one of these?")
    expect(chat.root.locator(".log a")).to_have_attribute("href", "https://wa.me/966501234567")
    page.unroute("**/answers")
    chat.root.get_by_role("button", name="Nine").click()
    chat.asks("How was the delivery?")


def test_the_menu_says_what_can_be_typed_too(site: Site, open_page: Opener) -> None:
    chat = Chat(open_page(f"{site.url}/q/more-kinds?lang=en", width=1280))
    chat.asks("Which one is yours?")
    more = chat.root.get_by_role("button", name="More")
    more.click()
    expect(more).to_have_attribute("aria-expanded", "true")
    chat.root.get_by_role("button", name="Why do you ask?").click()
    expect(chat.root.locator(".log")).to_contain_text("It tells us which scent to show.")
    expect(chat.root.locator(".menu")).to_be_hidden()


def test_several_choices_keep_to_their_limits(site: Site, open_page: Opener) -> None:
    chat = Chat(open_page(f"{site.url}/q/kinds?lang=en"))
    chat.tap("9", "How was the delivery?")
    chat.root.get_by_role("button", name="Skip").click()
    chat.asks("What nearly stopped you?")
    chat.tap("The price")
    chat.done()
    expect(chat.fault).to_have_text("At least 2 choices")
    chat.tap("The payment")
    chat.tap("The delivery time")
    chat.choice("I did not know you").click(force=True)  # it says that it is disabled
    expect(chat.fault).to_have_text("Up to 3 choices")
    chat.tap("Nothing at all")
    expect(chat.root.locator("[aria-checked=true]")).to_have_text(["Nothing at all"])
    chat.tap("The price")
    expect(chat.root.locator("[aria-checked=true]")).to_have_text(["The price"])
    chat.tap("Nothing at all")
    chat.done()
    chat.asks("Is it your first order?")


def test_numbers_and_texts_say_what_fits(site: Site, open_page: Opener, errors: list[str]) -> None:
    chat = Chat(open_page(f"{site.url}/q/kinds?lang=en"))
    chat.tap("9", "How was the delivery?")
    chat.tap("5", "What nearly stopped you?")
    chat.tap("Nothing at all")
    chat.done()
    chat.tap("Yes", "How many people use it?")
    expect(chat.root.locator(".log")).to_contain_text("Nearly done.")
    for wrong, said in (("0", "at least 1"), ("100", "at most 99"), ("", "needs an answer")):
        chat.write(wrong)
        expect(chat.fault).to_contain_text(said)
    chat.write("٣")
    chat.asks("What made you buy today?")
    chat.field.fill("x" * 38)
    expect(chat.root.locator(".count")).to_have_text("2 characters left")
    chat.field.fill("x" * 41)
    expect(chat.root.locator(".count")).to_have_text("That is 1 character too long.")
    chat.field.press("Enter")
    expect(chat.fault).to_contain_text("40 characters fit")
    chat.asks("What made you buy today?")
    errors.clear()  # the console mentions each 422


def test_an_earlier_answer_can_be_changed_and_the_path_follows(site: Site, open_page: Opener) -> None:
    chat = Chat(open_page(f"{site.url}/q/kinds?lang=en"))
    chat.tap("9", "How was the delivery?")
    chat.tap("4", "What nearly stopped you?")
    chat.tap("Nothing at all")
    chat.done()
    chat.tap("No", "What did you buy before?")
    chat.tap("A candle", "How many people use it?")
    expect(chat.answers).to_have_count(5)
    chat.answers.nth(3).click()
    chat.asks("Is it your first order?")
    expect(chat.root.locator("[aria-checked=true]")).to_have_text("No")
    chat.tap("Yes", "How many people use it?")
    expect(chat.answers).to_have_text(["You: 9", "You: 4", "You: Nothing at all", "You: Yes"])
    chat.root.get_by_role("button", name="Back").click()
    chat.asks("Is it your first order?")
    chat.root.get_by_role("button", name="Keep it as it was").click()
    chat.asks("How many people use it?")


def test_the_language_switches_and_the_answers_stay(site: Site, open_page: Opener) -> None:
    page = open_page(f"{site.url}/q/kinds?lang=en")
    chat = Chat(page)
    chat.tap("9", "How was the delivery?")
    chat.root.get_by_role("button", name="العربية").click()
    chat.asks("كيف كان التوصيل؟")
    expect(chat.answers).to_have_text("إجابتك: 9")
    expect(chat.root.locator(".chat")).to_have_attribute("dir", "rtl")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert page.url.endswith("lang=ar")
    first, last = (chat.choices.nth(at).bounding_box() for at in (0, 4))
    assert first is not None
    assert last is not None
    assert first["x"] > last["x"]  # the scale starts on the right


def test_start_over_makes_a_new_visit_and_the_earlier_one_is_a_tap_away(site: Site, open_page: Opener) -> None:
    chat = Chat(open_page(f"{site.url}/q/kinds?lang=en"))
    chat.tap("9", "How was the delivery?")
    chat.root.get_by_role("button", name="Start over").press("Enter")
    chat.asks("How likely are you to recommend us?")
    expect(chat.answers).to_have_count(0)
    expect(chat.choices.first).to_be_focused()
    chat.root.get_by_role("button", name="Back to the earlier one").click()
    chat.asks("How was the delivery?")
    expect(chat.answers).to_have_count(1)


def test_events_and_methods_are_there_for_the_page(site: Site, context: BrowserContext) -> None:
    page = context.new_page()
    page.add_init_script(
        """window.heard = [];
        for (const name of ["start", "answer", "complete", "identify"]) {
          addEventListener(`firasa:${name}`, (event) => heard.push([name, event.detail]));
        }"""
    )
    page.goto(f"{site.url}/q/kinds?lang=en")
    chat = Chat(page)
    chat.tap("9", "How was the delivery?")
    chat.finish()
    heard = page.evaluate("heard")
    assert heard[0] == ["start", {"quiz": "kinds", "version": 1, "lang": "en", "resumed": False}]
    assert heard[1] == ["answer", {"quiz": "kinds", "item": "recommend", "value": 9}]
    assert heard[-1] == ["complete", {"quiz": "kinds", "outcome": None, "products": []}]
    page.evaluate("document.querySelector('firasa-quiz').restart()")
    chat.asks("How likely are you to recommend us?")


def test_a_shop_that_writes_arabic_digits_shows_them(site: Site, open_page: Opener) -> None:
    page = open_page("about:blank", width=1280)
    words = page.request.get(f"{site.url}/widget/words/ar.json").json()
    page.route("**/widget/words/ar.json", lambda route: route.fulfill(json={**words, "digits": "٠١٢٣٤٥٦٧٨٩"}))
    page.goto(f"{site.url}/q/kinds?lang=ar")
    chat = Chat(page)
    expect(chat.choices).to_have_text(list("٠١٢٣٤٥٦٧٨٩") + ["١٠"])
    chat.tap("٩", "كيف كان التوصيل؟")
    expect(chat.answers).to_have_text("إجابتك: ٩")
    expect(chat.root.get_by_role("progressbar")).to_have_attribute("aria-valuetext", "الخطوة ٢ من ٨")
