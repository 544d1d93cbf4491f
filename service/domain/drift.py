"""Drift: how far what people answer, and who they are taken for, has moved since a model was trained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from math import log

from service.domain.models import Facts, as_number, as_options

LEAST_PEOPLE = 100
"""People with answers since the training, below which shares move by chance alone."""
NOTICEABLE, LARGE = 0.1, 0.25
"""The usual reading of the index: below the first nothing to speak of, above the second train anew."""
_LEAST_SHARE = 0.001
Shares = Mapping[str, float]


def psi(before: Shares, now: Shares) -> float:
    """The population stability index: the sum over all parts of (now - before) * ln(now / before).

    0 when nothing moved; a part that is missing counts as a thousandth.
    """
    total = 0.0
    for part in {*before, *now}:
        one, two = max(before.get(part, 0.0), _LEAST_SHARE), max(now.get(part, 0.0), _LEAST_SHARE)
        total += (two - one) * log(two / one)
    return total


def shares(people: Iterable[Facts], facts: Iterable[str]) -> dict[str, dict[str, float]]:
    """For each fact the share of each answer among those who gave one; numbers by their rounded value."""
    names = tuple(facts)
    counts: dict[str, Counter[str]] = {name: Counter() for name in names}
    for known in people:
        for name in names:
            value = known.get(name)
            number = as_number(value)
            parts = (f"{number:.1f}",) if number is not None else as_options(value) or ()
            counts[name].update(parts)
    return {name: parts_of(count) for name, count in counts.items() if count}


def parts_of(counts: Mapping[str, int]) -> dict[str, float]:
    """Counts as shares that add up to 1."""
    total = sum(counts.values())
    return {part: count / total for part, count in sorted(counts.items())} if total else {}
