"""docs/architecture.md names files, functions and layers that exist."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from service.operations import profiles
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PLACES = (ROOT, ROOT / "service", ROOT / "quizzes")
NAMED = sorted(set(re.findall(r"`([\w./-]+\.(?:py|yaml|js|toml|md))`", PAGE)))
STEPS = re.findall(r"^\| \d+ \| `([^`]+)` \| (`[^|]+`) \|", PAGE, re.MULTILINE)


def find(name: str) -> Path | None:
    return next((place / name for place in PLACES if (place / name).exists()), None)


@pytest.mark.parametrize("name", NAMED)
def test_every_file_that_is_named_exists(name: str) -> None:
    assert find(name) is not None


def test_every_step_of_an_answer_is_a_function_of_its_file() -> None:
    assert len(STEPS) == 16
    for name, functions in STEPS:
        path = find(name)
        assert path is not None
        code = path.read_text(encoding="utf-8")
        for function in re.findall(r"`(\w+)`", functions):
            assert re.search(rf"^def {function}\(", code, re.MULTILINE), f"{name} has no function {function}"


def test_every_folder_of_the_package_is_in_the_tree() -> None:
    tree = PAGE[PAGE.index("## The tree") : PAGE.index("## Layers")]
    here = (ROOT / "service").iterdir()
    found = [path for path in here if path.name[0] not in "_." and (path.is_dir() or path.suffix == ".py")]
    names = [f"{path.name}/" if path.is_dir() else path.name for path in found]
    assert [name for name in names if name not in tree] == []


def test_the_layers_are_those_that_are_enforced() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (enforced,) = (one["layers"] for one in contracts if one["name"] == "Layers point inwards")
    drawn = PAGE[PAGE.index("## Layers") :].split("```")[1]
    order = [re.findall(r"\w+", layer.replace("service.", "")) for layer in enforced]
    positions = [min(re.search(rf"\b{name}\b", drawn).start() for name in names) for names in order]  # type: ignore[union-attr]
    assert positions == sorted(positions)


def test_the_numbers_on_the_page_are_those_in_use() -> None:
    assert f"refreshes\n   {profiles.PAGE} customers in one transaction" in PAGE
