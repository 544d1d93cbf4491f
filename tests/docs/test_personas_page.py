"""docs/personas.md says what the code does."""

from __future__ import annotations

from pathlib import Path

from service.domain import rfm
from service.domain.models import THRESHOLD
from service.domain.personas import PROTOTYPE_EVIDENCE, PROTOTYPE_SPREAD
from service.domain.rfm_groups import markdown
from service.domain.whales import WHALE_SHARE
from service.ml.dataset import LEAST_PER_PERSONA, LEAST_SUPPORT
from service.operations.models import LEAST_FRESH

PAGE = (Path(__file__).parents[2] / "docs" / "personas.md").read_text(encoding="utf-8")


def test_the_map_of_groups_on_the_page_is_the_one_in_use() -> None:
    _, begun, rest = PAGE.partition("<!-- map: made by service/domain/rfm_groups.py -->\n")
    shown, ended, _ = rest.partition("<!-- end of map -->")
    assert begun
    assert ended
    assert [line for line in shown.splitlines() if line.startswith("|")] == [
        line for line in markdown().splitlines() if line
    ]


def test_the_numbers_on_the_page_are_those_in_use() -> None:
    assert f"standard deviation of {PROTOTYPE_SPREAD} on every" in PAGE.replace("\n", " ")
    assert THRESHOLD == 0.5
    assert "**below one half**" in PAGE
    assert f"fewer than {PROTOTYPE_EVIDENCE} known traits for the prototypes" in PAGE
    assert f"**at least {LEAST_PER_PERSONA} labelled customers with answers**" in PAGE
    assert f"an option that fewer than {LEAST_SUPPORT} labelled customers chose" in PAGE
    assert f"as soon as {LEAST_FRESH} labels are newer" in PAGE.replace("\n", " ")
    assert f"up to {rfm.LITTLE_DATA - 1} customers with orders" in PAGE
    assert f"the best {100 * float(WHALE_SHARE):.0f} %" in PAGE
