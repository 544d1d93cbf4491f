"""Which typed answers may be shown as quotes: those that tell nothing of who wrote them."""

from __future__ import annotations

import re
from collections.abc import Iterable

LEAST_LETTERS = 12
MOST_LETTERS = 280
_TELLING = re.compile(r"@|https?:|www\.|\d[\d\s().-]{4,}\d")


def quotable(text: str, names: Iterable[str | None] = ()) -> bool:
    """Whether a text is worth quoting and holds no address, link or long number, nor the writer's names.

    A filter and no proof: a person looks at quotes before anybody else does.
    """
    plain = text.strip()
    if not LEAST_LETTERS <= len(plain) <= MOST_LETTERS or _TELLING.search(plain):
        return False
    lowered = plain.casefold()
    return not any(name and name.casefold() in lowered for name in names)
