"""The pages around the chat: embedded on another origin, the bubble, the hosted page without JavaScript, the shop."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import Opener, Site

pytestmark = pytest.mark.browser


def test_one_script_tag_embeds_the_chat_on_another_origin_under_a_strict_policy(site: Site, open_page: Opener) -> None:
    page = open_page(f"{site.shop}/?firasa={site.url}", width=1280)
    chat = Chat(page)
    chat.tap("9", "كيف كان التوصيل؟")
    assert page.evaluate("document.querySelector('firasa-quiz').shadowRoot.adoptedStyleSheets.length") == 1
    assert page.context.cookies() == []


def test_the_bubble_opens_closes_and_gives_the_focus_back(site: Site, open_page: Opener) -> None:
    page = open_page(f"{site.shop}/?firasa={site.url}&mode=bubble", width=1280)
    before = site.count("responses")
    launch = page.get_by_role("button", name="ما الأنسب لك؟")
    expect(launch).to_have_attribute("aria-expanded", "false")
    assert site.count("responses") == before  # nothing is begun before somebody opens it
    launch.press("Enter")
    chat = Chat(page)
    chat.asks("ما احتمال أن توصي بنا؟")
    expect(page.get_by_role("dialog")).to_be_visible()
    chat.tap("9", "كيف كان التوصيل؟")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(launch).to_be_focused()


def test_on_a_phone_the_bubble_is_a_sheet_and_holds_the_focus(site: Site, open_page: Opener) -> None:
    page = open_page(f"{site.shop}/?firasa={site.url}&mode=bubble", width=320, height=640, reduced_motion="reduce")
    page.get_by_role("button", name="ما الأنسب لك؟").click()
    chat = Chat(page)
    chat.asks("ما احتمال أن توصي بنا؟")
    box = page.get_by_role("dialog").bounding_box()
    assert box == pytest.approx({"x": 0, "y": 0, "width": 320, "height": 640}, abs=0.5)
    for _ in range(8):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.localName") in ("firasa-quiz", "body")  # never on the page behind
    chat.root.get_by_role("button", name="إغلاق").click()
    expect(page.get_by_role("dialog")).to_be_hidden()


@pytest.mark.parametrize("width", [320, 1280])
def test_the_bubble_does_not_cover_a_bar_of_the_page(site: Site, open_page: Opener, width: int) -> None:
    page = open_page(f"{site.shop}/?firasa={site.url}&mode=bubble&bar=1", width=width, height=640)
    launch = page.get_by_role("button", name="ما الأنسب لك؟")
    expect(launch).to_be_visible()
    bubble, button = launch.bounding_box(), page.get_by_role("button", name="Add to basket").bounding_box()
    assert bubble is not None
    assert button is not None
    assert bubble["y"] + bubble["height"] <= button["y"]


def test_the_bubble_steps_aside_while_the_quiz_on_the_page_is_under_it(site: Site, open_page: Opener) -> None:
    page = open_page(f"{site.url}/shop/?lang=en")
    launch = page.locator(".launch")
    expect(launch).to_be_visible()
    page.evaluate("document.querySelector('#match firasa-quiz').scrollIntoView({block: 'end'})")
    expect(launch).to_be_hidden()
    page.evaluate("document.querySelector('.story').scrollIntoView({block: 'center'})")
    expect(launch).to_be_visible()


def test_the_file_is_sent_small_and_is_not_sent_twice(site: Site, open_page: Opener) -> None:
    page = open_page("about:blank")
    first = page.request.get(f"{site.url}/widget/firasa.js", headers={"Accept-Encoding": "gzip"})
    assert first.headers["content-encoding"] == "gzip"
    assert int(first.headers["content-length"]) <= 15 * 1024
    again = page.request.get(
        f"{site.url}/widget/firasa.js", headers={"Accept-Encoding": "gzip", "If-None-Match": first.headers["etag"]}
    )
    assert again.status == 304
    plain = page.request.get(f"{site.url}/widget/firasa.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text() == first.text()


@pytest.mark.parametrize("lang", ["en", pytest.param("ar", marks=pytest.mark.long)])
def test_the_hosted_page_works_without_javascript(site: Site, open_page: Opener, lang: str) -> None:
    page = open_page(f"{site.url}/q/kinds?lang={lang}", java_script_enabled=False)
    page.get_by_role("button", name={"en": "Begin", "ar": "بدء"}[lang]).click()
    page.get_by_role("button", name="10").click()
    page.get_by_role("button", name={"en": "Skip", "ar": "تخطّي"}[lang]).click()
    done = page.get_by_role("button", name={"en": "Done", "ar": "تم"}[lang], exact=True)
    done.click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("checkbox").nth(0).check()
    page.get_by_role("checkbox").nth(2).check()
    done.click()
    page.get_by_role("button", name={"en": "No", "ar": "لا"}[lang], exact=True).click()
    page.get_by_role("button", name={"en": "A candle", "ar": "شمعة"}[lang]).click()
    page.get_by_role("textbox").fill("٤")
    send = page.get_by_role("button", name={"en": "Send", "ar": "إرسال"}[lang], exact=True)
    send.click()
    # Change the fourth answer: the fifth then no longer belongs to the path.
    page.get_by_role("button", name={"en": "Change", "ar": "تغيير"}[lang]).nth(3).click()
    page.get_by_role("button", name={"en": "Yes", "ar": "نعم"}[lang], exact=True).click()
    expect(page.locator(".mine")).to_have_count(5)
    page.get_by_role("textbox").fill("gift")
    send.click()
    page.get_by_role("textbox").fill("no")
    send.click()
    expect(page.get_by_text({"en": "Thank you!", "ar": "شكرًا لك!"}[lang])).to_be_visible()
    assert page.url == f"{site.url}/q/kinds?lang={lang}" or page.url == f"{site.url}/q/kinds"
    assert "r_" not in page.url


def test_without_javascript_the_language_switches_and_an_address_can_be_left(site: Site, open_page: Opener) -> None:
    page = open_page(f"{site.url}/q/skin-match?lang=en", java_script_enabled=False)
    page.get_by_role("button", name="Begin").click()
    page.locator(".choice").first.click()
    page.get_by_role("button", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator(".mine")).to_have_count(1)
    _finish_forms(page)
    expect(page.locator(".goods li")).to_have_count(3)
    page.locator("#email").fill("not an address@")
    page.locator("form:has(#email) button.solid").click(no_wait_after=True)
    page.locator("#phone").fill("0")
    page.locator("form:has(#phone) button.solid").click()
    expect(page.get_by_role("alert")).to_have_text("يبدو أن في الرقم خطأً. كتابته مع رمز الدولة تكفي.")
    page.locator("#email").fill("forms@example.com")
    page.locator("form:has(#email) [type=checkbox]").check()
    page.locator("form:has(#email) button.solid").click()
    expect(page.locator("#contact")).to_contain_text("شكرًا لك")


def _finish_forms(page: Page) -> None:
    for _ in range(20):
        if page.locator(".result").count():
            return
        if page.get_by_role("checkbox").count():
            page.get_by_role("checkbox").first.check()
            page.locator("fieldset .solid").click()
        else:
            page.locator("fieldset .choice").first.click()
    raise AssertionError("the forms do not end")


def test_forms_that_make_no_sense_are_refused_without_a_crash(site: Site, open_page: Opener) -> None:
    page = open_page(f"{site.url}/q/kinds?lang=en", java_script_enabled=False)
    for fields in (
        {"response_id": "r_unknown", "item_id": "recommend", "value": "3"},
        {"response_id": "a\x00b", "change": "x"},
        {"visit": "\x00", "lang": "xx"},
        {"response_id": "r_unknown", "phone": "1" * 5000},
        {"response_id": "r_unknown", "email": "\ud800"},
    ):
        body: dict[str, Any] = {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}
        reply = page.request.post(f"{site.url}/q/kinds", form=body)
        assert reply.status in (200, 404)
    assert page.request.post(f"{site.url}/q/nothing", form={}).status == 404


@pytest.mark.parametrize("lang", [pytest.param("en", marks=pytest.mark.long), "ar"])
@pytest.mark.parametrize("path", ["/shop/", "/shop/oud-candle", "/shop/thanks", "/q/kinds", "/q/skin-match"])
def test_nothing_scrolls_sideways_at_320_pixels(site: Site, open_page: Opener, path: str, lang: str) -> None:
    page = open_page(f"{site.url}{path}?lang={lang}", width=320, height=640)
    if path != "/shop/oud-candle":
        page.locator("firasa-quiz").first.scroll_into_view_if_needed()
        expect(Chat(page).question).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    if path.startswith("/q/"):
        chat = Chat(page)
        chat.finish()
        wide = chat.root.locator(".scroll").evaluate("(scroll) => scroll.scrollWidth - scroll.clientWidth")
        assert wide == 0


def test_a_shopper_walks_through_the_demo_shop(site: Site, open_page: Opener) -> None:
    page = open_page(f"{site.url}/", width=1280, height=900)
    expect(page.get_by_text("A simulated shop.")).to_be_visible()
    page.get_by_role("link", name="Reserve Oud Oil").first.click()
    expect(page.get_by_text("SAR 690.00")).to_be_visible()
    page.get_by_role("link", name="العربية").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("دهن العود المعتّق")
    page.get_by_role("link", name="طلب تجريبي").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("شكرًا على طلبك.")
    page.locator("firasa-quiz").scroll_into_view_if_needed()
    Chat(page).finish()
