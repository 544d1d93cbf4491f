"""A segment is paused and resumed in the admin, and the reason of a whale says from which amount on."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from service.operations import profiles, reports
from tests.e2e.admin_world import Admin, page, send, words

WHALES = "/admin/segments/whales"


@pytest.fixture
def marketer(admin: Admin) -> FlaskClient:
    return admin.log_in("marketer")


def refresh(admin: Admin) -> None:
    admin.runtime.forget()
    profiles.recompute(lambda: admin.runtime.context(actor="worker"))


def members(admin: Admin) -> int:
    found = reports.segment_counts(admin.ctx).get("whales")
    return found.members if found else 0


def test_a_segment_is_paused_and_resumed_and_the_page_says_before_for_how_many(
    admin: Admin, marketer: FlaskClient
) -> None:
    assert members(admin) == 1
    said = words(page(marketer, WHALES))
    assert (
        "loses the tag “\N{FIRST STRONG ISOLATE}whale\N{POP DIRECTIONAL ISOLATE}” in your tools: 1 customer now" in said
    )
    assert "Pause the segment" in said

    assert send(marketer, f"{WHALES}/pause").status_code == 303
    refresh(admin)
    assert members(admin) == 0
    said = words(page(marketer, WHALES))
    assert "Paused. The worker takes everybody out of it now." in said
    assert "Everybody is looked at again: 3 customers." in said
    assert "It is paused: nobody comes in until it is resumed." in said
    assert "Pause the segment" not in said

    assert send(marketer, f"{WHALES}/resume").status_code == 303
    refresh(admin)
    assert members(admin) == 1
    assert "Resumed. The worker looks at every customer now." in words(page(marketer, WHALES))


def test_the_page_says_it_in_arabic(marketer: FlaskClient) -> None:
    assert "وعددهم الآن: عميل واحد" in words(page(marketer, WHALES, "ar"))
    send(marketer, f"{WHALES}/pause")
    assert "وعددهم: 3 عملاء" in words(page(marketer, WHALES, "ar"))


def test_who_may_only_look_can_not_pause(admin: Admin) -> None:
    viewer = admin.log_in("viewer")
    assert "Pause the segment" not in words(page(viewer, WHALES))
    assert send(viewer, f"{WHALES}/pause").status_code == 403
    assert members(admin) == 1


@pytest.mark.parametrize("path", [f"{WHALES}/freeze", "/admin/segments/nothing/pause"])
def test_what_there_is_not_is_not_found(marketer: FlaskClient, path: str) -> None:
    assert send(marketer, path).status_code == 404


def test_pausing_is_in_the_record_of_changes(admin: Admin) -> None:
    owner = admin.log_in()
    send(owner, f"{WHALES}/pause")
    assert "paused segment whales" in words(page(owner, "/admin/settings/people"))


def test_the_reason_of_a_whale_names_the_amount(admin: Admin, marketer: FlaskClient) -> None:
    assert admin.ctx.definitions.rules.rfm is not None
    assert admin.ctx.definitions.rules.rfm.whales.threshold == 113_400
    said = words(page(marketer, WHALES))
    assert (
        said.count("mong the best 20% by net revenue (SAR 1,134.00 or more)") == 2
    )  # its definition, the member's reason
    assert "1,134" in words(page(marketer, WHALES, "ar"))
