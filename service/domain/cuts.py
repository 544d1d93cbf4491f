"""Cutting a population in two: the meaning of `leaves.Cut` in plain Python; SQL finds the same values."""

from __future__ import annotations

from collections.abc import Collection

from service.domain.leaves import Cut


def cut_value(values: Collection[int | float], cut: Cut) -> int | float | None:
    """The value that cuts a population.

    :param values: the fact of everybody in the population (``evaluation.in_population``), in any order
    :returns: ``None`` when nobody is
    """
    if not values:
        return None
    ranked = sorted(values)
    count = len(ranked)
    if cut.kind == "median":
        low, high = ranked[(count - 1) // 2], ranked[count // 2]
        return low if low == high else (low + high) / 2
    k = -(-count * cut.percent // 100)
    return ranked[count - k] if cut.kind == "top" else ranked[k - 1]
