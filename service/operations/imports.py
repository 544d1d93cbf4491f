"""Importing a file of orders: check all of it, then record it in small transactions.

1. The file is read once, row by row, and laid aside in a scratch database; what cannot be read is noted.
2. Every order is put together and checked. Nothing is written to the database until this has come to an end.
3. Orders are recorded from the oldest on, as many at a time as take a few hundredths of a second: answers go on.

Recording is idempotent, so an import that was killed is simply run again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from service.domain.errors import InvalidInput
from service.domain.orders import MAX_LINES, IncomingOrder, amounts, check, digest
from service.operations import models, profiles
from service.operations.context import Context
from service.operations.orders import Recorded, record_orders
from service.operations.pace import Pace
from service.sources.csv_files import BadRow, OrderFile
from service.sources.drafts import Conflict, Draft, joined, to_order
from service.sources.presets import Reading
from service.sources.values import Dates
from service.store import orders as store
from service.store.database import Dialect
from service.store.staging import Refusal, StagedOrder, Staging

Step = Callable[[int], None]
NewContext = Callable[[], Context]

# On SQLite everybody who writes waits for it. On PostgreSQL only who is about the same customers does, and every
# statement is a round trip, of which larger transactions need fewer.
_SECONDS_PER_TRANSACTION: Mapping[Dialect, float] = {"sqlite": 0.025, "postgresql": 0.035}
_FIRST_LINES = 200
_MOST_LINES = 4000
_MOST_ORDERS = 100
_PREVIEW_PAGE = 100
_STEP_BYTES = 50_000


@dataclass(frozen=True)
class OrderImport:
    """What is to be imported, and how its cells are meant.

    :param currency: the shop's currency, of all amounts in the file
    """

    file: OrderFile
    source: str
    currency: str
    dates: Dates


@dataclass
class FileSummary:
    """What is in the orders of a file that are taken; money in minor units."""

    orders: int = 0
    refund_documents: int = 0
    guest_documents: int = 0
    without_price: int = 0
    lines: int = 0
    net_revenue: int = 0
    first_at: int | None = None
    last_at: int | None = None

    def add(self, order: IncomingOrder) -> None:
        """Count one more order."""
        worth = amounts(order)
        if order.kind == "refund":
            self.refund_documents += 1
        else:
            self.orders += 1
            self.without_price += worth.gross == 0
        self.guest_documents += order.buyer.is_guest
        self.lines += len(order.lines)
        self.net_revenue += worth.revenue
        self.first_at = min(self.first_at or order.placed_at, order.placed_at)
        self.last_at = max(self.last_at or order.placed_at, order.placed_at)


@dataclass(frozen=True)
class CheckedFile:
    """What came of the check.

    :param refusals: the first of them; `reasons` counts all
    """

    summary: FileSummary
    refused_orders: int
    refusals: Sequence[Refusal]
    reasons: dict[str, int]

    @property
    def is_clean(self) -> bool:
        """Whether everything in the file can be taken."""
        return not self.reasons


@dataclass
class Outcomes:
    """How many orders were, or would be, created, updated and left as they are."""

    counts: Counter[str] = field(default_factory=Counter)
    new_customers: int = 0

    def add(self, recorded: Recorded) -> None:
        """Add what came of one transaction."""
        self.counts.update(recorded.outcomes)
        self.new_customers += recorded.new_customers


def check_file(
    wanted: OrderImport, staging: Staging, step: Step = lambda done: None, *, shown: int = 20
) -> CheckedFile:
    """Read and check the whole file; nothing is written but the scratch database.

    :param step: told how many bytes of the file were read
    :param shown: how many refusals to give back
    :raises FileError: when the file cannot be read to its end
    """
    _stage(wanted, staging, step)
    summary = FileSummary()
    orders = staging.orders()
    while page := list(islice(orders, 10)):
        placed = []
        for staged in page:
            order = _checked(wanted, staged, staging)
            if order is not None:
                placed.append((staged.id, order.placed_at))
                summary.add(order)
        staging.settle(placed)
    return CheckedFile(summary, staging.counts()[1], staging.refusals(shown), staging.reasons())


def write_rejects(wanted: OrderImport, staging: Staging, to: Path) -> int:
    """Write the refused rows to a CSV file, with the reason; how many these were.

    All rows of a refused order go there, so that the file can be mended and imported by itself.
    """
    return wanted.file.write_rejects(to, staging.why_refused)


def preview(ctx: Context, wanted: OrderImport, staging: Staging) -> Outcomes:
    """What recording would do; writes nothing. How many customers it would make is not worked out."""
    outcomes = Outcomes()
    orders = (assemble(wanted, staged) for staged in staging.by_time())
    while page := list(islice(orders, _PREVIEW_PAGE)):
        known = store.known(ctx.db, wanted.source, [order.shop_order_id for order in page])
        for order in page:
            before = known.get(order.shop_order_id)
            same = before is not None and before.digest == digest(order)
            outcomes.counts["unchanged" if same else "updated" if before else "created"] += 1
    return outcomes


def record_file(
    new_context: NewContext, wanted: OrderImport, staging: Staging, step: Step = lambda done: None
) -> Outcomes:
    """Record the orders that passed the check.

    :param step: told how many orders were recorded
    """
    outcomes = Outcomes()
    pace = Pace(_SECONDS_PER_TRANSACTION[new_context().db.dialect], _FIRST_LINES, least=20, most=_MOST_LINES)
    for batch in _batches((assemble(wanted, staged) for staged in staging.by_time()), pace):
        ctx = new_context()
        recorded = record_orders(ctx, batch)
        # Orders that were there already take no time, and tell nothing about those that follow.
        if recorded.unchanged * 2 < len(batch):
            pace.took(sum(len(order.lines) for order in batch), ctx.db.last_turn)
        outcomes.add(recorded)
        step(len(batch))
    return outcomes


def bring_up_to_date(new_context: NewContext, step: Step = lambda done: None) -> int:
    """Fit the RFM scores to the new orders and refresh every profile that is due; how many these were.

    :param step: told how many profiles were refreshed
    """
    models.fit_rfm(new_context())
    return profiles.refresh_all_due(new_context, step)


def assemble(wanted: OrderImport, staged: StagedOrder) -> IncomingOrder:
    """The order whose parts were laid aside.

    :raises Conflict: when its rows say different things
    :raises InvalidInput: when they make no order
    """
    if not staged.complete:
        raise InvalidInput(f"more lines than any order has ({MAX_LINES}); is it the right column?", "lines")
    parts = [Draft.from_json(body) for body in staged.bodies]
    whole = parts[0]
    for part in parts[1:]:
        whole = replace(whole, said=joined(whole.said, part.said), lines=whole.lines + part.lines)
    order = wanted.file.preset.finish(whole, to_order(whole, source=wanted.source, currency=wanted.currency))
    if not order.lines:
        raise InvalidInput("no row of the order has a line with a price", "lines")
    return order


def _stage(wanted: OrderImport, staging: Staging, step: Step) -> None:
    def refuse(bad: BadRow) -> None:
        staging.refuse(Refusal(bad.line, bad.column, bad.value, bad.reason), bad.key)

    told = 0
    for draft in wanted.file.drafts(Reading(wanted.currency, wanted.dates), refuse):
        staging.add(draft.key, draft.to_json())
        read = wanted.file.position
        if read - told >= _STEP_BYTES:
            step(read - told)
            told = read
    step(max(0, wanted.file.size - told))
    staging.index()


def _checked(wanted: OrderImport, staged: StagedOrder, staging: Staging) -> IncomingOrder | None:
    try:
        order = assemble(wanted, staged)
        check(order, wanted.currency)
        return order
    except Conflict as conflict:
        line = Draft.from_json(staged.bodies[-1]).line
        bad = wanted.file.conflict(line, staged.key, conflict)
        staging.refuse(Refusal(bad.line, bad.column, bad.value, bad.reason), staged.key)
    except InvalidInput as error:
        staging.refuse(Refusal(Draft.from_json(staged.bodies[0]).line, "", staged.key, str(error)), staged.key)
    return None


def _batches(orders: Iterator[IncomingOrder], pace: Pace) -> Iterator[list[IncomingOrder]]:
    batch: list[IncomingOrder] = []
    lines = 0
    for order in orders:
        if batch and (lines + len(order.lines) > pace.amount or len(batch) >= _MOST_ORDERS):
            yield batch
            batch, lines = [], 0
        batch.append(order)
        lines += len(order.lines)
    if batch:
        yield batch
