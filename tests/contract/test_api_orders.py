"""``POST /v1/orders``: idempotent, all or nothing, with an API key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings

from service.operations import users
from service.web.api.orders import LineSchema
from tests.contract.api_world import application, post
from tests.contract.test_api import anything, assert_problem

ORDER: dict[str, Any] = {
    "shop_order_id": "1001",
    "placed_at": "2026-05-01T10:00:00+03:00",
    "currency": "SAR",
    "customer": {"id": "77", "email": "Noor@Example.com", "country": "sa", "first_name": "نور"},
    "lines": [
        {"product_id": "rose-serum", "name": "Serum", "quantity": 2, "unit_price": "129.00", "unit_cost": "40"},
        {"product_id": "baby-balm", "quantity": 1, "unit_price": "42.005"},
    ],
    "discount": "20.00",
    "traffic_source": "podcast",
}


@pytest.fixture
def client(database_url: str) -> Iterator[FlaskClient]:
    with application(database_url) as client:
        yield client


def key(client: FlaskClient) -> str:
    ctx = client.application.extensions["firasa"].context(actor="test")
    return users.create_key(ctx, "test", ("orders:write",)).secret


def purchases(client: FlaskClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.application.extensions["firasa"].db.query("SELECT * FROM purchases")
    return found


def test_an_order_is_recorded_once_however_often_it_is_sent(client: FlaskClient) -> None:
    headers = {"Authorization": f"Bearer {key(client)}"}
    first = post(client, "/v1/orders", ORDER, **headers)
    assert (first.status_code, first.get_json()) == (
        201,
        {"orders": [{"shop_order_id": "1001", "outcome": "created"}]},
    )
    again = post(client, "/v1/orders", ORDER, **headers)
    assert (again.status_code, again.get_json()["orders"][0]["outcome"]) == (200, "unchanged")
    (bought,) = purchases(client)
    assert (bought["orders"], bought["net_revenue"], bought["first_source"]) == (1, 25800 + 4200 - 2000, "podcast")


def test_a_changed_order_replaces_what_it_said_before(client: FlaskClient) -> None:
    headers = {"Authorization": f"Bearer {key(client)}"}
    post(client, "/v1/orders", ORDER, **headers)
    changed = post(client, "/v1/orders", {**ORDER, "status": "cancelled"}, **headers)
    assert changed.get_json()["orders"][0]["outcome"] == "updated"
    (bought,) = purchases(client)
    assert (bought["orders"], bought["net_revenue"]) == (0, 0)


def test_several_orders_are_recorded_all_or_none(client: FlaskClient) -> None:
    headers = {"Authorization": f"Bearer {key(client)}"}
    wrong = {**ORDER, "shop_order_id": "1002", "currency": "EUR"}
    problem = assert_problem(post(client, "/v1/orders", {"orders": [ORDER, wrong]}, **headers), 422, "invalid_value")
    assert "this shop counts in SAR" in problem["detail"]
    assert purchases(client) == []
    both = {"orders": [ORDER, {**ORDER, "shop_order_id": "1002"}]}
    assert post(client, "/v1/orders", both, **headers).status_code == 201
    assert purchases(client)[0]["orders"] == 2


def test_ids_are_taken_as_they_are_sent(client: FlaskClient) -> None:
    headers = {"Authorization": f"Bearer {key(client)}"}
    for order_id in ("1", "1.0", "'1"):
        sent = post(client, "/v1/orders", {**ORDER, "shop_order_id": order_id}, **headers)
        assert (sent.status_code, sent.get_json()["orders"][0]["shop_order_id"]) == (201, order_id)
    problem = post(client, "/v1/orders", {**ORDER, "shop_order_id": " 1 "}, **headers)
    assert_problem(problem, 422, "invalid_value")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"currency": "riyal"}, "currency"),
        ({"placed_at": "yesterday"}, "placed_at"),
        ({"lines": []}, "lines"),
        ({"lines": [{"quantity": 1, "unit_price": "a lot"}]}, "lines[0].unit_price"),
        ({"lines": [{"quantity": 1.5, "unit_price": "1"}]}, "lines[0].quantity"),
        ({"customer": {"email": "nobody"}}, "customer.email"),
        ({"customer": {"id": "   "}}, "customer.id"),
        ({"lines": [{"quantity": 1, "unit_price": "1", "product_id": "' "}]}, "lines[0].product_id"),
        ({"placed_at": "2126-05-01T10:00:00Z"}, "placed_at"),
        ({"placed_at": "0001-01-01T00:00:00+14:00"}, "placed_at"),
        ({"country": "S1"}, "country"),
        ({"customer": {"colour": "red"}}, "customer.colour"),
        ({"status": "lost"}, "status"),
        ({"discount": "-5"}, "discount"),
        ({"refunded": "-5"}, "refunded"),
        ({"lines": [{"quantity": 1, "unit_price": "10", "discount": "-5"}]}, "lines[0].discount"),
        ({"lines": [{"quantity": 1, "unit_price": "10", "unit_cost": "-5"}]}, "lines[0].unit_cost"),
        ({"lines": [{"quantity": 1, "unit_price": "1", "discount": "999999999999999"}]}, "lines[0].discount"),
        ({"lines": [{"quantity": 0, "unit_price": "1", "unit_cost": "999999999999999"}]}, "lines[0].unit_cost"),
        ({"lines": [{"quantity": 10**6, "unit_price": "1", "unit_cost": "999999999999999"}]}, "lines[0].unit_cost"),
        ({"lines": [{"quantity": 10**6, "unit_price": "999999999999999"}]}, "lines[0].unit_price"),
        ({"lines": 2 * [{"quantity": 1, "unit_price": "1", "unit_cost": "9999999999"}]}, "lines"),
        ({"lines": 2 * [{"quantity": 1, "unit_price": "1", "discount": "9999999999"}]}, "lines"),
        ({"kind": "refund", "lines": [{"quantity": -1, "unit_price": "9", "discount": "1"}]}, "lines[0].discount"),
        ({"kind": "refund", "lines": [{"quantity": -1, "unit_price": "9", "discount": "-10"}]}, "lines[0].discount"),
        ({"kind": "refund", "lines": [{"quantity": 0, "unit_price": "9", "discount": "-1"}]}, "lines[0].discount"),
    ],
)
def test_what_is_wrong_is_named_by_its_path(client: FlaskClient, change: dict[str, Any], path: str) -> None:
    headers = {"Authorization": f"Bearer {key(client)}"}
    problem = assert_problem(post(client, "/v1/orders", {**ORDER, **change}, **headers), 422, "invalid_value")
    assert problem["errors"][0]["path"] == path


def test_a_refund_document_gives_back_what_was_paid(client: FlaskClient) -> None:
    headers = {"Authorization": f"Bearer {key(client)}"}
    bought = {"quantity": 1, "unit_price": "50.00", "discount": "5.00"}
    back = {"quantity": -1, "unit_price": "50.00", "discount": "-5.00"}
    refund = {**ORDER, "shop_order_id": "C1", "kind": "refund", "lines": [back], "discount": "0"}
    both = [{**ORDER, "lines": [bought], "discount": "0"}, refund]
    assert post(client, "/v1/orders", {"orders": both}, **headers).status_code == 201
    assert (purchases(client)[0]["orders"], purchases(client)[0]["net_revenue"]) == (1, 0)


LINE = {"quantity": 1, "unit_price": "1"}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({**ORDER, "lines": [LINE] * 60_000}, "lines"),
        ({"orders": [{**ORDER, "lines": [LINE] * 60_000}]}, "orders[0].lines"),
        ({"orders": [{**ORDER, "lines": [LINE] * 600}] * 100}, "orders"),
        ({"orders": [ORDER] * 101}, "orders"),
    ],
)
def test_too_much_is_refused_before_it_is_looked_at(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, body: dict[str, Any], path: str
) -> None:
    headers = {"Authorization": f"Bearer {key(client)}"}

    def looked_at(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("a line was looked at")

    monkeypatch.setattr(LineSchema, "_do_load", looked_at)
    problem = assert_problem(post(client, "/v1/orders", body, **headers), 422, "invalid_value")
    assert problem["errors"][0]["path"] == path
    assert "too many at once; send at most" in str(problem["errors"][0])


def test_only_a_key_with_the_scope_may_send_orders(client: FlaskClient) -> None:
    assert_problem(post(client, "/v1/orders", ORDER), 401, "unauthorized")
    assert_problem(post(client, "/v1/orders", ORDER, Authorization="Bearer frs_wrong"), 401, "unauthorized")
    headers = {"Authorization": f"Bearer {key(client)}"}
    with client.application.extensions["firasa"].db.write() as db:
        db.execute("UPDATE api_keys SET scopes = :scopes", {"scopes": "something:else"})
    assert_problem(post(client, "/v1/orders", ORDER, **headers), 403, "forbidden")


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(body=anything, value=anything)
def test_whatever_a_shop_sends_is_never_a_server_error(client: FlaskClient, body: Any, value: Any) -> None:
    headers = {"Authorization": f"Bearer {key(client)}"}
    assert post(client, "/v1/orders", body, **headers).status_code < 500
    for name in ("placed_at", "lines", "customer", "discount", "shop_order_id"):
        assert post(client, "/v1/orders", {**ORDER, name: value}, **headers).status_code < 500
