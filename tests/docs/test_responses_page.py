"""docs/responses.md names every field of a Turn, and its requests work as they are written."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from marshmallow import Schema

from service.domain.quiz import ITEM_TYPES
from service.domain.responses import LIFETIME
from service.web import edge
from service.web.api import responses as api
from tests.contract.api_world import application

PAGE = (Path(__file__).parents[2] / "docs" / "responses.md").read_text(encoding="utf-8")
REQUEST = re.compile(r"curl -s '?http://127\.0\.0\.1:8000(/v1/[^\s']+)'?(?: -H '[^']+' \\\n  -d '([^']+)')?")


def words(schema: type[Schema]) -> list[str]:
    return list(schema().fields)


def test_every_field_of_a_turn_and_of_each_request_is_documented() -> None:
    schemas = (
        api.TurnSchema,
        api.StartSchema,
        api.AnswerSchema,
        api.IdentifySchema,
        api.ResultSchema,
        api.ContactSchema,
    )
    named = [word for schema in schemas for word in words(schema)]
    assert [word for word in named if not re.search(rf'[`"]{word}[`"]', PAGE)] == []


def test_every_field_of_an_item_is_in_the_example() -> None:
    (example,) = (
        json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL) if "response_id" in block
    )
    assert list(example) == words(api.TurnSchema)
    assert sorted(example["item"]) == sorted(words(api.ItemSchema))


def test_every_type_of_item_is_documented() -> None:
    assert [kind for kind in ITEM_TYPES if kind != "statement" and f"`{kind}`" not in PAGE] == []


def test_the_numbers_on_the_page_are_those_in_use() -> None:
    assert LIFETIME == 90 * 24 * 3600 * 1_000_000
    assert "90 days after the last change" in PAGE
    assert f"at most {edge.LARGEST_BODY // 1024} KB and is nested at most {edge.DEEPEST} deep" in PAGE


def test_the_requests_work_as_they_are_written(sqlite_url: str) -> None:
    requests = REQUEST.findall(PAGE)
    assert len(requests) == 5
    with application(sqlite_url) as client:
        turn: dict[str, Any] = {"response_id": ""}
        for path, body in requests:
            address = re.sub(r"r_\w+", turn["response_id"], path)
            answer = client.post(address, json=json.loads(body)) if body else client.get(address)
            assert answer.status_code == 200, answer.get_json()
            turn = answer.get_json()
        assert turn["revision"] == 2
