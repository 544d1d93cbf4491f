"""Logging in: who gets in, who does not, and how sessions end."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from service.operations import logins, users
from service.operations.logins import ACCOUNT_LIMIT, ADDRESS_LIMIT, MINUTE, LoginRefused, LoginThrottled
from tests.e2e.admin_world import PASSWORD, Admin, empty_admin, page, send, words


@pytest.fixture
def admin(database_url: str) -> Iterator[Admin]:
    with empty_admin(database_url) as found:
        yield found


def test_a_visitor_is_sent_to_log_in_and_back_to_where_they_wanted_to_go(admin: Admin) -> None:
    admin.user()
    sent = admin.browser.get("/admin/customers?q=muna")
    assert sent.status_code == 303
    form = {"email": "owner@example.com", "password": PASSWORD, "next": "/admin/customers?q=muna"}
    assert send(admin.browser, "/admin/login", **form).location == "/admin/customers?q=muna"
    assert admin.browser.get("/admin/").status_code == 200


@pytest.mark.parametrize("target", ["https://evil.example/admin", "//evil.example/admin", "/\\evil.example", "/shop/"])
def test_a_log_in_leads_nowhere_outside_the_admin(admin: Admin, target: str) -> None:
    admin.user()
    answer = send(admin.browser, "/admin/login", email="owner@example.com", password=PASSWORD, next=target)
    assert answer.location == "/admin/"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(admin: Admin) -> None:
    admin.user()
    wrong = send(admin.browser, "/admin/login", email="owner@example.com", password="something else")
    unknown = send(admin.browser, "/admin/login", email="nobody@example.com", password="something else")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    said = [words(answer.get_data(as_text=True)) for answer in (wrong, unknown)]
    assert said[0] == said[1]


def test_ten_failures_close_an_account_for_a_quarter_of_an_hour(admin: Admin) -> None:
    admin.user()
    for number in range(ACCOUNT_LIMIT):
        with pytest.raises(LoginRefused):
            logins.log_in(admin.ctx, "owner@example.com", "wrong password", f"10.0.0.{number}")
    refused = send(admin.browser, "/admin/login", email="OWNER@example.com ", password=PASSWORD)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 15 * 60
    later = replace(admin.ctx, now=admin.ctx.now + 16 * MINUTE)
    assert logins.log_in(later, "owner@example.com", PASSWORD, "10.0.0.1").role == "owner"


def test_an_address_that_tries_many_accounts_is_closed_too(admin: Admin) -> None:
    admin.user()
    for number in range(ADDRESS_LIMIT):
        with pytest.raises(LoginRefused):
            logins.log_in(admin.ctx, f"guess{number}@example.com", "wrong password", "10.9.9.9")
    with pytest.raises(LoginThrottled):
        logins.log_in(admin.ctx, "owner@example.com", PASSWORD, "10.9.9.9")
    assert logins.log_in(admin.ctx, "owner@example.com", PASSWORD, "10.1.1.1").email == "owner@example.com"


def test_many_tries_at_the_same_time_do_not_slip_under_the_limit(admin: Admin) -> None:
    admin.user()
    ctx = admin.ctx

    def attempt(number: int) -> str:
        try:
            logins.log_in(ctx, "owner@example.com", f"wrong password {number}", f"10.0.1.{number}")
        except (LoginRefused, LoginThrottled) as error:
            return type(error).__name__
        return "in"

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(attempt, range(24)))
    assert found.count("LoginRefused") == ACCOUNT_LIMIT


def test_a_success_forgets_the_failures_before_it(admin: Admin) -> None:
    admin.user()
    for _ in range(2):
        for _ in range(ACCOUNT_LIMIT - 1):
            with pytest.raises(LoginRefused):
                logins.log_in(admin.ctx, "owner@example.com", "wrong password", "10.0.0.1")
        logins.log_in(admin.ctx, "owner@example.com", PASSWORD, "10.0.0.2")


def test_the_session_cookie_is_for_this_server_and_this_site_only(database_url: str) -> None:
    with empty_admin(database_url, public_url="https://firasa.example.com") as admin:
        admin.user()
        answer = admin.browser.post(
            "/admin/login", base_url="https://localhost", data={"email": "owner@example.com", "password": PASSWORD}
        )
        cookie = answer.headers["Set-Cookie"]
        for part in ("HttpOnly", "SameSite=Lax", "Secure", "Path=/admin"):
            assert part in cookie


def test_logging_out_everywhere_ends_the_other_sessions_too(admin: Admin) -> None:
    here, there = admin.log_in(), admin.log_in()
    send(here, "/admin/account/sessions")
    assert here.get("/admin/").status_code == 303
    assert there.get("/admin/").status_code == 303


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(admin: Admin) -> None:
    here, there = admin.log_in(), admin.log_in()
    wrong = send(here, "/admin/account/password", current="not this one", password="a brand new pass phrase")
    assert wrong.status_code == 422
    assert there.get("/admin/").status_code == 200
    send(here, "/admin/account/password", current=PASSWORD, password="a brand new pass phrase")
    assert here.get("/admin/").status_code == 200
    assert there.get("/admin/").status_code == 303
    with pytest.raises(LoginRefused):
        logins.log_in(admin.ctx, "owner@example.com", PASSWORD, "10.0.0.1")


def test_somebody_locked_out_is_out_at_once(admin: Admin) -> None:
    owner, viewer = admin.log_in(), admin.log_in("viewer")
    found = users.find(admin.ctx, "viewer@example.com")
    send(owner, f"/admin/settings/people/{found.id}/disable")
    assert viewer.get("/admin/").status_code == 303
    with pytest.raises(LoginRefused):
        logins.log_in(admin.ctx, "viewer@example.com", PASSWORD, "10.0.0.1")
    send(owner, f"/admin/settings/people/{found.id}/enable")
    assert logins.log_in(admin.ctx, "viewer@example.com", PASSWORD, "10.0.0.1").role == "viewer"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    ],
)
def test_a_form_from_another_site_changes_nothing(admin: Admin, headers: dict[str, str]) -> None:
    owner = admin.log_in()
    answer = owner.post("/admin/settings", data={"name": "Stolen", "numerals": "latn"}, headers=headers)
    assert answer.status_code == 403
    assert admin.ctx.shop.name != "Stolen"


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://localhost"}, {"Sec-Fetch-Site": "none"}])
def test_a_form_of_the_admin_itself_is_taken(admin: Admin, headers: dict[str, str]) -> None:
    owner = admin.log_in()
    answer = owner.post("/admin/settings", data={"name": "Mine", "numerals": "latn"}, headers=headers)
    assert answer.status_code == 303
    assert admin.ctx.shop.name == "Mine"


def test_a_stolen_or_broken_cookie_is_nobody(admin: Admin) -> None:
    admin.user()
    for value in ("", "nonsense", "eyJ1c2VyIjoxfQ.aaaa.bbbb"):
        admin.browser.set_cookie("firasa_session", value, path="/admin")
        assert admin.browser.get("/admin/").status_code == 303


@pytest.mark.parametrize("email", ["a\x00b@example.com", "x" * 100_000, "\ud800@example.com", "نور@مثال.السعودية", ""])
def test_no_typed_address_breaks_the_log_in(admin: Admin, email: str) -> None:
    answer = admin.browser.post(
        "/admin/login", data={"email": email.encode("utf-8", "replace"), "password": "x" * 9000}
    )
    assert answer.status_code in (400, 401)


def test_a_first_visitor_learns_how_the_first_account_is_made(admin: Admin) -> None:
    assert "firasa users create" in page(admin.browser, "/admin/login")
    admin.user()
    assert "firasa users create" not in page(admin.browser, "/admin/login")
