"""What people said, inside the shop's sentences: ``Hello {{customer.first_name|there}}``.

A reference names an answer (``answer.<item>``) or something known of the customer, and after a bar what is said when
it is not known. What is filled in is isolated (U+2068 … U+2069), so that a Latin name inside an Arabic sentence, or the
other way round, moves nothing around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

CUSTOMER = ("customer.first_name", "customer.last_name", "customer.city")
"""What may be filled in of a customer, who must be known by proof."""

OPENS, FILLED, _PDI = "{{", "\u2068", "\u2069"
"""What begins a reference, and what begins something filled in (the first strong isolate)."""

_REFERENCE = re.compile(r"\{\{\s*([^{}|]*?)\s*(?:\|([^{}]*))?\}\}")


@dataclass(frozen=True)
class Reference:
    """A place to fill in; ``fallback`` is ``None`` where none was written."""

    name: str
    fallback: str | None


def references(text: str) -> tuple[Reference, ...]:
    """The places to fill in, in order."""
    return tuple(Reference(name, fallback) for name, fallback in _found(text))


def malformed(text: str) -> bool:
    """Whether braces are left over that are no reference."""
    rest = _REFERENCE.sub("", text)
    return "{{" in rest or "}}" in rest


def fill(text: str, value_of: Callable[[str], str | None]) -> str:
    """The text with its references filled in.

    :param value_of: the words for a name, ``None`` when they are not known
    """
    if OPENS not in text:
        return text

    def one(match: re.Match[str]) -> str:
        found = value_of(match[1]) or (match[2] or "").strip()
        return f"{FILLED}{found}{_PDI}" if found else ""

    return _REFERENCE.sub(one, text)


def _found(text: str) -> list[tuple[str, str | None]]:
    return [(match[1], match[2]) for match in _REFERENCE.finditer(text)]
