"""A quiz as it is asked: conditions with amounts and days of the shop.

Clauses that facts alone cannot answer (purchases, segments, the past, the day) get a name each: their verdicts are
worked out when a response begins and kept with it, so the way through a quiz never changes under somebody's feet.
"""

from __future__ import annotations

from dataclasses import replace

from service.domain.binding import bind as bind_condition
from service.domain.comparisons import VALUE_OPS
from service.domain.conditions import Clausal, Condition, Leaf, key_of, map_clauses
from service.domain.quiz import Branch, Quiz

_ANSWERED_BY_FACTS = VALUE_OPS | {"skipped", "never_asked", "before", "after"}


def bind(quiz: Quiz, currency: str, timezone: str = "UTC") -> Quiz:
    """The quiz as a shop asks it."""
    clauses: dict[str, Clausal] = {}

    def named(clause: Clausal) -> Condition:
        if isinstance(clause, Leaf) and clause.op in _ANSWERED_BY_FACTS:
            return clause
        name = f"clause.{key_of(clause)}"
        clauses[name] = clause
        return Leaf(name, "eq", "yes")

    def bound(when: Condition | None) -> Condition | None:
        return None if when is None else map_clauses(bind_condition(when, currency, timezone), named)

    show = quiz.show
    return replace(
        quiz,
        items=tuple(
            replace(item, when=bound(item.when), goto=tuple(Branch(one.to, bound(one.when)) for one in item.goto))
            for item in quiz.items
        ),
        outcomes=tuple(replace(outcome, when=bound(outcome.when)) for outcome in quiz.outcomes),
        show=replace(show, when=bind_condition(show.when, currency, timezone)) if show and show.when else show,
        clauses=clauses,
    )
