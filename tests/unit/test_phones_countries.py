"""Phones and countries as shops write them."""

import pytest

from service.domain.errors import InvalidInput
from service.sources.countries import country_code
from service.sources.phones import parse_phone, phone_or_none


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("+966 50 123 4567", None, "+966501234567"),
        ("00966501234567", None, "+966501234567"),
        ("0501234567", "SA", "+966501234567"),
        ("٠٥٠١٢٣٤٥٦٧", "SA", "+966501234567"),
        ("'+31612345678", None, "+31612345678"),
        ("(020) 7946-0958", "GB", "+442079460958"),
    ],
)
def test_a_number_is_read_however_it_is_written(text: str, country: str | None, number: str) -> None:
    assert parse_phone(text, country) == number


@pytest.mark.parametrize("text", ["", "0501234567", "hello", "+1", "+9665012345678901234", "12", "\x00", "\ud800"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_phone(text)
    assert phone_or_none(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("United Kingdom", "GB"),
        ("gb", "GB"),
        ("EIRE", "IE"),
        ("RSA", "ZA"),
        ("Saudi Arabia", "SA"),
        ("السعودية", "SA"),
        ("المملكة العربية السعودية", "SA"),
        ("مصر", "EG"),
        ("Unspecified", None),
        ("European Community", None),
        ("Channel Islands", None),
        ("XX", None),
        ("", None),
    ],
)
def test_a_country_is_read_from_its_code_or_name(text: str, code: str | None) -> None:
    assert country_code(text) == code
