"""Settings are strict, and all that is wrong is said at once."""

from pathlib import Path

import pytest

from service.config import SETTINGS, Config, ConfigError


def test_without_any_setting_the_defaults_hold() -> None:
    config = Config.from_env({})
    assert (config.database_url, config.host, config.port) == ("sqlite:///firasa.db", "127.0.0.1", 8000)
    assert config.shop_currency is None
    assert len(config.secret_key) >= 32
    assert Config.from_env({}).secret_key != config.secret_key


def test_every_problem_is_reported_at_once() -> None:
    wrong = {
        "DATABASE_URL": "mysql://x",
        "PORT": "80000",
        "SECRET_KEY": "short",
        "PUBLIC_URL": "firasa.example.com",
        "ALLOWED_ORIGINS": "https://a.example/path",
        "SHOP_CURRENCY": "riyal",
        "SHOP_TIMEZONE": "Mars/Olympus",
        "ALLOW_PRIVATE_DESTINATIONS": "yes",
        "TRUSTED_PROXIES": "proxy",
        "RATE_LIMIT_ADDRESS": "many",
        "LOG_LEVEL": "loud",
    }
    with pytest.raises(ConfigError) as caught:
        Config.from_env(wrong)
    assert sorted(problem.split(":")[0] for problem in caught.value.problems) == sorted(wrong)


@pytest.mark.parametrize(
    ("name", "text", "attribute", "value"),
    [
        ("DATABASE_URL", "postgresql://u:p@h/db", "database_url", "postgresql://u:p@h/db"),
        ("PORT", "9000", "port", 9000),
        ("PUBLIC_URL", "https://f.example.com/", "public_url", "https://f.example.com"),
        (
            "ALLOWED_ORIGINS",
            "https://a.example, https://b.example/",
            "allowed_origins",
            ("https://a.example", "https://b.example"),
        ),
        ("ALLOWED_ORIGINS", "*", "allowed_origins", ("*",)),
        ("SHOP_CURRENCY", "KWD", "shop_currency", "KWD"),
        ("SHOP_TIMEZONE", "Asia/Riyadh", "shop_timezone", "Asia/Riyadh"),
        ("ALLOW_PRIVATE_DESTINATIONS", "true", "allow_private_destinations", True),
        ("TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8", "trusted_proxies", ("127.0.0.1", "10.0.0.0/8")),
        ("LOG_LEVEL", "DEBUG", "log_level", "debug"),
        ("PORT", " 8001 ", "port", 8001),
        ("PORT", "", "port", 8000),
    ],
)
def test_settings_are_read(name: str, text: str, attribute: str, value: object) -> None:
    assert getattr(Config.from_env({name: text}), attribute) == value


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x" * 40 + "\n", encoding="utf-8")
    assert Config.from_env({"SECRET_KEY_FILE": str(secret)}).secret_key == "x" * 40
    with pytest.raises(ConfigError, match="cannot read"):
        Config.from_env({"SECRET_KEY_FILE": str(tmp_path / "missing")})
    with pytest.raises(ConfigError, match="keep one"):
        Config.from_env({"SECRET_KEY_FILE": str(secret), "SECRET_KEY": "y" * 40})


def test_a_password_is_never_shown() -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_env({"DATABASE_URL": "mysql://me:hunter2@host/db"})
    assert "hunter2" not in str(caught.value)
    assert "hunter2hunter2hunter2" not in repr(Config.from_env({"SECRET_KEY": "hunter2hunter2hunter2"}))


def test_every_setting_says_what_it_does() -> None:
    assert all(len(setting.help) > 20 for setting in SETTINGS)
    assert len({setting.name for setting in SETTINGS}) == len(SETTINGS)
