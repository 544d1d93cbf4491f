"""The whole population at once: whose memberships are not as conditions say, who passes, where numbers cut it."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

from service.domain.days import day_at
from service.domain.leaves import Condition
from service.domain.subjects import Cut
from service.store.compiler import BITS, Compiled, Moment, compile_count, compile_page, inside, numbers
from service.store.compiler_columns import purchase_column, record_column
from service.store.compiler_scope import Scope, page_of
from service.store.database import Database

PAGE = 10_000
"""Customers a statement looks at; it only reads, so it holds nobody up."""

AT_ONCE = max(1, min(os.cpu_count() or 1, 4))
"""Pages that are looked at side by side: SQLite lets other threads go on while it looks."""

_AGE = "customer.age_days"
Change = tuple[int, str, bool]
"""A customer, a segment, and whether the customer belongs into it: what the log says is the opposite."""


def pages(db: Database, *, after: int = 0, size: int = PAGE) -> Iterator[tuple[int, int]]:
    """The first and the last number of each page of customers, in order."""
    while True:
        row = db.one(
            "SELECT MAX(id) AS last FROM (SELECT id FROM customers WHERE id > :after ORDER BY id LIMIT :size) AS page",
            {"after": after, "size": size},
        )
        if row is None or row["last"] is None:
            return
        yield after + 1, int(row["last"])
        after = int(row["last"])


def memberships(db: Database, compiled: Compiled, first: int, last: int) -> dict[int, frozenset[str]]:
    """The segments each customer of a page belongs into by the conditions, also those who belong into none."""
    rows = db.query(compiled.sql, {**compiled.values, "first": first, "last": last})
    return {row["id"]: compiled.read(row) for row in rows}


def changed_members(db: Database, compiled: Compiled, first: int, last: int) -> list[Change]:
    """What of the membership log of a page of customers is not as the conditions say; by customer and segment.

    Call it inside ``db.snapshot()``, so that conditions and log are of one moment.

    :param compiled: all live segments; whoever is in any other one is to leave it
    """
    return _changes(db, compiled, {"first": first, "last": last})


def changed_pages(
    db: Database, compiled: Compiled, *, after: int = 0, size: int = PAGE, most: int | None = None
) -> Generator[tuple[int, int, list[Change]], None, None]:
    """Pages of customers in order, as first and last number, with what :func:`changed_members` says of each.

    Up to :data:`AT_ONCE` threads look at pages, each in a snapshot of its own; what is asked next is at most as many
    pages ahead of what has been given.

    :param after: begin behind this customer
    :param most: pages; all there are unless given
    """
    wanted = list(islice(pages(db, after=after, size=size), most))
    if min(AT_ONCE, len(wanted)) < 2:
        for first, last in wanted:
            yield first, last, _snapshot(db, compiled, first, last)
        return
    ahead: deque[tuple[int, int, Future[list[Change]]]] = deque()
    pool = ThreadPoolExecutor(AT_ONCE, "look-at-customers")
    try:
        for first, last in wanted:
            ahead.append((first, last, pool.submit(_snapshot, db, compiled, first, last)))
            if len(ahead) > AT_ONCE:
                yield _given(ahead.popleft())
        while ahead:
            yield _given(ahead.popleft())
    finally:
        pool.shutdown(cancel_futures=True)


def _snapshot(db: Database, compiled: Compiled, first: int, last: int) -> list[Change]:
    with db.snapshot():
        return changed_members(db, compiled, first, last)


def _given(page: tuple[int, int, Future[list[Change]]]) -> tuple[int, int, list[Change]]:
    return page[0], page[1], page[2].result()


def changed_of(db: Database, compiled: Compiled, customer_ids: Sequence[int]) -> list[Change]:
    """The same of customers here and there: the work grows with their number, whatever there is besides.

    :param compiled: for a list of customers, any number long
    """
    found: list[Change] = []
    for start in range(0, len(customer_ids), compiled.listed):
        listed = customer_ids[start : start + compiled.listed]
        # The last one again and again, so that the statement stays the same one.
        full = [*listed, *[listed[-1]] * (compiled.listed - len(listed))]
        found += _changes(db, compiled, {f"c{place}": one for place, one in enumerate(full)})
    return found


def _changes(db: Database, compiled: Compiled, page: Mapping[str, int]) -> list[Change]:
    held = _held(db, compiled, page)
    nothing = (0,) * (numbers(compiled.ids) + 1)
    found: list[Change] = []
    for row in db.query(compiled.sql, {**compiled.values, **page}):
        customer_id, *right = row.values()
        *logged, others = held.pop(customer_id, nothing)
        if right != logged:
            found += _differing(compiled.ids, customer_id, right, logged)
        if others:
            found += [(customer_id, one, False) for one in _others(db, compiled.ids, customer_id)]
    return found


def how_many(db: Database, condition: Condition, moment: Moment, segments: Mapping[str, Condition]) -> int:
    """How many customers the condition is true of, counted and not estimated.

    :param segments: bound conditions of the live segments by id
    """
    sql, values = compile_count(condition, moment, segments)
    row = db.one(sql, values)
    return int(row["many"]) if row else 0


def sizes(
    db: Database, asked: Mapping[str, Condition], moment: Moment, segments: Mapping[str, Condition]
) -> dict[str, int]:
    """How many customers each of several conditions is true of, in one go through all customers."""
    compiled = compile_page(asked, moment, segments)
    found = dict.fromkeys(asked, 0)
    for first, last in pages(db):
        for row in db.query(compiled.sql, {**compiled.values, "first": first, "last": last}):
            for one in compiled.read(row):
                found[one] += 1
    return found


def _held(db: Database, compiled: Compiled, page: Mapping[str, int]) -> dict[int, tuple[int, ...]]:
    """By customer the present memberships of the log as bits, and how many there are of other segments."""
    ids = compiled.ids
    places = {one: place for place, one in enumerate(ids)}
    bits = [_searched(sorted(ids), places, number) for number in range(numbers(ids))]
    columns = ", ".join(f"COALESCE(SUM({one}), 0) AS bits{number}" for number, one in enumerate(bits))
    rows = db.query(
        f"""
        SELECT customer_id, {columns}, COUNT(*) - COUNT({bits[0]}) AS others
          FROM memberships WHERE {page_of("customer_id", compiled.listed)} AND left_at IS NULL GROUP BY customer_id
        """,
        {**{f"s{place}": one for one, place in places.items()}, **page},
    )
    return {row.pop("customer_id"): tuple(row.values()) for row in rows}


def _searched(ids: Sequence[str], places: Mapping[str, int], number: int) -> str:
    """The bit of a segment in one of the numbers, 0 if it is in another, NULL if it is none of these: found by halving
    what it may be, since there is a row for every membership there is."""
    if not ids:
        return "CAST(NULL AS BIGINT)"
    if len(ids) == 1:
        place = places[ids[0]]
        bit = 1 << place % BITS if place // BITS == number else 0
        return f"CASE WHEN segment_id = :s{place} THEN {bit} END"
    half = len(ids) // 2
    lower, upper = _searched(ids[:half], places, number), _searched(ids[half:], places, number)
    return f"CASE WHEN segment_id < :s{places[ids[half]]} THEN {lower} ELSE {upper} END"


def _differing(ids: Sequence[str], customer_id: int, right: Sequence[int], logged: Sequence[int]) -> Iterable[Change]:
    belongs = inside(ids, right)
    for one in sorted(inside(ids, [a ^ b for a, b in zip(right, logged, strict=True)])):
        yield customer_id, one, one in belongs


def _others(db: Database, ids: Sequence[str], customer_id: int) -> list[str]:
    rows = db.query(
        "SELECT segment_id FROM memberships WHERE customer_id = :customer_id AND left_at IS NULL ORDER BY segment_id",
        {"customer_id": customer_id},
    )
    return [row["segment_id"] for row in rows if row["segment_id"] not in ids]


# cuts ----------------------------------------------------------------------------------------------------------------


def cuts(db: Database) -> dict[Cut, float]:
    """The kept cuts of the population."""
    rows = db.query("SELECT fact, kind, percent, cut FROM population_cuts")
    return {Cut(row["fact"], row["kind"], row["percent"]): row["cut"] for row in rows}


def save_cuts(db: Database, found: Mapping[Cut, float], now: int) -> None:
    """Keep these cuts in place of all others."""
    db.execute("DELETE FROM population_cuts")
    db.insert_rows(
        "population_cuts",
        ("fact", "kind", "percent", "cut", "fitted_at"),
        [(one.fact, one.kind, one.percent, float(cut), now) for one, cut in found.items()],
    )


def fit_cuts(db: Database, wanted: Iterable[Cut], moment: Moment) -> dict[Cut, float]:
    """Where the population is cut now. A cut of a fact that is known of nobody is left out.

    One statement for each fact and one for each of its cuts; they read an index or one row per customer.
    """
    found: dict[Cut, float] = {}
    by_fact: dict[str, list[Cut]] = {}
    for one in wanted:
        by_fact.setdefault(one.fact, []).append(one)
    for fact, mine in by_fact.items():
        source, values = _values(fact, moment)
        many = _number(db, f"SELECT COUNT(*) AS found FROM {source}", values)
        for one in mine if many else ():
            found[one] = _cut(db, one, source, values, int(many), moment)
    return found


def _cut(db: Database, cut: Cut, source: str, values: Mapping[str, object], many: int, moment: Moment) -> float:
    def ranked(place: int, *, largest: bool) -> float:
        # The oldest began first: of ages the order is that of the beginnings, the other way round.
        order = "DESC" if largest != (cut.fact == _AGE) else "ASC"
        sql = f"SELECT value AS found FROM {source} ORDER BY value {order} LIMIT 1 OFFSET :skipped"
        found = _number(db, sql, {**values, "skipped": place - 1})
        return moment.today - day_at(int(found), moment.zone) if cut.fact == _AGE else found

    if cut.kind != "median":
        return ranked(-(-many * cut.percent // 100), largest=cut.kind == "top")
    lower, upper = ranked((many + 1) // 2, largest=False), ranked(many // 2 + 1, largest=False)
    return lower if lower == upper else (lower + upper) / 2


def _values(fact: str, moment: Moment) -> tuple[str, Mapping[str, object]]:
    """The known numbers of a fact over its population, as a table with a column ``value``."""
    scope = Scope(moment, {}, paged=False)
    at = purchase_column(scope, fact)
    if at is not None:
        rows = f"SELECT {at.number} AS value FROM purchases u WHERE u.orders > 0 AND {at.number} IS NOT NULL"
        return f"({rows}) AS known", scope.values
    at = record_column("customer.created_at" if fact == _AGE else fact)
    if at is not None:
        rows = f"SELECT {at.number} AS value FROM customers k WHERE k.merged_into IS NULL AND k.erased_at IS NULL"
        return f"({rows} AND {at.number} IS NOT NULL) AS known", scope.values
    rows = f"SELECT f.number AS value FROM facts f WHERE f.name = {scope.bind(fact)} AND {scope.valid('f')}"
    return f"({rows} AND f.part IS NULL AND f.number IS NOT NULL) AS known", scope.values


def _number(db: Database, sql: str, values: Mapping[str, object]) -> float:
    row = db.one(sql, values)
    return row["found"] if row else 0
