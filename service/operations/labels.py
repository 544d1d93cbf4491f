"""Labels: customers whose psychographic persona somebody knows, for training."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from service.domain import labels as domain
from service.domain.errors import InvalidInput
from service.domain.identities import parse_public_id
from service.domain.labels import BadLabel, BadLabels, Label
from service.operations.context import Context, Definitions
from service.store import customers, identities
from service.store import labels as store


@dataclass(frozen=True)
class Imported:
    """What a file of labels brought: customers labelled anew, customers whose label stays, lines left out."""

    new: int
    unchanged: int
    bad: tuple[BadLabel, ...]


def add(ctx: Context, labels: Mapping[int, str], *, source: str) -> int:
    """Say of customers which psychographic persona they are; says for how many that is new.

    :param labels: customer id -> persona
    :raises InvalidInput: when a persona does not exist
    """
    known = psychographic(ctx.definitions)
    for persona in sorted(set(labels.values()) - set(known)):
        raise InvalidInput(f"there is no psychographic persona '{persona}'; there are {', '.join(known)}")
    with ctx.db.write("labels") as db:
        return store.add(db, labels, source=source, now=ctx.now, actor=ctx.actor)


def import_file(ctx: Context, lines: Iterable[str], *, skip_bad: bool = False) -> Imported:
    """Read labels from a CSV file (``customer,persona``) and keep them.

    A customer is named by shop id, email, phone or Firasa's own id. A later label of a customer replaces an earlier.

    :param skip_bad: leave lines out that cannot be taken, instead of refusing the file
    :raises BadLabels: with every line that cannot be taken
    :raises InvalidInput: when the file lacks a column
    """
    read, bad = domain.read(lines, psychographic(ctx.definitions))
    found, unknown = _find(ctx, read)
    bad = sorted([*bad, *unknown], key=lambda one: one.line)
    if bad and not skip_bad:
        raise BadLabels(bad)
    new = add(ctx, found, source="csv")
    return Imported(new, len(found) - new, tuple(bad))


def _find(ctx: Context, labels: Sequence[Label]) -> tuple[dict[int, str], list[BadLabel]]:
    found: dict[int, str] = {}
    lines: dict[int, int] = {}
    bad: list[BadLabel] = []
    for label in labels:
        customer_id, wrong = _customer(ctx, label.customer)
        if customer_id is not None and found.get(customer_id, label.persona) != label.persona:
            wrong = f"line {lines[customer_id]} says {found[customer_id]} of the same customer"
        if wrong or customer_id is None:
            bad.append(BadLabel(label.line, label.customer, wrong))
        else:
            found[customer_id], lines[customer_id] = label.persona, label.line
    return found, bad


def _customer(ctx: Context, named: str) -> tuple[int | None, str]:
    """The customer of a line, or what is wrong with it."""
    number = parse_public_id(named)
    if number is not None:
        customer = customers.get(ctx.db, number)
        return (customer.id, "") if customer else (None, "there is no such customer")
    try:
        kind, value = domain.identity(named)
    except InvalidInput as error:
        return None, str(error)
    holders = {known.customer_id for known in identities.holders(ctx.db, kind, value)}
    if len(holders) > 1:
        return None, "two shops have a customer of that id; use the email, or the id that Firasa shows (c_…)"
    return (holders.pop(), "") if holders else (None, "there is no such customer")


def psychographic(definitions: Definitions) -> tuple[str, ...]:
    """The psychographic personas there are."""
    return tuple(one.id for one in definitions.personas.values() if one.kind == "psychographic")
