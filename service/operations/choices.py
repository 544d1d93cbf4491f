"""What the shop has that a condition can name: its quizzes, products, sources, countries, segments and own fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain.attributes import Type
from service.domain.quiz import Quiz
from service.domain.segments import Segment
from service.operations.context import Context
from service.store import choices, records


@dataclass(frozen=True)
class Choices:
    """What there is to choose from.

    :param products: names by the shop's id
    :param of_orders: words of source, medium, campaign, coupon, payment_method and country
    :param of_customers: words of country, region, city and language
    :param contact_reported: an email tool has told about messages
    :param places_known: a list of places was imported
    """

    quizzes: Mapping[str, Quiz]
    products: Mapping[str, str]
    categories: Sequence[str]
    of_orders: Mapping[str, Sequence[str]]
    of_customers: Mapping[str, Sequence[str]]
    segments: Sequence[Segment]
    attributes: Mapping[str, Type]
    contact_reported: bool
    places_known: bool


def load(ctx: Context) -> Choices:
    """What there is to choose from now."""
    definitions = ctx.fresh_definitions
    db = ctx.db
    return Choices(
        quizzes={one: definitions.quiz_version(one, version) for one, version in sorted(definitions.live.items())},
        products=choices.products(db),
        categories=choices.categories(db),
        of_orders=choices.of_orders(db),
        of_customers=choices.of_customers(db),
        segments=definitions.rules.segments,
        attributes=records.attribute_types(db),
        contact_reported=choices.contact_is_reported(db),
        places_known=choices.places_are_known(db),
    )


def attributes(ctx: Context) -> Mapping[str, Type] | None:
    """Types of the shop's own fields, ``None`` while it has none."""
    return records.attribute_types(ctx.db) or None
