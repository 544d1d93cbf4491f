"""The planted truth, for tests and for training: what the product should find out by itself."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from service.demo.simulation import SimulatedShop


@dataclass(frozen=True)
class Truth:
    """Why and how one customer buys."""

    customer: str
    psychographic: str
    behavioural: str


@dataclass(frozen=True)
class Label:
    """The persona of a customer who went through a quiz, as if a marketer had said so."""

    customer: str
    persona: str


def truth(shop: SimulatedShop) -> list[Truth]:
    """One row for each customer."""
    return [
        Truth(customer.shop_id, customer.planted.psychographic, customer.planted.behavioural)
        for customer in shop.customers
    ]


def labels(shop: SimulatedShop, quizzes: Iterable[str] = ("shopping-style", "skin-match")) -> list[Label]:
    """Labels for `firasa personas train`: customers who are known and went through one of these quizzes."""
    chosen = frozenset(quizzes)
    known = {one.customer for one in shop.responses if one.quiz in chosen and one.complete and one.customer}
    return [Label(row.customer, row.psychographic) for row in truth(shop) if row.customer in known]


def write_truth(shop: SimulatedShop, path: Path) -> None:
    """Write the truth as CSV: customer, psychographic, behavioural."""
    _write(path, ("customer", "psychographic", "behavioural"), truth(shop))


def write_labels(shop: SimulatedShop, path: Path) -> None:
    """Write the labels as CSV: customer, persona."""
    _write(path, ("customer", "persona"), labels(shop))


def _write(path: Path, header: Sequence[str], rows: Sequence[Truth | Label]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(astuple(row) for row in rows)
