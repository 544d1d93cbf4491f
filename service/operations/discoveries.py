"""Discovery: classes found in answers become personas once a marketer has looked at them and named them.

1. ``discover`` proposes classes with portraits and says which known persona each of them continues.
2. The marketer names, joins and describes them, pins personas that must stay, and applies the proposal.
3. Applying adds the personas to the vocabulary and labels the members; training on those labels is the next step.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from service.domain.errors import InvalidInput, NotFound, Refused
from service.domain.quiz import TEXTS
from service.operations import labels as label_operations
from service.operations import portraits
from service.operations.context import DAY, Context
from service.operations.portraits import PARTS, Body
from service.store import counters, customers, settings, users
from service.store import discoveries as store
from service.store import labels as label_rows
from service.store.discoveries import StoredDiscovery, StoredPersona
from service.store.users import Change

LEAST_PEOPLE = 100
"""People with answers below which classes are an accident of who happened to answer."""
LEAST_CLASS = 20
"""People of a class that is put to use: what training needs."""
SURE = 0.6
"""Probability from which a member is labelled with the class's persona."""
SENSITIVE = "personas.sensitive"
"""The setting that lets sensitive questions be used: ``on`` or ``off``."""
_WORDS = ("name", "tagline", "persona", "becomes", "overlap", "portrait")
"""What a class keeps when its portrait is drawn anew. ``persona``: the known one that it continues; ``becomes``: the
one that applying makes of it."""
_PAGE = 250
"""Members in one transaction: whoever answers a quiz meanwhile waits for it."""


def discover(
    ctx: Context,
    sizes: Sequence[int] = (2, 3, 4, 5, 6, 7, 8),
    *,
    quiz: str | None = None,
    on_step: Callable[[int], None] = lambda step: None,
) -> StoredDiscovery:
    """Find classes in the answers of live quizzes and keep them as a proposal; nobody's persona changes.

    :param sizes: numbers of classes to choose from; one number leaves no choice
    :param quiz: only answers of this quiz; answers of all live ones otherwise
    :param on_step: told after each size, and once at the end
    :raises Refused: when too few people have answered
    """
    from service.ml import discovery

    usable = frozenset(one for one in usable_answers(ctx) if quiz is None or one.startswith(f"answer.{quiz}."))
    with ctx.db.snapshot() as db:
        facts = label_rows.answering(db)
    people = [one for one, known in facts.items() if any(name in usable for name in known)]
    if len(people) < LEAST_PEOPLE:
        raise Refused(f"discovery needs {LEAST_PEOPLE} customers with answers; there are {len(people)}")
    coded = discovery.code([facts[one] for one in people], sorted(usable))
    if len(coded.columns) < 3:
        raise Refused("discovery needs at least three questions that people answer differently")
    found = discovery.discover(coded, sizes, on_step=on_step)
    labels = found.memberships.argmax(axis=1)
    sure = found.memberships.max(axis=1)
    members = [(one, int(label), float(p)) for one, label, p in zip(people, labels, sure, strict=True)]
    body: Body = {"people": len(people), "quiz": quiz, "facts": sorted(usable), "found": found.to_json(), "classes": []}
    number = _begin(ctx, body, members)
    try:
        body["classes"] = _drawn(ctx, number, body, facts, anew=True)
        with ctx.db.write("definitions") as db:
            store.save(db, number, body, "proposed", ctx.now)
            _record(ctx, "discovered personas", number)
    except BaseException:
        with ctx.db.write("definitions") as db:
            store.abandon(db, number)
        raise
    return get(ctx, number)


def _begin(ctx: Context, body: Body, members: Sequence[tuple[int, int, float]]) -> int:
    """Keep a discovery with its members, a page at a time, so that nobody waits for all of them."""
    for left in store.abandoned(ctx.db, ctx.now - DAY):
        with ctx.db.write("definitions") as db:
            store.abandon(db, left)
    with ctx.db.write("definitions") as db:
        number = store.begin(db, body, now=ctx.now, by=ctx.actor)
    for start in range(0, len(members), _PAGE):
        page = members[start : start + _PAGE]
        with ctx.db.write() as db:
            customers.lock(db, [customer for customer, _, _ in page])
            store.add_members(db, number, page)
    return number


def _drawn(ctx: Context, number: int, body: Body, facts: Mapping[int, portraits.Facts], *, anew: bool) -> list[Body]:
    """The classes of a discovery by its present members, all read at one moment.

    :param anew: whether to look which known persona each class continues
    """
    from service.ml import discovery

    with ctx.db.snapshot() as db:
        members = [one for one in store.members(db, number) if one[0] in facts]
        coded = discovery.code([facts[one] for one, _, _ in members], body["facts"])
        classes = portraits.draw(ctx, number, members, coded, facts, _quotable(ctx, body))
        if anew:
            _continue_personas(ctx, classes, members)
    return classes


def _quotable(ctx: Context, body: Body) -> frozenset[tuple[str, str]]:
    """Quiz and item of what may be quoted in this discovery now."""
    return portraits.text_items(ctx.definitions, body.get("quiz"), sensitive=sensitive_allowed(ctx))


def usable_answers(ctx: Context) -> frozenset[str]:
    """Answers that live quizzes ask for, that are no free text, and, unless the setting is on, not sensitive."""
    allowed = sensitive_allowed(ctx)
    return frozenset(
        f"answer.{quiz}.{item.id}"
        for quiz, items in portraits.items_of(ctx.definitions)
        for item in items
        if item.type not in TEXTS and item.type not in _NO_ANSWERS and (allowed or not item.sensitive)
    )


def sensitive_allowed(ctx: Context) -> bool:
    """Whether sensitive questions may be used; they may not unless somebody has turned it on."""
    return settings.read(ctx.db).get(SENSITIVE) == "on"


def allow_sensitive(ctx: Context, allowed: bool) -> None:
    """Let discoveries and models made from now on use sensitive questions, or no longer."""
    with ctx.db.write("definitions") as db:
        settings.save(db, {SENSITIVE: "on" if allowed else "off"}, ctx.now)
        action = "let models use sensitive questions" if allowed else "kept sensitive questions from models"
        users.add_change(db, Change(ctx.now, ctx.actor, action, "personas", None))


_NO_ANSWERS = frozenset({"statement", "email", "phone", "consent", "date"})


# the same persona again ----------------------------------------------------------------------------------------------


def _continue_personas(ctx: Context, classes: Sequence[Body], members: Sequence[tuple[int, int, float]]) -> None:
    """Give each class the known persona whose people it holds, so that a refit renames nobody."""
    from service.ml import discovery

    current = {**label_rows.assigned(ctx.db), **{one.customer_id: one.persona for one in label_rows.labelled(ctx.db)}}
    known = [one for one in label_operations.psychographic(ctx.definitions) if one in set(current.values())]
    before = [{customer for customer, persona in current.items() if persona == one} for one in known]
    here = {customer for customer, _, _ in members}
    after = [{customer for customer, label, _ in members if label == one["number"]} for one in classes]
    shared = discovery.overlap([one & here for one in before], after)
    for new, old in discovery.match(shared).items():
        info = ctx.definitions.personas[known[old]]
        classes[new].update(
            persona=known[old],
            overlap=round(float(shared[old, new]), 4),
            name=dict(info.name.by_lang),
            tagline=dict(info.tagline.by_lang),
        )
        stored = next((one for one in store.personas(ctx.db) if one.id == known[old]), None)
        if stored is not None:
            classes[new]["portrait"] = stored.body.get("portrait") or classes[new]["portrait"]


@dataclass(frozen=True)
class Made:
    """A persona that came from a discovery.

    :param group: the class it was made of, with what its people answer; ``None`` when it is no longer known
    """

    stored: StoredPersona
    group: Body | None


def persona(ctx: Context, persona_id: str) -> Made | None:
    """What is kept of a discovered persona; ``None`` for one that comes from personas.yaml."""
    stored = next((one for one in store.personas(ctx.db) if one.id == persona_id), None)
    if stored is None:
        return None
    found = store.get(ctx.db, stored.discovery_id) if stored.discovery_id is not None else None
    english = stored.body["name"]
    classes = found.body["classes"] if found else ()
    return Made(stored, next((one for one in classes if one["name"] == english or one["persona"] == persona_id), None))


# what the marketer does --------------------------------------------------------------------------------------------


def get(ctx: Context, discovery_id: int) -> StoredDiscovery:
    """One discovery.

    :raises NotFound: when there is no such
    """
    found = store.get(ctx.db, discovery_id)
    if found is None:
        raise NotFound("discovery", f"there is no discovery {discovery_id}; `firasa personas discoveries` shows them")
    return found


def listing(ctx: Context) -> list[StoredDiscovery]:
    """All discoveries, newest first."""
    return store.listing(ctx.db)


def quotes(ctx: Context, discovery_id: int) -> dict[int, list[tuple[int, str]]]:
    """The quotes of each class, as answer and text, that may be shown now: of nobody who was erased since, or who does
    not want to hear from the shop any more."""
    body = get(ctx, discovery_id).body
    answers = [number for one in body["classes"] for number in one["quotes"]]
    found = portraits.spoken(ctx, discovery_id, answers, _quotable(ctx, body))
    return {
        one["number"]: [(n, found[n][1]) for n in one["quotes"] if n in found and found[n][0] == one["number"]]
        for one in body["classes"]
    }


def name(
    ctx: Context,
    discovery_id: int,
    number: int,
    names: Mapping[str, str],
    *,
    tagline: Mapping[str, str] | None = None,
    persona: str | None = None,
) -> None:
    """Name a class.

    :param persona: the known persona it continues; ``None`` makes a new one of the name
    :raises InvalidInput: when the name is empty or the persona unknown
    """
    if not any(text.strip() for text in names.values()):
        raise InvalidInput("a persona needs a name", "name")
    if persona is not None and persona not in label_operations.psychographic(ctx.definitions):
        raise InvalidInput(f"there is no psychographic persona {persona!r}", "persona")
    with _editing(ctx, discovery_id) as (body, found):
        found(number).update(name=dict(names), persona=persona)
        if tagline is not None:
            found(number)["tagline"] = dict(tagline)
        _save(ctx, discovery_id, body)


def describe(
    ctx: Context,
    discovery_id: int,
    number: int,
    part: str,
    entries: Sequence[tuple[Mapping[str, str], Sequence[str]]],
) -> None:
    """Write one part of a class's portrait.

    :param part: one of ``PARTS``
    :param entries: each a text by language and what it rests on: ``fact=answer`` of the class's answers, or
        ``quote:<answer>`` of its quotes
    :raises InvalidInput: when an entry rests on nothing, or on something the class did not say
    """
    if part not in PARTS:
        raise InvalidInput(f"a portrait has {', '.join(PARTS)}, not {part!r}", "part")
    with _editing(ctx, discovery_id) as (body, found):
        one = found(number)
        said = {f"{tell['fact']}={tell['answer']}" for tell in (*one["over"], *one["under"])}
        said |= {f"quote:{quote}" for quote in one["quotes"]}
        for text, rests_on in entries:
            wrong = [ground for ground in rests_on if ground not in said]
            if wrong or not rests_on:
                raise InvalidInput(
                    f"{next(iter(text.values()), '')!r} must rest on answers or quotes of this class; "
                    f"{', '.join(wrong) or 'nothing'} is none of them",
                    "rests_on",
                )
        one["portrait"][part] = [{"text": dict(text), "rests_on": list(rests_on)} for text, rests_on in entries]
        _save(ctx, discovery_id, body)


def join(ctx: Context, discovery_id: int, gone: int, into: int) -> None:
    """Join two classes into one, whose portrait is drawn anew; its name stays.

    :raises InvalidInput: when both are the same
    """
    if gone == into:
        raise InvalidInput("a class cannot be joined with itself", "into")
    with _editing(ctx, discovery_id) as (body, found):
        for number in (gone, into):
            found(number)
    with ctx.db.snapshot() as db:
        facts = label_rows.answering(db)
    moved = _PAGE
    while moved == _PAGE:
        with ctx.db.write("definitions") as db:
            moved = store.join_classes(db, discovery_id, gone, into, _PAGE)
    drawn = _drawn(ctx, discovery_id, body, facts, anew=False)
    before = _numbers(body)
    with _editing(ctx, discovery_id) as (body, found):
        if _numbers(body) != before:
            raise Refused("somebody joined other classes meanwhile; join these two once more")
        kept_words = {key: found(into).get(key) for key in _WORDS}
        words = {one["number"]: one for one in body["classes"]}
        for one in drawn:
            old = kept_words if one["number"] == into else words[one["number"]]
            one.update({key: old.get(key) for key in _WORDS})
        body["classes"] = drawn
        _save(ctx, discovery_id, body)


def discard(ctx: Context, discovery_id: int) -> None:
    """Put a proposal away; nothing was changed by it."""
    with _editing(ctx, discovery_id) as (body, _):
        store.save(ctx.db, discovery_id, body, "discarded", ctx.now)


def pin(ctx: Context, persona: str, pinned: bool = True) -> None:
    """Have later discoveries keep a persona, or let them replace it.

    :raises NotFound: when the marketer has named no such persona
    """
    with ctx.db.write("definitions") as db:
        stored = next((one for one in store.personas(db) if one.id == persona), None)
        if stored is None:
            raise NotFound("persona", f"no persona {persona!r} came from a discovery")
        store.save_persona(db, replace(stored, pinned=pinned), ctx.now)


def apply(ctx: Context, discovery_id: int) -> dict[str, int]:
    """Make personas of the named classes: the vocabulary has them from now on, and their members are labelled.

    Personas of earlier discoveries that no class continues are archived, except pinned ones. Nobody's persona changes
    before a model is trained and activated.

    :returns: persona -> members labelled anew
    :raises Refused: when fewer than two classes have a name, or one is too small to learn from
    """
    ids = _begin_applying(ctx, discovery_id)
    labelled = dict.fromkeys(ids.values(), 0)
    for customers_of_page in _pages([one for one, _, _ in store.members(ctx.db, discovery_id)]):
        with ctx.db.write("labels") as db:
            customers.lock(db, customers_of_page)
            members = store.members_among(db, discovery_id, customers_of_page)
            labels = {customer: ids[label] for customer, label, sure in members if label in ids and sure >= SURE}
            label_rows.add(db, labels, source="discovery", now=ctx.now, actor=ctx.actor)
        for persona in labels.values():
            labelled[persona] += 1
    with _editing(ctx, discovery_id) as (body, _):
        if {one["number"]: one.get("becomes") for one in body["classes"] if one["name"]} != ids:
            raise Refused(f"somebody changed discovery {discovery_id} meanwhile; apply it once more")
        store.save(ctx.db, discovery_id, body, "applied", ctx.now)
        _record(ctx, "made personas of discovery", discovery_id)
    return labelled


def _begin_applying(ctx: Context, discovery_id: int) -> dict[int, str]:
    """Make the personas of the named classes, by number. Each class keeps which it is, so that applying anew, after
    it was stopped on the way, makes no others."""
    with _editing(ctx, discovery_id) as (body, _):
        named = [one for one in body["classes"] if one["name"]]
        small = [one for one in named if one["size"] < LEAST_CLASS]
        if len(named) < 2 or small:
            raise Refused(
                f"applying needs at least two named classes of {LEAST_CLASS} people each; "
                + (f"class {small[0]['number']} has {small[0]['size']}" if small else f"{len(named)} have a name")
            )
        ids = _new_personas(ctx, discovery_id, named)
        for one in named:
            one["becomes"] = ids[one["number"]]
        _save(ctx, discovery_id, body)
        counters.bump_rules(ctx.db)
    return ids


def _pages(customer_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (customer_ids[start : start + _PAGE] for start in range(0, len(customer_ids), _PAGE))


def _new_personas(ctx: Context, discovery_id: int, named: Sequence[Body]) -> dict[int, str]:
    stored = {one.id: one for one in store.personas(ctx.db)}
    taken = set(ctx.definitions.personas) | set(stored)
    ids: dict[int, str] = {}
    for one in named:
        persona = one["persona"] or one.get("becomes") or _free_id(one["name"], taken)
        if persona in ids.values():
            raise InvalidInput(f"two classes continue {persona}; join them, or let one be new", "persona")
        taken.add(persona)
        ids[one["number"]] = persona
        known = ctx.definitions.personas.get(persona)
        body = {
            "name": one["name"],
            "tagline": one["tagline"],
            "tag": known.tag if known else f"persona-{persona.replace('_', '-')}",
            "portrait": one["portrait"],
            "prototype": one["prototype"],
        }
        pinned = persona in stored and stored[persona].pinned
        store.save_persona(ctx.db, StoredPersona(persona, "live", body, pinned, discovery_id), ctx.now)
    for old in stored.values():
        if old.id not in ids.values() and not old.pinned and old.status == "live":
            store.save_persona(ctx.db, replace(old, status="archived"), ctx.now)
    return ids


def _free_id(names: Mapping[str, str], taken: set[str]) -> str:
    base = re.sub(r"[^a-z0-9]+", "_", names.get("en", "").lower()).strip("_")[:40] or "persona"
    base = base if base[0].isalpha() else f"persona_{base}"
    tries = (base if number == 1 else f"{base}_{number}" for number in range(1, 1000))
    return next(one for one in tries if one not in taken)


@contextmanager
def _editing(ctx: Context, discovery_id: int) -> Iterator[tuple[Body, Callable[[int], Body]]]:
    """Holds the write turn, and gives the body and a function from number to class.

    :raises Refused: when the discovery is no proposal any more
    """
    with ctx.db.write("definitions"):
        stored = get(ctx, discovery_id)
        if stored.status != "proposed":
            raise Refused(f"discovery {discovery_id} is {stored.status}; make a new one to change personas")
        yield stored.body, lambda number: _class_of(stored.body, number)


def _class_of(body: Body, number: int) -> Body:
    found: Body | None = next((one for one in body["classes"] if one["number"] == number), None)
    if found is None:
        raise NotFound("class", f"there is no class {number}; there are {', '.join(_numbers(body))}")
    return found


def _numbers(body: Body) -> list[str]:
    return [str(one["number"]) for one in body["classes"]]


def _save(ctx: Context, discovery_id: int, body: Body) -> None:
    store.save(ctx.db, discovery_id, body, "proposed", ctx.now)


def _record(ctx: Context, action: str, discovery_id: int) -> None:
    users.add_change(ctx.db, Change(ctx.now, ctx.actor, action, f"discovery {discovery_id}", None))
