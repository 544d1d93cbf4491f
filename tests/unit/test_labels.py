"""Reading a file of labels."""

from __future__ import annotations

import pytest

from service.domain.errors import InvalidInput
from service.domain.labels import BadLabel, BadLabels, Label, identity, read

PERSONAS = ("planner", "explorer")


def test_columns_are_found_by_name_whatever_their_order_case_and_company() -> None:
    lines = ["\ufeffPersona , notes,CUSTOMER\n", 'planner,"met, twice", S1 \n', "explorer,,S2\n"]
    assert read(lines, PERSONAS) == ([Label(2, "S1", "planner"), Label(3, "S2", "explorer")], [])


def test_a_bad_line_is_named_and_the_others_are_read() -> None:
    good, bad = read(["customer,persona\n", "S1\n", "S2,pirate\n", ",planner\n", "S3,planner\n"], PERSONAS)
    assert good == [Label(5, "S3", "planner")]
    assert bad == [
        BadLabel(2, "", "there is no such persona; there are planner, explorer"),
        BadLabel(3, "pirate", "there is no such persona; there are planner, explorer"),
        BadLabel(4, "", "the customer is missing"),
    ]


def test_a_file_that_is_no_csv_is_refused_with_the_line() -> None:
    with pytest.raises(InvalidInput, match="line 2 of the labels is not CSV"):
        read(["customer,persona\n", '"S1"x,planner\n'], PERSONAS)


def test_of_many_bad_lines_the_first_twenty_are_shown() -> None:
    error = BadLabels([BadLabel(line, "x", "is wrong") for line in range(2, 32)])
    lines = str(error).splitlines()
    assert lines[0] == "30 lines of the labels cannot be taken; nothing was changed"
    assert len(lines) == 22
    assert lines[-1] == "  and 10 lines more"


@pytest.mark.parametrize(
    ("customer", "found"),
    [
        ("Sara@Example.com ", ("email", "sara@example.com")),
        ("+966 50 123 4567", ("phone", "+966501234567")),
        ("17850.0", ("shop", "17850")),
        ("C1001", ("shop", "C1001")),
    ],
)
def test_a_customer_is_named_by_email_phone_or_shop_id(customer: str, found: tuple[str, str]) -> None:
    assert identity(customer) == found


@pytest.mark.parametrize("customer", ["two@@example.com", "+12", "a\x00b"])
def test_what_can_be_no_identity_is_refused(customer: str) -> None:
    with pytest.raises(InvalidInput):
        identity(customer)
