"""Money as whole minor units of a currency: 2.90 pounds are `Money(290, "GBP")`; a float never holds an amount."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal

# ISO 4217: currencies whose minor unit is not a hundredth.
_NO_DECIMALS = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"}
    | {"RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"}
)
_EXPONENTS = {
    **dict.fromkeys(_NO_DECIMALS, 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
# Sums of many amounts must stay inside the 64-bit integers of both databases.
_LARGEST = 10**15
# Wide enough that only `quantize` ever rounds: a number of 40 characters times any quantity is exact in it.
_EXACT = Context(prec=200, rounding=ROUND_HALF_EVEN)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (pennies, halalas, fils) of one currency."""

    amount: int
    currency: str


def exponent(currency: str) -> int:
    """How many decimal places a currency has: 2 for SAR, 3 for KWD, 0 for JPY.

    :raises ValueError: when `currency` is not three capital letters.
    """
    if not _CURRENCY.fullmatch(currency):
        raise ValueError(f"{currency!r} is not a currency code; write three capital letters such as SAR")
    return _EXPONENTS.get(currency, 2)


def parse_decimal(text: str) -> Decimal:
    """An exact number from text such as `2.95` or `-1e3`; spaces around it do not matter, grouping is refused.

    :raises ValueError: when the text is not a number, or is larger than any price.
    """
    stripped = text.strip()
    if len(stripped) > 40 or not _NUMBER.fullmatch(stripped):
        raise ValueError(f"{text!r} is not a number")
    number = Decimal(stripped)
    if abs(number) > _LARGEST:
        raise ValueError(f"{text!r} is too large")
    return number


def to_minor(number: Decimal, currency: str) -> int:
    """Minor units of a decimal amount; what is finer than the minor unit is rounded half to even."""
    return int(_EXACT.quantize(_EXACT.scaleb(number, exponent(currency)), Decimal(1)))


def line_amount(unit_price: Decimal, quantity: int, currency: str) -> int:
    """Minor units of `quantity` pieces: the exact product is rounded once, half to even."""
    return to_minor(_EXACT.multiply(unit_price, Decimal(quantity)), currency)


def parse_minor(text: str, currency: str) -> int:
    """Minor units of an amount written as text: `parse_minor("2.90", "GBP") == 290`, rounded half to even.

    :raises ValueError: when the text is not a number or the currency is not a code.
    """
    return to_minor(parse_decimal(text), currency)


def to_text(money: Money) -> str:
    """The amount in major units with all its decimal places, `2.90`, for files and forms (not localised)."""
    return f"{Decimal(money.amount).scaleb(-exponent(money.currency)):f}"


def to_json(money: Money) -> dict[str, int | str]:
    """The amount as every JSON document of Firasa writes it: `{"amount": 290, "currency": "GBP"}`."""
    return {"amount": money.amount, "currency": money.currency}
