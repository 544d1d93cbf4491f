"""``firasa personas``: train, evaluate, list, show, activate, rollback; the others are in persona_discovery.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from service.cli.base import FirasaGroup, emit, fail, json_option, note, progress, runtime, table
from service.cli.persona_discovery import COMMANDS
from service.domain.models import THRESHOLD, Model
from service.ml import FOLDS
from service.operations import labels as label_operations
from service.operations import models as operations
from service.operations.context import Context
from service.store.models import StoredModel

_STRONGEST = 6


@click.group(cls=FirasaGroup)
def personas() -> None:
    """Who customers are: train the classifier, judge it, choose the version in use.

    Until a trained version is activated, the prototypes of personas.yaml serve. docs/personas.md explains both.
    """


for command in COMMANDS:
    personas.add_command(command)


@personas.command()
@click.option(
    "--labels",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV file with the columns customer (shop id, email, phone or c_…) and persona; its labels are kept.",
)
@click.option("--skip-bad", is_flag=True, help="Leave out lines that cannot be taken, instead of refusing the file.")
@click.option("--behaviour", is_flag=True, help="Let how people buy count as well as what they say.")
@click.option("--activate", "use", is_flag=True, help="Put the new version to use at once.")
@json_option
def train(file: Path | None, skip_bad: bool, behaviour: bool, use: bool, as_json: bool) -> None:
    """Train a classifier on labelled customers and keep it as a candidate.

    \b
    firasa personas train
    firasa personas train --labels labels.csv
    firasa personas train --labels labels.csv --activate

    Shows how it does in cross-validation beside the prototypes and the majority. The version in use stays in use
    until `firasa personas activate` or --activate.
    """
    ctx: Context = runtime().context(actor="cli")
    if file is not None:
        _import(ctx, file, skip_bad)
    with progress("Training", operations.TRAINING_STEPS) as step:
        trained = operations.train(ctx, step, behaviour=behaviour)
    if use:
        operations.activate(ctx, trained.version)
    else:
        use = operations.activate_by_rule(ctx, trained)
    status = "active" if use else "candidate"
    metrics = trained.model.metrics
    answer = {"version": trained.version, "status": status, "labels": trained.model.labels, "evaluation": metrics}

    def show() -> None:
        _show_metrics(metrics)
        note(f"Version {trained.version} is kept ({status}).")
        if not trained.evaluation.beats("prototypes"):
            note("It is not clearly better than the prototypes: more labels would help.")
        if not use:
            note(f"To use it: firasa personas activate {trained.version}")

    emit(answer, as_json, show)


def _import(ctx: Context, file: Path, skip_bad: bool) -> None:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            found = label_operations.import_file(ctx, lines, skip_bad=skip_bad)
    except UnicodeDecodeError:
        fail(f"{file.name} is not UTF-8 text; save it as CSV UTF-8")
    note(f"Labels: {found.new} new, {found.unchanged} known already, {len(found.bad)} left out.")
    for bad in found.bad[:20]:
        note(f"  {bad}")


@personas.command()
@click.argument("version", type=click.IntRange(min=1), required=False)
@json_option
def evaluate(version: int | None, as_json: bool) -> None:
    """Judge by today's labels: training in cross-validation, and a VERSION by labels given since it was trained.

    \b
    firasa personas evaluate
    firasa personas evaluate 3 --json

    Without VERSION the one in use is judged. Nothing is changed.
    """
    with progress("Judging", FOLDS) as step:
        judged = operations.evaluate(runtime().context(actor="cli"), version, step)
    metrics = judged.evaluation.to_json()
    fresh = judged.score_json()
    answer = {"version": judged.version, "fresh_labels": judged.fresh, "fresh": fresh, "evaluation": metrics}

    def show() -> None:
        _show_metrics(metrics, judged.version, fresh)
        _show_details(metrics["classifiers"]["trained"])
        if judged.version and fresh is None:
            note(
                f"Version {judged.version}: {judged.fresh} labels were given since it was trained; "
                f"from {operations.LEAST_FRESH} on it is judged by them."
            )

    emit(answer, as_json, show)


@personas.command()
@click.argument("version", type=click.IntRange(min=0))
@json_option
def activate(version: int, as_json: bool) -> None:
    """Put a VERSION to use; 0 goes back to the prototypes.

    \b
    firasa personas activate 3
    firasa personas activate 0

    The worker then looks at every customer again; `firasa segments recompute` does it at once.
    """
    operations.activate(runtime().context(actor="cli"), version)
    emit({"active": version}, as_json, lambda: note(f"{_named(version)} in use."))


@personas.command()
@json_option
def rollback(as_json: bool) -> None:
    """Go back to the version that was in use before; before the first one are the prototypes.

    \b
    firasa personas rollback
    """
    version = operations.rollback(runtime().context(actor="cli"))
    emit({"active": version}, as_json, lambda: note(f"{_named(version)} in use again."))


@personas.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Show all versions, newest first. When none is active, the prototypes serve.

    \b
    firasa personas list
    firasa personas list --json
    """
    found = operations.listing(runtime().context(actor="cli"))
    rows = [_summary(one) for one in found]
    columns = ["version", "status", "created", "labels", "accuracy"]
    shown: list[list[object]] = [
        [row["version"], row["status"], _day(row["created_at"]), row["labels"], _percent(row["accuracy"])]
        for row in rows
    ]
    active = next((one.version for one in found if one.status == "active"), operations.PROTOTYPES)
    if active == operations.PROTOTYPES:
        shown.append([active, "active", "", "", "(prototypes)"])
    emit({"active": active, "models": rows}, as_json, lambda: table("Persona models", columns, shown))


@personas.command()
@click.argument("version", type=click.IntRange(min=0), required=False)
@json_option
def show(version: int | None, as_json: bool) -> None:
    """Show a VERSION: what it rests on, how good it is, and what speaks for each persona. 0 is the prototypes.

    \b
    firasa personas show
    firasa personas show 3
    firasa personas show 0 --json

    Without VERSION the one in use is shown.
    """
    from service.domain.models import dump

    ctx: Context = runtime().context(actor="cli")
    model = operations.in_use(ctx) if version is None else operations.get(ctx, version)

    def show_card() -> None:
        _show_card(model)
        if model.metrics:
            _show_metrics(model.metrics)

    emit({"version": model.version, **dump(model)}, as_json, show_card)


# tables ------------------------------------------------------------------------------------------------------------


def _show_metrics(metrics: Mapping[str, Any], version: int = 0, fresh: Mapping[str, Any] | None = None) -> None:
    columns = ["classifier", "right", "95 % interval", "log loss", "calibration", "assigned", "of those right"]
    rows = [_score_row(name, score) for name, score in metrics["classifiers"].items()]
    if fresh is not None:
        rows.append(_score_row(f"version {version}, labels since", fresh))
    table(f"{metrics['customers']} labelled customers, each judged by a model that has not seen them", columns, rows)
    gains: list[list[object]] = [
        [f"trained against {name}", _points(gain["mean"]), f"{_points(gain['low'])} to {_points(gain['high'])}"]
        for name, gain in metrics["gains"].items()
    ]
    table("Gain in percentage points", ["comparison", "gain", "95 % interval"], gains)
    found: list[list[object]] = [
        [one["persona"], one["labelled"], _percent(one["precision"]), _percent(one["recall"])]
        for one in metrics["classifiers"]["trained"]["personas"]
    ]
    table("Trained, per persona", ["persona", "labelled", "right when said", "found"], found)


def _score_row(name: str, score: Mapping[str, Any]) -> list[object]:
    sure = next(point for point in score["abstention"] if point["threshold"] == THRESHOLD)
    return [
        name,
        _percent(score["accuracy"]),
        f"{100 * score['low']:.1f} to {_percent(score['high'])}",
        f"{score['log_loss']:.3f}",
        f"{score['calibration_error']:.3f}",
        _percent(sure["coverage"]),
        _percent(sure["accuracy"]),
    ]


def _show_details(score: Mapping[str, Any]) -> None:
    # Columns by number: the names of six personas do not fit side by side on a terminal.
    numbered = {persona: str(number) for number, persona in enumerate(score["confusion"], 1)}
    table(
        "Trained: who they are (rows), and what is said of them (columns)",
        ["", *numbered.values()],
        [
            [f"{numbered[truth]} {truth}", *(row[guess] for guess in numbered)]
            for truth, row in score["confusion"].items()
        ],
    )
    table(
        "Trained: asking for more certainty",
        ["probability from", "customers assigned", "right of those"],
        [[one["threshold"], _percent(one["coverage"]), _percent(one["accuracy"])] for one in score["abstention"]],
    )
    table(
        "Trained: what was promised and what came true",
        ["probability", "customers", "promised", "came true"],
        [
            [
                f"{one['low']:.1f} to {one['high']:.1f}",
                one["customers"],
                _percent(one["mean_probability"]),
                _percent(one["share_right"]),
            ]
            for one in score["calibration"]
        ],
    )


def _show_card(model: Model) -> None:
    facts: list[list[object]] = [
        ["source", model.source],
        ["made", _day(model.fitted_at) if model.fitted_at else "from personas.yaml"],
        ["labelled customers", sum(model.labels.values()) or "none needed"],
        ["probability needed", _percent(model.threshold)],
        ["facts needed", model.minimum_evidence],
        *([name.replace("_", " "), value] for name, value in model.training.items()),
    ]
    table(_named(model.version), ["", ""], facts)
    for i, persona in enumerate(model.personas):
        # Against the mean of all personas: only differences between personas mean anything.
        pulls = [(one.weights[i] - sum(one.weights) / len(one.weights), one.name) for one in model.features]
        strongest = sorted(pulls, key=lambda pull: -abs(pull[0]))[:_STRONGEST]
        table(f"What speaks for {persona}", ["fact", "log-odds"], [[name, f"{pull:+.2f}"] for pull, name in strongest])


def _summary(stored: StoredModel) -> dict[str, Any]:
    trained = stored.body.get("metrics", {}).get("classifiers", {}).get("trained", {})
    return {
        "version": stored.version,
        "status": stored.status,
        "created_at": stored.created_at,
        "activated_at": stored.activated_at,
        "labels": sum(stored.body.get("labels", {}).values()),
        "accuracy": trained.get("accuracy"),
    }


def _named(version: int) -> str:
    return f"Version {version}" if version else "The prototypes"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f} %"


def _points(share: float) -> str:
    return f"{100 * share:+.1f}"


def _day(instant: int) -> str:
    return datetime.fromtimestamp(instant // 1_000_000, UTC).strftime("%Y-%m-%d %H:%M UTC")
