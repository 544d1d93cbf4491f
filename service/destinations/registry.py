"""Which kinds of destinations there are; each module is imported on first use."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from service.destinations.base import Kind
from service.domain.errors import InvalidInput

_MODULES = {"webhook": "service.destinations.webhook", "dry_run": "service.destinations.dry_run"}
TYPES = tuple(_MODULES)


def kind(name: str) -> Kind:
    """The kind of destination of that name.

    :raises InvalidInput: when there is none
    """
    if name not in _MODULES:
        raise InvalidInput(f"{name!r} is not a kind of destination; use one of {', '.join(TYPES)}", "type")
    return cast(Kind, import_module(_MODULES[name]).KIND)
