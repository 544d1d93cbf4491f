"""The planted personas of the sample shop, which is simulated: recovered from answers, and from purchases alone."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from service.config import Config
from service.demo.loading import load, published
from service.demo.simulation import SimulatedShop, simulate
from service.demo.truth import labels as planted_labels
from service.demo.truth import truth
from service.ml.lookalike import NoBetter
from service.operations import behaviour, discoveries, labels, lookalikes, models, profiles, quizzes, short_quizzes
from service.operations.context import Context
from service.runtime import Runtime, now
from service.store import identities


def run(data: Path | None, quick: bool) -> None:
    """Print what is recovered; ``quick`` takes a small shop."""
    with tempfile.TemporaryDirectory() as folder:
        runtime = Runtime(
            Config(database_url=f"sqlite:///{folder}/shop.db", shop_currency="SAR", shop_timezone="Asia/Riyadh")
        )
        try:
            ctx, shop = filled(runtime, 1_000 if quick else 2_000)
            _recover(ctx, shop, quick)
        finally:
            runtime.close()


def filled(runtime: Runtime, customers: int) -> tuple[Context, SimulatedShop]:
    """A sample shop in an empty database, with profiles worked out."""
    from service.store.migrations import migrate

    migrate(runtime.db)
    quizzes.publish_files(runtime.context("bench"))
    at = now()
    shop = simulate(until=at, customers=customers, quizzes=published(runtime.context("bench")))
    load(lambda at: runtime.context("bench", at=at), shop)
    models.fit_rfm(runtime.context("bench", at=at))
    behaviour.fit_all(runtime.context("bench", at=at))
    runtime.forget()
    profiles.refresh_all_due(lambda: runtime.context("bench", at=at))
    return runtime.context("bench", at=at), shop


def numbers(ctx: Context, shop: SimulatedShop) -> dict[str, int]:
    """Our number of each simulated customer we know."""
    found = {}
    for row in truth(shop):
        holders = identities.holders(ctx.db, "shop", row.customer)
        if holders:
            found[row.customer] = holders[0].customer_id
    return found


def _recover(ctx: Context, shop: SimulatedShop, quick: bool) -> None:
    ours = numbers(ctx, shop)
    planted = {ours[row.customer]: row.psychographic for row in truth(shop) if row.customer in ours}
    print("Simulated shop; people are less clear-cut than these.")
    for quiz in (None, "shopping-style"):
        found = discoveries.discover(ctx, (6,) if quick else (2, 3, 4, 5, 6, 7, 8), quiz=quiz)
        print(f"  Answers of {quiz or 'all quizzes'}:")
        _discovered(ctx, found.id, planted)
    labels.add(ctx, {ours[one.customer]: one.persona for one in planted_labels(shop)}, source="sample")
    trained = models.train(ctx)
    for name, score in trained.evaluation.classifiers.items():
        print(
            f"  from answers, {name:10}: right {score.accuracy:.1%} ({score.low:.1%} to {score.high:.1%}), "
            f"log loss {score.log_loss:.3f}, calibration error {score.calibration_error:.3f}"
        )
    print(f"  temperature {trained.model.training['temperature']:.3f}, {trained.evaluation.customers} customers")
    models.activate(ctx, trained.version)
    try:
        worth = lookalikes.train(ctx).worth
    except NoBetter as refused:
        worth = refused.worth
        print(f"  refused: {refused}")
    print(
        f"  from purchases alone, {worth.people} buyers: right {worth.trained.accuracy:.1%} against "
        f"{worth.majority.accuracy:.1%}; log loss {worth.trained.log_loss:.3f} against {worth.majority.log_loss:.3f}, "
        f"better by {worth.gain.mean:.3f} ({worth.gain.low:.3f} to {worth.gain.high:.3f}); "
        f"calibration error {worth.trained.calibration_error:.3f}"
    )
    print("  lift among the tenth likeliest:", {persona: round(lift, 2) for persona, lift in worth.lift.items()})
    curve = short_quizzes.golden(ctx, "shopping-style")
    print(f"  golden questions of shopping-style ({curve.people} people):")
    for point in curve.points:
        print(f"    {len(point.questions):2} agree {point.agreement:.1%} ({point.low:.1%} to {point.high:.1%})")
    saved = short_quizzes.adapt(ctx, "shopping-style").saved
    print(
        f"  adaptive: {saved.asked:.1f} of {saved.questions} questions, agreement {saved.agreement:.1%} "
        f"(all questions {saved.full:.1%})"
    )


def _discovered(ctx: Context, number: int, planted: dict[int, str]) -> None:
    from service.store.discoveries import members

    stored = discoveries.get(ctx, number)
    found = stored.body["found"]
    print(
        f"  discovery: {stored.body['people']} people, {found['classes']} classes by BIC, "
        f"lines drawn by {found['method']}"
    )
    for size in found["sizes"]:
        print(f"    {size['classes']} classes: BIC {size['bic']:.0f}, stability {size['stability']:.2f}")
    by_class: dict[int, Counter[str]] = {}
    for customer, label, _ in members(ctx.db, number):
        if customer in planted:
            by_class.setdefault(label, Counter())[planted[customer]] += 1
    total = sum(count.total() for count in by_class.values())
    right = sum(count.most_common(1)[0][1] for count in by_class.values())
    print(f"    purity: {right / total:.1%} of {total} people are in the class of their planted persona")
