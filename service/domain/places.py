"""Where customers live: postal codes in one form, and places as points on a globe of radius one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import cos, radians, sin

from service.domain.errors import InvalidInput

Vector = tuple[float, float, float]
LONGEST_POSTAL_CODE = 16
_BETWEEN = re.compile(r"[\s\-]+")
# How much of a code tells the place where tables list only its first part.
_FIRST_PART = {"GB": -3, "CA": 3, "IE": 3, "NL": 4, "US": 5, "BR": 5, "PT": 4}


@dataclass(frozen=True)
class Place:
    """Where a postal code lies, in degrees."""

    country: str
    postal_code: str
    lat: float
    lon: float

    @property
    def vector(self) -> Vector:
        """The place as a unit vector: (cos lat cos lon, cos lat sin lon, sin lat)."""
        lat, lon = radians(self.lat), radians(self.lon)
        return cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)


def postal_code(text: str) -> str | None:
    """A postal code in the form in which codes are compared: capitals without spaces and dashes; ``None`` without one.

    :raises InvalidInput: when it is too long to be one
    """
    code = _BETWEEN.sub("", text).upper()
    if len(code) > LONGEST_POSTAL_CODE:
        raise InvalidInput(f"a postal code has at most {LONGEST_POSTAL_CODE} characters", "postal_code")
    return code or None


def candidates(country: str, code: str) -> tuple[str, ...]:
    """Codes under which a table of places may have this one: the whole, then its first part where that tells enough."""
    part = _FIRST_PART.get(country)
    return (code, code[:part]) if part is not None and code[:part] not in ("", code) else (code,)


def place(country: str, code: str, lat: float, lon: float) -> Place:
    """A row of a table of places.

    :raises InvalidInput: when it is no place
    """
    if len(country) != 2 or not country.isalpha():
        raise InvalidInput("a country is two letters, for example SA", "country")
    found = postal_code(code)
    if found is None:
        raise InvalidInput("the postal code is empty", "postal_code")
    if not -90 <= lat <= 90 or not -180 <= lon <= 180:
        raise InvalidInput("latitude lies from -90 to 90, longitude from -180 to 180", "lat")
    return Place(country.upper(), found, lat, lon)
