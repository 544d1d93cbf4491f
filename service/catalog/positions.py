"""YAML text to plain data, with the line of every value.

Only the plain part of YAML is read: mappings, lists, texts, whole and decimal numbers, true and false. A bare ``yes``
is the word yes, dates stay texts, and anchors, aliases, merge keys and tags are refused, so a file can neither run
anything nor grow when it is read.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from service.catalog.files import shown
from service.domain.errors import DefinitionError, Problem

LARGEST_FILE = 2_000_000
_DEEPEST = 40
_TAG = "tag:yaml.org,2002:"
_STEP = re.compile(r"(\.[^.\[\]]*|\[\d+\]|^[^.\[\]]+)$")


@dataclass(frozen=True)
class Where:
    """The origin of a document: its file and the line of each path, both empty for one that came as JSON."""

    file: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)

    def line(self, path: str) -> int:
        """The line of a path, or of the nearest part around it; 0 when unknown."""
        while path and path not in self.lines:
            shorter = _STEP.sub("", path)
            path = shorter if shorter != path else ""
        return self.lines.get(path, 0)

    def problem(self, path: str, message: str) -> Problem:
        """A problem at a path, with file and line."""
        return Problem(path, message, self.file, self.line(path))


NOWHERE = Where()


def read_file(path: Path, name: str | None = None) -> tuple[object, Where]:
    """The data of a YAML file.

    :param name: how to call the file in errors, its path by default
    :raises DefinitionError: when it cannot be read or is not the YAML we take, with all duplicate keys at once
    """
    called = name or shown(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DefinitionError(Problem("", f"cannot be read: {error.strerror or error}", called)) from error
    if len(raw) > LARGEST_FILE:
        raise DefinitionError(Problem("", f"is larger than {LARGEST_FILE // 1_000_000} MB", called))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DefinitionError(Problem("", "is not UTF-8: save the file in that encoding", called, line)) from error
    return read_text(text, called)


def read_text(text: str, file: str = "") -> tuple[object, Where]:
    """The data of a YAML text; as :func:`read_file`."""
    loader = _Loader(text) if _readable(text, file) else None
    try:
        node = loader.get_single_node() if loader else None
    except yaml.MarkedYAMLError as error:
        raise DefinitionError(_yaml_problem(error, file)) from error
    except RecursionError as error:
        raise DefinitionError(Problem("", "is nested too deeply", file)) from error
    finally:
        if loader:
            loader.dispose()
    if node is None:
        raise DefinitionError(Problem("", "is empty", file, 1))
    reading = _Reading(file)
    data = reading.value(node, "", 0)
    if reading.problems:
        raise DefinitionError(reading.problems)
    return data, Where(file, reading.lines)


def _readable(text: str, file: str) -> bool:
    """Whether YAML's reader takes every character.

    :raises DefinitionError: with the line of the first control character
    """
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise DefinitionError(Problem("", f"contains the control character {found[0]!r}", file, line))
    return True


def _yaml_problem(error: yaml.MarkedYAMLError, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    said = error.problem or str(error)
    hint = ""
    if "mapping values are not allowed" in said:
        hint = "; a text that contains ': ' needs quotes around it"
    elif "expected ',' or" in said:
        hint = "; between { } and [ ], a text with a comma, a colon or a question mark needs quotes around it"
    elif "cannot start any token" in said:
        hint = "; indent with spaces, and put quotes around a text that begins with a special character"
    return Problem("", f"is no valid YAML: {said}{hint}", file, mark.line + 1 if mark else 0)


class _Loader(yaml.SafeLoader):
    """Composes nodes; knows fewer kinds of words than YAML 1.1, and no aliases."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.get_event()  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "aliases are not taken; write it out", event.start_mark)
        return super().compose_node(parent, index)


# Each is a part of what YAML 1.1 reads as that kind, so a file written by any YAML program means the same here.
_WORDS = (
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?[0-9]+\.[0-9]*(?:[eE][-+][0-9]+)?", "-+0123456789"),
)
for _kind, _pattern, _first in _WORDS:
    _Loader.add_implicit_resolver(
        _TAG + _kind, re.compile(rf"(?:{_pattern})$"), ["" if char == "\0" else char for char in _first]
    )


class _Reading:
    """Builds data from nodes, and collects lines and problems on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[str, int] = {}
        self.problems: list[Problem] = []

    def value(self, node: yaml.Node, path: str, depth: int) -> object:
        line = node.start_mark.line + 1
        self.lines.setdefault(path, line)
        if depth > _DEEPEST:
            self.problems.append(Problem(path, "is nested too deeply", self.file, line))
            return None
        if isinstance(node, yaml.MappingNode) and node.tag == _TAG + "map":
            return self._mapping(node, path, depth)
        if isinstance(node, yaml.SequenceNode) and node.tag == _TAG + "seq":
            return [self.value(child, f"{path}[{i}]", depth + 1) for i, child in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode) and node.tag in _SCALARS:
            return self._scalar(node, path, line)
        self.problems.append(Problem(path, f"the tag {node.tag} is not taken", self.file, line))
        return None

    def _mapping(self, node: yaml.MappingNode, path: str, depth: int) -> dict[str, object]:
        found: dict[str, object] = {}
        first: dict[str, int] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append(Problem(path, "a key is one word", self.file, line))
                continue
            key = key_node.value
            inner = f"{path}.{key}" if path else key
            if key in first:
                message = f"the key '{key}' is there twice, first in line {first[key]}"
                self.problems.append(Problem(inner, message, self.file, line))
                continue
            first[key] = self.lines[inner] = line
            found[key] = self.value(value_node, inner, depth + 1)
        return found

    def _scalar(self, node: yaml.ScalarNode, path: str, line: int) -> object:
        try:
            return _SCALARS[node.tag](node.value)
        except ValueError:
            self.problems.append(Problem(path, f"cannot be read as {node.tag.rpartition(':')[2]}", self.file, line))
            return None


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


_SCALARS: dict[str, Callable[[str], object]] = {
    _TAG + "str": str,
    _TAG + "null": lambda _: None,
    _TAG + "bool": lambda text: text.lower() == "true",
    _TAG + "int": int,
    _TAG + "float": _finite,
}
