"""Rhythm and discount affinity on what customers did next."""

from __future__ import annotations

from datetime import date
from math import sqrt
from pathlib import Path

import numpy as np

from bench.datasets import orders
from service.domain import habits, rhythm, rhythm_fitting
from service.domain.days import number_of
from service.domain.habits import LEAST_OWN_ORDERS, month_of
from service.domain.purchases import Purchases


def run(data: Path | None, quick: bool) -> None:
    """Gaps of CDNOW and UCI Online Retail; discounts of the Complete Journey."""
    if data is None:
        return
    show_rhythm("CDNOW, all customers", orders.order_days(orders.cdnow(data, "cdnow_master.txt")))
    if not quick:
        show_rhythm("UCI Online Retail", orders.order_days(orders.online_retail(data)))
    show_discounts(orders.journeys(data))


def judged_rhythm(days: list[list[int]]) -> dict[str, float]:
    """Fit on the first two thirds of the days; judge by the gaps that began in the quarter after that."""
    first, last = min(one[0] for one in days), max(one[-1] for one in days)
    cut = first + (last - first) * 2 // 3
    fitted = rhythm_fitting.fit([kept for one in days if (kept := [day for day in one if day <= cut])], fitted_at=0)
    assert fitted is not None
    came, inside, errors = [], [], []
    for one in days:
        for number in range(1, len(one)):
            if not cut < one[number - 1] <= cut + (last - cut) // 4:
                continue
            known = Purchases(orders=number, order_days=number, first_day=one[0], last_day=one[number - 1])
            turns, expected = rhythm.turns(known, fitted), rhythm.next_order(known, fitted, one[number - 1])
            assert turns is not None
            assert expected is not None
            came.append([one[number] < turn for turn in turns])
            inside.append(expected.low <= one[number] <= expected.high)
            if number >= 3:
                gap = one[number] - one[number - 1]
                own, shrunk = known.mean_gap_days or 0.0, rhythm.rhythm_days(known, fitted) or 0.0
                errors.append([abs(gap - own), abs(gap - shrunk), abs(gap - fitted.mean_gap(number))])
    due, overdue, lapsed = np.mean(came, axis=0)
    own, shrunk, shop = np.mean(errors, axis=0)
    return {
        "gaps": len(came),
        "credibility": fitted.credibility,
        "before_due": float(due),
        "before_overdue": float(overdue),
        "before_lapsed": float(lapsed),
        "inside": float(np.mean(inside)),
        "error_own": float(own),
        "error_rhythm": float(shrunk),
        "error_shop": float(shop),
    }


def show_rhythm(name: str, days: list[list[int]]) -> None:
    """Print one table."""
    found = judged_rhythm(days)
    print(f"{name}: {found['gaps']:,.0f} gaps that began after the fit; k {found['credibility']:.1f}")
    print(
        f"  came before due {found['before_due']:.1%} (50 %), overdue {found['before_overdue']:.1%} (80 %), "
        f"lapsed {found['before_lapsed']:.1%} (95 %); inside the interval of 80 %: {found['inside']:.1%}"
    )
    print(
        f"  mean error in days from three order days on: own mean {found['error_own']:.1f}, "
        f"rhythm {found['error_rhythm']:.1f}, the shop's mean {found['error_shop']:.1f}"
    )


def judged_discounts(baskets: dict[int, list[tuple[int, bool]]]) -> dict[str, float]:
    """Fit until the end of September, judge by the baskets after: was there a discount? Mean squared errors."""
    cut = number_of(date(2017, 9, 30))
    fitted = habits.fit(orders.months(baskets, cut), fitted_at=0)
    assert fitted is not None
    errors = []
    for mine in baskets.values():
        past = [one for one in mine if one[0] <= cut]
        if len(past) < LEAST_OWN_ORDERS:
            continue
        seen = sum(discounted for _, discounted in past)
        affinity = fitted.affinity(seen, sum(fitted.expected(month_of(day)) for day, _ in past))
        said = min(1.0, fitted.share * affinity)
        later = [
            (discounted - said, discounted - seen / len(past), discounted - fitted.share)
            for day, discounted in mine
            if day > cut
        ]
        errors += [[part**2 for part in one] for one in later]
    table = np.array(errors)
    gain = table[:, 2] - table[:, 0]
    half = 1.96 * float(gain.std()) / sqrt(len(gain))
    shrunk, own, shop = table.mean(axis=0)
    return {
        "baskets": len(table),
        "shape": fitted.shape,
        "affinity": float(shrunk),
        "own_share": float(own),
        "shop_share": float(shop),
        "gain": float(gain.mean()),
        "low": float(gain.mean()) - half,
        "high": float(gain.mean()) + half,
    }


def show_discounts(baskets: dict[int, list[tuple[int, bool]]]) -> None:
    """Print one table."""
    found = judged_discounts(baskets)
    print(f"The Complete Journey: {found['baskets']:,.0f} baskets after September; k {found['shape']:.1f}")
    print(
        f"  squared error: affinity {found['affinity']:.4f}, own share {found['own_share']:.4f}, the shop's share "
        f"{found['shop_share']:.4f}; gain {found['gain']:.4f} ({found['low']:.4f} to {found['high']:.4f})"
    )
