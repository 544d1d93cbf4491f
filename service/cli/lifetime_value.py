"""``firasa value``: fit, show, backtest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import click

from service.cli.base import FirasaGroup, emit, fail, json_option, note, progress, runtime, table
from service.domain.identities import public_id
from service.domain.lifetime_value import Forecast, ValueModel, likely_none, revenue_verdict
from service.domain.money import Money, to_json, to_text
from service.domain.order_process import INTERVAL
from service.operations import behaviour, prospects
from service.operations.context import Context
from service.operations.customers import find
from service.operations.prospects import Prospect


@click.group(cls=FirasaGroup)
def value() -> None:
    """What is still to come from customers: orders, revenue, the next order, and how sure that is.

    docs/lifetime-value.md says how it is worked out and what it can be relied on for.
    """


@value.command()
@json_option
def fit(as_json: bool) -> None:
    """Fit the models of behaviour to all orders now; the worker does it once a week.

    \b
    firasa value fit
    firasa value fit --json

    A model is put to use when it passes its gate, and left alone when it says the same as the one in use.
    """
    with progress("Fitting") as step:
        found = behaviour.fit_all(runtime().context(actor="cli"))
        step(1)
    if not found:
        fail("there are no orders of customers yet")
    answer = [{"kind": one.kind, "outcome": one.outcome, "version": one.version, "reason": one.reason} for one in found]

    def show_them() -> None:
        rows: list[list[object]] = [[one.kind, one.outcome.replace("_", " "), one.version, one.reason] for one in found]
        table("Models of behaviour", ["model", "outcome", "version in use", "why"], rows)

    emit(answer, as_json, show_them)


@value.command()
@click.argument("customer", required=False)
@json_option
def show(customer: str | None, as_json: bool) -> None:
    """Show the model in use, or what is to come from one CUSTOMER (shop id, email, phone or c_…).

    \b
    firasa value show
    firasa value show someone@example.com --json
    """
    ctx: Context = runtime().context(actor="cli")
    if customer is None:
        _show_model(ctx, as_json)
    else:
        _show_customer(ctx, customer, as_json)


@value.command()
@click.option("--days", type=click.IntRange(min=1), help="Days to hold out; by default a third of all, 30 to 180.")
@json_option
def backtest(days: int | None, as_json: bool) -> None:
    """Judge lifetime value on the shop's own last days: fitted on what was before, beside two baselines.

    \b
    firasa value backtest
    firasa value backtest --days 90 --json

    Nothing is changed.
    """
    with progress("Judging") as step:
        found = behaviour.backtest(runtime().context(actor="cli"), days)
        step(1)
    if found is None:
        fail("the shop's orders do not reach far enough back: about 90 days are needed")
    emit(found, as_json, lambda: _show_backtest(found))


# one customer ------------------------------------------------------------------------------------------------------


def _show_customer(ctx: Context, customer: str, as_json: bool) -> None:
    found = prospects.prospect(ctx, find(ctx, customer))
    answer = _prospect_json(ctx, found)

    def show_it() -> None:
        rows: list[list[object]] = [["stage", found.stage or "not known"]]
        if found.next_order is not None:
            days = [_date(day) for day in (found.next_order.day, found.next_order.low, found.next_order.high)]
            rows.append(["next order, if one comes", f"{days[0]} (8 of 10: {days[1]} to {days[2]})"])
        if found.forecast is not None:
            rows += _forecast_rows(ctx, found.forecast)
        table(public_id(found.customer_id), ["what", "value"], rows)
        if found.forecast is not None and likely_none(found.forecast):
            note(f"{_few(found.forecast)} That is why the mean lies outside of what 9 of 10 bring.")
        for reason in found.missing:
            note(reason)

    emit(answer, as_json, show_it)


def _prospect_json(ctx: Context, found: Prospect) -> dict[str, Any]:
    forecast, expected = found.forecast, found.next_order
    return {
        "customer_id": public_id(found.customer_id),
        "stage": found.stage,
        "usual_gap_days": found.usual_gap,
        "next_order": {name: _date(day) for name, day in expected._asdict().items()} if expected else None,
        "forecast": _forecast_json(ctx, forecast) if forecast else None,
        "missing": list(found.missing),
    }


def _forecast_json(ctx: Context, forecast: Forecast) -> dict[str, Any]:
    orders = forecast.orders
    amounts = {"expected": forecast.revenue, "low": forecast.revenue_low, "high": forecast.revenue_high}
    return {
        "basis": forecast.basis,
        "days": forecast.days,
        "alive": forecast.alive,
        "orders": {"expected": orders.expected, "low": orders.low, "high": orders.high, "any": orders.any},
        "revenue": {name: to_json(Money(amount, ctx.shop.currency)) for name, amount in amounts.items()},
        "interval": INTERVAL,
    }


def _forecast_rows(ctx: Context, forecast: Forecast) -> list[list[object]]:
    orders, low, high = forecast.orders, forecast.revenue_low, forecast.revenue_high
    alive = "not known" if forecast.alive is None else f"{100 * forecast.alive:.0f} %"
    return [
        ["basis", forecast.basis],
        ["still a customer", alive],
        [f"orders in {forecast.days} days", f"{orders.expected:.2f} (9 of 10: {orders.low} to {orders.high})"],
        [f"any order in {forecast.days} days", f"{100 * orders.any:.0f} %"],
        [
            f"revenue in {forecast.days} days",
            f"{_money(ctx, forecast.revenue)} (9 of 10: {_money(ctx, low)} to {_money(ctx, high)})",
        ],
    ]


def _few(forecast: Forecast) -> str:
    """How many such customers order at all."""
    of = 100 if forecast.orders.any >= 0.005 else 1000
    many = max(1, round(of * forecast.orders.any))
    return f"About {many} in {of} such customers {'orders' if many == 1 else 'order'} at all in {forecast.days} days."


# the model ---------------------------------------------------------------------------------------------------------


def _show_model(ctx: Context, as_json: bool) -> None:
    from service.domain import lifetime_value, rhythm

    model, shop = prospects.value_in_use(ctx.db), prospects.rhythm_in_use(ctx.db)
    if model is None and shop is None:
        fail("nothing has been fitted yet; the worker does it, or: firasa value fit")
    answer = {
        "lifetime_value": {"version": model.version, **lifetime_value.dump(model)} if model else None,
        "rhythm": {"version": shop.version, **rhythm.dump(shop)} if shop else None,
    }

    def show_them() -> None:
        if model is not None:
            table(f"Lifetime value, version {model.version}", ["what", "value"], _model_rows(ctx, model))
            if model.backtest.get("scores"):
                _show_backtest(model.backtest)
        if shop is not None:
            rows: list[list[object]] = [
                [f"{number}{'' if number < len(shop.gaps) else ' and later'}", gap.seen, gap.median, round(gap.mean, 1)]
                for number, gap in enumerate(shop.gaps, 1)
            ]
            title = f"Days until the next order, version {shop.version}" + (" (little data)" * shop.little_data)
            table(title, ["after order", "gaps", "median", "mean"], rows)

    emit(answer, as_json, show_them)


def _model_rows(ctx: Context, model: ValueModel) -> list[list[object]]:
    rows: list[list[object]] = [
        ["basis", model.basis],
        ["fitted", datetime.fromtimestamp(model.fitted_at // 1_000_000, UTC).strftime("%Y-%m-%d %H:%M UTC")],
        ["customers", f"{model.customers}, {model.repeaters} of them ordered again"],
        ["orders after the first", f"{model.averages.orders_a_year:.2f} per customer and year"],
        ["an order day brings", _money(ctx, round(model.averages.order_value))],
    ]
    rows += [["because", reason] for reason in model.reasons]
    if model.process is not None:
        rows += [[name, f"{number:.4g}"] for name, number in model.process.to_json().items() if name != "kind"]
    if model.spend is not None:
        rows += [["p", f"{model.spend.p:.4g}"], ["q", f"{model.spend.q:.4g}"], ["v", _money(ctx, round(model.spend.v))]]
    return rows


def _show_backtest(found: Mapping[str, Any]) -> None:
    if "scores" not in found:
        note("Too little data before the held-out days: " + "; ".join(found["reasons"]))
        return
    title = f"{found['customers']} customers, the last {found['days']} days held out; basis {found['basis']}"
    rows: list[list[object]] = [
        [
            name.replace("_", " "),
            f"{score['orders']:.0f}",
            _percent(score["orders_off"]),
            f"{score['mean_absolute_error']:.3f}",
            f"{score['root_mean_squared_error']:.3f}",
            _percent(score["revenue_off"]),
            _percent(score["best_fifth_holds"], signed=False),
        ]
        for name, score in found["scores"].items()
    ]
    rows.append(["what came", found["actual_orders"], "", "", "", "", ""])
    columns = ["said by", "orders", "off", "mean error", "squared", "revenue off", "revenue of best fifth"]
    table(title, columns, rows)
    held = found["interval"]
    note(
        f"The interval promised to hold for {_percent(held['promised'], signed=False)} of customers held for "
        f"{_percent(held['held'], signed=False)}."
    )
    note(f"Verdict for orders: {_VERDICTS.get(found['verdict'], found['verdict'])}.")
    off = {name: _percent(score["revenue_off"]) or "not known" for name, score in found["scores"].items()}
    note(
        f"Verdict for revenue: {_REVENUE[revenue_verdict(found['scores'])]} (off by {off['model']}; each customer's own"
        f" rate {off['own_rate']}, the shop's mean {off['shop_mean']})."
    )


_VERDICTS = {
    "better": "better than both baselines, beyond chance",
    "no_worse": "better than the shop's mean, no better than each customer's own rate",
    "worse": "no better than the baselines",
    "not_judged": "not judged",
}
_REVENUE = {
    "better": "all together nearer than both baselines",
    "mixed": "all together nearer than one baseline, further off than the other",
    "worse": "all together no nearer than either baseline",
    "not_judged": "not judged, nothing was spent",
}


def _percent(share: float | None, *, signed: bool = True) -> str:
    return "" if share is None else f"{100 * share:{'+' if signed else ''}.1f} %"


def _money(ctx: Context, minor: int) -> str:
    return f"{to_text(Money(minor, ctx.shop.currency))} {ctx.shop.currency}"


def _date(day: int) -> str:
    return datetime.fromtimestamp(day * 86_400, UTC).strftime("%Y-%m-%d")
