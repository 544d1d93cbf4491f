"""Lifetime value on orders it has not seen, beside the customer's own rate and the shop's mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.datasets import orders
from service.ml import backtest


def run(data: Path | None, quick: bool) -> None:
    """CDNOW, UCI Online Retail and, stated as simulated, shops of several sizes that follow the model."""
    if data is not None:
        _show("CDNOW sample", backtest.run(*orders.split(orders.cdnow(data), *orders.CDNOW_SPLIT), fitted_at=0))
        if not quick:
            retail = orders.split(orders.online_retail(data), *orders.RETAIL_SPLIT)
            _show("UCI Online Retail", backtest.run(*retail, fitted_at=0))
    _sizes(2 if quick else 10)


def _show(name: str, found: dict[str, Any]) -> None:
    print(f"{name}: {found['customers']:,} customers, {found['days']} days held out; basis {found['basis']}")
    print(
        f"  {'':10} {'orders':>8} {'off':>8} {'MAE':>7} {'RMSE':>7} {'corr.':>7} {'revenue off':>12} {'best fifth':>11}"
    )
    for who, score in found["scores"].items():
        correlation = "" if score["correlation"] is None else f"{score['correlation']:.3f}"
        print(
            f"  {who:10} {score['orders']:8.0f} {100 * score['orders_off']:+7.1f}% {score['mean_absolute_error']:7.3f} "
            f"{score['root_mean_squared_error']:7.3f} {correlation:>7} {100 * score['revenue_off']:+11.1f}% "
            f"{100 * score['best_fifth_holds']:10.1f}%"
        )
    print(f"  {'came':10} {found['actual_orders']:8}")
    for who, gain in found["gains"].items():
        for kind in ("absolute", "squared"):
            one = gain[kind]
            print(f"  {kind} error less than {who}: {one['mean']:+.3f} ({one['low']:+.3f} to {one['high']:+.3f})")
    again = found["buys_again"]
    ranked = ", ".join(f"{name} {again[name]:.3f}" for name in ("model", "orders", "recency"))
    print(f"  buys again, AUC: {ranked}; said {again['mean_said']:.3f}, came {again['share_who_came']:.3f}")
    held = found["interval"]
    print(f"  interval promised for {held['promised']:.0%}, held for {held['held']:.1%}; verdict {found['verdict']}")
    pairs = ", ".join(f"{one['repeats']}: {one['said']:.2f}/{one['came']:.2f}" for one in found["by_repeats"])
    print(f"  said/came by repeat orders: {pairs}")


def _sizes(rounds: int) -> None:
    """How far the sum of all orders is off by chance alone, in shops that do follow the model, by size."""
    print("simulated shops that follow the model, 400 days seen, 180 held out:")
    for customers in (100, 200, 400, 1000, 4000):
        off, bases, held, repeaters = [], [], [], []
        for seed in range(rounds):
            sample, future = orders.drawn(customers, 400, seed)
            found = backtest.run(sample, future, fitted_at=0)
            repeaters.append(sample.repeaters)
            bases.append(found["basis"])
            if "scores" in found:
                off.append(abs(found["scores"]["model"]["orders_off"]))
                held.append(found["interval"]["held"])
        said = ", ".join(f"{basis} {bases.count(basis)}" for basis in sorted(set(bases)))
        sums = (
            f"sum off by {100 * sum(off) / len(off):.0f} % on average, interval held {sum(held) / len(held):.1%}"
            if off
            else ""
        )
        print(f"  {customers:5} customers, {sum(repeaters) / rounds:5.0f} repeaters: {said}; {sums}")
