"""People who work with Firasa: what a role may do, and what a password must be."""

from __future__ import annotations

import re
from typing import Literal, get_args

from service.domain.errors import InvalidInput
from service.domain.text import is_storable

Role = Literal["viewer", "marketer", "owner"]
ROLES: tuple[Role, ...] = get_args(Role)

SCOPES = ("orders:write", "customers:write", "contact:write", "reports:read")
"""What an API key may do: each scope opens a route (service/web/keys.py)."""

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200  # hashing time grows with the length
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)*")


def may(role: Role, needed: Role) -> bool:
    """Whether a role includes another one: an owner may do what a marketer may, who may do what a viewer may."""
    return ROLES.index(role) >= ROLES.index(needed)


def parse_role(text: str) -> Role:
    """The role of that name.

    :raises InvalidInput: when there is no such role
    """
    for role in ROLES:
        if role == text:
            return role
    raise InvalidInput(f"{text!r} is not a role; use one of {', '.join(ROLES)}", "role")


def parse_scopes(scopes: tuple[str, ...]) -> tuple[str, ...]:
    """The scopes of an API key, each once, in the order of `SCOPES`.

    :raises InvalidInput: when one is unknown, or there is none
    """
    for scope in scopes:
        if scope not in SCOPES:
            raise InvalidInput(f"{scope!r} is not a scope; use some of {', '.join(SCOPES)}", "scope")
    if not scopes:
        raise InvalidInput(f"a key needs at least one scope: {', '.join(SCOPES)}", "scope")
    return tuple(scope for scope in SCOPES if scope in scopes)


def parse_email(text: str) -> str:
    """An address to log in with, trimmed and in lower case.

    :raises InvalidInput: when it cannot be an address
    """
    email = text.strip().lower()
    if len(email) > 254 or not is_storable(email) or not _EMAIL.fullmatch(email):
        raise InvalidInput("that is not an email address; write it like name@example.com", "email")
    return email


def check_password(password: str) -> str:
    """The password, if it is one worth having.

    :raises InvalidInput: when it is too short, too long, or one character repeated
    """
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidInput(f"a password needs at least {SHORTEST_PASSWORD} characters", "password")
    if len(password) > LONGEST_PASSWORD:
        raise InvalidInput(f"a password has at most {LONGEST_PASSWORD} characters", "password")
    if not is_storable(password):
        raise InvalidInput("a password cannot contain this character", "password")
    if len(set(password)) < 4:
        raise InvalidInput("a password needs at least four different characters", "password")
    return password
