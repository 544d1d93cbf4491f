"""bench/answer_path.py runs, and says what it promises to say. Its times are not looked at: machines differ."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TARGETS = [
    "ordinary answer / floor, p50",
    "ordinary answer, SQL statements",
    "completing answer / floor, p50",
    "completing answer, SQL statements",
    "answers / floor, requests a second",
    "answers over HTTP, p99",
    "answers over HTTP, errors",
    "answers beside import and recompute, p99",
    "answers beside import and recompute, errors",
]

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


def test_the_bench_measures_everything_that_was_promised(tmp_path: Path) -> None:
    command = [sys.executable, "bench/answer_path.py", "--quick", "--json"]
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["errors"] == []
    assert report["segments"] == 20
    targets = {one["name"]: one for one in report["targets"]}
    assert list(targets) == TARGETS
    for name, target in targets.items():
        if "SQL" in name or "errors" in name:
            assert target["reached"] <= target["limit"], name
        else:
            assert target["reached"] > 0, name
    assert all(row["count"] > 0 and row["worst_ms"] >= row["p99_ms"] >= row["p50_ms"] > 0 for row in report["rows"])
    places = {row["where"] for row in report["rows"]}
    assert places == {"in process", "over HTTP", "import + recompute", "write lock held"}
