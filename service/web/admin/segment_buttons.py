"""What the buttons of the segment builder do to its tree; each gives the changed tree and the field to go on with."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from service.web.admin import segment_rows, segment_tree
from service.web.admin.segment_tree import Group, Row


def _way(rest: str) -> tuple[int, ...]:
    return segment_tree.way_of(rest.partition(" ")[0]) or ()


def _first_field(way: tuple[int, ...]) -> str:
    return f"row-{segment_tree.name_of(way)}".replace(".", "-")


def _add(tree: Group, rest: str) -> tuple[Group, str]:
    found, way = segment_tree.added(tree, _way(rest), segment_rows.new_row())
    return found, _first_field(way)


def _add_group(tree: Group, rest: str) -> tuple[Group, str]:
    found, way = segment_tree.added(tree, _way(rest), Group("any", (segment_rows.new_row(),)))
    return found, _first_field(way)


def _remove(tree: Group, rest: str) -> tuple[Group, str]:
    found, way = segment_tree.removed(tree, _way(rest))
    return found, _first_field(way)


def _wrap(tree: Group, rest: str) -> tuple[Group, str]:
    found, way = segment_tree.wrapped(tree, _way(rest))
    return found, _first_field(way[:-1])


def _move(step: int) -> Callable[[Group, str], tuple[Group, str]]:
    def moved(tree: Group, rest: str) -> tuple[Group, str]:
        found, way = segment_tree.moved(tree, _way(rest), step)
        return found, f"{'up' if step < 0 else 'down'}-{segment_tree.name_of(way)}".replace(".", "-")

    return moved


def _filter(tree: Group, rest: str) -> tuple[Group, str]:
    way, prefix = _way(rest), rest.partition(" ")[2]
    row = segment_tree.at(tree, way)
    if not isinstance(row, Row) or prefix not in ("where", "did.where", "then.where"):
        return tree, ""
    changed, name = segment_tree.filter_added(row, prefix)
    focus = f"f-{segment_tree.name_of(way)}-{name}".replace(".", "-")
    return segment_tree.changed(tree, way, lambda _one: (changed,)), focus


def _unfilter(tree: Group, rest: str) -> tuple[Group, str]:
    way, which = _way(rest), rest.partition(" ")[2]
    row = segment_tree.at(tree, way)
    if not isinstance(row, Row):
        return tree, ""
    changed = segment_tree.filter_removed(row, which)
    return segment_tree.changed(tree, way, lambda _one: (changed,)), _first_field(way)


CHANGES: Mapping[str, Callable[[Group, str], tuple[Group, str]]] = {
    "add": _add,
    "group": _add_group,
    "remove": _remove,
    "wrap": _wrap,
    "up": _move(-1),
    "down": _move(1),
    "filter": _filter,
    "unfilter": _unfilter,
    "refresh": lambda tree, _rest: (tree, ""),
}
