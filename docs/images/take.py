"""Takes the pictures of the documentation from a running demo, with Chromium.

make demo                                                   prints the address and the admin's password
python docs/images/take.py http://127.0.0.1:8000 PASSWORD   writes the pictures beside this file
"""

from __future__ import annotations

import base64
import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

HERE = Path(__file__).resolve().parent
OWNER = "owner@demo.example"
QUIZ = "skin-match"
PHONE: ViewportSize = {"width": 440, "height": 860}
DESK: ViewportSize = {"width": 1240, "height": 860}
WIDE: ViewportSize = {"width": 1240, "height": 760}
CHOICES = "firasa-quiz [role=radio], firasa-quiz [role=checkbox]"
DONE = re.compile("^(Done|تم)$")
# What the shopper of the pictures answers: the position of the choice, question by question.
TAPPED = (1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1)


def main() -> None:
    address, password = sys.argv[1].rstrip("/"), sys.argv[2]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        asked, results = [], []
        for lang in ("en", "ar"):
            page = browser.new_page(viewport=PHONE, device_scale_factor=1.5, locale=lang)
            page.goto(f"{address}/q/{QUIZ}?lang={lang}")
            asked.append(_answer(page))
            page.wait_for_timeout(1500)
            results.append(page.screenshot())
        _beside(browser, asked, "chat.png")
        _beside(browser, results, "result.png")
        _overview(browser, address, password)
        _receiver(browser, address)
        browser.close()


def _answer(page: Page) -> bytes:
    """Walk through the quiz; gives the picture of the third question with a choice taken."""
    picture = b""
    for number, position in enumerate(TAPPED):
        page.wait_for_timeout(900)
        choices = page.locator(CHOICES).filter(visible=True)
        if not choices.count():
            break
        several = choices.first.get_attribute("role") == "checkbox"
        choices.nth(min(position, choices.count() - 1)).click()
        page.mouse.move(0, 0)
        page.wait_for_timeout(400)
        if number == 2:
            picture = page.screenshot()
        if several:
            page.locator("firasa-quiz").get_by_role("button", name=DONE).click()
    return picture


def _beside(browser: Browser, pictures: list[bytes], name: str) -> None:
    """English at the left, Arabic at the right, as people hold them."""
    width, height = PHONE["width"], PHONE["height"]
    page = browser.new_page(viewport={"width": 2 * width + 72, "height": height + 48}, device_scale_factor=1.25)
    shown = "".join(f'<img src="data:image/png;base64,{base64.b64encode(one).decode()}">' for one in pictures)
    page.set_content(
        f"<style>body{{margin:0;padding:24px;display:flex;gap:24px;background:#ece8e1}}"
        f"img{{width:{width}px;border-radius:14px;box-shadow:0 4px 18px #0002}}</style>{shown}"
    )
    page.wait_for_timeout(300)
    page.screenshot(path=HERE / name)


def _overview(browser: Browser, address: str, password: str) -> None:
    page = browser.new_page(viewport=DESK, device_scale_factor=1.25, locale="en")
    page.goto(f"{address}/admin/")
    page.fill("input[name=email]", OWNER)
    page.fill("input[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/")
    page.wait_for_timeout(1000)
    page.screenshot(path=HERE / "overview.png")


def _receiver(browser: Browser, address: str) -> None:
    """The stand-in for the email tool listens one port further."""
    host, _, port = address.rpartition(":")
    page = browser.new_page(viewport=WIDE, device_scale_factor=1.25, locale="en")
    page.goto(f"{host}:{int(port) + 1}/")
    page.wait_for_timeout(1000)
    page.screenshot(path=HERE / "receiver.png")


if __name__ == "__main__":
    main()
