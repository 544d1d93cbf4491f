"""The model card of the personas by answers: what it rests on, how often it is right, and which version is in use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from service.domain.errors import FirasaError
from service.domain.models import Model
from service.operations import models
from service.operations.context import Context
from service.store.models import StoredModel
from service.web import auth, charts
from service.web.admin import blueprint, words
from service.web.admin.pages import context, render
from service.web.charts import Bar, Chart, Table
from service.web.i18n import _, number, percent, reader


@dataclass(frozen=True)
class Card:
    """A model in words a marketer understands.

    :param accuracy: how often it was right beside the two baselines; ``None`` for prototypes, which learned nothing
    :param promises: what its probabilities promised and what came true
    :param personas: (persona, labelled customers, how many of them it found, how often its word was right)
    """

    model: Model
    source: str
    labels: int
    judged: int
    accuracy: Chart | None
    promises: Chart | None
    personas: list[tuple[str, int, str, str]]


@blueprint.get("/personas/model")
@auth.requires("viewer")
def model_card() -> Response:
    """How Firasa knows, how often it is right, and which versions there are."""
    ctx = context()
    model = ctx.definitions.rules.psychographic
    return render(
        "model.html",
        "personas",
        card=_card(ctx, model) if model else None,
        versions=[(one, words.status(one.status), _accuracy(one)) for one in models.listing(ctx)],
        rfm=ctx.definitions.rules.rfm,
    )


@blueprint.post("/personas/model")
@auth.requires("marketer")
def activate_model() -> Response:
    """Put a version to use; 0 stands for the portraits."""
    version = request.form.get("version", "")
    try:
        models.activate(context(), int(version) if version.isascii() and version.isdigit() else -1)
        flash(_("It is in use now. The worker looks at every customer again."), "success")
    except FirasaError as error:
        flash(_("This was not done: %(why)s", why=str(error)), "danger")
    return redirect(url_for("admin.model_card"), code=303)


def _card(ctx: Context, model: Model) -> Card:
    judged = model.metrics if model.metrics.get("classifiers") else None
    return Card(
        model=model,
        source=words.source_name(model.source),
        labels=sum(model.labels.values()),
        judged=int(judged["customers"]) if judged else 0,
        accuracy=_accuracy_chart(judged) if judged else None,
        promises=_promises_chart(judged["classifiers"]["trained"]) if judged else None,
        personas=_found(judged["classifiers"]["trained"]) if judged else [],
    )


def _accuracy_chart(judged: Mapping[str, Any]) -> Chart:
    """The model beside comparing with the portraits and always guessing the most frequent persona."""
    names = {
        "trained": _("this model"),
        "prototypes": _("comparing with the portraits"),
        "majority": _("always guessing the most frequent"),
    }
    scores = {key: judged["classifiers"][key] for key in names}
    bars = [
        Bar(
            names[key],
            one["accuracy"],
            percent(one["accuracy"]),
            _("with 95 %% certainty between %(low)s and %(high)s", low=percent(one["low"]), high=percent(one["high"])),
            tone="" if key == "trained" else "rest",
            interval=(one["low"], one["high"]),
        )
        for key, one in scores.items()
    ]
    rows = tuple((bar.label, bar.shown, bar.note) for bar in bars)
    title = _(
        "It is right for %(right)s of customers, the portraits for %(portraits)s",
        right=percent(scores["trained"]["accuracy"]),
        portraits=percent(scores["prototypes"]["accuracy"]),
    )
    note = _(
        "Each of %(n)s labelled customers was judged by a model that had not seen them (%(folds)s parts).",
        n=number(judged["customers"]),
        folds=number(judged["folds"]),
    )
    headers = (_("Way"), _("Right"), _("Range"))
    return Chart(title, charts.bars(bars, rtl=_rtl(), greatest=1), Table(headers, rows), note)


def _promises_chart(score: Mapping[str, Any]) -> Chart | None:
    """How often it was right when it promised a probability."""
    bins = [one for one in score["calibration"] if one["customers"]]
    if not bins:
        return None
    bars = [
        Bar(
            _("promised %(low)s to %(high)s", low=percent(one["low"]), high=percent(one["high"])),
            one["share_right"],
            percent(one["share_right"]),
            _("n = %(n)s customers", n=number(one["customers"])),
        )
        for one in bins
    ]
    rows = tuple(
        (bar.label, percent(one["mean_probability"], 1), percent(one["share_right"], 1), number(one["customers"]))
        for bar, one in zip(bars, bins, strict=True)
    )
    title = _("Its probabilities are off by %(off)s on average", off=percent(score["calibration_error"], 1))
    headers = (_("Promise"), _("Promised on average"), _("Came true"), _("Customers"))
    return Chart(title, charts.bars(bars, rtl=_rtl(), greatest=1), Table(headers, rows))


def _found(score: Mapping[str, Any]) -> list[tuple[str, int, str, str]]:
    return [
        (words.persona(one["persona"]), one["labelled"], percent(one["recall"]), percent(one["precision"]))
        for one in score["personas"]
    ]


def _accuracy(stored: StoredModel) -> str:
    """How often a stored version was right in its own cross-validation."""
    judged = stored.body.get("metrics") or {}
    trained = (judged.get("classifiers") or {}).get("trained")
    return percent(trained["accuracy"]) if trained else "–"


def _rtl() -> bool:
    return reader().direction == "rtl"
