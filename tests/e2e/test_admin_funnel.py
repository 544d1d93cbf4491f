"""How far people get, the matrix as a file, and why a customer is shown what: in the admin and over the API."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from service.operations import quizzes
from service.operations import users as user_operations
from tests.contract.api_world import finish, start
from tests.e2e.admin_world import Admin, empty_admin, page, send, words


@pytest.fixture
def admin(sqlite_url: str) -> Iterator[Admin]:
    with empty_admin(sqlite_url) as found:
        quizzes.publish_files(found.ctx)
        found.runtime.forget()
        yield found


@pytest.fixture
def marketer(admin: Admin) -> FlaskClient:
    return admin.log_in("marketer")


def test_the_funnel_page_tells_where_people_leave(admin: Admin, marketer: FlaskClient) -> None:
    path = "/admin/quizzes/skin-match/funnel"
    assert "Nobody has begun in these days" in words(page(marketer, path))
    shopper = admin.app.test_client()
    finish(shopper, start(shopper))
    turn = start(shopper, visit="another")
    body = {"item_id": turn["item"]["id"], "value": turn["item"]["options"][0]["id"], "revision": 0}
    shopper.post(f"/v1/responses/{turn['response_id']}/answers", json=body)
    seen = shopper.post("/v1/views", json={"quiz": "skin-match", "visit": "third", "entry": "popup", "lang": "ar"})
    assert seen.status_code == 204
    told = words(page(marketer, path))
    assert "Saw it 3 Began 2 Finished 1 50% of those who began" in told
    assert "Too few came to say where most leave" in told
    assert "in a pop-up 1 0 0" in told
    key = user_operations.create_key(admin.ctx, "reports", ("reports:read",)).secret
    asked = shopper.get("/v1/quizzes/skin-match/funnel?days=7", headers={"Authorization": f"Bearer {key}"}).get_json()
    assert (asked["views"], asked["starts"], asked["completions"], asked["days"]) == (3, 2, 1, 7)
    assert shopper.get("/v1/quizzes/skin-match/funnel").status_code == 401


def test_an_edited_table_becomes_a_draft_or_says_which_cell_is_wrong(admin: Admin, marketer: FlaskClient) -> None:
    table = marketer.get("/admin/quizzes/skin-match/matrix.csv").get_data()
    upload(marketer, table)
    assert "belongs to its file" not in page(marketer, "/admin/quizzes/skin-match/worth")  # nothing was different
    send(marketer, "/admin/quizzes/skin-match/take-over")
    upload(marketer, b"item,option,tags\nskin_type,dry,Not a tag\n")
    assert "C2: &#39;Not a tag&#39; is not a tag" in page(marketer, "/admin/quizzes/skin-match/worth")
    assert quizzes.get_draft(admin.ctx, "skin-match") is None
    upload(marketer, b"item;option;scores.simplicity\nskin_type;dry;-1,5\n")
    assert "1 cell is different" in page(marketer, "/admin/quizzes/skin-match/worth")
    draft = quizzes.get_draft(admin.ctx, "skin-match")
    assert draft is not None
    item = draft.item("skin_type")
    assert item is not None
    assert item.option_by_id["dry"].scores["simplicity"] == -1.5


def upload(browser: FlaskClient, table: bytes) -> None:
    answer = browser.post(
        "/admin/quizzes/skin-match/matrix",
        data={"table": (BytesIO(table), "m.csv")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303


def test_the_customer_s_page_says_why_a_quiz_is_not_shown(admin: Admin, marketer: FlaskClient) -> None:
    shopper = admin.app.test_client()
    turn = finish(shopper, start(shopper))
    shopper.post(f"/v1/responses/{turn['response_id']}/identify", json={"email": "a@example.com", "consent": False})
    told = words(page(marketer, "/admin/customers/1/quizzes"))
    assert "is offered to nobody by itself" in told.lower()
    assert shopper.get("/v1/surveys/next?visit=x").get_json() == {"quiz": None}
    assert shopper.get("/v1/surveys/next").status_code == 422
