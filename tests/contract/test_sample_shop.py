"""Loading the sample shop: everything arrives, at its own time, once."""

from collections import Counter
from collections.abc import Iterator

import pytest

from service.catalog.files import resource_dir
from service.catalog.loader import load_segments, read_file
from service.config import Config
from service.demo.effects import DAY_FOR_DOCS, Effects
from service.demo.loading import SOURCE, load, published, size
from service.demo.simulation import SimulatedShop, simulate
from service.operations import models, profiles, quizzes, segments
from service.operations.checks import disagreements
from service.operations.context import Context
from service.operations.orders import wrong_purchases
from service.runtime import Runtime
from service.store import consents, customers, identities, products, purchases, traffic
from service.store import responses as response_rows

CUSTOMERS = 90
LOADED_AT = DAY_FOR_DOCS + 9 * 3_600_000_000


@pytest.fixture
def runtime(database_url: str) -> Iterator[Runtime]:
    runtime = Runtime(Config(database_url=database_url, shop_currency="SAR", shop_timezone="Asia/Riyadh"))
    quizzes.publish_files(runtime.context("test"))
    yield runtime
    runtime.close()


@pytest.fixture
def shop(runtime: Runtime) -> SimulatedShop:
    return simulate(until=LOADED_AT, customers=CUSTOMERS, quizzes=published(runtime.context("test")))


@pytest.fixture
def ctx(runtime: Runtime, shop: SimulatedShop) -> Context:
    """A context of the moment at which the shop has been loaded."""
    load(lambda at: runtime.context("demo", at=at), shop)
    return runtime.context("test", at=LOADED_AT)


def test_loading_again_changes_nothing(runtime: Runtime, shop: SimulatedShop) -> None:
    done: list[int] = []
    loaded = load(lambda at: runtime.context("demo", at=at), shop, done.append)
    assert loaded.orders == len(shop.orders) + len(shop.refunds)
    assert loaded.responses == len(shop.responses)
    assert sum(done) == size(shop)

    before = _rows(runtime)
    again = load(lambda at: runtime.context("demo", at=at), shop)
    assert (again.orders, again.responses, again.consents) == (0, 0, 0)
    assert _rows(runtime) == before


def test_purchases_are_those_that_were_simulated(ctx: Context, shop: SimulatedShop) -> None:
    effects = Effects(shop)
    ids = _ids(ctx, shop)
    assert customers.count(ctx.db) == len(ids) == CUSTOMERS
    kept = purchases.get(ctx.db, sorted(ids.values()))
    assert {one: kept[ids[one]].net_revenue for one in ids} == effects.net_revenue
    counted = Counter(order.customer for order in shop.orders if order.status in ("paid", "refunded"))
    assert {one: kept[ids[one]].orders for one in ids} == {one: counted[one] for one in ids}
    assert wrong_purchases(ctx) == []


def test_products_and_visits_are_there(ctx: Context, shop: SimulatedShop) -> None:
    assert len(products.known(ctx.db, SOURCE, [product.id for product in shop.products])) == 24
    podcast = sum(row.count for row in shop.visits if row.source == "podcast")
    assert traffic.total(ctx.db)["podcast"] == podcast > 0


def test_histories_lie_in_the_past(ctx: Context, shop: SimulatedShop) -> None:
    for shop_id, customer_id in _ids(ctx, shop).items():
        customer = customers.get(ctx.db, customer_id)
        assert customer is not None
        first = min(order.placed_at for order in shop.orders if order.customer == shop_id)
        assert customer.created_at < first + 15 * 86_400_000_000


def test_answers_belong_to_whoever_said_who_they_are(ctx: Context, shop: SimulatedShop) -> None:
    ids = _ids(ctx, shop)
    stored = response_rows.of_customers(ctx.db, sorted(ids.values()))
    for shop_id, customer_id in ids.items():
        mine = [one for one in shop.responses if one.customer == shop_id]
        found = stored.get(customer_id, [])
        assert [(one.quiz_id, one.started_at, one.status == "complete") for one in found] == [
            (one.quiz, one.started_at, one.complete) for one in mine
        ]
        for one, simulated in zip(found, mine, strict=True):
            assert dict(one.answers) == {given.item: given.value for given in simulated.answers}
            assert one.link == ("verified" if simulated.identified_by == "shop" else "claimed")
            assert (one.outcome is not None) == (simulated.complete and simulated.quiz != "after-purchase")


def test_the_last_word_on_consent_is_the_customers(ctx: Context, shop: SimulatedShop) -> None:
    ids = _ids(ctx, shop)
    said = consents.of_customers(ctx.db, sorted(ids.values()))
    for customer in shop.customers:
        events = said.get(ids[customer.shop_id], consents.Said()).events
        assert [event.recorded_at for event in events] == sorted(event.recorded_at for event in events)
        verified = {(one.channel, one.state, one.recorded_at) for one in events if one.proof == "verified"}
        assert {(one.channel, one.state, one.at) for one in customer.consents} <= verified


def test_profiles_follow_and_agree_with_their_history(runtime: Runtime, ctx: Context, shop: SimulatedShop) -> None:
    segments.apply(ctx, load_segments(*read_file(resource_dir("quizzes") / "segments.yaml")))
    models.fit_rfm(runtime.context("test", at=LOADED_AT))
    runtime.forget()
    refreshed = profiles.refresh_all_due(lambda: runtime.context("test", at=LOADED_AT))
    assert refreshed >= CUSTOMERS
    now = runtime.context("test", at=LOADED_AT)
    assert profiles.count_due(now) == 0
    assert list(disagreements(now)) == []
    whales = {one for one in _ids(ctx, shop).values() if profiles.facts_of(now, one).get("orders.whale") == "yes"}
    # The shop knows what its goods cost: whales are the best fifth by profit, nearly those by revenue.
    profits = {one: bought.profit or 0 for one, bought in purchases.get(ctx.db, list(_ids(ctx, shop).values())).items()}
    above = sorted((profit for profit in profits.values() if profit > 0), reverse=True)
    assert whales == {one for one, profit in profits.items() if profit >= above[-(-len(above) // 5) - 1]}
    by_revenue = {_ids(ctx, shop)[one] for one in Effects(shop).whales}
    assert len(whales & by_revenue) >= 0.9 * len(whales)


def _ids(ctx: Context, shop: SimulatedShop) -> dict[str, int]:
    known = identities.of_owners(ctx.db, [("shop", SOURCE, one.shop_id) for one in shop.customers])
    return {one.identity.value: one.customer_id for one in known if one.identity.kind == "shop"}


def _rows(runtime: Runtime) -> dict[str, list[dict[str, object]]]:
    """Everything that loading writes, row by row."""
    tables = ("customers", "identities", "orders", "order_lines", "purchases", "responses", "answers", "consents")
    return {table: runtime.db.query(f"SELECT * FROM {table} ORDER BY 1") for table in tables}
