"""Amounts are whole minor units and never pass through a float."""

from decimal import Decimal

import pytest

from service.domain.money import (
    Money,
    exponent,
    line_amount,
    parse_decimal,
    parse_minor,
    to_json,
    to_text,
)


@pytest.mark.parametrize(
    ("currency", "digits"),
    [
        ("SAR", 2),
        ("GBP", 2),
        ("KWD", 3),
        ("JOD", 3),
        ("JPY", 0),
        ("XOF", 0),
        ("CLF", 4),
    ],
)
def test_a_currency_has_its_iso_number_of_decimal_places(currency: str, digits: int) -> None:
    assert exponent(currency) == digits


@pytest.mark.parametrize("currency", ["", "sar", "SA", "SARS", "S1R", "ريا"])
def test_a_word_that_is_no_currency_code_is_refused(currency: str) -> None:
    with pytest.raises(ValueError, match="not a currency code"):
        exponent(currency)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("2.90", "GBP", 290),
        (" 2.9 ", "GBP", 290),
        ("-11062.06", "GBP", -1106206),
        ("0.1", "KWD", 100),
        ("1500", "JPY", 1500),
        ("1e3", "SAR", 100000),
        ("100.00000000000000", "SAR", 10000),
        (".5", "SAR", 50),
    ],
)
def test_amounts_are_read_exactly(text: str, currency: str, minor: int) -> None:
    assert parse_minor(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("0.005", 0),
        ("0.015", 2),
        ("0.025", 2),
        ("-0.015", -2),
        ("0.0251", 3),
        ("0.00500000000000000000000000000000001", 1),
    ],
)
def test_what_is_finer_than_the_minor_unit_is_rounded_half_to_even(text: str, minor: int) -> None:
    assert parse_minor(text, "GBP") == minor


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "abc",
        "1,234.50",
        "NaN",
        "Infinity",
        "1e999",
        "1e20",
        "0x10",
        "1_000",
        "٣",
        "--1",
        "1 0",
    ],
)
def test_what_is_not_a_plain_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a number|too large"):
        parse_minor(text, "GBP")


def test_a_line_of_a_thousand_at_a_price_finer_than_a_penny_is_exact() -> None:
    assert line_amount(parse_decimal("0.001"), 1000, "GBP") == 100


def test_money_is_written_in_minor_units_for_machines_and_major_ones_for_people() -> None:
    assert to_json(Money(290, "GBP")) == {"amount": 290, "currency": "GBP"}
    assert to_text(Money(290, "GBP")) == "2.90"
    assert to_text(Money(-5, "KWD")) == "-0.005"
    assert to_text(Money(1500, "JPY")) == "1500"
    assert Decimal(to_text(Money(10**15, "SAR"))) == 10**13
