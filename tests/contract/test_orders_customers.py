"""Customers on both databases: found by what a shop knows of them, merged when they are one person."""

from __future__ import annotations

from service.domain.identities import Identity
from service.domain.orders import Buyer
from service.domain.resolution import Known
from service.operations.context import Context
from service.operations.orders import record_orders, wrong_purchases
from service.store import customers, identities, listings, merges, purchases
from tests.order_factory import order

PHONE = "+966501234567"


def resolve(ctx: Context, *, source: str = "shop", shop_id: str | None = None, **known: str | None) -> int | None:
    with ctx.db.write("test") as db:
        return customers.resolve(db, source, shop_id, known.get("email"), known.get("phone"), ctx.now)


def claim(ctx: Context, email: str | None = None, phone: str | None = None) -> int:
    with ctx.db.write("test") as db:
        return customers.claim(db, email=email, phone=phone, language="ar", now=ctx.now)


def found(ctx: Context, text: str) -> list[int]:
    """Who a search finds, the first known first."""
    rows = listings.customers(ctx.db, listings.Search(text), sort="new", descending=False, limit=50, offset=0)
    return sorted(row.id for row in rows)


def known(ctx: Context, customer_id: int) -> list[tuple[str, str, str, str]]:
    found = identities.of_customers(ctx.db, [customer_id]).get(customer_id, [])
    return [(one.kind, one.source, one.value, one.proof) for one in found]


def test_a_customer_is_found_by_shop_id_email_and_phone(ctx: Context) -> None:
    first = resolve(ctx, shop_id="7", email="mona@example.com", phone=PHONE)
    assert first is not None
    assert resolve(ctx, shop_id="7") == first
    assert resolve(ctx, email="mona@example.com") == first
    assert resolve(ctx, phone=PHONE) == first
    assert resolve(ctx, shop_id="8") != first
    assert resolve(ctx, shop_id="7", source="other") != first
    assert resolve(ctx) is None
    assert customers.count(ctx.db) == 3


def test_a_typed_address_is_a_claim_until_the_shop_has_it(ctx: Context) -> None:
    typed = claim(ctx, email="mona@example.com")
    assert claim(ctx, email="mona@example.com") == typed
    assert known(ctx, typed) == [("email", "", "mona@example.com", "claimed")]
    assert resolve(ctx, shop_id="7", email="mona@example.com") == typed
    assert known(ctx, typed) == [("email", "", "mona@example.com", "verified"), ("shop", "shop", "7", "verified")]
    found = customers.get(ctx.db, typed)
    assert found is not None
    assert found.language == "ar"


def test_a_typed_phone_of_somebody_known_better_gives_way_to_the_shops_record(ctx: Context) -> None:
    typed = claim(ctx, phone=PHONE)
    with ctx.db.write("test") as db:
        owner = Known(typed, Identity("shop", "shop", "1"))
        identities.give(db, [owner], ctx.now)
    rightful = resolve(ctx, shop_id="9", phone=PHONE)
    assert rightful is not None
    assert rightful != typed
    assert known(ctx, typed) == [("shop", "shop", "1", "verified")]
    assert ("phone", "", PHONE, "verified") in known(ctx, rightful)


def seed_quiz_taker(ctx: Context, customer_id: int) -> None:
    """A response, consent, suppression, fact, persona and membership of one customer."""
    with ctx.db.write("test") as db:
        db.insert_rows(
            "quizzes",
            ("id", "kind", "owner", "status", "version", "created_at"),
            [("skin", "quiz", "file", "live", 1, 1)],
        )
        db.insert_rows(
            "quiz_versions", ("quiz_id", "version", "digest", "body", "published_at"), [("skin", 1, "", "{}", 1)]
        )
        db.insert_rows(
            "responses",
            *(
                (
                    *("public_id", "quiz_id", "version", "customer_id", "lang", "status", "revision"),
                    *("seed", "started_at", "updated_at"),
                ),
                [("r_1", "skin", 1, customer_id, "ar", "open", 0, 1, 1, 1)],
            ),
        )
        db.insert_rows(
            "consents",
            ("customer_id", "channel", "state", "proof", "source", "recorded_at"),
            [(customer_id, "email", "granted", "claimed", "quiz:skin", 1)],
        )
        db.insert_rows(
            "suppressions", ("customer_id", "channel", "reason", "since"), [(customer_id, "sms", "manual", 1)]
        )
        db.insert_rows(
            "facts", ("customer_id", "name", "text", "since_at"), [(customer_id, "customer.city", "Riyadh", 1)]
        )
        db.insert_rows(
            "assignments",
            ("customer_id", "kind", "persona", "source", "model_version", "reasons", "since_at"),
            [(customer_id, "psychographic", "purist", "prototype", 0, "[]", 1)],
        )
        db.insert_rows(
            "segments",
            ("id", "version", "status", "owner", "body", "created_at", "changed_at"),
            [("calm", 1, "live", "file", "{}", 1, 1)],
        )
        db.insert_rows(
            "memberships",
            ("customer_id", "segment_id", "segment_version", "entered_at", "entered_reason"),
            [(customer_id, "calm", 1, 1, "[]")],
        )


def test_a_quiz_taker_found_to_be_a_customer_becomes_that_customer(ctx: Context) -> None:
    record_orders(ctx, [order("1", shop_id="7")])
    kept = resolve(ctx, shop_id="7")
    taker = claim(ctx, email="mona@example.com")
    assert kept is not None
    assert taker != kept
    seed_quiz_taker(ctx, taker)

    record_orders(ctx, [order("2", 5, buyer=Buyer(shop_id="7", email="mona@example.com", first_name="Mona"))])

    for table in ("responses", "consents", "suppressions", "identities"):
        assert {row["customer_id"] for row in ctx.db.query(f"SELECT customer_id FROM {table}")} == {kept}, table
    for table, column in (("facts", "until_at"), ("assignments", "until_at"), ("memberships", "left_at")):
        assert ctx.db.query(f"SELECT customer_id, {column} AS ended FROM {table}") == [
            {"customer_id": taker, "ended": ctx.now}
        ]
    assert purchases.get(ctx.db, [kept])[kept].orders == 2
    assert ctx.db.query("SELECT kept_id, merged_id, merged_at FROM merges") == [
        {"kept_id": kept, "merged_id": taker, "merged_at": ctx.now}
    ]
    survivor = customers.get(ctx.db, taker)
    assert survivor is not None
    assert (survivor.id, survivor.language, survivor.first_name) == (kept, "ar", "Mona")
    asked = ctx.db.query("SELECT customer_id FROM profiles WHERE refresh_at = :now", {"now": ctx.now})
    assert kept in {row["customer_id"] for row in asked}
    assert found(ctx, "mona@example") == [kept]
    assert wrong_purchases(ctx) == []


def test_two_accounts_of_one_shop_stay_two_people(ctx: Context) -> None:
    record_orders(ctx, [order("1", buyer=Buyer(shop_id="7", email="family@example.com")), order("2", shop_id="8")])
    record_orders(ctx, [order("3", 3, buyer=Buyer(shop_id="8", email="family@example.com"))])
    assert customers.count(ctx.db) == 2
    assert ctx.db.query("SELECT * FROM merges") == []


def test_orders_of_a_guest_checkout_join_the_account_made_later(ctx: Context) -> None:
    record_orders(ctx, [order("1", buyer=Buyer(email="mona@example.com")), order("2", 1, shop_id="7")])
    record_orders(ctx, [order("3", 2, buyer=Buyer(shop_id="7", email="mona@example.com"))])
    kept = resolve(ctx, shop_id="7")
    assert kept is not None
    assert purchases.get(ctx.db, [kept])[kept].orders == 3
    assert customers.count(ctx.db) == 1


def test_a_merge_of_a_merge_leads_to_the_last_survivor(ctx: Context) -> None:
    ids = [resolve(ctx, shop_id=str(number)) for number in range(3)]
    first, second, third = (one for one in ids if one is not None)
    with ctx.db.write("test") as db:
        merges.merge(db, second, first, "test", ctx.now)
        merges.merge(db, third, second, "test", ctx.now)
    found = [customers.get(ctx.db, one) for one in (first, second, third)]
    assert [one.id for one in found if one] == [third] * 3
    assert customers.get(ctx.db, 10**9) is None


def test_customers_are_found_by_any_part_of_name_and_address(ctx: Context) -> None:
    record_orders(
        ctx,
        [
            order("1", buyer=Buyer(shop_id="17850", email="mona@example.com", first_name="منى", last_name="أحمد")),
            order("2", buyer=Buyer(shop_id="9", phone=PHONE, first_name="Ali", last_name="100%_Sure")),
        ],
    )
    first, second = found(ctx, "")
    for text in ("مني", "احمد منى", "MONA@", "1785", "mona احمد"):
        assert found(ctx, text) == [first], text
    for text in ("ali", "٥٠١٢٣", "501234567", "100%", "_sure"):
        assert found(ctx, text) == [second], text
    assert found(ctx, "mona ali") == []


def test_a_wildcard_is_searched_as_itself(ctx: Context) -> None:
    record_orders(ctx, [order("1", buyer=Buyer(shop_id="1", first_name="50%")), order("2", shop_id="2")])
    assert (len(found(ctx, "%")), found(ctx, "_"), found(ctx, "!")) == (1, [], [])
