"""Publishing quizzes on both databases: versions never change, one owner writes, and drafts stay out of sight."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service.catalog.loader import load_quiz, quiz_document, read_text
from service.domain.errors import DefinitionError, InvalidInput, NotFound, Refused
from service.operations import quizzes
from service.operations.context import Context
from service.operations.quizzes import Published, TableError
from service.store import counters
from service.store import quizzes as store
from service.store import users as user_store


def text(words: str) -> dict[str, str]:
    return {"en": words, "ar": f"{words} بالعربية"}


TEA: dict[str, Any] = {
    "id": "tea",
    "kind": "quiz",
    "title": text("Tea"),
    "items": [
        {
            "id": "mood",
            "type": "single",
            "text": text("Mood?"),
            "options": [
                {"id": "calm", "label": text("Calm"), "points": {"mint": 2}},
                {"id": "tired", "label": text("Tired"), "points": {"black": 1}, "scores": {"simplicity": 1}},
            ],
        }
    ],
    "outcomes": [
        {"id": "mint", "title": text("Mint"), "text": text("Fresh")},
        {"id": "black", "title": text("Black"), "text": text("Strong")},
    ],
    "fallback": "mint",
}


def changed(words: str, **keys: Any) -> dict[str, Any]:
    return {**copy.deepcopy(TEA), "title": text(words), **keys}


def revision(ctx: Context) -> int:
    return counters.read(ctx.db, "definitions")


def user(ctx: Context) -> Context:
    """The context of somebody who is logged in."""
    with ctx.db.write() as db:
        user_store.add(db, email="m@example.com", name="M", role="marketer", password="x", session_key="s", now=ctx.now)
    return replace(ctx, actor="m@example.com")


# versions ------------------------------------------------------------------------------------------------------------


def test_the_first_publication_is_version_one_and_live(ctx: Context) -> None:
    before = revision(ctx)
    assert quizzes.publish(ctx, TEA) == Published("tea", 1, "new")
    assert revision(ctx) == before + 1
    assert store.live_versions(ctx.db) == {"tea": 1}
    assert quizzes.get(ctx, "tea") == load_quiz(TEA, version=1)
    stored = store.version(ctx.db, "tea", 1)
    assert (stored.published_at, stored.published_by) == (ctx.now, None)


def test_the_same_content_makes_no_new_version(ctx: Context) -> None:
    quizzes.publish(ctx, TEA)
    before = revision(ctx)
    reordered = dict(reversed(list({**TEA, "languages": ["en", "ar"], "recommend": 3}.items())))
    assert quizzes.publish(ctx, reordered) == Published("tea", 1, "unchanged")
    assert revision(ctx) == before


def test_a_change_is_a_new_version_and_the_old_one_stays_as_it_was(ctx: Context) -> None:
    quizzes.publish(ctx, TEA)
    assert quizzes.publish(ctx, changed("Better tea")) == Published("tea", 2, "changed")
    assert quizzes.get(ctx, "tea", 1) == load_quiz(TEA, version=1)
    assert quizzes.get(ctx, "tea").title.get("en") == "Better tea"
    assert [one.version for one in quizzes.history(ctx, "tea")] == [2, 1]
    assert store.live_versions(ctx.db) == {"tea": 2}
    assert quizzes.publish(ctx, TEA) == Published("tea", 3, "changed")


def test_a_wrong_quiz_is_refused_and_leaves_no_trace(ctx: Context) -> None:
    before = revision(ctx)
    with pytest.raises(DefinitionError):
        quizzes.publish(ctx, changed("Tea", fallback="green"))
    never = copy.deepcopy(TEA)
    never["items"][0]["options"][1]["points"] = {}
    with pytest.raises(DefinitionError, match="can never win"):
        quizzes.publish(ctx, never)
    unknown = copy.deepcopy(TEA)
    unknown["items"][0]["options"][1]["scores"] = {"thirst": 1}
    with pytest.raises(DefinitionError, match="there is no trait 'thirst'"):
        quizzes.publish(ctx, unknown)
    assert quizzes.listing(ctx) == []
    assert revision(ctx) == before


def test_what_is_not_there_is_not_found(ctx: Context) -> None:
    for act in (quizzes.get, quizzes.get_draft, quizzes.export, quizzes.take_over, quizzes.publish_draft):
        with pytest.raises(NotFound):
            act(ctx, "coffee")
    quizzes.publish(ctx, TEA)
    with pytest.raises(NotFound):
        quizzes.get(ctx, "tea", 2)


# files ---------------------------------------------------------------------------------------------------------------


def test_the_starters_are_published_once(ctx: Context) -> None:
    first = quizzes.publish_files(ctx)
    assert [(one.id, one.version, one.change) for one in first] == [
        ("after-purchase", 1, "new"),
        ("shopping-style", 1, "new"),
        ("skin-match", 1, "new"),
    ]
    assert {one.change for one in quizzes.publish_files(ctx)} == {"unchanged"}
    listed = {one.id: one for one in quizzes.listing(ctx)}
    assert listed["skin-match"].questions == 9
    assert listed["skin-match"].title.get("ar") == "ما يناسبك من سدر وورد"
    assert listed["after-purchase"].kind == "survey"


def test_one_wrong_file_among_many_publishes_none(ctx: Context, tmp_path: Path) -> None:
    good, bad, missing = tmp_path / "good.yaml", tmp_path / "bad.yaml", tmp_path / "missing.yaml"
    good.write_text(yaml_of(TEA), encoding="utf-8")
    bad.write_text(yaml_of(changed("Coffee", id="coffee")).replace("kind: quiz", "kind: quis"), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        quizzes.publish_files(ctx, [good, bad, missing])
    assert [(Path(one.file).name, one.line, one.path) for one in caught.value.problems] == [
        ("bad.yaml", 2, "kind"),
        ("missing.yaml", 0, ""),
    ]
    assert quizzes.listing(ctx) == []
    with pytest.raises(DefinitionError, match="in another of these files"):
        quizzes.publish_files(ctx, [good, good])


def yaml_of(document: dict[str, Any]) -> str:
    from service.catalog.export import dump_yaml

    return dump_yaml(load_quiz(document))


def test_an_export_published_again_is_the_same_version(ctx: Context) -> None:
    quizzes.publish_files(ctx)
    for quiz_id in ("skin-match", "after-purchase", "shopping-style"):
        document, where = read_text(quizzes.export(ctx, quiz_id), "export.yaml")
        assert quizzes.publish(ctx, document, where=where).change == "unchanged"
        assert quizzes.export_document(ctx, quiz_id) == quiz_document(quizzes.get(ctx, quiz_id))


# owners and drafts ---------------------------------------------------------------------------------------------------


def test_a_quiz_of_the_files_is_not_edited_in_the_admin(ctx: Context) -> None:
    quizzes.publish(ctx, TEA)
    with pytest.raises(Refused, match="belongs to its file: take it over first"):
        quizzes.save_draft(ctx, "tea", changed("Mine"))
    with pytest.raises(Refused, match="take it over first"):
        quizzes.publish(ctx, changed("Mine"), "admin")


def test_a_quiz_of_the_admin_is_not_replaced_by_its_file(ctx: Context) -> None:
    quizzes.publish(ctx, TEA)
    quizzes.take_over(ctx, "tea")
    with pytest.raises(Refused, match="the quiz 'tea' was taken over in the admin .*`firasa quizzes export tea`"):
        quizzes.publish(ctx, changed("From the file"))
    assert quizzes.get(ctx, "tea").title.get("en") == "Tea"


def test_a_draft_is_out_of_sight_until_it_is_published(ctx: Context) -> None:
    mine = user(ctx)
    quizzes.publish(ctx, TEA)
    quizzes.take_over(mine, "tea")
    before = revision(ctx)
    quizzes.save_draft(mine, "tea", changed("Mine"))
    assert revision(ctx) == before
    assert quizzes.get(ctx, "tea").title.get("en") == "Tea"
    assert quizzes.get_draft(ctx, "tea") == load_quiz(changed("Mine"))
    assert quizzes.listing(ctx)[0].has_draft

    assert quizzes.publish_draft(mine, "tea") == Published("tea", 2, "changed")
    assert revision(ctx) == before + 1
    assert quizzes.get(ctx, "tea").title.get("en") == "Mine"
    assert quizzes.get_draft(ctx, "tea") is None
    assert store.version(ctx.db, "tea", 2).published_by == 1
    with pytest.raises(Refused, match="no draft"):
        quizzes.publish_draft(mine, "tea")


def test_a_draft_can_be_dropped_and_cannot_change_the_id(ctx: Context) -> None:
    quizzes.publish(ctx, TEA)
    quizzes.take_over(ctx, "tea")
    with pytest.raises(DefinitionError, match="an id never changes"):
        quizzes.save_draft(ctx, "tea", changed("Coffee", id="coffee"))
    quizzes.save_draft(ctx, "tea", changed("Mine"))
    quizzes.discard_draft(ctx, "tea")
    assert quizzes.get_draft(ctx, "tea") is None


def test_publishing_a_draft_that_says_nothing_new_drops_it(ctx: Context) -> None:
    quizzes.publish(ctx, TEA)
    quizzes.take_over(ctx, "tea")
    quizzes.save_draft(ctx, "tea", TEA)
    assert quizzes.publish_draft(ctx, "tea") == Published("tea", 1, "unchanged")
    assert quizzes.get_draft(ctx, "tea") is None


def test_a_file_can_take_its_quiz_back(ctx: Context) -> None:
    quizzes.publish(ctx, TEA)
    quizzes.take_over(ctx, "tea")
    quizzes.save_draft(ctx, "tea", changed("Mine"))
    assert quizzes.publish(ctx, changed("From the file"), take_back=True) == Published("tea", 2, "changed")
    info = quizzes.listing(ctx)[0]
    assert (info.owner, info.has_draft) == ("file", False)


def test_the_option_table_is_edited_and_published(ctx: Context) -> None:
    quizzes.publish(ctx, TEA)
    quizzes.take_over(ctx, "tea")
    document = quizzes.export_document(ctx, "tea")
    cells = {"mood/calm/points.mint": "5", "mood/calm/tags": "is-calm"}
    assert any(row.cells["points.mint"] == "2" for row in quizzes.option_table(document).rows)
    quizzes.save_draft(ctx, "tea", quizzes.apply_option_table(document, cells))
    quizzes.publish_draft(ctx, "tea")
    calm = quizzes.get(ctx, "tea").items[0].option_by_id["calm"]
    assert (calm.points, calm.tags) == ({"mint": 5}, ("is-calm",))
    with pytest.raises(TableError):
        quizzes.apply_option_table(document, {"mood/calm/points.mint": "five"})


def test_a_paused_quiz_is_not_live_and_comes_back(ctx: Context) -> None:
    quizzes.publish(ctx, TEA)
    before = revision(ctx)
    quizzes.set_status(ctx, "tea", "paused")
    assert store.live_versions(ctx.db) == {}
    assert quizzes.publish(ctx, changed("Better")).version == 2
    assert store.live_versions(ctx.db) == {}
    quizzes.set_status(ctx, "tea", "live")
    assert store.live_versions(ctx.db) == {"tea": 2}
    assert revision(ctx) == before + 3
    with pytest.raises(InvalidInput):
        quizzes.set_status(ctx, "tea", "gone")


def test_what_was_done_is_on_record(ctx: Context) -> None:
    mine = user(ctx)
    quizzes.publish(ctx, TEA)
    quizzes.take_over(mine, "tea")
    quizzes.publish(mine, changed("Mine"), "admin")
    recorded = [(one.actor, one.action, one.subject) for one in reversed(user_store.recent_changes(ctx.db, 10))]
    assert recorded == [
        ("test", "published version 1 of", "quiz tea"),
        ("m@example.com", "took over", "quiz tea"),
        ("m@example.com", "published version 2 of", "quiz tea"),
    ]
