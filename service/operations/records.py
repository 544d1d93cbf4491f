"""What shops tell of their customers, and where postal codes lie. Consent is never touched here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Literal

from service.domain import attributes, resolution
from service.domain.attributes import Value
from service.domain.errors import InvalidInput
from service.domain.identities import public_id
from service.domain.orders import Buyer
from service.domain.places import Place
from service.operations.context import Context
from service.store import customers, identities, profiles, records
from service.store.database import Database
from service.store.records import Record

Outcome = Literal["created", "updated", "unchanged"]
MOST = 100
"""Records in one transaction: whoever answers a quiz meanwhile waits for it."""

_PLACES_PER_TRANSACTION = 1000
_CUSTOMERS_PER_TRANSACTION = 100


@dataclass(frozen=True)
class CustomerRecord:
    """One customer as a shop knows them.

    :param source: whose customer id this is, for example ``shopify``
    :param buyer: names, addresses and places; what is ``None`` is left as it is
    :param postal_code: in the form of :func:`service.domain.places.postal_code`
    :param attributes: the shop's own fields; ``None`` takes one away
    """

    source: str
    buyer: Buyer
    postal_code: str | None = None
    attributes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class RecordedCustomer:
    """What became of one record."""

    customer_id: str
    outcome: Outcome


def record_customers(ctx: Context, asked: Sequence[CustomerRecord]) -> list[RecordedCustomer]:
    """Record customers in one transaction; sending the same ones again changes nothing.

    :raises InvalidInput: with the path of what cannot be taken, such as a text in a field of numbers; none is recorded
    """
    several = len(asked) > 1
    paths = [f"customers[{position}]." if several else "" for position in range(len(asked))]
    for one, path in zip(asked, paths, strict=True):
        if one.buyer.is_guest:
            raise InvalidInput("a customer has an id, an email or a phone", f"{path}id")
    done: list[RecordedCustomer] = []
    with ctx.db.write("customer records") as db:
        customers.lock_holders(db, ((one.source, one.buyer) for one in asked))
        types = records.attribute_types(db)
        fields = [_typed(one, types, path) for one, path in zip(asked, paths, strict=True)]
        records.add_types(db, types, ctx.now)
        keys = [key for one in asked for key in resolution.keys(one.source, one.buyer)]
        held = {one.customer_id for one in identities.of_owners(db, list(dict.fromkeys(keys)))}
        before = records.get(db, sorted(held))
        ids, created = _resolve(ctx, db, asked)
        present = records.get(db, sorted(set(ids)))
        after = dict(present)
        for one, given, customer, path in zip(asked, fields, ids, paths, strict=True):
            after[customer] = _merged(after[customer], one, given, path)
        after = _with_places(db, after)
        for customer, record in after.items():
            if record != present[customer]:
                records.write(db, customer, record)
        changed = {customer for customer in after if before.get(customer) != after[customer]}
        profiles.mark(db, sorted(changed | created), ctx.now, "customer")
        for customer in ids:
            outcome: Outcome = "created" if customer in created else "updated" if customer in changed else "unchanged"
            done.append(RecordedCustomer(public_id(customer), outcome))
    return done


def check_customers(ctx: Context, asked: Sequence[CustomerRecord], types: dict[str, attributes.Type]) -> None:
    """Refuse records that :func:`record_customers` would refuse; writes nothing.

    :param types: of the fields there are; those of new ones are added, for the pages that follow
    :raises InvalidInput: with the path of what cannot be taken
    """
    keys = [key for one in asked for key in resolution.keys(one.source, one.buyer)]
    owners = identities.of_owners(ctx.db, list(dict.fromkeys(keys)))
    held = {(one.identity.kind, one.identity.source, one.identity.value): one.customer_id for one in owners}
    present = records.get(ctx.db, sorted(set(held.values())))
    nobody = Record((), None, None, None, {})
    for one in asked:
        given = _typed(one, types, "")
        owner = next((held[key] for key in resolution.keys(one.source, one.buyer) if key in held), None)
        _merged(present[owner] if owner is not None else nobody, one, given, "")


def attribute_types(ctx: Context) -> dict[str, attributes.Type]:
    """The type of each of the shop's own fields, by name: what conditions may ask as ``attribute.<name>``."""
    return records.attribute_types(ctx.db)


# places --------------------------------------------------------------------------------------------------------------


def import_places(
    new_context: Callable[[], Context], places: Iterable[Place], step: Callable[[int], None] = lambda done: None
) -> int:
    """Keep places, then find those of all customers with a postal code; how many customers have moved by that."""
    for page in _pages(places, _PLACES_PER_TRANSACTION):
        ctx = new_context()
        with ctx.db.write("places") as db:
            records.save_places(db, page)
        step(len(page))
    moved, last = 0, 0
    while True:
        ctx = new_context()
        with ctx.db.write("customer records") as db:
            page_of = records.located(db, last, _CUSTOMERS_PER_TRANSACTION)
            customers.lock(db, page_of)
            page_of = records.get(db, list(page_of))  # as they are now that nobody else writes about them
            found = _with_places(db, page_of)
            changed = [customer for customer in found if found[customer] != page_of[customer]]
            for customer in changed:
                records.move(db, customer, found[customer].place)
            if changed:
                profiles.mark(db, changed, ctx.now, "import")
        if not page_of:
            return moved
        moved += len(changed)
        last = max(page_of)


def count_places(ctx: Context) -> dict[str, int]:
    """How many postal codes are known, by country."""
    return records.count_places(ctx.db)


# one record ----------------------------------------------------------------------------------------------------------


def _typed(one: CustomerRecord, types: dict[str, attributes.Type], path: str) -> dict[str, Value | None]:
    """The own fields of a record; the types of new ones are added to ``types``."""
    given = attributes.typed(one.attributes, types, f"{path}attributes")
    for name, value in given.items():
        if value is None or name in types:
            continue
        if len(types) >= attributes.MOST_NAMES:
            raise InvalidInput(
                f"a shop has at most {attributes.MOST_NAMES} fields of its own, and {name!r} would be one more",
                f"{path}attributes.{name}",
            )
        types[name] = attributes.type_of(value)
    return given


def _resolve(ctx: Context, db: Database, asked: Sequence[CustomerRecord]) -> tuple[list[int], set[int]]:
    """The customer of each record, and those who were made."""
    ids: dict[int, int] = {}
    created: set[int] = set()
    for source in dict.fromkeys(one.source for one in asked):
        mine = [position for position, one in enumerate(asked) if one.source == source]
        buyers = [asked[position].buyer for position in mine]
        found = customers.resolve_records(db, source, buyers, ctx.now, today=ctx.today)
        created |= found.created
        for position, customer in zip(mine, found.customers, strict=True):
            assert customer is not None, "a record without identities was refused before"
            ids[position] = customer
    return [ids[position] for position in range(len(asked))], created


def _merged(present: Record, one: CustomerRecord, given: Mapping[str, Value | None], path: str) -> Record:
    """What is kept when a record is taken.

    :raises InvalidInput: when the customer would have too many own fields
    """
    fields = {**present.attributes, **{name: value for name, value in given.items() if value is not None}}
    for name, value in given.items():
        if value is None:
            fields.pop(name, None)
    if len(fields) > attributes.MOST:
        raise InvalidInput(
            f"a customer has at most {attributes.MOST} fields of the shop's own; with these there would be"
            f" {len(fields)}: take some away with null first",
            f"{path}attributes",
        )
    return replace(present, postal_code=one.postal_code or present.postal_code, attributes=fields)


def _with_places(db: Database, found: Mapping[int, Record]) -> dict[int, Record]:
    """The same records with the places of their postal codes."""
    pairs = [(one.country, one.postal_code) for one in found.values() if one.country and one.postal_code]
    known = records.places(db, pairs) if pairs else {}
    placed = {}
    for customer, one in found.items():
        place = known.get((one.country or "", one.postal_code or ""))
        placed[customer] = replace(one, place=place.vector if place else None)
    return placed


def _pages(rows: Iterable[Place], size: int) -> Iterator[list[Place]]:
    source = iter(rows)
    while page := list(islice(source, size)):
        yield page
