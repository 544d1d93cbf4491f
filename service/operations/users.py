"""People who work with Firasa, and the programs: their accounts, setup links and API keys."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from service.domain.errors import InvalidInput, NotFound, Refused
from service.domain.users import Role, check_password, parse_email, parse_role, parse_scopes
from service.operations import passwords
from service.operations.context import Context
from service.operations.logins import MINUTE, account_subject
from service.store import users as store
from service.store.users import ApiKey, Change, SetupLink, User

LINK_LIFETIME = 3 * 24 * 60 * MINUTE
KEY_PREFIX = "frs_"
_TOUCH_EVERY = 10 * MINUTE
_OWNERS = "users:owners"  # whoever takes an owner away waits for the others who do


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
    address, kind, hashed = parse_email(email), parse_role(role), passwords.hashed(check_password(password))
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
    address, hashed = parse_email(email), passwords.hashed(check_password(password))
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
        store.add_setup_link(db, passwords.digest(token), kind, ctx.now + LINK_LIFETIME)
        _record(ctx, "made a setup link", kind)
    return token


def setup_link(ctx: Context, token: str) -> SetupLink:
    """The setup link with that token.

    :raises NotFound: when there is none, or it is used, or too old
    """
    link = store.setup_link(ctx.db, passwords.digest(token))
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
    if not passwords.matches(_get(ctx, user_id).password, current):
        raise InvalidInput("that is not your current password", "current")
    return reset_password(ctx, user_id, new)


def reset_password(ctx: Context, user_id: int, new: str) -> User:
    """Set a user's password without the old one (the command line); all sessions end."""
    hashed = passwords.hashed(check_password(new))
    with ctx.db.write() as db:
        user = _get(ctx, user_id)
        store.set_password(db, user_id, hashed, _session_key())
        store.forget_failures(db, account_subject(user.email))
        _record(ctx, "changed the password of", user.email)
    return _get(ctx, user_id)


def log_out_everywhere(ctx: Context, user_id: int) -> None:
    """End all sessions of a user."""
    with ctx.db.write() as db:
        store.set_session_key(db, user_id, _session_key())


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
        key_id = store.add_key(db, digest=passwords.digest(secret), name=label, scopes=wanted, now=ctx.now)
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
    key = store.key_by_digest(ctx.db, passwords.digest(secret))
    if key is None or key.revoked_at is not None:
        return None
    if key.last_used_at is None or ctx.now - key.last_used_at > _TOUCH_EVERY:
        with ctx.db.write() as db:
            store.touch_key(db, key.id, ctx.now)
    return key


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
