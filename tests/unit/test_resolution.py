"""Which customer a shop's record belongs to."""

from collections.abc import Sequence

from service.domain.identities import Identity, Kind, Proof
from service.domain.orders import GUEST, Buyer
from service.domain.resolution import Known, Resolved, resolve


def known(customer: int, kind: Kind, value: str, source: str = "", proof: Proof = "verified") -> Known:
    return Known(customer, Identity(kind, source, value, proof))


def shop(*buyers: Buyer, has: Sequence[Known] = ()) -> Resolved:
    return resolve("shop", buyers, has)


A_ID = known(1, "shop", "100", "shop")
B_MAIL = known(2, "email", "b@example.com")


def test_a_guest_is_nobody() -> None:
    assert shop(GUEST).customers == [None]


def test_who_is_known_by_nothing_is_new_once() -> None:
    found = shop(Buyer(shop_id="7", email="a@example.com"), Buyer(shop_id="7"), Buyer(email="a@example.com"))
    assert found.customers == [-1, -1, -1]
    assert list(found.new) == [-1]
    assert {one.identity.value for one in found.give} == {"7", "a@example.com"}


def test_the_shops_own_id_decides() -> None:
    found = shop(Buyer(shop_id="100"), has=[A_ID])
    assert (found.customers, found.give, found.take, found.merge) == ([1], [], [], [])


def test_an_email_known_from_elsewhere_gets_the_shops_id() -> None:
    found = shop(Buyer(shop_id="200", email="b@example.com"), has=[B_MAIL])
    assert found.customers == [2]
    assert [(one.customer_id, one.identity.value) for one in found.give] == [(2, "200")]


def test_an_email_that_only_a_quiz_knew_is_now_proven() -> None:
    found = shop(Buyer(shop_id="200", email="b@example.com"), has=[known(2, "email", "b@example.com", proof="claimed")])
    assert found.customers == [2]
    assert [(one.customer_id, one.identity.proof) for one in found.take] == [(2, "verified")]


def test_shop_id_and_email_of_two_customers_make_them_one_when_only_one_has_an_id_there() -> None:
    found = shop(Buyer(shop_id="100", email="b@example.com"), has=[A_ID, B_MAIL])
    assert found.customers == [1]
    assert [pair[:2] for pair in found.merge] == [(1, 2)]


def test_two_ids_in_one_shop_stay_two_people_though_they_share_an_email() -> None:
    found = shop(Buyer(shop_id="100", email="b@example.com"), has=[A_ID, B_MAIL, known(2, "shop", "200", "shop")])
    assert (found.customers, found.merge, found.take) == ([1], [], [])


def test_a_new_shop_id_with_an_email_that_has_another_id_there_is_somebody_new_without_the_email() -> None:
    found = shop(Buyer(shop_id="300", email="b@example.com"), has=[B_MAIL, known(2, "shop", "200", "shop")])
    assert found.customers == [-1]
    assert [one.identity.value for one in found.give] == ["300"]


def test_a_shared_phone_joins_nobody_who_has_another_email() -> None:
    has = [known(2, "phone", "+966501234567"), B_MAIL]
    found = shop(Buyer(email="a@example.com", phone="+966501234567"), has=has)
    assert found.customers == [-1]
    assert [one.identity.value for one in found.give] == ["a@example.com"]


def test_a_phone_finds_somebody_who_has_only_that() -> None:
    found = shop(Buyer(shop_id="300", phone="+966501234567"), has=[known(2, "phone", "+966501234567")])
    assert found.customers == [2]


def test_a_guest_checkout_never_joins_two_accounts_of_one_shop() -> None:
    has = [
        *(A_ID, known(1, "email", "a@example.com")),
        known(2, "shop", "200", "shop"),
        known(2, "phone", "+966501234567"),
    ]
    found = shop(Buyer(email="a@example.com", phone="+966501234567"), has=has)
    assert (found.customers, found.merge) == ([1], [])


def test_a_phone_that_was_only_typed_gives_way_to_the_shops_record() -> None:
    has = [A_ID, known(1, "phone", "+966501234567", proof="claimed")]
    found = shop(Buyer(shop_id="500", phone="+966501234567"), has=has)
    assert found.customers == [-1]
    assert [(one.customer_id, one.identity.value, one.identity.proof) for one in found.take] == [
        (-1, "+966501234567", "verified")
    ]


def test_records_of_one_batch_join_a_stored_customer_instead_of_making_one() -> None:
    found = shop(Buyer(shop_id="900"), Buyer(shop_id="900", email="b@example.com"), has=[B_MAIL])
    assert found.customers == [2, 2]
    assert (list(found.new), found.merge) == ([], [])
    assert [(one.customer_id, one.identity.value) for one in found.give] == [(2, "900")]


def test_three_customers_who_are_one_become_one() -> None:
    has = [A_ID, B_MAIL, known(3, "phone", "+966501234567")]
    found = shop(Buyer(shop_id="100", email="b@example.com", phone="+966501234567"), has=has)
    assert found.customers == [1]
    assert [pair[:2] for pair in found.merge] == [(1, 2), (1, 3)]


def test_a_typed_address_joins_nobody_and_adds_nothing_to_somebody_known() -> None:
    has = [B_MAIL, known(3, "phone", "+966501234567")]
    typed = Buyer(email="b@example.com", phone="+966509999999")
    found = resolve("", [typed, Buyer(email="b@example.com", phone="+966501234567")], has, "claimed")
    assert found.customers == [2, 2]
    assert (found.give, found.take, found.merge) == ([], [], [])


def test_a_typed_address_of_nobody_makes_a_claim() -> None:
    found = resolve("", [Buyer(email="new@example.com")], [], "claimed")
    assert [(one.customer_id, one.identity.proof) for one in found.give] == [(-1, "claimed")]
