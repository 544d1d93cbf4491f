"""What goes wrong on the way: reloads, second windows, lost networks, double taps, conversations that have ended."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.chat import Chat
from tests.browser.conftest import Opener, Site

pytestmark = pytest.mark.browser
ANSWERS = re.compile(r"/v1/responses/[^/]+/answers$")
START = re.compile(r"/v1/responses$")


@pytest.fixture
def page(site: Site, context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto(f"{site.url}/q/kinds?lang=en")
    Chat(page).asks("How likely are you to recommend us?")
    return page


def test_a_reload_goes_on_with_the_same_response(site: Site, page: Page) -> None:
    chat = Chat(page)
    chat.tap("9", "How was the delivery?")
    before = site.count("responses")
    page.reload()
    chat.asks("How was the delivery?")
    expect(chat.answers).to_have_text("You: 9")
    assert site.count("responses") == before
    chat.answers.first.click()  # the choices of an answered question are there after a reload too
    expect(chat.choices).to_have_count(11)


def test_without_storage_the_conversation_lives_as_long_as_the_page(site: Site, context: BrowserContext) -> None:
    context.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('blocked') }})")
    page = context.new_page()
    page.goto(f"{site.url}/q/kinds?lang=en")
    chat = Chat(page)
    chat.tap("9", "How was the delivery?")
    chat.tap("5", "What nearly stopped you?")


def test_a_double_tap_is_one_answer(site: Site, page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if ANSWERS.search(request.url) else None)
    Chat(page).choice("9").first.dblclick()
    Chat(page).asks("How was the delivery?")
    assert len(sent) == 1


def test_a_lost_network_keeps_the_answer_and_sends_it_later(page: Page, errors: list[str]) -> None:
    chat = Chat(page)
    page.context.set_offline(True)
    chat.tap("9")
    expect(chat.note).to_contain_text("No connection. Your answer is kept; next try in 1 second.")
    expect(chat.answers).to_have_class(re.compile("held"))
    expect(chat.note).to_contain_text("in 2 seconds")
    page.context.set_offline(False)
    chat.asks("How was the delivery?")
    expect(chat.note).to_be_empty()
    errors.clear()  # the browser says in the console that it was offline


def test_a_failing_server_is_retried_by_hand_and_an_unsent_answer_outlives_a_reload(
    page: Page, errors: list[str]
) -> None:
    chat = Chat(page)
    page.route(ANSWERS, lambda route: route.fulfill(status=503, body="down"))
    page.clock.install()  # from here on no retry comes by itself
    chat.tap("9")
    expect(chat.note).to_contain_text("No connection")
    page.unroute(ANSWERS)
    chat.root.get_by_role("button", name="Try now").click()
    chat.asks("How was the delivery?")
    page.route(ANSWERS, lambda route: route.abort())
    chat.tap("5")
    expect(chat.note).to_contain_text("No connection")
    page.unroute(ANSWERS)
    page.reload()
    chat.asks("What nearly stopped you?")
    expect(chat.answers).to_have_count(2)
    errors.clear()


def test_a_conversation_that_cannot_begin_says_so_and_begins_later(
    site: Site, context: BrowserContext, errors: list[str]
) -> None:
    page = context.new_page()
    refused: list[Route] = []

    def once(route: Route) -> None:
        if refused:
            route.continue_()
        else:
            refused.append(route)
            route.abort()

    page.route(START, once)
    page.goto(f"{site.url}/q/kinds?lang=ar")
    chat = Chat(page)
    expect(chat.note).to_contain_text(re.compile("تعذّر تحميل المحادثة|لا يوجد اتصال"))
    chat.asks("ما احتمال أن توصي بنا؟")
    errors.clear()


def test_too_many_requests_wait_as_long_as_asked(page: Page, errors: list[str]) -> None:
    chat = Chat(page)
    problem = '{"code": "too_many_requests", "detail": "", "status": 429, "title": "", "type": "", "errors": []}'
    page.route(ANSWERS, lambda route: route.fulfill(status=429, body=problem, headers={"Retry-After": "7"}))
    chat.tap("9")
    expect(chat.note).to_contain_text("A short pause is needed: 7 seconds.")
    errors.clear()


def test_two_windows_agree_on_one_response(site: Site, page: Page, errors: list[str]) -> None:
    before = site.count("responses")
    other = page.context.new_page()
    other.goto(page.url)
    first, second = Chat(page), Chat(other)
    second.asks("How likely are you to recommend us?")
    first.tap("9", "How was the delivery?")
    second.tap("9", "How was the delivery?")  # the same answer again: nothing to complain about
    first.tap("5", "What nearly stopped you?")
    second.tap("1")  # another one, to a conversation that has moved on
    expect(second.note).to_contain_text("This conversation went on in another window.")
    second.asks("What nearly stopped you?")
    expect(second.answers.nth(1)).to_have_text("You: 5")
    assert site.count("responses") == before
    errors.clear()  # the console mentions the 409


def test_a_response_that_is_gone_becomes_a_new_one(site: Site, page: Page, errors: list[str]) -> None:
    chat = Chat(page)
    problem = '{"code": "response_not_found", "detail": "", "status": 404, "title": "", "type": "", "errors": []}'
    page.route(ANSWERS, lambda route: route.fulfill(status=404, body=problem))
    chat.tap("9")
    expect(chat.note).to_contain_text("The earlier conversation has ended")
    chat.asks("How likely are you to recommend us?")
    expect(chat.answers).to_have_count(0)
    errors.clear()


def test_an_unknown_quiz_says_so(site: Site, open_page: Opener, errors: list[str]) -> None:
    page = open_page(f"{site.url}/shop/?lang=ar")
    page.evaluate("document.querySelector('firasa-quiz').setAttribute('quiz', 'nothing')")
    page.locator("#match").scroll_into_view_if_needed()
    expect(Chat(page).note).to_contain_text("هذا الاختبار غير متاح حاليًا.")
    errors.clear()


def test_two_windows_opened_at_once_are_one_visit(site: Site, context: BrowserContext) -> None:
    before = site.count("responses")
    pages = [context.new_page() for _ in range(2)]
    for page in pages:
        page.goto("about:blank")
        page.route(START, lambda route: route.continue_())
    pages[0].goto(f"{site.url}/q/kinds?lang=en", wait_until="commit")
    pages[1].goto(f"{site.url}/q/kinds?lang=en", wait_until="commit")
    for page in pages:
        Chat(page).asks("How likely are you to recommend us?")
    assert site.count("responses") == before + 1


def test_the_back_button_goes_back_in_the_browser_and_forward_to_the_same_conversation(site: Site, page: Page) -> None:
    chat = Chat(page)
    chat.tap("9", "How was the delivery?")
    before = site.count("responses")
    page.goto(f"{site.url}/shop/rose-water?lang=en")
    page.go_back()
    chat.asks("How was the delivery?")
    expect(chat.answers).to_have_text("You: 9")
    assert site.count("responses") == before
