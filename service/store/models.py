"""Rows of fitted models and their versions, and the read over all buyers that fitting cut points needs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from service.domain.rfm import Buyer
from service.store.database import Database, Row

Kind = Literal["psychographic", "rfm", "rhythm", "lifetime_value", "whale", "habits", "lookalike"] | str
"""Beside these, ``adaptive:<quiz>``."""
Status = Literal["candidate", "active", "retired"]

_COLUMNS = "kind, version, status, body, created_at, activated_at"


@dataclass(frozen=True)
class StoredModel:
    """One version of a model. Versions count from 1 per kind and are never changed, only activated and retired.

    :param body: the readable JSON document
    :param activated_at: when it last became active; ``None`` for one that never was
    """

    kind: Kind
    version: int
    status: Status
    body: Mapping[str, Any]
    created_at: int
    activated_at: int | None


# versions ----------------------------------------------------------------------------------------------------------


def add(db: Database, kind: Kind, body: Mapping[str, Any], now: int) -> int:
    """Keep a new candidate and give back its version. Call it inside ``db.write("definitions")``."""
    row = db.one(
        """
        INSERT INTO models (kind, version, status, body, created_at)
        SELECT :kind, COALESCE(MAX(version), 0) + 1, 'candidate', :body, :now FROM models WHERE kind = :kind
        RETURNING version
        """,
        {"kind": kind, "body": json.dumps(body, ensure_ascii=False), "now": now},
    )
    assert row is not None
    return int(row["version"])


def get(db: Database, kind: Kind, version: int) -> StoredModel | None:
    """One version, or ``None``."""
    row = db.one(
        f"SELECT {_COLUMNS} FROM models WHERE kind = :kind AND version = :version", {"kind": kind, "version": version}
    )
    return _model(row) if row else None


def active(db: Database, kind: Kind) -> StoredModel | None:
    """The version in use, or ``None``: prototypes serve then, or nothing is scored."""
    row = db.one(f"SELECT {_COLUMNS} FROM models WHERE kind = :kind AND status = 'active'", {"kind": kind})
    return _model(row) if row else None


def active_adaptive(db: Database) -> dict[str, int]:
    """By quiz the version of the adaptive model in use."""
    rows = db.query("SELECT kind, version FROM models WHERE status = 'active' AND kind LIKE 'adaptive:%'")
    return {row["kind"].partition(":")[2]: row["version"] for row in rows}


def listing(db: Database, kind: Kind) -> list[StoredModel]:
    """All versions, newest first."""
    rows = db.query(f"SELECT {_COLUMNS} FROM models WHERE kind = :kind ORDER BY version DESC", {"kind": kind})
    return [_model(row) for row in rows]


def previous(db: Database, kind: Kind, version: int) -> StoredModel | None:
    """The newest older version that has been active before."""
    row = db.one(
        f"""
        SELECT {_COLUMNS} FROM models
         WHERE kind = :kind AND version < :version AND activated_at IS NOT NULL
         ORDER BY version DESC
         LIMIT 1
        """,
        {"kind": kind, "version": version},
    )
    return _model(row) if row else None


def retire_active(db: Database, kind: Kind) -> None:
    """Take the version in use out of use, if there is one."""
    db.execute("UPDATE models SET status = 'retired' WHERE kind = :kind AND status = 'active'", {"kind": kind})


def activate(db: Database, kind: Kind, version: int, now: int) -> None:
    """Put a version to use in place of the present one. Whoever calls it also bumps ``definitions``."""
    retire_active(db, kind)
    db.execute(
        "UPDATE models SET status = 'active', activated_at = :now WHERE kind = :kind AND version = :version",
        {"kind": kind, "version": version, "now": now},
    )


def _model(row: Row) -> StoredModel:
    return StoredModel(**{**row, "body": json.loads(row["body"])})


# all buyers --------------------------------------------------------------------------------------------------------


def buyers(db: Database, today: int) -> Iterator[Buyer]:
    """Every customer with counted orders, as the RFM fit needs them. Only inside ``db.snapshot()``.

    :param today: the shop's day number; an order dated in the future counts as of today
    """
    rows = db.stream(
        """
        SELECT orders, last_day, net_revenue, costed_orders, costed_revenue - cost AS profit
          FROM purchases
         WHERE orders > 0 AND last_day IS NOT NULL
        """,
        size=5000,
    )
    for row in rows:
        yield Buyer(
            days=max(0, today - row["last_day"]),
            orders=row["orders"],
            revenue=row["net_revenue"],
            profit=row["profit"],
            costed=row["costed_orders"],
        )
