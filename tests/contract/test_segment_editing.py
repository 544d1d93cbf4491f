"""Editing segments: drafts, previews, versions with their difference, and passes over all customers that go on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from service.config import Config
from service.domain.errors import DefinitionError, Refused
from service.operations import checks, profiles, recomputes, segment_drafts, segment_history, segments
from service.operations.context import Context
from service.operations.orders import record_orders
from service.runtime import Runtime
from service.store import destinations, segment_days
from tests.order_factory import line, order


def document(segment_id: str, when: object, **more: Any) -> dict[str, Any]:
    return {"id": segment_id, "name": {"en": segment_id, "ar": "شريحة"}, "when": when, **more}


TWO = document("regulars", {"fact": "orders.count", "op": "gte", "value": 2})
ONE = {**TWO, "when": {"fact": "orders.count", "op": "gte", "value": 1}}


class Shop:
    """A shop of twenty customers, of whom the first ten have ordered twice, at a clock of its own."""

    def __init__(self, url: str) -> None:
        self.runtime = Runtime(Config(database_url=url, shop_currency="SAR", shop_timezone="Asia/Riyadh"))
        orders = [order(f"{n}-{i}", day=i, shop_id=str(n), lines=(line("50.00"),)) for n in range(20) for i in range(2)]
        record_orders(
            self.ctx,
            [one for one in orders if not one.shop_order_id.endswith("-1") or int(one.buyer.shop_id or 0) < 10],
        )

    @property
    def ctx(self) -> Context:
        self.runtime.forget()
        return self.runtime.context(actor="Hind")

    def settle(self) -> None:
        recomputes.finish(lambda: self.ctx)
        profiles.refresh_all_due(lambda: self.ctx)


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    made = Shop(database_url)
    yield made
    made.runtime.close()


def test_a_draft_is_kept_until_it_is_saved(shop: Shop) -> None:
    segment_drafts.keep(shop.ctx, {"id": "regulars", "when": "not yet"})
    assert segment_drafts.get(shop.ctx, "regulars").changed_by == "Hind"  # type: ignore[union-attr]
    with pytest.raises(DefinitionError):
        segments.save(shop.ctx, {"id": "regulars", "when": "not yet"})
    assert segments.save(shop.ctx, TWO, note="to begin with").version == 1
    assert segment_drafts.listing(shop.ctx) == []
    (version,) = segment_history.versions(shop.ctx, "regulars")
    assert (version.saved_as, version.note) == ("Hind", "to begin with")


def test_what_somebody_saved_meanwhile_is_not_written_over(shop: Shop) -> None:
    assert segments.save(shop.ctx, TWO, base=0).version == 1
    for base in (0, 2):
        with pytest.raises(segments.SavedMeanwhile, match="version 1 of the segment 'regulars' was saved meanwhile"):
            segments.save(shop.ctx, ONE, base=base)
    assert segments.save(shop.ctx, ONE, base=1).version == 2


def test_a_preview_says_who_would_come_and_go(shop: Shop) -> None:
    segments.save(shop.ctx, TWO)
    shop.settle()
    found = segment_drafts.preview(shop.ctx, ONE)
    assert (found.reach.count, found.reach.members, found.reach.enter, found.reach.leave) == (20, 10, 10, 0)
    assert found.revenue_share == 1.0
    assert {one.change for one in found.sample} == {"enter", "stay"}
    assert [(one.segment_id, one.share) for one in found.overlap] == []
    other = segment_drafts.preview(shop.ctx, {**ONE, "id": "buyers"})
    assert [(one.segment_id, one.customers, one.share) for one in other.overlap] == [("regulars", 10, 0.5)]
    assert segment_drafts.count(shop.ctx, TWO["when"]) == 10
    top = {"fact": "orders.net_revenue", "op": "top_percent", "value": 50}
    assert segment_drafts.count(shop.ctx, top) == 10


def test_a_huge_change_is_asked_about_while_tools_follow(shop: Shop) -> None:
    segments.save(shop.ctx, TWO)
    shop.settle()
    assert not segment_drafts.preview(shop.ctx, ONE).huge
    with shop.ctx.db.write("definitions") as db:
        destinations.add(db, kind="dry_run", name="tool", config={}, now=shop.ctx.now)
    assert segment_drafts.preview(shop.ctx, ONE).huge
    with pytest.raises(segment_drafts.HugeChange, match="gain 10 and lose 0 of its 10"):
        segments.save(shop.ctx, ONE)
    assert segments.save(shop.ctx, ONE, confirmed=True).version == 2
    shop.settle()
    assert segment_days.sizes(shop.ctx.db) == {"regulars": 20}
    assert list(checks.disagreements(shop.ctx)) == []


def test_versions_differ_in_named_places(shop: Shop) -> None:
    segments.save(shop.ctx, TWO)
    segments.save(shop.ctx, ONE)
    (found,) = segment_history.diff(shop.ctx, "regulars", 1, 2)
    assert (found.path, found.before, found.after) == ("when.value", 2, 1)
    assert segment_history.export(shop.ctx)[0]["when"] == ONE["when"]


def test_a_pass_that_was_stopped_goes_on_where_it_was(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recomputes, "PAGE", 8)
    monkeypatch.setattr(recomputes, "PAGES_IN_STEP", 1)
    segments.save(shop.ctx, TWO)
    assert recomputes.step(shop.ctx)
    under_way = recomputes.progress(shop.ctx).recompute
    assert under_way is not None
    assert (under_way.what, under_way.total, under_way.done, under_way.differing) == ("regulars", 20, 8, 8)
    done = recomputes.finish(lambda: shop.ctx)
    assert done is not None
    assert (done.done, done.differing, recomputes.progress(shop.ctx).is_going_on) == (20, 10, False)
    # Nobody but those who differ is worked out: the condition does not depend on time.
    waiting = recomputes.progress(shop.ctx).waiting
    shop.settle()
    assert waiting <= 20
    events = {row["event"] for row in shop.ctx.db.query("SELECT event FROM memberships")}
    assert events <= {"definition", "order"}


def test_segments_that_ask_about_each_other_are_kept_in_order(shop: Shop) -> None:
    segments.save(shop.ctx, TWO)
    segments.save(shop.ctx, document("rest", {"not": {"segment": "regulars"}}))
    with pytest.raises(DefinitionError, match="regulars → rest → regulars|rest → regulars → rest"):
        segments.save(shop.ctx, {**TWO, "when": {"segment": "rest"}})
    with pytest.raises(DefinitionError, match="there is no segment 'nobody'"):
        segments.save(shop.ctx, document("more", {"segment": "nobody"}))
    with pytest.raises(Refused, match="asked about by rest"):
        segment_history.archive(shop.ctx, "regulars")
    segment_history.archive(shop.ctx, "rest")
    segment_history.archive(shop.ctx, "regulars")
    shop.settle()
    assert sum(segment_days.sizes(shop.ctx.db).values()) == 0
