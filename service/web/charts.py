"""Charts as SVG, made on the server: no script, no inline style, and readable without seeing them.

Widths are percentages and text is outside or at fixed size, so one drawing fits a phone and a desk without scaling its
letters. In right-to-left languages a chart runs from right to left, time too. Colours come from classes, so both
themes and a strict content security policy work. Every chart carries the table it was drawn from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup, escape

_PLOT = 132  # px: height of the plot of a column chart
_TOP = 22  # px above it for the label of the highest column
_BOTTOM = 22  # px below it for the labels of the axis


@dataclass(frozen=True)
class Table:
    """The numbers behind a chart, as shown to the reader."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Chart:
    """A drawing with its finding.

    :param title: what the chart says, in a sentence
    :param body: the drawing
    :param table: the numbers, for screen readers and for copying
    :param note: period, n, or what to be careful about
    """

    title: str
    body: Markup
    table: Table
    note: str = ""


@dataclass(frozen=True)
class Bar:
    """One bar of a list.

    :param value: its length, in any unit that the bars share
    :param shown: the value in the reader's words
    :param note: a second, quieter line
    :param href: where a click leads
    :param tone: ``""``, ``rest``, ``success``, ``warning`` or ``danger``
    :param inner: a part of the value, drawn darker inside it
    :param interval: the lower and upper end, when the value is uncertain
    """

    label: str
    value: float
    shown: str
    note: str = ""
    href: str = ""
    tone: str = ""
    inner: float | None = None
    interval: tuple[float, float] | None = None


@dataclass(frozen=True)
class Point:
    """One point of a series: its label on the axis, its value, and the value in the reader's words."""

    label: str
    value: float
    shown: str


@dataclass(frozen=True)
class Pull:
    """One reason that pulled towards (positive) or away (negative).

    :param shown: the value in the reader's words
    """

    label: str
    value: float
    shown: str = field(default="")


def bars(items: Sequence[Bar], *, rtl: bool = False, greatest: float | None = None) -> Markup:
    """A list of labelled bars, longest possible at ``greatest`` (or the greatest value)."""
    top = greatest if greatest is not None else max((_highest(item) for item in items), default=0)
    rows = Markup("").join(_bar_row(item, top, rtl) for item in items)
    return Markup('<ol class="bars">{}</ol>').format(rows)


def meter(value: float, *, rtl: bool = False, tone: str = "") -> Markup:
    """A single small bar for a share between 0 and 1. Decoration: the number stands beside it."""
    return _bar(_share(value, 1), rtl, tone)


def pulls(items: Sequence[Pull], *, rtl: bool = False, greatest: float | None = None) -> Markup:
    """Reasons for and against, from a line in the middle."""
    top = greatest if greatest is not None else max((abs(item.value) for item in items), default=0)
    rows = Markup("").join(_pull_row(item, top, rtl) for item in items)
    return Markup('<ol class="bars pulls">{}</ol>').format(rows)


def columns(points: Sequence[Point], *, rtl: bool = False, every: bool = False) -> Markup:
    """Columns over time or along a scale; the highest, the first and the last are labelled.

    :param every: label each column, for scales with short labels
    """
    if not points:
        return Markup("")
    top = max(point.value for point in points)
    step = 100 / len(points)
    peak = max(range(len(points)), key=lambda index: points[index].value)
    parts = [Markup('<line class="axis" x1="0" x2="100%" y1="{y}" y2="{y}"/>').format(y=_TOP + _PLOT)]
    for index, point in enumerate(points):
        height = _PLOT * _share(point.value, top)
        start = index * step + step * 0.14
        x = 100 - start - step * 0.72 if rtl else start
        parts.append(
            Markup(
                '<rect class="column{peak}" x="{x}%" y="{y}" width="{w}%" height="{h}" rx="2">'
                "<title>{label}: {shown}</title></rect>"
            ).format(
                peak=" peak" if index == peak else "",
                x=_n(x),
                y=_n(_TOP + _PLOT - height),
                w=_n(step * 0.72),
                h=_n(height),
                label=point.label,
                shown=point.shown,
            )
        )
    parts.append(_every_label(points, step, rtl) if every else _end_labels(points, rtl))
    if top > 0:
        parts.append(_peak_label(points[peak].shown, peak, step, rtl))
    height = _TOP + _PLOT + _BOTTOM
    return Markup('<svg class="columns" width="100%" height="{h}" aria-hidden="true">{body}</svg>').format(
        h=height, body=Markup("").join(parts)
    )


def spark(values: Sequence[float], *, rtl: bool = False) -> Markup:
    """A line the size of a word, without numbers: the number stands beside it."""
    if len(values) < 2:
        return Markup("")
    low, high = min(values), max(values)
    spread = (high - low) or 1
    points = []
    for index, value in enumerate(values):
        x = index * 100 / (len(values) - 1)
        points.append((100 - x if rtl else x, 28 - 24 * (value - low) / spread if high > low else 16))
    line = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
    return Markup(
        '<svg class="spark" width="96" height="32" viewBox="0 0 100 32" preserveAspectRatio="none" aria-hidden="true">'
        '<polyline points="{line}" vector-effect="non-scaling-stroke"/></svg>'
    ).format(line=line)


# helpers -----------------------------------------------------------------------------------------------------------


def _bar_row(item: Bar, top: float, rtl: bool) -> Markup:
    label = Markup('<a href="{}">{}</a>').format(item.href, item.label) if item.href else escape(item.label)
    note = Markup('<span class="bar-note">{}</span>').format(item.note) if item.note else Markup("")
    return Markup(
        '<li><span class="bar-label"><bdi>{label}</bdi></span><span class="bar-value">{shown}</span>{bar}{note}</li>'
    ).format(label=label, shown=item.shown, bar=_drawn(item, top, rtl), note=note)


def _drawn(item: Bar, top: float, rtl: bool) -> Markup:
    whisker = None
    if item.interval is not None:
        whisker = _share(item.interval[0], top), _share(item.interval[1], top)
    tone = item.tone if item.inner is None else "outer"
    inner = None if item.inner is None else _share(item.inner, top)
    return _bar(_share(item.value, top), rtl, tone, inner, whisker)


def _bar(
    share: float,
    rtl: bool,
    tone: str = "",
    inner: float | None = None,
    whisker: tuple[float, float] | None = None,
) -> Markup:
    fills = _fill(share, rtl, tone) + (Markup("") if inner is None else _fill(inner, rtl, ""))
    line = Markup("")
    if whisker is not None:
        low, high = (100 - one * 100 if rtl else one * 100 for one in whisker)
        line = Markup('<line class="interval" x1="{}%" x2="{}%" y1="5" y2="5"/>').format(_n(low), _n(high))
    return Markup(
        '<svg class="bar" width="100%" height="10" aria-hidden="true">'
        '<rect class="track" width="100%" height="10" rx="5"/>'
        "{fills}{line}</svg>"
    ).format(fills=fills, line=line)


def _fill(share: float, rtl: bool, tone: str) -> Markup:
    x = _n(100 - share * 100) if rtl else "0"
    return Markup('<rect class="fill{tone}" x="{x}%" width="{width}%" height="10" rx="5"/>').format(
        tone=f" {tone}" if tone else "", x=x, width=_n(share * 100)
    )


def _pull_row(item: Pull, top: float, rtl: bool) -> Markup:
    width = 50 * _share(abs(item.value), top)
    towards = item.value >= 0
    x = 50.0 if towards != rtl else 50 - width
    return Markup(
        '<li><span class="bar-label">{label}</span><span class="bar-value">{shown}</span>'
        '<svg class="bar" width="100%" height="10" aria-hidden="true">'
        '<rect class="track" width="100%" height="10" rx="5"/>'
        '<rect class="fill {tone}" x="{x}%" width="{width}%" height="10"/>'
        '<line class="middle" x1="50%" x2="50%" y1="0" y2="10"/></svg></li>'
    ).format(label=item.label, shown=item.shown, tone="towards" if towards else "away", x=_n(x), width=_n(width))


_TEXT = Markup('<text class="{style}" x="{x}%" y="{y}" text-anchor="{anchor}">{label}</text>')


def _end_labels(points: Sequence[Point], rtl: bool) -> Markup:
    """The first and the last label, at the edges. ``text-anchor`` follows the text: "start" is the right in Arabic."""
    base = _TOP + _PLOT + 16
    first_x, last_x = ("100", "0") if rtl else ("0", "100")
    drawn = _TEXT.format(style="axis-label", x=first_x, y=base, anchor="start", label=points[0].label)
    if len(points) > 1:
        drawn += _TEXT.format(style="axis-label", x=last_x, y=base, anchor="end", label=points[-1].label)
    return drawn


def _every_label(points: Sequence[Point], step: float, rtl: bool) -> Markup:
    base = _TOP + _PLOT + 16
    middles = [(index + 0.5) * step for index in range(len(points))]
    return Markup("").join(
        _TEXT.format(style="axis-label", x=_n(100 - x if rtl else x), y=base, anchor="middle", label=point.label)
        for x, point in zip(middles, points, strict=True)
    )


def _peak_label(label: str, peak: int, step: float, rtl: bool) -> Markup:
    """The value above the highest column, kept inside the drawing near its edges."""
    middle = (peak + 0.5) * step
    anchor = "start" if middle < 20 else "end" if middle > 80 else "middle"
    at = {"start": peak * step, "end": (peak + 1) * step, "middle": middle}[anchor]
    return _TEXT.format(style="peak-label", x=_n(100 - at if rtl else at), y=_TOP - 7, anchor=anchor, label=label)


def _highest(item: Bar) -> float:
    return max(item.value, item.interval[1] if item.interval else 0)


def _share(value: float, top: float) -> float:
    return 0.0 if top <= 0 else min(1.0, max(0.0, value / top))


def _n(value: float) -> str:
    """A coordinate with as many digits as anyone can see."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
