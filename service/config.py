"""Settings, read from the environment once and checked all together."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.numbers import list_currencies

from service.domain.money import exponent
from service.store.database import open_database

T = TypeVar("T")


class ConfigError(Exception):
    """Settings that cannot be used; ``problems`` has one sentence for each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class Setting:
    """One setting: its name in the environment, its default as text, and what it does."""

    name: str
    default: str
    help: str
    secret: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "DATABASE_URL",
        "sqlite:///firasa.db",
        "Where everything is kept: sqlite:///relative.db, sqlite:////absolute.db or postgresql://user:password@host/name.",
    ),
    Setting("HOST", "127.0.0.1", "Address the web process listens on."),
    Setting("PORT", "8000", "Port the web process listens on, 1 to 65535."),
    Setting(
        "SECRET_KEY",
        "",
        "Signs the sessions of the admin; at least 16 characters. Without it a new one is made at each start, so"
        " everybody is logged out by a restart.",
        secret=True,
    ),
    Setting(
        "PUBLIC_URL",
        "",
        "Address under which shoppers and colleagues reach Firasa, for example https://firasa.example.com. Links are"
        " built from it, and https makes cookies secure. Without it the address of each request is used.",
    ),
    Setting(
        "ALLOWED_ORIGINS",
        "",
        "Origins of the shop's pages that may call the public API, comma separated, for example"
        " https://shop.example.com; * allows every origin.",
    ),
    Setting(
        "SHOP_CURRENCY",
        "",
        "Three-letter currency of all amounts, for example SAR. Without it the currency of the first import, else SAR.",
    ),
    Setting(
        "SHOP_TIMEZONE",
        "",
        "Time zone in which the shop counts days, for example Asia/Riyadh. Without it the zone of the first import,"
        " else UTC.",
    ),
    Setting(
        "ALLOW_PRIVATE_DESTINATIONS",
        "false",
        "true lets webhooks go to private and loopback addresses; false refuses them when saved and when sent.",
    ),
    Setting(
        "TRUSTED_PROXIES",
        "",
        "Addresses or networks of reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, comma"
        " separated, for example 127.0.0.1,10.0.0.0/8.",
    ),
    Setting(
        "RATE_LIMIT_ADDRESS",
        "6000/minute",
        "How many requests to the public API one address may make, for example 6000/minute.",
    ),
    Setting(
        "RATE_LIMIT_RESPONSE",
        "240/minute",
        "How many requests one response may take, for example 240/minute.",
    ),
    Setting("LOG_LEVEL", "info", "debug, info, warning or error. Logs are JSON lines on stderr without personal data."),
)


@dataclass(frozen=True)
class Config:
    """All settings, checked."""

    database_url: str = "sqlite:///firasa.db"
    host: str = "127.0.0.1"
    port: int = 8000
    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    public_url: str = ""
    allowed_origins: tuple[str, ...] = ()
    shop_currency: str | None = None
    shop_timezone: str | None = None
    allow_private_destinations: bool = False
    trusted_proxies: tuple[str, ...] = ()
    rate_limit_address: str = "6000/minute"
    rate_limit_response: str = "240/minute"
    log_level: str = "info"
    demo: bool = False

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None, *, demo: bool = False) -> Config:
        """Read and check every setting. ``NAME_FILE`` names a file that holds the value of ``NAME``.

        :raises ConfigError: with every problem at once
        """
        problems: list[str] = []
        values = {setting.name: _raw(setting, os.environ if env is None else env, problems) for setting in SETTINGS}

        def read(name: str, parse: Callable[[str], T], otherwise: T) -> T:
            try:
                return parse(values[name])
            except ValueError as error:
                problems.append(f"{name}: {error}")
                return otherwise

        config = cls(
            database_url=read("DATABASE_URL", _database_url, ""),
            host=read("HOST", _required, ""),
            port=read("PORT", _port, 0),
            secret_key=read("SECRET_KEY", _secret_key, ""),
            public_url=read("PUBLIC_URL", _public_url, ""),
            allowed_origins=read("ALLOWED_ORIGINS", _origins, ()),
            shop_currency=read("SHOP_CURRENCY", _currency, None),
            shop_timezone=read("SHOP_TIMEZONE", _timezone, None),
            allow_private_destinations=read("ALLOW_PRIVATE_DESTINATIONS", _boolean, False),
            trusted_proxies=read("TRUSTED_PROXIES", _networks, ()),
            rate_limit_address=read("RATE_LIMIT_ADDRESS", _rate, ""),
            rate_limit_response=read("RATE_LIMIT_RESPONSE", _rate, ""),
            log_level=read("LOG_LEVEL", _log_level, ""),
            demo=demo,
        )
        if problems:
            raise ConfigError(problems)
        return config


def _raw(setting: Setting, env: Mapping[str, str], problems: list[str]) -> str:
    name, file_name = setting.name, f"{setting.name}_FILE"
    if name in env and file_name in env:
        problems.append(f"{name}: both {name} and {file_name} are set; keep one")
    if file_name in env:
        try:
            return Path(env[file_name]).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{file_name}: cannot read {env[file_name]!r} ({error})")
            return setting.default
    return env.get(name, "").strip() or setting.default


def _required(text: str) -> str:
    if not text or any(char.isspace() for char in text):
        raise ValueError("must not be empty or contain spaces")
    return text


def _database_url(text: str) -> str:
    open_database(text)  # opens nothing yet; raises ValueError with what would be right
    return text


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise ValueError(f"must be a port from 1 to 65535, not {text!r}")
    return int(text)


def _secret_key(text: str) -> str:
    if not text:
        return secrets.token_urlsafe(32)
    if len(text) < 16:
        raise ValueError("must have at least 16 characters; `openssl rand -base64 32` makes a good one")
    return text


def _public_url(text: str) -> str:
    if not text:
        return ""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ValueError(f"must be an address such as https://firasa.example.com, not {text!r}")
    return text.rstrip("/")


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(part.strip().rstrip("/") for part in text.split(",") if part.strip())
    for origin in origins:
        parts = urlsplit(origin)
        if origin != "*" and (parts.scheme not in ("http", "https") or not parts.netloc or parts.path):
            raise ValueError(f"{origin!r} is not an origin such as https://shop.example.com")
    return origins


def _currency(text: str) -> str | None:
    if not text:
        return None
    exponent(text)
    if text not in list_currencies():
        raise ValueError(f"there is no currency {text!r}; write one such as SAR, EUR or USD")
    return text


def _timezone(text: str) -> str | None:
    if not text:
        return None
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"there is no time zone {text!r}; write one such as Asia/Riyadh") from error
    return text


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(f"must be true or false, not {text!r}")
    return text == "true"


def _networks(text: str) -> tuple[str, ...]:
    networks = tuple(part.strip() for part in text.split(",") if part.strip())
    for network in networks:
        try:
            ip_network(network, strict=False)
        except ValueError as error:
            raise ValueError(f"{network!r} is not an address or network such as 10.0.0.0/8") from error
    return networks


def _rate(text: str) -> str:
    count, _, unit = text.partition("/")
    if not count.isdigit() or int(count) < 1 or unit not in ("second", "minute", "hour", "day"):
        raise ValueError(f"must be a number per second, minute, hour or day, for example 600/minute; not {text!r}")
    return text


def _log_level(text: str) -> str:
    if text.lower() not in ("debug", "info", "warning", "error"):
        raise ValueError(f"must be debug, info, warning or error, not {text!r}")
    return text.lower()
