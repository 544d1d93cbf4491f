"""How far people get in a quiz: counts that can be added up, and what they say.

* A **view**: a visit saw the quiz, counted once.
* A **start**: at least one answer was given.
* A **completion**: the end was reached, with at least one answer.
* A question was **reached** by who answered it, skipped it, or was asked it last; who was asked it last without
  finishing **left** there. Drop-off is left divided by reached.
* **Seconds** of a question run from the answer before (from the beginning, for the first) to its own; pauses of half an
  hour and more, corrections and responses taken up again say nothing and are left out. Medians are read from counts by
  steps of a quarter of a doubling, so they are right within a tenth.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from service.domain import flow
from service.domain.quiz import Quiz
from service.domain.responses import Response

SECOND = 1_000_000
PAUSE = 30 * 60 * SECOND
_PER_DOUBLING = 4


@dataclass
class Step:
    """Counts of one question; ``times`` counts answers by step of their duration."""

    answered: int = 0
    skipped: int = 0
    left: int = 0
    times: Counter[int] = field(default_factory=Counter)

    @property
    def reached(self) -> int:
        """Everybody who was asked."""
        return self.answered + self.skipped + self.left

    @property
    def drop_off(self) -> float | None:
        """Who left here, as a share of who was asked."""
        return self.left / self.reached if self.reached else None

    @property
    def seconds(self) -> float | None:
        """The median time to answer."""
        return median(self.times)


@dataclass
class Counts:
    """Counts of one quiz, or of one part of those who came. They can be added up."""

    views: int = 0
    starts: int = 0
    completions: int = 0
    times: Counter[int] = field(default_factory=Counter)
    items: dict[str, Step] = field(default_factory=dict)

    @property
    def seen(self) -> int:
        """Views; of those who began without a view that was told, as many as began (see :func:`from_state`)."""
        return self.views

    @property
    def start_rate(self) -> float | None:
        """Starts as a share of views."""
        return self.starts / self.seen if self.seen else None

    @property
    def completion_rate(self) -> float | None:
        """Completions as a share of starts."""
        return self.completions / self.starts if self.starts else None

    @property
    def seconds(self) -> float | None:
        """The median time from the beginning to the end."""
        return median(self.times)

    def add(self, other: Counts) -> None:
        """Add the counts of others who came."""
        self.views += other.views
        self.starts += other.starts
        self.completions += other.completions
        self.times.update(other.times)
        for item_id, theirs in other.items.items():
            mine = self.items.setdefault(item_id, Step())
            mine.answered += theirs.answered
            mine.skipped += theirs.skipped
            mine.left += theirs.left
            mine.times.update(theirs.times)

    def count(self, quiz: Quiz, response: Response) -> None:
        """Count one response to this version of the quiz."""
        path = flow.of(quiz, response)
        started = bool(path.answered)
        self.starts += started
        self.completions += started and path.complete
        if started and path.complete and response.completed_at is not None:
            self._time(self.times, response.completed_at - response.started_at)
        before = response.started_at
        for item in path.answered:
            step = self.items.setdefault(item.id, Step())
            if response.answers[item.id] is None:
                step.skipped += 1
            else:
                step.answered += 1
            at = response.times.get(item.id, before)
            self._time(step.times, at - before)
            before = max(before, at)
        if path.next is not None:
            self.items.setdefault(path.next.id, Step()).left += 1

    @staticmethod
    def _time(times: Counter[int], took: int) -> None:
        if 0 < took < PAUSE:
            times[_step(took / SECOND)] += 1


def total(parts: Iterable[Counts]) -> Counts:
    """All of them together."""
    found = Counts()
    for one in parts:
        found.add(one)
    return found


def median(times: Mapping[int, int]) -> float | None:
    """The median of durations that were counted by steps, in seconds; ``None`` of nothing."""
    half = (sum(times.values()) + 1) // 2
    for step in sorted(times):
        half -= times[step]
        if half <= 0:
            return float(f"{2 ** ((step + 0.5) / _PER_DOUBLING):.2g}")
    return None


def _step(seconds: float) -> int:
    return math.floor(_PER_DOUBLING * math.log2(max(seconds, 0.1)))


def to_state(counts: Counts) -> dict[str, Any]:
    """The counts as they are kept."""
    items = {
        item_id: [one.answered, one.skipped, one.left, {str(step): n for step, n in sorted(one.times.items())}]
        for item_id, one in counts.items.items()
    }
    times = {str(step): n for step, n in sorted(counts.times.items())}
    return {"n": [counts.views, counts.starts, counts.completions], "times": times, "items": items}


def from_state(state: Mapping[str, Any]) -> Counts:
    """The counts as read back. Who answered saw it, also where nobody told the view: that is made good here, in the
    smallest part that is counted, so that parts and their sum agree."""
    views, starts, completions = state["n"]
    items = {
        item_id: Step(answered, skipped, left, Counter({int(step): n for step, n in times.items()}))
        for item_id, (answered, skipped, left, times) in state["items"].items()
    }
    return Counts(
        max(views, starts), starts, completions, Counter({int(step): n for step, n in state["times"].items()}), items
    )
