"""axe finds nothing in any kind of question, in both languages, both themes, on a phone and on a desk."""

from __future__ import annotations

from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page

from tests.browser.chat import Chat
from tests.browser.conftest import Opener, Site

pytestmark = [pytest.mark.browser, pytest.mark.long]
WRITTEN = {"date": "1990-05-17", "email": "axe@example.com", "phone": "+966501234567", "number": "3"}
RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.map(
  ({id, nodes}) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`)"""
TYPE = "(element) => element.chat.turn.item?.type"


@pytest.fixture(scope="module")
def axe() -> str:
    found = find_spec("axe_playwright_python")
    if found is None or not found.submodule_search_locations:
        pytest.skip("needs axe: the package axe-playwright-python")
    return (Path(found.submodule_search_locations[0]) / "axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize(("lang", "scheme", "width"), [*product(("en", "ar"), ("light", "dark"), (390, 1280))], ids=str)
def test_axe_finds_nothing(
    site: Site, open_page: Opener, axe: str, lang: str, scheme: Literal["light", "dark"], width: int
) -> None:
    page = open_page("about:blank", width=width, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    page.context.add_init_script(axe)
    found: list[str] = []
    for quiz in ("kinds", "more-kinds", "skin-match"):
        page.goto(f"{site.url}/q/{quiz}?lang={lang}")
        chat = Chat(page)
        chat.question.wait_for()
        for _ in range(20):
            kind = chat.root.evaluate(TYPE)
            if kind is None:
                break
            found += [f"{quiz} {kind} {what}" for what in page.evaluate(RUN)]
            _answer(chat, page, kind)
        chat.root.locator(".fold").click()
        found += [f"{quiz} end {what}" for what in page.evaluate(RUN)]
    page.goto(f"{site.url}/shop/?lang={lang}")
    page.locator(".launch").click()
    Chat(page, "bubble").question.wait_for()
    found += [f"bubble {what}" for what in page.evaluate(RUN) if "firasa-quiz" in what]
    assert found == []


def _answer(chat: Chat, page: Page, kind: str) -> None:
    before = chat.answers.count()
    if kind in ("multiple", "ranking"):
        for position in range(3 if kind == "ranking" else 2):
            chat.choices.nth(position).click()
        chat.done()
    elif chat.choices.count():
        chat.choices.first.click()
    else:
        chat.write(WRITTEN.get(kind, "words"))
    chat.root.locator(f".log .mine:not(.held) >> nth={before}").wait_for(state="attached")
    page.wait_for_timeout(60)
