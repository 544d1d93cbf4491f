"""The design tokens, and what the chat's file promises: contrast, one palette, its size. No browser is needed."""

from __future__ import annotations

import gzip
import re
from itertools import chain, product
from pathlib import Path

import pytest

from service.web import pictures, shop, widget, wording

STATIC = Path(__file__).parents[2] / "service" / "static"
SOURCES = STATIC / "widget" / "src"
WIDGET = "\n".join(path.read_text(encoding="utf-8") for path in sorted(SOURCES.rglob("*.js")))
TOKENS = (STATIC / "tokens.css").read_text(encoding="utf-8")
LIGHT, DARK_BY_SYSTEM, DARK_BY_CHOICE = (
    dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    for block in re.findall(r":root[^{]*\{([^}]*--paper[^}]*)\}", TOKENS)
)
THEMES = {"light": LIGHT, "dark": DARK_BY_SYSTEM}
GROUNDS = ("paper", "surface", "sunken")
TEXTS = ("ink", "ink-2", "ink-3", "accent-ink", "success", "warning", "danger")
SIZE_LIMIT = 15 * 1024


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_both_ways_into_the_dark_give_the_same_colours() -> None:
    assert DARK_BY_SYSTEM == DARK_BY_CHOICE
    assert LIGHT.keys() == DARK_BY_SYSTEM.keys()


@pytest.mark.parametrize("theme", THEMES)
def test_text_reads_well_on_every_ground(theme: str) -> None:
    colours = THEMES[theme]
    pairs = chain(
        product(TEXTS, GROUNDS),
        ((name, f"{name}-soft") for name in ("success", "warning", "danger")),
        [
            ("accent-ink", "accent-soft"),
            ("ink", "accent-soft"),
            ("on-accent", "accent"),
            ("on-accent", "accent-strong"),
        ],
        [("on-danger", "danger")],
    )
    assert [pair for pair in pairs if contrast(colours[pair[0]], colours[pair[1]]) < 4.5] == []


@pytest.mark.parametrize("theme", THEMES)
def test_edges_of_fields_and_marks_of_charts_can_be_seen(theme: str) -> None:
    colours = THEMES[theme]
    marks = ["line-strong", "accent", *(f"series-{number}" for number in range(1, 6))]
    assert [mark for mark in marks if contrast(colours[mark], colours["surface"]) < 3] == []


def test_the_chat_wears_the_same_colours() -> None:
    chat = dict(re.findall(r"^([\w-]+) (#\w{6}) #\w{6}$", WIDGET, re.MULTILINE))
    same = {"ink", "accent", "accent-strong", "on-accent", "accent-soft", "accent-ink", "danger", "line", "sunken"}
    assert {name: chat[name] for name in same} == {name: LIGHT[name] for name in same}
    assert chat["paper"] == LIGHT["surface"]


def test_the_chat_stays_small() -> None:
    assert len(gzip.compress(widget.bundle().plain, 9)) <= SIZE_LIMIT


def test_the_chat_parses_no_strings_as_code_or_markup() -> None:
    assert (
        re.findall(r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|cssText)", WIDGET)
        == []
    )


def test_styles_name_no_side_of_the_screen() -> None:
    sided = re.compile(
        r"(?<![\w-])(?:(?:margin|padding|border)-(?:left|right)|left|right|float|text-align:\s*(?:left|right))\s*:"
    )
    styles = [*(STATIC / "storefront").glob("*.css"), STATIC / "tokens.css", SOURCES / "looks.css"]
    found = {path.name: sided.findall(path.read_text(encoding="utf-8")) for path in styles}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize("name", ["shop", "quiz", "chat"])
def test_every_word_is_there_in_both_languages(name: str) -> None:
    assert {key: sorted(entry) for key, entry in wording.load(name).items() if sorted(entry) != ["ar", "en"]} == {}


@pytest.mark.parametrize("name", ["shop", "quiz", "chat"])
def test_words_that_count_have_every_plural_form_that_counts(name: str) -> None:
    counted = {key: entry for key, entry in wording.load(name).items() if not isinstance(entry["en"], str)}
    for key in counted:
        for lang, count in product(("en", "ar"), (1, 2, 3, 11, 100)):
            assert wording.speaker(name, lang)(key, n=count)


def test_the_chat_says_nothing_that_it_has_no_words_for() -> None:
    said = set(re.findall(r'(?:say|note|fault)\(c, "(\w+)"', WIDGET))
    assert said - set(wording.load("chat")) == set()


def test_every_product_of_the_shop_can_be_drawn() -> None:
    assert {one.id for one in shop.products().values() if one.image not in pictures.SHAPES} == set()
    looks = {(one.image, pictures.palette(one.id)) for one in shop.products().values()}
    assert len(looks) == len(shop.products()) == 24
