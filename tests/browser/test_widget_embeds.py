"""Pop-ups, links from emails, and what the page can say to the chat."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect

from service.domain import links
from service.operations import quizzes
from service.store import customers
from tests.browser.chat import Chat
from tests.browser.conftest import Opener, Site

pytestmark = [pytest.mark.browser, pytest.mark.long]
FIRST = "ما احتمال أن توصي بنا؟"
NEVER = 4_000_000_000


def popup(site: Site, when: str, quiz: str = "kinds") -> str:
    return f"{site.shop}/?firasa={site.url}&mode=popup&when={when}&quiz={quiz}"


@pytest.mark.parametrize("when", ["delay:0.3", pytest.param("scroll:90", marks=pytest.mark.long), "exit", "purchase"])
def test_a_popup_comes_when_it_should_and_once(site: Site, open_page: Opener, when: str) -> None:
    before = site.count("responses")
    page = open_page(popup(site, when), width=1280, height=300, reduced_motion="reduce")
    dialog = page.get_by_role("dialog")
    page.locator("firasa-quiz").wait_for(state="attached")
    if when == "scroll:90":
        expect(dialog).to_be_hidden()
        page.mouse.wheel(0, 2000)
    elif when == "exit":
        page.mouse.move(600, 200)
        page.evaluate(
            "document.documentElement.dispatchEvent(new MouseEvent('mouseout', {bubbles: true, clientY: -1}))"
        )
    elif when == "purchase":
        page.evaluate("document.dispatchEvent(new CustomEvent('firasa:purchase', {detail: {}}))")
    expect(dialog).to_be_visible()
    Chat(page).asks(FIRST)
    assert site.count("responses") == before + 1
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.reload()
    page.evaluate("document.dispatchEvent(new CustomEvent('firasa:purchase'))")
    page.wait_for_timeout(500)
    expect(dialog).to_be_hidden()


def test_a_popup_without_a_quiz_asks_which_one_is_due(site: Site, open_page: Opener) -> None:
    page = open_page("about:blank", width=1280)
    page.route("**/v1/surveys/next?*", lambda route: route.fulfill(json={"quiz": "kinds"}, headers=OPEN))
    page.goto(popup(site, "delay:0", quiz=""))
    Chat(page).asks(FIRST)


OPEN = {"Access-Control-Allow-Origin": "*"}


def test_nothing_is_shown_when_nothing_is_due(site: Site, open_page: Opener) -> None:
    page = open_page("about:blank", width=1280)
    with page.expect_request("**/v1/surveys/next?*"):
        page.goto(popup(site, "delay:0", quiz=""))
    page.wait_for_timeout(300)
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_an_answer_from_an_email_counts_when_a_person_is_there(site: Site, open_page: Opener) -> None:
    with site.runtime.db.write() as db:
        number = customers.resolve(db, "shop", "link-1", "link@example.com", None, 1)
    key = links.key(site.runtime.config.secret_key)
    token = links.sign(links.parse_subject(f"c_{number}"), NEVER, key)
    address = f"{site.url}/q/kinds?t={token}&a=recommend:9&lang=en"
    page = open_page(address, width=1280)
    chat = Chat(page)
    expect(chat.note).to_have_text("Your answer from the email is marked here.")
    expect(chat.choice("9")).to_have_attribute("aria-checked", "true")
    assert _whose(site) == [(number, "verified", "email")]
    assert _answers(site) == 0  # a program that opens links, scripts and all, has answered nothing
    page.mouse.move(300, 300)
    page.mouse.move(310, 310)
    chat.asks("How was the delivery?")
    assert _answers(site) == 1
    other = Chat(open_page(address))  # the same link on the phone
    other.asks("How was the delivery?")
    assert _whose(site) == [(number, "verified", "email")]


def test_who_thinks_again_before_the_answer_counts_gives_another(site: Site, open_page: Opener) -> None:
    page = open_page(f"{site.url}/q/kinds?a=recommend:9&lang=en")
    chat = Chat(page)
    expect(chat.note).to_contain_text("from the email")
    chat.choice("3").first.evaluate("(choice) => choice.click()")
    chat.asks("How was the delivery?")
    expect(chat.answers).to_have_text("You: 3")


def test_a_logged_in_customer_is_handed_over(site: Site, context: BrowserContext) -> None:
    token = links.sign(links.parse_subject("shop:shop:handed-1"), NEVER, links.key(site.runtime.config.secret_key))
    page = context.new_page()
    page.goto(f"{site.url}/shop/thanks?lang=en")
    page.locator("firasa-quiz").scroll_into_view_if_needed()
    expect(Chat(page).question).to_be_visible()
    with page.expect_response("**/v1/responses"):  # the shop finds out later who it is
        page.evaluate("(token) => document.querySelector('firasa-quiz').setAttribute('token', token)", token)
    (found,) = site.runtime.db.query(
        "SELECT r.link, i.value FROM responses r JOIN identities i ON i.customer_id = r.customer_id"
        " WHERE i.value = 'handed-1'"
    )
    assert found == {"link": "verified", "value": "handed-1"}


def test_a_version_published_meanwhile_changes_nothing_for_who_has_begun(
    site: Site, open_page: Opener, tmp_path_factory: pytest.TempPathFactory
) -> None:
    page = open_page(f"{site.url}/q/more-kinds?lang=en", width=1280)
    chat = Chat(page)
    chat.choices.first.click()
    chat.asks("Where did you hear of us?")
    source = __file__.replace("test_widget_embeds.py", "more_kinds.yaml")
    changed = tmp_path_factory.mktemp("version") / "more_kinds.yaml"
    with open(source, encoding="utf-8") as file:
        changed.write_text(file.read().replace("Where did you hear of us?", "How did you find us?"), encoding="utf-8")
    quizzes.publish_files(site.runtime.context(actor="test"), [changed])
    site.runtime.forget()
    before = site.count("responses")
    page.reload()
    chat.asks("Where did you hear of us?")
    expect(chat.answers).to_have_count(1)
    assert site.count("responses") == before
    Chat(open_page(f"{site.url}/q/more-kinds?lang=en")).choices.first.click()


def test_the_page_can_open_close_and_speak(site: Site, open_page: Opener) -> None:
    page = open_page(f"{site.shop}/?firasa={site.url}&mode=bubble", width=1280)
    page.evaluate("""window.heard = [];
        for (const name of ["open", "start", "close"]) addEventListener(`firasa:${name}`, () => heard.push(name));
        document.querySelector("firasa-quiz").open()""")
    Chat(page).asks(FIRST)
    page.evaluate("document.querySelector('firasa-quiz').close()")
    assert page.evaluate("heard") == ["open", "start", "close"]


@pytest.mark.parametrize(("property_", "part"), [("color", "mine"), ("background-color", "choice")])
def test_a_shop_dresses_parts_in_its_own_style_sheet(
    site: Site, context: BrowserContext, property_: str, part: str
) -> None:
    page = context.new_page()
    page.goto(f"{site.url}/q/kinds?lang=en")
    chat = Chat(page)
    chat.tap("9", "How was the delivery?")
    page.evaluate(
        """([property, part]) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(`firasa-quiz::part(${part}) {${property}: rgb(1, 2, 3)}`);
          document.adoptedStyleSheets = [sheet];
        }""",
        [property_, part],
    )
    expect(chat.root.locator(f".{part}").first).to_have_css(property_, "rgb(1, 2, 3)")


def _whose(site: Site) -> list[tuple[int | None, str | None, str]]:
    rows = site.runtime.db.query("SELECT customer_id, link, entry FROM responses WHERE visit LIKE 'link-%' ORDER BY id")
    return [(row["customer_id"], row["link"], row["entry"]) for row in rows]


def _answers(site: Site) -> int:
    rows = site.runtime.db.query(
        "SELECT COUNT(*) AS n FROM answers WHERE response_id IN (SELECT id FROM responses WHERE visit LIKE 'link-%')"
    )
    return int(rows[0]["n"])
