"""docs/quizzes.md names every key, type, operator and finding there is, and its examples are right."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeGuard

import pytest
from marshmallow import Schema, fields

from service.catalog import conversations, lint, lint_ways, schema
from service.catalog.loader import load_quiz, load_vocabulary, read_text
from service.domain import conditions
from service.domain.quiz import ITEM_TYPES

PAGE = (Path(__file__).parents[2] / "docs" / "quizzes.md").read_text(encoding="utf-8")


def codes() -> set[str]:
    """The codes of findings, as the checks yield them."""
    trees = [ast.parse(Path(str(one.__file__)).read_text(encoding="utf-8")) for one in (lint, lint_ways)]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    found = [node.value.elts[1] for node in nodes if isinstance(node, ast.Yield) and _is_finding(node.value)]
    return {str(ast.literal_eval(one)) for one in found}


def _is_finding(value: ast.expr | None) -> TypeGuard[ast.Tuple]:
    return isinstance(value, ast.Tuple) and len(value.elts) == 4


def keys(found: Any) -> Iterator[str]:
    """All keys of a schema and of those inside it."""
    if isinstance(found, Schema):
        for name, field in found.fields.items():
            yield name
            yield from keys(field)
    elif isinstance(found, fields.List):
        yield from keys(found.inner)
    elif isinstance(found, fields.Nested):
        yield from keys(found.schema)


@pytest.mark.parametrize(
    "top", [schema.Quiz, schema.Traits, schema.Personas, schema.Segments, conversations.Conversations]
)
def test_every_key_is_documented(top: type[Schema]) -> None:
    assert [key for key in dict.fromkeys(keys(top())) if f"`{key}`" not in PAGE] == []


def test_every_type_operator_and_finding_is_documented() -> None:
    assert len(codes()) == 17
    words = [*ITEM_TYPES, *conditions.OPS, *codes(), "definition"]
    assert [word for word in words if f"`{word}`" not in PAGE] == []


def test_no_finding_is_documented_that_does_not_exist() -> None:
    table = PAGE[PAGE.index("| Finding |") :]
    assert set(re.findall(r"^\| `([a-z-]+)` \| (?:error|warning|advice)", table, re.MULTILINE)) == codes() | {
        "definition"
    }


def test_the_examples_are_right() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 3
    document, where = read_text(blocks[0], "docs/quizzes.md")
    assert lint.lint_quiz(load_quiz(document, where), where, load_vocabulary()) == []
    for block in blocks[1:]:
        condition, _ = read_text(block)
        assert isinstance(condition, dict)
        conditions.parse(condition["when"])
