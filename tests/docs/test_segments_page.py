"""docs/segments.md names every fact, operator and starter segment, and its examples are right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from service.catalog.files import resource_dir
from service.catalog.loader import load_segments, read_file, read_text
from service.catalog.segments_schema import segments_schema
from service.domain import conditions, segments, tags
from service.domain.buying import LINE_FIELDS, ORDER_FIELDS
from service.domain.condition_reading import DAY_BOUNDS, SEGMENT_OPS
from service.domain.errors import DefinitionError
from service.domain.fitting import PAST_OPS, TYPE_OPS
from service.domain.leaves import Clausal, InSegment, Past
from service.domain.purchase_reading import COMPARE_OPS, MEASURES, WINDOWS
from service.domain.vocabulary import MISSING, VOCABULARY

PAGE = (Path(__file__).parents[2] / "docs" / "segments.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The rows of the first table that begins with a heading, cell by cell."""
    _, _, rest = PAGE.partition(f"\n| {heading} |")
    assert rest, f"there is no table {heading}"
    lines = [line for line in rest.split("\n\n")[0].splitlines()[2:] if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def read(example: str) -> Any:
    return read_text(example)[0]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_fact_is_documented_with_its_type_and_no_other() -> None:
    found = {re.sub(r"\.<.+>", ".*", quoted(row[0])[0]): row for row in rows("Fact")}
    assert list(found) == [spec.name for spec in VOCABULARY]
    for spec in VOCABULARY:
        _name, kind, _meaning, missing, past = found[spec.name]
        assert spec.type in kind
        assert missing == MISSING[spec.missing]
        assert (past == "yes") is spec.history, spec.name


def test_every_operator_is_documented_with_an_example_that_is_right() -> None:
    examples = {quoted(row[0])[0]: quoted(row[2])[0] for row in rows("Operator")}
    assert tuple(examples) == conditions.OPS
    for op, example in examples.items():
        when, _ = segments.parse_condition(read(example), "SAR", attributes={"note": "text", "birthday": "date"})
        assert isinstance(when, conditions.Leaf)
        assert when.op == op


def test_every_type_is_documented_with_its_operators() -> None:
    documented = {row[0]: quoted(row[1]) for row in rows("Type")}
    assert documented.keys() == TYPE_OPS.keys()
    for kind, ops in TYPE_OPS.items():
        if kind in ("text", "word", "list", "place", "number", "instant"):
            assert documented[kind] == list(ops)
    assert TYPE_OPS["days"] == TYPE_OPS["share"] == TYPE_OPS["money"] == TYPE_OPS["number"]
    assert set(TYPE_OPS["date"]) == {*TYPE_OPS["instant"], "eq", "ne", "in"}
    population = {"top_percent", "bottom_percent", "above_median", "below_median", "within_km"}
    answers_and_past = {"skipped", "never_asked", "changed_in_last_days"}
    assert set(TYPE_OPS["any"]) == set(conditions.OPS) - population - answers_and_past


def test_every_clause_is_documented_with_an_example_that_is_right() -> None:
    found = [segments.read_condition(read(quoted(row[2])[0])) for row in rows("Clause | Looks at")]
    assert {type(one) for one in found} == set(get_args(Clausal))
    asked = [segments.read_condition(read(quoted(row[0])[0])) for row in rows("Clause | True when the customer")]
    assert [one.op for one in asked if isinstance(one, InSegment)] == list(SEGMENT_OPS)
    assert [one.when for one in asked if isinstance(one, Past)] == ["ever", "2026-05-01"]


def test_every_measure_field_and_window_is_documented() -> None:
    assert [quoted(row[0])[0] for row in rows("Measure")] == list(MEASURES)
    for heading, fields in (("Field of orders", ORDER_FIELDS), ("Field of lines", LINE_FIELDS)):
        assert {quoted(row[0])[0]: row[1] for row in rows(heading)} == fields
    assert [row[0].strip("`").partition(":")[0] for row in rows("Window")] == ["none", *WINDOWS]
    for op in COMPARE_OPS:
        assert f"`{op}`" in PAGE


def test_operators_of_the_past_are_documented() -> None:
    said = PAGE[PAGE.index("The past is known of facts") :].split(".\n")[0]
    assert quoted(said) == list(PAST_OPS)


def blocks() -> Iterator[Any]:
    for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL):
        yield read_text(block, "docs/segments.md")


def test_the_yaml_examples_are_right() -> None:
    found = list(blocks())
    assert len(found) == 5
    for document, where in found:
        if "segments" in document:
            assert load_segments(document, where)
        else:
            segments.parse_condition(document["when"], "SAR")


# the schema ----------------------------------------------------------------------------------------------------------

VALIDATOR = Draft202012Validator(segments_schema())
WRONG: tuple[dict[str, Any], ...] = (
    {"fact": "orders.cuont", "op": "gte", "value": 2},
    {"fact": "orders.count", "op": "gtee", "value": 2},
    {"fact": "orders.count", "op": "gte"},
    {"fact": "orders.count", "op": "top_percent", "value": 0},
    {"count": "order"},
    {"sum": "orders.source", "value": 1},
    {"count": "orders", "last_days": 7, "first_orders": 2},
    {"count": "orders", "where": {"prodct": "x"}},
    {"count": "orders", "where": {"source": {"gt": 1}}},
    {"did": {"orders": {}}, "within_days": 3},
    {"segment": "x", "op": "was"},
    {"on": "2026-05-01", "that": {"fact": "rfm.group", "op": "top_percent", "value": 3}},
    {"all": []},
)


def as_file(when: object) -> dict[str, object]:
    return {"segments": [{"id": "x", "name": {"en": "X"}, "when": when}]}


def test_the_schema_takes_what_the_linter_takes() -> None:
    Draft202012Validator.check_schema(VALIDATOR.schema)
    starters, _ = read_file(resource_dir("quizzes") / "segments.yaml")
    files = [starters, *(one if "segments" in one else as_file(one["when"]) for one, _ in blocks())]
    files += [as_file(read(quoted(row[2])[0])) for row in (*rows("Operator"), *rows("Clause | Looks at"))]
    files += [as_file(read(quoted(row[0])[0])) for row in rows("Clause | True when the customer")]
    for file in files:
        assert [error.message for error in VALIDATOR.iter_errors(file)] == [], file


def test_the_schema_refuses_what_the_linter_refuses() -> None:
    for when in WRONG:
        assert not VALIDATOR.is_valid(as_file(when)), when
        with pytest.raises(DefinitionError):
            segments.read_condition(when)


def test_the_table_of_starters_is_the_file() -> None:
    starters = load_segments(*read_file(resource_dir("quizzes") / "segments.yaml"))
    shown = {quoted(row[0])[0]: quoted(row[1])[0] for row in rows("Segment")}
    assert shown == {one["id"]: one["tag"] for one in starters}


def test_the_numbers_on_the_page_are_those_in_use() -> None:
    assert conditions.MAX_DEPTH == 12
    assert "at most twelve deep" in PAGE
    assert f"at most {conditions.MAX_CLAUSES} clauses" in PAGE
    assert DAY_BOUNDS["anniversary_within"] == (0, 364)
    assert f"Nobody has more than {tags.MOST_TAGS} tags" in PAGE
