"""The admin's pages: what they show, in both languages, with nothing in the database and with a small shop in it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from service.domain.cells import guarded
from service.operations import listings, settings
from service.operations.deliveries import deliver_due
from service.store import consents
from service.store import listings as store_listings
from service.store.listings import Search
from service.translations import extract
from service.web.admin.pages import csv_file
from tests.e2e.admin_world import Admin, empty_admin, page, send, words

PAGES = [
    "/admin/",
    "/admin/quizzes",
    "/admin/personas",
    "/admin/personas/explorer",
    "/admin/personas/champions",
    "/admin/personas/model",
    "/admin/personas/discoveries",
    "/admin/personas/questions",
    "/admin/personas/value",
    "/admin/segments",
    "/admin/segments/new",
    "/admin/customers",
    "/admin/customers?q=nobody-at-all",
    "/admin/customers?sort=name&dir=asc&page=9",
    "/admin/reports",
    "/admin/sync",
    "/admin/sync/deliveries",
    "/admin/sync/deliveries?status=dead",
    "/admin/settings",
    "/admin/settings/people",
    "/admin/settings/keys",
    "/admin/account",
]
MORE = [
    "/admin/quizzes/skin-match",
    "/admin/quizzes/skin-match/worth",
    "/admin/quizzes/skin-match/answers",
    "/admin/quizzes/after-purchase/answers",
    "/admin/quizzes/skin-match/funnel",
    "/admin/quizzes/after-purchase/funnel?days=7",
    "/admin/customers/1/quizzes",
    "/admin/segments/at-risk",
    "/admin/segments/new-customers?sort=revenue",
    "/admin/segments/new?from=gateway-not-bridged",
    "/admin/segments/whales/versions",
    "/admin/segments/whales/past?on=2026-05-01&who=1",
    "/admin/customers/1",
    "/admin/customers/2",
    "/admin/sync/deliveries/1",
]


@pytest.fixture
def owner(admin: Admin) -> FlaskClient:
    return admin.log_in()


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_every_page_opens_on_an_empty_database(database_url: str, lang: str) -> None:
    with empty_admin(database_url) as admin:
        owner = admin.log_in()
        for path in PAGES:
            _check(path, page(owner, path, lang), lang)


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_every_page_opens_on_a_shop(admin: Admin, lang: str) -> None:
    owner = admin.log_in()
    for path in PAGES + MORE:
        _check(path, page(owner, path, lang), lang)


def _check(path: str, html: str, lang: str) -> None:
    assert f'<html lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}"' in html, path
    assert len(re.findall(r"<h1\b", html)) == 1, path
    # What a strict policy would refuse.
    assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?![^>]*\bsrc=)|javascript:", html), path
    if lang == "ar":
        said = words(
            re.sub(r'<(bdi|code|pre|option)\b.*?</\1>|<\w+ [^>]*lang="en".*?</div>', " ", html, flags=re.DOTALL)
        )
        left = [text for text in _ENGLISH if text in said]
        assert left == [], path


_ENGLISH = [
    text
    for text in (one if isinstance(one, str) else one[0] for one in extract.messages())
    if len(text) > 14 and "%" not in text
]


def test_pages_may_load_and_run_nothing_from_elsewhere(owner: FlaskClient) -> None:
    answer = owner.get("/admin/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert owner.get("/admin/nowhere").headers["Content-Security-Policy"] == policy


MADE_UP = [
    "/admin/customers?q=%00",
    "/admin/customers?page=-1",
    "/admin/customers?page=99999999999999999999",
    "/admin/customers?page=٣",
    "/admin/customers?sort=drop&dir=sideways",
    "/admin/customers?q=%25%5F!'\";--",
    "/admin/customers?segment=nothing&persona=nobody&country=XX",
    "/admin/customers/99999999999999999999",
    "/admin/sync/deliveries?before=abc&destination=-4&status=lost",
    "/admin/sync/deliveries?before=99999999999999999999",
    "/admin/quizzes/..%2F..%2Fetc",
    "/admin/quizzes/nothing",
    "/admin/quizzes/nothing/worth",
    "/admin/quizzes/nothing/answers",
    "/admin/quizzes/nothing.yaml",
    "/admin/segments/nothing",
    "/admin/personas/nobody",
    "/admin/sync/deliveries/4711",
    "/admin/login?next=//evil.example",
    "/admin/setup/x",
]


def test_an_address_somebody_made_up_is_no_crash(owner: FlaskClient) -> None:
    assert [path for path in MADE_UP if owner.get(path).status_code >= 500] == []


# customers ---------------------------------------------------------------------------------------------------------


def test_a_customer_is_found_however_the_name_is_spelled(owner: FlaskClient) -> None:
    for typed in ("منى", "مني", "مُنَى", "الاحمد", "MUNA@", "muna@example.com"):
        found = words(page(owner, f"/admin/customers?q={typed}"))
        assert "منى الأحمد" in found, typed
        assert "guest3@example.com" not in found, typed


def test_customers_are_sorted_and_paged(admin: Admin) -> None:
    class First:
        sort, descending, size, offset = "orders", True, 2, 0

    class Second:
        sort, descending, size, offset = "orders", True, 2, 2

    first, total = listings.customers(admin.ctx, Search(), First())
    second, _ = listings.customers(admin.ctx, Search(), Second())
    assert ([one.orders for one in first], [one.orders for one in second], total) == ([3, 2], [1], 3)


def test_customers_are_filtered_by_segment_persona_and_country(admin: Admin) -> None:
    class All:
        sort, descending, size, offset = "new", False, 50, 0

    def found(search: Search) -> list[int]:
        return [one.id for one in listings.customers(admin.ctx, search, All())[0]]

    everybody = listings.customers(admin.ctx, Search(), All())[0]
    pattern = everybody[0].behavioural
    assert pattern is not None
    assert found(Search(persona=pattern)) == [one.id for one in everybody if one.behavioural == pattern]
    assert found(Search(country="GB")) == [everybody[1].id]
    assert found(Search(segment="nothing")) == []


def test_a_profile_says_who_they_are_and_why(owner: FlaskClient) -> None:
    said = words(page(owner, "/admin/customers/1"))
    assert "Who is \u2068منى الأحمد\u2069?" in said
    assert "SAR 1,134.00" in said  # three orders of two pieces at 189.00
    assert "3 orders" in said or "Paid orders 3" in said
    assert "which is" in said  # the reasons of the buying pattern
    assert "Who are we choosing for today?" in said
    assert re.search(r"Email yes|Email no: ", said)


def test_an_erased_customer_has_no_page(admin: Admin, owner: FlaskClient) -> None:
    with admin.runtime.db.write() as db:
        db.execute("UPDATE customers SET erased_at = 1 WHERE id = 3")
    page(owner, "/admin/customers/3", status=404)
    assert "guest3@example.com" not in words(page(owner, "/admin/customers"))


def test_the_file_of_customers_cannot_run_formulas(owner: FlaskClient) -> None:
    answer = owner.get("/admin/customers?format=csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="customers.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert [row["first_name"] for row in rows] == ["منى", "'=cmd|'/c calc'!A1", ""]
    assert rows[0]["net_revenue"] == "1134.00"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1+1", "-x", "-1\n", "-inf", "@SUM(A1)", "\tx", "\rx"])
def test_a_text_that_looks_like_a_formula_is_guarded(cell: str) -> None:
    assert guarded(cell) == "'" + cell


@pytest.mark.parametrize("cell", [-5, "-5", "-2.90", "2.90", "plain", ""])
def test_a_number_is_not_guarded(cell: object) -> None:
    assert guarded(cell) == cell
    assert guarded(None) == ""


def test_a_file_is_sent_while_it_is_written(admin: Admin) -> None:
    read = 0

    def rows() -> Iterator[tuple[int, str]]:
        nonlocal read
        for number in range(5_000):
            read += 1
            yield number, "-2.90"

    with admin.app.test_request_context("/admin/"):
        answer = csv_file("numbers", ("number", "amount"), rows())
        assert (answer.is_streamed, read) == (True, 0)
        parts = iter(answer.response)
        first = next(parts)
        assert read < 500
        whole = "".join(str(part) for part in (first, *parts))
    assert whole.startswith("\ufeffnumber,amount\r\n0,-2.90\r\n")
    assert (read, len(whole.splitlines())) == (5_000, 5_001)


def test_a_file_of_people_is_read_a_page_at_a_time(admin: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = store_listings.pages_of_customers
    monkeypatch.setattr(store_listings, "pages_of_customers", lambda db, search: pages(db, search, size=2))
    assert [row[0] for row in listings.export(admin.ctx, Search())] == [1, 2, 3]
    assert list(listings.export(admin.ctx, Search(country="JP"))) == []


def test_a_file_of_customers_says_who_may_be_written_to(admin: Admin, owner: FlaskClient) -> None:
    def permissions() -> list[tuple[str, str, str]]:
        text = owner.get("/admin/customers?format=csv").get_data(as_text=True)
        rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
        return [(row["email"], row["may_email"], row["may_sms"]) for row in rows]

    before = permissions()
    assert before[0] == ("muna@example.com", "yes", "no")
    assert before[1:] == [("tom@example.com", "no", "no"), ("guest3@example.com", "no", "no")]
    with admin.runtime.db.write() as db:
        consents.suppress(db, 1, "email", "unsubscribed", admin.ctx.now)
    assert permissions()[0] == ("muna@example.com", "no", "no")


PEOPLE_FILES = ("/admin/customers", "/admin/segments/whales", "/admin/sync/deliveries")


def test_files_of_people_are_for_marketers(admin: Admin) -> None:
    viewer, marketer = admin.log_in("viewer"), admin.log_in("marketer")
    for path in PEOPLE_FILES:
        assert viewer.get(f"{path}?format=csv").status_code == 403, path
        assert marketer.get(f"{path}?format=csv").status_code == 200, path
        assert "format=csv" not in page(viewer, path), path
        assert "format=csv" in page(marketer, path), path
    assert viewer.get("/admin/segments?format=csv").status_code == 200


def test_tables_can_be_taken_away_as_files(owner: FlaskClient) -> None:
    for path in ("/admin/segments", "/admin/segments/whales", "/admin/reports", "/admin/sync/deliveries"):
        answer = owner.get(f"{path}?format=csv")
        assert answer.mimetype == "text/csv", path
        assert len(answer.get_data(as_text=True).splitlines()) > 1, path


# deliveries and destinations ---------------------------------------------------------------------------------------


def test_messages_are_listed_by_status_and_sent_again(admin: Admin, owner: FlaskClient) -> None:
    assert "rehearsal" in words(page(owner, "/admin/sync/deliveries?status=due"))
    deliver_due(lambda: admin.runtime.context(actor="worker"), allow_private=False)
    with admin.runtime.db.write() as db:
        db.execute("UPDATE deliveries SET status = 'dead', last_error = 'the receiver answered 500' WHERE id = 1")
    assert "the receiver answered 500" in words(page(owner, "/admin/sync/deliveries?status=dead"))
    assert "1 message was given up" in words(page(owner, "/admin/"))
    send(owner, "/admin/sync/retry", delivery="1")
    assert "1 message is sent again" in words(page(owner, "/admin/sync/deliveries?status=due"))
    found = admin.runtime.db.one("SELECT status, attempts FROM deliveries WHERE id = 1")
    assert found == {"status": "due", "attempts": 0}


def test_everything_given_up_is_sent_again_at_once(admin: Admin, owner: FlaskClient) -> None:
    with admin.runtime.db.write() as db:
        dead = db.execute("UPDATE deliveries SET status = 'dead', settled_at = created_at")
    assert dead > 1
    send(owner, "/admin/sync/retry", all="dead")
    left = admin.runtime.db.one("SELECT COUNT(*) AS n FROM deliveries WHERE status = 'dead'")
    assert left == {"n": 0}


def test_a_webhook_is_added_and_its_secret_shown_once(admin: Admin) -> None:
    marketer = admin.log_in("marketer")
    form = {"kind": "webhook", "url": "https://93.184.216.34/hook", "name": "Mail tool"}
    shown = send(marketer, "/admin/sync/destinations", **form).get_data(as_text=True)
    secret = re.search(r"whsec_[\w+/=-]+", shown)
    assert secret
    assert secret[0] not in page(marketer, "/admin/sync")
    assert "Mail tool" in words(page(marketer, "/admin/sync"))


def test_an_address_that_cannot_be_used_is_refused_with_a_sentence(owner: FlaskClient) -> None:
    for url in ("", "http://127.0.0.1:9000/hook", "https://localhost/", "ftp://example.com", "nonsense"):
        answer = send(owner, "/admin/sync/destinations", kind="webhook", url=url)
        assert answer.status_code == 422, url
        assert "cannot be used" in words(answer.get_data(as_text=True)), url


def test_a_destination_is_paused_and_resumed(admin: Admin, owner: FlaskClient) -> None:
    send(owner, "/admin/sync/destinations/1/pause")
    assert "“rehearsal” gets no tags" in words(page(owner, "/admin/"))
    send(owner, "/admin/sync/destinations/1/resume")
    assert "gets no tags" not in words(page(owner, "/admin/"))


# how things are written --------------------------------------------------------------------------------------------


def test_numbers_are_written_as_the_shop_wants_them_in_arabic(admin: Admin, owner: FlaskClient) -> None:
    assert "1,134" in words(page(owner, "/admin/customers/1", "ar"))
    settings.save_shop(admin.ctx, name="سدر وورد", numerals="arab")
    admin.runtime.forget()
    said = words(page(owner, "/admin/customers/1", "ar"))
    assert "١٬١٣٤" in said
    assert "سدر وورد" in said
    assert "1,134" in words(page(owner, "/admin/customers/1", "en"))


def test_the_language_is_the_users_then_the_cookies_then_the_browsers(admin: Admin) -> None:
    fresh = admin.app.test_client()
    assert 'lang="ar"' in fresh.get("/admin/login", headers={"Accept-Language": "ar-SA,en;q=0.5"}).get_data(
        as_text=True
    )
    assert 'lang="en"' in fresh.get("/admin/login", headers={"Accept-Language": "fr"}).get_data(as_text=True)
    owner = admin.log_in()
    send(owner, "/admin/preferences", lang="ar", next="/admin/segments")
    other = admin.log_in()
    assert 'lang="ar"' in other.get("/admin/", headers={"Accept-Language": "en"}).get_data(as_text=True)


def test_switching_the_language_keeps_the_theme(admin: Admin, owner: FlaskClient) -> None:
    send(owner, "/admin/preferences", theme="dark")
    assert 'data-theme="dark"' in page(owner, "/admin/")
    send(owner, "/admin/preferences", lang="ar")
    assert 'data-theme="dark"' in page(owner, "/admin/", "ar")
    send(owner, "/admin/preferences", theme="")
    assert "data-theme" not in page(owner, "/admin/", "ar")


def test_a_viewer_sees_no_buttons_that_change_something(admin: Admin) -> None:
    viewer = admin.log_in("viewer")
    for path in PAGES + MORE:
        if path in ("/admin/settings/people", "/admin/settings/keys", "/admin/account"):
            continue
        if path.startswith(("/admin/segments/new?", "/admin/segments/drafts")) or path.endswith(
            ("/segments/new", "/edit")
        ):
            page(viewer, path, status=403)
            continue
        html = page(viewer, path)
        forms = re.findall(r'<form[^>]*method="post"[^>]*action="([^"]+)"', html)
        assert set(forms) <= {"/admin/preferences", "/admin/logout", "/admin/settings"}, path
    assert "<fieldset" in page(viewer, "/admin/settings")
    assert "disabled" in page(viewer, "/admin/settings")
