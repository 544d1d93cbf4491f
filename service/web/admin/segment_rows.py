"""How a row or a group of the segment builder looks: its controls, its buttons, and what goes with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from service.domain.binding import bind
from service.domain.conditions import parse
from service.domain.errors import DefinitionError
from service.domain.fitting import PAST_OPS, ops_of
from service.domain.leaves import Node
from service.domain.vocabulary import FactSpec
from service.web import i18n, sentences
from service.web.admin import segment_blocks as blocks_of
from service.web.admin import segment_controls as controls
from service.web.admin import segment_words, words
from service.web.admin.segment_blocks import Block
from service.web.admin.segment_choices import Offer
from service.web.admin.segment_controls import Control
from service.web.admin.segment_documents import AFTER, BOUGHT, SEGMENTS, Trouble, row_document
from service.web.admin.segment_tree import Group, Part, Row, name_of
from service.web.i18n import _


@dataclass(frozen=True)
class RowView:
    """A row as shown.

    :param said: the clause in words, by which buttons name it
    :param missing: what it means when the fact is not known
    :param warning: what keeps it from finding anybody yet
    """

    name: str
    said: str
    head: tuple[Control, ...]
    blocks: tuple[Block, ...]
    missing: str
    warning: str = ""
    troubles: tuple[Trouble, ...] = ()

    @property
    def wrong(self) -> frozenset[str]:
        """Fields with something wrong."""
        return frozenset(one.field for one in self.troubles)


@dataclass(frozen=True)
class GroupView:
    """A group as shown."""

    name: str
    said: str
    join: Control
    bare: bool
    parts: tuple[RowView | GroupView, ...] = ()
    troubles: tuple[Trouble, ...] = ()


@dataclass(frozen=True)
class Looks:
    """What the views of a form share.

    :param segment_id: the segment that is edited, which cannot ask about itself
    """

    offer: Offer
    currency: str
    timezone: str
    segment_id: str = ""
    troubles: Sequence[Trouble] = field(default=())

    def of(self, name: str) -> tuple[Trouble, ...]:
        """What is wrong with a row or a group."""
        return tuple(one for one in self.troubles if one.name == name)


def new_row(about: str = "orders") -> Row:
    """A row that is not filled in yet."""
    return Row({"about": (about,)})


def settled(part: Part, offer: Offer) -> Part:
    """The part with everything chosen that has to be: after another subject or fact was chosen, what belonged to the
    one before is gone."""
    if isinstance(part, Group):
        return Group(part.join, tuple(settled(one, offer) for one in part.parts), part.bare and len(part.parts) == 1)
    about, was = part.get("about"), part.get("was")
    before, _bar, chosen_before = was.partition("|")
    anew = bool(was) and (before != about or chosen_before != _watched(part))
    if was and before != about:
        part = Row({"about": (about,), "sense": (part.get("sense"),)})
    elif anew:
        kept = {"about", "sense", "fact", "when", "day", "segment", "op"}
        part = Row({name: texts for name, texts in part.fields.items() if name in kept})
    if about == BOUGHT:
        part = _filled(part, {"measure": "count", "of": "orders", "window": "always", "op": "gte"})
        return blocks_of.fitting(part, {"where": part.get("of").partition(".")[0]}, offer)
    if about == AFTER:
        part = _filled(part, {"did": "orders", "then": "orders"})
        return blocks_of.fitting(part, {f"{one}.where": part.get(one) for one in ("did", "then")}, offer)
    return _filled(part, {"op": "is"}) if about == SEGMENTS else _compared(part, offer, anew=anew)


def _compared(row: Row, offer: Offer, *, anew: bool) -> Row:
    if not row.get("fact"):
        facts = offer.facts(row.get("about"))
        row = row.with_fields(fact=facts[0][0] if facts else "")
    fact = row.get("fact")
    spec = offer.spec(fact)
    if spec is not None and not spec.history:
        row = row.with_fields(when="now")
    possible = blocks_of.ops_for(fact, row, offer)
    if not anew and spec is not None:
        possible = [one for one in ops_of(spec) if row.get("when", "now") == "now" or one in PAST_OPS]
    right = row.get("op") in possible or (spec is None and row.get("op"))
    return row if right else row.with_fields(op=blocks_of.first_op(offer.kind(fact)))


def _watched(row: Row) -> str:
    """What, chosen anew, makes the values meaningless."""
    if row.get("about") == SEGMENTS:
        return row.get("op")
    return row.get("fact")


def _filled(row: Row, usual: Mapping[str, str]) -> Row:
    return row.with_fields(**{name: row.get(name) or text for name, text in usual.items()})


def view(part: Part, looks: Looks, way: tuple[int, ...] = ()) -> RowView | GroupView:
    """A part as shown."""
    name = name_of(way)
    if isinstance(part, Row):
        return _row(part, name, looks)
    keys = [*segment_words.JOINS, *([part.join] if part.join not in segment_words.JOINS else [])]
    join = controls.select(
        f"{name}:join", _("How the conditions are joined"), [(one, _joined(one)) for one in keys], part.join
    )
    parts = tuple(view(one, looks, (*way, i)) for i, one in enumerate(part.parts))
    said = _("Group %(number)s", number=".".join(i18n.number(one + 1) for one in way)) if way else _("Conditions")
    return GroupView(name, said, join, part.bare, parts, looks.of(name))


def _joined(join: str) -> str:
    if join in segment_words.JOINS:
        return _(segment_words.JOINS[join])
    return _("not: %(condition)s", condition=_joined(join.removeprefix("not ")))


def _row(row: Row, name: str, looks: Looks) -> RowView:
    offer, about = looks.offer, row.get("about")
    sense = row.get("sense")
    keys = [*segment_words.SENSES, *([sense] if sense not in segment_words.SENSES else [])]
    senses = [(one, _(segment_words.SENSES[one]) if one in segment_words.SENSES else one) for one in keys]
    families = list(offer.families)
    if about == "other":
        said_of_others = segment_words.FAMILIES[about]
        families.append((about, _(said_of_others)))
    head = (
        controls.select(f"{name}:sense", _("Whether it applies"), senses, sense, refresh=True),
        controls.select(f"{name}:about", _("What it is about"), families, about, refresh=True),
        Control(f"{name}:was", "", "hidden", (f"{about}|{_watched(row)}",)),
    )
    missing, warning = "", ""
    if about == BOUGHT:
        blocks: tuple[Block, ...] = (blocks_of.purchase(row, name, offer),)
    elif about == AFTER:
        blocks = blocks_of.steps(row, name, offer)
    elif about == SEGMENTS:
        blocks = (blocks_of.membership(row, name, offer, looks.segment_id),)
    else:
        blocks = (blocks_of.comparison(row, name, offer),)
        spec = offer.spec(row.get("fact"))
        missing = _when_missing(spec, row) if spec else ""
        warning = _warning(row.get("fact"), offer)
    return RowView(
        name,
        said(row, looks),
        head,
        blocks,
        missing or _(segment_words.EXPLAINED.get(about, "")),
        warning,
        looks.of(name),
    )


def said(row: Row, looks: Looks) -> str:
    """The clause in words; while it is not complete what it is about."""
    document, troubles = row_document(row, looks.offer.has.attributes or None)
    about = dict(looks.offer.families).get(row.get("about"), "")
    if troubles:
        return about
    try:
        clause = bind(parse(document), looks.currency, looks.timezone)
        return about if isinstance(clause, Node) else sentences.clause(clause, words.Names(looks.offer.definitions))
    except (DefinitionError, ValueError, KeyError, TypeError):
        return about


def _when_missing(spec: FactSpec, row: Row) -> str:
    """The rule for a fact that is not known, as it bears on this row."""
    rule = i18n.sentence(sentences.missing(spec.missing))
    if spec.missing == "never" or row.get("op") in ("exists", "never_asked"):
        return f"{rule}."
    if len(row.get("sense").split()) % 2:
        return _("%(rule)s: then the comparison fails, so who it is not known of belongs to it too.", rule=rule)
    return _("%(rule)s: then the condition does not apply.", rule=rule)


def _warning(fact: str, offer: Offer) -> str:
    if fact.startswith("contact.") and not offer.has.contact_reported:
        return _("No email tool has reported anything yet: until one is connected this is known of nobody.")
    if fact == "customer.place" and not offer.has.places_known:
        return _("No list of places was imported yet: until then no distance is known.")
    return ""
