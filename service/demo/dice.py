"""Chance that falls the same way on every machine and every Python version.

Python promises the sequence of `Random.random()` for a seed, and nothing about the methods built on it; `math.exp` and
`math.log` differ in the last digit between C libraries, and `sum()` of floats changed in Python 3.12. So everything
here is built from `random()`, comparison and plain arithmetic.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import accumulate
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """An independent stream of chance, named by its key.

    Each customer and each concern has its own, so that a change of one never moves what chance gives the others.
    """

    def __init__(self, *key: int | str) -> None:
        name = "/".join(str(part) for part in key)
        self._random = random.Random(int.from_bytes(sha256(name.encode()).digest()[:8], "big")).random

    def uniform(self) -> float:
        """A number in [0, 1)."""
        return self._random()

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self._random() < probability

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self._random() * (high - low + 1))

    def normal(self, mean: float = 0.0, deviation: float = 1.0) -> float:
        """Nearly normal: the sum of twelve uniform numbers less six has mean 0 and deviation 1."""
        total = 0.0
        for _ in range(12):
            total += self._random()
        return mean + deviation * (total - 6.0)

    def one_of(self, values: Sequence[T]) -> T:
        """One of the values, each as likely as the others."""
        return values[int(self._random() * len(values))]

    def pick(self, weights: Mapping[T, float]) -> T:
        """One of the keys, as likely as its weight. The weights need not add up to 1."""
        keys = list(weights)
        bounds = list(accumulate(weights.values()))
        point = self._random() * bounds[-1]
        for key, bound in zip(keys, bounds, strict=True):
            if point < bound:
                return key
        return keys[-1]

    def pick_several(self, weights: Mapping[T, float], count: int) -> list[T]:
        """Up to `count` different keys, in the order in which they were drawn."""
        left = dict(weights)
        drawn: list[T] = []
        while left and len(drawn) < count:
            key = self.pick(left)
            drawn.append(key)
            del left[key]
        return drawn
