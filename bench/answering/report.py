"""What was found: rows of times, and targets beside what was reached."""

from __future__ import annotations

import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field


def quantile(seconds: Sequence[float], percent: float) -> float:
    """The value below which so many percent lie; 0 when there is none."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else 0.0


def median(values: Sequence[float]) -> float:
    """The middle one; 0 when there is none."""
    return statistics.median(values) if values else 0.0


def ms(seconds: float) -> float:
    """Seconds as milliseconds."""
    return seconds * 1000


@dataclass
class Row:
    """A line of the table. Made from the seconds of each call, which are not kept.

    :param ratio: p50 beside the floor's, median over the rounds
    :param per_second: requests a second, median over the rounds
    :param statements: the most SQL statements that one call took
    """

    where: str
    kind: str
    seconds: Sequence[float] = field(repr=False)
    ratio: float | None = None
    per_second: float | None = None
    statements: int | None = None
    count: int = 0
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    worst_ms: float = 0.0

    def __post_init__(self) -> None:
        self.count = len(self.seconds)
        self.p50_ms, self.p99_ms, self.worst_ms = (ms(quantile(self.seconds, part)) for part in (50, 99, 100))
        self.seconds = ()


@dataclass(frozen=True)
class Target:
    """What was promised, and what was reached."""

    name: str
    reached: float
    limit: float
    unit: str = ""
    at_least: bool = False

    @property
    def holds(self) -> bool:
        """Whether the promise is kept."""
        return self.reached >= self.limit if self.at_least else self.reached <= self.limit


@dataclass
class Report:
    """Everything that was measured in one run."""

    load_average: float
    cpus: int
    segments: int
    rows: list[Row] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    import_seconds: float | None = None
    recomputes: int = 0


def show(report: Report) -> None:
    """Print the tables."""
    print(
        f"Python {platform.python_version()}, {report.cpus} CPUs, load average at the start {report.load_average:.1f};"
        f" {report.segments} live segments"
    )
    print(f"\n{'':20}{'':28}{'calls':>8}{'p50 ms':>9}{'p99 ms':>9}{'worst ms':>10}{'/ floor':>9}{'SQL':>5}{'req/s':>8}")
    for row in report.rows:
        print(
            f"{row.where:20}{row.kind:28}{row.count:8,}{row.p50_ms:9.2f}{row.p99_ms:9.2f}{row.worst_ms:10.1f}"
            f"{_or_empty(row.ratio, '9.2f')}{_or_empty(row.statements, '5')}{_or_empty(row.per_second, '8,.0f')}"
        )
    ended = f"ended after {report.import_seconds:.0f} s" if report.import_seconds else "was stopped before its end"
    print(f"\nThe import {ended}; {report.recomputes} recomputes came to their end meanwhile.")
    print(f"\n{'':48}{'reached':>10}{'target':>12}")
    for one in report.targets:
        sign = "≥" if one.at_least else "≤"
        print(
            f"{one.name:48}{f'{one.reached:.2f}'.rstrip('0').rstrip('.'):>10}"
            f"{f'{sign} {one.limit:.3g} {one.unit}'.rstrip():>12}  {'' if one.holds else 'MISSED'}".rstrip()
        )
    for error in report.errors:
        print(f"error: {error}")


def _or_empty(value: float | None, form: str) -> str:
    width = int(form.split(".")[0].split(",")[0])
    return " " * width if value is None else format(value, form)
