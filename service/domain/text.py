"""Texts in several languages, and the direction they are read in."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


def direction(lang: str) -> str:
    """``rtl`` or ``ltr`` for a declared language; never guessed from a text."""
    return "rtl" if lang.split("-")[0] in RIGHT_TO_LEFT else "ltr"


@dataclass(frozen=True)
class Text:
    """One text in several languages, for example ``Text({"en": "Dry", "ar": "جافة"})``."""

    by_lang: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def get(self, lang: str) -> str:
        """The text in ``lang``, else in English, else in any language, else empty."""
        found = self.by_lang.get(lang) or self.by_lang.get("en")
        return found or next(iter(self.by_lang.values()), "")

    def __bool__(self) -> bool:
        return any(self.by_lang.values())


def plain(text: str) -> str:
    """The form in which texts are compared: Unicode NFKC, case folded, white space collapsed."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def is_storable(text: str) -> bool:
    """Whether both databases take the text: no NUL, no lone surrogates."""
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
