"""Two-letter country codes from what shops write: codes, or names in English and Arabic."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale

from service.domain.search import normalise

# Names in use that the tables do not have.
_ALSO = {
    "eire": "IE",
    "rsa": "ZA",
    "uae": "AE",
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "usa": "US",
    "united states of america": "US",
    "ksa": "SA",
    "kingdom of saudi arabia": "SA",
    "czech republic": "CZ",
    "hong kong": "HK",
    "turkey": "TR",
    "holland": "NL",
    "palestine": "PS",
    "الامارات": "AE",
    "السعوديه": "SA",
}


@lru_cache(maxsize=2048)
def country_code(text: str) -> str | None:
    """The code of a country, ``None`` for what is no single country ("Unspecified", "European Community")."""
    written = text.strip()
    if len(written) == 2 and written.upper() in _codes():
        return written.upper()
    return _by_name().get(normalise(written))


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    codes = frozenset(str(code) for code in Locale("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - _NO_COUNTRIES


# Codes that stand for groups, tests and outlying places.
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    names = {
        normalise(name): str(code)
        for lang in ("ar", "en")
        for code, name in Locale(lang).territories.items()
        if code in _codes()
    }
    return {**names, **_ALSO}
