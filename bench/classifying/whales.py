"""The whale in the making on customers who came later, beside ranking them by the value of their first order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.datasets import orders
from service.ml import whales


def run(data: Path | None, quick: bool) -> None:
    """UCI Online Retail; the sample shop is judged by `firasa value fit` in its demo."""
    if data is None or quick:
        return
    people = orders.retail_beginners(data)
    trained = whales.train(people, days=180, share="0.2", fitted_at=0)
    assert trained.model is not None
    show("UCI Online Retail", trained.model.model.metrics)
    print(f"  {'refused: ' + trained.problem if trained.problem else 'used'}")


def show(name: str, found: Any) -> None:
    """Print the metrics of one model."""
    print(
        f"{name}: learned from {found['learned_from']:,}, judged by {found['customers']:,} ({found['whales']} whales)"
    )
    for who in ("model", "baseline", "gain"):
        one = found[who]
        print(f"  AUC {who:9} {one['mean']:.3f} ({one['low']:.3f} to {one['high']:.3f})")
    lift = found["lift_of_best_tenth"]
    print(f"  lift of the best tenth: model {lift['model']:.2f}, baseline {lift['baseline']:.2f}")
    print(f"  said {found['mean_said']:.3f}, became {found['share_became']:.3f}; Brier {found['brier']:.4f}", end="")
    print(f" (always the share: {found['brier_of_share']:.4f})")
    pairs = ", ".join(f"{one['said']:.2f}/{one['became']:.2f}" for one in found["calibration"])
    print(f"  said/became in fifths: {pairs}")
