"""Each figure of bench/segments.py: one customer, everybody, live counts, and those who changed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from statistics import median, quantiles

import yaml

from bench.segmenting.shop import NOW, TODAY, ZONE
from service.domain import facts as fact
from service.domain.conditions import Condition, needs
from service.domain.memberships import Loaded, Plan, work_out
from service.domain.purchases import Purchases
from service.domain.segments import Segment, parse_condition
from service.domain.subjects import Subject
from service.domain.text import Text
from service.store import pasts, populations, purchases
from service.store.compiler import Compiled, Moment, compile_page
from service.store.database import Database

MIX = Path(__file__).resolve().parents[1] / "segments" / "mix.yaml"

LISTED = 250


@dataclass(frozen=True)
class Mix:
    """The fifty segments: bound conditions by id, those over kept facts only, and those that pandas works out too."""

    bound: Mapping[str, Condition]
    kept: tuple[str, ...]
    peers: tuple[str, ...]

    @classmethod
    def read(cls) -> Mix:
        """The committed mix."""
        documents = yaml.safe_load(MIX.read_text(encoding="utf-8"))["segments"]
        return cls(
            {one["id"]: parse_condition(one["when"], "SAR", ZONE)[1] for one in documents},
            tuple(one["id"] for one in documents if one.get("kept")),
            tuple(one["id"] for one in documents if one.get("peer")),
        )


def moment_of(db: Database, mix: Mix) -> tuple[Moment, float]:
    """The moment with the cuts of the population, and the seconds that finding them took."""
    moment = Moment(NOW, TODAY, ZONE)
    began = time.perf_counter()
    cuts = populations.fit_cuts(db, needs(*mix.bound.values()).cuts, moment)
    return replace(moment, cuts=cuts), time.perf_counter() - began


def live_counts(db: Database, mix: Mix, moment: Moment, rounds: int) -> dict[str, tuple[int, float, float]]:
    """The count of each segment, the milliseconds it took and those of the processor (medians of the rounds)."""
    found = {}
    for one, condition in mix.bound.items():
        times, work = [], []
        for _ in range(rounds):
            began, worked = time.perf_counter(), time.process_time()
            many = populations.how_many(db, condition, moment, mix.bound)
            times.append((time.perf_counter() - began) * 1000)
            work.append((time.process_time() - worked) * 1000)
        found[one] = many, median(times), median(work)
    return found


@dataclass(frozen=True)
class Pass:
    """One go through all customers.

    :param seconds: of it all; :param work: those of the processor; :param peak: most memory, MB
    :param longest: wait for the next page, which reads and holds no lock
    :param differing: customers whose log was not as the conditions say
    """

    seconds: float
    work: float
    longest: float
    peak: float
    differing: int


def full_pass(db: Database, compiled: Compiled, size: int, take: Callable[[list[populations.Change]], None]) -> Pass:
    """Hold every membership against the conditions, as the worker does, several pages at once."""
    forget_peak()
    began, worked, longest, differing = time.perf_counter(), time.process_time(), 0.0, 0
    started = time.perf_counter()
    for _first, _last, changes in populations.changed_pages(db, compiled, size=size):
        longest = max(longest, time.perf_counter() - started)
        started = time.perf_counter()
        differing += len({customer_id for customer_id, _, _ in changes})
        take(changes)
    return Pass(time.perf_counter() - began, time.process_time() - worked, longest, peak(), differing)


def changed_only(db: Database, mix: Mix, moment: Moment, customer_ids: Sequence[int]) -> float:
    """Seconds that holding the memberships of these customers alone against the conditions takes."""
    compiled = compile_page(mix.bound, moment, listed=LISTED)
    began = time.perf_counter()
    with db.snapshot():
        populations.changed_of(db, compiled, customer_ids)
    return time.perf_counter() - began


def one_customer(db: Database, mix: Mix, moment: Moment, customer_ids: Sequence[int]) -> dict[str, tuple[float, float]]:
    """Milliseconds, median and 99th percentile, in which one customer's segments are worked out, with the reasons of
    what changed and the time of the next change: over kept facts alone, and all."""
    loaded = pasts.load(db, customer_ids)
    bought = purchases.get(db, customer_ids)
    subjects = [(_subject(bought.get(one), loaded[one], moment), loaded[one]) for one in customer_ids]
    found = {}
    for name, ids in (("kept", mix.kept), ("all", tuple(mix.bound))):
        plan = Plan.of(
            Segment(one, Text({"en": one}), Text({}), one, mix.bound[one], mix.bound[one], 1, "live") for one in ids
        )
        times = []
        for subject, mine in subjects:
            present = work_out(plan, subject, before=frozenset(), kept={}, loaded=mine).inside
            began = time.perf_counter()
            work_out(plan, subject, before=present, kept={}, loaded=mine, orders_changed=True)
            times.append((time.perf_counter() - began) * 1000)
        found[name] = median(times), quantiles(times, n=100)[98]
    return found


def _subject(bought: Purchases | None, loaded: Loaded, moment: Moment) -> Subject:
    facts = {name: rows[-1].value for name, rows in (loaded.past or {}).items() if rows[-1].until_at is None}
    facts |= fact.from_purchases(bought) | fact.passing(bought, moment.today)
    return Subject(facts, cuts=moment.cuts, now=moment.now, today=moment.today, zone=moment.zone)


def fill(db: Database, changes: Sequence[populations.Change]) -> None:
    """Write these memberships, so that a later pass finds them."""
    rows = [(customer_id, one, 1, NOW, "[]") for customer_id, one, inside in changes if inside]
    with db.write():
        columns = ("customer_id", "segment_id", "segment_version", "entered_at", "entered_reason")
        db.insert_rows("memberships", columns, rows)


def begin_segments(db: Database, mix: Mix) -> None:
    """The rows that memberships refer to."""
    with db.write():
        db.insert_rows(
            "segments",
            ("id", "version", "status", "owner", "body", "created_at", "changed_at"),
            [(one, 1, "live", "file", "{}", 0, 0) for one in mix.bound],
            suffix="ON CONFLICT (id) DO NOTHING",
        )


def compiled_of(mix: Mix, moment: Moment, ids: Sequence[str] | None = None) -> Compiled:
    """The statement for these segments, or for all."""
    return compile_page({one: mix.bound[one] for one in ids or mix.bound}, moment, mix.bound)


def some(customers: int, many: int) -> list[int]:
    """Some customers, the same ones every time."""
    return sorted(Random(7).sample(range(1, customers + 1), many))


def peak() -> float:
    """The most memory this process held since :func:`forget_peak`, MB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def forget_peak() -> None:
    """Measure the most memory anew."""
    Path("/proc/self/clear_refs").write_text("5")
