"""What the worker was asked for, in words: how far it is, what came of it, or why it could not be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.operations import requests
from service.web.admin.pages import context
from service.web.i18n import N_, _

KINDS = {
    "discover": N_("Looking for groups in the answers"),
    "join": N_("Joining two groups"),
    "train": N_("Training a model on the labels"),
    "lookalike": N_("Learning how each persona buys"),
    "golden": N_("Finding the questions that tell most"),
    "drift": N_("Comparing today's answers with those it learned from"),
    "rfm": N_("Measuring the limits of the buying patterns anew"),
    "behaviour": N_("Working out rhythm, orders to come and whales anew"),
}


@dataclass(frozen=True)
class Asked:
    """One request as a page shows it.

    :param share: how much is done, 0 to 1; ``None`` while that is not known
    """

    what: str
    status: str
    step: int
    steps: int
    share: float | None
    problem: str
    asked_at: int
    asked_by: str
    is_open: bool


def view(kind: str, options: Mapping[str, Any] | None = None) -> Asked | None:
    """The newest request of a kind, unless it came to a result: the page shows that itself."""
    found = requests.latest(context(), kind, options)
    if found is None or found.status == "done":
        return None
    return Asked(
        what=_(KINDS[kind]),
        status=found.status,
        step=found.step,
        steps=found.steps,
        share=min(1.0, found.step / found.steps) if found.steps else None,
        problem=found.problem or "",
        asked_at=found.asked_at,
        asked_by=found.asked_by,
        is_open=found.is_open,
    )
