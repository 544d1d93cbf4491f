"""The form in which names are searched, so that people find them however they type them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

# What Arabic writers use for each other: forms of alef, ya and alef maqsura, ta marbuta and ha, hamza carriers.
_ARABIC = str.maketrans("أإآٱىئةؤگکی", "ااااييهوككي")
_TATWEEL = "ـ"


def search_text(parts: Iterable[str | None]) -> str:
    """One searchable text out of several; empty parts are left out."""
    return " ".join(filter(None, (normalise(part) for part in parts if part)))


def normalise(text: str) -> str:
    """Case folded, marks and tatweel taken off, Arabic letters and all digits in one form, white space collapsed."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_ARABIC)).casefold()
    kept = (_digit(char) for char in decomposed if char != _TATWEEL and not unicodedata.combining(char))
    return " ".join("".join(kept).translate(_ARABIC).split())


def words(text: str) -> list[str]:
    """The words of a search, normalised; all of them must be found."""
    return normalise(text).split()


def _digit(char: str) -> str:
    return str(unicodedata.digit(char)) if char.isdigit() else char
