"""Why a customer has a persona, exactly, and why not another one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from service.domain import lookalike, personas
from service.domain.errors import InvalidInput, NotFound
from service.domain.identities import public_id
from service.domain.models import Model
from service.domain.personas import Assignment, Explanation
from service.operations import lookalikes, models, profiles
from service.operations.context import Context
from service.operations.labels import psychographic
from service.store import labels

Kind = Literal["psychographic", "inferred"]


@dataclass(frozen=True)
class Why:
    """An explanation with what it explains.

    :param assignment: as the model in use sees the customer now; it may abstain
    :param explanation: of the persona asked for, against the one asked for
    """

    customer_id: int
    kind: Kind
    assignment: Assignment
    explanation: Explanation


def explain(ctx: Context, customer_id: int, persona: str | None = None, against: str | None = None) -> Why:
    """Why a persona, by the model in use: by answers where there are any, else by purchases.

    :param persona: the likeliest unless given
    :param against: "why this and not that"; ``None`` compares with all others
    :raises NotFound: when nothing is known of the customer that a model could use
    :raises InvalidInput: for a persona that the model does not know
    """
    facts = profiles.facts_of(ctx, customer_id)
    kind: Kind = "psychographic"
    model: Model | None = models.in_use(ctx)
    known = {**facts, **lookalike.features(facts)}
    if not any(name.startswith(("answer.", "trait.")) for name in facts):
        kind, model, known = "inferred", lookalikes.in_use(ctx), lookalike.features(facts)
    if model is None or not known:
        raise NotFound("persona", f"no persona is worked out for {public_id(customer_id)}: nothing was answered")
    assignment = personas.classify(model, known) if kind == "psychographic" else lookalike.infer(model, facts)
    wanted = persona or assignment.leaning or model.personas[0]
    if against is None and persona not in (None, assignment.leaning):
        against = assignment.leaning  # "why not X" compares X with who they are
    try:
        explanation = personas.explain(model, known, wanted, against)
    except ValueError as error:
        raise InvalidInput(str(error), "persona") from error
    return Why(customer_id, kind, assignment, explanation)


def export(ctx: Context) -> Iterator[tuple[str, str, str, str, str]]:
    """Everybody's present persona: customer, kind (psychographic or inferred), persona, probability, source."""
    known = set(psychographic(ctx.definitions))
    for row in labels.present(ctx.db):
        if row["persona"] in known:
            probability = "" if row["probability"] is None else f"{row['probability']:.4f}"
            yield public_id(row["customer_id"]), row["kind"], row["persona"], probability, row["source"]
