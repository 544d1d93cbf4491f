"""The running service keeps what gives all amounts and days their meaning."""

from __future__ import annotations

import pytest

from service.config import Config, ConfigError
from service.runtime import Runtime


def currency_and_zone(url: str, **given: str) -> tuple[str, str]:
    runtime = Runtime(Config(database_url=url, **given))  # type: ignore[arg-type]
    try:
        shop = runtime.context().shop
        return shop.currency, shop.timezone
    finally:
        runtime.close()


def test_currency_and_zone_are_kept_once_they_are_named(database_url: str) -> None:
    assert currency_and_zone(database_url) == ("SAR", "UTC")
    assert currency_and_zone(database_url, shop_currency="KWD", shop_timezone="Asia/Kuwait") == ("KWD", "Asia/Kuwait")
    assert currency_and_zone(database_url) == ("KWD", "Asia/Kuwait")


def test_settings_that_would_give_amounts_and_days_another_meaning_are_refused(database_url: str) -> None:
    currency_and_zone(database_url, shop_currency="SAR", shop_timezone="Asia/Riyadh")
    with pytest.raises(ConfigError) as caught:
        currency_and_zone(database_url, shop_currency="KWD", shop_timezone="UTC")
    assert [problem.split(":")[0] for problem in caught.value.problems] == ["SHOP_CURRENCY", "SHOP_TIMEZONE"]
    assert "counted in SAR" in str(caught.value)
