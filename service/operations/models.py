"""Models: fitting RFM cut points, training and judging classifiers, and which version is in use.

scikit-learn is imported inside the functions that train and judge, so that the web process never loads it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from service.domain import drift, models, rfm
from service.domain.errors import NotFound, Refused
from service.domain.models import Model
from service.domain.personas import classify, prototype_model
from service.domain.rfm import RfmModel
from service.ml import FOLDS
from service.operations import lookalikes, recomputes, rescores
from service.operations.context import Context, Definitions
from service.operations.discoveries import usable_answers
from service.operations.labels import psychographic
from service.operations.rfm import settings as rfm_settings
from service.store import counters, labels, settings, users
from service.store import models as store
from service.store.labels import LabelledCustomer
from service.store.models import StoredModel
from service.store.users import Change

if TYPE_CHECKING:
    from service.ml.dataset import Dataset
    from service.ml.evaluation import Evaluation, Score

ACTIVATION = "personas.activation"
"""The setting that says who puts a trained version to use: ``person``, or ``better`` for the rule."""
PROTOTYPES = 0
"""The version that stands for the prototypes of personas.yaml, which are not stored."""
TRAINING_STEPS = FOLDS + 1
"""The folds, and training on everything."""
LEAST_FRESH = 30
"""Labels given after a model was trained, below which that model is not judged by them."""


@dataclass(frozen=True)
class FittedRfm:
    """The cut points in use. ``changed`` is false when the new ones were the same and nothing was written."""

    model: RfmModel
    changed: bool


@dataclass(frozen=True)
class Trained:
    """A new candidate, with what it was judged by."""

    version: int
    model: Model
    evaluation: Evaluation


@dataclass(frozen=True)
class Drifted:
    """What moved since a version was trained, as population stability indices (``domain/drift.py``).

    :param people: with answers since
    :param answers: by fact; empty with too few people
    :param personas: of who people are taken for, against who was labelled; ``None`` with too few people
    """

    version: int
    people: int
    answers: Mapping[str, float]
    personas: float | None


@dataclass(frozen=True)
class Judged:
    """How well training works on today's labels, and how well one version does on labels it cannot have seen.

    :param version: the version judged by fresh labels; 0 when there is none
    :param fresh: labels given after it was trained
    :param score: its score on those; ``None`` with fewer than ``LEAST_FRESH``
    """

    evaluation: Evaluation
    version: int
    fresh: int
    score: Score | None

    def score_json(self) -> dict[str, Any] | None:
        """The score as plain values."""
        return asdict(self.score) if self.score else None


# RFM ---------------------------------------------------------------------------------------------------------------


def fit_rfm(ctx: Context) -> FittedRfm | None:
    """Fit the shop's RFM cut points and whale threshold and put them to use; ``None`` while nobody has ordered.

    They are measurements of the shop, not a judgement, so no person has to activate them. When they come out as they
    are, nothing is written. Otherwise everybody is rescored, and only who differs is worked out anew.
    """
    with ctx.db.snapshot() as db:
        fitted = rfm.fit(store.buyers(db, ctx.today), fitted_at=ctx.now, settings=rfm_settings(ctx))
    if fitted is None:
        return None
    with ctx.db.write("definitions") as db:
        present = _present_rfm(ctx)
        if present is not None and rfm.same_rules(present, fitted):
            return FittedRfm(present, changed=False)
        version = store.add(db, "rfm", rfm.dump(fitted), ctx.now)
        store.activate(db, "rfm", version, ctx.now)
        if present is None:
            counters.bump_rules(db)
        else:
            counters.bump(db, "definitions")
            rescores.begin(ctx, version)
            if _other_whales(present, fitted):
                recomputes.begin(ctx, "whales")
    return FittedRfm(replace(fitted, version=version), changed=True)


def _other_whales(one: RfmModel, other: RfmModel) -> bool:
    return (one.whales.threshold, one.whales.measure) != (other.whales.threshold, other.whales.measure)


def _present_rfm(ctx: Context) -> RfmModel | None:
    stored = store.active(ctx.db, "rfm")
    try:
        return rfm.load(stored.body, version=stored.version) if stored else None
    except rfm.RfmFormatError:
        return None  # of another release: fitting replaces it


# training and judging ----------------------------------------------------------------------------------------------


def train(ctx: Context, on_step: Callable[[int], None] = lambda step: None, *, behaviour: bool = False) -> Trained:
    """Train a classifier on all labels and keep it as a candidate; the version in use stays in use.

    1. Cross-validate beside the prototypes and the shares of the personas.
    2. Train once more, on all labelled customers.
    3. Keep the readable model with its metrics. Nothing is overwritten.

    :param on_step: told after each of ``TRAINING_STEPS`` steps
    :param behaviour: whether how people buy counts as well as what they say
    :raises TooFewLabels: with how many labels which persona lacks
    """
    from service.ml import evaluation, training

    data = _dataset(ctx, _labelled(ctx), behaviour=behaviour)
    judged = evaluation.cross_validate(data, _baseline(ctx, data.personas), on_step)
    fitted = training.fit(data.matrix, data.labels, data.numbers)
    kept = {"behaviour": behaviour, "baseline": drift.shares(data.facts, _drifting(data.facts_used))}
    model = training.export(fitted, data, fitted_at=ctx.now, metrics=judged.to_json(), training=kept)
    on_step(1)
    with ctx.db.write("definitions") as db:
        version = store.add(db, "psychographic", models.dump(model), ctx.now)
        _record(ctx, "trained a persona model", version)
    return Trained(version, replace(model, version=version), judged)


def evaluate(ctx: Context, version: int | None = None, on_step: Callable[[int], None] = lambda step: None) -> Judged:
    """Judge by today's labels, writing nothing.

    Training is cross-validated anew. A stored version cannot be judged by labels it was trained on, so it is judged
    by those given since, if there are enough.

    :param version: the one in use unless given
    :raises TooFewLabels: with how many labels which persona lacks
    :raises NotFound: when there is no such version
    """
    from service.ml import evaluation

    stored = store.active(ctx.db, "psychographic") if version is None else _stored(ctx, version)
    labelled = _labelled(ctx)
    data = _dataset(ctx, labelled)
    judged = evaluation.cross_validate(data, _baseline(ctx, data.personas), on_step)
    if stored is None:
        return Judged(judged, PROTOTYPES, 0, None)
    fresh = [one for one in labelled if one.labelled_at > stored.created_at and one.facts]
    if len(fresh) < LEAST_FRESH:
        return Judged(judged, stored.version, len(fresh), None)
    shares = evaluation.served(load(stored), [one.facts for one in fresh], data.personas)
    truth = evaluation.positions([one.persona for one in fresh], data.personas)
    return Judged(judged, stored.version, len(fresh), evaluation.score(shares, truth, data.personas))


def _labelled(ctx: Context) -> list[LabelledCustomer]:
    """Labelled customers; labels of personas that personas.yaml no longer has are left alone."""
    known = psychographic(ctx.definitions)
    return [one for one in labels.labelled(ctx.db) if one.persona in known]


def _dataset(ctx: Context, labelled: Sequence[LabelledCustomer], *, behaviour: bool = False) -> Dataset:
    from service.ml.dataset import Labelled, build

    bought = lookalikes.features_of(ctx, [one.customer_id for one in labelled]) if behaviour else {}
    rows = [Labelled({**one.facts, **bought.get(one.customer_id, {})}, one.persona) for one in labelled]
    families = ("trait.", "answer.", "buys.") if behaviour else ("trait.", "answer.")
    personas = _trained_for(ctx.definitions, {one.persona for one in labelled})
    return build(rows, personas, answers=usable_answers(ctx), families=families)


def _trained_for(definitions: Definitions, labelled: Collection[str]) -> tuple[str, ...]:
    """All personas; once some came from a discovery, those that anybody is labelled with."""
    known = psychographic(definitions)
    discovered = any(definitions.personas[one].prototype for one in known)
    return tuple(one for one in known if one in labelled) if discovered else known


def _drifting(facts: Sequence[str]) -> list[str]:
    return [name for name in facts if name.startswith("answer.")]


def _baseline(ctx: Context, personas: Sequence[str]) -> Model:
    """The prototypes that training is compared with; a discovered persona's is the mean of its people."""
    infos = ctx.definitions.personas
    found = [{"id": one, "prototype": infos[one].prototype} for one in personas if infos[one].prototype]
    if len(found) < 2:
        return _prototypes(ctx)
    traits = sorted({trait for one in found for trait in infos[str(one["id"])].prototype})
    return prototype_model({"psychographic": found}, traits)


def _prototypes(ctx: Context) -> Model:
    prototypes = ctx.definitions.prototypes
    if prototypes is None:
        raise Refused("there are no personas to train for: personas.yaml describes none")
    return prototypes


# which version is in use -------------------------------------------------------------------------------------------


def listing(ctx: Context) -> list[StoredModel]:
    """All psychographic models, newest first. When none of them is active, the prototypes serve."""
    return store.listing(ctx.db, "psychographic")


def get(ctx: Context, version: int) -> Model:
    """One psychographic model; version 0 is the prototypes.

    :raises NotFound: when there is no such version
    :raises ModelFormatError: when it was written by a release with another format
    """
    return _prototypes(ctx) if version == PROTOTYPES else load(_stored(ctx, version))


def in_use(ctx: Context) -> Model:
    """The model that serves now: the active version, else the prototypes."""
    stored = store.active(ctx.db, "psychographic")
    return load(stored) if stored else _prototypes(ctx)


def load(stored: StoredModel) -> Model:
    """The model of a stored psychographic version.

    :raises ModelFormatError: when it was written by a release with another format
    """
    return models.load(stored.body, version=stored.version)


def activate(ctx: Context, version: int) -> None:
    """Put a version to use, by a person's decision; 0 goes back to the prototypes. The worker then looks at every
    customer again.

    :raises NotFound: when there is no such version
    :raises ModelFormatError: when it was written by a release with another format
    :raises Refused: when it knows a persona that personas.yaml no longer has
    """
    known = psychographic(ctx.definitions)
    with ctx.db.write("definitions") as db:
        model = get(ctx, version)
        gone = [persona for persona in model.personas if persona not in known]
        if gone:
            raise Refused(f"version {version} assigns {', '.join(gone)}, which personas.yaml no longer has; train anew")
        _use(ctx, version)
        counters.bump_rules(db)


def activate_by_rule(ctx: Context, trained: Trained) -> bool:
    """Put a new version to use without a person, when the shop's setting says so and it is better beyond doubt.

    With ``personas.activation`` at ``better`` a version is used that beats the prototypes, and the version in use on
    labels given since, beyond chance. With ``person``, as it is unless changed, nothing is used by itself.

    :returns: whether it is in use now
    """
    if settings.read(ctx.db).get(ACTIVATION, "person") != "better" or not trained.evaluation.beats("prototypes"):
        return False
    before = store.active(ctx.db, "psychographic")
    scored = before.body.get("metrics", {}).get("classifiers", {}).get("trained") if before else None
    if scored and trained.evaluation.classifiers["trained"].log_loss > scored["log_loss"]:
        return False
    activate(ctx, trained.version)
    return True


def drifted(ctx: Context) -> Drifted | None:
    """How far answers and personas have moved since the version in use was trained; ``None`` for the prototypes.

    Answers are compared among those given since. With fewer than ``drift.LEAST_PEOPLE`` people nothing is compared.
    """
    stored = store.active(ctx.db, "psychographic")
    if stored is None:
        return None
    model = load(stored)
    with ctx.db.snapshot() as db:
        since = labels.answering(db, stored.created_at)
    baseline = model.training.get("baseline", {})
    people = [facts for facts in since.values() if any(name in facts for name in baseline)]
    if len(people) < drift.LEAST_PEOPLE:
        return Drifted(stored.version, len(people), {}, None)
    now = drift.shares(people, baseline)
    said = Counter(classify(model, facts).leaning or "" for facts in people)
    trained_on = drift.parts_of(model.labels)
    answers = {name: drift.psi(baseline[name], now[name]) for name in now}
    return Drifted(stored.version, len(people), answers, drift.psi(trained_on, drift.parts_of(said)))


def rollback(ctx: Context) -> int:
    """Go back to the version that was in use before, or to the prototypes (0); says which one it is.

    :raises Refused: when the prototypes are in use already
    """
    with ctx.db.write("definitions") as db:
        present = store.active(db, "psychographic")
        if present is None:
            raise Refused("the prototypes are in use; there is nothing to go back to")
        before = store.previous(db, "psychographic", present.version)
        version = before.version if before else PROTOTYPES
        _use(ctx, version)
        counters.bump_rules(db)
    return version


def _use(ctx: Context, version: int) -> None:
    if version == PROTOTYPES:
        store.retire_active(ctx.db, "psychographic")
    else:
        store.activate(ctx.db, "psychographic", version, ctx.now)
    _record(ctx, "activated a persona model", version)


def _record(ctx: Context, action: str, version: int) -> None:
    name = f"version {version}" if version else "the prototypes"
    users.add_change(ctx.db, Change(ctx.now, ctx.actor, action, name, None))


def _stored(ctx: Context, version: int) -> StoredModel:
    stored = store.get(ctx.db, "psychographic", version)
    if stored is None:
        raise NotFound("model", f"there is no persona model {version}; `firasa personas list` shows them")
    return stored
