"""One HTTP call to an address that a user typed."""

from __future__ import annotations

import socket
from typing import Any

import pytest
import requests

from service.destinations import http
from service.domain.deliveries import SECOND, Result
from service.domain.errors import InvalidInput
from tests.contract.webhook_receiver import Answer, receiving

NOW = 1_780_300_800 * SECOND

PRIVATE_HOSTS = [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "0",
    "localhost",
    "LOCALHOST.",
    "shop.localhost",
    "printer.local",
    "metadata.google.internal",
    "169.254.169.254",
    "0xA9FEA9FE",
    "2852039166",
    "10.0.0.1",
    "172.16.4.4",
    "192.168.1.1:8443",
    "100.64.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:a9fe:a9fe]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[fec0::1]",
]


def post(url: str, *, allow_private: bool) -> Result:
    session = http.open_session(allow_private=allow_private)
    try:
        return http.post(session, url, b"{}", {}, NOW)
    finally:
        session.close()


# which addresses are called ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", PRIVATE_HOSTS)
def test_a_private_address_is_refused_when_saved(host: str) -> None:
    with pytest.raises(InvalidInput, match="private network"):
        http.check_url(f"https://{host}/hook", allow_private=False)


@pytest.mark.parametrize(
    "host", [host for host in PRIVATE_HOSTS if not host.lower().strip(".").endswith(("localhost", "local", "internal"))]
)
def test_a_private_address_is_refused_when_sent_to(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: Any, **__: Any) -> None:
        raise AssertionError("connected")

    monkeypatch.setattr(socket.socket, "connect", connect)
    result = post(f"https://{host}/hook", allow_private=False)
    assert result == Result("stopped", error="the address leads into a private network, which is not allowed")


def test_a_name_that_leads_inwards_later_is_refused_when_sent_to(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as receiver:
        port = int(receiver.url.split(":")[2].split("/")[0])
        monkeypatch.setattr(socket, "getaddrinfo", lookup("93.184.216.34"))
        assert http.check_url("https://tool.example/hook", allow_private=False) == "https://tool.example/hook"
        monkeypatch.setattr(socket, "getaddrinfo", lookup("127.0.0.1"))
        assert post(f"http://tool.example:{port}/hook", allow_private=False).outcome == "stopped"
        with pytest.raises(InvalidInput, match="private network"):
            http.check_url("https://tool.example/hook", allow_private=False)
    assert receiver.received == []


def lookup(address: str) -> Any:
    def getaddrinfo(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    return getaddrinfo


def test_a_name_that_cannot_be_looked_up_now_is_taken_and_looked_up_for_each_call() -> None:
    assert http.check_url("https://tool.invalid/hook", allow_private=False) == "https://tool.invalid/hook"
    assert post("https://tool.invalid/hook", allow_private=False).outcome == "unavailable"


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("", "web address"),
        ("hook", "web address"),
        ("https://", "web address"),
        ("ftp://example.com/", "https://"),
        ("file:///etc/passwd", "https://"),
        ("javascript:alert(1)", "https://"),
        ("http://example.com/hook", "https://"),
        ("https://user:password@example.com/", "password"),
        ("https://exa mple.com/", "web address"),
        ("https://[::1%25lo]/", "host"),
        ("https://example.com/" + "a" * 2000, "characters"),
        ("https://example.com\x00/", "web address"),
        ("https://example.com/\r\nHost: a", "web address"),
    ],
)
def test_what_is_no_good_address_is_refused_with_a_reason(url: str, word: str) -> None:
    with pytest.raises(InvalidInput, match=word):
        http.check_url(url, allow_private=False)


def test_the_owner_may_allow_private_addresses() -> None:
    assert http.check_url("http://127.0.0.1:8420/hook", allow_private=True) == "http://127.0.0.1:8420/hook"
    with receiving() as receiver:
        assert post(receiver.url, allow_private=True).outcome == "delivered"


def test_proxies_and_passwords_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with receiving() as receiver:
        assert post(receiver.url, allow_private=True).outcome == "delivered"


# what is made of answers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, "delivered"),
        (202, "delivered"),
        (301, "failed"),
        (307, "failed"),
        (400, "refused"),
        (401, "stopped"),
        (403, "stopped"),
        (404, "failed"),
        (408, "unavailable"),
        (410, "gone"),
        (413, "refused"),
        (422, "refused"),
        (425, "unavailable"),
        (429, "unavailable"),
        (500, "failed"),
        (502, "unavailable"),
        (503, "unavailable"),
        (504, "unavailable"),
    ],
)
def test_each_status_has_its_meaning(status: int, outcome: str) -> None:
    with receiving() as receiver:
        receiver.otherwise = Answer(status, body=b"because")
        result = post(receiver.url, allow_private=True)
    assert (result.outcome, result.status, result.answer) == (outcome, status, "because")
    assert (result.error is None) == (outcome == "delivered")


def test_a_redirect_is_not_followed() -> None:
    with receiving() as target, receiving() as receiver:
        receiver.otherwise = Answer(308, headers={"Location": target.url})
        result = post(receiver.url, allow_private=True)
    assert result.outcome == "failed"
    assert "redirect" in (result.error or "")
    assert target.received == []


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30),
        (" 0 ", 0),
        ("Mon, 01 Jun 2026 08:02:00 GMT", 120),
        ("Mon, 01 Jun 2020 08:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("1e9", None),
        ("٣٠", None),
        ("9" * 400, 999_999_999),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: int | None) -> None:
    assert http.classify(429, header, "", NOW).retry_after == seconds


def test_of_a_long_answer_only_the_beginning_is_read_and_kept() -> None:
    with receiving() as receiver:
        receiver.otherwise = Answer(500, body=b"\x00\xff" + b"a" * 5_000_000)
        result = post(receiver.url, allow_private=True)
    assert result.answer == "\ufffd\ufffd" + "a" * 498


def test_a_compressed_answer_is_not_unpacked() -> None:
    with receiving() as receiver:
        receiver.otherwise = Answer(200, headers={"Content-Encoding": "gzip"}, body=b"not gzip at all")
        assert post(receiver.url, allow_private=True) == Result("delivered", 200, None, "not gzip at all")


def test_no_cookie_is_kept() -> None:
    with receiving() as receiver:
        receiver.otherwise = Answer(200, headers={"Set-Cookie": "a=b"})
        session = http.open_session(allow_private=True)
        for _ in range(2):
            http.post(session, receiver.url, b"{}", {}, NOW)
        session.close()
    assert [name for one in receiver.received for name in one.headers if name.lower() == "cookie"] == []


def test_a_receiver_that_does_not_answer_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "ANSWER_SECONDS", 0.2)
    with receiving() as receiver:
        receiver.otherwise = Answer(seconds=1.0)
        result = post(receiver.url, allow_private=True)
    assert result == Result("unavailable", error="no answer within 0.2 s")


def test_a_port_where_nobody_listens_is_unavailable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert post(f"http://127.0.0.1:{port}/", allow_private=True).outcome == "unavailable"


def test_a_receiver_that_hangs_up_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        import threading

        def hang_up() -> None:
            connection, _ = server.accept()
            connection.recv(100)
            connection.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        result = post(f"http://127.0.0.1:{server.getsockname()[1]}/", allow_private=True)
        thread.join()
    assert result.outcome == "unavailable"


def test_plain_http_is_not_spoken_to_a_port_that_wants_tls() -> None:
    with receiving() as receiver:
        result = post(receiver.url.replace("http://", "https://"), allow_private=True)
    assert result == Result("unavailable", error="the certificate of the address was not accepted")


def test_the_sender_says_who_it_is() -> None:
    with receiving() as receiver:
        post(receiver.url, allow_private=True)
    (received,) = receiver.received
    assert received.headers["User-Agent"].startswith("Firasa/")
    assert received.headers["User-Agent"] != requests.utils.default_user_agent()
