"""Recording what shops sell: orders, refund documents, products and visits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from service.domain.money import parse_minor
from service.domain.orders import IncomingOrder, check, digest
from service.domain.purchases import NOTHING, PlacedOrder, Purchases, add, in_order, summarise
from service.operations.context import Context
from service.store import counters, customers, products, profiles, purchases, settings, traffic
from service.store import orders as store
from service.store.database import Database
from service.store.orders import KnownOrder, StoredOrder
from service.store.products import Product
from service.store.traffic import Visits

Outcome = Literal["created", "updated", "unchanged"]
REBUILD_PAGE = 200


@dataclass(frozen=True)
class Recorded:
    """What became of orders that were sent, each in its place."""

    outcomes: Sequence[Outcome] = ()
    new_customers: int = 0

    @property
    def created(self) -> int:
        """Orders that were new."""
        return self.outcomes.count("created")

    @property
    def updated(self) -> int:
        """Orders whose content had changed."""
        return self.outcomes.count("updated")

    @property
    def unchanged(self) -> int:
        """Orders that were known with the same content: nothing was written for them."""
        return self.outcomes.count("unchanged")


def record_orders(ctx: Context, orders: Sequence[IncomingOrder]) -> Recorded:
    """Record orders in one transaction; sending the same ones again changes nothing.

    Callers send as many at a time as fit into 50 ms, so that answers are taken in between (operations/imports.py).

    :raises InvalidInput: when an order would spoil the numbers, such as one in another currency; none is recorded then
    """
    for order in orders:
        check(order, ctx.shop.currency)
    outcomes: list[Outcome] = []
    created: set[int] = set()
    parts = list(_parts(orders))
    with ctx.db.write("orders") as db:
        if len(parts) > 1:
            _lock_everybody(db, parts)
        for part in parts:
            done, made = _record(ctx, db, part)
            outcomes += done
            created |= made
    return Recorded(outcomes, len(created))


def record_products(ctx: Context, source: str, catalogue: Sequence[Product]) -> None:
    """Keep a shop's products as its catalogue describes them."""
    with ctx.db.write("orders") as db:
        products.save(db, source, catalogue)


def record_traffic(ctx: Context, visits: Sequence[Visits]) -> None:
    """Keep the visits a shop counted; counting a day again replaces what was there."""
    with ctx.db.write("orders") as db:
        traffic.save(db, visits)


def adopt_shop(ctx: Context, *, currency: str | None = None, timezone: str | None = None) -> None:
    """Take the currency and the time zone of the first import for the shop's, where it has none yet.

    What is kept is never changed by this: all amounts and days before would get another meaning.
    """
    given = {"shop.currency": currency, "shop.timezone": timezone}
    known = settings.read(ctx.db)
    new = {name: value for name, value in given.items() if value is not None and name not in known}
    if new:
        with ctx.db.write("definitions") as db:
            settings.save_new(db, new, ctx.now)
            # Segments compare amounts in minor units of this currency: everybody reads them again.
            counters.bump_rules(db)


def rebuild_purchases(ctx: Context) -> int:
    """Sum up every customer's purchases anew from their orders, a page at a time; how many had been wrong."""
    wrong, last = 0, 0
    while True:
        with ctx.db.write("orders") as db:
            kept, placed = purchases.page(db, last, REBUILD_PAGE)
            different = _different(kept, placed)
            customers.lock(db, different)
            purchases.rebuild(db, different)
            profiles.mark(db, different, ctx.now, "order")
        if not (kept or placed):
            return wrong
        wrong += len(different)
        last = max(*kept, *placed, last)


def wrong_purchases(ctx: Context) -> list[int]:
    """Customers whose kept purchases differ from the sum of their orders: none, unless something is broken."""
    wrong: list[int] = []
    last = 0
    while True:
        with ctx.db.snapshot() as db:
            kept, placed = purchases.page(db, last, REBUILD_PAGE)
        if not (kept or placed):
            return wrong
        wrong += _different(kept, placed)
        last = max(*kept, *placed, last)


def _different(kept: Mapping[int, Purchases], placed: Mapping[int, Sequence[PlacedOrder]]) -> list[int]:
    return [
        customer_id
        for customer_id in sorted({*kept, *placed})
        if customer_id not in placed or kept.get(customer_id) != summarise(placed[customer_id])
    ]


def _parts(orders: Sequence[IncomingOrder]) -> Iterator[list[IncomingOrder]]:
    """Runs of orders of one source in which no order comes twice."""
    part: list[IncomingOrder] = []
    ids: set[str] = set()
    for order in orders:
        if part and (order.source != part[0].source or order.shop_order_id in ids):
            yield part
            part, ids = [], set()
        part.append(order)
        ids.add(order.shop_order_id)
    if part:
        yield part


def _lock_everybody(db: Database, parts: Sequence[Sequence[IncomingOrder]]) -> None:
    """Wait for all customers of all parts at once; part by part, they would not be waited for lower ids first."""
    buyers = ((part[0].source, order.buyer) for part in parts for order in part)
    known = (store.known(db, part[0].source, [order.shop_order_id for order in part]) for part in parts)
    before = {one.customer_id for found in known for one in found.values()}
    customers.lock_holders(db, buyers, {one for one in before if one is not None})


def _record(ctx: Context, db: Database, orders: Sequence[IncomingOrder]) -> tuple[list[Outcome], frozenset[int]]:
    """Record orders of one source, each different.

    1. Orders known with the same digest are left alone.
    2. Customers and products of the others are found or made.
    3. Orders and lines are written.
    4. Purchases are brought up to date and the customers' profiles asked for.
    """
    source = orders[0].source
    digests = [digest(order) for order in orders]
    known = store.known(db, source, [order.shop_order_id for order in orders])
    outcomes = [_outcome(known.get(order.shop_order_id), sha) for order, sha in zip(orders, digests, strict=True)]
    # By time: what a later order tells about a customer's name and place holds.
    changed = sorted(
        ((order, sha) for order, sha, outcome in zip(orders, digests, outcomes, strict=True) if outcome != "unchanged"),
        key=lambda pair: pair[0].placed_at,
    )
    if not changed:
        return outcomes, frozenset()
    owners = (known[order.shop_order_id].customer_id for order, _ in changed if order.shop_order_id in known)
    before = {one for one in owners if one is not None}
    buyers = customers.resolve_records(
        db, source, [order.buyer for order, _ in changed], ctx.now, also=before, today=ctx.today
    )
    touched = {one for one in (*buyers.customers, *before, *buyers.survivors) if one is not None}
    rows = [
        (order, store.to_row(order, customer_id, ctx.shop.day(order.placed_at), sha, ctx.now))
        for (order, sha), customer_id in zip(changed, buyers.customers, strict=True)
    ]
    rewritten, fresh = _write(db, source, rows, known)
    _sum_up(db, fresh, {one for one in (*before, *rewritten) if one is not None})
    profiles.mark(db, sorted(touched), ctx.now, "order")
    return outcomes, buyers.created


def _outcome(known: KnownOrder | None, sha: str) -> Outcome:
    if known is None:
        return "created"
    return "unchanged" if known.digest == sha else "updated"


def _write(
    db: Database,
    source: str,
    rows: Sequence[tuple[IncomingOrder, StoredOrder]],
    known: Mapping[str, KnownOrder],
) -> tuple[set[int | None], list[tuple[int, PlacedOrder]]]:
    """Write orders and lines; gives the customers of changed orders, and each new order with its customer."""
    currency = rows[0][0].currency
    lines = [line for order, _ in rows for line in order.lines]
    product_ids = products.ids_for(db, source, lines, lambda line: parse_minor(line.unit_price, currency))
    new = [(order, row) for order, row in rows if order.shop_order_id not in known]
    ids = store.insert(db, [row for _, row in new])
    written = [(order_id, order) for order_id, (order, _) in zip(ids, new, strict=True)]
    rewritten: set[int | None] = set()
    for order, row in rows:
        if order.shop_order_id in known:
            order_id = known[order.shop_order_id].id
            store.replace(db, order_id, row)
            written.append((order_id, order))
            rewritten.add(row.customer_id)
    store.insert_lines(db, written, product_ids)
    fresh = [
        (row.customer_id, store.placed(order_id, row))
        for order_id, (_, row) in zip(ids, new, strict=True)
        if row.customer_id is not None
    ]
    return rewritten, fresh


def _sum_up(db: Database, fresh: Sequence[tuple[int, PlacedOrder]], history_needed: set[int]) -> None:
    """Add new orders to the kept purchases; where that does not do, sum up the whole history."""
    added: dict[int, list[PlacedOrder]] = {}
    for customer_id, order in fresh:
        if customer_id not in history_needed:
            added.setdefault(customer_id, []).append(order)
    kept = purchases.get(db, sorted(added))
    summed: dict[int, Purchases] = {}
    for customer_id, orders in added.items():
        total: Purchases | None = kept.get(customer_id, NOTHING)
        for order in sorted(orders, key=in_order):
            total = add(total, order) if total is not None else None
        if total is None:
            history_needed.add(customer_id)
        else:
            summed[customer_id] = total
    purchases.save(db, summed)
    purchases.rebuild(db, sorted(history_needed))
