"""The model card of the personas by answers: what it rests on, how often it is right, and which version is in use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from service.domain import drift
from service.domain.errors import FirasaError
from service.domain.models import Model
from service.operations import discoveries, lookalikes, models, requests
from service.operations.context import Context
from service.store.models import StoredModel
from service.web import auth
from service.web.admin import asked, blueprint, model_charts, words
from service.web.admin.model_charts import Confusion
from service.web.admin.pages import context, render
from service.web.charts import Chart
from service.web.i18n import _, number, percent

LEAST_LABELS = 20  # of each persona; a test holds it equal to ml/dataset.py, which the web process must not load
LEAST_BUYERS = 200  # as ml/lookalike.py
_NOTICEABLE, _MUCH = 0.1, 0.25


@dataclass(frozen=True)
class Card:
    """A model in words a marketer understands.

    :param accuracy: how often it was right beside the baselines; ``None`` for prototypes, which learned nothing
    :param promises: what its probabilities promised and what came true
    :param gains: baseline and how many points it is better
    :param personas: (persona, labelled customers, how many of them it found, how often its word was right)
    """

    model: Model
    source: str
    labels: int
    accuracy: Chart | None
    promises: Chart | None
    abstention: Chart | None
    confusion: Confusion | None
    gains: list[tuple[str, str]]
    personas: list[tuple[str, int, str, str]]


@blueprint.get("/personas/model")
@auth.requires("viewer")
def model_card() -> Response:
    """How Firasa knows, how often it is right, and which versions there are."""
    ctx = context()
    model = ctx.definitions.rules.psychographic
    versions = models.listing(ctx)
    return render(
        "model.html",
        "personas",
        card=_card(model) if model else None,
        versions=[(one, words.status(one.status), _accuracy(one)) for one in versions],
        training=asked.view("train"),
        least_labels=LEAST_LABELS,
        drift=_drift(ctx, model),
        measuring=asked.view("drift"),
        lookalike=_lookalike(ctx),
        inferring=asked.view("lookalike"),
        least_buyers=LEAST_BUYERS,
        sensitive=discoveries.sensitive_allowed(ctx),
        rfm=ctx.definitions.rules.rfm,
    )


def _card(model: Model) -> Card:
    judged = model.metrics if model.metrics.get("classifiers") else None
    trained = judged["classifiers"]["trained"] if judged else None
    names = {"prototypes": _("comparing with the portraits"), "majority": _("always guessing the most frequent")}
    return Card(
        model=model,
        source=words.source_name(model.source),
        labels=sum(model.labels.values()),
        accuracy=model_charts.accuracy(judged) if judged else None,
        promises=model_charts.promises(trained) if trained else None,
        abstention=model_charts.abstention(trained) if trained else None,
        confusion=model_charts.confusion(trained) if trained else None,
        gains=[(names[key], model_charts.gain(one)) for key, one in judged["gains"].items()] if judged else [],
        personas=model_charts.found(trained) if trained else [],
    )


def _accuracy(stored: StoredModel) -> str:
    """How often a stored version was right in its own cross-validation."""
    judged = stored.body.get("metrics") or {}
    trained = (judged.get("classifiers") or {}).get("trained")
    if not trained:
        return "–"
    return _(
        "%(right)s (%(low)s to %(high)s)",
        right=percent(trained["accuracy"]),
        low=percent(trained["low"]),
        high=percent(trained["high"]),
    )


def _drift(ctx: Context, model: Model | None) -> dict[str, Any] | None:
    """What moved since the version in use was trained, as measured last."""
    found = requests.latest_done(ctx, "drift")
    if found is None or not found.result or model is None or found.result.get("version") != model.version:
        return None
    result = found.result
    moved = sorted(result["answers"].items(), key=lambda one: -one[1])[:8]
    return {
        "at": found.finished_at,
        "people": result["people"],
        "least": drift.LEAST_PEOPLE,
        "personas": None if result["personas"] is None else _moved(result["personas"]),
        "answers": [(words.fact(name, ctx.definitions), number(index, 2), _moved(index)) for name, index in moved],
    }


def _moved(index: float) -> tuple[str, str]:
    """A population stability index in words, and the tone of its badge."""
    if index >= _MUCH:
        return _("moved much"), "danger"
    return (_("moved noticeably"), "warning") if index >= _NOTICEABLE else (_("as before"), "success")


def _lookalike(ctx: Context) -> dict[str, Any]:
    """Inferring personas from purchases: what is in use and the newest candidate."""
    used = ctx.definitions.rules.lookalike
    versions = lookalikes.listing(ctx)
    shown = used.metrics if used else (versions[0].body.get("metrics") if versions else None)
    return {
        "used": used,
        "candidate": next((one.version for one in versions if not used or one.version > used.version), None),
        "accuracy": model_charts.accuracy(shown) if shown else None,
        "customers": shown["customers"] if shown else 0,
        "lift": [(words.persona(one), number(lift, 1)) for one, lift in shown["lift"].items()] if shown else [],
    }


# what the marketer does --------------------------------------------------------------------------------------------


@blueprint.post("/personas/model")
@auth.requires("marketer")
def activate_model() -> Response:
    """Put a version to use; 0 stands for the portraits."""
    version = request.form.get("version", "")
    number_of = int(version[:9]) if version.isascii() and version.isdigit() else -1
    return _done(lambda ctx: models.activate(ctx, number_of), _now_in_use())


@blueprint.post("/personas/model/rollback")
@auth.requires("marketer")
def roll_back_model() -> Response:
    """Go back to the version that was in use before."""
    return _done(models.rollback, _("The version before is in use again. The worker looks at every customer again."))


@blueprint.post("/personas/model/train")
@auth.requires("marketer")
def train_model() -> Response:
    """Ask the worker to train on the labels there are."""
    options = {"behaviour": True} if request.form.get("behaviour") else {}
    return _done(lambda ctx: requests.ask(ctx, "train", options), _("The worker trains a model."))


@blueprint.post("/personas/model/drift")
@auth.requires("marketer")
def measure_drift() -> Response:
    """Ask the worker how far answers have moved since training."""
    return _done(lambda ctx: requests.ask(ctx, "drift"), _("The worker measures it."))


@blueprint.post("/personas/model/lookalike")
@auth.requires("marketer")
def lookalike_model() -> Response:
    """Have the worker learn to infer personas from purchases, use what it learned, or infer none."""
    version = request.form.get("version", "")
    if version.isascii() and version.isdigit():
        return _done(lambda ctx: lookalikes.activate(ctx, int(version[:9])), _now_in_use())
    return _done(lambda ctx: requests.ask(ctx, "lookalike"), _("The worker learns how each persona buys."))


@blueprint.post("/personas/model/sensitive")
@auth.requires("owner")
def allow_sensitive() -> Response:
    """Let models use sensitive questions, or no longer."""
    allowed = request.form.get("allowed") == "1"
    said = (
        _("Models made from now on may use sensitive questions.")
        if allowed
        else _("Models made from now on leave sensitive questions out. Train anew if the one in use learned from them.")
    )
    return _done(lambda ctx: discoveries.allow_sensitive(ctx, allowed), said)


def _now_in_use() -> str:
    return _("It is in use now. The worker looks at every customer again.")


def _done(do: Callable[[Context], object], said: str) -> Response:
    try:
        do(context())
        flash(said, "success")
    except FirasaError as error:
        flash(_("This was not done: %(why)s", why=str(error)), "danger")
    return redirect(url_for("admin.model_card"), code=303)
