"""What a shop tells of its customers beside names and orders: postal code, place, and fields of its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from service.domain.attributes import Type, Value
from service.domain.places import Place, candidates
from service.store.database import Database, in_list

_COLUMNS = (
    "id, first_name, last_name, language, country, region, city, postal_code, place_x, place_y, place_z, attributes"
)
_PLACES_PER_STATEMENT = 400


@dataclass(frozen=True)
class Record:
    """Everything a shop may tell of a customer, as it is kept."""

    plain: tuple[str | None, ...]
    country: str | None
    postal_code: str | None
    place: tuple[float, float, float] | None
    attributes: Mapping[str, Value]


def get(db: Database, customer_ids: Sequence[int]) -> dict[int, Record]:
    """The records of these customers."""
    if not customer_ids:
        return {}
    listed, params = in_list("customer", sorted(set(customer_ids)))
    rows = db.query(f"SELECT {_COLUMNS} FROM customers WHERE id IN {listed}", params)
    return {row["id"]: _record(row) for row in rows}


def located(db: Database, after_id: int, limit: int) -> dict[int, Record]:
    """Records of customers with a postal code, by id, a page at a time."""
    rows = db.query(
        f"""
        SELECT {_COLUMNS} FROM customers
         WHERE id > :after_id AND postal_code IS NOT NULL AND merged_into IS NULL ORDER BY id LIMIT :limit
        """,
        {"after_id": after_id, "limit": limit},
    )
    return {row["id"]: _record(row) for row in rows}


def move(db: Database, customer_id: int, place: tuple[float, float, float] | None) -> None:
    """Keep the place of a customer, and nothing else of them."""
    x, y, z = place or (None, None, None)
    db.execute(
        """
        UPDATE customers SET place_x = :x, place_y = :y, place_z = :z
         WHERE id = :id AND erased_at IS NULL AND merged_into IS NULL
        """,
        {"id": customer_id, "x": x, "y": y, "z": z},
    )


def write(db: Database, customer_id: int, record: Record) -> None:
    """Keep postal code, place and own fields of a customer who is neither erased nor merged."""
    x, y, z = record.place or (None, None, None)
    fields = {name: list(one) if isinstance(one, tuple) else one for name, one in record.attributes.items()}
    db.execute(
        """
        UPDATE customers
           SET postal_code = :postal_code, place_x = :x, place_y = :y, place_z = :z, attributes = :attributes
         WHERE id = :id AND erased_at IS NULL AND merged_into IS NULL
        """,
        {
            "id": customer_id,
            "postal_code": record.postal_code,
            "x": x,
            "y": y,
            "z": z,
            "attributes": json.dumps(fields, ensure_ascii=False, sort_keys=True) if fields else None,
        },
    )


def attribute_types(db: Database) -> dict[str, Type]:
    """The type of each of the shop's own fields, by name."""
    return {row["name"]: row["type"] for row in db.query("SELECT name, type FROM attribute_types ORDER BY name")}


def add_types(db: Database, types: Mapping[str, Type], now: int) -> None:
    """Keep the types of fields that are new."""
    if types:
        rows = [(name, types[name], now) for name in sorted(types)]
        db.insert_rows("attribute_types", ("name", "type", "created_at"), rows, suffix="ON CONFLICT (name) DO NOTHING")


# places --------------------------------------------------------------------------------------------------------------


def places(db: Database, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Place]:
    """The places of these (country, postal code) pairs; those that no table has are missing."""
    pairs = list(dict.fromkeys(wanted))
    codes = sorted({code for country, whole in pairs for code in candidates(country, whole)})
    found: dict[tuple[str, str], Place] = {}
    for start in range(0, len(codes), _PLACES_PER_STATEMENT):
        listed, params = in_list("code", codes[start : start + _PLACES_PER_STATEMENT])
        rows = db.query(f"SELECT country, postal_code, lat, lon FROM places WHERE postal_code IN {listed}", params)
        found |= {(row["country"], row["postal_code"]): Place(**row) for row in rows}
    known = {}
    for country, whole in pairs:
        match = next((found[country, code] for code in candidates(country, whole) if (country, code) in found), None)
        if match is not None:
            known[country, whole] = match
    return known


def save_places(db: Database, rows: Sequence[Place]) -> None:
    """Keep places; those known already are replaced."""
    unique = {(one.country, one.postal_code): one for one in rows}
    db.insert_rows(
        "places",
        ("country", "postal_code", "lat", "lon"),
        [(one.country, one.postal_code, one.lat, one.lon) for one in unique.values()],
        suffix="ON CONFLICT (country, postal_code) DO UPDATE SET lat = excluded.lat, lon = excluded.lon",
    )


def count_places(db: Database) -> dict[str, int]:
    """How many postal codes are known, by country."""
    rows = db.query("SELECT country, COUNT(*) AS n FROM places GROUP BY country ORDER BY country")
    return {row["country"]: row["n"] for row in rows}


def _record(row: Mapping[str, object]) -> Record:
    given = json.loads(str(row["attributes"])) if row["attributes"] else {}
    x, y, z = row["place_x"], row["place_y"], row["place_z"]
    return Record(
        plain=tuple(
            row[name]  # type: ignore[misc]
            for name in ("first_name", "last_name", "language", "country", "region", "city")
        ),
        country=row["country"],  # type: ignore[arg-type]
        postal_code=row["postal_code"],  # type: ignore[arg-type]
        place=None if x is None else (x, y, z),  # type: ignore[arg-type]
        attributes={name: tuple(one) if isinstance(one, list) else one for name, one in given.items()},
    )
