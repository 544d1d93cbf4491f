"""Runs a command of Firasa and notes how long each of its transactions keeps other writers out.

``python -m bench.answering.held FILE orders import orders.csv`` writes the seconds of each turn to FILE, as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from service.cli import main
from service.store.turns import WriterTurns

_turn = WriterTurns.turn
_seconds: list[float] = []


@contextmanager
def _noted(turns: WriterTurns, patience: float | None = None) -> Iterator[None]:
    with _turn(turns, patience):
        began = time.perf_counter()
        try:
            yield
        finally:
            _seconds.append(time.perf_counter() - began)


if __name__ == "__main__":
    try:
        with patch.object(WriterTurns, "turn", _noted):
            main(sys.argv[2:])
    finally:
        Path(sys.argv[1]).write_text(json.dumps(_seconds))
