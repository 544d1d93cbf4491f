"""Lookalikes: personas inferred from purchases alone, for customers who never answered, kept apart from stated ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from service.domain import lookalike, models
from service.domain.errors import NotFound, Refused
from service.domain.models import Model
from service.domain.profiles import facts_of
from service.ml import FOLDS
from service.operations import profiles
from service.operations.context import Context
from service.operations.labels import psychographic
from service.store import counters, labels, users
from service.store import models as store
from service.store.models import StoredModel
from service.store.users import Change

if TYPE_CHECKING:
    from service.ml.lookalike import Worth

KIND = "lookalike"
STEPS = FOLDS + 1
_PAGE = 500


@dataclass(frozen=True)
class Lookalike:
    """A new candidate, with what it is worth."""

    version: int
    model: Model
    worth: Worth


def features_of(ctx: Context, customer_ids: Sequence[int]) -> dict[int, dict[str, object]]:
    """What the purchases of these customers say of them (``domain/lookalike.py``)."""
    found: dict[int, dict[str, object]] = {}
    for start in range(0, len(customer_ids), _PAGE):
        for one in profiles.known(ctx, customer_ids[start : start + _PAGE]):
            facts = facts_of(one, ctx.definitions.rules, ctx.today, ctx.shop.timezone)
            found[one.customer_id] = lookalike.features(facts)
    return found


def train(ctx: Context, on_step: Callable[[int], None] = lambda step: None) -> Lookalike:
    """Learn how each persona buys, from buyers whose answers tell theirs, and keep a candidate.

    A label counts for more than an assignment. Nobody's persona changes before the candidate is activated.

    :raises TooFewLabels: with too few such buyers
    :raises NoBetter: when purchases do not tell the personas apart; nothing is kept
    """
    from service.ml import lookalike as fitting
    from service.ml.dataset import Labelled

    known = set(psychographic(ctx.definitions))
    personas = {**labels.assigned(ctx.db), **{one.customer_id: one.persona for one in labels.labelled(ctx.db)}}
    personas = {customer: persona for customer, persona in personas.items() if persona in known}
    features = features_of(ctx, sorted(personas))
    buyers = [Labelled(features[one], persona) for one, persona in sorted(personas.items()) if features.get(one)]
    model, worth = fitting.fit(buyers, fitted_at=ctx.now, on_step=on_step)
    with ctx.db.write("definitions") as db:
        version = store.add(db, KIND, models.dump(model), ctx.now)
        _record(ctx, "trained a lookalike model", version)
    return Lookalike(version, replace(model, version=version), worth)


def activate(ctx: Context, version: int) -> None:
    """Put a version to use, by a person's decision; 0 infers nobody's persona any more.

    :raises NotFound: when there is no such version
    :raises Refused: when it infers a persona that there no longer is
    """
    known = psychographic(ctx.definitions)
    with ctx.db.write("definitions") as db:
        if version:
            stored = store.get(db, KIND, version)
            if stored is None:
                raise NotFound("model", f"there is no lookalike model {version}")
            gone = [persona for persona in models.load(stored.body).personas if persona not in known]
            if gone:
                raise Refused(f"version {version} infers {', '.join(gone)}, which there no longer is; train anew")
            store.activate(db, KIND, version, ctx.now)
        else:
            store.retire_active(db, KIND)
        _record(ctx, "activated a lookalike model", version)
        counters.bump_rules(db)


def listing(ctx: Context) -> list[StoredModel]:
    """All versions, newest first."""
    return store.listing(ctx.db, KIND)


def in_use(ctx: Context) -> Model | None:
    """The model that infers now, if any does."""
    stored = store.active(ctx.db, KIND)
    return models.load(stored.body, version=stored.version) if stored else None


def _record(ctx: Context, action: str, version: int) -> None:
    users.add_change(ctx.db, Change(ctx.now, ctx.actor, action, f"version {version}" if version else "none", None))
