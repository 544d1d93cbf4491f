"""Orders that join customers while profiles are refreshed: nobody waits for somebody who waits for them."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from service.domain.orders import Buyer
from service.operations.context import Context
from service.operations.orders import record_orders, wrong_purchases
from service.operations.profiles import customer_key
from service.store.database import Database
from tests.order_factory import order

SECONDS = 20
TURNS = "SELECT COUNT(*) AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


def refresh_like(db: Database, has_first: Event) -> None:
    """Take the turns of customers 1 to 4 one after the other, as a refresh does, the rest once somebody waits."""
    with db.write():
        db.lock(customer_key(1))
        has_first.set()
        end = time.monotonic() + SECONDS
        while db.query(TURNS)[0]["n"] == 0:
            assert time.monotonic() < end, "the orders never waited"
            time.sleep(0.01)
        for customer_id in (2, 3, 4):
            db.lock(customer_key(customer_id))


# SQLite has one writer at a time, and no turns of customers.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("sources", [("shop", "shop"), ("shop", "stall")])
def test_orders_that_join_customers_wait_lower_ids_first(ctx: Context, sources: tuple[str, str]) -> None:
    """The pair 3 and 4 stands before the pair 1 and 2, in one shop and in two."""
    late, early = sources
    people = [
        (early, Buyer(shop_id="a")),
        (early, Buyer(email="a@example.com")),
        (late, Buyer(shop_id="b")),
        (late, Buyer(email="b@example.com")),
    ]
    for number, (source, buyer) in enumerate(people):
        record_orders(ctx, [order(f"first-{number}", source=source, buyer=buyer)])
    joining = [
        order("join-b", 1, source=late, buyer=Buyer(shop_id="b", email="b@example.com")),
        order("join-a", 2, source=early, buyer=Buyer(shop_id="a", email="a@example.com")),
    ]
    has_first = Event()
    with ThreadPoolExecutor(2) as threads:
        refreshing = threads.submit(refresh_like, ctx.db, has_first)
        assert has_first.wait(SECONDS)
        recording = threads.submit(record_orders, ctx, joining)
        refreshing.result(SECONDS * 2)
        assert recording.result(SECONDS * 2).created == 2
    merged = ctx.db.query("SELECT kept_id, merged_id FROM merges ORDER BY kept_id")
    assert [(row["kept_id"], row["merged_id"]) for row in merged] == [(1, 2), (3, 4)]
    assert wrong_purchases(ctx) == []
