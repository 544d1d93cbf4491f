"""Roles, setup links, API keys: who may do what, and how somebody new comes in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner

from service.cli import main
from service.domain.errors import InvalidInput, NotFound, Refused
from service.domain.users import ROLES, may
from service.operations import logins, users
from service.operations.users import LINK_LIFETIME
from tests.e2e.admin_world import PASSWORD, Admin, empty_admin, page, send, words

OPEN = {"admin.login", "admin.log_in", "admin.setup", "admin.preferences", "admin.logout"}


@pytest.fixture
def admin(database_url: str) -> Iterator[Admin]:
    with empty_admin(database_url) as found:
        yield found


@pytest.fixture
def sqlite_admin(sqlite_url: str) -> Iterator[Admin]:
    with empty_admin(sqlite_url) as found:
        yield found


# roles -------------------------------------------------------------------------------------------------------------


def test_every_page_says_which_role_it_needs(sqlite_admin: Admin) -> None:
    for rule in sqlite_admin.app.url_map.iter_rules():
        if rule.endpoint.startswith("admin.") and rule.endpoint not in OPEN:
            view = sqlite_admin.app.view_functions[rule.endpoint]
            assert getattr(view, "needs_role", None) in ROLES, rule.endpoint


def test_a_role_is_enough_for_what_is_asked_of_it_and_of_those_below(sqlite_admin: Admin) -> None:
    browsers = {role: sqlite_admin.log_in(role) for role in ROLES}
    for rule in sqlite_admin.app.url_map.iter_rules():
        needed = getattr(sqlite_admin.app.view_functions[rule.endpoint], "needs_role", None)
        if needed is None or rule.endpoint == "admin.log_out_everywhere":
            continue
        path = re.sub(r"<int:\w+>", "999999", rule.rule)
        path = re.sub(r"<(\w+)>", "nothing", path)
        for role, browser in browsers.items():
            asked = browser.post if "POST" in (rule.methods or ()) else browser.get
            status = asked(path, headers={"Sec-Fetch-Site": "same-origin"}).status_code
            assert (status == 403) == (not may(role, needed)), f"{role} {rule.rule}: {status}"


def test_nobody_gets_in_without_logging_in(sqlite_admin: Admin) -> None:
    sqlite_admin.user()
    for rule in sqlite_admin.app.url_map.iter_rules():
        if not rule.endpoint.startswith("admin.") or rule.endpoint in OPEN:
            continue
        path = re.sub(r"<(int:)?\w+>", "1", rule.rule)
        asked = sqlite_admin.browser.post if "POST" in (rule.methods or ()) else sqlite_admin.browser.get
        answer = asked(path, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 303, rule.rule
        assert answer.location.startswith("/admin/login"), rule.rule


def test_the_last_owner_can_neither_be_locked_out_nor_made_less(admin: Admin) -> None:
    owner = admin.log_in()
    me = users.find(admin.ctx, "owner@example.com")
    with pytest.raises(Refused):
        users.disable(admin.ctx, me.id)
    answer = send(owner, f"/admin/settings/people/{me.id}/role", role="viewer")
    assert answer.status_code == 303
    assert "only owner" in page(owner, "/admin/settings/people")
    admin.user("owner", "second@example.com")
    users.change_role(admin.ctx, me.id, "viewer")
    assert owner.get("/admin/settings/people").status_code == 403


def test_an_owner_gives_a_new_password_that_is_shown_once(admin: Admin) -> None:
    owner = admin.log_in()
    admin.log_in("marketer")
    found = users.find(admin.ctx, "marketer@example.com")
    shown = send(owner, f"/admin/settings/people/{found.id}/password").get_data(as_text=True)
    secret = re.search(r'class="secret"[^>]*>([^<]+)<', shown)
    assert secret
    assert logins.log_in(admin.ctx, "marketer@example.com", secret[1], "10.0.0.1").id == found.id
    assert secret[1] not in page(owner, "/admin/settings/people")


# setup links -------------------------------------------------------------------------------------------------------


def test_a_setup_link_makes_one_account_and_logs_it_in(admin: Admin) -> None:
    owner = admin.log_in()
    shown = send(owner, "/admin/settings/people/link", role="marketer").get_data(as_text=True)
    found = re.search(r'class="secret"[^>]*>http://localhost(/admin/setup/[\w-]+)<', shown)
    assert found
    new = admin.app.test_client()
    assert new.get(found[1]).headers["Referrer-Policy"] == "no-referrer"
    weak = send(new, found[1], email="sara@example.com", password="short")
    assert weak.status_code == 422
    assert send(new, found[1], email="sara@example.com", password=PASSWORD, name="سارة").status_code == 303
    assert new.get("/admin/").status_code == 200
    assert users.find(admin.ctx, "sara@example.com").role == "marketer"
    again = send(admin.app.test_client(), found[1], email="eve@example.com", password=PASSWORD)
    assert again.status_code == 404


def test_a_setup_link_ends_after_three_days(admin: Admin) -> None:
    token = users.make_setup_link(admin.ctx, "owner")
    assert users.setup_link(admin.ctx, token).role == "owner"
    with pytest.raises(NotFound):
        users.setup_link(replace(admin.ctx, now=admin.ctx.now + LINK_LIFETIME), token)
    with pytest.raises(NotFound):
        users.setup_link(admin.ctx, token[:-1])


def test_two_people_cannot_use_one_link(admin: Admin) -> None:
    token = users.make_setup_link(admin.ctx, "viewer")
    users.create_by_link(admin.ctx, token, "first@example.com", PASSWORD)
    with pytest.raises(NotFound):
        users.create_by_link(admin.ctx, token, "second@example.com", PASSWORD)
    assert [one.email for one in users.everyone(admin.ctx)] == ["first@example.com"]


def test_a_taken_address_does_not_use_the_link_up(admin: Admin) -> None:
    admin.user("owner", "taken@example.com")
    token = users.make_setup_link(admin.ctx, "viewer")
    with pytest.raises(InvalidInput):
        users.create_by_link(admin.ctx, token, "Taken@example.com", PASSWORD)
    assert users.create_by_link(admin.ctx, token, "free@example.com", PASSWORD).role == "viewer"


# API keys ----------------------------------------------------------------------------------------------------------


def test_an_api_key_works_until_it_is_revoked_and_is_shown_once(admin: Admin) -> None:
    owner = admin.log_in()
    shown = send(owner, "/admin/settings/keys", name="Shop", scope=["orders:write"]).get_data(as_text=True)
    secret = re.search(r"frs_[\w-]+", shown)
    assert secret
    found = users.key_for(admin.ctx, secret[0])
    assert found is not None
    assert found.scopes == ("orders:write",)
    assert secret[0] not in page(owner, "/admin/settings/keys")
    kept = admin.runtime.db.query("SELECT * FROM api_keys")
    assert secret[0] not in str(kept)
    send(owner, f"/admin/settings/keys/{found.id}/revoke")
    assert users.key_for(admin.ctx, secret[0]) is None


def test_a_key_without_permissions_is_refused_with_a_sentence(admin: Admin) -> None:
    answer = send(admin.log_in(), "/admin/settings/keys", name="Shop")
    assert answer.status_code == 422
    assert "at least one permission" in words(answer.get_data(as_text=True))


# the command line --------------------------------------------------------------------------------------------------


@pytest.fixture
def firasa(database_url: str, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("DATABASE_URL", database_url)
    return CliRunner()


def test_the_first_owner_is_made_on_the_command_line(firasa: CliRunner, database_url: str) -> None:
    made = firasa.invoke(main, ["users", "create", "Owner@Example.com", "--role", "owner"], input=f"{PASSWORD}\n")
    assert made.exit_code == 0, made.stderr
    assert PASSWORD not in made.output
    with empty_admin(database_url) as admin:
        found = users.find(admin.ctx, "owner@example.com")
        assert (found.role, found.password[:10]) == ("owner", "$argon2id$")
        assert PasswordHasher().verify(found.password, PASSWORD)


def test_a_generated_password_is_printed_once(firasa: CliRunner, database_url: str) -> None:
    made = firasa.invoke(main, ["users", "create", "sara@example.com", "--generate"])
    assert made.exit_code == 0, made.stderr
    with empty_admin(database_url) as admin:
        assert logins.log_in(admin.ctx, "sara@example.com", made.stdout.strip(), "10.0.0.1").role == "viewer"
    again = firasa.invoke(main, ["users", "create", "sara@example.com", "--generate"])
    assert (again.exit_code, again.stdout) == (2, "")


def test_a_link_from_the_command_line_opens_the_setup(firasa: CliRunner, database_url: str) -> None:
    made = firasa.invoke(main, ["users", "link", "--role", "marketer", "--url", "https://firasa.example.com/"])
    assert made.stdout.startswith("https://firasa.example.com/admin/setup/")
    with empty_admin(database_url) as admin:
        assert "marketer" in page(admin.browser, made.stdout.strip().removeprefix("https://firasa.example.com"))


def test_a_key_from_the_command_line_works(firasa: CliRunner, database_url: str) -> None:
    made = firasa.invoke(main, ["keys", "create", "--scope", "orders:write", "--name", "Shop server"])
    assert made.exit_code == 0, made.stderr
    with empty_admin(database_url) as admin:
        found = users.key_for(admin.ctx, made.stdout.strip())
        assert found is not None
        assert found.name == "Shop server"
    assert made.stdout.strip() not in firasa.invoke(main, ["keys", "list", "--json"]).stdout


@pytest.mark.parametrize(
    "command",
    [
        ["users", "create", "sara@example.com", "--role", "king"],
        ["keys", "create"],
        ["keys", "create", "--scope", "everything"],
    ],
)
def test_bad_use_of_a_command_ends_with_two(firasa: CliRunner, command: list[str]) -> None:
    assert firasa.invoke(main, command).exit_code == 2


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["users", "create", "not-an-address", "--generate"], 2),
        (["users", "create"], 2),
        (["users", "password", "x@example.com"], 1),
    ],
)
def test_a_command_that_fails_says_so_in_one_line(firasa: CliRunner, command: list[str], code: int) -> None:
    answer = firasa.invoke(main, command)
    assert answer.exit_code == code
    assert answer.stderr.startswith("Error: ")
    assert len(answer.stderr.strip().splitlines()) == 1
