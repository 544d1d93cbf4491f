"""Pages of customers looked at side by side say what they say one by one."""

from __future__ import annotations

import pytest

from service.domain.leaves import Leaf
from service.store import populations
from service.store.compiler import Compiled, Moment, compile_page
from service.store.database import Database

CUSTOMERS = 25
WRONG = (3, 4, 5, 14, 25)


@pytest.fixture
def compiled(db: Database) -> Compiled:
    """A shop in which nobody bought anything and some are logged as buyers."""
    with db.write():
        db.insert_rows("customers", ("id", "created_at"), [(number, 0) for number in range(1, CUSTOMERS + 1)])
        columns = ("id", "version", "status", "owner", "body", "created_at", "changed_at")
        db.insert_rows("segments", columns, [("buyers", 1, "live", "file", "{}", 0, 0)])
        db.insert_rows(
            "memberships",
            ("customer_id", "segment_id", "segment_version", "entered_at", "entered_reason"),
            [(number, "buyers", 1, 0, "[]") for number in WRONG],
        )
    return compile_page({"buyers": Leaf("orders.count", "gte", 1)}, Moment(1_000_000, 10))


@pytest.mark.parametrize("at_once", [1, 3])
def test_pages_come_in_order_with_what_is_wrong_in_each(
    db: Database, compiled: Compiled, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(populations, "AT_ONCE", at_once)
    found = list(populations.changed_pages(db, compiled, size=4))
    assert [(first, last) for first, last, _ in found] == list(populations.pages(db, size=4))
    assert [change for _, _, changes in found for change in changes] == [(one, "buyers", False) for one in WRONG]
    some = list(populations.changed_pages(db, compiled, after=4, size=4, most=2))
    assert [(first, last) for first, last, _ in some] == [(5, 8), (9, 12)]


def test_who_stops_listening_leaves_no_page_behind(
    db: Database, compiled: Compiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(populations, "AT_ONCE", 2)
    pages = populations.changed_pages(db, compiled, size=2)
    next(pages)
    pages.close()
    with db.write():
        db.execute("DELETE FROM memberships")
    assert [changes for _, _, changes in populations.changed_pages(db, compiled, size=20)] == [[], []]
