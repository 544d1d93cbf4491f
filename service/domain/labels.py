"""Labels: what somebody knows of a customer's persona, read from a CSV file to train on."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from service.domain import identities
from service.domain.errors import FirasaError, InvalidInput
from service.domain.identities import Kind

COLUMNS = ("customer", "persona")
PROBLEMS_SHOWN = 20


@dataclass(frozen=True)
class Label:
    """One line of the file.

    :param line: its 1-based number
    :param customer: shop id, email, phone, or Firasa's own id (``c_42``)
    """

    line: int
    customer: str
    persona: str


@dataclass(frozen=True)
class BadLabel:
    """A line that cannot be taken, and why."""

    line: int
    value: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.value!r}: {self.reason}"


class BadLabels(FirasaError):
    """A file of labels has lines that cannot be taken; the message names the first twenty, ``bad`` has all."""

    def __init__(self, bad: Sequence[BadLabel]) -> None:
        shown = [str(one) for one in bad[:PROBLEMS_SHOWN]]
        if len(bad) > len(shown):
            shown.append(f"and {len(bad) - len(shown)} lines more")
        lines = "1 line" if len(bad) == 1 else f"{len(bad)} lines"
        super().__init__(f"{lines} of the labels cannot be taken; nothing was changed\n  " + "\n  ".join(shown))
        self.bad = tuple(bad)


def read(lines: Iterable[str], personas: Collection[str]) -> tuple[list[Label], list[BadLabel]]:
    """The labels of a CSV file with the columns ``customer`` and ``persona``, and the lines that are wrong.

    :param personas: the psychographic personas there are
    :raises InvalidInput: when a column is missing or the file is no CSV
    """
    at = 0

    def counted() -> Iterator[str]:
        nonlocal at
        for at, line in enumerate(lines, 1):  # noqa: B007 - the reader's own count stops before a line it cannot read
            yield line

    reader = csv.DictReader(counted(), strict=True)
    good: list[Label] = []
    bad: list[BadLabel] = []
    try:
        header = [(name or "").strip().lower().lstrip("\ufeff") for name in reader.fieldnames or ()]
        missing = [name for name in COLUMNS if name not in header]
        if missing:
            raise InvalidInput(f"the file of labels has no column {' and '.join(missing)}; it needs customer,persona")
        reader.fieldnames = header
        for row in reader:
            customer, persona = (row["customer"] or "").strip(), (row["persona"] or "").strip()
            reason = _wrong(customer, persona, personas)
            if reason:
                bad.append(BadLabel(reader.line_num, persona if customer else customer, reason))
            else:
                good.append(Label(reader.line_num, customer, persona))
    except csv.Error as error:
        raise InvalidInput(f"line {at} of the labels is not CSV: {error}") from error
    return good, bad


def _wrong(customer: str, persona: str, personas: Collection[str]) -> str | None:
    if not customer:
        return "the customer is missing"
    if persona in personas:
        return None
    close = get_close_matches(persona, personas, 1)
    return f"there is no such persona; {f'did you mean {close[0]}?' if close else 'there are ' + ', '.join(personas)}"


def identity(customer: str) -> tuple[Kind, str]:
    """How to look a labelled customer up: the kind of identity and its stored form.

    :raises InvalidInput: when it cannot be any
    """
    if "@" in customer:
        return "email", identities.parse_email(customer)
    if customer.startswith("+"):
        return "phone", identities.parse_phone(customer.replace(" ", ""))
    return "shop", identities.parse_shop_id(customer)
