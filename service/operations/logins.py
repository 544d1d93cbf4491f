"""Logging in: checking an address and a password, at a pace that makes guessing useless."""

from __future__ import annotations

import secrets

from service.domain.errors import FirasaError
from service.domain.text import is_storable
from service.domain.users import LONGEST_PASSWORD
from service.operations import passwords
from service.operations.context import Context
from service.store import users as store
from service.store.users import User

MINUTE = 60_000_000
WINDOW = 15 * MINUTE
# An account is attacked from many addresses, an address attacks many accounts: both are counted. The account's limit
# is what a stranger can lock its owner out with, so the window is short.
ACCOUNT_LIMIT = 10
ADDRESS_LIMIT = 30


class LoginRefused(FirasaError):
    """The address or the password is wrong, or the user is disabled; which of them is not said."""


class LoginThrottled(FirasaError):
    """Too many failures. ``wait`` is how long until the next try, in microseconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"too many failed log-ins; try again in {max(1, round(wait / MINUTE))} minutes")
        self.wait = wait


def log_in(ctx: Context, email: str, password: str, address: str) -> User:
    """Check an address and a password.

    1. Both the account and the network address are charged with a failure before the password is looked at, so many
       tries at the same time cannot slip under the limit.
    2. The password is checked outside any transaction, since hashing is slow on purpose.
    3. A success takes the charge back.

    :param address: network address of the one who tries
    :raises LoginThrottled: when account or address failed too often in the last 15 minutes
    :raises LoginRefused: when address or password is wrong
    """
    account, origin = account_subject(email), f"address:{address}"
    _charge(ctx, account, origin)
    user = store.by_email(ctx.db, email.strip().lower()) if is_storable(email) else None
    known = len(password) <= LONGEST_PASSWORD and passwords.matches(
        user.password if user else passwords.nobodys(), password
    )
    if user is None or not known or user.disabled_at is not None:
        raise LoginRefused("the address or the password is wrong")
    with ctx.db.write() as db:
        store.forget_failures(db, account)
        store.forget_one_failure(db, origin, ctx.now)
        if passwords.is_outdated(user.password):
            store.set_password(db, user.id, passwords.hashed(password), user.session_key)
    return user


def session_user(ctx: Context, user_id: int, session_key: str) -> User | None:
    """The user a session belongs to, or ``None`` when it has ended."""
    user = store.get(ctx.db, user_id)
    if user is None or user.disabled_at is not None or not secrets.compare_digest(user.session_key, session_key):
        return None
    return user


def _charge(ctx: Context, account: str, origin: str) -> None:
    since = ctx.now - WINDOW
    with ctx.db.write(key=account) as db:
        db.lock(origin)
        store.forget_failures_before(db, since)
        for subject, limit in ((account, ACCOUNT_LIMIT), (origin, ADDRESS_LIMIT)):
            failures, first = store.count_failures(db, subject, since)
            if failures >= limit and first is not None:
                raise LoginThrottled(first + WINDOW - ctx.now)
        store.add_failures(db, [account, origin], ctx.now)


def account_subject(email: str) -> str:
    """What failures of an account are counted under."""
    # What was typed may be a password by mistake, or longer than any address: only a digest is kept.
    return "account:" + passwords.digest(email.strip().lower())
