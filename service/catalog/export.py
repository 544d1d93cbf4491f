"""Documents as YAML that a person would have written: texts below each other, weights and lists on one line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from service.catalog.build import document as quiz_document
from service.domain.quiz import Quiz

_WIDTH = 118
_LANGUAGE = re.compile(r"[a-z]{2,3}")


def dump_yaml(document: Mapping[str, Any] | Quiz) -> str:
    """The YAML text of a quiz, or of any document; reading it gives back the same data."""
    data = quiz_document(document) if isinstance(document, Quiz) else document
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH, default_flow_style=None)


class _Dumper(yaml.SafeDumper):
    """Never writes anchors, which are not taken back."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        node = super().represent_mapping(tag, mapping, flow_style)
        if _is_text(mapping) or len(mapping) > 8 or _length(node) > _WIDTH - 24:
            node.flow_style = False
        return node

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _is_text(mapping: Any) -> bool:
    """Whether it is one text in several languages."""
    return all(isinstance(value, str) and _LANGUAGE.fullmatch(str(key)) for key, value in mapping.items())


def _length(node: yaml.MappingNode) -> int:
    pairs = [part for pair in node.value for part in pair if isinstance(part, yaml.ScalarNode)]
    return sum(len(part.value) + 2 for part in pairs)
