"""Rows of customers: making, finding and reading them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from service.domain import resolution
from service.domain.identities import Identity, Proof
from service.domain.orders import Buyer
from service.domain.resolution import Known, Resolved
from service.domain.search import search_text
from service.store import identities, merges
from service.store.database import Database, Row, in_list

_DETAILS = ("first_name", "last_name", "language", "country", "region", "city")


@dataclass(frozen=True)
class Customer:
    """A customer's record; `merged_into` is set when they were found to be another one.

    :param created_at: instant at which Firasa first heard of them
    """

    id: int
    first_name: str | None
    last_name: str | None
    language: str | None
    country: str | None
    region: str | None
    city: str | None
    created_at: int
    merged_into: int | None
    erased_at: int | None

    @property
    def name(self) -> str:
        """First and last name, empty when the shop told neither."""
        return " ".join(filter(None, (self.first_name, self.last_name)))


@dataclass(frozen=True)
class ResolvedRecords:
    """The customers of a shop's records.

    :param customers: for each record its customer, ``None`` for guests
    :param created: customers that were made
    :param survivors: customers into whom others were merged
    """

    customers: Sequence[int | None]
    created: frozenset[int]
    survivors: frozenset[int]


_CUSTOMER = ", ".join(field.name for field in fields(Customer))


# reading -----------------------------------------------------------------------------------------------------------


def get(db: Database, customer_id: int) -> Customer | None:
    """The customer of that id; of a merged id the one who survived."""
    row = db.one(
        f"""
        SELECT {_CUSTOMER} FROM customers
         WHERE id = COALESCE((SELECT merged_into FROM customers WHERE id = :id), :id)
        """,
        {"id": customer_id},
    )
    return Customer(**row) if row else None


def count(db: Database) -> int:
    """How many customers there are, merged and erased ones not counted."""
    row = db.one("SELECT COUNT(*) AS n FROM customers WHERE merged_into IS NULL AND erased_at IS NULL")
    return int(row["n"]) if row else 0


# turns -------------------------------------------------------------------------------------------------------------


def lock(db: Database, customer_ids: Iterable[int]) -> None:
    """Wait for the turn to write about these customers, lower ids first as everybody does.

    All that a transaction writes about are locked at once: two that take them bit by bit could wait for each other.
    """
    db.lock(*(f"customer:{customer_id}" for customer_id in sorted(set(customer_ids))))


def lock_holders(db: Database, records: Iterable[tuple[str, Buyer]], also: Iterable[int] = ()) -> None:
    """Wait for the turn of everybody whom records (source and buyer) may be about or join, before any is resolved.

    :param also: others whom the transaction will write about
    """
    keys = list(dict.fromkeys(key for source, buyer in records for key in resolution.keys(source, buyer)))
    identities.lock(db)
    lock(db, {*also, *(one.customer_id for one in identities.of_owners(db, keys))})


# making ------------------------------------------------------------------------------------------------------------


def claim(db: Database, *, email: str | None, phone: str | None, language: str | None, now: int) -> int:
    """The customer of an address that somebody typed, made when nobody has it. It proves nothing and joins nobody."""
    typed = Buyer(email=email, phone=phone, language=language)
    found = resolve_records(db, "", [typed], now, proof="claimed").customers[0]
    assert found is not None, "a claim has an address"
    return found


def resolve(
    db: Database,
    source: str,
    shop_id: str | None,
    email: str | None,
    phone: str | None,
    now: int,
    *,
    today: int | None = None,
) -> int | None:
    """The customer of one record of a shop, made when unknown; ``None`` when nothing tells who it is."""
    record = Buyer(shop_id=shop_id, email=email, phone=phone)
    return resolve_records(db, source, [record], now, today=today).customers[0]


def resolve_records(
    db: Database,
    source: str,
    buyers: Sequence[Buyer],
    now: int,
    *,
    proof: Proof = "verified",
    also: Collection[int] = (),
    today: int | None = None,
) -> ResolvedRecords:
    """The customers of records of one shop (domain/resolution.py has the rules); later records know better.

    1. Who has these ids, emails and phones already is read in one statement; their turns are waited for.
    2. What to do is decided for all records at once.
    3. New customers and identities are added in one statement each; hand-overs and merges are rare and go singly.
    4. Names and places that a record tells differently replace the old ones.

    :param also: customers whom the caller will write about too, to be waited for at once with the others; a claim
        writes about nobody who was known before, and waits for nobody
    :param today: the shop's day, for memberships that a merge ends; that of UTC where it is not told
    """
    keys = list(dict.fromkeys(key for buyer in buyers for key in resolution.keys(source, buyer)))
    if not keys:
        lock(db, also)
        return ResolvedRecords([None] * len(buyers), frozenset(), frozenset())
    identities.lock(db)
    known = identities.of_owners(db, keys)
    if proof == "verified":
        lock(db, {*also, *(one.customer_id for one in known)})
    resolved = resolution.resolve(source, buyers, known, proof)
    made = _make(db, resolved, now)
    for kept, gone, reason in resolved.merge:
        merges.merge(db, kept, gone, reason, now, today=today)
    identities.give(db, [_real(one, made) for one in resolved.give], now)
    for one in resolved.take:
        identities.take(db, _real(one, made))
    customers = [made.get(one, one) if one is not None else None for one in resolved.customers]
    if proof == "verified":
        changed = {one.customer_id for one in (*resolved.give, *resolved.take)} | {
            kept for kept, _, _ in resolved.merge
        }
        _update(db, dict(_latest(customers, buyers, frozenset(made.values()))), {one for one in changed if one > 0})
    return ResolvedRecords(customers, frozenset(made.values()), frozenset(kept for kept, _, _ in resolved.merge))


def _make(db: Database, resolved: Resolved, now: int) -> dict[int, int]:
    """Insert the new customers; their ids by the negative numbers that stood for them."""
    given: dict[int, list[str]] = {}
    for one in (*resolved.give, *resolved.take):
        given.setdefault(one.customer_id, []).append(one.identity.value)
    latest: dict[int, Buyer] = dict(resolved.new)
    rows = [
        (*_details(buyer), _search(buyer.first_name, buyer.last_name, given.get(number, ())), now)
        for number, buyer in latest.items()
    ]
    if not rows:
        return {}
    ids = db.insert_returning("customers", (*_DETAILS, "search", "created_at"), rows)
    return dict(zip(latest, ids, strict=True))


def _update(db: Database, told: Mapping[int, Buyer], identified: set[int]) -> None:
    """Write what records tell differently about stored customers; `identified` have other identities than before."""
    ids = sorted({*told, *identified})
    if not ids:
        return
    listed, params = in_list("customer", ids)
    rows = db.query(f"SELECT id, {', '.join(_DETAILS)} FROM customers WHERE id IN {listed}", params)
    changes = {row["id"]: _merged(row, told.get(row["id"])) for row in rows}
    changed = [row["id"] for row in rows if row["id"] in identified or changes[row["id"]] != _plain(row)]
    known = identities.of_customers(db, changed)
    for customer_id in changed:
        write_details(db, customer_id, changes[customer_id], known.get(customer_id, ()))


def write_details(db: Database, customer_id: int, details: Mapping[str, str | None], known: Sequence[Identity]) -> None:
    """Write names and places of a customer, and the text they are found by."""
    assignments = ", ".join(f"{name} = :{name}" for name in _DETAILS)
    search = _search(details["first_name"], details["last_name"], [one.value for one in known])
    db.execute(
        f"UPDATE customers SET {assignments}, search = :search WHERE id = :id",
        {**details, "search": search, "id": customer_id},
    )


def _latest(customers: Sequence[int | None], buyers: Sequence[Buyer], made: frozenset[int]) -> list[tuple[int, Buyer]]:
    """What records tell about each customer, later records over earlier ones; who was just made has it already,
    unless a later record of the same batch tells more."""
    told: dict[int, Buyer] = {}
    seen: dict[int, int] = {}
    for customer_id, buyer in zip(customers, buyers, strict=True):
        if customer_id is None:
            continue
        seen[customer_id] = seen.get(customer_id, 0) + 1
        before = told.get(customer_id, Buyer())
        told[customer_id] = Buyer(**{name: getattr(buyer, name) or getattr(before, name) for name in _DETAILS})
    return [(one, buyer) for one, buyer in told.items() if one not in made or seen[one] > 1]


def _real(known: Known, made: Mapping[int, int]) -> Known:
    return Known(made.get(known.customer_id, known.customer_id), known.identity)


def _details(buyer: Buyer) -> tuple[str | None, ...]:
    return tuple(getattr(buyer, name) for name in _DETAILS)


def _plain(row: Row) -> dict[str, str | None]:
    return {name: row[name] for name in _DETAILS}


def _merged(row: Row, buyer: Buyer | None) -> dict[str, str | None]:
    return {name: (getattr(buyer, name) if buyer else None) or row[name] for name in _DETAILS}


def _search(first_name: str | None, last_name: str | None, values: Sequence[str]) -> str:
    return search_text([first_name, last_name, *values])
