"""``firasa rfm``: show, thresholds, whales, fit."""

from __future__ import annotations

from typing import Any

import click

from service.cli.base import FirasaGroup, emit, fail, json_option, note, runtime, table
from service.domain.money import Money, to_text
from service.domain.rfm import LITTLE_DATA, SCORES, RfmModel
from service.operations import models, rfm
from service.operations.context import Context

_UNITS = {"recency": "days since the last order", "frequency": "orders", "monetary": "net revenue"}


@click.group(name="rfm", cls=FirasaGroup)
def rfm_group() -> None:
    """How recently, how often and for how much customers buy: cut points of the scores, and who is a whale."""


@rfm_group.command()
@json_option
def show(as_json: bool) -> None:
    """Show the cut points in use and the sum from which somebody is a whale.

    \b
    firasa rfm show
    firasa rfm show --json
    """
    ctx: Context = runtime().context(actor="cli")
    model = ctx.definitions.rules.rfm
    if model is None:
        fail("nothing has been fitted yet; the worker does it, or: firasa rfm fit")
    _tell(ctx, model, as_json)


@rfm_group.command()
@json_option
def fit(as_json: bool) -> None:
    """Fit the cut points to all orders now; the worker does it by itself.

    \b
    firasa rfm fit
    """
    ctx: Context = runtime().context(actor="cli")
    fitted = models.fit_rfm(ctx)
    if fitted is None:
        fail("there are no paid orders yet")
    _tell(ctx, fitted.model, as_json)


@rfm_group.command()
@click.argument("score", type=click.Choice(SCORES))
@click.argument("values", nargs=-1)
@click.option("--fifths", is_flag=True, help="Cut at the shop's fifths again.")
@json_option
def thresholds(score: str, values: tuple[str, ...], fifths: bool, as_json: bool) -> None:
    """Cut SCORE at four thresholds of your own, ascending: the highest value of each score but the last.

    \b
    firasa rfm thresholds recency 30 60 120 365
    firasa rfm thresholds monetary 50 150 400 1000
    firasa rfm thresholds recency --fifths

    Days for recency, orders for frequency, amounts in the shop's currency for monetary.
    """
    if fifths == bool(values):
        raise click.UsageError("give four thresholds, or --fifths")
    ctx: Context = runtime().context(actor="cli")
    rfm.save_thresholds(ctx, score, None if fifths else values)
    _refit(ctx, as_json)


@rfm_group.command()
@click.argument("share")
@json_option
def whales(share: str, as_json: bool) -> None:
    """Choose which SHARE of the customers who brought anything counts as whales; 0.2 is the best fifth.

    \b
    firasa rfm whales 0.2
    firasa rfm whales 0.05 --json

    Compared is net profit where the cost of 90 % of the orders is known, else net revenue.
    """
    ctx: Context = runtime().context(actor="cli")
    rfm.save_whale_share(ctx, share)
    _refit(ctx, as_json)


def _refit(ctx: Context, as_json: bool) -> None:
    fitted = models.fit_rfm(ctx)
    if fitted is None:
        emit({"saved": True}, as_json, lambda: note("Saved; it counts as soon as there are paid orders."))
    else:
        _tell(ctx, fitted.model, as_json)


def _tell(ctx: Context, model: RfmModel, as_json: bool) -> None:
    def show_it() -> None:
        table(f"RFM, version {model.version}", ["score", "measured in", *"12345", "cut at"], _rows(ctx, model))
        note(_whales(ctx, model))
        if model.little_data:
            note(
                f"Little data: fewer than {LITTLE_DATA} customers have ordered; a fifth may well be a sixth or a third."
            )

    emit({"version": model.version, **_json(model)}, as_json, show_it)


def _json(model: RfmModel) -> dict[str, Any]:
    from service.domain.rfm import dump

    return dump(model)


def _rows(ctx: Context, model: RfmModel) -> list[list[object]]:
    rows: list[list[object]] = []
    for score in SCORES:
        cuts: list[object] = list(getattr(model, score).thresholds)
        if score == "monetary":
            cuts = [to_text(Money(int(str(cut)), ctx.shop.currency)) for cut in cuts]
        bounds = [f"up to {cut}" for cut in cuts] + [f"above {cuts[-1]}"]
        if score == "recency":
            bounds.reverse()
        rows.append([score, _UNITS[score], *bounds, "own thresholds" if score in model.own else "fifths"])
    return rows


def _whales(ctx: Context, model: RfmModel) -> str:
    whales = model.whales
    if whales.threshold is None:
        return "Whales: nobody has brought anything yet."
    least = f"{to_text(Money(whales.threshold, ctx.shop.currency))} {ctx.shop.currency}"
    by = whales.measure.replace("_", " ")
    return f"Whales: the best {100 * float(whales.share):g} % by {by}, from {least}; {whales.count} customers."
