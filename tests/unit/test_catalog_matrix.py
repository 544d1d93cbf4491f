"""The matrix as a table for spreadsheets: read as they save it, errors by cell, nothing half taken."""

from __future__ import annotations

import pytest

from service.catalog.files import resource_dir
from service.catalog.loader import load_quiz, load_quiz_file, load_vocabulary, quiz_document
from service.catalog.matrix import MatrixError, read, write

QUIZ = load_quiz_file(resource_dir("quizzes") / "skin-match.yaml")
VOCABULARY = load_vocabulary()
CSV = write(QUIZ, VOCABULARY)


def test_what_is_written_is_read_back_without_a_change() -> None:
    found = read(QUIZ, CSV.encode(), VOCABULARY)
    assert (found.document, found.changes) == (quiz_document(QUIZ), ())
    assert CSV.startswith("\ufeffitem,option,question,answer,scores.")


@pytest.mark.parametrize(
    "raw",
    [
        CSV.lstrip("\ufeff").encode(),
        CSV.lstrip("\ufeff").encode("utf-16"),
        CSV.replace("\r\n", "\n").encode(),
        CSV.encode() + b"\r\n,,,\r\n",
    ],
)
def test_whatever_a_spreadsheet_makes_of_it_is_the_same_table(raw: bytes) -> None:
    assert read(QUIZ, raw, VOCABULARY).changes == ()


def test_a_changed_cell_is_all_that_changes() -> None:
    raw = "item;option;points.calm_x;scores.simplicity\nskin_type;unsure;;1,5\n".replace(";points.calm_x", "").replace(
        ";;", ";"
    )
    found = read(QUIZ, raw.encode(), VOCABULARY)
    assert [str(one) for one in found.changes] == ["skin_type/unsure scores.simplicity: nothing -> 1.5"]
    option = next(one for one in load_quiz(found.document).items if one.id == "skin_type").option_by_id["unsure"]
    assert option.scores == {"simplicity": 1.5}


@pytest.mark.parametrize(
    ("table", "cell", "says"),
    [
        ("item,option,votes\nskin_type,dry,rose: 2\n", "C2", "there is no product 'rose'"),
        ("item,option,tags\nskin_type,dry,ok\nskin_type,oily,Not OK\n", "C3", "is not a tag"),
        ("item,option,vote\nskin_type,dry,1\n", "C1", "did you mean votes?"),
        ("item,option,tags\nskin_typ,dry,a\n", "A2", "did you mean skin_type?"),
        ("item,option,tags\nskin_type,dri,a\n", "B2", "did you mean dry?"),
        ("item,option,tags\nskin_type,dry,a\nskin_type,dry,b\n", "B3", "in line 2 already"),
        ("option,tags\ndry,a\n", "A1", "the column item is missing"),
        ("item,option,scores.simplicity\nskin_type,dry,a lot\n", "C2", "expected a number"),
        ('item,option,tags\nskin_type,dry,"a\n', "A1", "is not CSV"),
        ("", "A1", "is empty"),
    ],
)
def test_a_mistake_is_named_by_its_cell(table: str, cell: str, says: str) -> None:
    with pytest.raises(MatrixError) as refused:
        read(QUIZ, table.encode(), VOCABULARY)
    assert list(refused.value.errors) == [cell]
    assert says in refused.value.errors[cell]


def test_no_cell_is_run_as_a_formula() -> None:
    document = quiz_document(QUIZ)
    next(one for one in document["items"] if one["id"] == "skin_type")["text"] = {"en": "=HYPERLINK(1)", "ar": "؟"}
    written = write(load_quiz(document), VOCABULARY)
    assert "'=HYPERLINK(1)" in written
    assert all(not line.startswith(("=", "@")) for row in written.splitlines() for line in row.split(","))
