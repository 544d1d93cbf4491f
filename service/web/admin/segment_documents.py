"""Between the tree of typed texts and documents of the condition language: one way to save, the other way to edit.

What a text cannot be turned into stays a text: then the language itself says what would be right, at the place that
:class:`Written` remembers for each path of the document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from service.domain import buying
from service.domain.fitting import ORDERED
from service.domain.money import parse_decimal
from service.domain.purchase_reading import WINDOWS
from service.domain.vocabulary import Attributes, spec_of
from service.web.admin.segment_tree import Group, Part, Row, name_of
from service.web.i18n import _

BOUGHT, AFTER, SEGMENTS = "bought", "after", "segments"
LISTED = ("in", "all_of")
DAYS = ("in_last_days", "before_last_days", "in_next_days", "anniversary_within", "changed_in_last_days")
PERCENTS = ("top_percent", "bottom_percent")
MEDIANS = ("above_median", "below_median")
YES_NO = ("exists", "skipped", "never_asked")
TEXTS = ("contains", "starts_with", "ends_with", "matches")

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫", "01234567890123456789.", "٬")
Document = dict[str, object]


@dataclass(frozen=True)
class Trouble:
    """Something wrong with what was typed.

    :param name: of the row or group, ``c.0.2``
    :param field: the field it is about, empty when it is about the whole
    :param lang: of the message, where it is not the reader's
    """

    name: str
    field: str
    message: str
    lang: str = ""


@dataclass
class Written:
    """A document made of a tree.

    :param places: name of the row or group by path in the document
    :param troubles: what could be seen to be wrong without the language
    """

    document: Document
    places: dict[str, str] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)

    def need(self, name: str, field: str, message: str) -> None:
        """Note that something is missing or wrong."""
        self.troubles.append(Trouble(name, field, message))


def write(root: Group, attributes: Attributes | None = None) -> Written:
    """The document of a condition, as far as it is there."""
    written = Written({})
    if root.bare and len(root.parts) == 1 and root.join == "all":
        written.document = _part(root.parts[0], (0,), "when", written, attributes)
        written.places.setdefault("when", name_of(()))
    else:
        written.document = _part(root, (), "when", written, attributes)
    return written


def row_document(row: Row, attributes: Attributes | None = None) -> tuple[Document, list[Trouble]]:
    """The document of one row alone, without what turns it round."""
    written = Written({})
    return _ROWS.get(row.get("about"), _compared)(row, "c", written, attributes), written.troubles


def _part(part: Part, way: tuple[int, ...], path: str, written: Written, attributes: Attributes | None) -> Document:
    name = name_of(way)
    turned = part.join.split()[:-1] if isinstance(part, Group) else part.get("sense").split()
    path += ".not" * len(turned)
    written.places[path] = name
    if isinstance(part, Group):
        kind = part.join.split()[-1]
        if not part.parts:
            written.need(name, "", _("This group is empty: add a condition to it, or remove it."))
        children = [
            _part(one, (*way, i), f"{path}.{kind}[{i}]", written, attributes) for i, one in enumerate(part.parts)
        ]
        document: Document = {kind: children}
    else:
        document = _ROWS.get(part.get("about"), _compared)(part, name, written, attributes)
    for _word in turned:
        document = {"not": document}
    return document


# comparisons of facts ------------------------------------------------------------------------------------------------


def kind_of(fact: str, op: str, attributes: Attributes | None = None) -> str:
    """What the value of a comparison is typed as: the type of the fact, or ``percent`` for a part of a hundred."""
    spec = spec_of(fact, attributes)
    if spec is None:
        return "any"
    if spec.type == "share" or fact.endswith(".probability"):
        return "percent"
    if spec.type in ("text", "list", "any") and op in ORDERED:
        return "any"
    return "text" if spec.type in ("word", "list", "any") else spec.type


def _compared(row: Row, name: str, written: Written, attributes: Attributes | None) -> Document:
    fact, op = row.get("fact"), row.get("op", "eq")
    if not fact:
        written.need(name, "fact", _("Something to compare is missing."))
    document: Document = {"fact": fact, "op": op, **_valued(row, name, fact, op, written, attributes)}
    when = row.get("when", "now")
    if when == "ever":
        return {"ever": document}
    if when == "on":
        return {"on": _day(row.get("day"), name, "day", written), "that": document}
    return document


def _valued(
    row: Row, name: str, fact: str, op: str, written: Written, attributes: Attributes | None
) -> dict[str, object]:
    text = row.get("value").strip()
    if op in YES_NO:
        return {"value": text != "0"}
    if op in MEDIANS:
        return {"value": True}
    if op == "within_km":
        return {"value": {one: _number(row.get(one), name, one, written) for one in ("lat", "lon", "km")}}
    if op in DAYS or op in PERCENTS:
        return {"value": _number(text, name, "value", written)}
    if op in TEXTS or op in ("before", "after"):
        return {"value": _there(text, name, "value", written)}
    kind = kind_of(fact, op, attributes)
    return {"value": _values(row, op, kind, "", name, written)}


def _values(row: Row, op: str, kind: str, prefix: str, name: str, written: Written) -> object:
    """What an operator compares with: one value, two, or several."""
    value, high = f"{prefix}value", f"{prefix}high"
    if op in LISTED:
        texts = [line.strip() for text in row.all(value) for line in text.splitlines() if line.strip()]
        if not texts:
            written.need(name, value, _("Nothing is chosen yet."))
        return [typed(text, kind) for text in texts]
    if op == "between":
        return [_typed(row.get(one), kind, name, one, written) for one in (value, high)]
    return _typed(row.get(value), kind, name, value, written)


# purchases, segments -------------------------------------------------------------------------------------------------


def _bought(row: Row, name: str, written: Written, _attributes: Attributes | None) -> Document:
    measure, of, op = row.get("measure", "count"), row.get("of", "orders"), row.get("op", "gte")
    lines, _dot, column = of.partition(".")
    document: Document = {measure: of}
    if where := _where(row, "where", lines, name, written):
        document["where"] = where
    window = row.get("window", "always")
    if window == "between":
        document[window] = [_day(row.get(one), name, one, written) for one in ("first", "last")]
    elif window in WINDOWS:
        document[window] = _number(row.get("n"), name, "n", written)
    money = measure not in ("count", "distinct") and buying.FIELDS.get(lines, {}).get(column) == "money"
    document["op"] = op
    document["value"] = _values(row, op, "money" if money else "number", "", name, written)
    return document


def _where(row: Row, prefix: str, of: str, name: str, written: Written) -> Document:
    found: dict[str, dict[str, object]] = {}
    for number in row.filters(prefix):
        start = f"{prefix}.{number}."
        column, op = row.get(f"{start}field"), row.get(f"{start}op", "eq")
        kind = {"text": "text", "money": "money", "number": "number", "day": "instant"}.get(
            buying.FIELDS.get(of, {}).get(column, ""), "text"
        )
        if op in found.setdefault(column, {}):
            written.need(name, f"{start}field", _("The same is asked twice: change one, or take it away."))
        if op == "exists":
            found[column][op] = row.get(f"{start}value") != "0"
        else:
            found[column][op] = _values(row, op, kind, start, name, written)
    return {column: asked["eq"] if set(asked) == {"eq"} else asked for column, asked in found.items()}


def _after(row: Row, name: str, written: Written, _attributes: Attributes | None) -> Document:
    steps = {one: row.get(one, "orders") for one in ("did", "then")}
    return {
        **{one: {of: _where(row, f"{one}.where", of, name, written)} for one, of in steps.items()},
        "within_days": _number(row.get("within"), name, "within", written),
    }


def _member(row: Row, name: str, written: Written, _attributes: Attributes | None) -> Document:
    op = row.get("op", "is")
    if not row.get("segment"):
        written.need(name, "segment", _("No segment is chosen yet."))
    document: Document = {"segment": row.get("segment"), "op": op}
    if op == "entered_in_last_days":
        document["value"] = _number(row.get("value"), name, "value", written)
    elif op == "on":
        document["value"] = _day(row.get("value"), name, "value", written)
    return document


_ROWS: Mapping[str, Callable[[Row, str, Written, Attributes | None], Document]] = {
    BOUGHT: _bought,
    AFTER: _after,
    SEGMENTS: _member,
}


# values --------------------------------------------------------------------------------------------------------------


def typed(text: str, kind: str) -> object:
    """The value that a text says, as the language writes one of that kind; the text itself where it says none."""
    plain = text.strip().translate(_DIGITS)
    if kind == "text":
        return text.strip()
    try:
        number = parse_decimal(plain.replace("%", "") if kind == "percent" else plain)
    except ValueError:
        return plain if kind in ("money", "number", "days", "instant", "date") else text.strip()
    if kind in ("instant", "date"):
        return int(number) if number == number.to_integral_value() else plain
    if kind == "percent":
        number = number / 100
    if number == number.to_integral_value():
        return int(number)
    return plain if kind == "money" else float(number)


def _typed(text: str, kind: str, name: str, field: str, written: Written) -> object:
    if not _there(text.strip(), name, field, written):
        return ""
    value = typed(text, kind)
    if isinstance(value, str) and kind in ("money", "number", "days", "percent"):
        try:
            parse_decimal(value)
        except ValueError:
            written.need(name, field, _("This needs a number, such as 3 or 49.50."))
    return value


def _there(text: str, name: str, field: str, written: Written) -> str:
    if not text:
        written.need(name, field, _("A value is missing."))
    return text


def _number(text: str, name: str, field: str, written: Written) -> object:
    return _typed(text, "number", name, field, written)


def _day(text: str, name: str, field: str, written: Written) -> object:
    return typed(_there(text.strip(), name, field, written), "instant")


def shown(value: object, kind: str = "") -> str:
    """A value of the language as it stands in a field."""
    if kind == "percent" and isinstance(value, int | float):
        value = Decimal(str(value)) * 100
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def texts_of(values: Iterable[object], kind: str = "") -> tuple[str, ...]:
    """Several values as they stand in a field."""
    return tuple(shown(one, kind) for one in values)
