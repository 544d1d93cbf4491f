"""The pages of personas: a discovery from proposal to personas, models, golden questions, what is to come, and the
marketer's own word about a customer."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.cli import dossiers
from service.operations import behaviour, consents, customers, discoveries, labels, models, requests, rfm
from service.store import discoveries as discovery_rows
from service.store import labels as label_rows
from service.store import requests as request_rows
from service.web.admin import model as model_page
from service.web.admin import questions as questions_page
from service.web.admin import value as value_page
from tests.e2e.admin_world import Admin, page, send, words

TELL = {"fact": "answer.shopping-style.buys", "answer": "new", "inside": 0.8, "outside": 0.2, "lift": 4.0, "people": 9}


@pytest.fixture
def marketer(admin: Admin) -> FlaskClient:
    return admin.log_in("marketer")


def _group(number: int, size: int = 20) -> dict[str, Any]:
    return {
        "number": number, "size": size, "share": 0.5, "over": [TELL], "under": [], "buyers": 2, "orders": 3,
        "net_revenue": 900, "revenue_share": 0.5, "buys": [], "quotes": [], "prototype": {"simplicity": 0.4},
        "name": None, "tagline": {}, "persona": None, "overlap": None,
        "portrait": {part: [] for part in ("triggers", "responsibilities", "rituals", "frustrations", "aspirations",
                                           "goals")},
    }  # fmt: skip


def _propose(admin: Admin) -> int:
    """A proposal as the worker would leave it."""
    size = {"log_likelihood": -9.0, "bic": 20.0, "stability": 0.9}
    body = {
        "people": 40,
        "facts": ["answer.shopping-style.buys"],
        "found": {"sizes": [{"classes": 2, **size}, {"classes": 3, **size}]},
        "classes": [_group(0), _group(1)],
    }
    with admin.ctx.db.write("definitions") as db:
        number = discovery_rows.begin(db, body, now=admin.ctx.now, by="test")
        discovery_rows.add_members(db, number, [(1, 0, 0.9), (2, 1, 0.9)])
        discovery_rows.save(db, number, body, "proposed", admin.ctx.now)
    return number


def test_a_discovery_is_asked_for_and_says_how_far_it_is(admin: Admin, marketer: FlaskClient) -> None:
    assert "100 customers with answers" in words(page(marketer, "/admin/personas/discoveries"))
    send(marketer, "/admin/personas/discoveries", classes="4", quiz="shopping-style")
    shown = words(page(marketer, "/admin/personas/discoveries"))
    assert "It waits for the worker" in shown
    assert "You can leave this page" in shown
    assert requests.work_one(lambda: admin.ctx)
    shown = words(page(marketer, "/admin/personas/discoveries"))
    assert "this could not be done" in shown
    assert "discovery needs 100 customers with answers; there are" in shown


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_groups_are_named_described_and_made_personas(admin: Admin, marketer: FlaskClient, lang: str) -> None:
    number = _propose(admin)
    path = f"/admin/personas/discoveries/{number}"
    assert "80" in words(page(marketer, path, lang))
    for group, name in ((0, "The Host"), (1, "The Finder")):
        send(marketer, f"{path}/groups/{group}/name", name_en=name, name_ar="أهل الضيافة", tagline_en="They host")
    ground = "answer.shopping-style.buys=new"
    send(marketer, f"{path}/groups/0/portrait", part="rituals", text_en="Looks for new things", rests_on=ground)
    assert "Looks for new things" in words(page(marketer, path))
    send(marketer, f"{path}/groups/0/portrait", part="goals", text_en="Made up", rests_on="answer.x.y=z")
    assert "Made up" not in [entry["text"].get("en") for entry in _portrait(admin, number, "goals")]
    page(marketer, path)  # takes the messages
    send(marketer, f"{path}/apply")
    admin.runtime.forget()
    assert {"the_host", "the_finder"} <= set(labels.psychographic(admin.ctx.definitions))
    trained = requests.latest(admin.ctx, "train")
    assert trained is not None
    assert trained.is_open
    shown = words(page(marketer, "/admin/personas/the_host", lang))
    assert {"en": "rests on:", "ar": "يستند إلى:"}[lang] in shown
    send(marketer, "/admin/personas/the_host/pin", pinned="1")
    made = discoveries.persona(admin.ctx, "the_host")
    assert made is not None
    assert made.stored.pinned


def _portrait(admin: Admin, number: int, part: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = discoveries.get(admin.ctx, number).body["classes"][0]["portrait"][part]
    return found


def test_joining_is_left_to_the_worker(admin: Admin, marketer: FlaskClient) -> None:
    number = _propose(admin)
    send(marketer, f"/admin/personas/discoveries/{number}/join", gone="0", into="0")
    assert requests.latest(admin.ctx, "join") is None
    send(marketer, f"/admin/personas/discoveries/{number}/join", gone="0", into="1")
    found = requests.latest(admin.ctx, "join")
    assert found is not None
    assert dict(found.options) == {"discovery": number, "gone": 0, "into": 1}


def test_a_marketer_says_who_a_customer_is_and_the_label_goes_with_the_person(admin: Admin) -> None:
    marketer = admin.log_in("marketer")
    send(marketer, "/admin/customers/1/persona", persona="purist")
    send(marketer, "/admin/customers/1/persona", persona="nobody")
    found = label_rows.newest(admin.ctx.db, 1)
    assert found is not None
    assert (found["persona"], found["source"], found["labelled_by"]) == ("purist", "marketer", "marketer@example.com")
    shown = words(page(marketer, "/admin/customers/1"))
    assert "Labelled as “The Purist” by somebody here" in shown
    assert "Why not “" in shown
    assert "By what they answered" in shown
    document = dossiers.shown(customers.dossier(admin.ctx, 1), admin.ctx)
    personas = [one for one in document["personas"] if one["kind"] == "psychographic"]
    assert personas[0]["reasons"], "an export holds the personas with their reasons"
    assert [one.customer_id for one in label_rows.labelled(admin.ctx.db)] == [1]
    consents.erase(admin.ctx, 1)
    assert label_rows.labelled(admin.ctx.db) == [], "the next training does not know them"


def test_limits_of_buying_patterns_and_the_share_of_whales_are_the_marketers(
    admin: Admin, marketer: FlaskClient
) -> None:
    limits = {f"recency_{n}": value for n, value in enumerate(("10", "20", "40", "80"), 1)}
    assert send(marketer, "/admin/personas/value/limits/recency", **limits).status_code == 303
    assert rfm.settings(admin.ctx).thresholds["recency"].thresholds == (10, 20, 40, 80)
    wrong = send(marketer, "/admin/personas/value/limits/recency", **{**limits, "recency_1": "90"})
    assert wrong.status_code == 422
    assert "Four ascending numbers are needed." in wrong.get_data(as_text=True)
    assert send(marketer, "/admin/personas/value/whales", share="200").status_code == 422
    assert send(marketer, "/admin/personas/value/whales", share="10%").status_code == 303
    assert 'value="10"' in marketer.get("/admin/personas/value").get_data(as_text=True)
    assert requests.work_one(lambda: admin.ctx)
    fitted = admin.ctx.definitions.rules.rfm
    assert fitted is not None
    assert (fitted.recency.thresholds, fitted.whales.share) == ((10, 20, 40, 80), "0.1")
    send(marketer, "/admin/personas/value/limits/recency", **limits, fifths="1")
    assert "recency" not in rfm.settings(admin.ctx).thresholds


def test_a_small_shop_is_told_what_each_figure_needs(admin: Admin, marketer: FlaskClient) -> None:
    behaviour.fit_all(admin.ctx)
    shown = words(page(marketer, "/admin/personas/value"))
    assert "It needs 100 customers, 50 of whom ordered again, and 90 days of orders." in shown
    assert "It needs 300 customers who began long enough ago" in shown
    assert "too little data" in shown
    shown = words(page(marketer, "/admin/customers/1"))
    assert "No stage of life: the shop's rhythm needs 30 times that somebody ordered again." in shown
    shown = words(page(marketer, "/admin/personas/model"))
    assert "It needs 20 labelled customers with answers for every persona" in shown


def test_the_least_numbers_on_the_pages_are_those_of_the_models() -> None:
    from service.ml import adaptive, dataset, lifetime_value, lookalike, whales

    assert dataset.LEAST_PER_PERSONA == model_page.LEAST_LABELS
    assert lookalike.LEAST_BUYERS == model_page.LEAST_BUYERS
    assert adaptive.LEAST_PER_PERSONA == questions_page.LEAST_PEOPLE
    assert value_page.LEAST == {
        "customers": lifetime_value.LEAST_CUSTOMERS,
        "repeaters": lifetime_value.LEAST_REPEATERS,
        "days": lifetime_value.LEAST_DAYS,
        "beginners": whales.LEAST_CUSTOMERS,
        "whales": whales.LEAST_WHALES,
    }


def test_the_curve_of_questions_becomes_a_draft(admin: Admin, marketer: FlaskClient) -> None:
    quiz = admin.ctx.definitions.quiz_version("shopping-style", 1)
    asked = [item.id for item in quiz.items if item.type == "single"][:3]
    points = [
        {"questions": asked[: n + 1], "agreement": share, "low": share - 0.1, "high": share}
        for n, share in enumerate((0.6, 0.9, 0.95))
    ]
    with admin.ctx.db.write("requests") as db:
        number = request_rows.add(db, "golden", {"quiz": "shopping-style"}, admin.ctx.now, "test")
        begun = admin.ctx.now
        request_rows.begin(db, number, 1, begun)
        assert request_rows.finish(db, number, begun, {"people": 200, "points": points}, begun)
    shown = words(page(marketer, "/admin/personas/questions?quiz=shopping-style"))
    assert "2 of 3 questions say what all of them say for 90% of people" in shown
    made = send(marketer, "/admin/personas/questions/shopping-style/draft")
    assert made.headers["Location"].endswith("/admin/quizzes/shopping-style-short")
    page(marketer, "/admin/quizzes/shopping-style-short")
    again = send(marketer, "/admin/personas/questions/shopping-style/draft")
    assert "/personas/questions" in again.headers["Location"], "there is one already"


def test_sensitive_questions_are_off_until_the_owner_turns_them_on(admin: Admin, marketer: FlaskClient) -> None:
    assert not discoveries.sensitive_allowed(admin.ctx)
    assert send(marketer, "/admin/personas/model/sensitive", allowed="1").status_code == 403
    send(admin.log_in("owner"), "/admin/personas/model/sensitive", allowed="1")
    assert discoveries.sensitive_allowed(admin.ctx)


def test_going_back_from_the_portraits_is_refused_with_a_sentence(admin: Admin, marketer: FlaskClient) -> None:
    send(marketer, "/admin/personas/model/rollback")
    assert "there is nothing to go back to" in words(page(marketer, "/admin/personas/model"))
    send(marketer, "/admin/personas/model/train")
    assert requests.latest(admin.ctx, "train") is not None
    assert models.listing(admin.ctx) == []


def test_viewers_see_everything_and_change_nothing(admin: Admin) -> None:
    viewer = admin.log_in("viewer")
    _propose(admin)
    for path in ("model", "discoveries", "discoveries/1", "questions", "value", "purist"):
        html = page(viewer, f"/admin/personas/{path}")
        main = re.sub(r"(?s)^.*<main", "", html)
        assert 'method="post"' not in main, path
    for path in ("model/train", "discoveries", "value/fit", "value/whales", "discoveries/1/apply"):
        assert send(viewer, f"/admin/personas/{path}").status_code == 403
