"""What there is to measure with. Light to import: the processes that send the load need nothing else."""

from __future__ import annotations

from dataclasses import dataclass

FLOOR_PATH = "/answers"
Value = str | int | list[str] | None


@dataclass(frozen=True)
class Walk:
    """One way through a quiz: its items with the answers given, in order."""

    quiz: str
    answers: tuple[tuple[str, Value], ...]


@dataclass(frozen=True)
class Sample:
    """The sample shop as the measuring sees it.

    :param emails: addresses of customers who have bought something
    :param segments: how many segments are live
    """

    emails: tuple[str, ...]
    walks: tuple[Walk, ...]
    segments: int
