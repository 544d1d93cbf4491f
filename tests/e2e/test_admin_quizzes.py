"""Editing a quiz in the admin: taken over, changed as a draft, compared, published as a new version."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from service.operations import quizzes
from tests.contract.api_world import finish, start
from tests.e2e.admin_world import Admin, empty_admin, page, send, words

CELL = "cell:for_whom/me/scores.price_sensitivity"


@pytest.fixture
def admin(database_url: str) -> Iterator[Admin]:
    with empty_admin(database_url) as found:
        quizzes.publish_files(found.ctx)
        found.runtime.forget()
        yield found


@pytest.fixture
def marketer(admin: Admin) -> FlaskClient:
    return admin.log_in("marketer")


def test_a_quiz_of_a_file_is_read_only_until_it_is_taken_over(admin: Admin, marketer: FlaskClient) -> None:
    html = page(marketer, "/admin/quizzes/skin-match/worth?edit=for_whom")
    assert "read-only here" in html
    assert CELL not in html
    send(marketer, "/admin/quizzes/skin-match/draft", item="for_whom", **{CELL: "2"})
    assert quizzes.get_draft(admin.ctx, "skin-match") is None
    send(marketer, "/admin/quizzes/skin-match/take-over")
    assert CELL in page(marketer, "/admin/quizzes/skin-match/worth?edit=for_whom")


def test_an_edited_cell_is_a_draft_then_a_version(admin: Admin, marketer: FlaskClient) -> None:
    begun = start(admin.app.test_client(), visit="before-the-change")
    send(marketer, "/admin/quizzes/skin-match/take-over")
    send(marketer, "/admin/quizzes/skin-match/draft", item="for_whom", **{CELL: "−1.5"})

    draft = words(page(marketer, "/admin/quizzes/skin-match/worth"))
    assert "What does the draft change? " in draft
    assert "For me Who are we choosing for today? Price sensitivity – -1.5" in draft
    assert quizzes.get(admin.ctx, "skin-match").version == 1
    assert "has a draft" in words(page(marketer, "/admin/"))

    published = send(marketer, "/admin/quizzes/skin-match/publish")
    assert published.status_code == 303
    now = quizzes.get(admin.ctx, "skin-match")
    assert now.version == 2
    chosen = now.item("for_whom")
    assert chosen is not None
    assert chosen.option_by_id["me"].scores["price_sensitivity"] == -1.5
    assert "What does the draft change?" not in page(marketer, "/admin/quizzes/skin-match/worth")
    admin.runtime.forget()
    assert start(admin.app.test_client(), visit="after-the-change")["version"] == 2
    assert finish(admin.app.test_client(), begun)["version"] == 1


def test_a_cell_that_cannot_be_taken_keeps_what_was_typed_and_says_why(admin: Admin, marketer: FlaskClient) -> None:
    send(marketer, "/admin/quizzes/skin-match/take-over")
    form = {CELL: "much", "cell:for_whom/me/tags": "Not A Tag", "cell:for_whom/me/votes": "nothing: 2"}
    answer = send(marketer, "/admin/quizzes/skin-match/draft", item="for_whom", **form)
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert 'value="much"' in html
    assert 'value="Not A Tag"' in html
    assert html.count('aria-invalid="true"') == 3
    assert "A number is needed here" in html
    assert quizzes.get_draft(admin.ctx, "skin-match") is None


def test_a_discarded_draft_leaves_the_published_version_alone(admin: Admin, marketer: FlaskClient) -> None:
    send(marketer, "/admin/quizzes/skin-match/take-over")
    send(marketer, "/admin/quizzes/skin-match/draft", item="for_whom", **{CELL: "2"})
    send(marketer, "/admin/quizzes/skin-match/discard")
    assert quizzes.get_draft(admin.ctx, "skin-match") is None
    assert quizzes.get(admin.ctx, "skin-match").version == 1


def test_publishing_without_a_draft_is_refused_with_a_sentence(marketer: FlaskClient) -> None:
    send(marketer, "/admin/quizzes/skin-match/take-over")
    send(marketer, "/admin/quizzes/skin-match/publish")
    assert "This was not done" in page(marketer, "/admin/quizzes/skin-match")


def test_a_paused_quiz_is_not_begun_any_more(admin: Admin, marketer: FlaskClient) -> None:
    send(marketer, "/admin/quizzes/skin-match/pause")
    admin.runtime.forget()
    refused = admin.app.test_client().post("/v1/responses", json={"quiz": "skin-match", "visit": "v-1"})
    assert refused.status_code == 404
    send(marketer, "/admin/quizzes/skin-match/resume")
    admin.runtime.forget()
    assert start(admin.app.test_client())["quiz"] == "skin-match"


def test_both_languages_stand_side_by_side_in_their_own_direction(admin: Admin, marketer: FlaskClient) -> None:
    html = page(marketer, "/admin/quizzes/skin-match")
    assert (
        html.count('lang="ar" dir="rtl"')
        == html.count('lang="en" dir="ltr"')
        >= len(quizzes.get(admin.ctx, "skin-match").items)
    )
    assert "Who are we choosing for today?" in html
    assert "لمن نختار اليوم؟" in html


def test_the_published_version_can_be_taken_away_as_a_file(marketer: FlaskClient) -> None:
    answer = marketer.get("/admin/quizzes/skin-match.yaml")
    assert answer.mimetype == "application/yaml"
    assert answer.get_data(as_text=True).startswith("id: skin-match")
