"""Which outcome the answers lead to, and which products: points and votes per option, read as a matrix.

Always recomputed from the answers at hand, never added up, so going back and answering otherwise counts nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.domain import conditions
from service.domain.answer_values import AnswerValue, chosen, facts_of
from service.domain.money import parse_minor
from service.domain.quiz import Option, Outcome, PriceRange, Product, Quiz

Answers = Mapping[str, AnswerValue]


@dataclass(frozen=True)
class Deciding:
    """An answer that spoke for the outcome, with its points; 0 for one that a condition of the outcome reads."""

    item_id: str
    points: int


@dataclass(frozen=True)
class Decision:
    """The outcome and why.

    :param rule: ``condition``, ``points``, ``tie`` (several had as many points, the quiz's tie rule decided) or
        ``fallback``
    :param deciding: answers that gave the outcome points, most first
    """

    outcome: Outcome
    rule: str
    points: Mapping[str, int]
    deciding: tuple[Deciding, ...]


def decide(quiz: Quiz, answers: Answers, known: Mapping[str, object] | None = None) -> Decision | None:
    """The outcome of a walked path; ``None`` when the quiz has no outcomes.

    1. The first listed outcome whose ``when`` holds wins.
    2. Else the outcome with the most points above zero that no chosen option excludes; on a tie the quiz's rule:
       ``first`` listed, ``more_answers`` that spoke for it, the ``last_answer`` that did, or the ``fallback``.
    3. Else the quiz's ``fallback``, or the first listed outcome that is not excluded.

    :param answers: in the order of the path
    :param known: facts of the customer that conditions may read too
    """
    if not quiz.outcomes:
        return None
    points, excluded, by_answer = _points(quiz, answers)
    facts = {**(known or {}), **_facts(quiz, answers)}
    for outcome in quiz.outcomes:
        if outcome.when is not None and conditions.holds(outcome.when, facts):
            return Decision(outcome, "condition", points, _deciding(outcome, by_answer, answers))
    open_to = [one for one in quiz.outcomes if one.when is None and one.id not in excluded]
    most = max((points.get(one.id, 0) for one in open_to), default=0)
    best = [one for one in open_to if points.get(one.id, 0) == most]
    if most > 0:
        winner = best[0] if len(best) == 1 else _break_tie(quiz, best, by_answer)
        if winner is not None:
            return Decision(
                winner, "points" if len(best) == 1 else "tie", points, _deciding(winner, by_answer, answers)
            )
    return Decision(_fallback(quiz, excluded), "fallback", points, ())


def _facts(quiz: Quiz, answers: Answers) -> dict[str, object]:
    found: dict[str, object] = {}
    for item_id, value in answers.items():
        item = quiz.item(item_id)
        if item is not None:
            found.update(facts_of(item, f"answer.{item_id}", value))
            if value is None:
                found[f"skipped.{item_id}"] = "yes"
    return found


def _break_tie(quiz: Quiz, best: Sequence[Outcome], by_answer: Mapping[str, Mapping[str, int]]) -> Outcome | None:
    """The winner among outcomes with as many points; ``None`` when the fallback is to win."""
    if quiz.tie == "fallback":
        return None
    spoke = {one.id: [i for i, given in enumerate(by_answer.values()) if given.get(one.id, 0) > 0] for one in best}
    if quiz.tie == "more_answers":
        return max(best, key=lambda one: len(spoke[one.id]))
    if quiz.tie == "last_answer":
        return max(best, key=lambda one: max(spoke[one.id], default=-1))
    return best[0]


def _fallback(quiz: Quiz, excluded: set[str]) -> Outcome:
    allowed = [one for one in quiz.outcomes if one.id not in excluded and one.when is None] or list(quiz.outcomes)
    return next((one for one in allowed if one.id == quiz.fallback), allowed[0])


def _points(quiz: Quiz, answers: Answers) -> tuple[dict[str, int], set[str], dict[str, dict[str, int]]]:
    """Points per outcome, excluded outcomes, and points per item and outcome."""
    total: dict[str, int] = {}
    excluded: set[str] = set()
    by_answer: dict[str, dict[str, int]] = {}
    for item_id, option in _chosen(quiz, answers):
        excluded.update(option.excludes)
        mine = by_answer.setdefault(item_id, {})
        for outcome_id, given in option.points.items():
            total[outcome_id] = total.get(outcome_id, 0) + given
            mine[outcome_id] = mine.get(outcome_id, 0) + given
    return total, excluded, by_answer


def _chosen(quiz: Quiz, answers: Answers) -> Iterator[tuple[str, Option]]:
    for item_id, value in answers.items():
        item = quiz.item(item_id)
        for option in chosen(item, value) if item else ():
            yield item_id, option


def _deciding(outcome: Outcome, by_answer: Mapping[str, Mapping[str, int]], answers: Answers) -> tuple[Deciding, ...]:
    spoke = [
        Deciding(item_id, given[outcome.id]) for item_id, given in by_answer.items() if given.get(outcome.id, 0) > 0
    ]
    read = conditions.facts_read(outcome.when) if outcome.when is not None else frozenset()
    asked = [name.split(".")[1] for name in sorted(read) if name.startswith("answer.")]
    spoke += [
        Deciding(one, 0)
        for one in asked
        if answers.get(one) is not None and one not in {each.item_id for each in spoke}
    ]
    return tuple(sorted(spoke, key=lambda one: -one.points))


# products ----------------------------------------------------------------------------------------------------------


def recommend(quiz: Quiz, answers: Answers, outcome: Outcome | None) -> tuple[Product, ...]:
    """The products to show, top N: those that a chosen option includes, then most votes (a sum of zero or less is never
    shown), then those of the outcome.

    Never shown, whatever its votes: a product that a chosen option excludes, that is not in stock, or that costs
    more or less than a chosen option allows.
    """
    votes: dict[str, int] = {}
    included: dict[str, None] = {}
    excluded: set[str] = set()
    ranges: list[PriceRange] = []
    for _, option in _chosen(quiz, answers):
        excluded.update(option.excludes)
        included.update(dict.fromkeys(option.includes))
        if option.price is not None:
            ranges.append(option.price)
        for product_id, given in option.votes.items():
            votes[product_id] = votes.get(product_id, 0) + given
    listed = {product.id: position for position, product in enumerate(quiz.products)}
    voted = sorted(
        (one for one in votes if votes[one] > 0), key=lambda one: (-votes[one], listed.get(one, len(listed)))
    )
    of_outcome = [one for one in (outcome.products if outcome else ()) if votes.get(one, 0) == 0]
    wanted = dict.fromkeys((*included, *voted, *of_outcome))
    shown = [quiz.product_by_id[one] for one in wanted if one in listed and one not in excluded]
    return tuple(one for one in shown if one.in_stock and _affordable(one, ranges))[: quiz.recommend]


def _affordable(product: Product, ranges: Sequence[PriceRange]) -> bool:
    """Whether the price lies within all ranges; a product without a price fits no range."""
    if not ranges:
        return True
    price = product.price
    if price is None:
        return False
    least = [parse_minor(one.least, price.currency) for one in ranges if one.least is not None]
    most = [parse_minor(one.most, price.currency) for one in ranges if one.most is not None]
    return all(price.amount >= one for one in least) and all(price.amount <= one for one in most)
