"""What the models of customers cost and what they are worth, each number beside its baseline and in the same run.

Each topic is a module of bench/classifying with a function `run(data, quick)` that prints its table. Name topics to run
only those; without names all of them run. Topics that need real data leave themselves out when FIRASA_TEST_DATA is not
set. docs/personas.md and docs/lifetime-value.md explain the tables.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def topics() -> list[str]:
    """All topics there are."""
    folder = Path(__file__).resolve().parent / "classifying"
    return sorted(path.stem for path in folder.glob("*.py"))


def data_folder() -> Path | None:
    """The folder of real orders/ and surveys/, if there is one."""
    named = os.environ.get("FIRASA_TEST_DATA")
    if not named:
        return None
    return next((path for path in (Path(named) / "data", Path(named)) if (path / "orders").is_dir()), None)


def main() -> None:
    """Run the topics that were named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("topics", nargs="*", metavar="topic", help=", ".join(topics()))
    parser.add_argument("--quick", action="store_true", help="as little as shows that everything runs")
    options = parser.parse_args()
    unknown = [name for name in options.topics if name not in topics()]
    if unknown:
        parser.error(f"there is no topic {', '.join(unknown)}; there are {', '.join(topics())}")
    data = data_folder()
    for name in options.topics or topics():
        print(f"\n== {name}")
        began = time.perf_counter()
        import_module(f"bench.classifying.{name}").run(data, options.quick)
        print(f"({time.perf_counter() - began:.1f} s)", flush=True)


if __name__ == "__main__":
    main()
