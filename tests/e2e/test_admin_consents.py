"""Withdrawing consent and erasing a person in the admin: who may, what is said before, and what is true after."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from service.operations import consents
from tests.e2e.admin_world import Admin, page, send, words


@pytest.fixture
def owner(admin: Admin) -> FlaskClient:
    return admin.log_in()


def test_withdrawing_is_said_on_the_page_and_in_the_record(admin: Admin, owner: FlaskClient) -> None:
    assert "Email yes" in words(page(owner, "/admin/customers/1"))
    assert send(owner, "/admin/customers/1/withdraw", channel="email").status_code == 303
    said = words(page(owner, "/admin/customers/1"))
    assert "Consent is withdrawn." in said
    assert "Email no: withdrawn" in said
    assert "withdrew the consent of c_1" in words(page(owner, "/admin/settings/people"))
    (kept,) = admin.runtime.db.query("SELECT source FROM consents WHERE state = 'withdrawn'")
    assert kept["source"] == "admin:owner@example.com"


def test_what_cannot_be_withdrawn_changes_nothing(admin: Admin, owner: FlaskClient) -> None:
    assert send(owner, "/admin/customers/1/withdraw", channel="fax").status_code == 400
    assert send(owner, "/admin/customers/999/withdraw").status_code == 404
    assert consents.permissions(admin.ctx, 1)["email"].allowed


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_erasing_is_asked_on_a_page_of_its_own(admin: Admin, owner: FlaskClient, lang: str) -> None:
    html = page(owner, "/admin/customers/1/erase", lang)
    assert 'method="post" action="/admin/customers/1/erase"' in html
    assert "منى الأحمد" in html
    assert "<script>" not in html
    page(owner, "/admin/customers/1", lang)


def test_an_erased_person_is_gone_from_the_admin(admin: Admin, owner: FlaskClient) -> None:
    before = admin.runtime.db.query("SELECT COUNT(*) AS orders FROM orders")
    assert send(owner, "/admin/customers/1/erase").status_code == 303
    said = words(page(owner, "/admin/customers"))
    assert "The person is erased." in said
    assert "muna@example.com" not in said
    for path in ("/admin/customers/1", "/admin/customers/1/erase"):
        page(owner, path, status=404)
    assert send(owner, "/admin/customers/1/erase").status_code == 404
    assert admin.runtime.db.query("SELECT COUNT(*) AS orders FROM orders") == before
    page(owner, "/admin/sync/deliveries")
    page(owner, "/admin/sync/deliveries/1")


def test_only_owners_erase_and_viewers_change_nothing(admin: Admin) -> None:
    marketer, viewer = admin.log_in("marketer"), admin.log_in("viewer")
    assert "Erase this person" not in words(page(marketer, "/admin/customers/1"))
    assert "Withdraw consent" in words(page(marketer, "/admin/customers/1"))
    assert "Withdraw consent" not in words(page(viewer, "/admin/customers/1"))
    page(marketer, "/admin/customers/1/erase", status=403)
    assert send(marketer, "/admin/customers/1/erase").status_code == 403
    assert send(viewer, "/admin/customers/1/withdraw").status_code == 403
