"""Rows of the people who work with Firasa: users, failed log-ins, setup links, API keys and the record of changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from service.domain.users import Role
from service.store.database import Database


@dataclass(frozen=True)
class User:
    """A person who may log in.

    :param password: the argon2 hash, never the password
    :param lang: the language they chose, ``None`` until they choose
    :param session_key: what every session of theirs must carry; a new one ends all sessions
    :param disabled_at: instant since which they can no longer log in
    """

    id: int
    email: str
    name: str
    role: Role
    password: str
    lang: str | None
    session_key: str
    created_at: int
    disabled_at: int | None


@dataclass(frozen=True)
class SetupLink:
    """A link with which one person makes their own account, once."""

    digest: str
    role: Role
    expires_at: int
    used_at: int | None


@dataclass(frozen=True)
class ApiKey:
    """A key for programs. Only its digest is kept; the key itself was shown once."""

    id: int
    name: str
    scopes: tuple[str, ...]
    created_at: int
    last_used_at: int | None
    revoked_at: int | None


@dataclass(frozen=True)
class Change:
    """Who changed what, and when."""

    at: int
    actor: str
    action: str
    subject: str
    detail: str | None


# users -------------------------------------------------------------------------------------------------------------

_USER = "id, email, name, role, password, lang, session_key, created_at, disabled_at"


def get(db: Database, user_id: int) -> User | None:
    """The user of that id, or ``None``."""
    return _user(db.one(f"SELECT {_USER} FROM users WHERE id = :id", {"id": user_id}))


def by_email(db: Database, email: str) -> User | None:
    """The user of that (already normalised) address, or ``None``."""
    return _user(db.one(f"SELECT {_USER} FROM users WHERE email = :email", {"email": email}))


def everyone(db: Database) -> list[User]:
    """All users, those who may log in first, then by address."""
    rows = db.query(f"SELECT {_USER} FROM users ORDER BY CASE WHEN disabled_at IS NULL THEN 0 ELSE 1 END, email")
    return [cast(User, _user(row)) for row in rows]


def count(db: Database) -> int:
    """How many users there are, disabled ones too."""
    return _number(db.one("SELECT COUNT(*) AS n FROM users"))


def count_owners(db: Database) -> int:
    """How many owners can log in."""
    return _number(db.one("SELECT COUNT(*) AS n FROM users WHERE role = 'owner' AND disabled_at IS NULL"))


def add(db: Database, *, email: str, name: str, role: Role, password: str, session_key: str, now: int) -> int | None:
    """Add a user.

    :returns: their id, or ``None`` when the address is taken
    """
    row = db.one(
        """
        INSERT INTO users (email, name, role, password, session_key, created_at)
        VALUES (:email, :name, :role, :password, :session_key, :now)
        ON CONFLICT (email) DO NOTHING
        RETURNING id
        """,
        {"email": email, "name": name, "role": role, "password": password, "session_key": session_key, "now": now},
    )
    return None if row is None else int(row["id"])


def set_password(db: Database, user_id: int, password: str, session_key: str) -> None:
    """Replace the hash and end all sessions."""
    db.execute(
        "UPDATE users SET password = :password, session_key = :key WHERE id = :id",
        {"password": password, "key": session_key, "id": user_id},
    )


def set_session_key(db: Database, user_id: int, session_key: str) -> None:
    """End all sessions of a user."""
    db.execute("UPDATE users SET session_key = :key WHERE id = :id", {"key": session_key, "id": user_id})


def set_lang(db: Database, user_id: int, lang: str) -> None:
    """Keep the language a user chose."""
    db.execute("UPDATE users SET lang = :lang WHERE id = :id", {"lang": lang, "id": user_id})


def set_role(db: Database, user_id: int, role: Role) -> None:
    """Give a user another role."""
    db.execute("UPDATE users SET role = :role WHERE id = :id", {"role": role, "id": user_id})


def set_disabled(db: Database, user_id: int, disabled_at: int | None, session_key: str) -> None:
    """Lock a user out (an instant) or let them in again (``None``); either way old sessions end."""
    db.execute(
        "UPDATE users SET disabled_at = :at, session_key = :key WHERE id = :id",
        {"at": disabled_at, "key": session_key, "id": user_id},
    )


# failed log-ins ----------------------------------------------------------------------------------------------------


def count_failures(db: Database, subject: str, since: int) -> tuple[int, int | None]:
    """How often a subject failed after ``since``, and when the first of these failures was."""
    row = db.one(
        """
        SELECT COUNT(*) AS n, MIN(failed_at) AS first
          FROM login_failures
         WHERE subject = :subject AND failed_at > :since
        """,
        {"subject": subject, "since": since},
    )
    return (0, None) if row is None else (int(row["n"]), row["first"])


def add_failures(db: Database, subjects: list[str], now: int) -> None:
    """Record one failure of each subject."""
    db.insert_rows("login_failures", ("subject", "failed_at"), [(subject, now) for subject in subjects])


def forget_failures(db: Database, subject: str) -> None:
    """Forget a subject's failures, after it succeeded."""
    db.execute("DELETE FROM login_failures WHERE subject = :subject", {"subject": subject})


def forget_one_failure(db: Database, subject: str, failed_at: int) -> None:
    """Take back the failures a subject was charged with at one instant."""
    db.execute(
        "DELETE FROM login_failures WHERE subject = :subject AND failed_at = :at",
        {"subject": subject, "at": failed_at},
    )


def forget_failures_before(db: Database, instant: int) -> int:
    """Delete failures that no longer count; how many these were."""
    return db.execute("DELETE FROM login_failures WHERE failed_at < :before", {"before": instant})


# setup links -------------------------------------------------------------------------------------------------------


def add_setup_link(db: Database, digest: str, role: Role, expires_at: int) -> None:
    """Keep a setup link by the digest of its token."""
    db.execute(
        "INSERT INTO setup_links (digest, role, expires_at) VALUES (:digest, :role, :expires_at)",
        {"digest": digest, "role": role, "expires_at": expires_at},
    )


def setup_link(db: Database, digest: str) -> SetupLink | None:
    """The setup link of that digest, used or not, or ``None``."""
    row = db.one("SELECT digest, role, expires_at, used_at FROM setup_links WHERE digest = :d", {"d": digest})
    return None if row is None else SetupLink(**row)


def use_setup_link(db: Database, digest: str, now: int) -> bool:
    """Mark a link as used; false when it was used or has expired (then nothing changes)."""
    used = db.execute(
        "UPDATE setup_links SET used_at = :now WHERE digest = :d AND used_at IS NULL AND expires_at > :now",
        {"d": digest, "now": now},
    )
    return used == 1


# API keys ----------------------------------------------------------------------------------------------------------

_KEY = "id, name, scopes, created_at, last_used_at, revoked_at"


def add_key(db: Database, *, digest: str, name: str, scopes: tuple[str, ...], now: int) -> int:
    """Keep a key by its digest; its id."""
    row = db.one(
        """
        INSERT INTO api_keys (digest, name, scopes, created_at)
        VALUES (:digest, :name, :scopes, :now)
        RETURNING id
        """,
        {"digest": digest, "name": name, "scopes": " ".join(scopes), "now": now},
    )
    return int(cast(Mapping[str, Any], row)["id"])


def keys(db: Database) -> list[ApiKey]:
    """All keys, working ones first, newest first."""
    rows = db.query(f"SELECT {_KEY} FROM api_keys ORDER BY CASE WHEN revoked_at IS NULL THEN 0 ELSE 1 END, id DESC")
    return [_key(row) for row in rows]


def key_by_digest(db: Database, digest: str) -> ApiKey | None:
    """The key with that digest, revoked or not, or ``None``."""
    row = db.one(f"SELECT {_KEY} FROM api_keys WHERE digest = :digest", {"digest": digest})
    return None if row is None else _key(row)


def touch_key(db: Database, key_id: int, now: int) -> None:
    """Note that a key was used."""
    db.execute("UPDATE api_keys SET last_used_at = :now WHERE id = :id", {"now": now, "id": key_id})


def revoke_key(db: Database, key_id: int, now: int) -> bool:
    """Revoke a key; false when there is no working key of that id."""
    revoked = db.execute(
        "UPDATE api_keys SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL", {"now": now, "id": key_id}
    )
    return revoked == 1


# changes -----------------------------------------------------------------------------------------------------------


def add_change(db: Database, change: Change) -> None:
    """Append to the record of changes."""
    db.execute(
        "INSERT INTO changes (at, actor, action, subject, detail) VALUES (:at, :actor, :action, :subject, :detail)",
        {
            "at": change.at,
            "actor": change.actor,
            "action": change.action,
            "subject": change.subject,
            "detail": change.detail,
        },
    )


def recent_changes(db: Database, limit: int) -> list[Change]:
    """The newest changes first."""
    rows = db.query("SELECT at, actor, action, subject, detail FROM changes ORDER BY id DESC LIMIT :n", {"n": limit})
    return [Change(**row) for row in rows]


def _user(row: Mapping[str, Any] | None) -> User | None:
    return None if row is None else User(**row)


def _key(row: Mapping[str, Any]) -> ApiKey:
    return ApiKey(**{**row, "scopes": tuple(str(row["scopes"]).split())})


def _number(row: Mapping[str, Any] | None) -> int:
    return 0 if row is None else int(row["n"])
