"""What the parts of one compiled statement share: the moment that is asked about, and the values beside the SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from service.domain.leaves import Condition, number_text
from service.domain.subjects import Cut
from service.domain.whales import Measure

NEVER = "(1 = 0)"
ALWAYS = "(1 = 1)"


@dataclass(frozen=True)
class Moment:
    """When, and by which numbers of the shop, conditions are asked about.

    :param now: UTC microseconds
    :param today: the shop's day of it
    :param whales_from: least sum of a whale in minor units, ``None`` while it is unknown
    :param whales_by: which sum that is (``whales.Whales.sum_of``)
    :param shop_gaps: the shop's median gap after the first and after the second order (``rhythm.Rhythm.shop_gap``)
    :param cuts: the kept cuts of the population
    :param past: ask the history what held at ``now``: facts as recorded then, orders placed by that day (each with the
        status and the amounts it has today), stays in segments of that time. The numbers of the shop are today's.
    """

    now: int
    today: int
    zone: str = "UTC"
    whales_from: int | None = None
    whales_by: Measure = "net_revenue"
    shop_gaps: tuple[float, float] | None = None
    cuts: Mapping[Cut, int | float] = field(default_factory=dict)
    past: bool = False


@dataclass(frozen=True)
class Test:
    """A condition as SQL.

    :param sql: true or false, never NULL, of the customer ``c.id``
    :param members: a SELECT of exactly the customers of whom it is true, each once; ``None`` where it is quicker to
        look at everybody
    """

    sql: str
    members: str | None = None


@dataclass
class Scope:
    """One statement in the making.

    :param segments: the bound conditions of live segments by id, for conditions that ask about them
    :param paged: the statement is about customers ``BETWEEN :first AND :last``; else about everybody
    :param listed: it is about that many customers one by one, ``:c0`` and so on, instead
    :param values: the parameters so far
    :param sources: what must be added up over orders and lines before the tests: by kind of source its sums, each
        with the name of its column
    :param gates: by kind of source, of each of its sums what an order must be for any of its lines to matter
    :param reaches: by kind of source, the first and the last day that any of its windows reaches
    :param narrowed: a statement about everybody has found who can pass at all: few, or many, but not all
    :param beside: a test asks for the purchases ``u`` beside the customer ``c``
    :param open_segments: those whose condition is being written just now; one of them again would be a circle
    """

    moment: Moment
    segments: Mapping[str, Condition]
    paged: bool
    listed: int = 0
    values: dict[str, object] = field(default_factory=dict)
    open_segments: tuple[str, ...] = ()
    sources: dict[str, dict[str, str]] = field(default_factory=dict)
    gates: dict[str, dict[str, None]] = field(default_factory=dict)
    narrowed: bool = False
    beside: bool = False
    reaches: dict[str, tuple[int, int]] = field(default_factory=dict)
    _names: dict[tuple[type, object], str] = field(default_factory=dict)

    def bind(self, value: object) -> str:
        """The parameter that stands for a value; the same one for the same value."""
        key = (type(value), value)
        if key not in self._names:
            self._names[key] = name = f"v{len(self._names)}"
            self.values[name] = value
        return f":{self._names[key]}"

    def bind_all(self, values: Iterable[object]) -> str:
        """A list of parameters in brackets."""
        return "(" + ", ".join(self.bind(value) for value in values) + ")"

    def page(self, column: str) -> str:
        """What keeps rows to the customers of the page; to follow a WHERE with an AND."""
        return f" AND {page_of(column, self.listed)}" if self.paged else ""

    def valid(self, row: str) -> str:
        """That a recorded fact holds at the moment."""
        if not self.moment.past:
            return f"{row}.until_at IS NULL"
        now = self.bind(self.moment.now)
        return f"{row}.since_at <= {now} AND ({row}.until_at IS NULL OR {row}.until_at > {now})"


@dataclass(frozen=True)
class Columns:
    """Where the value of a fact is: SQL expressions, NULL where the fact is of the other kind or missing.

    :param customer: the customer of the row
    :param search: the text as it is searched; ``words``: its words between spaces
    :param part: the place in a list, NULL for one value; ``None`` where facts are never lists
    """

    number: str | None
    text: str | None
    customer: str
    search: str | None = None
    words: str | None = None
    part: str | None = None


def page_of(column: str, listed: int) -> str:
    """That a customer is one of the page: of that many one by one, or between the first and the last."""
    if listed:
        return f"{column} IN ({', '.join(f':c{place}' for place in range(listed))})"
    return f"{column} BETWEEN :first AND :last"


def all_of(tests: Sequence[str]) -> str:
    """That all of these hold."""
    return "(" + " AND ".join(tests) + ")" if tests else ALWAYS


def any_of(tests: Sequence[str]) -> str:
    """That any of these holds."""
    return "(" + " OR ".join(tests) + ")" if tests else NEVER


def text_equal_to(value: object) -> str:
    """The text that is equal to a value."""
    return value if isinstance(value, str) else number_text(value)  # type: ignore[arg-type]


def number_equal_to(value: object) -> float | None:
    """The number that is equal to a value; ``None`` for a text that is not the plain writing of a number."""
    if not isinstance(value, str):
        return float(value)  # type: ignore[arg-type]
    try:
        number = float(value)
        return number if number_text(number) == value else None
    except (ValueError, OverflowError):
        return None
