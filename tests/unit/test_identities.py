"""Emails, phones, shop ids and searched names have one form each."""

import pytest

from service.domain import identities
from service.domain.errors import InvalidInput
from service.domain.search import normalise, search_text, words


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" Mona@Example.COM ", "mona@example.com"),
        ("a.b+c@mail.example.org", "a.b+c@mail.example.org"),
        ("نور@مثال.السعودية", "نور@مثال.السعودية"),
    ],
)
def test_an_address_is_compared_in_lower_case(text: str, address: str) -> None:
    assert identities.parse_email(text) == address


@pytest.mark.parametrize(
    "text",
    [
        *("", "mona", "mona@", "@example.com", "mona@example", "a b@example.com", "a@b@example.com", "a@example..com"),
        *(".a@example.com", "a,b@example.com", "a\x00@example.com", "a\ud800@example.com", f"{'a' * 250}@example.com"),
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="not an email address"):
        identities.parse_email(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (" 17850 ", "17850"),
        ("17850.0", "17850"),
        ("'9013808660771", "9013808660771"),
        ("00123", "00123"),
        ("1.5", "1.5"),
    ],
)
def test_what_spreadsheets_did_to_an_id_is_undone(text: str, value: str) -> None:
    assert identities.parse_shop_id(text) == value


@pytest.mark.parametrize("text", ["", "  ", "'", "x" * 201, "a\x00b"])
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        identities.parse_shop_id(text)


def test_a_phone_number_is_kept_in_international_form_only() -> None:
    assert identities.parse_phone("+966501234567") == "+966501234567"
    for wrong in ("0501234567", "+0501234567", "+966 50", "+٩٦٦٥٠١٢٣٤٥٦٧", ""):
        with pytest.raises(InvalidInput):
            identities.parse_phone(wrong)


def test_the_public_form_of_a_customer_id_is_read_back() -> None:
    assert identities.parse_public_id(identities.public_id(42)) == 42
    for wrong in ("42", "c_", "c_0", "c_-1", "c_1x", f"c_{10**30}"):
        assert identities.parse_public_id(wrong) is None


def test_names_are_found_however_they_are_typed() -> None:
    assert normalise("أحمد") == normalise("احمد") == normalise("احــمَد")
    assert normalise("فاطمة") == normalise("فاطمه")
    assert normalise("منى") == normalise("مني")
    assert normalise("٠٥٠") == "050"
    assert normalise("  José  MÜLLER ") == "jose muller"
    assert normalise("آمنة") == normalise("امنه")


def test_a_search_text_has_every_part_once_normalised() -> None:
    assert search_text(["Mona", None, "", "ALI@Example.com"]) == "mona ali@example.com"
    assert words("  Ali   منى ") == ["ali", "مني"]
