"""The key that signs links, of this application."""

from __future__ import annotations

from functools import lru_cache

from flask import current_app

from service.config import Config
from service.domain import links


def link_key() -> str:
    """The key with which the shop signs who is coming."""
    config: Config = current_app.config["FIRASA_CONFIG"]
    return _key(config.secret_key)


_key = lru_cache(maxsize=4)(links.key)
