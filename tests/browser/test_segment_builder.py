"""A nested segment is built and saved in a real browser, with and without JavaScript, by keyboard too; sound in both
languages and themes."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from service.operations import segment_history
from tests.browser.conftest import Opener
from tests.browser.test_admin_pages import AUDIT, WIDER, log_in
from tests.browser.test_admin_pages import admin as admin
from tests.e2e.admin_world import Admin

pytestmark = pytest.mark.browser
Scheme = Literal["light", "dark"]
STARTERS = ("gateway-not-bridged", "engaged-30-days", "at-risk", "fallen-champions", "around-riyadh")
NESTED = {
    "all": [
        {"fact": "orders.count", "op": "gte", "value": 2},
        {"any": [{"fact": "customer.country", "op": "in", "value": ["SA", "GB"]}, {"segment": "whales", "op": "is"}]},
    ]
}


def choose(page: Page, name: str, value: str, scripts: bool, shows: str) -> None:
    """Choose, and see the fields that belong to it: at once with a script, by a button without."""
    page.locator(f'select[name="{name}"]').select_option(value)
    if not scripts:
        page.locator('button[value="refresh"]').press("Enter")
    expect(page.locator(f'[name="{shows}"]').first).to_be_visible()


def build(page: Page, scripts: bool) -> None:
    """Put the nested condition together."""
    page.locator('input[name="c.0:value"]').fill("2")
    page.get_by_role("button", name="Add a group", exact=True).click()
    expect(page.locator('select[name="c.1:join"]')).to_have_value("any")
    choose(page, "c.1.0:about", "person", scripts, "c.1.0:fact")
    page.locator('select[name="c.1.0:fact"]').select_option("customer.country")
    choose(page, "c.1.0:op", "in", scripts, "c.1.0:op")
    for country in ("GB", "SA"):
        page.locator(f'input[name="c.1.0:value"][value="{country}"]').check()
    page.get_by_role("button", name="Add a condition: Group 2").click()
    choose(page, "c.1.1:about", "segments", scripts, "c.1.1:segment")
    page.locator('select[name="c.1.1:segment"]').select_option("whales")


@pytest.mark.parametrize("scripts", [True, pytest.param(False, marks=pytest.mark.long)])
def test_a_nested_segment_is_built_and_saved(admin: tuple[str, Admin], open_page: Opener, scripts: bool) -> None:
    address, shop = admin
    page = open_page(f"{address}/admin/login", width=1280, java_script_enabled=scripts)
    log_in(page, address)
    page.goto(f"{address}/admin/segments/new")
    build(page, scripts)
    if scripts:
        expect(page.locator("#live .count")).to_contain_text("2 customers")
    page.get_by_role("button", name="Show what saving would do").click()
    expect(page.get_by_role("heading", name="What would saving do?")).to_be_visible()
    expect(page.locator(".samples li").first).to_contain_text("منى الأحمد")
    name = f"Nested {'with' if scripts else 'without'} script"
    page.locator('[name="name.en"]').fill(name)
    page.locator('[name="name.ar"]').fill("متداخلة")
    page.get_by_role("button", name="Save the segment").click()
    expect(page.get_by_role("status")).to_contain_text("Saved as version 1")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    expect(page.locator("#progress")).to_contain_text("Everybody is held against the changed definitions")
    saved = segment_history.document_of(shop.ctx, name.lower().replace(" ", "-"))
    assert saved["when"] == NESTED


def test_the_focus_stays_where_one_works_and_what_is_typed_is_kept(admin: tuple[str, Admin], open_page: Opener) -> None:
    address, _ = admin
    page = open_page(f"{address}/admin/login", width=1280)
    log_in(page, address)
    page.goto(f"{address}/admin/segments/new")
    about = page.locator('select[name="c.0:about"]')
    about.focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator('select[name="c.0:within"], input[name="c.0:within"]')).to_be_visible()
    expect(about).to_be_focused()
    about.select_option("orders")
    value = page.locator('input[name="c.0:value"]')
    value.fill("1")
    expect(page.locator("#live .count")).to_contain_text("3 customers")
    expect(value).to_be_focused()
    page.get_by_role("button", name="Add a condition", exact=True).press("Enter")
    expect(page.locator('#row-c-1 select[name="c.1:sense"]')).to_be_focused()
    page.get_by_role("button", name=re.compile("^Move up: Their orders")).press("Enter")
    expect(page.locator('input[name="c.1:value"]')).to_have_value("1")
    expect(page.locator('input[name="c.0:value"]')).to_have_value("")
    page.get_by_role("button", name="Show what saving would do").press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator('input[name="c.0:value"]')).to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize(
    ("lang", "scheme", "width"),
    [
        ("ar", "light", 390),
        pytest.param("en", "dark", 1280, marks=pytest.mark.long),
        pytest.param("ar", "dark", 1280, marks=pytest.mark.long),
        pytest.param("en", "light", 320, marks=pytest.mark.long),
    ],
)
def test_every_kind_of_condition_is_sound(
    admin: tuple[str, Admin], open_page: Opener, lang: str, scheme: Scheme, width: int
) -> None:
    address, _ = admin
    page = open_page(f"{address}/admin/login", width=width, color_scheme=scheme, reduced_motion="reduce")
    page.context.add_cookies([{"name": "lang", "value": lang, "url": address}])
    log_in(page, address)
    found = []
    for begun in STARTERS if width != 390 else STARTERS[:2]:
        page.goto(f"{address}/admin/segments/new?from={begun}")
        page.locator('button[value="preview"]').click()
        expect(page.locator("#tried")).to_be_visible()
        found += [f"{begun}: {what}" for what in page.evaluate(AUDIT)]
        if page.evaluate(WIDER) > 0:
            found.append(f"{begun}: wider than the screen")
    page.goto(f"{address}/admin/segments/new")
    page.locator('button[value="save"]').click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += [f"wrong: {what}" for what in page.evaluate(AUDIT)]
    assert found == []
