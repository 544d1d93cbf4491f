"""Signed links: a short text that says who is coming, or for which order, and until when; only the shop can make one.

``order:shopify:450789469.1798761600.5f2c…``: a subject, the second at which it expires, and the HMAC-SHA256 of both as
hexadecimal digits. It is plain on purpose: Shopify's Liquid, a spreadsheet or three lines in any language can make it.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Literal

from service.domain.errors import InvalidInput
from service.domain.identities import check_shop_id, parse_email, parse_public_id, public_id

Kind = Literal["customer", "shop", "order", "email"]
LONGEST = 400
_PURPOSE = b"firasa signed links"
_SECOND = 1_000_000
_VISIT = "link-"


@dataclass(frozen=True)
class Subject:
    """Who or what a link is for.

    :param kind: ``customer`` (our id), ``shop`` (the shop's id of a customer), ``order``, or ``email``
    :param source: which shop's id it is; empty for ``customer`` and ``email``
    :param value: the id or the address
    """

    kind: Kind
    value: str
    source: str = ""

    def __str__(self) -> str:
        if self.kind in ("shop", "order"):
            return f"{self.kind}:{self.source}:{self.value}"
        return self.value if self.kind == "customer" else f"email:{self.value}"


def key(secret: str) -> str:
    """The key that signs links, made from ``SECRET_KEY``: whoever has it can sign links, and nothing else."""
    return hmac.new(secret.encode(), _PURPOSE, hashlib.sha256).hexdigest()


def parse_subject(text: str) -> Subject:
    """``c_42``, ``shop:shopify:123``, ``order:shopify:123`` or ``email:somebody@example.com``.

    :raises InvalidInput: when it is none of these
    """
    kind, _, rest = text.partition(":")
    number = parse_public_id(text)
    if number is not None:
        return Subject("customer", public_id(number))
    if kind == "email":
        return Subject("email", parse_email(rest))
    source, _, value = rest.partition(":")
    if kind in ("shop", "order") and source and value:
        return Subject("shop" if kind == "shop" else "order", check_shop_id(value), check_shop_id(source))
    raise InvalidInput(
        f"{text[:60]!r} is no subject: write c_42, shop:<source>:<id>, order:<source>:<id> or email:<address>",
        "subject",
    )


def sign(subject: Subject, expires: int, signing_key: str) -> str:
    """The token for a subject.

    :param expires: second since 1970 from which on it is no longer believed
    """
    claim = f"{subject}.{expires}"
    return f"{claim}.{_mac(claim, signing_key)}"


def read(token: str, now: int, signing_key: str) -> Subject | None:
    """Whom a token is for; ``None`` when it is not ours, has been changed, or has expired.

    :param now: UTC microseconds
    """
    claim, _, mac = token.rpartition(".")
    text, _, expires = claim.rpartition(".")
    if len(token) > LONGEST or not hmac.compare_digest(
        _mac(claim, signing_key).encode(), mac.encode("utf-8", "replace")
    ):
        return None
    if not (expires.isascii() and expires.isdecimal()) or int(expires) * _SECOND <= now:
        return None
    try:
        return parse_subject(text)
    except InvalidInput:
        return None


def visit(token: str) -> str:
    """The visit that a link opens: the same on every device, so that one link is one response per quiz."""
    return f"{_VISIT}{hashlib.sha256(token.encode('utf-8', 'replace')).hexdigest()[:40]}"


def is_visit(visit: str) -> bool:
    """Whether a visit is that of a link, which only the link itself may take up."""
    return visit.startswith(_VISIT)


def _mac(claim: str, signing_key: str) -> str:
    return hmac.new(signing_key.encode(), claim.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
