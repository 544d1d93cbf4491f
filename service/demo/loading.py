"""Loading the sample shop into the product: products, visits, orders, consent and responses, each at its own time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from service.demo.contacts import TOOL, draw_reading, draw_record, places
from service.demo.customers import Customer
from service.demo.orders import Order, Refund
from service.demo.products import CURRENCY, Product
from service.demo.responses import Response
from service.demo.simulation import SimulatedShop
from service.demo.timeline import DAYS
from service.domain.orders import Buyer, IncomingOrder, OrderLine
from service.domain.quiz import Quiz
from service.domain.responses import Link
from service.operations import contacts, past_responses, records
from service.operations.context import Context
from service.operations.orders import record_orders, record_products, record_traffic
from service.operations.past_responses import Given
from service.operations.records import CustomerRecord
from service.store import consents, customers, identities, profiles
from service.store.consents import NewConsent
from service.store.database import Database
from service.store.products import Product as ShopProduct
from service.store.traffic import Visits

T = TypeVar("T")

SOURCE = "sample-shop"
"""The source of the sample shop's orders: whose ids `C1001` and `SR-10001` are."""

ContextAt = Callable[[int], Context]
"""Makes a Context that acts at an instant in UTC microseconds."""

_CHAPTER = 14  # days that are loaded together
_PER_TRANSACTION = 150
_VISITS_PER_TRANSACTION = 2_000


@dataclass
class Loaded:
    """What a load added; all zero when the same shop was there already."""

    orders: int = 0
    responses: int = 0
    consents: int = 0


def size(shop: SimulatedShop) -> int:
    """How many rows `load` will report as done."""
    return len(shop.visits) + len(shop.orders) + len(shop.refunds) + len(shop.responses)


def published(ctx: Context) -> tuple[Quiz, ...]:
    """The live quizzes, for `simulate`: what simulated people answer must be what is published."""
    definitions = ctx.fresh_definitions
    return tuple(definitions.quiz_version(quiz_id, version) for quiz_id, version in sorted(definitions.live.items()))


def load(
    context_at: ContextAt,
    shop: SimulatedShop,
    on_page: Callable[[int], None] = lambda done: None,
    on_chapter: Callable[[int], None] = lambda end: None,
) -> Loaded:
    """Load a simulated shop. Loading the same shop again changes nothing.

    1. Products and visits.
    2. Two weeks at a time: orders and refunds, then responses, then what was said about consent in the shop, what it
       keeps of new customers, and who read its newsletters.
    3. Profiles are due afterwards; `operations.profiles.refresh_all_due` brings them up to date.

    :param on_page: told after each transaction how many rows it was about; see `size`
    :param on_chapter: told after every two weeks the instant they end, to look at profiles as they were then
    """
    loader = _Loader(context_at, shop, on_page)
    loader.catalogue()
    for first in range(-_CHAPTER, DAYS, _CHAPTER):
        end = shop.timeline.midnight(first + _CHAPTER)
        loader.chapter(shop.timeline.midnight(first), end)
        on_chapter(end)
    return loader.loaded


@dataclass
class _Loader:
    context_at: ContextAt
    shop: SimulatedShop
    on_page: Callable[[int], None]
    loaded: Loaded = field(default_factory=Loaded)
    agreed: list[NewConsent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.customer = {customer.shop_id: customer for customer in self.shop.customers}
        self.product = {product.id: product for product in self.shop.products}
        self.reading = list(draw_reading(self.shop.seed, self.shop.customers, self.shop.timeline))

    def catalogue(self) -> None:
        """Products, and visits of all days."""
        ctx = self.context_at(self.shop.timeline.midnight(0))
        record_products(ctx, SOURCE, [_product(product) for product in self.shop.products])
        visits = (Visits(row.day, row.source, row.count, row.medium, row.campaign) for row in self.shop.visits)
        for page in _pages(visits, _VISITS_PER_TRANSACTION):
            record_traffic(ctx, page)
            self.on_page(len(page))
        records.import_places(lambda: ctx, places())

    def chapter(self, start: int, end: int) -> None:
        """Everything that happened from one instant to another."""
        orders = [
            *(_order(one, self.customer, self.product) for one in self.shop.orders if start <= one.placed_at < end),
            *(_refund(one, self.customer, self.product) for one in self.shop.refunds if start <= one.placed_at < end),
        ]
        orders.sort(key=lambda order: order.placed_at)
        for page in _pages(orders, _PER_TRANSACTION):
            recorded = record_orders(self.context_at(page[-1].placed_at), page)
            self.loaded.orders += recorded.created
            self.on_page(len(page))
        responses = [one for one in self.shop.responses if start <= one.started_at < end]
        for answered in _pages(responses, _PER_TRANSACTION):
            self._responses(answered)
            self.on_page(len(answered))
        self._consents(start, end)
        self._records(start, end)
        self._reading(start, end)

    def _records(self, start: int, end: int) -> None:
        """What the shop keeps of those who first ordered meanwhile."""
        midnight = self.shop.timeline.midnight
        new = [one for one in self.shop.customers if start <= midnight(one.arrival) < end]
        told = (draw_record(self.shop.seed, one) for one in new)
        wanted = (CustomerRecord(SOURCE, _known_as(one.customer), one.postal_code, one.attributes) for one in told)
        for page in _pages(wanted, records.MOST):
            records.record_customers(self.context_at(end - 1), page)

    def _reading(self, start: int, end: int) -> None:
        """Who received, opened and clicked newsletters meanwhile."""
        events = (
            contacts.Told(Buyer(shop_id=one.customer.shop_id), one.kind, one.at, TOOL, SOURCE)
            for one in self.reading
            if start <= one.at < end
        )
        for page in _pages(events, contacts.MOST):
            contacts.record(self.context_at(end - 1), page)

    def _responses(self, page: Sequence[Response]) -> None:
        ctx = self.context_at(max(one.ended_at for one in page))
        with ctx.db.write("orders") as db:
            owners = _owners(ctx, db, page, self.customer)
        self.loaded.responses += past_responses.record(ctx, [_given(one, owners.get(one.visit)) for one in page])
        self.agreed += [event for one in page if (owner := owners.get(one.visit)) for event in _agreed(ctx, one, owner)]

    def _consents(self, start: int, end: int) -> None:
        """What was said in the shop, and what was agreed to in quizzes meanwhile, in the order in which it was said."""
        ctx = self.context_at(end - 1)
        in_shop = [
            (customer, consent)
            for customer in self.shop.customers
            for consent in customer.consents
            if start <= consent.at < end
        ]
        owners = _by_shop_id(ctx.db, [customer.shop_id for customer, _ in in_shop])
        said = self.agreed + [
            NewConsent(
                customer_id=owners[customer.shop_id],
                channel=consent.channel,
                state=consent.state,
                proof="verified",
                source=f"shop:{SOURCE}",
                recorded_at=consent.at,
                lang=customer.language,
            )
            for customer, consent in in_shop
        ]
        self.agreed = []
        for page in _pages(sorted(said, key=lambda event: event.recorded_at), _PER_TRANSACTION):
            with ctx.db.write("orders") as db:
                new = _not_yet_said(db, page)
                if new:
                    consents.record(db, new)
                    profiles.mark(db, sorted({event.customer_id for event in new}), ctx.now, "consent")
            self.loaded.consents += len(new)


def _known_as(customer: Customer) -> Buyer:
    return Buyer(shop_id=customer.shop_id, country=customer.country)


# orders --------------------------------------------------------------------------------------------------------------


def _product(product: Product) -> ShopProduct:
    return ShopProduct(product.id, product.name["en"], product.category, product.price, product.cost)


def _order(order: Order, customers: Mapping[str, Customer], products: Mapping[str, Product]) -> IncomingOrder:
    return IncomingOrder(
        source=SOURCE,
        shop_order_id=order.number,
        placed_at=order.placed_at,
        currency=CURRENCY,
        lines=tuple(
            OrderLine(
                quantity=line.quantity,
                unit_price=_decimal(line.unit_price),
                amount=line.gross,
                discount=line.discount,
                unit_cost=line.unit_cost,
                product=line.product,
                name=products[line.product].name["en"],
                category=products[line.product].category,
            )
            for line in order.lines
        ),
        status=order.status,
        buyer=_buyer(customers[order.customer]),
        payment_method=order.payment_method,
        traffic_source=order.touch.source,
        medium=order.touch.medium or None,
        campaign=order.touch.campaign or None,
        term=order.touch.term or None,
        coupon=order.coupon,
        country=order.country,
    )


def _refund(refund: Refund, customers: Mapping[str, Customer], products: Mapping[str, Product]) -> IncomingOrder:
    return IncomingOrder(
        source=SOURCE,
        shop_order_id=refund.number,
        placed_at=refund.placed_at,
        currency=CURRENCY,
        lines=tuple(
            OrderLine(
                quantity=-line.quantity,
                unit_price=_decimal(line.unit_price),
                amount=-line.gross,
                discount=-line.discount,
                unit_cost=line.unit_cost,
                product=line.product,
                name=products[line.product].name["en"],
                category=products[line.product].category,
            )
            for line in refund.lines
        ),
        kind="refund",
        buyer=_buyer(customers[refund.customer]),
    )


def _buyer(customer: Customer) -> Buyer:
    return Buyer(
        shop_id=customer.shop_id,
        email=customer.email,
        phone=customer.phone,
        first_name=customer.first_name,
        last_name=customer.last_name,
        language=customer.language,
        country=customer.country,
        city=customer.city,
    )


def _decimal(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}"


# responses -----------------------------------------------------------------------------------------------------------


def _owners(
    ctx: Context, db: Database, responses: Sequence[Response], customer: Mapping[str, Customer]
) -> dict[str, int]:
    """The customer of each visit that says who it is: told by the shop, or claimed by a typed address."""
    told = [one for one in responses if one.identified_by == "shop"]
    by_shop_id = _by_shop_id(db, [one.customer for one in told if one.customer])
    owners = {one.visit: by_shop_id[one.customer] for one in told if one.customer}
    claims = [one for one in responses if one.identified_by in ("email", "phone")]
    typed = [_typed(one, customer[one.customer]) for one in claims if one.customer]
    resolved = customers.resolve_records(db, "", typed, ctx.now, proof="claimed")
    for one, owner in zip(claims, resolved.customers, strict=True):
        if owner is not None:
            owners[one.visit] = owner
    return owners


def _typed(response: Response, customer: Customer) -> Buyer:
    if response.identified_by == "phone":
        return Buyer(phone=customer.phone, language=response.lang)
    return Buyer(email=customer.email, language=response.lang)


def _by_shop_id(db: Database, shop_ids: Iterable[str]) -> dict[str, int]:
    known = identities.of_owners(db, [("shop", SOURCE, shop_id) for shop_id in dict.fromkeys(shop_ids)])
    return {one.identity.value: one.customer_id for one in known if one.identity.source == SOURCE}


def _given(response: Response, customer_id: int | None) -> Given:
    link: Link = "verified" if response.identified_by == "shop" else "claimed"
    return Given(
        quiz_id=response.quiz,
        visit=response.visit,
        lang=response.lang,
        started_at=response.started_at,
        answers=[
            (given.item, list(given.value) if isinstance(given.value, tuple) else given.value, given.at)
            for given in response.answers
        ],
        customer_id=customer_id,
        link=None if customer_id is None else link,
    )


def _agreed(ctx: Context, response: Response, customer_id: int) -> Iterator[NewConsent]:
    """The consent given at the end of a response, in the words of its quiz."""
    definitions = ctx.definitions
    quiz = definitions.quiz_version(response.quiz, definitions.live[response.quiz])
    wording = quiz.contact.consent if quiz.contact else {}
    for channel in response.agreed:
        yield NewConsent(
            customer_id=customer_id,
            channel=channel,
            state="granted",
            proof="verified" if response.identified_by == "shop" else "claimed",
            source=f"quiz:{quiz.id}",
            recorded_at=response.ended_at,
            text_version=f"{quiz.id}@{quiz.version}",
            wording=wording[channel].get(response.lang) if channel in wording else None,
            lang=response.lang,
        )


def _not_yet_said(db: Database, events: Sequence[NewConsent]) -> list[NewConsent]:
    said = consents.of_customers(db, sorted({event.customer_id for event in events}))
    known = {
        (customer_id, event.channel, event.state, event.recorded_at)
        for customer_id, all_said in said.items()
        for event in all_said.events
    }
    return [one for one in events if (one.customer_id, one.channel, one.state, one.recorded_at) not in known]


def _pages(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    source = iter(rows)
    while page := list(islice(source, size)):
        yield page
