"""Whether the service can work, and its numbers."""

from __future__ import annotations

from service.operations.context import Context
from service.store.database import Database, StoreError
from service.store.migrations import pending


def not_ready(db: Database) -> str | None:
    """What keeps the service from working, or ``None``."""
    try:
        missing = pending(db)
    except StoreError as error:
        return str(error)
    if missing:
        return f"{len(missing)} migrations are pending; run `firasa db migrate`"
    return None
