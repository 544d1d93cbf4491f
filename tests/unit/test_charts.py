"""Charts: drawn in both directions, without anything a strict policy refuses, and safe with any label."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from service.web import charts
from service.web.charts import Bar, Point, Pull

BARS = [Bar("Rose & Sidr", 40, "40 %", href="/admin/x?a=1&b=2"), Bar("<b>loud</b>", 10, "10 %", tone="rest")]
POINTS = [Point("Mon", 3, "3"), Point("Tue", 9, "9"), Point("Wed", 0, "0")]


def parsed(markup: Markup) -> ElementTree.Element:
    return ElementTree.fromstring(f"<root>{markup}</root>")


def attributes(markup: Markup, cls: str, name: str) -> list[str]:
    return [one.get(name, "") for one in parsed(markup).iter() if cls in (one.get("class") or "").split()]


@pytest.mark.parametrize("rtl", [False, True])
@pytest.mark.parametrize("count", [0, 1, 3])
def test_every_chart_is_well_formed_and_needs_no_inline_style(rtl: bool, count: int) -> None:
    drawn = [
        charts.bars(BARS[:count], rtl=rtl),
        charts.columns(POINTS[:count], rtl=rtl),
        charts.columns(POINTS[:count], rtl=rtl, every=True),
        charts.pulls([Pull("a", 0.5, "for"), Pull("b", -1, "against")][:count], rtl=rtl),
        charts.spark([1, 2, 3][:count], rtl=rtl),
        charts.meter(0.4, rtl=rtl),
    ]
    for one in drawn:
        assert not re.search(r"\sstyle=|<script|\son\w+=", one)
        for element in parsed(one).iter():
            numbers = [element.get(name, "0").rstrip("%") for name in ("x", "y", "width", "height", "x1", "x2")]
            assert all(float(number) >= 0 for number in numbers)


def test_labels_are_text_whatever_they_contain() -> None:
    assert "<b>loud</b>" not in charts.bars(BARS)
    assert "&lt;b&gt;loud&lt;/b&gt;" in charts.bars(BARS)
    assert "".join(parsed(charts.columns([Point('"><script>', 1, "1")])).itertext()).count("<script>") == 2


def test_the_longest_bar_fills_the_width_and_the_others_in_proportion() -> None:
    assert attributes(charts.bars(BARS), "fill", "width") == ["100%", "25%"]
    assert attributes(charts.bars(BARS, greatest=80), "fill", "width") == ["50%", "12.5%"]


def test_bars_grow_from_the_side_where_reading_begins() -> None:
    assert attributes(charts.bars(BARS), "fill", "x") == ["0%", "0%"]
    assert attributes(charts.bars(BARS, rtl=True), "fill", "x") == ["0%", "75%"]


def test_time_runs_from_right_to_left_in_arabic() -> None:
    left = [float(x.rstrip("%")) for x in attributes(charts.columns(POINTS), "column", "x")]
    right = [float(x.rstrip("%")) for x in attributes(charts.columns(POINTS, rtl=True), "column", "x")]
    assert left == sorted(left)
    assert right == sorted(right, reverse=True)


def test_the_highest_column_is_marked_and_named() -> None:
    drawn = charts.columns(POINTS)
    assert attributes(drawn, "peak", "height") == ["132"]
    assert [one.text for one in parsed(drawn).iter("text") if one.get("class") == "peak-label"] == ["9"]


def test_the_first_and_the_last_column_are_named_at_the_edges() -> None:
    texts = [one for one in parsed(charts.columns(POINTS, rtl=True)).iter("text") if one.get("class") == "axis-label"]
    assert [(one.text, one.get("x"), one.get("text-anchor")) for one in texts] == [
        ("Mon", "100%", "start"),
        ("Wed", "0%", "end"),
    ]


def test_nothing_but_zeros_draws_nothing_high() -> None:
    drawn = charts.columns([Point("Mon", 0, "0"), Point("Tue", 0, "0")])
    assert attributes(drawn, "column", "height") == ["0", "0"]
    assert "peak-label" not in drawn


def test_pulls_lie_on_the_side_they_pull_to() -> None:
    pulls = [Pull("for", 1, ""), Pull("against", -0.5, "")]
    assert attributes(charts.pulls(pulls), "fill", "x") == ["50%", "25%"]
    assert attributes(charts.pulls(pulls, rtl=True), "fill", "x") == ["0%", "50%"]


def test_an_interval_is_drawn_over_its_bar_and_counts_for_the_scale() -> None:
    drawn = charts.bars([Bar("a", 0.5, "50 %", interval=(0.25, 1.0))])
    assert attributes(drawn, "fill", "width") == ["50%"]
    assert attributes(drawn, "interval", "x1") + attributes(drawn, "interval", "x2") == ["25%", "100%"]


def test_a_line_is_drawn_between_its_least_and_greatest_value() -> None:
    (line,) = [one.get("points") for one in parsed(charts.spark([0, 5, 10])).iter("polyline")]
    assert line == "0,28 50,16 100,4"
    (mirrored,) = [one.get("points") for one in parsed(charts.spark([0, 5, 10], rtl=True)).iter("polyline")]
    assert mirrored == "100,28 50,16 0,4"
