"""Files of customers, contact events and places: read whole before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from service.domain import attributes, identities, places
from service.domain.attributes import TYPES, Type, Value
from service.domain.errors import InvalidInput
from service.domain.orders import Buyer
from service.domain.places import Place
from service.sources.countries import country_code
from service.sources.phones import phone_or_none
from service.sources.text_files import CsvTable, FileError
from service.sources.values import BadValue, Dates

GEONAMES = (
    "country", "postal_code", "place", "admin1", "admin1_code", "admin2", "admin2_code", "admin3", "admin3_code",
    "lat", "lon", "accuracy",
)  # fmt: skip
_NAMES: Mapping[str, Sequence[str]] = {
    "id": ("id", "customer_id", "customer id", "shop_id"),
    "email": ("email", "email address", "e-mail"),
    "phone": ("phone", "phone number"),
    "first_name": ("first_name", "first name"),
    "last_name": ("last_name", "last name"),
    "language": ("language", "locale"),
    "country": ("country", "country code", "country_code"),
    "region": ("region", "province", "state"),
    "city": ("city",),
    "postal_code": ("postal_code", "postal code", "zip", "postcode"),
    "customer": ("customer", "email", "email address"),
    "kind": ("kind", "event", "type"),
    "at": ("at", "time", "timestamp", "date"),
    "lat": ("lat", "latitude"),
    "lon": ("lon", "lng", "longitude"),
}
_ATTRIBUTE = "attribute."


@dataclass(frozen=True)
class BadLine:
    """A line that cannot be taken, and why."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True)
class CustomerLine:
    """One customer of a file."""

    buyer: Buyer
    postal_code: str | None
    attributes: Mapping[str, Value]


@dataclass(frozen=True)
class ContactLine:
    """One event of a file: who, what, and when (UTC microseconds)."""

    who: Buyer
    kind: str
    at: int


@dataclass
class CustomerFile:
    """A file of customers: ``id``, ``email`` or ``phone``, names and places, and columns ``attribute.<name>`` or
    ``attribute.<name>:<type>``."""

    path: Path
    encoding: str = "utf-8"
    columns: dict[str, str] = field(init=False)
    own: dict[str, tuple[str, Type | None]] = field(init=False)

    def __post_init__(self) -> None:
        self.table = CsvTable(self.path, self.encoding)
        wanted = ("id", "email", "phone", "first_name", "last_name", "language", "country", "region", "city")
        self.columns = _find(self.table.header, (*wanted, "postal_code"))
        if not {"id", "email", "phone"} & self.columns.keys():
            raise FileError(f"{self.path.name}: no column says who it is; name one id, email or phone")
        self.own = dict(_own_column(name) for name in self.table.header if name.startswith(_ATTRIBUTE))

    def types(self, known: Mapping[str, Type]) -> dict[str, Type]:
        """The type of each of the shop's own fields in the file: as written in the header, as it is known, or as all of
        the column can be read."""
        undecided = {name: column for name, (column, kind) in self.own.items() if kind is None and name not in known}
        cells: dict[str, set[str]] = {name: set() for name in undecided}
        if undecided:
            for _, row in self.table.rows():
                for name, column in undecided.items():
                    cells[name].add(row.get(column, ""))
        return {
            name: kind or known.get(name) or attributes.infer(sorted(cells[name]))
            for name, (_, kind) in self.own.items()
        }

    def lines(self, types: Mapping[str, Type], refuse: Callable[[BadLine], None]) -> Iterator[CustomerLine]:
        """The customers of the file.

        :param refuse: is told each line that cannot be taken
        """
        for number, row in self.table.rows():
            cells = {name: row.get(column, "") for name, column in self.columns.items()}
            try:
                buyer = _buyer(cells)
                own = {
                    name: attributes.read_cell(row.get(column, ""), types[name], column)
                    for name, (column, _) in self.own.items()
                }
                code = places.postal_code(cells.get("postal_code", ""))
            except InvalidInput as error:
                refuse(BadLine(number, error.path, str(error)))
                continue
            yield CustomerLine(buyer, code, {name: value for name, value in own.items() if value is not None})


def contact_lines(
    path: Path, dates: Dates, kinds: Sequence[str], refuse: Callable[[BadLine], None], encoding: str = "utf-8"
) -> Iterator[ContactLine]:
    """The events of a file with ``customer`` (or ``email``, ``id``, ``phone``), ``kind`` and ``at``.

    :raises FileError: when a column is missing
    """
    table = CsvTable(path, encoding)
    columns = _find(table.header, ("customer", "id", "email", "phone", "kind", "at"))
    missing = [name for name in ("kind", "at") if name not in columns]
    missing += [] if {"customer", "id", "email", "phone"} & columns.keys() else ["customer"]
    if missing:
        raise FileError(f"{path.name} lacks the column {missing[0]}; it has {', '.join(table.header)}")
    for number, row in table.rows():
        cells = {name: row.get(column, "") for name, column in columns.items()}
        try:
            kind = cells["kind"].lower()
            if kind not in kinds:
                raise InvalidInput(f"{kind[:40]!r} is none of {', '.join(kinds)}", columns["kind"])
            at = dates.instant(cells["at"])
            if at is None:
                raise InvalidInput("the time is empty", columns["at"])
            yield ContactLine(_named(cells), kind, at)
        except BadValue as error:
            refuse(BadLine(number, columns["at"], error.reason))
        except InvalidInput as error:
            refuse(BadLine(number, error.path, str(error)))


def place_lines(path: Path, refuse: Callable[[BadLine], None], encoding: str = "utf-8") -> Iterator[Place]:
    """The places of a file with ``country``, ``postal_code``, ``lat`` and ``lon``, or of one as GeoNames publishes them
    (twelve columns between tabs, no header).

    :raises FileError: when a column is missing
    """
    table = CsvTable(path, encoding)
    if len(table.header) in (11, 12) and len(table.header[0]) == 2 and table.header[0].isupper():
        table = CsvTable(path, encoding, columns=GEONAMES)
    columns = _find(table.header, ("country", "postal_code", "lat", "lon"))
    for name in ("country", "postal_code", "lat", "lon"):
        if name not in columns:
            raise FileError(f"{path.name} lacks the column {name}; it has {', '.join(table.header)}")
    for number, row in table.rows():
        cells = {name: row.get(column, "") for name, column in columns.items()}
        try:
            degrees = [_degrees(cells[name], columns[name]) for name in ("lat", "lon")]
            yield places.place(cells["country"], cells["postal_code"], degrees[0], degrees[1])
        except InvalidInput as error:
            refuse(BadLine(number, error.path, str(error)))


def _find(header: Sequence[str], wanted: Sequence[str]) -> dict[str, str]:
    """Columns by field, whatever the letters of their names."""
    by_name = {column.strip().lower(): column for column in header}
    found = {}
    for name in wanted:
        match = next((by_name[one] for one in _NAMES[name] if one in by_name), None)
        if match is not None:
            found[name] = match
    return found


def _own_column(column: str) -> tuple[str, tuple[str, Type | None]]:
    name, _, kind = column.removeprefix(_ATTRIBUTE).partition(":")
    if kind and kind not in TYPES:
        raise FileError(f"the column {column} says type {kind}; a field is one of {', '.join(TYPES)}")
    checked: Any = kind or None
    try:
        return attributes.check_name(name, column), (column, checked)
    except InvalidInput as error:
        raise FileError(f"the column {column}: {error}") from error


def _buyer(cells: Mapping[str, str]) -> Buyer:
    written = cells.get("country", "")
    country = country_code(written) if written else None
    if written and country is None:
        raise InvalidInput(f"{written[:60]!r} is no country; write two letters such as SA, or its name", "country")
    plain = {name: cells.get(name) or None for name in ("first_name", "last_name", "language", "region", "city")}
    buyer = Buyer(
        shop_id=identities.parse_shop_id(cells["id"]) if cells.get("id") else None,
        email=identities.parse_email(cells["email"]) if cells.get("email") else None,
        phone=phone_or_none(cells.get("phone", ""), country),
        country=country,
        **plain,
    )
    if buyer.is_guest:
        raise InvalidInput("nothing says who it is: an id, an email or a phone is needed", "id")
    return buyer


def _named(cells: Mapping[str, str]) -> Buyer:
    """Who an event is about: of one column ``customer`` an email, a phone in international form, or a shop's id."""
    one = cells.get("customer", "")
    if "@" in one:
        return Buyer(email=identities.parse_email(one))
    if one.startswith("+"):
        return Buyer(phone=identities.parse_phone(one))
    if one:
        return Buyer(shop_id=identities.parse_shop_id(one))
    return _buyer({name: cells.get(name, "") for name in ("id", "email", "phone")})


def _degrees(text: str, column: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InvalidInput(f"{text[:40]!r} is no number of degrees", column) from None
