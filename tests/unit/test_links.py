"""Signed links: what they say, for how long, and that nobody else can make or change one."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from service.domain import links
from service.domain.errors import InvalidInput
from service.domain.links import Subject

KEY = links.key("a secret of the shop")
NOW = 1_780_000_000
LATER = NOW + 60
SUBJECTS = ["c_42", "shop:shopify:6940095564", "order:my-shop:SR-1001", "order:shopify:a:b", "email:mona@example.com"]


@pytest.mark.parametrize("text", SUBJECTS)
def test_a_link_says_who_comes_until_it_expires(text: str) -> None:
    subject = links.parse_subject(text)
    assert str(subject) == text
    token = links.sign(subject, LATER, KEY)
    assert links.read(token, NOW * 1_000_000, KEY) == subject
    assert links.read(token, LATER * 1_000_000, KEY) is None
    assert links.read(token, NOW * 1_000_000, links.key("another secret")) is None


def test_nothing_in_a_link_can_be_changed() -> None:
    token = links.sign(Subject("customer", "c_42"), LATER, KEY)
    changed = [token[:at] + ("0" if token[at] != "0" else "1") + token[at + 1 :] for at in range(len(token))]
    assert [one for one in changed if links.read(one, NOW * 1_000_000, KEY) is not None] == []


@pytest.mark.parametrize("token", ["", ".", "..", "c_42", "c_42.99999999999", "é.9.ü", "\ud800.1.2", "x" * 1000])
def test_what_is_no_link_is_nobody(token: str) -> None:
    assert links.read(token, NOW * 1_000_000, KEY) is None
    assert links.visit(token).startswith("link-")


@pytest.mark.parametrize("expires", ["²", "-1", "1e9", "", "9 9"])
def test_a_day_that_is_no_number_never_comes(expires: str) -> None:
    claim = f"c_42.{expires}"
    mac = hmac.new(KEY.encode(), claim.encode(), hashlib.sha256).hexdigest()
    assert links.read(f"{claim}.{mac}", NOW * 1_000_000, KEY) is None


NO_SUBJECTS = ["", "42", "shop:", "shop:shopify", "order::1", "email:nobody", "person:a:b", "shop:a: b"]


@pytest.mark.parametrize("text", NO_SUBJECTS)
def test_what_is_no_subject_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"subject|id|email"):
        links.parse_subject(text)


def test_a_shop_can_sign_with_three_lines_of_its_own() -> None:
    claim = f"order:shopify:450789469.{LATER}"
    token = f"{claim}.{hmac.new(KEY.encode(), claim.encode(), hashlib.sha256).hexdigest()}"
    assert links.read(token, NOW * 1_000_000, KEY) == Subject("order", "450789469", "shopify")
