"""The shop's settings that are kept in the database."""

from __future__ import annotations

from collections.abc import Mapping

from service.store.database import Database


def read(db: Database) -> dict[str, str]:
    """All settings by name."""
    return {row["name"]: row["value"] for row in db.query("SELECT name, value FROM settings")}


def save(db: Database, values: Mapping[str, str], now: int) -> None:
    """Write settings."""
    db.insert_rows(
        "settings",
        ("name", "value", "changed_at"),
        [(name, value, now) for name, value in values.items()],
        suffix=" ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at",
    )


def save_new(db: Database, values: Mapping[str, str], now: int) -> None:
    """Write settings that are not there yet; others stay as they are."""
    db.insert_rows(
        "settings",
        ("name", "value", "changed_at"),
        [(name, value, now) for name, value in values.items()],
        suffix=" ON CONFLICT (name) DO NOTHING",
    )
