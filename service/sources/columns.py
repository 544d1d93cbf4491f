"""Finding the columns of a file: by the names a preset knows, or by those the person who imports says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from service.domain.errors import FirasaError
from service.sources.presets import Preset


class ColumnsError(FirasaError):
    """The file lacks a column, or a mapping names what is not there; the message has the closest names."""


def find_columns(header: Sequence[str], preset: Preset, mapping: Mapping[str, str]) -> dict[str, int]:
    """The position of each field's column; fields without a column are missing.

    :param mapping: column by field, said by the person; it wins over the preset
    :raises ColumnsError: for an unknown field, a column that is not in the file, or a needed field without one
    """
    for name in mapping:
        if name not in preset.columns:
            raise ColumnsError(f"there is no field {name!r}{_closest(name, preset.columns)}")
    found: dict[str, int] = {}
    for name, known in preset.columns.items():
        if name in mapping:
            found[name] = _exactly(header, mapping[name])
        else:
            position = _any_of(header, known)
            if position is not None:
                found[name] = position
    for group in preset.needed:
        if not any(name in found for name in group):
            raise ColumnsError(_missing(group, header, preset))
    return found


def _exactly(header: Sequence[str], column: str) -> int:
    places = [position for position, one in enumerate(header) if one == column.strip()]
    if not places:
        raise ColumnsError(f"the file has no column {column!r}{_closest(column, header)}")
    if len(places) > 1:
        raise ColumnsError(f"the file has {len(places)} columns {column!r}; give them different names")
    return places[0]


def _any_of(header: Sequence[str], known: Iterable[str]) -> int | None:
    """The first known name that is there, first as written, then however it is spelt."""
    wanted = tuple(known)
    for name in wanted:
        if name in header:
            return _exactly(header, name)
    plain = [_plain(one) for one in header]
    return next((plain.index(_plain(name)) for name in wanted if _plain(name) in plain), None)


def _missing(group: Sequence[str], header: Sequence[str], preset: Preset) -> str:
    known = [name for field in group for name in preset.columns[field]]
    return (
        f"the file has no column for {' or '.join(group)} (the preset {preset.name} looks for"
        f" {', '.join(repr(name) for name in known)}){_closest(known[0], header)};"
        f" name it with --map {group[0]}=Column"
    )


def _closest(wanted: str, names: Iterable[str]) -> str:
    """The names nearest to the one that was not found, or all of them when none is near."""
    listed = [name for name in names if name]
    by_plain = {_plain(name): name for name in listed}
    close = [by_plain[one] for one in get_close_matches(_plain(wanted), list(by_plain), 3, 0.5)]
    if close:
        return f"; closest: {', '.join(repr(name) for name in close)}"
    shown = ", ".join(repr(name) for name in listed[:12])
    return f"; there are {shown}{', …' if len(listed) > 12 else ''}" if listed else "; it has no header at all"


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name.casefold())
