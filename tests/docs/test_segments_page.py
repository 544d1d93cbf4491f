"""docs/segments.md names every fact, operator and starter segment, and its examples are right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from service.catalog.files import resource_dir
from service.catalog.loader import load_segments, read_file, read_text
from service.domain import conditions, segments, tags
from service.domain.facts import VOCABULARY

PAGE = (Path(__file__).parents[2] / "docs" / "segments.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The rows of the first table that begins with a heading, cell by cell."""
    _, _, rest = PAGE.partition(f"\n| {heading} |")
    assert rest, f"there is no table {heading}"
    lines = [line for line in rest.split("\n\n")[0].splitlines()[2:] if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_fact_is_documented_with_its_type_and_no_other() -> None:
    documented = {
        re.sub(r"<.+>", "*", name): kind for (name,), kind in ((quoted(row[0]), row[1]) for row in rows("Fact"))
    }
    documented = {"answer.*" if name.startswith("answer.") else name: kind for name, kind in documented.items()}
    assert list(documented) == [spec.name for spec in VOCABULARY]
    assert [spec.name for spec in VOCABULARY if spec.type not in documented[spec.name]] == []


def test_every_operator_is_documented_with_an_example_that_is_right() -> None:
    examples = {quoted(row[0])[0]: quoted(row[2])[0] for row in rows("Operator")}
    assert tuple(examples) == conditions.OPS
    for op, example in examples.items():
        when, _ = segments.parse_condition(yaml.safe_load(example), "SAR")
        assert isinstance(when, conditions.Leaf)
        assert when.op == op


def test_every_fact_named_as_missing_exists() -> None:
    for row in rows("Missing for"):
        for name in quoted(row[1]):
            family = name.removesuffix("*")
            assert any(spec.name.startswith(family) for spec in VOCABULARY), name


def blocks() -> Iterator[Any]:
    for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL):
        yield read_text(block, "docs/segments.md")


def test_the_yaml_examples_are_right() -> None:
    found = list(blocks())
    assert len(found) == 3
    for document, where in found:
        if "segments" in document:
            assert load_segments(document, where)
        else:
            segments.parse_condition(document["when"], "SAR")


def test_the_table_of_starters_is_the_file() -> None:
    starters = load_segments(*read_file(resource_dir("quizzes") / "segments.yaml"))
    shown = {quoted(row[0])[0]: quoted(row[1])[0] for row in rows("Segment")}
    assert shown == {one["id"]: one["tag"] for one in starters}


def test_the_numbers_on_the_page_are_those_in_use() -> None:
    assert conditions.MAX_DEPTH == 12
    assert "at most twelve deep" in PAGE
    assert f"Nobody has more than {tags.MOST_TAGS} tags" in PAGE
