"""The portraits of discovered classes: what their people say and buy more than others, and what may be quoted."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from service.domain import consent
from service.domain.models import as_number
from service.domain.quiz import TEXTS, Item
from service.domain.quotes import quotable
from service.operations.context import Context, Definitions
from service.store import consents
from service.store import discoveries as store

if TYPE_CHECKING:
    from service.ml.discovery import Coded

PARTS = ("triggers", "responsibilities", "rituals", "frustrations", "aspirations", "goals")
_QUOTES = 5
_PRODUCTS = 8
_FEWEST_BUYERS = 5
_TYPED = 500
"""Typed answers among which quotes are looked for."""
Body = dict[str, Any]
Facts = Mapping[str, object]


def items_of(definitions: Definitions) -> Iterable[tuple[str, tuple[Item, ...]]]:
    """Each live quiz with its items."""
    return ((quiz, definitions.quiz_version(quiz, version).items) for quiz, version in definitions.live.items())


def text_items(definitions: Definitions, quiz: str | None, *, sensitive: bool) -> frozenset[tuple[str, str]]:
    """Quiz and item of the questions whose typed answers may be quoted.

    :param quiz: of this quiz only; ``None`` for all live ones
    :param sensitive: whether sensitive questions may be used
    """
    return frozenset(
        (one, item.id)
        for one, items in items_of(definitions)
        for item in items
        if item.type in TEXTS and quiz in (None, one) and (sensitive or not item.sensitive)
    )


def draw(
    ctx: Context,
    number: int,
    members: Sequence[tuple[int, int, float]],
    coded: Coded,
    facts: Mapping[int, Facts],
    texts: Collection[tuple[str, str]],
) -> list[Body]:
    """The classes of a discovery as its body keeps them, without names.

    :param members: customer, class and probability
    :param facts: answers and traits by customer
    :param texts: quiz and item of what may be quoted
    """
    from service.ml import discovery

    labels = [label for _, label, _ in members]
    spent, products = store.spent(ctx.db, number), store.products(ctx.db, number)
    revenue = sum(one.net_revenue for one in spent.values())
    quotes = _quotes(ctx, number, texts)
    found = []
    for label in sorted(set(labels)):
        over, under = discovery.tells(coded, labels, label)
        inside = [customer for customer, one, _ in members if one == label]
        bought = spent.get(label, store.Spent(0, 0, 0))
        found.append(
            {
                "number": label,
                "size": len(inside),
                "share": len(inside) / len(members),
                "over": [one.to_json() for one in over],
                "under": [one.to_json() for one in under],
                "buyers": bought.buyers,
                "orders": bought.orders,
                "net_revenue": bought.net_revenue,
                "revenue_share": bought.net_revenue / revenue if revenue else None,
                "buys": _bought(label, spent, products),
                "quotes": quotes.get(label, []),
                "prototype": _prototype([facts[one] for one in inside]),
                "name": None,
                "tagline": {},
                "persona": None,
                "becomes": None,
                "overlap": None,
                "portrait": {part: [] for part in PARTS},
            }
        )
    return found


def _bought(label: int, spent: Mapping[int, store.Spent], products: Mapping[int, Mapping[str, int]]) -> list[Body]:
    """Products that a greater share of this class's buyers bought than of the others', by how much more."""
    ours = spent[label].buyers if label in spent else 0
    theirs = sum(one.buyers for other, one in spent.items() if other != label)
    if not ours or not theirs:
        return []
    found: list[Body] = []
    for name, people in products.get(label, {}).items():
        others = sum(bought.get(name, 0) for other, bought in products.items() if other != label)
        inside, outside = people / ours, others / theirs
        if people >= _FEWEST_BUYERS and inside > outside:
            lift = inside / outside if outside else None
            found.append({"product": name, "inside": inside, "outside": outside, "lift": lift, "people": people})
    return sorted(found, key=lambda one: one["outside"] - one["inside"])[:_PRODUCTS]


def _prototype(people: Sequence[Facts]) -> dict[str, float]:
    """The mean of each trait, which stands for the class where a prototype is asked for."""
    traits = sorted({name for facts in people for name in facts if name.startswith("trait.")})
    found = {}
    for trait in traits:
        values = [number for facts in people if (number := as_number(facts.get(trait))) is not None]
        found[trait.removeprefix("trait.")] = round(sum(values) / len(values), 4)
    return found


def _quotes(ctx: Context, number: int, items: Collection[tuple[str, str]]) -> dict[int, list[int]]:
    """Answers worth quoting, by class. Only their numbers are kept, so that a quote ends with its answer."""
    typed = store.typed(ctx.db, number, sorted(items))[:_TYPED]
    worth = spoken(ctx, number, typed, items)
    found: dict[int, list[int]] = {}
    for answer in typed:
        if answer in worth:
            found.setdefault(worth[answer][0], []).append(answer)
    return {label: answers[:_QUOTES] for label, answers in found.items()}


def spoken(
    ctx: Context, number: int, answers: Sequence[int], items: Collection[tuple[str, str]]
) -> dict[int, tuple[int, str]]:
    """Those of these answers that may be quoted now, as class and text: of members who agree to hear from the shop,
    to these questions, and telling nothing of who wrote them."""
    rows = [one for one in store.quoted(ctx.db, number, answers) if (one.quiz_id, one.item_id) in items]
    said = consents.of_customers(ctx.db, sorted({one.customer_id for one in rows}))
    found = {}
    for one in rows:
        text = json.loads(one.value)
        names = (one.first_name, one.last_name)
        if _agreed(said.get(one.customer_id)) and isinstance(text, str) and quotable(text, names):
            found[one.id] = (one.number, text)
    return found


def _agreed(said: consents.Said | None) -> bool:
    return said is not None and "granted" in consent.states(said.events, said.suppressions).values()
