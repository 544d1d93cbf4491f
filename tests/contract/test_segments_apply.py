"""Applying segment files: nothing is overwritten or shared by accident, and what is paused stays paused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from service.catalog.files import resource_dir
from service.catalog.loader import load_segments, read_file
from service.cli import main
from service.config import Config
from service.domain.conditions import Leaf
from service.domain.errors import DefinitionError, Refused
from service.operations import segments
from service.operations.context import Context
from service.operations.segments import Applied
from service.runtime import Runtime
from service.store import segments as store


def document(segment_id: str, tag: str = "", **changes: Any) -> dict[str, Any]:
    """A segment of customers with two orders."""
    given: dict[str, Any] = {
        "id": segment_id,
        "name": {"en": segment_id, "ar": "شريحة"},
        "when": {"fact": "orders.count", "op": "gte", "value": 2},
        **changes,
    }
    return {**given, "tag": tag} if tag else given


def statuses(ctx: Context) -> dict[str, str]:
    return {one.segment.id: one.segment.status for one in segments.listing(ctx)}


def problems(error: DefinitionError) -> list[tuple[str, str]]:
    return [(one.path, one.message) for one in error.problems]


def test_the_starters_apply_and_apply_again_without_a_change(ctx: Context) -> None:
    starters = load_segments(*read_file(resource_dir("quizzes") / "segments.yaml"))
    assert {one.change for one in segments.apply(ctx, starters)} == {"new"}
    assert {one.change for one in segments.apply(ctx, starters)} == {"unchanged"}


def test_the_same_id_twice_is_refused(ctx: Context) -> None:
    with pytest.raises(DefinitionError) as caught:
        segments.apply(ctx, [document("loyal"), document("other"), document("loyal", "another")])
    assert problems(caught.value) == [("segments[2].id", "the segment 'loyal' is there twice")]
    assert segments.listing(ctx) == []


def test_two_segments_of_one_tag_are_refused_naming_both(ctx: Context) -> None:
    with pytest.raises(DefinitionError) as caught:
        segments.apply(ctx, [document("loyal", "vip"), document("best", "vip")])
    message = "the tag 'vip' is taken by the segment 'loyal': give 'best' one of its own"
    assert problems(caught.value) == [("segments[1].tag", message)]
    assert segments.listing(ctx) == []


@pytest.mark.parametrize("status", ["live", "paused"])
def test_a_tag_of_a_stored_segment_is_refused_naming_both(ctx: Context, status: str) -> None:
    segments.apply(ctx, [document("loyal", "vip")])
    segments.set_status(ctx, "loyal", status)
    with pytest.raises(DefinitionError) as caught:
        segments.apply(ctx, [document("new"), document("best", "vip")])
    message = "the tag 'vip' is taken by the segment 'loyal': give 'best' one of its own"
    assert problems(caught.value) == [("segments[1].tag", message)]
    assert list(statuses(ctx)) == ["loyal"]


def test_a_tag_that_an_id_makes_is_taken_too(ctx: Context) -> None:
    segments.apply(ctx, [document("loyal")])
    with pytest.raises(DefinitionError, match="'segment-loyal' is taken by the segment 'loyal'"):
        segments.apply(ctx, [document("best", "segment-loyal")])


def test_segments_may_swap_their_tags_and_take_the_one_of_an_archived_segment(ctx: Context) -> None:
    segments.apply(ctx, [document("one", "a"), document("two", "b"), document("old", "c")])
    segments.set_status(ctx, "old", "archived")
    segments.apply(ctx, [document("one", "b"), document("two", "a"), document("three", "c")])
    assert {one.segment.id: one.segment.tag for one in segments.listing(ctx)} == {"one": "b", "two": "a", "three": "c"}


@pytest.mark.parametrize("status", ["paused", "archived"])
def test_a_segment_that_is_not_live_stays_so_when_it_is_applied_again(ctx: Context, status: str) -> None:
    segments.apply(ctx, [document("loyal")])
    segments.set_status(ctx, "loyal", status)
    assert segments.apply(ctx, [document("loyal")]) == [Applied("loyal", 1, "unchanged", status)]
    changed = document("loyal", when={"fact": "orders.count", "op": "gte", "value": 3})
    assert segments.apply(ctx, [changed]) == [Applied("loyal", 2, "changed", status)]
    kept = store.get(ctx.db, "loyal")
    assert kept is not None
    assert kept.status == status


def test_a_segment_of_the_admin_is_refused_unless_it_is_taken_back(ctx: Context) -> None:
    segments.apply(ctx, [document("loyal")], owner="admin")
    with pytest.raises(Refused, match="'loyal' is edited in the admin: `--take-back` replaces it"):
        segments.apply(ctx, [document("other"), document("loyal")])
    assert list(statuses(ctx)) == ["loyal"]
    assert segments.apply(ctx, [document("loyal")], take_back=True) == [Applied("loyal", 2, "changed")]
    assert [one.owner for one in segments.listing(ctx)] == ["file"]
    with pytest.raises(Refused, match="'loyal' belongs to its file"):
        segments.apply(ctx, [document("loyal")], owner="admin", take_back=True)


def test_pausing_and_resuming_are_recorded_once_with_who_did_it(ctx: Context) -> None:
    segments.apply(ctx, [document("loyal")])
    for status in ("paused", "paused", "live", "archived"):
        segments.set_status(ctx, "loyal", status)
    rows = ctx.db.query("SELECT actor, action, subject FROM changes ORDER BY id")
    assert [(row["actor"], row["action"], row["subject"]) for row in rows] == [
        (ctx.actor, done, "segment loyal") for done in ("paused", "resumed", "archived")
    ]


def test_days_in_conditions_are_the_shop_s(ctx: Context, database_url: str) -> None:
    since = {"fact": "orders.first_at", "op": "gte", "value": "2026-01-01"}
    segments.apply(ctx, [document("this-year", when=since)])
    midnight_in_riyadh = 1_767_214_800_000_000  # 2025-12-31T21:00Z
    runtime = Runtime(Config(database_url=database_url, shop_timezone="Asia/Riyadh", shop_currency="SAR"))
    served = runtime.context(actor="test").definitions.rules.segments
    runtime.close()
    for found in (segments.get(ctx, "this-year"), *served):
        assert found.bound == Leaf("orders.first_at", "gte", midnight_in_riyadh)


def test_a_stored_condition_that_would_be_refused_today_stops_nobody(ctx: Context) -> None:
    old = document("old", when={"fact": "orders.count", "op": "gte", "value": "3"})
    with ctx.db.write("definitions") as db:
        store.save(db, "old", old, owner="file", status="live", author=store.Author(None, "test"), now=ctx.now)
    assert list(statuses(ctx)) == ["old"]
    assert segments.get(ctx, "old").id == "old"


FILE = """\
segments:
  - id: loyal
    name: {en: Loyal, ar: أوفياء}
    when:
      all:
        - {fact: orders.count, op: gte, value: "3"}
        - {fact: orders.net_revenue, op: gte, value: five hundred}
  - id: best
    name: {en: Best, ar: أفضل}
    tag: segment-loyal
    when: {fact: orders.whale, value: "yes"}
"""


@pytest.fixture
def cli(sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CliRunner:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("SECRET_KEY", "a-key-for-tests-that-is-long-enough-0123456789")
    monkeypatch.chdir(tmp_path)
    return CliRunner()


def test_the_command_names_file_and_line_of_everything_wrong(cli: CliRunner) -> None:
    Path("my.yaml").write_text(FILE, encoding="utf-8")
    result = cli.invoke(main, ["segments", "apply", "my.yaml"])
    assert result.exit_code == 1
    said = result.stderr
    assert "my.yaml:6: segments[0].when.all[0].value: expected a number: write 3 without quotes, not '3'" in said
    assert "my.yaml:7: segments[0].when.all[1].value: expected an amount in the shop's currency" in said
    assert "my.yaml:10: segments[1].tag: the tag 'segment-loyal' is taken by the segment 'loyal'" in said


def test_the_command_takes_segments_of_the_admin_back_when_told_to(cli: CliRunner, sqlite_url: str) -> None:
    right = FILE.replace('"3"', "3").replace("five hundred", '"500.00"').replace("segment-loyal", "best")
    Path("my.yaml").write_text(right, encoding="utf-8")
    runtime = Runtime(Config(database_url=sqlite_url))
    segments.apply(runtime.context(actor="test"), load_segments(*read_file(Path("my.yaml"))), owner="admin")
    runtime.close()
    refused = cli.invoke(main, ["segments", "apply", "my.yaml"])
    assert refused.exit_code == 1
    assert "--take-back" in refused.stderr
    taken = cli.invoke(main, ["segments", "apply", "--take-back", "my.yaml"])
    assert taken.exit_code == 0, taken.output
