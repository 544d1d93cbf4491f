"""The controls of the segment builder: labelled fields with what they offer, for one value or one part of a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.days import date_of
from service.web.admin import segment_words
from service.web.admin.segment_choices import Options
from service.web.admin.segment_documents import DAYS, LISTED, MEDIANS, PERCENTS, TEXTS, YES_NO
from service.web.admin.segment_tree import Row
from service.web.i18n import _, reader

_CHECKS = 40
"""So many choices are ticked in a list; more of them are written line by line."""
_AMOUNTS = ("number", "money", "percent", "days", "share")


@dataclass(frozen=True)
class Control:
    """One field.

    :param kind: select, text, number, date, checks, lines or hidden
    :param values: what is typed or chosen
    :param refresh: choosing another value changes which fields there are
    :param suffix: the unit, behind the field
    :param quiet: the label is for screen readers only, since the row says it
    """

    name: str
    label: str
    kind: str = "text"
    values: tuple[str, ...] = ("",)
    options: Options = ()
    refresh: bool = False
    suffix: str = ""
    quiet: bool = True
    suggestions: Sequence[str] = ()

    @property
    def value(self) -> str:
        """The one value of a field."""
        return self.values[0] if self.values else ""

    @property
    def id(self) -> str:
        """For labels."""
        return f"f-{self.name}".replace(":", "-").replace(".", "-")

    @property
    def field(self) -> str:
        """The field of the row, as troubles name it."""
        return self.name.partition(":")[2]

    @property
    def sent(self) -> list[tuple[str, str]]:
        """What a browser sends of it when nothing is touched."""
        if self.kind == "select":
            chosen = [key for key, _words in self.options if key == self.value]
            return [(self.name, chosen[0] if chosen else self.options[0][0])] if self.options else []
        return [(self.name, one) for one in self.values]


def select(
    name: str, label: str, options: Options, chosen: str, *, refresh: bool = False, quiet: bool = True, empty: str = ""
) -> Control:
    """A choice of one; what is chosen and not offered any more is kept.

    :param empty: words for nothing chosen, which stands there until something is
    """
    keys = {key for key, _words in options}
    shown = list(options)
    if chosen and chosen not in keys:
        shown.append((chosen, _("%(value)s (not in the shop now)", value=chosen)))
    if not chosen and empty:
        shown.insert(0, ("", empty))
    return Control(name, label, "select", (chosen,), shown, refresh, quiet=quiet)


def amount(name: str, label: str, kind: str, value: str, suffix: str = "", *, quiet: bool = True) -> Control:
    """A number in any digits."""
    units = {"percent": "%", "money": reader().currency, "days": _("days")}
    return Control(name, label, "number", (value,), suffix=suffix or units.get(kind, ""), quiet=quiet)


def day(name: str, label: str, value: str, *, quiet: bool = True) -> Control:
    """A day; one that was bound to a number stays as it is."""
    return Control(name, label, "date" if not value or date_of(value) else "text", (value,), quiet=quiet)


def values(
    name: str, row: Row, prefix: str, op: str, kind: str, options: Options, suggestions: Sequence[str] = ()
) -> list[Control]:
    """The fields of what an operator compares with.

    :param name: of the row; :param prefix: of the fields within it
    :param kind: as the texts are typed: number, money, percent, days, instant, date or text
    """
    at, label = f"{name}:{prefix}value", _("Value")
    value = row.get(f"{prefix}value")
    if op in YES_NO:
        return [select(at, label, [("1", _("yes")), ("0", _("no"))], "0" if value == "0" else "1")]
    if op in MEDIANS:
        return []
    if op in DAYS:
        return [amount(at, _("Days"), "days", value if value.isdigit() else "")]
    if op in PERCENTS:
        return [amount(at, _("Per cent"), "percent", value, _("% of customers"))]
    if op in TEXTS:
        return [Control(at, label, "text", (value,))]
    if op in LISTED:
        return [_several(at, label, row.all(f"{prefix}value"), options)]
    if op == "between":
        low = _one(at, _("From"), kind, value, (), ())
        return [low, _one(f"{name}:{prefix}high", _("To"), kind, row.get(f"{prefix}high"), (), ())]
    return [_one(at, label, kind, value, options, suggestions)]


def place(name: str, row: Row) -> list[Control]:
    """The middle of a circle and how far it reaches."""
    labels = {"km": (_("Distance"), _("km")), "lat": (_("Degrees north"), ""), "lon": (_("Degrees east"), "")}
    return [
        amount(f"{name}:{one}", label, "number", row.get(one), unit, quiet=False)
        for one, (label, unit) in labels.items()
    ]


def ops(offered: Sequence[str], chosen: str, *, times: bool = False) -> Options:
    """Operators in words."""
    named = [*offered, *([chosen] if chosen and chosen not in offered else [])]
    said = {**segment_words.OPS, **(segment_words.TIMES if times else {})}
    return [(one, _(said.get(one, one))) for one in named]


def _one(name: str, label: str, kind: str, value: str, options: Options, suggestions: Sequence[str]) -> Control:
    if options:
        return select(name, label, options, value, empty=_("Choose one"))
    if kind in ("instant", "date"):
        return day(name, label, value)
    if kind in _AMOUNTS:
        return amount(name, label, kind, value)
    return Control(name, label, "text", (value,), suggestions=suggestions)


def _several(name: str, label: str, chosen: tuple[str, ...], options: Options) -> Control:
    lines = tuple(line.strip() for text in chosen for line in text.splitlines() if line.strip())
    if not options or len(options) > _CHECKS:
        return Control(name, _("Values, one on each line"), "lines", ("\n".join(lines),))
    keys = {key for key, _words in options}
    extra = [(one, _("%(value)s (not in the shop now)", value=one)) for one in lines if one not in keys]
    return Control(name, label, "checks", lines, [*options, *dict.fromkeys(extra)])
