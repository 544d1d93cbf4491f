"""Cells of files that spreadsheet programs open."""

from __future__ import annotations

import re
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins like this is run as a formula by spreadsheet programs; a negative amount is not one."""

_NUMBER = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")


def guarded(cell: Any) -> Any:
    """The cell, harmless in spreadsheet programs that run cells as formulas: such texts get an apostrophe in front.
    Numbers stay numbers, nothing is an empty cell."""
    if isinstance(cell, str) and cell.startswith(FORMULA) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return "" if cell is None else cell
