"""People who work with Firasa: making accounts, logging in, API keys."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.domain.errors import FirasaError, InvalidInput, NotFound, Refused
from service.domain.text import is_storable
from service.domain.users import LONGEST_PASSWORD, Role, check_password, parse_email, parse_role, parse_scopes
from service.operations.context import Context
from service.store import users as store
from service.store.users import ApiKey, Change, SetupLink, User

MINUTE = 60_000_000
WINDOW = 15 * MINUTE
# An account is attacked from many addresses, an address attacks many accounts: both are counted. The account's limit
# is what a stranger can lock its owner out with, so the window is short.
ACCOUNT_LIMIT = 10
ADDRESS_LIMIT = 30
LINK_LIFETIME = 3 * 24 * 60 * MINUTE
KEY_PREFIX = "frs_"
_TOUCH_EVERY = 10 * MINUTE
_OWNERS = "users:owners"  # whoever takes an owner away waits for the others who do


class LoginRefused(FirasaError):
    """The address or the password is wrong, or the user is disabled; which of them is not said."""


class LoginThrottled(FirasaError):
    """Too many failures. ``wait`` is how long until the next try, in microseconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"too many failed log-ins; try again in {max(1, round(wait / MINUTE))} minutes")
        self.wait = wait


@dataclass(frozen=True)
class NewKey:
    """An API key just made; ``secret`` cannot be read again."""

    id: int
    secret: str


# accounts ----------------------------------------------------------------------------------------------------------


def create(ctx: Context, email: str, password: str, *, role: str, name: str = "") -> User:
    """Make an account.

    :raises InvalidInput: for a bad address, password or role, or an address that has an account
    """
    address, kind, hashed = parse_email(email), parse_role(role), _hash(check_password(password))
    with ctx.db.write() as db:
        user_id = _insert(ctx, address, name, kind, hashed)
        user = store.get(db, user_id)
    assert user is not None
    return user


def create_by_link(ctx: Context, token: str, email: str, password: str, *, name: str = "") -> User:
    """Make the account a setup link was made for; the link is used up with it.

    :raises NotFound: when there is no such link, or it is used, or too old
    :raises InvalidInput: for a bad address or password
    """
    link = setup_link(ctx, token)
    address, hashed = parse_email(email), _hash(check_password(password))
    with ctx.db.write() as db:
        if not store.use_setup_link(db, link.digest, ctx.now):
            raise _no_link()
        user_id = _insert(ctx, address, name, link.role, hashed)
        user = store.get(db, user_id)
    assert user is not None
    return user


def make_setup_link(ctx: Context, role: str) -> str:
    """Make a one-time setup link for a role; its token, which works for three days."""
    kind, token = parse_role(role), secrets.token_urlsafe(24)
    with ctx.db.write() as db:
        store.add_setup_link(db, digest(token), kind, ctx.now + LINK_LIFETIME)
        _record(ctx, "made a setup link", kind)
    return token


def setup_link(ctx: Context, token: str) -> SetupLink:
    """The setup link with that token.

    :raises NotFound: when there is none, or it is used, or too old
    """
    link = store.setup_link(ctx.db, digest(token))
    if link is None or link.used_at is not None or link.expires_at <= ctx.now:
        raise _no_link()
    return link


def everyone(ctx: Context) -> list[User]:
    """All users, those who may log in first."""
    return store.everyone(ctx.db)


def has_users(ctx: Context) -> bool:
    """Whether anybody has an account yet."""
    return store.count(ctx.db) > 0


def find(ctx: Context, email: str) -> User:
    """The user with that address.

    :raises NotFound: when there is none
    """
    user = store.by_email(ctx.db, parse_email(email))
    if user is None:
        raise NotFound("user", f"there is no user {email}")
    return user


def change_role(ctx: Context, user_id: int, role: str) -> None:
    """Give a user another role.

    :raises Refused: when this would leave no owner
    """
    kind = parse_role(role)
    with ctx.db.write(key=_OWNERS) as db:
        user = _get(ctx, user_id)
        if user.role == "owner" and kind != "owner":
            _keep_one_owner(ctx)
        store.set_role(db, user_id, kind)
        _record(ctx, f"gave the role {kind}", user.email)


def disable(ctx: Context, user_id: int) -> None:
    """Lock a user out and end their sessions.

    :raises Refused: when this would leave no owner
    """
    with ctx.db.write(key=_OWNERS) as db:
        user = _get(ctx, user_id)
        if user.role == "owner" and user.disabled_at is None:
            _keep_one_owner(ctx)
        store.set_disabled(db, user_id, ctx.now, _session_key())
        _record(ctx, "disabled", user.email)


def enable(ctx: Context, user_id: int) -> None:
    """Let a disabled user in again."""
    with ctx.db.write() as db:
        user = _get(ctx, user_id)
        store.set_disabled(db, user_id, None, _session_key())
        _record(ctx, "enabled", user.email)


def set_language(ctx: Context, user_id: int, lang: str) -> None:
    """Keep the language a user reads."""
    with ctx.db.write() as db:
        store.set_lang(db, user_id, lang)


def change_password(ctx: Context, user_id: int, current: str, new: str) -> User:
    """Replace one's own password; all sessions end, the caller starts a new one from the returned user.

    :raises InvalidInput: when the current password is wrong (path ``current``) or the new one is too weak
    """
    if not _verify(_get(ctx, user_id).password, current):
        raise InvalidInput("that is not your current password", "current")
    return reset_password(ctx, user_id, new)


def reset_password(ctx: Context, user_id: int, new: str) -> User:
    """Set a user's password without the old one (the command line); all sessions end."""
    hashed = _hash(check_password(new))
    with ctx.db.write() as db:
        user = _get(ctx, user_id)
        store.set_password(db, user_id, hashed, _session_key())
        store.forget_failures(db, _account(user.email))
        _record(ctx, "changed the password of", user.email)
    return _get(ctx, user_id)


def log_out_everywhere(ctx: Context, user_id: int) -> None:
    """End all sessions of a user."""
    with ctx.db.write() as db:
        store.set_session_key(db, user_id, _session_key())


# logging in --------------------------------------------------------------------------------------------------------


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
    account, origin = _account(email), f"address:{address}"
    _charge(ctx, account, origin)
    user = store.by_email(ctx.db, email.strip().lower()) if is_storable(email) else None
    known = len(password) <= LONGEST_PASSWORD and _verify(user.password if user else _nobody(), password)
    if user is None or not known or user.disabled_at is not None:
        raise LoginRefused("the address or the password is wrong")
    with ctx.db.write() as db:
        store.forget_failures(db, account)
        store.forget_one_failure(db, origin, ctx.now)
        if _hasher().check_needs_rehash(user.password):
            store.set_password(db, user.id, _hash(password), user.session_key)
    return user


def session_user(ctx: Context, user_id: int, session_key: str) -> User | None:
    """The user a session belongs to, or ``None`` when it has ended."""
    user = store.get(ctx.db, user_id)
    if user is None or user.disabled_at is not None or not secrets.compare_digest(user.session_key, session_key):
        return None
    return user


# API keys ----------------------------------------------------------------------------------------------------------


def create_key(ctx: Context, name: str, scopes: tuple[str, ...]) -> NewKey:
    """Make an API key. Only its digest is kept: the secret is in the answer and nowhere else.

    :raises InvalidInput: for an unknown scope, no scope, or a name that is too long
    """
    wanted, label = parse_scopes(scopes), name.strip() or "key"
    if len(label) > 100:
        raise InvalidInput("a name has at most 100 characters", "name")
    secret = KEY_PREFIX + secrets.token_urlsafe(32)
    with ctx.db.write() as db:
        key_id = store.add_key(db, digest=digest(secret), name=label, scopes=wanted, now=ctx.now)
        _record(ctx, "made the API key", label)
    return NewKey(key_id, secret)


def keys(ctx: Context) -> list[ApiKey]:
    """All API keys, working ones first."""
    return store.keys(ctx.db)


def revoke_key(ctx: Context, key_id: int) -> None:
    """Revoke an API key; what uses it is refused from now on.

    :raises NotFound: when there is no working key of that id
    """
    with ctx.db.write() as db:
        if not store.revoke_key(db, key_id, ctx.now):
            raise NotFound("key", f"there is no working key {key_id}")
        _record(ctx, "revoked the API key", str(key_id))


def key_for(ctx: Context, secret: str) -> ApiKey | None:
    """The working key with that secret, or ``None``. Its last use is noted at most every ten minutes."""
    key = store.key_by_digest(ctx.db, digest(secret))
    if key is None or key.revoked_at is not None:
        return None
    if key.last_used_at is None or ctx.now - key.last_used_at > _TOUCH_EVERY:
        with ctx.db.write() as db:
            store.touch_key(db, key.id, ctx.now)
    return key


def digest(secret: str) -> str:
    """What is stored of a random secret. A fast hash is right here: 192 random bits cannot be guessed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def recent_changes(ctx: Context, limit: int = 50) -> list[Change]:
    """Who changed what, newest first."""
    return store.recent_changes(ctx.db, limit)


# helpers -----------------------------------------------------------------------------------------------------------


def _insert(ctx: Context, email: str, name: str, role: Role, hashed: str) -> int:
    label = name.strip()[:100] or email.split("@")[0]
    user_id = store.add(
        ctx.db, email=email, name=label, role=role, password=hashed, session_key=_session_key(), now=ctx.now
    )
    if user_id is None:
        raise InvalidInput(f"{email} has an account already", "email")
    _record(ctx, f"made the account ({role})", email)
    return user_id


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


def _account(email: str) -> str:
    # What was typed may be a password by mistake, or longer than any address: only a digest is kept.
    return "account:" + digest(email.strip().lower())


def _get(ctx: Context, user_id: int) -> User:
    user = store.get(ctx.db, user_id)
    if user is None:
        raise NotFound("user", f"there is no user {user_id}")
    return user


def _keep_one_owner(ctx: Context) -> None:
    if store.count_owners(ctx.db) <= 1:
        raise Refused("this is the only owner who can log in; make another owner first")


def _record(ctx: Context, action: str, subject: str) -> None:
    store.add_change(ctx.db, Change(at=ctx.now, actor=ctx.actor, action=action, subject=subject, detail=None))


def _no_link() -> NotFound:
    return NotFound("setup_link", "this setup link is unknown, used, or older than three days; ask for a new one")


def _session_key() -> str:
    return secrets.token_urlsafe(18)


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash that no password matches: an unknown address takes as long as a known one."""
    return _hash(secrets.token_urlsafe(18))


def _hash(password: str) -> str:
    return _hasher().hash(password)


def _verify(hashed: str, password: str) -> bool:
    try:
        return _hasher().verify(hashed, password)
    except (VerificationError, InvalidHashError, UnicodeError):
        return False
