"""One HTTP call to an address that a user typed: no private networks, no redirects, no endless answers.

The address is looked up once by ``requests-hardened``, which refuses private, loopback, link-local and translated
addresses and connects to exactly the address it looked at, so a name that changes its answer gains nothing.
"""

from __future__ import annotations

import logging
import time
from email.utils import parsedate_to_datetime
from ipaddress import ip_address, ip_network
from typing import Any

import requests
from requests_hardened import Config, Manager  # type: ignore[import-untyped]
from requests_hardened.ip_filter import InvalidIPAddress, filter_host  # type: ignore[import-untyped]
from requests_hardened.ip_filter_adapter import IPFilterAdapter  # type: ignore[import-untyped]
from urllib3.exceptions import HTTPError as TransportError
from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from service import __version__
from service.domain.deliveries import Outcome, Result
from service.domain.errors import InvalidInput

CONNECT_SECONDS = 5
ANSWER_SECONDS = 15
KEPT_BYTES = 500
LONGEST_URL = 2000
_READ_BYTES = 16_384  # enough to reuse the connection after an ordinary answer
_UNAVAILABLE = frozenset({408, 425, 429, 502, 503, 504})
_REFUSED = frozenset({400, 413, 415, 422})
# What the library lets pass and some systems still route inwards: site-local, and IPv4 written as IPv6.
_ALSO_PRIVATE = (ip_network("fec0::/10"), ip_network("::/96"))

# A refused address is a result here; without a handler the library's warning would go to the terminal.
logging.getLogger("requests_hardened").addHandler(logging.NullHandler())


def check_url(url: str, *, allow_private: bool) -> str:
    """The address in the form in which it will be called.

    A name that cannot be looked up just now is accepted: it is looked up again for each call, by the same rules.

    :param allow_private: take plain http and addresses of private networks too
    :raises InvalidInput: when it is no address, carries a password, is not https, or leads into a private network
    """
    parts = _parse(url.strip())
    if parts.scheme not in ("https", "http"):
        raise InvalidInput("the address must begin with https://", "url")
    if parts.scheme == "http" and not allow_private:
        raise InvalidInput("the address must begin with https://: tags and addresses may not travel in clear", "url")
    if parts.auth:
        raise InvalidInput("leave user and password out of the address: every call is signed instead", "url")
    host = (parts.host or "").strip("[]")
    if not host or "%" in host:
        raise InvalidInput("the address names no host that can be called", "url")
    if not allow_private and _is_private(host, parts.port):
        raise InvalidInput(
            f"{host} is an address of a private network; set ALLOW_PRIVATE_DESTINATIONS=true to send there", "url"
        )
    return parts._replace(fragment=None).url


def open_session(*, allow_private: bool) -> requests.Session:
    """A session for one thread. Proxies and passwords from the environment are not used, cookies are not kept."""
    config = Config(
        ip_filter_enable=not allow_private,
        ip_filter_allow_loopback_ips=False,
        never_redirect=True,
        default_timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
        user_agent_override=f"Firasa/{__version__}",
    )
    session: requests.Session = Manager(config).get_session()
    if not allow_private:
        session.mount("https://", _Filter(is_https_proto=True))
        session.mount("http://", _Filter(is_https_proto=False))
    session.trust_env = False
    session.headers["Accept-Encoding"] = "identity"
    return session


def post(session: requests.Session, url: str, body: bytes, headers: dict[str, str], now: int) -> Result:
    """Send a body once. Whatever happens is a result.

    :param now: instant of the try, to read a ``Retry-After`` that is a date
    """
    started = time.monotonic()
    try:
        response = session.post(url, data=body, headers=headers, stream=True, allow_redirects=False)
    except InvalidIPAddress:
        return Result("stopped", error="the address leads into a private network, which is not allowed")
    except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, UnicodeError):
        return Result("stopped", error="the address cannot be called; correct it")
    except requests.exceptions.SSLError:
        return Result("unavailable", error="the certificate of the address was not accepted")
    except requests.exceptions.ConnectTimeout:
        return Result("unavailable", error=f"no connection within {CONNECT_SECONDS} s")
    except requests.exceptions.Timeout:
        return Result("unavailable", error=f"no answer within {ANSWER_SECONDS} s")
    except requests.exceptions.RequestException as error:
        return Result("unavailable", error=f"no connection ({type(error).__name__})")
    with response:
        session.cookies.clear()
        answer = _read(response, started + ANSWER_SECONDS)
        return classify(response.status_code, response.headers.get("Retry-After"), answer, now)


def classify(status: int, retry_after: str | None, answer: str, now: int) -> Result:
    """What an HTTP answer means for a message and its destination."""
    if 200 <= status < 300:
        return Result("delivered", status, None, answer)
    outcome: Outcome = "failed"
    error = f"the receiver answered {status}"
    if 300 <= status < 400:
        error += ": redirects are not followed, give the final address"
    elif status in (401, 403):
        outcome, error = "stopped", f"{error}: it does not accept our messages; check the secret, then resume"
    elif status == 410:
        outcome, error = "gone", f"{error}: it says that this address is no more"
    elif status in _REFUSED:
        outcome = "refused"
    elif status in _UNAVAILABLE:
        outcome = "unavailable"
    return Result(outcome, status, error, answer, _seconds(retry_after, now))


def _parse(url: str) -> Url:
    """Read the address the way it will be read at sending, or a filter could be told one host and the call another."""
    if len(url) > LONGEST_URL:
        raise InvalidInput(f"the address has more than {LONGEST_URL} characters", "url")
    wrong = InvalidInput("that is not a web address; write it like https://example.com/hook", "url")
    if not url.isprintable():
        raise wrong
    try:
        return parse_url(requests.Request("POST", url).prepare().url or "")
    except (requests.exceptions.RequestException, LocationParseError, UnicodeError) as error:
        raise wrong from error


def _is_private(host: str, port: int | None) -> bool:
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        _refuse(filter_host(host, port or 443, allow_loopback=False))
    except InvalidIPAddress:
        return True
    except (requests.exceptions.RequestException, UnicodeError):
        return False
    return False


class _Filter(IPFilterAdapter):  # type: ignore[misc]
    """The library's filter, and the networks that it lets pass."""

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: bool | str, cert: str | tuple[str, str] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        _refuse(host["host"])
        return host, pool


def _refuse(address: str) -> None:
    found = ip_address(address.strip("[]"))
    if any(found in network for network in _ALSO_PRIVATE):
        raise InvalidIPAddress(found)


def _read(response: requests.Response, deadline: float) -> str:
    """The first bytes of the answer. A broken or endless body changes nothing: the status has been said."""
    received = b""
    try:
        while len(received) < _READ_BYTES and time.monotonic() < deadline:
            chunk = response.raw.read1(_READ_BYTES, decode_content=False)
            if not chunk:
                break
            received += chunk
    except (TransportError, OSError):
        pass
    return received[:KEPT_BYTES].decode("utf-8", "replace").replace("\x00", "\ufffd")


def _seconds(retry_after: str | None, now: int) -> int | None:
    """``Retry-After`` in seconds from now, whether it is a number or a date."""
    if retry_after is None:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return int(text[:9])
    try:
        return max(0, int(parsedate_to_datetime(text).timestamp()) - now // 1_000_000)
    except (ValueError, OverflowError):
        return None
