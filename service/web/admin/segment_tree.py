"""A condition while somebody builds it: groups and rows of typed texts, read from a form and changed by its buttons.

A field is called ``c.0.2:op``: the way from the root through the groups, then what the field says. A group says how its
parts are joined (``join``), a row everything else. Nothing here knows what the texts mean; that is in
`segment_documents.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

ROOT = "c"
_NAME = re.compile(r"c((?:\.\d{1,3}){0,16}):([a-z][a-z0-9_.]{0,60})", re.ASCII)
_MOST_FIELDS = 20_000

Fields = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Row:
    """One clause as typed.

    :param fields: texts by name; several where several choices are ticked
    """

    fields: Fields

    def get(self, name: str, otherwise: str = "") -> str:
        """The text of a field."""
        found = self.fields.get(name, ())
        return found[0] if found else otherwise

    def all(self, name: str) -> tuple[str, ...]:
        """All texts of a field that are not empty."""
        return tuple(one for one in self.fields.get(name, ()) if one.strip())

    def filters(self, prefix: str) -> list[int]:
        """Numbers of the filters under a prefix, in their order."""
        start = f"{prefix}."
        found = {name[len(start) :].partition(".")[0] for name in self.fields if name.startswith(start)}
        return sorted(int(one) for one in found if one.isdigit())

    def with_fields(self, **changes: str | tuple[str, ...]) -> Row:
        """The row with some fields changed; dots in names are written as two underscores."""
        changed = {
            name.replace("__", "."): (text,) if isinstance(text, str) else text for name, text in changes.items()
        }
        return Row({**self.fields, **changed})


@dataclass(frozen=True)
class Group:
    """Several parts joined.

    :param join: ``all`` or ``any``, with a ``not`` in front of it for each time it is turned round
    :param bare: of the root: its only part was written without a group around it
    """

    join: str = "all"
    parts: tuple[Part, ...] = ()
    bare: bool = False


Part = Row | Group


# forms ---------------------------------------------------------------------------------------------------------------


def read(form: Iterable[tuple[str, str]]) -> Group:
    """The tree of a form's fields; what is no field of a condition is passed over."""
    found: dict[tuple[int, ...], dict[str, tuple[str, ...]]] = {}
    for count, (name, text) in enumerate(form):
        match = _NAME.fullmatch(name)
        if match is None or count > _MOST_FIELDS:
            continue
        way = tuple(int(one) for one in match[1].split(".")[1:])
        fields = found.setdefault(way, {})
        fields[match[2]] = (*fields.get(match[2], ()), text)
    children: dict[tuple[int, ...], set[int]] = {}
    for way in found:
        for length in range(len(way)):
            children.setdefault(way[:length], set()).add(way[length])
    root = _part((), found, children)
    return root if isinstance(root, Group) else Group()


def _part(
    way: tuple[int, ...],
    found: Mapping[tuple[int, ...], Mapping[str, tuple[str, ...]]],
    children: Mapping[tuple[int, ...], set[int]],
) -> Part:
    fields = found.get(way, {})
    if "join" not in fields and way not in children:
        return Row(fields)
    parts = tuple(_part((*way, one), found, children) for one in sorted(children.get(way, ())))
    return Group(_join(fields.get("join", ("all",))[0]), parts, bool(fields.get("bare", ("",))[0]))


def _join(text: str) -> str:
    words = text.split()
    turned, kind = words[:-1], (words or ["all"])[-1]
    right = kind in ("all", "any") and len(turned) <= 12 and all(one == "not" for one in turned)
    return " ".join([*turned, kind]) if right else "all"


# changes by buttons --------------------------------------------------------------------------------------------------


def way_of(name: str) -> tuple[int, ...] | None:
    """The way that a name such as ``c.0.2`` says; ``None`` when it is no name."""
    match = _NAME.fullmatch(f"{name}:x")
    return None if match is None else tuple(int(one) for one in match[1].split(".")[1:])


def name_of(way: Iterable[int]) -> str:
    """The name of a way."""
    return ".".join([ROOT, *(str(one) for one in way)])


def at(root: Group, way: tuple[int, ...]) -> Part | None:
    """The part at the end of a way."""
    part: Part = root
    for one in way:
        if not isinstance(part, Group) or one >= len(part.parts):
            return None
        part = part.parts[one]
    return part


def changed(root: Group, way: tuple[int, ...], change: Callable[[Part], tuple[Part, ...]]) -> Group:
    """The tree with a part in whose place others stand; the root stays a group."""
    if not way:
        (only,) = change(root)
        return only if isinstance(only, Group) else root
    return _changed(root, way, change)


def _changed(group: Group, way: tuple[int, ...], change: Callable[[Part], tuple[Part, ...]]) -> Group:
    position, rest = way[0], way[1:]
    if position >= len(group.parts):
        return group
    part = group.parts[position]
    if rest:
        stands: tuple[Part, ...] = (_changed(part, rest, change),) if isinstance(part, Group) else (part,)
    else:
        stands = change(part)
    return replace(group, parts=(*group.parts[:position], *stands, *group.parts[position + 1 :]))


def added(root: Group, way: tuple[int, ...], part: Part) -> tuple[Group, tuple[int, ...]]:
    """The tree with another part at the end of a group, and the way to it."""
    group = at(root, way)
    if not isinstance(group, Group):
        return root, way
    tree = changed(
        root, way, lambda one: (replace(one, parts=(*one.parts, part)),) if isinstance(one, Group) else (one,)
    )
    return tree, (*way, len(group.parts))


def removed(root: Group, way: tuple[int, ...]) -> tuple[Group, tuple[int, ...]]:
    """The tree without a part, and the way to what one looks at then: its neighbour, else its group."""
    if not way or at(root, way) is None:
        return root, ()
    tree = changed(root, way, lambda _one: ())
    parent = at(tree, way[:-1])
    left = len(parent.parts) if isinstance(parent, Group) else 0
    return tree, (*way[:-1], min(way[-1], left - 1)) if left else way[:-1]


def moved(root: Group, way: tuple[int, ...], step: int) -> tuple[Group, tuple[int, ...]]:
    """The tree with a part one place further up or down; over the edge of its group it leaves the group."""
    part, parent = at(root, way), at(root, way[:-1])
    if not way or part is None or not isinstance(parent, Group):
        return root, way
    position, target = way[-1], way[-1] + step
    if 0 <= target < len(parent.parts):
        parts = list(parent.parts)
        parts[position], parts[target] = parts[target], parts[position]
        tree = changed(
            root, way[:-1], lambda one: (replace(one, parts=tuple(parts)),) if isinstance(one, Group) else (one,)
        )
        return tree, (*way[:-1], target)
    if len(way) == 1:
        return root, way
    tree = changed(root, way, lambda _one: ())
    outer = way[:-1]
    tree = changed(tree, outer, lambda group: (part, group) if step < 0 else (group, part))
    return tree, (*outer[:-1], outer[-1] + (0 if step < 0 else 1))


def wrapped(root: Group, way: tuple[int, ...]) -> tuple[Group, tuple[int, ...]]:
    """The tree with a group around a part, so that another can stand beside it."""
    if not way or at(root, way) is None:
        return root, way
    return changed(root, way, lambda one: (Group("any", (one,)),)), (*way, 0)


def filter_added(row: Row, prefix: str) -> tuple[Row, str]:
    """The row with another empty filter, and its name."""
    number = max(row.filters(prefix), default=-1) + 1
    return Row({**row.fields, f"{prefix}.{number}.field": ("product",)}), f"{prefix}.{number}.field"


def filter_removed(row: Row, which: str) -> Row:
    """The row without a filter (``where.2``)."""
    return Row({name: texts for name, texts in row.fields.items() if not name.startswith(f"{which}.")})
