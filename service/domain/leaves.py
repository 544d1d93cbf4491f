"""What conditions are made of; what they are asked of is in `domain/subjects.py`.

Two evaluators read these classes: plain Python for one customer (`domain/evaluation.py`) and SQL for everybody
(`store/compiler.py`). They agree on every customer because of these rules, which are the meaning of the language:

* **Missing** values make every comparison false, ``ne`` too. ``not`` of it is then true.
* **Days** are days of the shop's zone, as numbers since 1970-01-01. ``today`` is the shop's day of ``now``. A fact of
  type *instant* is UTC microseconds and falls on the shop's day; a fact of type *date* is a text ``2026-01-31``.
* **The last n days** are today and the n - 1 days before it: ``today - n < day <= today``. *Before the last n days* is
  ``day <= today - n``: one of the two holds for every known day that is not ahead. *The next n days* are
  ``today <= day < today + n``.
* **Numbers** of facts are compared as IEEE doubles (whole numbers below 2**53 are exact); money is whole minor units.
  Nothing is rounded for a comparison. Sums, averages and extremes over purchases are compared as whole numbers: an
  average as ``sum * q op p * count`` where the value is the fraction p/q (:func:`fraction`).
* **A number and a text** are equal when the text is the plain writing of the number (:func:`number_text`).
* **Orders that count** are those of ``purchases.counts``: documents of kind ``order``, status ``paid`` or ``refunded``
  (it was placed, and brings nothing), with a value above zero. A filter on ``status`` lets orders of every status in;
  refund documents and free ones never are. Refunds lower ``orders.revenue`` only where the order itself knows of them.
* **Orders follow each other** by (day, placed_at, id); ids make it a total order. Lines of an order have no order among
  them: whatever looks at lines asks whether there is one, or adds all of them up.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from service.domain.subjects import Cut, Kept, OrderHistory, PastLine, PastOrder, Recorded, Stay, Subject

__all__ = [
    "ALWAYS", "Clausal", "CompareOp", "Condition", "Cut", "Filter", "FilterOp", "InSegment", "Kept", "Leaf", "Measure",
    "Near", "Node", "Of", "Op", "OrderHistory", "Past", "PastLine", "PastOrder", "Purchased", "Recorded", "Scalar",
    "Sequence", "Stay", "Step", "Subject", "Value", "Window", "fraction", "number_text",
]  # fmt: skip

Op = Literal[
    "eq", "ne", "lt", "lte", "gt", "gte", "between", "in", "has", "all_of",
    "contains", "starts_with", "ends_with", "matches", "exists",
    "in_last_days", "before_last_days", "in_next_days", "anniversary_within", "before", "after",
    "skipped", "never_asked", "top_percent", "bottom_percent", "above_median", "below_median",
    "changed_in_last_days", "within_km",
]  # fmt: skip
Scalar = str | int | float | Decimal


@dataclass(frozen=True)
class Near:
    """A circle on the earth: degrees north and east of its middle, kilometres to its edge.

    A customer's place is a unit vector (x, y, z). It lies inside when ``x*a + y*b + z*c >= cos(km / 6371)``, added from
    the left in doubles, (a, b, c) being the vector of the middle: (cos lat cos lon, cos lat sin lon, sin lat).
    """

    lat: float
    lon: float
    km: float


Value = Scalar | tuple[Scalar, ...] | Near


@dataclass(frozen=True)
class Leaf:
    """A comparison of one fact.

    * ``eq ne lt lte gt gte``: one value. Order is for numbers with numbers, and for dates with dates.
    * ``between``: ``(a, b)``, both ends in. ``in``: any of several. ``has``: a list with the value. ``all_of``: a list
      with all of the values. Of a list fact ``in`` asks for any of its values; ``eq`` never holds, ``ne`` does.
    * ``contains starts_with ends_with``: of the text as :func:`service.domain.search.normalise` writes it; the value
      is normalised too. ``matches``: every word of the value is a word of the text (``evaluation.words_of``); ``gift*``
      is the beginning of one. Of a list: of any of its texts. Numbers are no texts.
    * ``exists``: 1 when known, 0 when not.
    * ``in_last_days before_last_days in_next_days``: n days, of an instant or a date.
    * ``anniversary_within``: n; a later year's day with the same month and day lies today or at most n days ahead
      (29 February falls on the 28th in other years). The day itself is no anniversary.
    * ``before after``: the name of another fact of the same type (instant or date); strictly.
    * ``skipped never_asked``: 1 or 0, of a fact ``answer.x``: the fact ``skipped.x`` is there; neither of both is.
    * ``top_percent bottom_percent``: 1 to 99; at least (at most) the kept :class:`Cut`, so ties are in.
      ``above_median below_median``: 1; strictly above (below) the kept cut. Without a cut: false.
    * ``changed_in_last_days``: n; the present value began in the last n days and there was another before it.
    * ``within_km``: a :class:`Near`.

    ``1`` and ``0`` stand for true and false.
    """

    fact: str
    op: Op
    value: Value


Measure = Literal["count", "sum", "average", "minimum", "maximum", "distinct"]
FilterOp = Literal["eq", "ne", "lt", "lte", "gt", "gte", "between", "in", "exists"]
CompareOp = Literal["eq", "ne", "lt", "lte", "gt", "gte", "between"]
Of = Literal["orders", "lines"]


@dataclass(frozen=True)
class Filter:
    """One thing an order or a line must be.

    Fields of orders: ``revenue gross discount units`` (numbers), ``day`` (bound: a day number), and the texts
    ``source medium campaign coupon status payment_method country``, and ``product category``: *one of its lines* has
    it, each filter for itself. Fields of lines: ``amount`` (before any discount) ``discount quantity unit_price
    product category``, and every field of its order that no field of the line hides (``discount`` is the line's).

    :param value: bound: minor units for money, day numbers for ``day``; a pair for ``between``, a tuple for ``in``,
        1 or 0 for ``exists``. Texts are equal letter by letter and have ``eq ne in exists`` only.
    """

    field: str
    op: FilterOp
    value: Scalar | tuple[Scalar, ...]


@dataclass(frozen=True)
class Window:
    """Which orders are looked at.

    * ``always``
    * ``last_days``: n; today and the n - 1 days before. An order dated ahead is in no such window yet.
    * ``between``: first and last day, both in. Written as texts, bound as day numbers.
    * ``since_first_order``: n; from the first counted order's day to n days after it.
    * ``first_orders``: n; the first n counted orders. Filters are asked after that, also one on status (an order that
      does not count is never among the first n).

    The first counted order is that of the customer, whatever the filters.
    """

    kind: Literal["always", "last_days", "between", "since_first_order", "first_orders"] = "always"
    value: int | tuple[Scalar, Scalar] = 0


ALWAYS = Window()


@dataclass(frozen=True)
class Purchased:
    """A measure of the orders (or lines) of a window that pass all filters, compared with a value.

    :param of: for ``count``: ``orders`` or ``lines``; else the field, ``orders.revenue`` or ``lines.amount``.
        ``sum average minimum maximum`` take numbers; ``distinct`` takes any field but ``orders.product`` and
        ``orders.category`` (of these ask the lines)
    :param value: bound: minor units where the field is money and the measure is not ``distinct``; a pair for
        ``between``. Numbers have at most four decimal places.

    Missing values of a field are left out of every measure but ``count``. Over nothing ``count``, ``sum`` and
    ``distinct`` are 0; ``average``, ``minimum`` and ``maximum`` are missing and every comparison is false.
    """

    measure: Measure
    of: str
    where: tuple[Filter, ...]
    window: Window
    op: CompareOp
    value: int | float | Decimal | str | tuple[int | float | Decimal | str, ...]


@dataclass(frozen=True)
class Step:
    """An order that passes all filters, or one with a line that passes all of them (``lines``)."""

    of: Of
    where: tuple[Filter, ...]


@dataclass(frozen=True)
class Sequence:
    """An order of step ``then`` follows an order of step ``first`` (strictly, by day, placed_at and id), and its day is
    at most ``within_days`` after the day of the first. The two are never the same order."""

    first: Step
    then: Step
    within_days: int


@dataclass(frozen=True)
class InSegment:
    """Membership of another segment.

    * ``is``: the segment is live and its condition holds now; ``ever``: that, or any stay in the log.
    * ``entered_in_last_days``: n; a stay began in the last n days, also one that ended, also one that begins now.
    * ``on``: a stay covered the end of that day (bound: a day number); today and later days ask what is now.
    """

    id: str
    op: Literal["is", "ever", "entered_in_last_days", "on"] = "is"
    value: int | str = 0


@dataclass(frozen=True)
class Past:
    """A comparison held at another time, over the recorded values of a fact with history.

    * ``ever``: of any value recorded, the present one included.
    * a day (bound: a day number): of the value that held at the end of it; today and later days ask for the present
      one. Without a value then: false.

    Only comparisons with a value can be asked: eq ne lt lte gt gte between in has all_of contains starts_with ends_with
    matches exists (true).
    """

    leaf: Leaf
    when: int | str = "ever"


@dataclass(frozen=True)
class Node:
    """``all`` or ``any`` of several conditions, or ``not`` of one."""

    kind: Literal["all", "any", "not"]
    children: tuple[Condition, ...]


Clausal = Leaf | Purchased | Sequence | InSegment | Past
Condition = Clausal | Node


def fraction(value: int | float | Decimal | str) -> tuple[int, int]:
    """The value as a fraction p/q in lowest terms, exactly as written: ``fraction(2.5) == (5, 2)``."""
    return Decimal(str(value)).as_integer_ratio()


def number_text(value: int | float | Decimal) -> str:
    """The plain writing of a number: ``3`` for 3 and 3.0, ``2.5`` for 2.5."""
    double = float(value)
    return str(int(double)) if double.is_integer() else repr(double)
