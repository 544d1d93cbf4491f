"""What it costs to ask fifty segments of everybody, and of one customer; ten of them beside pandas.

The mix is bench/segments/mix.yaml; the shop is simulated: ten orders a customer over three years, 1.7 lines an order.
Everything runs in this one process on a SQLite file. docs/performance.md explains the table.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.segmenting import measuring, peer, shop
from bench.segmenting.measuring import Mix, Pass
from service.store import populations
from service.store.compiler import Moment
from service.store.database import Database, open_database
from service.store.migrations import migrate

CHANGED = 1_000
SMALL = 50_000


def main() -> None:
    """Build the shop, measure and print."""
    options = _options()
    load = os.getloadavg()[0]
    print(f"Python {platform.python_version()}, {os.cpu_count()} CPUs, load average {load:.1f} at the start")
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    with _shop(options.customers, options.database) as path:
        db = open_database(f"sqlite:///{path}")
        try:
            _measure(db, path, options)
        finally:
            db.close()


def _measure(db: Database, path: str, options: argparse.Namespace) -> None:
    mix = Mix.read()
    moment, seconds = measuring.moment_of(db, mix)
    print(f"\n{len(mix.bound)} segments, {options.customers:,} customers; cuts of the population: {seconds:.2f} s")
    small = options.customers <= SMALL
    _one(db, mix, moment, options.customers)
    found = _counts(db, mix, moment, options.rounds, small)
    whole = _whole(db, mix, moment, options)
    _changed(db, mix, moment, options.customers, whole)
    if not options.no_peer:
        _peer(db, path, mix, moment, found)


def _one(db: Database, mix: Mix, moment: Moment, customers: int) -> None:
    found = measuring.one_customer(db, mix, moment, measuring.some(customers, min(500, customers)))
    print("\none customer in process, ms       p50      p99   target")
    for name, limit in (("kept", 0.5), ("all", 3.0)):
        p50, p99 = found[name]
        print(f"  {name:28}{p50:9.3f}{p99:9.3f}{limit:9.1f}  {_met(p50 <= limit)}")


def _counts(db: Database, mix: Mix, moment: Moment, rounds: int, small: bool) -> dict[str, int]:
    found = measuring.live_counts(db, mix, moment, rounds)
    print("\nlive counts, ms                   p50    worst  p50 of the processor   target")
    windows = [one for one in found if one.startswith(("w-", "l-"))]
    for name, ids, limit in (
        ("kept facts", mix.kept, 50 if small else 400),
        ("windows over orders, lines", windows, 150 if small else 2_500),
    ):
        times = [found[one][1] for one in ids]
        p50, work = median(times), median(found[one][2] for one in ids)
        print(f"  {name:28}{p50:9.1f}{max(times):9.1f}{work:22.1f}{limit:9.0f}  {_met(p50 <= limit)}")
    for one, (many, ms, _work) in sorted(found.items(), key=lambda item: -item[1][1])[:5]:
        print(f"    slowest: {one:26}{ms:9.1f} ms, {many:,} customers")
    return {one: many for one, (many, _, _) in found.items()}


def _whole(db: Database, mix: Mix, moment: Moment, options: argparse.Namespace) -> Pass:
    compiled = measuring.compiled_of(mix, moment)
    measuring.begin_segments(db, mix)
    print("\nfull recompute                seconds  processor  longest page s   peak MB  differing")
    filled = measuring.full_pass(db, compiled, options.page, lambda changes: measuring.fill(db, changes))
    whole = filled
    if filled.differing:
        print(f"  {'first, all rows written':26}{_of(filled)}", flush=True)
        whole = measuring.full_pass(db, compiled, options.page, lambda changes: None)
    met = whole.seconds <= 120 and whole.peak <= 1_500
    print(f"  {'nothing has changed':26}{_of(whole)}  {_met(met)} (120 s, 1,500 MB at 1,000,000)")
    return whole


def _changed(db: Database, mix: Mix, moment: Moment, customers: int, whole: Pass) -> None:
    measuring.changed_only(db, mix, moment, measuring.some(customers, 10))
    seconds = measuring.changed_only(db, mix, moment, measuring.some(customers, min(CHANGED, customers)))
    share = whole.seconds / seconds
    print(
        f"\n{CHANGED:,} changed customers: {seconds:.3f} s, 1/{share:.0f} of the full recompute  {_met(share >= 200)}"
    )


def _peer(db: Database, path: str, mix: Mix, moment: Moment, found: dict[str, int]) -> None:
    ten = measuring.compiled_of(mix, moment, mix.peers)
    measuring.forget_peak()
    began = time.perf_counter()
    for first, last in populations.pages(db):
        populations.memberships(db, ten, first, last)
    ours, our_peak = time.perf_counter() - began, measuring.peak()
    gc.collect()
    measuring.forget_peak()
    began = time.perf_counter()
    frames = peer.load(path)
    loaded = time.perf_counter()
    theirs = peer.counts(frames)
    ended, their_peak = time.perf_counter(), measuring.peak()
    print("\nten segments, all customers   seconds   peak MB")
    print(f"  {'by SQL, who is in':26}{ours:9.2f}{our_peak:10.0f}")
    print(f"  {'pandas, reading':26}{loaded - began:9.2f}")
    print(f"  {'pandas, counts':26}{ended - loaded:9.2f}{their_peak:10.0f}")
    print(f"  SQL / pandas with reading: {ours / (ended - began):.2f}; memory {our_peak / their_peak:.2f}")
    wrong = {one: (found[one], theirs[one]) for one in theirs if found[one] != theirs[one]}
    print(f"  all ten counts are the same: {'yes' if not wrong else f'no, {wrong}'}")


def _of(one: Pass) -> str:
    return f"{one.seconds:9.1f}{one.work:11.1f}{one.longest:16.2f}{one.peak:10.0f}{one.differing:11,}"


def _met(met: bool) -> str:
    return "met" if met else "missed"


@contextmanager
def _shop(customers: int, kept: str | None) -> Iterator[str]:
    """The file of the shop; one that is named is kept, and used again when it is there."""
    if kept and Path(kept).exists():
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="firasa-bench-") as folder:
        path = kept or f"{folder}/firasa.db"
        db = open_database(f"sqlite:///{path}")
        migrate(db)
        db.close()
        print(f"building a shop of {customers:,} customers")
        shop.build(path, customers)
        yield path


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=SMALL)
    parser.add_argument(
        "--reuse",
        "--database",
        dest="database",
        help="a file to build the shop in and to keep; used again when it is there",
    )
    parser.add_argument("--page", type=int, default=10_000, help="customers in one statement of a full recompute")
    parser.add_argument("--rounds", type=int, default=3, help="times that each live count is taken")
    parser.add_argument("--no-peer", action="store_true", help="leave pandas out")
    return parser.parse_args()


if __name__ == "__main__":
    main()
