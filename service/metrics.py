"""The metrics: every name that Prometheus reads, in one place.

All numbers come from the database, so any web process answers for all processes, and a restart loses none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from service import __version__


@dataclass(frozen=True)
class Queue:
    """What waits for one destination. ``oldest_seconds`` is 0 when nothing waits."""

    destination: str
    status: str
    pending: int
    dead: int
    blocked: int
    oldest_seconds: float


@dataclass(frozen=True)
class Numbers:
    """Everything that is measured.

    :param totals: running totals of the sync: ``attempts.<outcome>``, ``dwell.count``, ``dwell.microseconds``,
        ``dwell.le.<seconds>``
    :param buckets: the upper ends of the dwell histogram, in seconds
    :param responses: quiz, language, status, number
    :param personas: kind, persona (empty: abstained), source, number of customers
    :param profiles_due: profiles that wait to be looked at again
    """

    queues: Sequence[Queue]
    totals: Mapping[str, int]
    buckets: Sequence[float]
    responses: Sequence[tuple[str, str, str, int]]
    personas: Sequence[tuple[str, str, str, int]]
    profiles_due: int


def exposition(numbers: Numbers) -> tuple[bytes, str]:
    """The answer to a scrape and its content type."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(numbers))
    return generate_latest(registry), CONTENT_TYPE_LATEST


class _Collector:
    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers

    def collect(self) -> Iterator[Metric]:
        numbers = self._numbers
        yield _gauge("firasa_build", "The version that runs; always 1.", ["version"], [((__version__,), 1)])
        yield from _queues(numbers.queues)
        yield _attempts(numbers.totals)
        yield _dwell(numbers)
        yield _gauge(
            "firasa_responses",
            "Responses to quizzes and surveys.",
            ["quiz", "lang", "status"],
            [((quiz, lang, status), count) for quiz, lang, status, count in numbers.responses],
        )
        yield _gauge(
            "firasa_personas",
            "Customers by present persona and where it came from; an empty persona is an abstention.",
            ["kind", "persona", "source"],
            [((kind, persona, source), count) for kind, persona, source, count in numbers.personas],
        )
        yield _gauge(
            "firasa_profiles_due", "Profiles that wait to be looked at again.", [], [((), numbers.profiles_due)]
        )


def _queues(queues: Sequence[Queue]) -> Iterator[Metric]:
    names = ["destination", "status"]
    for name, help_text, values in (
        ("firasa_deliveries_pending", "Deliveries due or on their way.", [each.pending for each in queues]),
        (
            "firasa_deliveries_dead",
            "Deliveries given up; `firasa deliveries retry --dead`.",
            [each.dead for each in queues],
        ),
        ("firasa_deliveries_blocked", "Deliveries that must not be sent.", [each.blocked for each in queues]),
        (
            "firasa_deliveries_oldest_seconds",
            "How long the oldest pending delivery has waited.",
            [each.oldest_seconds for each in queues],
        ),
    ):
        labels = [(each.destination, each.status) for each in queues]
        yield _gauge(name, help_text, names, zip(labels, values, strict=True))


def _attempts(totals: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily("firasa_delivery_attempts", "Tries to send a delivery.", labels=["outcome"])
    for name, value in sorted(totals.items()):
        if name.startswith("attempts."):
            family.add_metric([name.removeprefix("attempts.")], value)
    return family


def _dwell(numbers: Numbers) -> Metric:
    totals = numbers.totals
    count = totals.get("dwell.count", 0)
    # A bucket that this release added has no past: it holds at least what the one below it holds.
    counts = accumulate((totals.get(f"dwell.le.{end}", 0) for end in numbers.buckets), max)
    buckets = [(str(end), float(each)) for end, each in zip(numbers.buckets, counts, strict=True)]
    return HistogramMetricFamily(
        "firasa_outbox_dwell_seconds",
        "From a change written into the outbox to its arrival: the number to watch.",
        buckets=[*buckets, ("+Inf", float(count))],
        sum_value=totals.get("dwell.microseconds", 0) / 1_000_000,
    )


def _gauge(
    name: str, help_text: str, labels: Sequence[str], samples: Iterable[tuple[Sequence[str], float]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, help_text, labels=labels)
    for values, number in samples:
        family.add_metric(values, number)
    return family
