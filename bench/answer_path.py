"""What an answer costs, beside the least it could cost: the same server and framework storing one raw row.

1. In one process: an ordinary answer, and the one that completes a quiz of a known customer.
2. Over HTTP with 16 connections; then again while an import of 500,000 lines and recomputes run.

Both sides take turns throughout, so that a slow moment of the machine is slow for both. docs/performance.md explains
the table.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.answering.in_process import Measured
from bench.answering.load import Load, Served, send
from bench.answering.processes import Writers, floor_server, product_server
from bench.answering.report import Report, Row, Target, median, ms, quantile, show
from bench.answering.sample import Sample
from bench.answering.shop import prepare

FLOOR, ANSWERS = "floor", "answers"


@dataclass(frozen=True)
class Options:
    """How much is measured."""

    seconds: float = 10.0
    connections: int = 16
    rounds: int = 3
    threads: int = 4
    conversations: int = 120
    customers: int = 2_000
    lines: int = 500_000
    longest_import: float = 300.0


QUICK = Options(seconds=1.0, connections=4, rounds=1, conversations=8, customers=60, lines=2_000, longest_import=20.0)


def main() -> None:
    """Measure and print."""
    options, as_json = _options()
    with tempfile.TemporaryDirectory(prefix="firasa-bench-") as folder:
        report = measure(options, Path(folder))
    if as_json:
        print(json.dumps(asdict(report), indent=2))
    else:
        show(report)


def measure(options: Options, folder: Path) -> Report:
    """Everything, in one run."""
    database = f"sqlite:///{folder}/firasa.db"
    sample = prepare(database, options.customers, _say)
    report = Report(load_average=os.getloadavg()[0], cpus=os.cpu_count() or 1, segments=sample.segments)
    _in_process(report, options, folder, database, sample)
    ports = {FLOOR: _free_port(), ANSWERS: _free_port()}
    with (
        floor_server(folder, ports[FLOOR], options.threads),
        product_server(database, ports[ANSWERS], options.threads),
    ):
        _over_http(report, options, ports, sample)
        _beside_writers(report, options, ports, folder, database, sample)
    return report


def _in_process(report: Report, options: Options, folder: Path, database: str, sample: Sample) -> None:
    _say(f"in process: {options.rounds} rounds of {options.conversations} conversations")
    measured = Measured(folder, database, sample)
    measured.run(4)  # connections, statements and definitions are there from now on
    rounds = [measured.run(options.conversations) for _ in range(options.rounds)]
    measured.close()
    kinds = [kind for kind in rounds[0].seconds if kind != FLOOR]
    for kind in (FLOOR, *kinds):
        took = [one for calls in rounds for one in calls.seconds[kind]]
        ratio = median([quantile(calls.seconds[kind], 50) / quantile(calls.seconds[FLOOR], 50) for calls in rounds])
        statements = max((calls.statements.get(kind, 0) for calls in rounds), default=0) or None
        report.rows.append(Row("in process", kind, took, ratio=ratio, statements=statements))
    for kind, most, statements in (("ordinary", 3.0, 6), ("completing", 8.0, 14)):
        found = [one for one in report.rows if one.kind.startswith(kind)]
        known = [one for one in found if kind == "ordinary" or one.kind.endswith("known")]
        report.targets.append(Target(f"{kind} answer / floor, p50", max(one.ratio or 0 for one in known), most, "×"))
        report.targets.append(
            Target(f"{kind} answer, SQL statements", max(one.statements or 0 for one in found), statements)
        )


def _over_http(report: Report, options: Options, ports: Mapping[str, int], sample: Sample) -> None:
    sides: dict[str, list[Served]] = {FLOOR: [], ANSWERS: []}
    for number in range(options.rounds):
        for name, part in ((FLOOR, None), (ANSWERS, sample)):
            _say(f"over HTTP: {name}, round {number + 1} of {options.rounds}")
            sides[name].append(send(Load(ports[name], options.connections, options.seconds, f"alone-{number}", part)))
    for name, served in sides.items():
        report.rows.append(_row("over HTTP", name, served))
    shares = [mine.per_second / least.per_second for least, mine in zip(sides[FLOOR], sides[ANSWERS], strict=True)]
    report.targets += [
        Target("answers / floor, requests a second", median(shares), 1 / 3, "×", at_least=True),
        Target("answers over HTTP, p99", _p99(sides[ANSWERS]), 50, "ms"),
        Target("answers over HTTP, errors", _errors(report, sides[ANSWERS]), 0),
    ]


def _beside_writers(
    report: Report, options: Options, ports: Mapping[str, int], folder: Path, database: str, sample: Sample
) -> None:
    _say(f"writing {options.lines:,} lines of orders")
    served: list[Served] = []
    with Writers(folder, database, options.lines).running() as writers:
        while not served or (writers.importing and sum(one.lasted for one in served) < options.longest_import):
            _say(f"over HTTP beside the import, {sum(one.lasted for one in served):.0f} s so far")
            name = f"beside-{len(served)}"
            served.append(send(Load(ports[ANSWERS], options.connections, options.seconds, name, sample)))
    report.errors += writers.errors
    report.import_seconds, report.recomputes = writers.import_seconds, writers.recomputes
    report.rows.append(_row("import + recompute", ANSWERS, served))
    for name, held in writers.held().items():
        report.rows.append(Row("write lock held", f"by {name}, a transaction", held))
    report.targets += [
        Target("answers beside import and recompute, p99", _p99(served), 150, "ms"),
        Target("answers beside import and recompute, errors", _errors(report, served), 0),
    ]


def _row(where: str, name: str, served: list[Served]) -> Row:
    took = [one for each in served for one in each.seconds]
    return Row(where, name, took, per_second=median([each.per_second for each in served]))


def _p99(served: list[Served]) -> float:
    return ms(quantile([one for each in served for one in each.seconds], 99))


def _errors(report: Report, served: list[Served]) -> int:
    found = [one for each in served for one in each.errors]
    report.errors += found[:3]
    return len(found)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _say(text: str) -> None:
    print(f"… {text}", file=sys.stderr, flush=True)


def _options() -> tuple[Options, bool]:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a few seconds of everything; the times mean nothing")
    parser.add_argument("--seconds", type=float, help="how long each load over HTTP lasts (10)")
    parser.add_argument("--connections", type=int, help="connections over HTTP (16)")
    parser.add_argument("--rounds", type=int, help="how often both sides take turns (3)")
    parser.add_argument("--threads", type=int, help="threads of both servers (4)")
    parser.add_argument("--lines", type=int, help="lines of the file that is imported (500,000)")
    parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON document instead of the table")
    given = vars(parser.parse_args())
    base = asdict(QUICK if given.pop("quick") else Options())
    as_json = given.pop("as_json")
    return Options(**{**base, **{name: value for name, value in given.items() if value is not None}}), as_json


if __name__ == "__main__":
    main()
