"""Passwords and other secrets: only what cannot be turned back is kept of them."""

from __future__ import annotations

import hashlib
import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


def hashed(password: str) -> str:
    """What is stored of a password: argon2id, slow on purpose."""
    return _hasher().hash(password)


def matches(stored: str, password: str) -> bool:
    """Whether a password is the one a hash was made of."""
    try:
        return _hasher().verify(stored, password)
    except (VerificationError, InvalidHashError, UnicodeError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether a hash was made with weaker settings than today's."""
    return _hasher().check_needs_rehash(stored)


@lru_cache(maxsize=1)
def nobodys() -> str:
    """A hash that no password matches: an unknown address takes as long as a known one."""
    return hashed(secrets.token_urlsafe(18))


def digest(secret: str) -> str:
    """What is stored of a random secret. A fast hash is right here: 192 random bits cannot be guessed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher()
