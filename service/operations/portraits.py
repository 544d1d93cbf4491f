"""The portraits of discovered classes: what their people say and buy more than others, and what may be quoted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
Body = dict[str, Any]
Facts = Mapping[str, object]


def items_of(definitions: Definitions) -> Iterable[tuple[str, tuple[Item, ...]]]:
    """Each live quiz with its items."""
    return ((quiz, definitions.quiz_version(quiz, version).items) for quiz, version in definitions.live.items())


def draw(
    ctx: Context, number: int, members: Sequence[tuple[int, int, float]], coded: Coded, facts: Mapping[int, Facts]
) -> list[Body]:
    """The classes of a discovery as its body keeps them, without names.

    :param members: customer, class and probability
    :param facts: answers and traits by customer
    """
    from service.ml import discovery

    labels = [label for _, label, _ in members]
    spent, products = store.spent(ctx.db, number), store.products(ctx.db, number)
    revenue = sum(one.net_revenue for one in spent.values())
    quotes = _quotes(ctx, number)
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


def _quotes(ctx: Context, number: int) -> dict[int, list[int]]:
    """Answers worth quoting, by class, of people who agreed to hear from the shop. Only their numbers are kept, so that
    a quote ends with its answer."""
    asked = [(quiz, item.id) for quiz, items in items_of(ctx.definitions) for item in items if item.type in TEXTS]
    rows = store.typed(ctx.db, number, asked)
    said = consents.of_customers(ctx.db, sorted({row["customer_id"] for row in rows}))
    found: dict[int, list[int]] = {}
    texts = store.quoted(ctx.db, [row["id"] for row in rows][:500])
    for row in rows:
        heard = said.get(row["customer_id"])
        agreed = heard is not None and "granted" in consent.states(heard.events, heard.suppressions).values()
        kept = found.setdefault(row["class"], [])
        text = texts.get(row["id"])
        names = (row["first_name"], row["last_name"])
        if agreed and isinstance(text, str) and len(kept) < _QUOTES and quotable(text, names):
            kept.append(row["id"])
    return found
