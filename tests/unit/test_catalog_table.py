"""The table option -> scores, points, votes, excludes, tags: what it shows, what edits change, and errors by cell."""

from __future__ import annotations

from functools import lru_cache

import pytest

from service.catalog.files import resource_dir
from service.catalog.loader import load_quiz, load_quiz_file, load_vocabulary, quiz_document
from service.catalog.option_table import OptionTable, TableError, apply, table
from service.catalog.vocabulary import Vocabulary
from service.domain.quiz import Quiz


@lru_cache(maxsize=4)
def quiz(name: str) -> Quiz:
    return load_quiz_file(resource_dir("quizzes") / f"{name}.yaml")


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def edited(cells: dict[str, str], name: str = "skin-match") -> Quiz:
    return load_quiz(apply(quiz(name), cells, vocabulary()))


def all_cells(found: OptionTable) -> dict[str, str]:
    return {row.cell_name(key): text for row in found.rows for key, text in row.cells.items()}


def test_a_row_shows_what_an_option_is_worth() -> None:
    found = table(quiz("skin-match"), vocabulary())
    row = next(one for one in found.rows if (one.item_id, one.option_id) == ("for_whom", "family"))
    assert row.label.get("ar") == "لي ولأهل بيتي"
    assert row.cells["scores.care_for_others"] == "2"
    assert row.cells["scores.simplicity"] == ""
    assert row.cells["points.gentle_home"] == "3"
    assert row.cells["votes"] == "baby-balm: 1, olive-cleanser: 1"
    assert row.cells["tags"] == "buys-for-family"


def test_columns_are_all_traits_and_all_outcomes() -> None:
    columns = [one.key for one in table(quiz("skin-match"), vocabulary()).columns]
    assert columns[:7] == [f"scores.{one.id}" for one in vocabulary().traits]
    assert columns[7:13] == [f"points.{one.id}" for one in quiz("skin-match").outcomes]
    assert columns[13:] == ["votes", "excludes", "tags"]


def test_a_scale_has_a_row_with_scores_alone() -> None:
    row = next(one for one in table(quiz("shopping-style"), vocabulary()).rows if one.item_id == "evening_care")
    assert row.option_id == ""
    assert row.cells["scores.simplicity"] == "-2"
    assert set(row.cells) == {f"scores.{one.id}" for one in vocabulary().traits}


@pytest.mark.parametrize("name", ["skin-match", "after-purchase", "shopping-style"])
def test_saving_the_table_as_it_is_changes_nothing(name: str) -> None:
    cells = all_cells(table(quiz(name), vocabulary()))
    assert edited(cells, name) == quiz(name)


def test_edited_cells_change_only_themselves() -> None:
    cells = {
        "for_whom/me/scores.simplicity": "٠٫٥",
        "for_whom/me/points.two_steps": "",
        "for_whom/me/votes": "baby-balm: 2، olive-cleanser:-1",
        "for_whom/me/excludes": "oud-candle",
        "for_whom/me/tags": "self-care, self-care",
    }
    after = edited(cells).items[0].option_by_id["me"]
    assert after.scores == {"care_for_others": -1, "simplicity": 0.5}
    assert after.points == {"new_finds": 1}
    assert after.votes == {"baby-balm": 2, "olive-cleanser": -1}
    assert after.excludes == ("oud-candle",)
    assert after.tags == ("self-care",)
    assert edited(cells).items[1:] == quiz("skin-match").items[1:]


def test_a_scale_and_an_unwritten_yes_no_option_can_be_scored() -> None:
    after = edited({"evening_care//scores.simplicity": "-1.5"}, "shopping-style")
    assert after.item("evening_care").scores == {"simplicity": -1.5}  # type: ignore[union-attr]
    document = quiz_document(quiz("after-purchase"))
    document["items"].append({"id": "again", "type": "yes_no", "text": {"en": "Again?", "ar": "مرة أخرى؟"}})
    again = load_quiz(apply(load_quiz(document), {"again/no/tags": "once"}, vocabulary())).item("again")
    assert again is not None
    labels = [(one.id, one.label.get("ar"), one.tags) for one in again.options]
    assert labels == [("yes", "نعم", ()), ("no", "لا", ("once",))]


def test_all_wrong_cells_are_named_and_nothing_is_changed() -> None:
    cells = {
        "for_whom/me/scores.simplicity": "much",
        "for_whom/me/scores.novelty_seeking": "nan",
        "for_whom/me/points.two_steps": "1.5",
        "for_whom/me/points.new_finds": "900",
        "for_whom/me/votes": "baby-bam: 2",
        "for_whom/family/votes": "baby-balm",
        "for_whom/me/excludes": "majlis",
        "for_whom/me/tags": "Self Care",
        "for_whom/you/tags": "x",
        "for_whom/gift/tags": "fine",
    }
    with pytest.raises(TableError) as caught:
        apply(quiz("skin-match"), cells, vocabulary())
    errors = caught.value.errors
    assert set(errors) == set(cells) - {"for_whom/gift/tags"}
    assert errors["for_whom/me/points.two_steps"] == "expected a whole number, not '1.5'"
    assert errors["for_whom/me/votes"] == "there is no product 'baby-bam'; did you mean baby-balm?"
    assert errors["for_whom/family/votes"] == "expected product: votes, for example baby-balm: 2"
    assert errors["for_whom/you/tags"] == "there is no such cell"
