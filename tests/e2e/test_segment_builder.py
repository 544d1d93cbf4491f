"""Segments are built, tried out, saved, looked back at and put away in the admin, by forms alone."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.domain import conditions
from service.operations import choices, profiles, segment_drafts, segment_history, segments
from service.store import segments as store
from service.web.admin import segment_rows, segment_tree
from service.web.admin.segment_choices import Offer
from service.web.admin.segment_documents import write
from service.web.admin.segment_reading import tree_of
from service.web.admin.segment_rows import Looks
from service.web.admin.segment_tree import Group
from tests.e2e.admin_world import Admin, page, send, words
from tests.property.test_segment_builder import plain, sent

NEW = "/admin/segments/new"
NAMED = {"name.en": "Big spenders", "name.ar": "كبار المنفقين", "note": "as agreed"}
TWICE = {"c:join": "all", "c.0:about": "orders", "c.0:fact": "orders.count", "c.0:op": "gte", "c.0:value": "2"}
BOUGHT = {
    "c.1:about": "bought",
    "c.1:measure": "sum",
    "c.1:of": "orders.revenue",
    "c.1:window": "first_orders",
    "c.1:n": "٢",
    "c.1:op": "gte",
    "c.1:value": "500,50".replace(",", "."),
    "c.1:where.0.field": "source",
    "c.1:where.0.op": "eq",
    "c.1:where.0.value": "podcast",
}


@pytest.fixture
def marketer(admin: Admin) -> FlaskClient:
    return admin.log_in("marketer")


def press(browser: FlaskClient, path: str, button: str, **form: Any) -> tuple[int, str]:
    browser.set_cookie("lang", "en")
    answer = send(browser, path, do=button, **form)
    return answer.status_code, answer.get_data(as_text=True)


class Form(HTMLParser):
    """What a browser would send of the conditions on a page when nobody touches them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        name, value = told.get("name") or "", told.get("value") or ""
        if tag == "option" and self._select and ("selected" in told or self._select not in self.sent):
            self.sent[self._select] = value
        elif tag == "select":
            self._select = name if name.startswith(("c.", "c:")) else ""
        elif tag == "input" and name.startswith(("c.", "c:")):
            self.sent[name] = value


def typed(html: str) -> dict[str, str]:
    return Form(html).sent


def refresh(admin: Admin) -> None:
    admin.runtime.forget()
    profiles.recompute(lambda: admin.runtime.context(actor="worker"))


def test_a_segment_is_built_with_buttons_tried_out_and_saved(admin: Admin, marketer: FlaskClient) -> None:
    _status, html = press(marketer, NEW, "add c", **TWICE)
    form = typed(html)
    assert form["c.0:value"] == "2"
    assert form["c.1:about"] == "orders"
    _status, html = press(marketer, NEW, "refresh", **{**form, "c.1:about": "bought"})
    assert typed(html)["c.1:measure"] == "count"
    _status, html = press(marketer, NEW, "filter c.1 where", **{**typed(html), **BOUGHT})
    assert typed(html)["c.1:where.1.field"] == "product"

    status, html = press(marketer, NEW, "preview", **TWICE, **BOUGHT)
    assert status == 200
    said = words(html)
    assert "It is true of 2 of 3 customers" in said
    assert "Paid orders: 3 orders" in said or "paid orders at least 2" in said
    assert "الطلبات المدفوعة" in said

    status, html = press(marketer, NEW, "save", **TWICE, **BOUGHT, **NAMED)
    assert status == 303, words(html)
    document = segment_history.document_of(admin.ctx, "big-spenders")
    assert document["when"] == {
        "all": [
            {"fact": "orders.count", "op": "gte", "value": 2},
            {
                "sum": "orders.revenue",
                "where": {"source": "podcast"},
                "first_orders": 2,
                "op": "gte",
                "value": "500.50",
            },
        ]
    }
    refresh(admin)
    said = words(page(marketer, "/admin/segments/big-spenders"))
    assert "Members 2" in said
    assert "May be emailed 1 of 2 customers" in said
    assert "big-spenders" in page(marketer, "/admin/segments")
    assert "Big spenders" in words(page(marketer, "/admin/segments?q=منفقين"))
    assert "No segment fits" in words(page(marketer, "/admin/segments?q=nothing-like-it"))


def test_what_is_wrong_is_said_at_its_field(marketer: FlaskClient) -> None:
    status, html = press(marketer, NEW, "save", **{**TWICE, "c.0:value": "many"})
    assert status == 422
    assert "This needs a number" in html
    assert re.search(r'name="c\.0:value" value="many"[^>]*aria-invalid="true"', html)
    assert "A segment needs a name in this language." in html
    status, html = press(marketer, NEW, "save", **TWICE, **{**NAMED, "tag": "whale"})
    assert status == 422
    assert "is taken by the segment" in html
    status, html = press(marketer, NEW, "save", **TWICE, **{**NAMED, "id": "whales"})
    assert status == 409
    assert "There is a segment with the id" in html
    limits = {"c.0:op": "top_percent", "c.0:value": "0"}
    status, html = press(marketer, NEW, "preview", **{**TWICE, **limits})
    assert status == 422
    assert "whole number of per cent from 1 to 99" in unescape(html)


def test_it_is_tested_on_a_day_and_on_a_customer(marketer: FlaskClient) -> None:
    _status, html = press(marketer, NEW, "test", **TWICE, on="2026-05-01")
    assert "It would have had 2 customers on" in words(html)
    _status, html = press(marketer, NEW, "test", **TWICE, on="2999-01-01")
    assert "not over yet" in words(html)
    _status, html = press(marketer, NEW, "explain", **TWICE, who="guest3@example.com")
    assert "would not be in it" in words(html)
    assert "Paid orders: 1, needed: at least 2" in words(html)
    _status, html = press(marketer, NEW, "explain", **TWICE, who="nobody@example.com")
    assert "Nobody is known by that." in words(html)


def test_a_script_gets_only_the_count(marketer: FlaskClient) -> None:
    _status, html = press(marketer, NEW, "count", **TWICE, part="live")
    assert "<form" not in html
    assert words(html).startswith("2 customers now Paid orders at least 2")
    _status, html = press(marketer, NEW, "count", **{**TWICE, "c.0:value": ""}, part="live")
    assert "once the conditions are complete" in words(html)


def test_a_segment_of_a_file_is_taken_over_edited_and_put_away(admin: Admin, marketer: FlaskClient) -> None:
    path = "/admin/segments/big-baskets"
    assert marketer.get(f"{path}/edit").status_code == 303
    assert send(marketer, f"{path}/take-over").status_code == 303
    form = typed(page(marketer, f"{path}/edit"))
    before = segment_history.document_of(admin.ctx, "big-baskets")["when"]
    head = {"name.en": "Big baskets", "name.ar": "سلال كبيرة", "tag": "big-basket", "base": "1"}
    assert press(marketer, f"{path}/edit", "save", **form, **{**head, "name.en": "Bigger baskets"})[0] == 303
    assert segment_history.document_of(admin.ctx, "big-baskets")["when"] == before
    status, html = press(marketer, f"{path}/edit", "save", **form, **head)
    assert status == 409
    assert "Somebody saved version 2" in html
    said = words(page(marketer, f"{path}/versions"))
    assert "new: Name: Bigger baskets" in said
    assert "gone: Name: Big baskets" in said
    assert "by \N{FIRST STRONG ISOLATE}marketer@example.com" in said
    assert 'value="Big baskets"' in page(marketer, f"{path}/edit?version=1")
    assert send(marketer, f"{path}/archive").status_code == 303
    assert segments.get(admin.ctx, "big-baskets").status == "archived"


def test_a_segment_that_others_ask_about_is_not_put_away(admin: Admin, marketer: FlaskClient) -> None:
    asks = {"c:join": "all", "c.0:about": "segments", "c.0:segment": "whales", "c.0:op": "is"}
    assert press(marketer, NEW, "save", **asks, **NAMED)[0] == 303
    assert send(marketer, "/admin/segments/whales/archive").status_code == 303
    assert segments.get(admin.ctx, "whales").status == "live"


def test_a_draft_waits_until_it_is_saved(admin: Admin, marketer: FlaskClient) -> None:
    unfinished = {**TWICE, "c.0:value": ""}
    assert press(marketer, NEW, "keep", **unfinished, **NAMED)[0] == 303
    assert "Big spenders" in words(page(marketer, "/admin/segments"))
    html = page(marketer, "/admin/segments/drafts/big-spenders")
    assert typed(html)["c.0:op"] == "gte"
    assert "This is a draft" in words(html)
    assert press(marketer, NEW, "discard", **unfinished, **NAMED, id="big-spenders")[0] == 303
    assert segment_drafts.listing(admin.ctx) == []
    assert marketer.get("/admin/segments/drafts/big-spenders").status_code == 404


def test_a_huge_change_is_asked_about(admin: Admin, marketer: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment_drafts, "LITTLE", 1)
    assert press(marketer, NEW, "save", **TWICE, **NAMED)[0] == 303
    refresh(admin)
    path, other = "/admin/segments/big-spenders/edit", {**TWICE, "c.0:op": "lt", **NAMED}
    status, html = press(marketer, path, "save", **other)
    assert status == 409
    said = words(html)
    assert "of 2 customers, 2 would leave, and 1 would enter" in said
    assert "rehearsal" in said
    assert press(marketer, path, "confirm", **other)[0] == 303
    refresh(admin)
    assert [one.number for one in store.versions(admin.ctx.db, "big-spenders")] == [2, 1]


def test_who_was_in_it_is_looked_up(marketer: FlaskClient) -> None:
    said = words(page(marketer, "/admin/segments/whales/past?on=2026-05-01&who=1"))
    assert "0 customers at the end of" in said or "no customers" in said.lower()
    assert "Was this customer in it?" in said
    assert "not over yet" in words(page(marketer, "/admin/segments/whales/past?on=2999-01-01"))


def test_every_starter_is_offered_in_the_shop_s_words_and_comes_back_as_it_was(admin: Admin) -> None:
    ctx = admin.ctx
    offer = Offer(choices.load(ctx), ctx.definitions)
    for one in segments.listing(ctx):
        when = conditions.parse(segment_history.document_of(ctx, one.segment.id)["when"])
        tree = segment_rows.settled(tree_of(when), offer)
        assert isinstance(tree, Group)
        shown = segment_rows.view(tree, Looks(offer, "SAR", "Asia/Riyadh", one.segment.id))
        written = write(segment_tree.read(sent(shown)))
        assert written.troubles == [], one.segment.id
        assert plain(conditions.parse(written.document)) == plain(when), one.segment.id


def test_viewers_only_look(admin: Admin) -> None:
    viewer = admin.log_in("viewer")
    assert viewer.get(NEW).status_code == 403
    assert press(viewer, NEW, "save", **TWICE, **NAMED)[0] == 403
    assert send(viewer, "/admin/segments/whales/take-over").status_code == 403
    assert "New segment" not in page(viewer, "/admin/segments")
    assert "Version 1" in words(page(viewer, "/admin/segments/whales/versions"))
